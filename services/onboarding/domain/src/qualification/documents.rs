//! Documents after entry: handing in, accepting, rejecting; how that renews, re-qualifies and cures.
//!
//! A running cure stands still while something waits to be judged: the provider does not pay for the reviewer's time.
use super::Qualifications;
use super::event::Event;
use super::refusal::{MAX_PENDING, MAX_PENDING_PER_LINE, Refusal};
use super::standing::{check_text, validity};
use super::state::{Document, Holding, Pending, Standing, lapsed_lines, with_accepted};
use crate::grounds;
use crate::handout::{Handout, line};
use kernel::machine::Due;
use kernel::{Context, RuleId, Time};

type Ctx<'a> = Context<'a, Qualifications>;
type Decided = Result<Vec<Event>, Refusal>;

pub(super) fn submit(holding: &Holding, handout: &Handout, ctx: &Ctx<'_>) -> Decided {
    let pending = || holding.pending.iter().map(|pending| &pending.document.credential);
    let held = holding.documents.iter().map(|document| &document.credential);
    if pending().chain(held).any(|known| known.id == handout.credential) {
        return Err(Refusal::CredentialKnown);
    }
    let of_line = pending().filter(|waiting| waiting.requirement == handout.requirement).count();
    if of_line >= MAX_PENDING_PER_LINE || holding.pending.len() >= MAX_PENDING {
        return Err(Refusal::TooManyPending);
    }
    let asked = ctx.rules.category(holding.category);
    let (credential, file) = handout.accept(asked, &ctx.facts.files, ctx.calendar.day(ctx.now))?;
    let document = Document::of(credential, ctx.calendar);
    if document.has_lapsed(ctx.now) {
        return Err(Refusal::Expired { field: "expires_on" });
    }
    let due = || ctx.calendar.after(ctx.now, ctx.procedure.review_window);
    Ok(vec![Event::DocumentSubmitted {
        document,
        file,
        statement: handout.statement.clone(),
        by: ctx.actor.sub.clone(),
        review_due: holding.review_due.unwrap_or_else(due),
        cure: holding.cure.as_ref().map(|cure| paused(cure.due, ctx.now)),
    }])
}

pub(super) fn accept(holding: &Holding, requirement: &str, note: &str, ctx: &Ctx<'_>) -> Decided {
    let judged = judged(holding, requirement, ctx)?;
    if note.chars().count() > 1_000 {
        return Err(Refusal::Text { field: "note", max: 1_000 });
    }
    if judged.iter().any(|pending| pending.document.has_lapsed(ctx.now)) {
        return Err(Refusal::Expired { field: "requirement" });
    }
    let documents = with_accepted(holding, requirement);
    let (valid_until, renew_from) = validity(&documents, ctx);
    let mut outstanding = holding.outstanding();
    outstanding.remove(requirement);
    outstanding.append(&mut lapsed_lines(&documents, ctx.now));
    let is_whole = outstanding.is_empty();
    let (review_due, cure) = after_judging(holding, requirement, ctx.now);
    let mut events = vec![Event::DocumentAccepted {
        requirement: requirement.to_owned(),
        by: ctx.actor.sub.clone(),
        note: note.to_owned(),
        valid_until,
        renew_from,
        outstanding,
        review_due,
        cure,
    }];
    if is_whole {
        events.extend(made_whole(holding, ctx));
    }
    if holding.standing == Standing::Expiring && renew_from.is_none_or(|from| from > ctx.now) {
        events.push(Event::Renewed { valid_until });
    }
    Ok(events)
}

/// All that was outstanding is verified: the demand is met, or the suspension lifted.
fn made_whole(holding: &Holding, ctx: &Ctx<'_>) -> Option<Event> {
    holding.cure.as_ref()?;
    let reasons = "All requirements that were outstanding have been verified.";
    let decision = grounds::decision(ctx, vec![RuleId::of("M3.2")], vec!["requirements_verified".into()], reasons);
    Some(if holding.standing == Standing::Suspended {
        Event::Restored { decision }
    } else {
        Event::Requalified { decision }
    })
}

pub(super) fn reject(holding: &Holding, requirement: &str, reason: &str, ctx: &Ctx<'_>) -> Decided {
    judged(holding, requirement, ctx)?;
    check_text("reason", reason, 1_000)?;
    let (review_due, cure) = after_judging(holding, requirement, ctx.now);
    let asked = line(ctx.rules.category(holding.category), requirement, "requirement").ok();
    Ok(vec![Event::DocumentRejected {
        requirement: requirement.to_owned(),
        by: ctx.actor.sub.clone(),
        reason: reason.to_owned(),
        rules: asked.map(|asked| asked.rule.clone()).into_iter().chain([RuleId::of("M3.2")]).collect(),
        review_due,
        cure,
    }])
}

/// What waits for this line, if the caller may judge it.
fn judged<'h>(holding: &'h Holding, requirement: &str, ctx: &Ctx<'_>) -> Result<Vec<&'h Pending>, Refusal> {
    let is_of_line = |pending: &&Pending| pending.document.credential.requirement == requirement;
    let judged: Vec<_> = holding.pending.iter().filter(is_of_line).collect();
    if judged.is_empty() {
        return Err(Refusal::NotPending);
    }
    if judged.iter().any(|pending| pending.by == ctx.actor.sub) {
        return Err(Refusal::OwnDocument);
    }
    Ok(judged)
}

/// The clocks once `requirement` no longer waits: the cure runs on when nothing does.
fn after_judging(holding: &Holding, requirement: &str, now: Time) -> (Option<Time>, Option<Due>) {
    let still_waits = holding.pending.iter().any(|pending| pending.document.credential.requirement != requirement);
    let cure = holding.cure.as_ref().map(|cure| cure.due);
    if still_waits { (holding.review_due, cure) } else { (None, cure.map(|due| resumed(due, now))) }
}

fn paused(due: Due, now: Time) -> Due {
    match due {
        Due::At(at) => Due::Paused { remaining: at - now },
        Due::Paused { remaining } => Due::Paused { remaining },
    }
}

fn resumed(due: Due, now: Time) -> Due {
    match due {
        Due::At(at) => Due::At(at),
        Due::Paused { remaining } => Due::At(now + remaining),
    }
}
