//! The inbox: what comes in, who sees it, the receipt, what is told of it.
use crate::stage::{Stage, channel, path};
use contracts::Record;
use kernel::{MerchantId, Party, Role, RuleId};
use serde_json::{Value, json};
use uuid::Uuid;

fn kinds(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["kind"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_delivery_is_told_to_the_merchant_and_the_notice_is_served_at_once() {
    let stage = Stage::new().await;
    let order = stage.order();
    let told = stage.tell(&order, "delivered").await;
    let notice = stage.newest().await;
    assert_eq!((&notice["kind"], &notice["fact"]), (&json!("order_delivered"), &json!("orders.order.delivered")));
    assert_eq!((&notice["recipient"], &notice["order"]), (&json!(stage.merchant_id), &json!(order.order)));
    assert_eq!((&notice["status"], &notice["served"]["by"]), (&json!("delivered"), &json!("inbox")));
    assert_eq!((&notice["rules"], &notice["served"]["rules"]), (&json!(["W5", "D1.1.3"]), &json!(["D1.1.3"])));
    assert_eq!(notice["fact_at"], json!(told.time));
    assert!(notice["subject"].as_str().unwrap().contains(&order.order.to_string()));
    assert_eq!(notice["channels"].as_array().unwrap().len(), 1, "no address, no e-mail");
    let [(fact, payload)] = &stage.told().await[..] else { panic!("one message") };
    assert_eq!((fact.as_str(), &payload["served_by"]), ("served", &json!("inbox")));
    assert_eq!((&payload["fact_at"], &payload["cause"]), (&json!(told.time), &json!(told.id)));
    assert_eq!((&payload["order"], &payload["party"]), (&json!(order.order), &json!("merchant")));
    assert!(stage.letters.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_same_message_twice_is_one_notice() {
    let stage = Stage::new().await;
    let told = stage.tell(&stage.order(), "delivered").await;
    let twin = contracts::Message { traceparent: Some("00-1-2-01".into()), ..told.clone() };
    for message in [&told, &twin] {
        stage.send(message).await;
    }
    stage.rest().await;
    assert_eq!(kinds(&stage.merchant.get("/v1/notices").await.ok()).len(), 1);
    assert_eq!(stage.told().await.len(), 1);
}

#[tokio::test]
async fn a_case_is_told_to_both_sides_each_in_its_own_words() {
    let stage = Stage::new().await;
    let order = stage.order();
    let case = stage.dispute(&order).await;
    let of_case = format!("/v1/notices?case={case}");
    let (one, other) = (stage.merchant.get(&of_case).await.ok(), stage.provider.get(&of_case).await.ok());
    assert_eq!((kinds(&one), kinds(&other)), (vec!["dispute_opened"], vec!["dispute_opened"]));
    assert_ne!(one["items"][0]["subject"], other["items"][0]["subject"]);
    let told = stage.told().await;
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|(fact, data)| fact == "served" && data["case"] == json!(case)));
    let arbitrator = stage.staff(Role::Arbitrator);
    assert_eq!(kinds(&arbitrator.get(&of_case).await.ok()), ["dispute_opened", "dispute_opened"]);
    assert_eq!(arbitrator.get(&path(&one["items"][0])).await.ok()["actions"], json!([]));
}

#[tokio::test]
async fn what_is_late_and_what_is_asked_for_is_told_under_the_rules_of_the_fact() {
    let stage = Stage::new().await;
    let order = stage.order();
    stage.record(&order, "overdue", &["D2.5c", "W6", "W4"]).await;
    let notice = stage.newest().await;
    assert_eq!((&notice["kind"], &notice["rules"]), (&json!("order_overdue"), &json!(["D2.5c", "W6", "W4"])));
    assert!(notice["text"].as_str().unwrap().contains("apply for a refund at once"));
    stage.record(&order, "cooperation_requested", &["D2.6", "X4"]).await;
    stage.record(&order, "modification_requested", &[]).await;
    let of_order = format!("/v1/notices?order={}", order.order);
    let merchant = stage.merchant.get(&of_order).await.ok();
    assert_eq!(kinds(&merchant), ["cooperation_requested", "order_overdue"]);
    let provider = stage.provider.get(&of_order).await.ok();
    assert_eq!(kinds(&provider), ["modification_requested", "order_overdue"]);
    let asked = stage.provider.get(&path(&provider["items"][0])).await.ok();
    assert_eq!(asked["rules"], json!(["W6", "D2.5a"]), "the fact names none: the template does");
    // What nobody decided about makes no notice, and does no harm.
    stage.record(&order, "painted_green", &[]).await;
    assert_eq!(kinds(&stage.merchant.get(&of_order).await.ok()).len(), 2);
}

#[tokio::test]
async fn that_a_case_stands_still_and_goes_on_is_told_to_both() {
    let stage = Stage::new().await;
    stage.subscribe("zh").await;
    let order = stage.order();
    let case = stage.dispute(&order).await;
    for (sequence, fact) in (2..).zip(["suspended", "suspension_review_due", "resumed", "decision_overdue", "appealed"])
    {
        stage.tell_case(case, &order, fact, sequence).await;
    }
    let of_case = format!("/v1/notices?case={case}&limit=5");
    let told =
        ["dispute_appealed", "decision_overdue", "dispute_resumed", "suspension_review_due", "dispute_suspended"];
    let (merchant, provider) = (stage.merchant.get(&of_case).await.ok(), stage.provider.get(&of_case).await.ok());
    assert_eq!((kinds(&merchant), kinds(&provider)), (told.to_vec(), told.to_vec()));
    assert_eq!(merchant["items"][4]["subject"], format!("案件 {case} 已中止"));
    assert_eq!(provider["items"][4]["subject"], format!("Case {case} stands still"));
    let suspended = stage.provider.get(&path(&provider["items"][4])).await.ok();
    assert_eq!(suspended["rules"], json!(["W16", "D1.5.1", "D1.5.2"]));
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn evidence_asked_of_a_side_is_told_to_it_with_what_and_until_when() {
    let stage = Stage::new().await;
    let order = stage.order();
    let case = stage.dispute(&order).await;
    let rules = ["D1.4.1", "W14"].map(RuleId::of);
    let asked = Record {
        side: Some(Party::Merchant),
        due: Some("2026-12-01T12:00:00Z".parse().unwrap()),
        ..Record::of("evidence_requested", 4, &rules).saying("Screenshots of the price list.")
    };
    stage.record_case(case, &order, 2, asked).await;
    let of_case = format!("/v1/notices?case={case}&limit=1");
    let told = stage.newest().await;
    assert_eq!((&told["kind"], &told["fact"]), (&json!("evidence_requested"), &json!("disputes.case.recorded")));
    assert_eq!((&told["order"], &told["rules"]), (&json!(order.order), &json!(rules)));
    let text = told["text"].as_str().unwrap();
    for part in ["2026-12-01T12:00:00Z", "Screenshots of the price list.", "D1.4.2", "seal your set"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(kinds(&stage.provider.get(&of_case).await.ok()), ["evidence_asked_of_other"]);
    // Whoever proposes is not told of it.
    let rules = [RuleId::of("W12")];
    let mut proposed = Record { side: Some(Party::Provider), ..Record::of("proposed", 5, &rules) };
    proposed.due = Some("2026-12-02T12:00:00Z".parse().unwrap());
    proposed.amount = Some(order.amount);
    stage.record_case(case, &order, 3, proposed).await;
    assert_eq!(kinds(&stage.merchant.get(&of_case).await.ok()), ["settlement_proposed"]);
    assert_eq!(kinds(&stage.provider.get(&of_case).await.ok()), ["evidence_asked_of_other"]);
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn what_the_staff_must_see_to_stands_in_the_platforms_own_inbox() {
    let stage = Stage::new().await;
    let order = stage.order();
    let case = stage.dispute(&order).await;
    stage.tell_case(case, &order, "decision_overdue", 2).await;
    stage.tell_case(case, &order, "suspension_review_due", 3).await;
    let (operator, inbox) = (stage.staff(Role::Operator), "/v1/notices?recipient=platform");
    let told = operator.get(inbox).await.ok();
    assert_eq!(kinds(&told), ["suspension_review_due", "decision_overdue"]);
    assert_eq!(kinds(&stage.staff(Role::Arbitrator).get(inbox).await.ok()).len(), 2);
    operator.get("/v1/notices?recipient=nobody").await.refused(400, "query_invalid", None);
    let overdue = path(&told["items"][1]);
    assert!(operator.get(&overdue).await.ok()["text"].as_str().unwrap().contains("back in the queue"));
    operator.post(&format!("{overdue}/read"), json!({})).await.ok();
    assert_eq!(kinds(&operator.get(&format!("{inbox}&unread=true")).await.ok()), ["suspension_review_due"]);
    // The parties have their own, and other contexts hear of theirs alone.
    for side in [&stage.merchant, &stage.provider] {
        side.get(&overdue).await.refused(404, "not_found", None);
        let seen = side.get(inbox).await.ok();
        assert_eq!(kinds(&seen), ["suspension_review_due", "decision_overdue", "dispute_opened"]);
        assert!(seen["items"].as_array().unwrap().iter().all(|item| item["recipient"] != "platform"));
    }
    assert!(stage.told().await.iter().all(|(_, data)| data["recipient"] != "platform" && data["party"] != "operator"));
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn reading_is_a_receipt_and_counts_once() {
    let stage = Stage::new().await;
    stage.tell(&stage.order(), "placed").await;
    let notice = stage.newest().await;
    assert_eq!((&notice["kind"], &notice["rules"][0]), (&json!("order_placed"), &json!("A9")));
    assert_eq!(notice["actions"], json!([{ "action": "read", "allowed": true }]));
    stage.told().await;
    let unread = "/v1/notices?unread=true";
    assert_eq!(kinds(&stage.merchant.get(unread).await.ok()), ["order_placed"]);
    let read = format!("{}/read", path(&notice));
    let seen = stage.merchant.post(&read, json!({})).await.ok();
    assert_eq!((&seen["status"], &channel(&seen, "inbox")["state"]), (&json!("read"), &json!("read")));
    let again = stage.merchant.post(&read, json!({})).await.ok();
    assert_eq!(channel(&again, "inbox")["at"], channel(&seen, "inbox")["at"]);
    assert_eq!(kinds(&stage.merchant.get(unread).await.ok()), Vec::<&str>::new());
    assert_eq!(kinds(&stage.merchant.get("/v1/notices?unread=false&kind=order_placed").await.ok()), ["order_placed"]);
    let told = stage.told().await;
    assert_eq!(told.iter().map(|(fact, _)| fact.as_str()).collect::<Vec<_>>(), ["read"]);
    assert_eq!(told[0].1["served_by"], "inbox");
}

#[tokio::test]
async fn somebody_elses_notice_is_not_there() {
    let stage = Stage::new().await;
    stage.tell(&stage.order(), "delivered").await;
    let path = path(&stage.newest().await);
    let strangers = [stage.suite_merchant(), stage.provider.clone(), stage.staff(Role::Moderator)];
    for stranger in &strangers {
        stranger.get(&path).await.refused(404, "not_found", None);
        stranger.post(&format!("{path}/read"), json!({})).await.refused(404, "not_found", None);
    }
    for stranger in &strangers[..2] {
        assert_eq!(kinds(&stranger.get("/v1/notices").await.ok()), Vec::<&str>::new());
    }
    strangers[2].get("/v1/notices").await.refused(403, "role_required", None);
    stage.staff(Role::Operator).post(&format!("{path}/read"), json!({})).await.refused(403, "notice_not_yours", None);
    stage.nobody().get(&path).await.refused(401, "token_missing", None);
    stage.merchant.get("/v1/notices/ord_01h455vb4pex5vsknk084sn02q").await.refused(404, "not_found", None);
}

#[tokio::test]
async fn what_concerns_nobody_makes_no_notice_and_lists_go_on_by_cursor() {
    let stage = Stage::new().await;
    let order = stage.order();
    stage.tell(&order, "settled").await;
    assert_eq!(stage.merchant.get("/v1/notices").await.ok()["items"], json!([]));
    for fact in ["placed", "started", "delivered", "completed"] {
        stage.tell(&order, fact).await;
    }
    let of_order = format!("/v1/notices?order={}&limit=3", order.order);
    let first = stage.merchant.get(&of_order).await.ok();
    assert_eq!(kinds(&first), ["order_completed", "order_delivered", "order_started"]);
    let next = first["next_cursor"].as_str().unwrap();
    let second = stage.merchant.get(&format!("{of_order}&cursor={next}")).await.ok();
    assert_eq!((kinds(&second), &second["next_cursor"]), (vec!["order_placed"], &Value::Null));
}

impl Stage {
    fn suite_merchant(&self) -> testkit::Client {
        self.merchant_of(MerchantId(Uuid::now_v7()))
    }

    fn merchant_of(&self, id: MerchantId) -> testkit::Client {
        (**self).merchant(id)
    }
}
