//! Names in disguise: look-alike letters, leet, separated and repeated letters, turned ones.
//!
//! Owns the automaton over compact texts; misspelt and masked names are in `misspelt`. A match of classes is only a suspicion: the
//! letters are then aligned with the term one by one, and its edges must be edges of words. Linear in the text.
use crate::automaton::Automaton;
use crate::finding::View;
use crate::letters::{self, Kind};
use crate::lexicon::Term;
use crate::misspelt::Misspelt;
use crate::reading::{Reading, Unit, compact_term};
use crate::syllables::syllable;
use rulebook::lists::{Class, Reading as How};
use std::collections::{BTreeMap, HashSet};

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
    automaton: Automaton,
    /// For each pattern the ways of writing a term that it may be.
    forms: Vec<Vec<Form>>,
    misspelt: Misspelt,
}

/// A way of writing a term.
#[derive(Clone, Debug)]
struct Form {
    term: u32,
    letters: Vec<char>,
    /// What to call it if nothing else is odd: from the right, upside down, with other letters.
    view: Option<View>,
}

/// The most signs between two letters of one name; an emoji may be several.
const GAP: usize = 5;

impl Disguises {
    /// `plain` are all words of the lists: none of them is a misspelling.
    pub(crate) fn of(terms: &[Term], plain: &[String]) -> Self {
        let mut forms: BTreeMap<String, Vec<Form>> = BTreeMap::new();
        let mut misspelt = Misspelt::default();
        let plain: HashSet<&str> = plain.iter().map(String::as_str).collect();
        misspelt.know(&plain);
        for (id, term) in terms.iter().enumerate() {
            let id = u32::try_from(id).unwrap_or(u32::MAX);
            if matches!(term.reading, How::Disguised | How::Fuzzy) {
                for (letters, view) in spellings(&term.folded) {
                    let raw: String = letters.iter().filter_map(|c| letters::class(*c)).collect();
                    let squeezed = compact_term(&letters.iter().collect::<String>());
                    let form = Form { term: id, letters, view };
                    forms.entry(raw.clone()).or_default().push(form.clone());
                    if squeezed != raw {
                        forms.entry(squeezed).or_default().push(form);
                    }
                }
                misspelt.mask(id, &term.folded);
                if matches!(term.class, Class::Brand | Class::Messenger) {
                    misspelt.swap(id, &term.folded, &plain);
                }
            }
            if term.reading == How::Fuzzy {
                misspelt.misspell(id, &term.folded, &plain);
            }
        }
        let (patterns, forms): (Vec<String>, Vec<_>) = forms.into_iter().unzip();
        Self { automaton: Automaton::of(&patterns), forms, misspelt: misspelt.ready() }
    }

    /// Bytes on the heap, about.
    pub(crate) fn size(&self) -> usize {
        self.automaton.size() + self.misspelt.size() + self.forms.len() * 64
    }

    /// Finds disguised and misspelt terms; plain ones are left to the plain scan.
    pub(crate) fn scan(&self, reading: &Reading, terms: &[Term], hits: &mut Vec<Hit>) {
        let compact = reading.compact();
        self.automaton.find(&compact.text, |pattern, start, end| {
            let (from, last) = compact.units(start, end);
            for form in self.forms.get(pattern).into_iter().flatten() {
                let Some(term) = terms.get(form.term as usize) else { continue };
                if let Some((to, view, sounds)) = align(reading, from, last, form, term) {
                    let weak = sounds || is_chance(reading, from, to, term);
                    hits.push(Hit { term: form.term, from, to, view, distance: 0, weak });
                }
            }
        });
        self.misspelt.scan(reading, hits);
    }
}

/// The letters of a term, and with letters as two others write them (`rn` for m); and what
/// to call it.
fn spellings(folded: &str) -> Vec<(Vec<char>, Option<View>)> {
    let letters: Vec<char> =
        folded.chars().filter(|c| letters::class(*c).is_some() && !letters::is_leet_sign(*c)).collect();
    let has_han = letters.iter().any(|c| letters::kind(*c) == Kind::Han);
    if letters.len() < if has_han { 2 } else { 4 } {
        return vec![];
    }
    let text: String = letters.iter().collect();
    let mixed = if has_han { half_latin(&letters) } else { vec![] };
    let long = text.chars().count() >= 6 && letters.iter().all(|c| letters::kind(*c) == Kind::Letter);
    let mut all = vec![(letters, None)];
    all.extend(mixed.into_iter().map(|letters| (letters, Some(View::LookAlike))));
    if let Some(stem) = text.strip_suffix('а').filter(|stem| stem.chars().count() >= 5) {
        // Cases of a Russian name: "А л и б а б ы".
        all.extend(["ы", "е", "у", "ой"].map(|end| (format!("{stem}{end}").chars().collect(), Some(View::Folded))));
    }
    if long {
        // From the right; and upside down, where some letters are others.
        let back: Vec<char> = text.chars().rev().collect();
        let over: Vec<char> = back.iter().map(|c| upside_down(*c)).collect();
        if over != back {
            all.push((over, Some(View::Edited)));
        }
        if all.iter().all(|(letters, _)| *letters != back) {
            all.push((back, Some(View::Edited)));
        }
    }
    for (one, two) in [
        ("m", "rn"),
        ("w", "vv"),
        ("w", "uu"),
        ("d", "cl"),
        ("f", "ph"),
        ("ks", "x"),
        ("x", "ks"),
        ("x", "s"),
        ("k", "c"),
    ] {
        if text.contains(one) && text.is_ascii() && text.len() >= 6 {
            all.push((text.replace(one, two).chars().collect(), Some(View::LookAlike)));
        }
    }
    all
}

