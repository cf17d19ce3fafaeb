//! Payment attempts through the gateway: one at a time, and those given up whose money may still come.
use kernel::{Money, Time};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How many given-up attempts may be without an outcome before no more are begun.
pub const MAX_UNRESOLVED: usize = 8;

/// An attempt to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt<P> {
    /// The payment; the key of its charge.
    pub id: Uuid,
    /// How much.
    pub amount: Money,
    /// What for.
    pub purpose: P,
}

/// The attempt that runs, and until when it is waited for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running<P> {
    /// The attempt.
    pub attempt: Attempt<P>,
    /// When it is given up.
    pub give_up_at: Time,
}

/// The attempts that can still bring money. A failed one is final (see [`crate::gateway::Outcome`]) and forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempts<P> {
    /// The one that runs.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub running: Option<Running<P>>,
    /// Given up, at most [`MAX_UNRESOLVED`].
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub abandoned: Vec<Attempt<P>>,
}

/// Why no attempt may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// One runs until this instant at the latest.
    Running {
        /// When it is given up.
        give_up_at: Time,
    },
    /// Too many are without an outcome.
    Unresolved,
}

fn none<T>() -> Option<T> {
    None
}

impl<P> Default for Attempts<P> {
    fn default() -> Self {
        Self { running: None, abandoned: vec![] }
    }
}

impl<P> Attempts<P> {
    /// Whether another may begin.
    pub fn may_begin(&self) -> Result<(), Busy> {
        match &self.running {
            Some(running) => Err(Busy::Running { give_up_at: running.give_up_at }),
            None if self.abandoned.len() >= MAX_UNRESOLVED => Err(Busy::Unresolved),
            None => Ok(()),
        }
    }

    /// The attempt of this id, if its outcome is open.
    pub fn find(&self, id: Uuid) -> Option<&Attempt<P>> {
        let running = self.running.iter().map(|running| &running.attempt);
        running.chain(&self.abandoned).find(|attempt| attempt.id == id)
    }

    /// One begins.
    pub(crate) fn begin(&mut self, attempt: Attempt<P>, give_up_at: Time) {
        self.running = Some(Running { attempt, give_up_at });
    }

    /// The running one is given up.
    pub(crate) fn abandon(&mut self) {
        self.abandoned.extend(self.running.take().map(|running| running.attempt));
    }

    /// The outcome is known; `None` when no attempt of this id was open.
    pub(crate) fn end(&mut self, id: Uuid) -> Option<()> {
        self.find(id)?;
        self.abandoned.retain(|attempt| attempt.id != id);
        if self.running.as_ref().is_some_and(|running| running.attempt.id == id) {
            self.running = None;
        }
        Some(())
    }
}
