//! Published in the category that fits (M2.4–M2.8): M5.18, in a special category (agent operation) M5.19; publicity fits
//! the function (M5.7). And the core function may change only so far as it still fits (M5.24).
//!
//! Owns the weighing of category words and the overlaps of X25, in which either category is right.
use crate::field::{Breach, Context, Field};
use crate::finding::{Finding, How, View};
use crate::near::{likeness, words};
use kernel::{Category, RuleId};
use rulebook::listings::Severity;
use rulebook::lists::Class;
use std::collections::{BTreeMap, BTreeSet};

/// A core function that shares less with the reviewed one is another.
const SAME_FUNCTION: f64 = 0.3;

pub(crate) fn check(context: &Context<'_>, fields: &[Field<'_>]) -> Vec<Finding> {
    let mut findings = vec![];
    let Some(category) = context.subject.category else { return findings };
    let told = told(context, fields.iter());
    let own = told.get(&category).map_or(0, |words| words.0);
    let other = told
        .iter()
        .filter(|(other, _)| **other != category && !overlap(category, **other))
        .max_by_key(|(_, (weight, _))| *weight);
    if let Some((other, (weight, words))) = other
        && own == 0
        && *weight >= 3
    {
        findings.push(misplaced(context, category, *other, words));
    }
    findings.extend(unfit(context, category, fields));
    findings.extend(changed(context));
    findings
}

/// What each category's words weigh: a title's word twice, each word once.
fn told<'c, 'f>(
    context: &Context<'c>,
    fields: impl Iterator<Item = &'f Field<'f>>,
) -> BTreeMap<Category, (usize, BTreeSet<&'c str>)> {
    let mut told: BTreeMap<Category, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for field in fields {
        for hit in field.scan.of_class(Class::CategoryWord) {
            let Some(term) = context.lexicon.terms.get(hit.term as usize) else { continue };
            let Some(category) = term.value.as_deref().and_then(|value| value.parse().ok()) else { continue };
            let (weight, words) = told.entry(category).or_default();
            if words.insert(term.text.as_str()) {
                *weight += if field.is_title() { 2 } else { 1 };
            }
        }
    }
    told
}

/// X25: staff training is operation or training, picture tools design or software, video tools video or software,
/// work on photos design or video.
fn overlap(one: Category, other: Category) -> bool {
    let pairs = [
        (Category::Operation, Category::Training),
        (Category::Design, Category::Software),
        (Category::Video, Category::Software),
        (Category::Design, Category::Video),
    ];
    pairs.contains(&(one, other)) || pairs.contains(&(other, one))
}

fn misplaced(context: &Context<'_>, category: Category, other: Category, words: &BTreeSet<&str>) -> Finding {
    let special = context.subject.agent_operation;
    let rule = RuleId::of(if special { "M5.19" } else { "M5.18" });
    let listed: Vec<&str> = words.iter().copied().take(6).collect();
    let breach = Breach {
        rule: rule.clone(),
        row: Some(rule),
        list: None,
        severity: Severity::Review,
        seen_as: listed.join(", "),
        how: How::by(View::Misplaced).twin(other.to_string()),
        confidence: 0.7,
        hint: format!("This reads like {other}: publish it there, or describe what makes it {category}."),
    };
    context.whole("category", breach)
}

/// M5.7: the title praises a service of another kind than the one that the rest describes, at length and by itself.
fn unfit(context: &Context<'_>, category: Category, fields: &[Field<'_>]) -> Option<Finding> {
    let title = told(context, fields.iter().filter(|field| field.name == "title"));
    let body = told(context, fields.iter().filter(|field| field.name != "title"));
    let weight = |told: &BTreeMap<Category, (usize, _)>, of: Category| told.get(&of).map_or(0, |words| words.0);
    if weight(&title, category) > 0 || weight(&body, category) < 2 {
        return None;
    }
    let strange = |other: &Category| !overlap(category, *other) && weight(&body, *other) == 0;
    let (other, (_, words)) = title.iter().find(|(other, _)| strange(other))?;
    let breach = Breach {
        rule: RuleId::of("M5.7"),
        row: Some(RuleId::of("M5.7")),
        list: None,
        severity: Severity::Review,
        seen_as: words.iter().copied().collect::<Vec<_>>().join(", "),
        how: How::by(View::Misplaced).twin(other.to_string()),
        confidence: 0.6,
        hint: format!("The title tells of {other}, the description of {category}: let the title say what is sold."),
    };
    Some(context.whole("title", breach))
}

/// M5.24: the core function was another one when it was first reviewed.
fn changed(context: &Context<'_>) -> Option<Finding> {
    let subject = context.subject;
    let reviewed = subject.reviewed_core?;
    let core = &context.rules.elements.category.get(&subject.category?)?.core;
    let now = subject.elements.as_ref()?.get(core)?;
    let similarity = likeness(&words(reviewed), &words(now));
    let breach = || {
        Breach {
        rule: RuleId::of("M5.24"),
        row: Some(RuleId::of("M5.24")),
        list: None,
        severity: Severity::Review,
        seen_as: core.clone(),
        how: How { similarity: Some((similarity * 100.0).round() / 100.0), ..How::by(View::Changed).twin("the reviewed core function") },
        confidence: 0.7,
        hint: "The core function may change only so far as it still plainly fits its category; publish another service anew.".into(),
    }
    };
    (similarity < SAME_FUNCTION).then(|| context.whole(&format!("elements.{core}"), breach()))
}
