//! What a case takes from the purse (D1.6.1, D1.6.2): deposit, then payable, then a recorded liability (W18). Where
//! another outcome corrects the first, what the provider was credited for the order comes before the deposit; and where
//! it gives less, what was not collected yet is not owed any more.
use super::Ctx;
use super::event::{Event, Source};
use super::payments;
use super::pockets::next_midnight;
use super::refusal::Refusal;
use super::state::{Liability, Open, Purpose};
use crate::ledger::{Account, Posting};
use kernel::{CaseId, Decision, MerchantId, Money, OrderId, Redress, RuleId, Time};
use uuid::Uuid;

/// The most liabilities that a purse keeps one by one.
pub const MAX_LIABILITIES: usize = 80;
/// From this many unpaid ones on, due dates are rounded up to midnight (UTC). With a window of at most 20 days, no more
/// than 29 instants can then be due in one go after an outage, which the loop of lapses bears.
const EXACT_DATES: usize = 8;
/// The longest note on a direct payment, in characters.
const MAX_NOTE: usize = 500;

const RULE: RuleId = RuleId::of("W18");

/// What is to be taken, and for whom.
pub(super) struct Claim<'a> {
    pub(super) case: CaseId,
    pub(super) order: OrderId,
    pub(super) merchant: MerchantId,
    pub(super) amount: Money,
    /// Of it, what the provider was credited for the order before.
    pub(super) credited: Money,
    pub(super) rules: &'a [RuleId],
}

/// Whether another liability would find room.
pub(super) fn may_charge(purse: Option<&Open>) -> Result<(), Refusal> {
    match purse {
        Some(purse) if purse.liabilities.len() >= MAX_LIABILITIES => Err(Refusal::LiabilitiesFull),
        Some(_) | None => Ok(()),
    }
}

pub(super) fn charge(purse: &Open, claim: &Claim<'_>, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let &Claim { case, order, merchant, amount, credited, rules } = claim;
    if !amount.is_positive() {
        return Err(Refusal::AmountNotPositive);
    }
    let currency = amount.currency;
    if credited.currency != currency {
        return Err(Refusal::CurrencyMismatch { found: credited.currency });
    }
    let payable = purse.payable.total(currency).minor;
    let returned = credited.minor.clamp(0, amount.minor).min(payable);
    let deposit = if currency == purse.deposit.currency { purse.deposit.minor } else { 0 };
    let of_deposit = deposit.min(amount.minor - returned);
    let of_payable = payable.min(amount.minor - of_deposit);
    let [from_deposit, from_payable, uncovered] =
        [of_deposit, of_payable, amount.minor - of_deposit - of_payable].map(|minor| Money::new(minor, currency));
    let posting = Posting::new()
        .entry(Account::Deposit(purse.provider), Account::Transfer(order), from_deposit)
        .entry(Account::Payable(purse.provider), Account::Transfer(order), from_payable)
        .entry(Account::Receivable(purse.provider), Account::Claim(merchant), uncovered);
    let rules = rules.iter().take(16).cloned().chain([RuleId::of("D1.6.2"), RULE]).collect();
    Ok(vec![Event::Charged {
        case,
        order,
        merchant,
        from_deposit,
        from_payable,
        liability: if uncovered.is_positive() { Some(recorded(purse, claim, uncovered, ctx)?) } else { None },
        uncovered,
        rules,
        edition: ctx.edition.clone(),
        posting,
    }])
}

/// The case's liability with what is uncovered now; one that is overdue stays so.
fn recorded(purse: &Open, claim: &Claim<'_>, uncovered: Money, ctx: &Ctx<'_>) -> Result<Liability, Refusal> {
    let &Claim { case, order, merchant, .. } = claim;
    let fresh = Liability { case, order, merchant, amount: uncovered, pay_by: pay_by(purse, ctx), overdue: false };
    let Some(known) = purse.find_liability(case) else { return Ok(fresh) };
    let mismatch = Refusal::CurrencyMismatch { found: uncovered.currency };
    let amount = known.amount.plus(uncovered).map_err(|_| mismatch)?;
    Ok(if known.overdue { Liability { amount, ..*known } } else { Liability { amount, ..fresh } })
}

/// D1.1.4: another outcome awards less. Answers how much of it was not collected yet, be it nothing.
pub(super) fn relieve(
    purse: &Open,
    case: CaseId,
    order: OrderId,
    amount: Money,
    rules: &[RuleId],
) -> Result<Vec<Event>, Refusal> {
    if !amount.is_positive() {
        return Err(Refusal::AmountNotPositive);
    }
    let owed = purse.find_liability(case).filter(|owed| owed.amount.currency == amount.currency);
    let relieved = owed.map_or(0, |owed| owed.amount.minor.min(amount.minor));
    let relieved = Money::new(relieved, amount.currency);
    let posting = owed.map_or_else(Posting::new, |owed| {
        Posting::new().entry(Account::Claim(owed.merchant), Account::Receivable(purse.provider), relieved)
    });
    let rules = rules.iter().take(16).cloned().collect();
    Ok(vec![Event::LiabilityRelieved { case, order, amount: relieved, rules, posting }])
}

