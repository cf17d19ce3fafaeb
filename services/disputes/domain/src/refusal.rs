//! Why a command on a case is not carried out.
use kernel::{Claim, Class, Currency, RuleId, Time};

/// A closed enum of reasons; `Display` is what the caller reads.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// Nothing was opened under this id.
    #[error("there is no such case")]
    CaseNotFound,
    /// The action is for another party.
    #[error("this is for another party of the case")]
    NotYours,
    /// After a decision nothing is negotiated (D1.1.4).
    #[error("the case is decided; the decision is carried out once the appeal window has passed")]
    Decided,
    /// Nothing more happens to a closed case.
    #[error("the case is closed")]
    Closed,
    /// The stage of negotiation is over.
    #[error("the case is before the platform already")]
    AlreadyEscalated,
    /// The parties negotiate first.
    #[error("the parties are still negotiating; nobody has asked the platform to step in")]
    NotEscalated,
    /// N1: received, kept, money back.
    #[error("the merchant keeps the service: the parties negotiate until {from}, or until the provider refuses")]
    NegotiationFirst {
        /// When the window ends.
        from: Time,
    },
    /// The window to be prolonged has passed, or the provider has refused.
    #[error("the negotiation window is over and cannot be prolonged")]
    NegotiationOver,
    /// Prolonged once only.
    #[error("the negotiation was prolonged already")]
    AlreadyExtended,
    /// Refused once is refused.
    #[error("the refund was refused already")]
    AlreadyRefused,
    /// Nothing is on the table.
    #[error("there is no proposal to answer")]
    NoProposal,
    /// The other side answers.
    #[error("the proposal is your own; the other side answers it")]
    OwnProposal,
    /// The bound of proposals is reached.
    #[error("your side has made {limit} proposals in this case, as many as there may be")]
    TooManyProposals {
        /// The bound.
        limit: u16,
    },
    /// The proposal was replaced meanwhile.
    #[error("another proposal is on the table")]
    OtherProposal,
    /// Both must mean the same amount.
    #[error("the proposal on the table is about another amount")]
    AmountDiffers,
    /// Less than nothing, more than was paid, or another currency.
    #[error("{field} must be between nothing and what was paid for the order, in {currency}")]
    AmountOutOfRange {
        /// Which amount.
        field: &'static str,
        /// The order's currency.
        currency: Currency,
    },
    /// Compensation needs an article that grants it.
    #[error("compensation beyond the order's amount needs an article that grants it among the rules")]
    CompensationWithoutGround,
    /// A text is empty.
    #[error("{field} must not be empty")]
    TextMissing {
        /// Which.
        field: &'static str,
    },
    /// A text is too long.
    #[error("{field} must have at most {limit} characters")]
    TextTooLong {
        /// Which.
        field: &'static str,
        /// In characters.
        limit: usize,
    },
    /// A list is too long.
    #[error("{field} must have at most {} entries", crate::wording::LIST)]
    ListTooLong {
        /// Which.
        field: &'static str,
    },
    /// A8 names what the merchant must give.
    #[error(
        "an escalation needs the kind of product, a summary of how the dispute went, and reasons: {field} is missing"
    )]
    EscalationIncomplete {
        /// Which.
        field: &'static str,
    },
    /// A decision names its articles.
    #[error("a decision rests on at least one article")]
    RulesMissing,
    /// Not an article of this edition for this category.
    #[error("{rule} is not an article that a decision on this order may rest on")]
    RuleUnknown {
        /// Which.
        rule: RuleId,
    },
    /// A decision names what was found.
    #[error("a decision rests on at least one finding of fact")]
    FactsMissing,
    /// The platform is an independent third party.
    #[error("you have a conflict of interest in this case")]
    ConflictOfInterest,
    /// The same for whom the case would be given to.
    #[error("the receiver has a conflict of interest in this case")]
    ReceiverConflicted,
    /// Another arbitrator works on it.
    #[error("another arbitrator works on this case")]
    ClaimedByAnother,
    /// Nobody works on it.
    #[error("nobody works on this case; it must be claimed first")]
    NotClaimed,
    /// The assignment decides, not the role.
    #[error("the case is assigned to another arbitrator")]
    AssignedToAnother,
    /// The term passed in this arbitrator's hands.
    #[error("the term of decision passed in your hands; another arbitrator takes the case")]
    PassedOver,
    /// The list of persons is full.
    #[error("too many persons have acted in this case")]
    TooManyPersons,
    /// One open case per order.
    #[error("there is an open case about this order")]
    OrderInDispute,
}

