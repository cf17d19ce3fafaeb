//! Money is conserved over a random run: many orders, cases and payouts at once, over a gateway that errs.
use crate::stage::{Stage, path};
use contracts::orders::Order;
use kernel::{Currency, Money, TimeDelta};
use serde_json::json;

/// Small, seeded, and the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn amount(&mut self, most: u64) -> i64 {
        i64::try_from(1 + self.roll(most)).unwrap()
    }
}

const METHODS: [&str; 9] = [
    "tok_visa",
    "sandbox:declined",
    "sandbox:timeout",
    "sandbox:duplicate",
    "sandbox:lost",
    "sandbox:late",
    "sandbox:silent",
    "sandbox:refund_declined",
    "sandbox:refund_lost",
];

#[tokio::test]
async fn money_is_conserved_over_a_random_run() {
    let stage = Stage::new().await;
    let mut dice = Dice(20_261_122);
    stage.deposited().await;
    let mut orders: Vec<(Order, i64)> = vec![];
    for _ in 0..80 {
        step(&stage, &mut dice, &mut orders).await;
    }
    stage.advance(TimeDelta::days(2)).await;
    stage.check_books();
    let paid = stage.number("SELECT count(*) AS n FROM escrow_postings WHERE account = 'gateway' AND minor > 0");
    let passed_on = stage.number("SELECT count(*) AS n FROM escrows WHERE status IN ('released', 'refunded', 'split')");
    assert!(paid >= 5 && passed_on >= 3, "the run did too little: {paid} payments, {passed_on} passed on");
}

async fn pay(stage: &Stage, dice: &mut Dice, order: &Order) {
    let method = METHODS[usize::try_from(dice.roll(METHODS.len() as u64)).unwrap()];
    stage.merchant.post(&format!("{}/payments", path(order)), json!({ "method": method })).await;
}

async fn step(stage: &Stage, dice: &mut Dice, orders: &mut Vec<(Order, i64)>) {
    match dice.roll(10) {
        0..3 => {
            let order = stage.placed(dice.amount(200_000)).await;
            pay(stage, dice, &order).await;
            orders.push((order, 1));
        }
        3..6 if !orders.is_empty() => {
            let (order, _) = &orders[usize::try_from(dice.roll(orders.len() as u64)).unwrap()];
            pay(stage, dice, order).await;
        }
        6..9 if !orders.is_empty() => {
            let nth = usize::try_from(dice.roll(orders.len() as u64)).unwrap();
            let (order, sequence) = &mut orders[nth];
            *sequence += 1;
            match dice.roll(7) {
                0 => drop(stage.tell(order, "disputed", *sequence).await),
                1 => drop(stage.tell(order, "resumed", *sequence).await),
                2..4 => drop(stage.tell(order, "completed", *sequence).await),
                4 => drop(stage.tell(order, "cancelled", *sequence).await),
                _ => {
                    let to_merchant = dice.amount(order.amount.minor.unsigned_abs());
                    let compensation = dice.amount(900_000);
                    let case = stage.rule(order, "awarded", to_merchant, compensation).await;
                    stage.tell(&Order { ended_by_case: Some(case), ..order.clone() }, "settled", *sequence).await;
                }
            }
        }
        _ => {
            stage.advance(TimeDelta::hours(i64::try_from(dice.roll(100)).unwrap())).await;
            let amount = Money::new(dice.amount(50_000), Currency::CNY);
            stage.provider.post(&format!("{}/payouts", stage.purse), json!({ "amount": amount })).await;
        }
    }
}
