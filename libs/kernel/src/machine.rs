//! The [`Machine`]: one workflow as a pure decider. `run` carries it out; the engine gives it a home in Postgres.
use crate::{Actor, Calendar, EditionId, Party, RuleId, Time, TimeDelta};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt::Debug;
use strum::VariantArray;
use uuid::Uuid;

/// A workflow. All functions are pure: no I/O, no clock, no randomness (new ids come in the command).
pub trait Machine: Sized + Send + Sync + 'static {
    /// The aggregate's kind, as in `aggregates.kind` and in routing keys: `order`.
    const KIND: &'static str;
    /// What the aggregate's ids begin with: `ord`.
    const PREFIX: &'static str;
    /// `Default` is `Absent`: creation goes through the same door as everything else.
    type State: Default + Clone + Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync;
    /// What is asked, with its payload.
    type Command: Debug + Send + Sync;
    /// The same command without its payload.
    type Action: Action;
    /// What happened. `Into<&'static str>` is its snake_case name.
    type Event: Clone + Debug + PartialEq + Serialize + DeserializeOwned + for<'a> IntoName<'a> + Send + Sync;
    /// Kinds of deadlines, reminders included.
    type Timer: Timer;
    /// Why a command is not carried out.
    type Refusal: Refusal;
    /// This context's section of one edition of the rulebook.
    type Rules: Send + Sync;
    /// What must be known of other aggregates or contexts, read in the same transaction.
    type Facts: Default + Debug + Send + Sync;

    /// The command without its payload.
    fn action(command: &Self::Command) -> Self::Action;

    /// What the caller is to this aggregate; `None` is answered 404. The only door of tenancy.
    ///
    /// In `Absent`, whoever may create the aggregate has a relation.
    fn relation(state: &Self::State, actor: &Actor) -> Option<Party>;

    /// Whether the action is open at all, whatever the payload. Run before `decide`; `actions[]` is this over all
    /// actions. An action that is not meant for the caller's party is refused with [`Class::NotYours`], one that creates
    /// what exists with [`Class::Exists`].
    fn guard(state: &Self::State, action: Self::Action, ctx: &Context<'_, Self>) -> Result<(), Self::Refusal>;

    /// What the command brings about. May refuse for the payload's sake only (guards have passed). `Ok(vec![])`
    /// means "already so" and nothing else.
    fn decide(
        state: &Self::State,
        command: &Self::Command,
        ctx: &Context<'_, Self>,
    ) -> Result<Vec<Self::Event>, Self::Refusal>;

    /// A deadline passed. Cannot refuse; its events must remove or move that deadline.
    fn lapse(state: &Self::State, missed: &Deadline<Self::Timer>, ctx: &Context<'_, Self>) -> Vec<Self::Event>;

    /// The state after an event, or that the event does not fit the state.
    fn evolve(state: Self::State, event: &Self::Event) -> Result<Self::State, Unfit>;

    /// The state's name in the field's words; `absent` for `Absent`.
    fn status(state: &Self::State) -> &'static str;

    /// The edition pinned to this aggregate; `None` in `Absent` and for what pins none.
    fn edition(state: &Self::State) -> Option<&EditionId>;

    /// Every running or paused deadline. Reads instants from the state, computes none.
    fn deadlines(state: &Self::State) -> Vec<Deadline<Self::Timer>>;

    /// Keys that only this aggregate may hold while it is in this state.
    fn claims(_state: &Self::State) -> Vec<Claim> {
        vec![]
    }
}

/// A name that borrows nothing: implemented by `strum::IntoStaticStr` on references.
pub trait IntoName<'a>: 'a {
    /// The snake_case name.
    fn name(&'a self) -> &'static str;
}

impl<'a, T: 'a> IntoName<'a> for T
where
    &'a T: Into<&'static str>,
{
    fn name(&'a self) -> &'static str {
        self.into()
    }
}

/// The payload-free twin of a command.
pub trait Action: Copy + Eq + Debug + VariantArray + Into<&'static str> + Send + Sync + 'static {}
impl<T: Copy + Eq + Debug + VariantArray + Into<&'static str> + Send + Sync + 'static> Action for T {}

/// A kind of deadline.
pub trait Timer: Copy + Eq + Debug + VariantArray + Into<&'static str> + Send + Sync + 'static {
    /// The rule that sets it.
    fn rule(self) -> RuleId;
    /// What happens when it passes, in a few words for people.
    fn on_expiry(self) -> &'static str;
    /// A reminder only: its lapse is a notice and takes nothing from anybody.
    fn is_reminder(self) -> bool {
        false
    }
}

/// What a decision may depend on besides the state and the command.
pub struct Context<'a, M: Machine> {
    /// The aggregate.
    pub id: Uuid,
    /// The instant of the decision; never earlier than the aggregate's last event.
    pub now: Time,
    /// Who asks.
    pub actor: &'a Actor,
    /// What the actor is to this aggregate.
    pub party: Party,
    /// The edition that `rules` come from: the pinned one, or the newest for what pins none yet.
    pub edition: &'a EditionId,
    /// The merits: rules of the pinned edition (X27).
    pub rules: &'a M::Rules,
    /// The procedure: rules of the newest edition in force, for clocks that start now (X27).
    pub procedure: &'a M::Rules,
    /// The newest edition's calendar.
    pub calendar: &'a Calendar,
    /// What is known of others.
    pub facts: &'a M::Facts,
}

/// An instant by which something must have happened, and what follows if it has not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline<K> {
    /// Which kind.
    pub timer: K,
    /// What it is about within the aggregate; with `timer` it identifies the deadline.
    pub subject: Option<Uuid>,
    /// Whose it is: who must act, or who loses the right.
    pub party: Party,
    /// Running or paused.
    pub due: Due,
}

impl<K> Deadline<K> {
    /// A running deadline without a subject.
    pub fn at(timer: K, party: Party, due: Time) -> Self {
        Self { timer, subject: None, party, due: Due::At(due) }
    }

    /// A paused deadline without a subject.
    pub fn paused(timer: K, party: Party, remaining: TimeDelta) -> Self {
        Self { timer, subject: None, party, due: Due::Paused { remaining } }
    }

    /// The same, about `subject`.
    pub fn about(mut self, subject: Uuid) -> Self {
        self.subject = Some(subject);
        self
    }

    /// The due instant while it runs.
    pub fn running_until(&self) -> Option<Time> {
        match self.due {
            Due::At(at) => Some(at),
            Due::Paused { .. } => None,
        }
    }
}

/// When a deadline is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Due {
    /// At this instant.
    At(Time),
    /// Standing still with this much left.
    Paused {
        /// What is left, kept exactly.
        #[serde(with = "crate::time::micros")]
        remaining: TimeDelta,
    },
}

