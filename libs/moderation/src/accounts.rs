//! Names as of users: `@name`, and what follows a chat tool or the word for an account.
//!
//! Owns how an account is recognised. Whether it breaks a rule is decided by `contact`.
use crate::disguise::Hit;
use crate::letters::Kind;
use crate::lexicon::Lexicon;
use crate::reading::Unit;
use crate::scan::Scan;
use crate::syllables::sound;
use rulebook::lists::Class;
use std::sync::LazyLock;

/// A name as of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub from: usize,
    pub to: usize,
    /// Written with `@`.
    pub at: bool,
    /// Right behind two characters that sound like a chat tool.
    pub heard: bool,
}

/// The most units between a chat tool and the account.
const REACH: usize = 14;

/// The value of words that stand for an account told elsewhere: "same number", 同号.
const SAME: &str = "same";

/// All accounts of a text, in its order.
pub(crate) fn accounts(scan: &Scan<'_>, lexicon: &Lexicon) -> Vec<Account> {
    let mut found = handles(scan);
    found.extend(heard(scan));
    let classes = [Class::Messenger, Class::AccountWord, Class::MailProvider, Class::ThirdParty];
    for class in classes {
        for hit in scan.of_class(class) {
            let worded = matches!(class, Class::AccountWord | Class::Messenger)
                || class == Class::MailProvider && is_asked(scan, hit.from);
            found.extend(after(scan, hit.to, worded));
        }
    }
    let same =
        |hit: &&Hit| lexicon.terms.get(hit.term as usize).is_some_and(|term| term.value.as_deref() == Some(SAME));
    let same = scan.of_class(Class::AccountWord).iter().filter(same);
    found.extend(same.map(|hit| Account { from: hit.from, to: hit.to, at: false, heard: false }));
    for hit in scan.of_class(Class::MailProvider) {
        found.extend(odd_names(scan, hit.from.saturating_sub(AROUND), hit.from));
        found.extend(odd_names(scan, hit.to, hit.to + AROUND));
    }
    found.sort_by_key(|account| (account.from, account.to, !account.at));
    found.dedup_by_key(|account| account.from);
    found
}

/// Whether the words shortly before a place ask for contact: "write me, gmail: …".
fn is_asked(scan: &Scan<'_>, place: usize) -> bool {
    let classes = [Class::ContactWord, Class::PhoneWord, Class::AccountWord];
    classes.into_iter().any(|class| !scan.within(class, place.saturating_sub(AROUND), place + 1).is_empty())
}

/// How far from a mail service a name is looked for.
const AROUND: usize = 30;

/// Chat tools, and the calls to add somebody there, by their sound.
static HEARD: LazyLock<Vec<[char; 2]>> =
    LazyLock::new(|| ["微信", "加微", "扣扣", "口口", "求求"].iter().filter_map(|two| sounds(two.chars())).collect());

fn sounds(two: impl Iterator<Item = char>) -> Option<[char; 2]> {
    two.map(sound).collect::<Vec<char>>().try_into().ok()
}

/// A name or a number right behind two such characters: 嘉薇anna_design, 口口197552.
fn heard(scan: &Scan<'_>) -> Vec<Account> {
    let reading = scan.reading;
    let starts = reading.words.iter().filter(|word| {
        let name = (reading.kind(word.to), reading.at(word.to));
        word.is_han() && word.length() >= 2 && (name.0 == Kind::Digit || name.1.is_ascii_alphabetic())
    });
    starts
        .filter_map(|word| {
            let (place, from, to) = (word.to - 2, word.to, name_end(scan, word.to));
            let two = reading.units.get(place..from)?;
            let said = sounds(two.iter().map(|unit| unit.c))?;
            let written = reading.units.get(from..to)?;
            let small = written.iter().all(|unit| !unit.written.is_uppercase());
            let figures = written.iter().all(|unit| unit.kind == Kind::Digit);
            let begins = reading.kind_before(place) != Kind::Han;
            let goes_on = matches!(reading.kind(to), Kind::Letter | Kind::Digit | Kind::Space);
            let fits = HEARD.contains(&said) && begins && to - from >= if figures { 6 } else { 5 };
            (fits && small && !goes_on).then_some(Account { from, to, at: false, heard: true })
        })
        .collect()
}

/// Names with figures, or with `_`, that no ordinary word looks like.
fn odd_names(scan: &Scan<'_>, from: usize, to: usize) -> Vec<Account> {
    let mut found = vec![];
    let mut place = from;
    while place < to.min(scan.reading.units.len()) {
        let end = name_end(scan, place);
        if end > place && scan.reading.begins_word(place) && is_name(scan, place, end, false) {
            found.push(Account { from: place, to: end, at: false, heard: false });
        }
        place = end.max(place + 1);
    }
    found
}

fn handles(scan: &Scan<'_>) -> Vec<Account> {
    let reading = scan.reading;
    let mut found = vec![];
    for place in reading.signs.iter().copied().filter(|place| reading.at(*place) == '@') {
        let mut from = place + 1;
        if reading.at(from) == ' ' {
            from += 1;
        }
        let mut to = name_end(scan, from);
        // "@ packshot _ leo"
        while to > from && reading.at(to) == ' ' && reading.at(to + 1) == '_' && reading.at(to + 2) == ' ' {
            let next = name_end(scan, to + 3);
            if next == to + 3 {
                break;
            }
            to = next;
        }
        let apart = !matches!(reading.kind_before(place), Kind::Letter | Kind::Digit);
        let named = reading.units.get(from..to).unwrap_or_default().iter().any(|unit| unit.kind == Kind::Letter);
        let is_sign = reading.units.get(place).is_some_and(|unit| !unit.written.is_alphanumeric());
        if apart && named && to - from >= 3 && is_sign {
            found.push(Account { from: place, to, at: true, heard: false });
        }
    }
    found
}

