//! What a run of digits is: a telephone number or an account (M4.2.f.5), or a date, version, measure, price,
//! reference, address, series.
//!
//! Owns the shapes of telephone numbers and of everything else, and the weight of the words beside a run.
use crate::disguise::Hit;
use crate::finding::Why;
use crate::letters::Kind;
use crate::numbers::{Group, LEAST, Run};
use crate::scan::Scan;
use rulebook::lists::Class;

/// How far a word of one Chinese character reaches.
const SINGLE: usize = 3;

/// A unit of fewer letters is an abbreviation.
const LEAST_UNIT: usize = 4;

/// What a run comes to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Judgement {
    /// A telephone number or an account, this sure.
    Contact(f64),
    /// Something else.
    Innocent(Why),
    /// Not known to be anything.
    Unknown,
}

/// Judges a run by its shape and by what stands beside it.
pub(crate) fn judge(run: &Run, scan: &Scan<'_>) -> Judgement {
    let beside = Beside::of(run, scan);
    if let Some(why) = innocent(run, scan, &beside) {
        return Judgement::Innocent(why);
    }
    let digits = run.digits.len();
    let plus = has_plus(run, scan);
    let hidden = disguised(run, scan);
    // A third of the digits are figures where letters look like the others.
    let legible = !run.leet || run.figures * 3 >= digits;
    let sure = if !(LEAST..=15).contains(&digits) || !legible {
        None
    } else if (plus || run.digits.starts_with("00")) && digits >= 9 {
        Some(0.95)
    } else if (run.words || hidden) && digits >= 7 && mixed_enough(run) {
        Some(0.85)
    } else if beside.messenger {
        Some(0.9)
    } else if beside.contact && digits >= 6 {
        Some(0.85)
    } else {
        shaped(run, scan)
    };
    sure.map_or(Judgement::Unknown, Judgement::Contact)
}

/// `+`, `(+` or a word for it before the digits.
fn has_plus(run: &Run, scan: &Scan<'_>) -> bool {
    let reading = scan.reading;
    let sign = reading.before(run.from) == '+'
        || reading.before(run.from) == '(' && reading.before(run.from.saturating_sub(1)) == '+';
    let end = run.from.saturating_sub(usize::from(reading.before(run.from) == ' '));
    let word = |word: &str| {
        let from = end.saturating_sub(word.chars().count());
        reading.read(from, end) == word && reading.begins_word(from)
    };
    sign || ["plus", "плюс", "mas", "piu"].into_iter().any(word)
}

/// Number words that are no series, or enough of them.
fn mixed_enough(run: &Run) -> bool {
    let words = run.groups.iter().filter(|group| group.word).count();
    !run.words || words >= 3 || run.digits.len() >= 9
}

/// Figures that are written so that no machine reads them.
fn disguised(run: &Run, scan: &Scan<'_>) -> bool {
    let units = scan.reading.units.get(run.from..run.to).unwrap_or_default();
    let inside_hidden = units.iter().skip(1).any(|unit| unit.hidden && unit.kind == Kind::Digit);
    let single = run.groups.len() >= 7 && run.groups.iter().all(|group| group.digits.len() <= 2);
    let signs = units.iter().filter(|unit| unit.kind == Kind::Sign && !unit.c.is_ascii()).count();
    inside_hidden || single || signs >= 2 && run.groups.len() >= 3
}

