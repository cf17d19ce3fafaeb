//! What a single character is read as: its plain twin, nothing at all, a space; and its class when it is disguised.
//!
//! Owns the tables. Folding is idempotent: a folded character folds to itself. Compatibility forms come from Unicode
//! (NFKD), look-alikes from Unicode's confusables, traditional characters from OpenCC's table (`data/traditional.txt`,
//! Apache-2.0); what none of these know (strokes, small capitals, squared letters, liberal look-alikes) is written here and in `data/latin.txt`.
use crate::syllables::sound;
use std::collections::HashMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_security::confusable_detection::skeleton;

/// What a character is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letter {
    /// Shows nothing: format characters, tags, selectors.
    Hidden,
    /// Sits on the letter before it.
    Mark,
    /// One character.
    One(char),
    /// Several: ask [`spelled_out`].
    Many,
}

/// What the kind of a folded character is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A letter of a script that puts spaces between words.
    Letter,
    /// A character of a script without spaces between words.
    Han,
    /// 0–9.
    Digit,
    /// A space.
    Space,
    /// The end of a line.
    Line,
    /// Any other sign.
    Sign,
}

static TRADITIONAL: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let chars: Vec<char> = include_str!("../data/traditional.txt").chars().filter(|c| *c != '\n').collect();
    chars.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
});

/// Folding of the basic plane, made once.
static BASIC: LazyLock<Vec<Letter>> =
    LazyLock::new(|| (0..0x1_0000).map(|code| char::from_u32(code).map_or(Letter::Hidden, fold_slowly)).collect());

/// What `c` is read as.
pub fn fold(c: char) -> Letter {
    BASIC.get(c as usize).copied().unwrap_or_else(|| fold_slowly(c))
}

/// The characters that `c` is read as, for [`Letter::Many`].
pub fn spelled_out(c: char) -> Vec<char> {
    if let Some(inner) = parenthesized(c) {
        return inner;
    }
    // Its form decomposes to a sigma, or its small letter, looks otherwise.
    if let Some(look) = CAPITALS.iter().find(|(capital, _)| *capital == c) {
        return vec![look.1];
    }
    let lower = std::iter::once(c).nfkd().flat_map(char::to_lowercase);
    lower.nfkd().filter(|c| !is_combining_mark(*c) && !is_hidden(*c)).map(single).collect()
}

fn fold_slowly(c: char) -> Letter {
    if c.is_ascii_graphic() {
        return Letter::One(c.to_ascii_lowercase());
    }
    if matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}') {
        return Letter::One('\n');
    }
    if c.is_whitespace() || c == '\u{2800}' {
        return Letter::One(' ');
    }
    if is_hidden(c) {
        return Letter::Hidden;
    }
    if is_combining_mark(c) {
        return Letter::Mark;
    }
    let read = spelled_out(c);
    match read.as_slice() {
        [] => Letter::Hidden,
        [one] if one.is_whitespace() => Letter::One(' '),
        [one] => Letter::One(*one),
        _ => Letter::Many,
    }
}

/// Format characters, selectors, tags, fillers: they show nothing.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e0fff}')
}

/// ⑴ and ⒜ as their inside, not with the brackets.
fn parenthesized(c: char) -> Option<Vec<char>> {
    if !matches!(c, '\u{2474}'..='\u{24b5}' | '\u{1f110}'..='\u{1f129}' | '\u{3220}'..='\u{3243}') {
        return None;
    }
    let inside = std::iter::once(c).nfkd().filter(|c| !matches!(c, '(' | ')' | '.'));
    Some(inside.flat_map(char::to_lowercase).map(single).collect())
}

/// A decomposed lower-case character as its plain twin.
fn single(c: char) -> char {
    let from = |first: u32, base: u32| char::from_u32(base + (u32::from(c) - first)).unwrap_or(c);
    match c {
        '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' => {
            let other = OTHERWISE.iter().find(|(from, _)| *from == c).map(|(_, to)| *to);
            other.or_else(|| TRADITIONAL.get(&c).copied()).unwrap_or(c)
        }
        '〇' => '零',
        '\u{1f150}'..='\u{1f169}' => from(0x1f150, 0x61),
        '\u{1f170}'..='\u{1f189}' => from(0x1f170, 0x61),
        '\u{1f1e6}'..='\u{1f1ff}' => from(0x1f1e6, 0x61),
        '\u{2776}'..='\u{277e}' => from(0x2776, 0x31),
        '\u{2780}'..='\u{2788}' => from(0x2780, 0x31),
        '\u{278a}'..='\u{2792}' => from(0x278a, 0x31),
        '\u{24f5}'..='\u{24fd}' => from(0x24f5, 0x31),
        '\u{24ff}' | '\u{1f10c}' | '\u{1f10b}' => '0',
        '\u{660}'..='\u{669}' => from(0x660, 0x30),
        '\u{6f0}'..='\u{6f9}' => from(0x6f0, 0x30),
        '\u{966}'..='\u{96f}' => from(0x966, 0x30),
        '\u{9e6}'..='\u{9ef}' => from(0x9e6, 0x30),
        '\u{e50}'..='\u{e59}' => from(0xe50, 0x30),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2043}' | '\u{fe58}' | '\u{ad}' => '-',
        '\u{2018}' | '\u{2019}' | '\u{02bc}' | '\u{02b9}' | '\u{00b4}' | '\u{02bb}' | '\u{2032}' | '`' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        '\u{3002}' => '\u{3002}',
        '\u{2044}' => '/',
        'ς' => 'σ',
        _ => LATIN.get(&c).copied().unwrap_or_else(|| unadorned(c)),
    }
}

