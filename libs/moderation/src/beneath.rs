//! What lies beneath a text: characters that are spelled out in tags (U+E0000) or as references (`&#64;`), that are
//! kept apart one by one, stretches written from the right behind a mark of direction, addresses turned round.
//!
//! Owns the second way in which the characters of a text may follow each other. It is read only where there is a sign of
//! one of these, and what is found there counts only where the text as seen says nothing.
use crate::letters::{self, Kind};
use crate::reading::Seen;
use crate::rewritten;

/// Fewer tags spell nothing: flags have five.
const TAGS: usize = 6;

/// What a text shows of what may lie beneath it, at one glance: without a sign of it nothing is looked for.
#[derive(Default)]
struct Signs {
    tags: usize,
    turned: bool,
    referred: bool,
    drawn: bool,
    /// A dot behind two or three letters, and letters on: "moc.x".
    reversed: bool,
    /// The most letters or figures that stand alone, one after the other.
    single: usize,
    /// What `rewritten` reads.
    rewritten: bool,
}

impl Signs {
    fn of(original: &[char]) -> Self {
        let mut signs = Self::default();
        let (mut began, mut single, mut over) = (None, 0, 0);
        let at = |place: usize| original.get(place).copied().unwrap_or(' ');
        for (place, c) in original.iter().copied().enumerate() {
            if is_wordy(c) {
                // Where the run of letters and figures that goes on here began.
                began = began.or(Some(place));
                if !c.is_ascii() {
                    over += usize::from(rewritten::is_turned(c));
                    signs.rewritten |= rewritten::is_mixed(original, place);
                }
                continue;
            }
            if let Some(began) = began.take() {
                single = if place - began == 1 { single + 1 } else { 0 };
                signs.single = signs.single.max(single);
                signs.reversed |= c == '.' && (2..=3).contains(&(place - began)) && is_wordy(at(place + 1));
                signs.rewritten |= rewritten::is_encoded(original.get(began..place).unwrap_or_default());
            }
            if matches!(c, ' ' | ',' | '.' | '\n') {
                continue;
            }
            let next = at(place + 1);
            match c {
                '&' => signs.referred |= matches!(next, '#' | 'a'..='z'),
                '\\' => signs.drawn |= next == '/',
                '/' => signs.drawn |= next == '\\',
                '|' => signs.drawn |= matches!(next, '-' | '_' | '<' | '\\' | '/'),
                '\u{202e}' => signs.turned = true,
                '\u{e0020}'..='\u{e007e}' => signs.tags += 1,
                _ => signs.rewritten |= rewritten::is_sign(original, place),
            }
        }
        if let Some(began) = began {
            signs.single = signs.single.max(single + usize::from(began + 1 == original.len()));
            signs.rewritten |= rewritten::is_encoded(original.get(began..).unwrap_or_default());
        }
        signs.rewritten |= over >= 2;
        signs
    }
}

/// The characters of the text as it was meant; `None` if it says what it shows.
pub(crate) fn seen(original: &[char]) -> Option<Vec<Seen>> {
    let signs = Signs::of(original);
    let Signs { tags, turned, referred, drawn, reversed, single, .. } = signs;
    let backwards = if reversed { backwards(original) } else { vec![] };
    // Signs stand among them.
    let apart = if single * 2 >= APART { apart(original) } else { vec![] };
    let rewritten = if signs.rewritten { rewritten::rewritten(original) } else { vec![] };
    let plain = tags < TAGS && !turned && !referred && !drawn;
    if plain && backwards.is_empty() && apart.is_empty() && rewritten.is_empty() {
        return None;
    }
    let mut rewritten = rewritten.into_iter().peekable();
    let mut seen = Vec::with_capacity(original.len());
    let mut place = 0;
    while let Some(c) = original.get(place) {
        if let Some(word) = rewritten.next_if(|word| word.from <= place) {
            seen.extend(word.chars.into_iter().map(|c| Seen { c, from: word.from, to: word.to }));
            place = word.to.max(place);
            continue;
        }
        let letter = || reference(original, place).or_else(|| drawn.then(|| drawing(original, place)).flatten());
        let (c, to) = letter().unwrap_or((letters::tagged(*c).unwrap_or(*c), place + 1));
        seen.push(Seen { c, from: place, to });
        place = to;
    }
    turn(&mut seen);
    // What a mark of direction turned is read already.
    if !turned && seen.len() == original.len() {
        for (from, to) in backwards {
            seen.get_mut(from..to).unwrap_or_default().reverse();
        }
    }
    let mut apart = apart.into_iter().peekable();
    seen.retain(|seen| {
        while apart.next_if(|(_, to)| *to <= seen.from).is_some() {}
        apart.peek().is_none_or(|(from, _)| seen.from < *from)
    });
    Some(seen)
}

