//! Settlement over HTTP, on the real servers.
#![cfg(test)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

mod cases;
mod corrections;
mod crash;
mod deposits;
mod escrows;
mod gateway;
mod ledger;
mod payouts;
mod random;
mod stage;
mod upkeep;
