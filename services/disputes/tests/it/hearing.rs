//! The taking of evidence: private drafts, sealed sets, the exchange, silence, what comes late.
use crate::stage::{Stage, action, deadline, exhibit, found_on};
use kernel::TimeDelta;
use serde_json::{Value, json};

async fn titles(reader: &testkit::Client, case: &str) -> Vec<String> {
    let seen = reader.get(&format!("{case}/evidence")).await.ok();
    let items = seen["items"].as_array().unwrap().iter();
    items.map(|item| item["content"]["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn drafts_are_a_sides_own_until_the_sets_are_exchanged() {
    let stage = Stage::new().await;
    let arbitrator = stage.arbitrator("arbitrator-1");
    let case = stage.taken(&arbitrator).await;
    let (seal, requests) = (format!("{case}/evidence/seal"), format!("{case}/evidence-requests"));
    for of in ["provider", "merchant"] {
        let ask = json!({ "of": of, "asks": "The price list of the day.", "facts": ["description_untrue"] });
        arbitrator.post(&requests, ask).await.ok();
    }
    let seen = stage.merchant.get(&case).await.ok();
    assert_eq!((&seen["status"], &seen["evidence"]["round"]), (&json!("evidence"), &json!("evidence")));
    assert_eq!(deadline(&seen, "evidence")["rule"], "W14");
    assert_eq!(deadline(&seen, "decision"), &Value::Null, "the term runs from the close of evidence (W15)");
    let asked = stage.provider.get(&requests).await.ok();
    assert_eq!((&asked["items"][0]["of"], asked["items"].as_array().unwrap().len()), (&json!("provider"), 2));

    let mine = stage.drafted(&stage.merchant, &case, "Ours").await;
    let other = stage.drafted(&stage.merchant, &case, "Thought better of").await;
    stage.drafted(&stage.provider, &case, "Theirs").await;
    stage.merchant.post(&format!("{other}/discard"), json!({})).await.ok();
    stage.provider.post(&format!("{mine}/discard"), json!({})).await.refused(
        422,
        "evidence_item_unknown",
        Some("D1.4.1"),
    );
    assert_eq!(titles(&stage.merchant, &case).await, ["Ours"]);
    assert_eq!(titles(&stage.provider, &case).await, ["Theirs"]);
    assert_eq!(titles(&arbitrator, &case).await, Vec::<String>::new());
    stage.provider.get(&mine).await.refused(404, "not_found", None);
    arbitrator.get(&mine).await.refused(404, "not_found", None);
    for (reader, drafts) in [(&stage.provider, 1), (&stage.merchant, 3), (&arbitrator, 0)] {
        let timeline = reader.get(&format!("{case}/timeline?limit=100")).await.ok();
        let entries = timeline["items"].as_array().unwrap().iter();
        let seen = entries
            .filter(|entry| ["evidence_drafted", "evidence_discarded"].contains(&entry["event"].as_str().unwrap()));
        assert_eq!(seen.count(), drafts);
    }

    stage.merchant.post(&seal, json!({})).await.ok();
    stage.merchant.post(&format!("{case}/evidence"), exhibit("More")).await.refused(
        409,
        "evidence_set_sealed",
        Some("W14"),
    );
    assert_eq!(titles(&stage.provider, &case).await, ["Theirs"], "sealed is not exchanged");
    let seen = stage.provider.post(&seal, json!({})).await.ok();
    assert_eq!(seen["evidence"]["round"], "rebuttal");
    for reader in [&stage.merchant, &stage.provider, &arbitrator] {
        assert_eq!(titles(reader, &case).await, ["Theirs", "Ours"]);
    }
    assert_eq!(stage.provider.get(&mine).await.ok()["standing"], "submitted");
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn one_side_silent_past_its_window_is_judged_on_what_is_there_and_late_items_need_a_reason() {
    let stage = Stage::new().await;
    let arbitrator = stage.arbitrator("arbitrator-1");
    let case = stage.taken(&arbitrator).await;
    let seal = format!("{case}/evidence/seal");
    for of in ["provider", "merchant"] {
        let ask = json!({ "of": of, "asks": "The price list of the day." });
        arbitrator.post(&format!("{case}/evidence-requests"), ask).await.ok();
    }
    stage.drafted(&stage.merchant, &case, "Ours").await;
    stage.merchant.post(&seal, json!({})).await.ok();
    let early = arbitrator.post(&format!("{case}/findings"), found_on(3)).await;
    assert!(early.status == 200 || early.json["code"] == "evidence_still_open", "{}", early.text);
    stage.pass(&case, "evidence").await;
    assert_eq!(titles(&stage.provider, &case).await, ["Ours"], "exchanged without the silent side's set");
    stage.pass(&case, "evidence").await;
    let seen = stage.provider.get(&case).await.ok();
    assert_eq!((&seen["status"], &seen["evidence"]["round"]), (&json!("under_review"), &json!("closed")));
    assert!(deadline(&seen, "decision")["due_at"].is_string());

    stage.drafted(&stage.provider, &case, "Found since").await;
    let late = stage.provider.post(&seal, json!({})).await.refused(422, "case_text_missing", None);
    assert_eq!(late["field"], "reason");
    stage.provider.post(&seal, json!({ "reason": "The server was down." })).await.ok();
    arbitrator.post(&format!("{case}/claim"), json!({})).await.ok();
    let items = arbitrator.get(&format!("{case}/evidence")).await.ok()["items"].clone();
    let item = items.as_array().unwrap().iter().find(|item| item["content"]["title"] == "Found since").unwrap();
    assert_eq!((&item["standing"], &item["voucher"]), (&json!("late"), &json!("reference")));
    let entry = item["entry"].as_u64().unwrap();
    let findings = format!("{case}/findings");
    arbitrator.post(&findings, found_on(entry)).await.refused(422, "finding_rests_on_unadmitted", Some("D1.4.2"));
    let rule = format!("{case}/evidence/{entry}/ruling");
    let unreasoned = arbitrator.post(&rule, json!({ "ruling": "admit", "reason": "" })).await;
    unreasoned.refused(422, "case_text_missing", None);
    arbitrator.post(&rule, json!({ "ruling": "admit", "reason": "The outage is known to us." })).await.ok();
    let contest = format!("{case}/evidence/{entry}/contest");
    stage.provider.post(&contest, json!({ "reason": "It is ours." })).await.refused(
        422,
        "evidence_item_is_your_own",
        Some("D1.2"),
    );
    stage.merchant.post(&contest, json!({ "reason": "It was made up." })).await.ok();
    // D1.2: what the other side disputes is not established by a reference voucher alone.
    arbitrator.post(&findings, found_on(entry)).await.refused(422, "reference_voucher_alone", Some("D1.2"));
    arbitrator.post(&findings, found_on(3)).await.ok();
    let item = stage.merchant.get(&format!("{case}/evidence")).await.ok();
    let item = item["items"].as_array().unwrap().iter().find(|item| item["entry"] == entry).unwrap().clone();
    assert_eq!((&item["standing"], &item["contested"]), (&json!("admitted"), &json!(true)));
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn what_the_silent_side_brings_in_the_rebuttal_is_late() {
    let stage = Stage::new().await;
    let arbitrator = stage.arbitrator("arbitrator-1");
    let case = stage.taken(&arbitrator).await;
    let seal = format!("{case}/evidence/seal");
    stage.drafted(&stage.merchant, &case, "Ours").await;
    stage.merchant.post(&seal, json!({})).await.ok();
    stage.pass(&case, "evidence").await;
    let seen = stage.provider.get(&case).await.ok();
    let evidence = &seen["evidence"];
    assert_eq!((&evidence["round"], &evidence["provider"]["status"]), (&json!("rebuttal"), &json!("asked")));
    assert_eq!((&evidence["provider"]["late"], &evidence["merchant"]["late"]), (&json!(true), &json!(false)));
    stage.drafted(&stage.provider, &case, "Kept back").await;
    stage.provider.post(&seal, json!({})).await.refused(422, "case_text_missing", None);
    stage.provider.post(&seal, json!({ "reason": "We had seen nothing to answer." })).await.ok();
    let items = stage.merchant.get(&format!("{case}/evidence")).await.ok()["items"].clone();
    let standing = |title: &str| {
        let mut items = items.as_array().unwrap().iter();
        items.find(|item| item["content"]["title"] == title).unwrap()["standing"].clone()
    };
    assert_eq!((standing("Ours"), standing("Kept back")), (json!("submitted"), json!("late")));
    let seen = stage.merchant.post(&seal, json!({})).await.ok();
    assert_eq!((&seen["status"], &seen["evidence"]["round"]), (&json!("under_review"), &json!("closed")));
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn a_claim_is_added_in_its_time_and_gives_a_closed_side_another_window() {
    let stage = Stage::new().await;
    let arbitrator = stage.arbitrator("arbitrator-1");
    let mut order = stage.order();
    order.application.as_mut().unwrap().open_claims =
        Some(vec![kernel::ClaimKind::NotAsDescribed, kernel::ClaimKind::Unlawful]);
    let case = stage.taken_of(order, &arbitrator).await;
    let ask = json!({ "of": "provider", "asks": "The licence." });
    arbitrator.post(&format!("{case}/evidence-requests"), ask).await.ok();
    stage.provider.post(&format!("{case}/evidence/seal"), json!({})).await.ok();
    let add = |claim: &str| json!({ "claim": claim, "statement": "It sells copies." });
    let claims = format!("{case}/claims");
    let refused = stage.merchant.post(&claims, add("late_modification")).await;
    assert_eq!(refused.refused(422, "claim_window_closed", Some("W21"))["field"], "claim");
    let seen = stage.merchant.post(&claims, add("unlawful")).await.ok();
    assert_eq!((&seen["status"], &seen["evidence"]["provider"]["status"]), (&json!("evidence"), &json!("asked")));
    let told = stage.recorded().await;
    let added = told.iter().find(|record| record.event == "claim_added").unwrap();
    assert_eq!(added.due, Some(stage.due(&case, "evidence").await));
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn a_further_claim_is_filed_and_the_actions_say_what_may_be_done() {
    let stage = Stage::new().await;
    let case = stage.open().await;
    let claim = json!({ "claim": "quality", "statement": "It also crashes." });
    let seen = stage.merchant.post(&format!("{case}/claims"), claim.clone()).await.ok();
    assert_eq!(seen["claims"], json!(["not_as_described", "quality"]));
    stage.provider.post(&format!("{case}/claims"), claim).await.refused(403, "case_action_not_yours", None);
    let seen = stage.merchant.get(&case).await.ok();
    assert_eq!(action(&seen, "draft_evidence")["allowed"], true);
    assert_eq!(action(&seen, "seal_evidence")["allowed"], false, "before the platform only");
    stage.advance(TimeDelta::hours(1)).await;
    let operator = stage.staff(kernel::Role::Operator);
    assert_eq!(action(&operator.get(&case).await.ok(), "draft_evidence"), &Value::Null);
}
