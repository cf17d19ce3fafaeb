//! Money on its way to the merchant: what the gateway says, what an operator may do, what the purse collected.
use super::event::Event;
use super::refusal::Refusal;
use super::state::{Known, Pending, Relief, Way};
use crate::gateway;
use crate::ledger::{Account, Posting};
use kernel::{CaseId, Money};
use uuid::Uuid;

fn pending(known: &Known, remittance: Uuid) -> Option<&Pending> {
    known.remittances.iter().find(|pending| pending.remittance.id == remittance)
}

pub(super) fn confirmed(known: &Known, remittance: Uuid) -> Vec<Event> {
    let sent = |pending: &Pending| Event::RemittanceConfirmed {
        remittance,
        case: pending.remittance.case,
        posting: Posting::new().entry(Account::Merchant(known.merchant), Account::Gateway, pending.remittance.amount),
    };
    pending(known, remittance).map(sent).into_iter().collect()
}

pub(super) fn failed(known: &Known, remittance: Uuid, code: &str) -> Vec<Event> {
    match pending(known, remittance) {
        Some(Pending { failed: None, .. }) => {
            vec![Event::RemittanceFailed { remittance, code: gateway::kept_code(code) }]
        }
        Some(Pending { failed: Some(_), .. }) | None => vec![],
    }
}

pub(super) fn may_retry(known: &Known) -> Result<(), Refusal> {
    match known.remittances.iter().any(|pending| pending.failed.is_some()) {
        true => Ok(()),
        false => Err(Refusal::NothingFailed),
    }
}

pub(super) fn retry(known: &Known, failed: Uuid) -> Result<Vec<Event>, Refusal> {
    let pending = pending(known, failed).filter(|pending| pending.failed.is_some());
    let remittance = &pending.ok_or(Refusal::RemittanceNotFailed)?.remittance;
    let remittance = known.next_remittance(remittance.amount, remittance.way, remittance.case);
    Ok(vec![Event::RemittanceRetried { failed, remittance }])
}

/// What the purse let go of; it answers once, and only what it was asked.
pub(super) fn relieved(known: &Known, case: CaseId, amount: Money) -> Result<Vec<Event>, Refusal> {
    let Relief::Asked(asked) = known.relief else { return Ok(vec![]) };
    if amount.currency != asked.currency || amount.minor < 0 || amount.minor > asked.minor {
        return Err(Refusal::AmountImpossible { field: "amount" });
    }
    Ok(vec![Event::ChargeRelieved { case, amount }])
}

/// Money that the purse collected for the merchant. Never more than it was charged.
pub(super) fn compensate(known: &Known, case: CaseId, amount: Money) -> Result<Vec<Event>, Refusal> {
    if !amount.is_positive() || amount.currency != known.amount.currency {
        return Err(Refusal::AmountImpossible { field: "amount" });
    }
    let Some(charge) = known.charge.filter(|charge| charge.case == case) else {
        return Ok(vec![]);
    };
    match charge.collected.plus(amount) {
        Ok(collected) if collected.minor <= charge.asked.minor => {}
        Ok(_) | Err(_) => return Ok(vec![]),
    }
    let remittance = known.next_remittance(amount, Way::Transfer { to: known.merchant }, Some(case));
    let posting = Posting::new().entry(Account::Transfer(known.order), Account::Merchant(known.merchant), amount);
    Ok(vec![Event::Compensated { case, remittance, posting }])
}
