//! Actors, ids, and aggregates in the situations that stories begin with.
pub mod market;

use check::Story;
use kernel::{
    Actor, CaseId, Category, Currency, MerchantId, Money, OrderId, PayoutId, ProviderId, QualificationId, Role,
};
use kernel::{RuleId, Time, TimeDelta};
use rulebook::Edition;
use settlement_domain::escrow::{Award, Command, Escrows, Known, OrderNews};
use settlement_domain::purse::{self, Open, Purses};
use std::sync::LazyLock;
use uuid::Uuid;

static EDITION: LazyLock<Edition> = LazyLock::new(Edition::shipped);

pub fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0195_0000_0000_7000_8000_0000_0000_0000 + n)
}

pub fn cny(text: &str) -> Money {
    Money::parse(text, Currency::CNY).unwrap()
}

pub fn order(n: u128) -> OrderId {
    OrderId(id(0x0100 + n))
}

pub fn case(n: u128) -> CaseId {
    CaseId(id(0x0200 + n))
}

pub fn payout(n: u128) -> PayoutId {
    PayoutId(id(0x0300 + n))
}

pub fn payment(n: u128) -> Uuid {
    id(0x0400 + n)
}

pub fn provider() -> ProviderId {
    ProviderId(id(0x0500))
}

pub fn merchant() -> MerchantId {
    MerchantId(id(0x0600))
}

pub fn the_provider() -> Actor {
    Actor::provider("paula", provider())
}

pub fn the_merchant() -> Actor {
    Actor::merchant("mei", merchant())
}

pub fn operator() -> Actor {
    Actor::staff("olga", Role::Operator)
}

pub fn officer() -> Actor {
    Actor::staff("carl", Role::ComplianceOfficer)
}

pub fn arbitrator() -> Actor {
    Actor::staff("arno", Role::Arbitrator)
}

pub fn orders() -> Actor {
    Actor::service("orders")
}

pub fn disputes() -> Actor {
    Actor::service("disputes")
}

pub fn onboarding() -> Actor {
    Actor::service("onboarding")
}

pub fn own() -> Actor {
    Actor::service("settlement")
}

pub fn rules(ids: &[&'static str]) -> Vec<RuleId> {
    ids.iter().map(|id| RuleId::of(id)).collect()
}

pub fn hours(n: i64) -> TimeDelta {
    TimeDelta::hours(n)
}

pub fn days(n: i64) -> TimeDelta {
    TimeDelta::days(n)
}

pub fn at(text: &str) -> Time {
    text.parse().unwrap()
}

/// What the order's message of this sequence tells; the price is 1000.01.
pub fn news(sequence: i64) -> OrderNews {
    OrderNews { merchant: merchant(), provider: provider(), amount: cny("1000.01"), rules: rules(&["W5"]), sequence }
}

pub fn award(to_merchant: &str, compensation: &str) -> Award {
    Award {
        case: case(1),
        to_merchant: cny(to_merchant),
        compensation: cny(compensation),
        rules: rules(&["D2.9"]),
        sequence: 4,
    }
}

/// Another outcome of the same case, in its message of this sequence.
pub fn other_award(sequence: i64, to_merchant: &str, compensation: &str) -> Award {
    Award { rules: rules(&["D1.1.4"]), sequence, ..award(to_merchant, compensation) }
}

/// An escrow of which nothing was heard.
pub fn unheard_escrow(order: OrderId) -> Story<Escrows> {
    let mut story = Story::new(EDITION.id.clone(), EDITION.settlement.clone(), EDITION.calendar.clone());
    story.id = order.0;
    story
}

/// An escrow to be paid within 24 hours.
pub fn escrow() -> Story<Escrows> {
    let mut story = unheard_escrow(order(1));
    let pay_by = story.now + hours(24);
    story.does(&orders(), Command::Open { news: news(1), pay_by });
    story
}

pub fn start(n: u128) -> Command {
    Command::StartPayment { payment: payment(n), method: "tok_visa".into() }
}

/// An escrow with its money in it.
pub fn held_escrow() -> Story<Escrows> {
    let mut story = escrow();
    story.does(&the_merchant(), start(1));
    story.does(&own(), Command::PaymentSucceeded { payment: payment(1) });
    story
}

/// An escrow that a case holds still.
pub fn frozen_escrow() -> Story<Escrows> {
    let mut story = held_escrow();
    story.does(&orders(), Command::Freeze(news(2)));
    story
}

pub fn known(story: &Story<Escrows>) -> &Known {
    story.state.known().unwrap()
}

/// A purse of which nothing was heard.
pub fn unheard_purse() -> Story<Purses> {
    let mut story = Story::new(EDITION.id.clone(), EDITION.settlement.clone(), EDITION.calendar.clone());
    story.id = provider().0;
    story
}

pub fn qualified(category: Category, n: u128, sequence: i64, required: bool, at: Time) -> purse::Command {
    purse::Command::SetRequirement { category, qualification: QualificationId(id(0x0700 + n)), sequence, at, required }
}

/// A purse that owes a deposit of 5000.00 for design.
pub fn purse() -> Story<Purses> {
    let mut story = unheard_purse();
    let now = story.now;
    story.does(&onboarding(), qualified(Category::Design, 1, 1, true, now));
    story
}

/// The same with its deposit.
pub fn covered_purse() -> Story<Purses> {
    let mut story = purse();
    top_up(&mut story, 1, "5000.00");
    story
}

/// The provider pays into the deposit.
pub fn top_up(story: &mut Story<Purses>, n: u128, amount: &str) {
    story.does(&the_provider(), topping_up(n, amount));
    story.does(&own(), purse::Command::PaymentSucceeded { payment: payment(n) });
}

pub fn topping_up(n: u128, amount: &str) -> purse::Command {
    purse::Command::TopUpDeposit { payment: payment(n), amount: cny(amount), method: "tok_bank".into() }
}

pub fn credit(n: u128, amount: &str) -> purse::Command {
    purse::Command::CreditPayable { order: order(n), amount: cny(amount) }
}

pub fn charge(n: u128, amount: &str) -> purse::Command {
    purse::Command::Charge {
        case: case(n),
        order: order(n),
        merchant: merchant(),
        amount: cny(amount),
        credited: cny("0.00"),
        rules: rules(&["D3.1.4"]),
    }
}

pub fn ask_payout(n: u128, amount: &str) -> purse::Command {
    purse::Command::RequestPayout { payout: payout(n), amount: cny(amount) }
}

pub fn open(story: &Story<Purses>) -> &Open {
    story.state.open().unwrap()
}
