//! What is told of an order: `contracts::orders::Order`, after each fact that others decide on.
use crate::host::twin;
use crate::timeline;
use contracts::disputes::{Caused, Consequence};
use contracts::{Record, Recorded, orders};
use engine::{Entry, Outbound};
use kernel::{CaseId, Due, Machine, OrderId, PriceUnit, RuleId, Time};
use orders_domain::conversation::{self, Conversations};
use orders_domain::order::{ByCase, Disputed, Event, Order, Orders, Phase, Placed, Timer};
use serde_json::json;
use uuid::Uuid;

/// The message of an entry; what nobody decides on is told for notices and the case file alone.
pub(crate) fn told(entry: &Entry<Orders>, after: &Order) -> Option<Outbound> {
    let mut extra = Extra::default();
    let fact = match &entry.event {
        Event::Placed(it) => {
            extra.pay_by = Some(it.pay_by);
            "placed"
        }
        Event::PaymentExpired(_) => "payment_expired",
        Event::Funded(_) => "funded",
        Event::Started(_) => "started",
        Event::Delivered(_) | Event::Redelivered(_) => "delivered",
        Event::Disputed(it) => {
            extra.application = after.placed().ok().map(|order| application(order, it));
            "disputed"
        }
        Event::Resumed(_) => "resumed",
        Event::Completed(_) => "completed",
        Event::Cancelled(_) => "cancelled",
        Event::Settled(it) => {
            extra.ended_by_case = Some(it.case);
            "settled"
        }
        Event::Corrected(_) => "corrected",
        Event::ExtendedUseEnded(_) => "extended_use_ended",
        Event::DataProvided(_) => "data_provided",
        Event::DataDownloaded(_) => "data_downloaded",
        Event::DownloadLapsed(_) => "download_lapsed",
        Event::DataWithheld(_) => "data_withheld",
        Event::NoticeServed(_) => return None,
        Event::AgreementUploaded(_)
        | Event::AgreementConfirmed(_)
        | Event::AgreementOverdue(_)
        | Event::AcceptanceReminded(_)
        | Event::Accepted(_)
        | Event::PeriodEnded(_)
        | Event::ModificationRequested(_)
        | Event::ProviderResponsible(_)
        | Event::ModificationRefused(_)
        | Event::Overdue(_)
        | Event::LateClaimLapsed(_)
        | Event::OverdueReminded(_)
        | Event::ReminderAnswered(_)
        | Event::UnwillingnessRecommended(_)
        | Event::PerformanceRefused(_)
        | Event::CooperationRequested(_)
        | Event::CooperationReminded(_)
        | Event::CooperationProvided(_)
        | Event::CooperationDeclined(_)
        | Event::CooperationWithheld(_)
        | Event::PauseEnded(_)
        | Event::ChangeProposed(_)
        | Event::ChangeAccepted(_)
        | Event::ChangeRefused(_)
        | Event::Stopped(_)
        | Event::EndedEarly(_)
        | Event::DowntimeReported(_)
        | Event::DowntimeRecorded(_)
        | Event::DowntimeUnanswered(_) => return recorded(entry, after),
    };
    let order = after.placed().ok()?;
    let told = payload(entry.id, order, extra, entry.event.rules());
    Outbound::of(fact, &Caused { fact: told, caused: caused(&entry.event, order) })
}

/// What of it the word of a case brought about, for the case's own record.
fn caused(event: &Event, order: &Placed) -> Vec<Consequence> {
    let ended = if let Phase::Ended(ended) = &order.phase { ended.by_case.as_ref() } else { None };
    let Some(ByCase { case, left, .. }) = ended else { return vec![] };
    if let Event::DataDownloaded(_) = event {
        return vec![consequence(*case, "downloaded")];
    }
    let is_settled = matches!(event, Event::Settled(_));
    let corrected = if let Event::Corrected(it) = event { Some(it) } else { None };
    if !is_settled && corrected.is_none() {
        return vec![];
    }
    let kinds = [
        is_settled.then_some("order_ended"),
        left.open_use().map(|_| "use_extended"),
        left.open_download().map(|_| "download_granted"),
        corrected.filter(|it| it.is_cut_short).map(|_| "use_cut_short"),
        corrected.filter(|it| it.is_withdrawn).map(|_| "download_withdrawn"),
    ];
    kinds.into_iter().flatten().map(|kind| consequence(*case, kind)).collect()
}

