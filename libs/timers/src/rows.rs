//! Questions to Postgres, on a connection of the alarm clock's own.
use crate::Away;
use crate::clock::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Text, Timestamptz, Uuid as SqlUuid};
use engine::sweep::{self, DueRow};
use engine::{Engine, clock, connect};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// What became of popped alarms.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Looked {
    /// To be nudged.
    pub due: Vec<DueRow>,
    /// Came early: the alarm belongs to this later instant.
    pub later: Vec<(Uuid, DateTime<Utc>)>,
}

/// The connection, and who is on it.
#[derive(Clone)]
pub(crate) struct Rows {
    engine: Engine,
    clock: Arc<Clock>,
    conn: Arc<Mutex<Option<PgConnection>>>,
    is_silent: Arc<AtomicBool>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Timestamptz)]
    next_due: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    now: DateTime<Utc>,
    #[diesel(sql_type = Bool)]
    is_spared: bool,
}

impl Rows {
    pub fn new(engine: Engine, clock: Arc<Clock>) -> Self {
        Self { engine, clock, conn: Arc::default(), is_silent: Arc::default() }
    }

    /// Sets the clock.
    pub async fn set_clock(&self) -> Result<(), Away> {
        self.ask(|conn, time| clock::now(conn).map(|now| time.set(now))).await
    }

    /// Looks up popped alarms, and sets the clock: one that rang early shows that it is ahead. What does not exist, has
    /// no deadline any more or is spared after an outage is in neither list; the sweeper knows when a grace is over.
    pub async fn look(&self, ids: Vec<Uuid>) -> Result<Looked, Away> {
        self.ask(move |conn, time| {
            let rows: Vec<Row> = engine::sql(
                "SELECT a.id, a.kind, a.next_due, t.now, COALESCE(t.now < c.spared_until \
                 AND a.next_due > c.spared_from AND a.next_due <= c.spared_to, false) AS is_spared \
                 FROM aggregates a, clock c, (SELECT engine_now() AS now) t \
                 WHERE a.id = ANY($1) AND a.next_due IS NOT NULL ORDER BY a.next_due",
            )
            .bind::<Array<SqlUuid>, _>(ids)
            .load(conn)?;
            if let Some(row) = rows.first() {
                time.set(row.now);
            }
            let mut looked = Looked::default();
            for Row { id, kind, next_due, now, is_spared } in rows {
                if next_due > now {
                    looked.later.push((id, next_due));
                } else if !is_spared {
                    looked.due.push(DueRow { id, kind, next_due });
                }
            }
            Ok(looked)
        })
        .await
    }

    /// What falls due within `ahead` from now and after `after`, earliest first, at most `most`.
    pub async fn page(
        &self,
        ahead: TimeDelta,
        after: (DateTime<Utc>, Uuid),
        most: i64,
    ) -> Result<Vec<(Uuid, DateTime<Utc>)>, Away> {
        let found = self.ask(move |conn, _| sweep::due_within(conn, ahead, Some(after), most)).await?;
        Ok(found.into_iter().map(|row| (row.id, row.next_due)).collect())
    }

    /// A fault costs the connection; the first of a row of them is logged.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut PgConnection, &Clock) -> QueryResult<T> + Send + 'static,
    ) -> Result<T, Away> {
        let rows = self.clone();
        let asked = tokio::task::spawn_blocking(move || {
            let mut held = rows.conn.lock().unwrap_or_else(PoisonError::into_inner);
            let mut conn = match held.take() {
                Some(conn) => conn,
                None => connect::writer(rows.engine.url()).map_err(|error| error.to_string())?,
            };
            let answer = question(&mut conn, &rows.clock).map_err(|error| error.to_string())?;
            *held = Some(conn);
            Ok(answer)
        })
        .await
        .unwrap_or_else(|error| Err(error.to_string()));
        match asked {
            Ok(answer) => {
                self.is_silent.store(false, Ordering::Relaxed);
                Ok(answer)
            }
            Err(error) => {
                if !self.is_silent.swap(true, Ordering::Relaxed) {
                    tracing::warn!(context = self.engine.context(), %error, "the alarm clock waits for Postgres");
                }
                Err(Away)
            }
        }
    }
}
