//! Another outcome after the money has moved (D1.1.4): a court's, reported and followed. What can be taken back is taken
//! back, what cannot is a recorded liability of whoever has it (D1.6.2).
use crate::world::market::Market;
use crate::world::*;
use kernel::{Currency, TimeDelta};
use settlement_domain::Account;
use settlement_domain::escrow::{Award, Command, DebtTerm, Event};
use settlement_domain::gateway::{Outcome, Request};
use settlement_domain::purse::Command as PurseCommand;

/// An order whose case gave the merchant a part, carried out to the last message.
fn awarded(to_merchant: &str, compensation: &str) -> Market {
    let mut market = Market::new(1);
    let pay_by = market.now() + hours(24);
    market.ask_escrow(0, &orders(), &Command::Open { news: news(1), pay_by });
    market.ask_escrow(0, &the_merchant(), &start(1));
    market.come_to_rest();
    market.ask_escrow(0, &orders(), &Command::Freeze(news(2)));
    market.ask_escrow(0, &disputes(), &Command::Divide(award(to_merchant, compensation)));
    market.come_to_rest();
    market
}

fn follow(market: &mut Market, award: Award) {
    market.ask_escrow(0, &disputes(), &Command::Divide(award));
    market.come_to_rest();
    market.audit();
    assert_eq!(market.balance(Account::Transfer(order(1))), 0);
}

fn payable(market: &Market) -> String {
    open(&market.purse).payable.total(Currency::CNY).amount()
}

fn has(market: &Market) -> (String, String) {
    let known = known(&market.escrows[0]);
    (known.refunded.amount(), known.debt.amount())
}

#[test]
fn more_for_the_merchant_comes_out_of_what_the_provider_was_credited_for_the_order() {
    let mut market = awarded("400.00", "0.00");
    market.ask_purse(&the_provider(), &topping_up(2, "5000.00"));
    market.come_to_rest();
    assert_eq!(payable(&market), "600.01");
    follow(&mut market, other_award(5, "1000.01", "0.00"));
    assert_eq!(
        (payable(&market).as_str(), open(&market.purse).deposit),
        ("0.00", cny("5000.00")),
        "no deposit is touched"
    );
    assert_eq!(has(&market), ("1000.01".into(), "0.00".into()));
    assert!(open(&market.purse).liabilities.is_empty());
}

#[test]
fn what_was_paid_out_comes_out_of_the_deposit_and_the_rest_is_a_liability() {
    let mut market = awarded("0.00", "0.00");
    market.ask_purse(&the_provider(), &topping_up(2, "5000.00"));
    market.come_to_rest();
    market.advance(days(8));
    market.ask_purse(&the_provider(), &ask_payout(1, "1000.01"));
    market.come_to_rest();
    follow(&mut market, other_award(5, "1000.01", "5000.00"));
    let purse = open(&market.purse);
    assert_eq!((purse.deposit, purse.liabilities[0].amount), (cny("0.00"), cny("1000.01")));
    let grounds = market.purse.journal.iter().rev().find_map(|(_, _, event)| match event {
        settlement_domain::purse::Event::Charged { rules, .. } => Some(rules.clone()),
        _ => None,
    });
    assert_eq!(grounds.unwrap(), rules(&["D1.1.4", "D1.6.2", "W18"]));
    // The provider pays what is left, and the merchant has all of it.
    let pay = PurseCommand::PayLiability { payment: payment(7), case: case(1), method: "tok".into() };
    market.ask_purse(&the_provider(), &pay);
    market.come_to_rest();
    assert_eq!(has(&market), ("6000.01".into(), "0.00".into()));
}

#[test]
fn a_second_correction_adds_to_the_same_liability() {
    let mut market = awarded("1000.01", "100.00");
    assert_eq!(open(&market.purse).liabilities[0].amount, cny("100.00"));
    follow(&mut market, other_award(5, "1000.01", "300.00"));
    assert_eq!(open(&market.purse).liabilities.len(), 1);
    assert_eq!(open(&market.purse).liabilities[0].amount, cny("300.00"));
    market.advance(days(10));
    follow(&mut market, other_award(6, "1000.01", "301.00"));
    let liability = open(&market.purse).liabilities[0];
    assert!(liability.overdue && open(&market.purse).is_blocked(), "a growth makes nobody's delay good");
    assert_eq!(liability.amount, cny("301.00"));
}

