//! The state of a provider's profile.
use super::refusal::Refusal;
use kernel::{ProviderId, RuleId, Time};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// A provider.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Not known.
    #[default]
    Absent,
    /// Known.
    Registered(Profile),
}

/// What is known of a provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Which.
    pub provider: ProviderId,
    /// P4: the compliance course it completed last.
    pub training: Option<Training>,
    /// The governing rule of the bar, while it is barred.
    pub barred: Option<RuleId>,
    /// Whether it stays.
    pub exit: Exit,
}

/// A completed compliance course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Training {
    /// Which version of it.
    pub version: String,
    /// When.
    pub at: Time,
}

/// Whether a provider stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exit {
    /// It does.
    Stays,
    /// It waits for what is open.
    Requested,
    /// It is gone.
    Exited {
        /// Since when (W33).
        at: Time,
        /// How it came about.
        cause: ExitCause,
    },
}

/// How an exit came about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ExitCause {
    /// The provider wanted it.
    Voluntary,
    /// It was cleared out of the market.
    Clearance,
}

impl Provider {
    /// What is known of a registered provider.
    pub fn profile(&self) -> Result<&Profile, Refusal> {
        match self {
            Self::Absent => Err(Refusal::Missing),
            Self::Registered(profile) => Ok(profile),
        }
    }
}

impl Profile {
    /// Leaving or gone: no new applications, listings or orders.
    pub fn is_leaving(&self) -> bool {
        self.exit != Exit::Stays
    }

    /// Since when it is gone.
    pub fn exited_at(&self) -> Option<Time> {
        match self.exit {
            Exit::Stays | Exit::Requested => None,
            Exit::Exited { at, .. } => Some(at),
        }
    }
}
