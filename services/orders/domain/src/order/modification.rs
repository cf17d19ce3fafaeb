//! Rounds of modification: items followed by problem, refusals as not objective, failures (D2.3, D2.5a–d, X2, X26).
//!
//! A failed modification is a redelivery after which the same problem is named again, in a new request or in a
//! refund application; a refused item is none (X2). The agreed number of modifications limits the rounds that ask
//! for something new as a wish; naming a wish again that the provider took on is repair, and repair has no limit (X26).
use super::bounds;
use super::command::{Item, Named, RefusedItem};
use super::delivery::{asked, taken_over};
use super::event::Event;
use super::evolve::Fit;
use super::grounds::decision;
use super::notice::Act;
use super::particulars::{
    Completion, Failure, Missed, ModificationRefused, ModificationRequested, ProviderResponsible,
};
use super::refusal::Refusal;
use super::state::{Ending, Owed, Phase, Placed, Problem, ProblemKind, Round, Standing};
use super::window::{Ctx, agreed_or, rules, window};
use kernel::{Due, Time};

type Decided = Result<Vec<Event>, Refusal>;

/// A modification may be asked for until acceptance.
pub(super) fn may_request(order: &Placed) -> Result<(), Refusal> {
    match &order.phase {
        Phase::Delivered(_) => Ok(()),
        Phase::Accepted(period) => Err(Refusal::AcceptanceClosed { since: period.started_at }),
        Phase::Ended(ended) if ended.ending == Ending::Completed => Err(Refusal::AcceptanceClosed { since: ended.at }),
        Phase::PendingPayment { .. }
        | Phase::Funded { .. }
        | Phase::InProgress(_)
        | Phase::Stopped { .. }
        | Phase::Modification(_)
        | Phase::Contest { .. }
        | Phase::Disputed(_)
        | Phase::Ended(_) => Err(order.wrong_phase()),
    }
}

/// D2.5a. Taking the redelivery up with a new request waives the claim that it came late (X3).
pub(super) fn request(order: &Placed, items: &[Item], ctx: &Ctx<'_>) -> Decided {
    bounds::count("items", items, 1, bounds::ITEMS, |item| item.problem.id())?;
    for item in items {
        bounds::text("items.change", &item.change, 1_000)?;
        is_known_as_named(order, item.problem)?;
    }
    let new = items.iter().filter(|item| matches!(item.problem, Named::New { .. })).count();
    if order.problems.len() + new > bounds::PROBLEMS {
        return Err(Refusal::TooManyProblems { max: bounds::PROBLEMS });
    }
    let counts_as_wish = items.iter().any(|item| is_wish(order, item.problem));
    if let Some(agreed) = order.agreed.modifications.filter(|agreed| counts_as_wish && order.wishes_used >= *agreed) {
        return Err(Refusal::WishesUsedUp { agreed });
    }
    let is_repair = items.iter().all(|item| kind(order, item.problem) == ProblemKind::Nonconformity);
    let days = order.agreed.modification_days;
    let modify_by = agreed_or(ctx, days, |rules| if is_repair { rules.repair } else { rules.modification });
    let failed = failures(order, items.iter().map(|item| item.problem.id()));
    let rules = if is_repair { rules(["D2.3", "D2.5a", "W10"]) } else { rules(["D2.5a", "D2.5c", "W6"]) };
    let responsible = responsibility(order, &failed, ctx);
    let items = items.to_vec();
    let act = Act::now(ctx);
    let requested = ModificationRequested { items, failed, act, modify_by, counts_as_wish, is_repair, rules };
    Ok([Event::ModificationRequested(requested)].into_iter().chain(responsible).collect())
}

fn is_known_as_named(order: &Placed, named: Named) -> Result<(), Refusal> {
    let is_known = order.problem(named.id()).is_some();
    match named {
        Named::New { id, .. } if is_known => Err(Refusal::ProblemExists { problem: id }),
        Named::Again { id } if !is_known => Err(Refusal::UnknownProblem { field: "items", problem: id }),
        Named::New { .. } | Named::Again { .. } => Ok(()),
    }
}

fn kind(order: &Placed, named: Named) -> ProblemKind {
    match named {
        Named::New { kind, .. } => kind,
        Named::Again { id } => order.problem(id).map_or(ProblemKind::Nonconformity, |problem| problem.kind),
    }
}

/// Whether it uses up the agreed number: a new wish, or one that was refused and is put again.
fn is_wish(order: &Placed, named: Named) -> bool {
    let was_taken_on = order.problem(named.id()).is_some_and(|problem| problem.standing != Standing::Refused);
    kind(order, named) == ProblemKind::Wish && !was_taken_on
}

/// The problems among `named` whose redelivery has thereby failed.
pub(super) fn failures(order: &Placed, named: impl IntoIterator<Item = uuid::Uuid>) -> Vec<Failure> {
    let redelivered = |id| order.problem(id).filter(|problem| problem.standing == Standing::Redelivered);
    let named = named.into_iter().filter_map(redelivered);
    named.map(|problem| Failure { problem: problem.id, failed: problem.failed + 1 }).collect()
}

