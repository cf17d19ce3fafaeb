//! Whether an action is open: party first, then the state, then what is known of the provider.
use crate::command::Action;
use crate::facts::Facts;
use crate::machine::Listings;
use crate::refusal::Refusal;
use crate::state::{Listing, MAX_MEASURES, Record, Revision, Working};
use kernel::{Context, Party};

type Guarded = Result<(), Refusal>;

pub(crate) fn guard(listing: &Listing, action: Action, ctx: &Context<'_, Listings>) -> Guarded {
    let Some(record) = listing.record() else {
        return match action {
            Action::CreateDraft => only(ctx, &[Party::Provider]),
            Action::Revise
            | Action::Submit
            | Action::Recall
            | Action::Withdraw
            | Action::Republish
            | Action::Claim
            | Action::Release
            | Action::Approve
            | Action::RequestChanges
            | Action::Reject
            | Action::Block
            | Action::Remove
            | Action::Unblock
            | Action::RecheckProvider => Err(Refusal::ListingNotFound),
        };
    };
    only(ctx, meant_for(action))?;
    match action {
        Action::CreateDraft => Err(Refusal::ListingExists),
        Action::Revise => record.queued().map_or(Ok(()), |_| Err(Refusal::RevisionInModeration)),
        Action::Submit => may_submit(record, ctx.facts),
        Action::Recall => record.queued().map(|_| ()).ok_or(Refusal::NotInModeration),
        Action::Withdraw if record.withdrawn => Err(Refusal::AlreadyWithdrawn),
        Action::Republish => may_republish(record, ctx.facts),
        Action::Claim => may_claim(record, ctx),
        Action::Release | Action::RequestChanges | Action::Reject => holds(record, ctx).map(|_| ()),
        Action::Approve => is_entitled(holds(record, ctx)?, ctx.facts),
        Action::Block | Action::Remove if record.measures.len() >= MAX_MEASURES => Err(Refusal::TooManyMeasures),
        Action::Withdraw | Action::Block | Action::Remove | Action::Unblock | Action::RecheckProvider => Ok(()),
    }
}

fn meant_for(action: Action) -> &'static [Party] {
    match action {
        Action::CreateDraft
        | Action::Revise
        | Action::Submit
        | Action::Recall
        | Action::Withdraw
        | Action::Republish => &[Party::Provider],
        Action::Claim | Action::Release | Action::Approve | Action::RequestChanges | Action::Reject => {
            &[Party::Moderator]
        }
        Action::Block | Action::Remove | Action::Unblock => &[Party::Operator, Party::System],
        Action::RecheckProvider => &[Party::System],
    }
}

fn only(ctx: &Context<'_, Listings>, parties: &[Party]) -> Guarded {
    if parties.contains(&ctx.party) { Ok(()) } else { Err(Refusal::NotYours) }
}

/// Whether the provider may submit the working draft, by what is known of it.
pub(crate) fn may_submit(record: &Record, facts: &Facts) -> Guarded {
    match &record.working {
        Working::Draft { revision, .. } => is_entitled(revision, facts),
        Working::Nothing => Err(Refusal::NoDraft),
        Working::Queued(_) => Err(Refusal::RevisionInModeration),
        Working::ChangesRequested { .. } => Err(Refusal::ChangesNotMade),
        Working::Rejected { .. } => Err(Refusal::RevisionWasRejected),
    }
}

fn may_republish(record: &Record, facts: &Facts) -> Guarded {
    if !record.withdrawn {
        return Err(Refusal::NotWithdrawn);
    }
    let approved = record.approved.as_ref().ok_or(Refusal::NothingApproved)?;
    is_entitled(&approved.revision, facts)
}

fn may_claim(record: &Record, ctx: &Context<'_, Listings>) -> Guarded {
    let queued = record.queued().ok_or(Refusal::NotInModeration)?;
    match &queued.claim {
        Some(claim) if claim.by != ctx.actor.sub => Err(Refusal::ClaimedByAnother),
        Some(_) | None => Ok(()),
    }
}

/// A role alone decides nothing: the claim does.
fn holds<'a>(record: &'a Record, ctx: &Context<'_, Listings>) -> Result<&'a Revision, Refusal> {
    let queued = record.queued().ok_or(Refusal::NotInModeration)?;
    match &queued.claim {
        None => Err(Refusal::NotClaimed),
        Some(claim) if claim.by != ctx.actor.sub => Err(Refusal::ClaimedByAnother),
        Some(_) => Ok(&queued.revision),
    }
}

/// M3.1, W33, P4: asked in the transaction that publishes, on rows that are held until it ends.
fn is_entitled(revision: &Revision, facts: &Facts) -> Guarded {
    if let Some(lack) = facts.lacks().into_iter().next() {
        return Err(Refusal::NotEntitled(lack));
    }
    if revision.targets_eu && !facts.is_eu_trained() {
        return Err(Refusal::EuCourseMissing);
    }
    Ok(())
}
