//! What may be asked of a provider's profile.
use kernel::{ProviderId, RuleId};
use strum::{IntoStaticStr, VariantArray};

/// A command with its payload. The comment names who may send it.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Provider, or the system with its first application. Repeated by the system: already so.
    Register,
    /// Provider or operator: the compliance course was worked through (P4).
    CompleteCourse {
        /// The version of the course.
        version: String,
        /// The modules; all of them.
        modules: Vec<String>,
    },
    /// Provider: wants to leave; waits for what is open.
    RequestExit {
        /// Why; at most 1,000 characters, may be empty.
        reason: String,
    },
    /// Provider: stays after all.
    CancelExit,
    /// System, whenever an order, case or complaint of the provider has closed. Repeated: already so.
    CheckExit,
    /// System or operator: clearance (X21); waits for nothing. Repeated by the system: already so.
    Close {
        /// The rules it rests on, the governing one first; at most 8.
        rules: Vec<RuleId>,
        /// Why; at most 2,000 characters.
        reasons: String,
    },
    /// System or operator: no cooperation in any form (C2, C3, C4, X23). Repeated by the system: already so.
    Bar {
        /// The rules it rests on, the governing one first; at most 8.
        rules: Vec<RuleId>,
        /// Why; at most 2,000 characters.
        reasons: String,
        /// The barred organisation that this one is related to (C3), if that is the cause.
        related_to: Option<ProviderId>,
    },
    /// System or operator: the bar was wrong, or overturned.
    LiftBar {
        /// Why; at most 2,000 characters.
        reasons: String,
    },
}

/// A command without its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Action {
    /// See [`Command::Register`].
    Register,
    /// See [`Command::CompleteCourse`].
    CompleteCourse,
    /// See [`Command::RequestExit`].
    RequestExit,
    /// See [`Command::CancelExit`].
    CancelExit,
    /// See [`Command::CheckExit`].
    CheckExit,
    /// See [`Command::Close`].
    Close,
    /// See [`Command::Bar`].
    Bar,
    /// See [`Command::LiftBar`].
    LiftBar,
}

impl From<&Command> for Action {
    fn from(command: &Command) -> Self {
        match command {
            Command::Register => Self::Register,
            Command::CompleteCourse { .. } => Self::CompleteCourse,
            Command::RequestExit { .. } => Self::RequestExit,
            Command::CancelExit => Self::CancelExit,
            Command::CheckExit => Self::CheckExit,
            Command::Close { .. } => Self::Close,
            Command::Bar { .. } => Self::Bar,
            Command::LiftBar { .. } => Self::LiftBar,
        }
    }
}
