//! Stories of one escrow.
use crate::world::*;
use kernel::{Currency, Money, Org};
use settlement_domain::escrow::{Award, Command, Escrows, Event, OrderNews, Refusal, Standing, Timer};
use settlement_domain::gateway::Request;
use settlement_domain::{Account, Note};

fn succeed(n: u128) -> Command {
    Command::PaymentSucceeded { payment: payment(n) }
}

fn fail(n: u128) -> Command {
    Command::PaymentFailed { payment: payment(n), code: "insufficient_funds".into() }
}

fn lines(event: &Event) -> Vec<(Account, i64)> {
    event.posting().unwrap().lines().iter().map(|line| (line.account, line.amount.minor)).collect()
}

#[test]
fn a_paid_order_is_held_and_its_completion_releases_it() {
    let mut story = escrow();
    assert_eq!(story.status(), "awaiting_payment");
    let started = story.does(&the_merchant(), start(1));
    let effects = started[0].effects();
    assert_eq!((effects[0].key, effects[0].amount, effects[0].request.kind()), (payment(1), cny("1000.01"), "charge"));
    let held = story.does(&own(), succeed(1));
    assert_eq!(story.status(), "held");
    assert_eq!(lines(&held[0]), [(Account::Gateway, 100_001), (Account::Escrow(order(1)), -100_001)]);
    let released = story.does(&orders(), Command::Release(news(2)));
    assert_eq!(story.status(), "released");
    assert_eq!(lines(&released[1]), [(Account::Escrow(order(1)), 100_001), (Account::Transfer(order(1)), -100_001)]);
    let credit = Note::CreditPayable { provider: provider(), order: order(1), amount: cny("1000.01") };
    assert_eq!(released[1].notes(known(&story)), [credit]);
    assert!(released[1].effects().is_empty());
    let Event::Released(disposal) = &released[1] else { panic!("{released:?}") };
    assert_eq!(disposal.rules, rules(&["W5"]));
}

#[test]
fn one_attempt_at_a_time_and_a_failed_one_makes_room() {
    let mut story = escrow();
    story.does(&the_merchant(), start(1));
    story.refuses_with(&the_merchant(), start(2), "escrow_payment_running", None);
    let failed = story.does(&own(), fail(1));
    assert_eq!(failed, [Event::PaymentFailed { payment: payment(1), code: "insufficient_funds".into() }]);
    assert_eq!(story.does(&own(), fail(1)), []);
    story.does(&the_merchant(), start(2));
    story.does(&own(), succeed(2));
    story.refuses_with(&the_merchant(), start(3), "escrow_paid", None);
}

#[test]
fn an_attempt_without_an_answer_is_given_up_after_30_minutes() {
    let mut story = escrow();
    story.does(&the_merchant(), start(1));
    assert_eq!(story.due(Timer::PaymentAttempt), Some(story.now + kernel::TimeDelta::minutes(30)));
    assert_eq!(story.advance(kernel::TimeDelta::minutes(30) - kernel::TimeDelta::microseconds(1)), []);
    let lapsed = story.advance(kernel::TimeDelta::microseconds(1));
    assert_eq!(lapsed, [Event::PaymentAbandoned { payment: payment(1) }]);
    story.refuses_with(&the_merchant(), start(1), "escrow_payment_reused", None);
    story.does(&the_merchant(), start(2));
    // The money of the first comes after all; the second's goes back.
    story.does(&own(), succeed(1));
    assert_eq!(story.status(), "held");
    let returned = story.does(&own(), succeed(2));
    assert_eq!(lines(&returned[0]), [(Account::Gateway, 100_001), (Account::Merchant(merchant()), -100_001)]);
    assert_eq!(returned[0].effects()[0].request, Request::Refund { payment: payment(2) });
    assert_eq!(story.status(), "held");
    assert_eq!(story.does(&own(), succeed(1)), []);
}

#[test]
fn attempts_without_an_outcome_are_limited() {
    let mut story = escrow();
    for n in 1..=8 {
        story.does(&the_merchant(), start(n));
        story.advance(kernel::TimeDelta::minutes(30));
    }
    story.refuses_with(&the_merchant(), start(9), "escrow_payments_unresolved", None);
    story.does(&own(), fail(3));
    story.does(&the_merchant(), start(9));
}

