//! Stories of one purse: the deposit (W33) and liabilities (W18).
use crate::world::*;
use kernel::{Category, Currency, Money, TimeDelta};
use settlement_domain::purse::{Command, Event, Keeping, Refusal, Shortfall, Source, Timer};
use settlement_domain::{Account, Note};
use std::collections::BTreeSet;

fn lines(event: &Event) -> Vec<(Account, i64)> {
    event.posting().unwrap().lines().iter().map(|line| (line.account, line.amount.minor)).collect()
}

fn pay(n: u128, of: u128) -> Command {
    Command::PayLiability { payment: payment(n), case: case(of), method: "tok_bank".into() }
}

fn paid(n: u128) -> Command {
    Command::PaymentSucceeded { payment: payment(n) }
}

#[test]
fn a_qualification_requires_a_deposit_within_15_days() {
    let mut story = purse();
    assert_eq!(story.event_names(), ["opened", "requirement_set", "shortfall_began"]);
    assert_eq!(open(&story).missing(), cny("5000.00"));
    let due = story.now + days(15);
    assert_eq!(story.due(Timer::DepositShortfall), Some(due));
    assert_eq!(story.advance(days(15) - TimeDelta::microseconds(1)), []);
    assert!(!open(&story).is_blocked());
    let lapsed = story.advance(TimeDelta::microseconds(1));
    let [Event::ShortfallOverdue { decision }] = &lapsed[..] else { panic!("{lapsed:?}") };
    assert_eq!(decision.rules, rules(&["W33"]));
    assert!(decision.automated);
    assert_eq!(decision.redress.as_ref().unwrap().action, "top_up_deposit");
    assert_eq!(story.status(), "blocked");
    top_up(&mut story, 1, "4999.99");
    assert_eq!(story.status(), "blocked");
    top_up(&mut story, 2, "0.01");
    assert_eq!(story.status(), "open");
    assert_eq!(story.due(Timer::DepositShortfall), None);
}

#[test]
fn the_deposit_takes_what_is_missing_and_no_more() {
    let mut story = purse();
    story.refuses_with(&the_provider(), topping_up(1, "5000.01"), "deposit_more_than_missing", Some("W33"));
    for amount in ["0.00", "-1.00"] {
        story.refuses_with(&the_provider(), topping_up(1, amount), "purse_amount_not_positive", None);
    }
    let euros = Command::TopUpDeposit { payment: payment(1), amount: Money::new(1, Currency::EUR), method: "t".into() };
    story.refuses_with(&the_provider(), euros, "purse_currency_mismatch", None);
    let nameless = Command::TopUpDeposit { payment: payment(1), amount: cny("1.00"), method: String::new() };
    story.refuses_with(&the_provider(), nameless, "purse_method_malformed", None);
    let started = story.does(&the_provider(), topping_up(1, "5000.00"));
    assert_eq!(started[0].effects()[0].request.kind(), "charge");
    story.refuses_with(&the_provider(), topping_up(2, "1.00"), "purse_payment_running", None);
    let topped = story.does(&own(), paid(1));
    assert_eq!(lines(&topped[0]), [(Account::Gateway, 500_000), (Account::Deposit(provider()), -500_000)]);
    assert_eq!(topped[1], Event::ShortfallEnded);
    story.refuses_with(&the_provider(), topping_up(2, "1.00"), "deposit_complete", Some("W33"));
}

#[test]
fn a_failed_or_forgotten_payment_makes_room_and_late_money_is_not_lost() {
    let mut story = purse();
    story.does(&the_provider(), topping_up(1, "5000.00"));
    let failed = Command::PaymentFailed { payment: payment(1), code: "declined".into() };
    assert_eq!(story.does(&own(), failed.clone()).len(), 1);
    assert_eq!(story.does(&own(), failed), []);
    story.does(&the_provider(), topping_up(2, "5000.00"));
    let lapsed = story.advance(TimeDelta::minutes(30));
    assert_eq!(lapsed, [Event::PaymentAbandoned { payment: payment(2) }]);
    story.refuses_with(&the_provider(), topping_up(2, "1.00"), "purse_payment_reused", None);
    top_up(&mut story, 3, "5000.00");
    let late = story.does(&own(), paid(2));
    assert_eq!(lines(&late[0]), [(Account::Gateway, 500_000), (Account::Payable(provider()), -500_000)]);
    assert!(story.open_to(&the_provider()).contains(&"request_payout"));
}