/// Where a name of ASCII letters, figures, `_`, `.` and `-` ends.
fn name_end(scan: &Scan<'_>, from: usize) -> usize {
    let mut to = from;
    while let Some(unit) = scan.reading.units.get(to)
        && (unit.c.is_ascii_alphanumeric() || matches!(unit.c, '_' | '.' | '-'))
    {
        to += 1;
    }
    while to > from && matches!(scan.reading.before(to), '.' | '-') {
        to -= 1;
    }
    to
}

/// An account behind a chat tool: after `:`, or one that no ordinary word looks like.
pub(crate) fn after(scan: &Scan<'_>, place: usize, worded: bool) -> Option<Account> {
    let reading = scan.reading;
    let (mut announced, mut worded) = (false, worded);
    let mut from = place;
    while from < place + REACH {
        match reading.kind(from) {
            Kind::Sign if reading.at(from) == '@' => return None,
            Kind::Sign => announced |= matches!(reading.at(from), ':' | '=' | '>'),
            Kind::Han | Kind::Space => {}
            Kind::Letter | Kind::Digit => {
                let to = name_end(scan, from);
                // "IG studio.nord": right behind the tool, a dot is part of a name.
                // 账号anna_design: nothing stands between, and nothing goes on.
                let glued = from == place && reading.kind_before(from) == Kind::Han && to >= from + 6;
                let ends = matches!(reading.kind(to), Kind::Sign | Kind::Line);
                announced |= glued && worded && ends && is_small(scan, from, to);
                let beside = worded && from <= place + 2 && (place..from).all(|at| scan.reading.at(at) != '.');
                let dotted = beside && (from..to).any(|at| scan.reading.at(at) == '.');
                if to > from && is_name(scan, from, to, announced && worded || dotted) {
                    return Some(Account { from, to, at: false, heard: false });
                }
                // A filler ("is", "id", "my") may stand between.
                let word = reading
                    .units
                    .get(from..)
                    .unwrap_or_default()
                    .iter()
                    .take_while(|unit| unit.kind == Kind::Letter)
                    .count();
                if word == 0 || word > 8 {
                    return None;
                }
                let filler = scan.within(Class::AccountWord, from, from + 1).iter().any(|hit| hit.from == from);
                announced |= filler;
                worded |= filler;
                if !filler && word > 3 {
                    return None;
                }
                from += word - 1;
            }
            Kind::Line => return None,
        }
        from += 1;
    }
    None
}

/// Small letters and figures alone.
fn is_small(scan: &Scan<'_>, from: usize, to: usize) -> bool {
    let units = scan.reading.units.get(from..to).unwrap_or_default();
    units.iter().all(|unit| !unit.written.is_uppercase())
}

fn is_name(scan: &Scan<'_>, from: usize, to: usize, announced: bool) -> bool {
    let units = scan.reading.units.get(from..to).unwrap_or_default();
    let begins = (0..from).rev().take_while(|at| scan.reading.at(*at).is_ascii_alphanumeric()).last().unwrap_or(from);
    if is_code(units) || scan.reading.units.get(begins..to).is_some_and(is_parcel) {
        return false;
    }
    let letters = units.iter().filter(|unit| unit.kind == Kind::Letter).count();
    let figures = units.iter().filter(|unit| unit.kind == Kind::Digit).count();
    let tagged = scan.reading.at(to) == '#' && scan.reading.kind(to + 1) == Kind::Digit;
    let inner = units.get(1..units.len().saturating_sub(1)).unwrap_or_default();
    let dotted = announced && inner.iter().any(|unit| unit.c == '.') && letters >= 4;
    let joined = tagged || dotted || units.iter().any(|unit| unit.c == '_');
    let length = to - from;
    let odd = letters >= 2 && figures >= 2 && length >= 5
        || joined && (tagged || length >= 5)
        || letters == 0 && (5..=12).contains(&figures);
    // A plain word is a name only where nothing goes on after it.
    let alone = announced && length >= 4 && letters > 0 && {
        let next = (to..to + 3).find(|place| scan.reading.kind(*place) != Kind::Space).unwrap_or(to);
        !matches!(scan.reading.kind(next), Kind::Letter | Kind::Digit) && !matches!(scan.reading.at(to), '/' | '(')
    };
    odd || alone
}

/// A code of goods or papers: capitals and figures joined by dashes (`AB-TG-0077`, `2024-00417-33`).
fn is_code(units: &[Unit]) -> bool {
    let figure = |unit: &Unit| unit.kind == Kind::Digit;
    let capital = |unit: &Unit| unit.written.is_ascii_uppercase();
    units.iter().any(|unit| unit.c == '-')
        && units.iter().any(figure)
        && units.iter().all(|unit| figure(unit) || capital(unit) || unit.c == '-')
}

/// The form of the postal unions (S10).
fn is_parcel(units: &[Unit]) -> bool {
    let fits = |(at, unit): (usize, &Unit)| {
        if (2..11).contains(&at) { unit.kind == Kind::Digit } else { unit.written.is_ascii_uppercase() }
    };
    units.len() == 13 && units.iter().enumerate().all(fits)
}
