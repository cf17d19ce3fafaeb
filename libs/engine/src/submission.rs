//! What is handed to the engine and what comes back.
use crate::host::Seen;
use kernel::{Actor, Machine, Problem};
use tokio::sync::oneshot;
use uuid::Uuid;

/// What is asked of an aggregate.
#[derive(Debug)]
pub enum Intent<C> {
    /// Carry out a command.
    Command(C),
    /// Look at it: lapse what is due. All that an alarm says.
    Nudge,
}

impl<C> Intent<C> {
    /// The command, unless it is a nudge.
    pub fn command(&self) -> Option<&C> {
        match self {
            Self::Command(command) => Some(command),
            Self::Nudge => None,
        }
    }
}

/// Under which an answer is stored: a caller's idempotency key, or a message's id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Whose key: `org/sub` of an HTTP caller, or `message:<source>`.
    pub caller: String,
    /// The key itself.
    pub key: String,
    /// SHA-256 over method, path and body: the same key with another one is refused.
    pub fingerprint: Vec<u8>,
}

impl Key {
    /// The key of a message.
    pub fn of_message(source: &str, id: Uuid) -> Self {
        Self { caller: format!("message:{source}"), key: id.to_string(), fingerprint: vec![] }
    }
}

/// An answer: what is stored under the key, and given again to whoever repeats the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The aggregate's version: the strong `ETag`. `None` for refusals.
    pub version: Option<i64>,
    /// Where a created resource is.
    pub location: Option<String>,
    /// JSON.
    pub body: String,
    /// True when it was stored by an earlier request.
    pub replayed: bool,
}

impl Reply {
    /// A JSON answer about the aggregate at `version`.
    pub fn json(status: u16, version: i64, body: &impl serde::Serialize) -> Self {
        Self { version: Some(version), ..Self::bare(status, body) }
    }

    /// A refusal.
    pub fn problem(problem: &Problem) -> Self {
        Self::bare(problem.status, problem)
    }

    /// The same, saying where the created resource is.
    pub fn at(mut self, location: String) -> Self {
        self.location = Some(location);
        self
    }

    fn bare(status: u16, body: &impl serde::Serialize) -> Self {
        match serde_json::to_string(body) {
            Ok(body) => Self { status, version: None, location: None, body, replayed: false },
            Err(error) => Self {
                status: 500,
                version: None,
                location: None,
                body: format!("{{\"status\":500,\"code\":\"unrenderable\",\"detail\":{:?}}}", error.to_string()),
                replayed: false,
            },
        }
    }
}

/// Why there is no answer. Nothing of it is stored: a retry with the same key runs again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No such aggregate for this caller (404).
    #[error("not found")]
    Unknown,
    /// `If-Match` names another version (412).
    #[error("the resource is at version {current}")]
    Stale {
        /// The present version.
        current: i64,
    },
    /// The key was used for another request (422).
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// Too much is waiting (503).
    #[error("too many commands are waiting")]
    Overloaded,
    /// The database cannot commit now (503).
    #[error("the database cannot commit now")]
    Unavailable,
    /// A fault of the code (500): logged where it happened.
    #[error("an internal fault")]
    Broken,
}

/// How the answer to a carried-out command is made, inside the transaction.
pub type Render<M> = fn(&Seen<'_, M>) -> Reply;

/// One intent on its way through the engine.
pub struct Submission<M: Machine> {
    /// The aggregate.
    pub id: Uuid,
    /// Who asks.
    pub actor: Actor,
    /// What is asked.
    pub intent: Intent<M::Command>,
    /// The version that `If-Match` names.
    pub expect: Option<i64>,
    /// Under which the answer is stored; `None` for nudges only.
    pub key: Option<Key>,
    /// The trace it belongs to.
    pub correlation: Option<String>,
    /// Renders the answer.
    pub render: Render<M>,
    /// Where the answer goes. Dropping the receiver does not undo the command.
    pub answer: oneshot::Sender<Result<Reply, Fault>>,
}

/// The answer to a nudge or a message: that it was applied.
pub fn applied<M: Machine>(seen: &Seen<'_, M>) -> Reply {
    Reply { status: 204, version: Some(seen.version), location: None, body: String::new(), replayed: false }
}
