//! Words in a disguise that every list is read through: letters of another script within a word, figures and signs for
//! letters, letters that are repeated, Chinese characters kept apart.
//!
//! Owns what of a text is read so, and which hits of that reading are sound; names that are disguised in other ways
//! are in `disguise`. Only what stands around such a disguise is read again: an ordinary text costs one look at each
//! character. Start at [`enter`].
use crate::disguise::Hit;
use crate::finding::View;
use crate::letters::{self, Kind};
use crate::lexicon::{Lexicon, Role};
use crate::reading::{Line, Reading, Unit};
use crate::scan::{Excuse, Part, Scan};
use crate::words::Word;
use rulebook::lists::{Class, Reading as How};

/// What a unit is read as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mask {
    /// A letter of another script.
    Twin(char),
    /// A figure or a sign for a letter.
    Leet(char),
    /// The second of three same letters or more: itself, or nothing.
    Second,
    /// The third and what follows: nothing.
    Again,
    /// A sign between two Chinese characters: nothing.
    Sign,
    /// A space between two Chinese characters: nothing.
    Space,
}

/// How much around a disguise is read again: no term is longer.
const AROUND: usize = 40;
/// The most signs between two Chinese characters.
const GAP: usize = 3;

/// Enters the words that are seen through their disguise.
pub(crate) fn enter(scan: &mut Scan<'_>, lexicon: &Lexicon) {
    let mut masks = masks(scan.reading);
    if masks.is_empty() {
        return;
    }
    read(scan, lexicon, &masks, |_| true);
    // A 1 stands for two letters, and what is repeated for one or two.
    for (first, other) in [(Mask::Leet('i'), Mask::Leet('l')), (Mask::Second, Mask::Again)] {
        let mut read_otherwise = vec![];
        for (place, mask) in masks.iter_mut().filter(|(_, mask)| *mask == first) {
            *mask = other;
            read_otherwise.push(*place);
        }
        if !read_otherwise.is_empty() {
            read(scan, lexicon, &masks, |masks| {
                masks.iter().any(|(place, _)| read_otherwise.binary_search(place).is_ok())
            });
        }
    }
}

/// The units that are read otherwise, in the order of the text.
fn masks(reading: &Reading) -> Vec<(usize, Mask)> {
    let mut masks = vec![];
    for word in &reading.words {
        let Word { from, to, latin, foreign, figures, .. } = *word;
        if word.is_han() {
            let gap = (to..=to + GAP).take_while(|place| is_gap(reading, *place)).count();
            if (1..=GAP).contains(&gap) && reading.kind(to + gap) == Kind::Han {
                let spaces = (to..to + gap).all(|place| reading.kind(place) == Kind::Space);
                let single = to - from == 1 || reading.kind(to + gap + 1) != Kind::Han;
                let mask = if spaces { Mask::Space } else { Mask::Sign };
                if single || !spaces {
                    masks.extend((to..to + gap).map(|place| (place, mask)));
                }
            }
            continue;
        }
        let units = reading.units.get(from..to).unwrap_or_default();
        if latin > 0 && foreign > 0 && figures == 0 {
            let mixed = mixed(units, latin as usize, foreign as usize);
            masks.extend(mixed.into_iter().map(|(at, c)| (from + at, Mask::Twin(c))));
        } else if foreign == 0 && figures > 0 && latin >= 2 * figures {
            masks.extend(leet(units).into_iter().map(|(at, c)| (from + at, Mask::Leet(c))));
        } else if figures == 0 && units.windows(3).any(|three| three.iter().all(|unit| unit.c == three[0].c)) {
            masks.extend(repeated(units).into_iter().map(|(at, mask)| (from + at, mask)));
        }
    }
    let signs = reading.signs.iter().filter_map(|place| Some((*place, Mask::Leet(sign(reading, *place)?))));
    masks.extend(signs);
    masks.sort_by_key(|(place, _)| *place);
    masks
}

/// The letter that a sign stands for, with letters beside it.
fn sign(reading: &Reading, place: usize) -> Option<char> {
    let letter = |kind: Kind| kind == Kind::Letter;
    let (before, after) = (letter(reading.kind_before(place)), letter(reading.kind(place + 1)));
    match reading.at(place) {
        '$' if after && reading.kind_before(place) != Kind::Digit => Some('s'),
        '@' if before && after => Some('a'),
        '!' if before && after => Some('i'),
        _ => None,
    }
}

