//! The gateway: what it refuses, loses, repeats, delays; who may call back.
use crate::stage::{Stage, cny, events, path};
use chrono::Utc;
use hmac::{Hmac, KeyInit, Mac};
use kernel::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;
use testkit::Response;
use uuid::Uuid;

#[tokio::test]
async fn a_declined_payment_is_told_and_another_may_be_made() {
    let stage = Stage::new().await;
    let order = stage.paid_by(120_000, "sandbox:declined").await;
    let seen = stage.escrow(&order).await;
    assert_eq!((&seen["status"], &seen["payment"]), (&json!("awaiting_payment"), &Value::Null));
    let payments = format!("{}/payments", path(&order));
    let failed = stage.merchant.get(&payments).await.ok();
    assert_eq!(failed["items"][0]["status"], "failed");
    assert_eq!(failed["items"][0]["code"], "insufficient_funds");
    // Why the merchant's bank said no is not the provider's business.
    assert_eq!(stage.provider.get(&payments).await.ok()["items"][0]["code"], Value::Null);
    let timeline = stage.provider.get(&format!("{}/timeline", path(&order))).await;
    assert!(!timeline.text.contains("insufficient_funds"));
    let facts: Vec<_> = stage.told().await.into_iter().map(|(fact, _)| fact).collect();
    assert_eq!(facts, ["escrow.opened", "escrow.payment_failed"]);
    stage.merchant.post(&payments, json!({ "method": "tok_visa" })).await.ok();
    stage.rest().await;
    assert_eq!(stage.escrow(&order).await["status"], "held");
    stage.check_books();
}

#[tokio::test]
async fn lost_answers_lost_callbacks_and_repeated_ones_hold_the_money_once() {
    let stage = Stage::new().await;
    for method in ["sandbox:timeout", "sandbox:lost", "sandbox:duplicate"] {
        let order = stage.paid_by(10_000, method).await;
        assert_eq!(stage.escrow(&order).await["status"], "held", "{method}");
        let timeline = stage.merchant.get(&format!("{}/timeline", path(&order))).await.ok();
        assert_eq!(events(&timeline), ["opened", "payment_started", "held"], "{method}");
    }
    assert_eq!(stage.number("SELECT count(*) AS n FROM sandbox_requests"), 3);
    assert_eq!(stage.number("SELECT count(*) AS n FROM effects WHERE status = 'done'"), 3);
    // Only the query could find it.
    assert!(stage.number("SELECT attempts::bigint AS n FROM effects WHERE request ->> 'method' = 'sandbox:lost'") > 1);
    stage.check_books();
}

#[tokio::test]
async fn a_payment_without_an_answer_is_given_up_and_its_late_money_goes_back() {
    let stage = Stage::new().await;
    let order = stage.paid_by(10_000, "sandbox:late").await;
    let payments = format!("{}/payments", path(&order));
    stage.merchant.post(&payments, json!({ "method": "tok" })).await.refused(409, "escrow_payment_running", None);
    stage.advance(TimeDelta::minutes(31)).await;
    assert_eq!(stage.escrow(&order).await["payment"], Value::Null);
    stage.merchant.post(&payments, json!({ "method": "tok_visa" })).await.ok();
    stage.rest().await;
    assert_eq!(stage.escrow(&order).await["status"], "held");
    stage.advance(TimeDelta::hours(1)).await;
    let seen = stage.escrow(&order).await;
    assert_eq!((&seen["status"], &seen["refunded"]), (&json!("held"), &cny("100.00")));
    let timeline = stage.merchant.get(&format!("{}/timeline", path(&order))).await.ok();
    let told = events(&timeline);
    assert_eq!(told[2..], ["payment_abandoned", "payment_started", "held", "payment_returned", "remittance_confirmed"]);
    let recorded = stage.recorded().await;
    let of_payment: Vec<_> = recorded.iter().map(|(fact, data)| (fact.as_str(), &data["record"]["event"])).collect();
    let recorded_as = |event: &str| ("escrow.recorded", json!(event));
    let wanted = [recorded_as("payment_abandoned"), recorded_as("payment_returned")];
    assert!(of_payment.iter().map(|(fact, event)| (*fact, (*event).clone())).eq(wanted), "{of_payment:?}");
    stage.check_books();
}

#[tokio::test]
async fn money_that_comes_after_the_order_expired_goes_back() {
    let stage = Stage::new().await;
    let order = stage.paid_by(10_000, "sandbox:late").await;
    stage.tell_by(&order, "payment_expired", 2, "W1").await;
    assert_eq!(stage.escrow(&order).await["status"], "closed");
    stage.advance(TimeDelta::hours(2)).await;
    let seen = stage.escrow(&order).await;
    assert_eq!((&seen["status"], &seen["refunded"]), (&json!("closed"), &cny("100.00")));
    assert!(stage.balances().is_empty());
    stage.check_books();
}

