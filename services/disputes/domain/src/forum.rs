//! Another forum (D1.1.4): what a court decided after the platform did is recorded and followed; what the platform's
//! decision caused is undone as far as it can be.
use crate::casefile::{Clerk, EntryKind};
use crate::command::ForumOutcome;
use crate::consequence::{self, Consequence, reverse};
use crate::decision::awarded;
use crate::event::Event;
use crate::proposals::within;
use crate::refusal::Refusal;
use crate::state::{Ending, Opened, Outcome, Phase};
use crate::{Ctx, wording};
use kernel::{Party, RuleId};

/// An operator, once there is a decision.
pub(crate) fn guard(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    if ctx.party != Party::Operator {
        return Err(Refusal::NotYours);
    }
    match &case.phase {
        Phase::Decided(_) | Phase::Appealed(_) => Ok(()),
        Phase::Pending(_) => Err(Refusal::NotDecided),
        Phase::Closed(closed) => match closed.ending {
            Ending::Resolved => Ok(()),
            Ending::Settled | Ending::Withdrawn => Err(Refusal::Closed),
        },
    }
}

/// Puts that forum's outcome in place of the platform's.
pub(crate) fn follow(case: &Opened, reported: &ForumOutcome, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let paid = case.opening.amount;
    within(reported.to_merchant, paid, "to_merchant")?;
    if reported.compensation.currency != paid.currency || reported.compensation.minor < 0 {
        return Err(Refusal::AmountOutOfRange { field: "compensation", currency: paid.currency });
    }
    wording::required(&reported.reference, "reference", wording::NAME)?;
    wording::required(&reported.text, "text", wording::STATEMENT)?;
    let outcome = Outcome {
        to_merchant: reported.to_merchant,
        compensation: reported.compensation,
        extension_seconds: None,
        data_download: false,
        rules: vec![RuleId::of("D1.1.4")],
        edition: case.opening.edition.clone(),
        at: ctx.now,
    };
    let mut clerk = Clerk::new(&case.file, ctx.now, ctx.party);
    let mut events = vec![Event::ForumFollowed {
        by: ctx.actor.sub.clone(),
        reported: Box::new(reported.clone()),
        reversals: reverse(&case.caused),
        filed: clerk.file(EntryKind::Forum, None, reported),
        outcome: outcome.clone(),
        rules: vec![RuleId::of("D1.1.4"), RuleId::of("X10")],
    }];
    if case.is_open() {
        events.push(awarded(&outcome, ctx));
    }
    Ok(events)
}

/// Only the system, within the bound.
pub(crate) fn may_record(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    if ctx.party != Party::System {
        return Err(Refusal::NotYours);
    }
    if case.caused.len() < consequence::MOST { Ok(()) } else { Err(Refusal::TooManyConsequences) }
}

/// Remembers what the decision caused; what is known already is so already.
pub(crate) fn record(case: &Opened, reported: &[Consequence]) -> Result<Vec<Event>, Refusal> {
    let is_new = |one: &&Consequence| !case.caused.iter().any(|known| known.id == one.id);
    let new: Vec<_> = reported.iter().filter(is_new).cloned().collect();
    if case.caused.len() + new.len() > consequence::MOST || new.iter().any(|one| one.depends_on.len() > 4) {
        return Err(Refusal::ListTooLong { field: "consequences" });
    }
    Ok(if new.is_empty() { vec![] } else { vec![Event::ConsequencesRecorded { consequences: new }] })
}
