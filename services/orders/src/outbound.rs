//! What is told of an order: `contracts::orders::Order`, after each fact that others decide on.
use crate::host::twin;
use crate::timeline;
use contracts::disputes::{Caused, Consequence};
use contracts::{Record, Recorded, orders};
use engine::{Entry, Outbound};
use kernel::{CaseId, Due, Machine, OrderId, PriceUnit, RuleId, Time};
use orders_domain::conversation::{self, Conversations};
use orders_domain::order::{ByCase, Delivery, Disputed, Event, Order, Orders, Phase, Placed, Timer, open_claims};
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
        | Event::DowntimeDenied(_)
        | Event::DowntimeUnanswered(_) => return recorded(entry, after),
    };
    let order = after.placed().ok()?;
    let told = payload(entry.id, order, extra, entry.event.rules());
    let told = Caused { fact: told, caused: caused(&entry.event, order) };
    Outbound::of(fact, &orders::Told { fact: told, paper: paper(entry), kept: kept(entry) })
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

/// What a case file has of an entry (D1.2): what both sides read on the timeline, and what an order was placed on.
fn paper(entry: &Entry<Orders>) -> Option<orders::Paper> {
    let (kind, title) = filed(&entry.event)?;
    let said = timeline::said(&entry.event);
    let name: &'static str = (&entry.event).into();
    let mut content = json!({ "event": name, "version": entry.version, "at": entry.at, "rules": entry.event.rules() });
    if !said.text.is_empty() {
        content["text"] = said.text.into();
    }
    content["details"] = said.details;
    if let Event::Placed(it) = &entry.event {
        content["listing"] = json!(it.listing);
        content["edition"] = json!(it.edition);
        content["terms"] = json!(it.terms);
    }
    if let Event::AgreementUploaded(it) = &entry.event {
        content["promise"] = json!(it.promise);
        content["cooperation"] = json!(it.cooperation);
    }
    Some(orders::Paper { order: OrderId(entry.id), kind: kind.into(), title: title.into(), content })
}

/// That a delivery came in time: a record of its own beside the delivery's. What came late missed its date before.
fn kept(entry: &Entry<Orders>) -> Option<orders::Paper> {
    let (delivery, title) = if let Event::Delivered(it) = &entry.event {
        (it, "The delivery came in time")
    } else if let Event::Redelivered(it) = &entry.event {
        (&it.delivery, "The modification came in time")
    } else {
        return None;
    };
    let Delivery { round, deliver_by, is_late: false, at, .. } = delivery else { return None };
    let due = (*deliver_by)?;
    let name: &'static str = (&entry.event).into();
    let details = json!({ "round": round, "was_due_at": due });
    let content = json!({ "event": name, "version": entry.version, "at": at, "rules": [], "details": details });
    Some(orders::Paper { order: OrderId(entry.id), kind: "deadline_kept".into(), title: title.into(), content })
}

/// An entry that nobody decides on, and what a case file has of it; of whom it tells, it names the side only.
fn recorded(entry: &Entry<Orders>, after: &Order) -> Option<Outbound> {
    let name: &'static str = (&entry.event).into();
    let rules = entry.event.rules();
    let order = payload(entry.id, after.placed().ok()?, Extra::default(), rules);
    let record = Record { due: due(&entry.event, after), ..Record::of(name, entry.version, rules) };
    let told = Recorded { after: order, record };
    Outbound::of("recorded", &orders::Recorded { told, paper: paper(entry) })
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
        Event::Placed(_) => ("listing_revision", "The order was placed on this revision of the listing"),
        Event::Funded(_) => ("deadline_kept", "The order was paid into escrow"),
        Event::PaymentExpired(_) => ("deadline_missed", "The order was not paid in time"),
        Event::Started(_) => ("order_event", "The work was begun"),
        Event::Delivered(_) => ("delivery", "The provider delivered"),
        Event::Redelivered(_) => ("delivery", "The provider delivered again"),
        Event::Resumed(_) => ("order_event", "The order goes on: the application was withdrawn"),
        Event::Completed(_) => ("order_event", "The order was completed"),
        Event::Cancelled(_) => ("order_event", "The order was cancelled"),
        Event::Settled(_) => ("order_event", "The order was ended by its case"),
        Event::AgreementUploaded(_) => ("agreement", "The agreement on conduct was uploaded"),
        Event::AgreementConfirmed(_) => ("agreement", "The merchant confirmed the agreement on conduct"),
        Event::ChangeAccepted(_) => ("agreement", "Both parties agreed on a change of terms"),
        Event::AgreementOverdue(_) => ("deadline_missed", "No agreement was confirmed in time"),
        Event::Overdue(_) => ("deadline_missed", "What was owed did not come in time"),
        Event::LateClaimLapsed(_) => ("deadline_missed", "Lateness was not claimed in time"),
        Event::CooperationWithheld(_) => ("deadline_missed", "The merchant's cooperation did not come in time"),
        Event::DowntimeDenied(_) => ("deadline_kept", "The provider denied a report of downtime"),
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
        Event::Disputed(_)
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
            "text": message.text, "files": hashes, "hash": message.hash,
        }),
    };
    Outbound::of("message_sent", &paper)
}

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
        failed_modifications_agreed: order.agreed.failed_modifications,
        open_claims: Some(open_claims(order)),
    }
}
