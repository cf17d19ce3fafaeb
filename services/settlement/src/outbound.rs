//! What is told: `contracts::settlement` to the world, and notes between escrow and purse.
use crate::{consequences, timeline};
use contracts::disputes::Caused;
use contracts::{Record, Recorded, settlement};
use engine::{Entry, Outbound};
use settlement_domain::escrow::{self, DebtTerm, Escrow};
use settlement_domain::purse::{self, Purse};
use settlement_domain::{Escrows, Note, Purses};

/// The message of an escrow's entry.
pub(crate) fn of_escrow(entry: &Entry<Escrows>, after: &Escrow) -> Option<Outbound> {
    let known = after.known()?;
    let fact = match &entry.event {
        escrow::Event::Opened { .. } => "opened",
        escrow::Event::PaymentFailed { .. } => "payment_failed",
        escrow::Event::Held { .. } => "held",
        escrow::Event::Frozen => "frozen",
        escrow::Event::Thawed => "thawed",
        escrow::Event::Released(_) => "released",
        escrow::Event::Refunded(_) => "refunded",
        escrow::Event::Split(_) => "split",
        escrow::Event::DebtRecorded { .. }
        | escrow::Event::DebtForgiven { .. }
        | escrow::Event::RemittanceRecalled { .. }
        | escrow::Event::DebtRepaid { .. }
        | escrow::Event::DebtSettledDirectly { .. } => "corrected",
        escrow::Event::DebtOverdue { .. } => "debt_overdue",
        escrow::Event::RemittanceConfirmed { case, .. } => case.map(|_| "paid_out")?,
        escrow::Event::PaymentAbandoned { .. }
        | escrow::Event::PaymentReturned { .. }
        | escrow::Event::Compensated { .. }
        | escrow::Event::RemittanceFailed { .. } => RECORDED,
        escrow::Event::OrderHeard { .. }
        | escrow::Event::AwardNoted { .. }
        | escrow::Event::PaymentStarted { .. }
        | escrow::Event::ChargeRaised { .. }
        | escrow::Event::ReliefAsked { .. }
        | escrow::Event::ChargeRelieved { .. }
        | escrow::Event::RemittanceRetried { .. } => return None,
    };
    let told = settlement::Escrow {
        order: known.order,
        merchant: known.merchant,
        provider: known.provider,
        amount: known.amount,
        status: known.status().into(),
        refunded: known.refunded,
        released: known.released(),
        debt: known.debt,
        debt_pay_by: match known.debt_term {
            DebtTerm::Until(pay_by) => Some(pay_by),
            DebtTerm::None | DebtTerm::Overdue => None,
        },
        debt_overdue: known.debt_term == DebtTerm::Overdue,
    };
    if fact == RECORDED {
        let name: &'static str = (&entry.event).into();
        let record = record(name, entry.version, timeline::of_escrow(&entry.event));
        return Outbound::of(fact, &Recorded { after: told, record });
    }
    Outbound::of(fact, &Caused { fact: told, caused: consequences::of_escrow(&entry.event, known) })
}

/// The message of a purse's entry, when it may have changed what others see of the purse, or its provider must hear of it.
pub(crate) fn of_purse(entry: &Entry<Purses>, after: &Purse) -> Option<Outbound> {
    let fact = match &entry.event {
        purse::Event::Opened { .. }
        | purse::Event::RequirementSet { .. }
        | purse::Event::ShortfallOverdue { .. }
        | purse::Event::ShortfallEnded
        | purse::Event::DepositToppedUp { .. }
        | purse::Event::DepositFilled { .. }
        | purse::Event::Charged { .. }
        | purse::Event::LiabilityRelieved { .. }
        | purse::Event::LiabilityOverdue { .. }
        | purse::Event::LiabilityPaid { .. }
        | purse::Event::LiabilitySettledDirectly { .. }
        | purse::Event::Exited(_)
        | purse::Event::DepositReturned { .. } => "changed",
        purse::Event::ShortfallBegan { .. }
        | purse::Event::PaymentFailed { .. }
        | purse::Event::PaymentAbandoned { .. }
        | purse::Event::PayoutsFrozen { .. }
        | purse::Event::PayoutsThawed { .. }
        | purse::Event::PayoutSucceeded { .. }
        | purse::Event::PayoutFailed { .. }
        | purse::Event::DepositKept { .. } => RECORDED,
        purse::Event::PaymentStarted { .. }
        | purse::Event::PaymentCredited { .. }
        | purse::Event::PayableCredited { .. }
        | purse::Event::CaseOpened { .. }
        | purse::Event::CaseClosed { .. }
        | purse::Event::PayoutRequested { .. } => return None,
    };
    let open = after.open()?;
    let told = settlement::Purse {
        provider: open.provider,
        required: open.required(),
        deposit: open.deposit,
        liability: open.liability(open.deposit.currency),
        blocked: open.is_blocked(),
    };
    if fact == RECORDED {
        let name: &'static str = (&entry.event).into();
        let record = record(name, entry.version, timeline::of_purse(&entry.event));
        return Outbound::of(fact, &Recorded { after: told, record });
    }
    Outbound::of(fact, &Caused { fact: told, caused: consequences::of_purse(&entry.event) })
}

/// The fact of an event that nobody decides on.
const RECORDED: &str = "recorded";

/// Such an event, as the timeline tells it.
fn record(event: &'static str, version: i64, said: timeline::Said) -> Record {
    let record = Record::of(event, version, &said.rules).saying(&said.text);
    Record { due: said.details.due_at, amount: said.details.amount, ..record }
}

/// Notes to the own context: the fact is the note's name, the data the note.
pub(crate) fn notes(notes: Vec<Note>) -> Vec<Outbound> {
    notes.into_iter().filter_map(|note| Outbound::of(note.name(), &note)).collect()
}
