//! Tests on the real servers: a database, a queue prefix and a key prefix per test; the suite in one process; clients.
//!
//! Dev only. Everything a test makes is gone when its [`Suite`] is. Start at [`Suite::start`].

pub mod client;
pub mod database;
pub mod suite;

pub use client::{Client, Response};
pub use database::Database;
pub use suite::{Suite, eventually};

/// A variable that `make test` sets.
pub fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run the tests through `make test`"))
}
