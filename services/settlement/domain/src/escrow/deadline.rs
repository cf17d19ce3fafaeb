//! The deadlines of an escrow.
use kernel::RuleId;
use strum::{IntoStaticStr, VariantArray};

/// Kinds of deadlines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Timer {
    /// The gateway's answer to a payment attempt; its subject is the payment.
    PaymentAttempt,
    /// W18: what the merchant owes back.
    DebtPayment,
}

impl kernel::Timer for Timer {
    fn rule(self) -> RuleId {
        match self {
            Self::PaymentAttempt => RuleId::of("W1"),
            Self::DebtPayment => RuleId::of("W18"),
        }
    }

    fn on_expiry(self) -> &'static str {
        match self {
            Self::PaymentAttempt => {
                "the attempt is given up and another may be made; late money is dealt with when it comes"
            }
            Self::DebtPayment => "the merchant may place no new orders until it is paid",
        }
    }
}
