//! Payments of the provider through the gateway, for the deposit or a liability.
use super::Ctx;
use super::event::Event;
use super::refusal::Refusal;
use super::state::{Open, Purpose};
use super::{deposit, liabilities};
use crate::attempts::Busy;
use crate::gateway;
use crate::ledger::{Account, Posting};
use kernel::Money;
use uuid::Uuid;

pub(super) fn may_start(purse: &Open) -> Result<(), Refusal> {
    purse.attempts.may_begin().map_err(|busy| match busy {
        Busy::Running { give_up_at } => Refusal::PaymentRunning { give_up_at },
        Busy::Unresolved => Refusal::PaymentsUnresolved,
    })
}

pub(super) fn start(
    purse: &Open,
    payment: Uuid,
    purpose: Purpose,
    amount: Money,
    method: &str,
    ctx: &Ctx<'_>,
) -> Result<Vec<Event>, Refusal> {
    if !gateway::is_token(method) {
        return Err(Refusal::MethodMalformed);
    }
    if purse.attempts.find(payment).is_some() {
        return Err(Refusal::PaymentReused);
    }
    let give_up_at = ctx.calendar.after(ctx.now, ctx.procedure.payment_attempt);
    Ok(vec![Event::PaymentStarted { payment, purpose, amount, method: method.to_owned(), give_up_at }])
}

/// The money came; it goes where it was meant to, if that is still wanted.
pub(super) fn succeeded(purse: &Open, payment: Uuid, ctx: &Ctx<'_>) -> Vec<Event> {
    let Some(attempt) = purse.attempts.find(payment) else {
        return vec![];
    };
    vec![match attempt.purpose {
        Purpose::Deposit => deposit::topped_up(purse, payment, attempt.amount, ctx),
        Purpose::Liability { case } => liabilities::paid(purse, payment, case, attempt.amount, ctx),
    }]
}

pub(super) fn failed(purse: &Open, payment: Uuid, code: &str) -> Vec<Event> {
    match purse.attempts.find(payment) {
        None => vec![],
        Some(_) => vec![Event::PaymentFailed { payment, code: gateway::kept_code(code) }],
    }
}

/// The gateway did not answer in time.
pub(super) fn abandoned(purse: &Open) -> Vec<Event> {
    let running = purse.attempts.running.iter();
    running.map(|running| Event::PaymentAbandoned { payment: running.attempt.id }).collect()
}

/// Money whose purpose is gone is the provider's, at once.
pub(super) fn credited(purse: &Open, payment: Uuid, amount: Money, ctx: &Ctx<'_>) -> Event {
    let posting = Posting::new().entry(Account::Gateway, Account::Payable(purse.provider), amount);
    Event::PaymentCredited { payment, amount, payable_from: ctx.now, posting }
}
