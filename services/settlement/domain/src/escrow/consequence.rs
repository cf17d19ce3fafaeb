//! What follows by itself: held money goes where the order and the case say, once both gateway and they have spoken.
//!
//! It looks at the state only, never at the message that came last. So any order of arrival ends in the same place.
use super::correction;
use super::event::{Disposal, Event};
use super::state::{Escrow, Funds, Known, Standing, Way};
use crate::ledger::{Account, Posting};
use kernel::{Money, Time};
use uuid::Uuid;

/// `events`, and what follows from them. `pay_by`: until when what the merchant then owes is to be paid (W18).
pub(super) fn with_consequences(state: &Escrow, mut events: Vec<Event>, pay_by: Time) -> Vec<Event> {
    let mut state = state.clone();
    let mut applied = 0;
    loop {
        while let Some(event) = events.get(applied) {
            match state.after(event) {
                // An unfit event is a fault that the caller of `evolve` reports.
                None => return events,
                Some(after) => state = after,
            }
            applied += 1;
        }
        match state.known().and_then(|known| due(known, pay_by)) {
            None => return events,
            Some(next) => events.push(next),
        }
    }
}

/// The next thing that must happen in this state; each makes itself undue.
fn due(known: &Known, pay_by: Time) -> Option<Event> {
    match known.funds {
        Funds::Unpaid => None,
        Funds::Held { payment } => {
            let is_to_be_frozen = known.standing.is_in_case() && known.award.is_none();
            if known.frozen == is_to_be_frozen {
                disposal(known, payment)
            } else {
                Some(if is_to_be_frozen { Event::Frozen } else { Event::Thawed })
            }
        }
        Funds::Disposed { to_merchant, to_provider } => correction::due(known, (to_merchant, to_provider), pay_by),
    }
}

/// Where held money goes, if that is clear. A case's word comes before the order's; what it awards beyond the refund is
/// taken from the provider's part first (D1.6.2: out of the transaction amount, then out of the purse).
fn disposal(known: &Known, payment: Uuid) -> Option<Event> {
    let nothing = Money::zero(known.amount.currency);
    let (refund, to_merchant, case, rules) = match &known.award {
        Some(award) => {
            let refund = award.to_merchant.at_most(known.amount).ok()?;
            let to_merchant = award.in_all()?.at_most(known.amount).ok()?;
            (refund, to_merchant, Some(award.case), award.rules.clone())
        }
        None => {
            let refund = match known.standing {
                Standing::Running | Standing::Disputed | Standing::Judged => return None,
                Standing::Completed => nothing,
                Standing::Cancelled => known.amount,
            };
            (refund, refund, None, known.rules.clone())
        }
    };
    let to_provider = known.amount.minus(to_merchant).ok()?;
    let compensation = to_merchant.minus(refund).ok()?;
    let escrow = Account::Escrow(known.order);
    let send = || known.next_remittance(to_merchant, Way::Refund { payment }, case);
    let remittance = to_merchant.is_positive().then(send);
    let posting = Posting::new().entry(escrow, Account::Merchant(known.merchant), to_merchant).entry(
        escrow,
        Account::Transfer(known.order),
        to_provider,
    );
    let disposal = Disposal { to_merchant, compensation, to_provider, case, rules, remittance, posting };
    Some(if to_merchant.is_zero() {
        Event::Released(disposal)
    } else if to_provider.is_zero() {
        Event::Refunded(disposal)
    } else {
        Event::Split(disposal)
    })
}
