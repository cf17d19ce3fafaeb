//! Words that count when they stand together: cashback for reviews (M5.31, M5.45), promises in agent operation
//! (D3.2.2 → M5.4, M5.62), false free service (M5.20), dealing off the market (M4.2.b → M5.30), leading to other
//! platforms (M5.25), and whatever the lists say.
//!
//! Owns the one pass over the parts of each combination; linear in their number.
use crate::field::{Breach, Context, Field};
use crate::finding::{Finding, How, View, Why};
use crate::letters::Kind;
use crate::lexicon::Combination;
use crate::scan::{Part, Scan};
use crate::terms;
use rulebook::lists::Class;

/// How far before and after the words an excuse is looked for.
const REACH: usize = 25;
/// How far from the words a number is looked for.
const NUMBER: usize = 20;

pub(crate) fn check(context: &Context<'_>, field: &mut Field<'_>) {
    let parts = std::mem::take(&mut field.scan.parts);
    for parts in parts.chunk_by(|one, other| one.combination == other.combination) {
        let id = parts.first().map_or(0, |part| part.combination);
        let Some(combination) = context.lexicon.combinations.get(id as usize) else { continue };
        let applies = context.subject.profile.reads(combination.class)
            && (context.subject.agent_operation || !combination.body.agent_operation);
        if applies {
            one(context, field, combination, parts);
        }
    }
    field.scan.parts = parts;
    MORE_SERIOUS.iter().for_each(|(more, less)| one_row(field, more, less));
}

/// One finding, one row: of two rules that the same words break, the more serious.
const MORE_SERIOUS: [(&str, &str); 2] = [("M5.45", "M5.31"), ("M5.62", "D3.2.2")];

fn one_row(field: &mut Field<'_>, more: &str, less: &str) {
    let (kept, others) = std::mem::take(&mut field.findings).into_iter().partition(|one| one.rule.as_str() != less);
    field.findings = kept;
    for other in others {
        let same = |one: &&mut Finding| one.rule.as_str() == more && one.start < other.end && other.start < one.end;
        match field.findings.iter_mut().find(same) {
            Some(finding) => finding.severity = finding.severity.max(other.severity),
            None => field.findings.push(other),
        }
    }
}

fn one(context: &Context<'_>, field: &mut Field<'_>, combination: &Combination, parts: &[Part]) {
    let groups = combination.body.groups.len();
    let mut last: Vec<Option<Part>> = vec![None; groups];
    let mut behind = 0;
    for part in parts {
        let Some(group) = part.group.map(|group| group as usize) else { continue };
        if part.from < behind {
            continue;
        }
        if let Some(slot) = last.get_mut(group) {
            *slot = Some(*part);
        }
        let Some((from, to)) = complete(&field.scan, combination, &last) else { continue };
        if combination.body.number && !has_number(&field.scan, from, to) {
            continue;
        }
        let rule = combination.rule.clone();
        let list = context.list(combination.list);
        let excused = || excuse(context, field, combination, parts, (from, to)).map(|word| (Why::Negated, Some(word)));
        let allowed = terms::allowed(context, field, (from, to), combination.list, None);
        let disclosed = combination.class == Class::Endorsement && terms::is_disclosed(context, &field.scan);
        let innocent = || allowed.map(|phrase| (Why::AllowPhrase, Some(phrase)));
        let innocent = if disclosed { Some((Why::Disclosed, None)) } else { innocent().or_else(excused) };
        match innocent {
            Some((why, by)) => field.let_pass(rule, list.map(|list| list.name), from, to, why, by),
            None => {
                let breach = Breach {
                    rule,
                    row: combination.row.clone(),
                    list,
                    severity: combination.severity,
                    seen_as: field.scan.reading.read(from, to),
                    how: How::by(View::Together).term(&combination.body.name),
                    confidence: 0.9,
                    hint: combination.hint.clone(),
                };
                field.find(context, from, to, breach);
            }
        }
        behind = to;
        last.fill(None);
    }
}

/// The span of the words if each group has one, near enough, in one sentence, in order where order counts.
fn complete(scan: &Scan<'_>, combination: &Combination, last: &[Option<Part>]) -> Option<(usize, usize)> {
    let parts: Vec<Part> = last.iter().copied().collect::<Option<Vec<Part>>>()?;
    let from = parts.iter().map(|part| part.from).min()?;
    let to = parts.iter().map(|part| part.to).max()?;
    let ordered = !combination.body.ordered || parts.windows(2).all(|two| two[0].from <= two[1].from);
    let apart = parts
        .iter()
        .enumerate()
        .all(|(at, one)| parts.iter().skip(at + 1).all(|other| one.to <= other.from || other.to <= one.from));
    let one_sentence = scan.reading.sentence(from) == scan.reading.sentence(to - 1);
    (ordered && apart && one_sentence && to - from <= combination.body.within.max(1)).then_some((from, to))
}

fn has_number(scan: &Scan<'_>, from: usize, to: usize) -> bool {
    let (sentence, first, last) = (scan.reading.sentence(from), from.saturating_sub(NUMBER), to + NUMBER);
    let units = scan.reading.units.iter().take(last).skip(first);
    let figure = units.into_iter().any(|unit| unit.kind == Kind::Digit && unit.sentence == sentence);
    // "one" alone is seldom a number.
    let word = scan
        .within(Class::NumberWord, first, last)
        .iter()
        .any(|hit| scan.reading.kind(hit.from) == Kind::Han && scan.reading.sentence(hit.from) == sentence);
    figure || word
}

/// The word that excuses the words `from..to`: a negation before or among them, another word around them.
fn excuse(
    context: &Context<'_>,
    field: &Field<'_>,
    combination: &Combination,
    parts: &[Part],
    (from, to): (usize, usize),
) -> Option<String> {
    let scan = &field.scan;
    let sentence = scan.reading.sentence(from);
    let near = parts.get(parts.partition_point(|part| part.from + REACH < from)..).unwrap_or_default();
    let words = near.iter().take_while(|part| part.from < to + REACH).filter(|part| part.group.is_none());
    let listed = combination.excused_by.iter().flat_map(|(class, list)| {
        // A negation excuses only what follows it.
        let last = if *class == Class::Negation { to } else { to + REACH };
        let hits = scan.within(*class, from.saturating_sub(REACH), last).iter();
        hits.filter(|hit| context.term(hit.term).is_some_and(|term| term.list == *list))
    });
    words
        .map(|part| (part.from, part.to))
        .chain(listed.map(|hit| (hit.from, hit.to)))
        .filter(|(start, _)| scan.reading.sentence(*start) == sentence)
        .min()
        .map(|(start, end)| scan.reading.read(start, end))
}
