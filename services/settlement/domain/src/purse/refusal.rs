//! Why a command to a purse is not carried out.
use kernel::{Claim, Class, Currency, Money, RuleId, Time};

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing was heard of this provider yet.
    #[error("this provider has no purse")]
    NotFound,
    /// For another party.
    #[error("this is not for you to do")]
    NotYours,
    /// One at a time.
    #[error("a payment is under way; its outcome is awaited until {give_up_at} at the latest")]
    PaymentRunning {
        /// When it is given up.
        give_up_at: Time,
    },
    /// Their money may still come.
    #[error("too many payments are without an outcome")]
    PaymentsUnresolved,
    /// An id that an attempt without an outcome has.
    #[error("this payment was begun before")]
    PaymentReused,
    /// Empty, too long, or with control characters.
    #[error("a method token has 1 to 100 characters")]
    MethodMalformed,
    /// All that is required is there.
    #[error("the deposit is complete")]
    DepositComplete,
    /// More than is missing.
    #[error("only {missing} of the deposit is missing")]
    MoreThanMissing {
        /// How much is missing.
        missing: Money,
    },
    /// Zero or negative, or beyond all bounds.
    #[error("the amount must be positive")]
    AmountNotPositive,
    /// Another currency than the deposit's, or one in which nothing is payable.
    #[error("there is no such account in {found}")]
    CurrencyMismatch {
        /// The currency named.
        found: Currency,
    },
    /// Nothing is owed.
    #[error("there is no liability")]
    NoLiability,
    /// Nothing is owed from this case.
    #[error("there is no liability from this case")]
    UnknownLiability,
    /// A purse keeps a limited number of them.
    #[error("too many liabilities are unpaid")]
    LiabilitiesFull,
    /// A freeze stands.
    #[error("payouts are frozen under {rule}")]
    PayoutsFrozen {
        /// The rule it rests on.
        rule: RuleId,
    },
    /// W33.
    #[error("the deposit was not topped up in time; {missing} is missing")]
    DepositOverdue {
        /// How much is missing.
        missing: Money,
    },
    /// W18.
    #[error("a liability is unpaid")]
    LiabilityUnpaid,
    /// A decision may still take from the purse.
    #[error("payouts wait while {cases} case(s) are open")]
    CasesOpen {
        /// How many.
        cases: i64,
    },
    /// One at a time.
    #[error("a payout is under way")]
    PayoutRunning,
    /// Nothing at all.
    #[error("nothing is payable")]
    NothingPayable,
    /// Something, but not yet.
    #[error("nothing may be paid out before {from}")]
    NotYetPayable {
        /// When the next money is free.
        from: Time,
    },
    /// Less than asked.
    #[error("{available} is available")]
    InsufficientPayable {
        /// What may be taken.
        available: Money,
        /// The field that asks for more.
        field: &'static str,
    },
    /// No freeze stands.
    #[error("payouts are not frozen")]
    NotFrozen,
    /// Another freeze stands.
    #[error("there is no such freeze")]
    UnknownFreeze,
    /// A purse keeps a limited number of them.
    #[error("too many freezes stand")]
    FreezesFull,
    /// None, too many, or one that is no rule id.
    #[error("1 to 8 rules are needed, each of at most 20 characters")]
    RulesMalformed,
    /// Empty or too long.
    #[error("{field} has 1 to {max} characters")]
    TextMalformed {
        /// The field.
        field: &'static str,
        /// The most.
        max: usize,
    },
}

