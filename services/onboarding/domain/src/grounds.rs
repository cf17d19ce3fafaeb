//! What decisions of this context rest on: the one way to write a [`Decision`], the closed list of grounds, suspected
//! violations, and the sentence of M3.3 that goes with every answer to a qualification check.
use kernel::{Context, Decision, EditionId, Machine, Redress, RuleId};
use rulebook::onboarding::CategoryRules;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// M3.3, shown with every answer to a qualification check.
pub const LAY_JUDGEMENT: &str = "The platform judged the materials as a layperson. It vouches for nothing and answers \
for none of the provider's services (M3.3).";

/// The rules that may be given as grounds against an applicant or a provider, besides those of the category.
pub const GROUNDS: &[&str] =
    &["M3.1", "M3.2", "M4.2.f.1", "M2.2", "M5.55", "M5.64", "M5.65", "M5.67", "C2", "C3", "C4", "X21", "X23", "W32"];

/// Writes a decision of the caller; automated when no person calls.
pub(crate) fn decision<M: Machine>(
    ctx: &Context<'_, M>,
    rules: Vec<RuleId>,
    facts: Vec<String>,
    reasons: &str,
) -> Decision {
    Decision {
        rules,
        edition: ctx.edition.clone(),
        facts,
        evidence: vec![],
        reasons: reasons.to_owned(),
        by: ctx.actor.sub.clone(),
        automated: ctx.actor.system,
        redress: None,
    }
}

/// Whether 1 to 8 rules are given, all of onboarding or of the category.
pub(crate) fn are_known(rules: &[RuleId], category: Option<&CategoryRules>) -> bool {
    let of_category = |rule: &RuleId| {
        category.is_some_and(|asked| asked.rule == *rule || asked.requirements.iter().any(|line| line.rule == *rule))
    };
    (1..=8).contains(&rules.len()) && rules.iter().all(|rule| GROUNDS.contains(&rule.as_str()) || of_category(rule))
}

/// After a refusal the applicant may apply again, mended, at any time.
pub(crate) fn apply_again() -> Option<Redress> {
    Some(Redress { action: "open".into(), until: None })
}

/// What is suspected of a provider; compliance decides on it (W27).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Suspected {
    /// M5.55: a change of an entry material reported after the limit of M4.2.f.1.
    LateChangeReport,
    /// M5.65: false entry information.
    FalseInformation,
    /// M5.67, C4: a shareholder on the platform's staff, or related to it, who was not declared.
    UndeclaredStaffTie,
}

impl Suspected {
    /// The rules it would break, the row of the violation table first (X19: both are recorded).
    pub fn rules(self) -> Vec<RuleId> {
        match self {
            Self::LateChangeReport => vec![RuleId::of("M5.55"), RuleId::of("M4.2.f.1")],
            Self::FalseInformation => vec![RuleId::of("M5.65"), RuleId::of("M4.2.f.1")],
            Self::UndeclaredStaffTie => vec![RuleId::of("M5.67"), RuleId::of("C4")],
        }
    }
}

/// A suspected violation with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspicion {
    /// What is suspected.
    pub suspected: Suspected,
    /// The rules it would break, the row of the violation table first.
    pub rules: Vec<RuleId>,
    /// The edition it was noted under.
    pub edition: EditionId,
    /// What was found.
    pub facts: Vec<String>,
    /// Who noted it; `service:…` or `clock` when automated.
    pub by: String,
}

impl Suspicion {
    pub(crate) fn of<M: Machine>(suspected: Suspected, facts: Vec<String>, ctx: &Context<'_, M>) -> Self {
        Self { suspected, rules: suspected.rules(), edition: ctx.edition.clone(), facts, by: ctx.actor.sub.clone() }
    }
}

/// Whether a text says something and is no longer than `max` characters.
pub(crate) fn says_something(text: &str, max: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= max
}
