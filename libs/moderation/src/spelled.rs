//! Domains and mail addresses in words: `name at domain dot com`, `[dot]`, `собака точка`, `艾特 点`, `a . com`.
//!
//! Owns the grammar LOCAL (AT LABEL) (DOT LABEL)* DOT ENDING, read from each dot outwards. A dot in words makes a
//! domain only before a real ending and behind a label that is no article: "the dot com boom" is none.
use crate::finding::{View, Why};
use crate::hash;
use crate::letters::Kind;
use crate::links::{Finder, Link};
use rulebook::lists::Class;

/// Between the parts: spaces, brackets, quotes.
const GAP: usize = 4;
/// A word for a dot or the like has no more characters.
const WORD: usize = 24;
/// A label has no more characters (RFC 1035).
const LONGEST: usize = 63;
/// Before "dot com" these are no names.
const NO_NAMES: [&str; 24] = [
    "the", "a", "an", "of", "at", "and", "or", "is", "this", "that", "to", "in", "for", "with", "every", "each", "el",
    "il", "un", "una", "del", "al", "any", "our",
];

/// A dot in the text: by a word, or a sign that stands free.
#[derive(Clone, Copy)]
struct Dot {
    from: usize,
    to: usize,
    word: bool,
}

/// All spelled addresses, in the order of the text.
pub(crate) fn links(finder: &Finder<'_>) -> Vec<Link> {
    let mut found: Vec<Link> = vec![];
    for dot in dots(finder) {
        if found.last().is_some_and(|last| dot.from < last.to) {
            continue;
        }
        found.extend(at_dot(finder, dot));
    }
    found.extend(by_provider(finder));
    found.extend(bracketed_at(finder));
    found.extend(glued(finder));
    found.extend(after_www(finder));
    found.sort_by_key(|link| (link.from, link.to));
    found
}

fn dots(finder: &Finder<'_>) -> Vec<Dot> {
    let reading = finder.scan.reading;
    let is_dot = |hit: &&crate::disguise::Hit| {
        finder.lexicon.terms.get(hit.term as usize).is_some_and(|term| term.value.is_none() && !is_loose(reading, hit))
    };
    let mut dots: Vec<Dot> = finder
        .scan
        .of_class(Class::DotWord)
        .iter()
        .filter(is_dot)
        .map(|hit| Dot { from: hit.from, to: hit.to, word: true })
        .collect();
    for place in reading.signs.iter().copied() {
        let free = match reading.at(place) {
            '.' | '\u{3002}' => is_apart(finder, place.wrapping_sub(1)) && is_apart(finder, place + 1),
            // "example,com": no space follows a comma there.
            ',' => {
                matches!(reading.kind_before(place), Kind::Letter | Kind::Digit)
                    && reading.kind(place + 1) == Kind::Letter
            }
            '·' | '•' | '●' | '∙' | '⋅' | '・' => true,
            _ => false,
        };
        if free {
            dots.push(Dot { from: place, to: place + 1, word: false });
        }
    }
    dots.sort_by_key(|dot| (dot.from, dot.to));
    dots
}

/// What web addresses begin with.
const WWW: [char; 3] = ['w', 'w', 'w'];

/// Space, line or bracket: what keeps a dot apart from its domain.
fn is_apart(finder: &Finder<'_>, place: usize) -> bool {
    let reading = finder.scan.reading;
    matches!(reading.kind(place), Kind::Space | Kind::Line)
        || matches!(
            reading.at(place),
            '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '*' | '\'' | '"' | '【' | '】' | '「' | '」'
        )
}

/// 点 is a word for many things: it stands for a dot between Latin letters only.
fn is_loose(reading: &crate::reading::Reading, hit: &crate::disguise::Hit) -> bool {
    let latin = |kind: Kind| matches!(kind, Kind::Letter | Kind::Digit | Kind::Space | Kind::Sign);
    reading.kind(hit.from) == Kind::Han && !(latin(reading.kind_before(hit.from)) || latin(reading.kind(hit.to)))
}

