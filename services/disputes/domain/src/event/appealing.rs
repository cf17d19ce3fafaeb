//! An appeal, as a case tells it (W17).
use super::Spokesperson;
use crate::appeal::Ground;
use crate::casefile::Filed;
use kernel::{RuleId, Time};
use serde::{Deserialize, Serialize};

/// The decision was appealed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Appeal {
    /// Who.
    pub by: Spokesperson,
    /// On what.
    pub ground: Ground,
    /// In the party's words.
    pub text: String,
    /// W17: the decision on it; `None` while the other side answers new evidence, whose close starts it.
    pub decide_by: Option<Time>,
    /// W14: until when the other side may answer new evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<Time>,
    /// When it is reminded of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind_at: Option<Time>,
    /// When.
    pub at: Time,
    /// The entries: the appeal, then the new items.
    pub filed: Vec<Filed>,
    /// W17.
    pub rules: Vec<RuleId>,
}
