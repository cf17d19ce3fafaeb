//! Why a notice does not do what it was asked.
use kernel::{Claim, Class, RuleId};

/// A closed enum of reasons; `Display` is what the caller reads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the message says what each is")]
pub enum Refusal {
    #[error("there is no such notice")]
    NotFound,
    #[error("only the recipient of a notice reads it")]
    NotYours,
}

impl kernel::Refusal for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "notice_not_found",
            Self::NotYours => "notice_not_yours",
        }
    }

    fn rule(&self) -> Option<RuleId> {
        None
    }

    fn class(&self) -> Class {
        match self {
            Self::NotFound => Class::NotFound,
            Self::NotYours => Class::NotYours,
        }
    }

    fn taken(_: &Claim) -> Self {
        // A notice holds no claims: its id is made from what it tells.
        Self::NotYours
    }
}
