//! The ledger and the port: what is balanced, and what reads back.
use crate::world::*;
use kernel::{Currency, Money, Org};
use settlement_domain::gateway::{Effect, Outcome, Request};
use settlement_domain::{Account, LedgerError, Line, Posting, escrow, purse};

fn accounts() -> Vec<Account> {
    vec![
        Account::Gateway,
        Account::Escrow(order(1)),
        Account::Transfer(order(1)),
        Account::Merchant(merchant()),
        Account::Deposit(provider()),
        Account::Payable(provider()),
        Account::Payout(provider()),
        Account::Receivable(provider()),
        Account::Claim(merchant()),
    ]
}

#[test]
fn accounts_read_back_from_their_text() {
    for account in accounts() {
        assert_eq!(account.to_string().parse(), Ok(account));
    }
    assert_eq!(Account::Escrow(order(1)).to_string(), format!("escrow:{}", order(1)));
    for bad in ["", "gateway:", "escrow", "escrow:prv_1", "bank", "payable:"] {
        assert!(bad.parse::<Account>().is_err(), "{bad}");
    }
}

#[test]
fn lines_that_do_not_sum_to_zero_are_no_posting() {
    let line = |account, amount| Line { account, amount };
    let balanced = vec![line(Account::Gateway, cny("1.00")), line(Account::Escrow(order(1)), cny("-1.00"))];
    assert!(Posting::try_from(balanced.clone()).is_ok());
    let mut off = balanced.clone();
    off[0].amount = cny("1.01");
    assert_eq!(Posting::try_from(off), Err(LedgerError::Unbalanced(cny("0.01"))));
    let mut mixed = balanced;
    mixed[0].amount = Money::new(100, Currency::USD);
    assert!(matches!(Posting::try_from(mixed), Err(LedgerError::Unbalanced(_))));
    let huge = vec![line(Account::Gateway, Money::new(i64::MAX, Currency::CNY)); 2];
    assert_eq!(Posting::try_from(huge), Err(LedgerError::OutOfRange));
    let text = r#"[{"account":"gateway","amount":{"amount":"1.00","currency":"CNY"}}]"#;
    assert!(serde_json::from_str::<Posting>(text).unwrap_err().to_string().contains("1.00 CNY"));
}

#[test]
fn an_entry_of_nothing_has_no_lines_and_every_entry_is_a_debit_and_a_credit() {
    let nothing = Posting::new().entry(Account::Gateway, Account::Escrow(order(1)), cny("0.00"));
    assert_eq!(nothing, Posting::new());
    let one = Posting::new().entry(Account::Gateway, Account::Escrow(order(1)), cny("3.50"));
    let minors: Vec<_> = one.lines().iter().map(|line| line.amount.minor).collect();
    assert_eq!(minors, [350, -350]);
}

#[test]
fn only_a_final_answer_of_the_gateway_is_a_command() {
    let effect = |request| Effect { key: payment(1), amount: cny("1.00"), request };
    let charge = effect(Request::Charge { method: "tok".into() });
    let refund = effect(Request::Refund { payment: payment(1) });
    let payout = effect(Request::Payout { to: Org::Provider(provider()) });
    for effect in [&charge, &refund, &payout] {
        for open in [Outcome::Accepted, Outcome::Unknown] {
            assert_eq!(escrow::Command::answered(effect, open.clone()), None);
            assert_eq!(purse::Command::answered(effect, open), None);
        }
    }
    let failed = || Outcome::Failed { code: "no".into() };
    let (key, code) = (payment(1), "no".to_owned());
    use escrow::Command as E;
    assert_eq!(E::answered(&charge, Outcome::Succeeded), Some(E::PaymentSucceeded { payment: key }));
    assert_eq!(E::answered(&charge, failed()), Some(E::PaymentFailed { payment: key, code: code.clone() }));
    assert_eq!(E::answered(&refund, Outcome::Succeeded), Some(E::RemittanceConfirmed { remittance: key }));
    assert_eq!(E::answered(&payout, failed()), Some(E::RemittanceFailed { remittance: key, code: code.clone() }));
    use purse::Command as P;
    let out = kernel::PayoutId(key);
    assert_eq!(P::answered(&charge, Outcome::Succeeded), Some(P::PaymentSucceeded { payment: key }));
    assert_eq!(P::answered(&charge, failed()), Some(P::PaymentFailed { payment: key, code: code.clone() }));
    assert_eq!(P::answered(&payout, Outcome::Succeeded), Some(P::PayoutSucceeded { payout: out }));
    assert_eq!(P::answered(&payout, failed()), Some(P::PayoutFailed { payout: out, code }));
    assert_eq!(P::answered(&refund, Outcome::Succeeded), None);
}

#[test]
fn effects_read_back_with_their_kind() {
    let effect = Effect { key: payment(1), amount: cny("1.00"), request: Request::Refund { payment: payment(2) } };
    let text = serde_json::to_string(&effect).unwrap();
    assert!(text.contains(r#""kind":"refund""#), "{text}");
    assert_eq!(serde_json::from_str::<Effect>(&text).unwrap(), effect);
    assert_eq!(effect.request.kind(), "refund");
}
