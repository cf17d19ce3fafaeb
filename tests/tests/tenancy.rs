//! Tenancy: every operation of the OpenAPI document, with no token, with a wrong role, and with a stranger's token.
//! None of them may ever be answered 2xx for what is somebody else's.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

use journeys::Market;
use kernel::{MerchantId, ProviderId, Role};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::Client;
use uuid::Uuid;

/// One operation: method, path template, whether it is public.
struct Operation {
    method: Method,
    path: String,
    is_public: bool,
    is_command: bool,
}

async fn operations(market: &Market) -> Vec<Operation> {
    let document = market.suite.nobody().get("/openapi.json").await.ok();
    let mut found = vec![];
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            found.push(Operation {
                is_command: method == Method::POST,
                method,
                path: path.clone(),
                is_public: operation["security"] == json!([]) || operation["security"] == json!([{}]),
            });
        }
    }
    assert!(found.len() > 80, "the document describes {} operations", found.len());
    found
}

/// The path with ids of resources that exist.
fn filled(path: &str, market: &Market) -> String {
    let collection = path.split('/').nth(2).unwrap_or_default();
    let id = market.id_in(collection);
    let filled = path
        .split('/')
        .enumerate()
        .map(|(nth, word)| match word.starts_with('{') {
            true if nth == 3 => id.clone(),
            true => Uuid::now_v7().to_string(),
            false => word.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/");
    if filled.ends_with("/files") { format!("{filled}?name=proof.txt") } else { filled }
}

async fn call(client: &Client, operation: &Operation, path: &str) -> (u16, Value) {
    let key = Uuid::now_v7().to_string();
    let headers = [("Idempotency-Key", key.as_str())];
    let body = operation.is_command.then(|| json!({}));
    let response = client.request(operation.method.clone(), path, &headers, body).await;
    (response.status, response.json)
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_what_is_somebody_elses() {
    let market = Market::with_a_dispute().await;
    let operations = operations(&market).await;
    let merchant = market.suite.merchant(MerchantId(Uuid::now_v7()));
    let provider = market.suite.provider(ProviderId(Uuid::now_v7()));
    let mut leaks = vec![];
    let mut walked = 0;
    for operation in &operations {
        let path = filled(&operation.path, &market);
        if !operation.is_public {
            let (status, body) = call(&market.suite.nobody(), operation, &path).await;
            if status != 401 {
                leaks.push(format!("{} {path} without a token: {status} {body}", operation.method));
            }
        }
        // What has no id is the caller's own or for all; what has one is somebody's.
        if !operation.path.starts_with("/v1/")
            || !operation.path.contains("/{")
            || operation.path.contains("/catalogue")
        {
            continue;
        }
        let staff = market.suite.client("staff", None, &[role_without_business(&operation.path)]);
        for stranger in [&merchant, &provider, &staff] {
            let (status, body) = call(stranger, operation, &path).await;
            walked += 1;
            if !matches!(status, 401 | 403 | 404) {
                // A body may be looked at before the aggregate is: it says nothing about it.
                let is_about_the_body = status == 422 && body["code"] == "body_invalid";
                if !is_about_the_body {
                    leaks.push(format!("{} {path}: {status} {body}", operation.method));
                }
            }
        }
    }
    assert!(walked > 150, "only {walked} calls of strangers were made");
    assert_eq!(leaks, Vec::<String>::new());
}

/// Staff who have nothing to do with what is under this path.
fn role_without_business(path: &str) -> Role {
    match path.split('/').nth(2) {
        Some("applications" | "listings" | "allow-phrases") => Role::Arbitrator,
        _ => Role::Moderator,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_show_a_stranger_nothing() {
    let market = Market::with_a_dispute().await;
    let strangers =
        [market.suite.merchant(MerchantId(Uuid::now_v7())), market.suite.provider(ProviderId(Uuid::now_v7()))];
    for operation in operations(&market).await {
        let is_list =
            operation.method == Method::GET && operation.path.starts_with("/v1/") && !operation.path.contains('{');
        // The caller's own, and not a list.
        let is_own = operation.path == "/v1/notification-preferences";
        if !is_list || is_own || operation.path.contains("/catalogue") {
            continue;
        }
        for stranger in &strangers {
            let (status, body) = call(stranger, &operation, &operation.path).await;
            let shows_something = status == 200 && body["items"].as_array().is_none_or(|items| !items.is_empty());
            assert!(!shows_something, "{}: {body}", operation.path);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_first_path_segment_belongs_to_one_context_and_every_operation_is_whole() {
    let market = Market::with_a_dispute().await;
    let document = market.suite.nobody().get("/openapi.json").await.ok();
    assert_eq!(document["openapi"], "3.1.0");
    let owners: std::collections::BTreeMap<&str, &str> = std::collections::BTreeMap::from([
        ("applications", "onboarding"),
        ("qualifications", "onboarding"),
        ("providers", "onboarding"),
        ("listings", "listings"),
        ("allow-phrases", "listings"),
        ("moderation-flips", "listings"),
        ("orders", "orders"),
        ("escrows", "settlement"),
        ("purses", "settlement"),
        ("payouts", "settlement"),
        ("ledger", "settlement"),
        ("gateway-callbacks", "settlement"),
        ("disputes", "disputes"),
        ("decisions", "disputes"),
        ("reports", "disputes"),
        ("notices", "notifications"),
        ("notification-preferences", "notifications"),
        ("test-clock", "runtime"),
    ]);
    for (path, item) in document["paths"].as_object().unwrap() {
        let segment = path.split('/').nth(2).unwrap_or_default();
        assert!(owners.contains_key(segment), "{path} belongs to no context");
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{method} {path}");
            assert!(operation["operationId"].is_string(), "{name} has no operationId");
            assert!(operation["security"].is_array(), "{name} says nothing about security");
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.keys().any(|status| status.starts_with('2')), "{name} has no success");
            let is_public = operation["security"] == json!([]);
            assert!(is_public || responses.contains_key("401"), "{name} does not describe 401");
        }
    }
}
