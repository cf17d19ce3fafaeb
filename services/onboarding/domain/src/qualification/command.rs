//! What may be asked of a qualification.
use crate::entry::Credential;
use crate::grounds::Suspected;
use crate::handout::Handout;
use chrono::NaiveDate;
use kernel::{ApplicationId, Category, ProviderId, RuleId};
use strum::{IntoStaticStr, VariantArray};

/// A command with its payload. The comment names who may send it.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// System, when an application was approved. Repeated: already so.
    Grant {
        /// Who may sell.
        provider: ProviderId,
        /// What.
        category: Category,
        /// Whole-store hosting.
        agent_operation: bool,
        /// The approved application.
        application: ApplicationId,
        /// What it rests on.
        credentials: Vec<Credential>,
    },
    /// Provider: hands in a document or statement, to renew, to re-qualify, or to cure.
    SubmitDocument(Handout),
    /// Reviewer: what was handed in for this line is good and replaces what was there.
    AcceptDocument {
        /// The line of the checklist.
        requirement: String,
        /// What was looked at; at most 1,000 characters, may be empty.
        note: String,
    },
    /// Reviewer: it is not.
    RejectDocument {
        /// The line of the checklist.
        requirement: String,
        /// Why; at most 1,000 characters.
        reason: String,
    },
    /// Provider: reports a change or lapse of an entry material (M4.2.f.1).
    ReportChange {
        /// What changed; at most 2,000 characters.
        what: String,
        /// The day of the change.
        changed_on: NaiveDate,
        /// The line of the checklist that it touches, which then is verified anew.
        requirement: Option<String>,
    },
    /// Reviewer: asks for materials of these lines again (M3.2).
    RequestRequalification {
        /// The lines, at least one.
        requirements: Vec<String>,
        /// Why; at most 2,000 characters.
        reasons: String,
    },
    /// Reviewer: the provider still qualifies; closes the demand or lifts the suspension.
    Confirm {
        /// Why; at most 2,000 characters.
        reasons: String,
    },
    /// Reviewer or operator: the conditions do not hold for now (M3.1, M3.2); to be cured (W32).
    Suspend {
        /// Why; at most 2,000 characters.
        reasons: String,
        /// The rules it rests on, the governing one first; at most 8.
        rules: Vec<RuleId>,
        /// The lines that must be mended, at least one.
        requirements: Vec<String>,
    },
    /// Reviewer or operator: the category is lost.
    Revoke {
        /// Why; at most 2,000 characters.
        reasons: String,
        /// The rules it rests on, the governing one first; at most 8.
        rules: Vec<RuleId>,
    },
    /// Reviewer or operator: notes a suspected violation (M5.65, M5.67); takes nothing.
    Suspect {
        /// What.
        suspected: Suspected,
        /// What was found; at most 2,000 characters.
        findings: String,
    },
    /// System, when the provider has left or was cleared out. Repeated: already so.
    End {
        /// The rules it rests on.
        rules: Vec<RuleId>,
    },
}

/// A command without its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Action {
    /// See [`Command::Grant`].
    Grant,
    /// See [`Command::SubmitDocument`].
    SubmitDocument,
    /// See [`Command::AcceptDocument`].
    AcceptDocument,
    /// See [`Command::RejectDocument`].
    RejectDocument,
    /// See [`Command::ReportChange`].
    ReportChange,
    /// See [`Command::RequestRequalification`].
    RequestRequalification,
    /// See [`Command::Confirm`].
    Confirm,
    /// See [`Command::Suspend`].
    Suspend,
    /// See [`Command::Revoke`].
    Revoke,
    /// See [`Command::Suspect`].
    Suspect,
    /// See [`Command::End`].
    End,
}

impl From<&Command> for Action {
    fn from(command: &Command) -> Self {
        match command {
            Command::Grant { .. } => Self::Grant,
            Command::SubmitDocument(_) => Self::SubmitDocument,
            Command::AcceptDocument { .. } => Self::AcceptDocument,
            Command::RejectDocument { .. } => Self::RejectDocument,
            Command::ReportChange { .. } => Self::ReportChange,
            Command::RequestRequalification { .. } => Self::RequestRequalification,
            Command::Confirm { .. } => Self::Confirm,
            Command::Suspend { .. } => Self::Suspend,
            Command::Revoke { .. } => Self::Revoke,
            Command::Suspect { .. } => Self::Suspect,
            Command::End { .. } => Self::End,
        }
    }
}
