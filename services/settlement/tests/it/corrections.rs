//! Another outcome after the money has moved (D1.1.4): what can be taken back is, what cannot is a recorded liability.
use crate::stage::{Stage, action, cny, events, path};
use kernel::TimeDelta;
use serde_json::{Value, json};

/// What the messages since the last call say that the case brought about: kind and amount.
async fn caused(stage: &Stage) -> Vec<(String, Value)> {
    let told = stage.told().await;
    let caused = told.iter().filter_map(|(_, data)| data["caused"].as_array()).flatten();
    caused.map(|one| (one["kind"].as_str().unwrap().to_owned(), one["amount"]["amount"].clone())).collect()
}

fn of(list: &[(&str, &str)]) -> Vec<(String, Value)> {
    list.iter().map(|(kind, amount)| ((*kind).to_owned(), json!(amount))).collect()
}

#[tokio::test]
async fn more_for_the_merchant_is_taken_back_from_the_provider() {
    let stage = Stage::new().await;
    stage.deposited().await;
    let order = stage.paid(120_000).await;
    stage.told().await;
    let case = stage.judged(&order, 40_000, 0).await;
    assert_eq!(caused(&stage).await, of(&[("refunded", "400.00"), ("credited", "800.00"), ("paid_out", "400.00")]));
    stage.followed(&order, case, 3, 120_000, 0).await;
    let seen = stage.escrow(&order).await;
    assert_eq!((&seen["refunded"], &seen["award"]["rules"]), (&cny("1200.00"), &json!(["D1.1.4"])));
    let purse = stage.purse().await;
    assert_eq!((&purse["payable"][0]["total"], &purse["deposit"]), (&cny("0.00"), &cny("10000.00")));
    assert_eq!(caused(&stage).await, of(&[("payable_drawn", "800.00"), ("paid_out", "800.00")]));

    // And more than what is there: deposit, then a liability, which stops trade when it is not paid.
    stage.followed(&order, case, 4, 120_000, 1_010_000).await;
    let purse = stage.purse().await;
    assert_eq!((&purse["deposit"], &purse["liabilities"][0]["amount"]), (&cny("0.00"), &cny("100.00")));
    let told = caused(&stage).await;
    let expected = of(&[("deposit_drawn", "10000.00"), ("liability_recorded", "100.00"), ("paid_out", "10000.00")]);
    assert_eq!(told, expected);
    stage.advance(TimeDelta::days(11)).await;
    assert_eq!(caused(&stage).await, vec![("trade_stopped".to_owned(), Value::Null)]);
    // An older word changes nothing.
    stage.followed(&order, case, 3, 0, 0).await;
    assert_eq!(stage.escrow(&order).await["award"]["compensation"], cny("10100.00"));
    stage.check_books();
}

#[tokio::test]
async fn less_for_the_merchant_is_its_debt_until_it_is_paid_back() {
    let stage = Stage::new().await;
    let order = stage.paid(120_000).await;
    let case = stage.judged(&order, 120_000, 5_000).await;
    assert_eq!(stage.purse().await["liabilities"][0]["amount"], cny("50.00"));
    stage.told().await;
    stage.followed(&order, case, 3, 70_000, 0).await;
    let seen = stage.escrow(&order).await;
    assert_eq!((&seen["debt"], &seen["refunded"]), (&cny("500.00"), &cny("1200.00")));
    assert_eq!(stage.purse().await["liabilities"], json!([]));
    assert_eq!(caused(&stage).await, of(&[("liability_cancelled", "50.00"), ("debt_recorded", "500.00")]));
    let (merchant, provider) = (stage.merchant_id, stage.provider_id);
    let balances = stage.balances();
    assert_eq!(balances.get(&format!("debt:{merchant}")), Some(&50_000));
    assert_eq!(balances.get(&format!("due:{provider}")), Some(&-50_000));
    let timeline = stage.merchant.get(&format!("{}/timeline?limit=100", path(&order))).await.ok();
    let recorded = timeline["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&recorded["event"], &recorded["rules"]),
        (&json!("debt_recorded"), &json!(["D1.1.4", "D1.6.2", "W18"]))
    );
    assert_eq!((&recorded["amount"], &recorded["case"]), (&cny("500.00"), &json!(case)));

    let seen = stage.merchant.get(&path(&order)).await.ok();
    assert_eq!(action(&seen, "repay_debt")["allowed"], true);
    let repayments = format!("{}/repayments", path(&order));
    stage.provider.post(&repayments, json!({ "method": "tok" })).await.refused(403, "escrow_not_yours", None);
    let paying = stage.merchant.post(&repayments, json!({ "method": "tok" })).await;
    assert_eq!((paying.status, &paying.json["payment"]["amount"]), (201, &cny("500.00")));
    stage.rest().await;
    let seen = stage.escrow(&order).await;
    assert_eq!((&seen["debt"], &seen["returned"]), (&Value::Null, &cny("500.00")));
    assert_eq!(stage.purse().await["payable"][0]["total"], cny("500.00"));
    assert_eq!(caused(&stage).await, of(&[("debt_paid", "500.00")]));
    let again = stage.merchant.post(&repayments, json!({ "method": "tok" })).await;
    again.refused(409, "escrow_nothing_owed", Some("D1.6.2"));
    stage.check_books();
}

