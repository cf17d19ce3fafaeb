//! Money is conserved to the minor unit over random commands to escrows and purse, in random order of delivery.
use crate::world::market::Market;
use crate::world::*;
use kernel::{Actor, Category, Currency, PayoutId, TimeDelta};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use settlement_domain::Account;
use settlement_domain::escrow::{Award, Command, Escrows, Funds, OrderNews};
use settlement_domain::purse::Command as PurseCommand;
use std::cell::RefCell;
use std::collections::BTreeSet;
use strum::VariantArray;

#[derive(Clone, Debug)]
enum Step {
    Place { n: usize, amount: i64 },
    Order { n: usize, what: u8, ahead: i64, amount: i64 },
    Case { n: usize, to_merchant: i64, compensation: i64, ahead: i64 },
    Debt { n: usize, is_direct: bool },
    Pay { n: usize },
    Retry { n: usize, which: usize },
    TopUp { amount: i64 },
    Fill { amount: i64 },
    Payout { amount: i64 },
    Liability { which: usize, how: u8 },
    Freeze { n: u128 },
    Thaw { n: u128 },
    Requirement { category: usize, n: u128, sequence: i64, required: bool },
    Exit { sequence: i64 },
    Deliver { which: usize },
    Answer { which: usize, succeeds: bool },
    Wait { minutes: i64 },
    Stranger { what: u8 },
}

fn step() -> impl Strategy<Value = Step> {
    let n = 0..3usize;
    prop_oneof![
        2 => (n.clone(), 1..200_000i64).prop_map(|(n, amount)| Step::Place { n, amount }),
        6 => (n.clone(), 0..9u8, -1..3i64, 1..200_000i64)
            .prop_map(|(n, what, ahead, amount)| Step::Order { n, what, ahead, amount }),
        4 => (n.clone(), 0..250_000i64, prop_oneof![3 => Just(0), 1 => 1..900_000i64], -1..4i64).prop_map(
            |(n, to_merchant, compensation, ahead)| Step::Case { n, to_merchant, compensation, ahead }
        ),
        8 => (n.clone(), prop::bool::weighted(0.25)).prop_map(|(n, is_direct)| Step::Debt { n, is_direct }),
        8 => n.clone().prop_map(|n| Step::Pay { n }),
        4 => (n, 0..4usize).prop_map(|(n, which)| Step::Retry { n, which }),
        2 => (1..600_000i64).prop_map(|amount| Step::TopUp { amount }),
        3 => (1..600_000i64).prop_map(|amount| Step::Fill { amount }),
        3 => (1..200_000i64).prop_map(|amount| Step::Payout { amount }),
        5 => (0..2usize, 0..5u8).prop_map(|(which, how)| Step::Liability { which, how }),
        1 => (0..3u128).prop_map(|n| Step::Freeze { n }),
        2 => (0..3u128).prop_map(|n| Step::Thaw { n }),
        1 => (0..5usize, 0..3u128, 1..5i64, any::<bool>())
            .prop_map(|(category, n, sequence, required)| Step::Requirement { category, n, sequence, required }),
        1 => (1..3i64).prop_map(|sequence| Step::Exit { sequence }),
        6 => (0..8usize).prop_map(|which| Step::Deliver { which }),
        6 => (0..8usize, prop::bool::weighted(0.7)).prop_map(|(which, succeeds)| Step::Answer { which, succeeds }),
        4 => prop_oneof![4 => Just(30), 8 => 0..600i64, 4 => 0..30_000i64, 1 => Just(130_000)].prop_map(|minutes| Step::Wait { minutes }),
        1 => (0..4u8).prop_map(|what| Step::Stranger { what }),
    ]
}

fn minor(amount: i64) -> kernel::Money {
    kernel::Money::new(amount, Currency::CNY)
}

fn order_message(what: u8, news: OrderNews) -> Command {
    match what {
        0..=2 => Command::Freeze(news),
        3..=5 => Command::Thaw(news),
        6 => Command::Release(news),
        7 => Command::Close(news),
        _ => Command::AwaitAward(news),
    }
}

fn liability(market: &Market, which: usize, how: u8, payment: uuid::Uuid) -> (Actor, PurseCommand) {
    let liabilities = &open(&market.purse).liabilities;
    let case = liabilities.get(which).map_or(case(9), |liability| liability.case);
    match how {
        0 | 1 => (the_provider(), PurseCommand::PayLiability { payment, case, method: "tok".into() }),
        2 | 3 => (the_provider(), PurseCommand::SettleLiability { case }),
        _ => (operator(), PurseCommand::AcknowledgeDirectPayment { case, note: "receipt".into() }),
    }
}