fn pay_by(purse: &Open, ctx: &Ctx<'_>) -> Time {
    let exact = ctx.calendar.after(ctx.now, ctx.procedure.liability_payment);
    let unpaid = purse.liabilities.iter().filter(|liability| !liability.overdue).count();
    if unpaid < EXACT_DATES { exact } else { next_midnight(exact) }
}

pub(super) fn is_owed(purse: &Open) -> Result<(), Refusal> {
    if purse.liabilities.is_empty() { Err(Refusal::NoLiability) } else { Ok(()) }
}

fn find(purse: &Open, case: CaseId) -> Result<&Liability, Refusal> {
    purse.find_liability(case).ok_or(Refusal::UnknownLiability)
}

pub(super) fn pay(
    purse: &Open,
    payment: Uuid,
    case: CaseId,
    method: &str,
    ctx: &Ctx<'_>,
) -> Result<Vec<Event>, Refusal> {
    let amount = find(purse, case)?.amount;
    payments::start(purse, payment, Purpose::Liability { case }, amount, method, ctx)
}

/// A payment for a liability came. If that was settled meanwhile, the money is the provider's.
pub(super) fn paid(purse: &Open, payment: Uuid, case: CaseId, amount: Money, ctx: &Ctx<'_>) -> Event {
    match purse.find_liability(case).filter(|liability| liability.amount == amount) {
        None => payments::credited(purse, payment, amount, ctx),
        Some(liability) => collected(purse, liability, Source::Payment(payment), Account::Gateway),
    }
}

/// Whether there is payable money to settle a liability with.
pub(super) fn may_settle(purse: &Open) -> Result<(), Refusal> {
    is_owed(purse)?;
    let mut owed = purse.liabilities.iter().map(|liability| liability.amount.currency);
    match owed.any(|currency| purse.payable.total(currency).is_positive()) {
        true => Ok(()),
        false => Err(Refusal::NothingPayable),
    }
}

pub(super) fn settle(purse: &Open, case: CaseId) -> Result<Vec<Event>, Refusal> {
    let liability = find(purse, case)?;
    let available = purse.payable.total(liability.amount.currency);
    if liability.amount.minor > available.minor {
        return Err(Refusal::InsufficientPayable { available, field: "case" });
    }
    Ok(vec![collected(purse, liability, Source::Payable, Account::Payable(purse.provider))])
}

fn collected(purse: &Open, liability: &Liability, source: Source, from: Account) -> Event {
    let &Liability { case, order, merchant, amount, .. } = liability;
    let posting = Posting::new().entry(from, Account::Transfer(order), amount).entry(
        Account::Claim(merchant),
        Account::Receivable(purse.provider),
        amount,
    );
    Event::LiabilityPaid { case, order, merchant, amount, source, posting }
}

/// D1.6.2: the parties settled it themselves.
pub(super) fn acknowledge(purse: &Open, case: CaseId, note: &str, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    if !(1..=MAX_NOTE).contains(&note.trim().chars().count()) {
        return Err(Refusal::TextMalformed { field: "note", max: MAX_NOTE });
    }
    let &Liability { merchant, amount, .. } = find(purse, case)?;
    Ok(vec![Event::LiabilitySettledDirectly {
        case,
        amount,
        note: note.trim().to_owned(),
        by: ctx.actor.sub.clone(),
        posting: Posting::new().entry(Account::Claim(merchant), Account::Receivable(purse.provider), amount),
    }])
}

/// W18 passed: all liabilities that were due at that instant.
pub(super) fn overdue(purse: &Open, due: Time, ctx: &Ctx<'_>) -> Vec<Event> {
    let late = purse.liabilities.iter().filter(|liability| !liability.overdue && liability.pay_by <= due);
    late.map(|liability| Event::LiabilityOverdue {
        case: liability.case,
        decision: Decision {
            rules: vec![RULE, RuleId::of("D1.6.2")],
            edition: ctx.edition.clone(),
            facts: vec![format!("{} owed from {} is unpaid", liability.amount, liability.case)],
            evidence: vec![],
            reasons: "a liability from a decision was not paid in time".into(),
            by: ctx.actor.sub.clone(),
            automated: true,
            redress: Some(Redress { action: "pay_liability".into(), until: None }),
        },
    })
    .collect()
}