/// What of a word is one letter over and over.
fn repeated(word: &[Unit]) -> Vec<(usize, Mask)> {
    let mut masks = vec![];
    for same in word.chunk_by(|one, other| one.c == other.c).scan(0, |at, same| {
        *at += same.len();
        Some(*at - same.len()..*at)
    }) {
        if same.len() >= 3 {
            masks.push((same.start + 1, Mask::Second));
            masks.extend((same.start + 2..same.end).map(|at| (at, Mask::Again)));
        }
    }
    masks
}

fn is_wordy(kind: Kind) -> bool {
    matches!(kind, Kind::Letter | Kind::Digit)
}

/// A space or a sign that parts no words of Chinese.
fn is_gap(reading: &Reading, place: usize) -> bool {
    reading.kind(place) == Kind::Space || matches!(reading.at(place), '-' | '.' | '*' | '_' | '~' | '·' | '•' | '・')
}

/// The letters of a word of two scripts in the one that it is of: that of most of its letters, if the others look like
/// letters of it.
fn mixed(word: &[Unit], latin: usize, foreign: usize) -> Vec<(usize, char)> {
    let all = |of_script: fn(char) -> bool, twin: fn(char) -> Option<char>| -> Option<Vec<(usize, char)>> {
        let others = word.iter().enumerate().filter(|(_, unit)| of_script(unit.c));
        others.map(|(at, unit)| twin(unit.c).map(|c| (at, c))).collect()
    };
    let as_latin = || all(|c| !c.is_ascii(), letters::twin);
    let as_cyrillic = || all(|c| c.is_ascii(), cyrillic);
    let read = if foreign > latin { as_cyrillic().or_else(as_latin) } else { as_latin().or_else(as_cyrillic) };
    read.unwrap_or_default()
}

/// The Russian letter that a Latin one looks like.
fn cyrillic(c: char) -> Option<char> {
    let pairs = "aаbвcсeеhнkкmмoоpрtтxхyу";
    let mut pairs = pairs.chars().step_by(2).zip(pairs.chars().skip(1).step_by(2));
    pairs.find(|(latin, _)| *latin == c).map(|(_, twin)| twin)
}

/// The letters that the figures of a word stand for, if all may.
fn leet(word: &[Unit]) -> Vec<(usize, char)> {
    let stands = |c: char| match c {
        '0' => Some('o'),
        '1' => Some('i'),
        '3' => Some('e'),
        '4' => Some('a'),
        '5' => Some('s'),
        '7' => Some('t'),
        '8' => Some('b'),
        _ => None,
    };
    let figures = word.iter().enumerate().filter(|(_, unit)| unit.kind == Kind::Digit);
    let read: Option<Vec<(usize, char)>> = figures.map(|(at, unit)| stands(unit.c).map(|c| (at, c))).collect();
    read.unwrap_or_default()
}

/// The text around the masks as it is read without them.
fn unmasked(reading: &Reading, masks: &[(usize, Mask)]) -> Line {
    let mut line = Line::default();
    let mut masks = masks.iter().peekable();
    let mut behind = 0;
    while let Some((first, _)) = masks.peek().copied() {
        let mut place = behind.max(first.saturating_sub(AROUND));
        let mut to = first + AROUND;
        let mut space = false;
        while place < to.min(reading.units.len()) {
            let mask = masks.next_if(|(masked, _)| *masked == place).map(|(_, mask)| *mask);
            if mask.is_some() {
                to = place + AROUND;
            }
            match mask {
                Some(Mask::Twin(c) | Mask::Leet(c)) => line.push(c, place),
                Some(Mask::Sign | Mask::Space | Mask::Again) => {}
                None | Some(Mask::Second) => {
                    let c = if reading.at(place) == '-' { ' ' } else { reading.at(place) };
                    if c != ' ' || !space {
                        line.push(c, place);
                    }
                }
            }
            space = line.text.ends_with([' ', '\n']);
            place += 1;
        }
        line.push('\n', place);
        behind = place;
    }
    line
}

