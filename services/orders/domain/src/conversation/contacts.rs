//! Finds contact details of other ways to talk in a message (M4.2.f.5, X15): a first, honest finder.
//!
//! It sees names of chat tools, e-mail addresses, telephone numbers and links, through full-width and zero-width
//! characters and upper case. It does not see spelled-out numbers, homoglyphs or pictures. A finding is a flag, so it
//! would rather miss than accuse. Start at [`find`].
use rulebook::orders::ChatRules;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// So many findings are kept of one message.
const MOST: usize = 20;
/// Top-level domains by which a link without `http` is known from a file name.
const DOMAINS: &[&str] =
    &["com", "cn", "net", "org", "ru", "io", "me", "cc", "top", "shop", "link", "vip", "xyz", "info"];

/// A contact detail in a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// What kind.
    pub kind: ContactKind,
    /// The tool's name, for a chat tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// Where it begins, in characters.
    pub from: usize,
    /// Where it ends, in characters, not included.
    pub to: usize,
    /// The characters as written.
    pub found: String,
}

/// Kinds of contact details.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ContactKind {
    /// A chat tool that is not on the operator's list.
    Tool,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A link to a domain that is not on the operator's list.
    Link,
}

/// A character as it reads, and its place in the text as written.
struct Letter {
    reads: char,
    place: usize,
}

/// Every contact detail in `text`, by where it begins; at most 20.
pub fn find(text: &str, rules: &ChatRules) -> Vec<Contact> {
    let written: Vec<char> = text.chars().collect();
    let letters = read(&written);
    let reads: Vec<char> = letters.iter().map(|letter| letter.reads).collect();
    let contact = |kind, tool: Option<&str>, (from, to): (usize, usize)| {
        let (from, to) = (letters[from].place, letters[to - 1].place + 1);
        Contact { kind, tool: tool.map(str::to_owned), from, to, found: written[from..to].iter().collect() }
    };
    let mut found = vec![];
    for (name, tool) in rules.tools.iter().filter(|(name, _)| !rules.allowed_tools.contains(name)) {
        let named = tool.names.iter().flat_map(|word| occurrences(&reads, word));
        let with_account = tool.with_account.iter().flat_map(|word| occurrences(&reads, word));
        let with_account = with_account.filter_map(|(from, to)| Some((from, account(&reads, to)?)));
        found.extend(named.chain(with_account).map(|span| contact(ContactKind::Tool, Some(name), span)));
    }
    let words = addresses(&reads);
    found.extend(
        words
            .iter()
            .filter(|span| is_email(slice(&reads, **span)))
            .map(|span| contact(ContactKind::Email, None, *span)),
    );
    let is_link = |span: &&(usize, usize)| is_foreign_link(slice(&reads, **span), &rules.allowed_domains);
    found.extend(words.iter().filter(is_link).map(|span| contact(ContactKind::Link, None, *span)));
    found.extend(phones(&reads).into_iter().map(|span| contact(ContactKind::Phone, None, span)));
    found.sort_by_key(|contact| (contact.from, contact.to));
    found.dedup_by(|later, earlier| later.kind == earlier.kind && later.from < earlier.to);
    found.truncate(MOST);
    found
}

/// Without what cannot be seen, full-width letters as plain ones, all in lower case.
fn read(written: &[char]) -> Vec<Letter> {
    let is_seen = |c: char| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}');
    let plain = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        '。' => '.',
        c => c,
    };
    let lower = |c: char| c.to_lowercase().next().unwrap_or(c);
    let letter = |(place, c): (usize, &char)| Letter { reads: lower(plain(*c)), place };
    written.iter().enumerate().filter(|(_, c)| is_seen(**c)).map(letter).collect()
}

/// Where `word` stands. A word of Latin letters must not be part of a longer one.
fn occurrences(reads: &[char], word: &str) -> Vec<(usize, usize)> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    let is_letter = |at: Option<usize>| at.and_then(|at| reads.get(at)).is_some_and(char::is_ascii_alphabetic);
    let is_latin = |c: Option<&char>| c.is_some_and(char::is_ascii_alphabetic);
    let stands = |from: &usize| {
        let to = from + word.len();
        let runs_on =
            is_latin(word.first()) && is_letter(from.checked_sub(1)) || is_latin(word.last()) && is_letter(Some(to));
        reads[*from..to] == word[..] && !runs_on
    };
    let last = (reads.len() + 1).saturating_sub(word.len());
    (0..last).filter(stands).map(|from| (from, from + word.len())).collect()
}

