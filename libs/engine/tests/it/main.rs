//! The engine on a real PostgreSQL: what it promises when nothing goes wrong. Crashes are in `crashes.rs` beside.
#![cfg_attr(test, allow(clippy::wildcard_enum_match_arm, reason = "the test machine matches on pairs"))]

mod behaviour;
mod stage;
mod ticket;
