//! Opening a listing and writing its revisions.
use crate::content::Written;
use crate::event::Event;
use crate::machine::{Decided, Listings};
use crate::refusal::Refusal;
use crate::state::{Record, Working};
use kernel::{Category, Context, RevisionId};

pub(crate) fn create(category: Category, agent_operation: bool, ctx: &Context<'_, Listings>) -> Decided {
    if agent_operation && category != Category::Operation {
        return Err(Refusal::AgentOperationElsewhere(category));
    }
    let provider = ctx.actor.as_provider().ok_or(Refusal::NotYours)?;
    Ok(vec![Event::Created { provider, category, agent_operation }])
}

/// Every revision is a new one: what was screened, judged or ordered never changes under its id.
pub(crate) fn revise(record: &Record, revision: RevisionId, content: &Written, ctx: &Context<'_, Listings>) -> Decided {
    content.check(record.category, ctx.rules)?;
    let content = content.with_files(&ctx.facts.files)?;
    let content_hash = content.hash();
    match &record.working {
        Working::Draft { revision, .. } if revision.content_hash == content_hash => return Ok(vec![]),
        Working::ChangesRequested { revision, .. } if revision.content_hash == content_hash => {
            return Err(Refusal::NothingMended);
        }
        Working::Nothing
        | Working::Draft { .. }
        | Working::Queued(_)
        | Working::ChangesRequested { .. }
        | Working::Rejected { .. } => {}
    }
    Ok(vec![Event::Drafted {
        revision,
        number: record.revisions + 1,
        content_hash,
        core_hash: content.core_hash(record.category, ctx.rules),
        fingerprint: content.fingerprint(record.provider),
        content: Box::new(content),
    }])
}
