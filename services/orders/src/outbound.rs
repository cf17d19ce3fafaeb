//! What is told of an order: `contracts::orders::Order`, after each fact that others decide on.
use contracts::orders;
use engine::{Entry, Outbound};
use kernel::{CaseId, OrderId, RuleId, Time};
use orders_domain::order::{Disputed, Event, Order, Orders, Placed};
use uuid::Uuid;

/// The message of an entry; what the parties do between delivery and acceptance is nobody else's business.
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
            extra.application = Some(application(it));
            "disputed"
        }
        Event::Resumed(_) => "resumed",
        Event::Completed(_) => "completed",
        Event::Cancelled(_) => "cancelled",
        Event::Settled(it) => {
            extra.ended_by_case = Some(it.case);
            "settled"
        }
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
        | Event::DowntimeUnanswered(_) => return None,
    };
    let order = after.placed().ok()?;
    written(fact, &payload(entry.id, order, extra, entry.event.rules()))
}

/// The note that a conversation is to be opened.
pub(crate) fn noted(entry: &Entry<Orders>, after: &Order) -> Vec<Outbound> {
    if !matches!(entry.event, Event::Placed(_)) {
        return vec![];
    }
    let payload = after.placed().ok().map(|order| payload(entry.id, order, Extra::default(), &[]));
    payload.and_then(|payload| written("placed", &payload)).into_iter().collect()
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

fn application(it: &Disputed) -> orders::RefundApplication {
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
    }
}

fn written(fact: &'static str, payload: &orders::Order) -> Option<Outbound> {
    match serde_json::to_value(payload) {
        Ok(data) => Some(Outbound { fact, data }),
        Err(error) => {
            tracing::error!(order = %payload.order, fact, %error, "a message cannot be written");
            None
        }
    }
}