#[test]
fn payments_without_an_outcome_are_limited() {
    let mut story = purse();
    for n in 1..=8 {
        story.does(&the_provider(), topping_up(n, "1.00"));
        story.advance(TimeDelta::minutes(30));
    }
    story.refuses_with(&the_provider(), topping_up(9, "1.00"), "purse_payments_unresolved", None);
}

#[test]
fn each_category_adds_to_the_deposit_and_the_newest_word_counts() {
    let mut story = covered_purse();
    let now = story.now;
    story.does(&onboarding(), qualified(Category::Software, 2, 3, true, now));
    assert_eq!(open(&story).required(), cny("15000.00"));
    assert_eq!(story.does(&onboarding(), qualified(Category::Software, 2, 2, false, now)), []);
    assert_eq!(story.does(&onboarding(), qualified(Category::Software, 2, 3, true, now)), []);
    story.does(&onboarding(), qualified(Category::Software, 2, 4, false, now));
    assert_eq!(open(&story).required(), cny("5000.00"));
    assert_eq!(open(&story).shortfall, Shortfall::Covered);
    // A later qualification of the same category; then a late word about the earlier one.
    story.does(&onboarding(), qualified(Category::Software, 3, 1, true, now));
    assert_eq!(story.does(&onboarding(), qualified(Category::Software, 2, 5, false, now)), []);
    assert_eq!(open(&story).required(), cny("15000.00"));
}

#[test]
fn what_goes_missing_later_has_a_whole_window_of_its_own() {
    let mut story = purse();
    story.advance(days(10));
    top_up(&mut story, 1, "3000.00");
    let first = story.due(Timer::DepositShortfall).unwrap();
    assert_eq!(first, story.now + days(5));
    story.does(&own(), charge(1, "100.00"));
    assert_eq!(story.due(Timer::DepositShortfall), Some(story.now + days(15)));
    let [.., (_, _, Event::ShortfallBegan { missing, .. })] = &story.journal[..] else { panic!() };
    assert_eq!(*missing, cny("2100.00"));
}

#[test]
fn payable_money_may_fill_the_deposit() {
    let mut story = purse();
    let fill = |amount| Command::FillDeposit { amount: cny(amount) };
    story.refuses_with(&the_provider(), fill("1.00"), "nothing_payable", None);
    story.does(&own(), credit(1, "300.00"));
    story.refuses_with(&the_provider(), fill("300.01"), "insufficient_payable", None);
    let filled = story.does(&the_provider(), fill("300.00"));
    assert_eq!(lines(&filled[0]), [(Account::Payable(provider()), 30_000), (Account::Deposit(provider()), -30_000)]);
    assert_eq!(open(&story).missing(), cny("4700.00"));
}

#[test]
fn a_charge_takes_deposit_then_payable_then_leaves_a_liability_of_10_days() {
    let mut story = covered_purse();
    story.does(&own(), credit(7, "300.00"));
    let charged = story.does(&own(), charge(1, "6000.00"));
    let Event::Charged { from_deposit, from_payable, liability, rules: grounds, .. } = &charged[0] else {
        panic!("{charged:?}")
    };
    let liability = liability.unwrap();
    assert_eq!((*from_deposit, *from_payable, liability.amount), (cny("5000.00"), cny("300.00"), cny("700.00")));
    assert_eq!(liability.pay_by, story.now + days(10));
    assert_eq!(*grounds, rules(&["D3.1.4", "D1.6.2", "W18"]));
    assert_eq!(
        lines(&charged[0]),
        [
            (Account::Deposit(provider()), 500_000),
            (Account::Transfer(order(1)), -500_000),
            (Account::Payable(provider()), 30_000),
            (Account::Transfer(order(1)), -30_000),
            (Account::Receivable(provider()), 70_000),
            (Account::Claim(merchant()), -70_000),
        ]
    );
    let note = Note::Compensate { order: order(1), case: case(1), amount: cny("5300.00") };
    assert_eq!(charged[0].notes(), [note]);
    assert!(matches!(charged[1], Event::ShortfallBegan { .. }));
    story.refuses_with(&own(), charge(2, "0.00"), "purse_amount_not_positive", None);
}

#[test]
fn a_charge_that_the_deposit_covers_leaves_no_liability() {
    let mut story = covered_purse();
    story.does(&own(), charge(1, "5000.00"));
    assert!(open(&story).liabilities.is_empty());
    assert_eq!(open(&story).deposit, cny("0.00"));
}

