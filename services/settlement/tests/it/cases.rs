//! Cases: frozen, thawed, split; the waterfall escrow, deposit, payable, liability (D1.6.2, W18).
use crate::stage::{Stage, cny, path};
use contracts::orders::Order;
use kernel::{CaseId, OrderId, TimeDelta};
use serde_json::json;
use uuid::Uuid;

#[tokio::test]
async fn a_disputed_order_pays_nobody_until_its_dispute_is_withdrawn() {
    let stage = Stage::new().await;
    stage.completed(50_000).await;
    stage.advance(TimeDelta::days(9)).await;
    let order = stage.paid(120_000).await;
    stage.tell(&order, "disputed", 4).await;
    stage.rest().await;
    assert_eq!(stage.escrow(&order).await["status"], "frozen");
    assert_eq!(stage.purse().await["open_cases"], 1);
    let payouts = format!("{}/payouts", stage.purse);
    let held = stage.provider.post(&payouts, json!({ "amount": cny("500.00") })).await;
    held.refused(409, "payout_cases_open", Some("D1.6.2"));
    stage.tell(&order, "resumed", 5).await;
    stage.rest().await;
    assert_eq!(stage.escrow(&order).await["status"], "held");
    assert_eq!(stage.purse().await["open_cases"], 0);
    stage.provider.post(&payouts, json!({ "amount": cny("500.00") })).await.ok();
    stage.tell(&order, "completed", 6).await;
    stage.rest().await;
    assert_eq!(stage.escrow(&order).await["status"], "released");
    let facts: Vec<_> = stage.told().await.into_iter().map(|(fact, _)| fact).filter(|f| f.contains("escrow")).collect();
    assert_eq!(facts[3..], ["escrow.opened", "escrow.held", "escrow.frozen", "escrow.thawed", "escrow.released"]);
    stage.check_books();
}

#[tokio::test]
async fn a_settlement_splits_to_the_minor_unit() {
    let stage = Stage::new().await;
    let order = stage.paid(99_999).await;
    let case = stage.judged(&order, 33_333, 0).await;
    let seen = stage.escrow(&order).await;
    assert_eq!((&seen["status"], &seen["order_standing"]), (&json!("split"), &json!("judged")));
    assert_eq!((&seen["to_merchant"], &seen["released"]), (&cny("333.33"), &cny("666.66")));
    assert_eq!(seen["refunded"], cny("333.33"));
    assert_eq!(seen["award"]["case"], json!(case));
    assert_eq!(seen["award"]["rules"], json!(["D3.1.4", "D2.9"]));
    assert_eq!(stage.purse().await["payable"][0]["total"], cny("666.66"));
    let told = stage.told().await;
    let (_, split) = told.iter().find(|(fact, _)| fact == "escrow.split").unwrap();
    assert_eq!((&split["status"], &split["released"]), (&json!("split"), &cny("666.66")));
    stage.check_books();
}

#[tokio::test]
async fn an_award_takes_escrow_then_deposit_then_payable_then_records_a_liability() {
    let stage = Stage::new().await;
    stage.deposited().await;
    stage.completed(200_000).await;
    let order = stage.paid(120_000).await;
    stage.told().await;
    let case = stage.judged(&order, 120_000, 1_500_000).await;
    // 1,200.00 from the escrow, 10,000.00 from the deposit, 2,000.00 from payable, the rest of 15,000.00 is owed.
    let seen = stage.escrow(&order).await;
    assert_eq!((&seen["status"], &seen["refunded"]), (&json!("refunded"), &cny("13200.00")));
    assert_eq!(seen["charge"], json!({ "case": case, "asked": cny("15000.00"), "collected": cny("12000.00") }));
    let purse = stage.purse().await;
    assert_eq!((&purse["deposit"], &purse["missing"]), (&cny("0.00"), &cny("10000.00")));
    assert_eq!(purse["payable"][0]["total"], cny("0.00"));
    let owed = &purse["liabilities"][0];
    assert_eq!((&owed["case"], &owed["amount"], &owed["overdue"]), (&json!(case), &cny("3000.00"), &json!(false)));
    let deadline = purse["deadlines"].as_array().unwrap().iter().find(|d| d["kind"] == "liability_payment").unwrap();
    assert_eq!((&deadline["rule"], &deadline["party"]), (&json!("W18"), &json!("provider")));
    let told = stage.told().await;
    let changed = &told.iter().rfind(|(fact, _)| fact == "purse.changed").unwrap().1;
    assert_eq!(changed["liability"], cny("3000.00"));
    assert_eq!((&changed["deposit"], &changed["blocked"]), (&cny("0.00"), &json!(false)));
    stage.check_books();

    stage.advance(TimeDelta::days(11)).await;
    let purse = stage.purse().await;
    assert_eq!((&purse["status"], &purse["liabilities"][0]["overdue"]), (&json!("blocked"), &json!(true)));
    let timeline = stage.provider.get(&format!("{}/timeline", stage.purse)).await.ok();
    let overdue = timeline["items"].as_array().unwrap().iter().find(|e| e["event"] == "liability_overdue").unwrap();
    assert_eq!((&overdue["rules"], &overdue["party"]), (&json!(["W18", "D1.6.2"]), &json!("system")));
    let told = stage.told().await;
    assert_eq!(told.last().unwrap().1["blocked"], true);

    let body = json!({ "case": case, "method": "tok_visa" });
    let paying = stage.provider.post(&format!("{}/liability-payments", stage.purse), body).await;
    assert_eq!((paying.status, &paying.json["payment"]["purpose"]), (201, &json!("liability")));
    stage.rest().await;
    let purse = stage.purse().await;
    assert_eq!((&purse["status"], &purse["liabilities"]), (&json!("open"), &json!([])));
    assert_eq!(stage.escrow(&order).await["refunded"], cny("16200.00"));
    let provider = stage.provider_id;
    assert_eq!(stage.balances().get(&format!("receivable:{provider}")), None);
    stage.check_books();
}

