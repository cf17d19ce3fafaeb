//! Runs of digits: figures, number words in six languages and letters that look like figures, in groups or in one.
//!
//! Owns how a run is read. Whether it is a telephone number or something else is judged in `phones`.
use crate::hash;
use crate::letters::Kind;
use crate::lexicon::Lexicon;
use crate::oddly::odd_digits;
use crate::scan::Scan;
use crate::syllables;
use rulebook::lists::Class;

/// A run of digits with little between them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Run {
    pub from: usize,
    pub to: usize,
    /// All its digits.
    pub digits: String,
    /// The groups as written: `138 0013 8000` has three.
    pub groups: Vec<Group>,
    /// Some digits are words.
    pub words: bool,
    /// Some digits are letters that look like digits.
    pub leet: bool,
    /// How many of the digits are figures.
    pub figures: usize,
}

/// Digits that stand together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Group {
    pub from: usize,
    pub to: usize,
    pub digits: String,
    /// A number word.
    pub word: bool,
    /// Letters that look like figures are among them.
    pub leet: bool,
    pub figures: usize,
}

/// The most units between two groups of one number.
const GAP: usize = 4;
/// Fewer digits are never a number of anybody.
pub(crate) const LEAST: usize = 5;

/// Fewer characters that sound like digits stand in a row by chance.
const HEARD: usize = 7;

/// All runs of five digits or more.
pub(crate) fn runs(scan: &Scan<'_>, lexicon: &Lexicon) -> Vec<Run> {
    let mut runs = vec![];
    let mut groups: Vec<Group> = vec![];
    let mut multiply = 1;
    let mut place = 0;
    let units = &scan.reading.units;
    let words = spoken(scan, lexicon);
    let mut words = words.iter().peekable();
    // Where the last digit or filler ended.
    let mut reached = 0;
    while place < units.len() {
        let mut word = None;
        while let Some(one) = words.next_if(|one| one.from <= place) {
            if one.from == place && word.is_none_or(|(to, _)| one.to > to) {
                word = Some((one.to, one.value));
            }
        }
        if !groups.is_empty() && (place - reached > GAP || is_clock(scan, &groups, place)) {
            close(&mut groups, &mut runs);
        }
        if word.is_none() && matches!(scan.reading.kind(place), Kind::Space | Kind::Line | Kind::Sign) {
            place += 1;
        } else if let Some(odd) = odd_digits(scan, place) {
            groups.extend(odd);
            place = groups.last().map_or(place + 1, |last| last.to);
            reached = place;
        } else if let Some(heard) = heard(scan, place) {
            groups.extend(heard);
            place = groups.last().map_or(place + 1, |last| last.to);
            reached = place;
        } else if let Some((to, value)) = word {
            match value {
                "double" => multiply = 2,
                "triple" => multiply = 3,
                FILLER => {}
                _ if value.starts_with('*') => raise(&mut groups, to, value),
                _ => add_word(&mut groups, place, to, value, std::mem::replace(&mut multiply, 1)),
            }
            place = to;
            reached = to;
        } else if let Some(spelled) = glued(scan, lexicon, place) {
            groups.extend(spelled);
            place = groups.last().map_or(place + 1, |last| last.to);
            reached = place;
        } else if let Some(group) = figures(scan, place, !groups.is_empty()) {
            reached = group.to;
            place = group.to;
            groups.push(group);
        } else {
            match scan.reading.kind(place) {
                Kind::Letter | Kind::Han => {
                    if !groups.is_empty() {
                        close(&mut groups, &mut runs);
                    }
                    multiply = 1;
                    place = word_end(scan, place);
                }
                Kind::Digit | Kind::Space | Kind::Line | Kind::Sign => place += 1,
            }
        }
    }
    close(&mut groups, &mut runs);
    runs
}

/// A number word, or a word that may stand in a spoken number.
struct Spoken<'l> {
    from: usize,
    to: usize,
    value: &'l str,
}

/// The value of words that stand between the digits of a spoken number.
const FILLER: &str = "-";

fn spoken<'l>(scan: &Scan<'_>, lexicon: &'l Lexicon) -> Vec<Spoken<'l>> {
    let value = |hit: &crate::disguise::Hit| {
        lexicon.terms.get(hit.term as usize).map(|term| (term.class, term.value.as_deref()))
    };
    let hits = scan.of_class(Class::NumberWord).iter().chain(scan.of_class(Class::DotWord));
    let mut words: Vec<Spoken<'l>> = hits
        .filter_map(|hit| match value(hit)? {
            (Class::NumberWord, Some(value)) => Some(Spoken { from: hit.from, to: hit.to, value }),
            _ => Some(Spoken { from: hit.from, to: hit.to, value: FILLER }),
        })
        .collect();
    words.sort_by_key(|word| (word.from, word.to, word.value == FILLER));
    words
}