#[tokio::test]
async fn a_debt_that_is_not_paid_in_time_is_told_until_it_is() {
    let stage = Stage::new().await;
    let order = stage.paid(120_000).await;
    let case = stage.judged(&order, 120_000, 0).await;
    stage.followed(&order, case, 3, 70_000, 0).await;
    let seen = stage.merchant.get(&path(&order)).await.ok();
    let [deadline] = &seen["deadlines"].as_array().unwrap()[..] else { panic!("{seen}") };
    assert_eq!((&deadline["kind"], &deadline["rule"]), (&json!("debt_payment"), &json!("W18")));
    assert_eq!((&deadline["party"], &seen["debt_overdue"]), (&json!("merchant"), &json!(false)));
    stage.told().await;

    stage.advance(TimeDelta::days(10)).await;
    stage.rest().await;
    assert_eq!(stage.escrow(&order).await["debt_overdue"], true);
    let told = stage.told().await;
    let (_, overdue) = told.iter().find(|(fact, _)| fact == "escrow.debt_overdue").unwrap();
    assert_eq!((&overdue["debt"], &overdue["debt_overdue"]), (&cny("500.00"), &json!(true)));
    assert_eq!(overdue["caused"], json!([{ "case": case, "kind": "orders_stopped" }]));
    let timeline = stage.provider.get(&format!("{}/timeline?limit=100", path(&order))).await.ok();
    let entry = timeline["items"].as_array().unwrap().last().unwrap();
    assert_eq!((&entry["event"], &entry["rules"]), (&json!("debt_overdue"), &json!(["W18", "D1.6.2"])));

    let acknowledge = format!("{}/acknowledge-repayment", path(&order));
    stage.operator.post(&acknowledge, json!({ "note": "a receipt of both" })).await.ok();
    stage.rest().await;
    let told = stage.told().await;
    let (_, settled) = told.iter().find(|(fact, _)| fact == "escrow.corrected").unwrap();
    assert_eq!((&settled["debt"], &settled["debt_overdue"]), (&cny("0.00"), &json!(false)));
    stage.check_books();
}

#[tokio::test]
async fn the_parties_settle_a_debt_themselves_and_an_operator_records_it() {
    let stage = Stage::new().await;
    let order = stage.paid(10_000).await;
    let case = stage.judged(&order, 10_000, 0).await;
    stage.followed(&order, case, 3, 0, 0).await;
    let acknowledge = format!("{}/acknowledge-repayment", path(&order));
    stage.merchant.post(&acknowledge, json!({ "note": "paid" })).await.refused(403, "escrow_not_yours", None);
    let bare = stage.operator.post(&acknowledge, json!({ "note": " " })).await;
    assert_eq!(bare.refused(422, "escrow_note_malformed", None)["field"], "note");
    let seen = stage.operator.post(&acknowledge, json!({ "note": "a receipt of both" })).await.ok();
    assert_eq!(seen["debt"], Value::Null);
    let timeline = stage.provider.get(&format!("{}/timeline?limit=100", path(&order))).await.ok();
    assert_eq!(events(&timeline).last(), Some(&"debt_settled_directly"));
    stage.check_books();
}