/// The shapes of telephone numbers that need no word beside them.
fn shaped(run: &Run, scan: &Scan<'_>) -> Option<f64> {
    let shape = run.shape();
    let digit = |place: usize| run.digits.as_bytes().get(place).copied().unwrap_or(b' ');
    let (first, second) = (digit(0), digit(1));
    let parted = shape.len() > 1;
    let noughts = run.digits.ends_with("0000");
    let brackets = scan.reading.before(run.from) == '(';
    match (run.digits.len(), first) {
        // Chinese mobile.
        (11, b'1') if (b'3'..=b'9').contains(&second) && (!noughts || parted) => Some(0.88),
        (13, b'8') if run.digits.starts_with("861") => Some(0.88),
        // Russian, with 8 or 7 before the area.
        (11, b'7' | b'8') if second == b'9' || parted && matches!(second, b'3' | b'4' | b'8') => Some(0.86),
        // American.
        (11, b'1') if parted && shape.ends_with(&[3, 3, 4]) => Some(0.86),
        (10, b'2'..=b'9') if shape == [3, 3, 4] && digit(3) >= b'2' => Some(0.86),
        (10, b'2'..=b'9') if brackets && parted => Some(0.86),
        // Italian mobile, Russian mobile without 8.
        (9 | 10, b'3') if parted && matches!(shape.first(), Some(3)) => Some(0.8),
        (10, b'9') if parted && shape.len() > 3 => Some(0.8),
        // Spanish.
        (9, b'6' | b'7' | b'9') if matches!(shape.as_slice(), [3, 3, 3] | [3, 2, 2, 2] | [1, 2, 2, 2, 2]) => Some(0.76),
        (11, b'3') if run.digits.starts_with("34") && parted => Some(0.8),
        (12, b'3') if run.digits.starts_with("39") && parted => Some(0.8),
        // British and French.
        (11, b'0') if parted && second == b'7' => Some(0.82),
        (10, b'0') if shape.len() >= 5 && shape.iter().all(|n| *n <= 2) => Some(0.82),
        // Chinese landlines and service numbers.
        (10..=12, b'0') if parted && matches!(shape.first(), Some(2..=4)) => Some(0.82),
        (10, b'4' | b'8') if parted && (run.digits.starts_with("400") || run.digits.starts_with("800")) => Some(0.84),
        _ => None,
    }
}

struct Beside {
    messenger: bool,
    contact: bool,
    reference: bool,
    unit: bool,
    /// The unit is a word that nobody writes behind a telephone number: "views", 次浏览.
    counted: bool,
}

impl Beside {
    fn of(run: &Run, scan: &Scan<'_>) -> Self {
        let sentence = scan.reading.sentence(run.from);
        let near = |class: Class, before: usize, after: usize| {
            let hits = scan.within(class, run.from.saturating_sub(before), run.to + after);
            hits.iter()
                .rev()
                .find(|hit| {
                    let apart = scan.reading.sentence(hit.from).abs_diff(sentence);
                    // 打 and 拨 are part of many words.
                    let single = hit.to - hit.from == 1 && scan.reading.kind(hit.from) == Kind::Han;
                    let behind = hit.from >= run.to && apart == 0 && !single;
                    let reaches = !single || hit.to + SINGLE >= run.from;
                    hit.to <= run.from && apart <= 1 && reaches || behind
                })
                .copied()
        };
        let messenger = near(Class::Messenger, 30, 14)
            .or_else(|| near(Class::ThirdParty, 24, 10))
            .or_else(|| near(Class::MailProvider, 20, 10));
        let contact = near(Class::PhoneWord, 40, 16).or_else(|| near(Class::ContactWord, 40, 12));
        let reference = near(Class::ReferenceWord, 18, 0);
        // The nearer word decides.
        let nearer = |one: Option<Hit>| {
            one.is_some_and(|one| reference.is_none_or(|other| one.from >= other.to || one.from >= run.to))
        };
        let units = scan.within(Class::UnitWord, run.to, run.to + 2);
        let beside = |hit: &&Hit| hit.from == run.to || scan.reading.kind(run.to) == Kind::Space;
        let is_word = |hit: &Hit| {
            let least = if scan.reading.kind(hit.from) == Kind::Han { 2 } else { LEAST_UNIT };
            hit.to - hit.from >= least
        };
        let unit = units.iter().any(|hit| beside(&hit));
        let counted = units.iter().filter(beside).any(is_word);
        Self {
            messenger: nearer(messenger),
            contact: nearer(contact),
            reference: reference.is_some() && !nearer(messenger) && !nearer(contact),
            unit,
            counted,
        }
    }
}

/// `(1, 2), (3, 4)`: brackets between groups of one or two digits, with commas.
fn is_pairs(gaps: &[String], shape: &[usize]) -> bool {
    shape.len() >= 4
        && shape.iter().all(|n| *n <= 3)
        && gaps.iter().any(|gap| gap.contains('('))
        && gaps.iter().any(|gap| gap.trim() == ",")
}

/// `16:9, 4:3 and 1.91:1`: more than one colon, with something else between.
fn is_ratio(gaps: &[String], shape: &[usize]) -> bool {
    let colons = gaps.iter().filter(|gap| gap.as_str() == ":").count();
    colons >= 2 && colons < gaps.len() && shape.iter().all(|n| *n <= 2)
}

/// The last figure of an article number (EAN-13) checks the others.
fn is_article(digits: &str) -> bool {
    let weigh = |(place, digit): (usize, u8)| u32::from(digit - b'0') * if place % 2 == 0 { 1 } else { 3 };
    digits.len() == 13 && !digits.starts_with("861") && digits.bytes().enumerate().map(weigh).sum::<u32>() % 10 == 0
}

