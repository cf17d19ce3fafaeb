//! The escrow of an order: paid, held, released; who sees and does what; messages in any order.
use crate::stage::{Stage, action, cny, events, path};
use contracts::orders::Order;
use kernel::{MerchantId, ProviderId, Role, TimeDelta};
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::test]
async fn an_order_is_paid_held_released_and_paid_out() {
    let stage = Stage::new().await;
    let order = stage.placed(120_000).await;
    let seen = stage.escrow(&order).await;
    assert_eq!(seen["status"], "awaiting_payment");
    assert_eq!(seen["amount"], cny("1200.00"));
    assert_eq!(action(&seen, "start_payment")["allowed"], true);
    let paying = stage.merchant.post(&format!("{}/payments", path(&order)), json!({ "method": "tok_visa" })).await;
    assert_eq!(paying.status, 201, "{}", paying.text);
    assert_eq!(paying.json["deadlines"][0]["kind"], "payment_attempt");
    let payment = paying.headers["location"].to_str().unwrap().to_owned();
    stage.rest().await;
    let seen = stage.merchant.get(&payment).await.ok();
    assert_eq!((&seen["status"], &seen["amount"]), (&json!("succeeded"), &cny("1200.00")));
    assert_eq!(stage.escrow(&order).await["status"], "held");

    stage.tell_by(&order, "completed", 9, "D1.3.1").await;
    let seen = stage.escrow(&order).await;
    assert_eq!((&seen["status"], &seen["released"]), (&json!("released"), &cny("1200.00")));
    let payouts = format!("{}/payouts", stage.purse);
    let early = stage.provider.post(&payouts, json!({ "amount": cny("1200.00") })).await;
    let early = early.refused(409, "not_yet_payable", Some("D1.6.2"));
    assert!(early["from"].is_string());
    stage.advance(TimeDelta::days(9)).await;
    assert_eq!(stage.purse().await["payable"], json!([{ "total": cny("1200.00"), "free": cny("1200.00") }]));
    let asked = stage.provider.post(&payouts, json!({ "amount": cny("1200.00") })).await;
    assert_eq!(asked.status, 201, "{}", asked.text);
    stage.rest().await;
    let payout = stage.provider.get(asked.headers["location"].to_str().unwrap()).await.ok();
    assert_eq!((&payout["status"], &payout["kind"]), (&json!("succeeded"), &json!("payout")));
    assert!(payout["id"].as_str().unwrap().starts_with("out_"));

    assert!(stage.balances().is_empty(), "{:?}", stage.balances());
    stage.check_books();
    let facts: Vec<_> = stage.told().await.into_iter().map(|(fact, _)| fact).collect();
    assert_eq!(facts, ["escrow.opened", "escrow.held", "escrow.released", "purse.changed"]);
}

