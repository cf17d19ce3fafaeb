//! The engine on a real PostgreSQL: what it promises when nothing goes wrong. Crashes are in `crashes.rs` beside.
#![allow(clippy::wildcard_enum_match_arm, reason = "the test machine matches on pairs")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]
#![allow(dead_code, reason = "the stage serves two test binaries")]

mod behaviour;
mod stage;
mod ticket;
