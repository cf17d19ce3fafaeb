//! The three machines of onboarding as stories, their tables and diagrams, and random sequences of commands.

mod applying;
mod documents;
mod leaving;
mod random;
mod reviewing;
mod scope;
mod standing;
mod tables;
mod world;
