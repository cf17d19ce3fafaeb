//! What the moderation engine says of a draft, as the machine takes it: bounded, with the edition and the lists that it
//! was judged by.
//!
//! Owns: how a content becomes a [`Subject`], how much of a report is kept ([`Screening`]), what a finding is in a
//! decision. Does not own: any rule (`moderation`), the lists in use (the service compiles them and screens the draft in
//! the transaction of `submit`), what follows from a verdict (`submission`).
//!
//! Pure: the same content, engine and neighbours give the same screening, whether on submission or in a dry run.
use crate::content::{Content, Pictured};
use kernel::{Category, EditionId, FileId};
use moderation::{Case, Engine, Finding, Picture, Report, Subject, Suppressed, Verdict, View};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How many findings, and how many suppressed hits, are kept.
pub const KEPT: usize = 50;

/// What must be there besides the category's elements.
const REQUIRED: [&str; 5] = ["title", "description", "price", "price_unit", "cooperation"];

/// A screening as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Screening {
    /// The edition it was made under.
    pub edition: EditionId,
    /// The hash over all lists it was made with, approved allow-phrases included.
    pub lists: String,
    /// What the findings come to.
    pub verdict: Verdict,
    /// At most [`KEPT`], the hardest and surest first.
    pub findings: Vec<Finding>,
    /// How many findings were left out.
    pub left_out: u32,
    /// What was seen but let pass, and why; at most [`KEPT`], in the order of the fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suppressed: Vec<Suppressed>,
    /// What the edition that is tried out says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shadow: Option<Shadow>,
}

/// What another edition, not in force yet, says of the same draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shadow {
    /// Which edition.
    pub edition: EditionId,
    /// What its findings come to.
    pub verdict: Verdict,
}

/// What stands for a picture in a content.
pub trait Pixels {
    /// What is known of its pixels.
    fn pixels(&self) -> Picture;
}

impl Pixels for Pictured {
    fn pixels(&self) -> Picture {
        self.picture
    }
}

impl Pixels for FileId {
    /// The pixels are not known here: it is taken to be large enough, and the same file to be the same picture.
    fn pixels(&self) -> Picture {
        let digest = Sha256::digest(self.to_string().as_bytes());
        let hash = digest.iter().take(8).fold(0, |hash, byte| hash << 8 | u64::from(*byte));
        Picture { width: u32::MAX, height: u32::MAX, hash: Some(hash) }
    }
}

/// A whole listing as the engine is asked about it; what it is compared with is added by the caller.
pub fn subject<F, P: Pixels>(category: Category, agent_operation: bool, content: &Content<F, P>) -> Subject<'_> {
    Subject {
        category: Some(category),
        agent_operation,
        texts: content.texts(),
        elements: Some(content.elements.clone()),
        required: REQUIRED.into(),
        cooperation_stated: content.cooperation.is_some(),
        price: content.price,
        price_unit: content.price_unit,
        delivery_days: content.delivery_days,
        pictures: Some(content.pictures.iter().map(P::pixels).collect()),
        cases: content.cases.iter().map(|case| Case { text: &case.text, evidence: case.evidence.len() }).collect(),
        ..Subject::default()
    }
}

impl Screening {
    /// Has a subject read, and keeps what is kept of it.
    pub fn of(engine: &Engine, subject: &Subject<'_>) -> Self {
        let Report { verdict, mut findings, mut suppressed } = engine.read(subject);
        findings.sort_by(|one, other| {
            other.severity.cmp(&one.severity).then_with(|| other.confidence.total_cmp(&one.confidence))
        });
        let left_out = u32::try_from(findings.len().saturating_sub(KEPT)).unwrap_or(u32::MAX);
        findings.truncate(KEPT);
        suppressed.truncate(KEPT);
        Self {
            edition: engine.edition().clone(),
            lists: engine.lists().to_owned(),
            verdict,
            findings,
            left_out,
            suppressed,
            shadow: None,
        }
    }

    /// The same, with what an edition that is tried out says of the same subject.
    #[must_use]
    pub fn beside(self, trial: &Engine, subject: &Subject<'_>) -> Self {
        let shadow = Shadow { edition: trial.edition().clone(), verdict: trial.read(subject).verdict };
        Self { shadow: Some(shadow), ..self }
    }

    /// Adds what was found beside the engine, by whatever edition: the hardest first still, and no more than is kept.
    pub fn add(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            let verdict = Verdict::of(std::slice::from_ref(&finding));
            self.verdict = self.verdict.max(verdict);
            if let Some(shadow) = &mut self.shadow {
                shadow.verdict = shadow.verdict.max(verdict);
            }
            let place = self.findings.partition_point(|other| other.severity >= finding.severity);
            self.findings.insert(place, finding);
        }
        self.left_out += u32::try_from(self.findings.len().saturating_sub(KEPT)).unwrap_or(u32::MAX);
        self.findings.truncate(KEPT);
    }

    /// The verdict that the edition on trial comes to, if it is another one.
    pub fn flip(&self) -> Option<&Shadow> {
        self.shadow.as_ref().filter(|shadow| shadow.verdict != self.verdict)
    }
}

/// A finding as a fact of a decision: rule, field and the words that broke it.
pub fn fact(finding: &Finding) -> String {
    let Finding { rule, field, text, seen_as, .. } = finding;
    if finding.how.view == View::Missing {
        format!("{rule}: {seen_as} is missing")
    } else if text.is_empty() {
        format!("{rule}: {field}, {seen_as}")
    } else {
        format!("{rule}: {field} has \u{201c}{text}\u{201d}")
    }
}
