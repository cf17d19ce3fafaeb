//! The alarm clock on a real PostgreSQL and a real Redis. The row T1, a crash, is in `crash.rs` beside.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod alarms;
mod egg;
mod faults;
mod stage;
