//! By what a notice reached its recipient (D1.1.3).
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};

/// By what a notice was served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ServedBy {
    /// It stands in the inbox, and the rulebook asks for no more.
    Inbox,
    /// It was read there.
    Read,
    /// The recipient's mail server took it.
    Email,
    /// It stood in the inbox unread for as long as the rulebook asks.
    Fallback,
    /// Nothing was heard of it for so long that whoever waited for it counts it as served; notifications never says so.
    Unheard,
}