fn read(scan: &mut Scan<'_>, lexicon: &Lexicon, masks: &[(usize, Mask)], counts: impl Fn(&[(usize, Mask)]) -> bool) {
    let reading = scan.reading;
    let line = unmasked(reading, masks);
    let within = |from: usize, to: usize| {
        let first = masks.partition_point(|(place, _)| *place < from);
        let last = masks.partition_point(|(place, _)| *place < to);
        masks.get(first..last).unwrap_or_default()
    };
    let edge = |place: usize| !(is_wordy(reading.kind(place)) && is_wordy(reading.kind_before(place)));
    lexicon.automaton.find(&line.text, |pattern, start, end| {
        let (from, to) = line.units(start, end);
        // The last letter, over and over, is one.
        let again = masks.iter().skip(masks.partition_point(|(place, _)| *place < to)).zip(to..);
        let to = to + again.take_while(|((place, mask), at)| place == at && *mask == Mask::Again).count();
        let masks = within(from, to);
        if masks.is_empty() || !counts(masks) || !edge(from) {
            return;
        }
        let Some(word) = lexicon.words.get(pattern) else { return };
        let Some(weak) = parted(reading, from, to, masks) else { return };
        let closed = word.closed.iter().filter(|_| edge(to));
        for role in word.open.iter().chain(closed) {
            match *role {
                Role::Term(term) if is_plainly_read(lexicon, term) => {
                    scan.enter(lexicon, Hit { term, from, to, view: view(masks), distance: 0, weak });
                }
                Role::Term(_) => {}
                Role::Allow(allow) => scan.excuses.push(Excuse { allow, from, to }),
                Role::Group { combination, group } => {
                    scan.parts.push(Part { combination, group: Some(group), from, to });
                }
                Role::Excuse { combination } => scan.parts.push(Part { combination, group: None, from, to }),
            }
        }
    });
}

/// A breach that is sought in no other disguise.
fn is_plainly_read(lexicon: &Lexicon, term: u32) -> bool {
    lexicon.terms.get(term as usize).is_some_and(|term| {
        term.reading == How::Folded
            && term.class.is_breach()
            && !matches!(term.class, Class::Shortener | Class::Messenger)
            && (term.folded.chars().count() >= 4 || !term.folded.is_ascii())
    })
}

fn view(masks: &[(usize, Mask)]) -> View {
    if masks.iter().any(|(_, mask)| matches!(mask, Mask::Twin(_))) {
        View::LookAlike
    } else if masks.iter().any(|(_, mask)| matches!(mask, Mask::Leet(_))) {
        View::Leet
    } else if masks.iter().any(|(_, mask)| matches!(mask, Mask::Second | Mask::Again)) {
        View::Repeated
    } else {
        View::Separated
    }
}

/// `None` if only spaces part its Chinese characters, and not all of them: those stand there by chance. Otherwise
/// whether it may be chance: two characters with a sign between them in running Chinese.
fn parted(reading: &Reading, from: usize, to: usize, masks: &[(usize, Mask)]) -> Option<bool> {
    let parting = masks.iter().filter(|(_, mask)| matches!(mask, Mask::Sign | Mask::Space));
    let han = (from..to).filter(|place| reading.kind(*place) == Kind::Han).count();
    let (before, after) = (reading.kind_before(from) == Kind::Han, reading.kind(to) == Kind::Han);
    if parting.clone().any(|(_, mask)| *mask == Mask::Sign) {
        return Some(han == 2 && before && after);
    }
    let gaps = parting.filter(|(place, _)| reading.kind_before(*place) == Kind::Han).count();
    let chance = gaps > 0 && (gaps + 1 < han || before && after || han == 2 && (before || after));
    (!chance).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> String {
        let reading = Reading::of(text);
        let masks = masks(&reading);
        if masks.is_empty() { String::new() } else { unmasked(&reading, &masks).text.trim().to_owned() }
    }

    #[test]
    fn disguised_words_are_read_as_they_are_meant() {
        for (text, read) in [
            ("The wоrld's best", "the world's best"),
            ("Мы гаpантируем", "мы гарантируем"),
            ("p4y 0uts1de", "pay outside"),
            ("刷-单", "刷单"),
            ("全 国 第 一", "全国第一"),
            ("好-评 返*现", "好评返现"),
            ("c@shback, $ales, gu!de", "cashback, sales, guide"),
            ("guaranteeeed", "guaranteed"),
        ] {
            assert_eq!(seen(text), read, "{text}");
        }
        for text in
            ["Plain words, 25 of them.", "Обычные слова", "店铺装修 海报设计", "4K, A4, 3D, 1080p", "SEO-продвижение"]
        {
            assert_eq!(seen(text), "", "{text}");
        }
    }
}
