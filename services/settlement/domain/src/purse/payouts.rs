//! Payable money and the one door through which it leaves.
use super::Ctx;
use super::event::Event;
use super::pockets::next_midnight;
use super::refusal::Refusal;
use super::state::{Open, Payout, Shortfall};
use crate::gateway;
use crate::ledger::{Account, Posting};
use kernel::{Decision, Money, OrderId, PayoutId, RuleId};
use uuid::Uuid;

/// The most freezes at a time.
const MAX_FREEZES: usize = 16;
/// The most rules of a freeze, and the longest rule id.
const MAX_RULES: usize = 8;
const MAX_RULE: usize = 20;
/// The longest reasons, in characters.
const MAX_REASONS: usize = 2_000;

/// An escrow was released to the provider.
pub(super) fn credit(purse: &Open, order: OrderId, amount: Money, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    if !amount.is_positive() {
        return Err(Refusal::AmountNotPositive);
    }
    let held_until = ctx.calendar.after(ctx.now, ctx.procedure.payable_hold);
    let posting = Posting::new().entry(Account::Transfer(order), Account::Payable(purse.provider), amount);
    let payable_from = next_midnight(held_until);
    Ok(vec![Event::PayableCredited { order, amount, at: ctx.now, payable_from, posting }])
}

/// The door: freezes, deposit, liabilities, open cases, a payout under way, the day from which money is free.
pub(super) fn may_request(purse: &Open, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    if let Some(rule) = purse.freezes.values().next() {
        return Err(Refusal::PayoutsFrozen { rule: rule.clone() });
    }
    if purse.shortfall == Shortfall::Overdue {
        return Err(Refusal::DepositOverdue { missing: purse.missing() });
    }
    if !purse.liabilities.is_empty() {
        return Err(Refusal::LiabilityUnpaid);
    }
    if purse.cases() >= i64::from(ctx.procedure.open_cases_that_hold_payouts) {
        return Err(Refusal::CasesOpen { cases: purse.cases() });
    }
    if purse.payout.is_some() {
        return Err(Refusal::PayoutRunning);
    }
    match purse.payable.first_from() {
        None => Err(Refusal::NothingPayable),
        Some(from) if from > ctx.now => Err(Refusal::NotYetPayable { from }),
        Some(_) => Ok(()),
    }
}

pub(super) fn request(purse: &Open, payout: PayoutId, amount: Money, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    if !amount.is_positive() {
        return Err(Refusal::AmountNotPositive);
    }
    if purse.payable.currencies().all(|currency| currency != amount.currency) {
        return Err(Refusal::CurrencyMismatch { found: amount.currency });
    }
    let available = purse.payable.free(amount.currency, ctx.now);
    if amount.minor > available.minor {
        return Err(Refusal::InsufficientPayable { available, field: "amount" });
    }
    let provider = purse.provider;
    let posting = Posting::new().entry(Account::Payable(provider), Account::Payout(provider), amount);
    Ok(vec![Event::PayoutRequested { payout, provider, amount, posting }])
}

fn running(purse: &Open, payout: PayoutId) -> Option<Payout> {
    purse.payout.filter(|running| running.id == payout)
}

pub(super) fn succeeded(purse: &Open, payout: PayoutId) -> Vec<Event> {
    let done = |Payout { amount, .. }| {
        let posting = Posting::new().entry(Account::Payout(purse.provider), Account::Gateway, amount);
        Event::PayoutSucceeded { payout, amount, posting }
    };
    running(purse, payout).map(done).into_iter().collect()
}

pub(super) fn failed(purse: &Open, payout: PayoutId, code: &str, ctx: &Ctx<'_>) -> Vec<Event> {
    let back = |Payout { amount, .. }| {
        let (from, to) = (Account::Payout(purse.provider), Account::Payable(purse.provider));
        let posting = Posting::new().entry(from, to, amount);
        Event::PayoutFailed { payout, amount, code: gateway::kept_code(code), payable_from: ctx.now, posting }
    };
    running(purse, payout).map(back).into_iter().collect()
}

pub(super) fn may_freeze(purse: &Open) -> Result<(), Refusal> {
    if purse.freezes.len() >= MAX_FREEZES { Err(Refusal::FreezesFull) } else { Ok(()) }
}

pub(super) fn freeze(
    purse: &Open,
    freeze: Uuid,
    rules: &[RuleId],
    reasons: &str,
    ctx: &Ctx<'_>,
) -> Result<Vec<Event>, Refusal> {
    let is_rule = |rule: &RuleId| (1..=MAX_RULE).contains(&rule.as_str().chars().count());
    if !(1..=MAX_RULES).contains(&rules.len()) || !rules.iter().all(is_rule) {
        return Err(Refusal::RulesMalformed);
    }
    if !(1..=MAX_REASONS).contains(&reasons.trim().chars().count()) {
        return Err(Refusal::TextMalformed { field: "reasons", max: MAX_REASONS });
    }
    if purse.freezes.contains_key(&freeze) {
        return Ok(vec![]);
    }
    let decision = Decision {
        rules: rules.to_vec(),
        edition: ctx.edition.clone(),
        facts: vec![],
        evidence: vec![],
        reasons: reasons.trim().to_owned(),
        by: ctx.actor.sub.clone(),
        automated: ctx.actor.system,
        redress: None,
    };
    Ok(vec![Event::PayoutsFrozen { freeze, decision }])
}

pub(super) fn may_thaw(purse: &Open) -> Result<(), Refusal> {
    if purse.freezes.is_empty() { Err(Refusal::NotFrozen) } else { Ok(()) }
}

pub(super) fn thaw(purse: &Open, freeze: Uuid, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    if !purse.freezes.contains_key(&freeze) {
        return Err(Refusal::UnknownFreeze);
    }
    Ok(vec![Event::PayoutsThawed { freeze, by: ctx.actor.sub.clone() }])
}
