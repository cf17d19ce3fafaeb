//! The deadlines of a case: kinds, and which of them run in a state.
use crate::evidence::Window;
use crate::state::{Bench, Case, Course, Opened, Pending, Phase, Proposal, Ruling, Side, Stage, Suspension};
use crate::suspension::Cause;
use kernel::{Deadline, Due, Party, RuleId, Time};
use strum::{Display, IntoStaticStr, VariantArray};
use uuid::Uuid;

/// A kind of deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr, Display)]
#[strum(serialize_all = "snake_case")]
pub enum Timer {
    /// The provider's answer to the application.
    Answer,
    /// Reminder of it.
    AnswerReminder,
    /// The other party's answer to a proposal; about the proposal.
    ProposalReply,
    /// The negotiation in all.
    Negotiation,
    /// Escalation, after a refusal or without agreement.
    Escalation,
    /// A side's evidence; about its organisation.
    Evidence,
    /// Reminder of it; about the organisation.
    EvidenceReminder,
    /// The suspension that both asked for.
    Suspension,
    /// Proof that court or police were called on.
    ProofOfFiling,
    /// The next report on what they do.
    ProceedingsReport,
    /// Reminder of the proof or the report.
    ProceedingsReminder,
    /// An operator's look at a suspension for court or police.
    SuspensionReview,
    /// An arbitrator's hold on the case.
    ArbitratorLease,
    /// The decision.
    Decision,
    /// The appeal.
    Appeal,
    /// The decision on the appeal.
    AppealDecision,
}

impl kernel::Timer for Timer {
    fn rule(self) -> RuleId {
        RuleId::of(match self {
            Self::Answer | Self::AnswerReminder => "W11",
            Self::ProposalReply | Self::Negotiation => "W12",
            Self::Escalation => "W13",
            Self::ArbitratorLease | Self::Decision => "W15",
            Self::Evidence | Self::EvidenceReminder => "W14",
            Self::Suspension
            | Self::ProofOfFiling
            | Self::ProceedingsReport
            | Self::ProceedingsReminder
            | Self::SuspensionReview => "W16",
            Self::Appeal | Self::AppealDecision => "W17",
        })
    }

    fn on_expiry(self) -> &'static str {
        match self {
            Self::Answer => "goes to arbitration as unanswered; nothing is granted by silence",
            Self::ProposalReply => "the proposal is declined",
            Self::Negotiation => "the negotiation has ended; every claim may be escalated",
            Self::Escalation => "the application is withdrawn and the order's clocks go on",
            Self::ArbitratorLease => "the case goes back to the arbitrators' queue",
            Self::Decision => "reassigned, the operator is told; a draft that waits for a second arbitrator stays",
            Self::Appeal => "the decision is final and is carried out",
            Self::AnswerReminder | Self::EvidenceReminder | Self::ProceedingsReminder => "the side is reminded",
            Self::Evidence => "judged on what is there; late items only with a reason on record",
            Self::Suspension | Self::ProofOfFiling | Self::ProceedingsReport => {
                "the case resumes; every clock has what it had left"
            }
            Self::SuspensionReview => "an operator is told and looks; it is looked at again",
            Self::AppealDecision => "reassigned, the operator is told; the decision stands and the money waits",
        }
    }

    fn is_reminder(self) -> bool {
        match self {
            Self::AnswerReminder | Self::EvidenceReminder | Self::ProceedingsReminder | Self::SuspensionReview => true,
            Self::Answer
            | Self::ProposalReply
            | Self::Negotiation
            | Self::Escalation
            | Self::Evidence
            | Self::Suspension
            | Self::ProofOfFiling
            | Self::ProceedingsReport
            | Self::ArbitratorLease
            | Self::Decision
            | Self::Appeal
            | Self::AppealDecision => false,
        }
    }
}

/// Every deadline of the case. Of two that fall due at one instant, the first listed lapses first: an application
/// that was never answered escalates before its negotiation ends.
pub fn of(case: &Case) -> Vec<Deadline<Timer>> {
    let Some(case) = case.opened() else {
        return vec![];
    };
    match &case.phase {
        Phase::Pending(pending) => of_pending(case, pending),
        Phase::Decided(ruling) => {
            let mut list: Vec<_> = case.table().map(of_proposal).into_iter().collect();
            list.push(deadline(Timer::Appeal, appellant(case, ruling).party(), ruling.appeal_by));
            list
        }
        Phase::Appealed(appealed) => {
            let mut list = of_course(&appealed.course);
            list.extend(case.table().map(of_proposal));
            list.extend(of_bench(case, &appealed.bench, Timer::AppealDecision));
            list
        }
        Phase::Closed(_) => vec![],
    }
}

