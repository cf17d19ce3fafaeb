//! What is asked of a purse.
use crate::gateway::{Effect, Outcome, Request};
use kernel::{CaseId, Category, MerchantId, Money, OrderId, PayoutId, QualificationId, RuleId, Time};
use strum::{IntoStaticStr, VariantArray};
use uuid::Uuid;

/// A command.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// A qualification was granted or revoked: the deposit it requires (W33). The newest word per category counts.
    SetRequirement {
        /// In which category.
        category: Category,
        /// The qualification; a later one has a greater id.
        qualification: QualificationId,
        /// The message's sequence.
        sequence: i64,
        /// The message's instant.
        at: Time,
        /// Whether the qualification exists (also while suspended).
        required: bool,
    },
    /// The provider left, or was cleared out.
    Exit {
        /// When.
        exited_at: Time,
        /// The message's sequence.
        sequence: i64,
    },
    /// The provider pays into the deposit.
    TopUpDeposit {
        /// The payment; idempotency key of the charge.
        payment: Uuid,
        /// How much.
        amount: Money,
        /// The gateway's token of the method of payment, 1 to 100 characters.
        method: String,
    },
    /// The provider moves payable money into the deposit.
    FillDeposit {
        /// How much.
        amount: Money,
    },
    /// An escrow was released, wholly or in part.
    CreditPayable {
        /// Which.
        order: OrderId,
        /// How much.
        amount: Money,
    },
    /// A case awards the merchant what the escrow did not cover (D1.6.1, D1.6.2).
    Charge {
        /// The case.
        case: CaseId,
        /// The order in dispute.
        order: OrderId,
        /// Who is owed.
        merchant: MerchantId,
        /// How much.
        amount: Money,
        /// Of it, what the provider was credited for the order before: taken out of payable money first.
        credited: Money,
        /// The rules the award rests on.
        rules: Vec<RuleId>,
    },
    /// Another outcome awards less (D1.1.4): what is not collected yet is not owed any more.
    Relieve {
        /// The case.
        case: CaseId,
        /// The order in dispute.
        order: OrderId,
        /// How much less, at most.
        amount: Money,
        /// The rules it rests on.
        rules: Vec<RuleId>,
    },
    /// The provider pays a liability through the gateway.
    PayLiability {
        /// The payment; idempotency key of the charge.
        payment: Uuid,
        /// The case that made it.
        case: CaseId,
        /// The gateway's token of the method of payment, 1 to 100 characters.
        method: String,
    },
    /// The provider pays a liability out of payable money.
    SettleLiability {
        /// The case that made it.
        case: CaseId,
    },
    /// An operator records that the parties settled a liability themselves (D1.6.2).
    AcknowledgeDirectPayment {
        /// The case that made it.
        case: CaseId,
        /// What it rests on, 1 to 500 characters.
        note: String,
    },
    /// A case holds one of the provider's escrows.
    CaseOpened {
        /// Of which order.
        order: OrderId,
    },
    /// It no longer does.
    CaseClosed {
        /// Of which order.
        order: OrderId,
    },
    /// An operator or a compliance officer stops payouts.
    FreezePayouts {
        /// Names the freeze.
        freeze: Uuid,
        /// The rules it rests on, the governing one first; 1 to 8.
        rules: Vec<RuleId>,
        /// The reasons, 1 to 2,000 characters.
        reasons: String,
    },
    /// Lifts one freeze.
    ThawPayouts {
        /// Which.
        freeze: Uuid,
    },
    /// The provider asks for money.
    RequestPayout {
        /// The payout; its UUID is the idempotency key.
        payout: PayoutId,
        /// How much.
        amount: Money,
    },
    /// The gateway has the money of a payment.
    PaymentSucceeded {
        /// The payment.
        payment: Uuid,
    },
    /// The gateway will not have it.
    PaymentFailed {
        /// The payment.
        payment: Uuid,
        /// The gateway's reason.
        code: String,
    },
    /// The provider has the money of a payout.
    PayoutSucceeded {
        /// Which.
        payout: PayoutId,
    },
    /// The gateway could not send it.
    PayoutFailed {
        /// Which.
        payout: PayoutId,
        /// The gateway's reason.
        code: String,
    },
}

impl Command {
    /// What the gateway's answer to one of the purse's effects is to the purse; `None` while the outcome is open.
    pub fn answered(effect: &Effect, outcome: Outcome) -> Option<Self> {
        let payment = effect.key;
        let payout = PayoutId(effect.key);
        match effect.request {
            // A purse never refunds.
            Request::Refund { .. } => None,
            Request::Charge { .. } => match outcome {
                Outcome::Accepted | Outcome::Unknown => None,
                Outcome::Succeeded => Some(Self::PaymentSucceeded { payment }),
                Outcome::Failed { code } => Some(Self::PaymentFailed { payment, code }),
            },
            Request::Payout { .. } => match outcome {
                Outcome::Accepted | Outcome::Unknown => None,
                Outcome::Succeeded => Some(Self::PayoutSucceeded { payout }),
                Outcome::Failed { code } => Some(Self::PayoutFailed { payout, code }),
            },
        }
    }
}

/// The commands without their payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[expect(missing_docs, reason = "each is the twin of the command of its name")]
pub enum Action {
    SetRequirement,
    Exit,
    TopUpDeposit,
    FillDeposit,
    CreditPayable,
    Charge,
    Relieve,
    PayLiability,
    SettleLiability,
    AcknowledgeDirectPayment,
    CaseOpened,
    CaseClosed,
    FreezePayouts,
    ThawPayouts,
    RequestPayout,
    PaymentSucceeded,
    PaymentFailed,
    PayoutSucceeded,
    PayoutFailed,
}
