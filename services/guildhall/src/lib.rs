//! What the binary has that tests use as well: the stories and how they are played.

pub mod demo;
