//! What happens to a listing. Texts travel in `drafted`, findings in `screened`; the service writes its tables from them.
use crate::content::Content;
use crate::facts::Lack;
use crate::screening::Screening;
use kernel::{Category, Decision, EditionId, ProviderId, RevisionId, Terms, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use strum::{Display, IntoStaticStr, VariantArray};
use uuid::Uuid;

/// A fact about a listing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case", tag = "event")]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// A listing was opened.
    Created {
        /// Who sells.
        provider: ProviderId,
        /// What kind of service.
        category: Category,
        /// Whole-store hosting.
        agent_operation: bool,
    },
    /// A revision was written; it replaces the working draft.
    Drafted {
        /// Which.
        revision: RevisionId,
        /// Counts the listing's revisions from 1.
        number: u32,
        /// What it says.
        content: Box<Content>,
        /// SHA-256 of the canonical content.
        content_hash: String,
        /// SHA-256 of the core function (M5.24).
        core_hash: String,
        /// SHA-256 of what makes it the same service (M5.17).
        fingerprint: String,
    },
    /// The submitted revision was screened; what follows from it comes right after.
    Screened {
        /// Which.
        revision: RevisionId,
        /// What it came to.
        screening: Box<Screening>,
    },
    /// It waits for a moderator.
    Queued {
        /// Which.
        revision: RevisionId,
        /// The edition it is judged by.
        edition: EditionId,
        /// What goes on sale when it passes.
        terms: Box<Terms>,
        /// Until when (W32).
        decide_by: Time,
    },
    /// It went back from the queue to the drafts.
    Recalled {
        /// Which.
        revision: RevisionId,
        /// On what grounds, when not by the provider's own wish.
        decision: Option<Decision>,
    },
    /// A moderator took it.
    Claimed {
        /// Which.
        revision: RevisionId,
        /// The moderator's `sub`.
        by: String,
        /// Until when.
        until: Time,
    },
    /// It was given back, or the lease ran out.
    Released {
        /// Which.
        revision: RevisionId,
        /// The moderator's `sub`.
        by: String,
        /// The lease ran out.
        lapsed: bool,
    },
    /// Not decided in time: back in the queue, the operator is told (W32).
    ModerationOverdue {
        /// Which.
        revision: RevisionId,
        /// Who held it.
        claimed_by: Option<String>,
        /// Until when now.
        decide_by: Time,
    },
    /// A moderator asked for changes.
    ChangesRequested {
        /// Which.
        revision: RevisionId,
        /// The grounds.
        decision: Decision,
        /// Until when a mended revision is submitted (W32).
        mend_by: Time,
    },
    /// Rejected, by the screening or by a moderator.
    RevisionRejected {
        /// Which.
        revision: RevisionId,
        /// The grounds.
        decision: Decision,
    },
    /// The mending window passed: the revision is withdrawn (W32).
    RevisionLapsed {
        /// Which.
        revision: RevisionId,
        /// The grounds.
        decision: Decision,
    },
    /// A revision passed and replaces what was on sale.
    Published {
        /// Which.
        revision: RevisionId,
        /// What is on sale.
        terms: Box<Terms>,
        /// The edition it passed under.
        edition: EditionId,
        /// Who let it pass: a moderator's `sub`, or the provider's, whose submission had no findings.
        by: String,
        /// No person judged it.
        automated: bool,
        /// The moderator's note.
        note: Option<String>,
        /// The sequence of the qualification that permitted it (M3.1).
        qualification: i64,
    },
    /// The provider took it off sale.
    Withdrawn,
    /// The provider put it on sale again.
    Republished {
        /// The sequence of the qualification that permitted it (M3.1).
        qualification: i64,
    },
    /// Hidden by a measure.
    Blocked {
        /// Which measure.
        measure: Uuid,
        /// Until when; `None`: until it is lifted.
        until: Option<Time>,
        /// The grounds.
        decision: Decision,
    },
    /// Taken off sale by a measure.
    Removed {
        /// Which measure.
        measure: Uuid,
        /// Not before this instant back on sale; `None`: until it is lifted.
        until: Option<Time>,
        /// A corrected revision must have passed as well.
        correction: bool,
        /// The grounds.
        decision: Decision,
    },
    /// A removal's time has passed; a corrected revision has still to pass.
    RemovalServed {
        /// Which measure.
        measure: Uuid,
    },
    /// A measure ended.
    MeasureEnded {
        /// Which.
        measure: Uuid,
        /// How.
        ending: Ending,
        /// Why, when it was lifted.
        reasons: Option<String>,
    },
    /// The provider may not sell it for now: hidden, or not to be published.
    ProviderDisentitled {
        /// What is missing.
        lacks: BTreeSet<Lack>,
        /// The grounds.
        decision: Decision,
    },
    /// The provider may sell it again.
    ProviderEntitled {
        /// The sequence of the qualification that permits it.
        qualification: i64,
    },
}