impl kernel::Refusal for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "purse_not_found",
            Self::NotYours => "purse_not_yours",
            Self::PaymentRunning { .. } => "purse_payment_running",
            Self::PaymentsUnresolved => "purse_payments_unresolved",
            Self::PaymentReused => "purse_payment_reused",
            Self::MethodMalformed => "purse_method_malformed",
            Self::DepositComplete => "deposit_complete",
            Self::MoreThanMissing { .. } => "deposit_more_than_missing",
            Self::AmountNotPositive => "purse_amount_not_positive",
            Self::CurrencyMismatch { .. } => "purse_currency_mismatch",
            Self::NoLiability => "no_liability",
            Self::UnknownLiability => "unknown_liability",
            Self::LiabilitiesFull => "liabilities_full",
            Self::PayoutsFrozen { .. } => "payouts_frozen",
            Self::DepositOverdue { .. } => "payout_deposit_overdue",
            Self::LiabilityUnpaid => "payout_liability_unpaid",
            Self::CasesOpen { .. } => "payout_cases_open",
            Self::PayoutRunning => "payout_running",
            Self::NothingPayable => "nothing_payable",
            Self::NotYetPayable { .. } => "not_yet_payable",
            Self::InsufficientPayable { .. } => "insufficient_payable",
            Self::NotFrozen => "payouts_not_frozen",
            Self::UnknownFreeze => "unknown_payout_freeze",
            Self::FreezesFull => "payout_freezes_full",
            Self::RulesMalformed => "payout_freeze_rules_malformed",
            Self::TextMalformed { .. } => "purse_text_malformed",
        }
    }

    fn rule(&self) -> Option<RuleId> {
        match self {
            Self::DepositComplete | Self::MoreThanMissing { .. } | Self::DepositOverdue { .. } => {
                Some(RuleId::of("W33"))
            }
            Self::NoLiability | Self::UnknownLiability | Self::LiabilitiesFull | Self::LiabilityUnpaid => {
                Some(RuleId::of("W18"))
            }
            Self::PayoutsFrozen { rule } => Some(rule.clone()),
            Self::CasesOpen { .. } | Self::NotYetPayable { .. } => Some(RuleId::of("D1.6.2")),
            Self::NotFound
            | Self::NotYours
            | Self::PaymentRunning { .. }
            | Self::PaymentsUnresolved
            | Self::PaymentReused
            | Self::MethodMalformed
            | Self::AmountNotPositive
            | Self::CurrencyMismatch { .. }
            | Self::PayoutRunning
            | Self::NothingPayable
            | Self::InsufficientPayable { .. }
            | Self::NotFrozen
            | Self::UnknownFreeze
            | Self::FreezesFull
            | Self::RulesMalformed
            | Self::TextMalformed { .. } => None,
        }
    }

    fn class(&self) -> Class {
        match self {
            Self::NotFound => Class::NotFound,
            Self::NotYours => Class::NotYours,
            Self::NotYetPayable { from } => Class::TooEarly { from: *from },
            Self::PaymentRunning { .. }
            | Self::PaymentsUnresolved
            | Self::DepositComplete
            | Self::NoLiability
            | Self::LiabilitiesFull
            | Self::PayoutsFrozen { .. }
            | Self::DepositOverdue { .. }
            | Self::LiabilityUnpaid
            | Self::CasesOpen { .. }
            | Self::PayoutRunning
            | Self::NothingPayable
            | Self::NotFrozen
            | Self::FreezesFull => Class::NotNow,
            Self::PaymentReused => Class::Invalid { field: "payment" },
            Self::MethodMalformed => Class::Invalid { field: "method" },
            Self::MoreThanMissing { .. } | Self::AmountNotPositive | Self::CurrencyMismatch { .. } => {
                Class::Invalid { field: "amount" }
            }
            Self::InsufficientPayable { field, .. } => Class::Invalid { field },
            Self::UnknownLiability => Class::Invalid { field: "case" },
            Self::UnknownFreeze => Class::Invalid { field: "freeze" },
            Self::RulesMalformed => Class::Invalid { field: "rules" },
            Self::TextMalformed { field, .. } => Class::Invalid { field },
        }
    }

    fn taken(_claim: &Claim) -> Self {
        // A purse holds no claims: its id is the provider's.
        Self::NotYours
    }
}