/// A Chinese name with some characters as they are spelled in Latin letters (ali爸爸, 淘bao), or with its first one's
/// initial (T宝).
fn half_latin(letters: &[char]) -> Vec<Vec<char>> {
    let spelled: Vec<Option<&str>> = letters.iter().map(|c| syllable(*c)).collect();
    if !(2..=4).contains(&letters.len()) || spelled.iter().any(Option::is_none) {
        return vec![];
    }
    let syllable = |at: usize| spelled.get(at).copied().flatten().unwrap_or_default();
    let all = 1usize << letters.len();
    let mut forms: Vec<Vec<char>> = (1..all - 1)
        .map(|latin| {
            let piece = |(at, c): (usize, &char)| -> Vec<char> {
                if latin >> at & 1 == 1 { syllable(at).chars().collect() } else { vec![*c] }
            };
            letters.iter().enumerate().flat_map(piece).collect()
        })
        .collect();
    if letters.len() == 2 {
        let initial = syllable(0).chars().take(1);
        forms.push(initial.chain(letters.iter().skip(1).copied()).collect());
    }
    forms
}

/// The plain letter that another is upside down.
fn upside_down(c: char) -> char {
    match c {
        'n' => 'u',
        'u' => 'n',
        'p' => 'd',
        'd' => 'p',
        'b' => 'q',
        'q' => 'b',
        _ => c,
    }
}

/// How one written letter stands for a letter of the term.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    Plainly,
    LooksAlike,
    Leet,
    /// A Chinese character of the same sound.
    SoundsAlike,
}

fn stands(unit: &Unit, letter: char) -> Option<Stands> {
    if unit.c == letter {
        return Some(Stands::Plainly);
    }
    // A capital I for an l; other plain letters stand for themselves alone.
    if unit.c.is_ascii_alphabetic() && letter.is_ascii() {
        return (unit.written == 'I' && letter == 'l').then_some(Stands::LooksAlike);
    }
    if letters::class(unit.c) != letters::class(letter) {
        return None;
    }
    match unit.kind {
        Kind::Han => Some(Stands::SoundsAlike),
        Kind::Letter => Some(Stands::LooksAlike),
        Kind::Digit | Kind::Sign => Some(Stands::Leet),
        Kind::Space | Kind::Line => None,
    }
}

/// Aligns the units from `from` on, at least to `last`, with the letters. Answers where it ends, how it was seen, and
/// whether some characters only sound alike; `None` if it is another word, or not disguised at all.
fn align(reading: &Reading, from: usize, last: usize, form: &Form, term: &Term) -> Option<(usize, View, bool)> {
    let letters = &form.letters;
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
        let doubled = next > 0 && letters.get(next) == previous;
        if doubled && letters.get(next).is_some_and(|letter| stands(unit, *letter).is_none()) {
            // "wats4p": one of a pair is enough, if something else is odd.
            next += 1;
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
    if next > 0 && next + 1 == letters.len() && letters.get(next) == letters.get(next - 1) {
        next += 1;
    }
    let whole = next >= letters.len() && to >= last;
    seen.view()
        .or(form.view)
        .filter(|_| whole && seen.is_sound(reading, from, to, term))
        .map(|view| (to, view, seen.sounds > 0))
}

#[derive(Default)]
struct Seen {
    letters: usize,
    look_alike: usize,
    leet: usize,
    sounds: usize,
    repeated: bool,
    hidden: bool,
    decorated: bool,
    gaps: Vec<(usize, usize)>,
}

impl Seen {
    fn note(&mut self, how: Stands, unit: &Unit) {
        match how {
            Stands::Plainly => self.letters += 1,
            Stands::LooksAlike => {
                self.letters += 1;
                self.look_alike += 1;
            }
            Stands::Leet => self.leet += 1,
            Stands::SoundsAlike => self.sounds += 1,
        }
        self.hidden |= unit.hidden;
        self.decorated |= unit.c.is_ascii() && !unit.written.is_ascii();
    }

    fn view(&self) -> Option<View> {
        if self.look_alike > 0 || self.sounds > 0 {
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
        // Two characters of the same sound are chance; of three, two must be the very ones.
        let heard = self.sounds == 0
            || match self.letters + self.sounds {
                // Of two, one must be the very one, and what follows no other word.
                0..=2 => self.sounds == 1 && stands_alone(reading, from, to, term),
                3 => self.sounds == 1,
                _ => self.letters > 0,
            };
        let total = self.letters + self.leet + self.sounds;
        let seen = self.letters + self.sounds;
        let enough = seen * 6 >= total && (total >= 6 || seen * 2 >= total);
        heard
            && enough
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

/// Words that follow the name of a market or chat tool, by their first character.
const FOLLOW: &str = "店平商卖后首同自选刊上仓账客主模页旗";

/// Two characters that a sentence, or a clause, begins with, before a word as follows the name of a market.
fn stands_alone(reading: &Reading, from: usize, to: usize, term: &Term) -> bool {
    let follows = reading.kind(to) == Kind::Han && FOLLOW.contains(reading.at(to));
    let begins = matches!(reading.kind_before(from), Kind::Sign | Kind::Line | Kind::Space);
    term.class == Class::Brand && follows && begins && reading.kind(from) == Kind::Han
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
