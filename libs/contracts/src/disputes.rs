//! What disputes tells: how a case stands and what it brings about.
use kernel::{CaseId, EditionId, MerchantId, Money, OrderId, ProviderId, RuleId, Time};
use serde::{Deserialize, Serialize};

/// `disputes.case.{opened,escalated,decision_overdue,settled,withdrawn,decided,awarded}`: the case after the fact.
///
/// `settled` and `awarded` move money and end the order; `withdrawn` lets the order's clocks resume; `decided` only
/// tells (the money waits until the appeal window has passed, then `awarded`). `decision_overdue` is for the operator
/// (W15).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub case: CaseId,
    /// The order in dispute.
    pub order: OrderId,
    /// Who sells.
    pub provider: ProviderId,
    /// Who ordered.
    pub merchant: MerchantId,
    /// Stage: `negotiation, arbitration, appeal, closed`.
    pub stage: String,
    /// Status in the field's words.
    pub status: String,
    /// True until it is closed.
    pub open: bool,
    /// For `settled`, `decided`, `awarded`, and `withdrawn`, where nothing moves.
    pub outcome: Option<Outcome>,
}

/// What a case brings about, to the minor unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Of the order's amount, back to the merchant; the rest of it is the provider's.
    pub to_merchant: Money,
    /// Beyond the order's amount, owed by the provider to the merchant (D3.1.4): deposit, payable, then liability.
    pub compensation: Money,
    /// The rules it rests on, the governing one first.
    pub rules: Vec<RuleId>,
    /// The edition it was decided under.
    pub edition: EditionId,
    /// When it became so.
    pub at: Time,
}
