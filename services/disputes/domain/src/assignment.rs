//! The arbitrators' queue: claim with a lease, release, hand over, conflicts of interest (D1.1.4), the term (W15).
use crate::event::Event;
use crate::refusal::Refusal;
use crate::standing::{impartial, seat};
use crate::state::{Opened, Phase};
use crate::{Ctx, clocks, wording};
use kernel::{Party, RuleId, Time};

/// An impartial arbitrator, when nobody else works on the case.
pub(crate) fn may_claim(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    impartial(case, ctx)?;
    let bench = case.bench()?;
    let me = Some(ctx.actor.sub.as_str());
    match &bench.seat {
        Some(seat) if me != Some(&seat.arbitrator) => Err(Refusal::ClaimedByAnother),
        None if me == bench.passed_over.as_deref() => Err(Refusal::PassedOver),
        Some(_) | None => Ok(()),
    }
}

/// Takes the case, or holds it for another lease.
pub(crate) fn claim(ctx: &Ctx<'_>) -> Vec<Event> {
    vec![hold(&ctx.actor.sub, ctx)]
}

/// A whole hold that starts now.
pub(crate) fn hold(arbitrator: &str, ctx: &Ctx<'_>) -> Event {
    Event::Claimed { arbitrator: arbitrator.to_owned(), until: clocks::for_staff(ctx, |rules| rules.lease) }
}

/// Puts the case back into the queue.
pub(crate) fn release(ctx: &Ctx<'_>) -> Vec<Event> {
    vec![Event::Released { arbitrator: ctx.actor.sub.clone() }]
}

/// The arbitrator who holds the case, or an operator.
pub(crate) fn may_hand_over(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    if ctx.party == Party::Operator { case.bench().map(|_| ()) } else { seat(case, ctx) }
}

/// Gives the case to an arbitrator; whether the receiver is one shows when the receiver acts, or the lease lapses.
pub(crate) fn hand_over(case: &Opened, to: &str, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    wording::required(to, "to", wording::NAME)?;
    if case.is_conflicted(to) || case.has_decided(to) {
        return Err(Refusal::ReceiverConflicted);
    }
    let from = case.bench()?.seat.as_ref().map(|seat| seat.arbitrator.clone());
    if from.as_deref() == Some(to) {
        return Ok(vec![]);
    }
    Ok(vec![Event::HandedOver {
        from,
        to: to.to_owned(),
        by: ctx.actor.sub.clone(),
        until: clocks::for_staff(ctx, |rules| rules.lease),
    }])
}

/// Excludes the arbitrator from the case for good; whoever holds it lets go of it.
pub(crate) fn declare_conflict(case: &Opened, reason: &str, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    wording::required(reason, "reason", wording::STATEMENT)?;
    if case.conflicts.contains(&ctx.actor.sub) {
        return Ok(vec![]);
    }
    Ok(vec![Event::ConflictDeclared { arbitrator: ctx.actor.sub.clone(), reason: reason.to_owned() }])
}

/// The hold ran out: back into the queue.
pub(crate) fn lease_lapsed(case: &Opened) -> Option<Event> {
    let seat = case.bench().ok()?.seat.as_ref()?;
    Some(Event::LeaseLapsed { arbitrator: seat.arbitrator.clone(), rules: vec![RuleId::of("W15")] })
}

/// W15: reassigned, the operator is told. The term starts anew; nothing passes by silence.
pub(crate) fn overdue(case: &Opened, ctx: &Ctx<'_>) -> Option<Event> {
    let bench = case.bench().ok()?;
    Some(Event::DecisionOverdue {
        arbitrator: bench.seat.as_ref().map(|seat| seat.arbitrator.clone()),
        decide_by: term(case, ctx),
        rules: vec![RuleId::of("W15")],
    })
}

/// The term of decision that starts now: the first instance's (W15), or the appeal's (W17).
pub(crate) fn term(case: &Opened, ctx: &Ctx<'_>) -> Time {
    match &case.phase {
        Phase::Appealed(_) => clocks::for_staff(ctx, |rules| rules.appeal_decision),
        Phase::Pending(_) | Phase::Decided(_) | Phase::Closed(_) => clocks::for_staff(ctx, |rules| rules.decision),
    }
}
