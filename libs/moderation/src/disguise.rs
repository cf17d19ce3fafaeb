//! Names in disguise: look-alike letters, leet, separated and repeated letters, and single misspellings.
//!
//! Owns the automaton over compact texts and the table of misspellings. A match of classes is only a suspicion: the
//! letters are then aligned with the term one by one, and its edges must be edges of words. Linear in the text.
use crate::finding::View;
use crate::letters::{self, Kind};
use crate::lexicon::{Term, automaton};
use crate::near::{Keyed, mix};
use crate::reading::{Reading, compact_term};
use aho_corasick::AhoCorasick;
use rulebook::lists::Reading as How;
use std::collections::{BTreeMap, HashMap, HashSet};

/// A term that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hit {
    pub term: u32,
    pub from: usize,
    pub to: usize,
    pub view: View,
    pub distance: u8,
    /// It may be chance: a person looks at it.
    pub weak: bool,
}

/// What disguised terms are sought by.
#[derive(Debug)]
pub(crate) struct Disguises {
    automaton: AhoCorasick,
    /// For each pattern the terms and their letters.
    forms: Vec<Vec<(u32, Vec<char>)>>,
    /// Misspelt names, by the hash of their letters.
    edits: Edits,
}

#[derive(Clone, Copy, Debug)]
struct Edit {
    term: u32,
    view: View,
    distance: u8,
}

/// The most signs between two letters of one name; an emoji may be several.
const GAP: usize = 5;

impl Disguises {
    /// `plain` are all words of the lists: none of them is a misspelling.
    pub(crate) fn of(terms: &[Term], plain: &[String]) -> Self {
        let mut forms: BTreeMap<String, Vec<(u32, Vec<char>)>> = BTreeMap::new();
        let mut edits = Edits::default();
        let plain: HashSet<&str> = plain.iter().map(String::as_str).collect();
        for (id, term) in terms.iter().enumerate() {
            let id = u32::try_from(id).unwrap_or(u32::MAX);
            if matches!(term.reading, How::Disguised | How::Fuzzy) {
                for letters in spellings(&term.folded) {
                    let raw: String = letters.iter().filter_map(|c| letters::class(*c)).collect();
                    let squeezed = compact_term(&letters.iter().collect::<String>());
                    forms.entry(raw.clone()).or_default().push((id, letters.clone()));
                    if squeezed != raw {
                        forms.entry(squeezed).or_default().push((id, letters));
                    }
                }
            }
            if term.reading == How::Fuzzy {
                misspell(id, &term.folded, &plain, &mut edits);
            }
        }
        let (patterns, forms): (Vec<String>, Vec<_>) = forms.into_iter().unzip();
        Self { automaton: automaton(&patterns), forms, edits }
    }

    /// Bytes on the heap, about.
    pub(crate) fn size(&self) -> usize {
        self.automaton.memory_usage() + self.edits.capacity() * (size_of::<(u64, Edit)>() + 1) + self.forms.len() * 64
    }

    /// Finds disguised and misspelt terms; plain ones are left to the plain scan.
    pub(crate) fn scan(&self, reading: &Reading, terms: &[Term], hits: &mut Vec<Hit>) {
        let compact = reading.compact();
        for found in self.automaton.find_overlapping_iter(&compact.text) {
            let (from, last) = compact.units(found.start(), found.end());
            let Some(forms) = self.forms.get(found.pattern().as_usize()) else { continue };
            for (id, letters) in forms {
                let Some(term) = terms.get(*id as usize) else { continue };
                if let Some((to, view)) = align(reading, from, last, letters, term) {
                    let weak = is_chance(reading, from, to, term);
                    hits.push(Hit { term: *id, from, to, view, distance: 0, weak });
                }
            }
        }
        self.scan_words(reading, hits);
    }

    fn scan_words(&self, reading: &Reading, hits: &mut Vec<Hit>) {
        let mut place = 0;
        while place < reading.units.len() {
            let from = place;
            while reading.kind(place) == Kind::Letter && place < reading.units.len() {
                place += 1;
            }
            if place == from {
                place += 1;
                continue;
            }
            // "t*legram": a sign stands for one letter.
            let masked = matches!(reading.at(place), MASK | '#' | '?' | '_') && reading.kind(place + 1) == Kind::Letter;
            if masked {
                place += 1;
                while reading.kind(place) == Kind::Letter && place - from <= 24 {
                    place += 1;
                }
            }
            if (4..=24).contains(&(place - from))
                && let Some(edit) = self.edits.get(&spell(reading, from, place))
            {
                let weak = edit.distance > 0;
                hits.push(Hit { term: edit.term, from, to: place, view: edit.view, distance: edit.distance, weak });
            }
        }
    }
}

/// What stands for a masked letter.
const MASK: char = '*';

/// The hash of a word: in Latin letters, where it mixes scripts; as it is otherwise.
fn spell(reading: &Reading, from: usize, to: usize) -> u64 {
    let units = reading.units.get(from..to).unwrap_or_default();
    let plain = units.iter().filter(|unit| unit.c.is_ascii()).count();
    let mixed = plain > 0 && plain < units.len();
    let letter = |c: char| if mixed { letters::twin(c).unwrap_or(c) } else { c };
    hash(units.iter().map(|unit| if unit.kind == Kind::Sign { MASK } else { letter(unit.c) }))
}

