//! Proposals and counter-proposals (A7, W12): one on the table at a time; accepted by the other side, it settles the
//! case at exactly its amount (D1.6.1). One that grants the other side all that it asked for needs no answer (A7). They
//! stay possible until the decision is final: while the money waits, what both want takes the decision's place (X1).
use crate::casefile::{Clerk, EntryKind};
use crate::event::{Event, Spokesperson};
use crate::refusal::Refusal;
use crate::standing::spokesperson;
use crate::state::{Opened, Outcome, Phase, Proposal, Side, Stage};
use crate::{Ctx, clocks, wording};
use kernel::{Money, RuleId, Time};
use serde::Serialize;
use uuid::Uuid;

/// Either side, within the bound of proposals.
pub(crate) fn may_propose(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let by = spokesperson(case, ctx)?;
    unsettled(case)?;
    let limit = ctx.procedure.proposals_per_side;
    if case.proposals.of(by.side) < limit { Ok(()) } else { Err(Refusal::TooManyProposals { limit }) }
}

/// That the money still waits.
fn unsettled(case: &Opened) -> Result<(), Refusal> {
    if case.is_open() { Ok(()) } else { Err(Refusal::Closed) }
}

/// What is filed of a proposal or an answer.
#[derive(Serialize)]
pub(crate) struct Paper<'a> {
    pub(crate) what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) to_merchant: Option<Money>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(crate) text: &'a str,
}

/// The side that did not make the proposal on the table.
pub(crate) fn may_answer(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let by = spokesperson(case, ctx)?;
    unsettled(case)?;
    let proposal = case.table().ok_or(Refusal::NoProposal)?;
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
    let settles = grants_all(case, by.side, to_merchant);
    let mut clerk = Clerk::new(&case.file, ctx.now, ctx.party);
    let paper = Paper { what: "proposed", to_merchant: Some(to_merchant), text };
    let mut events = vec![Event::Proposed {
        proposal,
        by: by.clone(),
        to_merchant,
        text: text.to_owned(),
        replaces: case.table().map(|standing| standing.id),
        reply_by: clocks::for_party(ctx, ctx.now, |rules| rules.proposal_reply),
        settles,
        filed: vec![clerk.file(EntryKind::Negotiation, Some(proposal), &paper)],
    }];
    if settles {
        events.push(settled(case, proposal, by, to_merchant, &mut clerk, ctx));
    }
    Ok(events)
}

/// A7: the provider offers all that was asked for, or the merchant takes no more than the provider offers: there is
/// nothing left to answer, and silence declines nothing. Once decided, neither side is held to what it asked for before.
fn grants_all(case: &Opened, by: Side, to_merchant: Money) -> bool {
    let Phase::Pending(pending) = &case.phase else { return false };
    match by {
        Side::Provider => to_merchant.minor >= case.opening.application.amount.minor,
        Side::Merchant => {
            let offered = pending.proposal.as_ref().filter(|standing| standing.by == Side::Provider);
            to_merchant.is_zero() || offered.is_some_and(|offer| to_merchant.minor <= offer.to_merchant.minor)
        }
    }
}

/// Settles at the proposal on the table, if it is the one that the acceptor means.
pub(crate) fn accept(case: &Opened, id: Uuid, to_merchant: Money, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let by = spokesperson(case, ctx)?;
    let proposal = standing(case, id)?;
    if proposal.to_merchant != to_merchant {
        return Err(Refusal::AmountDiffers);
    }
    let mut clerk = Clerk::new(&case.file, ctx.now, ctx.party);
    Ok(vec![settled(case, id, by, to_merchant, &mut clerk, ctx)])
}

fn settled(
    case: &Opened,
    proposal: Uuid,
    by: Spokesperson,
    to_merchant: Money,
    clerk: &mut Clerk,
    ctx: &Ctx<'_>,
) -> Event {
    let outcome = Outcome {
        to_merchant,
        compensation: Money::zero(to_merchant.currency),
        extension_seconds: None,
        data_download: false,
        rules: vec![RuleId::of("D1.6.1"), RuleId::of("A7")],
        edition: case.opening.edition.clone(),
        at: ctx.now,
    };
    let paper = Paper { what: "settled", to_merchant: Some(to_merchant), text: "" };
    Event::Settled { proposal, by, filed: vec![clerk.file(EntryKind::Negotiation, Some(proposal), &paper)], outcome }
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
    let what = if by.is_some() { "declined" } else { "unanswered" };
    let mut clerk = Clerk::new(&case.file, ctx.now, ctx.party);
    let filed = clerk.file(EntryKind::Negotiation, Some(proposal), &Paper { what, to_merchant: None, text });
    Event::ProposalDeclined {
        proposal,
        by,
        text: text.to_owned(),
        escalate_by: escalation_after_decline(case, ctx),
        filed: vec![filed],
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
    let proposal = case.table().ok_or(Refusal::NoProposal)?;
    if proposal.id == id { Ok(proposal) } else { Err(Refusal::OtherProposal) }
}

/// Between nothing and what was paid, in the currency that was paid in.
pub(crate) fn within(part: Money, whole: Money, field: &'static str) -> Result<(), Refusal> {
    let fits = part.currency == whole.currency && (0..=whole.minor).contains(&part.minor);
    if fits { Ok(()) } else { Err(Refusal::AmountOutOfRange { field, currency: whole.currency }) }
}
