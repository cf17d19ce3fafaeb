//! Moves of applications, qualifications and providers.
use crate::moves::Asked;
use serde_json::{Value, json};
use uuid::Uuid;

pub const GRAVE_FOR_APPLICATIONS: &[&str] = &["withdraw", "reject", "reject_requirement", "remove_credential"];
pub const GRAVE_FOR_QUALIFICATIONS: &[&str] = &["suspend", "revoke"];
pub const GRAVE_FOR_PROVIDERS: &[&str] = &["close", "bar", "request_exit"];

/// A move of an application: what follows its path, and the body.
pub async fn application(action: &str, asked: &mut Asked<'_>) -> Option<(String, Value)> {
    let reasons = json!({"reasons": "Looked at line by line."});
    Some(match action {
        "describe_business" => ("/business".into(), business(asked)),
        "submit_credential" => {
            let checklist = asked.look("/checklist").await;
            // What is missing first.
            let lines = checklist["lines"].as_array().cloned().unwrap_or_default();
            let missing = lines.iter().find(|line| line["status"] == "missing").cloned();
            let line = missing.unwrap_or(asked.one(&checklist["lines"]));
            ("/credentials".into(), handout(asked, &line).await)
        }
        "remove_credential" => {
            let credentials = asked.look("/credentials").await;
            let id = asked.one(&credentials["items"])["id"].clone();
            let id = id.as_str().unwrap_or("crd_01h455vb4pex5vsknk084sn02q").to_owned();
            (format!("/credentials/{id}/remove"), json!({}))
        }
        "declare_shareholders" => {
            let tie = if asked.chance(0.2) { "related_to_staff" } else { "none" };
            let body = json!({"applicant_tie": "none", "shareholders": [{"name": "林晓", "tie": tie}]});
            ("/shareholders".into(), body)
        }
        "submit" => ("/submit".into(), json!({"declares_true": asked.chance(0.9)})),
        "claim" => ("/claim".into(), json!({})),
        "assign" => ("/assign".into(), json!({"reviewer": asked.word(&["reviewer-1", "reviewer-2"])})),
        "release" => ("/release".into(), json!({})),
        "verify_requirement" => {
            let line = handed_in(asked).await;
            (format!("/requirements/{line}/verify"), json!({"note": "Seen."}))
        }
        "reject_requirement" => {
            let line = handed_in(asked).await;
            (format!("/requirements/{line}/reject"), json!({"reason": "It names somebody else."}))
        }
        "request_information" => {
            ("/request-information".into(), json!({"what": "A sample of your work.", "requirements": ["experience"]}))
        }
        "provide_information" => {
            let files = if asked.chance(0.3) { vec![asked.file("sample.txt", "text/plain").await] } else { vec![] };
            ("/information".into(), json!({"answer": "Here is what you asked for.", "files": files}))
        }
        "approve" => ("/approve".into(), reasons),
        "reject" => ("/reject".into(), json!({"reasons": "The scope does not cover it.", "rules": ["M3.1"]})),
        "withdraw" => ("/withdraw".into(), json!({"reason": "Not this year."})),
        _ => return None,
    })
}

fn business(asked: &mut Asked<'_>) -> Value {
    let unique = Uuid::now_v7().simple().to_string()[20..].to_owned();
    json!({
        "legal_name": format!("杭州小林视觉设计有限公司 {unique}"), "registration_number": format!("91330106MA2{unique}"),
        "country": asked.word(&["CN", "DE"]), "founded_on": "2019-05-06",
        "in_business_since": asked.word(&["2019-06-01", "2026-10-01"]),
        "scope": "网页设计、软件开发、教育培训、摄影 (web design, software development, training, photography)",
        "serves_eu": asked.chance(0.3),
    })
}

