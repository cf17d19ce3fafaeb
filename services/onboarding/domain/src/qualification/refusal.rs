//! Why a command to a qualification is not carried out.
use crate::handout::Unacceptable;
use kernel::{Claim, Class, RuleId};

/// Most documents that may wait for one line.
pub const MAX_PENDING_PER_LINE: usize = 4;

/// Most documents that may wait in all.
pub const MAX_PENDING: usize = 12;

/// The closed list of refusals.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such qualification.
    #[error("there is no such qualification")]
    Missing,
    /// For another party.
    #[error("this action is not yours on this qualification")]
    NotYours,
    /// Another qualification of the provider in this category holds.
    #[error("the provider holds a qualification in this category already")]
    Held,
    /// Lost.
    #[error("the category was lost: apply again")]
    Revoked,
    /// Suspended already.
    #[error("the qualification is suspended already")]
    Suspended,
    /// A demand runs.
    #[error("a demand to re-qualify is running")]
    DemandRunning,
    /// Nothing to confirm.
    #[error("there is neither a demand to re-qualify nor a suspension")]
    NothingToConfirm,
    /// A document has lapsed and was not replaced.
    #[error("a document has lapsed: it must be replaced first")]
    DocumentLapsed,
    /// Nothing waits to be judged.
    #[error("nothing that was handed in waits to be judged")]
    NothingPending,
    /// Nothing waits for that line.
    #[error("nothing waits to be judged for this requirement")]
    NotPending,
    /// The caller handed it in.
    #[error("you handed this in and cannot judge it")]
    OwnDocument,
    /// It has expired.
    #[error("this document has expired")]
    Expired {
        /// The field.
        field: &'static str,
    },
    /// The credential's id is in use.
    #[error("a credential of this id was handed in already")]
    CredentialKnown,
    /// Too many wait.
    #[error("at most {MAX_PENDING_PER_LINE} documents of one requirement can wait to be judged, {MAX_PENDING} in all")]
    TooManyPending,
    /// What was handed in is not what the line asks.
    #[error(transparent)]
    Handout(#[from] Unacceptable),
    /// No line is named, or too many.
    #[error("name the requirements, each once")]
    Lines,
    /// A text is empty or too long.
    #[error("{field} must say something and have at most {max} characters")]
    Text {
        /// The field.
        field: &'static str,
        /// Characters.
        max: usize,
    },
    /// In the future.
    #[error("a change is reported once it happened")]
    NotHappened,
    /// A ground that the onboarding rules do not know.
    #[error("the grounds must name rules of onboarding or of the category, at least one and at most 8")]
    UnknownGround,
}

impl kernel::Refusal for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Missing => "qualification_not_found",
            Self::NotYours => "qualification_action_not_yours",
            Self::Held => "qualification_held_in_category",
            Self::Revoked => "qualification_revoked",
            Self::Suspended => "qualification_suspended",
            Self::DemandRunning => "requalification_running",
            Self::NothingToConfirm => "nothing_to_confirm",
            Self::DocumentLapsed => "qualification_document_lapsed",
            Self::NothingPending => "no_document_pending",
            Self::NotPending => "document_not_pending",
            Self::OwnDocument => "document_submitted_by_reviewer",
            Self::Expired { .. } => "document_expired",
            Self::CredentialKnown => "document_already_submitted",
            Self::TooManyPending => "too_many_documents_pending",
            Self::Handout(why) => why.code(),
            Self::Lines => "requirements_unfit",
            Self::Text { .. } => "qualification_text_unfit",
            Self::NotHappened => "change_in_future",
            Self::UnknownGround => "qualification_ground_unknown",
        }
    }

    fn rule(&self) -> Option<RuleId> {
        match self {
            Self::Revoked => Some(RuleId::of("M3.1")),
            Self::Suspended | Self::DemandRunning | Self::NothingToConfirm => Some(RuleId::of("M3.2")),
            Self::DocumentLapsed => Some(RuleId::of("W32")),
            Self::Expired { .. } | Self::NotHappened => Some(RuleId::of("M4.2.f.1")),
            Self::Handout(why) => why.rule(),
            Self::Missing
            | Self::NotYours
            | Self::Held
            | Self::NothingPending
            | Self::NotPending
            | Self::OwnDocument
            | Self::CredentialKnown
            | Self::TooManyPending
            | Self::Lines
            | Self::Text { .. }
            | Self::UnknownGround => None,
        }
    }

    fn class(&self) -> Class {
        match self {
            Self::Missing => Class::NotFound,
            Self::NotYours => Class::NotYours,
            Self::Held => Class::Taken,
            Self::Revoked
            | Self::Suspended
            | Self::DemandRunning
            | Self::NothingToConfirm
            | Self::DocumentLapsed
            | Self::NothingPending => Class::NotNow,
            Self::NotPending | Self::OwnDocument => Class::Invalid { field: "requirement" },
            Self::CredentialKnown | Self::TooManyPending => Class::Invalid { field: "credential" },
            Self::Expired { field } | Self::Text { field, .. } => Class::Invalid { field },
            Self::Handout(why) => why.class(),
            Self::Lines => Class::Invalid { field: "requirements" },
            Self::NotHappened => Class::Invalid { field: "changed_on" },
            Self::UnknownGround => Class::Invalid { field: "rules" },
        }
    }

    fn taken(_claim: &Claim) -> Self {
        Self::Held
    }
}
