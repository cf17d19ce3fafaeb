//! What the sandbox does with a request, chosen by its magic words and amounts. Pure.
use kernel::Money;
use uuid::Uuid;

/// What becomes of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// Why it fails; `None`: it succeeds.
    pub code: Option<String>,
    /// When its outcome is known.
    pub settles: Settles,
    /// How often it is called back.
    pub callbacks: i64,
    /// Whether the answer to the request arrives.
    pub is_answered: bool,
}

/// When an outcome is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settles {
    /// At once.
    Now,
    /// In an hour.
    Late,
    /// It stays accepted.
    Never,
}

/// What is unusual about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quirk {
    None,
    Declined,
    Timeout,
    Duplicate,
    Lost,
    Late,
    Silent,
}

impl Settles {
    /// In how many seconds; `None` for never.
    pub fn seconds(self) -> Option<i64> {
        match self {
            Self::Now => Some(0),
            Self::Late => Some(3_600),
            Self::Never => None,
        }
    }
}

impl Plan {
    /// For a charge with this method.
    pub fn of_charge(method: &str) -> Self {
        let quirk = match method {
            "sandbox:declined" => Quirk::Declined,
            "sandbox:timeout" => Quirk::Timeout,
            "sandbox:duplicate" => Quirk::Duplicate,
            "sandbox:lost" => Quirk::Lost,
            "sandbox:late" => Quirk::Late,
            "sandbox:silent" => Quirk::Silent,
            _ => Quirk::None,
        };
        Self::of(quirk, "insufficient_funds")
    }

    /// For a refund of a charge with this method, of which there were `refunds` before.
    pub fn of_refund(method: &str, refunds: i64) -> Self {
        let quirk = match method {
            "sandbox:refund_declined" if refunds == 0 => Quirk::Declined,
            "sandbox:refund_timeout" => Quirk::Timeout,
            "sandbox:refund_duplicate" => Quirk::Duplicate,
            "sandbox:refund_lost" => Quirk::Lost,
            _ => Quirk::None,
        };
        Self::of(quirk, "account_closed")
    }

    /// For a payout.
    pub fn of_payout(amount: Money) -> Self {
        let quirk = match amount.minor % 10_000 {
            9_901 => Quirk::Declined,
            9_902 => Quirk::Timeout,
            9_903 => Quirk::Duplicate,
            9_904 => Quirk::Lost,
            _ => Quirk::None,
        };
        Self::of(quirk, "account_closed")
    }

    /// For a refund of what was never charged.
    pub fn impossible() -> Self {
        Self::of(Quirk::Declined, "refund_impossible")
    }

    /// Gateways say things twice: one key in eight is called back twice for no reason at all.
    pub fn now_and_then_twice(self, key: Uuid) -> Self {
        let [.., low] = key.into_bytes();
        let callbacks = if low < 32 && self.callbacks == 1 { 2 } else { self.callbacks };
        Self { callbacks, ..self }
    }

    fn of(quirk: Quirk, code: &str) -> Self {
        Self {
            code: (quirk == Quirk::Declined).then(|| code.to_owned()),
            settles: match quirk {
                Quirk::Late => Settles::Late,
                Quirk::Silent => Settles::Never,
                Quirk::None | Quirk::Declined | Quirk::Timeout | Quirk::Duplicate | Quirk::Lost => Settles::Now,
            },
            callbacks: match quirk {
                Quirk::Lost | Quirk::Silent => 0,
                Quirk::Duplicate => 2,
                Quirk::None | Quirk::Declined | Quirk::Timeout | Quirk::Late => 1,
            },
            is_answered: quirk != Quirk::Timeout,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Currency;

    fn cny(minor: i64) -> Money {
        Money::new(minor, Currency::CNY)
    }

    #[test]
    fn ordinary_words_and_prices_are_carried_out() {
        let plain = Plan { code: None, settles: Settles::Now, callbacks: 1, is_answered: true };
        for method in ["tok_visa", "declined", "sandbox", "sandbox:refund_declined"] {
            assert_eq!(Plan::of_charge(method), plain, "{method}");
        }
        for minor in [1, 101, 102, 120_000, 80_001, 990_000, 9_900, 9_905] {
            assert_eq!(Plan::of_payout(cny(minor)), plain, "{minor}");
        }
        assert_eq!(Plan::of_refund("tok_visa", 0), plain);
        assert_eq!(Plan::of_refund("sandbox:declined", 0), plain);
    }

    #[test]
    fn magic_words_and_amounts_go_wrong_as_they_say() {
        assert_eq!(Plan::of_charge("sandbox:declined").code.as_deref(), Some("insufficient_funds"));
        assert!(!Plan::of_charge("sandbox:timeout").is_answered);
        assert_eq!(Plan::of_charge("sandbox:duplicate").callbacks, 2);
        assert_eq!(Plan::of_charge("sandbox:lost").callbacks, 0);
        assert_eq!(Plan::of_charge("sandbox:late").settles, Settles::Late);
        assert_eq!(Plan::of_charge("sandbox:silent").settles, Settles::Never);
        assert_eq!(Plan::of_refund("sandbox:refund_declined", 0).code.as_deref(), Some("account_closed"));
        assert_eq!(Plan::of_refund("sandbox:refund_declined", 1).code, None);
        assert_eq!(Plan::of_payout(cny(29_901)).code.as_deref(), Some("account_closed"));
        assert!(!Plan::of_payout(cny(9_902)).is_answered);
        assert_eq!(Plan::of_payout(cny(9_903)).callbacks, 2);
        assert_eq!(Plan::of_payout(cny(9_904)).callbacks, 0);
    }
}
