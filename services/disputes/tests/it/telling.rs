//! What the parties are told of that no other context decides on: the messages that notices are made of.
use crate::stage::{Stage, cny};
use contracts::Record;
use kernel::{Currency, Money, Party, RuleId, TimeDelta};
use serde_json::json;

fn names(records: &[Record]) -> Vec<(&str, Option<Party>)> {
    records.iter().map(|record| (record.event.as_str(), record.side)).collect()
}

#[tokio::test]
async fn a_side_that_is_asked_for_evidence_is_told_what_and_until_when_and_hears_no_more_than_it_may() {
    let stage = Stage::new().await;
    let arbitrator = stage.arbitrator("arbitrator-1");
    let case = stage.taken(&arbitrator).await;
    assert_eq!(names(&stage.recorded().await), []);
    let ask = json!({ "of": "merchant", "asks": "The price list of the day.", "facts": ["description_untrue"] });
    arbitrator.post(&format!("{case}/evidence-requests"), ask).await.ok();
    let due = stage.due(&case, "evidence").await;
    let [asked] = &stage.recorded().await[..] else { panic!("one message") };
    assert_eq!((asked.event.as_str(), asked.side), ("evidence_requested", Some(Party::Merchant)));
    assert_eq!((asked.text.as_deref(), asked.due), (Some("The price list of the day."), Some(due)));
    assert_eq!(asked.rules, ["D1.4.1", "W14"].map(RuleId::of));

    // D1.1.3: the window is counted from the service of the notice.
    stage.serve(&case, "evidence_requested", "evidence_requested", Party::Merchant, TimeDelta::hours(2)).await;
    assert_eq!(stage.due(&case, "evidence").await, due + TimeDelta::hours(2));
    let due = due + TimeDelta::hours(2);
    let timeline = stage.merchant.get(&format!("{case}/timeline?limit=100")).await.ok();
    let served = timeline["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&served["event"], &served["notice_of"]), (&json!("notice_served"), &json!("evidence")));
    assert_eq!(served["rules"], json!(["D1.1.3", "W14"]));

    // Drafts, and a set that is sealed while the other side's window runs already, are not told.
    stage.drafted(&stage.provider, &case, "Theirs").await;
    stage.provider.post(&format!("{case}/evidence/seal"), json!({})).await.ok();
    assert_eq!(names(&stage.recorded().await), []);
    stage.advance(due - stage.now().await - TimeDelta::minutes(1)).await;
    let [reminded] = &stage.recorded().await[..] else { panic!("one message") };
    assert_eq!((reminded.event.as_str(), reminded.side), ("reminded", Some(Party::Merchant)));
    assert_eq!((reminded.of.as_deref(), reminded.due), (Some("evidence"), Some(due)));

    stage.advance(TimeDelta::minutes(2)).await;
    let told = stage.recorded().await;
    assert_eq!(names(&told), [("evidence_lapsed", Some(Party::Merchant)), ("evidence_exchanged", None)]);
    assert_eq!((told[1].of.as_deref(), told[1].due), (Some("rebuttal"), Some(stage.due(&case, "evidence").await)));
    stage.pass(&case, "evidence").await;
    let told = stage.recorded().await;
    let closed = told.last().unwrap();
    assert_eq!((closed.event.as_str(), closed.of.as_deref()), ("evidence_exchanged", Some("closed")));
    assert_eq!(closed.due, Some(stage.due(&case, "decision").await));
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn a_set_sealed_unasked_tells_the_other_side_its_date_and_nothing_of_the_set() {
    let stage = Stage::new().await;
    let case = stage.taken(&stage.arbitrator("arbitrator-1")).await;
    stage.drafted(&stage.provider, &case, "Theirs").await;
    stage.provider.post(&format!("{case}/evidence/seal"), json!({})).await.ok();
    let due = Some(stage.due(&case, "evidence").await);
    let sealed = Record { side: Some(Party::Provider), due, ..Record::of("evidence_sealed", 0, &[RuleId::of("W14")]) };
    let [told] = &stage.recorded().await[..] else { panic!("one message") };
    assert_eq!(*told, Record { version: told.version, ..sealed });
}

#[tokio::test]
async fn what_happens_at_the_negotiating_table_is_told_with_whose_act_it_was_and_the_date_it_sets() {
    let stage = Stage::new().await;
    let case = stage.open().await;
    let proposal = json!({ "to_merchant": cny("300.00"), "text": "For peace." });
    let made = stage.provider.post(&format!("{case}/proposals"), proposal).await;
    let reply_by = stage.due(&case, "proposal_reply").await;
    let [proposed] = &stage.recorded().await[..] else { panic!("one message") };
    assert_eq!((proposed.event.as_str(), proposed.side), ("proposed", Some(Party::Provider)));
    assert_eq!((proposed.amount, proposed.due), (Some(Money::new(30_000, Currency::CNY)), Some(reply_by)));
    let decline = format!("{}/decline", made.headers["location"].to_str().unwrap());
    stage.merchant.post(&decline, json!({ "text": "No." })).await.ok();
    stage.provider.post(&format!("{case}/refuse"), json!({ "reasons": "It works." })).await.ok();
    let told = stage.recorded().await;
    assert_eq!(names(&told), [("proposal_declined", Some(Party::Merchant)), ("refund_refused", Some(Party::Provider))]);
    assert_eq!(told[1].due, Some(stage.due(&case, "escalation").await));
    assert!(told[1].rules.contains(&RuleId::of("A7")), "{:?}", told[1].rules);
}
