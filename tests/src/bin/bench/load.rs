//! Orders over HTTP: placements as fast as they are answered, and whole lifecycles.
use crate::suite::{Suite, token};
use anyhow::{Context as _, ensure};
use guildhall::demo::{Story, play};
use kernel::OrderId;
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use uuid::Uuid;

/// A provider with a published listing.
const PUBLISHED: &str = include_str!("../../../../services/guildhall/stories/published.toml");
/// How long one step of a lifecycle may wait for the other context.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it looks; often enough to be felt would measure the looking.
const LOOKS: Duration = Duration::from_millis(100);

/// A published listing, its provider, a merchant, and connections kept alive.
pub struct Market {
    http: reqwest::Client,
    base: String,
    provider: String,
    merchant: String,
    placement: Value,
}

/// What was done, and in how many seconds.
pub struct Done {
    /// How many operations.
    pub count: usize,
    /// From the first request to the last answer.
    pub seconds: f64,
}

impl Done {
    /// Operations per second.
    pub fn rate(&self) -> f64 {
        self.count as f64 / self.seconds
    }
}

/// Plays the story that opens the market.
pub async fn open_market(suite: &Suite, connections: usize) -> anyhow::Result<Arc<Market>> {
    let http = reqwest::Client::builder().pool_max_idle_per_host(connections).timeout(PATIENCE).build()?;
    let played = play(&http, &suite.base, &Story::shipped(PUBLISHED)?, &token).await?;
    let placement = json!({
        "listing": played.names["listing"], "revision": played.names["revision"], "quantity": 1, "extra_costs": [],
        "extra_costs_acknowledged": true,
    });
    let (provider, merchant) = (played.tokens["provider"].clone(), played.tokens["merchant"].clone());
    Ok(Arc::new(Market { http, base: suite.base.clone(), provider, merchant, placement }))
}

/// Places orders on so many connections for so long.
pub async fn placements(market: &Arc<Market>, connections: usize, time: Duration) -> anyhow::Result<Done> {
    let market = market.clone();
    repeated(connections, time, move || {
        let market = market.clone();
        async move { market.place().await.map(drop) }
    })
    .await
}

/// Takes orders from placement to money released, so many at a time, for so long.
pub async fn lifecycles(market: &Arc<Market>, connections: usize, time: Duration) -> anyhow::Result<Done> {
    let market = market.clone();
    repeated(connections, time, move || {
        let market = market.clone();
        async move { market.lifecycle().await }
    })
    .await
}

/// Begins nothing any more after `time`, and counts what was begun until its end.
async fn repeated<F, W>(lanes: usize, time: Duration, work: F) -> anyhow::Result<Done>
where
    F: Fn() -> W + Clone + Send + 'static,
    W: Future<Output = anyhow::Result<()>> + Send,
{
    let started = Instant::now();
    let mut running = JoinSet::new();
    for _ in 0..lanes {
        let work = work.clone();
        running.spawn(async move {
            let mut count = 0;
            while started.elapsed() < time {
                work().await?;
                count += 1;
            }
            anyhow::Ok(count)
        });
    }
    let mut count = 0;
    while let Some(lane) = running.join_next().await {
        count += lane??;
    }
    Ok(Done { count, seconds: started.elapsed().as_secs_f64() })
}

impl Market {
    /// Places one order, under a key of its own.
    pub async fn place(&self) -> anyhow::Result<Uuid> {
        let order = self.post(&self.merchant, "/v1/orders", &self.placement).await?;
        let id: OrderId = order["id"].as_str().context("an order has no id")?.parse()?;
        Ok(id.0)
    }

    /// One order from placement until its escrow is released.
    async fn lifecycle(&self) -> anyhow::Result<()> {
        let (merchant, provider) = (self.merchant.as_str(), self.provider.as_str());
        let order = OrderId(self.place().await?).to_string();
        let path = format!("/v1/orders/{order}");
        // An order and its escrow share their UUID.
        let escrow = format!("/v1/escrows/{}", order.replace("ord_", "esc_"));
        self.until(merchant, &escrow, "awaiting_payment").await?;
        self.post(merchant, &format!("{escrow}/payments"), &json!({"method": "sandbox:ok"})).await?;
        self.until(merchant, &path, "funded").await?;
        let file = self.upload(&format!("{path}/files?name=agreement.txt")).await?;
        let promise =
            json!({"file": file, "promise": {"effect": "Three drafts within seven days."}, "cooperation": []});
        self.post(provider, &format!("{path}/agreement"), &promise).await?;
        self.post(merchant, &format!("{path}/agreement/confirm"), &json!({"file": file})).await?;
        self.post(provider, &format!("{path}/start"), &json!({})).await?;
        let file = self.upload(&format!("{path}/files?name=logo.txt")).await?;
        self.post(provider, &format!("{path}/deliveries"), &json!({"files": [file]})).await?;
        self.post(merchant, &format!("{path}/accept"), &json!({})).await?;
        self.until(merchant, &escrow, "released").await
    }

    async fn post(&self, token: &str, path: &str, body: &Value) -> anyhow::Result<Value> {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(token);
        self.answer(path, request.header("Idempotency-Key", Uuid::now_v7().to_string()).json(body)).await
    }

    async fn upload(&self, path: &str) -> anyhow::Result<String> {
        let request = self.http.post(format!("{}{path}", self.base)).bearer_auth(&self.provider);
        let file = self
            .answer(
                path,
                request.header("Content-Type", "text/plain").body(format!("contents of a file {}", Uuid::now_v7())),
            )
            .await?;
        Ok(file["id"].as_str().context("a file has no id")?.to_owned())
    }

    async fn answer(&self, path: &str, request: RequestBuilder) -> anyhow::Result<Value> {
        let response = request.send().await?;
        let (status, text) = (response.status(), response.text().await?);
        ensure!(status.is_success(), "POST {path}: {status} {text}");
        Ok(serde_json::from_str(&text)?)
    }

    /// Looks until the resource has this status; it may not be there yet.
    async fn until(&self, token: &str, path: &str, status: &str) -> anyhow::Result<()> {
        let started = Instant::now();
        let mut pause = tokio::time::interval(LOOKS);
        loop {
            pause.tick().await;
            let seen = self.http.get(format!("{}{path}", self.base)).bearer_auth(token).send().await?;
            let seen: Value = seen.json().await?;
            if seen["status"] == status {
                return Ok(());
            }
            ensure!(started.elapsed() < PATIENCE, "GET {path} is not {status}: {seen}");
        }
    }
}
