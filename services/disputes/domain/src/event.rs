//! What happened to a case. Texts stand here and nowhere else; instants of deadlines come computed.
use crate::state::{Escalation, Opening, Outcome, Side};
use kernel::{Decision, Money, RuleId, Time};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;
use uuid::Uuid;

/// An event. Its name is the variant's in snake case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr)]
#[serde(tag = "event", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// A refund application opened the case.
    Opened {
        /// The order and the application.
        opening: Box<Opening>,
        /// Who bears the burden of proof (D1.4.3, D1.4.4).
        burden: Side,
        /// The rule that says so.
        burden_rule: RuleId,
        /// W11: the provider's answer.
        answer_by: Time,
        /// W12: the negotiation window.
        negotiate_until: Time,
        /// When.
        at: Time,
    },
    /// A proposal was put on the table.
    Proposed {
        /// Its id.
        proposal: Uuid,
        /// Who made it.
        by: Spokesperson,
        /// To the merchant, of the order's amount.
        to_merchant: Money,
        /// Why.
        text: String,
        /// The proposal it replaces or counters.
        replaces: Option<Uuid>,
        /// W12: until when it may be accepted.
        reply_by: Time,
    },
    /// A proposal was declined, or not answered in time (W12).
    ProposalDeclined {
        /// Which.
        proposal: Uuid,
        /// Who declined it; `None`: silence did.
        by: Option<Spokesperson>,
        /// Why.
        text: String,
        /// W13, where it starts now.
        escalate_by: Option<Time>,
        /// W12.
        rules: Vec<RuleId>,
    },
    /// The provider refused a refund (A7); a proposal on the table is gone.
    RefundRefused {
        /// Who refused.
        by: Spokesperson,
        /// Why.
        reasons: String,
        /// W13 starts.
        escalate_by: Time,
        /// A7.
        rules: Vec<RuleId>,
    },
    /// One side wants to negotiate longer.
    LongerNegotiationWanted {
        /// Who.
        by: Spokesperson,
    },
    /// Both sides want to negotiate longer (W12).
    NegotiationExtended {
        /// Who agreed last.
        by: Spokesperson,
        /// The new end of the window.
        until: Time,
        /// The provider's answer, moved along if it is still due.
        answer_by: Option<Time>,
    },
    /// The negotiation window passed without agreement.
    NegotiationEnded {
        /// W13, where it starts now.
        escalate_by: Option<Time>,
        /// W12, N1.
        rules: Vec<RuleId>,
    },
    /// The case went to arbitration.
    Escalated {
        /// What brought it there.
        cause: Escalation,
        /// Who asked; `None` when the provider's silence did it.
        by: Option<Spokesperson>,
        /// The kind of product (A8).
        kind_of_product: String,
        /// How the dispute went (A8).
        summary: String,
        /// Reasons (A8).
        reasons: String,
        /// W15: the decision.
        decide_by: Time,
        /// When.
        at: Time,
        /// What it rests on.
        rules: Vec<RuleId>,
    },
    /// The application was withdrawn; the order goes on.
    Withdrawn {
        /// Who withdrew it; `None`: nobody escalated in time (W13).
        by: Option<Spokesperson>,
        /// Why.
        text: String,
        /// Nothing moves.
        outcome: Outcome,
    },
    /// A proposal was accepted (D1.6.1).
    Settled {
        /// Which.
        proposal: Uuid,
        /// Who accepted it.
        by: Spokesperson,
        /// What was agreed.
        outcome: Outcome,
    },
    /// An arbitrator took the case, or renewed the hold on it.
    Claimed {
        /// The arbitrator's `sub`.
        arbitrator: String,
        /// Until when.
        until: Time,
    },
    /// The arbitrator put the case back into the queue.
    Released {
        /// The arbitrator's `sub`.
        arbitrator: String,
    },
    /// The hold ran out; the case is back in the queue.
    LeaseLapsed {
        /// The arbitrator's `sub`.
        arbitrator: String,
        /// W15.
        rules: Vec<RuleId>,
    },
    /// The case was given to an arbitrator.
    HandedOver {
        /// Who held it.
        from: Option<String>,
        /// Who holds it now.
        to: String,
        /// Who did it: the former holder, or an operator.
        by: String,
        /// Until when.
        until: Time,
    },
    /// An arbitrator declared a conflict of interest (D1.1.4).
    ConflictDeclared {
        /// The arbitrator's `sub`.
        arbitrator: String,
        /// What it is.
        reason: String,
    },
    /// No decision in time (W15): back into the queue, the operator is told.
    DecisionOverdue {
        /// Who held it.
        arbitrator: Option<String>,
        /// The new term.
        decide_by: Time,
        /// W15.
        rules: Vec<RuleId>,
    },
    /// The case was decided; the money waits.
    Decided {
        /// Grounds, decider, redress.
        decision: Box<Decision>,
        /// What it brings about when it becomes final.
        outcome: Outcome,
        /// W17: until when it may be appealed.
        appeal_by: Time,
    },
    /// The decision became final: its award is to be carried out, once (D1.6.2).
    Awarded {
        /// What is carried out.
        outcome: Outcome,
    },
}

/// A person who acted for a side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spokesperson {
    /// For which side.
    pub side: Side,
    /// The person's `sub`.
    pub person: String,
}
