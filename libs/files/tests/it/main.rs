//! Uploads on a real PostgreSQL and a real folder; mocks only where the store must fail.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod faults;
mod inspecting;
mod stage;
mod uploads;