/// Fewer characters that are kept apart are a list.
const APART: usize = 7;
/// The longest gap between them.
const GAP: usize = 4;

/// The gaps in "a n n a @ x . c o m": the same one, over and over, between single characters; in "p a y   n o w" it is
/// the same one in every word.
fn apart(original: &[char]) -> Vec<(usize, usize)> {
    let word = |place: usize| original.get(place).is_some_and(|c| is_wordy(*c));
    let mut found = vec![];
    let mut place = 0;
    while place < original.len() {
        let from = place;
        place += 1;
        if !word(from) || from > 0 && word(from - 1) {
            continue;
        }
        let length = (1..=GAP).take_while(|n| !word(from + n)).count();
        if !(1..GAP).contains(&length) || original.get(from + 1).is_none_or(|c| *c == '\n') {
            continue;
        }
        let gap = original.get(from + 1..=from + length).unwrap_or_default();
        let first = Row::of(original, from, gap);
        let mut rows = vec![first];
        while let Some(next) = rows.last().and_then(|row| row.next(original, gap)) {
            rows.push(next);
        }
        let count: usize = rows.iter().map(|row| row.count).sum();
        if count >= APART {
            for Row { from, count, .. } in &rows {
                found.extend((0..count - 1).map(|n| (from + n * (length + 1) + 1, from + (n + 1) * (length + 1))));
            }
            place = rows.last().map_or(place, |row| row.last + 1);
        }
    }
    found
}

/// Characters that one gap keeps apart.
#[derive(Clone, Copy)]
struct Row {
    from: usize,
    /// The last of them.
    last: usize,
    count: usize,
}

impl Row {
    fn of(original: &[char], from: usize, gap: &[char]) -> Self {
        let length = gap.len();
        let at = |place: usize| original.get(place).copied().unwrap_or(' ');
        let atom = |place: usize| is_wordy(at(place)) || matches!(at(place), '@' | '.' | '_' | '-' | '/' | ':' | '+');
        let mut last = from;
        while original.get(last + 1..=last + length) == Some(gap) && atom(last + length + 1) {
            last += length + 1;
        }
        // "a n n a now": the last one begins a word.
        if is_wordy(at(last + 1)) {
            last = last.saturating_sub(length + 1).max(from);
        }
        Self { from, last, count: (last - from) / (length + 1) + 1 }
    }

    /// The next word of letters that the same gap keeps apart, behind spaces that are another one.
    fn next(&self, original: &[char], gap: &[char]) -> Option<Self> {
        let rest = original.get(self.last + 1..)?;
        let spaces = rest.iter().take(GAP + 1).take_while(|c| **c == ' ').count();
        if self.count < 2 || spaces == 0 || spaces > GAP || rest.get(..spaces) == Some(gap) {
            return None;
        }
        let row = Self::of(original, self.last + 1 + spaces, gap);
        let letters = original.get(row.from..=row.last)?.iter().step_by(gap.len() + 1);
        (row.count >= 2 && letters.into_iter().all(|c| letters::kind(*c) == Kind::Letter)).then_some(row)
    }
}

fn is_wordy(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() } else { matches!(letters::kind(c), Kind::Letter | Kind::Digit) }
}

/// Endings of domains from the right.
const ENDS: [&str; 9] = ["moc.", "ten.", "gro.", "ur.", "nc.", "ti.", "se.", "oi.", "em."];

/// Addresses that are written from the right: "moc.liamg@anna".
fn backwards(original: &[char]) -> Vec<(usize, usize)> {
    let mut found = vec![];
    let mut from = 0;
    for place in 0..=original.len() {
        let c = original.get(place).copied().unwrap_or(' ');
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '@' | '_' | '-' | '/' | ':') {
            continue;
        }
        let word = original.get(from..place).unwrap_or_default();
        let ends = |end: &str| end.chars().eq(word.iter().take(end.len()).map(char::to_ascii_lowercase));
        if word.len() >= 8 && ENDS.iter().any(|end| ends(end)) {
            found.push((from, place));
        }
        from = place + 1;
    }
    found
}