fn innocent(run: &Run, scan: &Scan<'_>, beside: &Beside) -> Option<Why> {
    let reading = scan.reading;
    let gaps = run.gaps(scan);
    let every = |sign: &str| !gaps.is_empty() && gaps.iter().all(|gap| gap.trim() == sign);
    let before = reading.before(run.from);
    let shape = run.shape();
    // A price begins with no nought: `$138 $0013 $8000`.
    let priced = !run.groups.iter().any(|group| group.digits.len() >= 3 && group.digits.starts_with('0'));
    let money = |c: char| priced && matches!(c, '$' | '€' | '£' | '¥' | '₽' | '%' | '元' | '‰' | '°');
    let second = reading.before(run.from.saturating_sub(1));
    let dialled = has_plus(run, scan) && (10..=14).contains(&run.digits.len());
    if beside.reference && !dialled || matches!(before, '#' | '№') || !dialled && is_coded(run, scan) {
        return Some(Why::Reference);
    }
    if money(before)
        || before == ' ' && money(second)
        || money(reading.at(run.to))
        || reading.at(run.to) == ' ' && money(reading.at(run.to + 1))
    {
        return Some(Why::Measure);
    }
    let certain =
        before == '+' || run.digits.len() == 11 && run.digits.starts_with('1') && !run.digits.ends_with("000000");
    let counted = beside.counted || beside.unit && every(",");
    let asked = beside.contact || beside.messenger;
    if beside.unit && !run.words && (!certain || counted && !asked && before != '+')
        || gaps.iter().any(|gap| matches!(gap.trim(), "×" | "*") && shape.len() <= 3 && shape.iter().all(|n| *n <= 4))
    {
        return Some(Why::Measure);
    }
    if is_shifts(run) && !asked {
        return Some(Why::Date);
    }
    if is_series(run) && !beside.messenger || is_pairs(&gaps, &shape) || is_ratio(&gaps, &shape) {
        return Some(Why::Series);
    }
    if run.words || run.leet {
        return None;
    }
    if is_date(run, &gaps) {
        return Some(Why::Date);
    }
    if run.groups.len() == 1 && is_article(&run.digits) && before != '+'
        || run.digits.len() == 13 && (run.digits.starts_with("978") || run.digits.starts_with("979"))
    {
        return Some(Why::Reference);
    }
    if is_address(run, &gaps) {
        return Some(Why::Address);
    }
    let thousands =
        shape.first().is_some_and(|first| *first <= 3) && shape.len() > 1 && shape.iter().skip(1).all(|n| *n == 3);
    let round = run.groups.iter().skip(1).all(|group| group.digits == "000");
    if thousands && (every(",") || every(".") && !beside.contact || every("'") || round) {
        return Some(Why::Measure);
    }
    if every(".") && shape.len() <= 4 && shape.iter().all(|n| *n <= 3) && !beside.contact {
        return Some(Why::Reference);
    }
    None
}

/// Letters run on before or after the figures: an article number, a hash, `1080p`.
fn is_coded(run: &Run, scan: &Scan<'_>) -> bool {
    let reading = scan.reading;
    let announced = |place: usize| {
        let hits = [Class::Messenger, Class::PhoneWord, Class::ContactWord, Class::AccountWord, Class::MailProvider];
        hits.iter().any(|class| {
            scan.within(*class, place.saturating_sub(24), place + 1)
                .iter()
                .any(|hit| hit.to >= place && hit.to <= place + 1)
        })
    };
    let glued = reading.kind_before(run.from) == Kind::Letter;
    let dashed = matches!(reading.before(run.from), '-' | '_' | '/')
        && reading.kind_before(run.from.saturating_sub(1)) == Kind::Letter;
    let capital = reading.units.get(run.to + 1).is_some_and(|unit| unit.written.is_ascii_uppercase());
    let after = reading.kind(run.to) == Kind::Letter
        || reading.at(run.to) == '_'
        || matches!(reading.at(run.to), '-' | '/') && capital;
    (glued || dashed) && !announced(run.from) && !announced(run.from.saturating_sub(1)) || after && !run.words
}

