//! From the draft to a reasoned decision.
use crate::world::*;
use kernel::{Role, TimeDelta};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_applies_and_qualifies() {
    let suite = suite().await;
    let (provider, amy) = someone(&suite);
    let path = drafted(&suite, &amy).await;
    let draft = amy.get(&path).await.ok();
    assert_eq!(draft["status"], "draft");
    assert_eq!(draft["business"]["scope_covers"], json!(["软件开发"]));
    assert_eq!(action(&draft, "submit"), Some(Ok(())));
    assert_eq!(action(&draft, "open"), None);
    assert_eq!(action(&draft, "approve"), None);

    let submitted = submit(&amy, &path).await;
    assert_eq!(submitted["status"], "submitted");
    assert_eq!(submitted["deadlines"][0]["kind"], "review");
    assert_eq!(submitted["deadlines"][0]["rule"], "W32");

    let rita = reviewer(&suite, "rita");
    let queue = rita.get("/v1/applications?queue=unclaimed").await.ok();
    assert_eq!(queue["items"][0]["id"], submitted["id"]);
    let claimed = rita.post(&format!("{path}/claim"), json!({})).await.ok();
    assert_eq!(claimed["review"]["reviewer"], "rita");
    assert_eq!(amy.get(&path).await.ok()["review"].get("reviewer"), None);
    assert_eq!(rita.get("/v1/applications?queue=mine").await.ok()["items"][0]["reviewer"], "rita");
    assert_eq!(rita.get("/v1/applications?queue=unclaimed").await.ok()["items"], json!([]));
    rita.post(&format!("{path}/approve"), json!({ "reasons": "Fine." })).await.refused(
        409,
        "requirements_open",
        Some("M3.1"),
    );

    let approved = approve(&rita, &path).await;
    assert_eq!(approved["status"], "approved");
    assert!(text(&approved["notice"]).contains("M3.3"));
    let checklist = amy.get(&format!("{path}/checklist")).await.ok();
    assert_eq!(checklist["fulfilled"], true);
    assert_eq!(checklist["lines"][0]["status"], "verified");
    suite.rest().await;

    let qualification = amy.get(&qualification(&approved)).await.ok();
    assert_eq!((&qualification["status"], &qualification["may_sell"]), (&json!("active"), &json!(true)));
    assert_eq!(qualification["documents"].as_array().map(Vec::len), Some(3));
    assert!(text(&qualification["notice"]).contains("M3.3"));
    let profile = amy.get(&format!("/v1/providers/{provider}")).await.ok();
    assert_eq!(profile["status"], "registered");

    let told: Vec<_> = suite.published().await.into_iter().map(|message| message.routing_key().to_owned()).collect();
    assert_eq!(told, ["onboarding.provider.registered", "onboarding.qualification.granted"]);
    let again = json!({ "category": "software", "applicant": "company" });
    amy.post("/v1/applications", again).await.refused(409, "already_qualified", None);
    let last = amy.get(&format!("{path}/timeline?limit=100")).await.ok();
    let last = last["items"].as_array().and_then(|items| items.last()).cloned().expect("an entry");
    assert_eq!((&last["event"], &last["party"]), (&json!("approved"), &json!("reviewer")));
    assert_eq!(last["decision"]["by"], "reviewer");
    assert_eq!(last["rules"][0], "M3.1.1");
    assert_eq!(last.get("person"), None);
    assert_eq!(suite.unsound(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hard_finding_keeps_the_draft_until_it_is_mended() {
    let suite = suite().await;
    let (_, amy) = someone(&suite);
    let path = opened(&amy).await;
    let mut described = business("91330100X");
    described["scope"] = json!("excluding nothing but catering");
    amy.post(&format!("{path}/business"), described).await.ok();
    amy.post(&format!("{path}/submit"), json!({ "declares_true": false })).await.refused(
        422,
        "truth_not_declared",
        Some("M4.2.f.1"),
    );
    let screened = submit(&amy, &path).await;
    assert_eq!(screened["status"], "draft");
    let found = |code: &str| {
        let findings = screened["findings"].as_array().expect("findings");
        findings.iter().find(|finding| finding["code"] == code).cloned().unwrap_or_else(|| panic!("no {code}"))
    };
    assert_eq!(found("scope_not_covered")["rule"], "M3.1.1");
    assert_eq!(found("requirement_missing")["severity"], "hard");
    assert_eq!(found("declaration_missing")["rule"], "M5.67");
    assert!(!text(&found("declaration_missing")["mend"]).is_empty());
    assert_eq!(events(&amy, &path).await, ["opened", "business_described", "screened"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_handed_in_can_be_read_and_taken_back() {
    let suite = suite().await;
    let (_, amy) = someone(&suite);
    let path = opened(&amy).await;
    let credentials = format!("{path}/credentials");
    amy.get(&format!("{path}/business")).await.refused(404, "not_found", None);
    let handed_in = amy.post(&credentials, json!({ "requirement": "works", "statement": "See our site." })).await;
    assert_eq!(handed_in.status, 201);
    let location = handed_in.headers["location"].to_str().expect("a path").to_owned();
    let credential = amy.get(&location).await.ok();
    assert_eq!((&credential["statement"], &credential["status"]), (&json!("See our site."), &json!("submitted")));
    let without = amy.post(&credentials, json!({ "requirement": "servers", "statement": "Ours." })).await;
    assert_eq!(without.refused(422, "requirement_needs_document", Some("M3.2"))["field"], "file");
    let unknown = amy.post(&credentials, json!({ "requirement": "charm", "statement": "Plenty." })).await;
    assert_eq!(unknown.refused(422, "requirement_unknown", None)["field"], "requirement");
    amy.post(&format!("{location}/remove"), json!({})).await.ok();
    assert_eq!(amy.get(&location).await.ok()["status"], "removed");
    amy.post(&format!("{location}/remove"), json!({})).await.refused(422, "credential_unknown", None);
    amy.post(&format!("{path}/shareholders"), shareholders(&["Li Lei", "Han Meimei"], "none")).await.ok();
    let declared = amy.get(&format!("{path}/shareholders")).await.ok();
    assert_eq!(declared["shareholders"][1]["name"], "Han Meimei");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_served_to_those_with_a_relation_and_referenced_by_its_credential() {
    let suite = suite().await;
    let (_, amy) = someone(&suite);
    let (_, sam) = someone(&suite);
    let path = drafted(&suite, &amy).await;
    let file = text(&amy.get(&format!("{path}/credentials")).await.ok()["items"][0]["file_id"]);
    let download = format!("{path}/files/{file}");
    assert_eq!(amy.get(&download).await.text, "a licence");
    assert_eq!(reviewer(&suite, "rita").get(&download).await.text, "a licence");
    sam.get(&download).await.refused(404, "not_found", None);
    let other = opened(&sam).await;
    let stolen = json!({ "requirement": "business_scope", "file": file });
    sam.post(&format!("{other}/credentials"), stolen).await.refused(422, "credential_file_unknown", None);
    assert_eq!(sam.upload(&format!("{path}/files"), "x.pdf", "application/pdf", b"x").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn information_is_asked_for_answered_or_the_application_lapses() {
    let suite = suite().await;
    let (_, amy) = someone(&suite);
    let path = drafted(&suite, &amy).await;
    submit(&amy, &path).await;
    let rita = reviewer(&suite, "rita");
    let ask = json!({ "what": "A portfolio, please.", "requirements": ["works"] });
    let asking = format!("{path}/request-information");
    rita.post(&asking, ask.clone()).await.refused(409, "application_not_claimed", Some("W32"));
    rita.post(&format!("{path}/claim"), json!({})).await.ok();
    let rob = reviewer(&suite, "rob");
    rob.post(&format!("{path}/claim"), json!({})).await.refused(409, "application_claimed_by_another", Some("W32"));
    let asked = rita.post(&asking, ask.clone()).await.ok();
    assert_eq!((&asked["status"], &asked["deadlines"][0]["rule"]), (&json!("information_requested"), &json!("M3.2")));

    let file = upload(&amy, &path, b"a portfolio").await;
    amy.post(&format!("{path}/information"), json!({ "answer": "Attached.", "files": [file] })).await.ok();
    let requests = amy.get(&format!("{path}/information-requests")).await.ok();
    assert_eq!(requests["items"][0]["answer"], "Attached.");
    assert_eq!(requests["items"][0]["files"][0]["id"], file.as_str());

    rita.post(&format!("{path}/claim"), json!({})).await.ok();
    rita.post(&asking, ask).await.ok();
    suite.advance(TimeDelta::days(5) - TimeDelta::seconds(60)).await;
    assert_eq!(amy.get(&path).await.ok()["status"], "information_requested");
    suite.advance(TimeDelta::seconds(61)).await;
    let lapsed = amy.get(&path).await.ok();
    assert_eq!(lapsed["status"], "lapsed");
    amy.post(&format!("{path}/information"), json!({ "answer": "Late." })).await.refused(
        409,
        "application_closed",
        None,
    );
    assert_eq!(opened(&amy).await.len(), path.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_passes_by_silence_and_a_lease_ends() {
    let suite = suite().await;
    let (_, amy) = someone(&suite);
    let path = drafted(&suite, &amy).await;
    submit(&amy, &path).await;
    reviewer(&suite, "rita").post(&format!("{path}/claim"), json!({})).await.ok();
    suite.advance(TimeDelta::hours(4) + TimeDelta::seconds(1)).await;
    assert_eq!(amy.get(&path).await.ok()["status"], "submitted");
    suite.advance(TimeDelta::days(10)).await;
    let overdue = amy.get(&path).await.ok();
    assert_eq!((&overdue["status"], overdue["review"]["overdue"].as_u64() >= Some(1)), (&json!("submitted"), true));
    let seen = events(&amy, &path).await;
    assert!(seen.contains(&"lease_expired".into()) && seen.contains(&"review_overdue".into()), "{seen:?}");

    let olga = suite.staff(Role::Operator);
    let given = olga.post(&format!("{path}/assign"), json!({ "reviewer": "rob" })).await.ok();
    assert_eq!(given["review"]["reviewer"], "rob");
    olga.post(&format!("{path}/assign"), json!({ "reviewer": "provider-person" })).await.refused(
        422,
        "application_field_unfit",
        None,
    );
    reviewer(&suite, "rob").post(&format!("{path}/release"), json!({})).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_states_its_reasons_and_the_suspicion_is_for_staff() {
    let suite = suite().await;
    let (_, amy) = someone(&suite);
    let path = drafted(&suite, &amy).await;
    submit(&amy, &path).await;
    let rita = reviewer(&suite, "rita");
    rita.post(&format!("{path}/claim"), json!({})).await.ok();
    let reject = format!("{path}/reject");
    let unfounded = json!({ "reasons": "No.", "rules": ["W1"] });
    rita.post(&reject, unfounded).await.refused(422, "application_ground_unknown", None);
    let grounds = json!({ "reasons": "The tool is another's.", "rules": ["M5.65"], "suspected": "false_information" });
    let rejected = rita.post(&reject, grounds).await.ok();
    assert_eq!(rejected["status"], "rejected");
    assert!(text(&rejected["notice"]).contains("M3.3"));
    let to_amy = events(&amy, &path).await;
    assert!(!to_amy.contains(&"suspected_violation".into()), "{to_amy:?}");
    assert_eq!(to_amy.last().map(String::as_str), Some("rejected"));
    assert!(events(&rita, &path).await.contains(&"suspected_violation".into()));
    suite.rest().await;
    let told = suite.published().await;
    let of_it: Vec<_> = told.iter().filter(|message| message.kind() == "application").collect();
    assert_eq!(of_it.iter().map(|message| message.fact()).collect::<Vec<_>>(), ["rejected"]);
    assert_eq!(of_it[0].data["reasons"], "The tool is another's.");
    assert!(told.iter().all(|message| !message.data.to_string().contains("false_information")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declared_tie_to_the_staff_needs_two_reviewers() {
    let suite = suite().await;
    let (_, amy) = someone(&suite);
    let path = drafted(&suite, &amy).await;
    amy.post(&format!("{path}/shareholders"), shareholders(&["Li Lei"], "related_to_staff")).await.ok();
    submit(&amy, &path).await;
    let rita = reviewer(&suite, "rita");
    let first = approve(&rita, &path).await;
    assert_eq!((&first["status"], &first["review"]["approvals_needed"]), (&json!("submitted"), &json!(2)));
    rita.post(&format!("{path}/claim"), json!({})).await.refused(409, "second_reviewer_needed", Some("M5.67"));
    assert_eq!(approve(&reviewer(&suite, "rob"), &path).await["status"], "approved");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_individual_cannot_enter_where_a_scope_is_asked_and_one_application_runs_at_a_time() {
    let suite = suite().await;
    let (_, amy) = someone(&suite);
    let individual = json!({ "category": "software", "applicant": "individual" });
    amy.post("/v1/applications", individual).await.refused(422, "individual_not_admitted", Some("M2.2"));
    let misplaced = json!({ "category": "design", "agent_operation": true, "applicant": "company" });
    amy.post("/v1/applications", misplaced).await.refused(422, "agent_operation_misplaced", Some("M2.4"));
    let path = opened(&amy).await;
    let twin = json!({ "category": "software", "applicant": "company" });
    amy.post("/v1/applications", twin.clone()).await.refused(409, "application_running_in_category", None);
    amy.post(&format!("{path}/withdraw"), json!({ "reason": "Later." })).await.ok();
    assert_eq!(amy.post("/v1/applications", twin).await.status, 201);
}
