//! What is overdue, and when it counts as refusal to perform (D2.3, D2.4, D2.5c, W3, W4, W6, W10).
//!
//! From the missed date the merchant may claim at once. The provider is reminded; an answer starts the reminders
//! anew, silence leads to the recommended finding that the provider does not mean to perform.
use super::bounds;
use super::event::Event;
use super::evolve::Fit;
use super::grounds::decision;
use super::particulars::{Chase, Found, Late, PerformanceRefused, Reminded, ReminderAnswered};
use super::refusal::Refusal;
use super::state::{Overdue, Owed, Phase, Placed, Round};
use super::window::{Ctx, rules, window};
use kernel::{RuleId, Time};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

type Decided = Result<Vec<Event>, Refusal>;

/// What the provider owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Performance {
    /// The first delivery (D2.4, W3).
    Delivery,
    /// A modification (D2.5c, W6).
    Modification,
    /// The repair of what does not conform (D2.3, W10).
    Repair,
}

/// W3 or the agreed date has passed.
pub(super) fn delivery_lapsed(order: &Placed, due: Option<Time>, ctx: &Ctx<'_>) -> Vec<Event> {
    let is_agreed = order.agreed.delivery_days.is_some();
    let rules = if is_agreed { rules(["D2.4", "W4"]) } else { rules(["D2.4", "W3", "W4"]) };
    vec![overdue(Performance::Delivery, due, None, rules, ctx)]
}

/// D2.5c, D2.3: late; a refund may be claimed for it.
pub(super) fn modification_lapsed(round: &Round, due: Option<Time>, ctx: &Ctx<'_>) -> Vec<Event> {
    let claim_until = Some(window(ctx, |rules| rules.late_modification_claim));
    let (what, rules) = if round.is_repair {
        (Performance::Repair, rules(["D2.3", "W10", "W4"]))
    } else {
        (Performance::Modification, rules(["D2.5c", "W6", "W4"]))
    };
    vec![overdue(what, due, claim_until, rules, ctx)]
}

fn overdue(
    what: Performance,
    due: Option<Time>,
    claim_until: Option<Time>,
    rules: Vec<RuleId>,
    ctx: &Ctx<'_>,
) -> Event {
    let Chase { reminders, finding_at } = chase(ctx);
    Event::Overdue(Late { what: Some(what), due, at: ctx.now, reminders, finding_at, claim_until, rules })
}

/// W4's reminders and finding, counted from now.
pub(super) fn chase(ctx: &Ctx<'_>) -> Chase {
    let mut reminders: Vec<_> =
        ctx.procedure.overdue_reminders.iter().map(|span| ctx.calendar.after(ctx.now, *span)).collect();
    reminders.sort_unstable();
    Chase { reminders, finding_at: window(ctx, |rules| rules.overdue_finding) }
}

/// A reminder of W4.
pub(super) fn reminder_lapsed(overdue: &Overdue) -> Vec<Event> {
    vec![Event::OverdueReminded(Reminded { number: overdue.reminded + 1 })]
}

/// W4: all reminders unanswered. It is a recommendation: an arbitrator finds.
pub(super) fn unanswered(order: &Placed, overdue: &Overdue, ctx: &Ctx<'_>) -> Vec<Event> {
    let facts = vec![
        format!("overdue since {}", overdue.since.format("%Y-%m-%dT%H:%M:%SZ")),
        format!("{} reminders without an answer", overdue.reminded),
    ];
    let reasons = "What is owed is overdue and the provider has not answered: it does not seem to mean to perform.";
    let decision = decision(order, rules(["D2.4", "W4"]), facts, vec![], reasons, ctx);
    vec![Event::UnwillingnessRecommended(Found { at: ctx.now, decision })]
}

/// Reminders are answered while the finding is still to come.
pub(super) fn may_answer(order: &Placed) -> Result<(), Refusal> {
    let overdue = order.owed()?.overdue.as_ref();
    overdue.and_then(|overdue| overdue.finding_at).map(|_| ()).ok_or(Refusal::NothingOverdue)
}

/// An answer: the reminders start anew. The merchant's right to claim stands.
pub(super) fn answer(statement: &str, ctx: &Ctx<'_>) -> Decided {
    bounds::text("statement", statement, 1_000)?;
    let Chase { reminders, finding_at } = chase(ctx);
    Ok(vec![Event::ReminderAnswered(ReminderAnswered { statement: statement.into(), reminders, finding_at })])
}

/// What is owed can be refused once.
pub(super) fn may_refuse_to_perform(order: &Placed) -> Result<(), Refusal> {
    if order.owed()?.refused_at.is_some() { Err(Refusal::AlreadyRefused) } else { Ok(()) }
}

/// W4, D2.4: an express refusal; the merchant may claim at once, before any date.
pub(super) fn refuse_to_perform(reason: &str, ctx: &Ctx<'_>) -> Decided {
    bounds::text("reason", reason, 1_000)?;
    let refused = PerformanceRefused { reason: reason.into(), at: ctx.now, rules: rules(["D2.4", "W4"]) };
    Ok(vec![Event::PerformanceRefused(refused)])
}

/// The rules that support a refund because of how performance stands.
pub(super) fn supports(owed: &Owed) -> Vec<RuleId> {
    let is_unwilling = owed.overdue.as_ref().is_some_and(|overdue| overdue.unwilling_since.is_some());
    if owed.refused_at.is_some() || is_unwilling {
        rules(["D2.4", "W4"])
    } else if owed.overdue.is_some() {
        rules(["D2.4"])
    } else {
        vec![]
    }
}

pub(super) fn late(order: &mut Placed, it: &Late) -> Fit {
    if let Phase::Modification(round) = &mut order.phase {
        round.late_claim = it.claim_until;
    }
    order.owed_mut()?.overdue = Some(Overdue {
        since: it.at,
        reminded: 0,
        reminders: it.reminders.clone(),
        finding_at: Some(it.finding_at),
        unwilling_since: None,
    });
    Some(())
}

pub(super) fn reminded(order: &mut Placed, it: &Reminded) -> Fit {
    let overdue = order.owed_mut()?.overdue.as_mut()?;
    overdue.reminded = it.number;
    overdue.reminders = overdue.reminders.get(1..)?.to_vec();
    Some(())
}

pub(super) fn answered(order: &mut Placed, it: &Chase) -> Fit {
    let overdue = order.owed_mut()?.overdue.as_mut()?;
    overdue.reminded = 0;
    overdue.reminders = it.reminders.clone();
    overdue.finding_at = Some(it.finding_at);
    Some(())
}

pub(super) fn unwilling(order: &mut Placed, it: &Found) -> Fit {
    let overdue = order.owed_mut()?.overdue.as_mut()?;
    overdue.unwilling_since = Some(it.at);
    overdue.finding_at = None;
    overdue.reminders.clear();
    Some(())
}

pub(super) fn performance_refused(order: &mut Placed, it: &PerformanceRefused) -> Fit {
    let owed = order.owed_mut()?;
    owed.refused_at = Some(it.at);
    if let Some(overdue) = &mut owed.overdue {
        overdue.finding_at = None;
        overdue.reminders.clear();
    }
    Some(())
}