impl kernel::Refusal for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::CaseNotFound => "case_not_found",
            Self::NotYours => "case_action_not_yours",
            Self::Decided => "case_already_decided",
            Self::Closed => "case_closed",
            Self::AlreadyEscalated => "case_already_escalated",
            Self::NotEscalated => "case_not_escalated",
            Self::NegotiationFirst { .. } => "negotiation_comes_first",
            Self::NegotiationOver => "negotiation_window_over",
            Self::AlreadyExtended => "negotiation_already_extended",
            Self::AlreadyRefused => "refund_already_refused",
            Self::NoProposal => "proposal_not_there",
            Self::OwnProposal => "proposal_is_your_own",
            Self::TooManyProposals { .. } => "proposals_exhausted",
            Self::OtherProposal => "proposal_replaced",
            Self::AmountDiffers => "proposal_amount_differs",
            Self::AmountOutOfRange { .. } => "case_amount_out_of_range",
            Self::CompensationWithoutGround => "compensation_without_ground",
            Self::TextMissing { .. } => "case_text_missing",
            Self::TextTooLong { .. } => "case_text_too_long",
            Self::ListTooLong { .. } => "case_list_too_long",
            Self::EscalationIncomplete { .. } => "escalation_incomplete",
            Self::RulesMissing => "decision_without_article",
            Self::RuleUnknown { .. } => "decision_article_unknown",
            Self::FactsMissing => "decision_without_facts",
            Self::ConflictOfInterest => "arbitrator_conflict_of_interest",
            Self::ReceiverConflicted => "receiver_conflict_of_interest",
            Self::ClaimedByAnother => "case_claimed_by_another",
            Self::NotClaimed => "case_not_claimed",
            Self::AssignedToAnother => "case_assigned_to_another",
            Self::PassedOver => "case_passed_to_another",
            Self::TooManyPersons => "case_has_too_many_persons",
            Self::OrderInDispute => "order_has_open_case",
        }
    }

    fn rule(&self) -> Option<RuleId> {
        Some(RuleId::of(match self {
            Self::Decided | Self::ConflictOfInterest | Self::ReceiverConflicted => "D1.1.4",
            Self::AlreadyEscalated => "D1.3.1",
            Self::NotEscalated => "D1.1.2",
            Self::NegotiationFirst { .. } => "N1",
            Self::NegotiationOver
            | Self::AlreadyExtended
            | Self::NoProposal
            | Self::OwnProposal
            | Self::TooManyProposals { .. } => "W12",
            Self::AlreadyRefused => "A7",
            Self::OtherProposal | Self::AmountDiffers => "D1.6.1",
            Self::AmountOutOfRange { .. } | Self::RulesMissing | Self::RuleUnknown { .. } => "D1.6.2",
            Self::CompensationWithoutGround => "D3.1.4",
            Self::EscalationIncomplete { .. } => "A8",
            Self::FactsMissing => "D1.4.1",
            Self::ClaimedByAnother | Self::NotClaimed | Self::AssignedToAnother | Self::PassedOver => "W15",
            Self::CaseNotFound
            | Self::NotYours
            | Self::Closed
            | Self::TextMissing { .. }
            | Self::TextTooLong { .. }
            | Self::ListTooLong { .. }
            | Self::TooManyPersons
            | Self::OrderInDispute => return None,
        }))
    }

    fn class(&self) -> Class {
        match self {
            Self::CaseNotFound => Class::NotFound,
            Self::NotYours | Self::ConflictOfInterest | Self::AssignedToAnother => Class::NotYours,
            Self::Decided
            | Self::Closed
            | Self::AlreadyEscalated
            | Self::NotEscalated
            | Self::NegotiationOver
            | Self::AlreadyExtended
            | Self::AlreadyRefused
            | Self::NoProposal
            | Self::OwnProposal
            | Self::TooManyProposals { .. }
            | Self::ClaimedByAnother
            | Self::NotClaimed
            | Self::PassedOver
            | Self::TooManyPersons => Class::NotNow,
            Self::NegotiationFirst { from } => Class::TooEarly { from: *from },
            Self::OtherProposal => Class::Invalid { field: "proposal" },
            Self::AmountDiffers => Class::Invalid { field: "to_merchant" },
            Self::CompensationWithoutGround => Class::Invalid { field: "compensation" },
            Self::AmountOutOfRange { field, .. }
            | Self::TextMissing { field }
            | Self::TextTooLong { field, .. }
            | Self::ListTooLong { field }
            | Self::EscalationIncomplete { field } => Class::Invalid { field },
            Self::RulesMissing | Self::RuleUnknown { .. } => Class::Invalid { field: "rules" },
            Self::FactsMissing => Class::Invalid { field: "facts" },
            Self::ReceiverConflicted => Class::Invalid { field: "to" },
            Self::OrderInDispute => Class::Taken,
        }
    }

    fn taken(_claim: &Claim) -> Self {
        Self::OrderInDispute
    }
}