/// A line of the checklist for which something waits to be judged; any line otherwise.
async fn handed_in(asked: &mut Asked<'_>) -> String {
    let checklist = asked.look("/checklist").await;
    let lines = checklist["lines"].as_array().cloned().unwrap_or_default();
    let waiting = lines.iter().find(|line| line["status"] == "submitted").cloned();
    let line = waiting.unwrap_or(asked.one(&checklist["lines"]));
    line["requirement"].as_str().unwrap_or("experience").to_owned()
}

/// Something handed in for a line: a document or a statement, as the line asks.
async fn handout(asked: &mut Asked<'_>, line: &Value) -> Value {
    let requirement = line["requirement"].as_str().unwrap_or("experience");
    if line["document"] != true {
        return json!({"requirement": requirement, "statement": "Seven years, 210 projects."});
    }
    let file = asked.file("proof.txt", "text/plain").await;
    let mut body = json!({"requirement": requirement, "file": file, "issued_on": "2024-01-01"});
    if line["expiry"] == true {
        let days = if asked.chance(0.3) { 45 } else { 900 };
        body["expires_on"] = json!(asked.day(days).await);
    }
    body
}

/// A move of a qualification.
pub async fn qualification(action: &str, asked: &mut Asked<'_>) -> Option<(String, Value)> {
    let document = asked.one(&asked.seen["documents"]);
    let standing = document["requirement"].as_str().unwrap_or("experience").to_owned();
    let pending = asked.one(&asked.seen["pending"])["requirement"].as_str().unwrap_or("experience").to_owned();
    Some(match action {
        "submit_document" => {
            let is_document = document["file"].is_string();
            let line = json!({
                "requirement": standing, "document": is_document, "expiry": document["expires_on"].is_string(),
            });
            ("/documents".into(), handout(asked, &line).await)
        }
        "accept_document" => (format!("/documents/{pending}/accept"), json!({"note": "Seen."})),
        "reject_document" => (format!("/documents/{pending}/reject"), json!({"reason": "It cannot be read."})),
        "report_change" => {
            let changed_on = asked.day(if asked.seen["changes_reported"] == 0 { -3 } else { -40 }).await;
            let mut body = json!({"what": "The address has changed.", "changed_on": changed_on});
            if asked.chance(0.5) {
                body["requirement"] = json!(standing);
            }
            ("/change-reports".into(), body)
        }
        "request_requalification" => {
            let body = json!({"requirements": [standing], "reasons": "The materials are two years old."});
            ("/request-requalification".into(), body)
        }
        "confirm" => ("/confirm".into(), json!({"reasons": "All of it still holds."})),
        "suspend" => {
            let body = json!({"reasons": "The proof has lapsed.", "rules": ["M3.2"], "requirements": [standing]});
            ("/suspend".into(), body)
        }
        "revoke" => ("/revoke".into(), json!({"reasons": "The licence is gone.", "rules": ["M3.1"]})),
        "suspect" => {
            let suspected = asked.word(&["late_change_report", "false_information", "undeclared_staff_tie"]);
            ("/suspect".into(), json!({"suspected": suspected, "findings": "The register says otherwise."}))
        }
        _ => return None,
    })
}

/// A move of a provider's profile.
pub fn provider(action: &str, asked: &mut Asked<'_>) -> Option<(String, Value)> {
    Some(match action {
        "complete_course" => {
            let course = &asked.seen["eu_course"];
            let modules = course["modules"].as_array().cloned().unwrap_or_default();
            let modules: Vec<_> = modules.iter().map(|module| module["key"].clone()).collect();
            let version = course["version"].as_str().unwrap_or("2026-1");
            ("/course-completions".into(), json!({"version": version, "modules": modules}))
        }
        "request_exit" => ("/exit".into(), json!({"reason": "We move on."})),
        "cancel_exit" => ("/cancel-exit".into(), json!({})),
        "bar" => ("/bar".into(), json!({"rules": ["C2"], "reasons": "It sold for others under its name."})),
        "lift_bar" => ("/lift-bar".into(), json!({"reasons": "It was somebody else."})),
        "close" => ("/close".into(), json!({"rules": ["X21"], "reasons": "Cleared out."})),
        _ => return None,
    })
}
