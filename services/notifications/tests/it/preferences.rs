//! How an organisation wants to be addressed (A10).
use crate::stage::{Stage, choose};
use kernel::Role;
use serde_json::{Value, json};

const PREFERENCES: &str = "/v1/notification-preferences";

#[tokio::test]
async fn english_and_no_email_until_an_organisation_chooses() {
    let stage = Stage::new().await;
    let seen = stage.merchant.get(PREFERENCES).await.ok();
    assert_eq!(seen, json!({ "org": stage.merchant_id, "language": "en", "email": null }));
    let chosen = choose(&stage.merchant, json!({ "language": "zh", "email": "shop@example.com" })).await.ok();
    assert_eq!((&chosen["language"], &chosen["email"]), (&json!("zh"), &json!("shop@example.com")));
    assert_eq!(stage.merchant.get(PREFERENCES).await.ok(), chosen);
    assert_eq!(stage.provider.get(PREFERENCES).await.ok()["email"], Value::Null, "one's own");
    stage.tell(&stage.order(), "completed").await;
    let notice = stage.newest().await;
    assert_eq!(notice["language"], "zh");
    assert!(notice["text"].as_str().unwrap().contains("依据：W5, D1.1.3"), "{notice}");
    let other = stage.provider.get("/v1/notices").await.ok();
    assert_eq!((&other["items"][0]["language"], &other["items"][0]["kind"]), (&json!("en"), &json!("order_completed")));
    choose(&stage.merchant, json!({ "language": "en" })).await.ok();
    assert_eq!(stage.newest().await["language"], "zh", "what was said stays said");
}

#[tokio::test]
async fn what_is_not_understood_is_refused_by_name() {
    let stage = Stage::new().await;
    let wrong = choose(&stage.merchant, json!({ "language": "en", "email": "shop" })).await;
    assert_eq!(wrong.refused(422, "email_address_invalid", None)["field"], "email");
    let wrong = choose(&stage.merchant, json!({ "language": "fr" })).await;
    assert_eq!(wrong.refused(422, "body_invalid", None)["field"], "language");
    choose(&stage.merchant, json!({ "language": "en", "phone": "1" })).await.refused(422, "body_invalid", None);
    choose(&stage.staff(Role::Operator), json!({ "language": "en" })).await.refused(403, "preferences_not_yours", None);
    stage.staff(Role::Operator).get(PREFERENCES).await.refused(403, "preferences_not_yours", None);
    let body = Some(json!({ "language": "en" }));
    let keyless = stage.merchant.request(reqwest::Method::PUT, PREFERENCES, &[], body).await;
    keyless.refused(400, "idempotency_key_missing", None);
}
