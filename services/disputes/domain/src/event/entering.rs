//! What an arbitrator found, as a case tells it (D1.4.1, D1.2).
use crate::casefile::Filed;
use crate::findings::{Finding, FoundFigures};
use kernel::RuleId;
use serde::{Deserialize, Serialize};

/// Findings and figures were entered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entered {
    /// The arbitrator's `sub`.
    pub by: String,
    /// The findings; each replaces what was found of its fact.
    pub findings: Vec<Finding>,
    /// All figures, where they were entered anew.
    pub figures: Option<FoundFigures>,
    /// The entry.
    pub filed: Filed,
    /// D1.4.1, D1.2.
    pub rules: Vec<RuleId>,
}
