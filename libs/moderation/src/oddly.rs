//! Digits that are written oddly: a letter behind each (x1x3x8x0…), Chinese numerals in groups (一百五十九).
//!
//! Owns how such a stretch becomes groups of digits; whether they are anybody's number is judged in `phones`.
use crate::letters::Kind;
use crate::numbers::Group;
use crate::scan::Scan;

/// Fewer figures with letters between them are a code.
const ALTERNATING: usize = 8;

/// The groups of digits that such a stretch from here on has.
pub(crate) fn odd_digits(scan: &Scan<'_>, from: usize) -> Option<Vec<Group>> {
    match scan.reading.kind(from) {
        Kind::Letter | Kind::Digit => alternating(scan, from),
        Kind::Han => chinese(scan, from).map(|group| vec![group]),
        Kind::Space | Kind::Line | Kind::Sign => None,
    }
}

fn group(from: usize, to: usize, digits: String) -> Group {
    Group { from, to, digits, word: true, leet: false, figures: 0 }
}

/// "1a5b9c2d": single figures and single letters by turns.
fn alternating(scan: &Scan<'_>, from: usize) -> Option<Vec<Group>> {
    let reading = scan.reading;
    if reading.kind(from + 1) == reading.kind(from) || matches!(reading.kind_before(from), Kind::Letter | Kind::Digit) {
        return None;
    }
    let turns = |at: usize| {
        matches!(reading.kind(at), Kind::Letter | Kind::Digit)
            && (at == from || reading.kind(at) != reading.kind(at - 1))
    };
    if !turns(from + 1) || !turns(from + 2) || !turns(from + 3) {
        return None;
    }
    let to = from + (from..from + 64).take_while(|at| turns(*at)).count();
    let figures = (from..to).filter(|at| reading.kind(*at) == Kind::Digit);
    let mut groups: Vec<Group> = figures.map(|at| group(at, at + 1, reading.at(at).to_string())).collect();
    let apart = !matches!(reading.kind(to), Kind::Letter | Kind::Digit);
    if groups.len() < ALTERNATING || !apart {
        return None;
    }
    // The letters at the ends belong to it.
    if let Some(first) = groups.first_mut() {
        first.from = from;
    }
    if let Some(last) = groups.last_mut() {
        last.to = to;
    }
    Some(groups)
}

/// The value of a Chinese digit.
fn digit(c: char) -> Option<usize> {
    Some(match c {
        '零' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// 二千八百六十四 as 2864, 零三百七十一 as 0371: a numeral with hundreds or thousands.
fn chinese(scan: &Scan<'_>, from: usize) -> Option<Group> {
    let reading = scan.reading;
    let power = |c: char| match c {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1000),
        _ => None,
    };
    let numeral = |at: usize| digit(reading.at(at)).is_some() || power(reading.at(at)).is_some();
    if !numeral(from) || from > 0 && numeral(from - 1) {
        return None;
    }
    let to = from + (from..from + 12).take_while(|at| numeral(*at)).count();
    if numeral(to) || !(from..to).any(|at| matches!(reading.at(at), '百' | '千')) {
        return None;
    }
    let (mut value, mut last, mut above) = (0, None, 10_000);
    for at in from..to {
        let c = reading.at(at);
        match (digit(c), power(c)) {
            (_, Some(power)) if power < above => {
                value += last.take().unwrap_or(1) * power;
                above = power;
            }
            (Some(0), None) if last.is_none() => {}
            (Some(digit), None) if last.is_none() => last = Some(digit),
            _ => return None,
        }
    }
    let nought = if reading.at(from) == '零' { "0" } else { "" };
    Some(group(from, to, format!("{nought}{}", value + last.unwrap_or(0))))
}
