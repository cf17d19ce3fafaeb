//! Payouts: the one door, freezes, what the gateway cannot send; who sees a purse.
use crate::stage::{Stage, cny};
use kernel::{MerchantId, ProviderId, Role, TimeDelta};
use serde_json::{Value, json};
use uuid::Uuid;

async fn rich(minor: i64) -> Stage {
    let stage = Stage::new().await;
    stage.completed(minor).await;
    stage.advance(TimeDelta::days(9)).await;
    stage
}

#[tokio::test]
async fn freezes_stop_payouts_until_the_last_is_lifted() {
    let stage = rich(10_000).await;
    let (freezes, payouts) = (format!("{}/freezes", stage.purse), format!("{}/payouts", stage.purse));
    let officer = stage.staff(Role::ComplianceOfficer);
    let body = json!({ "rules": ["C1", "W30"], "reasons": "sales speculation" });
    stage.provider.post(&freezes, body.clone()).await.refused(403, "purse_not_yours", None);
    let bare = officer.post(&freezes, json!({ "rules": [], "reasons": "x" })).await;
    assert_eq!(bare.refused(422, "payout_freeze_rules_malformed", None)["field"], "rules");
    let frozen = officer.post(&freezes, body).await;
    assert_eq!((frozen.status, &frozen.json["freezes"][0]["rule"]), (201, &json!("C1")));
    let id = frozen.json["freezes"][0]["id"].as_str().unwrap();
    let refused = stage.provider.post(&payouts, json!({ "amount": cny("1.00") })).await;
    refused.refused(409, "payouts_frozen", Some("C1"));
    let wrong = officer.post(&format!("{freezes}/{}/thaw", Uuid::nil()), json!({})).await;
    wrong.refused(422, "unknown_payout_freeze", None);
    stage.operator.post(&format!("{freezes}/{id}/thaw"), json!({})).await.ok();
    stage.provider.post(&payouts, json!({ "amount": cny("1.00") })).await.ok();
    let told = stage.recorded().await;
    let [frozen, thawed, paid] = &told[told.len() - 3..] else { panic!("{told:?}") };
    assert_eq!((frozen.0.as_str(), &frozen.1["record"]["event"]), ("purse.recorded", &json!("payouts_frozen")));
    assert_eq!(
        (&frozen.1["record"]["rules"], &frozen.1["provider"]),
        (&json!(["C1", "W30"]), &json!(stage.provider_id))
    );
    assert_eq!(thawed.1["record"]["event"], "payouts_thawed");
    assert_eq!((&paid.1["record"]["event"], &paid.1["record"]["amount"]), (&json!("payout_succeeded"), &cny("1.00")));
    // The officer's name is for staff.
    let timeline = format!("{}/timeline", stage.purse);
    let of = |timeline: Value| {
        let entries = timeline["items"].as_array().unwrap().clone();
        entries.into_iter().find(|entry| entry["event"] == "payouts_frozen").unwrap()
    };
    let seen = of(stage.provider.get(&timeline).await.ok());
    assert_eq!((&seen["text"], &seen["person"]), (&json!("sales speculation"), &Value::Null));
    assert_eq!(of(stage.operator.get(&timeline).await.ok())["person"], "compliance_officer");
}

#[tokio::test]
async fn what_the_gateway_cannot_send_is_payable_again_and_lost_answers_pay_once() {
    let stage = rich(100_000).await;
    let payouts = format!("{}/payouts", stage.purse);
    stage.provider.post(&payouts, json!({ "amount": cny("99.01") })).await.ok();
    stage.rest().await;
    let purse = stage.purse().await;
    assert_eq!((&purse["payout"], &purse["payable"][0]["free"]), (&Value::Null, &cny("1000.00")));
    for amount in ["99.02", "99.03", "99.04"] {
        stage.provider.post(&payouts, json!({ "amount": cny(amount) })).await.ok();
        stage.rest().await;
    }
    assert_eq!(stage.purse().await["payable"][0]["free"], cny("702.91"));
    let listed = stage.provider.get(&payouts).await.ok();
    let statuses: Vec<_> = listed["items"].as_array().unwrap().iter().map(|payout| payout["status"].clone()).collect();
    assert_eq!(statuses, ["succeeded", "succeeded", "succeeded", "failed"]);
    assert_eq!(listed["items"][3]["code"], "account_closed");
    stage.check_books();
}

#[tokio::test]
async fn payouts_are_refused_with_their_reason() {
    let stage = rich(10_000).await;
    let payouts = format!("{}/payouts", stage.purse);
    let ask = |amount: Value| json!({ "amount": amount });
    let more = stage.provider.post(&payouts, ask(cny("100.01"))).await;
    assert_eq!(more.refused(422, "insufficient_payable", None)["field"], "amount");
    stage.provider.post(&payouts, ask(cny("-1.00"))).await.refused(422, "purse_amount_not_positive", None);
    let fraction = stage.provider.post(&payouts, ask(cny("1.001"))).await;
    assert_eq!(fraction.refused(422, "body_invalid", None)["field"], "amount");
    let dollars = ask(json!({ "amount": "1.00", "currency": "USD" }));
    stage.provider.post(&payouts, dollars).await.refused(422, "purse_currency_mismatch", None);
    stage.provider.post(&payouts, ask(cny("100.00"))).await.ok();
    stage.rest().await;
    stage.provider.post(&payouts, ask(cny("1.00"))).await.refused(409, "nothing_payable", None);
}

#[tokio::test]
async fn a_purse_is_its_providers_and_the_staffs() {
    let stage = rich(10_000).await;
    let paths = ["", "/timeline", "/payments", "/payouts"].map(|part| format!("{}{part}", stage.purse));
    for path in &paths {
        stage.nobody().get(path).await.refused(401, "token_missing", None);
        stage.merchant.get(path).await.refused(404, "not_found", None);
        stage.suite.provider(ProviderId(Uuid::now_v7())).get(path).await.refused(404, "not_found", None);
        stage.staff(Role::Reviewer).get(path).await.refused(404, "not_found", None);
        for reader in [&stage.provider, &stage.operator, &stage.staff(Role::ComplianceOfficer)] {
            reader.get(path).await.ok();
        }
    }
    let stranger = stage.suite.merchant(MerchantId(Uuid::now_v7()));
    stranger.get("/v1/purses").await.refused(403, "role_required", None);
    stage.staff(Role::Moderator).get("/v1/purses").await.refused(403, "role_required", None);
    assert_eq!(stage.provider.get("/v1/purses").await.ok()["items"].as_array().unwrap().len(), 1);
    let elsewhere = format!("{}/payouts/{}", stage.purse, kernel::PayoutId(Uuid::now_v7()));
    stage.provider.get(&elsewhere).await.refused(404, "not_found", None);
}
