//! Tests of pure machines as stories: given, when, then. Dev only.
//!
//! A [`Story`] runs one aggregate in memory with the same loop as the engine, steps its deadlines in order, and
//! checks at each step what must always hold. [`render`] draws reviewed snapshots from machines and stories.

pub mod render;
pub mod story;

pub use story::Story;
