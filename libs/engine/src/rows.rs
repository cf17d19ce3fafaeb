//! What one batch writes, column by column: each table is one `unnest` of arrays.
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// The rows of one batch over all tables of the engine.
#[derive(Default)]
pub(crate) struct Rows {
    pub aggregates: Aggregates,
    pub journal: Journal,
    pub claims: Claims,
    pub released: Claims,
    pub deadlines: Deadlines,
    pub outbox: Outbox,
    pub requests: Requests,
}

impl Rows {
    pub fn is_empty(&self) -> bool {
        self.aggregates.id.is_empty() && self.requests.key.is_empty()
    }
}

#[derive(Default)]
pub(crate) struct Aggregates {
    pub id: Vec<Uuid>,
    pub kind: Vec<&'static str>,
    pub version: Vec<i64>,
    pub published: Vec<i64>,
    pub status: Vec<&'static str>,
    pub state: Vec<String>,
    pub schema: Vec<i32>,
    pub edition: Vec<Option<String>>,
    pub next_due: Vec<Option<DateTime<Utc>>>,
    pub updated_at: Vec<DateTime<Utc>>,
}

#[derive(Default)]
pub(crate) struct Journal {
    pub aggregate: Vec<Uuid>,
    pub version: Vec<i64>,
    pub at: Vec<DateTime<Utc>>,
    pub actor: Vec<String>,
    pub event: Vec<&'static str>,
    pub payload: Vec<String>,
    pub schema: Vec<i32>,
    pub correlation: Vec<Option<String>>,
    pub causation: Vec<Option<String>>,
    pub sequence: Vec<Option<i64>>,
}

#[derive(Default)]
pub(crate) struct Claims {
    pub scope: Vec<String>,
    pub key: Vec<String>,
    pub aggregate: Vec<Uuid>,
}

#[derive(Default)]
pub(crate) struct Deadlines {
    pub aggregate: Vec<Uuid>,
    pub timer: Vec<&'static str>,
    pub subject: Vec<Uuid>,
    pub party: Vec<&'static str>,
    pub rule: Vec<String>,
    pub status: Vec<&'static str>,
    pub due_at: Vec<Option<DateTime<Utc>>>,
    pub remaining: Vec<Option<TimeDelta>>,
    pub changed_at: Vec<DateTime<Utc>>,
}

#[derive(Default)]
pub(crate) struct Outbox {
    pub aggregate: Vec<Uuid>,
    pub own: Vec<bool>,
    pub message: Vec<String>,
    pub at: Vec<DateTime<Utc>>,
}

#[derive(Default)]
pub(crate) struct Requests {
    pub caller: Vec<String>,
    pub key: Vec<String>,
    pub fingerprint: Vec<Vec<u8>>,
    pub status: Vec<i16>,
    pub version: Vec<Option<i64>>,
    pub location: Vec<Option<String>>,
    pub body: Vec<String>,
    pub at: Vec<DateTime<Utc>>,
}
