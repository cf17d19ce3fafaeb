//! The state of an application: what never changes, what was handed in, what was found, and a phase.
use super::refusal::Refusal;
use crate::entry::Entry;
use crate::screening::Finding;
use chrono::NaiveDate;
use kernel::{EditionId, ProviderId, Time};
use rulebook::OnboardingRules;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// An application.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Application {
    /// Not begun.
    #[default]
    Absent,
    /// Begun.
    Opened(Box<Dossier>),
}

/// Everything a decision on an application may need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dossier {
    /// Who applies.
    pub provider: ProviderId,
    /// The edition whose conditions hold.
    pub edition: EditionId,
    /// What was handed in.
    pub entry: Entry,
    /// The persons who acted for the applicant; none of them reviews it. At most 2 + [`MAX_REQUESTS`].
    pub acted: BTreeSet<String>,
    /// What the latest screening found.
    pub findings: Vec<Finding>,
    /// Verdicts on lines of the checklist.
    pub verdicts: BTreeMap<String, Verdict>,
    /// The reviewers who approved so far, where several must.
    pub approvals: Vec<String>,
    /// How often information was requested.
    pub requests: u32,
    /// How often W32 passed without a decision.
    pub overdue: u32,
    /// Where it stands.
    pub phase: Phase,
}

/// How often information may be requested in one application.
pub const MAX_REQUESTS: u32 = 10;

/// Where an application stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// With the applicant.
    Draft,
    /// In the queue.
    Submitted {
        /// W32.
        review_due: Time,
    },
    /// With a reviewer.
    InReview {
        /// W32.
        review_due: Time,
        /// The reviewer's `sub`.
        reviewer: String,
        /// Until when, unless renewed.
        lease_until: Time,
    },
    /// The applicant is asked for more.
    InformationRequested {
        /// Until when.
        due: Time,
    },
    /// The provider qualifies.
    Approved,
    /// It does not.
    Rejected,
    /// The information did not come.
    Lapsed,
    /// Ended by the applicant, or because it left.
    Withdrawn,
}

impl Phase {
    /// The status in the field's words.
    pub fn status(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted { .. } => "submitted",
            Self::InReview { .. } => "in_review",
            Self::InformationRequested { .. } => "information_requested",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Lapsed => "lapsed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether nothing more can happen.
    pub fn is_closed(&self) -> bool {
        match self {
            Self::Draft | Self::Submitted { .. } | Self::InReview { .. } | Self::InformationRequested { .. } => false,
            Self::Approved | Self::Rejected | Self::Lapsed | Self::Withdrawn => true,
        }
    }

    /// Whether it is with the applicant, who may change its contents.
    pub fn is_with_applicant(&self) -> bool {
        match self {
            Self::Draft | Self::InformationRequested { .. } => true,
            Self::Submitted { .. }
            | Self::InReview { .. }
            | Self::Approved
            | Self::Rejected
            | Self::Lapsed
            | Self::Withdrawn => false,
        }
    }

    /// By when a reviewer decides, while it is with the reviewers.
    pub fn review_due(&self) -> Option<Time> {
        match self {
            Self::Submitted { review_due } | Self::InReview { review_due, .. } => Some(*review_due),
            Self::Draft
            | Self::InformationRequested { .. }
            | Self::Approved
            | Self::Rejected
            | Self::Lapsed
            | Self::Withdrawn => None,
        }
    }
}

/// What a reviewer found of a line of the checklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Fulfilled.
    Verified,
    /// Not fulfilled.
    Rejected,
}

/// The state of a line of the checklist.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RequirementStatus {
    /// Nothing was handed in.
    Missing,
    /// Handed in, not looked at.
    Submitted,
    /// Fulfilled.
    Verified,
    /// Not fulfilled.
    Rejected,
    /// A document has expired.
    Expired,
}

impl Application {
    /// The dossier of an application that was begun.
    pub fn dossier(&self) -> Result<&Dossier, Refusal> {
        match self {
            Self::Absent => Err(Refusal::Missing),
            Self::Opened(dossier) => Ok(dossier),
        }
    }
}

impl Dossier {
    /// How a line of the checklist stands on `today`.
    pub fn requirement_status(&self, key: &str, today: NaiveDate) -> RequirementStatus {
        let mut handed_in = self.entry.credentials.iter().filter(|credential| credential.requirement == key).peekable();
        if handed_in.peek().is_none() {
            return RequirementStatus::Missing;
        }
        if handed_in.any(|credential| credential.expires_on.is_some_and(|end| end < today)) {
            return RequirementStatus::Expired;
        }
        match self.verdicts.get(key) {
            None => RequirementStatus::Submitted,
            Some(Verdict::Verified) => RequirementStatus::Verified,
            Some(Verdict::Rejected) => RequirementStatus::Rejected,
        }
    }

    /// The checklist of the category with the status of each line on `today`.
    pub fn checklist<'r>(&self, rules: &'r OnboardingRules, today: NaiveDate) -> Vec<(&'r str, RequirementStatus)> {
        let asked = rules.category(self.entry.category).map_or(&[][..], |asked| &asked.requirements);
        asked.iter().map(|line| (line.key.as_str(), self.requirement_status(&line.key, today))).collect()
    }

    /// Whether every mandatory line is verified and none that was handed in has expired or was rejected.
    pub fn is_fulfilled(&self, rules: &OnboardingRules, today: NaiveDate) -> bool {
        rules.category(self.entry.category).is_some_and(|asked| {
            asked.requirements.iter().all(|line| match self.requirement_status(&line.key, today) {
                RequirementStatus::Verified => true,
                RequirementStatus::Missing | RequirementStatus::Submitted => !line.mandatory,
                RequirementStatus::Rejected | RequirementStatus::Expired => false,
            })
        })
    }

    /// How many reviewers must approve: more where a tie to the platform's staff is declared (M5.67).
    pub fn reviewers_needed(&self, rules: &OnboardingRules) -> usize {
        let tied = self.entry.declaration.is_some_and(|declared| declared.tied_to_staff);
        if tied { usize::try_from(rules.staff_tie_reviewers).unwrap_or(usize::MAX) } else { 1 }
    }
}
