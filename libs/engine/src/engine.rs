//! One context's engine: its queue, its writers, its readers, the doors to its machines.
use crate::batch::{Batch, Wake};
use crate::connect::{self, Readers};
use crate::host::{Host, MachineOf};
use crate::queue::{Job, Queue};
use crate::run::Run;
use crate::submission::{Fault, Intent, Key, Reply, Submission, applied};
use chrono::{DateTime, Utc};
use kernel::{Actor, Machine};
use rulebook::Rulebook;
use std::any::Any;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;
use tokio::sync::{Notify, mpsc, oneshot};
use uuid::Uuid;

/// What an engine is told at start.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The database; the context's schema is added to it.
    pub database_url: String,
    /// Writer threads, each with a connection.
    pub writers: usize,
    /// Reader connections at most.
    pub readers: u32,
}

/// New due times of aggregates, as they are committed.
pub type DueTimes = mpsc::UnboundedReceiver<(Uuid, DateTime<Utc>)>;

/// A context's engine. Cheap to clone; stops when [`Engine::stop`] is called.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
    threads: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

pub(crate) struct Inner {
    pub context: &'static str,
    pub queue: Arc<Queue>,
    pub writer_url: String,
    pub rulebook: Arc<Rulebook>,
    slots: Vec<Arc<dyn Slot>>,
    relay: Arc<Notify>,
    alarms: mpsc::UnboundedSender<(Uuid, DateTime<Utc>)>,
}

/// Collects the hosts of a context before its engine starts.
pub struct EngineBuilder {
    context: &'static str,
    rulebook: Arc<Rulebook>,
    queue: Arc<Queue>,
    readers: Readers,
    settings: Settings,
    slots: Vec<Arc<dyn Slot>>,
}

/// One host, its type forgotten.
trait Slot: Send + Sync {
    fn kind(&self) -> &'static str;
    fn gather(&self, submissions: Vec<Box<dyn Any + Send>>) -> Box<dyn Batch>;
    fn nudge(&self, id: Uuid) -> (Box<dyn Any + Send>, oneshot::Receiver<Result<Reply, Fault>>);
}

struct HostSlot<H: Host>(Arc<H>);

impl<H: Host> Slot for HostSlot<H> {
    fn kind(&self) -> &'static str {
        MachineOf::<H>::KIND
    }

    fn gather(&self, submissions: Vec<Box<dyn Any + Send>>) -> Box<dyn Batch> {
        let todo = submissions
            .into_iter()
            .filter_map(|any| any.downcast::<Submission<MachineOf<H>>>().ok().map(|submission| *submission))
            .collect();
        Box::new(Run::<H>::new(self.0.clone(), todo))
    }

    fn nudge(&self, id: Uuid) -> (Box<dyn Any + Send>, oneshot::Receiver<Result<Reply, Fault>>) {
        let (answer, answered) = oneshot::channel();
        let submission = Submission::<MachineOf<H>> {
            id,
            actor: Actor::clock(),
            intent: Intent::Nudge,
            expect: None,
            key: None,
            correlation: None,
            render: applied::<MachineOf<H>>,
            answer,
        };
        (Box::new(submission), answered)
    }
}

/// The way to the machines of one host.
pub struct Door<H: Host> {
    slot: usize,
    context: &'static str,
    pub(crate) queue: Arc<Queue>,
    pub(crate) host: Arc<H>,
    pub(crate) readers: Readers,
    pub(crate) rulebook: Arc<Rulebook>,
    of: PhantomData<fn() -> H>,
}

impl<H: Host> Clone for Door<H> {
    fn clone(&self) -> Self {
        Self {
            slot: self.slot,
            context: self.context,
            queue: self.queue.clone(),
            host: self.host.clone(),
            readers: self.readers.clone(),
            rulebook: self.rulebook.clone(),
            of: PhantomData,
        }
    }
}

/// A command on its way in, without the plumbing.
pub struct Sent<M: Machine> {
    /// The aggregate.
    pub id: Uuid,
    /// Who asks.
    pub actor: Actor,
    /// What is asked.
    pub command: M::Command,
    /// The version that `If-Match` names.
    pub expect: Option<i64>,
    /// Under which the answer is stored.
    pub key: Key,
    /// The trace it belongs to.
    pub correlation: Option<String>,
    /// Renders the answer.
    pub render: crate::Render<M>,
}

impl<H: Host> Door<H> {
    /// Sends a command and waits for the answer, which is committed when it comes.
    pub async fn send(&self, sent: Sent<MachineOf<H>>) -> Result<Reply, Fault> {
        let (answer, answered) = oneshot::channel();
        self.submit(Submission {
            id: sent.id,
            actor: sent.actor,
            intent: Intent::Command(sent.command),
            expect: sent.expect,
            key: Some(sent.key),
            correlation: sent.correlation,
            render: sent.render,
            answer,
        });
        answered.await.unwrap_or(Err(Fault::Unavailable))
    }

    /// Carries out a command that a message asks for; once per message id.
    pub async fn send_message(
        &self,
        message: &contracts::Message,
        id: Uuid,
        command: <MachineOf<H> as Machine>::Command,
    ) -> Result<Reply, Fault> {
        self.send(Sent {
            id,
            actor: Actor::service(&message.source),
            command,
            expect: None,
            key: Key::of_message(&message.source, message.id),
            correlation: message.traceparent.clone(),
            render: applied::<MachineOf<H>>,
        })
        .await
    }

