//! The deadlines of an order: every clock that runs, whose it is, and what happens at its end.
use super::state::{AcceptanceClock, Left, Order, Owed, Phase, Placed};
use kernel::{Deadline, Due, Party, RuleId, Time};
use strum::{IntoStaticStr, VariantArray};

/// A kind of deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs, reason = "`on_expiry` says what each is")]
pub enum Timer {
    Payment,
    Agreement,
    Delivery,
    Modification,
    Repair,
    OverdueReminder,
    Unwillingness,
    LateModificationClaim,
    Notice,
    AcceptanceReminder,
    Acceptance,
    RefusalContest,
    CooperationReminder,
    Cooperation,
    CooperationPause,
    Change,
    WithheldCooperationClaim,
    DowntimeAnswer,
    ServicePeriod,
    PeriodClaims,
    ExtendedUse,
    DataDownload,
}

impl kernel::Timer for Timer {
    fn rule(self) -> RuleId {
        RuleId::of(match self {
            Self::Payment => "W1",
            Self::Agreement => "W2",
            Self::Delivery => "W3",
            Self::Modification => "W6",
            Self::Repair => "W10",
            Self::OverdueReminder | Self::Unwillingness => "W4",
            Self::LateModificationClaim => "D2.5c",
            Self::Notice => "D1.1.3",
            Self::AcceptanceReminder | Self::Acceptance => "W5",
            Self::RefusalContest => "W7",
            Self::CooperationReminder | Self::Cooperation => "W8",
            Self::CooperationPause => "X4",
            Self::Change => "W9",
            Self::WithheldCooperationClaim => "D2.7",
            Self::DowntimeAnswer | Self::ExtendedUse => "D3.1.3",
            Self::DataDownload => "W19",
            Self::ServicePeriod | Self::PeriodClaims => "W21",
        })
    }

    fn on_expiry(self) -> &'static str {
        match self {
            Self::Payment => "the order lapses",
            Self::Agreement => "either party may cancel with full refund",
            Self::Delivery => "the merchant may claim a refund at once",
            Self::Modification | Self::Repair => "the merchant may claim a refund for the delay",
            Self::OverdueReminder => "the provider is reminded",
            Self::Unwillingness => "the finding that the provider does not mean to perform is recommended",
            Self::LateModificationClaim => "the claim for the late modification lapses",
            Self::Notice => "the notice of the delivery counts as served: the acceptance window starts",
            Self::AcceptanceReminder => "the merchant is reminded",
            Self::Acceptance => "the delivery counts as accepted",
            Self::RefusalContest => "the order completes and pays out",
            Self::CooperationReminder => "the merchant is reminded",
            Self::Cooperation => "the provider may end the order",
            Self::CooperationPause => "the delivery clock goes on",
            Self::Change => "the change counts as refused",
            Self::WithheldCooperationClaim => "the order completes and pays out",
            Self::DowntimeAnswer => "the provider counts as unreachable",
            Self::ServicePeriod => "the service period ends; claims about it stay open for a while",
            Self::PeriodClaims => "claims close, the order completes and pays out",
            Self::ExtendedUse => "the extended use of the service ends",
            Self::DataDownload => {
                "the download closes; a provider that has not provided the data is suspected of M5.60"
            }
        }
    }

    fn is_reminder(self) -> bool {
        match self {
            Self::OverdueReminder | Self::AcceptanceReminder | Self::CooperationReminder => true,
            Self::Payment
            | Self::Agreement
            | Self::Delivery
            | Self::Modification
            | Self::Repair
            | Self::Unwillingness
            | Self::LateModificationClaim
            | Self::Notice
            | Self::Acceptance
            | Self::RefusalContest
            | Self::Cooperation
            | Self::CooperationPause
            | Self::Change
            | Self::WithheldCooperationClaim
            | Self::DowntimeAnswer
            | Self::ServicePeriod
            | Self::PeriodClaims
            | Self::ExtendedUse
            | Self::DataDownload => false,
        }
    }
}

/// Every deadline of the order; under a dispute each stands still with what was left at the application.
pub(super) fn deadlines(order: &Order) -> Vec<Deadline<Timer>> {
    let Order::Placed(order) = order else { return vec![] };
    if let Phase::Disputed(dispute) = &order.phase {
        let at = dispute.application.applied_at;
        return running(order, &dispute.held).into_iter().map(|deadline| frozen(deadline, at)).collect();
    }
    running(order, &order.phase)
}

