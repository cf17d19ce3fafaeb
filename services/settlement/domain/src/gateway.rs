//! The port to the payment gateway, as plain types: what is asked, what is answered, what is called back.
//!
//! An event that needs the gateway names its [`Effect`]s; the row is stored in the event's transaction, and a worker
//! sends it with `key` as the idempotency key. `Unknown` is queried by key before anything is sent again.
//! Does not own: the trait and the adapters (they do I/O), retries, signatures.
use kernel::{Money, Org};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One thing to be done by the gateway, at most once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// Idempotency key; also the id under which the gateway answers.
    pub key: Uuid,
    /// How much; positive.
    pub amount: Money,
    /// What to do.
    #[serde(flatten)]
    pub request: Request,
}

/// What the gateway can do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[strum(serialize_all = "snake_case")]
pub enum Request {
    /// Take money from a payer.
    Charge {
        /// The gateway's token of the payer's method of payment.
        method: String,
    },
    /// Give money of an earlier charge back to where it came from; partly, too.
    Refund {
        /// The key of the charge.
        payment: Uuid,
    },
    /// Send money to an organisation's registered account.
    Payout {
        /// To whom.
        to: Org,
    },
}

impl Request {
    /// `charge`, `refund` or `payout`.
    pub fn kind(&self) -> &'static str {
        self.into()
    }
}

/// How the gateway stands to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    /// Taken on; a callback will tell.
    Accepted,
    /// Done, for good.
    Succeeded,
    /// Not done and never will be: final for this key.
    Failed {
        /// The gateway's reason.
        code: String,
    },
    /// No answer, or one that could not be read: ask by key before sending again.
    Unknown,
}

/// The gateway's answer to a request or to a query by key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// The key asked about.
    pub key: Uuid,
    /// The gateway's own reference, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// How it stands.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What the gateway tells by itself; may come twice, late and in any order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callback {
    /// The key of the request.
    pub key: Uuid,
    /// The amount it was about; must equal that of the effect.
    pub amount: Money,
    /// The gateway's own reference, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// How it ended.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// The longest method token and failure code, in characters.
pub const MAX_TOKEN: usize = 100;

/// Whether a text can be a method token.
pub fn is_token(method: &str) -> bool {
    let length = method.chars().count();
    (1..=MAX_TOKEN).contains(&length) && !method.chars().any(char::is_control)
}

/// A failure code as it is kept: the gateway's, cut to [`MAX_TOKEN`] characters, without those that no row can hold.
pub fn kept_code(code: &str) -> String {
    code.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_TOKEN).collect()
}