#[tokio::test]
async fn a_refund_that_failed_is_sent_again_by_an_operator() {
    let stage = Stage::new().await;
    let order = stage.paid_by(10_000, "sandbox:refund_declined").await;
    stage.tell_by(&order, "cancelled", 2, "D2.4").await;
    let seen = stage.escrow(&order).await;
    assert_eq!((&seen["status"], &seen["refunded"]), (&json!("refunded"), &cny("0.00")));
    let failed = &seen["remittances"][0];
    assert_eq!((&failed["status"], &failed["code"]), (&json!("failed"), &json!("account_closed")));
    assert_eq!(stage.provider.get(&path(&order)).await.ok()["remittances"], Value::Null);
    let retry = format!("{}/retry-remittance", path(&order));
    let wrong = stage.operator.post(&retry, json!({ "remittance": Uuid::nil() })).await;
    wrong.refused(422, "escrow_remittance_not_failed", None);
    stage.operator.post(&retry, json!({ "remittance": failed["id"] })).await.ok();
    stage.rest().await;
    let seen = stage.escrow(&order).await;
    assert_eq!((&seen["refunded"], &seen["remittances"]), (&cny("100.00"), &json!([])));
    let sent = stage.merchant.get(&format!("{}/remittances", path(&order))).await.ok();
    let sent: Vec<_> = sent["items"].as_array().unwrap().iter().map(|sent| sent["status"].as_str().unwrap()).collect();
    assert_eq!(sent, ["succeeded", "failed"]);
    stage.check_books();
}

#[tokio::test]
async fn refunds_survive_lost_answers_and_callbacks() {
    let stage = Stage::new().await;
    for method in ["sandbox:refund_timeout", "sandbox:refund_duplicate", "sandbox:refund_lost"] {
        let order = stage.paid_by(10_000, method).await;
        stage.tell_by(&order, "cancelled", 2, "D2.4").await;
        assert_eq!(stage.escrow(&order).await["refunded"], cny("100.00"), "{method}");
    }
    assert!(stage.balances().is_empty());
    assert_eq!(stage.number("SELECT count(*) AS n FROM sandbox_requests WHERE kind = 'refund'"), 3);
    stage.check_books();
}

#[tokio::test]
async fn only_the_gateway_calls_back() {
    let stage = Stage::new().await;
    let order = stage.paid_by(10_000, "sandbox:silent").await;
    let key = stage.escrow(&order).await["payment"]["id"].clone();
    let body = json!({ "key": key, "amount": cny("100.00"), "outcome": "succeeded" });
    let now = Utc::now().timestamp();
    let call = async |body: &Value, signature: Option<String>| -> Response {
        let headers: Vec<_> = signature.iter().map(|signature| ("Gateway-Signature", signature.as_str())).collect();
        stage.nobody().request(Method::POST, "/v1/gateway-callbacks", &headers, Some(body.clone())).await
    };
    let secret = stage.settings.gateway.secret.clone();
    let other = json!({ "key": key, "amount": cny("1.00"), "outcome": "succeeded" });
    for unsigned in [
        None,
        Some("t=1,v1=00".to_owned()),
        Some(sign("another secret", now, &body)),
        Some(sign(&secret, now, &other)),
        Some(sign(&secret, now - 600, &body)),
    ] {
        call(&body, unsigned).await.refused(401, "callback_not_signed", None);
    }
    let signed = |body: &Value| Some(sign(&secret, now, body));
    let mismatch = call(&other, signed(&other)).await.refused(422, "callback_amount_mismatch", None);
    assert_eq!(mismatch["field"], "amount");
    let unknown = json!({ "key": Uuid::nil(), "amount": cny("1.00"), "outcome": "succeeded" });
    call(&unknown, signed(&unknown)).await.refused(404, "callback_unknown", None);
    let malformed = json!({ "key": key });
    call(&malformed, signed(&malformed)).await.refused(422, "callback_malformed", None);
    let accepted = json!({ "key": key, "amount": cny("100.00"), "outcome": "accepted" });
    assert_eq!(call(&accepted, signed(&accepted)).await.status, 204);
    assert_eq!(stage.escrow(&order).await["status"], "awaiting_payment");
    for _ in 0..3 {
        assert_eq!(call(&body, signed(&body)).await.status, 204);
    }
    assert_eq!(stage.escrow(&order).await["status"], "held");
    // What is settled stays so, whatever is said later.
    let failed = json!({ "key": key, "amount": cny("100.00"), "outcome": "failed", "code": "x" });
    assert_eq!(call(&failed, signed(&failed)).await.status, 204);
    let timeline = stage.merchant.get(&format!("{}/timeline", path(&order))).await.ok();
    assert_eq!(events(&timeline), ["opened", "payment_started", "held"]);
}

fn sign(secret: &str, at: i64, body: &Value) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{at}.{body}").as_bytes());
    format!("t={at},v1={}", hex::encode(mac.finalize().into_bytes()))
}
