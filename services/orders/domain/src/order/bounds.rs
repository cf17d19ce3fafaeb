//! Bounds of what comes in: texts, lists, files. They keep the state small and the journal readable.
use super::refusal::Refusal;
use super::window::Ctx;
use kernel::{FileId, FileRef};
use std::hash::Hash;

/// Files of one delivery or answer.
pub const FILES: usize = 50;
/// Items of one request for modification, and problems that one answer names.
pub const ITEMS: usize = 20;
/// Problems that one order follows.
pub const PROBLEMS: usize = 40;
/// Entries of downtime that one order keeps.
pub const DOWNTIMES: usize = 60;
/// Reports of downtime that wait at a time.
pub const REPORTS: usize = 5;
/// Days that a change may name.
pub const DAYS: u32 = 365;

/// A text of 1 to `max` characters that is not blank and can be stored and shown.
pub(super) fn text(field: &'static str, text: &str, max: usize) -> Result<(), Refusal> {
    let is_plain = text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
    let fits = !text.trim().is_empty() && text.chars().count() <= max;
    if fits && is_plain { Ok(()) } else { Err(Refusal::Text { field, max }) }
}

/// A text as [`text`] has it, or none.
pub(super) fn optional(field: &'static str, given: Option<&str>, max: usize) -> Result<(), Refusal> {
    given.map_or(Ok(()), |given| text(field, given, max))
}

/// A list of `min` to `max` entries whose keys differ.
pub(super) fn count<T, K: Hash + Eq>(
    field: &'static str,
    list: &[T],
    min: usize,
    max: usize,
    key: impl Fn(&T) -> K,
) -> Result<(), Refusal> {
    let keys: std::collections::HashSet<K> = list.iter().map(key).collect();
    let fits = (min..=max).contains(&list.len()) && keys.len() == list.len();
    if fits { Ok(()) } else { Err(Refusal::Count { field, min, max }) }
}

/// The files of these ids, in their order; each was uploaded to this order.
pub(super) fn files(ctx: &Ctx<'_>, field: &'static str, ids: &[FileId]) -> Result<Vec<FileRef>, Refusal> {
    count(field, ids, 0, FILES, |id| *id)?;
    let found = ids.iter().map(|id| ctx.facts.files.iter().find(|file| file.id == *id).cloned());
    found.collect::<Option<Vec<_>>>().ok_or(Refusal::UnknownFile { field })
}