/// A key that at most one aggregate of the context may hold at a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Claim {
    /// What kind of uniqueness: `application_per_category`.
    pub scope: &'static str,
    /// The key within the scope.
    pub key: String,
}

/// What kind of refusal it is; decides the HTTP status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Class {
    /// The aggregate does not exist (404).
    NotFound,
    /// The action creates the aggregate, and it exists already (409); left out of `actions[]`.
    Exists,
    /// The action is for another party (403); left out of `actions[]`.
    NotYours,
    /// Not in this state (409).
    NotNow,
    /// Open from an instant on (409).
    TooEarly {
        /// From when.
        from: Time,
    },
    /// Closed since an instant (409).
    TooLate {
        /// Since when.
        since: Time,
    },
    /// The payload is not acceptable (422).
    Invalid {
        /// The field, as a dotted path in the request body.
        field: &'static str,
    },
    /// Somebody else holds a unique key (409).
    Taken,
}

/// A closed enum of reasons, one per machine. `Display` is the sentence that the caller reads.
pub trait Refusal: std::error::Error + Clone + PartialEq + Send + Sync + 'static {
    /// Unique in the system, stable, snake_case.
    fn code(&self) -> &'static str;
    /// The rule it rests on.
    fn rule(&self) -> Option<RuleId>;
    /// Its class.
    fn class(&self) -> Class;
    /// The refusal when a claim is held by another aggregate.
    fn taken(claim: &Claim) -> Self;
}

/// An event that does not fit the state it is applied to: a fault of the code, never of the caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("event {event} does not fit state {status}")]
pub struct Unfit {
    /// The event's name.
    pub event: &'static str,
    /// The state's name.
    pub status: &'static str,
}