/// The character that a reference stands for that begins here, and where it ends.
fn reference(original: &[char], from: usize) -> Option<(char, usize)> {
    if original.get(from) != Some(&'&') {
        return None;
    }
    let length = original.iter().skip(from + 1).take(8).position(|c| *c == ';')?;
    let name: String = original.iter().skip(from + 1).take(length).collect();
    let c = match name.as_str() {
        "commat" => '@',
        "period" => '.',
        "colon" => ':',
        "sol" => '/',
        "plus" => '+',
        "lowbar" => '_',
        "nbsp" => ' ',
        "amp" => '&',
        _ => {
            let number = name.strip_prefix('#')?;
            let hex = number.strip_prefix(['x', 'X']).map(|hex| u32::from_str_radix(hex, 16));
            char::from_u32(hex.unwrap_or_else(|| number.parse()).ok()?)?
        }
    };
    Some((c, from + length + 2))
}

/// Letters that are drawn with several signs, the longer ones first.
const DRAWN: [(&str, char); 17] = [
    ("\\/\\/", 'w'),
    ("|/\\|", 'w'),
    ("/\\/\\", 'm'),
    ("|\\/|", 'm'),
    ("|-|", 'h'),
    ("|\\|", 'n'),
    ("|_|", 'u'),
    ("(_)", 'u'),
    ("/-\\", 'a'),
    ("/\\", 'a'),
    ("\\/", 'v'),
    ("|<", 'k'),
    ("|)", 'd'),
    ("|3", 'b'),
    ("|_", 'l'),
    ("()", 'o'),
    ("(", 'c'),
];

/// The letter that is drawn from here on, and where it ends.
fn drawing(original: &[char], from: usize) -> Option<(char, usize)> {
    let rest = original.get(from..)?;
    let is = |drawn: &&(&str, char)| drawn.0.chars().eq(rest.iter().copied().take(drawn.0.len()));
    DRAWN.iter().find(is).map(|(drawn, c)| (*c, from + drawn.len()))
}

/// Turns the stretches that a mark of direction turns: up to the mark that ends it or the end of the line.
fn turn(seen: &mut [Seen]) {
    let mut from = None;
    for place in 0..=seen.len() {
        let c = seen.get(place).map_or('\n', |seen| seen.c);
        match c {
            '\u{202e}' => from = from.or(Some(place + 1)),
            '\u{202c}' | '\u{202d}' | '\n' => {
                if let Some(from) = from.take() {
                    seen.get_mut(from..place).unwrap_or_default().reverse();
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::reading::Reading;

    fn beneath(text: &str) -> Option<String> {
        Reading::of(text).beneath().map(|reading| reading.folded().to_owned())
    }

    #[test]
    fn what_is_spelled_out_unseen_is_read() {
        let tags: String = "vx anna88".chars().filter_map(|c| char::from_u32(0xe0000 + c as u32)).collect();
        assert_eq!(beneath(&format!("Fine.{tags}")).as_deref(), Some("fine.vx anna88"));
        assert_eq!(beneath("anna&#64;x&#x2e;com &commat;").as_deref(), Some("anna@x.com @"));
        assert_eq!(beneath("at \u{202e}moc.x@anna\u{202c} now").as_deref(), Some("at anna@x.com now"));
        assert_eq!(beneath(r"on \/\/3(|-|at").as_deref(), Some("on w3chat"));
        assert_eq!(beneath("read moc.liamg@Anna back").as_deref(), Some("read anna@gmail.com back"));
        assert_eq!(beneath("at a  n  n  a  @  x  .  io").as_deref(), Some("at anna@x. io"));
        assert_eq!(beneath("at a  n  n  a  @  x  .  i  o now").as_deref(), Some("at anna@x.io now"));
        assert_eq!(beneath("We p a y   o u t s i d e now").as_deref(), Some("we pay outside now"));
        assert_eq!(beneath("the b.e.s.t i.n t.h.e w.o.r.l.d!").as_deref(), Some("the best in the world!"));
        assert_eq!(beneath("Sizes S M L, XS S M L  and  A B C").as_deref(), None);
        assert_eq!(
            beneath("R&D, Q&A and a flag \u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}"),
            None
        );
    }
}
