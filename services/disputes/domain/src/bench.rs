//! The bench: where an arbitrator works on a case, in the first instance or on an appeal.
//!
//! While a draft waits for a second arbitrator, the first one's hold does not run out: the next move is the second
//! one's, and the operator is told when the term passes (W15). The draft falls with what the first one does: new findings,
//! a request for evidence, another draft, a release; it falls with a set that a side seals unasked, which begins the
//! taking of evidence. Where the first one keeps the seat, the hold then runs anew. It ends with the second one's answer.
use crate::casefile::Digest;
use crate::evidence::Hearing;
use kernel::{Due, Time};
use serde::{Deserialize, Serialize};

/// The platform's work on a case, at one instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bench {
    /// Since when.
    pub since: Time,
    /// W15, W17: until when it is to be decided; `None` while evidence is taken, whose close starts it.
    pub decide_by: Option<Due>,
    /// Who works on it; `None` while it waits in the queue.
    pub seat: Option<Seat>,
    /// The arbitrator whose time ran out (W15): another one takes it, unless it is handed over on purpose.
    pub passed_over: Option<String>,
    /// The taking of evidence.
    pub hearing: Hearing,
    /// A decision that waits for a second arbitrator.
    pub awaiting: Option<Awaiting>,
}

/// An arbitrator's hold on a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seat {
    /// The arbitrator's `sub`.
    pub arbitrator: String,
    /// Until when, unless claimed again.
    pub until: Due,
}

/// A decision that waits for a second arbitrator (four eyes).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awaiting {
    /// Who handed it in.
    pub by: String,
    /// The hash of the draft: the second person confirms exactly it.
    pub draft: Digest,
}

impl Bench {
    pub(crate) fn new(since: Time, decide_by: Option<Time>) -> Self {
        Self {
            since,
            decide_by: decide_by.map(Due::At),
            seat: None,
            passed_over: None,
            hearing: Hearing::default(),
            awaiting: None,
        }
    }

    /// Empties the seat: whoever lets go of the case takes a draft that waits back.
    pub(crate) fn vacate(&mut self) {
        self.seat = None;
        self.awaiting = None;
    }
}
