//! The state of an escrow: three independent facts, and what follows from them.
//!
//! What the order says (the newest of its messages), what a case says (at most once), and what the gateway says. Each
//! can come in any order; where the money goes is a function of all three (see `consequence.rs`).
use super::command::Award;
use super::event::{Disposal, Event};
use crate::attempts::{Attempt, Attempts};
use kernel::{CaseId, MerchantId, Money, OrderId, ProviderId, RuleId, Time};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An escrow.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Escrow {
    /// Nothing was heard.
    #[default]
    Absent,
    /// A case was heard of before its order.
    Announced(Award),
    /// The order is known.
    Known(Box<Known>),
}

/// An escrow whose order is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Known {
    /// The order.
    pub order: OrderId,
    /// Who pays.
    pub merchant: MerchantId,
    /// Who is to be paid.
    pub provider: ProviderId,
    /// The price.
    pub amount: Money,
    /// Until when it may be paid (W1).
    pub pay_by: Option<Time>,
    /// What the newest message of the order says.
    pub standing: Standing,
    /// On which rules.
    pub rules: Vec<RuleId>,
    /// Its sequence.
    pub sequence: i64,
    /// What its case said last.
    pub award: Option<Award>,
    /// Where the money is.
    pub funds: Funds,
    /// A case holds it still; the purse was told.
    pub frozen: bool,
    /// Attempts to pay whose outcome is open.
    pub attempts: Attempts<Purpose>,
    /// What the purse was charged.
    pub charge: Option<Charge>,
    /// Whether the purse was asked to let go of a part of that.
    pub relief: Relief,
    /// What the merchant owes back (D1.1.4, D1.6.2).
    pub debt: Money,
    /// Until when.
    pub debt_term: DebtTerm,
    /// What came back of it so far.
    pub returned: Money,
    /// On its way to the merchant.
    pub remittances: Vec<Pending>,
    /// How many remittances were made; their ids are drawn from it.
    pub remitted: u32,
    /// What the merchant got back, confirmed by the gateway.
    pub refunded: Money,
}

/// What the order says about its money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It is to be paid, or runs.
    Running,
    /// In dispute.
    Disputed,
    /// Ended by a case; the case itself says how.
    Judged,
    /// Completed: the provider's.
    Completed,
    /// Expired or cancelled: the merchant's.
    Cancelled,
}

/// Until when the merchant is to pay what it owes back (W18).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DebtTerm {
    /// It owes nothing.
    #[default]
    None,
    /// Until then.
    Until(Time),
    /// That has passed: it may place no new orders until it has paid.
    Overdue,
}

/// Where the order's money is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Funds {
    /// Not paid.
    Unpaid,
    /// In escrow.
    Held {
        /// The payment that brought it.
        payment: Uuid,
    },
    /// Passed on, for good.
    Disposed {
        /// To the merchant.
        to_merchant: Money,
        /// To the provider.
        to_provider: Money,
    },
}

/// What a payment to an escrow is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The order's price.
    Order,
    /// What the merchant owes back.
    Debt,
}

/// Whether the purse was asked to let go of what it had not collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relief {
    /// Not since the case spoke last.
    Unasked,
    /// Its answer is awaited.
    Asked(Money),
    /// It has nothing left to let go of.
    Exhausted,
}

/// What the provider's purse was charged for a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// The case.
    pub case: CaseId,
    /// How much.
    pub asked: Money,
    /// What of it has been collected so far.
    pub collected: Money,
}

/// Money sent to the merchant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remittance {
    /// Its id; idempotency key at the gateway.
    pub id: Uuid,
    /// How much.
    pub amount: Money,
    /// How it is sent.
    pub way: Way,
    /// The case whose word it carries out; `None` for a payment that goes back by itself.
    #[serde(default)]
    pub case: Option<CaseId>,
}

/// How money is sent to the merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Back to where a payment came from.
    Refund {
        /// The payment.
        payment: Uuid,
    },
    /// To the registered account: what never was the merchant's payment.
    Transfer {
        /// Whose account.
        to: MerchantId,
    },
}

/// A remittance that the gateway has not confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// It.
    pub remittance: Remittance,
    /// Why it failed, if it did.
    pub failed: Option<String>,
}

impl Standing {
    /// The order says nothing more.
    pub fn is_final(self) -> bool {
        match self {
            Self::Completed | Self::Cancelled => true,
            Self::Running | Self::Disputed | Self::Judged => false,
        }
    }

