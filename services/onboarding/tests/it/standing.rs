//! A qualification after it was granted: renewal, lapse, demands, suspension, loss.
use crate::world::*;
use kernel::{Role, TimeDelta};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_qualification_expires_with_its_documents_and_is_cured() {
    let suite = suite().await;
    let (_, amy) = someone(&suite);
    let path = qualified(&suite, &amy, 45).await;
    suite.advance(TimeDelta::days(20)).await;
    let expiring = amy.get(&path).await.ok();
    assert_eq!((&expiring["status"], &expiring["may_sell"]), (&json!("expiring"), &json!(true)));
    suite.advance(TimeDelta::days(27)).await;
    let suspended = amy.get(&path).await.ok();
    assert_eq!((&suspended["status"], &suspended["may_sell"]), (&json!("suspended"), &json!(false)));
    assert_eq!(suspended["outstanding"], json!(["servers"]));
    assert_eq!(suspended["deadlines"][0]["kind"], "suspension_cure");

    let file = upload(&amy, &path, b"a new contract").await;
    let documents = format!("{path}/documents");
    let expired = json!({ "requirement": "servers", "file": file, "expires_on": day(&suite, -2).await });
    amy.post(&documents, expired).await.refused(422, "document_expired", Some("M4.2.f.1"));
    let renewed = json!({ "requirement": "servers", "file": file, "expires_on": day(&suite, 300).await });
    let handed_in = amy.post(&documents, renewed).await;
    assert_eq!(handed_in.status, 201, "{}", handed_in.text);
    let location = handed_in.headers["location"].to_str().expect("a path").to_owned();
    assert_eq!(amy.get(&location).await.ok()["status"], "pending");
    let paused = handed_in.json["deadlines"].as_array().expect("deadlines").clone();
    let cure = paused.iter().find(|deadline| deadline["kind"] == "suspension_cure").expect("a cure");
    assert_eq!(cure["status"], "paused");
    let rita = reviewer(&suite, "rita");
    assert_eq!(rita.get("/v1/qualifications?queue=all").await.ok()["items"][0]["id"], suspended["id"]);
    let accept = format!("{documents}/servers/accept");
    reviewer(&suite, "provider-person").post(&accept, json!({})).await.refused(
        422,
        "document_submitted_by_reviewer",
        None,
    );
    let restored = rita.post(&accept, json!({ "note": "seen" })).await.ok();
    assert_eq!(restored["status"], "active");
    assert_eq!(amy.get(&location).await.ok()["status"], "accepted");
    let all = amy.get(&documents).await.ok();
    let replaced = all["items"].as_array().expect("documents").iter().filter(|one| one["status"] == "replaced").count();
    assert_eq!(replaced, 1);
    suite.rest().await;
    let told: Vec<_> = suite.published().await.iter().map(|message| message.fact().to_owned()).collect();
    assert_eq!(told, ["registered", "granted", "expiring", "suspended", "restored"]);
    assert_eq!(suite.unsound(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demand_that_is_not_met_suspends_and_then_the_category_is_lost() {
    let suite = suite().await;
    let (_, amy) = someone(&suite);
    let path = qualified(&suite, &amy, 400).await;
    let rita = reviewer(&suite, "rita");
    let demand = format!("{path}/request-requalification");
    let nothing = json!({ "requirements": [], "reasons": "Show more." });
    rita.post(&demand, nothing).await.refused(422, "requirements_unfit", None);
    let asked = json!({ "requirements": ["experience"], "reasons": "Show recent works." });
    rita.post(&demand, asked.clone()).await.ok();
    rita.post(&demand, asked).await.refused(409, "requalification_running", Some("M3.2"));
    suite.advance(TimeDelta::days(15) + TimeDelta::seconds(1)).await;
    assert_eq!(amy.get(&path).await.ok()["status"], "suspended");
    suite.advance(TimeDelta::days(15) + TimeDelta::seconds(1)).await;
    assert_eq!(amy.get(&path).await.ok()["status"], "revoked");
    let late = json!({ "requirement": "experience", "statement": "Here." });
    amy.post(&format!("{path}/documents"), late).await.refused(409, "qualification_revoked", Some("M3.1"));
    let entries = amy.get(&format!("{path}/timeline?limit=100")).await.ok();
    let last = entries["items"].as_array().and_then(|items| items.last()).cloned().expect("an entry");
    assert_eq!((&last["event"], &last["party"]), (&json!("revoked"), &json!("system")));
    assert_eq!((&last["decision"]["automated"], &last["rules"][0]), (&json!(true), &json!("W32")));
    assert!(!opened(&amy).await.is_empty(), "the way back is a new application");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_change_report_is_a_suspicion_for_staff_and_the_line_is_verified_anew() {
    let suite = suite().await;
    let (_, amy) = someone(&suite);
    let path = qualified(&suite, &amy, 400).await;
    let report = format!("{path}/change-reports");
    let future = json!({ "what": "We move.", "changed_on": day(&suite, 3).await });
    amy.post(&report, future).await.refused(422, "change_in_future", Some("M4.2.f.1"));
    let late = json!({ "what": "We moved.", "changed_on": day(&suite, -40).await, "requirement": "business_scope" });
    let reported = amy.post(&report, late).await.ok();
    assert_eq!((&reported["outstanding"], &reported["changes_reported"]), (&json!(["business_scope"]), &json!(1)));
    assert!(!events(&amy, &path).await.contains(&"suspected_violation".into()));
    let rita = reviewer(&suite, "rita");
    let entries = rita.get(&format!("{path}/timeline?limit=100")).await.ok();
    let suspicion =
        entries["items"].as_array().expect("entries").iter().find(|one| one["event"] == "suspected_violation");
    assert_eq!(suspicion.expect("a suspicion")["rules"], json!(["M5.55", "M4.2.f.1"]));
    let confirmed = rita.post(&format!("{path}/confirm"), json!({ "reasons": "Still fits." })).await.ok();
    assert_eq!(confirmed["outstanding"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_suspend_and_revoke_with_reasons() {
    let suite = suite().await;
    let (_, amy) = someone(&suite);
    let path = qualified(&suite, &amy, 400).await;
    let rita = reviewer(&suite, "rita");
    let suspension = json!({ "reasons": "The team is gone.", "rules": ["M3.1.1"], "requirements": ["experience"] });
    amy.post(&format!("{path}/suspend"), suspension.clone()).await.refused(403, "qualification_action_not_yours", None);
    assert_eq!(rita.post(&format!("{path}/suspend"), suspension).await.ok()["status"], "suspended");
    amy.post(&format!("{path}/documents"), json!({ "requirement": "experience", "statement": "A new team." }))
        .await
        .ok();
    let turned_down = format!("{path}/documents/experience/reject");
    rita.post(&turned_down, json!({ "reason": "No names." })).await.ok();
    rita.post(&turned_down, json!({ "reason": "No names." })).await.refused(409, "no_document_pending", None);
    let suspicion = json!({ "suspected": "false_information", "findings": "The tool is another's." });
    rita.post(&format!("{path}/suspect"), suspicion).await.ok();
    let olga = suite.staff(Role::Operator);
    let revoked = olga.post(&format!("{path}/revoke"), json!({ "reasons": "Forged.", "rules": ["M5.65"] })).await.ok();
    assert_eq!((&revoked["status"], &revoked["may_sell"]), (&json!("revoked"), &json!(false)));
}
