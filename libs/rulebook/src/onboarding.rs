//! The section `[onboarding]` of an edition: section 1 of the rules, W32, and the tables behind them.
//!
//! Owns: windows, the checklist of each category (M3.1.1–5), scope keywords, the compliance course (P4).
//! Invariants, checked on reading: every category is there, keys are unique, no window is empty or above a year.
use kernel::{Category, RuleId, Span};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use strum::VariantArray;

/// Figures and tables of the onboarding context.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnboardingRules {
    /// W32: a reviewer takes up and decides an application, or what was handed in for a qualification.
    pub review_window: Span,
    /// How long a reviewer's claim holds without being renewed (default).
    pub claim_lease: Span,
    /// The answer to a request for more information (default 5 days); then the application lapses.
    pub information_window: Span,
    /// M3.2: the answer to a re-qualification on demand.
    pub requalification_window: Span,
    /// W32: to cure a suspension; then the category is lost.
    pub cure_window: Span,
    /// How long before the earliest document expires renewal is due (default 30 days).
    pub renewal_lead: Span,
    /// M4.2.f.1: a change or lapse of an entry material is reported.
    pub change_report_window: Span,
    /// M5.67: reviewers who must approve where a tie to the platform's staff is declared.
    pub staff_tie_reviewers: u32,
    /// Words that take something out of a business scope.
    pub exclusions: Exclusions,
    /// P4: the compliance course for those who serve the EU.
    pub eu_course: EuCourse,
    /// What each category asks.
    pub categories: BTreeMap<Category, CategoryRules>,
}

/// Words that take something out of a business scope, lower case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusions {
    /// What follows within the clause is excluded: `excluding`, `不含`.
    pub prefixes: Vec<String>,
    /// What stands before within the clause is excluded: `除外`.
    pub suffixes: Vec<String>,
}

/// The compliance course for providers that serve the EU (P4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EuCourse {
    /// Which version of the course; the completion is recorded with it.
    pub version: String,
    /// All must be worked through.
    pub modules: Vec<CourseModule>,
}

/// One module of the compliance course.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CourseModule {
    /// Names it.
    pub key: String,
    /// The pledge or rule it teaches.
    pub rule: RuleId,
    /// The teaching, in English.
    pub en: String,
    /// The teaching, in Chinese.
    pub zh: String,
}

/// What one category asks at entry and for as long as the provider sells in it (M3.1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryRules {
    /// The rule of the category: `M3.1.1` … `M3.1.5`.
    pub rule: RuleId,
    /// English words, lower case, of which the business scope must contain one; empty: no scope is asked.
    pub scope_keywords_en: Vec<String>,
    /// Chinese words, likewise.
    pub scope_keywords_zh: Vec<String>,
    /// For how many months the applicant must have been in that business (M3.1.3).
    pub min_business_months: u32,
    /// The checklist.
    pub requirements: Vec<Requirement>,
}

/// One line of a category's checklist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Names it within the category.
    pub key: String,
    /// The rule that asks it.
    pub rule: RuleId,
    /// What is asked, in English.
    pub en: String,
    /// What is asked, in Chinese.
    pub zh: String,
    /// A document is needed; otherwise a statement suffices.
    pub document: bool,
    /// The date on which the document expires must be told.
    pub expiry: bool,
    /// Without it nothing is approved.
    pub mandatory: bool,
}

impl CategoryRules {
    /// Whether its conditions ask for a business scope (M2.2: closed to individuals then).
    pub fn asks_for_scope(&self) -> bool {
        !(self.scope_keywords_en.is_empty() && self.scope_keywords_zh.is_empty())
    }

    /// The requirement of this key.
    pub fn requirement(&self, key: &str) -> Option<&Requirement> {
        self.requirements.iter().find(|requirement| requirement.key == key)
    }
}

impl OnboardingRules {
    /// What `category` asks; `None` only for an edition that was not checked.
    pub fn category(&self, category: Category) -> Option<&CategoryRules> {
        self.categories.get(&category)
    }

