//! The deposit (W33): required, topped up, filled, overdue, returned.
use crate::stage::{Stage, cny};
use contracts::onboarding::QualificationStatus;
use kernel::{Category, QualificationId, TimeDelta};
use serde_json::json;
use uuid::Uuid;

#[tokio::test]
async fn a_deposit_is_required_topped_up_and_filled() {
    let stage = Stage::new().await;
    let id = QualificationId(Uuid::now_v7());
    stage.qualified(Category::Software, QualificationStatus::Active, 1, id).await;
    let purse = stage.purse().await;
    assert_eq!(
        (&purse["required"], &purse["missing"], &purse["shortfall"]),
        (&cny("10000.00"), &cny("10000.00"), &json!("due"))
    );
    assert_eq!(purse["requirements"], json!([{ "category": "software", "amount": cny("10000.00") }]));
    let deposits = format!("{}/deposits", stage.purse);
    let top_up = |amount: &str, method: &str| json!({ "amount": cny(amount), "method": method });
    let more = stage.provider.post(&deposits, top_up("10000.01", "tok")).await;
    assert_eq!(more.refused(422, "deposit_more_than_missing", Some("W33"))["field"], "amount");
    stage.provider.post(&deposits, top_up("0.00", "tok")).await.refused(422, "purse_amount_not_positive", None);
    let euros = json!({ "amount": { "amount": "1.00", "currency": "EUR" }, "method": "tok" });
    stage.provider.post(&deposits, euros).await.refused(422, "purse_currency_mismatch", None);
    stage.operator.post(&deposits, top_up("1.00", "tok")).await.refused(403, "purse_not_yours", None);
    let asked = stage.provider.post(&deposits, top_up("9000.00", "sandbox:declined")).await;
    let payment = asked.headers["location"].to_str().unwrap().to_owned();
    stage.rest().await;
    assert_eq!(stage.provider.get(&payment).await.ok()["code"], "insufficient_funds");
    stage.provider.post(&deposits, top_up("9000.00", "tok_visa")).await.ok();
    stage.rest().await;
    assert_eq!(stage.purse().await["missing"], cny("1000.00"));

    stage.completed(150_000).await;
    let fill = format!("{}/fill-deposit", stage.purse);
    let filled = stage.provider.post(&fill, json!({ "amount": cny("1000.00") })).await.ok();
    assert_eq!((&filled["shortfall"], &filled["payable"][0]["total"]), (&json!("covered"), &cny("500.00")));
    let full = stage.provider.post(&fill, json!({ "amount": cny("1.00") })).await;
    full.refused(409, "deposit_complete", Some("W33"));
    // An older word than the last changes nothing, a newer one does.
    stage.qualified(Category::Software, QualificationStatus::Revoked, 1, id).await;
    assert_eq!(stage.purse().await["required"], cny("10000.00"));
    stage.qualified(Category::Software, QualificationStatus::Revoked, 2, id).await;
    assert_eq!(stage.purse().await["required"], cny("0.00"));
    let payments = stage.provider.get(&format!("{}/payments?limit=1", stage.purse)).await.ok();
    assert_eq!(payments["items"][0]["status"], "succeeded");
    assert!(payments["next_cursor"].is_string());
    stage.check_books();
}

#[tokio::test]
async fn what_is_not_topped_up_in_time_blocks_the_provider() {
    let stage = Stage::new().await;
    stage.qualified(Category::Design, QualificationStatus::Active, 1, QualificationId(Uuid::now_v7())).await;
    stage.completed(60_000).await;
    stage.advance(TimeDelta::days(16)).await;
    let purse = stage.purse().await;
    assert_eq!((&purse["status"], &purse["shortfall"]), (&json!("blocked"), &json!("overdue")));
    let told = stage.told().await;
    let changed = &told.iter().rfind(|(fact, _)| fact == "purse.changed").unwrap().1;
    assert_eq!((&changed["blocked"], &changed["required"]), (&json!(true), &cny("5000.00")));
    let payout = stage.provider.post(&format!("{}/payouts", stage.purse), json!({ "amount": cny("1.00") })).await;
    payout.refused(409, "payout_deposit_overdue", Some("W33"));
    let blocked = stage.operator.get("/v1/purses?blocked=true").await.ok();
    assert_eq!(blocked["items"][0]["provider"], json!(stage.provider_id));
    assert_eq!(stage.operator.get("/v1/purses?blocked=false").await.ok()["items"], json!([]));
    let body = json!({ "amount": cny("5000.00"), "method": "tok" });
    stage.provider.post(&format!("{}/deposits", stage.purse), body).await.ok();
    stage.rest().await;
    assert_eq!(stage.purse().await["status"], "open");
    assert_eq!(stage.told().await.last().unwrap().1["blocked"], false);
}

#[tokio::test]
async fn the_deposit_is_returned_ninety_days_after_the_exit() {
    let stage = Stage::new().await;
    stage.deposited().await;
    stage.exited().await;
    let purse = stage.purse().await;
    assert_eq!((&purse["exit"]["deposit"], &purse["deposit"]), (&json!("kept"), &cny("10000.00")));
    stage.advance(TimeDelta::days(91)).await;
    let purse = stage.purse().await;
    assert_eq!((&purse["exit"]["deposit"], &purse["deposit"]), (&json!("returned"), &cny("0.00")));
    stage.provider.post(&format!("{}/payouts", stage.purse), json!({ "amount": cny("10000.00") })).await.ok();
    stage.rest().await;
    assert!(stage.balances().is_empty());
    stage.check_books();
}
