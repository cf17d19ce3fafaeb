//! Fact rows that messages bring, and the notes that follow from them.
//!
//! Whatever waits is written in one transaction, for a commit costs more than a row. Invariant: a message is recorded
//! once, with its id, in the transaction of its rows.
use crate::connect::Readers;
use crate::look::blocking;
use crate::submission::{Fault, Key};
use crate::writer;
use contracts::Message;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::{Array, Text, Uuid as SqlUuid};
use kernel::Machine;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;
use uuid::Uuid;

/// The most messages in one transaction.
const AT_ONCE: usize = 64;

/// Which row a message changes first: the rank of its table and its id. Rows are changed in this order, which must be
/// the one in which decisions lock them.
pub type Place = (u8, Uuid);

/// What a message says, as rows.
pub trait Fact: Send + 'static {
    /// Which row it changes first.
    fn place(&self) -> Place;

    /// Writes what several messages say, in the order of their places; one place may come more than once. May run more
    /// than once, each time in another transaction of which at most one commits.
    fn write(tx: &mut PgConnection, told: &[Told<'_, Self>]) -> QueryResult<()>
    where
        Self: Sized;
}

/// A fact, and the message that told it.
pub struct Told<'a, F> {
    /// Who told it, when, and in which sequence.
    pub message: &'a Message,
    /// What it says.
    pub fact: &'a F,
}

/// Records messages of one context.
pub struct Recorder<F> {
    readers: Readers,
    waiting: Arc<Mutex<Waiting<F>>>,
}

struct Waiting<F> {
    jobs: Vec<Job<F>>,
    /// Somebody is writing, and will look again.
    is_manned: bool,
}

struct Job<F> {
    key: Key,
    message: Message,
    fact: F,
    answer: oneshot::Sender<Result<(), Fault>>,
}

impl<F: Fact> Recorder<F> {
    /// Writes over connections of this pool.
    pub fn new(readers: &Readers) -> Self {
        let waiting = Waiting { jobs: vec![], is_manned: false };
        Self { readers: readers.clone(), waiting: Arc::new(Mutex::new(waiting)) }
    }

    /// Writes what a message says, once per message id.
    pub async fn record(&self, message: &Message, fact: F) -> Result<(), Fault> {
        let (answer, answered) = oneshot::channel();
        let key = Key::of_message(&message.source, message.id);
        let job = Job { key, message: message.clone(), fact, answer };
        let is_manned = {
            let mut waiting = self.lock();
            waiting.jobs.push(job);
            std::mem::replace(&mut waiting.is_manned, true)
        };
        if !is_manned {
            let recorder = Self { readers: self.readers.clone(), waiting: self.waiting.clone() };
            tokio::spawn(blocking(move || {
                recorder.work();
                Ok(())
            }));
        }
        answered.await.unwrap_or(Err(Fault::Broken))
    }

    fn work(&self) {
        while let Some(jobs) = self.take() {
            match self.commit(&jobs) {
                Err(_) if jobs.len() > 1 => {
                    for job in jobs {
                        let written = self.commit(std::slice::from_ref(&job));
                        let _ = job.answer.send(written);
                    }
                }
                written => jobs.into_iter().for_each(|job| drop(job.answer.send(written.clone()))),
            }
        }
    }

    /// What waits, in the order of its rows; nobody is at work any more when nothing does.
    fn take(&self) -> Option<Vec<Job<F>>> {
        let mut waiting = self.lock();
        let most = waiting.jobs.len().min(AT_ONCE);
        let mut jobs: Vec<_> = waiting.jobs.drain(..most).collect();
        waiting.is_manned = !jobs.is_empty();
        jobs.sort_by_key(|job| job.fact.place());
        waiting.is_manned.then_some(jobs)
    }

    fn commit(&self, jobs: &[Job<F>]) -> Result<(), Fault> {
        let mut conn = self.readers.get().map_err(|_| Fault::Unavailable)?;
        // A panic is the message's own; its connection is not used again.
        let done = catch_unwind(AssertUnwindSafe(|| conn.transaction(|tx| write(tx, jobs))));
        done.unwrap_or_else(|_| Err(Error::RollbackTransaction)).map_err(|error| {
            tracing::warn!(%error, messages = jobs.len(), "messages cannot be recorded");
            if is_for_good(&error) { Fault::Broken } else { Fault::Unavailable }
        })
    }

    fn lock(&self) -> MutexGuard<'_, Waiting<F>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(QueryableByName)]
struct KeyRow {
    #[diesel(sql_type = Text)]
    caller: String,
    #[diesel(sql_type = Text)]
    key: String,
}

fn write<F: Fact>(tx: &mut PgConnection, jobs: &[Job<F>]) -> QueryResult<()> {
    let (callers, keys): (Vec<_>, Vec<_>) = jobs.iter().map(|job| (&job.key.caller, &job.key.key)).unzip();
    let rows: Vec<KeyRow> = crate::sql(
        "INSERT INTO requests (caller, key, fingerprint, status, body, at) \
         SELECT DISTINCT w.caller, w.key, ''::bytea, 204, '', t.now \
         FROM unnest($1, $2) AS w(caller, key), (SELECT engine_now() AS now) t ORDER BY w.caller, w.key \
         ON CONFLICT DO NOTHING RETURNING caller, key",
    )
    .bind::<Array<Text>, _>(callers)
    .bind::<Array<Text>, _>(keys)
    .load(tx)?;
    let mut new: HashSet<_> = rows.into_iter().map(|row| (row.caller, row.key)).collect();
    // One message may wait twice, by two deliveries.
    let is_new = |job: &&Job<F>| new.remove(&(job.key.caller.clone(), job.key.key.clone()));
    let told: Vec<_> = jobs.iter().filter(is_new).map(|job| Told { message: &job.message, fact: &job.fact }).collect();
    if told.is_empty() { Ok(()) } else { F::write(tx, &told) }
}

/// Whether no retry mends it: a fault of the code, a panic (which rolled back), or a row that the message wants twice.
fn is_for_good(error: &Error) -> bool {
    writer::is_ours(error)
        || matches!(error, Error::RollbackTransaction | Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
}

/// Puts a note to the own context into the outbox, in the transaction of a [`Recorder`]: for each aggregate `ids` of
/// machine `M`, that `fact` is so because of `cause`. The same cause makes the same notes.
pub fn note<M: Machine>(
    tx: &mut PgConnection,
    context: &'static str,
    ids: &[Uuid],
    fact: &str,
    cause: &Message,
) -> QueryResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let note = |id: &Uuid| Message {
        specversion: "1.0".into(),
        id: Uuid::new_v5(&cause.id, format!("{context}/{id}/{fact}").as_bytes()),
        source: context.into(),
        r#type: format!("guildhall.{context}.{}.{fact}", M::KIND),
        subject: kernel::ids::encode(M::PREFIX, *id),
        sequence: 0,
        time: cause.time,
        traceparent: cause.traceparent.clone(),
        datacontenttype: "application/json".into(),
        data: serde_json::Value::Null,
    };
    let messages: Vec<_> = ids.iter().map(|id| serde_json::to_string(&note(id)).unwrap_or_default()).collect();
    crate::sql(
        "INSERT INTO outbox (aggregate, own, message, at) \
         SELECT t.id, true, t.message, engine_now() FROM unnest($1, $2) AS t(id, message)",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Text>, _>(messages)
    .execute(tx)
    .map(drop)
}
