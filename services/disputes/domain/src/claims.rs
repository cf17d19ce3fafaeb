//! Further claims (D1.3.2, X11): told clearly to the provider, each with its own burden of proof.
use crate::burden::burden;
use crate::casefile::{Clerk, EntryKind};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::standing::{spokesperson, spokesperson_of};
use crate::state::{Opened, Side};
use crate::{Ctx, wording};
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
    let (party, burden_rule) = burden(claim);
    let mut clerk = Clerk::new(&case.file, ctx.now, ctx.party);
    Ok(vec![Event::ClaimAdded {
        by,
        claim,
        statement: statement.to_owned(),
        burden: Side::of(party).unwrap_or(Side::Merchant),
        burden_rule,
        filed: clerk.file(EntryKind::Claim, None, &Paper { claim, statement }),
    }])
}
