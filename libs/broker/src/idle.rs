//! Whether this process has messages in hand: what the test clock waits for.
//!
//! Every delivery carries a token until it is dealt with. That tells what has arrived; what is still in a queue is
//! told by a mark that is sent through it: when the mark arrives, all that was there before it has arrived, too.
use crate::manual;
use crate::session::{Session, Settings, Trouble};
use crate::topology::Topology;
use contracts::Message;
use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio::time::timeout;
use uuid::Uuid;

/// The type of marks: `guildhall.<context>.mark.passed`, to the own queue.
const MARK: &str = "mark";

/// What the consumers of one process have in hand. Cheap to clone.
#[derive(Clone, Default)]
pub struct Idle(Arc<Inner>);

#[derive(Default)]
struct Inner {
    held: AtomicUsize,
    /// How many messages were taken up since the start; marks are none.
    begun: AtomicU64,
    /// Marks that have not arrived yet.
    marks: Mutex<HashSet<Uuid>>,
    changed: Notify,
    /// Consumers at work: context and where its queue is.
    consumers: Mutex<Vec<(&'static str, Settings)>>,
    /// What marks are sent on; kept between two calls.
    session: tokio::sync::Mutex<Option<Session>>,
}

/// A delivery in hand.
pub(crate) struct Held(Idle);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.0.held.fetch_sub(1, Ordering::SeqCst);
        self.0.0.changed.notify_waiters();
    }
}

impl Idle {
    /// A consumer begins; it is asked for marks from now on.
    pub(crate) fn begins(&self, context: &'static str, settings: &Settings) {
        let mut consumers = self.0.consumers.lock().unwrap_or_else(PoisonError::into_inner);
        if !consumers.iter().any(|(known, _)| *known == context) {
            consumers.push((context, settings.clone()));
        }
    }

    /// A delivery arrives.
    pub(crate) fn hold(&self) -> Held {
        self.0.held.fetch_add(1, Ordering::SeqCst);
        Held(self.clone())
    }

    /// Whether the message is a mark; it has arrived then.
    pub(crate) fn passes(&self, message: &Message) -> bool {
        let is_mark = message.kind() == MARK;
        if is_mark {
            self.marks().remove(&message.id);
            self.0.changed.notify_waiters();
        } else {
            self.0.begun.fetch_add(1, Ordering::SeqCst);
        }
        is_mark
    }

    /// How many messages were taken up so far.
    pub fn begun(&self) -> u64 {
        self.0.begun.load(Ordering::SeqCst)
    }

    /// Waits, at most `patience`, until all that stood in the queues of this process's consumers when it was called
    /// has been dealt with. For a process that is the only one to serve its contexts.
    pub async fn settled(&self, patience: Duration) -> Result<(), Trouble> {
        let consumers = self.0.consumers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let started = Instant::now();
        self.send_marks(&consumers).await?;
        loop {
            let changed = self.0.changed.notified();
            if self.marks().is_empty() && self.0.held.load(Ordering::SeqCst) == 0 {
                return Ok(());
            }
            let left = patience.checked_sub(started.elapsed()).ok_or(Trouble::Silent)?;
            // A change between the look and the wait is found by the next look.
            let _ = timeout(left.min(Duration::from_millis(20)), changed).await;
        }
    }

    /// One mark through each queue.
    async fn send_marks(&self, consumers: &[(&'static str, Settings)]) -> Result<(), Trouble> {
        let Some((first, settings)) = consumers.first() else { return Ok(()) };
        let mut kept = self.0.session.lock().await;
        let session = match kept.take() {
            Some(session) => session,
            None => Session::open(settings, first, "idle", &[]).await?,
        };
        let marks: Vec<_> = consumers
            .iter()
            .map(|(context, settings)| (mark(context), Topology::new(&settings.prefix, context)))
            .collect();
        self.marks().extend(marks.iter().map(|(mark, _)| mark.id));
        let sent = marks.iter().map(|(mark, topology)| manual::to_queue(&session.channel, topology, mark));
        let sent = futures_util::future::try_join_all(sent).await;
        if sent.is_err() {
            self.marks().clear();
        } else {
            *kept = Some(session);
        }
        sent.map(drop)
    }

    fn marks(&self) -> std::sync::MutexGuard<'_, HashSet<Uuid>> {
        self.0.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn mark(context: &str) -> Message {
    let id = Uuid::now_v7();
    Message {
        specversion: "1.0".into(),
        id,
        source: context.into(),
        r#type: format!("guildhall.{context}.{MARK}.passed"),
        subject: format!("{MARK}_{id}"),
        sequence: 0,
        time: chrono::Utc::now(),
        traceparent: None,
        datacontenttype: "application/json".into(),
        data: serde_json::Value::Null,
    }
}
