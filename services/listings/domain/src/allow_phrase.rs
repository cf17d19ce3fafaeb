//! The machine [`AllowPhrases`]: a phrase in which a term of a list is innocent, proposed by the moderator who calls a
//! finding a false positive, approved or declined by another one; what was approved may be taken back.
//!
//! Owns the four eyes and what a phrase may be. Does not own the lists (rulebook), nor how an approved phrase reaches
//! them (the service compiles it in). Invariants: nobody approves or declines what they proposed, but one person is
//! enough to take back what was approved: that is stricter; what was declined or taken back stays so, and may be
//! proposed again; one list has a phrase once; a phrase is longer than the words it excuses, so that it never switches a
//! term off; none excuses a platform's brand in a title (X24).
//!
//! Start at [`Command`].
mod refusal;

use crate::moderating::is_reasoned;
use kernel::{
    Actor, AllowPhraseId, Context, Deadline, Decision, EditionId, ListingId, Machine, Party, RevisionId, Role, RuleId,
    Time, Unfit,
};
use moderation::{fold_term, is_title};
pub use refusal::Refusal;
use rulebook::ListingRules;
use rulebook::listings::Language;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// The rule that the platform's brands break.
const PLATFORM_BRANDS: RuleId = RuleId::of("M4.2.c.2");

/// The longest phrase, in characters.
pub const MAX_PHRASE: usize = 100;

const STAFF: &[(Role, Party)] = &[(Role::Moderator, Party::Moderator), (Role::Operator, Party::Operator)];

/// The workflow of an allow-phrase.
#[derive(Debug)]
pub enum AllowPhrases {}

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
    Approved(Box<Decided>),
    /// Refused.
    Declined(Box<Decided>),
    /// No longer in force.
    TakenBack(Box<Decided>, Box<Ruling>),
}

/// What was proposed, and how it was decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// What was proposed.
    pub proposal: Proposal,
    /// How it was decided.
    pub ruling: Ruling,
}

