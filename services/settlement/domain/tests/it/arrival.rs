//! Messages in any order, and twice: the money ends in the same place.
use crate::world::market::{Market, disposal};
use crate::world::*;
use kernel::{Actor, Currency};
use settlement_domain::Account;
use settlement_domain::escrow::{Award, Command, Event, OrderNews, Standing};
use std::collections::BTreeSet;

/// Every order of `items`.
fn permutations<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    if items.is_empty() {
        return vec![vec![]];
    }
    let mut all = vec![];
    for place in 0..items.len() {
        let mut rest = items.to_vec();
        let first = rest.remove(place);
        for mut tail in permutations(&rest) {
            tail.insert(0, first.clone());
            all.push(tail);
        }
    }
    all
}

fn told(sequence: i64) -> OrderNews {
    OrderNews { sequence, ..news(sequence) }
}

fn pay() -> Command {
    Command::PaymentSucceeded { payment: payment(1) }
}

/// Nothing left while a case was open, unless by that case's own word.
fn no_disputed_order_paid(market: &Market) {
    let (mut standing, mut is_awarded) = (Standing::Running, false);
    for (_, _, event) in &market.escrows[0].journal {
        match event {
            Event::Opened { standing: now, .. } | Event::OrderHeard { standing: now, .. } => standing = *now,
            Event::AwardNoted { .. } => is_awarded = true,
            other => {
                let is_paid_out = disposal(other).is_some();
                assert!(!is_paid_out || is_awarded || !standing.is_in_case(), "paid out in dispute: {other:?}");
            }
        }
    }
}

/// Runs the messages in every order, each of them twice, and answers where the money ended.
fn ends(before: &[(Actor, Command)], messages: &[(Actor, Command)]) -> BTreeSet<String> {
    let mut ends = BTreeSet::new();
    for order_of_arrival in permutations(messages) {
        for is_doubled in [false, true] {
            let mut market = Market::new(1);
            for (actor, command) in before {
                market.ask_escrow(0, actor, command);
            }
            market.effects.clear();
            for (actor, command) in &order_of_arrival {
                market.ask_escrow(0, actor, command);
                if is_doubled {
                    market.ask_escrow(0, actor, command);
                }
                if *command == pay() && market.cash == 0 {
                    market.cash = cny("1000.01").minor;
                }
                no_disputed_order_paid(&market);
            }
            if is_doubled {
                for (actor, command) in &order_of_arrival {
                    market.ask_escrow(0, actor, command);
                }
            }
            market.come_to_rest();
            market.audit();
            let known = known(&market.escrows[0]);
            ends.insert(format!(
                "{} merchant {} provider {} owes {} cases {} transfer {}",
                known.status(),
                known.refunded.amount(),
                open(&market.purse).payable.total(Currency::CNY).amount(),
                open(&market.purse).liability(Currency::CNY).amount(),
                open(&market.purse).open_cases,
                market.balance(Account::Transfer(order(1))),
            ));
        }
    }
    ends
}

fn placed() -> Vec<(Actor, Command)> {
    let pay_by = at("2026-03-03T09:00:00Z");
    vec![(orders(), Command::Open { news: told(1), pay_by }), (the_merchant(), start(1))]
}

#[test]
fn a_withdrawn_dispute_and_a_completion() {
    let messages = [
        (own(), pay()),
        (orders(), Command::Freeze(told(2))),
        (orders(), Command::Thaw(told(3))),
        (orders(), Command::Release(told(4))),
    ];
    let ends = ends(&placed(), &messages);
    assert_eq!(ends, ["released merchant 0.00 provider 1000.01 owes 0.00 cases 0 transfer 0".to_owned()].into());
}

#[test]
fn an_award_and_what_the_order_says_of_it() {
    let messages = [
        (own(), pay()),
        (orders(), Command::Freeze(told(2))),
        (disputes(), Command::Divide(award("333.34", "50.00"))),
        (orders(), Command::AwaitAward(told(3))),
    ];
    let ends = ends(&placed(), &messages);
    assert_eq!(ends, ["split merchant 383.34 provider 616.67 owes 0.00 cases 0 transfer 0".to_owned()].into());
}

#[test]
fn a_second_dispute_and_its_award() {
    let messages = [
        (own(), pay()),
        (orders(), Command::Freeze(told(2))),
        (orders(), Command::Thaw(told(3))),
        (orders(), Command::Freeze(told(4))),
        (disputes(), Command::Divide(Award { case: case(2), ..award("1000.01", "0.00") })),
    ];
    let ends = ends(&placed(), &messages);
    assert_eq!(ends, ["refunded merchant 1000.01 provider 0.00 owes 0.00 cases 0 transfer 0".to_owned()].into());
}

#[test]
fn a_second_dispute_that_is_withdrawn_too() {
    // The first dispute's messages are lost on the way until the very end.
    let messages = [
        (own(), pay()),
        (orders(), Command::Freeze(told(4))),
        (orders(), Command::Thaw(told(3))),
        (orders(), Command::Thaw(told(5))),
        (orders(), Command::Release(told(6))),
    ];
    let ends = ends(&placed(), &messages);
    assert_eq!(ends, ["released merchant 0.00 provider 1000.01 owes 0.00 cases 0 transfer 0".to_owned()].into());
}

#[test]
fn a_payment_and_the_end_of_its_window() {
    let messages = [(own(), pay()), (orders(), Command::Close(told(2)))];
    let ends = ends(&placed(), &messages);
    // Held and refunded, or never held and returned: the merchant has it back either way.
    assert_eq!(
        ends,
        [
            "closed merchant 1000.01 provider 0.00 owes 0.00 cases 0 transfer 0".to_owned(),
            "refunded merchant 1000.01 provider 0.00 owes 0.00 cases 0 transfer 0".to_owned(),
        ]
        .into()
    );
}

#[test]
fn an_order_that_was_never_paid() {
    let pay_by = at("2026-03-03T09:00:00Z");
    let messages = [
        (orders(), Command::Open { news: told(1), pay_by }),
        (orders(), Command::Close(told(2))),
        (own(), Command::PaymentFailed { payment: payment(1), code: "declined".into() }),
    ];
    let ends = ends(&[], &messages);
    assert_eq!(ends, ["closed merchant 0.00 provider 0.00 owes 0.00 cases 0 transfer 0".to_owned()].into());
}

#[test]
fn every_message_of_a_disputed_order_before_the_order_itself() {
    // No story of a sound system, but nothing may break, and the case's word stands once the money is there.
    let pay_by = at("2026-03-03T09:00:00Z");
    let messages = [
        (orders(), Command::Open { news: told(1), pay_by }),
        (orders(), Command::Freeze(told(2))),
        (disputes(), Command::Divide(award("1.00", "0.00"))),
        (orders(), Command::Thaw(told(3))),
    ];
    for order_of_arrival in permutations(&messages) {
        let mut market = Market::new(1);
        for (actor, command) in &order_of_arrival {
            market.ask_escrow(0, actor, command);
        }
        market.ask_escrow(0, &the_merchant(), &start(1));
        market.come_to_rest();
        market.audit();
        assert_eq!(market.escrows[0].status(), "split");
        assert_eq!(known(&market.escrows[0]).refunded, cny("1.00"));
    }
}
