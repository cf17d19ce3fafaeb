//! How long clocks run that start now: procedure by the newest edition, never to a party's loss of time (X27).
use crate::Ctx;
use kernel::{Span, Time};
use rulebook::DisputeRules;

/// The end of a party's window that is counted from `from`: the later of what the newest edition and the pinned one give.
pub(crate) fn for_party(ctx: &Ctx<'_>, from: Time, window: fn(&DisputeRules) -> Span) -> Time {
    let newest = ctx.calendar.after(from, window(ctx.procedure));
    newest.max(ctx.calendar.after(from, window(ctx.rules)))
}

/// The end of the platform's own term that starts now.
pub(crate) fn for_staff(ctx: &Ctx<'_>, window: fn(&DisputeRules) -> Span) -> Time {
    ctx.calendar.after(ctx.now, window(ctx.procedure))
}

/// When a party is reminded of `due`; `None` where that would be at once or before.
pub(crate) fn reminder(ctx: &Ctx<'_>, due: Time) -> Option<Time> {
    let at = ctx.calendar.before(due, ctx.procedure.reminder);
    (at > ctx.now).then_some(at)
}