/// Of 64 bits: two words of one hash do not occur.
fn hash(letters: impl Iterator<Item = char>) -> u64 {
    letters.fold(0, |hash, c| mix(hash ^ u64::from(c)))
}

type Edits = HashMap<u64, Edit, Keyed>;

/// The letters of a term, and with letters as two others write them (`rn` for m).
fn spellings(folded: &str) -> Vec<Vec<char>> {
    let letters: Vec<char> =
        folded.chars().filter(|c| letters::class(*c).is_some() && !letters::is_leet_sign(*c)).collect();
    let has_han = letters.iter().any(|c| letters::kind(*c) == Kind::Han);
    if letters.len() < if has_han { 2 } else { 4 } {
        return vec![];
    }
    let text: String = letters.iter().collect();
    let mut all = vec![letters];
    if text.is_ascii() && text.len() >= 6 {
        // Turned letters are read from the right.
        all.push(text.chars().rev().collect());
    }
    for (one, two) in [("m", "rn"), ("w", "vv"), ("d", "cl"), ("f", "ph"), ("ks", "x"), ("x", "ks"), ("k", "c")] {
        if text.contains(one) && text.is_ascii() && text.len() >= 6 {
            all.push(text.replace(one, two).chars().collect());
        }
    }
    all
}

/// How one written letter stands for a letter of the term.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    Plainly,
    LooksAlike,
    Leet,
}

fn stands(unit: &crate::reading::Unit, letter: char) -> Option<Stands> {
    if unit.c == letter {
        return Some(Stands::Plainly);
    }
    // A capital I for an l; other plain letters stand for themselves alone.
    if unit.c.is_ascii_alphabetic() && letter.is_ascii() {
        return (unit.written == 'I' && letter == 'l').then_some(Stands::LooksAlike);
    }
    if unit.kind == Kind::Han || letters::class(unit.c) != letters::class(letter) {
        return None;
    }
    match unit.kind {
        Kind::Letter => Some(Stands::LooksAlike),
        Kind::Digit | Kind::Sign => Some(Stands::Leet),
        Kind::Han | Kind::Space | Kind::Line => None,
    }
}

/// Aligns the units from `from` on, at least to `last`, with the letters. Answers where it ends, and how it was seen;
/// `None` if it is another word, or not disguised at all.
fn align(reading: &Reading, from: usize, last: usize, letters: &[char], term: &Term) -> Option<(usize, View)> {
    let mut next = 0;
    let mut gap = 0;
    let mut seen = Seen::default();
    let mut place = from;
    let mut to = from;
    while place < reading.units.len() {
        let unit = reading.units.get(place)?;
        let sign =
            matches!(unit.kind, Kind::Space | Kind::Line) || unit.kind == Kind::Sign && !reading.is_leet_sign(place);
        if sign {
            gap += 1;
            if next >= letters.len() || gap > GAP {
                break;
            }
            place += 1;
            continue;
        }
        let previous = next.checked_sub(1).and_then(|at| letters.get(at));
        let here = letters.get(next).and_then(|letter| stands(unit, *letter));
        let again = previous.filter(|_| gap == 0 || here.is_none()).and_then(|letter| stands(unit, *letter));
        match (here, again) {
            (Some(how), _) => {
                seen.note(how, unit);
                next += 1;
            }
            (None, Some(how)) if gap == 0 && unit.kind != Kind::Han => {
                seen.note(how, unit);
                seen.repeated = true;
            }
            _ if next >= letters.len() => break,
            _ => return None,
        }
        if gap > 0 {
            seen.gaps.push((to, place));
            gap = 0;
        }
        place += 1;
        to = place;
    }
    let whole = next >= letters.len() && to >= last;
    (whole && seen.is_sound(reading, from, to, term)).then(|| seen.view()).flatten().map(|view| (to, view))
}

#[derive(Default)]
struct Seen {
    letters: usize,
    look_alike: usize,
    leet: usize,
    repeated: bool,
    hidden: bool,
    decorated: bool,
    gaps: Vec<(usize, usize)>,
}

impl Seen {
    fn note(&mut self, how: Stands, unit: &crate::reading::Unit) {
        match how {
            Stands::Plainly => self.letters += 1,
            Stands::LooksAlike => {
                self.letters += 1;
                self.look_alike += 1;
            }
            Stands::Leet => self.leet += 1,
        }
        self.hidden |= unit.hidden;
        self.decorated |= unit.c.is_ascii() && !unit.written.is_ascii();
    }

    fn view(&self) -> Option<View> {
        if self.look_alike > 0 {
            Some(View::LookAlike)
        } else if self.leet > 0 {
            Some(View::Leet)
        } else if !self.gaps.is_empty() {
            Some(View::Separated)
        } else if self.repeated {
            Some(View::Repeated)
        } else if self.decorated {
            Some(View::Decorated)
        } else {
            None
        }
    }

