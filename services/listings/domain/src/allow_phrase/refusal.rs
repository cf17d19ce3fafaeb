//! Why a command on an allow-phrase is not carried out, with the rule it rests on and the class of the answer.
use super::MAX_PHRASE;
use kernel::{Class, RuleId};

/// Why a command is not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is none.
    #[error("there is no such allow-phrase")]
    NotFound,
    /// For moderators.
    #[error("allow-phrases are the moderators' to propose and to decide")]
    NotYours,
    /// Proposed already.
    #[error("this allow-phrase was proposed already")]
    Exists,
    /// No such finding.
    #[error("the revision has no such finding")]
    NoFinding,
    /// No term of a list is behind the finding.
    #[error("no list is behind this finding: no phrase can excuse it")]
    NoList,
    /// X24.
    #[error(
        "no phrase excuses a platform's brand in a title: a plain statement of purpose may stand in the description"
    )]
    BrandInTitle,
    /// Not a phrase of the text, or no more than the words.
    #[error(
        "the phrase must stand in the field, and contain the words found and a letter or figure more; at most {MAX_PHRASE} \
         characters, no * at its end"
    )]
    PhraseUnfit,
    /// No reasons.
    #[error("reasons are needed, in at most 2,000 characters")]
    ReasonsNeeded,
    /// The proposer decides nothing.
    #[error("whoever proposed an allow-phrase does not decide it: a second moderator does")]
    OwnProposal,
    /// Decided already.
    #[error("this allow-phrase has been decided")]
    Decided,
    /// Nothing to take back.
    #[error("this allow-phrase is not in force: only an approved one is taken back")]
    NotInForce,
    /// The list has it, or it waits.
    #[error("this phrase has been proposed for the list already")]
    SameAgain,
}

impl kernel::Refusal for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "allow_phrase_not_found",
            Self::NotYours => "allow_phrase_not_yours",
            Self::Exists => "allow_phrase_exists",
            Self::NoFinding => "no_such_finding",
            Self::NoList => "finding_without_list",
            Self::BrandInTitle => "brand_in_title",
            Self::PhraseUnfit => "allow_phrase_unfit",
            Self::ReasonsNeeded => "allow_phrase_reasons_needed",
            Self::OwnProposal => "allow_phrase_own_proposal",
            Self::Decided => "allow_phrase_decided",
            Self::NotInForce => "allow_phrase_not_in_force",
            Self::SameAgain => "same_allow_phrase_again",
        }
    }

    fn rule(&self) -> Option<RuleId> {
        match self {
            Self::ReasonsNeeded => Some(RuleId::of("M5")),
            Self::BrandInTitle => Some(RuleId::of("X24")),
            Self::NotFound
            | Self::NotYours
            | Self::Exists
            | Self::NoFinding
            | Self::NoList
            | Self::PhraseUnfit
            | Self::OwnProposal
            | Self::Decided
            | Self::NotInForce
            | Self::SameAgain => None,
        }
    }

    fn class(&self) -> Class {
        match self {
            Self::NotFound => Class::NotFound,
            Self::NotYours => Class::NotYours,
            Self::Exists => Class::Exists,
            Self::NoFinding | Self::NoList | Self::BrandInTitle => Class::Invalid { field: "finding" },
            Self::PhraseUnfit => Class::Invalid { field: "phrase" },
            Self::ReasonsNeeded => Class::Invalid { field: "reasons" },
            Self::OwnProposal | Self::Decided | Self::NotInForce => Class::NotNow,
            Self::SameAgain => Class::Taken,
        }
    }

    fn taken(_claim: &kernel::Claim) -> Self {
        Self::SameAgain
    }
}
