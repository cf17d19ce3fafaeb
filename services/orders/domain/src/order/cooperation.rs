//! The merchant's cooperation (D2.6, D2.7, W8, X4).
//!
//! A need that the merchant was told beforehand is due: the delivery clock stands still while the answer is owed, for
//! at most the total of all pauses. Without prior notice the request is recorded, but nothing pauses and nothing
//! follows from silence. Withheld (refused, or W8 passed), the provider may end the order; the pause goes on while
//! the merchant still owes the answer.
use super::bounds;
use super::command::{Basis, RequestCooperation};
use super::event::Event;
use super::evolve::Fit;
use super::grounds::decision;
use super::notice::Act;
use super::particulars::{
    CooperationDeclined, CooperationProvided, CooperationRequested, Found, Grounded, PauseEnded, Paused, Unpaused,
};
use super::refusal::Refusal;
use super::state::{Cooperation, Pause, Placed, Work};
use super::window::{Ctx, later, left, reminders, rules, window};
use kernel::{Due, FileId, Party, Time, TimeDelta};

type Decided = Result<Vec<Event>, Refusal>;

/// One due request at a time; what was asked without notice does not stand in the way.
pub(super) fn may_request(order: &Placed) -> Result<(), Refusal> {
    let is_pending = order.work()?.cooperation.as_ref().is_some_and(|asked| asked.is_due);
    if is_pending { Err(Refusal::CooperationPending) } else { Ok(()) }
}

/// Asks, and stops the delivery clock where it may (X4).
pub(super) fn request(order: &Placed, command: &RequestCooperation, ctx: &Ctx<'_>) -> Decided {
    let work = order.work()?;
    bounds::text("what", &command.what, 2_000)?;
    let is_due = was_told(order, command.basis, ctx)?;
    let answer_by = is_due.then(|| window(ctx, |rules| rules.cooperation));
    let before = [ctx.procedure.cooperation_reminder];
    Ok(vec![Event::CooperationRequested(CooperationRequested {
        id: command.id,
        what: command.what.clone(),
        basis: command.basis,
        act: Act::now(ctx),
        answer_by,
        reminder_at: answer_by.and_then(|until| reminders(ctx, until, &before).first().copied()),
        pause: if is_due { pause(work, ctx) } else { None },
        rules: if is_due { rules(["D2.6", "D2.7", "W8", "X4"]) } else { rules(["D2.6", "X4"]) },
    })])
}

/// D2.6: whether the merchant was told of the need beforehand; a basis that does not bear it out is refused.
fn was_told(order: &Placed, basis: Option<Basis>, ctx: &Ctx<'_>) -> Result<bool, Refusal> {
    let is_told = match basis {
        None => return Ok(false),
        Some(Basis::Listing(item)) => order.terms.cooperation.get(item as usize).is_some(),
        Some(Basis::Agreement(item)) => order.agreement.as_ref().is_some_and(|agreement| item < agreement.cooperation),
        Some(Basis::Message(id)) => {
            ctx.facts.notice.is_some_and(|notice| notice.message == id && notice.by == Party::Provider)
        }
    };
    if is_told { Ok(true) } else { Err(Refusal::NoNotice) }
}

/// The delivery clock stops if it runs and pauses are not used up.
fn pause(work: &Work, ctx: &Ctx<'_>) -> Option<Paused> {
    let owed = &work.owed;
    let Due::At(deliver_by) = owed.by else { return None };
    let runs = owed.overdue.is_none() && owed.refused_at.is_none();
    let budget = left(window(ctx, |rules| rules.cooperation_pauses), ctx.now) - work.paused;
    let may_pause = runs && budget > TimeDelta::zero();
    may_pause.then(|| Paused { resume_by: later(ctx.now, budget), remaining: left(deliver_by, ctx.now) })
}

/// There is something to answer.
pub(super) fn may_answer(order: &Placed) -> Result<(), Refusal> {
    order.work()?.cooperation.as_ref().map(|_| ()).ok_or(Refusal::NoCooperation)
}

/// Given, in time or late: the clock goes on, and what was withheld no longer counts.
pub(super) fn provide(order: &Placed, note: &str, files: &[FileId], ctx: &Ctx<'_>) -> Decided {
    let work = order.work()?;
    let asked = work.cooperation.as_ref().ok_or(Refusal::NoCooperation)?;
    bounds::text("note", note, 2_000)?;
    Ok(vec![Event::CooperationProvided(CooperationProvided {
        id: asked.id,
        note: note.into(),
        files: bounds::files(ctx, "files", files)?,
        clock: unpaused(work, asked, ctx.now),
    })])
}

