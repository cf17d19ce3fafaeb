//! The alarm clock over `aggregates.next_due`: sorted sets in Redis that say when to look at which aggregate.
//!
//! Owns: the keys `<prefix>tm:{<context>:<nn>}:…` in Redis, the loop that rings, the loader that refills. Does not own:
//! any deadline (states and `aggregates.next_due` in Postgres), the lapse itself (the engine, under the row's lock), the
//! sweeper (`engine::sweep`), which does all the work when Redis is away.
//!
//! Invariants: an alarm only says "look at aggregate X", so one that is late, early, doubled, stale or lost changes
//! nothing but when somebody looks; `engine_now()` alone says what time it is, no clock of an instance; no commit ever
//! waits for Redis. Redis may be wiped at any moment.
//!
//! Start at [`alarm::run`].

pub mod alarm;
mod clock;
mod rows;
mod sets;

pub use alarm::{Settings, run};
pub use clock::{LocalClock, monotonic};

/// A server does not answer. It was logged.
#[derive(Debug)]
struct Away;
