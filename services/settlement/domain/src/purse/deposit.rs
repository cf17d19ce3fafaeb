//! The deposit (W33): what is required, what is missing, top-ups, and the return after exit or clearance.
use super::Ctx;
use super::event::Event;
use super::payments;
use super::refusal::Refusal;
use super::state::{Exit, Keeping, Open, Purpose, Requirement, Shortfall};
use crate::ledger::{Account, Posting};
use kernel::{Category, Decision, Money, QualificationId, Redress, RuleId, Time};
use uuid::Uuid;

const RULE: RuleId = RuleId::of("W33");

/// The newest word about a category's qualification.
pub(super) struct Word {
    pub(super) category: Category,
    pub(super) qualification: QualificationId,
    pub(super) sequence: i64,
    pub(super) at: Time,
    pub(super) required: bool,
}

pub(super) fn set_requirement(purse: &Open, word: &Word, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let known = purse.requirements.get(&word.category);
    if known.is_some_and(|known| (known.qualification, known.sequence) >= (word.qualification, word.sequence)) {
        return Ok(vec![]);
    }
    let amount = ctx.procedure.deposit.required.get(&word.category).copied().filter(|_| word.required);
    match amount {
        Some(amount) if amount.currency != purse.deposit.currency => {
            Err(Refusal::CurrencyMismatch { found: amount.currency })
        }
        Some(_) | None => {
            let &Word { category, qualification, sequence, at, .. } = word;
            let requirement = Requirement { qualification, sequence, at, amount };
            Ok(vec![Event::RequirementSet { category, requirement, edition: ctx.edition.clone() }])
        }
    }
}

/// Whether a deposit is to be topped up at all.
pub(super) fn is_incomplete(purse: &Open) -> Result<(), Refusal> {
    if purse.missing().is_positive() { Ok(()) } else { Err(Refusal::DepositComplete) }
}

pub(super) fn top_up(
    purse: &Open,
    payment: Uuid,
    amount: Money,
    method: &str,
    ctx: &Ctx<'_>,
) -> Result<Vec<Event>, Refusal> {
    check(purse, amount)?;
    payments::start(purse, payment, Purpose::Deposit, amount, method, ctx)
}

/// Whether payable money may go into the deposit.
pub(super) fn may_fill(purse: &Open) -> Result<(), Refusal> {
    is_incomplete(purse)?;
    match purse.payable.total(purse.deposit.currency).is_positive() {
        true => Ok(()),
        false => Err(Refusal::NothingPayable),
    }
}

pub(super) fn fill(purse: &Open, amount: Money) -> Result<Vec<Event>, Refusal> {
    check(purse, amount)?;
    let available = purse.payable.total(amount.currency);
    if amount.minor > available.minor {
        return Err(Refusal::InsufficientPayable { available, field: "amount" });
    }
    let posting = Posting::new().entry(Account::Payable(purse.provider), Account::Deposit(purse.provider), amount);
    Ok(vec![Event::DepositFilled { amount, posting }])
}

fn check(purse: &Open, amount: Money) -> Result<(), Refusal> {
    if !amount.is_positive() {
        return Err(Refusal::AmountNotPositive);
    }
    if amount.currency != purse.deposit.currency {
        return Err(Refusal::CurrencyMismatch { found: amount.currency });
    }
    let missing = purse.missing();
    if amount.minor > missing.minor { Err(Refusal::MoreThanMissing { missing }) } else { Ok(()) }
}

/// A payment into the deposit came. What is no longer missing is payable instead, so that no money is stuck.
pub(super) fn topped_up(purse: &Open, payment: Uuid, amount: Money, ctx: &Ctx<'_>) -> Event {
    if amount.minor > purse.missing().minor {
        return payments::credited(purse, payment, amount, ctx);
    }
    let posting = Posting::new().entry(Account::Gateway, Account::Deposit(purse.provider), amount);
    Event::DepositToppedUp { payment, amount, posting }
}

/// The window passed.
pub(super) fn overdue(purse: &Open, ctx: &Ctx<'_>) -> Vec<Event> {
    let decision = Decision {
        rules: vec![RULE],
        edition: ctx.edition.clone(),
        facts: vec![format!("{} of the deposit is missing", purse.missing())],
        evidence: vec![],
        reasons: "the deposit was not topped up in time".into(),
        by: ctx.actor.sub.clone(),
        automated: true,
        redress: Some(Redress { action: "top_up_deposit".into(), until: None }),
    };
    vec![Event::ShortfallOverdue { decision }]
}

/// The provider left; a repeated or older message changes nothing.
pub(super) fn exit(purse: &Open, exited_at: Time, sequence: i64, ctx: &Ctx<'_>) -> Vec<Event> {
    let is_known = |exit: Exit| exit.sequence >= sequence || exit.exited_at == exited_at;
    if purse.exit.is_some_and(is_known) {
        return vec![];
    }
    let return_at = ctx.calendar.after(exited_at, ctx.procedure.deposit.returned_after);
    vec![Event::Exited(Exit { exited_at, sequence, deposit: Keeping::Until { return_at } })]
}

/// The deposit's day came.
pub(super) fn day_of_return(purse: &Open, ctx: &Ctx<'_>) -> Vec<Event> {
    if is_owed_something(purse) {
        return vec![Event::DepositKept { open_cases: purse.cases(), liabilities: purse.liabilities.len() }];
    }
    vec![returned(purse, ctx)]
}

/// What follows by itself from the state: a window begins or ends, or a kept deposit is returned.
pub(super) fn consequence(purse: &Open, ctx: &Ctx<'_>) -> Option<Event> {
    let missing = purse.missing();
    let began = || {
        let top_up_by = ctx.calendar.after(ctx.now, ctx.procedure.deposit.shortfall);
        Some(Event::ShortfallBegan { missing, top_up_by })
    };
    let change = match purse.shortfall {
        Shortfall::Covered if missing.is_positive() => began(),
        Shortfall::Covered => None,
        Shortfall::Due { .. } | Shortfall::Overdue if missing.is_zero() => Some(Event::ShortfallEnded),
        // What went missing later has a whole window of its own.
        Shortfall::Due { missing: before, .. } if missing.minor > before.minor => began(),
        Shortfall::Due { .. } | Shortfall::Overdue => None,
    };
    change.or_else(|| match purse.exit?.deposit {
        Keeping::ForCases if !is_owed_something(purse) => Some(returned(purse, ctx)),
        Keeping::ForCases | Keeping::Until { .. } | Keeping::Returned => None,
    })
}

fn is_owed_something(purse: &Open) -> bool {
    purse.cases() > 0 || !purse.liabilities.is_empty()
}

/// What nothing requires any more becomes payable; it leaves through the one door of all payouts.
fn returned(purse: &Open, ctx: &Ctx<'_>) -> Event {
    let surplus = purse.deposit.minor.saturating_sub(purse.required().minor).max(0);
    let amount = Money::new(surplus, purse.deposit.currency);
    let posting = Posting::new().entry(Account::Deposit(purse.provider), Account::Payable(purse.provider), amount);
    Event::DepositReturned { amount, payable_from: ctx.now, posting }
}
