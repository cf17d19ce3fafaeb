//! The law of listings by cases: given this listing, then exactly these findings, by the shipped edition and lists.
//!
//! One table for each part of the law; each row says which rule it shows, the listing as far as it matters, and all
//! that the engine finds in it: the rule, the row of the violation table, what it leads to, the field, the words as
//! written. Start at [`RULES`], which says what is shown of each rule; then read the table.
//!
//! What people alone judge is not here: whether a function has to do with
//! the platform's business (M5.14), display modules that jump or stay (M5.37, M5.38).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends here")]

mod brands;
mod case;
mod completeness;
mod goods;
mod offers;
mod publicity;
mod ways_out;

use Kind::{Boundary, Chinese, Disguised, English, Innocent};
use case::{Case, Found, Kind};
use kernel::RuleId;
use moderation::Severity::{self, Advice, Reject, Review};
use moderation::{Engine, Finding, Verdict};
use rulebook::{Edition, Lists};
use std::collections::BTreeSet;

/// Of a rule about words.
const WORDS: &[Kind] = &[English, Chinese, Disguised, Innocent];
/// Of a rule about fields.
const FIELDS: &[Kind] = &[English, Chinese, Innocent];

/// A rule, what is shown of it at least, and what its findings lead to.
const RULES: &[(&str, &[Kind], &[Severity])] = &[
    ("M4.1.a", FIELDS, &[Review, Reject]),
    ("M4.1.b", WORDS, &[Advice, Review]),
    ("M4.1.c", FIELDS, &[Reject]),
    ("M4.1.d", WORDS, &[Reject]),
    ("M4.1.e", WORDS, &[Review]),
    ("M4.1.f", WORDS, &[Advice, Review, Reject]),
    ("M4.1.g", WORDS, &[Advice, Review, Reject]),
    ("M4.1.h", WORDS, &[Review]),
    ("M4.2.b", WORDS, &[Review, Reject]),
    ("M4.2.c.1", WORDS, &[Reject]),
    ("M4.2.c.2", WORDS, &[Advice, Review, Reject]),
    ("M4.2.c.4", WORDS, &[Reject]),
    ("M4.2.e.1", &[English, Chinese, Disguised, Innocent, Boundary], &[Review]),
    ("M4.2.e.2", &[English, Chinese, Disguised, Innocent, Boundary], &[Review, Reject]),
    ("M4.2.f.5", WORDS, &[Review, Reject]),
    ("M5.7", &[English, Chinese, Innocent, Boundary], &[Review]),
    ("M5.12", WORDS, &[Review]),
    ("M5.15", &[English, Chinese, Disguised, Boundary], &[Review]),
    ("M5.17", &[English, Chinese, Boundary], &[Review, Reject]),
    ("M5.18", &[English, Chinese, Innocent, Boundary], &[Review]),
    ("M5.19", FIELDS, &[Review]),
    ("M5.20", WORDS, &[Review]),
    ("M5.24", &[English, Chinese, Innocent, Boundary], &[Review]),
    ("M5.25", WORDS, &[Review]),
    ("M5.31", WORDS, &[Reject]),
    ("M5.45", WORDS, &[Reject]),
    ("M5.62", WORDS, &[Review, Reject]),
    ("D2.2", FIELDS, &[Reject]),
    ("D2.6", FIELDS, &[Reject]),
    ("D3.2.2", WORDS, &[Review, Reject]),
    ("P3", WORDS, &[Review]),
    ("C6", &[Innocent, Boundary], &[Advice, Review]),
    ("X14", &[Innocent], &[]),
    ("X15", &[English, Innocent], &[]),
    ("X24", WORDS, &[]),
    ("X25", &[Innocent], &[]),
    ("W29", &[Boundary], &[]),
];

fn cases() -> Vec<Case> {
    [completeness::cases(), publicity::cases(), goods::cases(), ways_out::cases(), brands::cases(), offers::cases()]
        .concat()
}

fn told(finding: &Finding) -> (&str, &str, Severity, &str, &str) {
    let row = finding.row.as_ref().map_or(case::NO_ROW, RuleId::as_str);
    (finding.rule.as_str(), row, finding.severity, &finding.field, &finding.text)
}

/// A finding points at its words in the text as it was written.
fn points_at_its_words(case: &Case, finding: &Finding) -> bool {
    let Some(text) = case.words(&finding.field) else { return true };
    text.chars().skip(finding.start).take(finding.end - finding.start).eq(finding.text.chars())
}

#[test]
fn each_listing_has_exactly_these_findings() {
    let engine = Engine::compile(&Edition::shipped(), &Lists::shipped().unwrap());
    let mut wrong = vec![];
    for case in cases() {
        let twin = case.twin();
        let report = engine.read(&case.subject(twin.as_ref()));
        let found: Vec<_> = report.findings.iter().map(told).collect();
        let pointed = report.findings.iter().all(|finding| points_at_its_words(&case, finding));
        let hinted = report.findings.iter().all(|finding| !finding.hint.is_empty());
        let hardest = case.findings.iter().map(|(_, _, severity, ..)| *severity).max();
        let verdict = match hardest {
            Some(Reject) => Verdict::Reject,
            Some(Review) => Verdict::Review,
            Some(Advice) | None => Verdict::Pass,
        };
        let passed = |(rule, why, words): &(&str, _, &str)| {
            let same = report.suppressed.iter().filter(|one| one.rule.as_str() == *rule && one.why == *why);
            same.into_iter().any(|one| one.text == *words)
        };
        let expected: &[Found] = &case.findings;
        if found != expected || report.verdict != verdict || !pointed || !hinted || !case.let_pass.iter().all(passed) {
            let passed: Vec<_> = report.suppressed.iter().map(|one| (one.rule.as_str(), one.why, &one.text)).collect();
            wrong.push(format!("{case:#?}\nfound {found:#?}\nlet pass {passed:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{} cases are judged otherwise:\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn each_rule_is_shown_from_every_side() {
    let cases = cases();
    for case in &cases {
        assert!(RULES.iter().any(|(law, ..)| *law == case.law), "{} is no rule of the table", case.law);
        let innocent = case.findings.iter().all(|(rule, ..)| *rule != case.law);
        assert!(case.kind != Innocent || innocent, "{case:#?} is not innocent");
        assert!(case.kind == Innocent || !innocent || case.kind == Boundary || is_reading(case.law), "{case:#?}");
    }
    for (law, kinds, severities) in RULES {
        let shown: BTreeSet<Kind> = cases.iter().filter(|case| case.law == *law).map(|case| case.kind).collect();
        let left: Vec<_> = kinds.iter().filter(|kind| !shown.contains(kind)).collect();
        assert!(left.is_empty(), "{law}: no case of {left:?}");
        let findings = cases.iter().flat_map(|case| &case.findings).filter(|(rule, ..)| rule == law);
        let led: BTreeSet<Severity> = findings.map(|(_, _, severity, ..)| *severity).collect();
        assert_eq!(led, severities.iter().copied().collect(), "{law} leads to these");
    }
}

/// Readings and windows are told by the findings of other rules.
fn is_reading(law: &str) -> bool {
    law.starts_with(['X', 'W'])
}
