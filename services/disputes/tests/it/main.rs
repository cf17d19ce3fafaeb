//! Disputes over HTTP, on the real servers.
#![cfg(test)]

mod arbitration;
mod negotiation;
mod opening;
mod reading;
mod stage;
mod upkeep;
