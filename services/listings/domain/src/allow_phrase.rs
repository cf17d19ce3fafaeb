//! The machine [`AllowPhrases`]: a phrase in which a term of a list is innocent, proposed by the moderator who calls a
//! finding a false positive, approved or declined by another one; what was approved may be taken back.
//!
//! Owns the four eyes and what a phrase may be. Does not own the lists (rulebook), nor how an approved phrase reaches
//! them (the service compiles it in). Invariants: nobody approves or declines what they proposed, but one person is
//! enough to take back what was approved: that is stricter; what was declined or taken back stays so, and may be
//! proposed again; one list has a phrase once; a phrase is longer than the words it excuses, so that it never switches a
//! term off.
//!
//! Start at [`Command`].
use crate::moderating::is_reasoned;
use kernel::{
    Actor, Class, Context, Deadline, Decision, EditionId, ListingId, Machine, Party, RevisionId, Role, RuleId, Unfit,
};
use moderation::fold_term;
use rulebook::ListingRules;
use rulebook::listings::Language;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use strum::{IntoStaticStr, VariantArray};
use uuid::Uuid;

/// The longest phrase, in characters.
pub const MAX_PHRASE: usize = 100;

const STAFF: &[(Role, Party)] = &[(Role::Moderator, Party::Moderator), (Role::Operator, Party::Operator)];

/// The workflow of an allow-phrase.
#[derive(Debug)]
pub enum AllowPhrases {}

/// An allow-phrase's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AllowPhraseId(pub Uuid);

impl fmt::Display for AllowPhraseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&kernel::ids::encode(AllowPhrases::PREFIX, self.0))
    }
}

impl FromStr for AllowPhraseId {
    type Err = kernel::ids::IdError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        kernel::ids::decode(AllowPhrases::PREFIX, text).map(Self)
    }
}

impl Serialize for AllowPhraseId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for AllowPhraseId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// An allow-phrase.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AllowPhrase {
    /// Not there.
    #[default]
    Absent,
    /// Waits for a second moderator.
    Proposed(Box<Proposal>),
    /// In force.
    Approved(Box<Proposal>),
    /// Refused.
    Declined(Box<Proposal>),
    /// No longer in force.
    TakenBack(Box<Proposal>),
}

/// What was proposed, where it comes from, and who did it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// The list whose terms are innocent in the phrase.
    pub list: String,
    /// The language of the phrase.
    pub language: Language,
    /// The phrase, as written.
    pub phrase: String,
    /// The finding that was called false.
    pub origin: Origin,
    /// Why; for the second moderator to read.
    pub reasons: String,
    /// The proposer's `sub`.
    pub by: String,
}

/// A finding by its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// In this listing.
    pub listing: ListingId,
    /// In this revision.
    pub revision: RevisionId,
    /// Its place among the revision's findings, from 0.
    pub finding: u32,
    /// The rule it rests on.
    pub rule: RuleId,
    /// The words that were found, as written.
    pub words: String,
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Moderator: this finding is false; the words are innocent in this phrase.
    Propose {
        /// Where the finding stands.
        listing: ListingId,
        /// Where the finding stands.
        revision: RevisionId,
        /// Its place among the revision's findings, from 0.
        finding: u32,
        /// The language of the phrase.
        language: Language,
        /// Stands in the field that the finding points at, and says more than the words found; at most 100 characters.
        phrase: String,
        /// Why; 1–2,000 characters.
        reasons: String,
    },
    /// Another moderator: the phrase is in force from now on.
    Approve {
        /// Why; 1–2,000 characters.
        reasons: String,
    },
    /// Another moderator: it is not to be.
    Decline {
        /// Why; 1–2,000 characters.
        reasons: String,
    },
    /// Any moderator, the proposer too: the phrase is in force no more. No second person is needed to be stricter.
    TakeBack {
        /// Why; 1–2,000 characters.
        reasons: String,
    },
}

/// A command without its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Action {
    /// See [`Command::Propose`].
    Propose,
    /// See [`Command::Approve`].
    Approve,
    /// See [`Command::Decline`].
    Decline,
    /// See [`Command::TakeBack`].
    TakeBack,
}

/// What happens to an allow-phrase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case", tag = "event")]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// It was proposed.
    Proposed {
        /// What.
        proposal: Box<Proposal>,
    },
    /// It is in force.
    Approved {
        /// On what grounds, by whom.
        decision: Decision,
    },
    /// It was refused.
    Declined {
        /// On what grounds, by whom.
        decision: Decision,
    },
    /// It is in force no more.
    TakenBack {
        /// On what grounds, by whom.
        decision: Decision,
    },
}

