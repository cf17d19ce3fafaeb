//! The queue of the arbitrators and their decisions.
use crate::stage::{Stage, action, cny, deadline, ruling};
use kernel::{Role, TimeDelta};
use serde_json::{Value, json};

#[tokio::test]
async fn a_decision_names_its_articles_waits_for_the_appeal_and_is_awarded_once() {
    let stage = Stage::new().await;
    let case = stage.escalated().await;
    let (arbitrator, other) = (stage.arbitrator("arbitrator-1"), stage.arbitrator("arbitrator-2"));
    let decision = format!("{case}/decision");
    arbitrator.post(&decision, ruling()).await.refused(409, "case_not_claimed", Some("W15"));
    let seen = arbitrator.post(&format!("{case}/claim"), json!({})).await.ok();
    assert_eq!(seen["arbitration"]["arbitrator"], "arbitrator-1");
    other.post(&format!("{case}/claim"), json!({})).await.refused(409, "case_claimed_by_another", Some("W15"));
    other.post(&decision, ruling()).await.refused(403, "case_assigned_to_another", Some("W15"));
    stage.merchant.post(&decision, ruling()).await.refused(403, "case_action_not_yours", None);
    assert_eq!(action(&other.get(&case).await.ok(), "decide"), &Value::Null);
    stage.merchant.get(&decision).await.refused(404, "not_found", None);
    stage.told().await;

    let made = arbitrator.post(&decision, ruling()).await;
    assert_eq!((made.status, &made.headers["location"]), (201, &decision.parse().unwrap()));
    let seen = made.ok();
    assert_eq!((&seen["status"], &seen["outcome"]["to_merchant"]), (&json!("decided"), &cny("800.00")));
    assert_eq!(deadline(&seen, "appeal")["rule"], "W17");
    let told = stage.told().await;
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].0.as_str(), &told[0].1["open"]), ("decided", &json!(true)));
    stage.merchant.post(&format!("{case}/withdraw"), json!({})).await.refused(
        409,
        "case_already_decided",
        Some("D1.1.4"),
    );

    let read = stage.merchant.get(&decision).await.ok();
    assert_eq!((&read["grounds"]["by"], &read["grounds"]["rules"]), (&json!("arbitrator"), &json!(["D2.2", "D2.9"])));
    assert_eq!((&read["grounds"]["redress"]["until_at"], &read["final_at"]), (&read["appeal_by_at"], &Value::Null));
    assert_eq!(other.get(&decision).await.ok()["grounds"]["by"], "arbitrator-1");

    stage.pass(&case, "appeal").await;
    let told = stage.told().await;
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].0.as_str(), &told[0].1["status"]), ("awarded", &json!("resolved")));
    assert_eq!(told[0].1["outcome"]["to_merchant"], cny("800.00"));
    assert_eq!(told[0].1["outcome"]["rules"], json!(["D2.2", "D2.9"]));
    assert!(stage.merchant.get(&decision).await.ok()["final_at"].is_string());
    stage.advance(TimeDelta::days(30)).await;
    assert_eq!(stage.told().await, []);
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn while_the_money_waits_the_parties_may_still_settle() {
    let stage = Stage::new().await;
    let arbitrator = stage.arbitrator("arbitrator-1");
    let case = stage.taken(&arbitrator).await;
    arbitrator.post(&format!("{case}/decision"), ruling()).await.ok();
    stage.told().await;
    let made = stage.provider.post(&format!("{case}/proposals"), json!({ "to_merchant": cny("1200.00") })).await;
    let proposal = made.headers["location"].to_str().unwrap().to_owned();
    let seen = made.json;
    assert_eq!((&seen["status"], &seen["proposal"]["to_merchant"]), (&json!("decided"), &cny("1200.00")));
    assert_eq!(deadline(&seen, "proposal_reply")["rule"], "W12");
    let accept = json!({ "to_merchant": cny("1200.00") });
    let seen = stage.merchant.post(&format!("{proposal}/accept"), accept).await.ok();
    assert_eq!((&seen["status"], &seen["outcome"]["rules"]), (&json!("settled"), &json!(["D1.6.1", "A7"])));
    stage.advance(TimeDelta::days(30)).await;
    let told: Vec<_> = stage.told().await.into_iter().map(|(fact, _)| fact).collect();
    assert_eq!(told, ["settled"], "nothing is awarded");
    let report = stage.staff(Role::Operator).get("/v1/reports/disputes").await.ok()["all"].clone();
    let counted = ["decided", "settled", "for_merchant", "divided", "for_provider"].map(|count| report[count].clone());
    assert_eq!(counted, [1, 1, 0, 0, 0].map(|count| json!(count)), "a case that was settled counts once");
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn a_decision_without_grounds_is_refused_by_field() {
    let stage = Stage::new().await;
    let case = stage.escalated().await;
    let arbitrator = stage.arbitrator("arbitrator-1");
    arbitrator.post(&format!("{case}/claim"), json!({})).await.ok();
    for (field, wrong, code, rule) in [
        ("rules", json!([]), "decision_without_article", Some("D1.6.2")),
        ("rules", json!(["D3.5.4"]), "decision_article_unknown", Some("D1.6.2")),
        ("facts", json!([]), "decision_without_facts", Some("D1.4.1")),
        ("facts", json!([""]), "case_text_missing", None),
        ("reasons", json!(""), "case_text_missing", None),
        ("to_merchant", cny("1200.01"), "case_amount_out_of_range", Some("D1.6.2")),
        ("compensation", cny("10.00"), "compensation_without_ground", Some("D3.1.4")),
    ] {
        let mut draft = ruling();
        draft[field] = wrong;
        let refused = arbitrator.post(&format!("{case}/decision"), draft).await.refused(422, code, rule);
        assert_eq!(refused["field"], field);
    }
    let mut draft = ruling();
    draft["compensation"] = cny("2000.00");
    draft["rules"] = json!(["D3.1.4"]);
    let seen = arbitrator.post(&format!("{case}/decision"), draft).await.ok();
    assert_eq!(seen["outcome"]["compensation"], cny("2000.00"));
}

#[tokio::test]
async fn a_case_is_released_handed_over_and_never_judged_by_who_has_a_conflict() {
    let stage = Stage::new().await;
    let case = stage.escalated().await;
    let (one, two) = (stage.arbitrator("arbitrator-1"), stage.arbitrator("arbitrator-2"));
    let (claim, hand_over) = (format!("{case}/claim"), format!("{case}/hand-over"));
    one.post(&claim, json!({})).await.ok();
    assert_eq!(one.post(&format!("{case}/release"), json!({})).await.ok()["arbitration"]["assigned"], false);
    one.post(&format!("{case}/release"), json!({})).await.refused(409, "case_not_claimed", Some("W15"));
    one.post(&claim, json!({})).await.ok();
    let seen = one.post(&hand_over, json!({ "to": "arbitrator-2" })).await.ok();
    assert_eq!(seen["arbitration"]["arbitrator"], "arbitrator-2");
    two.post(&format!("{case}/conflicts"), json!({ "reason": "My brother sells it." })).await.ok();
    two.post(&claim, json!({})).await.refused(403, "arbitrator_conflict_of_interest", Some("D1.1.4"));
    let back = stage.staff(Role::Operator).post(&hand_over, json!({ "to": "arbitrator-2" })).await;
    assert_eq!(back.refused(422, "receiver_conflict_of_interest", Some("D1.1.4"))["field"], "to");
    // Who spoke for a side may not judge, whatever the token says later.
    let insider = stage.arbitrator("merchant-person");
    insider.post(&claim, json!({})).await.refused(403, "arbitrator_conflict_of_interest", Some("D1.1.4"));
    stage.staff(Role::Operator).post(&hand_over, json!({ "to": "arbitrator-1" })).await.ok();

    // What staff write for themselves does not reach the parties, nor do their names.
    let seen = stage.merchant.get(&format!("{case}/timeline")).await;
    for hidden in ["arbitrator-1", "arbitrator-2", "brother", "staff_note"] {
        assert!(!seen.text.contains(hidden), "{hidden}: {}", seen.text);
    }
    assert!(!stage.merchant.get(&case).await.text.contains("arbitrator-1"));
    let seen = one.get(&format!("{case}/timeline")).await.ok();
    let note = seen["items"].as_array().unwrap().iter().find(|entry| entry["event"] == "conflict_declared").unwrap();
    assert_eq!((&note["person"], &note["staff_note"]), (&json!("arbitrator-2"), &json!("My brother sells it.")));
}

#[tokio::test]
async fn a_hold_runs_out_and_an_overdue_decision_goes_to_another_arbitrator() {
    let stage = Stage::new().await;
    let case = stage.escalated().await;
    let (one, two) = (stage.arbitrator("arbitrator-1"), stage.arbitrator("arbitrator-2"));
    let claim = format!("{case}/claim");
    one.post(&claim, json!({})).await.ok();
    stage.pass(&case, "arbitrator_lease").await;
    assert_eq!(stage.merchant.get(&case).await.ok()["arbitration"]["assigned"], false);
    let due = stage.due(&case, "decision").await;
    stage.advance(due - stage.now().await - TimeDelta::hours(1)).await;
    one.post(&claim, json!({})).await.ok();
    stage.told().await;
    stage.advance(TimeDelta::hours(2)).await;
    let told = stage.told().await;
    assert_eq!(told.iter().map(|(fact, _)| fact.as_str()).collect::<Vec<_>>(), ["decision_overdue"]);
    one.post(&claim, json!({})).await.refused(409, "case_passed_to_another", Some("W15"));
    two.post(&claim, json!({})).await.ok();
    assert!(stage.due(&case, "decision").await > due);
    assert!(stage.unsound().is_empty());
}
