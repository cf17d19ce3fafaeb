//! The clock's row: the test shift, the heartbeat, and the grace after an outage of our own.
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Interval, Timestamptz};

/// The instant of decisions, now.
pub fn now(conn: &mut PgConnection) -> QueryResult<DateTime<Utc>> {
    diesel::select(diesel::dsl::sql::<Timestamptz>("engine_now()")).get_result(conn)
}

/// Moves the test clock forward. Never called in production (settings refuse the test clock there).
pub fn advance(conn: &mut PgConnection, by: TimeDelta) -> QueryResult<()> {
    crate::sql("UPDATE clock SET shift = shift + $1").bind::<Interval, _>(by).execute(conn).map(drop)
}

/// A sign of life. After a silence longer than `outage_after`, what fell due in it is spared for `grace`: nobody loses
/// a right to an outage of our own.
pub fn heartbeat(conn: &mut PgConnection, outage_after: TimeDelta, grace: TimeDelta) -> QueryResult<()> {
    crate::sql(
        "UPDATE clock SET alive_at = r.now, \
         spared_from  = CASE WHEN r.outage THEN alive_at + shift ELSE spared_from END, \
         spared_to    = CASE WHEN r.outage THEN r.now + shift ELSE spared_to END, \
         spared_until = CASE WHEN r.outage THEN r.now + shift + $2 ELSE spared_until END \
         FROM (SELECT c.now, COALESCE(c.now - alive_at > $1, false) AS outage \
               FROM clock, (SELECT clock_timestamp() AS now) c) r \
         WHERE alive_at IS NULL OR r.now - alive_at > interval '500 milliseconds'",
    )
    .bind::<Interval, _>(outage_after)
    .bind::<Interval, _>(grace)
    .execute(conn)
    .map(drop)
}