/// A Latin letter that nothing else knows as the plain one that it looks like.
fn unadorned(c: char) -> char {
    let latin = matches!(c, '\u{180}'..='\u{2af}' | '\u{1d00}'..='\u{1dbf}' | '\u{2c60}'..='\u{2c7f}' | '\u{a720}'..='\u{a7ff}'
        | '\u{ab30}'..='\u{ab6f}');
    let text = c.to_string();
    let mut plain = skeleton(&text).filter(|c| latin && !is_combining_mark(*c));
    match (plain.next(), plain.next()) {
        (Some(one), None) if one.is_ascii_alphabetic() => one.to_ascii_lowercase(),
        _ => c,
    }
}

/// The character that a tag stands for: tags spell out a text that nobody sees.
pub fn tagged(c: char) -> Option<char> {
    u32::from(c).checked_sub(0xe0000).filter(|code| (0x20..0x7f).contains(code)).and_then(char::from_u32)
}

/// Letters that are decorated in ways Unicode does not decompose: with strokes, hooks and tails, as small capitals, upside
/// down. Each line of `data/latin.txt` has the plain letter, then the others by their names in Unicode.
static LATIN: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let lines = include_str!("../data/latin.txt").lines().filter_map(|line| line.split_once(' '));
    lines.flat_map(|(plain, others)| others.chars().map(|c| (c, plain.chars().next().unwrap_or(c)))).collect()
});

/// Greek letters whose small letter, or whose plain form, looks like another Latin one than they do.
const CAPITALS: &[(char, char)] = &[('ϲ', 'c'), ('Ϲ', 'c'), ('Η', 'h'), ('Ν', 'n'), ('Υ', 'y')];

/// Chinese characters written another way.
const OTHERWISE: &[(char, char)] = &[('寳', '宝'), ('寚', '宝'), ('崬', '东'), ('嶶', '微'), ('溦', '微')];

/// Kinds of the basic plane, made once.
static KINDS: LazyLock<Vec<Kind>> =
    LazyLock::new(|| (0..0x1_0000).map(|code| char::from_u32(code).map_or(Kind::Sign, kind_slowly)).collect());

/// The kind of a folded character.
pub fn kind(c: char) -> Kind {
    KINDS.get(c as usize).copied().unwrap_or_else(|| kind_slowly(c))
}

fn kind_slowly(c: char) -> Kind {
    match c {
        'a'..='z' => Kind::Letter,
        '0'..='9' => Kind::Digit,
        ' ' => Kind::Space,
        '\n' => Kind::Line,
        '\0'..='\u{7f}' | '\u{30fb}' => Kind::Sign,
        _ if is_unspaced(c) => Kind::Han,
        _ if c.is_alphanumeric() => Kind::Letter,
        _ => Kind::Sign,
    }
}

/// Scripts that write no spaces between words: a word may begin and end anywhere.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{2fff}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{312f}' | '\u{31a0}'..='\u{9fff}'
        | '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}'
        | '\u{e00}'..='\u{e3e}' | '\u{e40}'..='\u{e7f}')
}

/// The class of a letter, figure or sign in a disguise: characters of one class may stand for each other. `None` for
/// what is never a letter.
pub fn class(c: char) -> Option<char> {
    if c.is_ascii() {
        return ascii_class(c);
    }
    CLASSES.get(c as usize).copied().unwrap_or_else(|| class_slowly(c))
}

/// Classes of the alphabets and of Chinese characters, made once.
static CLASSES: LazyLock<Vec<Option<char>>> =
    LazyLock::new(|| (0..0xa000).map(|code| char::from_u32(code).and_then(class_slowly)).collect());

fn class_slowly(c: char) -> Option<char> {
    OTHERS.get(&c).copied().or_else(|| c.is_alphanumeric().then(|| sound(c)))
}

fn ascii_class(c: char) -> Option<char> {
    Some(match c {
        'l' | '1' | '!' | '|' => 'i',
        '0' => 'o',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        '8' => 'b',
        '6' | '9' => 'g',
        '2' => 'z',
        'a'..='z' => c,
        _ => return None,
    })
}

/// Whether the sign may stand for a letter.
pub fn is_leet_sign(c: char) -> bool {
    matches!(c, '@' | '$' | '!' | '|' | '+' | '¡' | '¢' | '£' | '¥' | '\u{e3f}' | '\u{20a0}'..='\u{20bf}' | '†')
}

