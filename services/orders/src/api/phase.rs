//! What belongs to the phase that an order is in: what is owed, what is waited for, the service period, the refund
//! application, the end.
use chrono::{DateTime, Utc};
use kernel::{CaseId, ClaimKind, Due, Money, RuleId};
use orders_domain::order::{
    Application, Cooperation, Download, DownloadStanding, Ended, ExtendedUse, Interval, Owed, Period, Phase, Report,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What belongs to the phase that the order is in.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = OrderPhase)]
pub(crate) struct PhaseBody {
    /// Funded: W2 has passed without a confirmed agreement, either party may cancel.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    agreement_overdue: bool,
    /// What the provider owes.
    #[serde(skip_serializing_if = "Option::is_none")]
    owed: Option<OwedBody>,
    /// A request for cooperation that is not answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    cooperation: Option<CooperationBody>,
    /// How long the delivery clock has stood still in closed pauses (W8).
    #[serde(skip_serializing_if = "Option::is_none")]
    paused_seconds: Option<i64>,
    /// Since when the merchant withholds due cooperation: the provider may end (D2.7).
    #[serde(skip_serializing_if = "Option::is_none")]
    withheld_since_at: Option<DateTime<Utc>>,
    /// Ended by the provider for want of cooperation: until when the merchant may apply for a refund (D2.7).
    #[serde(skip_serializing_if = "Option::is_none")]
    claim_until_at: Option<DateTime<Utc>>,
    /// Delivered, or a modification asked for or refused, the notice of it under way: when that counts as served at the
    /// latest (D1.1.3). After a delivery the window starts then; the others are counted anew if it is served later.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice_by_at: Option<DateTime<Utc>>,
    /// Delivered, its notice served: silence accepts after this (W5).
    #[serde(skip_serializing_if = "Option::is_none")]
    accept_by_at: Option<DateTime<Utc>>,
    /// Until when a refund may be claimed because a modification or repair came late (D2.5c, D2.3, X3).
    #[serde(skip_serializing_if = "Option::is_none")]
    late_claim_until_at: Option<DateTime<Utc>>,
    /// The whole request was refused as not objective: until when that may be disputed (D2.5b, W7).
    #[serde(skip_serializing_if = "Option::is_none")]
    contest_by_at: Option<DateTime<Utc>>,
    /// Accepted: the service period.
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<PeriodBody>,
    /// Disputed: the refund application that stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    refund_application: Option<ApplicationBody>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<EndedBody>,
}

/// What the provider owes by when.
#[derive(Serialize, ToSchema)]
#[schema(as = OrderOwed)]
struct OwedBody {
    /// `delivery`, `modification` (D2.5c) or `repair` (D2.3).
    what: &'static str,
    /// By when; missing while the clock stands still.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<DateTime<Utc>>,
    /// What is left, in whole seconds; only while the clock stands still.
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining_seconds: Option<i64>,
    /// The date was missed.
    #[serde(skip_serializing_if = "Option::is_none")]
    overdue_since_at: Option<DateTime<Utc>>,
    /// Reminders since the provider last answered (W4).
    #[serde(skip_serializing_if = "Option::is_none")]
    reminders: Option<u32>,
    /// When "does not mean to perform" was recommended as a finding (W4).
    #[serde(skip_serializing_if = "Option::is_none")]
    unwilling_since_at: Option<DateTime<Utc>>,
    /// When the provider expressly refused to perform (W4).
    #[serde(skip_serializing_if = "Option::is_none")]
    refused_at: Option<DateTime<Utc>>,
}

/// A request for cooperation.
#[derive(Serialize, ToSchema)]
#[schema(as = OrderCooperation)]
struct CooperationBody {
    /// Its id.
    id: Uuid,
    /// The need was told beforehand, so the merchant owes it (D2.6).
    is_due: bool,
    /// The notice of it is under way: when that counts as served at the latest (D1.1.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    notice_by_at: Option<DateTime<Utc>>,
    /// W8 while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer_by_at: Option<DateTime<Utc>>,
    /// The delivery clock stands still since.
    #[serde(skip_serializing_if = "Option::is_none")]
    paused_since_at: Option<DateTime<Utc>>,
    /// When the delivery clock goes on whatever the merchant does.
    #[serde(skip_serializing_if = "Option::is_none")]
    resume_by_at: Option<DateTime<Utc>>,
}

