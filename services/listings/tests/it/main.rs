//! Listings over HTTP, on the real servers.
#![cfg(test)]

mod catalogue;
mod measures;
mod moderation;
mod painting;
mod pictures;
mod reading;
mod rights;
mod screening;
mod stage;
mod submission;
mod upkeep;
