//! What a context does with a message: the services' side of the consumer.
use contracts::Message;
use engine::{Fault, Reply};
use futures_util::future::BoxFuture;

/// A context's inbox. What it reports as received is committed: the message is acknowledged then, and may still come
/// again. A message either commands one aggregate (`Door::send_message`) or writes fact rows (`engine::Recorder`), never
/// both; both apply it once.
pub trait Inbox: Send + Sync {
    /// What the context wants to hear: routing patterns, `<source context>.<aggregate kind>.#`. Notes to the own
    /// context come without one.
    fn bindings(&self) -> &'static [&'static str];

    /// Applies one message.
    fn receive<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<Received, Rejected>>;
}

/// How a message was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// Its effect is committed, now or by an earlier delivery. A refusal is an effect too.
    Applied,
    /// It does not concern this context.
    Ignored,
}

/// Why a message could not be applied. It comes again, until the delivery limit makes it a dead letter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// For now: the database is away, too much waits, or what it is about is not there yet. Tried again, ever more
    /// slowly.
    #[error("not now: {0}")]
    Later(String),
    /// A fault of the code or of the message. Tried again soon, for another instance may do better.
    #[error("it cannot be applied: {0}")]
    Poison(String),
}

impl From<Fault> for Rejected {
    /// [`Fault::Unknown`] is taken as "not there yet", for messages arrive in any order; an inbox that knows better
    /// matches it before.
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Overloaded | Fault::Unavailable | Fault::Unknown => Self::Later(fault.to_string()),
            Fault::Broken | Fault::Stale { .. } | Fault::KeyReused => Self::Poison(fault.to_string()),
        }
    }
}

impl From<serde_json::Error> for Rejected {
    /// A payload that is not what the contract says.
    fn from(error: serde_json::Error) -> Self {
        Self::Poison(error.to_string())
    }
}

/// What the answer of `Door::send_message` means for the message: a refusal counts as applied, unless it says that the
/// aggregate is not there (404), which is not stored under the message's id and may be otherwise later.
pub fn answered(reply: Result<Reply, Fault>) -> Result<Received, Rejected> {
    let reply = reply?;
    match reply.status {
        404 => Err(Rejected::Later(reply.body)),
        500.. => Err(Rejected::Poison(reply.body)),
        _ => Ok(Received::Applied),
    }
}
