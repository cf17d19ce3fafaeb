//! The deadlines of a case: kinds, and which of them run in a state.
use crate::state::{Case, Opened, Pending, Phase, Side, Stage};
use kernel::{Deadline, Due, Party, RuleId};
use strum::{Display, IntoStaticStr, VariantArray};
use uuid::Uuid;

/// A kind of deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr, Display)]
#[strum(serialize_all = "snake_case")]
pub enum Timer {
    /// The provider's answer to the application.
    Answer,
    /// The other party's answer to a proposal; about the proposal.
    ProposalReply,
    /// The negotiation in all.
    Negotiation,
    /// Escalation, after a refusal or without agreement.
    Escalation,
    /// An arbitrator's hold on the case.
    ArbitratorLease,
    /// The decision.
    Decision,
    /// The appeal.
    Appeal,
}

impl kernel::Timer for Timer {
    fn rule(self) -> RuleId {
        RuleId::of(match self {
            Self::Answer => "W11",
            Self::ProposalReply | Self::Negotiation => "W12",
            Self::Escalation => "W13",
            Self::ArbitratorLease | Self::Decision => "W15",
            Self::Appeal => "W17",
        })
    }

    fn on_expiry(self) -> &'static str {
        match self {
            Self::Answer => "goes to arbitration as unanswered; nothing is granted by silence",
            Self::ProposalReply => "the proposal is declined",
            Self::Negotiation => "the negotiation has ended; every claim may be escalated",
            Self::Escalation => "the application is withdrawn and the order's clocks go on",
            Self::ArbitratorLease => "the case goes back to the arbitrators' queue",
            Self::Decision => "reassigned, the operator is told",
            Self::Appeal => "the decision is final and is carried out",
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
        Phase::Pending(pending) => of_pending(pending),
        Phase::Decided(ruling) => vec![deadline(Timer::Appeal, loser(case).party(), ruling.appeal_by)],
        Phase::Closed(_) => vec![],
    }
}

fn of_pending(pending: &Pending) -> Vec<Deadline<Timer>> {
    let mut list = vec![];
    if let Some(proposal) = &pending.proposal {
        list.push(about(proposal.id, Timer::ProposalReply, proposal.by.other().party(), proposal.reply_by));
    }
    match &pending.stage {
        Stage::Negotiation(negotiation) => {
            list.extend(negotiation.answer_by.map(|due| deadline(Timer::Answer, Party::Provider, due)));
            list.extend(negotiation.until.map(|due| deadline(Timer::Negotiation, negotiation.turn.party(), due)));
            list.extend(negotiation.escalate_by.map(|due| deadline(Timer::Escalation, Party::Merchant, due)));
        }
        Stage::Arbitration(arbitration) => {
            let seat = arbitration.seat.as_ref();
            list.extend(seat.map(|seat| deadline(Timer::ArbitratorLease, Party::Arbitrator, seat.until)));
            list.push(deadline(Timer::Decision, Party::Arbitrator, arbitration.decide_by));
        }
    }
    list
}

/// Whose appeal it would be first: the merchant's who got less than was asked for, else the provider's.
fn loser(case: &Opened) -> Side {
    let asked = case.opening.application.amount.minor;
    match case.outcome() {
        Some(outcome) if outcome.to_merchant.minor >= asked => Side::Provider,
        Some(_) | None => Side::Merchant,
    }
}

fn deadline(timer: Timer, party: Party, due: Due) -> Deadline<Timer> {
    Deadline { timer, subject: None, party, due }
}

fn about(subject: Uuid, timer: Timer, party: Party, due: Due) -> Deadline<Timer> {
    deadline(timer, party, due).about(subject)
}
