//! What happened to an escrow, and what each event means for ledger, gateway and purse.
use super::command::Award;
use super::state::{Charge, Known, Remittance, Standing, Way};
use crate::gateway::{Effect, Request};
use crate::ledger::Posting;
use crate::notes::Note;
use kernel::{CaseId, MerchantId, Money, OrderId, Org, ProviderId, RuleId, Time};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;
use uuid::Uuid;

/// Where held money went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Disposal {
    /// To the merchant: what goes back, and compensation.
    pub to_merchant: Money,
    /// Of it, compensation out of what would have been the provider's.
    pub compensation: Money,
    /// To the provider's payable.
    pub to_provider: Money,
    /// The case that says so; `None` when the order itself ended.
    pub case: Option<CaseId>,
    /// The grounds, the governing one first.
    pub rules: Vec<RuleId>,
    /// How the merchant's part is sent.
    pub remittance: Option<Remittance>,
    /// The money's way.
    pub posting: Posting,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case", tag = "event")]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// The order became known by the first of its messages.
    Opened {
        /// The order.
        order: OrderId,
        /// Who pays.
        merchant: MerchantId,
        /// Who is to be paid.
        provider: ProviderId,
        /// The price.
        amount: Money,
        /// Until when it may be paid; `None` when another message than `placed` came first.
        pay_by: Option<Time>,
        /// What the message says of the order.
        standing: Standing,
        /// On which rules it stands so.
        rules: Vec<RuleId>,
        /// Its sequence.
        sequence: i64,
    },
    /// A newer message of the order.
    OrderHeard {
        /// What it says of the order.
        standing: Standing,
        /// On which rules it stands so.
        rules: Vec<RuleId>,
        /// Its sequence.
        sequence: i64,
    },
    /// A case says what is to become of the money.
    AwardNoted {
        /// What it says.
        award: Award,
    },
    /// An attempt to pay began.
    PaymentStarted {
        /// The payment.
        payment: Uuid,
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
    /// The money is in escrow.
    Held {
        /// The payment that brought it.
        payment: Uuid,
        /// The money's way.
        posting: Posting,
    },
    /// Money came that is not wanted any more (closed, or paid already) and goes back.
    PaymentReturned {
        /// The payment that brought it.
        payment: Uuid,
        /// How it goes back.
        remittance: Remittance,
        /// The money's way.
        posting: Posting,
    },
    /// Held still for a case.
    Frozen,
    /// No longer held still.
    Thawed,
    /// All of it went to the provider.
    Released(Disposal),
    /// All of it went back to the merchant.
    Refunded(Disposal),
    /// Each got a part.
    Split(Disposal),
    /// A case awards the merchant more than the escrow gave: the provider's purse is charged.
    ChargeRaised {
        /// The charge.
        charge: Charge,
        /// The grounds.
        rules: Vec<RuleId>,
    },
    /// The purse collected money for the merchant; it is sent on.
    Compensated {
        /// The case.
        case: CaseId,
        /// How it is sent.
        remittance: Remittance,
        /// The money's way.
        posting: Posting,
    },
    /// The merchant has it.
    RemittanceConfirmed {
        /// The remittance.
        remittance: Uuid,
        /// The money's way.
        posting: Posting,
    },
    /// The gateway could not send it; a person decides.
    RemittanceFailed {
        /// The remittance.
        remittance: Uuid,
        /// The gateway's reason.
        code: String,
    },
    /// It is sent once more.
    RemittanceRetried {
        /// The one that failed.
        failed: Uuid,
        /// The new one.
        remittance: Remittance,
    },
}

impl Event {
    /// The lines to be written, if money moves.
    pub fn posting(&self) -> Option<&Posting> {
        match self {
            Self::Held { posting, .. }
            | Self::PaymentReturned { posting, .. }
            | Self::Compensated { posting, .. }
            | Self::RemittanceConfirmed { posting, .. } => Some(posting),
            Self::Released(disposal) | Self::Refunded(disposal) | Self::Split(disposal) => Some(&disposal.posting),
            Self::Opened { .. }
            | Self::OrderHeard { .. }
            | Self::AwardNoted { .. }
            | Self::PaymentStarted { .. }
            | Self::PaymentFailed { .. }
            | Self::PaymentAbandoned { .. }
            | Self::Frozen
            | Self::Thawed
            | Self::ChargeRaised { .. }
            | Self::RemittanceFailed { .. }
            | Self::RemittanceRetried { .. } => None,
        }
    }

    /// What the gateway must do.
    pub fn effects(&self) -> Vec<Effect> {
        if let Self::PaymentStarted { payment, amount, method, .. } = self {
            let request = Request::Charge { method: method.clone() };
            return vec![Effect { key: *payment, amount: *amount, request }];
        }
        self.remittance().map(Remittance::effect).into_iter().collect()
    }

    fn remittance(&self) -> Option<&Remittance> {
        match self {
            Self::PaymentReturned { remittance, .. }
            | Self::Compensated { remittance, .. }
            | Self::RemittanceRetried { remittance, .. } => Some(remittance),
            Self::Released(disposal) | Self::Refunded(disposal) | Self::Split(disposal) => disposal.remittance.as_ref(),
            Self::Opened { .. }
            | Self::OrderHeard { .. }
            | Self::AwardNoted { .. }
            | Self::PaymentStarted { .. }
            | Self::PaymentFailed { .. }
            | Self::PaymentAbandoned { .. }
            | Self::Held { .. }
            | Self::Frozen
            | Self::Thawed
            | Self::ChargeRaised { .. }
            | Self::RemittanceConfirmed { .. }
            | Self::RemittanceFailed { .. } => None,
        }
    }

    /// What the purse must know; `after` is the escrow after the event.
    pub fn notes(&self, after: &Known) -> Vec<Note> {
        let (provider, order) = (after.provider, after.order);
        if let Self::Frozen = self {
            return vec![Note::CaseOpened { provider, order }];
        }
        if let Self::Thawed = self {
            return vec![Note::CaseClosed { provider, order }];
        }
        if let Self::Released(disposal) | Self::Split(disposal) = self {
            return vec![Note::CreditPayable { provider, order, amount: disposal.to_provider }];
        }
        if let Self::ChargeRaised { charge: Charge { case, asked, .. }, rules } = self {
            let (case, amount, rules) = (*case, *asked, rules.clone());
            return vec![Note::Charge { provider, order, merchant: after.merchant, case, amount, rules }];
        }
        vec![]
    }
}

impl Remittance {
    fn effect(&self) -> Effect {
        let request = match self.way {
            Way::Refund { payment } => Request::Refund { payment },
            Way::Transfer { to } => Request::Payout { to: Org::Merchant(to) },
        };
        Effect { key: self.id, amount: self.amount, request }
    }
}
