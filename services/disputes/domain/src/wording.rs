//! Bounds of the texts and lists that people write into a case, in characters and entries.
use crate::refusal::Refusal;

/// Statements: of the application, proposals, refusals, escalations.
pub const STATEMENT: usize = 2_000;
/// The reasons of a decision.
pub const REASONS: usize = 8_000;
/// One finding of fact, one kind of product.
pub const SENTENCE: usize = 500;
/// A person's `sub`, a reference to evidence.
pub const NAME: usize = 200;
/// Entries of a list: facts, evidence, rules.
pub const LIST: usize = 50;
/// Facts that one item or one request is about.
pub const FACTS: usize = 4;
/// Files of one item or one report.
pub const FILES: usize = 5;
/// Records of the platform that one message files.
pub const RECORDS: usize = 20;

/// A text that may be empty.
pub(crate) fn optional(text: &str, field: &'static str, limit: usize) -> Result<(), Refusal> {
    if text.chars().count() > limit { Err(Refusal::TextTooLong { field, limit }) } else { Ok(()) }
}

/// A text that must say something.
pub(crate) fn required(text: &str, field: &'static str, limit: usize) -> Result<(), Refusal> {
    if text.trim().is_empty() { Err(Refusal::TextMissing { field }) } else { optional(text, field, limit) }
}

/// A bounded list of texts that each say something.
pub(crate) fn list(texts: &[String], field: &'static str, limit: usize) -> Result<(), Refusal> {
    if texts.len() > LIST {
        return Err(Refusal::ListTooLong { field });
    }
    texts.iter().try_for_each(|text| required(text, field, limit))
}
