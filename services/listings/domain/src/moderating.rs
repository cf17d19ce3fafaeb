//! The moderators' queue: claim with a lease, decide with reasons, and what silence does (W32).
use crate::command::Grounds;
use crate::event::Event;
use crate::machine::{Decided, Listings};
use crate::refusal::Refusal;
use crate::sale;
use crate::state::{Queued, Record, Working};
use kernel::{Context, Decision, Redress, RevisionId, RuleId, Time};

pub(crate) fn recall(record: &Record) -> Decided {
    Ok(vec![Event::Recalled { revision: queued(record)?.revision.id, decision: None }])
}

pub(crate) fn claim(record: &Record, ctx: &Context<'_, Listings>) -> Decided {
    let queued = queued(record)?;
    if queued.claim.is_some() {
        return Ok(vec![]);
    }
    Ok(vec![Event::Claimed {
        revision: queued.revision.id,
        by: ctx.actor.sub.clone(),
        until: ctx.calendar.after(ctx.now, ctx.procedure.windows.claim_lease),
    }])
}

pub(crate) fn release(record: &Record) -> Decided {
    Ok(released(record, false))
}

pub(crate) fn lease_over(record: &Record) -> Vec<Event> {
    released(record, true)
}

fn released(record: &Record, lapsed: bool) -> Vec<Event> {
    let held = record.queued().and_then(|queued| queued.claim.as_ref().map(|claim| (queued, claim)));
    held.map(|(queued, claim)| Event::Released { revision: queued.revision.id, by: claim.by.clone(), lapsed })
        .into_iter()
        .collect()
}

pub(crate) fn approve(record: &Record, note: Option<&str>, ctx: &Context<'_, Listings>) -> Decided {
    note.map_or(Ok(()), reasons_given)?;
    let queued = queued(record)?;
    let judged = (ctx.actor.sub.clone(), false, note.map(str::to_owned));
    Ok(sale::publish(record, &queued.terms, &queued.edition, judged, ctx))
}

pub(crate) fn request_changes(record: &Record, grounds: &Grounds, ctx: &Context<'_, Listings>) -> Decided {
    let queued = queued(record)?;
    let mend_by = ctx.calendar.after(ctx.now, ctx.procedure.windows.mend);
    let decision = decided(queued, grounds, Some(mend_by), ctx)?;
    Ok(vec![Event::ChangesRequested { revision: queued.revision.id, decision, mend_by }])
}

pub(crate) fn reject(record: &Record, grounds: &Grounds, ctx: &Context<'_, Listings>) -> Decided {
    let queued = queued(record)?;
    let decision = decided(queued, grounds, None, ctx)?;
    Ok(vec![Event::RevisionRejected { revision: queued.revision.id, decision }])
}

/// Nothing passes by silence: the work goes back to the queue (W32).
pub(crate) fn overdue(record: &Record, ctx: &Context<'_, Listings>) -> Vec<Event> {
    let overdue = record.queued().map(|queued| Event::ModerationOverdue {
        revision: queued.revision.id,
        claimed_by: queued.claim.as_ref().map(|claim| claim.by.clone()),
        decide_by: ctx.calendar.after(ctx.now, ctx.procedure.windows.moderation),
    });
    overdue.into_iter().collect()
}

/// The provider has not mended it in time: the revision is withdrawn (W32).
pub(crate) fn not_mended(record: &Record, ctx: &Context<'_, Listings>) -> Vec<Event> {
    mending(record).map(|revision| lapsed(revision, ctx)).into_iter().collect()
}

fn mending(record: &Record) -> Option<RevisionId> {
    match &record.working {
        Working::Draft { revision, mend_by: Some(_) } | Working::ChangesRequested { revision, .. } => Some(revision.id),
        Working::Draft { mend_by: None, .. } | Working::Nothing | Working::Queued(_) | Working::Rejected { .. } => None,
    }
}

fn lapsed(revision: RevisionId, ctx: &Context<'_, Listings>) -> Event {
    Event::RevisionLapsed {
        revision,
        decision: Decision {
            rules: vec![RuleId::of("W32")],
            edition: ctx.edition.clone(),
            facts: vec!["no mended revision was submitted in time".into()],
            evidence: vec![],
            reasons: "The time to mend what a moderator asked for has passed.".into(),
            by: ctx.actor.sub.clone(),
            automated: true,
            redress: Some(Redress { action: "revise".into(), until: None }),
        },
    }
}

fn decided(
    queued: &Queued,
    grounds: &Grounds,
    until: Option<Time>,
    ctx: &Context<'_, Listings>,
) -> Result<Decision, Refusal> {
    check_grounds(grounds)?;
    if let Some(rule) = grounds.rules.iter().find(|rule| !ctx.rules.grounds.contains(rule)) {
        return Err(Refusal::RuleNotAGround(rule.clone()));
    }
    Ok(Decision {
        rules: grounds.rules.clone(),
        edition: queued.edition.clone(),
        facts: vec![],
        evidence: vec![queued.revision.content_hash.clone()],
        reasons: grounds.reasons.clone(),
        by: ctx.actor.sub.clone(),
        automated: false,
        redress: Some(Redress { action: "revise".into(), until }),
    })
}

/// Every adverse act names its rules and its reasons.
pub(crate) fn check_grounds(grounds: &Grounds) -> Result<(), Refusal> {
    let named = |rule: &RuleId| !rule.as_str().is_empty() && rule.as_str().len() <= 16;
    if grounds.rules.is_empty() || grounds.rules.len() > 10 || !grounds.rules.iter().all(named) {
        return Err(Refusal::RulesNeeded);
    }
    reasons_given(&grounds.reasons)
}

pub(crate) fn reasons_given(reasons: &str) -> Result<(), Refusal> {
    if is_reasoned(reasons) { Ok(()) } else { Err(Refusal::ReasonsNeeded) }
}

/// Whether something is said, in at most 2,000 characters.
pub(crate) fn is_reasoned(reasons: &str) -> bool {
    !reasons.trim().is_empty() && reasons.chars().count() <= 2_000
}

fn queued(record: &Record) -> Result<&Queued, Refusal> {
    record.queued().ok_or(Refusal::NotInModeration)
}
