//! Puts services together and runs them: settings, telemetry, health, start-up, loops, graceful shutdown.
//!
//! Owns: the settings file, what a [`service::Service`] is, the order in which a suite starts and stops, the test
//! clock. Does not own: any context's routes or rules, the command line (the binary `guildhall`).
//!
//! Start at [`suite::start`].

mod clock_api;
mod health;
pub mod service;
pub mod settings;
pub mod suite;
pub mod telemetry;
pub mod test_clock;

pub use service::{Built, Loop, Parts, Routes, Service};
pub use settings::{Settings, SettingsError};
pub use suite::{Running, StartError, start};
