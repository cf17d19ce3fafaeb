//! Many running deadlines, many of them due at one instant.
//!
//! The orders whose payment windows run are copies of one that was placed: state, journal, deadline and view, each with
//! an id and a window of its own. What then lapses goes through everything that any lapse goes through.
use crate::footprint::Cpu;
use crate::suite::Suite;
use anyhow::ensure;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Double, Timestamptz, Uuid as SqlUuid};
use kernel::{Time, TimeDelta};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How many orders are copied in one statement.
const AT_ONCE: usize = 10_000;
/// How long all may take to lapse.
const PATIENCE: Duration = Duration::from_secs(300);

/// `$1` ids, `$2` the original, `$3` when the first window ends, `$4` seconds between the ends.
const COPY: &str = "WITH made AS ( \
      SELECT id, due, to_jsonb(to_char(due AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')) AS pay_by \
      FROM (SELECT id, $3 + nth * $4 * interval '1 second' AS due FROM unnest($1) WITH ORDINALITY AS w(id, nth)) t), \
    a AS (INSERT INTO aggregates \
          (id, kind, version, published, status, state, schema, edition, next_due, updated_at) \
      SELECT m.id, o.kind, o.version, o.published, o.status, \
             jsonb_set(o.state, '{placed,phase,pending_payment,pay_by}', m.pay_by, false), \
             o.schema, o.edition, m.due, o.updated_at FROM aggregates o, made m WHERE o.id = $2), \
    j AS (INSERT INTO journal \
          (aggregate, version, at, actor, event, payload, schema, build, correlation, causation, sequence) \
      SELECT m.id, o.version, o.at, o.actor, o.event, jsonb_set(o.payload, '{pay_by}', m.pay_by, false), o.schema, \
             o.build, o.correlation, o.causation, o.sequence FROM journal o, made m WHERE o.aggregate = $2), \
    d AS (INSERT INTO deadlines (aggregate, timer, subject, party, rule, status, due_at, changed_at) \
      SELECT m.id, o.timer, o.subject, o.party, o.rule, o.status, m.due, o.changed_at \
      FROM deadlines o, made m WHERE o.aggregate = $2), \
    v AS (INSERT INTO orders (id, version, status, provider, merchant, listing, title, category, quantity, currency, \
          amount_minor, placed_at, updated_at, due, due_at) \
      SELECT m.id, o.version, o.status, o.provider, o.merchant, o.listing, o.title, o.category, o.quantity, \
             o.currency, o.amount_minor, o.placed_at, o.updated_at, o.due, m.due FROM orders o, made m WHERE o.id = $2) \
    INSERT INTO timeline (order_id, version, at, party, person, event, rules, text, details) \
      SELECT m.id, o.version, o.at, o.party, o.person, o.event, o.rules, o.text, o.details \
      FROM timeline o, made m WHERE o.order_id = $2";

const LATENESS: &str = "SELECT count(*) AS count, COALESCE(min(at) >= $2, false) AS in_time, \
    COALESCE(extract(epoch FROM max(at) - $2)::float8, 0) AS last, \
    COALESCE(percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM at - $2)::float8), 0) AS p50, \
    COALESCE(percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM at - $2)::float8), 0) AS p99 \
    FROM journal WHERE aggregate = ANY($1) AND event = 'payment_expired'";

/// How late the lapses were, in seconds.
#[derive(QueryableByName)]
pub struct Lateness {
    /// Half were no later.
    #[diesel(sql_type = Double)]
    pub p50: f64,
    /// All but one in a hundred were no later.
    #[diesel(sql_type = Double)]
    pub p99: f64,
    /// The last one.
    #[diesel(sql_type = Double)]
    pub last: f64,
    #[diesel(sql_type = BigInt)]
    count: i64,
    #[diesel(sql_type = Bool)]
    in_time: bool,
}

/// Leaves `count` windows running that end days from now.
pub fn populate(suite: &Suite, original: Uuid, count: usize) -> anyhow::Result<()> {
    let mut conn = suite.conn("orders")?;
    let first = now(&mut conn)? + TimeDelta::days(2);
    copy(&mut conn, original, &ids(count), first, 1.0)?;
    // As the server does by itself within a minute.
    diesel::sql_query("ANALYZE").execute(&mut conn)?;
    Ok(())
}

/// What became of windows that ended at one instant.
pub struct Lapsed {
    /// How late each was.
    pub late: Lateness,
    /// Seconds from that instant until every consumer had done its part.
    pub at_rest: f64,
    /// What it cost, per 1,000.
    pub cost: Cpu,
}

/// Lets `count` windows end at one instant, `lead` from now.
pub async fn lapse(suite: &Suite, original: Uuid, count: usize, lead: Duration) -> anyhow::Result<Lapsed> {
    let mut conn = suite.conn("orders")?;
    let due = now(&mut conn)? + TimeDelta::from_std(lead)?;
    let ids = ids(count);
    copy(&mut conn, original, &ids, due, 0.0)?;
    ensure!(now(&mut conn)? < due, "the windows ended before they were all written: raise BENCH_LEAD");
    let (before, started) = (suite.cpu()?, Instant::now());
    let mut pause = tokio::time::interval(Duration::from_millis(200));
    while running(&mut conn, due)? > 0 {
        ensure!(started.elapsed() < PATIENCE, "{} windows have not lapsed", running(&mut conn, due)?);
        pause.tick().await;
    }
    suite.rest().await?;
    let cost = suite.cpu()?.per_thousand(before, count);
    let at_rest = (now(&mut conn)? - due).as_seconds_f64();
    let query = diesel::sql_query(LATENESS).bind::<Array<SqlUuid>, _>(&ids).bind::<Timestamptz, _>(due);
    let late: Lateness = query.get_result(&mut conn)?;
    ensure!(usize::try_from(late.count)? == count, "{} of {count} windows lapsed once", late.count);
    ensure!(late.in_time, "a window lapsed before its end");
    Ok(Lapsed { late, at_rest, cost })
}

fn ids(count: usize) -> Vec<Uuid> {
    (0..count).map(|_| Uuid::now_v7()).collect()
}

fn copy(conn: &mut PgConnection, original: Uuid, ids: &[Uuid], first: Time, apart: f64) -> QueryResult<()> {
    for ids in ids.chunks(AT_ONCE) {
        diesel::sql_query(COPY)
            .bind::<Array<SqlUuid>, _>(ids)
            .bind::<SqlUuid, _>(original)
            .bind::<Timestamptz, _>(first)
            .bind::<Double, _>(apart)
            .execute(conn)?;
    }
    Ok(())
}

fn now(conn: &mut PgConnection) -> QueryResult<Time> {
    diesel::select(sql::<Timestamptz>("engine_now()")).get_result(conn)
}

fn running(conn: &mut PgConnection, due: Time) -> QueryResult<i64> {
    let counted = sql::<BigInt>("count(*) FROM aggregates WHERE next_due = ").bind::<Timestamptz, _>(due);
    diesel::select(counted).get_result(conn)
}
