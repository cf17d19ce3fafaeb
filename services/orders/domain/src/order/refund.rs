//! The refund application: when it is open, what it stops, and how its case comes back (D1.3, W21, X9, A6, T9).
//!
//! An application stops every clock of the order in the same step in which its window is checked, so it and the
//! silent acceptance exclude each other: whichever comes first wins, and the loser is told since when it is too late.
//! `resume` lets all clocks go on with exactly what was left; how a case ends the order is `ending`'s.
use super::Orders;
use super::bounds;
use super::command::{Action, ApplyForRefund};
use super::event::Event;
use super::evolve::Fit;
use super::modification::{failures, late_claim, record_failures, responsibility};
use super::overdue;
use super::particulars::{Disputed, Resumed};
use super::period::ended_by_provider;
use super::refusal::Refusal;
use super::state::{Application, Dispute, Interval, Order, Owed, Period, Phase, Placed, Round, Standing};
use super::window::{Ctx, rules, shift};
use kernel::{CaseId, ClaimKind, Due, Machine, RuleId, Span, Time, TimeDelta};
use serde::{Deserialize, Serialize};
use strum::VariantArray;

type Decided = Result<Vec<Event>, Refusal>;

/// Whether a refund may be applied for on one claim: from when, until when, and if not, why not (A6, W21).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Eligibility {
    /// Open.
    Open {
        /// Until when; `None`: no end is in sight.
        until: Option<Time>,
        /// The rule that opens it.
        rule: RuleId,
    },
    /// Not yet.
    NotYet {
        /// From when; `None`: it depends on what happens.
        from: Option<Time>,
        /// The rule it waits for.
        rule: RuleId,
    },
    /// No more.
    Closed {
        /// Since when.
        since: Time,
        /// The rule that closed it.
        rule: RuleId,
    },
}

impl Eligibility {
    fn open(until: Option<Time>, rule: &'static str) -> Self {
        Self::Open { until, rule: RuleId::of(rule) }
    }

    fn not_yet(from: Option<Time>, rule: &'static str) -> Self {
        Self::NotYet { from, rule: RuleId::of(rule) }
    }

    fn closed(since: Time, rule: &'static str) -> Self {
        Self::Closed { since, rule: RuleId::of(rule) }
    }

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Open { .. })
    }
}

/// Whether a refund may be applied for on each claim, in the order of [`ClaimKind`]; nothing for an absent order.
pub fn eligibility(order: &Order) -> Vec<(ClaimKind, Eligibility)> {
    let Order::Placed(order) = order else { return vec![] };
    ClaimKind::VARIANTS.iter().map(|claim| (*claim, of_claim(order, *claim))).collect()
}

/// Whether an application on one claim would be taken now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// The claim.
    pub claim: ClaimKind,
    /// From when, until when, or since when not.
    pub window: Eligibility,
    /// What an otherwise sound application would be refused with; `None`: it would be taken.
    pub refusal: Option<Refusal>,
    /// In a service period: when what is complained of may have happened; both ends count.
    pub happened: Option<Interval>,
    /// N1, X12: who keeps the service and asks for money back negotiates first.
    pub negotiates_first: bool,
}

/// What would come of an application on each claim, in the order of [`ClaimKind`] (A6, W21): the command's own guard
/// and decision, on an application that has no other fault. Nothing for an absent order.
pub fn assess(state: &Order, ctx: &Ctx<'_>) -> Vec<Assessment> {
    let Order::Placed(order) = state else { return vec![] };
    let assess = |claim: &ClaimKind| {
        let happened = if let Phase::Accepted(period) = &order.phase { claimable(period, *claim, ctx) } else { None };
        let application = ApplyForRefund {
            case: CaseId(ctx.id),
            claim: *claim,
            amount: order.amount,
            statement: "assessed".into(),
            keeps_service: false,
            happened_at: happened.map(|interval| interval.to),
            unsolved: vec![],
        };
        let guarded = Orders::guard(state, Action::ApplyForRefund, ctx);
        Assessment {
            claim: *claim,
            window: of_claim(order, *claim),
            refusal: guarded.and_then(|()| apply(order, &application, ctx)).err(),
            happened,
            negotiates_first: order.delivery.is_some() && *claim != ClaimKind::Unlawful,
        }
    };
    ClaimKind::VARIANTS.iter().map(assess).collect()
}

