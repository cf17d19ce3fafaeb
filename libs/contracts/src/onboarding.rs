//! What onboarding tells: qualifications and the providers that hold them.
use kernel::{ApplicationId, Category, ProviderId, QualificationId, RuleId, Time};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

/// `onboarding.application.{information_requested,rejected,lapsed}`: what the applicant must hear of its application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Application {
    /// Its id.
    pub application: ApplicationId,
    /// Who applies.
    pub provider: ProviderId,
    /// What is to be sold.
    pub category: Category,
    /// What is asked, or why it ended.
    pub reasons: String,
    /// Until when an answer is awaited, where one is.
    pub answer_by: Option<Time>,
    /// The rules it rests on, the governing one first.
    pub rules: Vec<RuleId>,
}

/// `onboarding.qualification.{granted,expiring,suspended,restored,revoked,renewed}`: the qualification after the fact;
/// with the event in `recorded` ([`crate::Recorded`]).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Qualification {
    /// Its id.
    pub qualification: QualificationId,
    /// Who may sell.
    pub provider: ProviderId,
    /// What may be sold.
    pub category: Category,
    /// Whether it holds now.
    pub status: QualificationStatus,
    /// Until when at the latest.
    pub valid_until: Option<Time>,
}

/// Status of a qualification; `active` and `expiring` permit to sell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum QualificationStatus {
    /// Holds.
    Active,
    /// Holds, and must be renewed soon.
    Expiring,
    /// Does not hold for now.
    Suspended,
    /// Gone.
    Revoked,
}

impl QualificationStatus {
    /// Whether the provider may sell in the category.
    pub fn may_sell(self) -> bool {
        match self {
            Self::Active | Self::Expiring => true,
            Self::Suspended | Self::Revoked => false,
        }
    }
}

/// `onboarding.provider.{registered,trained,exit_requested,exit_cancelled,exited}`: the provider after the fact; with the
/// event in `recorded` ([`crate::Recorded`]).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Provider {
    /// Who.
    pub provider: ProviderId,
    /// P4: completed the compliance course for EU sellers.
    pub eu_trained: bool,
    /// Leaving or gone: no new listings or orders.
    pub leaving: bool,
    /// Gone: the deposit is returned after W33.
    pub exited_at: Option<Time>,
}