/// The hour before `:` and two figures: a time of day, no part of a number.
fn is_clock(scan: &Scan<'_>, groups: &[Group], place: usize) -> bool {
    let reading = scan.reading;
    let minutes = reading.at(place) == ':'
        && reading.kind(place + 1) == Kind::Digit
        && reading.kind(place + 2) == Kind::Digit
        && reading.kind(place + 3) != Kind::Digit;
    minutes && groups.last().is_some_and(|last| last.to == place && last.digits.len() <= 2)
}

/// `fouronefive`, `plusfourfour`: a word that consists of number words.
fn glued(scan: &Scan<'_>, lexicon: &Lexicon, from: usize) -> Option<Vec<Group>> {
    let reading = scan.reading;
    if reading.kind(from) != Kind::Letter || !reading.begins_word(from) {
        return None;
    }
    if !lexicon.digit_starts.contains(&hash::word([0, 1, 2].map(|n| reading.at(from + n)).into_iter())) {
        return None;
    }
    let from = if reading.read(from, from + PLUS.len()) == PLUS { from + PLUS.len() } else { from };
    let units = reading.units.get(from..).unwrap_or_default();
    let length = units.iter().take(GLUED + 1).take_while(|unit| unit.kind == Kind::Letter).count();
    if !(6..=GLUED).contains(&length) {
        return None;
    }
    let word: Vec<char> = units.iter().take(length).map(|unit| unit.c).collect();
    let mut row = Row { word: &word, lexicon, dead: [false; GLUED], words: vec![] };
    if !row.fills(0) {
        return None;
    }
    // Two letters are found in any word: so many in a row are not.
    let short = row.words.iter().any(|(at, to, _)| to - at < 3);
    if row.words.len() < if short { 4 } else { 2 } {
        return None;
    }
    let mut groups = vec![];
    for (at, to, value) in row.words {
        if value.starts_with('*') {
            raise(&mut groups, from + to, value);
        } else {
            add_word(&mut groups, from + at, from + to, value, 1);
        }
    }
    Some(groups)
}

/// What a number with its country begins with.
const PLUS: &str = "plus";
/// Longer rows of number words are not read.
const GLUED: usize = 60;
/// Longer number words are not found in a row.
const LONGEST: usize = 20;

/// A word while it is read as a row of number words.
struct Row<'r> {
    word: &'r [char],
    lexicon: &'r Lexicon,
    /// No row of number words leads from here to the end.
    dead: [bool; GLUED],
    words: Vec<(usize, usize, &'r str)>,
}

impl Row<'_> {
    /// Whether number words, the longer first, fill the word from here to its end.
    fn fills(&mut self, at: usize) -> bool {
        if at == self.word.len() {
            return true;
        }
        if self.dead.get(at).is_none_or(|dead| *dead) {
            return false;
        }
        let mut letters = 0;
        let mut fitting = vec![];
        for (n, c) in self.word.iter().skip(at).take(LONGEST).enumerate() {
            letters = hash::and(letters, *c);
            fitting.extend(self.lexicon.digits.get(&hash::mix(letters)).map(|value| (at + n + 1, value.as_str())));
        }
        for (to, value) in fitting.into_iter().rev() {
            self.words.push((at, to, value));
            if self.fills(to) {
                return true;
            }
            self.words.pop();
        }
        self.dead[at] = true;
        false
    }
}

/// 医散把铃铃医散: so many characters in a row that sound like digits are no sentence.
fn heard(scan: &Scan<'_>, from: usize) -> Option<Vec<Group>> {
    let units = scan.reading.units.get(from..).unwrap_or_default();
    let digits = || units.iter().map_while(|unit| syllables::digit(unit.c));
    if scan.reading.kind(from) != Kind::Han || digits().count() < HEARD {
        return None;
    }
    let group = |(at, digit): (usize, char)| Group {
        from: from + at,
        to: from + at + 1,
        digits: digit.to_string(),
        word: true,
        leet: false,
        figures: 0,
    };
    Some(digits().enumerate().map(group).collect())
}

fn word_end(scan: &Scan<'_>, place: usize) -> usize {
    // Han characters may be number words one by one.
    if scan.reading.kind(place) == Kind::Han {
        return place + 1;
    }
    let mut end = place;
    while scan.reading.kind(end) == Kind::Letter {
        end += 1;
    }
    end.max(place + 1)
}

