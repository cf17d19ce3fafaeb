//! The service period after acceptance, downtime that extends it, and the provider's ending of a service
//! (W21, X9, D2.7, D3.1.2, D3.1.3, D3.2.3, D3.3.2, D3.4.2, D3.5.2).
//!
//! A provider that ends before delivery cancels the order: all goes back. If the merchant withheld due cooperation,
//! the provider ends on D2.7 instead: work stops for good, and the merchant may apply for what D2.8–2.10 leave it
//! within W21's window; if it does not, it bears the consequences and the order completes. In a service period,
//! ending early leaves the unused time to be claimed within the same window.
use super::bounds;
use super::command::Downtime;
use super::delivery::claims_close;
use super::event::Event;
use super::evolve::Fit;
use super::particulars::{
    Cancelled, Completed, Completion, DowntimeDenied, DowntimeRecorded, DowntimeReported, DowntimeUnanswered,
    EndedEarly, Grounded, Stopped,
};
use super::refusal::Refusal;
use super::state::{Interval, Period, Phase, Placed, Report};
use super::window::{Ctx, later, left, rules, window};
use kernel::{Category, Party, RuleId, Time};
use uuid::Uuid;

type Decided = Result<Vec<Event>, Refusal>;

/// The provider may end work in progress and a running period. What has been delivered waits for the merchant.
pub(super) fn may_terminate(order: &Placed) -> Result<(), Refusal> {
    match &order.phase {
        Phase::InProgress(_) => Ok(()),
        Phase::Accepted(period) => is_running(period),
        Phase::PendingPayment { .. }
        | Phase::Funded { .. }
        | Phase::Stopped { .. }
        | Phase::Delivered(_)
        | Phase::Modification(_)
        | Phase::Contest { .. }
        | Phase::Disputed(_)
        | Phase::Ended(_) => Err(order.wrong_phase()),
    }
}

/// Ends it, on the grounds that hold.
pub(super) fn terminate(order: &Placed, reason: &str, ctx: &Ctx<'_>) -> Decided {
    bounds::text("reason", reason, 1_000)?;
    let reason = reason.to_owned();
    let own_breach = |also| vec![ended_by_provider(order.terms.category), RuleId::of(also)];
    if let Ok(period) = order.period() {
        let ended = EndedEarly {
            reason,
            at: ctx.now,
            closes_at: claims_close(ctx.now, ctx),
            unused: left(period.ends_at, ctx.now),
            rules: own_breach("W21"),
        };
        return Ok(vec![Event::EndedEarly(ended)]);
    }
    if order.work()?.withheld_since.is_some() {
        let claim_until = window(ctx, |rules| rules.period_claims);
        return Ok(vec![Event::Stopped(Stopped { reason, claim_until, rules: rules(["D2.7", "W8"]) })]);
    }
    let (by, reason, rules) = (Party::Provider, Some(reason), own_breach("M5.61"));
    Ok(vec![Event::Cancelled(Cancelled { by, reason, at: ctx.now, rules })])
}

/// The article on a provider that ends the service without the merchant's agreement.
pub(super) fn ended_by_provider(category: Category) -> RuleId {
    RuleId::of(match category {
        Category::Software => "D3.1.2",
        Category::Operation => "D3.2.3",
        Category::Training => "D3.3.2",
        Category::Design => "D3.4.2",
        Category::Video => "D3.5.2",
    })
}

/// D2.7: the merchant did not apply.
pub(super) fn stop_lapsed(ctx: &Ctx<'_>) -> Vec<Event> {
    let how = Completion::WithheldCooperation;
    vec![Event::Completed(Completed { how, at: ctx.now, rules: rules(["D2.7", "W21"]) })]
}

/// The period is over in due course; claims about it stay open (W21).
pub(super) fn period_lapsed() -> Vec<Event> {
    vec![Event::PeriodEnded(Grounded { rules: rules(["W21"]) })]
}

/// W21: claims are closed, the order completes.
pub(super) fn claims_lapsed(ctx: &Ctx<'_>) -> Vec<Event> {
    let how = Completion::PeriodOver;
    vec![Event::Completed(Completed { how, at: ctx.now, rules: rules(["W21", "X9"]) })]
}

/// Software, in its period, and room for one more entry (D3.1.3).
pub(super) fn may_record(order: &Placed) -> Result<(), Refusal> {
    let period = order.period()?;
    if order.terms.category != Category::Software {
        return Err(Refusal::NotSoftware);
    }
    if let Some(since) = period.ended_early_at {
        return Err(Refusal::PeriodEndedEarly { since });
    }
    let max = bounds::DOWNTIMES;
    if period.downtimes.len() < max { Ok(()) } else { Err(Refusal::TooMuchDowntime { max }) }
}

/// As [`may_record`], with room for one more report.
pub(super) fn may_report(order: &Placed) -> Result<(), Refusal> {
    may_record(order)?;
    let max = bounds::REPORTS;
    if order.period()?.reports.len() < max { Ok(()) } else { Err(Refusal::TooMuchDowntime { max }) }
}

/// There is a report to deny.
pub(super) fn may_deny(order: &Placed) -> Result<(), Refusal> {
    if order.period()?.reports.is_empty() { Err(Refusal::NothingReported) } else { Ok(()) }
}

/// There is a report to confirm.
pub(super) fn may_confirm(order: &Placed) -> Result<(), Refusal> {
    may_record(order)?;
    if order.period()?.reports.is_empty() { Err(Refusal::NothingReported) } else { Ok(()) }
}

