//! Delivery, silence, rounds of modification, refusal as not objective, lateness.
use crate::stage::{Stage, action, deadline, facts};
use kernel::{RuleId, TimeDelta};
use serde_json::{Value, json};

fn wish(change: &str) -> Value {
    json!({ "items": [{ "kind": "wish", "change": change }] })
}

fn fault(change: &str) -> Value {
    json!({ "items": [{ "kind": "nonconformity", "change": change }] })
}

#[tokio::test]
async fn a_delivery_is_files_on_the_platform_with_a_manifest() {
    let stage = Stage::new().await;
    let order = stage.started().await;
    let path = format!("{order}/deliveries");
    stage.provider.post(&path, json!({ "files": [] })).await.refused(422, "nothing_delivered", Some("D1.2"));
    let (one, two) =
        (stage.file(&stage.provider, &order, "one").await, stage.file(&stage.provider, &order, "two").await);
    let twice = stage.provider.post(&path, json!({ "files": [one, one] })).await;
    assert_eq!(twice.refused(422, "order_list_invalid", None)["field"], "files");
    stage.merchant.post(&path, json!({ "files": [one] })).await.refused(403, "order_action_not_yours", None);
    let made = stage.provider.post(&path, json!({ "files": [one, two], "note": "Both." })).await;
    assert_eq!(made.headers["location"].to_str().unwrap(), format!("{path}/1"));
    let seen = made.ok();
    let delivery = stage.merchant.get(&format!("{path}/1")).await.ok();
    assert_eq!(delivery["manifest_sha256"], seen["delivery"]["manifest_sha256"]);
    assert_eq!((&delivery["files"][0]["id"], &delivery["files"][1]["id"]), (&json!(one), &json!(two)));
    assert_eq!((&delivery["note"], &delivery["is_late"]), (&json!("Both."), &json!(false)));
    assert_eq!(stage.merchant.get(&path).await.ok()["items"], json!([delivery]));
    stage.merchant.get(&format!("{path}/2")).await.refused(404, "not_found", None);
    let file = stage.merchant.get(&format!("{order}/files/{two}")).await;
    assert_eq!((file.status, file.text.as_str()), (200, "two"));
}

#[tokio::test]
async fn the_acceptance_window_waits_for_the_notice_of_the_delivery() {
    let stage = Stage::new().await;
    let order = stage.started().await;
    let file = stage.file(&stage.provider, &order, "The work.").await;
    stage.provider.post(&format!("{order}/deliveries"), json!({ "files": [file] })).await.ok();
    let seen = stage.seen(&order).await;
    let notice = deadline(&seen, "notice");
    assert_eq!((&notice["rule"], &notice["due_at"]), (&json!("D1.1.3"), &seen["phase"]["notice_by_at"]));
    assert_eq!((deadline(&seen, "acceptance"), seen["phase"].get("accept_by_at")), (&Value::Null, None));
    stage.notice_of(&order, "orders.order.placed", "order_placed").await;
    stage.rest().await;
    assert_eq!(deadline(&stage.seen(&order).await, "acceptance"), &Value::Null, "the notice of something else");
    let served = stage.serve(&order).await;
    let seen = stage.seen(&order).await;
    assert_eq!(deadline(&seen, "acceptance")["due_at"], seen["phase"]["accept_by_at"]);
    stage.send(&served).await;
    stage.serve(&order).await;
    assert_eq!(stage.seen(&order).await["phase"], seen["phase"], "served once");
    let last = stage.timeline(&order).await.pop().unwrap();
    assert_eq!((&last["event"], &last["rules"]), (&json!("notice_served"), &json!(["D1.1.3", "W5"])));
    assert_eq!((&last["details"]["by"], &last["details"]["round"]), (&json!("inbox"), &json!(1)));
}

#[tokio::test]
async fn no_order_sleeps_for_ever_when_nothing_is_heard_of_the_notice() {
    let stage = Stage::new().await;
    let order = stage.started().await;
    let file = stage.file(&stage.provider, &order, "The work.").await;
    stage.provider.post(&format!("{order}/deliveries"), json!({ "files": [file] })).await.ok();
    stage.pass(&order, "notice").await;
    let last = stage.timeline(&order).await.pop().unwrap();
    assert_eq!((&last["event"], &last["details"]["by"]), (&json!("notice_served"), &json!("unheard")));
    stage.pass(&order, "acceptance").await;
    assert_eq!(stage.seen(&order).await["status"], "completed");
}

