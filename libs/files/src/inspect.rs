//! Looking into contents before they are entered: what is found is kept with the row, or the upload is refused.
//!
//! Owns the port. What is looked at, and what it means, is the context's own.
use serde_json::Value;

/// A context's own look into what is uploaded to it.
pub trait Inspect: Send + Sync + 'static {
    /// How many bytes contents of this media type may have to be looked at; `None`: they are not looked at. Whatever is
    /// larger is refused.
    fn most(&self, media_type: &str) -> Option<u64>;

    /// Looks at the whole contents; blocking. What is found is kept as `inspected`.
    fn inspect(&self, contents: &[u8]) -> Result<Value, Unfit>;
}

/// Why contents are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Unfit {
    /// The HTTP status.
    pub status: u16,
    /// Unique in the system, stable, snake_case.
    pub code: &'static str,
    /// For a person.
    pub detail: String,
}

impl Unfit {
    /// A refusal with its status, code and a sentence.
    pub fn new(status: u16, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into() }
    }
}