fn take(market: &mut Market, step: &Step, count: u128) {
    let fresh = id(0x1_0000 + count);
    match step.clone() {
        Step::Place { n, amount } => {
            let (news, pay_by) = (OrderNews { amount: minor(amount), ..news(1) }, market.now() + TimeDelta::hours(24));
            market.ask_escrow(n, &orders(), &Command::Open { news, pay_by });
        }
        Step::Order { n, what, ahead, amount } => {
            let known = market.escrows[n].state.known();
            let sequence = known.map_or(1, |known| known.sequence) + ahead;
            let amount = known.map_or(minor(amount), |known| known.amount);
            let command = order_message(what, OrderNews { amount, ..news(sequence) });
            market.ask_escrow(n, &orders(), &command);
        }
        Step::Case { n, to_merchant, compensation, ahead } => {
            let award = market.escrows[n].state.known().and_then(|known| known.award.as_ref());
            let sequence = award.map_or(1, |award| award.sequence) + ahead;
            let (to_merchant, compensation) = (minor(to_merchant), minor(compensation));
            let case = case(n as u128);
            let award = Award { case, to_merchant, compensation, rules: rules(&["D2.9"]), sequence };
            market.ask_escrow(n, &disputes(), &Command::Divide(award));
        }
        Step::Debt { n, is_direct: true } => {
            market.ask_escrow(n, &operator(), &Command::AcknowledgeRepayment { note: "receipt".into() });
        }
        Step::Debt { n, is_direct: false } => {
            market.ask_escrow(n, &the_merchant(), &Command::RepayDebt { payment: fresh, method: "tok".into() });
        }
        Step::Pay { n } => {
            market.ask_escrow(n, &the_merchant(), &Command::StartPayment { payment: fresh, method: "tok".into() });
        }
        Step::Retry { n, which } => {
            let pending = market.escrows[n].state.known().and_then(|known| known.remittances.get(which));
            let remittance = pending.map_or(fresh, |pending| pending.remittance.id);
            market.ask_escrow(n, &operator(), &Command::RetryRemittance { remittance });
        }
        Step::TopUp { amount } => {
            let amount = minor(amount.min(open(&market.purse).missing().minor));
            let command = PurseCommand::TopUpDeposit { payment: fresh, amount, method: "tok".into() };
            market.ask_purse(&the_provider(), &command);
        }
        Step::Fill { amount } => {
            let purse = open(&market.purse);
            let most = purse.missing().minor.min(purse.payable.total(Currency::CNY).minor);
            market.ask_purse(&the_provider(), &PurseCommand::FillDeposit { amount: minor(amount.min(most)) });
        }
        Step::Payout { amount } => {
            let free = open(&market.purse).payable.free(Currency::CNY, market.now()).minor;
            let (payout, amount) = (PayoutId(fresh), minor(amount.min(free + 1)));
            market.ask_purse(&the_provider(), &PurseCommand::RequestPayout { payout, amount });
        }
        Step::Liability { which, how } => {
            let (actor, command) = liability(market, which, how, fresh);
            market.ask_purse(&actor, &command);
        }
        Step::Freeze { n } => drop(market.ask_purse(&officer(), &freeze(n))),
        Step::Thaw { n } => drop(market.ask_purse(&operator(), &PurseCommand::ThawPayouts { freeze: id(n) })),
        Step::Requirement { category, n, sequence, required } => {
            let at = market.now();
            let command = qualified(Category::VARIANTS[category], n, sequence, required, at);
            market.ask_purse(&onboarding(), &command);
        }
        Step::Exit { sequence } => {
            let exited_at = market.now();
            market.ask_purse(&onboarding(), &PurseCommand::Exit { exited_at, sequence });
        }
        Step::Deliver { which } => market.deliver(which),
        Step::Answer { which, succeeds } => market.answer(which, succeeds),
        Step::Wait { minutes } => market.advance(TimeDelta::minutes(minutes)),
        Step::Stranger { what } => stranger(market, what),
    }
}

fn freeze(n: u128) -> PurseCommand {
    PurseCommand::FreezePayouts { freeze: id(n), rules: rules(&["W28"]), reasons: "many disputes".into() }
}

/// Nobody else moves anything.
fn stranger(market: &mut Market, what: u8) {
    let before = market.balances.clone();
    match what {
        0 => drop(market.ask_escrow(0, &the_provider(), &Command::Release(news(99)))),
        1 => drop(market.ask_escrow(1, &arbitrator(), &Command::Divide(award("1.00", "0.00")))),
        2 => drop(market.ask_purse(&the_provider(), &credit(1, "1.00"))),
        _ => drop(market.ask_purse(&the_merchant(), &charge(1, "1.00"))),
    }
    assert_eq!(market.balances, before);
}

