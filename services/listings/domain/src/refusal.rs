//! Why a listing's command is not carried out.
use crate::facts::Lack;
use crate::state::MAX_MEASURES;
use kernel::{Category, Class, FileId, RuleId};

/// The closed list of reasons.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such listing.
    #[error("there is no such listing")]
    ListingNotFound,
    /// Meant for another party.
    #[error("this is not yours to do with a listing")]
    NotYours,
    /// Opened already.
    #[error("the listing exists already")]
    ListingExists,
    /// The provider may not sell it.
    #[error("{}", lacking(*.0))]
    NotEntitled(Lack),
    /// P4.
    #[error("a listing that aims at the EU needs the compliance course for EU sellers first")]
    EuCourseMissing,
    /// Nothing to submit.
    #[error("there is no draft to submit")]
    NoDraft,
    /// The queue has it.
    #[error("a revision is in moderation: recall it first, or wait for the decision")]
    RevisionInModeration,
    /// The queue does not have it.
    #[error("no revision of this listing is in moderation")]
    NotInModeration,
    /// W32: to be mended first.
    #[error("a moderator asked for changes: revise it before it is submitted again")]
    ChangesNotMade,
    /// To be revised first.
    #[error("this revision was rejected: revise it before it is submitted again")]
    RevisionWasRejected,
    /// Another moderator holds it.
    #[error("another moderator has claimed this revision")]
    ClaimedByAnother,
    /// To be claimed first.
    #[error("claim the revision before you decide it")]
    NotClaimed,
    /// Off sale already.
    #[error("the listing is withdrawn already")]
    AlreadyWithdrawn,
    /// Not off sale by the provider.
    #[error("the listing is not withdrawn")]
    NotWithdrawn,
    /// Nothing passed so far.
    #[error("no revision of this listing has passed moderation: submit one")]
    NothingApproved,
    /// Bound of the state.
    #[error("{MAX_MEASURES} measures weigh on this listing already")]
    TooManyMeasures,
    /// No such measure.
    #[error("no such measure weighs on this listing")]
    MeasureUnknown,
    /// A measure that ends before it begins.
    #[error("a measure ends in the future")]
    MeasureOver,
    /// Agent operation is a kind of operation.
    #[error("agent operation is a kind of the category operation, not of {0}")]
    AgentOperationElsewhere(Category),
    /// Too long a text.
    #[error("{field} has more than {most} characters")]
    TextTooLong {
        /// The field; `content` for all of them together.
        field: &'static str,
        /// How many may be.
        most: usize,
    },
    /// Unprintable text.
    #[error("{field} has a control character")]
    ControlCharacter {
        /// The field.
        field: &'static str,
    },
    /// Too many items.
    #[error("{field} has more than {most} items")]
    TooMany {
        /// The field.
        field: &'static str,
        /// How many may be.
        most: usize,
    },
    /// A figure out of bounds.
    #[error("{field} must be between {least} and {most}")]
    OutOfBounds {
        /// The field.
        field: &'static str,
        /// The least.
        least: u32,
        /// The most.
        most: u32,
    },
    /// An element that the category does not have.
    #[error("{key:?} is no element of the category {category}")]
    UnknownElement {
        /// The key.
        key: String,
        /// The category.
        category: Category,
    },
    /// A price of nothing.
    #[error("the price must be above nothing")]
    PriceNotPositive,
    /// A file that was not uploaded here.
    #[error("{file} was not uploaded to this listing")]
    UnknownListingFile {
        /// The field.
        field: &'static str,
        /// The file.
        file: FileId,
    },
    /// A picture that is none.
    #[error("{file} is no picture: upload it as image/jpeg, image/png or image/webp")]
    NoPicture {
        /// The file.
        file: FileId,
    },
    /// The same again.
    #[error("this is the revision that was to be mended, unchanged")]
    NothingMended,
    /// No reasons.
    #[error("reasons are needed, in at most 2,000 characters")]
    ReasonsNeeded,
    /// No rules, or too many.
    #[error("name one rule at least and ten at most, the governing one first")]
    RulesNeeded,
    /// A rule that a moderator does not decide by.
    #[error("{0} is no rule that a listing is refused on")]
    RuleNotAGround(RuleId),
    /// M5.17.
    #[error("you offer the same service in another listing")]
    SameServiceAgain,
}

fn lacking(lack: Lack) -> &'static str {
    match lack {
        Lack::Qualification => "the provider is not qualified in this category",
        Lack::Deposit => "the provider's deposit is short or a liability is unpaid",
        Lack::Membership => "the provider leaves the market",
    }
}

