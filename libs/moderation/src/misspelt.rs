//! Names with a letter wrong, missing, added or swapped, without their vowels, or with letters masked by signs.
//!
//! Owns the table of misspellings, by the hash of their letters, and the names that may be masked. Linear in the text.
use crate::disguise::Hit;
use crate::finding::View;
use crate::hash::{self, Sieve, Table, Words};
use crate::letters::{self, Kind};
use crate::reading::{Reading, Unit};
use crate::words::Word;
use std::collections::HashSet;

/// What misspelt and masked names are sought by.
#[derive(Debug, Default)]
pub(crate) struct Misspelt {
    edits: Table<Edit>,
    /// The misspellings that are few among the words of a text.
    sieve: Sieve,
    /// By how the name sounds.
    heard: Table<Edit>,
    /// Words of the lists: none of them is heard as another.
    known: Words,
    masked: Vec<(u32, Vec<char>)>,
}

#[derive(Clone, Copy, Debug)]
struct Edit {
    term: u32,
    view: View,
    distance: u8,
}

impl Misspelt {
    /// Bytes on the heap, about.
    pub(crate) fn size(&self) -> usize {
        let tables = (self.edits.capacity() + self.heard.capacity()) * (size_of::<(u64, Edit)>() + 1);
        tables + self.sieve.size() + self.masked.len() * 64
    }

    /// Enters a name that is known with letters masked.
    pub(crate) fn mask(&mut self, id: u32, folded: &str) {
        self.masked.extend(maskable(folded).map(|letters| (id, letters)));
    }

    /// Enters the words of the lists.
    pub(crate) fn know(&mut self, plain: &HashSet<&str>) {
        self.known.extend(plain.iter().filter(|word| !word.contains(' ')).map(|word| hash::word(word.chars())));
    }

    /// Enters a name with two neighbours swapped, and as it sounds in either alphabet.
    pub(crate) fn swap(&mut self, id: u32, folded: &str, plain: &HashSet<&str>) {
        let name: Vec<char> = folded.chars().collect();
        if !(4..=LONGEST).contains(&name.len()) || name.iter().any(|c| letters::kind(*c) != Kind::Letter) {
            return;
        }
        let edit = Edit { term: id, view: View::Edited, distance: 1 };
        for at in 0..name.len() - 1 {
            let mut swapped = name.clone();
            swapped.swap(at, at + 1);
            let text: String = swapped.iter().collect();
            if swapped != name && !plain.contains(text.as_str()) {
                self.edits.entry(hash::word(text.chars())).or_insert(edit);
            }
        }
        if let Some(heard) = heard(name.iter().copied()) {
            self.heard.entry(heard).or_insert(edit);
        }
    }