/// What must be known of the revision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The finding that `propose` names; `None`: there is no such finding.
    pub found: Option<Found>,
}

/// A finding of a revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The rule it rests on.
    pub rule: RuleId,
    /// The list that has the term; `None` where no list is behind it.
    pub list: Option<String>,
    /// The words, as written.
    pub words: String,
    /// The whole text of the field.
    pub field: String,
}

/// An allow-phrase has no deadlines: until it is approved the finding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
pub enum Timer {}

impl kernel::Timer for Timer {
    fn rule(self) -> RuleId {
        match self {}
    }

    fn on_expiry(self) -> &'static str {
        match self {}
    }
}

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
            Self::NoFinding | Self::NoList => Class::Invalid { field: "finding" },
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

impl AllowPhrase {
    /// What was proposed.
    pub fn proposal(&self) -> Option<&Proposal> {
        match self {
            Self::Absent => None,
            Self::Proposed(it) | Self::Approved(it) | Self::Declined(it) | Self::TakenBack(it) => Some(it),
        }
    }
}

impl Machine for AllowPhrases {
    const KIND: &'static str = "allow_phrase";
    const PREFIX: &'static str = "alw";
    type State = AllowPhrase;
    type Command = Command;
    type Action = Action;
    type Event = Event;
    type Timer = Timer;
    type Refusal = Refusal;
    type Rules = ListingRules;
    type Facts = Facts;

    fn action(command: &Command) -> Action {
        match command {
            Command::Propose { .. } => Action::Propose,
            Command::Approve { .. } => Action::Approve,
            Command::Decline { .. } => Action::Decline,
            Command::TakeBack { .. } => Action::TakeBack,
        }
    }

    fn relation(_: &AllowPhrase, actor: &Actor) -> Option<Party> {
        if actor.system { Some(Party::System) } else { actor.as_staff(STAFF) }
    }

    fn guard(phrase: &AllowPhrase, action: Action, ctx: &Context<'_, Self>) -> Result<(), Refusal> {
        if ctx.party != Party::Moderator {
            return Err(Refusal::NotYours);
        }
        match (phrase, action) {
            (AllowPhrase::Absent, Action::Propose) | (AllowPhrase::Approved(_), Action::TakeBack) => Ok(()),
            (AllowPhrase::Absent, Action::Approve | Action::Decline | Action::TakeBack) => Err(Refusal::NotFound),
            (
                AllowPhrase::Proposed(_)
                | AllowPhrase::Approved(_)
                | AllowPhrase::Declined(_)
                | AllowPhrase::TakenBack(_),
                Action::Propose,
            ) => Err(Refusal::Exists),
            (AllowPhrase::Proposed(proposal), Action::Approve | Action::Decline) => {
                if proposal.by == ctx.actor.sub {
                    Err(Refusal::OwnProposal)
                } else {
                    Ok(())
                }
            }
            (
                AllowPhrase::Approved(_) | AllowPhrase::Declined(_) | AllowPhrase::TakenBack(_),
                Action::Approve | Action::Decline,
            ) => Err(Refusal::Decided),
            (AllowPhrase::Proposed(_) | AllowPhrase::Declined(_) | AllowPhrase::TakenBack(_), Action::TakeBack) => {
                Err(Refusal::NotInForce)
            }
        }
    }

    fn decide(phrase: &AllowPhrase, command: &Command, ctx: &Context<'_, Self>) -> Result<Vec<Event>, Refusal> {
        let (Command::Propose { reasons, .. }
        | Command::Approve { reasons }
        | Command::Decline { reasons }
        | Command::TakeBack { reasons }) = command;
        if !is_reasoned(reasons) {
            return Err(Refusal::ReasonsNeeded);
        }
        let decided = |reasons: &str| phrase.proposal().map(|it| decision(it, reasons, ctx)).ok_or(Refusal::NotFound);
        Ok(vec![match command {
            Command::Propose { listing, revision, finding, language, phrase, reasons } => {
                let found = ctx.facts.found.as_ref().ok_or(Refusal::NoFinding)?;
                let list = found.list.clone().ok_or(Refusal::NoList)?;
                check_phrase(phrase, found)?;
                let (rule, words) = (found.rule.clone(), found.words.clone());
                let origin = Origin { listing: *listing, revision: *revision, finding: *finding, rule, words };
                let (phrase, reasons, by) = (phrase.trim().to_owned(), reasons.clone(), ctx.actor.sub.clone());
                let proposal = Proposal { list, language: *language, phrase, origin, reasons, by };
                Event::Proposed { proposal: Box::new(proposal) }
            }
            Command::Approve { reasons } => Event::Approved { decision: decided(reasons)? },
            Command::Decline { reasons } => Event::Declined { decision: decided(reasons)? },
            Command::TakeBack { reasons } => Event::TakenBack { decision: decided(reasons)? },
        }])
    }

