//! Order lifecycles over HTTP, from placement to completion, through whatever dies meanwhile.
//!
//! A request that gets no answer, or a 5xx, is repeated with the same key on the next replica, as a careful client does.
use crate::replicas::Replicas;
use guildhall::demo::{Story, play};
use kernel::{Org, Role, TimeDelta};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;
use web::auth::{Grant, Secret, mint};

/// How long one request may be repeated.
const PATIENCE: Duration = Duration::from_secs(60);
/// The shipped development secret.
const SECRET: &str = "guildhall-development-secret-not-for-production";

/// A published listing, its provider, a merchant.
pub struct Market {
    pub listing: String,
    pub revision: String,
    pub provider: String,
    pub merchant: String,
    http: reqwest::Client,
    turn: AtomicUsize,
}

/// What one lifecycle left: the order, and the keys of everything that was acknowledged.
pub struct Lived {
    pub order: String,
    pub keys: Vec<String>,
}

fn token(role: Role, org: Option<Org>, sub: &str) -> anyhow::Result<String> {
    let grant = Grant {
        iss: "guildhall".into(),
        aud: "guildhall".into(),
        sub: sub.into(),
        org,
        roles: vec![role],
        valid_for: TimeDelta::hours(1),
    };
    Ok(mint(&Secret(SECRET.into()), &grant)?)
}

pub async fn open_market(replicas: &Replicas) -> Arc<Market> {
    let http = reqwest::Client::new();
    let story = Story::shipped(include_str!("../../stories/published.toml")).unwrap();
    let played = play(&http, &replicas.urls()[0], &story, &token).await.unwrap_or_else(|error| panic!("{error:#}"));
    let name = |name: &str| played.names[name].as_str().unwrap().to_owned();
    Arc::new(Market {
        listing: name("listing"),
        revision: name("revision"),
        provider: played.tokens["provider"].clone(),
        merchant: played.tokens["merchant"].clone(),
        http: reqwest::Client::builder().timeout(Duration::from_secs(10)).build().unwrap(),
        turn: AtomicUsize::new(0),
    })
}

/// One order from placement to completion; panics when it cannot be completed.
pub async fn lifecycle(market: &Market, urls: &[String]) -> Lived {
    let mut lived = Lived { order: String::new(), keys: vec![] };
    let at = Caller { market, urls };
    let place = json!({
        "listing": market.listing, "revision": market.revision, "quantity": 1, "extra_costs": [],
        "extra_costs_acknowledged": true,
    });
    let order = at.post(&market.merchant, "/v1/orders", place, &mut lived).await;
    lived.order = order["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/orders/{}", lived.order);
    let escrow = lived.order.replace("ord_", "esc_");
    let pay = format!("/v1/escrows/{escrow}/payments");
    at.until(&market.merchant, &format!("/v1/escrows/{escrow}"), |seen| seen["status"] == "awaiting_payment").await;
    at.post(&market.merchant, &pay, json!({"method": "sandbox:ok"}), &mut lived).await;
    at.until(&market.merchant, &path, |seen| seen["status"] == "funded").await;
    let file = at.upload(&market.provider, &format!("{path}/files?name=agreement.txt")).await;
    let promise = json!({"file": file, "promise": {"effect": "Three drafts within seven days."}, "cooperation": []});
    at.post(&market.provider, &format!("{path}/agreement"), promise, &mut lived).await;
    at.post(&market.merchant, &format!("{path}/agreement/confirm"), json!({"file": file}), &mut lived).await;
    at.post(&market.provider, &format!("{path}/start"), json!({}), &mut lived).await;
    let file = at.upload(&market.provider, &format!("{path}/files?name=logo.txt")).await;
    at.post(&market.provider, &format!("{path}/deliveries"), json!({"files": [file]}), &mut lived).await;
    at.post(&market.merchant, &format!("{path}/accept"), json!({}), &mut lived).await;
    at.until(&market.merchant, &format!("/v1/escrows/{escrow}"), |seen| seen["status"] == "released").await;
    lived
}

struct Caller<'a> {
    market: &'a Market,
    urls: &'a [String],
}

impl Caller<'_> {
    async fn post(&self, token: &str, path: &str, body: Value, lived: &mut Lived) -> Value {
        let key = Uuid::now_v7().to_string();
        let (status, answer) = self.answered(Method::POST, token, path, Some(&key), Some(&body)).await;
        assert!((200..300).contains(&status), "POST {path}: {status} {answer}");
        lived.keys.push(key);
        answer
    }

    async fn upload(&self, token: &str, path: &str) -> String {
        let (status, answer) = self.answered(Method::POST, token, path, None, None).await;
        assert_eq!(status, 201, "POST {path}: {answer}");
        answer["id"].as_str().unwrap().to_owned()
    }

    async fn until(&self, token: &str, path: &str, is_so: impl Fn(&Value) -> bool) {
        let started = Instant::now();
        let mut pause = tokio::time::interval(Duration::from_millis(20));
        loop {
            let (_, seen) = self.answered(Method::GET, token, path, None, None).await;
            if is_so(&seen) {
                return;
            }
            assert!(started.elapsed() < PATIENCE, "GET {path} still is {seen}");
            pause.tick().await;
        }
    }

    /// Repeats until somebody answers.
    async fn answered(
        &self,
        method: Method,
        token: &str,
        path: &str,
        key: Option<&str>,
        body: Option<&Value>,
    ) -> (u16, Value) {
        let started = Instant::now();
        let mut pause = tokio::time::interval(Duration::from_millis(50));
        loop {
            let turn = self.market.turn.fetch_add(1, Ordering::Relaxed);
            let url = format!("{}{path}", self.urls[turn % self.urls.len()]);
            let mut request = self.market.http.request(method.clone(), url).bearer_auth(token);
            request = match (key, body) {
                (Some(key), Some(body)) => request.header("Idempotency-Key", key).json(body),
                (Some(_) | None, _) if method == Method::POST => {
                    request.header("Content-Type", "text/plain").body("contents of a file")
                }
                (Some(_) | None, _) => request,
            };
            if let Ok(response) = request.send().await {
                let status = response.status().as_u16();
                if let (true, Ok(text)) = (status < 500, response.text().await) {
                    return (status, serde_json::from_str(&text).unwrap_or_default());
                }
            }
            assert!(started.elapsed() < PATIENCE, "{method} {path} is not answered");
            pause.tick().await;
        }
    }
}
