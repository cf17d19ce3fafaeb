//! What is kept of a listing: who offers what, the revision in work, what is on sale, what keeps it off sale.
//!
//! Long texts are not here: the service writes them to its tables from the events; the state keeps their hashes.
use crate::facts::{Facts, Lack};
use crate::guard::may_submit;
use kernel::{Category, EditionId, ProviderId, RevisionId, RuleId, Terms, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;

/// How many measures may weigh on a listing at once.
pub const MAX_MEASURES: usize = 32;

/// A listing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Listing {
    /// Not there.
    #[default]
    Absent,
    /// There, from its first draft on.
    Created(Box<Record>),
}

/// A listing that exists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Who sells.
    pub provider: ProviderId,
    /// What kind of service; never changes.
    pub category: Category,
    /// Whole-store hosting (M2.4); never changes.
    pub agent_operation: bool,
    /// How many revisions there have been.
    pub revisions: u32,
    /// The revision that is not on sale yet.
    pub working: Working,
    /// The revision that passed last.
    pub approved: Option<Approved>,
    /// Taken off sale by the provider, or given up before it was on sale.
    pub withdrawn: bool,
    /// Measures that hide it; at most [`MAX_MEASURES`].
    pub measures: Vec<Measure>,
    /// Measures that were lifted, the newest 32: the message that imposed one may come after it, or again.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub lifted: BTreeSet<Uuid>,
    /// What the provider lacks to sell it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub lacks: BTreeSet<Lack>,
}

/// One revision; its content never changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    /// Its id.
    pub id: RevisionId,
    /// Counts the listing's revisions from 1.
    pub number: u32,
    /// SHA-256 of the canonical content.
    pub content_hash: String,
    /// SHA-256 of the element that states the core function (M5.24).
    pub core_hash: String,
    /// SHA-256 of what makes it the same service (M5.17).
    pub fingerprint: String,
    /// Aims at buyers in the EU (P4).
    pub targets_eu: bool,
}

/// The revision that is not on sale yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
pub enum Working {
    /// None.
    Nothing,
    /// The provider writes on it.
    Draft {
        /// Which.
        revision: Revision,
        /// Until when it must be submitted, when a moderator asked for changes (W32).
        mend_by: Option<Time>,
    },
    /// In the moderators' queue.
    Queued(Box<Queued>),
    /// A moderator asked for changes; the provider mends it by another revision.
    ChangesRequested {
        /// Which.
        revision: Revision,
        /// Until when (W32).
        mend_by: Time,
    },
    /// Rejected by the screening or by a moderator.
    Rejected {
        /// Which.
        revision: Revision,
    },
}

/// A revision in the moderators' queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Queued {
    /// Which.
    pub revision: Revision,
    /// The edition it is judged by.
    pub edition: EditionId,
    /// What goes on sale when it passes.
    pub terms: Terms,
    /// Until when a moderator decides (W32).
    pub decide_by: Time,
    /// Who holds it.
    pub claim: Option<Claimed>,
}

/// A moderator's hold on a queued revision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claimed {
    /// The moderator's `sub`.
    pub by: String,
    /// Until when.
    pub until: Time,
}

/// The revision that passed last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Approved {
    /// Which.
    pub revision: Revision,
    /// Its terms.
    pub terms: Terms,
    /// The edition it passed under.
    pub edition: EditionId,
}

/// A measure that hides the listing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// Chosen by whoever imposed it.
    pub id: Uuid,
    /// The governing rule.
    pub rule: RuleId,
    /// What it is and when it ends.
    pub hold: Hold,
}

/// How a measure hides the listing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Hold {
    /// Hidden until an instant; `None`: until it is lifted (M5 `block`).
    Block {
        /// Until when.
        until: Option<Time>,
    },
    /// Taken off sale (M5 `remove`): back after its time and, where asked, once a corrected revision has passed.
    Removal {
        /// Until when; `None` with `served` false: until it is lifted.
        until: Option<Time>,
        /// Its time has passed.
        served: bool,
        /// A corrected revision has still to pass.
        correction: bool,
    },
}

impl Listing {
    /// The listing, if it is there.
    pub fn record(&self) -> Option<&Record> {
        match self {
            Self::Absent => None,
            Self::Created(record) => Some(record),
        }
    }
}

impl Working {
    /// The revision, whatever its step.
    pub fn revision(&self) -> Option<&Revision> {
        match self {
            Self::Nothing => None,
            Self::Draft { revision, .. } | Self::ChangesRequested { revision, .. } | Self::Rejected { revision } => {
                Some(revision)
            }
            Self::Queued(queued) => Some(&queued.revision),
        }
    }
}

impl Record {
    /// The terms on sale; `None` when nothing is.
    pub fn on_sale(&self) -> Option<&Approved> {
        let hidden = self.withdrawn || !self.measures.is_empty() || !self.lacks.is_empty();
        self.approved.as_ref().filter(|_| !hidden)
    }

    /// The revision in the queue.
    pub fn queued(&self) -> Option<&Queued> {
        match &self.working {
            Working::Queued(queued) => Some(queued),
            Working::Nothing | Working::Draft { .. } | Working::ChangesRequested { .. } | Working::Rejected { .. } => {
                None
            }
        }
    }

    /// The draft that can be submitted.
    pub fn draft(&self) -> Option<&Revision> {
        match &self.working {
            Working::Draft { revision, .. } => Some(revision),
            Working::Nothing | Working::Queued(_) | Working::ChangesRequested { .. } | Working::Rejected { .. } => None,
        }
    }

    /// Whether the provider may submit the draft, by what is known of the provider: what it says is another matter.
    pub fn may_be_submitted(&self, facts: &Facts) -> bool {
        may_submit(self, facts).is_ok()
    }

    /// The status in the field's words. What keeps a listing off sale goes before what is in work on it.
    pub fn status(&self) -> &'static str {
        let removed = |measure: &Measure| match measure.hold {
            Hold::Removal { .. } => true,
            Hold::Block { .. } => false,
        };
        if self.measures.iter().any(removed) {
            return "removed";
        }
        if !self.measures.is_empty() {
            return "blocked";
        }
        if self.withdrawn {
            return "withdrawn";
        }
        if self.approved.is_some() {
            return if self.lacks.is_empty() { "published" } else { "blocked" };
        }
        match self.working {
            Working::Nothing | Working::Draft { .. } => "draft",
            Working::Queued(_) => "pending_review",
            Working::ChangesRequested { .. } => "changes_requested",
            Working::Rejected { .. } => "rejected",
        }
    }
}
