//! Why a command to an escrow is not carried out.
use kernel::{Claim, Class, RuleId, Time};

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No message of the order has come yet.
    #[error("there is no escrow for this order")]
    NotFound,
    /// For the merchant, the operator or the system.
    #[error("this is not for you to do")]
    NotYours,
    /// The order expired or was cancelled.
    #[error("the order takes no payment any more")]
    Closed {
        /// Why it ended, as its message says.
        rule: Option<RuleId>,
    },
    /// Held, or already passed on.
    #[error("the order is paid")]
    Paid,
    /// In dispute or completed, though nothing was paid.
    #[error("the order awaits no payment")]
    NotAwaitingPayment,
    /// W1 has passed.
    #[error("the order had to be paid before {since}")]
    PaymentWindowClosed {
        /// Since when.
        since: Time,
    },
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
    /// Nothing went wrong.
    #[error("no remittance has failed")]
    NothingFailed,
    /// Another one went wrong.
    #[error("this remittance has not failed")]
    RemittanceNotFailed,
    /// The merchant owes nothing back.
    #[error("nothing is owed back")]
    NothingOwed,
    /// Empty or too long.
    #[error("a note has 1 to {max} characters")]
    NoteMalformed {
        /// The most characters.
        max: usize,
    },
    /// Zero or negative where something must be, or of another currency than the order.
    #[error("the amount is not possible here")]
    AmountImpossible {
        /// The field.
        field: &'static str,
    },
}

impl kernel::Refusal for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "escrow_not_found",
            Self::NotYours => "escrow_not_yours",
            Self::Closed { .. } => "escrow_closed",
            Self::Paid => "escrow_paid",
            Self::NotAwaitingPayment => "escrow_not_awaiting_payment",
            Self::PaymentWindowClosed { .. } => "escrow_payment_window_closed",
            Self::PaymentRunning { .. } => "escrow_payment_running",
            Self::PaymentsUnresolved => "escrow_payments_unresolved",
            Self::PaymentReused => "escrow_payment_reused",
            Self::MethodMalformed => "escrow_method_malformed",
            Self::NothingFailed => "escrow_nothing_failed",
            Self::RemittanceNotFailed => "escrow_remittance_not_failed",
            Self::NothingOwed => "escrow_nothing_owed",
            Self::NoteMalformed { .. } => "escrow_note_malformed",
            Self::AmountImpossible { .. } => "escrow_amount_impossible",
        }
    }

    fn rule(&self) -> Option<RuleId> {
        match self {
            Self::Closed { rule } => rule.clone(),
            Self::PaymentWindowClosed { .. } => Some(RuleId::of("W1")),
            Self::NothingOwed => Some(RuleId::of("D1.6.2")),
            Self::NotFound
            | Self::NotYours
            | Self::Paid
            | Self::NotAwaitingPayment
            | Self::PaymentRunning { .. }
            | Self::PaymentsUnresolved
            | Self::PaymentReused
            | Self::MethodMalformed
            | Self::NothingFailed
            | Self::RemittanceNotFailed
            | Self::NoteMalformed { .. }
            | Self::AmountImpossible { .. } => None,
        }
    }

    fn class(&self) -> Class {
        match self {
            Self::NotFound => Class::NotFound,
            Self::NotYours => Class::NotYours,
            Self::PaymentWindowClosed { since } => Class::TooLate { since: *since },
            Self::Closed { .. }
            | Self::Paid
            | Self::NotAwaitingPayment
            | Self::PaymentRunning { .. }
            | Self::PaymentsUnresolved
            | Self::NothingFailed
            | Self::NothingOwed => Class::NotNow,
            Self::PaymentReused => Class::Invalid { field: "payment" },
            Self::MethodMalformed => Class::Invalid { field: "method" },
            Self::RemittanceNotFailed => Class::Invalid { field: "remittance" },
            Self::NoteMalformed { .. } => Class::Invalid { field: "note" },
            Self::AmountImpossible { field } => Class::Invalid { field },
        }
    }

    fn taken(_claim: &Claim) -> Self {
        // An escrow holds no claims: its id is the order's.
        Self::NotYours
    }
}
