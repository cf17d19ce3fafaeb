//! Dispute cases as stories: who, what, which rule, which deadline, what comes out.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod appeal;
mod casefile;
mod claims;
mod consequences;
mod decision;
mod editions;
mod escalation;
mod evidence;
mod findings;
mod negotiation;
mod noticing;
mod queue;
mod random;
mod suspension;
mod tables;
mod world;
