//! Further claims (D1.3.2, X11): told clearly to the provider, each with its own burden of proof. Only what could still
//! be claimed when the refund was applied for (A6, W21); a provider whose window has closed gets another to answer.
use crate::burden::burden;
use crate::casefile::{Clerk, EntryKind};
use crate::decision::hold_anew;
use crate::event::Event;
use crate::evidence::Window;
use crate::refusal::Refusal;
use crate::standing::{spokesperson, spokesperson_of};
use crate::state::{Opened, Side};
use crate::{Ctx, clocks, wording};
use kernel::ClaimKind;
use serde::Serialize;
use strum::VariantArray;

/// A claim, as the case file keeps it.
#[derive(Serialize)]
pub(crate) struct Paper<'a> {
    pub(crate) claim: ClaimKind,
    pub(crate) statement: &'a str,
}

/// The merchant, before the decision, while a kind is left.
pub(crate) fn guard(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    spokesperson_of(Side::Merchant, case, ctx)?;
    case.pending()?;
    case.unsuspended()?;
    if case.claims.len() < ClaimKind::VARIANTS.len() { Ok(()) } else { Err(Refusal::AllClaimed) }
}

/// Adds a claim.
pub(crate) fn add(case: &Opened, claim: ClaimKind, statement: &str, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let by = spokesperson(case, ctx)?;
    wording::required(statement, "statement", wording::STATEMENT)?;
    if case.claims.contains(&claim) {
        return Ok(vec![]);
    }
    let open_claims = &case.opening.application.open_claims;
    if open_claims.as_ref().is_some_and(|open| !open.contains(&claim)) {
        return Err(Refusal::ClaimNotOpen { claim });
    }
    let (party, burden_rule) = burden(claim);
    let answer_by = owes_answer(case).then(|| clocks::for_party(ctx, ctx.now, |rules| rules.evidence));
    let mut clerk = Clerk::new(&case.file, ctx.now, ctx.party);
    // Taking evidence anew, it takes a draft that waits for a second person back.
    let mut events = if answer_by.is_some() { hold_anew(case, ctx) } else { vec![] };
    events.push(Event::ClaimAdded {
        by,
        claim,
        statement: statement.to_owned(),
        burden: Side::of(party).unwrap_or(Side::Merchant),
        burden_rule,
        answer_by,
        remind_at: answer_by.and_then(|due| clocks::reminder(ctx, due)),
        filed: clerk.file(EntryKind::Claim, None, &Paper { claim, statement }),
    });
    Ok(events)
}

/// Whether the provider's window has closed, so that it could answer a new claim late only (D1.4.2).
fn owes_answer(case: &Opened) -> bool {
    case.hearing().is_some_and(|hearing| *hearing.window(Side::Provider) == Window::Closed)
}