fn at_dot(finder: &Finder<'_>, dot: Dot) -> Option<Link> {
    let (end, ending) = ending(finder, skip_right(finder, dot.to))?;
    let (from, name) = host_before(finder, dot)?;
    let local = at_word(finder, from).and_then(|at| label(finder, at));
    let www = name.starts_with("www");
    let sound = match &local {
        Some(_) => finder.scan.reading.at(dot.from) != ',' || is_safe(&ending),
        None => is_domain(finder, dot, &name, &ending, end),
    };
    if !sound {
        return None;
    }
    let host = format!("{name}.{ending}");
    let near = finder.scan.within(Class::Technology, dot.from.saturating_sub(40), dot.from + 1);
    let innocent = if near.iter().any(|hit| hit.to >= end) {
        Some(Why::Technology)
    } else {
        (local.is_none() && finder.is_allowed(&host)).then_some(Why::AllowedDomain)
    };
    let link = match local {
        Some((start, _)) => spelled(start, end, format!("@{host}"), 0.93),
        None => spelled(from, end, host, if dot.word || www { 0.88 } else { 0.86 }),
    };
    Some(Link { innocent, ..link })
}

/// The labels before a dot: "mail dot example dot com" has two.
fn host_before(finder: &Finder<'_>, dot: Dot) -> Option<(usize, String)> {
    let (mut from, mut host) = label(finder, dot.from)?;
    while host.len() < LONGEST {
        let edge = skip_left(finder, from);
        let words = finder.scan.within(Class::DotWord, edge.saturating_sub(WORD), from);
        let word = words.iter().rev().find(|hit| hit.to == edge || hit.to == from).map(|hit| hit.from);
        // A dot with a space behind it ends a sentence, unless there is one before it as well.
        let reading = finder.scan.reading;
        let is_dot = edge > 0 && reading.before(edge) == '.';
        let joins = edge == from || edge > 1 && reading.kind_before(edge - 1) == Kind::Space;
        let joint = word.or_else(|| (is_dot && joins).then(|| edge - 1));
        let Some((start, part)) = joint.and_then(|at| label(finder, at)) else { break };
        host = format!("{part}.{host}");
        from = start;
    }
    Some((from, host))
}

/// Endings that are no words.
fn is_safe(ending: &str) -> bool {
    matches!(ending, "com" | "net" | "org" | "cn" | "ru" | "info" | "io" | "shop" | "store" | "xyz" | "biz" | "рф")
}

/// Whether a name, a dot kept apart and an ending make a domain, without anything for `@` before them.
fn is_domain(finder: &Finder<'_>, dot: Dot, name: &str, ending: &str, end: usize) -> bool {
    let reading = finder.scan.reading;
    let starred = (reading.before(dot.from), reading.at(dot.to)) == ('*', '*');
    let bracketed = starred || reading.is_bracketed(dot.from, dot.to);
    let length = name.chars().count();
    let (safe, long) = (is_safe(ending), length >= 8 && finder.rules.tlds.contains(ending));
    if finder.lexicon.shorteners.contains(&format!("{name}.{ending}")) {
        return true;
    }
    if length < 3 || NO_NAMES.contains(&name) {
        return false;
    }
    if bracketed || name.starts_with("www") {
        return true;
    }
    if dot.word {
        // "giuliafoto punto it": an ending that is a word as well needs a name that is none, or a word for web sites.
        let glued = reading.kind(dot.from) == Kind::Han
            && reading.kind_before(dot.from) == Kind::Letter
            && reading.kind(dot.to) == Kind::Letter;
        let asked = length >= 4 && (finder.is_announced(dot.from.saturating_sub(length)) || pathed(finder, end));
        return safe || long || asked || glued && length >= 4 && ending.len() >= 4;
    }
    if reading.at(dot.from) == ',' {
        let from = dot.from.saturating_sub(length);
        let row = reading.before(from) == ',' && reading.kind_before(from - 1) == Kind::Letter;
        if row && finder.rules.tlds.contains(ending) && finder.is_announced(from) {
            return true;
        }
        return matches!(ending, "com" | "net" | "org" | "ru" | "cn") && reading.kind(end) != Kind::Sign;
    }
    // "the end . In": a free full stop needs an ending that is no word.
    let goes_on = reading.kind(dot.to) == Kind::Space && !dot_ends_sentence(finder, dot);
    safe && (ending.len() >= 3 || length >= 8) || long && goes_on
}

/// A slash, or a word for one, goes on: "dot shop slash offers".
fn pathed(finder: &Finder<'_>, end: usize) -> bool {
    let at = skip_right(finder, end);
    let reading = finder.scan.reading;
    let word: String = reading.read(at, at + 6);
    reading.at(at) == '/' || ["slash", "barra", "слеш", "слэш", "斜杠"].iter().any(|slash| word.starts_with(slash))
}

