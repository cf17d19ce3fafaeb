//! The order after an event: one line per event, the change itself beside the decision in its topic's module.
use super::event::Event;
use super::particulars::Chase;
use super::state::{
    Acceptance, AcceptanceClock, DownloadStanding, Ending, Order, Overdue, Owed, Period, Phase, Placed, Problem,
    Proposal, Round, Work,
};
use super::window::{shift, shift_due};
use super::{Orders, change, cooperation, delivery, ending, modification, notice, overdue, period, placing, refund};
use kernel::machine::IntoName;
use kernel::{Machine, TimeDelta, Unfit};
use uuid::Uuid;

/// Whether an event fits the state; `None` is a fault of the code.
pub(super) type Fit = Option<()>;

/// The state after `event`.
pub(super) fn evolve(state: Order, event: &Event) -> Result<Order, Unfit> {
    let unfit = Unfit { event: event.name(), status: Orders::status(&state) };
    match state {
        Order::Absent => {
            if let Event::Placed(placement) = event {
                Ok(placing::placed(placement))
            } else {
                Err(unfit)
            }
        }
        Order::Placed(mut order) => match apply(&mut order, event) {
            Some(()) => Ok(Order::Placed(order)),
            None => Err(unfit),
        },
    }
}

fn apply(order: &mut Placed, event: &Event) -> Fit {
    match event {
        Event::Placed(_) => None,
        Event::Funded(it) => placing::funded_by(order, it),
        Event::AgreementUploaded(it) => placing::uploaded(order, it),
        Event::AgreementConfirmed(it) => placing::confirmed(order, it.at),
        Event::AgreementOverdue(_) => placing::overdue(order),
        Event::Started(it) => placing::started(order, it),
        Event::Cancelled(it) => placing::cancelled(order, it),
        Event::PaymentExpired(it) => order.end(Ending::PaymentExpired, it.at, &it.rules),
        Event::Delivered(it) => delivery::delivered(order, it),
        Event::Redelivered(it) => delivery::redelivered(order, it),
        Event::NoticeServed(it) => notice::served(order, it),
        Event::AcceptanceReminded(_) => delivery::reminded(order),
        Event::Accepted(it) => delivery::accepted(order, it),
        Event::Completed(it) => delivery::completed(order, it),
        Event::ModificationRequested(it) => modification::requested(order, it),
        Event::ModificationRefused(it) => modification::refused(order, it),
        Event::ProviderResponsible(_) => modification::responsible(order),
        Event::LateClaimLapsed(_) => modification::late_claim_gone(order),
        Event::Overdue(it) => overdue::late(order, it),
        Event::OverdueReminded(it) => overdue::reminded(order, it),
        Event::ReminderAnswered(it) => {
            overdue::answered(order, &Chase { reminders: it.reminders.clone(), finding_at: it.finding_at })
        }
        Event::UnwillingnessRecommended(it) => overdue::unwilling(order, it),
        Event::PerformanceRefused(it) => overdue::performance_refused(order, it),
        Event::CooperationRequested(it) => cooperation::requested(order, it),
        Event::CooperationReminded(_) => cooperation::reminded(order),
        Event::CooperationProvided(it) => cooperation::provided(order, it),
        Event::CooperationDeclined(it) => cooperation::declined(order, it),
        Event::CooperationWithheld(it) => cooperation::withheld(order, it),
        Event::PauseEnded(it) => cooperation::pause_ended(order, it),
        Event::ChangeProposed(it) => change::proposed(order, it),
        Event::ChangeAccepted(it) => change::accepted(order, it),
        Event::ChangeRefused(_) => change::refused(order),
        Event::Stopped(it) => period::stopped(order, it),
        Event::EndedEarly(it) => period::ended_early(order, it),
        Event::PeriodEnded(_) => period::over(order),
        Event::DowntimeReported(it) => period::reported(order, it),
        Event::DowntimeRecorded(it) => period::recorded(order, it),
        Event::DowntimeDenied(it) => period::denied(order, it),
        Event::DowntimeUnanswered(it) => period::unanswered(order, it),
        Event::Disputed(it) => refund::disputed(order, it),
        Event::Resumed(it) => refund::resumed(order, it),
        Event::Settled(it) => ending::settled(order, it),
        Event::Corrected(it) => ending::corrected(order, it),
        Event::ExtendedUseEnded(_) => ending::use_ended(order),
        Event::DataProvided(it) => ending::provided(order, it),
        Event::DataDownloaded(it) => ending::stands(order, DownloadStanding::Downloaded { at: it.at }),
        Event::DownloadLapsed(_) => ending::stands(order, DownloadStanding::Lapsed),
        Event::DataWithheld(_) => ending::stands(order, DownloadStanding::Withheld),
    }
}

