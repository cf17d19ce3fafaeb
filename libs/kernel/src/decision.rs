//! The one shape of every adverse act: on what grounds, by whom, and what can be done against it.
use crate::{EditionId, RuleId, Time};
use serde::{Deserialize, Serialize};

/// A reasoned decision. The same shape in all contexts, in the journal, in answers and in notices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Decision {
    /// The rules it rests on, the governing one first; never empty.
    pub rules: Vec<RuleId>,
    /// The edition of the rulebook it was made under.
    pub edition: EditionId,
    /// What was found, each a short sentence or a code of the context's closed list.
    pub facts: Vec<String>,
    /// What the findings rest on: ids or hashes of files, messages, records.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
    /// The reasons as given to the parties.
    pub reasons: String,
    /// Who decided: a staff member's `sub`, or `clock` / `service:…` when automated.
    pub by: String,
    /// True when no person decided.
    pub automated: bool,
    /// What the affected party may do next, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redress: Option<Redress>,
}

/// A way to contest a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Redress {
    /// The action's name, as in `actions[]`.
    pub action: String,
    /// Until when; `None` when there is no limit.
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = DateTime))]
    pub until: Option<Time>,
}