#[test]
fn less_for_the_merchant_cancels_what_was_not_collected_and_records_the_rest() {
    let mut market = awarded("1000.01", "100.00");
    follow(&mut market, other_award(5, "1000.01", "40.00"));
    assert_eq!(open(&market.purse).liabilities[0].amount, cny("40.00"));
    assert_eq!(has(&market), ("1000.01".into(), "0.00".into()));
    follow(&mut market, other_award(6, "700.00", "0.00"));
    assert!(open(&market.purse).liabilities.is_empty());
    assert_eq!(has(&market), ("1000.01".into(), "300.01".into()));
    assert_eq!(market.balance(Account::Due(provider())), -30_001);
    let [.., (_, _, Event::DebtRecorded { case: of, rules: grounds, .. })] = &market.escrows[0].journal[..] else {
        panic!("no debt was recorded")
    };
    assert_eq!((*of, grounds), (case(1), &rules(&["D1.1.4", "D1.6.2", "W18"])));
}

#[test]
fn what_the_merchant_owes_back_is_paid_or_settled_between_the_parties() {
    let mut market = awarded("1000.01", "0.00");
    let repay = |n| Command::RepayDebt { payment: payment(n), method: "tok_visa".into() };
    let story = &mut market.escrows[0];
    story.refuses_with(&the_merchant(), repay(8), "escrow_nothing_owed", Some("D1.6.2"));
    follow(&mut market, other_award(5, "600.00", "0.00"));
    market.escrows[0].refuses_with(&the_provider(), repay(8), "escrow_not_yours", None);
    market.ask_escrow(0, &the_merchant(), &repay(8));
    market.come_to_rest();
    assert_eq!((has(&market).1.as_str(), payable(&market).as_str()), ("0.00", "400.01"));
    // Later still less, and the parties settle that themselves.
    follow(&mut market, other_award(6, "500.00", "0.00"));
    let noted = |note: &str| Command::AcknowledgeRepayment { note: note.into() };
    market.escrows[0].refuses_with(&operator(), noted(" "), "escrow_note_malformed", None);
    market.ask_escrow(0, &operator(), &noted("a receipt of both"));
    market.audit();
    assert_eq!((has(&market).1.as_str(), payable(&market).as_str()), ("0.00", "400.01"));
    // And in the end all of it is the merchant's after all: the provider gives back what it was given back, and more.
    follow(&mut market, other_award(7, "1000.01", "0.00"));
    let known = known(&market.escrows[0]);
    assert_eq!(known.returned, cny("500.01"));
    assert_eq!(open(&market.purse).liability(Currency::CNY), cny("100.00"));
}

/// W18 on the merchant's side.
#[test]
fn a_debt_that_is_not_paid_in_ten_days_is_overdue_until_it_is() {
    let mut market = awarded("1000.01", "0.00");
    follow(&mut market, other_award(5, "600.00", "0.00"));
    let term = |market: &Market| known(&market.escrows[0]).debt_term;
    let pay_by = market.now() + days(10);
    assert_eq!(term(&market), DebtTerm::Until(pay_by));
    market.advance(days(4));
    follow(&mut market, other_award(6, "500.00", "0.00"));
    assert_eq!(term(&market), DebtTerm::Until(pay_by), "a growth makes nobody's delay good");
    market.advance(days(6) - TimeDelta::microseconds(1));
    assert_eq!(term(&market), DebtTerm::Until(pay_by));
    market.advance(TimeDelta::microseconds(1));
    assert_eq!(term(&market), DebtTerm::Overdue);
    let (_, _, last) = market.escrows[0].journal.last().unwrap();
    let Event::DebtOverdue { case: of, decision } = last else { panic!("{last:?}") };
    assert_eq!((*of, &decision.rules), (case(1), &rules(&["W18", "D1.6.2"])));
    assert_eq!(decision.redress.as_ref().unwrap().action, "repay_debt");
    market.ask_escrow(0, &the_merchant(), &Command::RepayDebt { payment: payment(8), method: "tok".into() });
    assert_eq!(term(&market), DebtTerm::Overdue, "until the money is there");
    market.come_to_rest();
    assert_eq!(term(&market), DebtTerm::None);
    // What is owed later has ten days of its own; another outcome may end it too.
    follow(&mut market, other_award(7, "400.00", "0.00"));
    assert_eq!(term(&market), DebtTerm::Until(market.now() + days(10)));
    follow(&mut market, other_award(8, "500.00", "0.00"));
    assert_eq!(term(&market), DebtTerm::None);
}

#[test]
fn a_payment_that_comes_when_the_debt_is_gone_goes_back() {
    let mut market = awarded("1000.01", "0.00");
    follow(&mut market, other_award(5, "600.00", "0.00"));
    market.ask_escrow(0, &the_merchant(), &Command::RepayDebt { payment: payment(8), method: "tok".into() });
    market.ask_escrow(0, &disputes(), &Command::Divide(other_award(6, "900.00", "0.00")));
    assert_eq!(has(&market).1, "100.01");
    market.come_to_rest();
    market.audit();
    assert_eq!(has(&market), ("1400.02".into(), "100.01".into()), "the 400.01 it paid went back");
    let cases: Vec<_> = market.escrows[0]
        .journal
        .iter()
        .filter_map(|(_, _, event)| match event {
            Event::RemittanceConfirmed { case, posting, .. } => Some((*case, posting.lines()[0].amount.amount())),
            _ => None,
        })
        .collect();
    assert_eq!(cases.last(), Some(&(None, "400.01".into())), "no case gave it to the merchant");
    assert!(cases.iter().rev().skip(1).all(|(case, _)| case.is_some()), "{cases:?}");
}

