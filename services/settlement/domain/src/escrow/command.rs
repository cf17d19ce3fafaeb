//! What is asked of an escrow.
use crate::gateway::{Effect, Outcome, Request};
use kernel::{CaseId, MerchantId, Money, ProviderId, RuleId, Time};
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};
use uuid::Uuid;

/// What every message of the order tells. Whichever comes first opens the escrow; an older one is ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderNews {
    /// Who pays.
    pub merchant: MerchantId,
    /// Who is to be paid.
    pub provider: ProviderId,
    /// The order's price.
    pub amount: Money,
    /// Why it ended or moved, the governing rule first; at most 16 are kept.
    pub rules: Vec<RuleId>,
    /// The message's sequence.
    pub sequence: i64,
}

/// What a case brings about, exact to the minor unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Award {
    /// The case.
    pub case: CaseId,
    /// Of the order's amount, back to the merchant; the rest is the provider's.
    pub to_merchant: Money,
    /// Beyond that, owed by the provider: out of its part of the order's amount, then out of its purse.
    pub compensation: Money,
    /// The rules it rests on, the governing one first; at most 16 are kept.
    pub rules: Vec<RuleId>,
    /// The message's sequence: of the words of a case the last one counts (D1.1.4).
    pub sequence: i64,
}

impl Award {
    /// All that the merchant is to have; `None` when that is no sum.
    pub fn in_all(&self) -> Option<Money> {
        self.to_merchant.plus(self.compensation).ok()
    }
}

/// A command.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// The order was placed.
    Open {
        /// The order.
        news: OrderNews,
        /// Until when it may be paid (W1).
        pay_by: Time,
    },
    /// The order is in dispute.
    Freeze(OrderNews),
    /// The dispute was withdrawn, the order goes on.
    Thaw(OrderNews),
    /// The order ended through its case: the money waits for what the case itself says.
    AwaitAward(OrderNews),
    /// The order is completed: the provider's.
    Release(OrderNews),
    /// Payment expired, or the order was cancelled: the merchant's.
    Close(OrderNews),
    /// A case was settled (D1.6.1), its award stands (D1.6.2), or another outcome takes its place (D1.1.4).
    Divide(Award),
    /// The merchant pays.
    StartPayment {
        /// The payment; idempotency key of the charge.
        payment: Uuid,
        /// The gateway's token of the method of payment, 1 to 100 characters.
        method: String,
    },
    /// The gateway has the money.
    PaymentSucceeded {
        /// The payment.
        payment: Uuid,
    },
    /// The gateway will not have the money.
    PaymentFailed {
        /// The payment.
        payment: Uuid,
        /// The gateway's reason.
        code: String,
    },
    /// The gateway gave money to the merchant.
    RemittanceConfirmed {
        /// The remittance.
        remittance: Uuid,
    },
    /// The gateway could not.
    RemittanceFailed {
        /// The remittance.
        remittance: Uuid,
        /// The gateway's reason.
        code: String,
    },
    /// An operator has a failed remittance sent once more, under a new key.
    RetryRemittance {
        /// The one that failed.
        remittance: Uuid,
    },
    /// The purse collected money for the merchant.
    Compensate {
        /// The case that awards it.
        case: CaseId,
        /// How much was collected.
        amount: Money,
    },
    /// The purse let go of what it had not collected.
    ChargeRelieved {
        /// The case.
        case: CaseId,
        /// How much; nothing where all was collected.
        amount: Money,
    },
    /// The merchant pays back what another outcome does not give it.
    RepayDebt {
        /// The payment; idempotency key of the charge.
        payment: Uuid,
        /// The gateway's token of the method of payment, 1 to 100 characters.
        method: String,
    },
    /// An operator records that the parties settled that themselves (D1.6.2).
    AcknowledgeRepayment {
        /// What it rests on, 1 to 500 characters.
        note: String,
    },
}

impl Command {
    /// What the gateway's answer to one of the escrow's effects is to the escrow; `None` while the outcome is open.
    pub fn answered(effect: &Effect, outcome: Outcome) -> Option<Self> {
        let id = effect.key;
        match outcome {
            Outcome::Accepted | Outcome::Unknown => None,
            Outcome::Succeeded => Some(match effect.request {
                Request::Charge { .. } => Self::PaymentSucceeded { payment: id },
                Request::Refund { .. } | Request::Payout { .. } => Self::RemittanceConfirmed { remittance: id },
            }),
            Outcome::Failed { code } => Some(match effect.request {
                Request::Charge { .. } => Self::PaymentFailed { payment: id, code },
                Request::Refund { .. } | Request::Payout { .. } => Self::RemittanceFailed { remittance: id, code },
            }),
        }
    }
}

/// The commands without their payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[expect(missing_docs, reason = "each is the twin of the command of its name")]
pub enum Action {
    Open,
    Freeze,
    Thaw,
    AwaitAward,
    Release,
    Close,
    Divide,
    StartPayment,
    PaymentSucceeded,
    PaymentFailed,
    RemittanceConfirmed,
    RemittanceFailed,
    RetryRemittance,
    Compensate,
    ChargeRelieved,
    RepayDebt,
    AcknowledgeRepayment,
}