#[test]
fn the_payment_window_ends_at_its_instant() {
    let mut story = escrow();
    story.advance(hours(24) - kernel::TimeDelta::microseconds(1));
    assert!(story.open_to(&the_merchant()).contains(&"start_payment"));
    story.advance(kernel::TimeDelta::microseconds(1));
    story.refuses_with(&the_merchant(), start(1), "escrow_payment_window_closed", Some("W1"));
    story.does(&orders(), Command::Close(OrderNews { rules: rules(&["W1"]), ..news(2) }));
    assert_eq!(story.status(), "closed");
    story.refuses_with(&the_merchant(), start(1), "escrow_closed", Some("W1"));
}

#[test]
fn a_method_token_has_1_to_100_characters() {
    let mut story = escrow();
    for method in [String::new(), "x".repeat(101), "a\nb".into()] {
        let command = Command::StartPayment { payment: payment(1), method };
        story.refuses_with(&the_merchant(), command, "escrow_method_malformed", None);
    }
    story.does(&the_merchant(), Command::StartPayment { payment: payment(1), method: "x".repeat(100) });
}

#[test]
fn money_that_comes_after_the_order_closed_goes_back_by_itself() {
    let mut story = escrow();
    story.does(&the_merchant(), start(1));
    story.does(&orders(), Command::Close(news(2)));
    assert_eq!(story.status(), "closed");
    let returned = story.does(&own(), succeed(1));
    let effect = &returned[0].effects()[0];
    assert_eq!((effect.amount, &effect.request), (cny("1000.01"), &Request::Refund { payment: payment(1) }));
    assert_eq!(story.status(), "closed");
    let confirmed = story.does(&own(), Command::RemittanceConfirmed { remittance: effect.key });
    assert_eq!(lines(&confirmed[0]), [(Account::Merchant(merchant()), 100_001), (Account::Gateway, -100_001)]);
    assert_eq!(known(&story).refunded, cny("1000.01"));
    assert_eq!(story.does(&own(), Command::RemittanceConfirmed { remittance: effect.key }), []);
}

#[test]
fn a_cancelled_order_is_refunded_in_full() {
    let mut story = held_escrow();
    let events = story.does(&orders(), Command::Close(news(2)));
    assert_eq!(story.status(), "refunded");
    let effects = events[1].effects();
    assert_eq!((effects[0].amount, &effects[0].request), (cny("1000.01"), &Request::Refund { payment: payment(1) }));
    assert!(events[1].notes(known(&story)).is_empty());
    assert_eq!(story.does(&orders(), Command::Release(news(3))), []);
    assert_eq!(story.status(), "refunded");
}

#[test]
fn a_dispute_holds_the_money_still_until_it_is_withdrawn() {
    let mut story = held_escrow();
    let frozen = story.does(&orders(), Command::Freeze(news(2)));
    assert_eq!(story.status(), "frozen");
    assert_eq!(frozen[1].notes(known(&story)), [Note::CaseOpened { provider: provider(), order: order(1) }]);
    assert_eq!(story.does(&orders(), Command::Freeze(news(2))), []);
    let thawed = story.does(&orders(), Command::Thaw(news(3)));
    assert_eq!(story.status(), "held");
    assert_eq!(thawed[1].notes(known(&story)), [Note::CaseClosed { provider: provider(), order: order(1) }]);
    // The withdrawn dispute's message comes once more, late.
    assert_eq!(story.does(&orders(), Command::Freeze(news(2))), []);
    assert_eq!(story.status(), "held");
}

#[test]
fn a_second_dispute_that_overtakes_the_end_of_the_first_is_counted_once() {
    let mut story = frozen_escrow();
    let again = story.does(&orders(), Command::Freeze(news(4)));
    assert!(matches!(again[..], [Event::OrderHeard { standing: Standing::Disputed, sequence: 4, .. }]));
    assert_eq!(story.does(&orders(), Command::Thaw(news(3))), []);
    assert_eq!(story.status(), "frozen");
}

#[test]
fn an_award_splits_to_the_minor_unit() {
    let mut story = frozen_escrow();
    let events = story.does(&disputes(), Command::Divide(award("333.34", "0.00")));
    assert_eq!(story.status(), "split");
    let Event::Split(disposal) = &events[2] else { panic!("{events:?}") };
    assert_eq!((disposal.to_merchant, disposal.to_provider), (cny("333.34"), cny("666.67")));
    assert_eq!((disposal.case, &disposal.rules), (Some(case(1)), &rules(&["D2.9"])));
    assert_eq!(events[1].notes(known(&story)), [Note::CaseClosed { provider: provider(), order: order(1) }]);
    let credit = Note::CreditPayable { provider: provider(), order: order(1), amount: cny("666.67") };
    assert_eq!(events[2].notes(known(&story)), [credit]);
    assert_eq!(story.does(&disputes(), Command::Divide(award("333.34", "0.00"))), []);
    assert_eq!(known(&story).to_merchant(), cny("333.34"));
    assert_eq!(known(&story).released(), cny("666.67"));
}

