//! What of an event the word of a case brought about: told with the fact, for the case's own record (D1.6.2).
use contracts::disputes::Consequence;
use kernel::{CaseId, Money};
use settlement_domain::escrow::{self, Known};
use settlement_domain::purse;

/// Of an escrow's event; `known` is the escrow after it.
pub(crate) fn of_escrow(event: &escrow::Event, known: &Known) -> Vec<Consequence> {
    use escrow::Event;
    if let Event::RemittanceConfirmed { case: Some(case), posting, .. } = event {
        let sent = posting.lines().first().map(|line| line.amount);
        return sent.map_or(vec![], |amount| some(*case, [("paid_out", amount)]));
    }
    let Some(case) = known.award.as_ref().map(|award| award.case) else { return vec![] };
    match event {
        Event::Released(disposal) | Event::Refunded(disposal) | Event::Split(disposal) if disposal.case.is_some() => {
            some(case, [("refunded", disposal.to_merchant), ("credited", disposal.to_provider)])
        }
        Event::DebtRecorded { amount, .. } => some(case, [("debt_recorded", *amount)]),
        Event::DebtOverdue { .. } => vec![Consequence { case, kind: "orders_stopped".into(), amount: None }],
        Event::DebtForgiven { amount, .. } => some(case, [("debt_cancelled", *amount)]),
        Event::RemittanceRecalled { amount, .. }
        | Event::DebtRepaid { amount, .. }
        | Event::DebtSettledDirectly { amount, .. } => some(case, [("debt_paid", *amount)]),
        Event::Released(_)
        | Event::Refunded(_)
        | Event::Split(_)
        | Event::Opened { .. }
        | Event::OrderHeard { .. }
        | Event::AwardNoted { .. }
        | Event::PaymentStarted { .. }
        | Event::PaymentFailed { .. }
        | Event::PaymentAbandoned { .. }
        | Event::Held { .. }
        | Event::PaymentReturned { .. }
        | Event::Frozen
        | Event::Thawed
        | Event::ChargeRaised { .. }
        | Event::ReliefAsked { .. }
        | Event::ChargeRelieved { .. }
        | Event::Compensated { .. }
        | Event::RemittanceConfirmed { .. }
        | Event::RemittanceFailed { .. }
        | Event::RemittanceRetried { .. } => vec![],
    }
}

/// Of a purse's event.
pub(crate) fn of_purse(event: &purse::Event) -> Vec<Consequence> {
    use purse::Event;
    match event {
        Event::Charged { case, from_deposit, from_payable, uncovered, .. } => {
            let taken = [("deposit_drawn", *from_deposit), ("payable_drawn", *from_payable)];
            let mut caused = some(*case, taken);
            caused.extend(some(*case, [("liability_recorded", *uncovered)]));
            caused
        }
        Event::LiabilityRelieved { case, amount, .. } => some(*case, [("liability_cancelled", *amount)]),
        Event::LiabilityPaid { case, amount, .. } | Event::LiabilitySettledDirectly { case, amount, .. } => {
            some(*case, [("liability_paid", *amount)])
        }
        Event::LiabilityOverdue { case, .. } => {
            vec![Consequence { case: *case, kind: "trade_stopped".into(), amount: None }]
        }
        Event::Opened { .. }
        | Event::RequirementSet { .. }
        | Event::ShortfallBegan { .. }
        | Event::ShortfallOverdue { .. }
        | Event::ShortfallEnded
        | Event::PaymentStarted { .. }
        | Event::PaymentFailed { .. }
        | Event::PaymentAbandoned { .. }
        | Event::PaymentCredited { .. }
        | Event::DepositToppedUp { .. }
        | Event::DepositFilled { .. }
        | Event::PayableCredited { .. }
        | Event::CaseOpened { .. }
        | Event::CaseClosed { .. }
        | Event::PayoutsFrozen { .. }
        | Event::PayoutsThawed { .. }
        | Event::PayoutRequested { .. }
        | Event::PayoutSucceeded { .. }
        | Event::PayoutFailed { .. }
        | Event::Exited(_)
        | Event::DepositKept { .. }
        | Event::DepositReturned { .. } => vec![],
    }
}

/// Those that are about something.
fn some<const N: usize>(case: CaseId, parts: [(&str, Money); N]) -> Vec<Consequence> {
    let told = |(kind, amount): (&str, Money)| Consequence { case, kind: kind.into(), amount: Some(amount) };
    parts.into_iter().filter(|(_, amount)| amount.is_positive()).map(told).collect()
}