#[tokio::test]
async fn silence_accepts_after_two_reminders() {
    let stage = Stage::new().await;
    let order = stage.delivered().await;
    let seen = stage.seen(&order).await;
    assert_eq!(
        (&deadline(&seen, "acceptance")["rule"], &seen["phase"]["accept_by_at"]),
        (&json!("W5"), &deadline(&seen, "acceptance")["due_at"])
    );
    stage.pass(&order, "acceptance").await;
    let seen = stage.seen(&order).await;
    assert_eq!((&seen["status"], &seen["phase"]["ended"]["rules"]), (&json!("completed"), &json!(["W5", "D1.1.3"])));
    let events = stage.events(&order).await;
    assert_eq!(events[5..], ["delivered", "notice_served", "acceptance_reminded", "acceptance_reminded", "completed"]);
    let told = stage.told().await;
    assert_eq!(facts(&told).last(), Some(&"completed"));
    let late = stage.merchant.post(&format!("{order}/modification-requests"), wish("Bluer.")).await;
    assert!(late.refused(409, "acceptance_window_closed", Some("X9"))["since"].is_string());
}

#[tokio::test]
async fn a_problem_is_followed_across_rounds_until_the_provider_is_responsible() {
    let stage = Stage::new().await;
    let order = stage.delivered().await;
    let requests = format!("{order}/modification-requests");
    let made = stage.merchant.post(&requests, fault("The logo is missing.")).await;
    assert_eq!(made.headers["location"].to_str().unwrap(), format!("{requests}/1"));
    let seen = made.ok();
    let problem = seen["problems"][0]["id"].clone();
    assert_eq!(
        (&seen["status"], &seen["problems"][0]["standing"]),
        (&json!("modification_requested"), &json!("asked"))
    );
    let again = json!({ "items": [{ "problem": problem, "change": "It is still missing." }] });
    for failed in 1..=3 {
        stage.redeliver(&order, std::slice::from_ref(&problem)).await;
        let seen = stage.merchant.post(&requests, again.clone()).await.ok();
        assert_eq!(seen["problems"][0]["failed"], failed);
        assert_eq!(seen["provider_responsible"], failed == 3);
    }
    let page = stage.provider.get(&format!("{requests}?limit=3")).await.ok();
    let last = stage.provider.get(&format!("{requests}?cursor={}", page["next_cursor"].as_str().unwrap())).await.ok();
    assert_eq!((page["items"].as_array().unwrap().len(), last["items"].as_array().unwrap().len()), (3, 1));
    assert_eq!(
        page["items"][0]["items"][0],
        json!({ "problem": problem, "kind": "nonconformity", "change": "The logo is missing." })
    );
    assert_eq!(last["items"][0]["failed"], json!([{ "problem": problem, "failed": 3 }]));
    assert_eq!(stage.merchant.get(&format!("{order}/deliveries/4")).await.ok()["problems"], json!([problem]));
    let timeline = stage.merchant.get(&format!("{order}/timeline?limit=100")).await.ok();
    let found = timeline["items"].as_array().unwrap().iter().find(|entry| entry["event"] == "provider_responsible");
    assert_eq!(
        (&found.unwrap()["rules"], &found.unwrap()["details"]["decision"]["automated"]),
        (&json!(["D2.5d"]), &json!(true))
    );
    assert_eq!(found.unwrap()["details"]["failed"], json!([{ "problem": problem, "failed": 3 }]));
    // A redelivery is told as a delivery.
    let told = stage.told().await;
    assert_eq!(facts(&told).iter().filter(|fact| **fact == "delivered").count(), 4);
}