#[test]
fn a_charge_in_another_currency_leaves_the_deposit_alone() {
    let mut story = covered_purse();
    let euros = |minor| Money::new(minor, Currency::EUR);
    story.does(&own(), Command::CreditPayable { order: order(3), amount: euros(200) });
    let command = Command::Charge {
        case: case(1),
        order: order(1),
        merchant: merchant(),
        amount: euros(500),
        credited: euros(0),
        rules: rules(&["D3.1.4"]),
    };
    story.does(&own(), command);
    assert_eq!(open(&story).deposit, cny("5000.00"));
    assert_eq!(open(&story).liability(Currency::EUR), euros(300));
    assert_eq!(open(&story).liability(Currency::CNY), cny("0.00"));
}

#[test]
fn an_unpaid_liability_blocks_after_10_days_until_it_is_paid() {
    let mut story = covered_purse();
    story.does(&own(), charge(1, "5000.01"));
    assert_eq!(story.due(Timer::LiabilityPayment), Some(story.now + days(10)));
    assert_eq!(story.advance(days(10) - TimeDelta::microseconds(1)), []);
    assert_eq!(story.status(), "open");
    let lapsed = story.advance(TimeDelta::microseconds(1));
    let [Event::LiabilityOverdue { case: of, decision }] = &lapsed[..] else { panic!("{lapsed:?}") };
    assert_eq!((*of, &decision.rules), (case(1), &rules(&["W18", "D1.6.2"])));
    assert_eq!(story.status(), "blocked");
    story.does(&the_provider(), pay(8, 1));
    let settled = story.does(&own(), paid(8));
    assert!(matches!(settled[0], Event::LiabilityPaid { source: Source::Payment(_), .. }));
    assert_eq!(
        lines(&settled[0]),
        [
            (Account::Gateway, 1),
            (Account::Transfer(order(1)), -1),
            (Account::Claim(merchant()), 1),
            (Account::Receivable(provider()), -1),
        ]
    );
    assert_eq!(settled[0].notes(), [Note::Compensate { order: order(1), case: case(1), amount: cny("0.01") }]);
    assert_eq!(story.status(), "open");
    assert_eq!(story.does(&own(), paid(8)), []);
}

#[test]
fn a_liability_is_paid_by_its_case() {
    let mut story = covered_purse();
    story.refuses_with(&the_provider(), pay(8, 1), "no_liability", Some("W18"));
    story.does(&own(), charge(1, "5000.01"));
    story.refuses_with(&the_provider(), pay(8, 2), "unknown_liability", Some("W18"));
    let settle = |of| Command::SettleLiability { case: case(of) };
    story.refuses_with(&the_provider(), settle(1), "nothing_payable", None);
    story.does(&own(), charge(2, "100.00"));
    story.does(&own(), credit(5, "50.00"));
    story.refuses_with(&the_provider(), settle(3), "unknown_liability", Some("W18"));
    story.refuses_with(&the_provider(), settle(2), "insufficient_payable", None);
    let settled = story.does(&the_provider(), settle(1));
    assert!(matches!(settled[0], Event::LiabilityPaid { source: Source::Payable, .. }));
    assert_eq!(open(&story).payable.total(Currency::CNY), cny("49.99"));
}

#[test]
fn the_parties_may_settle_a_liability_themselves_and_money_under_way_is_the_providers() {
    let mut story = covered_purse();
    story.does(&own(), charge(1, "5000.01"));
    story.does(&the_provider(), pay(8, 1));
    let acknowledge = |note: &str| Command::AcknowledgeDirectPayment { case: case(1), note: note.into() };
    story.refuses_with(&the_provider(), acknowledge("paid"), "purse_not_yours", None);
    story.refuses_with(&operator(), acknowledge("  "), "purse_text_malformed", None);
    story.refuses_with(&operator(), acknowledge(&"x".repeat(501)), "purse_text_malformed", None);
    let settled = story.does(&operator(), acknowledge("bank receipt of both parties"));
    assert_eq!(lines(&settled[0]), [(Account::Claim(merchant()), 1), (Account::Receivable(provider()), -1)]);
    assert!(settled[0].notes().is_empty());
    let credited = story.does(&own(), paid(8));
    assert!(matches!(credited[0], Event::PaymentCredited { .. }));
    assert_eq!(open(&story).payable.total(Currency::CNY), cny("0.01"));
    story.refuses_with(&operator(), acknowledge("again"), "no_liability", Some("W18"));
}

