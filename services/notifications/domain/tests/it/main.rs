//! The notifications domain in memory.
#![cfg(test)]

mod notices;
mod preferences;
mod world;