#[tokio::test]
async fn requests_are_refused_by_item_and_wishes_run_out() {
    let stage = Stage::new().await;
    let order = stage.delivered().await;
    let requests = format!("{order}/modification-requests");
    for item in [json!({ "change": "x" }), json!({ "kind": "wish", "problem": uuid::Uuid::now_v7(), "change": "x" })] {
        let refused = stage.merchant.post(&requests, json!({ "items": [item] })).await;
        assert_eq!(refused.refused(422, "body_invalid", None)["field"], "items.0.problem");
    }
    let unknown = json!({ "items": [{ "problem": uuid::Uuid::now_v7(), "change": "x" }] });
    stage.merchant.post(&requests, unknown).await.refused(422, "problem_unknown", Some("D2.5d"));
    stage.merchant.post(&requests, json!({ "items": [] })).await.refused(422, "order_list_invalid", None);
    stage.merchant.post(&requests, wish("Bluer.")).await.ok();
    let early = stage.provider.post(&format!("{order}/deliveries"), json!({ "files": [] })).await;
    early.refused(409, "order_status_forbids", None);
    stage.redeliver(&order, &[]).await;
    stage.merchant.post(&requests, wish("Greener.")).await.refused(422, "modifications_used_up", Some("X26"));
    stage.merchant.post(&requests, fault("No banner.")).await.ok();
}

#[tokio::test]
async fn a_refusal_as_not_objective_that_nobody_contests_completes_the_order() {
    let stage = Stage::new().await;
    let order = stage.delivered().await;
    let requests = format!("{order}/modification-requests");
    let two = json!({ "items": [
        { "kind": "wish", "change": "More soul." },
        { "kind": "nonconformity", "change": "Less of that." },
    ] });
    let seen = stage.merchant.post(&requests, two).await.ok();
    let refuse = async |nth: usize| {
        let items =
            json!({ "items": [{ "problem": seen["problems"][nth]["id"], "reason": "Nobody can measure it." }] });
        stage.provider.post(&format!("{requests}/refuse"), items).await
    };
    assert_eq!(refuse(0).await.ok()["phase"]["contest_by_at"], Value::Null);
    refuse(0).await.refused(422, "problem_not_asked", Some("D2.5a"));
    let refused = refuse(1).await.ok();
    assert_eq!(deadline(&refused, "refusal_contest")["rule"], "W7");
    let request = stage.merchant.get(&format!("{requests}/1")).await.ok();
    assert_eq!(request["refused"].as_array().unwrap().len(), 2);
    assert_eq!(request["contest_by_at"], refused["phase"]["contest_by_at"]);
    let shown = &refused["phase"];
    stage.advance(TimeDelta::hours(9)).await;
    stage.serve(&order).await;
    let seen = stage.seen(&order).await;
    let at = |value: &Value| value.as_str().unwrap().parse::<kernel::Time>().unwrap();
    let moved = at(&seen["phase"]["contest_by_at"]) - at(&shown["contest_by_at"]);
    assert!((TimeDelta::hours(9)..TimeDelta::hours(10)).contains(&moved), "the whole window from the notice: {moved}");
    assert_eq!((shown["notice_by_at"].is_string(), seen["phase"].get("notice_by_at")), (true, None));
    let request = stage.merchant.get(&format!("{requests}/1")).await.ok();
    assert_eq!(request["contest_by_at"], seen["phase"]["contest_by_at"]);
    assert_eq!(request["refused"].as_array().unwrap().len(), 2);
    let last = stage.timeline(&order).await.pop().unwrap();
    assert_eq!((&last["event"], &last["rules"]), (&json!("notice_served"), &json!(["D1.1.3", "W7"])));
    assert_eq!(
        (&last["details"]["what"], &last["details"]["due_at"]),
        (&json!("refusal_contest"), &seen["phase"]["contest_by_at"])
    );
    stage.pass(&order, "refusal_contest").await;
    let seen = stage.seen(&order).await;
    assert_eq!((&seen["status"], &seen["phase"]["ended"]["rules"]), (&json!("completed"), &json!(["D2.5b", "W7"])));
}