/// After the ending the sentence goes on with a small letter: the dot did not end one.
fn dot_ends_sentence(finder: &Finder<'_>, dot: Dot) -> bool {
    let first = skip_right(finder, dot.to);
    finder.scan.reading.units.get(first).is_none_or(|unit| unit.written.is_uppercase())
}

/// "name at gmail", "name gmail com", "mail: name en gmail": a mail service stands for its domain.
fn by_provider(finder: &Finder<'_>) -> Vec<Link> {
    let mut found = vec![];
    for hit in finder.scan.of_class(Class::MailProvider) {
        let ending = ending(finder, skip_right(finder, hit.to));
        let local = at_word(finder, hit.from)
            .and_then(|at| label(finder, at))
            .or_else(|| preposition(finder, hit.from).and_then(|at| announced(finder, at)))
            .or_else(|| ending.as_ref().and_then(|_| label(finder, hit.from)).filter(|(_, name)| is_name(name)));
        let Some((from, _)) = local else { continue };
        let domain =
            finder.lexicon.terms.get(hit.term as usize).and_then(|term| term.value.clone()).unwrap_or_default();
        let end = ending.map_or(hit.to, |(end, _)| end);
        found.push(spelled(from, end, format!("@{domain}"), 0.9));
    }
    found
}

/// "name(at)provider": a word for `@` in brackets between two names needs no ending behind it.
fn bracketed_at(finder: &Finder<'_>) -> Vec<Link> {
    let reading = finder.scan.reading;
    let brackets = |hit: &&crate::disguise::Hit| {
        reading.is_bracketed(hit.from, hit.to)
            && matches!(reading.kind_before(hit.from - 1), Kind::Letter | Kind::Digit)
            && reading.kind(hit.to + 1) == Kind::Letter
    };
    let words = finder.scan.of_class(Class::AtWord).iter().filter(brackets);
    words
        .filter_map(|hit| {
            let (from, local) = simple_label(finder, hit.from)?;
            let name = hit.to + 1;
            let to = name + (name..name + LONGEST).take_while(|at| is_label(finder, *at)).count();
            (local.len() >= 3 && to - name >= 3)
                .then(|| spelled(from, to, format!("@{}", reading.read(name, to)), 0.85))
        })
        .collect()
}

fn is_name(text: &str) -> bool {
    text.chars().count() >= 4 && !NO_NAMES.contains(&text)
}

/// Where a small word begins that ends before here: "lucia en gmail".
fn preposition(finder: &Finder<'_>, before: usize) -> Option<usize> {
    let (from, word) = label(finder, before)?;
    matches!(word.as_str(), "en" | "in" | "on" | "на" | "в" | "su" | "da" | "using" | "with" | "через").then_some(from)
}

/// The name that ends before here, if the words before it ask for contact.
fn announced(finder: &Finder<'_>, before: usize) -> Option<(usize, String)> {
    let (from, name) = label(finder, before).filter(|(_, name)| is_name(name))?;
    let near = |class: Class| finder.scan.within(class, from.saturating_sub(30), from).iter().any(|hit| hit.to <= from);
    let before = finder.scan.reading.read(from.saturating_sub(30), from);
    let mail = ["mail", "correo", "почт", "posta", "邮"].iter().any(|word| before.contains(word));
    let asked = mail || [Class::ContactWord, Class::PhoneWord, Class::AccountWord].into_iter().any(near);
    asked.then_some((from, name))
}

fn spelled(from: usize, to: usize, host: String, confidence: f64) -> Link {
    Link {
        from,
        to,
        host,
        view: View::Spelled,
        confidence,
        twin: None,
        shortener: None,
        reference: false,
        innocent: None,
    }
}

