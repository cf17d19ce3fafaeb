//! Why a command to a provider's profile is not carried out.
use kernel::{Claim, Class, RuleId};

/// The closed list of refusals.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such provider.
    #[error("there is no such provider")]
    Missing,
    /// For another party.
    #[error("this action is not yours on this provider")]
    NotYours,
    /// Registered already.
    #[error("this provider is registered already")]
    Registered,
    /// Leaving already.
    #[error("the exit was requested already")]
    Leaving,
    /// No exit was requested.
    #[error("no exit was requested")]
    NotLeaving,
    /// Gone.
    #[error("this provider has left the market")]
    Gone,
    /// Barred already.
    #[error("this organisation is barred already")]
    Barred,
    /// Not barred.
    #[error("this organisation is not barred")]
    NotBarred,
    /// Another version of the course is in force.
    #[error("another version of the compliance course is in force")]
    CourseVersion,
    /// Modules are missing or unknown.
    #[error("the course is completed when all of its modules are, and no others")]
    CourseIncomplete,
    /// A text is empty or too long.
    #[error("{field} must say something and have at most {max} characters")]
    Text {
        /// The field.
        field: &'static str,
        /// Characters.
        max: usize,
    },
    /// No rules are given, or too many.
    #[error("the decision must name the rules it rests on, at least one and at most 8")]
    Grounds,
}

impl kernel::Refusal for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Missing => "provider_not_found",
            Self::NotYours => "provider_action_not_yours",
            Self::Registered => "provider_already_registered",
            Self::Leaving => "exit_already_requested",
            Self::NotLeaving => "exit_not_requested",
            Self::Gone => "provider_exited",
            Self::Barred => "provider_already_barred",
            Self::NotBarred => "provider_not_barred",
            Self::CourseVersion => "course_version_outdated",
            Self::CourseIncomplete => "course_incomplete",
            Self::Text { .. } => "provider_text_unfit",
            Self::Grounds => "provider_grounds_unfit",
        }
    }

    fn rule(&self) -> Option<RuleId> {
        match self {
            Self::Leaving | Self::NotLeaving | Self::Gone => Some(RuleId::of("X21")),
            Self::Barred | Self::NotBarred => Some(RuleId::of("X23")),
            Self::CourseVersion | Self::CourseIncomplete => Some(RuleId::of("P4")),
            Self::Missing | Self::NotYours | Self::Registered | Self::Text { .. } | Self::Grounds => None,
        }
    }

    fn class(&self) -> Class {
        match self {
            Self::Missing => Class::NotFound,
            Self::Registered => Class::Exists,
            Self::NotYours => Class::NotYours,
            Self::Leaving | Self::NotLeaving | Self::Gone | Self::Barred | Self::NotBarred => Class::NotNow,
            Self::CourseVersion => Class::Invalid { field: "version" },
            Self::CourseIncomplete => Class::Invalid { field: "modules" },
            Self::Text { field, .. } => Class::Invalid { field },
            Self::Grounds => Class::Invalid { field: "rules" },
        }
    }

    /// A profile claims no keys; were it so, it would be registered already.
    fn taken(_claim: &Claim) -> Self {
        Self::Registered
    }
}