/// The Latin letter that a letter of another script looks like.
pub fn twin(c: char) -> Option<char> {
    if c.is_ascii() { None } else { OTHERS.get(&c).copied().filter(char::is_ascii) }
}

/// Look-alikes of other scripts by class: Unicode's confusables, and the liberal ones of Russian and Greek.
static OTHERS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let scripts = [
        0x370..0x600,
        0x10a0..0x1100,
        0x13a0..0x1680,
        0x16a0..0x1700,
        0x1c80..0x1c90,
        0x2c80..0x2d00,
        0xa4d0..0xa500,
        0xa640..0xa6a0,
        0xab70..0xabc0,
    ];
    let mut others = HashMap::new();
    for c in scripts.into_iter().flatten().filter_map(char::from_u32).filter(|c| c.is_alphabetic()) {
        let lower = c.to_lowercase().next().unwrap_or(c);
        let twins = [c, lower].map(|c| skeleton(&c.to_string()).collect::<Vec<char>>());
        for twin in &twins {
            if let [one] = twin.as_slice()
                && let Some(class) = ascii_class(one.to_ascii_lowercase())
                && one.is_ascii_alphanumeric()
            {
                others.entry(lower).or_insert(class);
            }
        }
    }
    others.extend(LIBERAL.iter().copied());
    others
});

const LIBERAL: &[(char, char)] = &[
    ('а', 'a'),
    ('б', 'b'),
    ('в', 'b'),
    ('г', 'r'),
    ('д', 'd'),
    ('е', 'e'),
    ('з', 'e'),
    ('и', 'u'),
    ('к', 'k'),
    ('м', 'm'),
    ('н', 'h'),
    ('о', 'o'),
    ('п', 'n'),
    ('р', 'p'),
    ('с', 'c'),
    ('т', 't'),
    ('у', 'y'),
    ('х', 'x'),
    ('ч', 'y'),
    ('ш', 'w'),
    ('ь', 'b'),
    ('я', 'r'),
    ('і', 'i'),
    ('ј', 'j'),
    ('ѕ', 's'),
    ('ё', 'e'),
    ('є', 'e'),
    ('э', 'e'),
    ('α', 'a'),
    ('β', 'b'),
    ('γ', 'y'),
    ('δ', 'd'),
    ('ε', 'e'),
    ('η', 'n'),
    ('ι', 'i'),
    ('κ', 'k'),
    ('μ', 'u'),
    ('ν', 'v'),
    ('ο', 'o'),
    ('π', 'n'),
    ('ρ', 'p'),
    ('σ', 'o'),
    ('τ', 't'),
    ('υ', 'u'),
    ('χ', 'x'),
    ('ω', 'w'),
    ('λ', 'a'),
    ('¡', 'i'),
    ('€', 'e'),
    ('£', 'i'),
    ('¢', 'c'),
    ('¥', 'y'),
    ('\u{e3f}', 'b'),
    ('₿', 'b'),
    ('₳', 'a'),
    ('₵', 'c'),
    ('₡', 'c'),
    ('₫', 'd'),
    ('₣', 'f'),
    ('₲', 'g'),
    ('₴', 's'),
    ('₭', 'k'),
    ('₤', 'i'),
    ('₥', 'm'),
    ('₦', 'n'),
    ('₱', 'p'),
    ('₽', 'p'),
    ('₹', 'r'),
    ('₮', 't'),
    ('†', 't'),
    ('₩', 'w'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_folds_to_what_folds_to_itself() {
        for c in ('\0'..='\u{3ffff}').chain('\u{e0000}'..='\u{e0fff}') {
            let read = match fold(c) {
                Letter::Hidden | Letter::Mark => vec![],
                Letter::One(one) => vec![one],
                Letter::Many => spelled_out(c),
            };
            for one in read {
                assert_eq!(fold(one), Letter::One(one), "{c:?} U+{:04x} as {one:?} U+{:04x}", c as u32, one as u32);
            }
        }
    }

    #[test]
    fn decorated_letters_are_read_as_plain_ones() {
        let plain: String = "ｗⓦ🅆🅦🆆🇼𝔀ᴡ⒲Ｗ"
            .chars()
            .flat_map(|c| match fold(c) {
                Letter::One(one) => vec![one],
                Letter::Many => spelled_out(c),
                Letter::Hidden | Letter::Mark => vec![],
            })
            .collect();
        assert_eq!(plain, "w".repeat(10));
    }

    #[test]
    fn look_alikes_are_of_one_class() {
        for (one, other) in
            [('а', 'a'), ('р', 'p'), ('ѕ', 's'), ('ո', 'n'), ('ꮃ', 'w'), ('0', 'o'), ('1', 'l'), ('ο', 'o')]
        {
            assert_eq!(class(one), class(other), "{one} {other}");
        }
    }
}