    /// Enters every misspelling of a long name that is no word of the lists itself.
    pub(crate) fn misspell(&mut self, id: u32, folded: &str, plain: &HashSet<&str>) {
        let name: Vec<char> = folded.chars().filter(|c| c.is_alphabetic()).collect();
        let whole = name.iter().all(|c| letters::kind(*c) == Kind::Letter);
        if name.len() < 5 || !whole {
            return;
        }
        let long = name.len() > 5;
        let mut enter = |text: String, view: View, distance: u8| {
            if !plain.contains(text.as_str()) && text.chars().count() >= 4 {
                self.edits.entry(hash::word(text.chars())).or_insert(Edit { term: id, view, distance });
            }
        };
        let text = |letters: &[char]| letters.iter().collect::<String>();
        enter(format!("{}s", text(&name)), View::Folded, 0);
        for at in 0..name.len() {
            if long {
                let mut missing = name.clone();
                missing.remove(at);
                enter(text(&missing), View::Edited, 1);
            }
            if at + 1 < name.len() {
                let mut swapped = name.clone();
                swapped.swap(at, at + 1);
                if swapped != name {
                    enter(text(&swapped), View::Edited, 1);
                }
            }
        }
        if !long {
            return;
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
        let consonants: Vec<char> = name.iter().copied().filter(|c| !is_vowel(*c)).collect();
        if consonants.len() >= 4 {
            enter(text(&consonants), View::Vowelless, u8::try_from(name.len() - consonants.len()).unwrap_or(u8::MAX));
        }
    }

    /// Makes it ready, when all names are entered.
    pub(crate) fn ready(mut self) -> Self {
        self.sieve = Sieve::of(self.edits.keys().copied());
        self
    }

    /// Finds misspelt and masked names, word by word.
    pub(crate) fn scan(&self, reading: &Reading, hits: &mut Vec<Hit>) {
        let mut done = 0;
        for word in reading.words.iter().filter(|word| !word.is_han()) {
            for Letters { from, to, key } in letters_of(reading, word) {
                if from < done {
                    continue;
                }
                if let Some(hit) = self.masked(reading, from, to) {
                    done = hit.to;
                    hits.push(hit);
                } else if (4..=LONGEST).contains(&(to - from))
                    && let Some(edit) = self.spelt(key).or_else(|| self.sounds(reading, from, to))
                {
                    let weak = edit.distance > 0;
                    hits.push(Hit { term: edit.term, from, to, view: edit.view, distance: edit.distance, weak });
                } else if let Some((to, edit)) = self.skeleton(reading, from, to) {
                    let Edit { term, view, distance } = *edit;
                    hits.push(Hit { term, from, to, view, distance, weak: true });
                }
            }
        }
    }

    /// A misspelling.
    fn spelt(&self, word: u64) -> Option<&Edit> {
        if self.sieve.may_have(word) { self.edits.get(&word) } else { None }
    }

    /// A word that sounds like a name and is written otherwise.
    fn sounds(&self, reading: &Reading, from: usize, to: usize) -> Option<&Edit> {
        let units = reading.units.get(from..to).filter(|units| units.len() >= LEAST_HEARD)?;
        let edit = self.heard.get(&heard(units.iter().map(|unit| unit.c))?)?;
        let known = self.known.contains(&hash::word(units.iter().map(|unit| unit.c)));
        (!known).then_some(edit)
    }

    /// "Mrcd Lbr": two words without a vowel that are one name's consonants.
    fn skeleton(&self, reading: &Reading, from: usize, end: usize) -> Option<(usize, &Edit)> {
        let bare = |from: usize, to: usize| {
            to - from >= 2
                && reading.units.get(from..to).is_some_and(|units| units.iter().all(|unit| !is_vowel(unit.c)))
        };
        if reading.kind(end) != Kind::Space || !bare(from, end) {
            return None;
        }
        let next = end + 1;
        let to = (next..next + 10).take_while(|place| reading.kind(*place) == Kind::Letter).count() + next;
        if !bare(next, to) {
            return None;
        }
        let letters = (from..end).chain(next..to).map(|place| reading.at(place));
        let edit = self.spelt(hash::word(letters))?;
        (edit.view == View::Vowelless).then_some((to, edit))
    }

    /// "t*legram", "wh**sapp", "ali🔥xpress": signs stand for letters of a name. The word `from..end` is its first
    /// part.
    fn masked(&self, reading: &Reading, from: usize, end: usize) -> Option<Hit> {
        if reading.kind_before(from) != Kind::Sign && reading.kind(end) != Kind::Sign {
            return None;
        }
        let led = is_mask(reading.before(from)) && !matches!(reading.before(from), '#' | '&' | '-' | '.' | '@');
        let from = if led && reading.kind_before(from - 1) != Kind::Letter { from - 1 } else { from };
        if !is_mask(reading.at(end)) && from < end && !is_mask(reading.at(from)) {
            return None;
        }
        let mut to = end;
        while to - from <= LONGEST && (reading.kind(to) == Kind::Letter || is_mask(reading.at(to))) {
            to += 1;
        }
        while to > end && !matches!(reading.before(to), MASK) && reading.kind_before(to) != Kind::Letter {
            to -= 1;
        }
        let units = reading.units.get(from..to)?;
        let seen = units.iter().filter(|unit| unit.kind == Kind::Letter).count();
        if seen == units.len() || seen < 4 || !(5..=LONGEST).contains(&units.len()) {
            return None;
        }
        // A dot or a hyphen joins words as well: it masks only a letter of a long name.
        let joint = units.iter().any(|unit| matches!(unit.c, '-' | '.'));
        let least = if joint { 7 } else { 5 };
        let (term, letters) =
            self.masked.iter().find(|(_, letters)| letters.len() >= least && is_masked(units, letters))?;
        let hidden = letters.len() - seen;
        let distance = u8::try_from(hidden).unwrap_or(u8::MAX);
        Some(Hit { term: *term, from, to, view: View::Edited, distance, weak: hidden * 3 > letters.len() })
    }
}

/// Names of fewer sounds sound like other words.
const LEAST_HEARD: usize = 5;

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'а' | 'е' | 'и' | 'о' | 'у' | 'ы' | 'э' | 'ю' | 'я')
}

