//! The parties among themselves: proposals, refusal, silence, withdrawal, escalation.
use crate::stage::{Stage, cny, deadline, escalation};
use kernel::RuleId;
use serde_json::{Value, json};

async fn propose(stage: &Stage, by: &testkit::Client, case: &str, amount: &str) -> String {
    let made = by.post(&format!("{case}/proposals"), json!({ "to_merchant": cny(amount), "text": "For peace." })).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let location = made.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(stage.merchant.get(&location).await.ok()["to_merchant"], cny(amount));
    location
}

#[tokio::test]
async fn a_counter_proposal_that_is_accepted_settles_the_case_to_the_minor_unit() {
    let stage = Stage::new().await;
    let case = stage.open().await;
    let first = propose(&stage, &stage.provider, &case, "300.00").await;
    let second = propose(&stage, &stage.merchant, &case, "500.01").await;
    let accept = format!("{second}/accept");
    stage.merchant.post(&accept, json!({ "to_merchant": cny("500.01") })).await.refused(
        409,
        "proposal_is_your_own",
        Some("W12"),
    );
    let replaced = stage.provider.post(&format!("{first}/accept"), json!({ "to_merchant": cny("300.00") })).await;
    replaced.refused(422, "proposal_replaced", Some("D1.6.1"));
    let other = stage.provider.post(&accept, json!({ "to_merchant": cny("500.00") })).await;
    assert_eq!(other.refused(422, "proposal_amount_differs", Some("D1.6.1"))["field"], "to_merchant");
    stage.told().await;

    let seen = stage.provider.post(&accept, json!({ "to_merchant": cny("500.01") })).await.ok();
    assert_eq!((&seen["status"], &seen["stage"]), (&json!("settled"), &json!("closed")));
    assert_eq!(seen["outcome"]["to_merchant"], cny("500.01"));
    assert_eq!(seen["deadlines"], json!([]));
    let told = stage.told().await;
    assert_eq!(told.len(), 1);
    let (fact, data) = &told[0];
    assert_eq!((fact.as_str(), &data["open"]), ("settled", &json!(false)));
    assert_eq!(data["outcome"]["to_merchant"], cny("500.01"));
    assert_eq!(data["outcome"]["rules"], json!(["D1.6.1", "A7"]));

    let all = stage.merchant.get(&format!("{case}/proposals")).await.ok();
    let statuses: Vec<_> = all["items"].as_array().unwrap().iter().map(|one| one["status"].clone()).collect();
    assert_eq!(statuses, ["replaced", "accepted"]);
    stage.merchant.post(&format!("{case}/withdraw"), json!({})).await.refused(409, "case_closed", None);
}

#[tokio::test]
async fn an_offer_of_all_that_was_asked_settles_and_only_the_settlement_is_told() {
    let stage = Stage::new().await;
    let mut order = stage.order();
    order.application.as_mut().unwrap().amount = kernel::Money::new(80_000, kernel::Currency::CNY);
    let case = stage.open_from(&order).await;
    stage.published().await;
    let made = stage.provider.post(&format!("{case}/proposals"), json!({ "to_merchant": cny("800.00") })).await;
    assert_eq!((made.status, &made.json["status"]), (201, &json!("settled")), "{}", made.text);
    stage.rest().await;
    let published = stage.published().await;
    let told: Vec<_> = published.iter().filter(|message| message.source == "disputes").map(|one| one.fact()).collect();
    assert_eq!(told, ["settled"], "nobody is asked for an answer");
    let proposal = stage.merchant.get(made.headers["location"].to_str().unwrap()).await.ok();
    assert_eq!(proposal["status"], "accepted");
    let file = stage.merchant.get(&format!("{case}/file")).await.ok();
    let what: Vec<_> = file["items"].as_array().unwrap().iter().map(|one| one["content"]["what"].clone()).collect();
    assert_eq!(what, [json!(null), json!("proposed"), json!("settled")]);
}