    fn is_sound(&self, reading: &Reading, from: usize, to: usize, term: &Term) -> bool {
        let total = self.letters + self.leet;
        let enough = self.letters * 6 >= total && (total >= 6 || self.letters * 2 >= total);
        enough
            && (term.inner && self.gaps.is_empty() || is_apart(reading, from, to))
            && self.gaps_are_sound(reading, from, to, term)
    }

    fn gaps_are_sound(&self, reading: &Reading, from: usize, to: usize, term: &Term) -> bool {
        let han = term.folded.chars().any(|c| letters::kind(c) == Kind::Han);
        let edges: Vec<usize> = self.gaps.iter().map(|(_, after)| *after).collect();
        let starts = std::iter::once(from).chain(edges.iter().copied());
        let ends = self.gaps.iter().map(|(before, _)| *before).chain(std::iter::once(to));
        let longest = starts.zip(ends).map(|(start, end)| end - start).max().unwrap_or(0);
        self.gaps.iter().all(|(before, after)| {
            let gap = reading.units.get(*before..*after).unwrap_or_default();
            let only_spaces = gap.iter().all(|unit| unit.kind == Kind::Space);
            let stop = gap
                .iter()
                .any(|unit| matches!(unit.c, ',' | ';' | ':' | '\u{3001}' | '\u{ff0c}' | '?' | '(' | ')' | '"'));
            let spaced = gap.iter().any(|unit| unit.kind != Kind::Sign);
            let full_stop = gap.iter().any(|unit| matches!(unit.c, '.' | '!' | '\u{3002}'));
            if han {
                return !stop;
            }
            if longest < 2 {
                return true;
            }
            let split_words = spaced && (stop || full_stop) || stop && longest > 3;
            !(split_words || term.whole && only_spaces)
        })
    }
}

/// A plain space between two characters of running Chinese may stand there by chance.
fn is_chance(reading: &Reading, from: usize, to: usize, term: &Term) -> bool {
    let han = term.folded.chars().any(|c| letters::kind(c) == Kind::Han);
    let running = reading.kind_before(from) == Kind::Han && reading.kind(to) == Kind::Han;
    let inside = reading.units.get(from..to).unwrap_or_default();
    han && running && inside.iter().all(|unit| unit.kind == Kind::Han || matches!(unit.written, ' ' | '\u{3002}'))
}

/// Whether the edges are edges of words: no letter goes on, and no figure where a figure was read as a letter.
fn is_apart(reading: &Reading, from: usize, to: usize) -> bool {
    let wordy = |kind: Kind, edge: Kind| match kind {
        Kind::Letter => edge != Kind::Han,
        Kind::Digit => matches!(edge, Kind::Digit | Kind::Sign),
        Kind::Han | Kind::Space | Kind::Line | Kind::Sign => false,
    };
    let first = reading.kind(from);
    let last = reading.kind_before(to);
    !wordy(reading.kind_before(from), first) && !wordy(reading.kind(to), last)
}

/// Enters every misspelling of a long name that is no word of the lists itself.
fn misspell(id: u32, folded: &str, plain: &HashSet<&str>, edits: &mut Edits) {
    let name: Vec<char> = folded.chars().filter(|c| c.is_alphabetic()).collect();
    let whole = name.iter().all(|c| letters::kind(*c) == Kind::Letter);
    if name.len() < 6 || !whole {
        return;
    }
    let mut enter = |text: String, view: View, distance: u8| {
        if !plain.contains(text.as_str()) && text.chars().count() >= 4 {
            edits.entry(hash(text.chars())).or_insert(Edit { term: id, view, distance });
        }
    };
    let text = |letters: &[char]| letters.iter().collect::<String>();
    enter(format!("{}s", text(&name)), View::Folded, 0);
    for at in 0..name.len() {
        let mut missing = name.clone();
        missing.remove(at);
        enter(text(&missing), View::Edited, 1);
        let mut masked = name.clone();
        masked[at] = MASK;
        enter(text(&masked), View::Edited, 1);
        if at + 1 < name.len() {
            let mut swapped = name.clone();
            swapped.swap(at, at + 1);
            if swapped != name {
                enter(text(&swapped), View::Edited, 1);
            }
        }
    }
    let alphabet: Vec<char> =
        if name.iter().all(char::is_ascii) { ('a'..='z').collect() } else { ('а'..='я').collect() };
    for letter in alphabet {
        for at in 0..=name.len() {
            let mut added = name.clone();
            added.insert(at, letter);
            enter(text(&added), View::Edited, 1);
            if name.len() >= 7 && name.get(at).is_some_and(|here| *here != letter) {
                let mut wrong = name.clone();
                wrong[at] = letter;
                enter(text(&wrong), View::Edited, 1);
            }
        }
    }
    let consonants: Vec<char> = name.iter().copied().filter(|c| !"aeiouаеиоуыэюя".contains(*c)).collect();
    if consonants.len() >= 4 {
        enter(text(&consonants), View::Vowelless, u8::try_from(name.len() - consonants.len()).unwrap_or(u8::MAX));
    }
}
