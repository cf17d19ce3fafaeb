//! A text as it is read: folded characters, each with the span of the original that it comes from.
//!
//! Owns the [`Reading`] that every rule works on: units, the string the term automaton runs over, sentences, and the
//! compact string of a text without separators in which disguised terms are sought. Spans count characters of the
//! original and include the marks and invisible characters inside them. Start at [`Reading::of`].
use crate::beneath;
use crate::letters::{self, Kind, Letter};
use crate::words::{self, Word};

/// One folded character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The character as read.
    pub c: char,
    /// As written, where that is one character.
    pub written: char,
    /// Its kind.
    pub kind: Kind,
    /// The first character of the original.
    pub start: u32,
    /// Behind the last character of the original, marks included.
    pub end: u32,
    /// Which sentence it is in.
    pub sentence: u32,
    /// Something invisible, or a mark, was dropped before it or on it.
    pub hidden: bool,
}

/// A character with the span of the original that it comes from.
pub(crate) struct Seen {
    pub c: char,
    pub from: usize,
    pub to: usize,
}

/// A string with the way back to the units.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// The string.
    pub text: String,
    /// For each byte, the unit that it comes from.
    units: Vec<u32>,
}

/// A text as read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The folded characters.
    pub units: Vec<Unit>,
    /// Folded, runs of spaces and hyphens as one space.
    pub line: Line,
    /// Its words.
    pub(crate) words: Vec<Word>,
    /// Where its signs are.
    pub(crate) signs: Vec<usize>,
    /// How many characters the original has.
    pub length: usize,
    original: Vec<char>,
}

impl Line {
    /// With room for so many bytes.
    fn with_room(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), units: Vec::with_capacity(bytes) }
    }

    #[inline(always)]
    pub(crate) fn push(&mut self, c: char, unit: usize) {
        let unit = unit as u32;
        if c.is_ascii() {
            self.text.push(c);
            self.units.push(unit);
        } else {
            self.push_wide(c, unit);
        }
    }

    #[inline(never)]
    fn push_wide(&mut self, c: char, unit: u32) {
        self.text.push(c);
        self.units.extend(std::iter::repeat_n(unit, c.len_utf8()));
    }

    /// The units that the bytes `start..end` come from, as a half-open range.
    pub fn units(&self, start: usize, end: usize) -> (usize, usize) {
        let first = self.units.get(start).copied().unwrap_or_default();
        let last = end.checked_sub(1).and_then(|byte| self.units.get(byte)).copied().unwrap_or(first);
        (first as usize, last as usize + 1)
    }
}

impl Reading {
    /// Reads a text as it is seen.
    pub fn of(original: &str) -> Self {
        let original: Vec<char> = original.chars().collect();
        let seen = original.iter().copied().enumerate().map(|(place, c)| Seen { c, from: place, to: place + 1 });
        Self::new(units(seen), original)
    }

    /// Reads a text as it is not seen at first: what is spelled out in tags or in references to characters, and what is
    /// written from the right. `None` if it is the same.
    pub fn beneath(&self) -> Option<Self> {
        let seen = beneath::seen(&self.original)?;
        Some(Self::new(units(seen.into_iter()), self.original.clone()))
    }

    fn new(units: Vec<Unit>, original: Vec<char>) -> Self {
        let line = fold_line(&units);
        let (words, signs) = words::of(&units);
        Self { units, line, words, signs, length: original.len(), original }
    }

    /// The text as folded.
    pub fn folded(&self) -> &str {
        &self.line.text
    }

    /// The span of the original that the units `from..to` come from.
    pub fn span(&self, from: usize, to: usize) -> (usize, usize) {
        let Some(first) = self.units.get(from) else { return (self.length, self.length) };
        let last = to.checked_sub(1).filter(|last| *last >= from).and_then(|last| self.units.get(last));
        let Some(last) = last else { return (first.start as usize, first.start as usize) };
        // A stretch that is read from the right begins with its last character.
        (first.start.min(last.start) as usize, first.end.max(last.end) as usize)
    }

    /// The original between two characters, at most 200 of them.
    pub fn excerpt(&self, start: usize, end: usize) -> String {
        self.original.get(start..end.min(self.length)).unwrap_or_default().iter().take(200).collect()
    }

