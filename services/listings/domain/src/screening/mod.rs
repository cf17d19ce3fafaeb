//! The automatic screening of texts: which rules of section 2 they break, where, and how to mend it.
//!
//! Owns: the shape of a [`Finding`], the [`Screener`] and its checks. Pure: the same texts and rules give the same
//! findings in the same order, whether on submission or in a dry run. Does not own: the terms (rulebook data) nor
//! what follows from a finding (see `submission`).
//!
//! A [`Subject`] is a set of named texts: a whole listing, a few of its fields, a message. Spans count characters of
//! the original text. Checks are listed in [`Screener::read`]; each is a module.

mod completeness;
pub mod fold;
mod links;
mod price;
mod terms;

use crate::content::Content;
use kernel::{Category, Money, PriceUnit, RuleId};
use rulebook::ListingRules;
pub use rulebook::listings::Severity;
use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr};
use terms::Dictionary;

/// What breaks a rule, where, and how to mend it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: RuleId,
    /// The row of the violation table; `None` for a finding without points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<RuleId>,
    /// What it leads to.
    pub severity: Severity,
    /// The field, as `title` or `elements.function`.
    pub field: String,
    /// The first character, counted in the original text; 0 with `end` 0 when something is missing.
    pub start: usize,
    /// Behind the last character.
    pub end: usize,
    /// The words, as written; at most 200 characters.
    pub text: String,
    /// What they were read as: the term, the host, the figure.
    pub seen_as: String,
    /// How it was seen.
    pub how: How,
    /// How sure it is, 0–1.
    pub confidence: f64,
    /// How to mend it.
    pub hint: String,
}

/// How a finding was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum How {
    /// A term as it stands in its list.
    Exact,
    /// A term in other letters: capitals, full width, other spaces or hyphens.
    Folded,
    /// Words that stand together in one sentence.
    Together,
    /// A link or an address.
    Link,
    /// A figure below or beyond what is allowed.
    Figure,
    /// Something that must be there is not.
    Missing,
    /// Something changed that was judged before.
    Changed,
}

/// What the findings of a text come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Verdict {
    /// Nothing stands in the way.
    Pass,
    /// A moderator looks at it.
    Review,
    /// It is rejected.
    Reject,
}

/// Named texts, and what is known of the service they are about.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject<'a> {
    /// The category.
    pub category: Category,
    /// Whole-store hosting.
    pub agent_operation: bool,
    /// Fields and their texts; a field called `title` is held to the title's rules (X24).
    pub texts: Vec<(String, &'a str)>,
    /// The price for one unit, if it is known.
    pub price: Option<Money>,
    /// What one unit is, if it is known.
    pub price_unit: Option<PriceUnit>,
}

/// The checks with their terms, made ready for one edition.
#[derive(Debug)]
pub struct Screener<'r> {
    rules: &'r ListingRules,
    dictionary: Dictionary<'r>,
}

impl<'r> Screener<'r> {
    /// For the rules of one edition.
    pub fn of(rules: &'r ListingRules) -> Self {
        Self { rules, dictionary: Dictionary::of(rules) }
    }

    /// Screens a whole listing: what is written, and what is missing.
    pub fn screen<F>(&self, category: Category, agent_operation: bool, content: &Content<F>) -> Vec<Finding> {
        let subject = Subject {
            category,
            agent_operation,
            texts: content.texts(),
            price: content.price,
            price_unit: content.price_unit,
        };
        let mut findings = completeness::check(category, content, self.rules);
        findings.extend(self.read(&subject));
        findings
    }

    /// Screens what is written; what is not given is not missed.
    pub fn read(&self, subject: &Subject<'_>) -> Vec<Finding> {
        let mut findings = vec![];
        for (field, text) in &subject.texts {
            let mut here = self.dictionary.check(field, text, subject.agent_operation);
            // The platform's own address may stand, hence its name in it.
            let allowed = links::allowed(text, &self.rules.links);
            here.retain(|finding| !allowed.iter().any(|(from, to)| *from <= finding.start && finding.end <= *to));
            here.extend(links::check(field, text, &self.rules.links));
            findings.extend(one_for_one(here));
        }
        findings.extend(price::check(subject, self.rules, &self.dictionary));
        findings
    }
}

/// One finding for one breach: of those of one rule that overlap, the hardest, then the longest, is kept.
fn one_for_one(mut findings: Vec<Finding>) -> Vec<Finding> {
    let weight = |finding: &Finding| (finding.severity, finding.end - finding.start);
    findings.sort_by(|one, other| weight(other).cmp(&weight(one)).then(one.start.cmp(&other.start)));
    let mut kept: Vec<Finding> = vec![];
    for finding in findings {
        let twin = |other: &Finding| {
            let overlap = other.start < finding.end && finding.start < other.end;
            overlap && other.rule == finding.rule
        };
        if !kept.iter().any(twin) {
            kept.push(finding);
        }
    }
    kept.sort_by(|one, other| (one.start, one.end, &one.rule).cmp(&(other.start, other.end, &other.rule)));
    kept
}

impl Verdict {
    /// Hard findings reject, soft ones go to a moderator, advice stands in nobody's way.
    pub fn of(findings: &[Finding]) -> Self {
        match findings.iter().map(|finding| finding.severity).max() {
            Some(Severity::Reject) => Self::Reject,
            Some(Severity::Review) => Self::Review,
            Some(Severity::Advice) | None => Self::Pass,
        }
    }
}

impl Finding {
    /// The finding as a fact of a decision: rule, field and the words that broke it.
    pub fn fact(&self) -> String {
        match self.how {
            How::Missing => format!("{}: {} is missing", self.rule, self.seen_as),
            How::Exact | How::Folded | How::Together | How::Link | How::Figure | How::Changed => {
                format!("{}: {} has \u{201c}{}\u{201d}", self.rule, self.field, self.text)
            }
        }
    }
}

/// The characters `start..end` of a text, at most 200.
fn excerpt(text: &str, start: usize, end: usize) -> String {
    text.chars().skip(start).take((end - start).min(200)).collect()
}
