//! What the merchant owes back (D1.6.2, W18): paid through the gateway, settled between the parties, or overdue.
use super::Ctx;
use super::correction::given_back;
use super::event::Event;
use super::payments;
use super::refusal::Refusal;
use super::state::{Known, Purpose, Way};
use crate::ledger::{Account, Posting};
use kernel::{Decision, Money, Redress, RuleId};
use uuid::Uuid;

/// The longest note on a direct payment, in characters.
const MAX_NOTE: usize = 500;

/// Whether something is owed back.
pub(super) fn is_owed(known: &Known) -> Result<(), Refusal> {
    if known.debt.is_positive() { Ok(()) } else { Err(Refusal::NothingOwed) }
}

/// Whether it may be paid now.
pub(super) fn may_pay(known: &Known) -> Result<(), Refusal> {
    is_owed(known)?;
    payments::may_begin(known)
}

/// W18 passed.
pub(super) fn overdue(known: &Known, ctx: &Ctx<'_>) -> Vec<Event> {
    let overdue = |case| Event::DebtOverdue {
        case,
        decision: Decision {
            rules: vec![RuleId::of("W18"), RuleId::of("D1.6.2")],
            edition: ctx.edition.clone(),
            facts: vec![format!("{} owed back from {case} is unpaid", known.debt)],
            evidence: vec![],
            reasons: "what a decision made the merchant owe was not paid in time".into(),
            by: ctx.actor.sub.clone(),
            automated: true,
            redress: Some(Redress { action: "repay_debt".into(), until: None }),
        },
    };
    known.award.as_ref().map(|award| overdue(award.case)).into_iter().collect()
}

/// The merchant pays all of it.
pub(super) fn pay(known: &Known, payment: Uuid, method: &str, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    payments::begin(known, payment, (Purpose::Debt, known.debt), method, ctx)
}

/// The money came. If another outcome changed the debt meanwhile, it goes back.
pub(super) fn paid(known: &Known, payment: Uuid, amount: Money) -> Event {
    if amount == known.debt && amount.is_positive() {
        let posting = Posting::new().entry(Account::Gateway, Account::Transfer(known.order), amount);
        return Event::DebtRepaid { payment, amount, posting: given_back(known, posting, amount) };
    }
    let remittance = known.next_remittance(amount, Way::Refund { payment }, None);
    let posting = Posting::new().entry(Account::Gateway, Account::Merchant(known.merchant), amount);
    Event::PaymentReturned { payment, remittance, posting }
}

/// D1.6.2: the parties settled it themselves.
pub(super) fn acknowledge(known: &Known, note: &str, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let note = note.trim();
    if !(1..=MAX_NOTE).contains(&note.chars().count()) {
        return Err(Refusal::NoteMalformed { max: MAX_NOTE });
    }
    let amount = known.debt;
    let (note, by) = (note.to_owned(), ctx.actor.sub.clone());
    Ok(vec![Event::DebtSettledDirectly { amount, note, by, posting: given_back(known, Posting::new(), amount) }])
}