/// D2.5d: for each problem that has now failed as often as it may.
pub(super) fn responsibility(order: &Placed, failed: &[Failure], ctx: &Ctx<'_>) -> Vec<Event> {
    let limit = order.agreed.failed_modifications.unwrap_or(ctx.rules.failed_modifications);
    let is_reached = |count| count == limit || (count > limit && !order.responsible);
    let reached = failed.iter().filter(|failure| is_reached(failure.failed));
    let found = reached.map(|failure| {
        let facts = vec![format!("problem {}: {} failed modifications", failure.problem, failure.failed)];
        let reasons = "The same problem was not fixed as agreed in so many modifications: the provider is responsible.";
        let evidence = order.delivery.iter().map(|last| last.manifest.clone()).collect();
        let decision = decision(order, rules(["D2.5d"]), facts, evidence, reasons, ctx);
        Event::ProviderResponsible(ProviderResponsible { failure: failure.clone(), decision })
    });
    found.collect()
}

/// D2.5b, W7: inside the modification's own window only.
pub(super) fn may_refuse(order: &Placed) -> Result<(), Refusal> {
    let owed = &order.round()?.owed;
    match &owed.overdue {
        Some(overdue) => Err(Refusal::RefusalTooLate { since: overdue.since }),
        None if owed.refused_at.is_some() => Err(Refusal::AlreadyRefused),
        None => Ok(()),
    }
}

/// Item by item, each with its reason. When nothing of the request is left, the merchant may dispute it (W7).
pub(super) fn refuse(order: &Placed, items: &[RefusedItem], ctx: &Ctx<'_>) -> Decided {
    bounds::count("items", items, 1, bounds::ITEMS, |item| item.problem)?;
    for item in items {
        bounds::text("items.reason", &item.reason, 1_000)?;
        asked(order, item.problem)?;
    }
    let open = order.problems.iter().filter(|problem| problem.standing == Standing::Asked).count();
    let contest_by = (open == items.len()).then(|| window(ctx, |rules| rules.refusal_contest));
    let rules = rules(["D2.5b", "W7"]);
    let (items, act) = (items.to_vec(), Act::now(ctx));
    Ok(vec![Event::ModificationRefused(ModificationRefused { items, act, contest_by, rules })])
}

/// W7: the transaction counts as completed and is paid (D2.5b).
pub(super) fn contest_lapsed(order: &Placed, ctx: &Ctx<'_>) -> Vec<Event> {
    vec![taken_over(order, Completion::RefusalUndisputed, rules(["D2.5b", "W7"]), ctx)]
}

/// X3: the right to claim the delay is gone; the round still counts as failed if the problem is there.
pub(super) fn late_claim_lapsed(order: &Placed, due: Option<Time>) -> Vec<Event> {
    let is_repair = late_claim(&order.phase).is_some_and(|(_, is_repair)| is_repair);
    let rules = if is_repair { rules(["X3", "W10"]) } else { rules(["X3", "W6"]) };
    vec![Event::LateClaimLapsed(Missed { due, rules })]
}

/// Until when a refund may be claimed because a modification is or came late, and whether it is a repair.
pub(super) fn late_claim(phase: &Phase) -> Option<(Time, bool)> {
    match phase {
        Phase::Delivered(acceptance) => acceptance.late_claim.map(|until| (until, acceptance.is_repair)),
        Phase::Modification(round) => round.late_claim.map(|until| (until, round.is_repair)),
        Phase::PendingPayment { .. }
        | Phase::Funded { .. }
        | Phase::InProgress(_)
        | Phase::Stopped { .. }
        | Phase::Contest { .. }
        | Phase::Accepted(_)
        | Phase::Disputed(_)
        | Phase::Ended(_) => None,
    }
}

pub(super) fn requested(order: &mut Placed, it: &ModificationRequested) -> Fit {
    record_failures(order, &it.failed)?;
    for item in &it.items {
        match item.problem {
            Named::New { id, kind } => {
                order.problems.push(Problem { id, kind, failed: 0, standing: Standing::Asked });
            }
            Named::Again { id } => order.problem_mut(id)?.standing = Standing::Asked,
        }
    }
    order.wishes_used += u32::from(it.counts_as_wish);
    let owed = Owed { by: Due::At(it.modify_by), overdue: None, refused_at: None };
    let days = order.agreed.modification_days;
    order.enter(Phase::Modification(Round { act: it.act, days, owed, late_claim: None, is_repair: it.is_repair }))
}

pub(super) fn record_failures(order: &mut Placed, failed: &[Failure]) -> Fit {
    for failure in failed {
        let problem = order.problem_mut(failure.problem)?;
        problem.failed = failure.failed;
        problem.standing = Standing::Failed;
    }
    Some(())
}

pub(super) fn responsible(order: &mut Placed) -> Fit {
    order.responsible = true;
    Some(())
}

pub(super) fn refused(order: &mut Placed, it: &ModificationRefused) -> Fit {
    order.round_mut()?;
    for item in &it.items {
        order.problem_mut(item.problem)?.standing = Standing::Refused;
    }
    match it.contest_by {
        Some(contest_by) => order.enter(Phase::Contest { contest_by, act: it.act }),
        None => Some(()),
    }
}

pub(super) fn late_claim_gone(order: &mut Placed) -> Fit {
    match &mut order.phase {
        Phase::Delivered(acceptance) => acceptance.late_claim = None,
        Phase::Modification(round) => round.late_claim = None,
        Phase::PendingPayment { .. }
        | Phase::Funded { .. }
        | Phase::InProgress(_)
        | Phase::Stopped { .. }
        | Phase::Contest { .. }
        | Phase::Accepted(_)
        | Phase::Disputed(_)
        | Phase::Ended(_) => return None,
    }
    Some(())
}