#[test]
fn an_award_may_give_all_to_one_side() {
    for (to_merchant, status) in [("0.00", "released"), ("1000.01", "refunded")] {
        let mut story = frozen_escrow();
        story.does(&disputes(), Command::Divide(award(to_merchant, "0.00")));
        assert_eq!(story.status(), status);
    }
}

#[test]
fn compensation_comes_out_of_the_providers_part_before_it_is_charged_to_the_purse() {
    let mut story = frozen_escrow();
    let events = story.does(&disputes(), Command::Divide(award("333.34", "50.00")));
    let Event::Split(disposal) = &events[2] else { panic!("{events:?}") };
    assert_eq!((disposal.to_merchant, disposal.compensation), (cny("383.34"), cny("50.00")));
    assert_eq!(disposal.to_provider, cny("616.67"));
    assert_eq!(known(&story).charge, None);
    let mut story = frozen_escrow();
    story.does(&disputes(), Command::Divide(award("900.00", "100.02")));
    assert_eq!(story.status(), "refunded");
    assert_eq!(known(&story).charge.unwrap().asked, cny("0.01"));
}

#[test]
fn compensation_is_charged_to_the_purse_and_sent_on_when_it_is_collected() {
    let mut story = frozen_escrow();
    let events = story.does(&disputes(), Command::Divide(award("1000.01", "500.00")));
    let charge = Note::Charge {
        provider: provider(),
        order: order(1),
        merchant: merchant(),
        case: case(1),
        amount: cny("500.00"),
        credited: cny("0.00"),
        rules: rules(&["D2.9"]),
    };
    assert_eq!(events[3].notes(known(&story)), [charge]);
    let collected = |amount| Command::Compensate { case: case(1), amount: cny(amount) };
    let sent = story.does(&own(), collected("200.00"));
    assert_eq!(lines(&sent[0]), [(Account::Transfer(order(1)), 20_000), (Account::Merchant(merchant()), -20_000)]);
    assert_eq!(sent[0].effects()[0].request, Request::Payout { to: Org::Merchant(merchant()) });
    story.does(&own(), collected("300.00"));
    // Never more than was charged, and never for another case.
    assert_eq!(story.does(&own(), collected("0.01")), []);
    assert_eq!(story.does(&own(), Command::Compensate { case: case(2), amount: cny("0.01") }), []);
    story.refuses_with(&own(), collected("0.00"), "escrow_amount_impossible", None);
}

#[test]
fn an_award_beyond_the_escrow_is_charged_to_the_purse() {
    let mut story = frozen_escrow();
    story.does(&disputes(), Command::Divide(award("1200.01", "5.00")));
    assert_eq!(story.status(), "refunded");
    assert_eq!(known(&story).charge.unwrap().asked, cny("205.00"));
}

#[test]
fn an_award_after_a_release_is_borne_by_the_purse() {
    let mut story = held_escrow();
    story.does(&orders(), Command::Release(news(2)));
    story.does(&disputes(), Command::Divide(award("400.00", "1.00")));
    assert_eq!(story.status(), "released");
    assert_eq!(known(&story).charge.unwrap().asked, cny("401.00"));
}

#[test]
fn an_award_is_positive_and_of_the_orders_currency() {
    let mut story = frozen_escrow();
    let dollars = Money::new(1, Currency::USD);
    for award in [
        award("-0.01", "0.00"),
        award("1.00", "-0.01"),
        Award { to_merchant: dollars, ..award("0.00", "0.00") },
        Award { compensation: dollars, ..award("0.00", "0.00") },
        Award { compensation: Money::new(i64::MAX, Currency::CNY), ..award("0.01", "0.00") },
    ] {
        story.refuses_with(&disputes(), Command::Divide(award), "escrow_amount_impossible", None);
    }
    let mut story = unheard_escrow(order(1));
    let free = OrderNews { amount: cny("0.00"), ..news(1) };
    story.refuses_with(&orders(), Command::Close(free), "escrow_amount_impossible", None);
}