impl kernel::Refusal for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::ListingNotFound => "listing_not_found",
            Self::NotYours => "listing_not_yours_to_act_on",
            Self::ListingExists => "listing_exists",
            Self::NotEntitled(Lack::Qualification) => "not_qualified_to_list",
            Self::NotEntitled(Lack::Deposit) => "deposit_short_to_list",
            Self::NotEntitled(Lack::Membership) => "leaving_provider_cannot_list",
            Self::EuCourseMissing => "eu_course_missing",
            Self::NoDraft => "no_draft_to_submit",
            Self::RevisionInModeration => "revision_in_moderation",
            Self::NotInModeration => "revision_not_in_moderation",
            Self::ChangesNotMade => "requested_changes_not_made",
            Self::RevisionWasRejected => "revision_was_rejected",
            Self::ClaimedByAnother => "revision_claimed_by_another",
            Self::NotClaimed => "revision_not_claimed",
            Self::AlreadyWithdrawn => "listing_already_withdrawn",
            Self::NotWithdrawn => "listing_not_withdrawn",
            Self::NothingApproved => "no_approved_revision",
            Self::TooManyMeasures => "too_many_measures",
            Self::MeasureUnknown => "listing_measure_unknown",
            Self::MeasureOver => "listing_measure_over",
            Self::AgentOperationElsewhere(_) => "agent_operation_elsewhere",
            Self::TextTooLong { .. } => "listing_text_too_long",
            Self::ControlCharacter { .. } => "listing_text_unprintable",
            Self::TooMany { .. } => "too_many_listing_items",
            Self::OutOfBounds { .. } => "listing_figure_out_of_bounds",
            Self::UnknownElement { .. } => "unknown_listing_element",
            Self::PriceNotPositive => "listing_price_not_positive",
            Self::UnknownListingFile { .. } => "unknown_listing_file",
            Self::NoPicture { .. } => "listing_file_no_picture",
            Self::NothingMended => "nothing_mended",
            Self::ReasonsNeeded => "moderation_reasons_needed",
            Self::RulesNeeded => "moderation_rules_needed",
            Self::RuleNotAGround(_) => "rule_not_a_listing_ground",
            Self::SameServiceAgain => "same_service_again",
        }
    }

    fn rule(&self) -> Option<RuleId> {
        match self {
            Self::NotEntitled(lack) => Some(lack.rule()),
            Self::EuCourseMissing => Some(RuleId::of("P4")),
            Self::ChangesNotMade | Self::NothingMended => Some(RuleId::of("W32")),
            Self::AgentOperationElsewhere(_) => Some(RuleId::of("M2.4")),
            Self::PriceNotPositive | Self::UnknownElement { .. } => Some(RuleId::of("M4.1.a")),
            Self::SameServiceAgain => Some(RuleId::of("M5.17")),
            Self::ReasonsNeeded | Self::RulesNeeded => Some(RuleId::of("M5")),
            Self::RuleNotAGround(rule) => Some(rule.clone()),
            Self::ListingNotFound
            | Self::NotYours
            | Self::ListingExists
            | Self::NoDraft
            | Self::RevisionInModeration
            | Self::NotInModeration
            | Self::RevisionWasRejected
            | Self::ClaimedByAnother
            | Self::NotClaimed
            | Self::AlreadyWithdrawn
            | Self::NotWithdrawn
            | Self::NothingApproved
            | Self::TooManyMeasures
            | Self::MeasureUnknown
            | Self::MeasureOver
            | Self::TextTooLong { .. }
            | Self::ControlCharacter { .. }
            | Self::TooMany { .. }
            | Self::OutOfBounds { .. }
            | Self::UnknownListingFile { .. }
            | Self::NoPicture { .. } => None,
        }
    }

    fn class(&self) -> Class {
        match self {
            Self::ListingNotFound => Class::NotFound,
            Self::ListingExists => Class::Exists,
            Self::NotYours => Class::NotYours,
            Self::SameServiceAgain => Class::Taken,
            Self::AgentOperationElsewhere(_) => Class::Invalid { field: "agent_operation" },
            Self::TextTooLong { field, .. }
            | Self::ControlCharacter { field }
            | Self::TooMany { field, .. }
            | Self::OutOfBounds { field, .. }
            | Self::UnknownListingFile { field, .. } => Class::Invalid { field },
            Self::UnknownElement { .. } => Class::Invalid { field: "elements" },
            Self::PriceNotPositive => Class::Invalid { field: "price" },
            Self::NoPicture { .. } => Class::Invalid { field: "pictures" },
            Self::NothingMended => Class::Invalid { field: "content" },
            Self::ReasonsNeeded => Class::Invalid { field: "reasons" },
            Self::RulesNeeded | Self::RuleNotAGround(_) => Class::Invalid { field: "rules" },
            Self::MeasureUnknown => Class::Invalid { field: "measure" },
            Self::MeasureOver => Class::Invalid { field: "until" },
            Self::NotEntitled(_)
            | Self::EuCourseMissing
            | Self::NoDraft
            | Self::RevisionInModeration
            | Self::NotInModeration
            | Self::ChangesNotMade
            | Self::RevisionWasRejected
            | Self::ClaimedByAnother
            | Self::NotClaimed
            | Self::AlreadyWithdrawn
            | Self::NotWithdrawn
            | Self::NothingApproved
            | Self::TooManyMeasures => Class::NotNow,
        }
    }

    fn taken(_claim: &kernel::Claim) -> Self {
        Self::SameServiceAgain
    }
}