#[tokio::test]
async fn a_request_for_modification_leaves_the_provider_the_whole_window_from_its_notice() {
    let stage = Stage::new().await;
    let order = stage.delivered().await;
    let seen = stage.merchant.post(&format!("{order}/modification-requests"), wish("Bluer.")).await.ok();
    let due =
        |seen: &Value| deadline(seen, "modification")["due_at"].as_str().unwrap().parse::<kernel::Time>().unwrap();
    let first = due(&seen);
    assert!(seen["phase"]["notice_by_at"].is_string());
    stage.pass(&order, "modification").await;
    let seen = stage.seen(&order).await;
    assert_eq!((due(&seen) - first, seen["phase"].get("notice_by_at")), (TimeDelta::hours(24), None));
    let last = stage.timeline(&order).await.pop().unwrap();
    assert_eq!((&last["event"], &last["rules"]), (&json!("notice_served"), &json!(["D1.1.3", "W6"])));
    assert_eq!((&last["details"]["by"], &last["details"]["what"]), (&json!("unheard"), &json!("modification")));
    stage.serve(&order).await;
    assert_eq!(stage.seen(&order).await["phase"], seen["phase"], "heard too late");
    stage.pass(&order, "modification").await;
    assert!(stage.seen(&order).await["phase"]["owed"]["overdue_since_at"].is_string());
}

#[tokio::test]
async fn reminders_are_told_with_the_date_they_are_of_and_enter_no_case_file() {
    let stage = Stage::new().await;
    let order = stage.delivered().await;
    let seen = stage.seen(&order).await;
    stage.recorded().await;
    stage.pass(&order, "acceptance_reminder").await;
    let [told] = &stage.recorded().await[..] else { panic!("one message") };
    let record = &told.told.record;
    assert_eq!(record.event, "acceptance_reminded");
    assert_eq!(record.due, Some(deadline(&seen, "acceptance")["due_at"].as_str().unwrap().parse().unwrap()));
    assert_eq!(told.paper, None);

    let stage = Stage::new().await;
    let order = stage.started().await;
    stage.recorded().await;
    stage.pass(&order, "delivery").await;
    let seen = stage.seen(&order).await;
    let [overdue] = &stage.recorded().await[..] else { panic!("one message") };
    assert_eq!((overdue.told.record.event.as_str(), &overdue.told.record.rules[0]), ("overdue", &RuleId::of("D2.4")));
    assert_eq!(overdue.paper.as_ref().unwrap().kind, "deadline_missed");
    stage.pass(&order, "overdue_reminder").await;
    let [told] = &stage.recorded().await[..] else { panic!("one message") };
    assert_eq!((told.told.record.event.as_str(), &told.paper), ("overdue_reminded", &None));
    assert_eq!(
        told.told.record.due,
        Some(deadline(&seen, "unwillingness")["due_at"].as_str().unwrap().parse().unwrap())
    );
}

#[tokio::test]
async fn a_late_provider_is_reminded_answers_or_counts_as_unwilling() {
    let stage = Stage::new().await;
    let order = stage.started().await;
    let (answer, refuse) = (format!("{order}/reminders/answer"), format!("{order}/refuse-to-perform"));
    stage.provider.post(&answer, json!({ "statement": "Soon." })).await.refused(409, "nothing_overdue", Some("W4"));
    stage.pass(&order, "delivery").await;
    stage.pass(&order, "overdue_reminder").await;
    let seen = stage.seen(&order).await;
    assert!(seen["phase"]["owed"]["overdue_since_at"].is_string());
    assert_eq!(seen["phase"]["owed"]["reminders"], 1);
    let seen = stage.provider.post(&answer, json!({ "statement": "On Monday." })).await.ok();
    assert_eq!(seen["phase"]["owed"]["reminders"], 0);
    stage.advance(TimeDelta::days(8)).await;
    let seen = stage.seen(&order).await;
    assert!(seen["phase"]["owed"]["unwilling_since_at"].is_string());
    stage.provider.post(&refuse, json!({ "reason": " " })).await.refused(422, "order_text_invalid", None);
    let seen = stage.provider.post(&refuse, json!({ "reason": "Too much work." })).await.ok();
    assert!(seen["phase"]["owed"]["refused_at"].is_string());
    let refused = stage.provider.post(&refuse, json!({ "reason": "Once more." })).await;
    refused.refused(409, "performance_already_refused", Some("W4"));
    stage.merchant.post(&refuse, json!({ "reason": "No." })).await.refused(403, "order_action_not_yours", None);
    assert_eq!(action(&stage.seen(&order).await, "apply_for_refund")["allowed"], true);
}
