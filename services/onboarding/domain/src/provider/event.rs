//! What happened to a provider's profile.
use super::Facts;
use super::state::ExitCause;
use kernel::{Decision, ProviderId, RuleId, Time};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// One fact of a provider's journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr)]
#[serde(tag = "event", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// The organisation is known as a provider.
    Registered {
        /// Which.
        provider: ProviderId,
    },
    /// P4: the compliance course was completed.
    Trained {
        /// Which version of it.
        version: String,
        /// When.
        trained_at: Time,
        /// Who recorded it.
        by: String,
        /// P4.
        rules: Vec<RuleId>,
    },
    /// The provider wants to leave: no new listings or orders.
    ExitRequested {
        /// Why.
        reason: String,
        /// What was open then.
        open: Facts,
        /// X21.
        rules: Vec<RuleId>,
    },
    /// The provider stays.
    ExitCancelled,
    /// The provider is gone; W33 counts from here. To be followed by `end` on its qualifications.
    Exited {
        /// How it came about.
        cause: ExitCause,
        /// When.
        exited_at: Time,
        /// Why, for a clearance.
        decision: Option<Decision>,
    },
    /// No cooperation in any form.
    Barred {
        /// Why.
        decision: Decision,
        /// The barred organisation that this one is related to.
        related_to: Option<ProviderId>,
    },
    /// The bar is lifted.
    BarLifted {
        /// Why.
        decision: Decision,
    },
}
