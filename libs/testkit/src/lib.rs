//! Tests on the real servers: a database, a queue prefix and a key prefix per test; the suite in one process; clients.
//!
//! Dev only. Everything a test makes is gone when its [`Suite`] is. Start at [`Suite::start`].

pub mod client;
pub mod database;
pub mod suite;

pub use client::{Client, Response};
pub use database::Database;
pub use scratch::{eventually, variable};
pub use suite::Suite;
