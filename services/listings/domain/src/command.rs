//! What may be asked of a listing.
use crate::content::Written;
use kernel::{Category, RevisionId, RuleId, Time};
use strum::{IntoStaticStr, VariantArray};
use uuid::Uuid;

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Provider: opens a listing; the provider is the actor's organisation.
    CreateDraft {
        /// What kind of service; never changes.
        category: Category,
        /// Whole-store hosting, for `operation` only.
        agent_operation: bool,
    },
    /// Provider: the full content, as a new revision that replaces the working draft.
    Revise {
        /// The new revision's id.
        revision: RevisionId,
        /// What it says.
        content: Box<Written>,
    },
    /// Provider: the working draft is screened, and rejected, queued or published.
    Submit,
    /// Provider: takes the queued revision back to the drafts.
    Recall,
    /// Provider: takes the listing off sale.
    Withdraw,
    /// Provider: puts the approved revision on sale again.
    Republish,
    /// Moderator: takes the queued revision; decides it alone while the lease runs.
    Claim,
    /// Moderator: gives it back.
    Release,
    /// Moderator: puts the revision on sale.
    Approve {
        /// Why the findings do not stand in the way; at most 2,000 characters.
        note: Option<String>,
    },
    /// Moderator: sends it back to be mended (W32).
    RequestChanges {
        /// On what grounds.
        grounds: Grounds,
    },
    /// Moderator: rejects it.
    Reject {
        /// On what grounds.
        grounds: Grounds,
    },
    /// Operator or another context: hides the listing (M5 `block`).
    Block {
        /// Which measure; the same one again changes nothing.
        measure: Uuid,
        /// Until when; `None`: until it is lifted.
        until: Option<Time>,
        /// On what grounds.
        grounds: Grounds,
    },
    /// Operator or another context: takes the listing off sale (M5 `remove`).
    Remove {
        /// Which measure; the same one again changes nothing.
        measure: Uuid,
        /// Not before this instant back on sale; `None`: until it is lifted (M5.72).
        until: Option<Time>,
        /// A corrected revision must have passed as well.
        correction: bool,
        /// On what grounds.
        grounds: Grounds,
    },
    /// Operator or another context: lifts a measure.
    Unblock {
        /// Which.
        measure: Uuid,
        /// Why; at most 2,000 characters.
        reasons: String,
    },
    /// System: what is known of the provider may have changed; looks at the facts and hides or shows the listing.
    RecheckProvider,
}

/// Why something adverse is done.
#[derive(Clone, Debug, PartialEq)]
pub struct Grounds {
    /// The rules it rests on, the governing one first; 1–10. A moderator's are of the edition's list.
    pub rules: Vec<RuleId>,
    /// For the provider to read; 1–2,000 characters.
    pub reasons: String,
}

/// A command without its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Action {
    /// See [`Command::CreateDraft`].
    CreateDraft,
    /// See [`Command::Revise`].
    Revise,
    /// See [`Command::Submit`].
    Submit,
    /// See [`Command::Recall`].
    Recall,
    /// See [`Command::Withdraw`].
    Withdraw,
    /// See [`Command::Republish`].
    Republish,
    /// See [`Command::Claim`].
    Claim,
    /// See [`Command::Release`].
    Release,
    /// See [`Command::Approve`].
    Approve,
    /// See [`Command::RequestChanges`].
    RequestChanges,
    /// See [`Command::Reject`].
    Reject,
    /// See [`Command::Block`].
    Block,
    /// See [`Command::Remove`].
    Remove,
    /// See [`Command::Unblock`].
    Unblock,
    /// See [`Command::RecheckProvider`].
    RecheckProvider,
}

impl Command {
    /// The command without its payload.
    pub fn action(&self) -> Action {
        match self {
            Self::CreateDraft { .. } => Action::CreateDraft,
            Self::Revise { .. } => Action::Revise,
            Self::Submit => Action::Submit,
            Self::Recall => Action::Recall,
            Self::Withdraw => Action::Withdraw,
            Self::Republish => Action::Republish,
            Self::Claim => Action::Claim,
            Self::Release => Action::Release,
            Self::Approve { .. } => Action::Approve,
            Self::RequestChanges { .. } => Action::RequestChanges,
            Self::Reject { .. } => Action::Reject,
            Self::Block { .. } => Action::Block,
            Self::Remove { .. } => Action::Remove,
            Self::Unblock { .. } => Action::Unblock,
            Self::RecheckProvider => Action::RecheckProvider,
        }
    }
}