fn frozen(mut deadline: Deadline<Timer>, at: Time) -> Deadline<Timer> {
    if let Due::At(due) = deadline.due {
        deadline.due = Due::Paused { remaining: due - at };
    }
    deadline
}

fn running(order: &Placed, phase: &Phase) -> Vec<Deadline<Timer>> {
    let mut list = of_phase(order, phase);
    if let Some(proposal) = &order.proposal {
        list.push(Deadline::at(Timer::Change, proposal.other(), proposal.answer_by).about(proposal.id));
    }
    list
}

fn of_phase(order: &Placed, phase: &Phase) -> Vec<Deadline<Timer>> {
    let merchants = |timer, at: Time| Deadline::at(timer, Party::Merchant, at);
    let mut list = vec![];
    match phase {
        Phase::PendingPayment { pay_by } => list.push(merchants(Timer::Payment, *pay_by)),
        Phase::Funded { agree_by, .. } => {
            let whose = if order.agreement.is_some() { Party::Merchant } else { Party::Provider };
            list.extend(agree_by.map(|at| Deadline::at(Timer::Agreement, whose, at)));
        }
        Phase::InProgress(work) => {
            list.extend(owed(&work.owed, Timer::Delivery));
            if let Some(asked) = &work.cooperation {
                list.extend(asked.reminder_at.map(|at| merchants(Timer::CooperationReminder, at).about(asked.id)));
                list.extend(asked.answer_by.map(|at| merchants(Timer::Cooperation, at).about(asked.id)));
                let pause = asked.pause.as_ref();
                list.extend(pause.map(|pause| merchants(Timer::CooperationPause, pause.resume_by).about(asked.id)));
            }
        }
        Phase::Stopped { claim_until } => list.push(merchants(Timer::WithheldCooperationClaim, *claim_until)),
        Phase::Delivered(acceptance) => {
            list.extend(acceptance.late_claim.map(|at| merchants(Timer::LateModificationClaim, at)));
            match &acceptance.clock {
                AcceptanceClock::Waits { notice_by } => list.push(merchants(Timer::Notice, *notice_by)),
                AcceptanceClock::Runs { accept_by, reminders } => {
                    list.extend(reminders.first().map(|at| merchants(Timer::AcceptanceReminder, *at)));
                    list.push(merchants(Timer::Acceptance, *accept_by));
                }
            }
        }
        Phase::Modification(round) => {
            list.extend(owed(&round.owed, if round.is_repair { Timer::Repair } else { Timer::Modification }));
            list.extend(round.late_claim.map(|at| merchants(Timer::LateModificationClaim, at)));
        }
        Phase::Contest { contest_by, .. } => list.push(merchants(Timer::RefusalContest, *contest_by)),
        Phase::Accepted(period) => {
            let reports = period.reports.iter();
            list.extend(
                reports.map(|it| Deadline::at(Timer::DowntimeAnswer, Party::Provider, it.answer_by).about(it.id)),
            );
            if !period.is_over && period.ended_early_at.is_none() {
                list.push(Deadline::at(Timer::ServicePeriod, Party::Provider, period.ends_at));
            }
            list.push(merchants(Timer::PeriodClaims, period.closes_at));
        }
        // Its clocks are those of the phase it holds.
        Phase::Disputed(_) => {}
        Phase::Ended(ended) => {
            let open = |at, timer| Deadline::at(timer, Party::Provider, at);
            let left = ended.left();
            list.extend(left.and_then(Left::open_use).map(|it| open(it.until, Timer::ExtendedUse)));
            list.extend(left.and_then(Left::open_download).map(|it| open(it.until, Timer::DataDownload)));
        }
    }
    list
}

fn owed(owed: &Owed, timer: Timer) -> Vec<Deadline<Timer>> {
    let providers = |timer, due| Deadline { timer, subject: None, party: Party::Provider, due };
    match &owed.overdue {
        // After an express refusal the date means nothing any more.
        None if owed.refused_at.is_some() => vec![],
        None => vec![providers(timer, owed.by)],
        Some(overdue) => {
            let reminder = overdue.reminders.first().map(|at| providers(Timer::OverdueReminder, Due::At(*at)));
            let finding = overdue.finding_at.map(|at| providers(Timer::Unwillingness, Due::At(at)));
            reminder.into_iter().chain(finding).collect()
        }
    }
}
