//! Sealing, the exchange, the rebuttal, what comes late, and silence (D1.4.2, W14).
use super::{File, Round, Window};
use crate::casefile::{Clerk, EntryKind, Filed};
use crate::decision::hold_anew;
use crate::event::{Event, Spokesperson};
use crate::refusal::Refusal;
use crate::standing::spokesperson;
use crate::state::{Opened, Side};
use crate::{Ctx, clocks, wording};
use kernel::RuleId;
use serde::Serialize;

const W14: RuleId = RuleId::of("W14");
const D142: RuleId = RuleId::of("D1.4.2");

/// Either side before the platform, once per round; with nothing in hand only where it was asked.
pub(crate) fn may_seal(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let by = spokesperson(case, ctx)?;
    let hearing = &case.bench()?.hearing;
    let has_drafts = case.file.drafts_of(by.side).next().is_some();
    match hearing.window(by.side) {
        Window::Sealed => Err(Refusal::SetSealed),
        Window::Unasked | Window::Closed if !has_drafts => Err(Refusal::NothingToSeal),
        Window::Unasked | Window::Closed | Window::Asked { .. } => Ok(()),
    }
}

/// Seals the side's drafts; past its window, they are filed as late with the reason given.
pub(crate) fn seal(case: &Opened, reason: &str, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let by = spokesperson(case, ctx)?;
    let hearing = &case.bench()?.hearing;
    if hearing.is_late(by.side) && case.file.drafts_of(by.side).next().is_some() {
        return late(case, by, reason, ctx);
    }
    wording::optional(reason, "reason", wording::STATEMENT)?;
    let other_due = (hearing.round == Round::Unasked).then(|| clocks::for_party(ctx, ctx.now, |rules| rules.evidence));
    let side = by.side;
    // Taking evidence anew, it takes a draft that waits for a second person back.
    let mut events = if other_due.is_some() { hold_anew(case, ctx) } else { vec![] };
    events.push(Event::EvidenceSealed {
        by,
        items: case.file.drafts_of(side).map(|draft| draft.id).collect(),
        other_due,
        remind_at: other_due.and_then(|due| clocks::reminder(ctx, due)),
        at: ctx.now,
        rules: vec![W14],
    });
    if hearing.is_ready_without(side) {
        events.push(exchange(case, Some(side), &mut Clerk::new(&case.file, ctx.now, ctx.party), ctx));
    }
    Ok(events)
}

/// Files the side's drafts as late. In the rebuttal, that was its answer: nobody waits for another one.
fn late(case: &Opened, by: Spokesperson, reason: &str, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    wording::required(reason, "reason", wording::STATEMENT)?;
    let side = by.side;
    let mut clerk = Clerk::new(&case.file, ctx.now, ctx.party);
    let filed = set_of(&case.file, side, &mut clerk);
    let mut events = vec![Event::EvidenceLate { by, reason: reason.to_owned(), filed, rules: vec![D142, W14] }];
    let hearing = &case.bench()?.hearing;
    if *hearing.window(side) != Window::Closed && hearing.is_ready_without(side) {
        events.push(exchange(case, None, &mut clerk, ctx));
    }
    Ok(events)
}

/// W14: a side's window has passed; its unsealed drafts stay its own, and the case is judged on what is there.
pub(crate) fn lapsed(case: &Opened, side: Side, ctx: &Ctx<'_>) -> Vec<Event> {
    let mut clerk = Clerk::new(&case.file, ctx.now, ctx.party);
    let filed = vec![clerk.file(EntryKind::Lapse, None, &Lapse { of: side, what: "evidence" })];
    let mut events = vec![Event::EvidenceLapsed { side, filed, rules: vec![W14, D142] }];
    if case.hearing().is_some_and(|hearing| hearing.is_ready_without(side)) {
        events.push(exchange(case, None, &mut clerk, ctx));
    }
    events
}

/// A window that passed, as the case file keeps it.
#[derive(Serialize)]
struct Lapse {
    of: Side,
    what: &'static str,
}

/// The sealed sets enter the file and each side sees the other's. Then the one rebuttal, if there is what to rebut, or
/// where the provider still owes a further claim its answer.
fn exchange(case: &Opened, sealing: Option<Side>, clerk: &mut Clerk, ctx: &Ctx<'_>) -> Event {
    let hearing = case.hearing();
    let is_sealed = |side: Side| hearing.is_some_and(|hearing| *hearing.window(side) == Window::Sealed);
    let mut filed = vec![];
    for side in [Side::Provider, Side::Merchant] {
        if sealing == Some(side) || is_sealed(side) {
            filed.extend(set_of(&case.file, side, clerk));
        }
    }
    let is_first = hearing.is_some_and(|hearing| !hearing.rebutted) && !filed.is_empty();
    let rebuts = is_first || hearing.is_some_and(|hearing| hearing.owes_answer);
    let rebut_by = rebuts.then(|| clocks::for_party(ctx, ctx.now, |rules| rules.rebuttal));
    Event::EvidenceExchanged {
        filed,
        rebut_by,
        remind_at: rebut_by.and_then(|due| clocks::reminder(ctx, due)),
        decide_by: rebut_by.is_none().then(|| crate::assignment::term(case, ctx)),
        at: ctx.now,
        rules: vec![W14, RuleId::of("W15")],
    }
}

fn set_of(file: &File, side: Side, clerk: &mut Clerk) -> Vec<Filed> {
    file.drafts_of(side).map(|draft| clerk.file_item(draft.id, draft.content, side.party())).collect()
}