    /// A case about the order is open, or what it says has not been heard yet.
    pub fn is_in_case(self) -> bool {
        match self {
            Self::Disputed | Self::Judged => true,
            Self::Running | Self::Completed | Self::Cancelled => false,
        }
    }
}

impl Escrow {
    /// The escrow of a known order.
    pub fn known(&self) -> Option<&Known> {
        match self {
            Self::Known(known) => Some(known),
            Self::Absent | Self::Announced(_) => None,
        }
    }

    /// The status in the field's words.
    pub fn status(&self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Announced(_) => "announced",
            Self::Known(known) => known.status(),
        }
    }

    /// The escrow after an event, or `None` when the event does not fit.
    pub(super) fn after(self, event: &Event) -> Option<Self> {
        match self {
            Self::Absent => Self::begun(None, event),
            Self::Announced(award) => Self::begun(Some(award), event),
            Self::Known(mut known) => {
                known.apply(event)?;
                Some(Self::Known(known))
            }
        }
    }

    fn begun(award: Option<Award>, event: &Event) -> Option<Self> {
        if let Event::AwardNoted { award: noted } = event {
            return Some(Self::Announced(noted.clone()));
        }
        let Event::Opened { order, merchant, provider, amount, pay_by, standing, rules, sequence } = event else {
            return None;
        };
        Some(Self::Known(Box::new(Known {
            order: *order,
            merchant: *merchant,
            provider: *provider,
            amount: *amount,
            pay_by: *pay_by,
            standing: *standing,
            rules: rules.clone(),
            sequence: *sequence,
            award,
            funds: Funds::Unpaid,
            frozen: false,
            attempts: Attempts::default(),
            charge: None,
            relief: Relief::Unasked,
            debt: Money::zero(amount.currency),
            debt_term: DebtTerm::None,
            returned: Money::zero(amount.currency),
            remittances: vec![],
            remitted: 0,
            refunded: Money::zero(amount.currency),
        })))
    }
}

