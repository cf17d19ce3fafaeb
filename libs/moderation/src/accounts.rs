//! Names as of users: `@name`, and what follows a chat tool or the word for an account.
//!
//! Owns how an account is recognised. Whether it breaks a rule is decided by `contact`.
use crate::letters::Kind;
use crate::scan::Scan;
use rulebook::lists::Class;

/// A name as of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub from: usize,
    pub to: usize,
    /// Written with `@`.
    pub at: bool,
}

/// The most units between a chat tool and the account.
const REACH: usize = 14;

/// All accounts of a text, in its order.
pub(crate) fn accounts(scan: &Scan<'_>) -> Vec<Account> {
    let mut found = handles(scan);
    let classes = [Class::Messenger, Class::AccountWord, Class::MailProvider, Class::ThirdParty];
    for class in classes {
        for hit in scan.of_class(class) {
            found.extend(after(scan, hit.to, matches!(class, Class::AccountWord | Class::Messenger)));
        }
    }
    for hit in scan.of_class(Class::MailProvider) {
        found.extend(odd_names(scan, hit.from.saturating_sub(AROUND), hit.from));
        found.extend(odd_names(scan, hit.to, hit.to + AROUND));
    }
    found.sort_by_key(|account| (account.from, account.to, !account.at));
    found.dedup_by_key(|account| account.from);
    found
}

/// How far from a mail service a name is looked for.
const AROUND: usize = 30;

/// Names with figures, or with `_`, that no ordinary word looks like.
fn odd_names(scan: &Scan<'_>, from: usize, to: usize) -> Vec<Account> {
    let mut found = vec![];
    let mut place = from;
    while place < to.min(scan.reading.units.len()) {
        let end = name_end(scan, place);
        if end > place && scan.reading.begins_word(place) && is_name(scan, place, end, false) {
            found.push(Account { from: place, to: end, at: false });
        }
        place = end.max(place + 1);
    }
    found
}

fn handles(scan: &Scan<'_>) -> Vec<Account> {
    let reading = scan.reading;
    let mut found = vec![];
    for (place, unit) in reading.units.iter().enumerate().filter(|(_, unit)| unit.c == '@') {
        let mut from = place + 1;
        if reading.at(from) == ' ' {
            from += 1;
        }
        let to = name_end(scan, from);
        let apart = !matches!(reading.kind_before(place), Kind::Letter | Kind::Digit);
        let named = reading.units.get(from..to).unwrap_or_default().iter().any(|unit| unit.kind == Kind::Letter);
        if apart && named && to - from >= 3 && !unit.written.is_alphanumeric() {
            found.push(Account { from: place, to, at: true });
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
fn after(scan: &Scan<'_>, place: usize, worded: bool) -> Option<Account> {
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
                if to > from && is_name(scan, from, to, announced && worded) {
                    return Some(Account { from, to, at: false });
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

fn is_name(scan: &Scan<'_>, from: usize, to: usize, announced: bool) -> bool {
    let units = scan.reading.units.get(from..to).unwrap_or_default();
    let letters = units.iter().filter(|unit| unit.kind == Kind::Letter).count();
    let figures = units.iter().filter(|unit| unit.kind == Kind::Digit).count();
    let tagged = scan.reading.at(to) == '#' && scan.reading.kind(to + 1) == Kind::Digit;
    let joined = tagged || units.iter().any(|unit| unit.c == '_');
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
