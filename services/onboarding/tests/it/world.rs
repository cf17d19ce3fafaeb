//! A suite of this one service, the people of the stories, and the way to an approved application.
use kernel::{ProviderId, Role, TimeDelta};
use onboarding::Onboarding;
use serde_json::{Value, json};
use testkit::{Client, Suite};
use uuid::Uuid;

/// Onboarding alone.
pub async fn suite() -> Suite {
    Suite::start(vec![Box::new(Onboarding)]).await
}

/// A provider of its own, and someone who acts for it.
pub fn someone(suite: &Suite) -> (ProviderId, Client) {
    let id = ProviderId(Uuid::now_v7());
    (id, suite.provider(id))
}

/// A reviewer of this name.
pub fn reviewer(suite: &Suite, sub: &str) -> Client {
    suite.client(sub, None, &[Role::Reviewer])
}

/// A text of a JSON value.
#[track_caller]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// The day `days` from the suite's today.
pub async fn day(suite: &Suite, days: i64) -> String {
    (suite.now().await + TimeDelta::days(days)).date_naive().to_string()
}

/// The qualification that an approved application brings about.
pub fn qualification(application: &Value) -> String {
    format!("/v1/qualifications/{}", text(&application["qualification"]))
}

pub fn business(registration: &str) -> Value {
    json!({
        "legal_name": "杭州云帆软件有限公司", "registration_number": registration, "country": "CN",
        "founded_on": "2019-05-01", "in_business_since": "2020-01-01", "scope": "软件开发；技术服务",
        "serves_eu": false,
    })
}

pub fn shareholders(names: &[&str], tie: &str) -> Value {
    let shareholder = |name: &&str| json!({ "name": name, "tie": "none" });
    json!({ "applicant_tie": tie, "shareholders": names.iter().map(shareholder).collect::<Vec<_>>() })
}

/// Uploads a file to a resource and answers its id.
pub async fn upload(client: &Client, to: &str, contents: &[u8]) -> String {
    let file = client.upload(&format!("{to}/files"), "licence.pdf", "application/pdf", contents).await.ok();
    text(&file["id"])
}

/// Opens an application to software and answers its path.
pub async fn opened(client: &Client) -> String {
    let application = client.post("/v1/applications", json!({ "category": "software", "applicant": "company" })).await;
    assert_eq!(application.status, 201, "{}", application.text);
    let path = format!("/v1/applications/{}", text(&application.json["id"]));
    assert_eq!(application.headers["location"], path.as_str());
    path
}

/// A draft to software that passes the screening; its contract of servers ends in `days`.
pub async fn drafted_as(suite: &Suite, client: &Client, registration: &str, owner: &str, days: i64) -> String {
    let path = opened(client).await;
    client.post(&format!("{path}/business"), business(registration)).await.ok();
    let licence = upload(client, &path, b"a licence").await;
    let credentials = format!("{path}/credentials");
    client.post(&credentials, json!({ "requirement": "business_scope", "file": licence })).await.ok();
    client.post(&credentials, json!({ "requirement": "experience", "statement": "Ten years of it." })).await.ok();
    let expires_on = day(suite, days).await;
    client
        .post(&credentials, json!({ "requirement": "servers", "file": licence, "expires_on": expires_on }))
        .await
        .ok();
    client.post(&format!("{path}/shareholders"), shareholders(&[owner], "none")).await.ok();
    path
}

/// A draft of nobody in particular.
pub async fn drafted(suite: &Suite, client: &Client) -> String {
    let unique = Uuid::now_v7().simple().to_string();
    drafted_as(suite, client, &unique, &unique, 400).await
}

pub async fn submit(client: &Client, path: &str) -> Value {
    client.post(&format!("{path}/submit"), json!({ "declares_true": true })).await.ok()
}

/// Claims, verifies every mandatory line and approves.
pub async fn approve(reviewer: &Client, path: &str) -> Value {
    reviewer.post(&format!("{path}/claim"), json!({})).await.ok();
    for requirement in ["business_scope", "experience", "servers"] {
        reviewer.post(&format!("{path}/requirements/{requirement}/verify"), json!({ "note": "seen" })).await.ok();
    }
    reviewer.post(&format!("{path}/approve"), json!({ "reasons": "All of it fits." })).await.ok()
}

/// A provider qualified in software; answers the qualification's path.
pub async fn qualified(suite: &Suite, client: &Client, days: i64) -> String {
    let unique = Uuid::now_v7().simple().to_string();
    let path = drafted_as(suite, client, &unique, &unique, days).await;
    assert_eq!(submit(client, &path).await["status"], "submitted");
    let application = approve(&reviewer(suite, "rita"), &path).await;
    suite.rest().await;
    qualification(&application)
}

/// The events of a timeline, in order.
pub async fn events(client: &Client, path: &str) -> Vec<String> {
    let page = client.get(&format!("{path}/timeline?limit=100")).await.ok();
    page["items"].as_array().expect("a list").iter().map(|entry| text(&entry["event"])).collect()
}

/// Whether an action is open, and with which code not; `None` when it is not offered at all.
pub fn action(resource: &Value, name: &str) -> Option<Result<(), String>> {
    let actions = resource["actions"].as_array().expect("actions");
    let found = actions.iter().find(|action| action["action"] == name)?;
    Some(if found["allowed"] == true { Ok(()) } else { Err(text(&found["code"])) })
}
