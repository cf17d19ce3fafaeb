//! What a case gives beside the escrow's money, and what another outcome makes of it (D1.1.4, D1.6.2).
//!
//! One mechanism for whatever the case says last: an award above the order's amount, an outcome that came after the
//! money had left, another forum's. It compares what the merchant is to have in all with what it has or is sure to get,
//! and makes one step towards it; the next follows from the state after that step, or from the purse's answer.
//!
//! | the merchant is to have | in this order |
//! |---|---|
//! | more | what it owes back shrinks; the purse is charged: first what the provider was credited for the order, then deposit, other payable money, a recorded liability |
//! | less | the purse is asked to let go of what it has not collected; the rest is the merchant's recorded debt, taken out of remittances that failed or paid back |
//!
//! Nothing is posted backwards by hand: money comes back through the purse, a recalled remittance or a payment.
use super::event::Event;
use super::state::{Charge, Known, Relief};
use crate::ledger::{Account, Posting};
use kernel::{Money, RuleId, Time};

/// The next step; each makes itself undue. `given` and `passed_on`: what the escrow held, to merchant and provider;
/// `pay_by`: the end of W18 for a debt that begins now.
pub(super) fn due(known: &Known, (given, passed_on): (Money, Money), pay_by: Time) -> Option<Event> {
    let award = known.award.as_ref()?;
    if let Relief::Asked(_) = known.relief {
        return None;
    }
    let nothing = Money::zero(known.amount.currency);
    let asked = known.charge.map_or(nothing, |charge| charge.asked);
    let has = given.plus(asked).ok()?.minus(known.debt).ok()?.minus(known.returned).ok()?;
    let difference = award.in_all()?.minus(has).ok()?;
    if difference.is_positive() {
        Some(more(known, difference, passed_on)?)
    } else if difference.is_zero() {
        recall(known)
    } else {
        Some(less(known, nothing.minus(difference).ok()?, pay_by)?)
    }
}

/// The merchant is to have so much more.
fn more(known: &Known, difference: Money, passed_on: Money) -> Option<Event> {
    let award = known.award.as_ref()?;
    let (case, rules) = (award.case, award.rules.clone());
    if known.debt.is_positive() {
        let amount = difference.at_most(known.debt).ok()?;
        return Some(Event::DebtForgiven { case, amount, rules, posting: given_back(known, Posting::new(), amount) });
    }
    let nothing = Money::zero(known.amount.currency);
    let before = known.charge.unwrap_or(Charge { case, asked: nothing, collected: nothing });
    let has_provider = passed_on.plus(known.returned).ok()?.minor.saturating_sub(before.asked.minor).max(0);
    let charge = Charge { asked: before.asked.plus(difference).ok()?, ..before };
    let credited = Money::new(has_provider.min(difference.minor), difference.currency);
    Some(Event::ChargeRaised { charge, amount: difference, credited, rules })
}

/// The merchant is to have so much less.
fn less(known: &Known, difference: Money, pay_by: Time) -> Option<Event> {
    let award = known.award.as_ref()?;
    let (case, rules) = (award.case, award.rules.clone());
    let uncollected = known.charge.and_then(|charge| charge.asked.minus(charge.collected).ok());
    match uncollected.filter(|_| known.relief == Relief::Unasked).filter(|open| open.is_positive()) {
        Some(open) => Some(Event::ReliefAsked { case, amount: difference.at_most(open).ok()?, rules }),
        None => {
            let (debt, due) = (Account::Debt(known.merchant), Account::Due(known.provider));
            let posting = Posting::new().entry(debt, due, difference);
            let rules = rules.into_iter().chain(["D1.6.2", "W18"].map(RuleId::of)).collect();
            Some(Event::DebtRecorded { case, amount: difference, pay_by, rules, posting })
        }
    }
}

/// A remittance that failed is still here: what the merchant owes back is taken out of it, the rest is sent again.
fn recall(known: &Known) -> Option<Event> {
    if !known.debt.is_positive() {
        return None;
    }
    let failed = &known.remittances.iter().find(|pending| pending.failed.is_some())?.remittance;
    let amount = known.debt.at_most(failed.amount).ok()?;
    let rest = failed.amount.minus(amount).ok()?;
    let (from, to) = (Account::Merchant(known.merchant), Account::Transfer(known.order));
    Some(Event::RemittanceRecalled {
        remittance: failed.id,
        amount,
        rest: rest.is_positive().then(|| known.next_remittance(rest, failed.way, failed.case)),
        posting: given_back(known, Posting::new().entry(from, to, amount), amount),
    })
}

/// `posting`, and that so much is not owed back any more.
pub(super) fn given_back(known: &Known, posting: Posting, amount: Money) -> Posting {
    posting.entry(Account::Due(known.provider), Account::Debt(known.merchant), amount)
}
