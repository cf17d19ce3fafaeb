//! The notice of a delivery, and the clock that starts when it was served (D1.1.3, W5).
//!
//! Silence may accept only what the merchant was told of. Notifications says when the notice was served; if nothing is
//! heard of it, it counts as served after a while, and the timeline says so: no order sleeps for ever. A notice that is
//! served during a dispute starts the window too, which stands still with all of it left.
use super::command::NoticeService;
use super::event::Event;
use super::evolve::Fit;
use super::particulars::NoticeServed;
use super::state::{Acceptance, AcceptanceClock, Phase, Placed};
use super::window::{Ctx, reminders_from, rules, window_from};
use kernel::Time;

impl Acceptance {
    /// W5: when silence accepts; `None` while the notice is under way.
    pub fn accept_by(&self) -> Option<Time> {
        match self.clock {
            AcceptanceClock::Waits { .. } => None,
            AcceptanceClock::Runs { accept_by, .. } => Some(accept_by),
        }
    }

    /// D1.1.3: when the notice counts as served at the latest, while it is under way.
    pub fn notice_by(&self) -> Option<Time> {
        match self.clock {
            AcceptanceClock::Waits { notice_by } => Some(notice_by),
            AcceptanceClock::Runs { .. } => None,
        }
    }
}

/// The notice of the delivery made at `delivered_at` was served. Another delivery, or a clock that runs, is "already
/// so".
pub(super) fn confirm(
    order: &Placed,
    delivered_at: Time,
    served_at: Time,
    by: NoticeService,
    ctx: &Ctx<'_>,
) -> Vec<Event> {
    let is_this = order.delivery.as_ref().is_some_and(|last| last.at == delivered_at);
    if is_this { start(order, served_at, by, ctx) } else { vec![] }
}

/// Nothing was heard of the notice: it counts as served.
pub(super) fn unheard(order: &Placed, ctx: &Ctx<'_>) -> Vec<Event> {
    start(order, ctx.now, NoticeService::Unheard, ctx)
}

/// The window begins when the order hears of it, so that none is half gone before its party can know.
fn start(order: &Placed, served_at: Time, by: NoticeService, ctx: &Ctx<'_>) -> Vec<Event> {
    let waiting = waits(&order.phase).then_some(order.delivery.as_ref()).flatten();
    let Some(delivery) = waiting else { return vec![] };
    // Instants in an order that stands still are those of the application.
    let from = order.application().map_or(ctx.now, |application| application.applied_at);
    let accept_by = window_from(from, ctx, |rules| rules.acceptance);
    vec![Event::NoticeServed(NoticeServed {
        round: delivery.round,
        by,
        served_at,
        accept_by,
        reminders: reminders_from(from, ctx, accept_by, &ctx.procedure.acceptance_reminders),
        rules: rules(["D1.1.3", "W5"]),
    })]
}

fn waits(phase: &Phase) -> bool {
    match phase {
        Phase::Delivered(acceptance) => acceptance.notice_by().is_some(),
        Phase::Disputed(dispute) => waits(&dispute.held),
        Phase::PendingPayment { .. }
        | Phase::Funded { .. }
        | Phase::InProgress(_)
        | Phase::Stopped { .. }
        | Phase::Modification(_)
        | Phase::Contest { .. }
        | Phase::Accepted(_)
        | Phase::Ended(_) => false,
    }
}

pub(super) fn served(order: &mut Placed, it: &NoticeServed) -> Fit {
    let phase = if let Phase::Disputed(dispute) = &mut order.phase { &mut dispute.held } else { &mut order.phase };
    let Phase::Delivered(Acceptance { clock, .. }) = phase else { return None };
    *clock = AcceptanceClock::Runs { accept_by: it.accept_by, reminders: it.reminders.clone() };
    Some(())
}