#[tokio::test]
async fn proposals_keep_within_what_was_paid_and_a_decline_hands_the_move_back() {
    let stage = Stage::new().await;
    let case = stage.open().await;
    let proposals = format!("{case}/proposals");
    for bad in [cny("1200.01"), cny("-1"), json!({ "amount": "1", "currency": "EUR" })] {
        let refused = stage.provider.post(&proposals, json!({ "to_merchant": bad })).await;
        assert_eq!(refused.refused(422, "case_amount_out_of_range", Some("D1.6.2"))["field"], "to_merchant");
    }
    let long = json!({ "to_merchant": cny("1"), "text": "x".repeat(2_001) });
    assert_eq!(stage.provider.post(&proposals, long).await.refused(422, "case_text_too_long", None)["field"], "text");
    stage.arbitrator("arbitrator-1").post(&proposals, json!({ "to_merchant": cny("1") })).await.refused(
        403,
        "case_action_not_yours",
        None,
    );

    let proposal = propose(&stage, &stage.provider, &case, "300.00").await;
    assert_eq!(stage.merchant.get(&case).await.ok()["status"], "waiting_for_merchant");
    let seen = stage.merchant.post(&format!("{proposal}/decline"), json!({ "text": "Too little." })).await.ok();
    assert_eq!(seen["status"], "waiting_for_provider");
    let declined = stage.provider.get(&proposal).await.ok();
    assert_eq!((&declined["status"], &declined["answer"]), (&json!("declined"), &json!("Too little.")));
    stage.merchant.post(&format!("{proposal}/decline"), json!({})).await.refused(
        409,
        "proposal_not_there",
        Some("W12"),
    );
}

