//! RFC 9457 problem details: what every error of the API looks like.
use crate::{Class, Refusal, RuleId, Time};
use serde::{Deserialize, Serialize};

/// `application/problem+json`. `code` is unique in the system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `urn:guildhall:problem:<code>`.
    pub r#type: String,
    /// A short text that is the same for every occurrence of the code's class.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Unique in the system, stable, snake_case.
    pub code: String,
    /// What happened here, for a person.
    pub detail: String,
    /// The rule it rests on, where one applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleId>,
    /// The offending field of the request body, as a dotted path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// From when the action will be open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = DateTime))]
    pub from: Option<Time>,
    /// Since when the action has been closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, format = DateTime))]
    pub since: Option<Time>,
    /// Ties the answer to the logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<String>,
}

impl Problem {
    /// A problem with a status, a code and a sentence.
    pub fn new(status: u16, code: &str, detail: impl Into<String>) -> Self {
        Self {
            r#type: format!("urn:guildhall:problem:{code}"),
            title: title(status).into(),
            status,
            code: code.into(),
            detail: detail.into(),
            rule: None,
            field: None,
            from: None,
            since: None,
            trace: None,
        }
    }

    /// The same, naming the field of the request that is wrong.
    pub fn at(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// The answer to a refused command.
    pub fn of(refusal: &impl Refusal) -> Self {
        let class = refusal.class();
        let mut problem = Self::new(class.status(), refusal.code(), refusal.to_string());
        problem.rule = refusal.rule();
        match class {
            Class::TooEarly { from } => problem.from = Some(from),
            Class::TooLate { since } => problem.since = Some(since),
            Class::Invalid { field } => problem.field = Some(field.into()),
            Class::NotFound | Class::Exists | Class::NotYours | Class::NotNow | Class::Taken => {}
        }
        problem
    }
}

impl Class {
    /// The HTTP status of a refusal of this class.
    pub fn status(&self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::NotYours => 403,
            Self::Invalid { .. } => 422,
            Self::Exists | Self::NotNow | Self::TooEarly { .. } | Self::TooLate { .. } | Self::Taken => 409,
        }
    }
}

fn title(status: u16) -> &'static str {
    match status {
        400 => "Malformed request",
        401 => "Not authenticated",
        403 => "Not allowed",
        404 => "Not found",
        409 => "Not possible now",
        412 => "Changed meanwhile",
        413 => "Too large",
        415 => "Unsupported media type",
        422 => "Not acceptable as it stands",
        428 => "Precondition required",
        429 => "Too many requests",
        503 => "Temporarily unavailable",
        _ => "Internal error",
    }
}
