//! Why a command to an application is not carried out.
use crate::entry::MAX_CREDENTIALS;
use crate::handout::Unacceptable;
use kernel::{Claim, Class, RuleId, Time};

/// The closed list of refusals.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such application.
    #[error("there is no such application")]
    Missing,
    /// For another party.
    #[error("this action is not yours on this application")]
    NotYours,
    /// Acted for the applicant before.
    #[error("you acted for the applicant and cannot review the application")]
    Conflict,
    /// Begun already.
    #[error("this application was opened already")]
    AlreadyOpen,
    /// Another application of the provider to this category is running.
    #[error("another application of yours to this category is running")]
    Running,
    /// The organisation is barred.
    #[error("this organisation is barred from the market")]
    Barred {
        /// The rule of the bar.
        rule: RuleId,
    },
    /// The provider is leaving or gone.
    #[error("a provider that is leaving the market, or has left it, cannot apply")]
    Leaving,
    /// Qualified already.
    #[error("you are qualified in this category: renew the qualification's documents instead")]
    Qualified,
    /// An individual in a category that asks for a business scope.
    #[error("this category asks for a business scope, an individual cannot enter it")]
    IndividualNotAdmitted,
    /// The flag for agent operation in another category.
    #[error("agent operation is a kind of operation only")]
    NotAnOperation,
    /// Not with the applicant now.
    #[error("the application is {status}: its contents cannot be changed now")]
    NotEditable {
        /// The status.
        status: &'static str,
    },
    /// Decided, lapsed or withdrawn.
    #[error("the application is closed: it was {status}")]
    Closed {
        /// The status.
        status: &'static str,
    },
    /// Not with the reviewers now.
    #[error("the application is {status}: it is not with the reviewers")]
    NotWithReviewers {
        /// The status.
        status: &'static str,
    },
    /// Another reviewer has it.
    #[error("another reviewer has this application")]
    ClaimedByAnother {
        /// Until when, unless renewed.
        until: Time,
    },
    /// The caller has not claimed it.
    #[error("claim the application first")]
    NotClaimed,
    /// The caller approved it already.
    #[error("you approved this application: because of a declared tie to the staff another reviewer decides")]
    SecondReviewerNeeded,
    /// Mandatory lines are not verified.
    #[error("mandatory requirements are missing, expired or not verified")]
    RequirementsOpen,
    /// Nothing is asked of the applicant.
    #[error("no information is asked for")]
    NothingAsked,
    /// Information was requested too often.
    #[error("information was requested as often as one application bears: decide on what is there")]
    AskedTooOften,
    /// A text is empty or too long.
    #[error("{field} must say something and have at most {max} characters")]
    Text {
        /// The field.
        field: &'static str,
        /// Characters.
        max: usize,
    },
    /// A field has a wrong form.
    #[error("{field} is not of the form that is needed: {needed}")]
    Form {
        /// The field.
        field: &'static str,
        /// What is needed.
        needed: &'static str,
    },
    /// A date cannot be.
    #[error("{field} is not a possible date here")]
    Date {
        /// The field.
        field: &'static str,
    },
    /// What was handed in is not what the line asks.
    #[error(transparent)]
    Handout(#[from] Unacceptable),
    /// No such credential.
    #[error("there is no such credential in this application")]
    UnknownCredential,
    /// The credential's id is in use.
    #[error("a credential of this id was handed in already")]
    CredentialKnown,
    /// Too many credentials.
    #[error("an application holds at most {MAX_CREDENTIALS} credentials")]
    TooManyCredentials,
    /// Nothing was handed in for the line.
    #[error("nothing was handed in for this requirement")]
    NothingHandedIn,
    /// A document of the line has expired.
    #[error("a document of this requirement has expired")]
    Expired,
    /// M4.2.f.1 was not affirmed.
    #[error("declare that everything submitted is true, accurate and valid")]
    TruthNotDeclared,
    /// A ground that the onboarding rules do not know.
    #[error("the grounds must name rules of onboarding or of the category, at least one and at most 8")]
    UnknownGround,
}