/// When an event of the period may have happened to be claimed now (W21); `None`: none may any more.
fn claimable(period: &Period, claim: ClaimKind, ctx: &Ctx<'_>) -> Option<Interval> {
    let to = last_event(period, ctx);
    if let (ClaimKind::EndedEarly, Some(at)) = (claim, period.ended_early_at) {
        return Some(Interval { from: at, to: at });
    }
    let window = |span| ctx.calendar.before(ctx.now, span);
    // What happened a whole window ago is closed now.
    let open = window(ctx.rules.period_claims).min(window(ctx.procedure.period_claims)) + TimeDelta::microseconds(1);
    let from = open.max(period.started_at);
    (from <= to).then_some(Interval { from, to })
}

/// The latest instant at which something of the period can have happened.
fn last_event(period: &Period, ctx: &Ctx<'_>) -> Time {
    period.ended_early_at.unwrap_or(period.ends_at).min(ctx.now)
}

/// What a claim is about.
enum Subject {
    Description,
    Nondelivery,
    Acceptance,
    Work,
    Lateness,
    RefusedItems,
    EarlyEnd,
}

fn subject(claim: ClaimKind) -> Subject {
    match claim {
        ClaimKind::NotAsDescribed | ClaimKind::Unlawful => Subject::Description,
        ClaimKind::NotDelivered => Subject::Nondelivery,
        ClaimKind::NotAccepted => Subject::Acceptance,
        ClaimKind::Quality | ClaimKind::EffectNotAsAgreed => Subject::Work,
        ClaimKind::LateModification => Subject::Lateness,
        ClaimKind::RefusalContested => Subject::RefusedItems,
        ClaimKind::EndedEarly => Subject::EarlyEnd,
    }
}

/// Whether a refund may be applied for on `claim`.
///
/// The description may be found untrue from payment on (D1.3.2, D2.2); non-delivery from the due date or an express
/// refusal (W21); the work itself from delivery until acceptance; later events in a service period until W21.
pub(super) fn of_claim(order: &Placed, claim: ClaimKind) -> Eligibility {
    in_phase(order, &order.phase, claim)
}

/// The claims that are open now; while an application stands, those that were open when it was made (A6, W21).
pub fn open_claims(order: &Placed) -> Vec<ClaimKind> {
    let phase = if let Phase::Disputed(dispute) = &order.phase { &dispute.held } else { &order.phase };
    ClaimKind::VARIANTS.iter().copied().filter(|claim| in_phase(order, phase, *claim).is_open()).collect()
}

fn in_phase(order: &Placed, phase: &Phase, claim: ClaimKind) -> Eligibility {
    match phase {
        Phase::PendingPayment { .. } => Eligibility::not_yet(None, "D1.3.2"),
        Phase::Funded { .. } => before_delivery(claim, Eligibility::not_yet(None, "W21"), None),
        Phase::InProgress(work) => before_delivery(claim, nondelivery(&work.owed), None),
        Phase::Stopped { claim_until } => {
            before_delivery(claim, Eligibility::open(Some(*claim_until), "D2.7"), Some(*claim_until))
        }
        Phase::Delivered(it) => delivered(order, claim, it.accept_by(), late(phase, None)),
        Phase::Modification(round) => delivered(order, claim, None, late(phase, Some(round))),
        Phase::Contest { contest_by, .. } => delivered(order, claim, Some(*contest_by), late(phase, None)),
        Phase::Accepted(period) => in_period(order, period, claim),
        Phase::Disputed(dispute) => Eligibility::closed(dispute.application.applied_at, "D1.3.2"),
        Phase::Ended(ended) => Eligibility::closed(ended.at, "D1.3.2"),
    }
}

fn before_delivery(claim: ClaimKind, nondelivery: Eligibility, until: Option<Time>) -> Eligibility {
    match subject(claim) {
        Subject::Description => Eligibility::open(until, "D1.3.2"),
        Subject::Nondelivery => nondelivery,
        Subject::Acceptance | Subject::Work | Subject::Lateness | Subject::RefusedItems | Subject::EarlyEnd => {
            Eligibility::not_yet(None, "D1.3.2")
        }
    }
}

