//! Why a command on a case is not carried out.
use kernel::{Claim, ClaimKind, Class, Currency, Money, RuleId, Time};

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
    /// The handling stands still.
    #[error("the handling of the case is suspended")]
    Suspended {
        /// D1.5.1 or D1.5.2.
        rule: RuleId,
    },
    /// Once, and renewed once.
    #[error("this suspension was used up; the case goes on")]
    SuspensionSpent,
    /// Nothing to lift.
    #[error("the case is not suspended")]
    NotSuspended,
    /// Nothing to report on.
    #[error("the case is not suspended for court or police")]
    NoProceedings,
    /// Proof is a paper.
    #[error("the proof of filing needs a file")]
    ProofMissing,
    /// Court or police after the decision.
    #[error("the case is decided: the decision is carried out, whatever court or police do meanwhile")]
    CarriedOut,
    /// There is no decision yet.
    #[error("the case is not decided")]
    NotDecided,
    /// Once.
    #[error("the decision was appealed already")]
    AlreadyAppealed,
    /// Nobody appealed.
    #[error("the decision was not appealed")]
    NotAppealed,
    /// New evidence or a named error.
    #[error("an appeal rests on new evidence, or on a named error: an article or a fact")]
    AppealWithoutGround {
        /// Which list is empty.
        field: &'static str,
    },
    /// New evidence is not in the file yet.
    #[error("item {item} of the appeal brings nothing that is not in the file already")]
    EvidenceNotNew {
        /// Which, from 1.
        item: usize,
    },
    /// What could have been given in time is late, not new.
    #[error("an appeal on new evidence says why it could not be given in time")]
    NotShownWhyNotBefore,
    /// A file is not there, or not this case's.
    #[error("no such file was uploaded to this case")]
    FileUnknown,
    /// An extension ends some day.
    #[error("an extension of use is at most ten years")]
    ExtensionTooLong,
    /// To another arbitrator.
    #[error("you took part in the decision that is appealed; another arbitrator decides")]
    DecidedBefore,
    /// No decision while evidence is taken.
    #[error("evidence is being taken until {until}, or until all that were asked have sealed their sets")]
    EvidenceOpen {
        /// When the last window passes.
        until: Time,
    },
    /// The bound of requests.
    #[error("{limit} requests for evidence were made, as many as there may be")]
    TooManyRequests {
        /// The bound.
        limit: u16,
    },
    /// The bound of items.
    #[error("your side keeps {limit} items of evidence, as many as there may be")]
    TooManyItems {
        /// The bound.
        limit: u16,
    },
    /// A sealed set is closed.
    #[error("your set is sealed; it is exchanged when the other side's is sealed or its window has passed")]
    SetSealed,
    /// It waits for the exchange.
    #[error("this side has sealed its set; it is asked for more once the sets are exchanged")]
    SideHasSealed,
    /// Nothing to take away.
    #[error("your side has no draft")]
    NoDraft,
    /// Nothing to hand in.
    #[error("your side has no draft to hand in")]
    NothingToSeal,
    /// No such item.
    #[error("there is no such item")]
    ItemUnknown,
    /// The id is taken.
    #[error("there is a draft of this id")]
    ItemKnown,
    /// The other side disputes it.
    #[error("the item is your own; the other side may dispute it")]
    OwnItem,
    /// There are no items.
    #[error("no item of evidence is in the file")]
    NothingToContest,
    /// An item proves something.
    #[error("an item of evidence names what it is to prove")]
    NothingToProve,
    /// Claims and acts prove nothing.
    #[error("entry {entry} is no item of evidence and no record of the platform")]
    EntryNoEvidence {
        /// Which.
        entry: u32,
    },
    /// Late or excluded items count for nothing.
    #[error("entry {entry} came late and was not admitted, or was excluded")]
    EntryNotAdmitted {
        /// Which.
        entry: u32,
    },
    /// What is established rests on something.
    #[error("{what}: cannot be found on no evidence; name the entries of the case file")]
    FindingWithoutEvidence {
        /// The fact, or the figures.
        what: &'static str,
    },
    /// A reference voucher alone establishes nothing that the other side disputes.
    #[error("{what}: what is disputed is not established by reference vouchers alone")]
    ReferenceAlone {
        /// The fact, or the figures.
        what: &'static str,
    },
    /// A figure is written as the schema of adjudication says.
    #[error("{wrong}")]
    FigureMalformed {
        /// Which, and what was expected.
        wrong: String,
    },
    /// Service cost is never more than was paid.
    #[error("the service cost is never more than what was paid for the order")]
    CostAbovePaid,
    /// Departing from what follows by rule needs reasons.
    #[error("the decision departs from the recommended outcome ({} {} to the merchant): say why", .to_merchant.amount(), .to_merchant.currency)]
    DepartureWithoutReasons {
        /// What is recommended.
        to_merchant: Money,
    },
    /// No draft waits.
    #[error("no decision waits for a second arbitrator")]
    NothingToConfirm,
    /// Four eyes.
    #[error("you handed the decision in; another arbitrator confirms it")]
    SamePerson,
    /// Exactly the draft that waits.
    #[error("another draft waits for confirmation")]
    DraftDiffers,
    /// Every kind is claimed.
    #[error("every kind of claim was made already")]
    AllClaimed,
    /// The claim's time was over when the refund was applied for.
    #[error("{claim}: the time for this claim had passed when the refund was applied for")]
    ClaimNotOpen {
        /// Which.
        claim: ClaimKind,
    },
    /// Once by each side.
    #[error("your side appealed this decision and took the appeal back; it does not appeal again")]
    AppealTakenBack,
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
            Self::Suspended { .. } => "case_suspended",
            Self::SuspensionSpent => "suspension_used_up",
            Self::NotSuspended => "case_not_suspended",
            Self::NoProceedings => "case_without_proceedings",
            Self::ProofMissing => "proof_of_filing_missing",
            Self::CarriedOut => "decision_is_carried_out",
            Self::NotDecided => "case_not_decided",
            Self::AlreadyAppealed => "case_already_appealed",
            Self::NotAppealed => "case_not_appealed",
            Self::AppealWithoutGround { .. } => "appeal_without_ground",
            Self::EvidenceNotNew { .. } => "appeal_evidence_not_new",
            Self::NotShownWhyNotBefore => "appeal_evidence_unexplained",
            Self::FileUnknown => "evidence_file_unknown",
            Self::ExtensionTooLong => "extension_too_long",
            Self::DecidedBefore => "arbitrator_decided_before",
            Self::EvidenceOpen { .. } => "evidence_still_open",
            Self::TooManyRequests { .. } => "evidence_requests_exhausted",
            Self::TooManyItems { .. } => "evidence_items_exhausted",
            Self::SetSealed => "evidence_set_sealed",
            Self::SideHasSealed => "evidence_side_has_sealed",
            Self::NoDraft => "evidence_draft_not_there",
            Self::NothingToSeal => "evidence_set_empty",
            Self::ItemUnknown => "evidence_item_unknown",
            Self::ItemKnown => "evidence_item_known",
            Self::OwnItem => "evidence_item_is_your_own",
            Self::NothingToContest => "evidence_not_there",
            Self::NothingToProve => "evidence_proves_nothing",
            Self::EntryNoEvidence { .. } => "finding_rests_on_no_evidence",
            Self::EntryNotAdmitted { .. } => "finding_rests_on_unadmitted",
            Self::FindingWithoutEvidence { .. } => "finding_without_evidence",
            Self::ReferenceAlone { .. } => "reference_voucher_alone",
            Self::FigureMalformed { .. } => "figure_malformed",
            Self::CostAbovePaid => "service_cost_above_paid",
            Self::DepartureWithoutReasons { .. } => "departure_without_reasons",
            Self::NothingToConfirm => "decision_not_waiting",
            Self::SamePerson => "decision_needs_another_person",
            Self::DraftDiffers => "decision_draft_differs",
            Self::AllClaimed => "case_claims_exhausted",
            Self::ClaimNotOpen { .. } => "claim_window_closed",
            Self::AppealTakenBack => "appeal_taken_back",
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
            Self::SuspensionSpent | Self::NotSuspended | Self::ProofMissing => "W16",
            Self::NoProceedings => "D1.5.2",
            Self::CarriedOut => "X10",
            Self::NotDecided
            | Self::AlreadyAppealed
            | Self::AppealTakenBack
            | Self::NotAppealed
            | Self::AppealWithoutGround { .. }
            | Self::EvidenceNotNew { .. }
            | Self::DecidedBefore => "W17",
            Self::ExtensionTooLong => "D3.1.3",
            Self::EvidenceOpen { .. } | Self::SetSealed | Self::SideHasSealed | Self::NothingToSeal => "W14",
            Self::TooManyRequests { .. }
            | Self::TooManyItems { .. }
            | Self::NoDraft
            | Self::ItemUnknown
            | Self::ItemKnown
            | Self::NothingToContest
            | Self::EntryNoEvidence { .. }
            | Self::FindingWithoutEvidence { .. } => "D1.4.1",
            Self::OwnItem | Self::ReferenceAlone { .. } | Self::CostAbovePaid => "D1.2",
            Self::FigureMalformed { .. } => "D1.4.1",
            Self::NothingToProve | Self::FileUnknown => "D1.4.5",
            Self::EntryNotAdmitted { .. } | Self::NotShownWhyNotBefore => "D1.4.2",
            Self::DepartureWithoutReasons { .. } | Self::NothingToConfirm | Self::SamePerson | Self::DraftDiffers => {
                "D1.1.4"
            }
            Self::AllClaimed => "D1.3.2",
            Self::ClaimNotOpen { .. } => "W21",
            Self::Suspended { rule } => return Some(rule.clone()),
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
            Self::Suspended { .. } | Self::SuspensionSpent | Self::NotSuspended | Self::NoProceedings => Class::NotNow,
            Self::ProofMissing => Class::Invalid { field: "files" },
            Self::CarriedOut | Self::NotDecided => Class::NotNow,
            Self::AlreadyAppealed | Self::NotAppealed | Self::AppealTakenBack => Class::NotNow,
            Self::AppealWithoutGround { field } => Class::Invalid { field },
            Self::EvidenceNotNew { .. } => Class::Invalid { field: "exhibits" },
            Self::NotShownWhyNotBefore => Class::Invalid { field: "why_not_before" },
            Self::FileUnknown => Class::Invalid { field: "files" },
            Self::ExtensionTooLong => Class::Invalid { field: "extension_seconds" },
            Self::DecidedBefore => Class::NotYours,
            Self::EvidenceOpen { until } => Class::TooEarly { from: *until },
            Self::TooManyRequests { .. } | Self::TooManyItems { .. } | Self::SetSealed => Class::NotNow,
            Self::SideHasSealed => Class::Invalid { field: "of" },
            Self::NoDraft | Self::NothingToSeal => Class::NotNow,
            Self::ItemUnknown => Class::Invalid { field: "item" },
            Self::ItemKnown => Class::Invalid { field: "id" },
            Self::OwnItem => Class::Invalid { field: "item" },
            Self::NothingToContest => Class::NotNow,
            Self::NothingToProve => Class::Invalid { field: "proves" },
            Self::EntryNoEvidence { .. } => Class::Invalid { field: "findings" },
            Self::EntryNotAdmitted { .. } => Class::Invalid { field: "findings" },
            Self::FindingWithoutEvidence { .. } => Class::Invalid { field: "findings" },
            Self::ReferenceAlone { .. } => Class::Invalid { field: "findings" },
            Self::FigureMalformed { .. } => Class::Invalid { field: "figures" },
            Self::CostAbovePaid => Class::Invalid { field: "figures.service_cost" },
            Self::DepartureWithoutReasons { .. } => Class::Invalid { field: "departure" },
            Self::NothingToConfirm => Class::NotNow,
            Self::SamePerson => Class::NotNow,
            Self::DraftDiffers => Class::Invalid { field: "draft" },
            Self::AllClaimed => Class::NotNow,
            Self::ClaimNotOpen { .. } => Class::Invalid { field: "claim" },
            Self::OrderInDispute => Class::Taken,
        }
    }

    fn taken(_claim: &Claim) -> Self {
        Self::OrderInDispute
    }
}
