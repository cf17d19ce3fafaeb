//! Changes of terms by both parties' consent (D2.4, W9).
//!
//! One proposal stands at a time; a proposal falls when the order moves on. Consent to a new date also clears what
//! was overdue. The price is not changed here: money that goes back is a settlement of a refund application.
use super::bounds::{self, DAYS};
use super::event::Event;
use super::evolve::Fit;
use super::notice::Act;
use super::overdue;
use super::particulars::{ChangeAccepted, ChangeProposed, ChangeRefused};
use super::refusal::Refusal;
use super::state::{Change, Phase, Placed, Proposal};
use super::window::{Ctx, left, rules, window};
use kernel::{Due, Party, Time};
use uuid::Uuid;

type Decided = Result<Vec<Event>, Refusal>;

/// Terms may be changed from payment until the delivery is accepted.
pub(super) fn may_propose(order: &Placed) -> Result<(), Refusal> {
    let is_open = match &order.phase {
        Phase::Funded { .. } | Phase::InProgress(_) | Phase::Delivered(_) | Phase::Modification(_) => true,
        Phase::PendingPayment { .. }
        | Phase::Stopped { .. }
        | Phase::Contest { .. }
        | Phase::Accepted(_)
        | Phase::Disputed(_)
        | Phase::Ended(_) => false,
    };
    if !is_open {
        return Err(order.wrong_phase());
    }
    order.proposal.as_ref().map_or(Ok(()), |_| Err(Refusal::ChangePending))
}

/// Proposes. From a provider it also answers the reminders of what is overdue (W4).
pub(super) fn propose(order: &Placed, id: Uuid, change: &Change, reason: &str, ctx: &Ctx<'_>) -> Decided {
    bounds::text("reason", reason, 1_000)?;
    check(order, change, ctx)?;
    let answer_by = window(ctx, |rules| rules.change);
    let proposal = Proposal { id, by: ctx.party, change: change.clone(), answer_by, act: Act::now(ctx) };
    let answers = ctx.party == Party::Provider && overdue::may_answer(order).is_ok();
    let reminders = answers.then(|| overdue::chase(ctx));
    Ok(vec![Event::ChangeProposed(ChangeProposed { proposal, reason: reason.into(), reminders })])
}

fn check(order: &Placed, change: &Change, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    if *change == Change::default() {
        return Err(Refusal::EmptyChange);
    }
    let in_days = |field, days: Option<u32>, max| match days {
        Some(days) if !(1..=max).contains(&days) => Err(Refusal::ChangeOutOfBounds { field }),
        Some(_) | None => Ok(()),
    };
    in_days("change.delivery_days", change.delivery_days, DAYS)?;
    in_days("change.modification_days", change.modification_days, DAYS)?;
    in_days("change.modifications", change.modifications, 100)?;
    in_days("change.failed_modifications", change.failed_modifications, 20)?;
    if change.delivery_days.is_some() && !matches!(order.phase, Phase::Funded { .. }) {
        return Err(Refusal::EmptyChange);
    }
    let Some(date) = change.deliver_by else { return Ok(()) };
    if order.owed().is_err() {
        return Err(Refusal::EmptyChange);
    }
    let is_near = date > ctx.now && left(date, ctx.now).num_days() <= i64::from(DAYS);
    if is_near { Ok(()) } else { Err(Refusal::ChangeOutOfBounds { field: "change.deliver_by" }) }
}

/// The other party answers; to the proposer the answer is not offered.
pub(super) fn may_answer(order: &Placed, party: Party) -> Result<(), Refusal> {
    if matches!(order.phase, Phase::Disputed(_) | Phase::Ended(_)) {
        return Err(order.wrong_phase());
    }
    match &order.proposal {
        None => Err(Refusal::NoChange),
        Some(proposal) if proposal.by == party => Err(Refusal::NotYours),
        Some(_) => Ok(()),
    }
}

/// Both consent. A date that has passed meanwhile can no longer be consented to.
pub(super) fn accept(order: &Placed, id: Uuid, ctx: &Ctx<'_>) -> Decided {
    let proposal = standing(order, id)?;
    let change = proposal.change.clone();
    let due = change.deliver_by.map(|date| moved(order, date, ctx)).transpose()?;
    Ok(vec![Event::ChangeAccepted(ChangeAccepted { id, change, due })])
}

/// The new date, or what is left until it while the clock stands still for cooperation.
fn moved(order: &Placed, date: Time, ctx: &Ctx<'_>) -> Result<Due, Refusal> {
    let owed = order.owed().map_err(|_| Refusal::OtherChange)?;
    if date <= ctx.now {
        return Err(Refusal::ChangeOutOfBounds { field: "id" });
    }
    Ok(match owed.by {
        Due::At(_) => Due::At(date),
        Due::Paused { .. } => Due::Paused { remaining: left(date, ctx.now) },
    })
}

/// Consent is refused.
pub(super) fn decline(order: &Placed, id: Uuid) -> Decided {
    standing(order, id)?;
    Ok(vec![Event::ChangeRefused(ChangeRefused { id, by_silence: false, rules: rules(["D2.4"]) })])
}

fn standing(order: &Placed, id: Uuid) -> Result<&Proposal, Refusal> {
    order.proposal.as_ref().filter(|proposal| proposal.id == id).ok_or(Refusal::OtherChange)
}

/// W9: silence refuses.
pub(super) fn lapsed(proposal: &Proposal) -> Vec<Event> {
    let rules = rules(["D2.4", "W9"]);
    vec![Event::ChangeRefused(ChangeRefused { id: proposal.id, by_silence: true, rules })]
}

impl Proposal {
    /// Who answers.
    pub(super) fn other(&self) -> Party {
        if self.by == Party::Merchant { Party::Provider } else { Party::Merchant }
    }
}

pub(super) fn proposed(order: &mut Placed, it: &ChangeProposed) -> Fit {
    if let Some(chase) = &it.reminders {
        overdue::answered(order, chase)?;
    }
    order.proposal = Some(it.proposal.clone());
    Some(())
}

pub(super) fn accepted(order: &mut Placed, it: &ChangeAccepted) -> Fit {
    order.proposal = None;
    let (agreed, change) = (&mut order.agreed, &it.change);
    agreed.delivery_days = change.delivery_days.or(agreed.delivery_days);
    agreed.modification_days = change.modification_days.or(agreed.modification_days);
    agreed.modifications = change.modifications.or(agreed.modifications);
    agreed.failed_modifications = change.failed_modifications.or(agreed.failed_modifications);
    let Some(due) = it.due else { return Some(()) };
    let owed = order.owed_mut()?;
    owed.by = due;
    owed.overdue = None;
    owed.refused_at = None;
    if let Phase::Modification(round) = &mut order.phase {
        round.late_claim = None;
        round.act.notice_by = None;
    }
    Some(())
}

pub(super) fn refused(order: &mut Placed) -> Fit {
    order.proposal.take().map(|_| ())
}
