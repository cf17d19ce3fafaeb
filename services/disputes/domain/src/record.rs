//! The record of a decision: everything that it followed from, so that it can be computed again.
//!
//! [`replay`] adjudicates the stored findings under given standards and says "the same", or where it differs. Under the
//! pinned edition a difference is a fault; under a draft edition it is what the draft would change.
use crate::adjudication::{Burden, ClaimKind, Fact, Findings, Recommendation, Standards, Terms, adjudicate};
use crate::casefile::{Digest, json};
use crate::state::Outcome;
use kernel::{CaseId, EditionId, Redress, RuleId, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use strum::{Display, IntoStaticStr, VariantArray};

/// A decision with all that it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionRecord {
    /// The case.
    pub case: CaseId,
    /// Which instance decided.
    pub instance: Instance,
    /// The order's terms and what was paid.
    pub terms: Terms,
    /// What was claimed.
    pub claims: Vec<ClaimKind>,
    /// What was found.
    pub findings: Findings,
    /// The entries of the case file that each finding rests on.
    pub evidence: BTreeMap<Fact, Vec<u32>>,
    /// What follows from them.
    pub recommendation: Recommendation,
    /// What was decided.
    pub outcome: Outcome,
    /// Why it departs from the recommendation; empty where it does not.
    pub departure: String,
    /// The articles it rests on, the governing one first.
    pub articles: Vec<RuleId>,
    /// Burdened facts that stayed unproven, and against whom that goes.
    pub unproven: Vec<Burden>,
    /// The edition of the rulebook.
    pub edition: EditionId,
    /// The edition's SHA-256.
    pub edition_hash: String,
    /// How far the machine decided.
    pub automation: Automation,
    /// Who decided.
    pub decided_by: String,
    /// The second person, where one was needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_by: Option<String>,
    /// The rulebook asked for a second person.
    #[serde(default)]
    pub needs_second: bool,
    /// What the parties may do next, until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redress: Option<Redress>,
    /// The case file as the decider saw it: how many entries, and the last one's hash.
    pub file_entries: u32,
    /// See `file_entries`.
    pub file_head: Digest,
    /// When.
    pub at: Time,
}

/// Which instance decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Instance {
    /// The first.
    First,
    /// The appeal.
    Appeal,
}

/// How far the machine decided. A person decides in either case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Automation {
    /// A person confirmed the recommended outcome.
    Confirmed,
    /// A person departed from it.
    Departed,
}

/// What a replay says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Replay {
    /// The same.
    Same,
    /// Not the same.
    Differs {
        /// Where, and how.
        differences: Vec<Difference>,
    },
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The field of the recommendation, or of the outcome as `outcome.…`.
    pub field: String,
    /// As stored.
    pub stored: Value,
    /// As computed now.
    pub computed: Value,
}

impl DecisionRecord {
    /// As the case file has it: both sides read that, and staff act there by their role and not by name.
    pub fn as_filed(&self) -> Self {
        let role = kernel::Party::Arbitrator.to_string();
        let confirmed_by = self.confirmed_by.as_ref().map(|_| role.clone());
        Self { decided_by: role, confirmed_by, ..self.clone() }
    }

    /// The outcome that the same findings have under these standards.
    pub fn under(&self, standards: &Standards) -> Recommendation {
        adjudicate(standards, &self.terms, &self.claims, &self.findings)
    }
}

/// Computes the decision again from its record.
pub fn replay(record: &DecisionRecord, standards: &Standards) -> Replay {
    let computed = record.under(standards);
    let mut differences = vec![];
    // Equal recommendations are not written out: most of a replay of many decisions is this comparison.
    if computed != record.recommendation {
        compare("", &json(&record.recommendation), &json(&computed), &mut differences);
    }
    if record.automation == Automation::Confirmed {
        let outcome = &record.outcome;
        let pairs = [
            ("outcome.to_merchant", json(&outcome.to_merchant), json(&computed.to_merchant)),
            ("outcome.compensation", json(&outcome.compensation), json(&computed.compensation)),
            ("outcome.extension_seconds", json(&outcome.extension_seconds), json(&computed.extension_seconds)),
            ("outcome.data_download", json(&outcome.data_download), json(&computed.data_download)),
        ];
        for (field, stored, computed) in pairs {
            compare(field, &stored, &computed, &mut differences);
        }
    }
    if differences.is_empty() { Replay::Same } else { Replay::Differs { differences } }
}

/// Field by field where both are objects of the recommendation itself, else as a whole.
fn compare(field: &str, stored: &Value, computed: &Value, differences: &mut Vec<Difference>) {
    if stored == computed {
        return;
    }
    match (stored, computed) {
        (Value::Object(stored), Value::Object(computed)) if field.is_empty() => {
            let keys: std::collections::BTreeSet<_> = stored.keys().chain(computed.keys()).collect();
            for key in keys {
                let of = |fields: &serde_json::Map<String, Value>| fields.get(key).cloned().unwrap_or_default();
                compare(key, &of(stored), &of(computed), differences);
            }
        }
        _ => {
            differences.push(Difference { field: field.to_owned(), stored: stored.clone(), computed: computed.clone() })
        }
    }
}
