//! What happened to an escrow, and what each event means for ledger, gateway and purse.
use super::command::Award;
use super::state::{Charge, Known, Purpose, Remittance, Standing, Way};
use crate::gateway::{Effect, Request};
use crate::ledger::Posting;
use crate::notes::Note;
use kernel::{CaseId, Decision, MerchantId, Money, OrderId, Org, ProviderId, RuleId, Time};
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
    /// A case awards the merchant more than it has: the provider's purse is charged.
    ChargeRaised {
        /// All that was charged, with this.
        charge: Charge,
        /// How much now.
        amount: Money,
        /// Of it, what the provider was credited for the order before.
        credited: Money,
        /// The grounds.
        rules: Vec<RuleId>,
    },
    /// Another outcome gives the merchant less (D1.1.4): the purse is asked to let go of what it has not collected.
    ReliefAsked {
        /// The case.
        case: CaseId,
        /// How much, at most.
        amount: Money,
        /// The grounds.
        rules: Vec<RuleId>,
    },
    /// The purse did, as far as it could.
    ChargeRelieved {
        /// The case.
        case: CaseId,
        /// How much.
        amount: Money,
    },
    /// What cannot be taken back any more is the merchant's recorded debt (D1.6.2).
    DebtRecorded {
        /// The case.
        case: CaseId,
        /// How much more.
        amount: Money,
        /// Until when it is to be paid (W18), if nothing was owed before.
        pay_by: Time,
        /// The grounds.
        rules: Vec<RuleId>,
        /// The books' way; no money moved.
        posting: Posting,
    },
    /// It was not paid in time (W18): no new orders until it is.
    DebtOverdue {
        /// The case.
        case: CaseId,
        /// Why, by which rules, and what may be done against it.
        decision: Decision,
    },
    /// Another outcome lets the merchant keep it.
    DebtForgiven {
        /// The case.
        case: CaseId,
        /// How much less.
        amount: Money,
        /// The grounds.
        rules: Vec<RuleId>,
        /// The books' way; no money moved.
        posting: Posting,
    },
    /// A remittance that had failed was taken back for the debt.
    RemittanceRecalled {
        /// The one that failed.
        remittance: Uuid,
        /// How much of it.
        amount: Money,
        /// The rest, sent once more.
        rest: Option<Remittance>,
        /// The money's way.
        posting: Posting,
    },
    /// The merchant paid the debt.
    DebtRepaid {
        /// The payment.
        payment: Uuid,
        /// How much.
        amount: Money,
        /// The money's way.
        posting: Posting,
    },
    /// The parties settled it themselves.
    DebtSettledDirectly {
        /// How much.
        amount: Money,
        /// What that rests on.
        note: String,
        /// Who recorded it.
        by: String,
        /// The books' way; no money of the platform moved.
        posting: Posting,
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
        /// The case whose word it carries out.
        #[serde(default)]
        case: Option<CaseId>,
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
            | Self::DebtRecorded { posting, .. }
            | Self::DebtForgiven { posting, .. }
            | Self::RemittanceRecalled { posting, .. }
            | Self::DebtRepaid { posting, .. }
            | Self::DebtSettledDirectly { posting, .. }
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
            | Self::ReliefAsked { .. }
            | Self::ChargeRelieved { .. }
            | Self::DebtOverdue { .. }
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
            Self::RemittanceRecalled { rest, .. } => rest.as_ref(),
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
            | Self::ReliefAsked { .. }
            | Self::ChargeRelieved { .. }
            | Self::DebtRecorded { .. }
            | Self::DebtOverdue { .. }
            | Self::DebtForgiven { .. }
            | Self::DebtRepaid { .. }
            | Self::DebtSettledDirectly { .. }
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
        if let Self::ChargeRaised { charge: Charge { case, .. }, amount, credited, rules } = self {
            let (case, amount, credited, rules) = (*case, *amount, *credited, rules.clone());
            return vec![Note::Charge { provider, order, merchant: after.merchant, case, amount, credited, rules }];
        }
        if let Self::ReliefAsked { case, amount, rules } = self {
            return vec![Note::Relieve { provider, order, case: *case, amount: *amount, rules: rules.clone() }];
        }
        if let Self::RemittanceRecalled { amount, .. } | Self::DebtRepaid { amount, .. } = self {
            return vec![Note::CreditPayable { provider, order, amount: *amount }];
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
