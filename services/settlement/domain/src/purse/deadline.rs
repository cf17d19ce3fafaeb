//! The deadlines of a purse.
use kernel::RuleId;
use strum::{IntoStaticStr, VariantArray};

/// Kinds of deadlines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Timer {
    /// The gateway's answer to a payment attempt; its subject is the payment.
    PursePaymentAttempt,
    /// What is missing of the deposit is to be topped up.
    DepositShortfall,
    /// A liability is to be paid; its subject is the case.
    LiabilityPayment,
    /// The deposit is returned after exit or clearance.
    DepositReturn,
}

impl kernel::Timer for Timer {
    fn rule(self) -> RuleId {
        match self {
            Self::LiabilityPayment => RuleId::of("W18"),
            Self::PursePaymentAttempt | Self::DepositShortfall | Self::DepositReturn => RuleId::of("W33"),
        }
    }

    fn on_expiry(self) -> &'static str {
        match self {
            Self::PursePaymentAttempt => {
                "the attempt is given up and another may be made; late money is dealt with when it comes"
            }
            Self::DepositShortfall => "no new orders or listings until it is topped up",
            Self::LiabilityPayment => "no new orders or listings until it is paid",
            Self::DepositReturn => "the deposit is payable, once no case and no liability is open",
        }
    }
}
