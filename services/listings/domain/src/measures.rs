//! Measures that hide a listing (M5): they run at the same time, and the listing is back when the last one has ended.
use crate::command::Grounds;
use crate::event::{Ending, Event};
use crate::machine::{Decided, Listings};
use crate::moderating::{check_grounds, reasons_given};
use crate::refusal::Refusal;
use crate::state::{Hold, Record};
use kernel::{Context, Decision, Party, Time};
use uuid::Uuid;

pub(crate) fn block(
    record: &Record,
    measure: Uuid,
    until: Option<Time>,
    grounds: &Grounds,
    ctx: &Context<'_, Listings>,
) -> Decided {
    let Some(decision) = imposed(record, measure, until, grounds, ctx)? else {
        return Ok(vec![]);
    };
    Ok(vec![Event::Blocked { measure, until, decision }])
}

pub(crate) fn remove(
    record: &Record,
    measure: Uuid,
    until: Option<Time>,
    correction: bool,
    grounds: &Grounds,
    ctx: &Context<'_, Listings>,
) -> Decided {
    let Some(decision) = imposed(record, measure, until, grounds, ctx)? else {
        return Ok(vec![]);
    };
    Ok(vec![Event::Removed { measure, until, correction, decision }])
}

pub(crate) fn unblock(record: &Record, measure: Uuid, reasons: &str, ctx: &Context<'_, Listings>) -> Decided {
    reasons_given(reasons)?;
    let weighs = record.measures.iter().any(|one| one.id == measure);
    if !weighs && ctx.party != Party::System {
        return Err(Refusal::MeasureUnknown);
    }
    if !weighs && record.lifted.contains(&measure) {
        return Ok(vec![]);
    }
    Ok(vec![Event::MeasureEnded { measure, ending: Ending::Lifted, reasons: Some(reasons.to_owned()) }])
}

/// The time of a measure has passed.
pub(crate) fn served(record: &Record, measure: Option<Uuid>) -> Vec<Event> {
    let due = record.measures.iter().find(|one| Some(one.id) == measure);
    let event = due.map(|one| match one.hold {
        Hold::Removal { correction: true, .. } => Event::RemovalServed { measure: one.id },
        Hold::Removal { correction: false, .. } | Hold::Block { .. } => {
            Event::MeasureEnded { measure: one.id, ending: Ending::Expired, reasons: None }
        }
    });
    event.into_iter().collect()
}

/// The decision behind a measure; `None` when it weighs already, was lifted before it came, or is over.
fn imposed(
    record: &Record,
    measure: Uuid,
    until: Option<Time>,
    grounds: &Grounds,
    ctx: &Context<'_, Listings>,
) -> Result<Option<Decision>, Refusal> {
    check_grounds(grounds)?;
    let known = record.measures.iter().any(|one| one.id == measure) || record.lifted.contains(&measure);
    if known {
        return Ok(None);
    }
    if until.is_some_and(|until| until <= ctx.now) {
        return if ctx.party == Party::System { Ok(None) } else { Err(Refusal::MeasureOver) };
    }
    Ok(Some(Decision {
        rules: grounds.rules.clone(),
        edition: ctx.edition.clone(),
        facts: vec![],
        evidence: vec![measure.to_string()],
        reasons: grounds.reasons.clone(),
        by: ctx.actor.sub.clone(),
        automated: ctx.actor.system,
        redress: None,
    }))
}