/// How something was decided, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ruling {
    /// On what grounds, by whom.
    pub decision: Decision,
    /// When.
    pub at: Time,
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
    /// When.
    pub at: Time,
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
        /// On what grounds, by whom, and when.
        #[serde(flatten)]
        ruling: Ruling,
    },
    /// It was refused.
    Declined {
        /// On what grounds, by whom, and when.
        #[serde(flatten)]
        ruling: Ruling,
    },
    /// It is in force no more.
    TakenBack {
        /// On what grounds, by whom, and when.
        #[serde(flatten)]
        ruling: Ruling,
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
    /// The field, as `title`.
    pub field: String,
    /// The whole text of the field.
    pub text: String,
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

impl Decided {
    fn of(proposal: Proposal, ruling: &Ruling) -> Box<Self> {
        Box::new(Self { proposal, ruling: ruling.clone() })
    }
}

impl AllowPhrase {
    /// What was proposed.
    pub fn proposal(&self) -> Option<&Proposal> {
        match self {
            Self::Absent => None,
            Self::Proposed(proposal) => Some(proposal),
            Self::Approved(it) | Self::Declined(it) | Self::TakenBack(it, _) => Some(&it.proposal),
        }
    }

    /// How it was approved or declined.
    pub fn decided(&self) -> Option<&Ruling> {
        match self {
            Self::Absent | Self::Proposed(_) => None,
            Self::Approved(it) | Self::Declined(it) | Self::TakenBack(it, _) => Some(&it.ruling),
        }
    }

    /// How it was taken back, once approved.
    pub fn taken_back(&self) -> Option<&Ruling> {
        match self {
            Self::Absent | Self::Proposed(_) | Self::Approved(_) | Self::Declined(_) => None,
            Self::TakenBack(_, ruling) => Some(ruling),
        }
    }
}

impl Machine for AllowPhrases {
    const KIND: &'static str = "allow_phrase";
    const PREFIX: &'static str = AllowPhraseId::PREFIX;
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
                | AllowPhrase::TakenBack(..),
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
                AllowPhrase::Approved(_) | AllowPhrase::Declined(_) | AllowPhrase::TakenBack(..),
                Action::Approve | Action::Decline,
            ) => Err(Refusal::Decided),
            (AllowPhrase::Proposed(_) | AllowPhrase::Declined(_) | AllowPhrase::TakenBack(..), Action::TakeBack) => {
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
        let ruling = |reasons: &str| {
            let proposal = phrase.proposal().ok_or(Refusal::NotFound)?;
            Ok(Ruling { decision: decision(proposal, reasons, ctx), at: ctx.now })
        };
        Ok(vec![match command {
            Command::Propose { listing, revision, finding, language, phrase, reasons } => {
                let found = ctx.facts.found.as_ref().ok_or(Refusal::NoFinding)?;
                let list = found.list.clone().ok_or(Refusal::NoList)?;
                if found.rule == PLATFORM_BRANDS && is_title(&found.field) {
                    return Err(Refusal::BrandInTitle);
                }
                check_phrase(phrase, found)?;
                let (rule, words) = (found.rule.clone(), found.words.clone());
                let origin = Origin { listing: *listing, revision: *revision, finding: *finding, rule, words };
                let (phrase, reasons, by) = (phrase.trim().to_owned(), reasons.clone(), ctx.actor.sub.clone());
                let proposal = Proposal { list, language: *language, phrase, origin, reasons, by, at: ctx.now };
                Event::Proposed { proposal: Box::new(proposal) }
            }
            Command::Approve { reasons } => Event::Approved { ruling: ruling(reasons)? },
            Command::Decline { reasons } => Event::Declined { ruling: ruling(reasons)? },
            Command::TakeBack { reasons } => Event::TakenBack { ruling: ruling(reasons)? },
        }])
    }

    fn lapse(_: &AllowPhrase, missed: &Deadline<Timer>, _: &Context<'_, Self>) -> Vec<Event> {
        match missed.timer {}
    }

    fn evolve(phrase: AllowPhrase, event: &Event) -> Result<AllowPhrase, Unfit> {
        let unfit = Unfit { event: event.into(), status: Self::status(&phrase) };
        match (phrase, event) {
            (AllowPhrase::Absent, Event::Proposed { proposal }) => Ok(AllowPhrase::Proposed(proposal.clone())),
            (AllowPhrase::Proposed(proposal), Event::Approved { ruling }) => {
                Ok(AllowPhrase::Approved(Decided::of(*proposal, ruling)))
            }
            (AllowPhrase::Proposed(proposal), Event::Declined { ruling }) => {
                Ok(AllowPhrase::Declined(Decided::of(*proposal, ruling)))
            }
            (AllowPhrase::Approved(decided), Event::TakenBack { ruling }) => {
                Ok(AllowPhrase::TakenBack(decided, Box::new(ruling.clone())))
            }
            (
                AllowPhrase::Absent | AllowPhrase::Approved(_) | AllowPhrase::Declined(_) | AllowPhrase::TakenBack(..),
                Event::Approved { .. } | Event::Declined { .. },
            )
            | (
                AllowPhrase::Absent | AllowPhrase::Proposed(_) | AllowPhrase::Declined(_) | AllowPhrase::TakenBack(..),
                Event::TakenBack { .. },
            )
            | (
                AllowPhrase::Proposed(_)
                | AllowPhrase::Approved(_)
                | AllowPhrase::Declined(_)
                | AllowPhrase::TakenBack(..),
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
            AllowPhrase::TakenBack(..) => "taken_back",
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
            AllowPhrase::Absent | AllowPhrase::Declined(_) | AllowPhrase::TakenBack(..) => vec![],
            AllowPhrase::Proposed(_) | AllowPhrase::Approved(_) => phrase.proposal().map(claim).into_iter().collect(),
        }
    }
}

fn claim(proposal: &Proposal) -> kernel::Claim {
    let Proposal { list, phrase, .. } = proposal;
    kernel::Claim { scope: "allow_phrase", key: format!("{list}\n{}", fold_term(phrase)) }
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
        && fold_term(&found.text).contains(&read);
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
