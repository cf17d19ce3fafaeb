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

type Write = dyn Fn(&mut PgConnection, &Message) -> QueryResult<()> + Send;

/// Records messages of one context.
#[derive(Clone)]
pub struct Recorder {
    readers: Readers,
    waiting: Arc<Mutex<Waiting>>,
}

#[derive(Default)]
struct Waiting {
    jobs: Vec<Job>,
    /// Somebody is writing, and will look again.
    is_manned: bool,
}

struct Job {
    place: Place,
    key: Key,
    message: Message,
    write: Box<Write>,
    answer: oneshot::Sender<Result<(), Fault>>,
}

impl Recorder {
    /// Writes over connections of this pool.
    pub fn new(readers: &Readers) -> Self {
        Self { readers: readers.clone(), waiting: Arc::default() }
    }

    /// Writes what a message brings, once per message id. `write` may run more than once, each time in another
    /// transaction of which at most one commits.
    pub async fn record(
        &self,
        message: &Message,
        place: Place,
        write: impl Fn(&mut PgConnection, &Message) -> QueryResult<()> + Send + 'static,
    ) -> Result<(), Fault> {
        let (answer, answered) = oneshot::channel();
        let key = Key::of_message(&message.source, message.id);
        let job = Job { place, key, message: message.clone(), write: Box::new(write), answer };
        let is_manned = {
            let mut waiting = self.lock();
            waiting.jobs.push(job);
            std::mem::replace(&mut waiting.is_manned, true)
        };
        if !is_manned {
            let recorder = self.clone();
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
    fn take(&self) -> Option<Vec<Job>> {
        let mut waiting = self.lock();
        let most = waiting.jobs.len().min(AT_ONCE);
        let mut jobs: Vec<_> = waiting.jobs.drain(..most).collect();
        waiting.is_manned = !jobs.is_empty();
        jobs.sort_by_key(|job| job.place);
        waiting.is_manned.then_some(jobs)
    }

    fn commit(&self, jobs: &[Job]) -> Result<(), Fault> {
        let mut conn = self.readers.get().map_err(|_| Fault::Unavailable)?;
        // A panic is the message's own; its connection is not used again.
        let done = catch_unwind(AssertUnwindSafe(|| conn.transaction(|tx| write(tx, jobs))));
        done.unwrap_or_else(|_| Err(Error::RollbackTransaction)).map_err(|error| {
            tracing::warn!(%error, messages = jobs.len(), "messages cannot be recorded");
            if is_for_good(&error) { Fault::Broken } else { Fault::Unavailable }
        })
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
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

fn write(tx: &mut PgConnection, jobs: &[Job]) -> QueryResult<()> {
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
    for job in jobs {
        // One message may wait twice, by two deliveries.
        if new.remove(&(job.key.caller.clone(), job.key.key.clone())) {
            (job.write)(tx, &job.message)?;
        }
    }
    Ok(())
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
