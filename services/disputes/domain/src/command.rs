//! What is asked of a case.
use crate::state::Opening;
use kernel::{Money, RuleId};
use strum::{Display, IntoStaticStr, VariantArray};
use uuid::Uuid;

/// A command, with its payload. Bounds of texts and lists: [`crate::wording`].
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// System, from `orders.order.disputed`: opens the case under the id that the application chose.
    Open(Box<Opening>),
    /// Either party: puts a proposal on the table, in place of the one that stands (A7, W12).
    Propose {
        /// A new id.
        proposal: Uuid,
        /// Of the order's amount, to the merchant: none of it to all of it.
        to_merchant: Money,
        /// Why; may be empty.
        text: String,
    },
    /// The other party: settles the case at exactly this proposal and amount (D1.6.1).
    AcceptProposal {
        /// The proposal that is accepted.
        proposal: Uuid,
        /// Its amount, as the acceptor read it.
        to_merchant: Money,
    },
    /// The other party: takes the proposal off the table.
    DeclineProposal {
        /// The proposal that is declined.
        proposal: Uuid,
        /// Why; may be empty.
        text: String,
    },
    /// The provider: no refund (A7).
    RefuseRefund {
        /// Why.
        reasons: String,
    },
    /// Either party: wants the long negotiation window; both must (W12).
    ExtendNegotiation,
    /// The merchant: takes the application back; the order goes on.
    Withdraw {
        /// Why; may be empty.
        text: String,
    },
    /// Either party: asks the platform to step in (D1.3.1). A8 asks the merchant for four things: the order number,
    /// which the case itself carries, and these three.
    Escalate {
        /// The kind of product; required of the merchant.
        kind_of_product: String,
        /// How the dispute went; required of the merchant.
        summary: String,
        /// Why the merchant wants a refund, or why the provider wants a decision; required of both.
        reasons: String,
    },
    /// An arbitrator: takes the case from the queue, or holds it for another lease.
    Claim,
    /// The arbitrator who holds it: puts it back into the queue.
    Release,
    /// The arbitrator who holds it, or an operator: gives it to an arbitrator.
    HandOver {
        /// The receiver's `sub`.
        to: String,
    },
    /// An arbitrator: declares a conflict of interest, for good (D1.1.4).
    DeclareConflict {
        /// What it is.
        reason: String,
    },
    /// The arbitrator who holds it: decides (D1.1.4, A8).
    Decide(Box<Draft>),
}

/// A decision as the arbitrator hands it in.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Of the order's amount, to the merchant: none of it to all of it.
    pub to_merchant: Money,
    /// Beyond the order's amount, owed by the provider; zero unless an article grants it (D3.1.4).
    pub compensation: Money,
    /// The articles it rests on, the governing one first.
    pub rules: Vec<RuleId>,
    /// What was found, each a short sentence.
    pub facts: Vec<String>,
    /// What the findings rest on: ids or hashes; may be empty.
    pub evidence: Vec<String>,
    /// The reasons for both sides.
    pub reasons: String,
}

/// A command without its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr, Display)]
#[strum(serialize_all = "snake_case")]
pub enum Action {
    /// See [`Command::Open`].
    Open,
    /// See [`Command::Propose`].
    Propose,
    /// See [`Command::AcceptProposal`].
    AcceptProposal,
    /// See [`Command::DeclineProposal`].
    DeclineProposal,
    /// See [`Command::RefuseRefund`].
    RefuseRefund,
    /// See [`Command::ExtendNegotiation`].
    ExtendNegotiation,
    /// See [`Command::Withdraw`].
    Withdraw,
    /// See [`Command::Escalate`].
    Escalate,
    /// See [`Command::Claim`].
    Claim,
    /// See [`Command::Release`].
    Release,
    /// See [`Command::HandOver`].
    HandOver,
    /// See [`Command::DeclareConflict`].
    DeclareConflict,
    /// See [`Command::Decide`].
    Decide,
}

impl Command {
    /// The command without its payload.
    pub fn action(&self) -> Action {
        match self {
            Self::Open(_) => Action::Open,
            Self::Propose { .. } => Action::Propose,
            Self::AcceptProposal { .. } => Action::AcceptProposal,
            Self::DeclineProposal { .. } => Action::DeclineProposal,
            Self::RefuseRefund { .. } => Action::RefuseRefund,
            Self::ExtendNegotiation => Action::ExtendNegotiation,
            Self::Withdraw { .. } => Action::Withdraw,
            Self::Escalate { .. } => Action::Escalate,
            Self::Claim => Action::Claim,
            Self::Release => Action::Release,
            Self::HandOver { .. } => Action::HandOver,
            Self::DeclareConflict { .. } => Action::DeclareConflict,
            Self::Decide(_) => Action::Decide,
        }
    }
}
