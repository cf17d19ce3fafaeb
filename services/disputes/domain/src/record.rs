//! The record of a decision: everything that it followed from, so that it can be computed again.
//!
//! [`replay`] adjudicates the stored findings under given standards and says "the same", or where it differs. Under the
//! pinned edition a difference is a fault; under a draft edition it is what the draft would change.
use crate::adjudication::{
    Bearer, Burden, ClaimKind, Fact, Figure, Findings, Question, Recommendation, Standards, Terms, adjudicate, figures,
};
use crate::casefile::{Digest, json};
use crate::state::Outcome;
use kernel::{CaseId, EditionId, Money, Redress, RuleId, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
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
    /// Those that the figures rest on.
    pub figures_rest_on: Vec<u32>,
    /// Why these figures.
    pub figure_reasons: String,
    /// Those that it rests on beside.
    pub further_entries: Vec<u32>,
    /// What follows from them.
    pub recommendation: Recommendation,
    /// What was decided.
    pub outcome: Outcome,
    /// Why it departs from the recommendation; empty where it does not.
    pub departure: String,
    /// The articles it rests on, the governing one first.
    pub articles: Vec<RuleId>,
    /// What they say, as far as they are standards of the edition.
    pub says: Vec<Words>,
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
    /// What the decision is about: what was paid, and what would be owed beyond it.
    pub at_stake: Money,
    /// Up to how much one person decides alone; above it the rulebook asks for a second.
    pub alone_up_to: Money,
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

/// What an article says, for whoever reads the decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// The article.
    pub article: RuleId,
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

impl Words {
    /// The words of these standards; `None` for a rule that is no standard.
    pub fn of(article: &RuleId, standards: &Standards) -> Option<Self> {
        let standard = standards.of_rule(article)?;
        Some(Self { article: article.clone(), en: standard.says.clone(), zh: standard.says_zh.clone() })
    }
}

/// Something that stayed unproven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unproven {
    /// The fact or figure.
    pub about: Question,
    /// Against whom that goes.
    pub against: Bearer,
    /// The rule that says so.
    pub rule: RuleId,
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

    /// What stayed unproven: first what was claimed, then what else the outcome turns on.
    pub fn left_unproven(&self) -> Vec<Unproven> {
        let claimed = self.unproven.iter().map(|burden| Unproven {
            about: Question::Fact(burden.fact),
            against: burden.against.unwrap_or(burden.bearer),
            rule: burden.rule.clone(),
        });
        let mut all: Vec<Unproven> = claimed.collect();
        for open in &self.recommendation.open_questions {
            if all.iter().all(|known| known.about != open.about) {
                all.push(Unproven { about: open.about, against: open.bearer, rule: open.rule.clone() });
            }
        }
        all
    }

    /// The figures that were found, as they are written.
    pub fn figures(&self) -> BTreeMap<Figure, String> {
        figures::write(&self.findings.figures, self.terms.paid.currency)
    }

    /// Whether the decision rests on this article.
    pub fn cites(&self, article: &RuleId) -> bool {
        self.articles.contains(article)
    }

    /// All entries of the case file that it rests on.
    pub fn entries(&self) -> BTreeSet<u32> {
        let found = self.evidence.values().flatten();
        found.chain(&self.figures_rest_on).chain(&self.further_entries).copied().collect()
    }

    /// How many sentences of the decision's facts were made from the record; the arbitrator's own follow them.
    pub fn made_sentences(&self) -> usize {
        self.evidence.len() + self.figures().len() + self.left_unproven().len()
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
            let keys: BTreeSet<_> = stored.keys().chain(computed.keys()).collect();
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
