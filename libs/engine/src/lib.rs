//! Runs batches of commands on machines, in Postgres: one transaction for key, state, journal, claims, deadlines,
//! outbox, answers and views.
//!
//! Owns: the engine's tables (`migrations/engine`), the clock of decisions (`engine_now()`), the batch, the sweeper,
//! rebuilding of views, republishing of messages. Does not own: any rule (machines), HTTP (`web`), RabbitMQ
//! (`broker`), Redis (`timers`).
//!
//! Invariants: what was answered is committed; what is stored under a key is never run again; an aggregate's version
//! is the number of its journal entries; nothing but lapses happens to a due deadline.
//!
//! Start at [`Engine`] and [`host::Host`].

mod batch;
pub mod clock;
pub mod connect;
pub mod editions;
pub mod engine;
pub mod host;
pub mod journal;
mod lapses;
pub mod look;
pub mod migrate;
mod queue;
pub mod rebuild;
mod record;
mod rows;
mod run;
mod sql;
mod statements;
pub mod submission;
pub mod sweep;
mod writer;

pub use engine::{Door, DueTimes, Engine, EngineBuilder, Settings};
pub use host::{Ask, Change, Entry, Host, MachineOf, Outbound, Seen};
pub use record::{Fact, Place, Recorder, Told, note};
pub use sql::{Sql, sql, write_rows};
pub use submission::{Fault, Intent, Key, Render, Reply, Submission, applied};

/// The shape of states and events that this build writes; the journal carries it.
pub const SCHEMA: i32 = 1;

/// The build that writes the journal.
pub const BUILD: &str = env!("CARGO_PKG_VERSION");