/// The provider's own record counts at once.
pub(super) fn record(order: &Placed, command: &Downtime, ctx: &Ctx<'_>) -> Decided {
    let period = check(order, command, ctx)?;
    Ok(vec![recorded_event(period, command.id, command.interval, Some(command.cause.clone()), ctx)])
}

/// The merchant's report waits for the provider; unanswered, the provider counts as unreachable.
pub(super) fn report(order: &Placed, command: &Downtime, ctx: &Ctx<'_>) -> Decided {
    check(order, command, ctx)?;
    Ok(vec![Event::DowntimeReported(DowntimeReported {
        id: command.id,
        interval: command.interval,
        cause: command.cause.clone(),
        answer_by: window(ctx, |rules| rules.downtime_answer),
    })])
}

/// The provider confirms a report; what was recorded meanwhile must not be counted twice.
pub(super) fn confirm(order: &Placed, id: Uuid, ctx: &Ctx<'_>) -> Decided {
    let period = order.period()?;
    let report = reported_as(period, id)?;
    is_countable(period, report.interval, ctx.now)?;
    Ok(vec![recorded_event(period, id, report.interval, None, ctx)])
}

/// The provider denies a report: it has answered, and nothing is extended. Who is right is for a dispute.
pub(super) fn deny(order: &Placed, id: Uuid, reason: &str) -> Decided {
    bounds::text("reason", reason, 1_000)?;
    let report = reported_as(order.period()?, id)?;
    let (id, reason, rules) = (report.id, reason.to_owned(), rules(["D3.1.3"]));
    Ok(vec![Event::DowntimeDenied(DowntimeDenied { id, reason, rules })])
}

fn reported_as(period: &Period, id: Uuid) -> Result<&Report, Refusal> {
    period.reports.iter().find(|report| report.id == id).ok_or(Refusal::NoReport)
}

fn check<'a>(order: &'a Placed, command: &Downtime, ctx: &Ctx<'_>) -> Result<&'a Period, Refusal> {
    let period = order.period()?;
    bounds::text("cause", &command.cause, 500)?;
    let is_new = period.reports.iter().all(|report| report.id != command.id);
    if !is_new {
        return Err(Refusal::DowntimeInterval);
    }
    is_countable(period, command.interval, ctx.now)?;
    Ok(period)
}

/// In the period, in the past, and apart from what is recorded.
fn is_countable(period: &Period, interval: Interval, now: Time) -> Result<(), Refusal> {
    let Interval { from, to } = interval;
    let inside = period.started_at <= from && from < to && to <= now.min(period.ends_at);
    let apart = period.downtimes.iter().all(|other| to <= other.from || other.to <= from);
    if inside && apart { Ok(()) } else { Err(Refusal::DowntimeInterval) }
}

fn recorded_event(period: &Period, id: Uuid, interval: Interval, cause: Option<String>, ctx: &Ctx<'_>) -> Event {
    let lost = interval.to - interval.from;
    Event::DowntimeRecorded(DowntimeRecorded {
        id,
        interval,
        cause,
        at: ctx.now,
        ends_at: later(period.ends_at, lost),
        closes_at: later(period.closes_at, lost),
        rules: rules(["D3.1.3"]),
    })
}

/// D3.1.3: no answer.
pub(super) fn report_lapsed(id: Uuid, due: Option<Time>) -> Vec<Event> {
    vec![Event::DowntimeUnanswered(DowntimeUnanswered { id, due, rules: rules(["D3.1.3"]) })]
}

fn is_running(period: &Period) -> Result<(), Refusal> {
    match period.ended_early_at {
        Some(since) => Err(Refusal::PeriodEndedEarly { since }),
        None if period.is_over => Err(Refusal::PeriodOver { since: period.ends_at }),
        None => Ok(()),
    }
}

pub(super) fn stopped(order: &mut Placed, it: &Stopped) -> Fit {
    order.work_mut()?;
    order.enter(Phase::Stopped { claim_until: it.claim_until })
}

pub(super) fn ended_early(order: &mut Placed, it: &EndedEarly) -> Fit {
    let period = order.period_mut()?;
    period.ended_early_at = Some(it.at);
    period.closes_at = it.closes_at;
    period.reports.clear();
    Some(())
}

pub(super) fn over(order: &mut Placed) -> Fit {
    order.period_mut()?.is_over = true;
    Some(())
}

pub(super) fn reported(order: &mut Placed, it: &DowntimeReported) -> Fit {
    let report = Report { id: it.id, interval: it.interval, answer_by: it.answer_by };
    order.period_mut()?.reports.push(report);
    Some(())
}

pub(super) fn recorded(order: &mut Placed, it: &DowntimeRecorded) -> Fit {
    let period = order.period_mut()?;
    period.reports.retain(|report| report.id != it.id);
    period.downtimes.push(it.interval);
    period.ends_at = it.ends_at;
    period.closes_at = it.closes_at;
    period.is_over = it.ends_at <= it.at;
    Some(())
}

pub(super) fn denied(order: &mut Placed, it: &DowntimeDenied) -> Fit {
    order.period_mut()?.reports.retain(|report| report.id != it.id);
    Some(())
}

pub(super) fn unanswered(order: &mut Placed, it: &DowntimeUnanswered) -> Fit {
    let period = order.period_mut()?;
    period.reports.retain(|report| report.id != it.id);
    period.unreachable = true;
    Some(())
}