/// How a measure ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Ending {
    /// Its time has passed.
    Expired,
    /// Its time has passed and a corrected revision too.
    Corrected,
    /// It was lifted.
    Lifted,
}

/// How a revision stands, as its row shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RevisionStatus {
    /// Written, not submitted.
    Draft,
    /// Screened; shown only for an instant, the outcome follows.
    Screened,
    /// Waits for a moderator.
    Queued,
    /// A moderator asked for changes.
    ChangesRequested,
    /// Passed.
    Approved,
    /// Did not pass.
    Rejected,
    /// Its mending window passed.
    Lapsed,
}

impl Event {
    /// The revision whose status this event changes, and how it stands after it.
    pub fn revision_status(&self) -> Option<(RevisionId, RevisionStatus)> {
        match self {
            Self::Drafted { revision, .. } | Self::Recalled { revision, .. } => {
                Some((*revision, RevisionStatus::Draft))
            }
            Self::Screened { revision, .. } => Some((*revision, RevisionStatus::Screened)),
            Self::Queued { revision, .. } => Some((*revision, RevisionStatus::Queued)),
            Self::ChangesRequested { revision, .. } => Some((*revision, RevisionStatus::ChangesRequested)),
            Self::RevisionRejected { revision, .. } => Some((*revision, RevisionStatus::Rejected)),
            Self::RevisionLapsed { revision, .. } => Some((*revision, RevisionStatus::Lapsed)),
            Self::Published { revision, .. } => Some((*revision, RevisionStatus::Approved)),
            Self::Created { .. }
            | Self::Claimed { .. }
            | Self::Released { .. }
            | Self::ModerationOverdue { .. }
            | Self::Withdrawn
            | Self::Republished { .. }
            | Self::Blocked { .. }
            | Self::Removed { .. }
            | Self::RemovalServed { .. }
            | Self::MeasureEnded { .. }
            | Self::ProviderDisentitled { .. }
            | Self::ProviderEntitled { .. } => None,
        }
    }

    /// Whether what is on sale may be another after it: such events are told to other contexts.
    pub fn may_change_sale(&self) -> bool {
        match self {
            Self::Published { .. }
            | Self::Withdrawn
            | Self::Republished { .. }
            | Self::Blocked { .. }
            | Self::Removed { .. }
            | Self::MeasureEnded { .. }
            | Self::ProviderDisentitled { .. }
            | Self::ProviderEntitled { .. } => true,
            Self::Created { .. }
            | Self::Drafted { .. }
            | Self::Screened { .. }
            | Self::Queued { .. }
            | Self::Recalled { .. }
            | Self::Claimed { .. }
            | Self::Released { .. }
            | Self::ModerationOverdue { .. }
            | Self::ChangesRequested { .. }
            | Self::RevisionRejected { .. }
            | Self::RevisionLapsed { .. }
            | Self::RemovalServed { .. } => false,
        }
    }
}
