//! What happened to a notice. What it says stands in its first event and in the state.
use super::recipient::Recipient;
use super::state::{About, Attempt, Served};
use crate::Language;
use kernel::{RuleId, Time};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// An event. Its name is the variant's in snake case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(tag = "event", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// It was put into the inbox.
    Made {
        /// Who is told.
        recipient: Recipient,
        /// Of what.
        about: Box<About>,
        /// In which language.
        language: Language,
        /// In one line.
        subject: String,
        /// In full.
        text: String,
        /// SHA-256 over subject and text, lower-case hex.
        content_hash: String,
        /// Where it is mailed to.
        email: Option<String>,
        /// D1.1.3: served at the latest then.
        serve_by: Time,
        /// When.
        at: Time,
        /// What it rests on.
        rules: Vec<RuleId>,
    },
    /// It counts as delivered (D1.1.3).
    Served(Served),
    /// Somebody of the recipient read it.
    Read {
        /// Who.
        person: String,
        /// When.
        at: Time,
    },
    /// The mail server took the e-mail.
    Mailed(Attempt),
    /// It did not take it yet.
    MailDeferred {
        /// The attempt.
        attempt: Attempt,
        /// When the next one is due.
        next_try_at: Time,
    },
    /// It never will, or was tried often enough.
    MailFailed(Attempt),
}