#[tokio::test]
async fn a_liability_is_settled_out_of_payable_money_or_acknowledged_as_paid() {
    let stage = Stage::new().await;
    let first = stage.paid(10_000).await;
    let case = stage.judged(&first, 10_000, 5_000).await;
    let settle = format!("{}/settle-liability", stage.purse);
    let poor = stage.provider.post(&settle, json!({ "case": case })).await;
    poor.refused(409, "nothing_payable", None);
    stage.completed(4_000).await;
    let short = stage.provider.post(&settle, json!({ "case": case })).await;
    assert_eq!(short.refused(422, "insufficient_payable", None)["field"], "case");
    stage.completed(4_000).await;
    let unknown = stage.provider.post(&settle, json!({ "case": CaseId(Uuid::now_v7()) })).await;
    unknown.refused(422, "unknown_liability", Some("W18"));
    stage.operator.post(&settle, json!({ "case": case })).await.refused(403, "purse_not_yours", None);
    stage.provider.post(&settle, json!({ "case": case })).await.ok();
    stage.rest().await;
    assert_eq!(stage.purse().await["payable"][0]["total"], cny("30.00"));
    assert_eq!(stage.escrow(&first).await["refunded"], cny("150.00"));

    let second = stage.paid(10_000).await;
    let case = stage.judged(&second, 10_000, 7_000).await;
    let acknowledge = format!("{}/acknowledge-direct-payment", stage.purse);
    let body = |note: &str| json!({ "case": case, "note": note });
    stage.provider.post(&acknowledge, body("paid")).await.refused(403, "purse_not_yours", None);
    let bare = stage.operator.post(&acknowledge, body(" ")).await.refused(422, "purse_text_malformed", None);
    assert_eq!(bare["field"], "note");
    let done = stage.operator.post(&acknowledge, body("receipt of 3 May")).await.ok();
    assert_eq!(done["liabilities"], json!([]));
    let none = stage.operator.post(&acknowledge, body("again")).await;
    none.refused(409, "no_liability", Some("W18"));
    stage.check_books();
}

#[tokio::test]
async fn a_case_before_its_order_waits_for_it() {
    let stage = Stage::new().await;
    let order = Order { order: OrderId(Uuid::now_v7()), ..stage.order(10_000) };
    stage.rule(&order, "awarded", 10_000, 0).await;
    stage.rest().await;
    stage.operator.get(&path(&order)).await.refused(404, "not_found", None);
    let order = Order { pay_by: Some(stage.now().await + TimeDelta::hours(24)), ..order };
    stage.tell(&order, "placed", 1).await;
    stage.rest().await;
    assert_eq!(stage.escrow(&order).await["status"], "awaiting_payment");
    stage.merchant.post(&format!("{}/payments", path(&order)), json!({ "method": "tok" })).await.ok();
    stage.rest().await;
    assert_eq!(stage.escrow(&order).await["status"], "refunded");
    stage.check_books();
}
