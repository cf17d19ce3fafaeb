//! Stories of the settlement context, in memory.

#![allow(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "a test speaks by failing")]

mod arrival;
mod conservation;
mod correction;
mod escrow;
mod figures;
mod ledger;
mod purse;
mod purse_payouts;
mod world;