/// The end of an account that follows at once: five characters or more, with a digit or after an `@`.
fn account(reads: &[char], from: usize) -> Option<usize> {
    let is_between = |c: &char| matches!(c, ' ' | ':' | '@' | '-' | '=' | '号' | '是');
    let begin = from + reads[from..].iter().take(4).take_while(|c| is_between(c)).count();
    let is_account = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let end = begin + reads[begin..].iter().take_while(|c| is_account(c)).count();
    let telling = reads[begin..end].iter().any(char::is_ascii_digit) || reads[from..begin].contains(&'@');
    (end - begin >= 5 && telling).then_some(end)
}

/// Runs of characters that addresses are made of, without the punctuation around them.
fn addresses(reads: &[char]) -> Vec<(usize, usize)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "@.-_%+:/?=&#~".contains(c);
    let is_edge = |c: char| ".-:/?=&#~".contains(c);
    let mut spans = vec![];
    let mut at = 0;
    while at < reads.len() {
        let end = at + reads[at..].iter().take_while(|c| is_part(**c)).count();
        let (mut from, mut to) = (at, end);
        while from < to && is_edge(reads[from]) {
            from += 1;
        }
        while from < to && is_edge(reads[to - 1]) {
            to -= 1;
        }
        if from < to {
            spans.push((from, to));
        }
        at = end + 1;
    }
    spans
}

fn slice(reads: &[char], (from, to): (usize, usize)) -> String {
    reads[from..to].iter().collect()
}

fn is_email(word: String) -> bool {
    let Some((local, domain)) = word.split_once('@') else { return false };
    let local = local.trim_start_matches("mailto:");
    let is_local = !local.is_empty() && local.chars().all(|c| c.is_ascii_alphanumeric() || "._%+-".contains(c));
    is_local && is_domain(domain)
}

fn is_domain(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let is_label = |label: &&str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let ends = labels.last().is_some_and(|label| label.len() >= 2 && label.chars().all(|c| c.is_ascii_alphabetic()));
    labels.len() >= 2 && labels.iter().all(is_label) && ends
}

fn is_foreign_link(word: String, allowed: &[String]) -> bool {
    let (is_marked, rest) = match word.split_once("://") {
        Some((_, rest)) => (true, rest),
        None => (word.starts_with("www."), word.as_str()),
    };
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let is_known = host.rsplit('.').next().is_some_and(|top| DOMAINS.contains(&top));
    let is_link = !host.contains('@') && is_domain(host) && (is_marked || is_known);
    let is_under =
        |domain: &String| host == domain || host.strip_suffix(domain.as_str()).is_some_and(|sub| sub.ends_with('.'));
    is_link && !allowed.iter().any(is_under)
}

/// Numbers with a country code, of 8 to 15 digits, and Chinese mobile numbers.
fn phones(reads: &[char]) -> Vec<(usize, usize)> {
    let mut spans = vec![];
    let mut at = 0;
    while at < reads.len() {
        let begins = reads[at] == '+' || reads[at].is_ascii_digit();
        if !begins {
            at += 1;
            continue;
        }
        let end = number_end(reads, at);
        let digits: String = reads[at..end].iter().filter(|c| c.is_ascii_digit()).collect();
        let is_abroad = reads[at] == '+' && (8..=15).contains(&digits.len());
        let home = digits.strip_prefix("86").filter(|rest| rest.len() == 11).unwrap_or(&digits);
        let is_mobile = home.len() == 11 && home.starts_with('1') && home.as_bytes()[1] >= b'3';
        let is_inside =
            at.checked_sub(1).is_some_and(|before| reads[before].is_ascii_alphanumeric() || reads[before] == '.')
                || reads.get(end).is_some_and(|after| after.is_ascii_alphabetic());
        if (is_abroad || is_mobile) && !is_inside {
            spans.push((at, end));
        }
        at = end.max(at + 1);
    }
    spans
}

/// The end of digits that may stand apart by a space, a hyphen, a bracket, or two of these.
fn number_end(reads: &[char], from: usize) -> usize {
    let mut end = from;
    let mut at = from;
    while let Some(c) = reads.get(at) {
        let is_digit = c.is_ascii_digit();
        let is_gap = matches!(c, ' ' | '-' | '(' | ')') && at < end.max(from + 1) + 2;
        if !(is_digit || is_gap || at == from) {
            break;
        }
        at += 1;
        if is_digit {
            end = at;
        }
    }
    end.max(from)
}