    /// The units `from..to` as read.
    pub fn read(&self, from: usize, to: usize) -> String {
        self.units.get(from..to.min(self.units.len())).unwrap_or_default().iter().take(200).map(|unit| unit.c).collect()
    }

    /// The units `from..to` as written, for terms that hold only in their very letters.
    pub fn written(&self, from: usize, to: usize) -> String {
        self.units.get(from..to.min(self.units.len())).unwrap_or_default().iter().map(|unit| unit.written).collect()
    }

    /// The character as read at a place; a space outside the text.
    pub fn at(&self, place: usize) -> char {
        self.units.get(place).map_or(' ', |unit| unit.c)
    }

    /// The kind of the unit at a place; a line's end outside the text.
    pub fn kind(&self, place: usize) -> Kind {
        self.units.get(place).map_or(Kind::Line, |unit| unit.kind)
    }

    /// The kind of the unit before a place.
    pub fn kind_before(&self, place: usize) -> Kind {
        place.checked_sub(1).map_or(Kind::Line, |before| self.kind(before))
    }

    /// The character as read before a place.
    pub fn before(&self, place: usize) -> char {
        place.checked_sub(1).map_or(' ', |before| self.at(before))
    }

    /// The sentence of the unit at a place.
    pub fn sentence(&self, place: usize) -> u32 {
        self.units.get(place).or(self.units.last()).map_or(0, |unit| unit.sentence)
    }

    /// Whether brackets of one kind stand around the units `from..to`.
    pub fn is_bracketed(&self, from: usize, to: usize) -> bool {
        let brackets = (self.before(from), self.at(to));
        matches!(brackets, ('(', ')') | ('[', ']') | ('{', '}') | ('<', '>') | ('【', '】') | ('「', '」'))
    }

    /// Whether a word may begin at `from` and end before `to`: no letter goes on at either side.
    pub fn is_word(&self, from: usize, to: usize) -> bool {
        self.begins_word(from) && self.ends_word(to)
    }

    /// Whether a word begins at this unit.
    pub fn begins_word(&self, from: usize) -> bool {
        self.kind(from) != self.kind_before(from) || !matches!(self.kind(from), Kind::Letter | Kind::Digit)
    }

    /// Whether a word ends before this unit.
    pub fn ends_word(&self, to: usize) -> bool {
        self.kind(to) != self.kind_before(to) || !matches!(self.kind(to), Kind::Letter | Kind::Digit)
    }

    /// Letters, figures and signs that may stand for letters, by class, without anything between them.
    pub fn compact(&self) -> Line {
        let mut compact = Line::with_room(self.line.text.len());
        let mut last = None;
        for (place, unit) in self.units.iter().enumerate() {
            let class = match unit.kind {
                Kind::Letter | Kind::Digit => letters::class(unit.c),
                Kind::Han => Some(letters::class(unit.c).unwrap_or(unit.c)),
                Kind::Sign if self.is_leet_sign(place) => letters::class(unit.c),
                Kind::Space | Kind::Line | Kind::Sign => None,
            };
            // A letter that is repeated counts once, in the terms as well; not across a gap.
            if let Some(class) = class
                && (Some(class) != last || unit.kind == Kind::Han)
            {
                compact.push(class, place);
            }
            last = class;
        }
        compact
    }

    /// A sign that stands for a letter: letters beside it, and not one between every two letters (`w!e!c!h!a!t`).
    pub fn is_leet_sign(&self, place: usize) -> bool {
        let c = self.at(place);
        if !letters::is_leet_sign(c) {
            return false;
        }
        let letter = |place: usize| {
            matches!(self.kind(place), Kind::Letter | Kind::Digit) || letters::is_leet_sign(self.at(place))
        };
        let spaced = place >= 2
            && self.kind(place - 1) == Kind::Space
            && letter(place - 2)
            && self.kind(place + 1) == Kind::Space
            && letter(place + 2);
        let beside = place.checked_sub(1).is_some_and(letter) || letter(place + 1) || spaced;
        let same = |by: isize| place.checked_add_signed(by).is_some_and(|other| self.at(other) == c);
        let separates = same(2) && same(4) || same(-2) && same(2) || same(-2) && same(-4);
        beside && !separates
    }
}

