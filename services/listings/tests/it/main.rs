//! Listings over HTTP, on the real servers.
#![cfg(test)]

mod catalogue;
mod measures;
mod moderation;
mod reading;
mod rights;
mod screening;
mod stage;
mod submission;
mod upkeep;
