//! What a screening found, as it is shown: findings with their spans, and what was seen but let pass.
use kernel::{Party, RuleId};
use listings_domain::{Finding, Screening, Suppressed};
use moderation::How;
use serde::Serialize;
use utoipa::ToSchema;

/// What breaks a rule, where, and how to mend it.
#[derive(Serialize, ToSchema)]
#[schema(as = ListingFinding)]
pub(crate) struct FindingBody {
    /// Its place in the screening, from 0: what `false-positive` names.
    n: usize,
    /// The rule that is broken.
    #[schema(value_type = String, example = "M4.1.g")]
    rule: RuleId,
    /// The row of the violation table; missing for a finding without points.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "M5.25")]
    row: Option<RuleId>,
    /// The list that has the term; missing where no list is behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    list: Option<String>,
    /// `reject`: the revision is rejected; `review`: a moderator looks at it; `advice`: nothing follows.
    severity: String,
    /// The field, as `title`, `elements.function` or `modules[0].text`.
    field: String,
    /// The first character of the words, counted in characters of the field; 0 with `end` 0 where there are no words.
    start: usize,
    /// Behind the last character.
    end: usize,
    /// The words, as written; at most 200 characters.
    text: String,
    /// What they were read as: the term, the host, the figure.
    seen_as: String,
    /// How it was seen: `exact`, `folded`, `hidden`, `look_alike`, `separated`, `link`, `missing`, `twin` and others.
    how: String,
    /// The term of the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    term: Option<String>,
    /// How many letters are wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    distance: Option<u8>,
    /// What it resembles or contradicts: another listing, a domain, a field.
    #[serde(skip_serializing_if = "Option::is_none")]
    twin: Option<String>,
    /// How near the twin is, 0–1.
    #[serde(skip_serializing_if = "Option::is_none")]
    similarity: Option<f64>,
    /// How sure it is, 0–1.
    confidence: f64,
    /// How to mend it.
    hint: String,
    /// Where it goes on, when it is split over two fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    also: Option<PlaceBody>,
}

/// A span in a field.
#[derive(Serialize, ToSchema)]
#[schema(as = ListingFindingPlace)]
struct PlaceBody {
    /// The field.
    field: String,
    /// The first character.
    start: usize,
    /// Behind the last character.
    end: usize,
}

/// What was seen but let pass.
#[derive(Serialize, ToSchema)]
#[schema(as = ListingSuppressed)]
pub(crate) struct SuppressedBody {
    /// The rule that it would have broken.
    #[schema(value_type = String, example = "M4.2.c.2")]
    rule: RuleId,
    /// The list that has the term.
    #[serde(skip_serializing_if = "Option::is_none")]
    list: Option<String>,
    /// The field.
    field: String,
    /// The first character.
    start: usize,
    /// Behind the last character.
    end: usize,
    /// The words, as written.
    text: String,
    /// Why it is innocent: `allow_phrase`, `inner_word`, `technology`, `measure` and others.
    why: String,
    /// The phrase or word that makes it so.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
}

/// What a screening came to.
#[derive(Serialize, ToSchema)]
#[schema(as = ListingScreening)]
pub(crate) struct ScreeningBody {
    /// The edition of the rulebook it was made under.
    #[schema(example = "2026-11")]
    edition: String,
    /// The hash over all lists it was made with.
    lists: String,
    /// `pass`: nothing stands in the way; `review`: a moderator looks at it; `reject`: it is rejected.
    verdict: String,
    /// What was found, the hardest first; at most 50.
    findings: Vec<FindingBody>,
    /// How many findings were left out.
    left_out: u32,
    /// What was seen but let pass; at most 50.
    suppressed: Vec<SuppressedBody>,
}

impl ScreeningBody {
    /// As this party may see it: the names of other providers' listings are for staff.
    pub fn of(screening: Screening, party: Party) -> Self {
        let is_staff = party != Party::Provider;
        let findings = screening.findings.into_iter().enumerate();
        Self {
            edition: screening.edition.to_string(),
            lists: screening.lists,
            verdict: screening.verdict.to_string(),
            findings: findings.map(|(n, finding)| FindingBody::of(n, finding, is_staff)).collect(),
            left_out: screening.left_out,
            suppressed: screening.suppressed.into_iter().map(SuppressedBody::from).collect(),
        }
    }
}

impl FindingBody {
    fn of(n: usize, finding: Finding, is_staff: bool) -> Self {
        let How { view, term, distance, twin, similarity } = finding.how;
        let is_told = is_staff || finding.rule != RuleId::of("M4.2.e.1");
        let place =
            |place: moderation::finding::Place| PlaceBody { field: place.field, start: place.start, end: place.end };
        Self {
            n,
            rule: finding.rule,
            row: finding.row,
            list: finding.list.map(|list| list.name),
            severity: finding.severity.to_string(),
            field: finding.field,
            start: finding.start,
            end: finding.end,
            text: finding.text,
            seen_as: if is_told { finding.seen_as } else { "another provider's listing".into() },
            how: view.to_string(),
            term,
            distance,
            twin: twin.filter(|_| is_told),
            similarity,
            confidence: finding.confidence,
            hint: finding.hint,
            also: finding.also.map(place),
        }
    }
}

impl From<Suppressed> for SuppressedBody {
    fn from(hit: Suppressed) -> Self {
        Self {
            rule: hit.rule,
            list: hit.list,
            field: hit.field,
            start: hit.start,
            end: hit.end,
            text: hit.text,
            why: hit.why.to_string(),
            by: hit.by,
        }
    }
}
