//! The outbox's rows as the relay sees them. Present = not yet confirmed by the broker.
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Double, Nullable, Text};
use uuid::Uuid;

diesel::table! {
    outbox (id) {
        id -> Int8,
        aggregate -> Uuid,
        own -> Bool,
        message -> Text,
        at -> Timestamptz,
    }
}

/// One message that waits for its confirm.
#[derive(Queryable, Clone, Debug)]
pub(crate) struct Row {
    pub id: i64,
    pub aggregate: Uuid,
    pub own: bool,
    pub message: String,
    #[expect(dead_code, reason = "columns are read by position")]
    at: DateTime<Utc>,
}

/// How much waits.
#[derive(QueryableByName, Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Backlog {
    /// Rows, counted up to ten thousand.
    #[diesel(sql_type = BigInt)]
    pub depth: i64,
    /// Seconds since the oldest was written, on the clock of decisions.
    #[diesel(sql_type = Nullable<Double>)]
    pub age: Option<f64>,
}

/// Takes the lock of this context's relay for the life of the connection, unless another session has it.
pub(crate) fn lock(conn: &mut PgConnection, context: &str) -> QueryResult<bool> {
    fail::fail_point!("relay::without_lock", |_| Ok(true));
    // A removal that a crash of the server undoes is a message sent twice, which its receiver drops.
    engine::sql("SET synchronous_commit = off").execute(conn)?;
    diesel::select(
        diesel::dsl::sql::<Bool>("pg_try_advisory_lock(hashtextextended('guildhall relay ' || ")
            .bind::<Text, _>(context)
            .sql(", 0))"),
    )
    .get_result(conn)
}

/// The oldest rows of whatever aggregates are not among `busy`. Never "those after the last": numbers are taken before
/// the commit, and a smaller one may appear later.
pub(crate) fn oldest(conn: &mut PgConnection, busy: Vec<Uuid>, most: i64) -> QueryResult<Vec<Row>> {
    outbox::table.filter(outbox::aggregate.ne_all(busy)).order(outbox::id).limit(most).load(conn)
}

/// Removes what is confirmed.
pub(crate) fn remove(conn: &mut PgConnection, confirmed: &[i64]) -> QueryResult<usize> {
    diesel::delete(outbox::table.filter(outbox::id.eq_any(confirmed))).execute(conn)
}

/// How much waits, and for how long.
pub(crate) fn backlog(conn: &mut PgConnection) -> QueryResult<Backlog> {
    engine::sql(
        "SELECT (SELECT count(*) FROM (SELECT 1 FROM outbox LIMIT 10000) o) AS depth, \
         (SELECT EXTRACT(EPOCH FROM engine_now() - at)::float8 FROM outbox ORDER BY id LIMIT 1) AS age",
    )
    .get_result(conn)
}