fn consequence(case: CaseId, kind: &str) -> Consequence {
    Consequence { case, kind: kind.into(), amount: None }
}

/// An entry that nobody decides on, and what a case file must have of it (D1.2); of whom it tells, it names the side only.
fn recorded(entry: &Entry<Orders>, after: &Order) -> Option<Outbound> {
    let name: &'static str = (&entry.event).into();
    let rules = entry.event.rules();
    let paper = |(kind, title): (&str, &str)| orders::Paper {
        order: OrderId(entry.id),
        kind: kind.into(),
        title: title.into(),
        content: json!({ "event": name, "version": entry.version, "rules": rules }),
    };
    let order = payload(entry.id, after.placed().ok()?, Extra::default(), rules);
    let record = Record { due: due(&entry.event, after), ..Record::of(name, entry.version, rules) };
    let told = Recorded { after: order, record };
    Outbound::of("recorded", &orders::Recorded { told, paper: filed(&entry.event).map(paper) })
}

/// Until when somebody may or must act on it, as the timeline says; of a reminder, when the clock passes that it is of.
fn due(event: &Event, after: &Order) -> Option<Time> {
    let passes = |timer| {
        let clock = Orders::deadlines(after).into_iter().find(|deadline| deadline.timer == timer)?;
        if let Due::At(at) = clock.due { Some(at) } else { None }
    };
    if let Event::OverdueReminded(_) = event {
        return passes(Timer::Unwillingness);
    }
    if let Event::CooperationReminded(_) = event {
        return passes(Timer::Cooperation);
    }
    serde_json::from_value(timeline::said(event).details["due_at"].take()).ok()
}

/// The kind of record and what it says; `None` for what needs no record: reminders, and notices, which say it themselves.
fn filed(event: &Event) -> Option<(&'static str, &'static str)> {
    Some(match event {
        Event::AgreementUploaded(_) => ("agreement", "The agreement on conduct was uploaded"),
        Event::AgreementConfirmed(_) => ("agreement", "The merchant confirmed the agreement on conduct"),
        Event::ChangeAccepted(_) => ("agreement", "Both parties agreed on a change of terms"),
        Event::AgreementOverdue(_) => ("deadline_missed", "No agreement was confirmed in time"),
        Event::Overdue(_) => ("deadline_missed", "What was owed did not come in time"),
        Event::LateClaimLapsed(_) => ("deadline_missed", "Lateness was not claimed in time"),
        Event::CooperationWithheld(_) => ("deadline_missed", "The merchant's cooperation did not come in time"),
        Event::DowntimeUnanswered(_) => ("deadline_missed", "A report of downtime was not answered in time"),
        Event::Accepted(_) => ("order_event", "The delivery was accepted"),
        Event::CooperationProvided(_) => ("deadline_kept", "The merchant gave the cooperation asked for"),
        Event::ReminderAnswered(_) => ("deadline_kept", "The provider answered a reminder"),
        Event::ModificationRequested(_) => ("order_event", "The merchant asked for a modification"),
        Event::ModificationRefused(_) => ("order_event", "The provider refused a modification as not objective"),
        Event::ProviderResponsible(_) => ("order_event", "The same problem failed too often"),
        Event::UnwillingnessRecommended(_) => ("order_event", "The provider does not seem to mean to perform"),
        Event::PerformanceRefused(_) => ("order_event", "The provider refused to perform"),
        Event::CooperationRequested(_) => ("order_event", "The provider asked for cooperation"),
        Event::CooperationDeclined(_) => ("order_event", "The merchant declined to cooperate"),
        Event::ChangeProposed(_) => ("order_event", "A change of terms was proposed"),
        Event::ChangeRefused(_) => ("order_event", "A change of terms was refused"),
        Event::Stopped(_) => ("order_event", "The provider ended the work for want of cooperation"),
        Event::EndedEarly(_) => ("order_event", "The provider ended the service within its period"),
        Event::PeriodEnded(_) => ("order_event", "The period of service is over"),
        Event::DowntimeReported(_) => ("order_event", "The merchant reported downtime"),
        Event::DowntimeRecorded(_) => ("order_event", "Downtime was recorded"),
        Event::Placed(_)
        | Event::PaymentExpired(_)
        | Event::Funded(_)
        | Event::Started(_)
        | Event::Delivered(_)
        | Event::Redelivered(_)
        | Event::Disputed(_)
        | Event::Resumed(_)
        | Event::Completed(_)
        | Event::Cancelled(_)
        | Event::Settled(_)
        | Event::Corrected(_)
        | Event::ExtendedUseEnded(_)
        | Event::DataProvided(_)
        | Event::DataDownloaded(_)
        | Event::DownloadLapsed(_)
        | Event::DataWithheld(_)
        | Event::NoticeServed(_)
        | Event::AcceptanceReminded(_)
        | Event::OverdueReminded(_)
        | Event::CooperationReminded(_)
        | Event::PauseEnded(_) => return None,
    })
}