#[tokio::test]
async fn silence_declines_a_proposal_and_sends_an_unanswered_application_to_arbitration() {
    let stage = Stage::new().await;
    let (answered, ignored) = (stage.open().await, stage.open().await);
    let proposal = propose(&stage, &stage.provider, &answered, "300.00").await;
    stage.pass(&answered, "proposal_reply").await;
    assert_eq!(stage.merchant.get(&proposal).await.ok()["status"], "unanswered");
    stage.told().await;
    stage.pass(&ignored, "answer").await;
    let seen = stage.merchant.get(&ignored).await.ok();
    assert_eq!((&seen["status"], &seen["arbitration"]["escalated_by"]), (&json!("under_review"), &json!("unanswered")));
    let told = stage.told().await;
    assert_eq!(told.iter().map(|(fact, _)| fact.as_str()).collect::<Vec<_>>(), ["escalated"]);
    assert_eq!(rules(&stage, &ignored, "escalated").await, json!(["W11", "D1.4.2"]));
    // The other one was answered in time: its negotiation is over, nobody escalates, it falls.
    stage.pass(&answered, "escalation").await;
    assert_eq!(stage.merchant.get(&answered).await.ok()["status"], "withdrawn");
    let told = stage.told().await;
    let withdrawn: Vec<_> = told.iter().filter(|(fact, _)| fact == "withdrawn").collect();
    assert_eq!(withdrawn.len(), 1);
    let outcome = &withdrawn[0].1["outcome"];
    assert_eq!((&outcome["to_merchant"], &outcome["rules"]), (&cny("0.00"), &json!(["W13"])));
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn a_refusal_takes_the_proposal_off_the_table_and_opens_the_way_to_the_platform() {
    let stage = Stage::new().await;
    let mut order = stage.order();
    order.application.as_mut().unwrap().keeps_service = true;
    let case = stage.open_from(&order).await;
    let escalate = format!("{case}/escalate");
    let early = stage.merchant.post(&escalate, escalation()).await;
    let window = deadline(&stage.merchant.get(&case).await.ok(), "negotiation")["due_at"].clone();
    assert_eq!(early.refused(409, "negotiation_comes_first", Some("N1"))["from"], window);

    let proposal = propose(&stage, &stage.merchant, &case, "1000.00").await;
    let refuse = format!("{case}/refuse");
    stage.merchant.post(&refuse, json!({ "reasons": "No." })).await.refused(403, "case_action_not_yours", None);
    let empty = stage.provider.post(&refuse, json!({ "reasons": " " })).await;
    assert_eq!(empty.refused(422, "case_text_missing", None)["field"], "reasons");
    let seen = stage.provider.post(&refuse, json!({ "reasons": "It shows prices on demand." })).await.ok();
    assert_eq!(
        (&seen["negotiation"]["refused"], &deadline(&seen, "escalation")["rule"]),
        (&json!(true), &json!("W13"))
    );
    assert_eq!(stage.merchant.get(&proposal).await.ok()["status"], "dropped");
    stage.provider.post(&refuse, json!({ "reasons": "No." })).await.refused(409, "refund_already_refused", Some("A7"));

    for (missing, field) in [(json!({}), "kind_of_product"), (json!({ "kind_of_product": "an app" }), "summary")] {
        let refused = stage.merchant.post(&escalate, missing).await.refused(422, "escalation_incomplete", Some("A8"));
        assert_eq!(refused["field"], field);
    }
    let seen = stage.merchant.post(&escalate, escalation()).await.ok();
    assert_eq!((&seen["stage"], &seen["arbitration"]["assigned"]), (&json!("arbitration"), &json!(false)));
    stage.provider.post(&escalate, json!({ "reasons": "Please." })).await.refused(
        409,
        "case_already_escalated",
        Some("D1.3.1"),
    );
    let told = stage.merchant.get(&format!("{case}/timeline")).await.ok();
    let escalated = entry(&told, "escalated");
    assert_eq!(escalated["kind_of_product"], "a shop application");
    assert_eq!(escalated["summary"], "Asked for prices twice, got none.");
}

#[tokio::test]
async fn both_sides_may_talk_for_longer_and_the_merchant_may_withdraw() {
    let stage = Stage::new().await;
    let case = stage.open().await;
    let extend = format!("{case}/extend-negotiation");
    let before = stage.due(&case, "negotiation").await;
    let seen = stage.merchant.post(&extend, json!({})).await.ok();
    assert_eq!(
        (&seen["negotiation"]["extension"], &seen["negotiation"]["extension_wanted_by"]),
        (&json!("wanted"), &json!("merchant"))
    );
    assert_eq!(stage.provider.post(&extend, json!({})).await.ok()["negotiation"]["extension"], "agreed");
    assert!(stage.due(&case, "negotiation").await > before);
    stage.merchant.post(&extend, json!({})).await.refused(409, "negotiation_already_extended", Some("W12"));
    stage.told().await;

    let withdraw = format!("{case}/withdraw");
    stage.provider.post(&withdraw, json!({})).await.refused(403, "case_action_not_yours", None);
    assert_eq!(stage.merchant.post(&withdraw, json!({ "text": "Solved." })).await.ok()["status"], "withdrawn");
    let (fact, data) = stage.told().await.remove(0);
    assert_eq!((fact.as_str(), &data["outcome"]["rules"]), ("withdrawn", &json!(["D1.3.1"])));
    assert_eq!(data["status"], "withdrawn");
}

#[tokio::test]
async fn an_urgent_claim_does_not_wait_for_the_negotiation() {
    let stage = Stage::new().await;
    let mut order = stage.order();
    let application = order.application.as_mut().unwrap();
    application.keeps_service = true;
    application.supported_by = vec![RuleId::of("D2.1")];
    let case = stage.open_from(&order).await;
    assert_eq!(stage.merchant.post(&format!("{case}/escalate"), escalation()).await.ok()["status"], "under_review");
}

async fn rules(stage: &Stage, case: &str, event: &str) -> Value {
    entry(&stage.merchant.get(&format!("{case}/timeline")).await.ok(), event)["rules"].clone()
}

fn entry(timeline: &Value, event: &str) -> Value {
    timeline["items"].as_array().unwrap().iter().find(|entry| entry["event"] == event).unwrap().clone()
}