fn nondelivery(owed: &Owed) -> Eligibility {
    if owed.refused_at.is_some() {
        return Eligibility::open(None, "W4");
    }
    if owed.overdue.is_some() {
        return Eligibility::open(None, "W21");
    }
    match owed.by {
        Due::At(due) => Eligibility::not_yet(Some(due), "W21"),
        Due::Paused { .. } => Eligibility::not_yet(None, "X4"),
    }
}

/// D2.5c, D2.3: while the claim for a late modification or repair stands.
fn late(phase: &Phase, round: Option<&Round>) -> Eligibility {
    let rule = |is_repair| if is_repair { "D2.3" } else { "D2.5c" };
    let runs = round.filter(|round| round.owed.overdue.is_none() && round.owed.refused_at.is_none());
    match late_claim(phase) {
        Some((until, is_repair)) => Eligibility::open(Some(until), rule(is_repair)),
        None => {
            let from = runs.and_then(|round| due_at(round.owed.by));
            Eligibility::not_yet(from, rule(round.is_some_and(|round| round.is_repair)))
        }
    }
}

fn due_at(due: Due) -> Option<Time> {
    match due {
        Due::At(at) => Some(at),
        Due::Paused { .. } => None,
    }
}

fn delivered(order: &Placed, claim: ClaimKind, until: Option<Time>, late: Eligibility) -> Eligibility {
    let has_refused = order.problems.iter().any(|problem| problem.standing == Standing::Refused);
    match subject(claim) {
        Subject::Description | Subject::Nondelivery | Subject::Acceptance | Subject::Work => {
            Eligibility::open(until, "D1.3.2")
        }
        Subject::Lateness => late,
        Subject::RefusedItems if has_refused => Eligibility::open(until, "W7"),
        Subject::RefusedItems => Eligibility::not_yet(None, "D2.5b"),
        Subject::EarlyEnd => Eligibility::not_yet(None, "W21"),
    }
}

/// X9: acceptance closed what concerns the delivery only.
fn in_period(order: &Placed, period: &Period, claim: ClaimKind) -> Eligibility {
    match subject(claim) {
        Subject::Description | Subject::Work => Eligibility::open(Some(period.closes_at), "W21"),
        Subject::EarlyEnd => {
            let rule = ended_by_provider(order.terms.category);
            Eligibility::Open { until: Some(period.closes_at), rule }
        }
        Subject::Nondelivery | Subject::Acceptance | Subject::Lateness | Subject::RefusedItems => {
            Eligibility::closed(period.started_at, "X9")
        }
    }
}

/// Whether any claim is open.
pub(super) fn may_apply(order: &Placed) -> Result<(), Refusal> {
    match &order.phase {
        Phase::PendingPayment { .. } => Err(Refusal::NotPaid),
        Phase::Disputed(_) => Err(Refusal::InDispute),
        Phase::Ended(ended) => Err(Refusal::WindowClosed { status: ended.ending.into(), since: ended.at }),
        Phase::Funded { .. }
        | Phase::InProgress(_)
        | Phase::Stopped { .. }
        | Phase::Delivered(_)
        | Phase::Modification(_)
        | Phase::Contest { .. }
        | Phase::Accepted(_) => Ok(()),
    }
}

/// Applies; the order and all its clocks stop here and now.
pub(super) fn apply(order: &Placed, command: &ApplyForRefund, ctx: &Ctx<'_>) -> Decided {
    bounds::text("statement", &command.statement, 2_000)?;
    match of_claim(order, command.claim) {
        Eligibility::Open { .. } => {}
        Eligibility::NotYet { from, rule } => return Err(Refusal::ClaimNotOpen { from, since: None, rule }),
        Eligibility::Closed { since, rule } => {
            return Err(Refusal::ClaimNotOpen { from: None, since: Some(since), rule });
        }
    }
    let asked = command.amount;
    let is_bounded = asked.currency == order.amount.currency && asked.minor <= order.amount.minor;
    if !asked.is_positive() || !is_bounded {
        return Err(Refusal::Amount);
    }
    let happened_at = happened_at(order, command, ctx)?;
    bounds::count("unsolved", &command.unsolved, 0, bounds::PROBLEMS, |id| *id)?;
    for id in &command.unsolved {
        order.problem(*id).ok_or(Refusal::UnknownProblem { field: "unsolved", problem: *id })?;
    }
    let failed = failures(order, command.unsolved.iter().copied());
    let responsible = responsibility(order, &failed, ctx);
    let application = Application {
        case: command.case,
        claim: command.claim,
        amount: asked,
        applied_at: ctx.now,
        happened_at,
        keeps_service: command.keeps_service,
        supported_by: supported_by(order, order.responsible || !responsible.is_empty()),
        delivered: order.delivery.is_some(),
    };
    let is_open = |claim: &ClaimKind| of_claim(order, *claim).is_open();
    let open_claims = ClaimKind::VARIANTS.iter().copied().filter(is_open).collect();
    let disputed = Event::Disputed(Disputed { application, statement: command.statement.clone(), failed, open_claims });
    // What is found comes first: the order stands still once the application is made.
    Ok(responsible.into_iter().chain([disputed]).collect())
}

