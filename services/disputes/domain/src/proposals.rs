//! Proposals and counter-proposals (A7, W12): one on the table at a time; accepted by the other side, it settles the
//! case at exactly its amount (D1.6.1). They stay possible until the case is decided.
use crate::event::{Event, Spokesperson};
use crate::refusal::Refusal;
use crate::standing::spokesperson;
use crate::state::{Opened, Outcome, Proposal, Stage};
use crate::{Ctx, clocks, wording};
use kernel::{Money, RuleId, Time};
use uuid::Uuid;

/// Either side, within the bound of proposals.
pub(crate) fn may_propose(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let by = spokesperson(case, ctx)?;
    case.pending()?;
    let limit = ctx.procedure.proposals_per_side;
    if case.proposals.of(by.side) < limit { Ok(()) } else { Err(Refusal::TooManyProposals { limit }) }
}

/// The side that did not make the proposal on the table.
pub(crate) fn may_answer(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let by = spokesperson(case, ctx)?;
    let proposal = case.pending()?.proposal.as_ref().ok_or(Refusal::NoProposal)?;
    if proposal.by == by.side { Err(Refusal::OwnProposal) } else { Ok(()) }
}

/// Puts a proposal on the table, in place of the one that stands.
pub(crate) fn propose(
    case: &Opened,
    proposal: Uuid,
    to_merchant: Money,
    text: &str,
    ctx: &Ctx<'_>,
) -> Result<Vec<Event>, Refusal> {
    let by = spokesperson(case, ctx)?;
    within(to_merchant, case.opening.amount, "to_merchant")?;
    wording::optional(text, "text", wording::STATEMENT)?;
    Ok(vec![Event::Proposed {
        proposal,
        by,
        to_merchant,
        text: text.to_owned(),
        replaces: case.pending()?.proposal.as_ref().map(|standing| standing.id),
        reply_by: clocks::for_party(ctx, ctx.now, |rules| rules.proposal_reply),
    }])
}

/// Settles at the proposal on the table, if it is the one that the acceptor means.
pub(crate) fn accept(case: &Opened, id: Uuid, to_merchant: Money, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let by = spokesperson(case, ctx)?;
    let proposal = standing(case, id)?;
    if proposal.to_merchant != to_merchant {
        return Err(Refusal::AmountDiffers);
    }
    let outcome = Outcome {
        to_merchant,
        compensation: Money::zero(to_merchant.currency),
        extension_seconds: None,
        data_download: false,
        rules: vec![RuleId::of("D1.6.1"), RuleId::of("A7")],
        edition: case.opening.edition.clone(),
        at: ctx.now,
    };
    Ok(vec![Event::Settled { proposal: id, by, outcome }])
}

/// Takes the proposal on the table off it.
pub(crate) fn decline(case: &Opened, id: Uuid, text: &str, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let by = spokesperson(case, ctx)?;
    standing(case, id)?;
    wording::optional(text, "text", wording::STATEMENT)?;
    Ok(vec![declined(case, id, Some(by), text, ctx)])
}

/// W12: silence declines.
pub(crate) fn unanswered(case: &Opened, id: Uuid, ctx: &Ctx<'_>) -> Event {
    declined(case, id, None, "", ctx)
}

fn declined(case: &Opened, proposal: Uuid, by: Option<Spokesperson>, text: &str, ctx: &Ctx<'_>) -> Event {
    Event::ProposalDeclined {
        proposal,
        by,
        text: text.to_owned(),
        escalate_by: escalation_after_decline(case, ctx),
        rules: vec![RuleId::of("W12")],
    }
}

/// W13 starts with a decline only when there is nothing left to negotiate for.
fn escalation_after_decline(case: &Opened, ctx: &Ctx<'_>) -> Option<Time> {
    if case.suspension().is_some() {
        return None;
    }
    match &case.pending().ok()?.stage {
        Stage::Negotiation(negotiation) => {
            negotiation.is_over().then(|| clocks::for_party(ctx, ctx.now, |rules| rules.escalation))
        }
        Stage::Arbitration(_) => None,
    }
}

fn standing(case: &Opened, id: Uuid) -> Result<&Proposal, Refusal> {
    let proposal = case.pending()?.proposal.as_ref().ok_or(Refusal::NoProposal)?;
    if proposal.id == id { Ok(proposal) } else { Err(Refusal::OtherProposal) }
}

/// Between nothing and what was paid, in the currency that was paid in.
pub(crate) fn within(part: Money, whole: Money, field: &'static str) -> Result<(), Refusal> {
    let fits = part.currency == whole.currency && (0..=whole.minor).contains(&part.minor);
    if fits { Ok(()) } else { Err(Refusal::AmountOutOfRange { field, currency: whole.currency }) }
}
