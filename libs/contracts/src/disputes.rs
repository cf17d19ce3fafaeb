//! What disputes tells: how a case stands and what it brings about.
use kernel::{CaseId, EditionId, MerchantId, Money, OrderId, ProviderId, RuleId, Time};
use serde::{Deserialize, Serialize};

/// `disputes.case.{opened,escalated,suspended,resumed,suspension_review_due,decision_overdue,settled,withdrawn,decided,
/// appealed,appeal_decided,forum_followed,awarded}`: the case after the fact; with the event in `recorded`
/// ([`crate::Recorded`]).
///
/// `settled` and `awarded` move money and end the order; `withdrawn` lets the order's clocks resume; `decided` only
/// tells (the money waits until the appeal window has passed or the appeal is decided, then `awarded`). An award is
/// ordered once; `forum_followed` puts another outcome in its place, whatever was carried out before: the message with
/// the greatest sequence counts. On a closed case it comes alone, on an open one `awarded` follows with the same.
/// `decision_overdue` and `suspension_review_due` are for the operator (W15, W16).
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
    /// For `settled`, `decided`, `appeal_decided`, `forum_followed`, `awarded`, and `withdrawn`, where nothing moves.
    pub outcome: Option<Outcome>,
}

/// What a case brings about, to the minor unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Of the order's amount, back to the merchant; the rest of it is the provider's.
    pub to_merchant: Money,
    /// Beyond the order's amount, owed by the provider to the merchant (D3.1.4): deposit, payable, then liability.
    pub compensation: Money,
    /// The use of the service goes on so many seconds longer (D3.1.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension_seconds: Option<u64>,
    /// The merchant downloads its data (D3.1.4, D3.2.4).
    #[serde(default)]
    pub data_download: bool,
    /// The rules it rests on, the governing one first.
    pub rules: Vec<RuleId>,
    /// The edition it was decided under.
    pub edition: EditionId,
    /// When it became so.
    pub at: Time,
    /// In `decided` and `appeal_decided`: why, in short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<Statement>,
}

/// The statement of reasons in short; the whole of it stands at the decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// In English: outcome, articles, what each side may do next and until when.
    pub en: String,
    /// The same in Chinese.
    pub zh: String,
    /// SHA-256 over the whole statement, its English and its Chinese text with a line feed between them, lower-case hex.
    pub sha256: String,
}

/// A fact, and what of it the word of a case brought about; told by `settlement.escrow`, `settlement.purse` and
/// `orders.order`. Whoever does not ask for the consequences reads the fact alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Caused<T> {
    /// The fact.
    #[serde(flatten)]
    pub fact: T,
    /// What the case brought about with it; all of one case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caused: Vec<Consequence>,
}

/// Something that carrying out the word of a case brought about, for the case's own record (D1.6.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consequence {
    /// The case.
    pub case: CaseId,
    /// `refunded, credited, paid_out, deposit_drawn, payable_drawn, liability_recorded, liability_cancelled,
    /// liability_paid, trade_stopped, debt_recorded, debt_cancelled, debt_paid, orders_stopped, order_ended, use_extended,
    /// use_cut_short, download_granted, download_withdrawn, downloaded`.
    pub kind: String,
    /// How much, where it is about money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
}