#[test]
fn a_refund_that_failed_is_taken_back_before_anybody_owes_anything() {
    let mut market = Market::new(1);
    let pay_by = market.now() + hours(24);
    market.ask_escrow(0, &orders(), &Command::Open { news: news(1), pay_by });
    market.ask_escrow(0, &the_merchant(), &start(1));
    market.come_to_rest();
    market.ask_escrow(0, &orders(), &Command::Freeze(news(2)));
    market.ask_escrow(0, &disputes(), &Command::Divide(award("800.00", "0.00")));
    let place = market.effects.iter().position(|(_, effect)| matches!(effect.request, Request::Refund { .. })).unwrap();
    market.answer(place, false);
    market.ask_escrow(0, &disputes(), &Command::Divide(other_award(5, "300.00", "0.00")));
    assert_eq!(has(&market), ("0.00".into(), "0.00".into()));
    market.come_to_rest();
    market.audit();
    assert_eq!(has(&market), ("300.00".into(), "0.00".into()));
    assert_eq!(payable(&market), "700.01");
}

#[test]
fn a_refund_that_fails_only_after_the_correction_is_taken_back_then() {
    let mut story = frozen_escrow();
    let events = story.does(&disputes(), Command::Divide(award("800.00", "0.00")));
    let key = events.iter().find_map(|event| event.effects().first().map(|effect| effect.key)).unwrap();
    story.does(&disputes(), Command::Divide(other_award(5, "300.00", "0.00")));
    assert_eq!(known(&story).debt, cny("500.00"));
    let effect = events.iter().find_map(|event| event.effects().into_iter().next()).unwrap();
    let failed = Command::answered(&effect, Outcome::Failed { code: "closed_account".into() }).unwrap();
    let events = story.does(&own(), failed);
    let [Event::RemittanceFailed { .. }, Event::RemittanceRecalled { remittance, amount, rest, .. }] = &events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!((*remittance, *amount), (key, cny("500.00")));
    assert_eq!(rest.as_ref().unwrap().amount, cny("300.00"));
    assert_eq!(known(&story).debt, cny("0.00"));
}

#[test]
fn an_outcome_before_the_money_moved_is_simply_the_one_that_counts() {
    let mut story = held_escrow();
    let mut unpaid = escrow();
    for story in [&mut story, &mut unpaid] {
        story.does(&orders(), Command::Freeze(news(2)));
    }
    unpaid.does(&disputes(), Command::Divide(award("1000.01", "0.00")));
    unpaid.does(&disputes(), Command::Divide(other_award(5, "1.00", "0.00")));
    assert_eq!(known(&unpaid).award.as_ref().unwrap().to_merchant, cny("1.00"));
    // The appeal's word before the first decision's, which comes too late to count.
    story.does(&disputes(), Command::Divide(other_award(9, "1.00", "0.00")));
    assert_eq!(story.does(&disputes(), Command::Divide(award("1000.01", "0.00"))), []);
    assert_eq!(story.does(&disputes(), Command::Divide(other_award(9, "5.00", "0.00"))), []);
    assert_eq!(known(&story).to_merchant(), cny("1.00"));
    let of_another = Award { case: case(2), ..other_award(12, "5.00", "0.00") };
    assert_eq!(story.does(&disputes(), Command::Divide(of_another)), [], "one case speaks about an order");
}

#[test]
fn the_last_word_counts_in_whatever_order_words_and_notes_arrive() {
    for words in [[5, 6, 7], [5, 7, 6], [6, 5, 7], [6, 7, 5], [7, 5, 6], [7, 6, 5]] {
        for which in 0..3 {
            let mut market = awarded("400.00", "0.00");
            for sequence in words {
                let (to_merchant, compensation) = match sequence {
                    5 => ("1000.01", "700.00"),
                    6 => ("0.00", "0.00"),
                    _ => ("900.00", "0.00"),
                };
                market.ask_escrow(0, &disputes(), &Command::Divide(other_award(sequence, to_merchant, compensation)));
                market.deliver(which);
                market.audit();
            }
            while !market.notes.is_empty() {
                market.deliver(which);
            }
            market.come_to_rest();
            market.audit();
            let known = known(&market.escrows[0]);
            let asked = known.charge.map_or(0, |charge| charge.asked.minor);
            assert_eq!(40_000 + asked - known.debt.minor - known.returned.minor, 90_000, "{words:?} {which}");
        }
    }
}
