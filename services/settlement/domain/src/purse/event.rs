//! What happened to a purse, and what each event means for ledger, gateway and escrow.
use super::state::{Exit, Liability, Purpose, Requirement};
use crate::gateway::{Effect, Request};
use crate::ledger::Posting;
use crate::notes::Note;
use kernel::{
    CaseId, Category, Currency, Decision, EditionId, MerchantId, Money, OrderId, Org, PayoutId, ProviderId, RuleId,
    Time,
};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;
use uuid::Uuid;

/// How a liability was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Through the gateway.
    Payment(Uuid),
    /// Out of payable money.
    Payable,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case", tag = "event")]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// The provider was heard of for the first time.
    Opened {
        /// Whose purse.
        provider: ProviderId,
        /// The deposit's currency.
        currency: Currency,
    },
    /// What a category requires as deposit (W33).
    RequirementSet {
        /// Which category.
        category: Category,
        /// By which qualification, and how much by the edition.
        requirement: Requirement,
        /// The edition the amount is from.
        edition: EditionId,
    },
    /// Less is deposited than required.
    ShortfallBegan {
        /// How much is missing.
        missing: Money,
        /// Until when it is to be topped up.
        top_up_by: Time,
    },
    /// It was not topped up in time: no new orders or listings.
    ShortfallOverdue {
        /// The grounds.
        decision: Decision,
    },
    /// Nothing is missing any more.
    ShortfallEnded,
    /// An attempt to pay began.
    PaymentStarted {
        /// The payment.
        payment: Uuid,
        /// What for.
        purpose: Purpose,
        /// How much.
        amount: Money,
        /// The method's token.
        method: String,
        /// When the attempt is given up.
        give_up_at: Time,
    },
    /// The attempt failed.
    PaymentFailed {
        /// The payment.
        payment: Uuid,
        /// The gateway's reason.
        code: String,
    },
    /// The gateway did not answer in time; money that still comes is dealt with then.
    PaymentAbandoned {
        /// The payment.
        payment: Uuid,
    },
    /// A payment came that its purpose no longer needs: it is payable.
    PaymentCredited {
        /// The payment.
        payment: Uuid,
        /// How much.
        amount: Money,
        /// From when it may be paid out: at once.
        payable_from: Time,
        /// The money's way.
        posting: Posting,
    },
    /// The deposit grew by a payment.
    DepositToppedUp {
        /// The payment.
        payment: Uuid,
        /// By how much.
        amount: Money,
        /// The money's way.
        posting: Posting,
    },
    /// The deposit grew out of payable money.
    DepositFilled {
        /// By how much.
        amount: Money,
        /// The money's way.
        posting: Posting,
    },
    /// An escrow's money is the provider's.
    PayableCredited {
        /// From which order.
        order: OrderId,
        /// How much.
        amount: Money,
        /// When it was credited.
        at: Time,
        /// From when it may be paid out.
        payable_from: Time,
        /// The money's way.
        posting: Posting,
    },
    /// What a case awards was taken: deposit, then payable; the rest is a recorded liability (D1.6.2).
    Charged {
        /// The case.
        case: CaseId,
        /// The order in dispute.
        order: OrderId,
        /// Who is owed.
        merchant: MerchantId,
        /// Taken from the deposit.
        from_deposit: Money,
        /// Taken from payable money.
        from_payable: Money,
        /// What neither covered.
        uncovered: Money,
        /// The case's liability with it, as it stands now; `None` when all was covered.
        liability: Option<Liability>,
        /// The rules the award rests on, and those of the order of collection.
        rules: Vec<RuleId>,
        /// The edition that the window is from.
        edition: EditionId,
        /// The money's way.
        posting: Posting,
    },
    /// Another outcome awards less (D1.1.4): what is not collected yet is not owed any more.
    LiabilityRelieved {
        /// The case that made it.
        case: CaseId,
        /// The order in dispute.
        order: OrderId,
        /// How much is not owed any more; nothing where all was collected.
        amount: Money,
        /// The rules it rests on.
        rules: Vec<RuleId>,
        /// The books' way; no money moved.
        posting: Posting,
    },
    /// A liability was not paid in time (W18): no new orders or listings until it is.
    LiabilityOverdue {
        /// The case that made it.
        case: CaseId,
        /// The grounds.
        decision: Decision,
    },
    /// The provider paid it.
    LiabilityPaid {
        /// The case that made it.
        case: CaseId,
        /// The order in dispute.
        order: OrderId,
        /// Who is owed.
        merchant: MerchantId,
        /// How much.
        amount: Money,
        /// Out of what.
        source: Source,
        /// The money's way.
        posting: Posting,
    },
    /// The parties settled it themselves.
    LiabilitySettledDirectly {
        /// The case that made it.
        case: CaseId,
        /// How much.
        amount: Money,
        /// What that rests on.
        note: String,
        /// Who recorded it.
        by: String,
        /// The books' way; no money of the platform moved.
        posting: Posting,
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
    /// Payouts are stopped.
    PayoutsFrozen {
        /// The freeze.
        freeze: Uuid,
        /// The grounds.
        decision: Decision,
    },
    /// One freeze is lifted.
    PayoutsThawed {
        /// Which.
        freeze: Uuid,
        /// By whom.
        by: String,
    },
    /// Money is on its way to the provider.
    PayoutRequested {
        /// The payout.
        payout: PayoutId,
        /// To whom.
        provider: ProviderId,
        /// How much.
        amount: Money,
        /// The money's way.
        posting: Posting,
    },
    /// The provider has it.
    PayoutSucceeded {
        /// The payout.
        payout: PayoutId,
        /// How much.
        amount: Money,
        /// The money's way.
        posting: Posting,
    },
    /// It could not be sent: payable again.
    PayoutFailed {
        /// The payout.
        payout: PayoutId,
        /// How much.
        amount: Money,
        /// The gateway's reason.
        code: String,
        /// From when it may be paid out: at once.
        payable_from: Time,
        /// The money's way.
        posting: Posting,
    },
    /// The provider left.
    Exited(Exit),
    /// The deposit's day came, but cases or liabilities are open; it waits for their end.
    DepositKept {
        /// How many cases.
        open_cases: i64,
        /// How many liabilities.
        liabilities: usize,
    },
    /// The deposit is the provider's again and payable.
    DepositReturned {
        /// How much.
        amount: Money,
        /// From when it may be paid out: at once.
        payable_from: Time,
        /// The money's way.
        posting: Posting,
    },
}

