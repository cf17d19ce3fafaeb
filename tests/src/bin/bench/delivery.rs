//! From a commit in orders to its consumer's effect in settlement, at a steady rate.
use crate::load::Market;
use crate::suite::Suite;
use anyhow::ensure;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Double, Uuid as SqlUuid};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

/// Milliseconds from an order's `placed` in the journal of orders to its escrow's `opened` in that of settlement.
#[derive(QueryableByName)]
pub struct Delays {
    /// Half took no longer.
    #[diesel(sql_type = Double)]
    pub p50: f64,
    /// All but one in a hundred took no longer.
    #[diesel(sql_type = Double)]
    pub p99: f64,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Both instants on the clock of the same server; the contexts' test shifts are taken off.
const DELAYS: &str = "SELECT count(*) AS count, \
    COALESCE(percentile_cont(0.5) WITHIN GROUP (ORDER BY delay), 0) AS p50, \
    COALESCE(percentile_cont(0.99) WITHIN GROUP (ORDER BY delay), 0) AS p99 \
    FROM (SELECT 1000 * extract(epoch FROM (s.at - sc.shift) - (o.at - oc.shift))::float8 AS delay \
          FROM orders.journal o CROSS JOIN orders.clock oc CROSS JOIN settlement.clock sc \
          JOIN settlement.journal s ON s.aggregate = o.aggregate AND s.event = 'opened' \
          WHERE o.event = 'placed' AND o.aggregate = ANY($1)) t";

/// Places `per_second` orders a second for `time`, whatever the answers take, and reads off the journals how long each
/// was under way. Answers the rate that was reached as well.
pub async fn measure(
    suite: &Suite,
    market: &Arc<Market>,
    per_second: u32,
    time: Duration,
) -> anyhow::Result<(Delays, f64)> {
    let mut beat = interval(Duration::from_secs(1) / per_second);
    beat.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let started = Instant::now();
    let mut placing = JoinSet::new();
    while started.elapsed() < time {
        beat.tick().await;
        let market = market.clone();
        placing.spawn(async move { market.place().await });
    }
    let mut ids: Vec<Uuid> = vec![];
    while let Some(placed) = placing.join_next().await {
        ids.push(placed??);
    }
    let rate = ids.len() as f64 / started.elapsed().as_secs_f64();
    suite.rest().await?;
    let query = diesel::sql_query(DELAYS).bind::<Array<SqlUuid>, _>(&ids);
    let delays: Delays = query.get_result(&mut suite.conn("orders")?)?;
    ensure!(usize::try_from(delays.count)? == ids.len(), "{} of {} orders have an escrow", delays.count, ids.len());
    Ok((delays, rate))
}
