//! What a service adds to a pure machine: its rules, its facts, its views, its messages.
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use kernel::{Actor, Context, Machine};
use rulebook::Edition;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// The machine of a host.
pub type MachineOf<H> = <H as Host>::Machine;

/// A machine's home in a service. Implemented on a marker type of the service.
pub trait Host: Send + Sync + 'static {
    /// The machine it hosts.
    type Machine: Machine;

    /// The context's section of an edition.
    fn rules(edition: &Edition) -> &<Self::Machine as Machine>::Rules;

    /// One answer per question, in order, in one statement per kind of fact, read `FOR SHARE`.
    fn facts(
        &self,
        tx: &mut PgConnection,
        asked: &[Ask<'_, Self::Machine>],
    ) -> QueryResult<Vec<<Self::Machine as Machine>::Facts>>;

    /// The views: upserts of `after`, appends of `entries`; one statement per table and batch. Whatever it writes can
    /// be derived again from the journal (`rebuild`).
    fn project(&self, tx: &mut PgConnection, changes: &[Change<Self::Machine>]) -> QueryResult<()>;

    /// The tables that `project` writes: `rebuild` empties them first.
    fn views(&self) -> &'static [&'static str];

    /// The message to the world, from the entry and the state right after it; at most one per entry. It can be made
    /// again at any time.
    fn outbound(&self, entry: &Entry<Self::Machine>, after: &<Self::Machine as Machine>::State) -> Option<Outbound>;

    /// Notes to the own context: what follows for its other aggregates.
    fn notes(&self, _entry: &Entry<Self::Machine>, _after: &<Self::Machine as Machine>::State) -> Vec<Outbound> {
        vec![]
    }
}

/// A question for facts.
pub struct Ask<'a, M: Machine> {
    /// The aggregate.
    pub id: Uuid,
    /// Its state before the command.
    pub state: &'a M::State,
    /// The command; `None` for a nudge or a look.
    pub command: Option<&'a M::Command>,
    /// Who commands, nudges or looks.
    pub actor: &'a Actor,
}

/// What happened to one aggregate in a batch.
pub struct Change<M: Machine> {
    /// The aggregate.
    pub id: Uuid,
    /// Its version afterwards.
    pub version: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Its state before.
    pub before: M::State,
    /// Its state afterwards.
    pub after: M::State,
    /// What happened, in order; never empty.
    pub entries: Vec<Entry<M>>,
}

/// One journal entry.
pub struct Entry<M: Machine> {
    /// The aggregate.
    pub id: Uuid,
    /// The aggregate's version right after it.
    pub version: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who brought it about.
    pub actor: Actor,
    /// What happened.
    pub event: M::Event,
}

/// A message before it has its envelope.
#[derive(Clone, Debug, PartialEq)]
pub struct Outbound {
    /// The fact: the last word of the routing key.
    pub fact: &'static str,
    /// A payload type of `contracts`, as JSON.
    pub data: Value,
}

impl Outbound {
    /// A fact with its payload. One that cannot be written is a fault of ours: it is logged, and not told.
    pub fn of(fact: &'static str, payload: &impl Serialize) -> Option<Self> {
        serde_json::to_value(payload)
            .inspect_err(|error| tracing::error!(fact, %error, "a message cannot be written"))
            .ok()
            .map(|data| Self { fact, data })
    }
}

/// What a renderer sees: the aggregate right after the command, inside the transaction, or as a reader finds it.
pub struct Seen<'a, M: Machine> {
    /// The aggregate.
    pub id: Uuid,
    /// Its version: the `ETag`.
    pub version: i64,
    /// Its state.
    pub state: &'a M::State,
    /// What the command brought about (with what lapsed before it); empty for a look.
    pub events: &'a [M::Event],
    /// For `actions[]`: the caller's context.
    pub ctx: &'a Context<'a, M>,
}
