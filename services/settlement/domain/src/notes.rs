//! Notes: what escrow and purse tell each other, through the outbox, addressed to this very context.
//!
//! Exactly once: each note stems from one event; its message id is that of the journal entry, and the receiver carries
//! out one message id once. A note that were applied twice would show in `transfer:<order>`, which is zero at rest.
use crate::{escrow, purse};
use kernel::{CaseId, MerchantId, Money, OrderId, ProviderId, RuleId};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// One note.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case", tag = "note")]
#[strum(serialize_all = "snake_case")]
pub enum Note {
    /// To the purse: an escrow was released, wholly or in part.
    CreditPayable {
        /// Whose purse.
        provider: ProviderId,
        /// From which escrow.
        order: OrderId,
        /// How much.
        amount: Money,
    },
    /// To the purse: the escrow did not cover what a case awards the merchant.
    Charge {
        /// Whose purse.
        provider: ProviderId,
        /// The order in dispute.
        order: OrderId,
        /// Who is owed.
        merchant: MerchantId,
        /// The case that awards it.
        case: CaseId,
        /// How much.
        amount: Money,
        /// Of it, what the provider was credited for the order before: taken out of payable money first.
        credited: Money,
        /// The rules the award rests on.
        rules: Vec<RuleId>,
    },
    /// To the purse: another outcome awards less; what is not collected yet is not owed any more.
    Relieve {
        /// Whose purse.
        provider: ProviderId,
        /// The order in dispute.
        order: OrderId,
        /// The case.
        case: CaseId,
        /// How much less, at most.
        amount: Money,
        /// The rules it rests on.
        rules: Vec<RuleId>,
    },
    /// To the purse: a case about one of the provider's orders holds its escrow.
    CaseOpened {
        /// Whose purse.
        provider: ProviderId,
        /// The order in dispute.
        order: OrderId,
    },
    /// To the purse: it no longer does.
    CaseClosed {
        /// Whose purse.
        provider: ProviderId,
        /// The order.
        order: OrderId,
    },
    /// To the escrow: money was collected for the merchant.
    Compensate {
        /// The order whose merchant is owed.
        order: OrderId,
        /// The case.
        case: CaseId,
        /// How much was collected.
        amount: Money,
    },
    /// To the escrow: so much of what it was asked for is not owed any more.
    Relieved {
        /// The order.
        order: OrderId,
        /// The case.
        case: CaseId,
        /// How much; what was collected before is not in it.
        amount: Money,
    },
}

/// A command and the aggregate it is for.
#[derive(Clone, Debug, PartialEq)]
pub enum Addressed {
    /// For the provider's purse.
    Purse(ProviderId, purse::Command),
    /// For the order's escrow.
    Escrow(OrderId, escrow::Command),
}

impl Note {
    /// Its snake_case name: the fact in the message's type.
    pub fn name(&self) -> &'static str {
        self.into()
    }

    /// The command that it is to its receiver.
    pub fn addressed(self) -> Addressed {
        match self {
            Self::CreditPayable { provider, order, amount } => {
                Addressed::Purse(provider, purse::Command::CreditPayable { order, amount })
            }
            Self::Charge { provider, order, merchant, case, amount, credited, rules } => {
                Addressed::Purse(provider, purse::Command::Charge { case, order, merchant, amount, credited, rules })
            }
            Self::Relieve { provider, order, case, amount, rules } => {
                Addressed::Purse(provider, purse::Command::Relieve { case, order, amount, rules })
            }
            Self::CaseOpened { provider, order } => Addressed::Purse(provider, purse::Command::CaseOpened { order }),
            Self::CaseClosed { provider, order } => Addressed::Purse(provider, purse::Command::CaseClosed { order }),
            Self::Compensate { order, case, amount } => {
                Addressed::Escrow(order, escrow::Command::Compensate { case, amount })
            }
            Self::Relieved { order, case, amount } => {
                Addressed::Escrow(order, escrow::Command::ChargeRelieved { case, amount })
            }
        }
    }
}
