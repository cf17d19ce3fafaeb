//! A writer: a thread with a connection of its own that runs whatever is waiting, one transaction per batch.
use crate::batch::{Batch, Wake, transact};
use crate::connect;
use crate::engine::Inner;
use crate::queue::Job;
use crate::submission::Fault;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often one command is tried before its caller is told to come back.
const TRIES: u32 = 3;

/// Runs until the queue is closed and empty.
pub(crate) fn run(inner: &Arc<Inner>) {
    let mut writer = Writer { inner: inner.clone(), conn: None };
    while let Some(jobs) = inner.queue.take() {
        writer.batch(jobs);
        inner.queue.done();
    }
}

struct Writer {
    inner: Arc<Inner>,
    conn: Option<PgConnection>,
}

impl Writer {
    fn batch(&mut self, jobs: Vec<Job>) {
        let started = Instant::now();
        let context = self.inner.context;
        metrics::histogram!("guildhall_batch_size", "context" => context)
            .record(f64::from(u32::try_from(jobs.len()).unwrap_or(u32::MAX)));
        let mut batches = self.inner.gather(jobs);
        match self.transact(&mut batches) {
            Ok(()) => self.answer(&mut batches, Ok(())),
            // One by one: the keys make that safe, whatever became of the batch.
            Err(error) => {
                tracing::debug!(context, %error, "a batch is run one by one");
                self.one_by_one(batches);
            }
        }
        metrics::histogram!("guildhall_batch_seconds", "context" => context).record(started.elapsed().as_secs_f64());
    }

    fn one_by_one(&mut self, batches: Vec<(Box<dyn Batch>, Vec<usize>)>) {
        for (batch, active) in batches {
            let mut only = [(batch, vec![])];
            for place in active {
                only[0].1 = vec![place];
                let committed = self.single(&mut only);
                self.answer(&mut only, committed);
            }
        }
    }

    fn single(&mut self, only: &mut [(Box<dyn Batch>, Vec<usize>)]) -> Result<(), Fault> {
        for nth in 1..=TRIES {
            match self.transact(only) {
                Ok(()) => return Ok(()),
                Err(error) if is_ours(&error) => {
                    tracing::error!(context = self.inner.context, %error, "a command cannot be written");
                    return Err(Fault::Broken);
                }
                Err(error) if nth == TRIES => {
                    tracing::warn!(context = self.inner.context, %error, "the database cannot commit");
                }
                Err(_) => {}
            }
        }
        Err(Fault::Unavailable)
    }

    fn transact(&mut self, batches: &mut [(Box<dyn Batch>, Vec<usize>)]) -> QueryResult<()> {
        let inner = self.inner.clone();
        let conn = match &mut self.conn {
            Some(conn) => conn,
            empty => {
                let conn = connect::writer(&inner.writer_url).map_err(|error| {
                    std::thread::sleep(Duration::from_millis(50));
                    Error::QueryBuilderError(error.into())
                })?;
                empty.insert(conn)
            }
        };
        let done = transact(conn, inner.context, &inner.rulebook, batches);
        if let Err(error) = &done
            && !keeps_connection(error)
        {
            self.conn = None;
        }
        done
    }

    fn answer(&self, batches: &mut [(Box<dyn Batch>, Vec<usize>)], committed: Result<(), Fault>) {
        fail::fail_point!("engine::before_answer");
        let mut wake = Wake::default();
        for (batch, active) in batches {
            for id in batch.broken() {
                self.inner.queue.isolate(id);
            }
            batch.answer(active, committed.clone(), &mut wake);
        }
        self.inner.woken(wake);
    }
}

/// Whether the connection can be used again after this error.
fn keeps_connection(error: &Error) -> bool {
    matches!(
        error,
        Error::DatabaseError(kind, _)
            if !matches!(kind, DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::Unknown)
    )
}

/// Whether the error is a fault of the code (a truth of the schema that the machine broke), which no retry mends.
pub(crate) fn is_ours(error: &Error) -> bool {
    matches!(
        error,
        Error::DatabaseError(
            DatabaseErrorKind::CheckViolation
                | DatabaseErrorKind::NotNullViolation
                | DatabaseErrorKind::ForeignKeyViolation,
            _
        ) | Error::DeserializationError(_)
            | Error::SerializationError(_)
    )
}