impl kernel::Refusal for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Missing => "application_not_found",
            Self::NotYours => "application_action_not_yours",
            Self::Conflict => "reviewer_acted_for_applicant",
            Self::AlreadyOpen => "application_already_open",
            Self::Running => "application_running_in_category",
            Self::Barred { .. } => "organisation_barred",
            Self::Leaving => "applicant_leaving",
            Self::Qualified => "already_qualified",
            Self::IndividualNotAdmitted => "individual_not_admitted",
            Self::NotAnOperation => "agent_operation_misplaced",
            Self::NotEditable { .. } => "application_not_editable",
            Self::Closed { .. } => "application_closed",
            Self::NotWithReviewers { .. } => "application_not_with_reviewers",
            Self::ClaimedByAnother { .. } => "application_claimed_by_another",
            Self::NotClaimed => "application_not_claimed",
            Self::SecondReviewerNeeded => "second_reviewer_needed",
            Self::RequirementsOpen => "requirements_open",
            Self::NothingAsked => "no_information_asked",
            Self::AskedTooOften => "information_requested_too_often",
            Self::Text { .. } => "application_text_unfit",
            Self::Form { .. } => "application_field_unfit",
            Self::Date { .. } => "application_date_unfit",
            Self::Handout(why) => why.code(),
            Self::UnknownCredential => "credential_unknown",
            Self::CredentialKnown => "credential_already_submitted",
            Self::TooManyCredentials => "too_many_credentials",
            Self::NothingHandedIn => "requirement_without_credential",
            Self::Expired => "requirement_document_expired",
            Self::TruthNotDeclared => "truth_not_declared",
            Self::UnknownGround => "application_ground_unknown",
        }
    }

    fn rule(&self) -> Option<RuleId> {
        match self {
            Self::Barred { rule } => Some(rule.clone()),
            Self::Leaving => Some(RuleId::of("X21")),
            Self::IndividualNotAdmitted => Some(RuleId::of("M2.2")),
            Self::NotAnOperation => Some(RuleId::of("M2.4")),
            Self::ClaimedByAnother { .. } | Self::NotClaimed => Some(RuleId::of("W32")),
            Self::SecondReviewerNeeded => Some(RuleId::of("M5.67")),
            Self::RequirementsOpen | Self::NothingHandedIn => Some(RuleId::of("M3.1")),
            Self::NothingAsked | Self::AskedTooOften => Some(RuleId::of("M3.2")),
            Self::Handout(why) => why.rule(),
            Self::Expired | Self::TruthNotDeclared => Some(RuleId::of("M4.2.f.1")),
            Self::Missing
            | Self::NotYours
            | Self::Conflict
            | Self::AlreadyOpen
            | Self::Running
            | Self::Qualified
            | Self::NotEditable { .. }
            | Self::Closed { .. }
            | Self::NotWithReviewers { .. }
            | Self::Text { .. }
            | Self::Form { .. }
            | Self::Date { .. }
            | Self::UnknownCredential
            | Self::CredentialKnown
            | Self::TooManyCredentials
            | Self::UnknownGround => None,
        }
    }

    fn class(&self) -> Class {
        match self {
            Self::Missing => Class::NotFound,
            Self::AlreadyOpen => Class::Exists,
            Self::NotYours | Self::Conflict => Class::NotYours,
            Self::Running => Class::Taken,
            Self::ClaimedByAnother { until } => Class::TooEarly { from: *until },
            Self::Barred { .. }
            | Self::Leaving
            | Self::NotEditable { .. }
            | Self::Closed { .. }
            | Self::NotWithReviewers { .. }
            | Self::NotClaimed
            | Self::SecondReviewerNeeded
            | Self::RequirementsOpen
            | Self::NothingAsked
            | Self::AskedTooOften => Class::NotNow,
            Self::Qualified => Class::Taken,
            Self::IndividualNotAdmitted => Class::Invalid { field: "applicant" },
            Self::NotAnOperation => Class::Invalid { field: "agent_operation" },
            Self::Text { field, .. } | Self::Form { field, .. } | Self::Date { field } => Class::Invalid { field },
            Self::Handout(why) => why.class(),
            Self::UnknownCredential | Self::CredentialKnown | Self::TooManyCredentials => {
                Class::Invalid { field: "credential" }
            }
            Self::NothingHandedIn | Self::Expired => Class::Invalid { field: "requirement" },
            Self::TruthNotDeclared => Class::Invalid { field: "declares_true" },
            Self::UnknownGround => Class::Invalid { field: "rules" },
        }
    }

    fn taken(_claim: &Claim) -> Self {
        Self::Running
    }
}
