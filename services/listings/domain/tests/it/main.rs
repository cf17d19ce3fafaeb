//! The machines of listings and of allow-phrases, and the screening, as stories.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test speaks by panicking, its helpers too")]

mod allow_phrases;
mod catalogue;
mod deadlines;
mod measures;
mod random;
mod refusals;
mod screening;
mod stories;
mod world;
