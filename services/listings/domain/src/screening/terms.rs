//! Terms of the rulebook's lists and combinations, found in folded text in one pass.
//!
//! A term counts where a word begins and ends (in Chinese: anywhere), unless a phrase that excuses it covers it.
use super::fold::{Folded, is_unspaced, narrow};
use super::{Finding, How, excerpt};
use aho_corasick::AhoCorasick;
use rulebook::ListingRules;
use rulebook::listings::{Combination, Severity, TermList};

/// How far from each other, in bytes of folded text, words of a combination may stand.
const REACH: usize = 120;

/// What a pattern stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// A term of a list.
    Term(usize),
    /// A phrase that excuses a list's terms.
    Allow(usize),
    /// One that does so outside the title (X24).
    Purpose(usize),
    /// A word of a group of a combination.
    Word(usize, usize),
    /// A phrase that excuses a combination's words.
    Unless(usize),
    /// A word that puts a service under a price floor.
    Floor(usize),
}

/// Where a pattern stands in the folded text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    start: usize,
    end: usize,
}

/// All terms, made ready for one pass.
#[derive(Debug)]
pub(super) struct Dictionary<'r> {
    rules: &'r ListingRules,
    automaton: Option<AhoCorasick>,
    patterns: Vec<(Part, &'r str)>,
}

/// One text with everything that was found in it.
struct Reading<'t> {
    field: &'t str,
    original: &'t str,
    folded: Folded,
    hits: Vec<(Part, Span)>,
}

impl<'r> Dictionary<'r> {
    pub(super) fn of(rules: &'r ListingRules) -> Self {
        let patterns = patterns(rules);
        let folded = patterns.iter().map(|(_, phrase)| Folded::of(phrase).text().trim().to_owned());
        // Only a dictionary beyond 4 GiB cannot be built; the edition's check refuses empty terms.
        let automaton = AhoCorasick::new(folded).ok();
        Self { rules, automaton, patterns }
    }

    pub(super) fn check(&self, field: &str, text: &str, agent_operation: bool) -> Vec<Finding> {
        let reading = self.read(field, text);
        let lists = self.rules.lists.iter().enumerate();
        let mut findings: Vec<_> = lists.flat_map(|(place, list)| self.terms(&reading, place, list)).collect();
        let combinations = self.rules.combinations.iter().enumerate();
        let applying = combinations.filter(|(_, one)| agent_operation || !one.agent_operation);
        findings.extend(applying.flat_map(|(place, one)| self.together(&reading, place, one)));
        findings
    }

    /// Whether a text has a word of this floor.
    pub(super) fn has_floor_word(&self, floor: usize, text: &str) -> bool {
        self.read("", text).hits.iter().any(|(part, _)| *part == Part::Floor(floor))
    }

