//! The sweeper: finds in Postgres what the alarm clock missed. Runs on every instance, all the time.
use crate::clock;
use crate::connect;
use crate::engine::Engine;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text, Timestamptz, Uuid as SqlUuid};
use futures_util::{StreamExt, stream};
use kernel::{Span, TimeDelta as Delta};
use std::time::Duration;
use tokio::sync::watch;
use uuid::Uuid;

/// How often it looks.
pub const EVERY: Duration = Duration::from_secs(1);
/// How many aggregates it takes at a time.
const TAKEN: i32 = 512;

/// A due aggregate.
#[derive(QueryableByName, Clone, Debug, PartialEq)]
pub struct DueRow {
    /// The aggregate.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// Its kind.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// When it was due.
    #[diesel(sql_type = Timestamptz)]
    pub next_due: DateTime<Utc>,
}

/// What is due now, oldest first; rows that are being worked on are skipped.
pub fn due(conn: &mut PgConnection, most: i32) -> QueryResult<Vec<DueRow>> {
    crate::sql(
        // Scalar subqueries are known before the index is read; a join would read it from its beginning to its end.
        "SELECT a.id, a.kind, a.next_due FROM aggregates a, clock c \
         WHERE a.next_due <= (SELECT engine_now()) \
           AND NOT COALESCE((SELECT engine_now()) < c.spared_until \
                            AND a.next_due > c.spared_from AND a.next_due <= c.spared_to, false) \
         ORDER BY a.next_due LIMIT $1 FOR UPDATE OF a SKIP LOCKED",
    )
    .bind::<Integer, _>(most)
    .load(conn)
}

/// What falls due before `horizon` from now: what the alarm clock is loaded with.
pub fn due_within(
    conn: &mut PgConnection,
    horizon: Delta,
    after: Option<(DateTime<Utc>, Uuid)>,
    most: i64,
) -> QueryResult<Vec<DueRow>> {
    let (at, id) = after.unwrap_or((DateTime::<Utc>::MIN_UTC, Uuid::nil()));
    let at = at.max(DateTime::UNIX_EPOCH);
    crate::sql(
        "SELECT id, kind, next_due FROM aggregates \
         WHERE next_due <= (SELECT engine_now()) + $1 AND next_due >= $2 AND (next_due, id) > ($2, $3) ORDER BY next_due, id LIMIT $4",
    )
    .bind::<diesel::sql_types::Interval, _>(horizon)
    .bind::<Timestamptz, _>(at)
    .bind::<SqlUuid, _>(id)
    .bind::<BigInt, _>(most)
    .load(conn)
}

/// The earliest due time of all, if any deadline runs.
pub fn earliest(conn: &mut PgConnection) -> QueryResult<Option<DateTime<Utc>>> {
    diesel::select(diesel::dsl::sql::<diesel::sql_types::Nullable<Timestamptz>>(
        "(SELECT min(next_due) FROM aggregates)",
    ))
    .get_result(conn)
}

/// Sweeps until `stop` turns true. Owns a connection; reconnects by itself.
pub async fn run(engine: Engine, mut stop: watch::Receiver<bool>) {
    let mut conn = None;
    while !*stop.borrow() {
        let (back, found) = {
            let engine = engine.clone();
            let conn = conn.take();
            tokio::task::spawn_blocking(move || look(&engine, conn)).await.unwrap_or_default()
        };
        conn = back;
        let depth = u32::try_from(engine.depth()).unwrap_or(u32::MAX);
        metrics::gauge!("guildhall_queue_depth", "context" => engine.context()).set(f64::from(depth));
        let is_full = found.len() == TAKEN as usize;
        nudge_all(&engine, found).await;
        if is_full {
            continue;
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Nudges what was found, some at a time, and waits for all.
pub async fn nudge_all(engine: &Engine, found: Vec<DueRow>) {
    stream::iter(found)
        .for_each_concurrent(64, |row| async move {
            match engine.nudge(&row.kind, row.id).await {
                Some(Ok(_)) => {
                    let lateness = (Utc::now() - row.next_due).as_seconds_f64();
                    metrics::histogram!("guildhall_deadline_lateness_seconds", "context" => engine.context())
                        .record(lateness.max(0.0));
                }
                Some(Err(fault)) => tracing::debug!(id = %row.id, %fault, "a nudge will be repeated"),
                None => tracing::warn!(id = %row.id, kind = row.kind, "no machine of this kind is hosted here"),
            }
        })
        .await;
}

/// The heartbeat and what is due. A fault costs the connection, never the loop.
fn look(engine: &Engine, conn: Option<PgConnection>) -> (Option<PgConnection>, Vec<DueRow>) {
    let conn = match conn {
        Some(conn) => Ok(conn),
        None => connect::writer(engine.url()),
    };
    let mut conn = match conn {
        Ok(conn) => conn,
        Err(error) => {
            tracing::warn!(context = engine.context(), %error, "the sweeper cannot connect");
            return (None, vec![]);
        }
    };
    let found = beat(engine, &mut conn).and_then(|()| due(&mut conn, TAKEN));
    match found {
        Ok(found) => (Some(conn), found),
        Err(error) => {
            tracing::warn!(context = engine.context(), %error, "the sweeper cannot look");
            (None, vec![])
        }
    }
}

/// One sign of life, judged by the newest edition.
pub fn beat(engine: &Engine, conn: &mut PgConnection) -> QueryResult<()> {
    let now = Utc::now();
    let Some(edition) = engine.rulebook().in_force(now) else { return Ok(()) };
    let length = |span: Span| -> TimeDelta { edition.calendar.after(now, span) - now };
    clock::heartbeat(conn, length(edition.outage.after), length(edition.outage.grace))
}
