//! No keywords stacked or repeated (M5.15): the same word over and over, and rows of words in place of sentences.
//!
//! Owns the figures (default): what an ordinary title or description never reaches.
use crate::field::{Breach, Context, Field};
use crate::finding::{How, View};
use crate::hash::{self, Table};
use crate::letters::{self, Kind};
use crate::reading::Reading;
use crate::words::Word;
use kernel::RuleId;
use rulebook::listings::Severity;
use std::collections::HashMap;

/// What may be repeated: a word of three letters or more; of Chinese, every two characters.
struct Keyword {
    from: usize,
    to: usize,
    /// Hash of its letters.
    key: u64,
    han: bool,
}

/// So often in a title.
const IN_TITLE: usize = 4;
/// So often without anything else between.
const IN_A_ROW: usize = 4;
/// So often in a description, if it is a sixth of its words.
const IN_TEXT: usize = 10;

pub(crate) fn check(context: &Context<'_>, field: &mut Field<'_>) {
    let keywords = keywords(field.scan.reading);
    let Some(stack) = stacked(field, &keywords) else { return };
    let (from, to, seen_as) = stack;
    let breach = Breach {
        rule: RuleId::of("M5.15"),
        row: Some(RuleId::of("M5.15")),
        list: None,
        severity: Severity::Review,
        seen_as,
        how: How::by(View::Stacked),
        confidence: 0.8,
        hint: "Say it once, in a sentence: keywords may not be stacked or repeated.".into(),
    };
    field.find(context, from, to, breach);
}

fn stacked(field: &Field<'_>, words: &[Keyword]) -> Option<(usize, usize, String)> {
    in_a_row(field, words)
        .or_else(|| in_one_row(field, words))
        .or_else(|| often(field, words))
        .or_else(|| row_of_keywords(field))
}

fn keywords(reading: &Reading) -> Vec<Keyword> {
    let room = |word: &Word| if word.is_han() { word.length() } else { 1 };
    let mut keywords = Vec::with_capacity(reading.words.iter().map(room).sum());
    for word in &reading.words {
        let Word { from, to, key, .. } = *word;
        if word.is_han() {
            let pairs = reading.units.get(from..to).unwrap_or_default().windows(2).zip(from..);
            keywords.extend(pairs.map(|(two, from)| {
                let key = hash::word(two.iter().map(|unit| unit.c));
                Keyword { from, to: from + 2, key, han: true }
            }));
        } else if word.is_plain() && word.length() >= 3 {
            // A stem with figures names a model: a list of those is no stack.
            keywords.push(Keyword { from, to, key, han: false });
        }
    }
    keywords
}

/// Nothing but spaces and signs between: "40-bit, 56-bit" is a list of models.
fn is_joined(field: &Field<'_>, from: usize, to: usize) -> bool {
    to <= from
        || (from..to).all(|place| matches!(field.scan.reading.kind(place), Kind::Space | Kind::Line | Kind::Sign))
}

fn in_a_row(field: &Field<'_>, words: &[Keyword]) -> Option<(usize, usize, String)> {
    let mut from = 0;
    for to in 1..=words.len() {
        let same = words.get(to).zip(words.get(from)).is_some_and(|(one, other)| one.key == other.key)
            && words
                .get(to.saturating_sub(1))
                .zip(words.get(to))
                .is_some_and(|(one, other)| is_joined(field, one.to, other.from));
        if !same {
            if to - from >= IN_A_ROW {
                let (first, last) = (words.get(from)?, words.get(to - 1)?);
                return Some((first.from, last.to, field.scan.reading.read(first.from, first.to)));
            }
            from = to;
        }
    }
    None
}

/// The longest Chinese word that is looked for in a row, in characters.
const LONGEST: usize = 4;

/// A Chinese word over and over, with nothing but spaces and signs between: its pairs of characters come again at the
/// same distance.
fn in_one_row(field: &Field<'_>, words: &[Keyword]) -> Option<(usize, usize, String)> {
    words.iter().find(|word| word.han)?;
    (2..=LONGEST).find_map(|apart| {
        let least = apart * (IN_A_ROW - 1) - 1;
        let mut same = 0;
        let again = words.get(apart..)?.iter().zip(words).map(|(one, other)| one.key == other.key);
        for (last, is_same) in (apart..).zip(again.chain([false])) {
            if is_same {
                same += 1;
                continue;
            }
            let row = words.get(last - same - apart..last).filter(|_| same >= least).unwrap_or_default();
            let joined = row.windows(2).all(|two| is_joined(field, two[0].to, two[1].from));
            if let Some((first, end)) = row.first().zip(row.last())
                && joined
                && row.iter().all(|word| word.han)
            {
                let word = field.scan.reading.read(first.from, row.get(apart)?.from);
                return Some((first.from, end.to, word.trim().to_owned()));
            }
            same = 0;
        }
        None
    })
}

