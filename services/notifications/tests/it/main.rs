//! Notifications over HTTP, on the real servers.
#![cfg(test)]

mod inbox;
mod mailing;
mod preferences;
mod stage;
mod upkeep;