#[tokio::test]
async fn the_timeline_tells_the_story_without_the_method_and_without_the_other_sides_persons() {
    let stage = Stage::new().await;
    let order = stage.completed(120_000).await;
    let url = format!("{}/timeline", path(&order));
    let told = stage.merchant.get(&url).await;
    assert!(!told.text.contains("tok_visa"));
    let told = told.ok();
    assert_eq!(events(&told), ["opened", "payment_started", "held", "order_heard", "released"]);
    let entries = &told["items"];
    assert_eq!((&entries[1]["party"], &entries[1]["person"]), (&json!("merchant"), &json!("merchant-person")));
    assert_eq!((&entries[2]["party"], &entries[2]["amount"]), (&json!("system"), &cny("1200.00")));
    assert_eq!((&entries[4]["rules"], &entries[4]["to_provider"]), (&json!(["D1.3.1"]), &cny("1200.00")));
    let of_provider = stage.provider.get(&url).await.ok();
    assert_eq!(of_provider["items"][1]["person"], Value::Null);
    let first = stage.merchant.get(&format!("{url}?limit=2")).await.ok();
    assert_eq!(events(&first), ["opened", "payment_started"]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = stage.merchant.get(&format!("{url}?cursor={cursor}")).await.ok();
    assert_eq!(events(&rest), ["held", "order_heard", "released"]);
    stage.nobody().get(&url).await.refused(401, "token_missing", None);
    stage.merchant(MerchantId(Uuid::now_v7())).get(&url).await.refused(404, "not_found", None);
}

#[tokio::test]
async fn strangers_see_nothing_and_parties_do_what_is_theirs() {
    let stage = Stage::new().await;
    let order = stage.placed(120_000).await;
    let (escrow, pay) = (path(&order), format!("{}/payments", path(&order)));
    let body = || json!({ "method": "tok_visa" });
    let strangers = [
        stage.suite.merchant(MerchantId(Uuid::now_v7())),
        stage.suite.provider(ProviderId(Uuid::now_v7())),
        stage.staff(Role::Reviewer),
    ];
    for stranger in &strangers {
        stranger.get(&escrow).await.refused(404, "not_found", None);
        stranger.get(&pay).await.refused(404, "not_found", None);
        stranger.post(&pay, body()).await.refused(404, "not_found", None);
    }
    stage.nobody().get(&escrow).await.refused(401, "token_missing", None);
    stage.nobody().post(&pay, body()).await.refused(401, "token_missing", None);
    stage.provider.post(&pay, body()).await.refused(403, "escrow_not_yours", None);
    stage.operator.post(&pay, body()).await.refused(403, "escrow_not_yours", None);
    assert_eq!(action(&stage.provider.get(&escrow).await.ok(), "start_payment"), &Value::Null);
    let retry = format!("{escrow}/retry-remittance");
    let body = || json!({ "remittance": Uuid::nil() });
    stage.merchant.post(&retry, body()).await.refused(403, "escrow_not_yours", None);
    stage.operator.post(&retry, body()).await.refused(409, "escrow_nothing_failed", None);
}

#[tokio::test]
async fn payments_are_refused_with_their_reason() {
    let stage = Stage::new().await;
    let (first, second) = (stage.placed(120_000).await, stage.placed(5_000).await);
    let pay = format!("{}/payments", path(&first));
    let long = "x".repeat(101);
    for method in ["", &long, "a\u{7}"] {
        let refused = stage.merchant.post(&pay, json!({ "method": method })).await;
        assert_eq!(refused.refused(422, "escrow_method_malformed", None)["field"], "method");
    }
    let unknown = stage.merchant.post(&pay, json!({ "method": "tok", "amount": "1" })).await;
    assert_eq!(unknown.refused(422, "body_invalid", None)["field"], "amount");
    stage.merchant.post(&pay, json!({ "method": "sandbox:silent" })).await.ok();
    let again = stage.merchant.post(&pay, json!({ "method": "tok" })).await;
    again.refused(409, "escrow_payment_running", None);
    let mut cancelled = second.clone();
    cancelled.open = false;
    stage.tell_by(&cancelled, "cancelled", 2, "W1").await;
    let closed = stage.merchant.post(&format!("{}/payments", path(&second)), json!({ "method": "tok" })).await;
    closed.refused(409, "escrow_closed", Some("W1"));
    let third = stage.paid(100).await;
    let paid = stage.merchant.post(&format!("{}/payments", path(&third)), json!({ "method": "tok" })).await;
    paid.refused(409, "escrow_paid", None);
    stage.advance(TimeDelta::hours(25)).await;
    let late = stage.merchant.post(&pay, json!({ "method": "tok" })).await;
    assert!(late.refused(409, "escrow_payment_window_closed", Some("W1"))["since"].is_string());
}

#[tokio::test]
async fn a_repeated_request_pays_once_and_a_stale_one_not_at_all() {
    let stage = Stage::new().await;
    let order = stage.placed(120_000).await;
    let pay = format!("{}/payments", path(&order));
    let body = || json!({ "method": "tok_visa" });
    let stale = [("Idempotency-Key", "a"), ("If-Match", "\"9\"")];
    let stale = stage.merchant.post_with(&pay, body(), &stale).await.refused(412, "version_mismatch", None);
    assert_eq!(stale["current"], 1);
    let key = [("Idempotency-Key", "b"), ("If-Match", "\"1\"")];
    let first = stage.merchant.post_with(&pay, body(), &key).await;
    let again = stage.merchant.post_with(&pay, body(), &key).await;
    assert_eq!((first.status, again.status, &first.text), (201, 201, &again.text));
    assert_eq!(again.headers["idempotent-replayed"], "true");
    let other = stage.merchant.post_with(&pay, json!({ "method": "tok" }), &key).await;
    other.refused(422, "idempotency_key_reused", None);
    stage.rest().await;
    assert_eq!(stage.number("SELECT count(*) AS n FROM sandbox_requests"), 1);
}

#[tokio::test]
async fn lists_show_each_their_own_page_by_page() {
    let stage = Stage::new().await;
    let mut paths = vec![];
    for minor in 1..=5 {
        paths.insert(0, path(&stage.placed(minor * 100).await));
    }
    let first = stage.merchant.get("/v1/escrows?limit=3").await.ok();
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = stage.merchant.get(&format!("/v1/escrows?limit=3&cursor={cursor}")).await.ok();
    assert_eq!(second["next_cursor"], Value::Null);
    let items = [&first, &second].map(|page| page["items"].as_array().unwrap().clone()).concat();
    let found: Vec<_> = items.iter().map(|item| format!("/v1/escrows/{}", item["id"].as_str().unwrap())).collect();
    assert_eq!(found, paths);
    assert_eq!(stage.operator.get("/v1/escrows").await.ok()["items"].as_array().unwrap().len(), 5);
    let order = items[0]["order"].as_str().unwrap();
    let one = stage.provider.get(&format!("/v1/escrows?order={order}&status=awaiting_payment")).await.ok();
    assert_eq!(one["items"].as_array().unwrap().len(), 1);
    assert_eq!(stage.provider.get("/v1/escrows?status=held").await.ok()["items"], json!([]));
    let stranger = stage.suite.merchant(MerchantId(Uuid::now_v7()));
    assert_eq!(stranger.get(&format!("/v1/escrows?order={order}")).await.ok()["items"], json!([]));
    stage.staff(Role::Moderator).get("/v1/escrows").await.refused(403, "role_required", None);
    stage.merchant.get("/v1/escrows?status=lost").await.refused(400, "query_invalid", None);
    stage.nobody().get("/v1/escrows").await.refused(401, "token_missing", None);
}

#[tokio::test]
async fn messages_may_come_in_any_order_and_more_than_once() {
    let stage = Stage::new().await;
    let orders: [[usize; 5]; 4] = [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 4, 0, 3, 1], [3, 0, 4, 1, 2]];
    for turn in orders {
        let pay_by = Some(stage.now().await + TimeDelta::hours(24));
        let order = Order { pay_by, ..stage.order(90_000) };
        // Paid before the rest is heard: the payment needs the escrow, which any message opens.
        stage.tell(&order, "placed", 1).await;
        stage.rest().await;
        stage.merchant.post(&format!("{}/payments", path(&order)), json!({ "method": "tok" })).await.ok();
        let (case, ruling) = stage.ruling(&order, 30_001, 0);
        let judged = Order { ended_by_case: Some(case), ..order.clone() };
        let mut messages = vec![];
        for turn in turn {
            messages.push(match turn {
                0 => stage.tell(&order, "funded", 2).await,
                1 => stage.tell(&order, "disputed", 3).await,
                2 => stage.tell(&order, "resumed", 2).await,
                3 => stage.tell(&judged, "settled", 5).await,
                _ => stage.inject("disputes", "case.settled", &case.to_string(), 2, ruling.clone()).await,
            });
        }
        for message in &messages {
            stage.send(message).await;
        }
        stage.rest().await;
        let seen = stage.escrow(&order).await;
        assert_eq!(seen["status"], "split", "{turn:?}");
        assert_eq!((&seen["refunded"], &seen["released"]), (&cny("300.01"), &cny("599.99")), "{turn:?}");
    }
    assert_eq!(stage.purse().await["open_cases"], 0);
    stage.check_books();
}