impl Placed {
    /// Moves on to another phase; a proposal made in the old one falls.
    pub(super) fn enter(&mut self, phase: Phase) -> Fit {
        self.proposal = None::<Proposal>;
        self.phase = phase;
        Some(())
    }

    pub(super) fn work_mut(&mut self) -> Option<&mut Work> {
        if let Phase::InProgress(work) = &mut self.phase { Some(work) } else { None }
    }

    pub(super) fn round_mut(&mut self) -> Option<&mut Round> {
        if let Phase::Modification(round) = &mut self.phase { Some(round) } else { None }
    }

    pub(super) fn acceptance_mut(&mut self) -> Option<&mut Acceptance> {
        if let Phase::Delivered(acceptance) = &mut self.phase { Some(acceptance) } else { None }
    }

    pub(super) fn period_mut(&mut self) -> Option<&mut Period> {
        if let Phase::Accepted(period) = &mut self.phase { Some(period) } else { None }
    }

    pub(super) fn owed_mut(&mut self) -> Option<&mut Owed> {
        match &mut self.phase {
            Phase::InProgress(work) => Some(&mut work.owed),
            Phase::Modification(round) => Some(&mut round.owed),
            Phase::PendingPayment { .. }
            | Phase::Funded { .. }
            | Phase::Stopped { .. }
            | Phase::Delivered(_)
            | Phase::Contest { .. }
            | Phase::Accepted(_)
            | Phase::Disputed(_)
            | Phase::Ended(_) => None,
        }
    }

    pub(super) fn problem_mut(&mut self, id: Uuid) -> Option<&mut Problem> {
        self.problems.iter_mut().find(|problem| problem.id == id)
    }
}

impl Phase {
    /// Moves every instant that is still to come by what the order stood still; clocks that stand still keep what is
    /// left, and what has happened keeps its date.
    pub(super) fn shift(&mut self, by: TimeDelta) {
        match self {
            Self::PendingPayment { pay_by: at } | Self::Stopped { claim_until: at } => shift([at], by),
            Self::Contest { contest_by, act } => shift([contest_by].into_iter().chain(&mut act.notice_by), by),
            Self::Funded { agree_by, .. } => shift(agree_by, by),
            Self::InProgress(work) => {
                work.owed.shift(by);
                if let Some(asked) = &mut work.cooperation {
                    shift(&mut asked.act.notice_by, by);
                    shift(&mut asked.answer_by, by);
                    shift(&mut asked.reminder_at, by);
                    // `since` moves too: the time of the dispute is no pause for cooperation.
                    let pause = asked.pause.iter_mut();
                    shift(pause.flat_map(|pause| [&mut pause.since, &mut pause.resume_by]), by);
                }
            }
            Self::Delivered(acceptance) => {
                match &mut acceptance.clock {
                    AcceptanceClock::Waits { notice_by } => shift([notice_by], by),
                    AcceptanceClock::Runs { accept_by, reminders } => {
                        shift([accept_by], by);
                        shift(reminders, by);
                    }
                }
                shift(&mut acceptance.late_claim, by);
            }
            Self::Modification(round) => {
                shift(&mut round.act.notice_by, by);
                round.owed.shift(by);
                shift(&mut round.late_claim, by);
            }
            Self::Accepted(period) => {
                shift([&mut period.closes_at], by);
                shift(period.reports.iter_mut().map(|report| &mut report.answer_by), by);
                if !period.is_over && period.ended_early_at.is_none() {
                    shift([&mut period.ends_at], by);
                }
            }
            Self::Disputed(_) | Self::Ended(_) => {}
        }
    }
}

impl Owed {
    fn shift(&mut self, by: TimeDelta) {
        match &mut self.overdue {
            None => shift_due(&mut self.by, by),
            Some(Overdue { reminders, finding_at, .. }) => {
                shift(reminders, by);
                shift(finding_at, by);
            }
        }
    }
}
