//! The section `[settlement]` of an edition: escrow payments, payouts, liabilities (W18) and the deposit (W33).
use kernel::{Category, Currency, Money, Span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use strum::VariantArray;

/// The longest window for liabilities that keeps few due dates apart (see the purse's liabilities).
const MAX_LIABILITY_DAYS: u32 = 20;
/// The longest hold that keeps a purse small: it has one lot per day and currency.
const MAX_HOLD_DAYS: u32 = 30;

/// Figures and tables of the settlement context.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettlementRules {
    /// How long a payment attempt waits for the gateway's answer before another may be made.
    pub payment_attempt: Span,
    /// From release until the money may be paid out; whole days, rounded up to the next midnight (UTC).
    pub payable_hold: Span,
    /// Payouts wait while at least this many cases against the provider are open.
    pub open_cases_that_hold_payouts: u32,
    /// W18: to pay what escrow, deposit and payable did not cover.
    pub liability_payment: Span,
    /// W33.
    pub deposit: DepositRules,
}

/// W33: the security deposit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepositRules {
    /// To top up what is missing, before the provider is blocked.
    pub shortfall: Span,
    /// From exit or clearance until the deposit is returned.
    pub returned_after: Span,
    /// What must be deposited for each category the provider is qualified in; the amounts add up. One currency.
    pub required: BTreeMap<Category, Money>,
}

impl SettlementRules {
    /// What the types cannot say: bounds and relations between entries. Each finding names its entry.
    pub fn check(&self, findings: &mut Vec<String>) {
        let mut wrong = |entry: &str, what: &str| findings.push(format!("settlement.{entry}: {what}"));
        if !matches!(self.payment_attempt, Span::Minutes(1..) | Span::Hours(1..)) {
            wrong("payment_attempt", "must be minutes or hours, at least 1");
        }
        if !matches!(self.payable_hold, Span::Days(0..=MAX_HOLD_DAYS)) {
            wrong("payable_hold", &format!("must be 0 to {MAX_HOLD_DAYS} days"));
        }
        if self.open_cases_that_hold_payouts == 0 {
            wrong("open_cases_that_hold_payouts", "must be at least 1");
        }
        if !matches!(self.liability_payment, Span::Days(1..=MAX_LIABILITY_DAYS)) {
            wrong("liability_payment", &format!("must be 1 to {MAX_LIABILITY_DAYS} days"));
        }
        let spans =
            [("deposit.shortfall", self.deposit.shortfall), ("deposit.returned_after", self.deposit.returned_after)];
        for (entry, span) in spans {
            if is_empty(span) {
                wrong(entry, "must be longer than nothing");
            }
        }
        for category in Category::VARIANTS {
            match self.deposit.required.get(category) {
                None => wrong(&format!("deposit.required.{category}"), "is missing"),
                Some(amount) if amount.minor < 0 => {
                    wrong(&format!("deposit.required.{category}"), "must not be negative");
                }
                Some(_) => {}
            }
        }
        if self.deposit.required.values().any(|amount| amount.currency != self.deposit.currency()) {
            wrong("deposit.required", "must be in one currency");
        }
    }
}

impl DepositRules {
    /// The currency that deposits are kept in.
    pub fn currency(&self) -> Currency {
        self.required.values().next().map_or(Currency::CNY, |amount| amount.currency)
    }
}

fn is_empty(span: Span) -> bool {
    match span {
        Span::Minutes(n) | Span::Hours(n) | Span::Days(n) | Span::WorkingDays(n) | Span::Months(n) => n == 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = r#"
        payment_attempt = "30 minutes"
        payable_hold = "7 days"
        open_cases_that_hold_payouts = 1
        liability_payment = "10 days"
        [deposit]
        shortfall = "15 days"
        returned_after = "90 days"
        [deposit.required]
        software = { amount = "1.00", currency = "CNY" }
        operation = { amount = "1.00", currency = "CNY" }
        training = { amount = "1.00", currency = "CNY" }
        design = { amount = "1.00", currency = "CNY" }
        video = { amount = "0.00", currency = "CNY" }
    "#;

    fn findings(text: &str) -> String {
        let mut findings = vec![];
        toml::from_str::<SettlementRules>(text).unwrap().check(&mut findings);
        findings.join("\n")
    }

    #[test]
    fn each_bound_is_found_by_the_name_of_its_entry() {
        assert_eq!(findings(SOUND), "");
        for (sound, unsound, entry) in [
            ("\"30 minutes\"", "\"0 minutes\"", "payment_attempt"),
            ("\"7 days\"", "\"31 days\"", "payable_hold"),
            ("\"7 days\"", "\"1 months\"", "payable_hold"),
            ("payouts = 1", "payouts = 0", "open_cases_that_hold_payouts"),
            ("\"10 days\"", "\"0 days\"", "liability_payment"),
            ("\"10 days\"", "\"21 days\"", "liability_payment"),
            ("\"15 days\"", "\"0 hours\"", "deposit.shortfall"),
            ("\"90 days\"", "\"0 months\"", "deposit.returned_after"),
            ("video = { amount = \"0.00\", currency = \"CNY\" }", "", "deposit.required.video: is missing"),
            ("\"0.00\"", "\"-1.00\"", "deposit.required.video: must not be negative"),
            ("\"0.00\", currency = \"CNY\"", "\"0.00\", currency = \"EUR\"", "must be in one currency"),
        ] {
            let found = findings(&SOUND.replace(sound, unsound));
            assert!(found.contains(entry), "{entry} in {found:?}");
        }
    }
}