    fn read<'t>(&self, field: &'t str, original: &'t str) -> Reading<'t> {
        let folded = Folded::of(original);
        let mut hits = vec![];
        let found = self.automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(folded.text()));
        for hit in found {
            let Some((part, phrase)) = self.patterns.get(hit.pattern().as_usize()).copied() else { continue };
            let span = Span { start: hit.start(), end: hit.end() };
            if is_word(folded.text(), span) && self.is_as_written(part, phrase, original, &folded, span) {
                hits.push((part, span));
            }
        }
        Reading { field, original, folded, hits }
    }

    /// A list of ordinary words takes them only in the very letters.
    fn is_as_written(&self, part: Part, phrase: &str, original: &str, folded: &Folded, span: Span) -> bool {
        let Part::Term(list) = part else {
            return true;
        };
        if !self.rules.lists.get(list).is_some_and(|list| list.as_written) {
            return true;
        }
        let (start, end) = folded.original(span.start, span.end);
        original.chars().skip(start).take(end - start).map(narrow).eq(phrase.chars())
    }

    fn terms(&self, reading: &Reading<'_>, place: usize, list: &TermList) -> Vec<Finding> {
        longest(self.standing_terms(reading, place))
            .into_iter()
            .map(|span| {
                let (start, end) = reading.folded.original(span.start, span.end);
                let text = excerpt(reading.original, start, end);
                let seen_as = reading.slice(span).to_owned();
                let how = if text == seen_as { How::Exact } else { How::Folded };
                let confidence = if list.severity == Severity::Reject { 0.95 } else { 0.7 };
                Finding {
                    rule: list.rule.clone(),
                    row: list.row.clone(),
                    severity: list.severity,
                    field: reading.field.to_owned(),
                    start,
                    end,
                    text,
                    seen_as,
                    how,
                    confidence,
                    hint: list.hint.clone(),
                }
            })
            .collect()
    }

    /// The terms of a list that no phrase excuses.
    fn standing_terms(&self, reading: &Reading<'_>, place: usize) -> Vec<Span> {
        let in_title = reading.field == "title";
        let excused = reading.spans(|part| match part {
            Part::Allow(list) => list == place,
            Part::Purpose(list) => list == place && !in_title,
            Part::Term(_) | Part::Word(..) | Part::Unless(_) | Part::Floor(_) => false,
        });
        outside(reading.spans(|part| part == Part::Term(place)), &excused)
    }

    /// One finding for each sentence in which every part of the combination stands within reach.
    fn together(&self, reading: &Reading<'_>, place: usize, combination: &Combination) -> Vec<Finding> {
        let excused = reading.spans(|part| part == Part::Unless(place));
        let groups = 0..combination.groups.len();
        let mut parts: Vec<Vec<Span>> =
            groups.map(|group| outside(reading.spans(|part| part == Part::Word(place, group)), &excused)).collect();
        if let Some(list) = &combination.list {
            let list = self.rules.lists.iter().position(|one| one.name == *list);
            parts.push(list.map_or_else(Vec::new, |list| self.standing_terms(reading, list)));
        }
        if let Some(digits) = combination.digits {
            parts.push(figures(reading.folded.text(), digits));
        }
        let sentences = sentences(reading.folded.text());
        let found = sentences.into_iter().filter_map(|sentence| nearest(&parts, sentence));
        found.map(|span| reading.combined(span, combination)).collect()
    }
}

impl Reading<'_> {
    fn spans(&self, wanted: impl Fn(Part) -> bool) -> Vec<Span> {
        self.hits.iter().filter(|(part, _)| wanted(*part)).map(|(_, span)| *span).collect()
    }

    fn slice(&self, span: Span) -> &str {
        self.folded.text().get(span.start..span.end).unwrap_or_default()
    }

    fn combined(&self, span: Span, combination: &Combination) -> Finding {
        let (start, end) = self.folded.original(span.start, span.end);
        Finding {
            rule: combination.rule.clone(),
            row: combination.row.clone(),
            severity: combination.severity,
            field: self.field.to_owned(),
            start,
            end,
            text: excerpt(self.original, start, end),
            seen_as: combination.name.clone(),
            how: How::Together,
            confidence: if combination.severity == Severity::Reject { 0.85 } else { 0.6 },
            hint: combination.hint.clone(),
        }
    }
}

fn patterns(rules: &ListingRules) -> Vec<(Part, &str)> {
    let mut patterns: Vec<(Part, &str)> = vec![];
    for (place, list) in rules.lists.iter().enumerate() {
        patterns.extend(list.terms.values().flatten().map(|term| (Part::Term(place), term.as_str())));
        patterns.extend(list.allow.values().flatten().map(|phrase| (Part::Allow(place), phrase.as_str())));
        patterns.extend(list.purpose.values().flatten().map(|phrase| (Part::Purpose(place), phrase.as_str())));
    }
    for (place, combination) in rules.combinations.iter().enumerate() {
        for (group, words) in combination.groups.iter().enumerate() {
            patterns.extend(words.iter().map(|word| (Part::Word(place, group), word.as_str())));
        }
        patterns.extend(combination.allow.iter().map(|phrase| (Part::Unless(place), phrase.as_str())));
    }
    for (place, floor) in rules.floors.iter().enumerate() {
        patterns.extend(floor.words.iter().map(|word| (Part::Floor(place), word.as_str())));
    }
    patterns
}

