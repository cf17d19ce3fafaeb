//! The notifications context, pure: what an organisation was told, how, and from when it counts as told (D1.1.3).
//!
//! Owns two machines. [`Notices`]: one notice to one recipient, from the inbox to served, read, e-mailed or not.
//! [`Preferences`]: in which language an organisation is addressed (A10), and at which e-mail address. Does not own:
//! what a notice says (templates, in the service), which clock waits for it (the context whose clock it is).
//!
//! Invariants: a notice is served exactly once and never unserved; what it said never changes; a failed e-mail takes
//! nothing from a notice that stands in the inbox.
//!
//! Start at [`notice`].

pub mod notice;
pub mod preferences;

pub use notice::Notices;
pub use preferences::Preferences;

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// A language that notices are written in.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Language {
    /// English: where nothing was chosen.
    #[default]
    En,
    /// Chinese.
    Zh,
}
