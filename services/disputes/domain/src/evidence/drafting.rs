//! Drafts: private to their side until it seals its set.
use super::{Exhibit, Window};
use crate::casefile::{Digest, json};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::standing::spokesperson;
use crate::state::Opened;
use crate::{Ctx, wording};
use kernel::{FileId, FileRef};
use uuid::Uuid;

/// Either side, from the opening on, while its set is not sealed and within the bound.
pub(crate) fn may_draft(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let by = spokesperson(case, ctx)?;
    unsealed(case, ctx)?;
    let limit = ctx.procedure.evidence_items_per_side;
    if case.file.kept_by(by.side) < limit.into() { Ok(()) } else { Err(Refusal::TooManyItems { limit }) }
}

/// Either side, for a draft of its own.
pub(crate) fn may_drop(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let by = spokesperson(case, ctx)?;
    unsealed(case, ctx)?;
    if case.file.drafts_of(by.side).next().is_some() { Ok(()) } else { Err(Refusal::NoDraft) }
}

fn unsealed(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let by = spokesperson(case, ctx)?;
    case.undecided()?;
    let sealed = case.hearing().is_some_and(|hearing| *hearing.window(by.side) == Window::Sealed);
    if sealed { Err(Refusal::SetSealed) } else { Ok(()) }
}

/// Adds a draft.
pub(crate) fn draft(case: &Opened, exhibit: &Exhibit<FileId>, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let by = spokesperson(case, ctx)?;
    let exhibit = complete(exhibit, ctx)?;
    if case.file.drafts.iter().any(|draft| draft.id == exhibit.id) {
        return Err(Refusal::ItemKnown);
    }
    let content = Digest::of_json(&json(&exhibit));
    Ok(vec![Event::EvidenceDrafted { by, exhibit, content }])
}

/// Takes a draft away.
pub(crate) fn discard(case: &Opened, id: Uuid, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let by = spokesperson(case, ctx)?;
    if !case.file.drafts_of(by.side).any(|draft| draft.id == id) {
        return Err(Refusal::ItemUnknown);
    }
    Ok(vec![Event::EvidenceDiscarded { by, item: id }])
}

/// The item with its files, if it has what an item must have.
pub(crate) fn complete(exhibit: &Exhibit<FileId>, ctx: &Ctx<'_>) -> Result<Exhibit, Refusal> {
    wording::required(&exhibit.title, "title", wording::SENTENCE)?;
    wording::optional(&exhibit.text, "text", wording::STATEMENT)?;
    if exhibit.text.trim().is_empty() && exhibit.files.is_empty() {
        return Err(Refusal::TextMissing { field: "text" });
    }
    if exhibit.proves.is_empty() {
        return Err(Refusal::NothingToProve);
    }
    if exhibit.proves.len() > wording::FACTS {
        return Err(Refusal::ListTooLong { field: "proves" });
    }
    if exhibit.files.len() > wording::FILES {
        return Err(Refusal::ListTooLong { field: "files" });
    }
    let Exhibit { id, title, origin, proves, text, files } = exhibit.clone();
    Ok(Exhibit { id, title, origin, proves, text, files: uploaded(&files, ctx)? })
}

/// The files of these ids, in their order. Each was uploaded to this case and is still there; what the transaction holds
/// is not purged under it.
pub(crate) fn uploaded(ids: &[FileId], ctx: &Ctx<'_>) -> Result<Vec<FileRef>, Refusal> {
    let found = ids.iter().map(|id| ctx.facts.files.iter().find(|file| file.id == *id).cloned());
    found.collect::<Option<_>>().ok_or(Refusal::FileUnknown)
}
