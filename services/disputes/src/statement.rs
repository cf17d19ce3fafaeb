//! The statement of reasons, in English and Chinese: what was decided, which facts and figures were found and on which
//! entries, what stayed unproven and against whom that goes, which articles apply and what they say, which were
//! considered and which went before which, what each side may do next and until when.
//!
//! Made from a decision's record alone, so that it can be made again; the arbitrator's own words stand in it as they
//! were written.
mod chinese;

use disputes_domain::adjudication::figures::is_money;
use disputes_domain::adjudication::{Bearer, Figure, Truth};
use disputes_domain::casefile::Digest;
use disputes_domain::record::{Instance, Unproven, Words};
use disputes_domain::{DecisionRecord, Outcome};
use kernel::{Decision, Money, RuleId, Time};
use std::fmt::Write as _;

/// A statement in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// The whole statement.
pub(crate) fn whole(record: &DecisionRecord, decision: &Decision) -> Statement {
    Statement { en: english(record, decision), zh: chinese::whole(record, decision) }
}

/// As messages carry it: outcome, articles, what may be done next; bounded, for nothing in it is anybody's prose.
pub(crate) fn told(record: &DecisionRecord, decision: &Decision) -> contracts::disputes::Statement {
    let whole = whole(record, decision);
    let sha256 = Digest::of(format!("{}\n{}", whole.en, whole.zh).as_bytes()).to_string();
    let en = format!("{} {} {}", outcome(record), articles(record), next(record));
    contracts::disputes::Statement { en, zh: chinese::short(record), sha256 }
}

/// What a decision adds to the findings: the arbitrator's own sentences.
fn own_words<'a>(record: &DecisionRecord, decision: &'a Decision) -> &'a [String] {
    decision.facts.get(record.made_sentences()..).unwrap_or_default()
}

/// What the provider keeps.
fn rest(record: &DecisionRecord) -> Money {
    let (paid, outcome) = (record.terms.paid, &record.outcome);
    Money::new(paid.minor.saturating_sub(outcome.to_merchant.minor), paid.currency)
}

fn listed(rules: &[RuleId]) -> String {
    rules.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Which cited article went before which other, by which rule.
fn prevailed(record: &DecisionRecord) -> impl Iterator<Item = (&RuleId, &RuleId, &RuleId)> {
    let cited = record.recommendation.prevailed.iter().filter(|one| record.cites(&one.article));
    cited.filter_map(|one| Some((&one.article, one.over.as_ref()?, &one.rule)))
}

/// The articles that were considered and are not cited.
fn considered(record: &DecisionRecord) -> Option<String> {
    let considered = record.recommendation.considered.iter().map(|one| one.article.clone());
    let considered: Vec<_> = considered.filter(|article| !record.cites(article)).collect();
    (!considered.is_empty()).then(|| listed(&considered))
}

/// The figures that were found; amounts with their currency.
fn figures(record: &DecisionRecord) -> impl Iterator<Item = (Figure, String)> {
    let currency = record.terms.paid.currency;
    record.figures().into_iter().map(move |(figure, text)| {
        let text = if is_money(figure) { format!("{text} {currency}") } else { text };
        (figure, text)
    })
}

/// To the minute, in UTC.
fn instant(at: Time) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

fn until(record: &DecisionRecord) -> Option<Time> {
    record.redress.as_ref().and_then(|redress| redress.until)
}

fn english(record: &DecisionRecord, decision: &Decision) -> String {
    let mut text = String::new();
    let instance = match record.instance {
        Instance::First => "Decision",
        Instance::Appeal => "Decision on the appeal",
    };
    let _ = writeln!(text, "{instance} in case {} of {}\n", record.case, instant(record.at));
    let _ = writeln!(text, "{}\n\nWhat was found", outcome(record));
    for (fact, entries) in &record.evidence {
        let truth = match record.findings.truth(*fact) {
            Truth::Established => "established",
            Truth::NotEstablished => "not established",
            Truth::Open => "left open",
        };
        let _ = writeln!(text, "- {} {truth}{}", fact.asks(), on(entries));
    }
    for (figure, value) in figures(record) {
        let _ = writeln!(text, "- {}: {value}{}", figure.asks().trim_end_matches('.'), on(&record.figures_rest_on));
    }
    if !record.figure_reasons.is_empty() {
        let _ = writeln!(text, "- Why these figures: {}", record.figure_reasons);
    }
    for words in own_words(record, decision) {
        let _ = writeln!(text, "- {words}");
    }
    let unproven = record.left_unproven();
    if !unproven.is_empty() {
        let _ = writeln!(text, "\nWhat stayed unproven");
    }
    for Unproven { about, against, rule } in unproven {
        let against = match against {
            Bearer::Provider => "this goes against the provider, who had to prove it",
            Bearer::Merchant => "this goes against the merchant, who had to prove it",
            Bearer::WhoRelies => "this goes against the party that relies on it",
            Bearer::Platform => "the platform's own records decide",
        };
        let _ = writeln!(text, "- {} {against} ({rule}).", about.asks());
    }
    let _ = writeln!(text, "\nReasons\n{}", articles(record));
    for Words { article, en, .. } in &record.says {
        let _ = writeln!(text, "- {article}: {en}");
    }
    for (article, over, rule) in prevailed(record) {
        let _ = writeln!(text, "- {article} goes before {over} ({rule}).");
    }
    if let Some(considered) = considered(record) {
        let _ = writeln!(text, "- Considered, and not applied: {considered}.");
    }
    let _ = writeln!(text, "{}\n\n{}", decision.reasons, next(record));
    text
}

fn on(entries: &[u32]) -> String {
    let numbers: Vec<_> = entries.iter().map(ToString::to_string).collect();
    match numbers.len() {
        0 => ".".to_owned(),
        1 => format!(" (entry {} of the case file).", numbers.join(", ")),
        _ => format!(" (entries {} of the case file).", numbers.join(", ")),
    }
}

fn outcome(record: &DecisionRecord) -> String {
    let Outcome { to_merchant, compensation, extension_seconds, data_download, .. } = &record.outcome;
    let mut text = format!(
        "Of {} paid, {to_merchant} goes back to the merchant; {} stays with the provider.",
        record.terms.paid,
        rest(record)
    );
    if compensation.is_positive() {
        let _ = write!(text, " Beyond that, the provider owes the merchant {compensation}.");
    }
    if let Some(seconds) = extension_seconds {
        let _ = write!(
            text,
            " The use of the service is extended by {} hours and {} minutes.",
            seconds / 3600,
            seconds / 60 % 60
        );
    }
    if *data_download {
        text.push_str(" The merchant may download its data.");
    }
    text
}

fn articles(record: &DecisionRecord) -> String {
    let text = format!("It rests on {} of edition {}.", listed(&record.articles), record.edition);
    if record.departure.is_empty() {
        text
    } else {
        format!("{text} It departs from what follows by rule, for reasons given.")
    }
}

fn next(record: &DecisionRecord) -> String {
    match (record.instance, until(record)) {
        (Instance::First, Some(until)) => format!(
            "What may be done next: the merchant and the provider may each appeal until {} (W17), once, on new evidence \
             or a named error; another arbitrator decides. The money waits until then. Without an appeal the decision \
             is final and is carried out. Either may go to court or to the police at any time (D1.1.4).",
            instant(until)
        ),
        (Instance::First, None) | (Instance::Appeal, _) => {
            "What may be done next: the decision is final and is carried out (W17). The merchant and the provider may \
             each go to court or to the police (D1.1.4); what is decided there will be followed."
                .to_owned()
        }
    }
}