/// The characters that are seen, folded.
fn units(seen: impl Iterator<Item = Seen>) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::with_capacity(seen.size_hint().0);
    let mut hidden = false;
    for Seen { c, from, to } in seen {
        let (start, end) = (u32::try_from(from).unwrap_or(u32::MAX), u32::try_from(to).unwrap_or(u32::MAX));
        let mut push = |read: char, hidden: bool| {
            let kind = letters::kind(read);
            units.push(Unit { c: read, written: c, kind, start, end, sentence: 0, hidden });
        };
        match letters::fold(c) {
            Letter::Hidden => hidden = true,
            Letter::Mark => {
                // It belongs to the letter before it, across what shows nothing.
                if let Some(last) = units.last_mut().filter(|last| last.kind != Kind::Line) {
                    last.end = last.end.max(end);
                    last.hidden = true;
                }
            }
            Letter::One(read) => push(read, std::mem::take(&mut hidden)),
            Letter::Many => {
                let was = std::mem::take(&mut hidden);
                letters::spelled_out(c).into_iter().for_each(|read| push(read, was));
            }
        }
    }
    number_sentences(&mut units);
    units
}

/// Numbers the sentences: a line's end, a full stop before a space, and the marks of Chinese end one.
fn number_sentences(units: &mut [Unit]) {
    let mut sentence = 0;
    let mut ended = false;
    for place in 0..units.len() {
        let next = units.get(place + 1).map(|unit| unit.kind);
        let Some(unit) = units.get_mut(place) else { return };
        if ended && !matches!(unit.kind, Kind::Space | Kind::Line | Kind::Sign) {
            sentence += 1;
            ended = false;
        }
        unit.sentence = sentence;
        ended |= match unit.c {
            '\n' | '\u{3002}' => true,
            '.' | '!' | '?' => matches!(next, Some(Kind::Space | Kind::Line | Kind::Han) | None),
            _ => false,
        };
    }
}

fn fold_line(units: &[Unit]) -> Line {
    let mut line = Line::with_room(units.iter().map(|unit| unit.c.len_utf8()).sum());
    let mut last = None;
    for (place, unit) in units.iter().enumerate() {
        let c = if unit.c == '-' { ' ' } else { unit.c };
        if c == ' ' && matches!(last, Some(' ' | '\n')) {
            continue;
        }
        if c == '\n' {
            while line.text.ends_with([' ', '\n']) {
                line.text.pop();
            }
            line.units.truncate(line.text.len());
        }
        line.push(c, place);
        last = Some(c);
    }
    line
}

/// A text as it is read: folded as the terms and the phrases of the lists are, without spaces at its ends.
pub fn fold_term(term: &str) -> String {
    Reading::of(term).line.text.trim().to_owned()
}

/// A term as the compact line has it.
pub fn compact_term(term: &str) -> String {
    Reading::of(term).compact().text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_without_its_decoration() {
        let reading = Reading::of("Ｔａｏ\u{200b}Ｂａｏ  best\u{2011}practice \n\n 聯繫 Cafe\u{301} ①②");
        assert_eq!(reading.folded(), "taobao best practice\n联系 cafe 12");
    }

    #[test]
    fn a_span_has_the_marks_and_the_invisible_inside_it() {
        let reading = Reading::of("用 Ｑ\u{200b}e\u{301}！");
        assert_eq!((reading.span(2, 4), reading.excerpt(2, 6)), ((2, 6), "Ｑ\u{200b}e\u{301}".to_owned()));
    }

    #[test]
    fn a_compact_text_has_classes_and_no_repeats() {
        assert_eq!(compact_term("t.3.l-e gr@aam"), compact_term("telegram"));
        assert_eq!(compact_term("w!e!c!h!a!t"), compact_term("wechat"));
        assert_eq!(compact_term("аliрау"), compact_term("AliPay"));
    }

    #[test]
    fn sentences_end_at_full_stops_and_lines() {
        let reading = Reading::of("One v1.2 here. Two!\nThree。四");
        let last: Vec<u32> = [3, 17, 22, 27].map(|place| reading.sentence(place)).to_vec();
        assert_eq!(last, [0, 1, 2, 3]);
    }
}
