//! What happens at court or police, as a case tells it (D1.1.4, D1.5.2).
use super::Spokesperson;
use crate::casefile::Filed;
use crate::command::ForumOutcome;
use crate::consequence::Reversal;
use crate::state::Outcome;
use kernel::{RuleId, Time};
use serde::{Deserialize, Serialize};

/// The side that went elsewhere proved it, or reported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proceedings {
    /// Who.
    pub by: Spokesperson,
    /// How the proceedings stand.
    pub text: String,
    /// It is the proof of filing.
    pub is_proof: bool,
    /// W16: the next report.
    pub report_by: Time,
    /// When the side is reminded.
    pub remind_at: Option<Time>,
    /// The entry.
    pub filed: Filed,
    /// D1.5.2, W16.
    pub rules: Vec<RuleId>,
}

/// Another forum decided, and that is followed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Followed {
    /// The operator's `sub`.
    pub by: String,
    /// What was reported.
    pub reported: ForumOutcome,
    /// What it brings about, in place of the platform's outcome.
    pub outcome: Outcome,
    /// What becomes of what the platform's decision caused, dependents first.
    pub reversals: Vec<Reversal>,
    /// The entry.
    pub filed: Filed,
    /// D1.1.4, X10.
    pub rules: Vec<RuleId>,
}
