//! The messages that services send each other: a CloudEvents envelope and one module per context.
//!
//! A message carries what its consumers decide on: the fact (in `type`), and the public state after it (in `data`).
//! Owns the wire shapes only. Consumers ignore facts they do not know; fields are only ever added.

pub mod disputes;
pub mod envelope;
pub mod listings;
pub mod notifications;
pub mod onboarding;
pub mod orders;
pub mod recorded;
pub mod settlement;

pub use envelope::{CONTEXTS, Message};
pub use recorded::{Record, Recorded};