#[test]
fn many_liabilities_stay_small_and_lapse_in_one_go_after_an_outage() {
    let mut story = covered_purse();
    story.does(&own(), charge(1, "5000.00"));
    for n in 2..=81 {
        story.does(&own(), charge(n, "10000000.00"));
        story.advance(hours(3));
    }
    story.refuses_with(&own(), charge(82, "1.00"), "liabilities_full", Some("W18"));
    let instants: BTreeSet<_> = open(&story).liabilities.iter().map(|one| one.pay_by).collect();
    assert!((12..=29).contains(&instants.len()), "{} instants", instants.len());
    assert!(open(&story).liabilities.windows(2).all(|pair| pair[0].case < pair[1].case));
    // An outage of a month: everything is due at once.
    story.sleep_through(days(30));
    story.nudge();
    assert!(open(&story).liabilities.iter().all(|liability| liability.overdue));
}

#[test]
fn the_deposit_is_returned_90_days_after_exit() {
    let mut story = covered_purse();
    let exit = Command::Exit { exited_at: story.now, sequence: 4 };
    story.does(&onboarding(), exit.clone());
    assert_eq!(story.does(&onboarding(), exit), []);
    assert_eq!(open(&story).required(), cny("0.00"));
    assert_eq!(story.due(Timer::DepositReturn), Some(story.now + days(90)));
    assert_eq!(story.advance(days(90) - TimeDelta::microseconds(1)), []);
    let lapsed = story.advance(TimeDelta::microseconds(1));
    assert_eq!(lines(&lapsed[0]), [(Account::Deposit(provider()), 500_000), (Account::Payable(provider()), -500_000)]);
    story.does(&the_provider(), ask_payout(1, "5000.00"));
}

#[test]
fn open_cases_and_liabilities_keep_the_deposit() {
    let mut story = covered_purse();
    story.does(&onboarding(), Command::Exit { exited_at: story.now, sequence: 4 });
    story.does(&own(), Command::CaseOpened { order: order(1) });
    let lapsed = story.advance(days(90));
    assert_eq!(lapsed, [Event::DepositKept { open_cases: 1, liabilities: 0 }]);
    story.does(&own(), charge(1, "5100.00"));
    assert_eq!(story.does(&own(), Command::CaseClosed { order: order(1) }).len(), 1);
    story.does(&the_provider(), pay(8, 1));
    let events = story.does(&own(), paid(8));
    assert!(matches!(events[..], [Event::LiabilityPaid { .. }, Event::DepositReturned { .. }]), "{events:?}");
    assert_eq!(open(&story).exit.unwrap().deposit, Keeping::Returned);
}

#[test]
fn a_word_from_before_the_exit_requires_nothing_and_one_after_it_does() {
    let mut story = covered_purse();
    let before = story.now;
    story.advance(days(1));
    story.does(&onboarding(), Command::Exit { exited_at: story.now, sequence: 4 });
    story.does(&onboarding(), qualified(Category::Video, 5, 1, true, before));
    assert_eq!(open(&story).required(), cny("0.00"));
    story.advance(days(2));
    let now = story.now;
    story.does(&onboarding(), qualified(Category::Training, 6, 1, true, now));
    assert_eq!(open(&story).required(), cny("5000.00"));
    let events = story.advance(days(90));
    let [Event::DepositReturned { amount, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!(*amount, cny("0.00"), "what is required again stays");
    assert_eq!(open(&story).deposit, cny("5000.00"));
}

#[test]
fn strangers_see_no_purse_and_parties_do_only_what_is_theirs() {
    let mut story = covered_purse();
    story.unknown_to(&kernel::Actor::provider("eve", kernel::ProviderId(id(0x0666))), ask_payout(1, "1.00"));
    story.unknown_to(&the_merchant(), ask_payout(1, "1.00"));
    story.refuses_with(&operator(), ask_payout(1, "1.00"), "purse_not_yours", None);
    for command in [credit(1, "1.00"), charge(1, "1.00"), paid(1), Command::CaseClosed { order: order(1) }] {
        assert_eq!(story.refuses(&the_provider(), command), Refusal::NotYours);
    }
    assert!(story.actions(&arbitrator()).is_empty());
    let mut absent = unheard_purse();
    absent.unknown_to(&the_provider(), topping_up(1, "1.00"));
    let failed = Command::PayoutFailed { payout: payout(1), code: "x".into() };
    for command in [paid(1), failed, topping_up(1, "1.00"), ask_payout(1, "1.00")] {
        absent.refuses_with(&own(), command, "purse_not_found", None);
    }
}
