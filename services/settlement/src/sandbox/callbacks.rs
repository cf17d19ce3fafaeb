//! The sandbox calls back: signed, over HTTP, again and again until it is heard.
use crate::signature::{HEADER, Secret, sign};
use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Interval, Text};
use engine::connect::Readers;
use engine::look::query;
use futures_util::{StreamExt, stream};
use kernel::TimeDelta;
use reqwest::header::CONTENT_TYPE;
use std::time::Duration;
use tokio::sync::watch;

/// How often it looks.
const EVERY: Duration = Duration::from_millis(100);
/// How many callbacks it takes at a time, and has under way at once.
const TAKEN: i64 = 64;
const AT_ONCE: usize = 8;
/// How long it waits for an answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The loop that calls back.
pub(crate) struct Caller {
    readers: Readers,
    http: reqwest::Client,
    url: String,
    secret: Secret,
}

#[derive(QueryableByName)]
struct Call {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    body: String,
    #[diesel(sql_type = Integer)]
    attempts: i32,
}

impl Caller {
    pub(crate) fn new(readers: Readers, secret: Secret, public_url: &str) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder().timeout(PATIENCE).build()?;
        Ok(Self { readers, http, url: format!("{public_url}/v1/gateway-callbacks"), secret })
    }

    /// Calls until `stop` turns true.
    pub(crate) async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let calls = query(&self.readers, take).await.unwrap_or_default();
            let is_full = calls.len() >= AT_ONCE;
            stream::iter(calls).for_each_concurrent(AT_ONCE, |call| self.call(call)).await;
            if is_full {
                continue;
            }
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                _ = stop.changed() => {}
            }
        }
    }

    async fn call(&self, Call { id, body, attempts }: Call) {
        let signature = sign(&self.secret, Utc::now().timestamp(), body.as_bytes());
        let request = self.http.post(&self.url).header(HEADER, signature).header(CONTENT_TYPE, "application/json");
        let is_heard = match request.body(body).send().await {
            Ok(response) => response.status().is_success(),
            Err(error) => {
                tracing::debug!(%error, "a callback of the sandbox is not heard");
                false
            }
        };
        // If this fails, the lease passes, and it calls once more than it had to: as gateways do.
        let _ = query(&self.readers, move |conn| if is_heard { forget(conn, id) } else { put_off(conn, id, attempts) })
            .await;
    }
}

fn take(conn: &mut PgConnection) -> QueryResult<Vec<Call>> {
    engine::sql(
        "UPDATE sandbox_callbacks SET attempts = attempts + 1, leased_until = engine_now() + interval '15 seconds' \
         WHERE id IN (SELECT c.id FROM sandbox_callbacks c, (SELECT engine_now() AS now) t \
         WHERE c.next_try_at <= t.now AND (c.leased_until IS NULL OR c.leased_until <= t.now) \
         ORDER BY c.next_try_at LIMIT $1 FOR UPDATE OF c SKIP LOCKED) RETURNING id, body, attempts",
    )
    .bind::<BigInt, _>(TAKEN)
    .load(conn)
}

fn forget(conn: &mut PgConnection, id: i64) -> QueryResult<()> {
    engine::sql("DELETE FROM sandbox_callbacks WHERE id = $1").bind::<BigInt, _>(id).execute(conn).map(drop)
}

/// Doubles with each attempt, up to a minute.
fn put_off(conn: &mut PgConnection, id: i64, attempts: i32) -> QueryResult<()> {
    let doublings = attempts.unsigned_abs().min(9);
    let wait = TimeDelta::milliseconds((100i64 << doublings).min(60_000));
    engine::sql("UPDATE sandbox_callbacks SET leased_until = NULL, next_try_at = engine_now() + $2 WHERE id = $1")
        .bind::<BigInt, _>(id)
        .bind::<Interval, _>(wait)
        .execute(conn)
        .map(drop)
}