/// Takes the steps, comes to rest, and checks the books all the way.
fn play(steps: &[Step]) -> Market {
    let mut market = Market::new(3);
    for (count, step) in steps.iter().enumerate() {
        take(&mut market, step, count as u128);
        market.audit();
    }
    market.come_to_rest();
    market.audit();
    for n in [1, 2, 3] {
        assert_eq!(market.balance(Account::Transfer(order(n))), 0, "nothing is between escrow and purse at rest");
    }
    for story in &market.escrows {
        what_the_case_said_last_is_carried_out(story);
    }
    assert!(market.cash >= 0, "the gateway lent {}", -market.cash);
    market
}

/// What the merchant got, is sure to get or may claim, less what it owes or gave back, is what the case gives it.
fn what_the_case_said_last_is_carried_out(story: &check::Story<Escrows>) {
    let Some(known) = story.state.known() else { return };
    let (Some(award), Funds::Disposed { to_merchant, .. }) = (&known.award, known.funds) else { return };
    let asked = known.charge.map_or(0, |charge| charge.asked.minor);
    let has = to_merchant.minor + asked - known.debt.minor - known.returned.minor;
    assert_eq!(has, award.in_all().unwrap().minor, "{known:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn money_is_conserved(steps in prop::collection::vec(step(), 1..60)) {
        play(&steps);
    }
}

#[test]
fn the_random_steps_reach_what_matters() {
    let config = ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let seen = RefCell::new(BTreeSet::new());
    TestRunner::new_with_rng(config, rng)
        .run(&prop::collection::vec(step(), 80..120), |steps| {
            let market = play(&steps);
            let mut seen = seen.borrow_mut();
            seen.extend(market.escrows.iter().flat_map(check::Story::event_names));
            seen.extend(market.purse.event_names());
            Ok(())
        })
        .unwrap();
    let seen = seen.into_inner();
    for event in [
        "held",
        "payment_returned",
        "payment_abandoned",
        "frozen",
        "thawed",
        "released",
        "refunded",
        "split",
        "charge_raised",
        "relief_asked",
        "charge_relieved",
        "debt_recorded",
        "debt_overdue",
        "debt_forgiven",
        "debt_repaid",
        "debt_settled_directly",
        "remittance_recalled",
        "liability_relieved",
        "compensated",
        "remittance_confirmed",
        "remittance_failed",
        "remittance_retried",
        "deposit_topped_up",
        "deposit_filled",
        "payable_credited",
        "charged",
        "liability_paid",
        "liability_settled_directly",
        "liability_overdue",
        "shortfall_overdue",
        "payout_requested",
        "payout_succeeded",
        "payout_failed",
        "deposit_returned",
    ] {
        assert!(seen.contains(event), "{event} never happened in {seen:?}");
    }
}

#[test]
fn what_the_merchants_paid_is_refunded_payable_paid_out_or_held() {
    let mut market = Market::new(2);
    let pay_by = market.now() + TimeDelta::hours(24);
    for n in 0..2 {
        market.ask_escrow(n, &orders(), &Command::Open { news: news(1), pay_by });
        let payment = payment(n as u128);
        market.ask_escrow(n, &the_merchant(), &Command::StartPayment { payment, method: "tok".into() });
    }
    market.come_to_rest();
    market.ask_escrow(0, &orders(), &Command::Freeze(news(2)));
    market.ask_escrow(0, &disputes(), &Command::Divide(award("400.00", "700.01")));
    market.come_to_rest();
    // The escrow gave all of its 1000.01; the purse had nothing, so 100.00 are a liability.
    assert_eq!(market.balance(Account::Receivable(provider())), 10_000);
    market.ask_escrow(1, &orders(), &Command::Release(news(2)));
    market.come_to_rest();
    market.ask_purse(&the_provider(), &PurseCommand::SettleLiability { case: case(1) });
    market.advance(TimeDelta::days(8));
    let ask = |minors| PurseCommand::RequestPayout { payout: PayoutId(id(77)), amount: minor(minors) };
    market.ask_purse(&the_provider(), &ask(80_000));
    market.come_to_rest();
    market.audit();
    let refunded: i64 = market.escrows.iter().map(|story| known(story).refunded.minor).sum();
    assert_eq!(refunded, 100_001 + 10_000);
    assert_eq!(market.balance(Account::Payable(provider())), -(100_001 - 10_000 - 80_000));
    assert_eq!(market.cash, 2 * 100_001 - refunded - 80_000);
}
