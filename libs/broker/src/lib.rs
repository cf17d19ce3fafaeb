//! RabbitMQ between the contexts: the relay from the outbox, the consumer into the inbox, the dead letters.
//!
//! Owns: the exchange, the queues and their arguments ([`topology`]), confirms and retries of what is published
//! ([`relay`]), acknowledgement and redelivery of what is consumed ([`consumer`]), messages that could not be applied
//! ([`dead`]). Does not own: what a message means (a service's [`Inbox`]), the outbox's rows and the answers under
//! message ids (`engine`), the envelope (`contracts`).
//!
//! Invariants: a row leaves the outbox only after the broker's confirm; a message is acknowledged only after its
//! effect is committed; so everything arrives at least once, and the id in `requests` makes it once. Messages of one
//! aggregate are published in order, one at a time.
//!
//! Every loop lives in sessions: one connection, topology declared anew, and on any trouble the session is thrown away
//! as a whole and the next one begins after a pause. So nothing (prefetch, delivery tags, confirms, bindings) has to be
//! carried over a lost connection, which is why the client library's own recovery stays switched off.
//!
//! Start at [`relay::run`] and [`consumer::run`].

pub mod consumer;
pub mod dead;
pub mod idle;
pub mod inbox;
mod lanes;
pub mod manual;
mod outbox;
pub mod relay;
mod session;
pub mod topology;

pub use idle::Idle;
pub use inbox::{Inbox, Received, Rejected, answered};
pub use session::{Settings, Trouble};
pub use topology::{Neighbour, Topology};
