//! Orders over HTTP, on the real servers.
#![cfg(test)]

mod chatting;
mod checkout;
mod delivering;
mod disputing;
mod ending;
mod filing;
mod reading;
mod stage;
mod upkeep;
mod working;