/// Refused. Without prior notice the merchant is free to (D2.6); else the provider may end (D2.7), and whether the
/// reason is good is for a dispute. The clock goes on, for nothing is owed to wait for any more.
pub(super) fn decline(order: &Placed, reason: &str, ctx: &Ctx<'_>) -> Decided {
    let work = order.work()?;
    let asked = work.cooperation.as_ref().ok_or(Refusal::NoCooperation)?;
    bounds::text("reason", reason, 1_000)?;
    Ok(vec![Event::CooperationDeclined(CooperationDeclined {
        id: asked.id,
        reason: reason.into(),
        at: ctx.now,
        was_due: asked.is_due,
        clock: unpaused(work, asked, ctx.now),
        rules: if asked.is_due { rules(["D2.7", "W8"]) } else { rules(["D2.6"]) },
    })])
}

fn unpaused(work: &Work, asked: &Cooperation, now: Time) -> Option<Unpaused> {
    let pause = asked.pause.as_ref()?;
    let Due::Paused { remaining } = work.owed.by else { return None };
    Some(Unpaused { deliver_by: later(now, remaining), paused: work.paused + left(now, pause.since) })
}

/// The reminder of W8.
pub(super) fn reminder_lapsed() -> Vec<Event> {
    vec![Event::CooperationReminded(Grounded { rules: rules(["W8"]) })]
}

/// W8: withheld by silence; the provider may end (D2.7).
pub(super) fn answer_lapsed(order: &Placed, asked: &Cooperation, ctx: &Ctx<'_>) -> Vec<Event> {
    let until = asked.answer_by.map(|at| format!(" until {}", at.format("%Y-%m-%dT%H:%M:%SZ"))).unwrap_or_default();
    let facts = vec![format!("cooperation {} was due{until} and not given", asked.id)];
    let reasons = "Cooperation that the merchant was told of was not given in time: the provider may end the order.";
    let decision = decision(order, rules(["D2.7", "W8"]), facts, vec![], reasons, ctx);
    vec![Event::CooperationWithheld(Found { at: ctx.now, decision })]
}

/// W8: all pauses are used up.
pub(super) fn pause_lapsed(work: &Work, ctx: &Ctx<'_>) -> Vec<Event> {
    let clock = work.cooperation.as_ref().and_then(|asked| unpaused(work, asked, ctx.now));
    let ended = clock.map(|clock| Event::PauseEnded(PauseEnded { clock, rules: rules(["X4", "W8"]) }));
    ended.into_iter().collect()
}

pub(super) fn requested(order: &mut Placed, it: &CooperationRequested) -> Fit {
    let work = order.work_mut()?;
    if let Some(paused) = &it.pause {
        work.owed.by = Due::Paused { remaining: paused.remaining };
    }
    work.cooperation = Some(Cooperation {
        id: it.id,
        is_due: it.answer_by.is_some(),
        act: it.act,
        answer_by: it.answer_by,
        reminder_at: it.reminder_at,
        pause: it.pause.as_ref().map(|paused| Pause { since: it.act.at, resume_by: paused.resume_by }),
    });
    Some(())
}

pub(super) fn reminded(order: &mut Placed) -> Fit {
    order.work_mut()?.cooperation.as_mut()?.reminder_at.take().map(|_| ())
}

pub(super) fn provided(order: &mut Placed, it: &CooperationProvided) -> Fit {
    let work = order.work_mut()?;
    go_on(work, it.clock.as_ref());
    work.cooperation = None;
    work.withheld_since = None;
    Some(())
}

pub(super) fn declined(order: &mut Placed, it: &CooperationDeclined) -> Fit {
    let work = order.work_mut()?;
    go_on(work, it.clock.as_ref());
    work.cooperation = None;
    if it.was_due {
        work.withheld_since = Some(work.withheld_since.unwrap_or(it.at));
    }
    Some(())
}

pub(super) fn withheld(order: &mut Placed, it: &Found) -> Fit {
    let work = order.work_mut()?;
    let asked = work.cooperation.as_mut()?;
    asked.answer_by = None;
    asked.reminder_at = None;
    work.withheld_since = Some(it.at);
    Some(())
}

pub(super) fn pause_ended(order: &mut Placed, it: &PauseEnded) -> Fit {
    let work = order.work_mut()?;
    go_on(work, Some(&it.clock));
    work.cooperation.as_mut()?.pause = None;
    Some(())
}

fn go_on(work: &mut Work, clock: Option<&Unpaused>) {
    if let Some(clock) = clock {
        work.owed.by = Due::At(clock.deliver_by);
        work.paused = clock.paused;
    }
}