/// Figures that count up or down, years, or one figure over and over.
fn is_series(run: &Run) -> bool {
    let same = run.digits.bytes().all(|b| Some(b) == run.digits.bytes().next());
    let year =
        |group: &Group| group.digits.len() == 4 && group.digits.parse().is_ok_and(|year| (1000..=2100).contains(&year));
    let years = run.groups.len() > 1
        && run.groups.iter().all(|group| year(group) || group.word && group.digits.len() == 1)
        && run.groups.iter().any(year);
    let bits = run.groups.len() >= 5 && run.digits.bytes().all(|b| matches!(b, b'0' | b'1'));
    let values: Vec<i64> = run.groups.iter().filter_map(|group| group.digits.parse().ok()).collect();
    let step = |two: &[i64]| two[1] - two[0];
    let first = values.windows(2).map(step).next().unwrap_or(0);
    let counts = values.len() >= 3 && first != 0 && values.windows(2).all(|two| step(two) == first);
    let rises = !run.words
        && values.len() >= 4
        && run.groups.iter().all(|group| group.digits.len() <= 4)
        && values.windows(2).all(|two| step(two) > 0);
    same || years || bits || counts || rises
}

/// `0700 1530 2200`: times of day, each later than the one before it; a count in words may follow.
fn is_shifts(run: &Run) -> bool {
    let (words, times): (Vec<&Group>, Vec<&Group>) = run.groups.iter().partition(|group| group.word);
    let clock = |group: &&Group| -> Option<u32> {
        let minutes: u32 = group.digits.get(2..4)?.parse().ok()?;
        let hours: u32 = group.digits.get(..2)?.parse().ok()?;
        let is_time = group.digits.len() == 4 && hours < 24 && minutes < 60 && minutes.is_multiple_of(5);
        is_time.then_some(hours * 60 + minutes)
    };
    let times: Option<Vec<u32>> = times.iter().map(clock).collect();
    words.len() <= 1
        && words.iter().all(|word| word.digits.len() == 1)
        && times.is_some_and(|times| times.len() >= 2 && times.is_sorted_by(|one, next| one < next))
}

fn is_date(run: &Run, gaps: &[String]) -> bool {
    let number = |place: usize| run.groups.get(place).and_then(|group| group.digits.parse::<u32>().ok()).unwrap_or(0);
    let (day, month, year) =
        (|n: u32| (1..=31).contains(&n), |n: u32| (1..=12).contains(&n), |n: u32| (1900..=2100).contains(&n));
    let shape = run.shape();
    // Any time of day makes it one.
    let clock = gaps.iter().enumerate().any(|(at, gap)| {
        gap == ":"
            && shape.get(at).is_some_and(|n| *n <= 2)
            && shape.get(at + 1).is_some_and(|n| *n == 2)
            && number(at) <= 24
            && number(at + 1) < 60
    });
    let dated = |at: usize| {
        year(number(at)) && month(number(at + 1)) && day(number(at + 2))
            || day(number(at)) && month(number(at + 1)) && year(number(at + 2))
            || month(number(at)) && day(number(at + 1)) && year(number(at + 2))
    };
    let compact = match shape.as_slice() {
        [8] => {
            let part = |from: usize, to: usize| {
                run.digits.get(from..to).and_then(|text| text.parse::<u32>().ok()).unwrap_or(0)
            };
            year(part(0, 4)) && month(part(4, 6)) && day(part(6, 8))
        }
        [6] => {
            run.digits.starts_with("20") && run.digits.get(4..6).and_then(|text| text.parse().ok()).is_some_and(month)
        }
        _ => false,
    };
    clock || compact || shape.len() >= 3 && (0..=shape.len() - 3).any(dated)
}

/// `192.168.0.1`, `55.7558, 37.6173`, a long fraction.
fn is_address(run: &Run, gaps: &[String]) -> bool {
    // A network or a port may follow.
    let address = match (run.groups.len(), gaps.last().map(String::as_str)) {
        (5, Some("/" | ":")) => 4,
        (n, _) => n,
    };
    let gaps = gaps.get(..address - 1).unwrap_or_default();
    let dots = gaps.iter().filter(|gap| gap.as_str() == ".").count();
    let bytes =
        address == 4 && run.groups.iter().take(4).all(|group| group.digits.parse::<u32>().is_ok_and(|n| n < 256));
    let fraction = |at: usize| {
        gaps.get(at).is_some_and(|gap| gap == ".") && run.groups.get(at).is_some_and(|group| group.digits.len() <= 3)
    };
    let pair = run.groups.len() == 4 && fraction(0) && fraction(2) && dots == 2;
    let single = run.groups.len() == 2 && fraction(0) && run.groups.get(1).is_some_and(|group| group.digits.len() >= 3);
    dots == 3 && bytes || pair || single
}
