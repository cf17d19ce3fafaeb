//! Outside links and mail addresses (M4.1.g, M4.2.f.5).
use super::fold::narrow;
use super::{Finding, How, excerpt};
use kernel::RuleId;
use rulebook::listings::{Links, Severity};

/// A run of characters that a link may be made of: what it is read as, and where it began.
struct Token {
    read: Vec<char>,
    start: usize,
}

/// What a token turned out to be.
struct Seen {
    start: usize,
    end: usize,
    host: String,
    mail: bool,
    sure: bool,
}

pub(super) fn check(field: &str, text: &str, links: &Links) -> Vec<Finding> {
    let outside = all(text, links).into_iter().filter(|seen| seen.mail || !is_allowed(&seen.host, links));
    outside.map(|seen| finding(field, text, &seen)).collect()
}

/// Where the text links to what may be linked: spans of characters.
pub(super) fn allowed(text: &str, links: &Links) -> Vec<(usize, usize)> {
    let allowed = all(text, links).into_iter().filter(|seen| !seen.mail && is_allowed(&seen.host, links));
    allowed.map(|seen| (seen.start, seen.end)).collect()
}

fn all(text: &str, links: &Links) -> Vec<Seen> {
    tokens(text).iter().flat_map(|token| seen(token, links)).collect()
}

fn finding(field: &str, text: &str, seen: &Seen) -> Finding {
    let (rule, row, hint) = if seen.mail {
        ("M4.2.f.5", "M5.30", "Take the address out: merchants reach you through the platform's chat or DingTalk.")
    } else if field.starts_with("modules") {
        ("M4.1.g", "M5.36", "Take the link out: an introduction module leads nowhere outside.")
    } else {
        ("M4.1.g", "M5.25", "Take the link out: a listing leads nowhere outside.")
    };
    Finding {
        rule: RuleId::of(rule),
        row: Some(RuleId::of(row)),
        severity: Severity::Reject,
        field: field.to_owned(),
        start: seen.start,
        end: seen.end,
        text: excerpt(text, seen.start, seen.end),
        seen_as: seen.host.clone(),
        how: How::Link,
        confidence: if seen.sure { 0.99 } else { 0.85 },
        hint: hint.into(),
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = vec![];
    let mut open = false;
    for (place, c) in text.chars().map(narrow).enumerate() {
        let fits = c.is_ascii_alphanumeric() || "-._~:/?#@%&=+".contains(c);
        match tokens.last_mut().filter(|_| open && fits) {
            Some(token) => token.read.push(c),
            None if fits => tokens.push(Token { read: vec![c], start: place }),
            None => {}
        }
        open = fits;
    }
    tokens
}

fn seen(token: &Token, links: &Links) -> Vec<Seen> {
    match with_scheme(token) {
        Some(seen) => vec![seen],
        None => pieces(token).into_iter().filter_map(|piece| bare(&piece, links)).collect(),
    }
}

/// `https://host/…`: any host is a link.
fn with_scheme(token: &Token) -> Option<Seen> {
    let at = token.read.windows(3).position(|three| three == [':', '/', '/'])?;
    let scheme = token.read.get(..at)?.iter().rev().take_while(|c| c.is_ascii_alphabetic()).count();
    let rest = token.read.get(at + 3..)?;
    let authority: Vec<char> = rest.iter().copied().take_while(|c| !"/?#".contains(*c)).collect();
    let named = authority.rsplit(|c| *c == '@').next()?;
    let host: String = named.iter().take_while(|c| **c != ':').collect::<String>().to_ascii_lowercase();
    let host = host.trim_matches('.').to_owned();
    let is_link = scheme > 0 && host.chars().any(|c| c.is_ascii_alphanumeric());
    let end = token.start + trimmed(&token.read).1;
    is_link.then_some(Seen { start: token.start + at - scheme, end, host, mail: false, sure: true })
}

/// A token in parts that cannot belong to one host: `site:example.com`.
fn pieces(token: &Token) -> Vec<Token> {
    let mut pieces: Vec<Token> = vec![];
    let mut start = 0;
    for part in token.read.split(|c| ":=&+~".contains(*c)) {
        let (from, to) = trimmed(part);
        if let Some(read) = part.get(from..to).filter(|read| !read.is_empty()) {
            pieces.push(Token { read: read.to_vec(), start: token.start + start + from });
        }
        start += part.len() + 1;
    }
    pieces
}

/// What stands between the signs around it.
fn trimmed(read: &[char]) -> (usize, usize) {
    let sign = |c: &char| !c.is_ascii_alphanumeric();
    let from = read.iter().take_while(|c| sign(c)).count();
    let to = read.len() - read.iter().rev().take_while(|c| sign(c)).count();
    (from.min(to), to)
}

/// `www.example.com`, `example.com/path`, `name@example.com`.
fn bare(piece: &Token, links: &Links) -> Option<Seen> {
    let (user, rest) = match piece.read.iter().position(|c| *c == '@') {
        None => (0, piece.read.as_slice()),
        Some(at) => (at, piece.read.get(at + 1..)?),
    };
    let host: String = rest.iter().take_while(|c| !"/?#".contains(**c)).collect();
    let lower = host.to_ascii_lowercase();
    let mut labels = host.rsplit('.');
    let tld = labels.next()?;
    let name = labels.next()?;
    let valid =
        lower.split('.').all(|label| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
    let known = links.tlds.contains(&tld.to_ascii_lowercase());
    let sure = lower.starts_with("www.") || user > 0;
    if !valid || !(known || lower.starts_with("www.") && labels.next().is_some()) {
        return None;
    }
    // "finished.In the next step": a sentence began without a space. "10.in": a size.
    let sentence = tld.starts_with(|c: char| c.is_ascii_uppercase()) && tld.chars().any(|c| c.is_ascii_lowercase());
    let size = tld.len() == 2 && name.chars().all(|c| c.is_ascii_digit());
    let excused = !sure && (sentence || size || links.not_links.contains(&lower));
    (!excused).then(|| Seen {
        start: piece.start,
        end: piece.start + piece.read.len(),
        host: lower.clone(),
        mail: user > 0,
        sure,
    })
}

fn is_allowed(host: &str, links: &Links) -> bool {
    let within =
        |domain: &String| host.strip_suffix(domain.as_str()).is_some_and(|sub| sub.is_empty() || sub.ends_with('.'));
    links.allowed.iter().any(within)
}