/// The hash of how a word sounds, roughly: letters that are said alike are one. `None` if it has too few sounds.
fn heard(word: impl Iterator<Item = char>) -> Option<u64> {
    let (mut heard, mut count, mut last) = (0, 0, None);
    let mut word = word.peekable();
    while let Some(c) = word.next() {
        let next = word.peek().copied();
        let first = count == 0;
        let sounds: &[char] = match c {
            'p' if next == Some('h') => &['f'],
            'c' | 's' if next == Some('h') => &['ш'],
            't' if next == Some('h') => &['t'],
            'c' if matches!(next, Some('e' | 'i' | 'y')) => &['s'],
            'c' | 'k' | 'q' | 'к' => &['k'],
            'x' => &['k', 's'],
            'w' | 'v' | 'в' => &['v'],
            'z' | 'з' if first => &['z'],
            's' | 'z' | 'с' | 'з' => &['s'],
            'y' | 'i' | 'j' | 'и' | 'й' | 'ы' => &['i'],
            'u' | 'o' | 'о' | 'у' => &['o'],
            'a' | 'а' | 'я' => &['a'],
            'e' | 'е' | 'э' | 'ё' => &['e'],
            'б' => &['b'],
            'г' => &['g'],
            'д' => &['d'],
            'л' => &['l'],
            'м' => &['m'],
            'н' => &['n'],
            'п' => &['p'],
            'р' => &['r'],
            'т' => &['t'],
            'ф' => &['f'],
            'ч' | 'ш' => &['ш'],
            'х' => &['h'],
            'ц' => &['t', 's'],
            'ь' | 'ъ' => &[],
            _ => &[c],
        };
        let digraph = matches!((c, next), ('p' | 'c' | 's' | 't', Some('h')));
        for sound in sounds {
            let double = last == Some(*sound) && !matches!(sound, 'a' | 'e' | 'i' | 'o');
            if !double {
                (heard, count, last) = (hash::and(heard, *sound), count + 1, Some(*sound));
            }
        }
        if digraph {
            word.next();
        }
    }
    (count >= LEAST_HEARD).then_some(hash::mix(heard))
}

/// No name that may be masked or misspelt is longer.
const LONGEST: usize = 24;

/// What stands for a masked letter.
const MASK: char = '*';

/// Signs that stand for a letter that is left to the reader.
fn is_mask(c: char) -> bool {
    letters::kind(c) == Kind::Sign
        && !matches!(c, '/' | '\'' | '"' | ',' | ':' | ';' | '(' | ')' | '=' | '<' | '>' | '\\')
}

/// The letters of a name that is known with some of them masked.
fn maskable(folded: &str) -> Option<Vec<char>> {
    let letters: Vec<char> = folded.chars().collect();
    let whole = letters.iter().all(|c| letters::kind(*c) == Kind::Letter);
    (whole && (5..=LONGEST).contains(&letters.len())).then_some(letters)
}

/// Whether the units are the letters with signs for some: one for each, or one run of them for several.
fn is_masked(units: &[Unit], letters: &[char]) -> bool {
    let is = |unit: &Unit, letter: &char| unit.c == *letter || letters::twin(unit.c) == Some(*letter);
    if units.len() == letters.len() {
        return units.iter().zip(letters).all(|(unit, letter)| unit.kind == Kind::Sign || is(unit, letter));
    }
    let signs = |unit: &&Unit| unit.kind == Kind::Sign;
    let before = units.iter().take_while(|unit| !signs(unit)).count();
    let after = units.iter().rev().take_while(|unit| !signs(unit)).count();
    let one_run = units.iter().filter(signs).count() + before + after == units.len();
    let mut ends =
        units.iter().zip(letters).take(before).chain(units.iter().rev().zip(letters.iter().rev()).take(after));
    one_run
        && before > 0
        && before + after < letters.len()
        && (before + after) * 2 >= letters.len()
        && ends.all(|(unit, letter)| is(unit, letter))
}

/// Letters in a row.
struct Letters {
    from: usize,
    to: usize,
    /// Their hash: of the Latin ones that they look like, where they mix scripts.
    key: u64,
}

/// The letters of a word, without its figures.
fn letters_of(reading: &Reading, word: &Word) -> impl Iterator<Item = Letters> {
    let Word { from, to, key, .. } = *word;
    let whole = (word.is_plain() && (word.latin == 0 || word.foreign == 0)).then_some(Letters { from, to, key });
    let units = if whole.is_some() { &[] } else { reading.units.get(from..to).unwrap_or_default() };
    let mut place = from;
    let parts = units.chunk_by(|one, other| one.kind == other.kind).filter_map(move |part| {
        let from = place;
        place += part.len();
        let is_letters = part.first().is_some_and(|unit| unit.kind == Kind::Letter);
        is_letters.then(|| Letters { from, to: place, key: spell(part) })
    });
    whole.into_iter().chain(parts)
}

/// The hash of letters: of Latin ones, where they mix scripts; as they are otherwise.
fn spell(letters: &[Unit]) -> u64 {
    let plain = letters.iter().filter(|unit| unit.c.is_ascii()).count();
    let mixed = plain > 0 && plain < letters.len();
    let letter = |c: char| if mixed { letters::twin(c).unwrap_or(c) } else { c };
    hash::word(letters.iter().map(|unit| letter(unit.c)))
}