    fn lapse(_: &AllowPhrase, missed: &Deadline<Timer>, _: &Context<'_, Self>) -> Vec<Event> {
        match missed.timer {}
    }

    fn evolve(phrase: AllowPhrase, event: &Event) -> Result<AllowPhrase, Unfit> {
        let unfit = Unfit { event: event.into(), status: Self::status(&phrase) };
        match (phrase, event) {
            (AllowPhrase::Absent, Event::Proposed { proposal }) => Ok(AllowPhrase::Proposed(proposal.clone())),
            (AllowPhrase::Proposed(proposal), Event::Approved { .. }) => Ok(AllowPhrase::Approved(proposal)),
            (AllowPhrase::Proposed(proposal), Event::Declined { .. }) => Ok(AllowPhrase::Declined(proposal)),
            (AllowPhrase::Approved(proposal), Event::TakenBack { .. }) => Ok(AllowPhrase::TakenBack(proposal)),
            (
                AllowPhrase::Absent | AllowPhrase::Approved(_) | AllowPhrase::Declined(_) | AllowPhrase::TakenBack(_),
                Event::Approved { .. } | Event::Declined { .. },
            )
            | (
                AllowPhrase::Absent | AllowPhrase::Proposed(_) | AllowPhrase::Declined(_) | AllowPhrase::TakenBack(_),
                Event::TakenBack { .. },
            )
            | (
                AllowPhrase::Proposed(_)
                | AllowPhrase::Approved(_)
                | AllowPhrase::Declined(_)
                | AllowPhrase::TakenBack(_),
                Event::Proposed { .. },
            ) => Err(unfit),
        }
    }

    fn status(phrase: &AllowPhrase) -> &'static str {
        match phrase {
            AllowPhrase::Absent => "absent",
            AllowPhrase::Proposed(_) => "proposed",
            AllowPhrase::Approved(_) => "approved",
            AllowPhrase::Declined(_) => "declined",
            AllowPhrase::TakenBack(_) => "taken_back",
        }
    }

    fn edition(_: &AllowPhrase) -> Option<&EditionId> {
        None
    }

    fn deadlines(_: &AllowPhrase) -> Vec<Deadline<Timer>> {
        vec![]
    }

    /// Declined or taken back, it may be proposed again.
    fn claims(phrase: &AllowPhrase) -> Vec<kernel::Claim> {
        match phrase {
            AllowPhrase::Absent | AllowPhrase::Declined(_) | AllowPhrase::TakenBack(_) => vec![],
            AllowPhrase::Proposed(it) | AllowPhrase::Approved(it) => {
                vec![kernel::Claim { scope: "allow_phrase", key: format!("{}\n{}", it.list, fold_term(&it.phrase)) }]
            }
        }
    }
}

fn check_phrase(phrase: &str, found: &Found) -> Result<(), Refusal> {
    // As the engine reads it: what shows nothing, or a sign alone, makes no phrase of a term.
    let (read, words) = (fold_term(phrase), fold_term(&found.words));
    let says = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
    let is_fit = phrase.trim().chars().count() <= MAX_PHRASE
        && !phrase.chars().any(char::is_control)
        // A star at the end of a list's phrase stands for any letters.
        && !phrase.trim_end().ends_with('*')
        && !words.is_empty()
        && read.contains(&words)
        && says(&read) > says(&words)
        && fold_term(&found.field).contains(&read);
    if is_fit { Ok(()) } else { Err(Refusal::PhraseUnfit) }
}

fn decision(proposal: &Proposal, reasons: &str, ctx: &Context<'_, AllowPhrases>) -> Decision {
    Decision {
        rules: vec![proposal.origin.rule.clone()],
        edition: ctx.edition.clone(),
        facts: vec![format!(
            "{}: \u{201c}{}\u{201d} in \u{201c}{}\u{201d}",
            proposal.list, proposal.origin.words, proposal.phrase
        )],
        evidence: vec![proposal.origin.revision.to_string()],
        reasons: reasons.to_owned(),
        by: ctx.actor.sub.clone(),
        automated: false,
        redress: None,
    }
}
