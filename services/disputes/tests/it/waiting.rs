//! Suspension: by both, by court; every clock keeps what it had left, and no case sleeps for ever.
use crate::stage::{Stage, action, deadline};
use kernel::TimeDelta;
use serde_json::{Value, json};

#[tokio::test]
async fn both_make_a_case_wait_and_every_clock_keeps_what_it_had_left() {
    let stage = Stage::new().await;
    let case = stage.escalated().await;
    let suspension = format!("{case}/suspension");
    let left = stage.due(&case, "decision").await - stage.now().await;
    let seen = stage.merchant.post(&suspension, json!({ "reason": "We talk." })).await.ok();
    assert_eq!((&seen["suspension_wanted_by"], &seen["status"]), (&json!("merchant"), &json!("under_review")));
    stage.told().await;
    let seen = stage.provider.post(&suspension, json!({})).await.ok();
    assert_eq!((&seen["status"], &seen["suspension"]["cause"]), (&json!("suspended"), &json!("both")));
    let paused = deadline(&seen, "decision");
    let kept = TimeDelta::seconds(paused["remaining_seconds"].as_i64().unwrap());
    assert_eq!(paused["status"], "paused");
    assert!((left - kept).abs() < TimeDelta::minutes(5), "{left} {kept}");
    assert_eq!(deadline(&seen, "suspension")["rule"], "W16");
    let arbitrator = stage.arbitrator("arbitrator-1");
    arbitrator.post(&format!("{case}/claim"), json!({})).await.refused(409, "case_suspended", Some("D1.5.1"));
    assert_eq!(stage.told().await.iter().map(|(fact, _)| fact.as_str()).collect::<Vec<_>>(), ["suspended"]);
    assert_eq!(stage.merchant.get("/v1/disputes?status=suspended").await.ok()["items"].as_array().unwrap().len(), 1);

    // It ends by itself.
    stage.pass(&case, "suspension").await;
    let seen = stage.merchant.get(&case).await.ok();
    assert_eq!((&seen["status"], &seen["suspension"]), (&json!("under_review"), &Value::Null));
    let now_left = stage.due(&case, "decision").await - stage.now().await;
    assert!((now_left - kept).abs() < TimeDelta::minutes(5), "{now_left} {kept}");
    stage.merchant.post(&suspension, json!({})).await.refused(409, "suspension_used_up", Some("W16"));
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn a_court_makes_a_case_wait_for_proof_and_reports_only() {
    let stage = Stage::new().await;
    let case = stage.escalated().await;
    let (proceedings, reports) = (format!("{case}/proceedings"), format!("{case}/proceedings/reports"));
    stage.merchant.post(&reports, json!({ "reference": "1", "text": "Filed." })).await.refused(
        409,
        "case_without_proceedings",
        Some("D1.5.2"),
    );
    let sued = json!({ "forum": "court", "reason": "We have sued over the same order." });
    let seen = stage.merchant.post(&proceedings, sued).await.ok();
    assert_eq!((&seen["suspension"]["forum"], &seen["suspension"]["proved"]), (&json!("court"), &json!(false)));
    assert_eq!(deadline(&seen, "proof_of_filing")["rule"], "W16");
    stage.provider.post(&format!("{case}/resume"), json!({ "reason": "No." })).await.refused(
        403,
        "case_action_not_yours",
        None,
    );
    let bare = json!({ "reference": "(2026) 1", "text": "Filed." });
    let bare = stage.merchant.post(&reports, bare).await.refused(422, "proof_of_filing_missing", Some("W16"));
    assert_eq!(bare["field"], "files");
    let paper =
        stage.merchant.upload(&format!("{case}/files"), "filing.pdf", "application/pdf", b"%PDF-1.4 filed").await.ok();
    let proof = json!({ "reference": "(2026) 1", "text": "Filed.", "files": [paper["id"]] });
    let seen = stage.merchant.post(&reports, proof).await.ok();
    assert_eq!(seen["suspension"]["proved"], true);
    assert_eq!(deadline(&seen, "proceedings_report")["party"], "merchant");
    assert_eq!(action(&stage.provider.get(&case).await.ok(), "report_proceedings")["allowed"], Value::Null);
    // Proved papers are in the file: the other side reads them.
    let paper = format!("{case}/files/{}", paper["id"].as_str().unwrap());
    assert_eq!(stage.provider.get(&paper).await.text, "%PDF-1.4 filed");

    // No report: the case goes on.
    stage.told().await;
    stage.pass(&case, "proceedings_report").await;
    let seen = stage.merchant.get(&case).await.ok();
    assert_eq!(seen["status"], "under_review");
    assert!(stage.told().await.iter().any(|(fact, _)| fact == "resumed"));
    let again = json!({ "forum": "police", "reason": "Again." });
    stage.merchant.post(&proceedings, again).await.refused(409, "suspension_used_up", Some("W16"));
    assert!(stage.unsound().is_empty());
}
