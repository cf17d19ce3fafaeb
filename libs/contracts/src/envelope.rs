//! The envelope: CloudEvents 1.0 in JSON.
use kernel::Time;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// The contexts that send and receive messages; the first word of every routing key.
pub const CONTEXTS: &[&str] = &["onboarding", "listings", "orders", "settlement", "disputes", "notifications"];

/// One message. `routing key` = `<source>.<aggregate kind>.<fact>` = `type` without its `guildhall.` in front.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Always `1.0`.
    pub specversion: String,
    /// Unique; the key under which a consumer applies it once.
    pub id: Uuid,
    /// The context that sent it.
    pub source: String,
    /// `guildhall.<context>.<aggregate kind>.<fact>`.
    pub r#type: String,
    /// The aggregate's TypeID.
    pub subject: String,
    /// Counts the published messages of this aggregate, from 1, without gaps; 0 for a note to the own context.
    pub sequence: i64,
    /// The instant of the fact.
    pub time: Time,
    /// W3C trace context.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// Always `application/json`.
    pub datacontenttype: String,
    /// The fact's payload: a type of this crate.
    pub data: Value,
}

impl Message {
    /// `<context>.<aggregate kind>.<fact>`.
    pub fn routing_key(&self) -> &str {
        self.r#type.strip_prefix("guildhall.").unwrap_or(&self.r#type)
    }

    /// The aggregate kind: `order`.
    pub fn kind(&self) -> &str {
        self.routing_key().split('.').nth(1).unwrap_or_default()
    }

    /// The fact: `completed`.
    pub fn fact(&self) -> &str {
        self.routing_key().split('.').nth(2).unwrap_or_default()
    }

    /// Reads the payload as a type of this crate.
    pub fn read<T: serde::de::DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        T::deserialize(&self.data)
    }
}
