//! Reading a business scope for the words of a category (M3.1.1, M3.1.3–5), in English and Chinese.
//!
//! Full-width forms are read as their plain ones. An English word must begin a word ("training", not "constraining").
//! What the scope excludes ("不含…", "excluding …") is reported apart: it does not cover anything.
use rulebook::onboarding::{CategoryRules, Exclusions};
use serde::{Deserialize, Serialize};

/// The words of a category that a scope contains.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeReading {
    /// Covered.
    pub covered: Vec<String>,
    /// Named only to be excluded.
    pub excluded: Vec<String>,
}

/// Reads `text` for the words of `category`.
pub fn read(text: &str, category: &CategoryRules, exclusions: &Exclusions) -> ScopeReading {
    let text = fold(text);
    let clauses: Vec<(&str, String)> =
        text.split([';', '(', ')', '。', '.']).map(|clause| split_exclusion(clause, exclusions)).collect();
    let mut reading = ScopeReading::default();
    for word in category.scope_keywords_en.iter().chain(&category.scope_keywords_zh) {
        if clauses.iter().any(|(covered, _)| position(covered, word).is_some()) {
            reading.covered.push(word.clone());
        } else if clauses.iter().any(|(_, excluded)| position(excluded, word).is_some()) {
            reading.excluded.push(word.clone());
        }
    }
    reading
}

/// Lower case, full-width forms made plain, each run of blanks one blank, each line a clause.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().map(plain).flat_map(char::to_lowercase) {
        let c = if c == '\n' { ';' } else { c };
        if !c.is_whitespace() {
            folded.push(c);
        } else if !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded
}

fn plain(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// What a clause covers, and what it excludes.
fn split_exclusion<'a>(clause: &'a str, exclusions: &Exclusions) -> (&'a str, String) {
    let (covered, mut excluded) = match exclusions.prefixes.iter().filter_map(|word| position(clause, word)).min() {
        Some(at) => (&clause[..at], clause[at..].to_owned()),
        None => (clause, String::new()),
    };
    let Some(at) = exclusions.suffixes.iter().filter_map(|word| position(covered, word)).max() else {
        return (covered, excluded);
    };
    let from = covered[..at].rfind([',', '、']).unwrap_or(0);
    excluded.push_str(&covered[from..]);
    (&covered[..from], excluded)
}

/// Where `word` stands in `text`; a word that begins with a Latin letter must begin a word there.
fn position(text: &str, word: &str) -> Option<usize> {
    let latin = word.starts_with(|c: char| c.is_ascii_alphanumeric());
    text.match_indices(word)
        .map(|(at, _)| at)
        .find(|at| !latin || !text[..*at].ends_with(|c: char| c.is_ascii_alphanumeric()))
}
