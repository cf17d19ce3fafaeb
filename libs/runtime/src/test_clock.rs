//! The test clock: a simulation, not a jump. It steps from one due time to the next, lets everything come to rest,
//! and goes on; the same events happen as in real time.
//!
//! It sees the contexts of one process: `serve all` offers it over HTTP, tests use it as it is. None in production.
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use engine::look::blocking;
use engine::{Engine, Fault, clock, connect, sweep};
use kernel::Problem;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// How long everything may take to come to rest after one step.
const REST: Duration = Duration::from_secs(60);
/// How many due aggregates are taken at a time.
const TAKEN: i32 = 512;

/// One context on the test clock.
pub(crate) struct Simulated {
    engine: Engine,
    /// Its schema: the outbox and the clock are asked here.
    url: String,
    is_idle: fn(&mut PgConnection) -> QueryResult<bool>,
    /// Kept between questions.
    conn: Arc<std::sync::Mutex<Option<PgConnection>>>,
}

/// The test clock of a suite.
pub struct TestClock {
    contexts: Vec<Simulated>,
    broker: Option<broker::Idle>,
    /// One simulation at a time.
    turn: Mutex<()>,
}

/// What an advance did.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Advanced {
    /// The virtual present.
    pub now: DateTime<Utc>,
    /// How many due times it stopped at.
    pub steps: u32,
}

/// Why the clock could not be moved.
#[derive(Debug, thiserror::Error)]
pub enum ClockError {
    /// The database could not be asked.
    #[error("the database cannot be asked: {0}")]
    Database(String),
    /// Something kept happening.
    #[error("the suite does not come to rest: {0}")]
    Restless(String),
    /// Backwards, or too far.
    #[error("an advance is of 0 seconds to 3,660 days")]
    OutOfRange,
}

impl From<&ClockError> for Problem {
    fn from(error: &ClockError) -> Self {
        match error {
            ClockError::Database(_) => Self::new(503, "unavailable", error.to_string()),
            ClockError::Restless(_) => Self::new(503, "clock_restless", error.to_string()),
            ClockError::OutOfRange => Self::new(422, "clock_out_of_range", error.to_string()).at("seconds"),
        }
    }
}

impl TestClock {
    pub(crate) fn new(contexts: Vec<Simulated>, broker: Option<broker::Idle>) -> Arc<Self> {
        Arc::new(Self { contexts, broker, turn: Mutex::new(()) })
    }

    /// The virtual present.
    pub async fn now(&self) -> Result<DateTime<Utc>, ClockError> {
        let mut latest = DateTime::UNIX_EPOCH;
        for context in &self.contexts {
            latest = latest.max(context.ask(clock::now).await?);
        }
        Ok(latest)
    }

    /// Moves the clock on by `by`, stopping at each deadline on the way.
    pub async fn advance(&self, by: TimeDelta) -> Result<Advanced, ClockError> {
        if by < TimeDelta::zero() || by > TimeDelta::days(3660) {
            return Err(ClockError::OutOfRange);
        }
        let _turn = self.turn.lock().await;
        if by.is_zero() {
            self.rest().await?;
            return Ok(Advanced { now: self.now().await?, steps: 0 });
        }
        let mut left = by;
        let mut steps = 0;
        loop {
            self.rest().await?;
            let now = self.now().await?;
            let next = self.earliest().await?.map(|due| due - now).filter(|step| *step <= left);
            // Real time flows as well: a deadline may have come due by itself.
            let step = next.unwrap_or(left).max(TimeDelta::zero());
            self.shift(step).await?;
            left -= step;
            if next.is_none() {
                self.rest().await?;
                return Ok(Advanced { now: self.now().await?, steps });
            }
            steps += 1;
            self.sweep().await?;
        }
    }

    async fn earliest(&self) -> Result<Option<DateTime<Utc>>, ClockError> {
        let mut earliest: Option<DateTime<Utc>> = None;
        for context in &self.contexts {
            let due = context.ask(sweep::earliest).await?;
            earliest = [earliest, due].into_iter().flatten().min();
        }
        Ok(earliest)
    }

    async fn shift(&self, by: TimeDelta) -> Result<(), ClockError> {
        for context in &self.contexts {
            context.ask(move |conn| clock::advance(conn, by)).await?;
        }
        Ok(())
    }

    async fn sweep(&self) -> Result<(), ClockError> {
        for context in &self.contexts {
            loop {
                let due = context.ask(|conn| sweep::due(conn, TAKEN)).await?;
                if due.is_empty() {
                    break;
                }
                sweep::nudge_all(&context.engine, due).await;
            }
        }
        Ok(())
    }

    /// Waits until nothing is under way: no command, no message, no effect.
    pub async fn rest(&self) -> Result<(), ClockError> {
        let started = Instant::now();
        let mut pause = Duration::from_millis(1);
        loop {
            // A message that was dealt with meanwhile may have caused another, already past the outbox when it was
            // looked at: nothing is under way when nothing was before and nothing happened since.
            let begun = self.begun();
            let mut busy = self.busy().await?;
            if busy.is_none()
                && let Some(broker) = &self.broker
            {
                broker.settled(REST).await.map_err(|trouble| ClockError::Restless(trouble.to_string()))?;
                busy = self.busy().await?;
            }
            if busy.is_none() && self.begun() != begun {
                busy = Some("messages have just been dealt with".into());
            }
            let Some(busy) = busy else { return Ok(()) };
            if started.elapsed() > REST {
                return Err(ClockError::Restless(busy));
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }

    fn begun(&self) -> u64 {
        self.broker.as_ref().map_or(0, broker::Idle::begun)
    }

    /// What is under way, if anything.
    async fn busy(&self) -> Result<Option<String>, ClockError> {
        for context in &self.contexts {
            let name = context.engine.context();
            if !context.engine.is_idle() {
                return Ok(Some(format!("commands are under way in {name}")));
            }
            let is_idle = context.is_idle;
            let (outbox, idle) = context
                .ask(move |conn| {
                    let outbox: i64 =
                        diesel::select(diesel::dsl::sql::<BigInt>("(SELECT count(*) FROM outbox)")).get_result(conn)?;
                    Ok((outbox, is_idle(conn)?))
                })
                .await?;
            if outbox > 0 {
                return Ok(Some(format!("{outbox} messages wait in the outbox of {name}")));
            }
            if !idle {
                return Ok(Some(format!("effects are under way in {name}")));
            }
        }
        Ok(None)
    }
}

impl Simulated {
    pub fn new(engine: Engine, url: String, is_idle: fn(&mut PgConnection) -> QueryResult<bool>) -> Self {
        Self { engine, url, is_idle, conn: Arc::default() }
    }

    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut PgConnection) -> QueryResult<T> + Send + 'static,
    ) -> Result<T, ClockError> {
        let (url, kept) = (self.url.clone(), self.conn.clone());
        blocking(move || {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            let mut conn = match kept.take() {
                Some(conn) => conn,
                None => connect::writer(&url).map_err(|_| Fault::Unavailable)?,
            };
            let answer = question(&mut conn).map_err(|_| Fault::Unavailable)?;
            *kept = Some(conn);
            Ok(answer)
        })
        .await
        .map_err(|fault| ClockError::Database(fault.to_string()))
    }
}

/// Whether a condition holds; for `is_idle` functions of services.
pub fn holds(conn: &mut PgConnection, condition: &str) -> QueryResult<bool> {
    diesel::select(diesel::dsl::sql::<Bool>(condition)).get_result(conn)
}