#[test]
fn an_order_that_its_case_ended_waits_for_the_cases_own_word() {
    let mut story = frozen_escrow();
    story.does(&orders(), Command::AwaitAward(news(3)));
    assert_eq!(story.status(), "frozen");
    story.does(&disputes(), Command::Divide(award("10.00", "0.00")));
    assert_eq!(story.status(), "split");
}

#[test]
fn a_case_may_be_heard_of_before_its_order() {
    let mut story = unheard_escrow(order(1));
    story.does(&disputes(), Command::Divide(award("10.00", "0.00")));
    assert_eq!(story.status(), "announced");
    assert_eq!(story.does(&disputes(), Command::Divide(award("10.00", "0.00"))), []);
    story.refuses_with(&own(), succeed(1), "escrow_not_found", None);
    let pay_by = story.now + hours(24);
    story.does(&orders(), Command::Open { news: news(1), pay_by });
    story.does(&the_merchant(), start(1));
    story.does(&own(), succeed(1));
    assert_eq!(story.status(), "split");
}

#[test]
fn a_failed_remittance_is_sent_again_under_a_new_key_by_an_operator() {
    let mut story = held_escrow();
    story.refuses_with(&operator(), Command::RetryRemittance { remittance: payment(9) }, "escrow_nothing_failed", None);
    let events = story.does(&orders(), Command::Close(news(2)));
    let key = events[1].effects()[0].key;
    let failed = Command::RemittanceFailed { remittance: key, code: "c".repeat(300) };
    let events = story.does(&own(), failed.clone());
    assert_eq!(events, [Event::RemittanceFailed { remittance: key, code: "c".repeat(100) }]);
    assert_eq!(story.does(&own(), failed), []);
    let other = Command::RetryRemittance { remittance: payment(9) };
    story.refuses_with(&operator(), other, "escrow_remittance_not_failed", None);
    let events = story.does(&operator(), Command::RetryRemittance { remittance: key });
    let again = &events[0].effects()[0];
    assert_ne!(again.key, key);
    assert_eq!((again.amount, &again.request), (cny("1000.01"), &Request::Refund { payment: payment(1) }));
    assert_eq!(story.does(&own(), Command::RemittanceConfirmed { remittance: key }), []);
    story.does(&own(), Command::RemittanceConfirmed { remittance: again.key });
    assert_eq!(known(&story).refunded, cny("1000.01"));
}

#[test]
fn strangers_see_no_escrow_and_parties_do_only_what_is_theirs() {
    let mut story = escrow();
    story.unknown_to(&kernel::Actor::merchant("eve", kernel::MerchantId(id(0x0666))), start(1));
    story.unknown_to(&kernel::Actor::provider("eve", kernel::ProviderId(id(0x0666))), start(1));
    story.unknown_to(&officer(), start(1));
    story.refuses_with(&the_provider(), start(1), "escrow_not_yours", None);
    for command in [
        Command::Release(news(2)),
        Command::Divide(award("0.00", "0.00")),
        succeed(1),
        Command::RetryRemittance { remittance: payment(1) },
    ] {
        assert_eq!(story.refuses(&the_merchant(), command), Refusal::NotYours);
    }
    assert!(story.actions(&arbitrator()).is_empty());
    let mut absent = unheard_escrow(order(1));
    absent.unknown_to(&the_merchant(), start(1));
    for command in [succeed(1), fail(1), start(1), Command::Compensate { case: case(1), amount: cny("1.00") }] {
        absent.refuses_with(&own(), command, "escrow_not_found", None);
    }
}

#[test]
fn an_unpaid_order_that_says_it_ended_takes_no_payment() {
    let mut story = escrow();
    story.does(&orders(), Command::Release(news(2)));
    assert_eq!(story.status(), "awaiting_payment");
    story.refuses_with(&the_merchant(), start(1), "escrow_not_awaiting_payment", None);
}

#[test]
fn the_journal_tells_who_did_what() {
    let mut story = frozen_escrow();
    story.does(&disputes(), Command::Divide(award("333.34", "50.00")));
    insta::assert_snapshot!(story.timeline());
    assert_eq!(Escrows::events(&story), story.event_names());
}

/// The names of a journal, as routing keys use them.
trait Names {
    fn events(story: &check::Story<Escrows>) -> Vec<String>;
}

impl Names for Escrows {
    fn events(story: &check::Story<Escrows>) -> Vec<String> {
        let name = |event| serde_json::to_value(event).unwrap()["event"].as_str().unwrap().to_owned();
        story.journal.iter().map(|(_, _, event)| name(event)).collect()
    }
}