/// `exampledotcom`, `luciaarrobagmailpuntocom`: all in one word.
fn glued(finder: &Finder<'_>) -> Vec<Link> {
    let reading = finder.scan.reading;
    let mut found = vec![];
    for word in reading.words.iter().filter(|word| (6..=64).contains(&word.length()) && !word.is_han()) {
        let (from, place) = (word.from, word.to);
        let ends =
            || finder.lexicon.glued_ends.contains(&hash::word([1, 2].map(|n| reading.at(place - n)).into_iter()));
        // "libero puntoit": the dot and the ending are one word.
        if (6..=12).contains(&(place - from))
            && ends()
            && let Some(tld) = finder.lexicon.glued.get(&reading.read(from, place))
            && let Some((start, name)) = label(finder, from).filter(|(_, name)| is_name(name))
            && let Some((local, _)) = at_word(finder, start).and_then(|at| label(finder, at))
        {
            found.push(spelled(local, place, format!("@{name}.{tld}"), 0.9));
        }
        if (9..=64).contains(&(place - from)) && WWW.iter().enumerate().all(|(n, c)| reading.at(from + n) == *c) {
            let word = reading.read(from + WWW.len(), place);
            let ending =
                ["com", "net", "org", "info", "ru", "cn", "it", "es", "io"].iter().find(|tld| word.ends_with(**tld));
            let apart = reading.at(place) != '.' || !matches!(reading.kind(place + 1), Kind::Letter | Kind::Digit);
            if let Some(tld) = ending.filter(|_| apart) {
                found.push(spelled(from, place, format!("www.{}.{tld}", word.trim_end_matches(*tld)), 0.9));
            }
        }
        if place - from >= 9 && place - from <= 64 && ends() {
            let known = (5..=14).rev().filter(|n| n + 3 <= place - from).find_map(|n| {
                let tld = finder.lexicon.glued.get(&reading.read(place - n, place))?;
                Some((reading.read(from, place - n), tld))
            });
            if let Some((name, tld)) = known {
                let mail = ["arroba", "chiocciola", "sobaka", "собака", "at"]
                    .iter()
                    .find_map(|at| name.split_once(at).filter(|(local, host)| local.len() >= 2 && host.len() >= 3));
                // "at" stands in many names: only before a mail service is it one.
                let host = mail.map_or(format!("{name}.{tld}"), |(_, host)| format!("@{host}.{tld}"));
                found.push(spelled(from, place, host, 0.86));
            }
        }
    }
    found
}

/// "www example com", "w w w example punto it": what follows a word for www.
fn after_www(finder: &Finder<'_>) -> Vec<Link> {
    let reading = finder.scan.reading;
    let is_www = |hit: &&crate::disguise::Hit| {
        finder.lexicon.terms.get(hit.term as usize).is_some_and(|term| term.value.as_deref() == Some("www"))
    };
    let words = finder.scan.of_class(Class::DotWord).iter().filter(is_www).map(|hit| (hit.from, hit.to));
    let plain = reading.folded().match_indices("www").map(|(at, word)| reading.line.units(at, at + word.len()));
    let mut found = vec![];
    for (from, to) in words.chain(plain) {
        let name = skip_dot(finder, to);
        let mut end = name;
        while matches!(reading.kind(end), Kind::Letter | Kind::Digit) || reading.at(end) == '-' {
            end += 1;
        }
        if name > to
            && end - name >= 2
            && reading.is_word(from, to)
            && let Some((end, tld)) = ending(finder, skip_dot(finder, end))
        {
            let host = format!(
                "www.{}.{tld}",
                reading.read(name, name + 63.min(end - name)).split([' ', '.']).next().unwrap_or_default()
            );
            found.push(spelled(from, end, host, 0.9));
        }
    }
    found
}

/// Over spaces and one dot, as a sign or a word.
fn skip_dot(finder: &Finder<'_>, place: usize) -> usize {
    let at = skip_right(finder, place);
    let word = finder.scan.within(Class::DotWord, at, at + 1).iter().map(|hit| hit.to).max();
    let sign = matches!(finder.scan.reading.at(at), '.' | ',' | '\u{3002}').then_some(at + 1);
    word.or(sign).map_or(at, |after| skip_right(finder, after))
}

/// The ending of a domain that begins here.
fn ending(finder: &Finder<'_>, from: usize) -> Option<(usize, String)> {
    let reading = finder.scan.reading;
    if let Some(hit) = finder.scan.within(Class::TldWord, from, from + 1).last() {
        return Some((hit.to, finder.lexicon.terms.get(hit.term as usize)?.value.clone()?));
    }
    let mut to = from;
    while reading.kind(to) == Kind::Letter {
        to += 1;
    }
    // "c o m": single letters with spaces between.
    if to == from + 1 {
        let spaced = |n: usize| -> Option<(usize, String)> {
            let text: String = (0..n).map(|at| reading.at(from + 2 * at)).collect();
            let end = from + 2 * n - 1;
            let apart = (0..n - 1).all(|at| reading.kind(from + 2 * at + 1) == Kind::Space) && reading.ends_word(end);
            (apart && matches!(text.as_str(), "com" | "net" | "org" | "cn" | "ru")).then_some((end, text))
        };
        return spaced(3).or_else(|| spaced(2));
    }
    let text = reading.read(from, to);
    let written = |place: usize| reading.units.get(place).map_or(' ', |unit| unit.written);
    let sentence = written(from).is_uppercase() && written(from + 1).is_lowercase();
    let known = finder.rules.tlds.contains(&text) || text == "рф" || text.len() >= 2 && crate::links::is_suffix(&text);
    (known && !sentence && reading.kind(to) != Kind::Digit).then_some((to, text))
}