fn add_word(groups: &mut Vec<Group>, from: usize, to: usize, value: &str, multiply: usize) {
    // "nine hundred" "sixteen": the smaller fills the noughts of the greater.
    if let Some(last) = groups.last_mut().filter(|last| last.word) {
        let noughts = last.digits.len() - last.digits.trim_end_matches('0').len();
        if noughts >= value.len() && last.digits.len() > 1 && value != "0" && multiply == 1 {
            last.digits.truncate(last.digits.len() - value.len());
            last.digits.push_str(value);
            last.to = to;
            return;
        }
    }
    groups.push(Group { from, to, digits: value.repeat(multiply), word: true, leet: false, figures: 0 });
}

/// "Seventy-seven hundred", "six thousand": as many noughts as the value has stars behind the word before it.
fn raise(groups: &mut [Group], to: usize, value: &str) {
    if let Some(last) = groups.last_mut().filter(|last| last.word && last.digits.len() <= 3) {
        last.digits.push_str(&"0".repeat(value.len()));
        last.to = to;
    }
}

/// Figures from here on, with letters among them that look like figures.
fn figures(scan: &Scan<'_>, from: usize, begun: bool) -> Option<Group> {
    let reading = scan.reading;
    let begins = match reading.kind(from) {
        Kind::Digit => true,
        Kind::Letter => looks_like_digit(reading.at(from), false).is_some(),
        Kind::Han | Kind::Space | Kind::Line | Kind::Sign => false,
    };
    if !begins {
        return None;
    }
    let mut to = from;
    let (mut digits, mut figures) = (String::new(), 0);
    while let Some(unit) = reading.units.get(to) {
        let digit = match unit.kind {
            Kind::Digit => {
                figures += 1;
                Some(unit.c)
            }
            Kind::Letter => looks_like_digit(unit.c, figures > 0),
            Kind::Han | Kind::Space | Kind::Line | Kind::Sign => None,
        };
        let Some(digit) = digit else { break };
        digits.push(digit);
        to += 1;
    }
    let all = figures == digits.len();
    if figures > 0 && all {
        // A letter after the figures: they end where the letters begin.
        return Some(Group { from, to, digits, word: false, leet: false, figures });
    }
    let apart = reading.begins_word(from) && reading.ends_word(to);
    if figures >= 1 && digits.len() >= if begun { 2 } else { 3 } && apart {
        return Some(Group { from, to, digits, word: false, leet: true, figures });
    }
    // "I39 OOOO": one letter over and over.
    let same = digits.bytes().all(|digit| Some(digit) == digits.bytes().next());
    if begun && apart && same && (3..=4).contains(&digits.len()) {
        return Some(Group { from, to, digits, word: false, leet: true, figures });
    }
    let mut end = from;
    while reading.kind(end) == Kind::Digit {
        end += 1;
    }
    (end > from).then(|| Group {
        from,
        to: end,
        digits: reading.read(from, end),
        word: false,
        leet: false,
        figures: end - from,
    })
}

/// Letters that stand for figures; some only behind a figure, for words begin with them ("ISO 9660", "B2200").
fn looks_like_digit(c: char, behind: bool) -> Option<char> {
    Some(match c {
        'o' | 'о' | 'ο' => '0',
        'l' | 'i' => '1',
        'z' if behind => '2',
        'з' => '3',
        's' if behind => '5',
        'б' if behind => '6',
        'b' | 'в' if behind => '8',
        _ => return None,
    })
}

fn close(groups: &mut Vec<Group>, runs: &mut Vec<Run>) {
    let taken = std::mem::take(groups);
    let digits: String = taken.iter().map(|group| group.digits.as_str()).collect();
    if let (Some(first), Some(last)) = (taken.first(), taken.last())
        && digits.len() >= LEAST
    {
        let (from, to) = (first.from, last.to);
        let words = taken.iter().any(|group| group.word);
        let leet = taken.iter().any(|group| group.leet);
        let figures = taken.iter().map(|group| group.figures).sum();
        runs.push(Run { from, to, digits, groups: taken, words, leet, figures });
    }
}

impl Run {
    /// How many digits each group has.
    pub(crate) fn shape(&self) -> Vec<usize> {
        self.groups.iter().map(|group| group.digits.len()).collect()
    }

    /// The signs between the groups, one string for each gap.
    pub(crate) fn gaps(&self, scan: &Scan<'_>) -> Vec<String> {
        self.groups.windows(2).map(|two| scan.reading.read(two[0].to, two[1].from)).collect()
    }

    /// Each group as a run of its own, for several numbers in a row.
    pub(crate) fn split(&self) -> Vec<Run> {
        let long = self.groups.iter().filter(|group| group.digits.len() >= 7);
        long.map(|group| Run {
            from: group.from,
            to: group.to,
            digits: group.digits.clone(),
            groups: vec![group.clone()],
            words: group.word,
            leet: group.leet,
            figures: group.figures,
        })
        .collect()
    }
}
