//! The state of a qualification: what it rests on, until when, what waits to be judged, what must be cured.
use super::refusal::Refusal;
use crate::days;
use crate::entry::Credential;
use kernel::machine::Due;
use kernel::{ApplicationId, Calendar, Category, ProviderId, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// A qualification.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Qualification {
    /// Not granted.
    #[default]
    Absent,
    /// Granted.
    Granted(Box<Holding>),
}

/// What is known of a granted qualification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Holding {
    /// Who may sell.
    pub provider: ProviderId,
    /// What.
    pub category: Category,
    /// Whole-store hosting.
    pub agent_operation: bool,
    /// The approved application.
    pub application: ApplicationId,
    /// What it rests on.
    pub documents: Vec<Document>,
    /// What was handed in and waits to be judged.
    pub pending: Vec<Pending>,
    /// W32, while something waits.
    pub review_due: Option<Time>,
    /// When the earliest document lapses; `None`: without end.
    pub valid_until: Option<Time>,
    /// From when renewal is due.
    pub renew_from: Option<Time>,
    /// The `renew_from` of which the provider was last reminded: it is reminded once.
    pub reminded_of: Option<Time>,
    /// How many changes were reported.
    pub changes_reported: u32,
    /// Whether it holds.
    pub standing: Standing,
    /// A demand to re-qualify, or, while suspended, what must be cured.
    pub cure: Option<Cure>,
}

/// A document or statement that a qualification rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// What.
    pub credential: Credential,
    /// The instant after the last day on which it is good; `None`: without end.
    pub lapses_at: Option<Time>,
}

/// A document that waits to be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// What.
    pub document: Document,
    /// Who handed it in; does not judge it.
    pub by: String,
}

/// Lines of the checklist that must be verified, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cure {
    /// The lines; never empty.
    pub outstanding: BTreeSet<String>,
    /// The clock; stands still while something waits to be judged.
    pub due: Due,
}

/// Whether a qualification holds.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Standing {
    /// Holds.
    Active,
    /// Holds, and must be renewed soon.
    Expiring,
    /// Does not hold for now.
    Suspended,
    /// Lost.
    Revoked,
}

impl Standing {
    /// Whether the provider may sell in the category.
    pub fn may_sell(self) -> bool {
        match self {
            Self::Active | Self::Expiring => true,
            Self::Suspended | Self::Revoked => false,
        }
    }
}

/// What led to a suspension.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum SuspensionCause {
    /// A document lapsed (W32: that day).
    DocumentLapsed,
    /// A demand to re-qualify was not answered.
    RequalificationFailed,
    /// A person found that the conditions do not hold.
    Decided,
}

impl Document {
    pub(super) fn of(credential: Credential, calendar: &Calendar) -> Self {
        let lapses_at = credential.expires_on.map(|day| days::end_of(day, calendar));
        Self { credential, lapses_at }
    }

    pub(super) fn has_lapsed(&self, now: Time) -> bool {
        self.lapses_at.is_some_and(|at| at <= now)
    }
}

impl Qualification {
    /// What is known of a granted qualification.
    pub fn holding(&self) -> Result<&Holding, Refusal> {
        match self {
            Self::Absent => Err(Refusal::Missing),
            Self::Granted(holding) => Ok(holding),
        }
    }
}

impl Holding {
    /// The lines whose documents have lapsed.
    pub(super) fn lapsed_lines(&self, now: Time) -> BTreeSet<String> {
        lapsed_lines(&self.documents, now)
    }

    /// Whether the provider was reminded of the renewal that is due now.
    pub fn is_reminded(&self) -> bool {
        self.renew_from.is_some() && self.renew_from == self.reminded_of
    }

    /// The lines that must be verified.
    pub fn outstanding(&self) -> BTreeSet<String> {
        self.cure.as_ref().map(|cure| cure.outstanding.clone()).unwrap_or_default()
    }
}

/// The lines of those documents that have lapsed.
pub(super) fn lapsed_lines(documents: &[Document], now: Time) -> BTreeSet<String> {
    let lapsed = documents.iter().filter(|document| document.has_lapsed(now));
    lapsed.map(|document| document.credential.requirement.clone()).collect()
}

/// The documents after what waits for `requirement` has replaced what was there.
pub(super) fn with_accepted(holding: &Holding, requirement: &str) -> Vec<Document> {
    let kept = holding.documents.iter().filter(|document| document.credential.requirement != requirement);
    let accepted = holding.pending.iter().map(|pending| &pending.document);
    kept.chain(accepted.filter(|document| document.credential.requirement == requirement)).cloned().collect()
}
