//! What settlement tells: where the money of an order is, and how a provider's purse stands.
use kernel::{MerchantId, Money, OrderId, ProviderId, Time};
use serde::{Deserialize, Serialize};

/// `settlement.escrow.{opened,payment_failed,held,frozen,thawed,released,refunded,split,paid_out,corrected,
/// debt_overdue}`: the escrow after the fact; with the event in `recorded` ([`crate::Recorded`]).
///
/// `paid_out`: the merchant has money that a case gave it. `corrected`: another outcome took the first one's place, and
/// what the merchant owes back changed. `debt_overdue`: it was not paid in time (W18). All three, and what moves the
/// money of a case, tell what it brought about ([`crate::disputes::Caused`]).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Escrow {
    /// The order whose money it is.
    pub order: OrderId,
    /// Who pays.
    pub merchant: MerchantId,
    /// Who is to be paid.
    pub provider: ProviderId,
    /// The order's amount.
    pub amount: Money,
    /// The status in the field's words (`awaiting_payment`, `held`, …).
    pub status: String,
    /// Given back to the merchant so far.
    pub refunded: Money,
    /// Passed to the provider's payable so far.
    pub released: Money,
    /// What the merchant owes back (D1.6.2).
    pub debt: Money,
    /// Until when it is to pay that; `None` when it owes nothing, or when that has passed.
    pub debt_pay_by: Option<Time>,
    /// W18: no new orders by the merchant until it has paid.
    pub debt_overdue: bool,
}

/// `settlement.purse.changed`: the purse of a provider; with what a case took from it ([`crate::disputes::Caused`]). With
/// the event in `recorded` ([`crate::Recorded`]).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Purse {
    /// Whose.
    pub provider: ProviderId,
    /// What must be deposited (W33).
    pub required: Money,
    /// What is deposited.
    pub deposit: Money,
    /// What is owed and recorded as liability, in the deposit's currency.
    pub liability: Money,
    /// W33, W18: no new orders or listings until the shortfall is topped up or the liability is paid.
    pub blocked: bool,
}
