//! What the engine answers: findings, what it saw but let pass, and the verdict.
//!
//! Owns the shapes and the order: findings stand in the order of the fields, then of their spans, so that the same
//! text, edition and lists give the same bytes. Start at [`Report`].
use kernel::{EditionId, RuleId};
pub use rulebook::listings::Severity;
use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr, VariantArray};

/// What breaks a rule, where, how it was seen and how to mend it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: RuleId,
    /// The row of the violation table; `None` for a finding without points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<RuleId>,
    /// The edition it was judged by.
    pub edition: EditionId,
    /// The list that has the term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<ListName>,
    /// What it leads to.
    pub severity: Severity,
    /// The field, as `title` or `elements.function`.
    pub field: String,
    /// The first character, counted in the original text; 0 with `end` 0 where there is no text.
    pub start: usize,
    /// Behind the last character.
    pub end: usize,
    /// The words, as written; at most 200 characters.
    pub text: String,
    /// What they were read as: the term, the host, the number, the figure.
    pub seen_as: String,
    /// How it was seen.
    pub how: How,
    /// How sure it is, 0–1.
    pub confidence: f64,
    /// How to mend it.
    pub hint: String,
    /// Where it goes on, when it is split over two fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub also: Option<Place>,
}

/// A list by name and content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListName {
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes, lower-case hex.
    pub hash: String,
}

/// A span in a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The field.
    pub field: String,
    /// The first character.
    pub start: usize,
    /// Behind the last character.
    pub end: usize,
}

/// How a finding was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct How {
    /// By which view of the text, or by which comparison.
    pub view: View,
    /// The term of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<String>,
    /// How many letters are wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance: Option<u8>,
    /// What it resembles or contradicts: another listing, a domain, a field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin: Option<String>,
    /// How near the twin is, 0–1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub similarity: Option<f64>,
}

/// The view of a text, or the comparison, that showed a finding.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Display,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum View {
    /// As it stands in the list.
    Exact,
    /// In other capitals, accents, spaces, hyphens; in traditional characters.
    Folded,
    /// With invisible characters or marks in it.
    Hidden,
    /// In decorated letters: full-width, mathematical, circled.
    Decorated,
    /// In letters of other scripts that look alike, or Chinese characters that sound alike.
    LookAlike,
    /// With figures and signs for letters.
    Leet,
    /// In letters or pieces kept apart.
    Separated,
    /// With repeated letters.
    Repeated,
    /// With a letter wrong, missing, added or swapped.
    Edited,
    /// Without its vowels.
    Vowelless,
    /// Words that stand together.
    Together,
    /// A link or a domain.
    Link,
    /// A mail address.
    Mail,
    /// A domain or an address in words.
    Spelled,
    /// A telephone number in figures.
    Number,
    /// A telephone number in words, or in words and figures.
    NumberInWords,
    /// A name as of a user beside a chat tool or a call to make contact.
    Account,
    /// A figure below or beyond what is allowed.
    Figure,
    /// Something that must be there is not.
    Missing,
    /// Two fields say different things.
    Contradiction,
    /// Words that are stacked or repeated.
    Stacked,
    /// The same or nearly the same as another listing.
    Twin,
    /// Something changed that was judged before.
    Changed,
    /// A picture.
    Picture,
    /// Words of another category.
    Misplaced,
}

/// What was seen but is no finding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suppressed {
    /// The rule that it would have broken.
    pub rule: RuleId,
    /// The list that has the term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// The field.
    pub field: String,
    /// The first character.
    pub start: usize,
    /// Behind the last character.
    pub end: usize,
    /// The words, as written; at most 200 characters.
    pub text: String,
    /// Why it is innocent.
    pub why: Why,
    /// The phrase or word that makes it so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// Why something that was seen is innocent.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Display, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Why {
    /// An allow-phrase of the list.
    AllowPhrase,
    /// Part of a longer word.
    InnerWord,
    /// Part of a domain that may be linked.
    AllowedDomain,
    /// A channel that the operator allows (X15).
    AllowedChannel,
    /// The sentence says the opposite.
    Negated,
    /// No account and no call to make contact beside it.
    Alone,
    /// The name of a technology or a file.
    Technology,
    /// A new sentence without a space, an abbreviation.
    Sentence,
    /// An order, article or licence number, an ISBN, a version.
    Reference,
    /// A measure, price, size or range.
    Measure,
    /// A date, a time, a year.
    Date,
    /// An address of a network, coordinates.
    Address,
    /// Figures that count up or repeat.
    Series,
    /// A disclosed endorsement.
    Disclosed,
}

/// What the findings of a text come to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Display, IntoStaticStr, VariantArray,
)]
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

/// What the engine says of a subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What the findings come to.
    pub verdict: Verdict,
    /// In the order of fields and spans.
    pub findings: Vec<Finding>,
    /// What was seen but let pass, in the same order.
    pub suppressed: Vec<Suppressed>,
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

impl How {
    /// Seen by a view alone.
    pub fn by(view: View) -> Self {
        Self { view, term: None, distance: None, twin: None, similarity: None }
    }

    /// With the term.
    pub fn term(self, term: &str) -> Self {
        Self { term: Some(term.to_owned()), ..self }
    }

    /// With what it resembles or contradicts.
    pub fn twin(self, twin: impl Into<String>) -> Self {
        Self { twin: Some(twin.into()), ..self }
    }
}

/// One finding for one breach: of those of one rule that overlap, the hardest, then the surest, then the longest, is
/// kept. Linear after sorting: findings of one rule are compared with the last one kept.
pub(crate) fn one_for_one(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|one, other| {
        let key = |finding: &Finding| (finding.rule.clone(), finding.start, finding.end);
        key(one).cmp(&key(other)).then_with(|| weight(other).total_cmp(&weight(one)))
    });
    let mut kept: Vec<Finding> = vec![];
    for finding in findings {
        match kept.last_mut() {
            Some(last) if last.rule == finding.rule && finding.start < last.end && last.start < finding.end => {
                let heavier = weight(&finding) > weight(last)
                    || weight(&finding) == weight(last) && finding.end - finding.start > last.end - last.start;
                if heavier {
                    *last = finding;
                }
            }
            _ => kept.push(finding),
        }
    }
    kept.sort_by(|one, other| {
        (one.start, one.end, &one.rule, &one.seen_as).cmp(&(other.start, other.end, &other.rule, &other.seen_as))
    });
    kept
}

fn weight(finding: &Finding) -> f64 {
    f64::from(finding.severity as u8) * 10.0 + finding.confidence
}
