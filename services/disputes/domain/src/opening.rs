//! Opening: the one command that comes by message, from `orders.order.disputed`.
//!
//! It is never refused: a case that is open already, or long closed, is "already so", whatever arrives again.
use crate::burden::burden;
use crate::casefile::{Clerk, EntryKind};
use crate::claims::Paper;
use crate::event::Event;
use crate::refusal::Refusal;
use crate::state::{Case, Opening, Side};
use crate::{Ctx, clocks, wording};
use kernel::{CaseId, Party};

/// Only the system opens.
pub(crate) fn guard(case: &Case, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    match (ctx.party == Party::System, case.opened()) {
        (true, _) => Ok(()),
        (false, Some(_)) => Err(Refusal::NotYours),
        (false, None) => Err(Refusal::CaseNotFound),
    }
}

/// Opens the case; its windows run from now, not from the application, so that none is half gone when it opens.
pub(crate) fn open(case: &Case, opening: &Opening, ctx: &Ctx<'_>) -> Vec<Event> {
    if case.opened().is_some() {
        return vec![];
    }
    let opening = bounded(opening.clone());
    let (party, burden_rule) = burden(opening.application.claim);
    let answer_by = clocks::for_party(ctx, ctx.now, |rules| rules.answer);
    let paper = Paper { claim: opening.application.claim, statement: &opening.application.statement };
    let mut clerk = Clerk::opening(CaseId(ctx.id), ctx.now);
    let filed = vec![clerk.file(EntryKind::Claim, None, &paper)];
    vec![Event::Opened {
        opening: Box::new(opening),
        burden: Side::of(party).unwrap_or(Side::Merchant),
        burden_rule,
        answer_by,
        remind_at: clocks::reminder(ctx, answer_by),
        negotiate_until: clocks::for_party(ctx, ctx.now, |rules| rules.negotiation),
        at: ctx.now,
        filed,
    }]
}

/// Orders bounds these already; a message is cut rather than refused, for a refused one would leave money frozen.
fn bounded(mut opening: Opening) -> Opening {
    let statement = &mut opening.application.statement;
    if let Some((end, _)) = statement.char_indices().nth(wording::STATEMENT) {
        statement.truncate(end);
    }
    opening.application.supported_by.truncate(wording::LIST);
    opening
}
