//! The moderation engines that read messages: one per edition, made when it is first needed.
//!
//! Does not own what a flag is (`orders_domain::conversation::contacts`).
use kernel::{EditionId, Time};
use moderation::Engine;
use rulebook::{EditionError, Lists, Rulebook};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Makes engines, and keeps them.
pub(crate) struct Reader {
    rulebook: Arc<Rulebook>,
    lists: Lists,
    engines: Mutex<HashMap<EditionId, Arc<Engine>>>,
}

impl Reader {
    /// Nothing is compiled yet.
    pub fn new(rulebook: Arc<Rulebook>) -> Result<Self, EditionError> {
        Ok(Self { rulebook, lists: Lists::shipped()?, engines: Mutex::default() })
    }

    /// By the edition in force at this instant.
    pub fn engine(&self, now: Time) -> Option<Arc<Engine>> {
        let edition = self.rulebook.in_force(now)?;
        let mut engines = self.engines.lock().unwrap_or_else(PoisonError::into_inner);
        let compile = || Arc::new(Engine::compile(edition, &self.lists));
        Some(engines.entry(edition.id.clone()).or_insert_with(compile).clone())
    }
}