impl Known {
    /// The status in the field's words.
    pub fn status(&self) -> &'static str {
        match self.funds {
            Funds::Unpaid => match self.standing {
                Standing::Cancelled => "closed",
                Standing::Running | Standing::Disputed | Standing::Judged | Standing::Completed => "awaiting_payment",
            },
            Funds::Held { .. } if self.frozen => "frozen",
            Funds::Held { .. } => "held",
            Funds::Disposed { to_merchant, .. } if to_merchant.is_zero() => "released",
            Funds::Disposed { to_provider, .. } if to_provider.is_zero() => "refunded",
            Funds::Disposed { .. } => "split",
        }
    }

    /// What the merchant got or is sure to get out of the escrow.
    pub fn to_merchant(&self) -> Money {
        self.disposed().map_or(Money::zero(self.amount.currency), |(to_merchant, _)| to_merchant)
    }

    /// What the provider's payable got.
    pub fn released(&self) -> Money {
        self.disposed().map_or(Money::zero(self.amount.currency), |(_, to_provider)| to_provider)
    }

    fn disposed(&self) -> Option<(Money, Money)> {
        match self.funds {
            Funds::Disposed { to_merchant, to_provider } => Some((to_merchant, to_provider)),
            Funds::Unpaid | Funds::Held { .. } => None,
        }
    }

    /// The next remittance. Its id follows from the order and the count, so that it needs no randomness.
    pub(super) fn next_remittance(&self, amount: Money, way: Way, case: Option<CaseId>) -> Remittance {
        let id = Uuid::new_v5(&self.order.0, format!("remittance:{}", self.remitted).as_bytes());
        Remittance { id, amount, way, case }
    }

    /// The event's effect on the state; `None` when it does not fit.
    pub(super) fn apply(&mut self, event: &Event) -> Option<()> {
        match event {
            Event::Opened { .. } => return None,
            Event::OrderHeard { standing, rules, sequence } => {
                self.standing = *standing;
                self.rules.clone_from(rules);
                self.sequence = *sequence;
            }
            Event::AwardNoted { award } => {
                self.award = Some(award.clone());
                if self.relief == Relief::Exhausted {
                    self.relief = Relief::Unasked;
                }
            }
            Event::PaymentStarted { payment, purpose, amount, give_up_at, .. } => {
                let attempt = Attempt { id: *payment, amount: *amount, purpose: *purpose };
                self.attempts.begin(attempt, *give_up_at);
            }
            Event::PaymentFailed { payment, .. } => self.attempts.end(*payment)?,
            Event::PaymentAbandoned { .. } => self.attempts.abandon(),
            Event::Held { payment, .. } => {
                self.attempts.end(*payment)?;
                self.funds = Funds::Held { payment: *payment };
            }
            Event::PaymentReturned { payment, remittance, .. } => {
                self.attempts.end(*payment)?;
                self.send(remittance);
            }
            Event::Frozen => self.frozen = true,
            Event::Thawed => self.frozen = false,
            Event::Released(disposal) | Event::Refunded(disposal) | Event::Split(disposal) => self.dispose(disposal)?,
            Event::ChargeRaised { charge, .. } => self.charge = Some(*charge),
            Event::Compensated { remittance, .. } => {
                let charge = self.charge.as_mut()?;
                charge.collected = charge.collected.plus(remittance.amount).ok()?;
                self.send(remittance);
            }
            Event::ReliefAsked { amount, .. } => self.relief = Relief::Asked(*amount),
            Event::ChargeRelieved { amount, .. } => self.relieve(*amount)?,
            Event::DebtRecorded { amount, pay_by, .. } => {
                self.debt = self.debt.plus(*amount).ok()?;
                // A growth makes nobody's delay good.
                if self.debt_term == DebtTerm::None {
                    self.debt_term = DebtTerm::Until(*pay_by);
                }
            }
            Event::DebtOverdue { .. } => self.debt_term = DebtTerm::Overdue,
            Event::DebtForgiven { amount, .. } => self.owe_less(*amount)?,
            Event::RemittanceRecalled { remittance, amount, rest, .. } => {
                self.take(*remittance)?;
                self.give_back(*amount)?;
                if let Some(rest) = rest {
                    self.send(rest);
                }
            }
            Event::DebtRepaid { payment, amount, .. } => {
                self.attempts.end(*payment)?;
                self.give_back(*amount)?;
            }
            Event::DebtSettledDirectly { amount, .. } => self.give_back(*amount)?,
            Event::RemittanceConfirmed { remittance, .. } => {
                let sent = self.take(*remittance)?;
                self.refunded = self.refunded.plus(sent.amount).ok()?;
            }
            Event::RemittanceFailed { remittance, code } => {
                let pending = self.remittances.iter_mut().find(|pending| pending.remittance.id == *remittance)?;
                pending.failed = Some(code.clone());
            }
            Event::RemittanceRetried { failed, remittance } => {
                self.take(*failed)?;
                self.send(remittance);
            }
        }
        Some(())
    }

    fn dispose(&mut self, disposal: &Disposal) -> Option<()> {
        match self.funds {
            Funds::Held { .. } => {
                self.funds = Funds::Disposed { to_merchant: disposal.to_merchant, to_provider: disposal.to_provider };
                if let Some(remittance) = &disposal.remittance {
                    self.send(remittance);
                }
                Some(())
            }
            Funds::Unpaid | Funds::Disposed { .. } => None,
        }
    }

    /// The purse's answer: less than was asked for means that it has nothing left to let go of.
    fn relieve(&mut self, by: Money) -> Option<()> {
        let Relief::Asked(asked) = self.relief else { return None };
        let charge = self.charge.as_mut()?;
        charge.asked = charge.asked.minus(by).ok()?;
        self.relief = if by == asked { Relief::Unasked } else { Relief::Exhausted };
        Some(())
    }

    fn owe_less(&mut self, amount: Money) -> Option<()> {
        self.debt = self.debt.minus(amount).ok()?;
        if self.debt.is_zero() {
            self.debt_term = DebtTerm::None;
        }
        Some(())
    }

    fn give_back(&mut self, amount: Money) -> Option<()> {
        self.owe_less(amount)?;
        self.returned = self.returned.plus(amount).ok()?;
        Some(())
    }

    fn send(&mut self, remittance: &Remittance) {
        self.remitted += 1;
        self.remittances.push(Pending { remittance: remittance.clone(), failed: None });
    }

    fn take(&mut self, id: Uuid) -> Option<Remittance> {
        let place = self.remittances.iter().position(|pending| pending.remittance.id == id)?;
        Some(self.remittances.remove(place).remittance)
    }
}
