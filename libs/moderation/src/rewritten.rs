//! Words that are written another way: letters in brackets, upside down, signs in Cyrillic words, characters taken apart
//! into their parts, addresses in ROT13 and in Base64.
//!
//! Owns which stretches of a text are read otherwise, and as what. Linear in the text; what is found in them counts only
//! where `beneath` says so. Start at [`rewritten`].

/// A stretch of the text, and what it is read as.
pub(crate) struct Rewritten {
    pub from: usize,
    pub to: usize,
    pub chars: Vec<char>,
}

/// Parts of characters that names are written with.
const PARTS: [(&str, char); 34] = [
    ("氵匋", '淘'),
    ("木兆", '桃'),
    ("亻言", '信'),
    ("讠卂", '讯'),
    ("彳山一几攵", '微'),
    ("彳山一儿攵", '微'),
    ("犭苗", '猫'),
    ("扌斗", '抖'),
    ("立日", '音'),
    ("忄夬", '快'),
    ("扌并", '拼'),
    ("夕夕", '多'),
    ("虫下", '虾'),
    ("扌口", '扣'),
    ("艹微", '薇'),
    ("艹采", '菜'),
    ("门木", '闲'),
    ("酉告", '酷'),
    ("亻寸", '付'),
    ("亻尤", '优'),
    ("阝可", '阿'),
    ("辶束", '速'),
    ("束辶", '速'),
    ("十买", '卖'),
    ("辶甬", '通'),
    ("甬辶", '通'),
    ("亠口小", '京'),
    ("十又", '支'),
    ("宀玉", '宝'),
    ("虫马", '蚂'),
    ("虫义", '蚁'),
    ("饣我", '饿'),
    ("口丂", '号'),
    ("一大", '天'),
];

/// A part that is no character of its own, or two that seldom meet: only beside one of these is anything taken apart.
fn is_part(c: char, next: char) -> bool {
    matches!(c, '氵' | '亻' | '犭' | '阝' | '辶' | '扌' | '忄' | '彳' | '讠' | '艹' | '宀' | '饣' | '亠')
        || (c, next) == ('木', '兆')
}

/// The plain letter that a letter is upside down.
fn turned(c: char) -> Option<char> {
    Some(match c {
        'ɐ' => 'a',
        'ɔ' => 'c',
        'ǝ' => 'e',
        'ɟ' => 'f',
        'ƃ' | 'ɓ' => 'g',
        'ɥ' => 'h',
        'ᴉ' | 'ı' => 'i',
        'ɾ' => 'j',
        'ʞ' => 'k',
        'ɯ' => 'm',
        'ɹ' => 'r',
        'ʇ' => 't',
        'ʌ' => 'v',
        'ʍ' => 'w',
        'ʎ' => 'y',
        '˙' => '.',
        'Ɩ' => '1',
        'Ɛ' => '3',
        _ => return None,
    })
}

/// Whether the letter stands upside down.
pub(crate) fn is_turned(letter: char) -> bool {
    turned(letter).is_some()
}

/// Whether the letter at a place is Cyrillic and stands beside a sign or figure that may be one.
pub(crate) fn is_mixed(original: &[char], place: usize) -> bool {
    let sign = |place: Option<usize>| place.and_then(|at| original.get(at)).is_some_and(|c| cyrillic(*c).is_some());
    matches!(original.get(place), Some('а'..='я' | 'А'..='Я' | 'ё' | 'Ё'))
        && (sign(place.checked_sub(1)) || sign(Some(place + 1)))
}

/// Whether letters and figures in a row look as if they stood for others: capitals inside, as in Base64.
pub(crate) fn is_encoded(run: &[char]) -> bool {
    run.len() >= BASE64 / 2 && run.windows(2).any(|two| !two[0].is_ascii_uppercase() && two[1].is_ascii_uppercase())
}

/// Whether what is no letter at a place is a sign of something written another way: brackets round a letter or round
/// nothing, `@`, a part of a character.
pub(crate) fn is_sign(original: &[char], place: usize) -> bool {
    let at = |place: usize| original.get(place).copied().unwrap_or(' ');
    match at(place) {
        '@' => true,
        c if closing(c).is_some() => closing(c) == Some(at(place + 2)) || closing(c) == Some(at(place + 1)),
        c => !c.is_ascii() && (is_part(c, at(place + 1)) || is_turned(c)),
    }
}

