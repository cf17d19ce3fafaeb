//! Disputes over HTTP, on the real servers.
#![cfg(test)]

mod appealing;
mod arbitration;
mod casefile;
mod hearing;
mod negotiation;
mod opening;
mod reading;
mod stage;
mod telling;
mod upkeep;
mod uploads;
mod waiting;
