//! Stories of one purse: payable money and the door of payouts.
use crate::world::*;
use kernel::{Currency, Money, Org, TimeDelta};
use settlement_domain::Account;
use settlement_domain::gateway::Request;
use settlement_domain::purse::{Command, Event};

fn lines(event: &Event) -> Vec<(Account, i64)> {
    event.posting().unwrap().lines().iter().map(|line| (line.account, line.amount.minor)).collect()
}

fn freeze(n: u128, grounds: &[&'static str], reasons: &str) -> Command {
    Command::FreezePayouts { freeze: id(n), rules: rules(grounds), reasons: reasons.into() }
}

#[test]
fn released_money_is_payable_from_the_midnight_after_7_days() {
    let mut story = covered_purse();
    story.refuses_with(&the_provider(), ask_payout(1, "1.00"), "nothing_payable", None);
    let events = story.does(&own(), credit(1, "100.00"));
    let Event::PayableCredited { payable_from, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!(*payable_from, at("2026-03-10T00:00:00Z"));
    assert_eq!(lines(&events[0]), [(Account::Transfer(order(1)), 10_000), (Account::Payable(provider()), -10_000)]);
    story.advance(*payable_from - story.now - TimeDelta::microseconds(1));
    story.refuses_with(&the_provider(), ask_payout(1, "1.00"), "not_yet_payable", Some("D1.6.2"));
    story.advance(TimeDelta::microseconds(1));
    story.does(&the_provider(), ask_payout(1, "1.00"));
}

#[test]
fn a_payout_takes_what_is_free_and_reaches_the_provider_once() {
    let mut story = covered_purse();
    story.does(&own(), credit(1, "100.00"));
    story.advance(days(8));
    story.does(&own(), credit(2, "50.00"));
    story.refuses_with(&the_provider(), ask_payout(1, "100.01"), "insufficient_payable", None);
    story.refuses_with(&the_provider(), ask_payout(1, "0.00"), "purse_amount_not_positive", None);
    let euros = Command::RequestPayout { payout: payout(1), amount: Money::new(1, Currency::EUR) };
    story.refuses_with(&the_provider(), euros, "purse_currency_mismatch", None);
    let asked = story.does(&the_provider(), ask_payout(1, "60.00"));
    let effect = &asked[0].effects()[0];
    assert_eq!((effect.key, &effect.request), (payout(1).0, &Request::Payout { to: Org::Provider(provider()) }));
    story.refuses_with(&the_provider(), ask_payout(2, "40.00"), "payout_running", None);
    let done = story.does(&own(), Command::PayoutSucceeded { payout: payout(1) });
    assert_eq!(lines(&done[0]), [(Account::Payout(provider()), 6_000), (Account::Gateway, -6_000)]);
    assert_eq!(story.does(&own(), Command::PayoutSucceeded { payout: payout(1) }), []);
    let late = Command::PayoutFailed { payout: payout(1), code: "late".into() };
    assert_eq!(story.does(&own(), late), []);
    assert_eq!(open(&story).payable.total(Currency::CNY), cny("90.00"));
}

#[test]
fn a_failed_payout_is_payable_again_at_once() {
    let mut story = covered_purse();
    story.does(&own(), credit(1, "100.00"));
    story.advance(days(8));
    story.does(&the_provider(), ask_payout(1, "100.00"));
    let failed = Command::PayoutFailed { payout: payout(1), code: "account_closed".into() };
    let events = story.does(&own(), failed.clone());
    assert_eq!(lines(&events[0]), [(Account::Payout(provider()), 10_000), (Account::Payable(provider()), -10_000)]);
    assert_eq!(story.does(&own(), failed), []);
    story.does(&the_provider(), ask_payout(2, "100.00"));
}

#[test]
fn the_door_is_shut_by_freezes_cases_liabilities_and_an_overdue_deposit() {
    let mut story = covered_purse();
    story.does(&own(), credit(1, "9000.00"));
    story.advance(days(8));
    let ask = ask_payout(1, "1.00");

    story.does(&own(), Command::CaseOpened { order: order(2) });
    story.refuses_with(&the_provider(), ask.clone(), "payout_cases_open", Some("D1.6.2"));
    story.does(&own(), Command::CaseClosed { order: order(2) });

    story.does(&officer(), freeze(1, &["M5.58"], "refund disputes pile up"));
    story.refuses_with(&the_provider(), ask.clone(), "payouts_frozen", Some("M5.58"));
    story.does(&operator(), Command::ThawPayouts { freeze: id(1) });

    story.does(&own(), charge(1, "14000.01"));
    story.refuses_with(&the_provider(), ask.clone(), "payout_liability_unpaid", Some("W18"));
    let note = "receipt".to_owned();
    story.does(&operator(), Command::AcknowledgeDirectPayment { case: case(1), note });

    story.does(&own(), credit(3, "10.00"));
    story.advance(days(15));
    story.refuses_with(&the_provider(), ask.clone(), "payout_deposit_overdue", Some("W33"));
    top_up(&mut story, 2, "5000.00");
    story.does(&the_provider(), ask);
}

#[test]
fn a_case_that_closes_before_it_is_heard_to_open_holds_nothing_afterwards() {
    let mut story = covered_purse();
    story.does(&own(), credit(1, "9.00"));
    story.advance(days(8));
    story.does(&own(), Command::CaseClosed { order: order(2) });
    story.does(&own(), Command::CaseOpened { order: order(2) });
    story.does(&the_provider(), ask_payout(1, "9.00"));
}

#[test]
fn a_freeze_has_grounds_and_each_is_lifted_by_itself() {
    let mut story = covered_purse();
    let nine = ["W28"; 9];
    let long = ["W28W28W28W28W28W28W28"];
    for grounds in [&[][..], &nine[..], &long[..], &[""][..]] {
        story.refuses_with(&officer(), freeze(1, grounds, "why"), "payout_freeze_rules_malformed", None);
    }
    for reasons in [String::new(), "x".repeat(2_001)] {
        story.refuses_with(&officer(), freeze(1, &["W28"], &reasons), "purse_text_malformed", None);
    }
    story.refuses_with(&officer(), Command::ThawPayouts { freeze: id(1) }, "payouts_not_frozen", None);
    let events = story.does(&officer(), freeze(1, &["W28", "M5.58"], "why"));
    let [Event::PayoutsFrozen { decision, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!((&decision.rules, decision.by.as_str(), decision.automated), (&rules(&["W28", "M5.58"]), "carl", false));
    assert_eq!(story.does(&officer(), freeze(1, &["W28"], "why")), []);
    story.does(&operator(), freeze(2, &["M1.3"], "court order"));
    story.refuses_with(&officer(), Command::ThawPayouts { freeze: id(3) }, "unknown_payout_freeze", None);
    story.does(&officer(), Command::ThawPayouts { freeze: id(1) });
    story.refuses_with(&the_provider(), ask_payout(1, "1.00"), "payouts_frozen", Some("M1.3"));
    for n in 4..19 {
        story.does(&operator(), freeze(n, &["W28"], "more"));
    }
    story.refuses_with(&operator(), freeze(40, &["W28"], "more"), "payout_freezes_full", None);
}

#[test]
fn payable_money_stays_in_few_lots_whatever_the_turnover() {
    let mut story = covered_purse();
    let mut expected = 0;
    for n in 0..120 {
        story.does(&own(), credit(n, "10.00"));
        expected += 1_000;
        story.advance(hours(5));
    }
    let payable = &open(&story).payable;
    assert_eq!(payable.total(Currency::CNY).minor, expected);
    let lots = serde_json::to_value(payable).unwrap()["CNY"].as_object().unwrap().len();
    assert!(lots <= 10, "{lots} lots");
    let free = payable.free(Currency::CNY, story.now);
    assert!(free.minor < expected && free.minor > expected - 8 * 5 * 1_000, "{free}");
    story.does(&the_provider(), Command::RequestPayout { payout: payout(1), amount: free });
    assert!(open(&story).payable.free(Currency::CNY, story.now).is_zero());
}
