//! What notifications tells: what became of a notice.
use kernel::{CaseId, NoticeId, OrderId, Org, Party, RuleId, ServedBy, Time};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// `notifications.notice.{served,mailed,mail_failed,read}`: the notice after the fact (D1.1.3).
///
/// `served` comes exactly once for each notice: clocks that start with a notice start by it. The others add evidence
/// and may come before or after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Its id.
    pub notice: NoticeId,
    /// What it says, as the templates are called: `order_delivered`.
    pub kind: String,
    /// The fact it tells of: `orders.order.delivered`.
    pub fact: String,
    /// The instant of that fact, as its message gave it.
    pub fact_at: Time,
    /// The message that told the fact.
    pub cause: Uuid,
    /// Who was told.
    pub recipient: Org,
    /// What the recipient is to the matter.
    pub party: Party,
    /// The order it is about.
    pub order: Option<OrderId>,
    /// The case it is about.
    pub case: Option<CaseId>,
    /// What the notice rests on, the governing rule first.
    pub rules: Vec<RuleId>,
    /// SHA-256 over subject and text as they were sent, lower-case hex.
    pub content_hash: String,
    /// When it was put into the inbox.
    pub made_at: Time,
    /// When it was served, once it was.
    pub served_at: Option<Time>,
    /// By what it was served.
    pub served_by: Option<ServedBy>,
    /// When the mail server took the e-mail.
    pub mailed_at: Option<Time>,
    /// When it was read in the inbox.
    pub read_at: Option<Time>,
}