/// The stretches of a text that are read otherwise, in its order; none overlaps another.
pub(crate) fn rewritten(original: &[char]) -> Vec<Rewritten> {
    let mut found = vec![];
    let apart = original.windows(2).any(|two| !two[0].is_ascii() && is_part(two[0], two[1]));
    let mut from = 0;
    for place in 0..=original.len() {
        if original.get(place).is_some_and(|c| !c.is_whitespace()) {
            continue;
        }
        if let Some(token) = original.get(from..place).filter(|token| token.len() > 1) {
            word(token, from, &mut found);
        }
        from = place + 1;
    }
    if apart && found.is_empty() {
        parts(original, &mut found);
    }
    found
}

/// What a word says of itself, at one glance.
#[derive(Default)]
struct Glance {
    bracket: bool,
    turned: usize,
    cyrillic: usize,
    latin: bool,
    sign: bool,
    at: bool,
    /// The longest run of letters and figures of ASCII.
    run: usize,
}

impl Glance {
    fn of(token: &[char]) -> Self {
        let mut seen = Self::default();
        let mut run = 0;
        for c in token {
            run = if c.is_ascii_alphanumeric() || *c == '/' { run + 1 } else { 0 };
            seen.run = seen.run.max(run);
            match c {
                'a'..='z' | 'A'..='Z' => seen.latin = true,
                '(' | '[' | '{' | '（' | '【' | '［' | '「' => seen.bracket = true,
                'а'..='я' | 'А'..='Я' | 'ё' | 'Ё' => seen.cyrillic += 1,
                '@' => (seen.sign, seen.at) = (true, true),
                '$' | '€' | '0' | '3' | '4' | '6' => seen.sign = true,
                _ => seen.turned += usize::from(turned(*c).is_some()),
            }
        }
        seen
    }
}

fn word(token: &[char], from: usize, found: &mut Vec<Rewritten>) {
    let seen = Glance::of(token);
    let whole = |chars: Vec<char>| Rewritten { from, to: from + token.len(), chars };
    if seen.turned >= 2 {
        found.extend(upright(token).map(whole));
    } else if seen.bracket {
        brackets(token, from, found);
    } else if seen.cyrillic >= 2 && seen.sign && !seen.latin {
        found.extend(token.iter().enumerate().filter_map(|(place, c)| {
            let letter = cyrillic(*c)?;
            Some(Rewritten { from: from + place, to: from + place + 1, chars: vec![letter] })
        }));
    } else if seen.at && seen.latin {
        found.extend(rotated(token).map(whole));
    } else if seen.run >= BASE64 {
        based(token, from, found);
    }
}

/// The word upside down: from the right, each letter turned.
fn upright(token: &[char]) -> Option<Vec<char>> {
    let plain = |c: &char| match *c {
        'n' => Some('u'),
        'u' => Some('n'),
        'p' => Some('d'),
        'd' => Some('p'),
        'b' => Some('q'),
        'q' => Some('b'),
        '6' => Some('9'),
        '9' => Some('6'),
        c if c.is_ascii() => Some(c),
        c => turned(c),
    };
    token.iter().rev().map(plain).collect()
}

/// The Cyrillic letter that a sign or a figure looks like.
fn cyrillic(c: char) -> Option<char> {
    Some(match c {
        '@' => 'а',
        '$' => 'с',
        '€' => 'е',
        '0' => 'о',
        '3' => 'з',
        '4' => 'ч',
        '6' => 'б',
        _ => return None,
    })
}

fn closing(open: char) -> Option<char> {
    Some(match open {
        '(' => ')',
        '[' => ']',
        '{' => '}',
        '（' => '）',
        '【' => '】',
        '［' => '］',
        '「' => '」',
        _ => return None,
    })
}

/// Brackets around single letters inside a word, and empty ones that stand for an o.
fn brackets(token: &[char], from: usize, found: &mut Vec<Rewritten>) {
    let at = |place: usize| token.get(place).copied().unwrap_or(' ');
    let before = |place: usize| place.checked_sub(1).map_or(' ', at);
    let joins = |c: char| c.is_alphabetic() || matches!(c, '@' | '.') || closing(c).is_some();
    let closes = |c: char| matches!(c, ')' | ']' | '}' | '）' | '】' | '］' | '」');
    let empty = |place: usize| at(place) == '(' && at(place + 1) == ')';
    let inside =
        (1..token.len()).any(|place| empty(place) && before(place).is_alphabetic() && at(place + 2).is_alphabetic());
    let mut place = 0;
    while place < token.len() {
        let single = closing(at(place)) == Some(at(place + 2))
            && (at(place + 1).is_alphabetic() || matches!(at(place + 1), '@' | '.'));
        let last = at(place + 1) == 's' && !joins(at(place + 3));
        if single && !last && (joins(before(place)) || closes(before(place)) || joins(at(place + 3))) {
            found.push(Rewritten { from: from + place, to: from + place + 3, chars: vec![at(place + 1)] });
            place += 3;
        } else if inside && empty(place) {
            found.push(Rewritten { from: from + place, to: from + place + 2, chars: vec!['o'] });
            place += 2;
        } else {
            place += 1;
        }
    }
}

