//! Windows and clocks: when something is due, what is left of it, and how it moves.
use super::Orders;
use kernel::{Context, Due, RuleId, Span, Time, TimeDelta};
use rulebook::OrderRules;

/// What a decision on an order may depend on.
pub type Ctx<'a> = Context<'a, Orders>;

/// The end of a window that begins now.
///
/// The edition pinned to the order and the newest one may differ: the longer window counts, so that a change of the
/// rules never costs a party time (X27).
pub(super) fn window(ctx: &Ctx<'_>, span: impl Fn(&OrderRules) -> Span) -> Time {
    window_from(ctx.now, ctx, span)
}

/// The same, of a window that begins at `from`.
pub(super) fn window_from(from: Time, ctx: &Ctx<'_>, span: impl Fn(&OrderRules) -> Span) -> Time {
    let end = |rules| ctx.calendar.after(from, span(rules));
    end(ctx.rules).max(end(ctx.procedure))
}

/// As agreed in days from now, or else the window.
pub(super) fn agreed_or(ctx: &Ctx<'_>, days: Option<u32>, span: impl Fn(&OrderRules) -> Span) -> Time {
    agreed_from(ctx.now, ctx, days, span)
}

/// The same, from `from`.
pub(super) fn agreed_from(from: Time, ctx: &Ctx<'_>, days: Option<u32>, span: impl Fn(&OrderRules) -> Span) -> Time {
    match days {
        Some(days) => ctx.calendar.after(from, Span::Days(days)),
        None => window_from(from, ctx, span),
    }
}

/// The instants of reminders, each so long before `until`; those that would lie in the past are left out.
pub(super) fn reminders(ctx: &Ctx<'_>, until: Time, before: &[Span]) -> Vec<Time> {
    reminders_from(ctx.now, ctx, until, before)
}

/// The same, of a window that begins at `from`.
pub(super) fn reminders_from(from: Time, ctx: &Ctx<'_>, until: Time, before: &[Span]) -> Vec<Time> {
    let mut instants: Vec<_> = before.iter().map(|span| ctx.calendar.before(until, *span)).collect();
    instants.retain(|at| *at > from);
    instants.sort_unstable();
    instants.dedup();
    instants
}

/// `at` moved by `by`; stops at the end of time.
pub(super) fn later(at: Time, by: TimeDelta) -> Time {
    at.checked_add_signed(by).unwrap_or(Time::MAX_UTC)
}

/// What is left until `due`; never less than nothing.
pub(super) fn left(due: Time, now: Time) -> TimeDelta {
    (due - now).max(TimeDelta::zero())
}

/// Moves instants by what a dispute stood still.
pub(super) fn shift<'a>(instants: impl IntoIterator<Item = &'a mut Time>, by: TimeDelta) {
    for at in instants {
        *at = later(*at, by);
    }
}

/// Moves a clock unless it stands still.
pub(super) fn shift_due(due: &mut Due, by: TimeDelta) {
    match due {
        Due::At(at) => *at = later(*at, by),
        Due::Paused { .. } => {}
    }
}

/// Rule ids, the governing one first.
pub(super) fn rules<const N: usize>(ids: [&'static str; N]) -> Vec<RuleId> {
    ids.map(RuleId::of).into()
}