fn often(field: &Field<'_>, words: &[Keyword]) -> Option<(usize, usize, String)> {
    let least = if field.is_title() { IN_TITLE } else { IN_TEXT.max(words.len().div_ceil(6)) };
    let counted = || words.iter().filter(|word| word.to - word.from > 3 || field.is_title() || word.han);
    if counted().count() < least || most_at_most(counted().map(|word| word.key)) < least {
        return None;
    }
    let mut counts: Table<usize> = Table::default();
    for word in counted() {
        *counts.entry(word.key).or_default() += 1;
    }
    let most = counts.into_iter().filter(|(_, count)| *count >= least).max_by_key(|(key, count)| (*count, *key));
    let (key, _) = most?;
    let mut places = words.iter().filter(|word| word.key == key);
    let first = places.next()?;
    let last = places.next_back()?;
    Some((first.from, last.to, field.scan.reading.read(first.from, first.to)))
}

/// No key occurs more often: keys are counted by a part of them.
fn most_at_most(keys: impl Iterator<Item = u64>) -> usize {
    let mut counts = [0u32; 256];
    for key in keys {
        if let Some(count) = counts.get_mut(key as usize % 256) {
            *count += 1;
        }
    }
    counts.into_iter().max().map_or(0, |most| most as usize)
}

/// Fewer pieces are no row.
const PIECES: usize = 6;

/// The sentences and lines of a text that have so many separators: where each begins and ends. Full-width commas are
/// read as plain ones.
fn rows(text: &str) -> Vec<(usize, usize)> {
    let (mut rows, mut from, mut separators) = (vec![], 0, 0);
    let mut close = |from: usize, end: usize, separators: usize| {
        if separators + 1 >= PIECES {
            rows.push((from, end));
        }
    };
    for (at, byte) in text.bytes().enumerate() {
        let is = |mark: &str| text.as_bytes().get(..=at).is_some_and(|text| text.ends_with(mark.as_bytes()));
        match byte {
            b',' | b'|' | b';' | b'/' | b'#' => separators += 1,
            b'\n' | b'.' => {
                close(from, at, separators);
                (from, separators) = (at + 1, 0);
            }
            0x81 if is("、") => separators += 1,
            0x82 if is("。") => {
                close(from, at + 1 - "。".len(), separators);
                (from, separators) = (at + 1, 0);
            }
            _ => {}
        }
    }
    close(from, text.len(), separators);
    rows
}

/// Many short pieces between separators, most of which share a word: "erp software, erp system, erp cloud, …".
fn row_of_keywords(field: &Field<'_>) -> Option<(usize, usize, String)> {
    let text = field.scan.reading.folded();
    for (start, end) in rows(text) {
        let line = text.get(start..end).unwrap_or_default();
        let pieces: Vec<&str> =
            line.split([',', '、', '|', ';', '/', '#']).map(str::trim).filter(|piece| !piece.is_empty()).collect();
        if pieces.len() < PIECES {
            continue;
        }
        let short = pieces.iter().filter(|piece| piece.chars().count() <= 24).count();
        if short * 10 < pieces.len() * 9 {
            continue;
        }
        let (from, to) = field.scan.reading.line.units(start, end);
        let models = pieces.iter().filter(|piece| piece.bytes().any(|b| b.is_ascii_digit())).count();
        let hyphens = field.scan.reading.read(from, to).matches('-').count();
        if (models + hyphens) * 2 >= pieces.len() {
            continue;
        }
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for word in pieces.iter().flat_map(|piece| words_of(piece)) {
            *counts.entry(word).or_default() += 1;
        }
        let most = counts.into_iter().max_by(|one, other| one.1.cmp(&other.1).then(other.0.cmp(one.0)));
        if let Some((word, count)) = most.filter(|(_, count)| *count >= 5 && count * 3 >= pieces.len() * 2) {
            return Some((from, to, format!("{word} ({count} times)")));
        }
    }
    None
}

/// Words of three letters or more; of Chinese, every two characters.
fn words_of(piece: &str) -> Vec<&str> {
    let mut words: Vec<&str> = piece.split(' ').filter(|word| word.chars().count() >= 3).collect();
    let is_han = |c: char| letters::kind(c) == Kind::Han;
    let two = piece
        .char_indices()
        .zip(piece.char_indices().skip(1))
        .filter(|((_, c), (_, next))| is_han(*c) && is_han(*next));
    words.extend(two.filter_map(|((from, _), (next, c))| piece.get(from..next + c.len_utf8())));
    words.sort_unstable();
    words.dedup();
    words
}
