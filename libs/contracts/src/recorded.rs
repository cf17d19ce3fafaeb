//! `recorded`: an event that no other context decides on, told under its own name. Notices are made of it, and what a
//! case file must have of an order ([`crate::orders::Recorded`]).
use kernel::{Money, Party, RuleId, Time};
use serde::{Deserialize, Serialize};

/// `<context>.<aggregate kind>.recorded`: the aggregate after an event, and the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded<T> {
    /// The aggregate after it, as all its facts tell it.
    #[serde(flatten)]
    pub after: T,
    /// The event.
    pub record: Record,
}

/// An event. It says what every party to the aggregate may see, and nothing else.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its name, in snake case.
    pub event: String,
    /// The aggregate's version right after it.
    pub version: i64,
    /// Who acted, or of whom something is asked; `None`: none of the parties, or the event's name says who.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Party>,
    /// What it is about, where its name leaves that open: of what a side was reminded, a line of a checklist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Until when somebody may or must act on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Time>,
    /// How much it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// What is asked, or why; in the words of whoever acted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The rules it rests on, the governing one first.
    pub rules: Vec<RuleId>,
}

impl Record {
    /// An event of this name, at this version, on these rules.
    pub fn of(event: impl Into<String>, version: i64, rules: &[RuleId]) -> Self {
        Self { event: event.into(), version, rules: rules.to_vec(), ..Self::default() }
    }

    /// The same, with what it says in words; nothing said is nothing told.
    pub fn saying(self, text: &str) -> Self {
        Self { text: (!text.is_empty()).then(|| text.to_owned()), ..self }
    }
}
