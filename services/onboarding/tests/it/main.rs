//! Onboarding over HTTP, on the real servers.
#![cfg(test)]

mod applying;
mod habits;
mod leaving;
mod standing;
mod upkeep;
mod world;
