//! Notices, and the clocks that count from when they were served (D1.1.3, W5–W9).
//!
//! Silence may accept only what the merchant was told of: W5 starts when the notice of the delivery was served. The
//! windows in which a party answers the other's act (W6–W9) are counted from the act and shown at once; served later,
//! its notice has them counted anew, so that they run in full from then and never end earlier than before.
//! Notifications says when a notice was served; if nothing is heard of it, it counts as served after a while, and the
//! timeline says so: no order sleeps for ever. A notice that is served during a dispute leaves all of its window, which
//! stands still.
use super::command::ConfirmNotice;
use super::deadline::Timer;
use super::event::Event;
use super::evolve::Fit;
use super::state::{Acceptance, AcceptanceClock, Cooperation, Phase, Placed, Round};
use super::window::{Ctx, agreed_from, reminders_from, rules, window};
use kernel::{Due, Party, RuleId, ServedBy, Span, Time};
use rulebook::OrderRules;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};
use uuid::Uuid;

/// A window that a notice begins or prolongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, VariantArray, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Window {
    /// The merchant's, after a delivery (W5).
    Acceptance,
    /// The provider's, after a request for modification or repair (W6, W10).
    Modification,
    /// The merchant's, after a refusal as not objective (W7).
    RefusalContest,
    /// The merchant's, after a request for cooperation (W8).
    Cooperation,
    /// The other party's, after a proposed change of terms (W9).
    Change,
}

impl Window {
    /// What passes when nothing was heard of the notice.
    fn timers(self) -> &'static [Timer] {
        match self {
            Self::Acceptance => &[Timer::Notice],
            Self::Modification => &[Timer::Modification, Timer::Repair],
            Self::RefusalContest => &[Timer::RefusalContest],
            Self::Cooperation => &[Timer::Cooperation],
            Self::Change => &[Timer::Change],
        }
    }
}

/// The act that a window was first counted from, and its notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// When it was done.
    pub at: Time,
    /// D1.1.3: when its notice counts as served although nothing was heard of it; `None` once nothing waits for it.
    pub notice_by: Option<Time>,
}

impl Act {
    /// Done now.
    pub(super) fn now(ctx: &Ctx<'_>) -> Self {
        Self { at: ctx.now, notice_by: Some(window(ctx, |rules| rules.notice)) }
    }
}

/// The notice of an act was served.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeServed {
    /// The window that runs from it.
    pub window: Window,
    /// Of which delivery, or of a request to modify it (W5–W7).
    pub round: Option<u32>,
    /// Of which request for cooperation or proposal (W8, W9).
    pub about: Option<Uuid>,
    /// By what.
    pub by: ServedBy,
    /// When.
    pub served_at: Time,
    /// The end of the window.
    pub due: Time,
    /// Its reminders.
    pub reminders: Vec<Time>,
    /// The rules.
    pub rules: Vec<RuleId>,
}

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

impl Round {
    /// W6, W10: when the date is that which the notice may still move.
    fn due(&self) -> Option<Time> {
        let runs = self.owed.overdue.is_none() && self.owed.refused_at.is_none();
        if let Due::At(at) = self.owed.by { Some(at).filter(|_| runs) } else { None }
    }

    /// D1.1.3: when the notice of the request counts as served at the latest, while the date waits for it.
    pub fn notice_by(&self) -> Option<Time> {
        self.due().and(self.act.notice_by)
    }
}

impl Cooperation {
    /// D1.1.3: when the notice of the request counts as served at the latest, while the window waits for it.
    pub fn notice_by(&self) -> Option<Time> {
        self.answer_by.and(self.act.notice_by)
    }
}

/// A window whose notice is under way.
struct Waiting {
    window: Window,
    /// Who is to be told.
    to: Party,
    act_at: Time,
    notice_by: Time,
    /// As counted from the act; `None`: it has not begun (W5).
    due: Option<Time>,
    about: Option<Uuid>,
    /// As agreed, or else by the rules.
    days: Option<u32>,
    span: fn(&OrderRules) -> Span,
    rule: &'static str,
}