/// A service period.
#[derive(Serialize, ToSchema)]
#[schema(as = OrderPeriod)]
struct PeriodBody {
    /// When it began: acceptance.
    started_at: DateTime<Utc>,
    /// When it ends, downtime added (D3.1.3).
    ends_at: DateTime<Utc>,
    /// When claims about it close and the order completes (W21).
    closes_at: DateTime<Utc>,
    /// It is over in due course.
    is_over: bool,
    /// When the provider ended it early.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_early_at: Option<DateTime<Utc>>,
    /// Downtime by which it was extended.
    downtimes: Vec<IntervalBody>,
    /// Reports of downtime that the provider has not answered.
    reports: Vec<ReportBody>,
    /// A report was left without an answer (D3.1.3).
    unreachable: bool,
}

/// A stretch of time, the end not included.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = OrderInterval)]
#[serde(deny_unknown_fields)]
pub(crate) struct IntervalBody {
    /// Its beginning.
    pub from: DateTime<Utc>,
    /// Its end.
    pub to: DateTime<Utc>,
}

/// Downtime as the merchant reports it.
#[derive(Serialize, ToSchema)]
#[schema(as = OrderDowntimeReport)]
struct ReportBody {
    /// Its id.
    id: Uuid,
    /// When the software was down.
    interval: IntervalBody,
    /// The provider counts as unreachable after this.
    answer_by_at: DateTime<Utc>,
}

/// A refund application.
#[derive(Serialize, ToSchema)]
#[schema(as = OrderRefundApplication)]
struct ApplicationBody {
    /// The case that it opened.
    case: CaseId,
    /// What is claimed.
    claim: ClaimKind,
    /// How much is asked back.
    amount: Money,
    /// When it was made: all clocks stand still since.
    applied_at: DateTime<Utc>,
    /// When what is complained of happened, in a service period (X9).
    #[serde(skip_serializing_if = "Option::is_none")]
    happened_at: Option<DateTime<Utc>>,
    /// The merchant keeps the service (N1).
    keeps_service: bool,
    /// In a service period, where the merchant does not keep the service: since when it is not used any more (A11).
    #[serde(skip_serializing_if = "Option::is_none")]
    use_ended_at: Option<DateTime<Utc>>,
    /// What the order itself establishes in the merchant's favour.
    supported_by: Vec<RuleId>,
    /// It had been delivered.
    delivered: bool,
}

/// How an order ended.
#[derive(Serialize, ToSchema)]
#[schema(as = OrderEnded)]
struct EndedBody {
    /// When.
    ended_at: DateTime<Utc>,
    /// The rules it rests on, the governing one first.
    rules: Vec<RuleId>,
    /// The case that ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<CaseId>,
    /// Of the order's amount, to the merchant by the case's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    to_merchant: Option<Money>,
    /// The use of the service goes on, or went on, by the case's word (D3.1.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    extended_use: Option<ExtendedUseBody>,
    /// The data that the merchant may download, or might, by the case's word (D3.1.4, D3.2.4, W19).
    #[serde(skip_serializing_if = "Option::is_none")]
    data_download: Option<DownloadBody>,
}

/// Use that goes on after the end.
#[derive(Serialize, ToSchema)]
#[schema(as = OrderExtendedUse)]
struct ExtendedUseBody {
    /// When it ends or ended.
    until_at: DateTime<Utc>,
    /// It has ended.
    is_over: bool,
}

/// Data to be downloaded.
#[derive(Serialize, ToSchema)]
#[schema(as = OrderDataDownload)]
struct DownloadBody {
    /// Until when.
    until_at: DateTime<Utc>,
    /// `open`, `downloaded`, `lapsed` (the data had been provided), `withheld` (they had not) or `withdrawn` (D1.1.4).
    status: &'static str,
    /// When the provider last provided them; where they are, the timeline tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    provided_at: Option<DateTime<Utc>>,
    /// When the merchant had them.
    #[serde(skip_serializing_if = "Option::is_none")]
    downloaded_at: Option<DateTime<Utc>>,
}