/// The label that ends before here, across spaces and brackets.
fn simple_label(finder: &Finder<'_>, before: usize) -> Option<(usize, String)> {
    let reading = finder.scan.reading;
    let to = skip_left(finder, before);
    let mut from = to;
    while from > 0 && to - from < LONGEST && is_label(finder, from - 1) {
        from -= 1;
    }
    while from < to && matches!(reading.at(from), '.' | '-') {
        from += 1;
    }
    if from == to {
        return None;
    }
    let mut text = reading.read(from, to);
    // "e x a m p l e": single letters with spaces between.
    while text.chars().count() < 40
        && from >= 2
        && reading.ends_word(from + 1)
        && reading.kind_before(from) == Kind::Space
        && is_label(finder, from - 2)
        && (from == 2 || !is_label(finder, from - 3))
    {
        from -= 2;
        text.insert(0, reading.at(from));
    }
    Some((from, text))
}

/// The label that ends before here; words for `-` and `_` join two.
fn label(finder: &Finder<'_>, before: usize) -> Option<(usize, String)> {
    let (from, text) = simple_label(finder, before)?;
    let edge = skip_left(finder, from);
    let words = finder.scan.within(Class::DotWord, edge.saturating_sub(WORD), edge);
    if let Some(hit) = words.iter().find(|hit| hit.to == edge && hit.to < from && text.len() < LONGEST)
        && let Some(sign) = finder.lexicon.terms.get(hit.term as usize).and_then(|term| term.value.as_deref())
        && let Some((start, first)) = simple_label(finder, hit.from)
    {
        return Some((start, format!("{first}{sign}{text}")));
    }
    Some((from, text))
}

fn is_label(finder: &Finder<'_>, place: usize) -> bool {
    let reading = finder.scan.reading;
    let joins = matches!(reading.at(place), '-' | '_') && !beside_word(finder, place);
    let numeral = matches!(reading.at(place), '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九');
    matches!(reading.kind(place), Kind::Letter | Kind::Digit)
        || joins
        || numeral
        || reading.at(place) == '.'
            && matches!(reading.kind(place + 1), Kind::Letter | Kind::Digit)
            && matches!(reading.kind_before(place), Kind::Letter | Kind::Digit)
}

/// A hyphen beside a word for `@` or `.` keeps it apart: "anna-at-gmail-dot-com".
fn beside_word(finder: &Finder<'_>, place: usize) -> bool {
    [Class::AtWord, Class::DotWord].into_iter().any(|class| {
        finder
            .scan
            .within(class, place.saturating_sub(12), place + 2)
            .iter()
            .any(|hit| hit.to == place || hit.from == place + 1)
    })
}

/// Where a word or sign for `@` begins that ends before here.
fn at_word(finder: &Finder<'_>, before: usize) -> Option<usize> {
    let reading = finder.scan.reading;
    let to = skip_left(finder, before);
    if to > 0 && reading.before(to) == '@' {
        return Some(to - 1);
    }
    let near = finder.scan.within(Class::AtWord, before.saturating_sub(WORD), before);
    near.iter().rev().find(|hit| hit.to == to || hit.to == before).map(|hit| hit.from)
}

fn is_gap(finder: &Finder<'_>, place: usize) -> bool {
    let reading = finder.scan.reading;
    let kept = matches!(reading.at(place), '-' | '_') && beside_word(finder, place);
    kept || matches!(reading.kind(place), Kind::Space | Kind::Line)
        || matches!(
            reading.at(place),
            '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '"' | '\'' | '*' | '~' | '|' | '【' | '】' | '「' | '」'
        )
}

fn skip_left(finder: &Finder<'_>, before: usize) -> usize {
    (0..GAP).fold(before, |at, _| if at > 0 && is_gap(finder, at - 1) { at - 1 } else { at })
}

fn skip_right(finder: &Finder<'_>, after: usize) -> usize {
    (0..GAP).fold(after, |at, _| if is_gap(finder, at) && at < finder.scan.reading.units.len() { at + 1 } else { at })
}