    /// Enqueues a submission; a full queue answers at once.
    pub fn submit(&self, submission: Submission<MachineOf<H>>) {
        let job = Job {
            slot: self.slot,
            id: submission.id,
            key: submission.key.clone(),
            is_nudge: submission.intent.command().is_none(),
            since: Instant::now(),
            submission: Box::new(submission),
        };
        if let Err(job) = self.queue.push(job)
            && let Ok(submission) = job.submission.downcast::<Submission<MachineOf<H>>>()
        {
            let _ = submission.answer.send(Err(Fault::Overloaded));
        }
    }

    /// The context's name.
    pub fn context(&self) -> &'static str {
        self.context
    }

    /// Connections for queries.
    pub fn readers(&self) -> &Readers {
        &self.readers
    }
}

impl EngineBuilder {
    /// Begins the engine of `context`.
    pub fn new(context: &'static str, rulebook: Arc<Rulebook>, settings: Settings) -> Self {
        let url = connect::context_url(&settings.database_url, context, &format!("guildhall-{context}-read"));
        let readers = connect::readers(&url, settings.readers);
        Self { context, rulebook, queue: Arc::default(), readers, settings, slots: vec![] }
    }

    /// Adds a host and answers the door to it.
    pub fn host<H: Host>(&mut self, host: H) -> Door<H> {
        let host = Arc::new(host);
        self.slots.push(Arc::new(HostSlot(host.clone())));
        Door {
            slot: self.slots.len() - 1,
            context: self.context,
            queue: self.queue.clone(),
            host,
            readers: self.readers.clone(),
            rulebook: self.rulebook.clone(),
            of: PhantomData,
        }
    }

    /// Starts the writers. The receiver is for the alarm clock.
    pub fn start(self) -> std::io::Result<(Engine, DueTimes)> {
        let (alarms, due) = mpsc::unbounded_channel();
        let application = format!("guildhall-{}-write", self.context);
        let inner = Arc::new(Inner {
            context: self.context,
            queue: self.queue,
            writer_url: connect::context_url(&self.settings.database_url, self.context, &application),
            rulebook: self.rulebook,
            slots: self.slots,
            relay: Arc::default(),
            alarms,
        });
        let threads = (0..self.settings.writers.max(1))
            .map(|nth| {
                let inner = inner.clone();
                std::thread::Builder::new()
                    .name(format!("{}-writer-{nth}", inner.context))
                    .spawn(move || crate::writer::run(&inner))
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok((Engine { inner, threads: Arc::new(Mutex::new(threads)) }, due))
    }
}

impl Engine {
    /// The context's name.
    pub fn context(&self) -> &'static str {
        self.inner.context
    }

    /// The URL of the context's schema, for loops that own a connection.
    pub fn url(&self) -> &str {
        &self.inner.writer_url
    }

    /// The rulebook in use.
    pub fn rulebook(&self) -> &Arc<Rulebook> {
        &self.inner.rulebook
    }

    /// Woken after each commit that left something in the outbox.
    pub fn outbox_filled(&self) -> Arc<Notify> {
        self.inner.relay.clone()
    }

    /// Looks at an aggregate: lapses what is due. A no-op when nothing is. Answers how it ended, or `None` when this
    /// context hosts no aggregate of that kind.
    pub async fn nudge(&self, kind: &str, id: Uuid) -> Option<Result<Reply, Fault>> {
        let slot = self.inner.slots.iter().position(|slot| slot.kind() == kind)?;
        let (submission, answered) = self.inner.slots[slot].nudge(id);
        match self.inner.queue.push(Job { slot, id, key: None, is_nudge: true, since: Instant::now(), submission }) {
            Ok(()) => Some(answered.await.unwrap_or(Err(Fault::Unavailable))),
            Err(_) => Some(Err(Fault::Overloaded)),
        }
    }

    /// Whether no submission waits or is being decided.
    pub fn is_idle(&self) -> bool {
        self.inner.queue.is_idle()
    }

    /// How many submissions wait.
    pub fn depth(&self) -> usize {
        self.inner.queue.depth()
    }

    /// Takes no more work, finishes what waits, and ends the writers. Blocking.
    pub fn stop(&self) {
        self.inner.queue.close();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!(context = self.inner.context, "a writer ended by a panic");
            }
        }
    }
}

impl Inner {
    /// Groups jobs by host, keeping their order within each.
    pub fn gather(&self, jobs: Vec<Job>) -> Vec<(Box<dyn Batch>, Vec<usize>)> {
        let mut by_slot: Vec<Vec<Box<dyn Any + Send>>> = self.slots.iter().map(|_| vec![]).collect();
        for job in jobs {
            by_slot[job.slot].push(job.submission);
        }
        self.slots
            .iter()
            .zip(by_slot)
            .filter(|(_, submissions)| !submissions.is_empty())
            .map(|(slot, submissions)| {
                let batch = slot.gather(submissions);
                let active = (0..batch.len()).collect();
                (batch, active)
            })
            .collect()
    }

    /// Tells the relay and the alarm clock, best effort: both find it by themselves a moment later.
    pub fn woken(&self, wake: Wake) {
        if wake.outbox {
            self.relay.notify_one();
        }
        for due in wake.due {
            let _ = self.alarms.send(due);
        }
    }
}