impl Event {
    /// The lines to be written, if money moves.
    pub fn posting(&self) -> Option<&Posting> {
        match self {
            Self::PaymentCredited { posting, .. }
            | Self::DepositToppedUp { posting, .. }
            | Self::DepositFilled { posting, .. }
            | Self::PayableCredited { posting, .. }
            | Self::Charged { posting, .. }
            | Self::LiabilityRelieved { posting, .. }
            | Self::LiabilityPaid { posting, .. }
            | Self::LiabilitySettledDirectly { posting, .. }
            | Self::PayoutRequested { posting, .. }
            | Self::PayoutSucceeded { posting, .. }
            | Self::PayoutFailed { posting, .. }
            | Self::DepositReturned { posting, .. } => Some(posting),
            Self::Opened { .. }
            | Self::RequirementSet { .. }
            | Self::ShortfallBegan { .. }
            | Self::ShortfallOverdue { .. }
            | Self::ShortfallEnded
            | Self::PaymentStarted { .. }
            | Self::PaymentFailed { .. }
            | Self::PaymentAbandoned { .. }
            | Self::LiabilityOverdue { .. }
            | Self::CaseOpened { .. }
            | Self::CaseClosed { .. }
            | Self::PayoutsFrozen { .. }
            | Self::PayoutsThawed { .. }
            | Self::Exited(_)
            | Self::DepositKept { .. } => None,
        }
    }

    /// The payment whose outcome is known by this event.
    pub(super) fn ended_payment(&self) -> Option<Uuid> {
        if let Self::PaymentFailed { payment, .. }
        | Self::PaymentCredited { payment, .. }
        | Self::DepositToppedUp { payment, .. }
        | Self::LiabilityPaid { source: Source::Payment(payment), .. } = self
        {
            return Some(*payment);
        }
        None
    }

    /// What the gateway must do.
    pub fn effects(&self) -> Vec<Effect> {
        if let Self::PaymentStarted { payment, amount, method, .. } = self {
            let request = Request::Charge { method: method.clone() };
            return vec![Effect { key: *payment, amount: *amount, request }];
        }
        if let Self::PayoutRequested { payout, provider, amount, .. } = self {
            let request = Request::Payout { to: Org::Provider(*provider) };
            return vec![Effect { key: payout.0, amount: *amount, request }];
        }
        vec![]
    }

    /// What an escrow must know: money collected for its merchant, or that none will be.
    pub fn notes(&self) -> Vec<Note> {
        if let Self::Charged { case, order, from_deposit, from_payable, .. } = self {
            let collected = from_deposit.plus(*from_payable).ok().filter(|amount| amount.is_positive());
            let note = |amount| Note::Compensate { order: *order, case: *case, amount };
            return collected.map(note).into_iter().collect();
        }
        if let Self::LiabilityPaid { case, order, amount, .. } = self {
            return vec![Note::Compensate { order: *order, case: *case, amount: *amount }];
        }
        if let Self::LiabilityRelieved { case, order, amount, .. } = self {
            return vec![Note::Relieved { order: *order, case: *case, amount: *amount }];
        }
        vec![]
    }
}
