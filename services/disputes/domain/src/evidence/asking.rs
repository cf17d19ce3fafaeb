//! Requests for evidence (D1.4.1, D1.4.5) and the platform's own records.
use super::{Hearing, Record, Round, Window};
use crate::adjudication::Fact;
use crate::casefile::{Clerk, EntryKind};
use crate::decision::hold_anew;
use crate::event::Event;
use crate::refusal::Refusal;
use crate::standing::seat;
use crate::state::{Opened, Side};
use crate::{Ctx, clocks, wording};
use kernel::{Due, Party, RuleId, Time};
use serde::Serialize;
use uuid::Uuid;

/// A request, as the case file keeps it.
#[derive(Serialize)]
struct Request<'a> {
    of: Side,
    asks: &'a str,
    facts: &'a [Fact],
    due: Time,
}

/// The assigned arbitrator, within the bound.
pub(crate) fn may_request(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    seat(case, ctx)?;
    let limit = ctx.procedure.evidence_requests;
    if case.file.requests < limit { Ok(()) } else { Err(Refusal::TooManyRequests { limit }) }
}

/// Asks a side: says what the papers must contain and what they are to prove. A side that has sealed its set waits for
/// the exchange and is not asked before; the other side still may be.
pub(crate) fn request(
    case: &Opened,
    (id, of, asks, facts): (Uuid, Side, &str, &[Fact]),
    ctx: &Ctx<'_>,
) -> Result<Vec<Event>, Refusal> {
    wording::required(asks, "asks", wording::STATEMENT)?;
    if *case.bench()?.hearing.window(of) == Window::Sealed {
        return Err(Refusal::SideHasSealed);
    }
    if facts.len() > wording::FACTS {
        return Err(Refusal::ListTooLong { field: "facts" });
    }
    let due = clocks::for_party(ctx, ctx.now, |rules| rules.evidence);
    let mut clerk = Clerk::new(&case.file, ctx.now, ctx.party);
    let mut events = hold_anew(case, ctx);
    events.push(Event::EvidenceRequested {
        request: id,
        of,
        asks: asks.to_owned(),
        facts: facts.to_vec(),
        due,
        remind_at: clocks::reminder(ctx, due),
        filed: clerk.file(EntryKind::Request, Some(id), &Request { of, asks, facts, due }),
        rules: vec![RuleId::of("D1.4.1"), RuleId::of("W14")],
    });
    Ok(events)
}

impl Hearing {
    /// A side is asked, or asked for more: its window runs until the later of what was and what is said.
    pub(crate) fn ask(&mut self, side: Side, due: Time, remind_at: Option<Time>) {
        let due = match self.window(side) {
            Window::Asked { due: Due::At(at), .. } => due.max(*at),
            Window::Asked { due: Due::Paused { .. }, .. } | Window::Unasked | Window::Sealed | Window::Closed => due,
        };
        // Asked anew, the side has a time of its own again.
        self.lapsed.retain(|lapsed| *lapsed != side);
        *self.window_mut(side) = Window::Asked { due: Due::At(due), remind: remind_at.map(Due::At) };
        match self.round {
            Round::Unasked => self.round = Round::Evidence,
            Round::Closed => {
                self.round = Round::Evidence;
                // The other side may answer what it was not asked: equal arms.
                *self.window_mut(side.other()) = Window::Unasked;
            }
            Round::Evidence | Round::Rebuttal => {}
        }
    }
}

/// Only the system.
pub(crate) fn may_record(ctx: &Ctx<'_>) -> Result<(), Refusal> {
    if ctx.party == Party::System { Ok(()) } else { Err(Refusal::NotYours) }
}

/// Files the platform's own records, in the order given; a closed case's file takes them too.
pub(crate) fn record(case: &Opened, records: &[Record], ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    if records.is_empty() {
        return Ok(vec![]);
    }
    if records.len() > wording::RECORDS {
        return Err(Refusal::ListTooLong { field: "records" });
    }
    let mut clerk = Clerk::new(&case.file, ctx.now, ctx.party);
    let filed = records.iter().map(|record| clerk.file(EntryKind::Record, Some(record.id), record)).collect();
    Ok(vec![Event::RecordsFiled { filed }])
}
