//! Delivery, redelivery and acceptance (D1.2, W5, X3).
//!
//! Silence accepts; its window starts when the notice of the delivery was served (`notice`).
use super::bounds;
use super::event::Event;
use super::evolve::Fit;
use super::particulars::{AcceptanceReminded, Accepted, Completed, Completion, Delivery, Manifest, Redelivered};
use super::refusal::Refusal;
use super::state::{Acceptance, AcceptanceClock, Ending, LastDelivery, Owed, Period, Phase, Placed, Round, Standing};
use super::window::{Ctx, rules, window};
use kernel::{Due, FileId, FileRef, RuleId, Span, Time};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use uuid::Uuid;

type Decided = Result<Vec<Event>, Refusal>;

/// The first delivery, in time or late.
pub(super) fn deliver(order: &Placed, files: &[FileId], note: Option<&str>, ctx: &Ctx<'_>) -> Decided {
    let owed = &order.work()?.owed;
    Ok(vec![Event::Delivered(handed_over(order, owed, files, note, ctx)?)])
}

/// Answers everything of the round that was not refused; late rounds too (X3).
pub(super) fn redeliver(
    order: &Placed,
    files: &[FileId],
    problems: &[Uuid],
    note: Option<&str>,
    ctx: &Ctx<'_>,
) -> Decided {
    let round = order.round()?;
    bounds::count("problems", problems, 0, bounds::ITEMS, |id| *id)?;
    for id in problems {
        asked(order, *id)?;
    }
    let delivery = handed_over(order, &round.owed, files, note, ctx)?;
    Ok(vec![Event::Redelivered(Redelivered { delivery, problems: problems.to_vec() })])
}

/// The problem is asked for in the round that runs, and not answered.
pub(super) fn asked(order: &Placed, id: Uuid) -> Result<(), Refusal> {
    let stands = order.problem(id).is_some_and(|problem| problem.standing == Standing::Asked);
    if stands { Ok(()) } else { Err(Refusal::NotAsked { problem: id }) }
}

fn handed_over(
    order: &Placed,
    owed: &Owed,
    files: &[FileId],
    note: Option<&str>,
    ctx: &Ctx<'_>,
) -> Result<Delivery, Refusal> {
    bounds::optional("note", note, 2_000)?;
    if files.is_empty() {
        return Err(Refusal::NothingDelivered);
    }
    Ok(Delivery {
        round: order.delivery.as_ref().map_or(1, |last| last.round + 1),
        manifest: manifest(bounds::files(ctx, "files", files)?),
        note: note.map(str::to_owned),
        at: ctx.now,
        notice_by: window(ctx, |rules| rules.notice),
        deliver_by: date(owed),
        is_late: owed.overdue.is_some(),
    })
}

/// The date that a delivery keeps or misses; after an express refusal it means nothing any more.
fn date(owed: &Owed) -> Option<Time> {
    match owed.by {
        Due::At(at) => Some(at).filter(|_| owed.refused_at.is_none() || owed.overdue.is_some()),
        Due::Paused { .. } => None,
    }
}

/// Each file's hash, size and name on a line; the names' own line breaks cannot forge one, as sizes and hashes lead.
fn manifest(files: Vec<FileRef>) -> Manifest {
    let mut text = String::new();
    for file in &files {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{} {} {} {}", file.sha256, file.size, file.name.len(), file.name);
    }
    Manifest { files, sha256: hex::encode(Sha256::digest(text.as_bytes())) }
}

/// The merchant may accept a delivery, and settle for it while a modification is owed or was refused.
pub(super) fn may_accept(order: &Placed) -> Result<(), Refusal> {
    match &order.phase {
        Phase::Delivered(_) | Phase::Modification(_) | Phase::Contest { .. } => Ok(()),
        Phase::PendingPayment { .. }
        | Phase::Funded { .. }
        | Phase::InProgress(_)
        | Phase::Stopped { .. }
        | Phase::Accepted(_)
        | Phase::Disputed(_)
        | Phase::Ended(_) => Err(order.wrong_phase()),
    }
}

/// The merchant accepts.
pub(super) fn accept(order: &Placed, ctx: &Ctx<'_>) -> Decided {
    Ok(vec![taken_over(order, Completion::Accepted, rules(["D1.3.2", "X9"]), ctx)])
}

/// W5: silence accepts.
pub(super) fn acceptance_lapsed(order: &Placed, ctx: &Ctx<'_>) -> Vec<Event> {
    vec![taken_over(order, Completion::AcceptedBySilence, rules(["W5", "D1.1.3"]), ctx)]
}

/// The reminder of W5.
pub(super) fn reminder_lapsed(acceptance: &Acceptance) -> Option<Vec<Event>> {
    let accept_by = acceptance.accept_by()?;
    Some(vec![Event::AcceptanceReminded(AcceptanceReminded { accept_by })])
}

/// What the end of the acceptance means: a one-off service is completed; a service by period begins its period,
/// in which later events may be claimed (X9), and completes when these claims close (W21).
pub(super) fn taken_over(order: &Placed, how: Completion, rules: Vec<RuleId>, ctx: &Ctx<'_>) -> Event {
    let Some(months) = order.months() else {
        return Event::Completed(Completed { how, at: ctx.now, rules });
    };
    let ends_at = ctx.calendar.after(ctx.now, Span::Months(months));
    let closes_at = claims_close(ends_at, ctx);
    Event::Accepted(Accepted { how, at: ctx.now, ends_at, closes_at, rules })
}

/// W21: the longer of both editions' windows (X27), counted from `end`.
pub(super) fn claims_close(end: Time, ctx: &Ctx<'_>) -> Time {
    let close = |span| ctx.calendar.after(end, span);
    close(ctx.rules.period_claims).max(close(ctx.procedure.period_claims))
}

pub(super) fn delivered(order: &mut Placed, it: &Delivery) -> Fit {
    enter(order, it, None, false)
}

fn enter(order: &mut Placed, it: &Delivery, late_claim: Option<Time>, is_repair: bool) -> Fit {
    order.delivery = Some(LastDelivery { round: it.round, manifest: it.manifest.sha256.clone(), at: it.at });
    let clock = AcceptanceClock::Waits { notice_by: it.notice_by };
    order.enter(Phase::Delivered(Acceptance { clock, late_claim, is_repair }))
}

/// Everything asked for counts as answered: what is still there and named again has failed (D2.5d).
pub(super) fn redelivered(order: &mut Placed, it: &Redelivered) -> Fit {
    let Round { late_claim, is_repair, .. } = *order.round_mut()?;
    for problem in order.problems.iter_mut().filter(|problem| problem.standing == Standing::Asked) {
        problem.standing = Standing::Redelivered;
    }
    enter(order, &it.delivery, late_claim, is_repair)
}

pub(super) fn reminded(order: &mut Placed) -> Fit {
    let AcceptanceClock::Runs { reminders, .. } = &mut order.acceptance_mut()?.clock else { return None };
    *reminders = reminders.get(1..)?.to_vec();
    Some(())
}

pub(super) fn accepted(order: &mut Placed, it: &Accepted) -> Fit {
    order.enter(Phase::Accepted(Period {
        started_at: it.at,
        ends_at: it.ends_at,
        closes_at: it.closes_at,
        is_over: false,
        ended_early_at: None,
        downtimes: vec![],
        reports: vec![],
        unreachable: false,
    }))
}

pub(super) fn completed(order: &mut Placed, it: &Completed) -> Fit {
    order.end(Ending::Completed, it.at, &it.rules)
}