/// What the case file must have of a conversation: each message, as a valid voucher (D1.2).
pub(crate) fn said(entry: &Entry<Conversations>) -> Option<Outbound> {
    let conversation::Event::MessageSent(message) = &entry.event else { return None };
    let hashes: Vec<_> = message.files.iter().map(|file| &file.sha256).collect();
    let paper = orders::Paper {
        order: OrderId(twin(entry.id)),
        kind: "message".into(),
        title: format!("Message {} of the {}", message.number, message.by),
        content: json!({
            "message": message.id, "number": message.number, "by": message.by, "at": message.at,
            "text": message.text.chars().take(TEXT).collect::<String>(), "files": hashes, "hash": message.hash,
        }),
    };
    Outbound::of("message_sent", &paper)
}

/// How many characters of a message are told; its hash is over all of them.
const TEXT: usize = 2_000;

/// The note that a conversation is to be opened.
pub(crate) fn noted(entry: &Entry<Orders>, after: &Order) -> Vec<Outbound> {
    if !matches!(entry.event, Event::Placed(_)) {
        return vec![];
    }
    let payload = after.placed().ok().map(|order| payload(entry.id, order, Extra::default(), &[]));
    payload.and_then(|payload| Outbound::of("placed", &payload)).into_iter().collect()
}

/// What only some facts tell.
#[derive(Default)]
struct Extra {
    pay_by: Option<Time>,
    application: Option<orders::RefundApplication>,
    ended_by_case: Option<CaseId>,
}

fn payload(id: Uuid, order: &Placed, extra: Extra, rules: &[RuleId]) -> orders::Order {
    orders::Order {
        order: OrderId(id),
        listing: order.listing,
        revision: order.terms.revision,
        provider: order.provider,
        merchant: order.merchant,
        category: order.terms.category,
        agent_operation: order.terms.agent_operation,
        edition: order.edition.clone(),
        amount: order.amount,
        status: order.status().into(),
        open: order.is_open(),
        pay_by: extra.pay_by,
        application: extra.application,
        ended_by_case: extra.ended_by_case,
        rules: rules.to_vec(),
    }
}

fn application(order: &Placed, it: &Disputed) -> orders::RefundApplication {
    let application = &it.application;
    orders::RefundApplication {
        case: application.case,
        claim: application.claim,
        amount: application.amount,
        statement: it.statement.clone(),
        applied_at: application.applied_at,
        keeps_service: application.keeps_service,
        supported_by: application.supported_by.clone(),
        delivered: application.delivered,
        by_period: order.terms.price_unit != PriceUnit::OneOff,
        cycle_agreed: order.agreed.modification_days.is_some(),
    }
}