fn waiting(order: &Placed, window: Window) -> Option<Waiting> {
    let phase = if let Phase::Disputed(dispute) = &order.phase { &dispute.held } else { &order.phase };
    let waits = |act: &Act, due, span, rule| {
        let (to, act_at, notice_by) = (Party::Merchant, act.at, act.notice_by?);
        Some(Waiting { window, to, act_at, notice_by, due: Some(due), about: None, days: None, span, rule })
    };
    match window {
        Window::Acceptance => {
            let Phase::Delivered(acceptance) = phase else { return None };
            let delivery = Act { at: order.delivery.as_ref()?.at, notice_by: acceptance.notice_by() };
            let waiting = waits(&delivery, delivery.at, |rules| rules.acceptance, "W5")?;
            Some(Waiting { due: None, ..waiting })
        }
        Window::Modification => {
            let Phase::Modification(round) = phase else { return None };
            let (span, rule): (fn(&OrderRules) -> Span, _) =
                if round.is_repair { (|rules| rules.repair, "W10") } else { (|rules| rules.modification, "W6") };
            let waiting = waits(&round.act, round.due()?, span, rule)?;
            Some(Waiting { to: Party::Provider, days: round.days, ..waiting })
        }
        Window::RefusalContest => {
            let Phase::Contest { contest_by, act } = phase else { return None };
            waits(act, *contest_by, |rules| rules.refusal_contest, "W7")
        }
        Window::Cooperation => {
            let Phase::InProgress(work) = phase else { return None };
            let asked = work.cooperation.as_ref()?;
            let waiting = waits(&asked.act, asked.answer_by?, |rules| rules.cooperation, "W8")?;
            Some(Waiting { about: Some(asked.id), ..waiting })
        }
        Window::Change => {
            let proposal = order.proposal.as_ref()?;
            let waiting = waits(&proposal.act, proposal.answer_by, |rules| rules.change, "W9")?;
            Some(Waiting { to: proposal.other(), about: Some(proposal.id), ..waiting })
        }
    }
}

/// The notice was served. That of another act, to another party, or of a window that waits for none is "already so".
pub(super) fn confirm(order: &Placed, told: &ConfirmNotice, ctx: &Ctx<'_>) -> Vec<Event> {
    let is_it = |waiting: &Waiting| (waiting.act_at, waiting.to) == (told.act_at, told.to);
    let waiting = waiting(order, told.window).filter(is_it);
    waiting.map(|waiting| served_event(order, &waiting, told.served_at, told.by, ctx)).into_iter().collect()
}

/// Nothing was heard of the notice that the deadline waited for: it counts as served, and the window is counted anew.
pub(super) fn unheard(order: &Placed, missed: Timer, ctx: &Ctx<'_>) -> Option<Event> {
    let window = Window::VARIANTS.iter().find(|window| window.timers().contains(&missed))?;
    let waiting = waiting(order, *window)?;
    let served_at = if waiting.due.is_some() { waiting.notice_by } else { ctx.now };
    Some(served_event(order, &waiting, served_at, ServedBy::Unheard, ctx))
}

/// W5 begins when the order hears of the notice, so that none is half gone before its party can know; the others are
/// counted anew from when it was served.
fn served_event(order: &Placed, waiting: &Waiting, served_at: Time, by: ServedBy, ctx: &Ctx<'_>) -> Event {
    // Instants in an order that stands still are those of the application.
    let applied_at = order.application().map(|application| application.applied_at);
    let now = applied_at.unwrap_or(ctx.now);
    let from = if waiting.due.is_some() { applied_at.map_or(served_at, |at| served_at.min(at)) } else { now };
    let counted = agreed_from(from, ctx, waiting.days, waiting.span);
    let due = waiting.due.map_or(counted, |due| due.max(counted));
    let before: &[Span] = match waiting.window {
        Window::Acceptance => &ctx.procedure.acceptance_reminders,
        Window::Cooperation => std::slice::from_ref(&ctx.procedure.cooperation_reminder),
        Window::Modification | Window::RefusalContest | Window::Change => &[],
    };
    Event::NoticeServed(NoticeServed {
        window: waiting.window,
        round: order.delivery.as_ref().filter(|_| waiting.about.is_none()).map(|last| last.round),
        about: waiting.about,
        by,
        served_at,
        due,
        reminders: reminders_from(now, ctx, due, before),
        rules: rules(["D1.1.3", waiting.rule]),
    })
}

pub(super) fn served(order: &mut Placed, it: &NoticeServed) -> Fit {
    let phase = if let Phase::Disputed(dispute) = &mut order.phase { &mut dispute.held } else { &mut order.phase };
    let act = match it.window {
        Window::Acceptance => {
            let Phase::Delivered(Acceptance { clock, .. }) = phase else { return None };
            *clock = AcceptanceClock::Runs { accept_by: it.due, reminders: it.reminders.clone() };
            return Some(());
        }
        Window::Modification => {
            let Phase::Modification(round) = phase else { return None };
            round.owed.by = Due::At(it.due);
            &mut round.act
        }
        Window::RefusalContest => {
            let Phase::Contest { contest_by, act } = phase else { return None };
            *contest_by = it.due;
            act
        }
        Window::Cooperation => {
            let Phase::InProgress(work) = phase else { return None };
            let asked = work.cooperation.as_mut()?;
            asked.answer_by = Some(it.due);
            asked.reminder_at = it.reminders.first().copied();
            &mut asked.act
        }
        Window::Change => {
            let proposal = order.proposal.as_mut()?;
            proposal.answer_by = it.due;
            &mut proposal.act
        }
    };
    act.notice_by = None;
    Some(())
}
