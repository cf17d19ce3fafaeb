//! What happened to an order. Each event carries the instants it set and the rules it rests on.
use super::ending::{Corrected, DataDownloaded, DataProvided};
use super::notice::NoticeServed;
use super::particulars::*;
use kernel::RuleId;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// An event of an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr)]
#[serde(tag = "event", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// Ordered.
    Placed(Box<Placement>),
    /// Paid into escrow.
    Funded(Funded),
    /// The agreement on conduct was uploaded.
    AgreementUploaded(AgreementUploaded),
    /// The merchant confirmed it.
    AgreementConfirmed(AgreementConfirmed),
    /// W2 passed without a confirmed agreement: either party may cancel.
    AgreementOverdue(Missed),
    /// Work began.
    Started(Started),
    /// The first delivery.
    Delivered(Delivery),
    /// A notice was served: its window runs from then (D1.1.3, W5–W9).
    NoticeServed(NoticeServed),
    /// A reminder of the acceptance window.
    AcceptanceReminded(AcceptanceReminded),
    /// Accepted; a service period runs.
    Accepted(Accepted),
    /// The service period is over; claims about it close later.
    PeriodEnded(Grounded),
    /// A modification was asked for.
    ModificationRequested(ModificationRequested),
    /// D2.5d: a problem failed too often.
    ProviderResponsible(ProviderResponsible),
    /// Items were refused as not objective.
    ModificationRefused(ModificationRefused),
    /// Delivered again.
    Redelivered(Redelivered),
    /// What is owed is late (D2.4, D2.3, D2.5c).
    Overdue(Late),
    /// The claim for a late modification or repair was not made in time.
    LateClaimLapsed(Missed),
    /// The provider was reminded of what is overdue.
    OverdueReminded(Reminded),
    /// The provider answered.
    ReminderAnswered(ReminderAnswered),
    /// W4: "does not mean to perform" is recommended as a finding.
    UnwillingnessRecommended(Found),
    /// The provider refused to perform.
    PerformanceRefused(PerformanceRefused),
    /// The merchant's cooperation was asked for.
    CooperationRequested(CooperationRequested),
    /// A reminder of it.
    CooperationReminded(Grounded),
    /// It was given.
    CooperationProvided(CooperationProvided),
    /// It was refused.
    CooperationDeclined(CooperationDeclined),
    /// W8 passed without it: the provider may end.
    CooperationWithheld(Found),
    /// All pauses together are used up: the delivery clock goes on.
    PauseEnded(PauseEnded),
    /// A change of terms was proposed.
    ChangeProposed(ChangeProposed),
    /// Both parties consent.
    ChangeAccepted(ChangeAccepted),
    /// Consent was refused, or W9 passed.
    ChangeRefused(ChangeRefused),
    /// The provider ended the work because the merchant did not cooperate (D2.7).
    Stopped(Stopped),
    /// The provider ended the service within its period.
    EndedEarly(EndedEarly),
    /// The merchant reports downtime.
    DowntimeReported(DowntimeReported),
    /// Downtime was recorded, and the period extended.
    DowntimeRecorded(DowntimeRecorded),
    /// The provider denies a report.
    DowntimeDenied(DowntimeDenied),
    /// A report was left without an answer.
    DowntimeUnanswered(DowntimeUnanswered),
    /// A refund was applied for.
    Disputed(Disputed),
    /// The application was withdrawn; the clocks go on.
    Resumed(Resumed),
    /// The case ended.
    Settled(Settled),
    /// Another outcome took the place of what the case had said (D1.1.4).
    Corrected(Corrected),
    /// The use that the case extended is over (D3.1.3).
    ExtendedUseEnded(Grounded),
    /// The provider provided the merchant's data (W19).
    DataProvided(DataProvided),
    /// The merchant has them.
    DataDownloaded(DataDownloaded),
    /// The window passed; the data had been provided.
    DownloadLapsed(Grounded),
    /// The window passed, and they had not: suspected (M5.60).
    DataWithheld(Found),
    /// Never paid.
    PaymentExpired(Closed),
    /// Cancelled: all goes back.
    Cancelled(Cancelled),
    /// Fulfilled, or taken for fulfilled.
    Completed(Completed),
}

impl Event {
    /// The rules that it rests on, the governing one first.
    pub fn rules(&self) -> &[RuleId] {
        match self {
            Self::AgreementOverdue(it) | Self::LateClaimLapsed(it) => &it.rules,
            Self::PeriodEnded(it) | Self::ExtendedUseEnded(it) | Self::DownloadLapsed(it) => &it.rules,
            Self::Corrected(it) => &it.rules,
            Self::DataProvided(it) => &it.rules,
            Self::DataDownloaded(it) => &it.rules,
            Self::CooperationReminded(it) => &it.rules,
            Self::Started(it) => &it.rules,
            Self::NoticeServed(it) => &it.rules,
            Self::Accepted(it) => &it.rules,
            Self::ModificationRequested(it) => &it.rules,
            Self::ProviderResponsible(it) => &it.decision.rules,
            Self::UnwillingnessRecommended(it) | Self::CooperationWithheld(it) | Self::DataWithheld(it) => {
                &it.decision.rules
            }
            Self::ModificationRefused(it) => &it.rules,
            Self::Overdue(it) => &it.rules,
            Self::PerformanceRefused(it) => &it.rules,
            Self::CooperationRequested(it) => &it.rules,
            Self::CooperationDeclined(it) => &it.rules,
            Self::PauseEnded(it) => &it.rules,
            Self::ChangeRefused(it) => &it.rules,
            Self::Stopped(it) => &it.rules,
            Self::EndedEarly(it) => &it.rules,
            Self::DowntimeRecorded(it) => &it.rules,
            Self::DowntimeDenied(it) => &it.rules,
            Self::DowntimeUnanswered(it) => &it.rules,
            Self::Disputed(it) => &it.application.supported_by,
            Self::Settled(it) => &it.rules,
            Self::PaymentExpired(it) => &it.rules,
            Self::Cancelled(it) => &it.rules,
            Self::Completed(it) => &it.rules,
            Self::Placed(_)
            | Self::Funded(_)
            | Self::AgreementUploaded(_)
            | Self::AgreementConfirmed(_)
            | Self::Delivered(_)
            | Self::AcceptanceReminded(_)
            | Self::Redelivered(_)
            | Self::OverdueReminded(_)
            | Self::ReminderAnswered(_)
            | Self::CooperationProvided(_)
            | Self::ChangeProposed(_)
            | Self::ChangeAccepted(_)
            | Self::DowntimeReported(_)
            | Self::Resumed(_) => &[],
        }
    }
}
