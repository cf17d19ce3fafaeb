//! Who acted, and of what a party is reminded.
use crate::state::Side;
use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr};

/// What a party is reminded of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Reminder {
    /// The answer to the application (W11).
    Answer,
    /// Evidence (W14).
    Evidence,
    /// Proof of filing, or the next report (W16).
    Proceedings,
}

/// A person who acted for a side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spokesperson {
    /// For which side.
    pub side: Side,
    /// The person's `sub`.
    pub person: String,
}
