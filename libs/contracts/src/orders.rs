//! What orders tells: the order after each fact that others decide on.
use kernel::{
    CaseId, Category, ClaimKind, EditionId, ListingId, MerchantId, Money, OrderId, ProviderId, RevisionId, Time,
};
use serde::{Deserialize, Serialize};

/// `orders.order.{placed,payment_expired,funded,started,delivered,disputed,resumed,completed,cancelled,settled,corrected,
/// extended_use_ended,data_provided,data_downloaded,download_lapsed,data_withheld}`.
///
/// `settled`: ended by its case, whose message moves the money. `corrected`: another forum's outcome took its place
/// (D1.1.4). Both tell what the case brought about ([`crate::disputes::Caused`]). What follows is what the case left to be
/// done: use that goes on (D3.1.3), data that the merchant downloads (W19); `data_withheld` is a suspicion of M5.60.
///
/// Only `completed` and `cancelled` (and the awards of disputes) release money (architecture section 4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// Its id.
    pub order: OrderId,
    /// What was ordered.
    pub listing: ListingId,
    /// In which revision.
    pub revision: RevisionId,
    /// Who sells.
    pub provider: ProviderId,
    /// Who ordered.
    pub merchant: MerchantId,
    /// The category.
    pub category: Category,
    /// Whole-store hosting.
    pub agent_operation: bool,
    /// The edition pinned to the order.
    pub edition: EditionId,
    /// The full price of the order.
    pub amount: Money,
    /// The status in the field's words (`pending_payment`, …).
    pub status: String,
    /// True while payment, delivery, acceptance, a dispute, or what its case left to be done is open: an obligation of the
    /// provider.
    pub open: bool,
    /// Until when payment is expected; for `placed`.
    pub pay_by: Option<Time>,
    /// The refund application that stands, in `disputed`; names the case to be opened.
    pub application: Option<RefundApplication>,
    /// The case whose settlement or award ended the order: its money is moved by that, not by this message.
    pub ended_by_case: Option<CaseId>,
    /// Why it ended or moved: rule ids, governing one first.
    pub rules: Vec<kernel::RuleId>,
}

/// A refund application, as it opens a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundApplication {
    /// The case that it opens; chosen when the application was made.
    pub case: CaseId,
    /// What is claimed to be wrong.
    pub claim: ClaimKind,
    /// How much the merchant asks back.
    pub amount: Money,
    /// In the merchant's words; at most 2,000 characters.
    pub statement: String,
    /// When it was made.
    pub applied_at: Time,
    /// The merchant has the service and keeps it while asking for money back (N1).
    pub keeps_service: bool,
    /// What the order itself establishes in the merchant's favour: a late modification (D2.5c), a third failure (D2.5d), …
    pub supported_by: Vec<kernel::RuleId>,
    /// The order had been delivered when it was made.
    pub delivered: bool,
    /// Paid for a period of use, not for a piece of work.
    #[serde(default)]
    pub by_period: bool,
    /// A cycle of redelivery was agreed (D2.5c): in the listing, or by a change that both parties agreed to.
    #[serde(default)]
    pub cycle_agreed: bool,
    /// After how many failed modifications of one problem the provider is responsible, where that was agreed (D2.5d).
    #[serde(default)]
    pub failed_modifications_agreed: Option<u32>,
    /// On which claims it could have been made then (A6, W21).
    #[serde(default)]
    pub open_claims: Option<Vec<ClaimKind>>,
}

/// What each fact of an order tells: the order after it, what it brought about, and what a case file has of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// The order and what the word of a case brought about.
    #[serde(flatten)]
    pub fact: crate::disputes::Caused<Order>,
    /// What the case file has of it; none where the case itself has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<Paper>,
    /// The deadline that was kept with it, where that is a record beside the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<Paper>,
}

/// `orders.order.recorded`: the order after an event that nobody decides on, and what a case file has of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// The order and the event.
    #[serde(flatten)]
    pub told: crate::Recorded<Order>,
    /// What the case file has of it; none of reminders, whose notices say it themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<Paper>,
}

/// A record for the case file (D1.2); by itself in `orders.conversation.message_sent`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paper {
    /// The order it is about.
    pub order: OrderId,
    /// `listing_revision, agreement, delivery, message, deadline_kept, deadline_missed, order_event`.
    pub kind: String,
    /// What it says, in short.
    pub title: String,
    /// The record itself: ids, hashes, instants, the parties' own words; no fractions.
    pub content: serde_json::Value,
}