/// W21, X9: in a service period it matters when it happened.
fn happened_at(order: &Placed, command: &ApplyForRefund, ctx: &Ctx<'_>) -> Result<Option<Time>, Refusal> {
    let Phase::Accepted(period) = &order.phase else {
        return if command.happened_at.is_none() { Ok(None) } else { Err(Refusal::HappenedAt) };
    };
    let early = period.ended_early_at.filter(|_| command.claim == ClaimKind::EndedEarly);
    let at = early.or(command.happened_at).ok_or(Refusal::HappenedAt)?;
    let end = last_event(period, ctx);
    let close = |span: Span| ctx.calendar.after(at, span);
    let closes = close(ctx.rules.period_claims).max(close(ctx.procedure.period_claims));
    let is_claimable =
        period.started_at <= at && at <= end && ctx.now < closes.max(early.map_or(at, |_| period.closes_at));
    if is_claimable { Ok(Some(at)) } else { Err(Refusal::HappenedAt) }
}

/// What the order itself establishes in the merchant's favour.
pub(super) fn supported_by(order: &Placed, is_responsible: bool) -> Vec<RuleId> {
    let late = || match late_claim(&order.phase) {
        Some((_, true)) => rules(["D2.3", "W10"]),
        Some((_, false)) => rules(["D2.5c"]),
        None => vec![],
    };
    let mut found = match &order.phase {
        Phase::InProgress(work) => overdue::supports(&work.owed),
        Phase::Delivered(_) => late(),
        Phase::Modification(round) => {
            let mut found = late();
            let owed = overdue::supports(&round.owed);
            // A late modification or repair by itself is D2.5c's or D2.3's matter; D2.4 joins in when it counts as refusal (W4).
            found.extend(if owed.len() > 1 { owed } else { vec![] });
            found
        }
        Phase::Accepted(period) => {
            let early = period.ended_early_at.map(|_| ended_by_provider(order.terms.category));
            early.into_iter().chain(period.unreachable.then(|| RuleId::of("D3.1.3"))).collect()
        }
        Phase::PendingPayment { .. }
        | Phase::Funded { .. }
        | Phase::Stopped { .. }
        | Phase::Contest { .. }
        | Phase::Disputed(_)
        | Phase::Ended(_) => vec![],
    };
    if is_responsible {
        found.push(RuleId::of("D2.5d"));
    }
    found
}

/// The case was withdrawn. Another case, or none standing, is "already so".
pub(super) fn resume(order: &Placed, case: CaseId, ctx: &Ctx<'_>) -> Decided {
    let stands = order.application().is_some_and(|application| application.case == case);
    Ok(if stands { vec![Event::Resumed(Resumed { case, at: ctx.now })] } else { vec![] })
}

pub(super) fn disputed(order: &mut Placed, it: &Disputed) -> Fit {
    record_failures(order, &it.failed)?;
    let held = order.phase.clone();
    order.phase = Phase::Disputed(Box::new(Dispute { application: it.application.clone(), held }));
    Some(())
}

/// Every clock goes on with exactly what was left: each instant moves by what it stood still.
pub(super) fn resumed(order: &mut Placed, it: &Resumed) -> Fit {
    let Phase::Disputed(dispute) = &order.phase else { return None };
    let by = it.at - dispute.application.applied_at;
    let mut held = dispute.held.clone();
    held.shift(by);
    if let Some(proposal) = &mut order.proposal {
        shift([&mut proposal.answer_by].into_iter().chain(&mut proposal.act.notice_by), by);
    }
    order.phase = held;
    Some(())
}
