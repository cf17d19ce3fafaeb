//! Payment attempts of the merchant and what the gateway says of them.
use super::event::Event;
use super::refusal::Refusal;
use super::state::{Funds, Known, Purpose, Standing, Way};
use super::{Ctx, Escrows, debts};
use crate::attempts::Busy;
use crate::gateway;
use crate::ledger::{Account, Posting};
use kernel::{Machine, Money};
use uuid::Uuid;

/// Whether the order may be paid now.
pub(super) fn may_start(known: &Known, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    match known.funds {
        Funds::Unpaid => {}
        Funds::Held { .. } | Funds::Disposed { .. } => return Err(Refusal::Paid),
    }
    match known.standing {
        Standing::Running => {}
        Standing::Cancelled => return Err(Refusal::Closed { rule: known.rules.first().cloned() }),
        Standing::Disputed | Standing::Judged | Standing::Completed => return Err(Refusal::NotAwaitingPayment),
    }
    if let Some(since) = known.pay_by.filter(|pay_by| *pay_by <= ctx.now) {
        return Err(Refusal::PaymentWindowClosed { since });
    }
    may_begin(known)
}

/// One at a time, and not too many without an outcome.
pub(super) fn may_begin(known: &Known) -> Result<(), Refusal> {
    known.attempts.may_begin().map_err(|busy| match busy {
        Busy::Running { give_up_at } => Refusal::PaymentRunning { give_up_at },
        Busy::Unresolved => Refusal::PaymentsUnresolved,
    })
}

/// Pays the order.
pub(super) fn start(known: &Known, payment: Uuid, method: &str, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    begin(known, payment, (Purpose::Order, known.amount), method, ctx)
}

/// Begins a payment for a purpose.
pub(super) fn begin(
    known: &Known,
    payment: Uuid,
    (purpose, amount): (Purpose, Money),
    method: &str,
    ctx: &Ctx<'_>,
) -> Result<Vec<Event>, Refusal> {
    if !gateway::is_token(method) {
        return Err(Refusal::MethodMalformed);
    }
    if known.attempts.find(payment).is_some() {
        return Err(Refusal::PaymentReused);
    }
    Ok(vec![Event::PaymentStarted {
        payment,
        purpose,
        amount,
        method: method.to_owned(),
        give_up_at: ctx.calendar.after(ctx.now, ctx.procedure.payment_attempt),
    }])
}

/// The money came; it goes where it was meant to, if that is still wanted.
pub(super) fn succeeded(known: &Known, payment: Uuid) -> Vec<Event> {
    let Some(attempt) = known.attempts.find(payment) else { return vec![] };
    match attempt.purpose {
        Purpose::Order => ordered(known, payment),
        Purpose::Debt => vec![debts::paid(known, payment, attempt.amount)],
    }
}

/// The order's price. Once only it is held; what comes too late or twice goes back by itself.
fn ordered(known: &Known, payment: Uuid) -> Vec<Event> {
    let is_wanted = match known.funds {
        Funds::Unpaid => known.standing != Standing::Cancelled,
        Funds::Held { .. } | Funds::Disposed { .. } => false,
    };
    let incoming = |account| Posting::new().entry(Account::Gateway, account, known.amount);
    if is_wanted {
        return vec![Event::Held { payment, posting: incoming(Account::Escrow(known.order)) }];
    }
    let remittance = known.next_remittance(known.amount, Way::Refund { payment }, None);
    vec![Event::PaymentReturned { payment, remittance, posting: incoming(Account::Merchant(known.merchant)) }]
}

pub(super) fn failed(known: &Known, payment: Uuid, code: &str) -> Vec<Event> {
    match known.attempts.find(payment) {
        None => vec![],
        Some(_) => vec![Event::PaymentFailed { payment, code: gateway::kept_code(code) }],
    }
}

/// The gateway did not answer in time.
pub(super) fn abandoned(state: &<Escrows as Machine>::State) -> Vec<Event> {
    let running = state.known().and_then(|known| known.attempts.running.as_ref());
    running.map(|running| Event::PaymentAbandoned { payment: running.attempt.id }).into_iter().collect()
}
