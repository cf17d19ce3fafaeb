//! Another forum (D1.1.4, D1.5.2): what a court decided is recorded and followed. Before the platform's decision it ends
//! the case; after it, what that decision caused is undone as far as it can be, unless the court confirms the outcome.
use crate::appeal::AppealResult;
use crate::casefile::{Clerk, EntryKind};
use crate::command::ForumOutcome;
use crate::consequence::Consequence;
use crate::decision::{awarded, extension};
use crate::event::{Event, Followed};
use crate::proposals::within;
use crate::refusal::Refusal;
use crate::state::{Ending, Opened, Outcome, Phase};
use crate::{Ctx, wording};
use kernel::{Party, RuleId};

/// An operator, whatever the stage, unless the parties ended the case themselves.
pub(crate) fn guard(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    if ctx.party != Party::Operator {
        return Err(Refusal::NotYours);
    }
    match &case.phase {
        Phase::Pending(_) | Phase::Decided(_) | Phase::Appealed(_) => Ok(()),
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
    extension(reported.extension_seconds)?;
    wording::required(&reported.reference, "reference", wording::NAME)?;
    wording::required(&reported.text, "text", wording::STATEMENT)?;
    let further = match &case.phase {
        Phase::Pending(_) => RuleId::of("D1.5.2"),
        Phase::Decided(_) | Phase::Appealed(_) | Phase::Closed(_) => RuleId::of("X10"),
    };
    let outcome = Outcome {
        to_merchant: reported.to_merchant,
        compensation: reported.compensation,
        extension_seconds: reported.extension_seconds,
        data_download: reported.data_download,
        rules: vec![RuleId::of("D1.1.4")],
        edition: case.opening.edition.clone(),
        at: ctx.now,
    };
    let mut clerk = Clerk::new(&case.file, ctx.now, ctx.party);
    let mut events = vec![Event::ForumFollowed(Box::new(Followed {
        by: ctx.actor.sub.clone(),
        reported: reported.clone(),
        reversals: case.outcome().map(|first| AppealResult::of(first, &outcome).reversals(case)).unwrap_or_default(),
        filed: clerk.file(EntryKind::Forum, None, reported),
        outcome: outcome.clone(),
        rules: vec![RuleId::of("D1.1.4"), further],
    }))];
    if case.is_open() {
        events.push(awarded(&outcome, ctx));
    }
    Ok(events)
}

/// Only the system.
pub(crate) fn may_record(ctx: &Ctx<'_>) -> Result<(), Refusal> {
    if ctx.party == Party::System { Ok(()) } else { Err(Refusal::NotYours) }
}

/// Remembers what the decision caused; what is known already and comes to nothing more is so already.
pub(crate) fn record(case: &Opened, reported: &[Consequence]) -> Vec<Event> {
    let is_news = |one: &&Consequence| {
        one.kind.undoes().is_some() || one.amount.is_some() || !case.caused.iter().any(|known| known.kind == one.kind)
    };
    let news: Vec<_> = reported.iter().filter(is_news).cloned().collect();
    let rules = vec![RuleId::of("D1.6.2")];
    if news.is_empty() { vec![] } else { vec![Event::ConsequencesRecorded { consequences: news, rules }] }
}