/// A mail address with each letter thirteen places on.
fn rotated(token: &[char]) -> Option<Vec<char>> {
    let ending: String = token.rsplit(|c| *c == '.').next()?.iter().map(char::to_ascii_lowercase).collect();
    let known = matches!(ending.trim_end_matches([',', ';', ')']), "pbz" | "arg" | "bet" | "eh");
    let rotate = |c: &char| match *c {
        'a'..='m' | 'A'..='M' => char::from_u32(u32::from(*c) + 13).unwrap_or(*c),
        'n'..='z' | 'N'..='Z' => char::from_u32(u32::from(*c) - 13).unwrap_or(*c),
        c => c,
    };
    known.then(|| token.iter().map(rotate).collect())
}

/// Fewer characters hold no address in Base64.
const BASE64: usize = 12;

/// An address or a link in Base64.
fn based(token: &[char], from: usize, found: &mut Vec<Rewritten>) {
    let value = |c: &char| -> Option<u32> {
        let base = match *c {
            'A'..='Z' => 65,
            'a'..='z' => 71,
            '0'..='9' => return Some(u32::from(*c) + 4),
            '+' => return Some(62),
            '/' => return Some(63),
            _ => return None,
        };
        Some(u32::from(*c) - base)
    };
    let mut place = 0;
    while place < token.len() {
        let values: Vec<u32> = token.iter().skip(place).map_while(value).collect();
        if values.len() >= BASE64 {
            let bytes = values.chunks(4).flat_map(|four| {
                let bits = four.iter().fold(0, |bits, value| bits << 6 | value) << (6 * (4 - four.len()));
                (0..four.len() - 1).map(move |at| u8::try_from(bits >> (16 - 8 * at) & 0xff).unwrap_or(0))
            });
            let text: Vec<char> = bytes.map(char::from).collect();
            let plain = text.iter().all(|c| c.is_ascii_graphic() || *c == ' ');
            if plain && text.contains(&'.') && (text.contains(&'@') || text.starts_with(&['h', 't', 't', 'p'])) {
                found.push(Rewritten { from: from + place, to: from + place + values.len(), chars: text });
            }
        }
        place += values.len() + 1;
    }
}

fn parts(original: &[char], found: &mut Vec<Rewritten>) {
    let mut place = 0;
    while let Some(rest) = original.get(place..).filter(|rest| !rest.is_empty()) {
        let whole = PARTS.iter().find(|(parts, _)| {
            let mut chars = parts.chars();
            rest.first() == chars.next().as_ref() && chars.clone().eq(rest.iter().skip(1).copied().take(chars.count()))
        });
        let length = whole.map_or(1, |(parts, _)| parts.chars().count());
        if let Some((_, c)) = whole {
            found.push(Rewritten { from: place, to: place + length, chars: vec![*c] });
        }
        place += length;
    }
}

#[cfg(test)]
mod tests {
    use crate::reading::Reading;

    #[test]
    fn words_are_read_as_they_were_before_they_were_rewritten() {
        for (written, meant) in [
            ("(支)(付)宝", "支付宝"),
            ("(а)(л)ибаб(а)", "алибаба"),
            ("ǝdʎʞs", "skype"),
            ("pindu()du()", "pinduodu"),
            ("ин$те", "инсте"),
            ("氵匋宝", "淘宝"),
            ("VIL@YNGURYBBZ.PBZ", "ivy@latheloom.com"),
            ("aXZ5QGxhdGhlbG9vbS5jb20=", "ivy@latheloom.com="),
        ] {
            let read = Reading::of(written).beneath().map(|reading| reading.folded().to_owned());
            assert!(read.as_deref().is_some_and(|read| read.starts_with(meant)), "{written}: {read:?}");
        }
        for plain in ["item(s)", "call foo() now", "(see below)", "5$", "anna@mail", "成立日期"] {
            assert!(Reading::of(plain).beneath().is_none(), "{plain}");
        }
    }
}
