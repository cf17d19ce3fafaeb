//! What can be asked of a notice, and what must be known of its recipient to make it.
use super::recipient::Recipient;
use super::state::About;
use crate::Language;
use kernel::RuleId;
use strum::{IntoStaticStr, VariantArray};

/// A command to a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// System: tells an organisation of a fact.
    Make(Box<Draft>),
    /// Recipient: has read it.
    Read,
    /// System: an attempt to hand its e-mail over ended.
    RecordAttempt {
        /// Which attempt, from 1. An attempt that is recorded already is "already so".
        number: u32,
        /// How it ended.
        posted: Posted,
        /// What the mail server said, or why there was none; only its beginning is kept.
        said: String,
    },
}

/// How an attempt to hand an e-mail over ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    /// The mail server took it.
    Accepted,
    /// Not now; it may take it later.
    Deferred,
    /// It never will.
    Refused,
}

/// A notice to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// Who is told.
    pub recipient: Recipient,
    /// Of what.
    pub about: About,
    /// What it rests on, the governing rule first.
    pub rules: Vec<RuleId>,
    /// What it says in English.
    pub en: Text,
    /// What it says in Chinese.
    pub zh: Text,
}

/// What a notice says in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// In one line.
    pub subject: String,
    /// In full.
    pub text: String,
}

impl Draft {
    /// What it says in `language`.
    pub fn text(&self, language: Language) -> &Text {
        match language {
            Language::En => &self.en,
            Language::Zh => &self.zh,
        }
    }
}

/// A command without its payload; the names are the words of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs, reason = "each is the command of its name")]
pub enum Action {
    Make,
    Read,
    RecordAttempt,
}

impl Command {
    /// The command without its payload.
    pub fn action(&self) -> Action {
        match self {
            Self::Make(_) => Action::Make,
            Self::Read => Action::Read,
            Self::RecordAttempt { .. } => Action::RecordAttempt,
        }
    }
}

/// For `make`: how the recipient wants to be addressed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// A10: in which language.
    pub language: Language,
    /// Where to mail to; `None`: nowhere.
    pub email: Option<String>,
}
