//! One transaction for a batch of commands on machines of one context.
use crate::rows::Rows;
use crate::statements::{ClockAndAnswer, ClockAndAnswers, Held, Lock, Locked, Write};
use crate::submission::{Fault, Key, Reply};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use kernel::run::Spared;
use rulebook::Rulebook;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// The commands of one machine type within a batch; the only `dyn` of the engine.
pub(crate) trait Batch: Send {
    /// How many commands it holds.
    fn len(&self) -> usize;
    /// Ids to lock and keys to look up.
    fn wants(&self, active: &[usize], wanted: &mut Wanted);
    /// Reads facts and decides. May run again: earlier results are forgotten.
    fn decide(&mut self, active: &[usize], tx: &mut PgConnection, moment: &Moment<'_>) -> QueryResult<()>;
    /// The claims that the decisions would take.
    fn claims_wanted(&self, wanted: &mut Vec<(String, String)>);
    /// Refuses those whose claims others hold; the earlier in the batch wins.
    fn settle_claims(&mut self, held: &mut HashMap<(String, String), Uuid>, moment: &Moment<'_>);
    /// What is to be written.
    fn write(&mut self, moment: &Moment<'_>, rows: &mut Rows);
    /// The context's views.
    fn project(&self, tx: &mut PgConnection) -> QueryResult<()>;
    /// Answers the active commands; `Err` when the batch did not commit.
    fn answer(&mut self, active: &[usize], committed: Result<(), Fault>, wake: &mut Wake);
    /// The aggregates whose commands broke on their own.
    fn broken(&self) -> Vec<Uuid>;
}

/// What a batch needs before it can decide.
#[derive(Default)]
pub(crate) struct Wanted {
    pub ids: Vec<Uuid>,
    pub keys: Vec<Key>,
}

/// What a batch found: the clock, the locked rows, the stored answers.
pub(crate) struct Moment<'a> {
    pub context: &'static str,
    pub rulebook: &'a Arc<Rulebook>,
    pub now: DateTime<Utc>,
    pub spared: Option<Spared>,
    pub rows: HashMap<Uuid, Locked>,
    pub answers: HashMap<(String, String), (Vec<u8>, Reply)>,
}

/// What must be told after the commit.
#[derive(Default)]
pub(crate) struct Wake {
    /// New `next_due` of aggregates, for alarms.
    pub due: Vec<(Uuid, DateTime<Utc>)>,
    /// Something stands in the outbox.
    pub outbox: bool,
}

/// Runs the active commands of `batches` in one transaction; commits or leaves nothing behind.
pub(crate) fn transact(
    conn: &mut PgConnection,
    context: &'static str,
    rulebook: &Arc<Rulebook>,
    batches: &mut [(Box<dyn Batch>, Vec<usize>)],
) -> QueryResult<()> {
    fail::fail_point!("engine::before_transaction");
    conn.transaction::<_, diesel::result::Error, _>(|tx| {
        let mut wanted = Wanted::default();
        for (batch, active) in batches.iter() {
            batch.wants(active, &mut wanted);
        }
        let moment = look(tx, context, rulebook, wanted)?;
        for (batch, active) in batches.iter_mut() {
            batch.decide(active, tx, &moment)?;
        }
        settle_claims(tx, &moment, batches)?;
        let mut rows = Rows::default();
        for (batch, _) in batches.iter_mut() {
            batch.write(&moment, &mut rows);
        }
        if !rows.is_empty() {
            Write { rows: &rows, build: crate::BUILD }.get_result::<bool>(tx)?;
        }
        for (batch, _) in batches.iter() {
            batch.project(tx)?;
        }
        fail::fail_point!("engine::before_commit");
        Ok(())
    })?;
    fail::fail_point!("engine::after_commit");
    Ok(())
}

fn look<'a>(
    tx: &mut PgConnection,
    context: &'static str,
    rulebook: &'a Arc<Rulebook>,
    mut wanted: Wanted,
) -> QueryResult<Moment<'a>> {
    wanted.ids.sort_unstable();
    wanted.ids.dedup();
    let rows = Lock { ids: &wanted.ids }.load::<Locked>(tx)?.into_iter().map(|row| (row.0, row)).collect();
    let (callers, keys): (Vec<_>, Vec<_>) = wanted.keys.into_iter().map(|key| (key.caller, key.key)).unzip();
    let found = ClockAndAnswers { callers: &callers, keys: &keys }.load::<ClockAndAnswer>(tx)?;
    let mut answers = HashMap::new();
    let mut clock = None;
    for (now, from, to, caller, key, fingerprint, status, version, location, body) in found {
        clock = Some((now, from.zip(to).map(|(from, to)| Spared { from, to })));
        if let (Some(caller), Some(key), Some(fingerprint), Some(status)) = (caller, key, fingerprint, status) {
            let status = u16::try_from(status).unwrap_or(500);
            let reply = Reply { status, version, location, body: body.unwrap_or_default(), replayed: true };
            answers.insert((caller, key), (fingerprint, reply));
        }
    }
    let (now, spared) = clock.ok_or(diesel::result::Error::NotFound)?;
    Ok(Moment { context, rulebook, now, spared, rows, answers })
}

fn settle_claims(
    tx: &mut PgConnection,
    moment: &Moment<'_>,
    batches: &mut [(Box<dyn Batch>, Vec<usize>)],
) -> QueryResult<()> {
    let mut wanted = vec![];
    for (batch, _) in batches.iter() {
        batch.claims_wanted(&mut wanted);
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let (scopes, keys): (Vec<_>, Vec<_>) = wanted.into_iter().unzip();
    let mut held = Held { scopes: &scopes, keys: &keys }
        .load::<(String, String, Uuid)>(tx)?
        .into_iter()
        .map(|(scope, key, aggregate)| ((scope, key), aggregate))
        .collect();
    for (batch, _) in batches.iter_mut() {
        batch.settle_claims(&mut held, moment);
    }
    Ok(())
}