    /// What the types cannot say: bounds and relations between entries. Each finding names its entry.
    pub fn check(&self, findings: &mut Vec<String>) {
        let windows = [
            ("review_window", self.review_window),
            ("claim_lease", self.claim_lease),
            ("information_window", self.information_window),
            ("requalification_window", self.requalification_window),
            ("cure_window", self.cure_window),
            ("renewal_lead", self.renewal_lead),
            ("change_report_window", self.change_report_window),
        ];
        for (name, span) in windows {
            if !within_a_year(span) {
                findings.push(format!("onboarding.{name}: {span} must be more than nothing and at most a year"));
            }
        }
        if !(1..=5).contains(&self.staff_tie_reviewers) {
            findings.push("onboarding.staff_tie_reviewers: must be 1 to 5".into());
        }
        let exclusions = self.exclusions.prefixes.iter().chain(&self.exclusions.suffixes);
        check_words("onboarding.exclusions", exclusions, findings);
        self.eu_course.check(findings);
        for category in Category::VARIANTS {
            match self.categories.get(category) {
                None => findings.push(format!("onboarding.categories.{category}: is missing")),
                Some(rules) => rules.check(&format!("onboarding.categories.{category}"), findings),
            }
        }
    }
}

impl EuCourse {
    fn check(&self, findings: &mut Vec<String>) {
        if self.version.is_empty() || self.modules.is_empty() {
            findings.push("onboarding.eu_course: needs a version and at least one module".into());
        }
        check_keys("onboarding.eu_course.modules", self.modules.iter().map(|module| &module.key), findings);
    }
}

impl CategoryRules {
    fn check(&self, place: &str, findings: &mut Vec<String>) {
        let words = self.scope_keywords_en.iter().chain(&self.scope_keywords_zh);
        check_words(&format!("{place}.scope_keywords"), words, findings);
        if self.min_business_months > 120 {
            findings.push(format!("{place}.min_business_months: must be at most 120"));
        }
        if !self.requirements.iter().any(|requirement| requirement.mandatory) {
            findings.push(format!("{place}.requirements: needs a mandatory one"));
        }
        if self.requirements.len() > 12 {
            findings.push(format!("{place}.requirements: must be at most 12"));
        }
        let keys = self.requirements.iter().map(|requirement| &requirement.key);
        check_keys(&format!("{place}.requirements"), keys, findings);
        for requirement in &self.requirements {
            if requirement.expiry && !requirement.document {
                findings.push(format!("{place}.requirements.{}: an expiry needs a document", requirement.key));
            }
            if requirement.en.is_empty() || requirement.zh.is_empty() {
                findings.push(format!("{place}.requirements.{}: needs both texts", requirement.key));
            }
        }
    }
}

fn within_a_year(span: Span) -> bool {
    match span {
        Span::Minutes(n) => (1..=525_600).contains(&n),
        Span::Hours(n) => (1..=8_760).contains(&n),
        Span::Days(n) | Span::WorkingDays(n) => (1..=365).contains(&n),
        Span::Months(n) => (1..=12).contains(&n),
    }
}

fn check_words<'a>(place: &str, words: impl Iterator<Item = &'a String>, findings: &mut Vec<String>) {
    for word in words {
        if word.trim() != word || word.is_empty() || word.to_lowercase() != *word {
            findings.push(format!("{place}: {word:?} must be lower case, without blanks around it"));
        }
    }
}

fn check_keys<'a>(place: &str, keys: impl Iterator<Item = &'a String>, findings: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for key in keys {
        if key.is_empty() || key.len() > 40 || !key.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            findings.push(format!("{place}: {key:?} must be of small letters and '_', at most 40"));
        }
        if !seen.insert(key) {
            findings.push(format!("{place}: two entries are called {key:?}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Edition;
    use kernel::{Category, Span};

    #[test]
    fn unsound_entries_are_named() {
        let mut rules = (*Edition::shipped().onboarding).clone();
        rules.review_window = Span::Days(0);
        rules.staff_tie_reviewers = 0;
        rules.categories.remove(&Category::Video);
        if let Some(software) = rules.categories.get_mut(&Category::Software) {
            software.scope_keywords_en.push(" Software".into());
            let twin = software.requirements[0].clone();
            software.requirements.push(twin);
        }
        let mut findings = vec![];
        rules.check(&mut findings);
        for place in ["review_window", "staff_tie_reviewers", "categories.video", "scope_keywords", "two entries"] {
            assert!(findings.iter().any(|finding| finding.contains(place)), "{place}: {findings:?}");
        }
        assert_eq!(findings.len(), 5, "{findings:?}");
    }

    #[test]
    fn only_operation_asks_for_no_scope_and_only_training_for_a_year() {
        let rules = Edition::shipped().onboarding;
        for (category, asked) in &rules.categories {
            assert_eq!(asked.asks_for_scope(), *category != Category::Operation, "{category}");
            assert_eq!(asked.min_business_months == 12, *category == Category::Training, "{category}");
        }
    }
}