impl From<&Phase> for PhaseBody {
    fn from(phase: &Phase) -> Self {
        let none = Self::default();
        match phase {
            Phase::PendingPayment { .. } => none,
            Phase::Funded { agreement_overdue, .. } => Self { agreement_overdue: *agreement_overdue, ..none },
            Phase::InProgress(work) => Self {
                owed: Some(OwedBody::of("delivery", &work.owed)),
                cooperation: work.cooperation.as_ref().map(Into::into),
                paused_seconds: Some(work.paused.num_seconds()),
                withheld_since_at: work.withheld_since,
                ..none
            },
            Phase::Stopped { claim_until } => Self { claim_until_at: Some(*claim_until), ..none },
            Phase::Delivered(acceptance) => Self {
                notice_by_at: acceptance.notice_by(),
                accept_by_at: acceptance.accept_by(),
                late_claim_until_at: acceptance.late_claim,
                ..none
            },
            Phase::Modification(round) => Self {
                owed: Some(OwedBody::of(if round.is_repair { "repair" } else { "modification" }, &round.owed)),
                notice_by_at: round.notice_by(),
                late_claim_until_at: round.late_claim,
                ..none
            },
            Phase::Contest { contest_by, act } => {
                Self { contest_by_at: Some(*contest_by), notice_by_at: act.notice_by, ..none }
            }
            Phase::Accepted(period) => Self { period: Some(period.into()), ..none },
            Phase::Disputed(dispute) => Self { refund_application: Some((&dispute.application).into()), ..none },
            Phase::Ended(ended) => Self { ended: Some(ended.into()), ..none },
        }
    }
}

impl From<&Ended> for EndedBody {
    fn from(ended: &Ended) -> Self {
        let left = ended.left();
        let extended = |it: ExtendedUse| ExtendedUseBody { until_at: it.until, is_over: it.is_over };
        Self {
            ended_at: ended.at,
            rules: ended.rules.clone(),
            case: ended.by_case.as_ref().map(|by_case| by_case.case),
            to_merchant: ended.by_case.as_ref().map(|by_case| by_case.to_merchant),
            extended_use: left.and_then(|left| left.extended_use).map(extended),
            data_download: left.and_then(|left| left.download).map(Into::into),
        }
    }
}

impl From<Download> for DownloadBody {
    fn from(download: Download) -> Self {
        let (status, downloaded_at) = match download.standing {
            DownloadStanding::Open => ("open", None),
            DownloadStanding::Downloaded { at } => ("downloaded", Some(at)),
            DownloadStanding::Lapsed => ("lapsed", None),
            DownloadStanding::Withheld => ("withheld", None),
            DownloadStanding::Withdrawn => ("withdrawn", None),
        };
        Self { until_at: download.until, status, provided_at: download.provided_at, downloaded_at }
    }
}

impl OwedBody {
    fn of(what: &'static str, owed: &Owed) -> Self {
        let (due_at, remaining_seconds) = match owed.by {
            Due::At(at) => (Some(at), None),
            Due::Paused { remaining } => (None, Some(remaining.num_seconds())),
        };
        let overdue = owed.overdue.as_ref();
        Self {
            what,
            due_at,
            remaining_seconds,
            overdue_since_at: overdue.map(|overdue| overdue.since),
            reminders: overdue.map(|overdue| overdue.reminded),
            unwilling_since_at: overdue.and_then(|overdue| overdue.unwilling_since),
            refused_at: owed.refused_at,
        }
    }
}

impl From<&Cooperation> for CooperationBody {
    fn from(asked: &Cooperation) -> Self {
        Self {
            id: asked.id,
            is_due: asked.is_due,
            notice_by_at: asked.notice_by(),
            answer_by_at: asked.answer_by,
            paused_since_at: asked.pause.as_ref().map(|pause| pause.since),
            resume_by_at: asked.pause.as_ref().map(|pause| pause.resume_by),
        }
    }
}

impl From<&Period> for PeriodBody {
    fn from(period: &Period) -> Self {
        let report = |report: &Report| ReportBody {
            id: report.id,
            interval: report.interval.into(),
            answer_by_at: report.answer_by,
        };
        Self {
            started_at: period.started_at,
            ends_at: period.ends_at,
            closes_at: period.closes_at,
            is_over: period.is_over,
            ended_early_at: period.ended_early_at,
            downtimes: period.downtimes.iter().copied().map(Into::into).collect(),
            reports: period.reports.iter().map(report).collect(),
            unreachable: period.unreachable,
        }
    }
}

impl From<Interval> for IntervalBody {
    fn from(Interval { from, to }: Interval) -> Self {
        Self { from, to }
    }
}

impl From<IntervalBody> for Interval {
    fn from(IntervalBody { from, to }: IntervalBody) -> Self {
        Self { from, to }
    }
}

impl From<&Application> for ApplicationBody {
    fn from(application: &Application) -> Self {
        Self {
            case: application.case,
            claim: application.claim,
            amount: application.amount,
            applied_at: application.applied_at,
            happened_at: application.happened_at,
            keeps_service: application.keeps_service,
            use_ended_at: application.use_ended_at(),
            supported_by: application.supported_by.clone(),
            delivered: application.delivered,
        }
    }
}
