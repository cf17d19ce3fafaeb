//! What the binary has that tests use as well: the services, and the stories and how they are played.

pub mod demo;
pub mod services;
