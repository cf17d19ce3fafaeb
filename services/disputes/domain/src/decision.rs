//! The decision and its award (D1.1.4, D1.6.2, A8): full, partial or no refund, on articles of the pinned edition (X27).
//!
//! The money waits until the appeal window has passed (W17). A case in another forum after the decision does not stop
//! the award (X10): there is no command for it here.
use crate::command::Draft;
use crate::event::Event;
use crate::proposals::within;
use crate::refusal::Refusal;
use crate::standing::{impartial, seat};
use crate::state::{Opened, Outcome, Phase};
use crate::{Ctx, clocks, wording};
use kernel::{Decision, Redress};

/// The assigned arbitrator, and none who acted for a side since the case was assigned.
pub(crate) fn guard(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    impartial(case, ctx)?;
    seat(case, ctx)
}

/// Decides as the draft says.
pub(crate) fn decide(case: &Opened, draft: &Draft, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    check_amounts(case, draft, ctx)?;
    check_grounds(case, draft, ctx)?;
    let appeal_by = clocks::for_party(ctx, ctx.now, |rules| rules.appeal);
    let edition = case.opening.edition.clone();
    let outcome = Outcome {
        to_merchant: draft.to_merchant,
        compensation: draft.compensation,
        rules: draft.rules.clone(),
        edition: edition.clone(),
        at: ctx.now,
    };
    let decision = Decision {
        rules: draft.rules.clone(),
        edition,
        facts: draft.facts.clone(),
        evidence: draft.evidence.clone(),
        reasons: draft.reasons.clone(),
        by: ctx.actor.sub.clone(),
        automated: false,
        redress: Some(Redress { action: "appeal".into(), until: Some(appeal_by) }),
    };
    Ok(vec![Event::Decided { decision: Box::new(decision), outcome, appeal_by }])
}

fn check_amounts(case: &Opened, draft: &Draft, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let paid = case.opening.amount;
    within(draft.to_merchant, paid, "to_merchant")?;
    // Liability for losses may exceed the price (D3.1.4): only its sign and its currency are bounded.
    if draft.compensation.currency != paid.currency || draft.compensation.minor < 0 {
        return Err(Refusal::AmountOutOfRange { field: "compensation", currency: paid.currency });
    }
    let is_granted = draft.rules.iter().any(|rule| ctx.rules.compensating.contains(rule));
    if draft.compensation.is_positive() && !is_granted {
        return Err(Refusal::CompensationWithoutGround);
    }
    Ok(())
}

fn check_grounds(case: &Opened, draft: &Draft, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    if draft.rules.is_empty() {
        return Err(Refusal::RulesMissing);
    }
    if draft.rules.len() > wording::LIST {
        return Err(Refusal::ListTooLong { field: "rules" });
    }
    let articles = &ctx.rules.articles;
    if let Some(rule) = draft.rules.iter().find(|rule| !articles.allow(rule, case.opening.category)) {
        return Err(Refusal::RuleUnknown { rule: rule.clone() });
    }
    if draft.facts.is_empty() {
        return Err(Refusal::FactsMissing);
    }
    wording::list(&draft.facts, "facts", wording::SENTENCE)?;
    wording::list(&draft.evidence, "evidence", wording::NAME)?;
    wording::required(&draft.reasons, "reasons", wording::REASONS)
}

/// W17: nobody appealed; the decision is final and its award is carried out.
pub(crate) fn awarded(case: &Opened, ctx: &Ctx<'_>) -> Option<Event> {
    match &case.phase {
        Phase::Decided(ruling) => Some(Event::Awarded { outcome: Outcome { at: ctx.now, ..ruling.outcome.clone() } }),
        Phase::Pending(_) | Phase::Closed(_) => None,
    }
}