fn of_pending(case: &Opened, pending: &Pending) -> Vec<Deadline<Timer>> {
    let mut list = of_course(&pending.course);
    list.extend(pending.proposal.as_ref().map(of_proposal));
    match &pending.stage {
        Stage::Negotiation(negotiation) => {
            if let Some(due) = negotiation.answer_by {
                let reminder = negotiation.remind_at.map(|at| deadline(Timer::AnswerReminder, Party::Provider, at));
                list.extend(reminder);
                list.push(deadline(Timer::Answer, Party::Provider, due));
            }
            list.extend(negotiation.until.map(|due| deadline(Timer::Negotiation, negotiation.turn.party(), due)));
            list.extend(negotiation.escalate_by.map(|due| deadline(Timer::Escalation, Party::Merchant, due)));
        }
        Stage::Arbitration(arbitration) => list.extend(of_bench(case, &arbitration.bench, Timer::Decision)),
    }
    list
}

fn of_proposal(proposal: &Proposal) -> Deadline<Timer> {
    about(proposal.id, Timer::ProposalReply, proposal.by.other().party(), proposal.reply_by)
}

fn of_bench(case: &Opened, bench: &Bench, decision: Timer) -> Vec<Deadline<Timer>> {
    let mut list = vec![];
    for side in [Side::Provider, Side::Merchant] {
        if let Window::Asked { due, remind } = bench.hearing.window(side) {
            let org = case.org_of(side);
            list.extend(remind.map(|at| about(org, Timer::EvidenceReminder, side.party(), at)));
            list.push(about(org, Timer::Evidence, side.party(), *due));
        }
    }
    // A draft that waits for a second arbitrator does not fall with the first one's hold.
    let seat = bench.seat.as_ref().filter(|_| bench.awaiting.is_none());
    list.extend(seat.map(|seat| deadline(Timer::ArbitratorLease, Party::Arbitrator, seat.until)));
    list.extend(bench.decide_by.map(|due| deadline(decision, Party::Arbitrator, due)));
    list
}

/// What ends a suspension: these run while all others stand.
fn of_course(course: &Course) -> Vec<Deadline<Timer>> {
    match course.suspension() {
        None => vec![],
        Some(Suspension { cause: Cause::Both { until, .. }, .. }) => {
            vec![Deadline::at(Timer::Suspension, Party::Operator, *until)]
        }
        Some(Suspension {
            cause: Cause::Proceedings { by, proof_by, report_by, remind_at, review_at, .. }, ..
        }) => {
            let of_side = |timer, at: &Option<Time>| at.map(|at| Deadline::at(timer, by.party(), at));
            let timed = [
                of_side(Timer::ProceedingsReminder, remind_at),
                of_side(Timer::ProofOfFiling, proof_by),
                of_side(Timer::ProceedingsReport, report_by),
                Some(Deadline::at(Timer::SuspensionReview, Party::Operator, *review_at)),
            ];
            timed.into_iter().flatten().collect()
        }
    }
}

/// Whose appeal it would be first: the merchant's who got less than was asked for, else the provider's.
fn loser(case: &Opened) -> Side {
    let asked = case.opening.application.amount.minor;
    match case.outcome() {
        Some(outcome) if outcome.to_merchant.minor >= asked => Side::Provider,
        Some(_) | None => Side::Merchant,
    }
}

/// The same, unless that side has taken its appeal back.
fn appellant(case: &Opened, ruling: &Ruling) -> Side {
    let loser = loser(case);
    if ruling.appealed_by == Some(loser) { loser.other() } else { loser }
}

fn deadline(timer: Timer, party: Party, due: Due) -> Deadline<Timer> {
    Deadline { timer, subject: None, party, due }
}

fn about(subject: Uuid, timer: Timer, party: Party, due: Due) -> Deadline<Timer> {
    deadline(timer, party, due).about(subject)
}
