//! Stories of orders and of the chat on them: given, when, then, with the rule ids that the answers must carry.
#![allow(clippy::unwrap_used, reason = "a test speaks by panicking")]

mod always;
mod changing;
mod chatting;
mod checkout;
mod cooperating;
mod delivering;
mod ending;
mod modifying;
mod noticing;
mod periods;
mod pictures;
mod refunds;
mod world;