/// Whether a word begins and ends here: a letter is not cut from a letter, nor a figure from a figure.
fn is_word(text: &str, span: Span) -> bool {
    let cut = |one: Option<char>, other: Option<char>| match one.zip(other) {
        None => false,
        Some((one, other)) => {
            let letters = [one, other].iter().all(|c| c.is_alphabetic() && !is_unspaced(*c));
            letters || (one.is_numeric() && other.is_numeric())
        }
    };
    let (Some(before), Some(inside), Some(after)) =
        (text.get(..span.start), text.get(span.start..span.end), text.get(span.end..))
    else {
        return false;
    };
    !cut(before.chars().next_back(), inside.chars().next()) && !cut(inside.chars().next_back(), after.chars().next())
}

/// The spans that no excusing phrase covers.
fn outside(spans: Vec<Span>, excused: &[Span]) -> Vec<Span> {
    let covered = |span: &Span| excused.iter().any(|phrase| phrase.start <= span.start && span.end <= phrase.end);
    spans.into_iter().filter(|span| !covered(span)).collect()
}

/// Of spans that overlap, the first and longest.
fn longest(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut kept: Vec<Span> = vec![];
    for span in spans {
        if kept.last().is_none_or(|last| last.end <= span.start) {
            kept.push(span);
        }
    }
    kept
}

/// The sentences of a folded text. A point ends one only before a space, so that figures and names stay whole.
fn sentences(text: &str) -> Vec<Span> {
    let mut sentences = vec![];
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((place, c)) = chars.next() {
        let ends = match c {
            '\n' | '!' | '?' | ';' | '\u{3002}' => true,
            '.' => chars.peek().is_none_or(|(_, next)| next.is_whitespace()),
            _ => false,
        };
        if ends {
            sentences.push(Span { start, end: place });
            start = place + c.len_utf8();
        }
    }
    sentences.push(Span { start, end: text.len() });
    sentences
}

/// Numbers of at least `digits` digits; a point, comma or space may stand between two of them.
fn figures(text: &str, digits: usize) -> Vec<Span> {
    let mut runs: Vec<(Span, usize)> = vec![];
    let mut open = false;
    for (place, c) in text.char_indices() {
        if !c.is_ascii_digit() {
            open &= matches!(c, '.' | ',' | ' ');
            continue;
        }
        match runs.last_mut().filter(|(span, _)| open && place - span.end <= 1) {
            Some((span, count)) => {
                span.end = place + 1;
                *count += 1;
            }
            None => runs.push((Span { start: place, end: place + 1 }, 1)),
        }
        open = true;
    }
    runs.into_iter().filter(|(_, count)| *count >= digits).map(|(span, _)| span).collect()
}

/// What covers one span of each part, all within reach of a span of the first, inside the sentence.
fn nearest(parts: &[Vec<Span>], sentence: Span) -> Option<Span> {
    let inside = |span: &&Span| sentence.start <= span.start && span.end <= sentence.end;
    let (anchors, others) = parts.split_first()?;
    anchors.iter().filter(inside).find_map(|anchor| {
        others.iter().try_fold(*anchor, |whole, spans| {
            let near = spans.iter().filter(inside).min_by_key(|span| gap(anchor, span))?;
            let found = Span { start: whole.start.min(near.start), end: whole.end.max(near.end) };
            (gap(anchor, near) <= REACH).then_some(found)
        })
    })
}

fn gap(one: &Span, other: &Span) -> usize {
    one.start.saturating_sub(other.end).max(other.start.saturating_sub(one.end))
}
