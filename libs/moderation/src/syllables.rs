//! What a Chinese character sounds like: characters of one syllable stand for each other in a disguise (速麦通 for
//! 速卖通, 医散把 for 138).
//!
//! Owns the table (`data/syllables.txt`: the characters of GB 2312 by their Mandarin reading in Unicode's Unihan, without
//! tones). Sounds that many speakers do not tell apart (zh and z, -ng and -n) are one.
use std::collections::HashMap;
use std::sync::LazyLock;

const FIRST: u32 = 0x4e00;
const BEHIND: u32 = 0xa000;

fn lines() -> impl Iterator<Item = (&'static str, &'static str)> {
    include_str!("../data/syllables.txt").lines().filter_map(|line| line.split_once(' '))
}

fn table(key: impl Fn(&str, char) -> Option<char>) -> Vec<Option<char>> {
    let mut table = vec![None; (BEHIND - FIRST) as usize];
    for (syllable, characters) in lines() {
        for c in characters.chars() {
            if let Some(slot) = (c as usize).checked_sub(FIRST as usize).and_then(|place| table.get_mut(place)) {
                *slot = key(syllable, c);
            }
        }
    }
    table
}

fn of(table: &[Option<char>], c: char) -> Option<char> {
    (c as usize).checked_sub(FIRST as usize).and_then(|place| table.get(place).copied().flatten())
}

/// The first character of each sound stands for all.
static SOUNDS: LazyLock<Vec<Option<char>>> = LazyLock::new(|| {
    let mut first = std::collections::BTreeMap::new();
    for (syllable, characters) in lines() {
        first.entry(blurred(syllable)).or_insert(characters.chars().next());
    }
    table(|syllable, _| first.get(&blurred(syllable)).copied().flatten())
});

static DIGITS: LazyLock<Vec<Option<char>>> = LazyLock::new(|| {
    table(|syllable, _| {
        Some(match syllable {
            "ling" | "lin" => '0',
            "yi" | "yao" => '1',
            "er" | "liang" => '2',
            "san" => '3',
            "si" => '4',
            "wu" => '5',
            "liu" => '6',
            "qi" => '7',
            "ba" => '8',
            "jiu" => '9',
            _ => return None,
        })
    })
});

fn blurred(syllable: &str) -> String {
    let plain = syllable.strip_suffix('g').filter(|plain| plain.ends_with('n')).unwrap_or(syllable);
    plain.replacen("zh", "z", 1).replacen("ch", "c", 1).replacen("sh", "s", 1)
}

/// The reading of a character, without its tone.
pub(crate) fn syllable(c: char) -> Option<&'static str> {
    SYLLABLES.get(&c).copied()
}

static SYLLABLES: LazyLock<HashMap<char, &'static str>> = LazyLock::new(|| {
    lines().flat_map(|(syllable, characters)| characters.chars().map(move |c| (c, syllable))).collect()
});

/// The character that stands for all that sound like this one.
pub(crate) fn sound(c: char) -> char {
    of(&SOUNDS, c).unwrap_or(c)
}

/// The digit that the character sounds like.
pub(crate) fn digit(c: char) -> Option<char> {
    of(&DIGITS, c)
}

#[cfg(test)]
mod tests {
    use super::{digit, sound};

    #[test]
    fn characters_of_one_sound_are_one() {
        for (one, other) in [('卖', '麦'), ('宝', '饱'), ('星', '新'), ('支', '资'), ('书', '苏')] {
            assert_eq!(sound(one), sound(other), "{one} {other}");
        }
        assert_ne!(sound('淘'), sound('宝'));
        let digits: String = "医散把铃两".chars().filter_map(digit).collect();
        assert_eq!((digits.as_str(), digit('宝')), ("13802", None));
    }
}
