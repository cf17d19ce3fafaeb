//! The bounded queue between submitters and writers. A writer takes whatever is waiting.
use crate::submission::Key;
use std::any::Any;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The most commands in one batch.
pub(crate) const BATCH: usize = 64;
/// The most nudges in one batch while users wait: deadlines at midnight do not starve them.
const NUDGES: usize = 16;
/// How many may wait.
const WAITING: usize = 4096;
/// How many wait, or how long the oldest has waited, before a second writer helps: commands share a transaction as long
/// as one writer keeps up, for a commit costs more than a command.
const HELP_AT: usize = BATCH;
const HELP_AFTER: Duration = Duration::from_millis(50);
/// How long an aggregate whose command broke stays out of shared batches.
const ISOLATION: Duration = Duration::from_secs(30);

/// A submission of any machine.
pub(crate) struct Job {
    /// Which host.
    pub slot: usize,
    pub id: Uuid,
    pub key: Option<Key>,
    pub is_nudge: bool,
    pub since: Instant,
    /// A `Submission` of the host's machine.
    pub submission: Box<dyn Any + Send>,
}

#[derive(Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    isolated: HashMap<Uuid, Instant>,
    /// How many writers are at a batch.
    working: usize,
    closed: bool,
}

impl Queue {
    /// Enqueues a job, or gives it back when too much is waiting or the engine is shutting down.
    pub fn push(&self, job: Job) -> Result<(), Box<Job>> {
        let mut state = self.lock();
        if state.closed || state.waiting.len() >= WAITING {
            return Err(Box::new(job));
        }
        state.waiting.push_back(job);
        drop(state);
        self.arrived.notify_one();
        Ok(())
    }

    /// Waits for work and takes a batch: at most one command per aggregate and per key, so that each decision sees
    /// what the one before it left. While another writer is at work it helps only where that one falls behind. `None`
    /// once closed and empty.
    pub fn take(&self) -> Option<Vec<Job>> {
        let mut state = self.lock();
        loop {
            if state.closed && state.waiting.is_empty() {
                return None;
            }
            let Some(patience) = state.patience() else {
                state = self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            if patience.is_zero() {
                state.working += 1;
                return Some(state.next_batch());
            }
            (state, _) = self.arrived.wait_timeout(state, patience).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A writer is through with what it took.
    pub fn done(&self) {
        let mut state = self.lock();
        state.working -= 1;
        if !state.waiting.is_empty() {
            self.arrived.notify_one();
        }
    }

    /// Keeps an aggregate out of shared batches for a while.
    pub fn isolate(&self, id: Uuid) {
        self.lock().isolated.insert(id, Instant::now() + ISOLATION);
    }

    /// No more jobs are taken in; writers finish what is waiting.
    pub fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_all();
    }

    /// Whether nothing waits and no writer is at work.
    pub fn is_idle(&self) -> bool {
        let state = self.lock();
        state.waiting.is_empty() && state.working == 0
    }

    /// How many wait.
    pub fn depth(&self) -> usize {
        self.lock().waiting.len()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// How long a writer leaves what waits to others; `None` while nothing waits.
    fn patience(&self) -> Option<Duration> {
        let oldest = self.waiting.front()?;
        let is_needed = self.working == 0 || self.closed || self.waiting.len() >= HELP_AT;
        Some(if is_needed { Duration::ZERO } else { HELP_AFTER.saturating_sub(oldest.since.elapsed()) })
    }

    fn next_batch(&mut self) -> Vec<Job> {
        let now = Instant::now();
        self.isolated.retain(|_, until| *until > now);
        let mut batch: Vec<Job> = vec![];
        let (mut ids, mut keys) = (HashSet::new(), HashSet::new());
        let most_nudges = if self.waiting.iter().all(|job| job.is_nudge) { BATCH } else { NUDGES };
        let mut nudges = 0;
        let mut later = VecDeque::new();
        while batch.len() < BATCH {
            let Some(job) = self.waiting.pop_front() else { break };
            let is_isolated = self.isolated.contains_key(&job.id);
            let has_twin = ids.contains(&job.id) || job.key.as_ref().is_some_and(|key| keys.contains(key));
            let waits = has_twin || (job.is_nudge && nudges == most_nudges) || (is_isolated && !batch.is_empty());
            // What follows a waiting command of the same aggregate waits as well: order is kept.
            ids.insert(job.id);
            keys.extend(job.key.clone());
            if waits {
                later.push_back(job);
                continue;
            }
            nudges += usize::from(job.is_nudge);
            batch.push(job);
            if is_isolated {
                break;
            }
        }
        while let Some(job) = later.pop_back() {
            self.waiting.push_front(job);
        }
        batch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(id: u128, is_nudge: bool) -> Job {
        Job { slot: 0, id: Uuid::from_u128(id), key: None, is_nudge, since: Instant::now(), submission: Box::new(()) }
    }

    fn ids(batch: &[Job]) -> Vec<u128> {
        batch.iter().map(|job| job.id.as_u128()).collect()
    }

    #[test]
    fn commands_of_one_aggregate_run_in_order_in_batches_of_their_own() {
        let queue = Queue::default();
        for id in [1, 2, 1, 3, 1] {
            assert!(queue.push(job(id, false)).is_ok());
        }
        for expected in [&[1, 2, 3][..], &[1], &[1]] {
            assert_eq!(ids(&queue.take().unwrap()), expected);
            queue.done();
        }
    }

    #[test]
    fn a_second_writer_leaves_a_few_to_the_first_and_helps_with_many() {
        let queue = Queue::default();
        assert!(queue.push(job(0, false)).is_ok());
        assert_eq!(ids(&queue.take().unwrap()), [0]);
        assert!(queue.push(job(1, false)).is_ok());
        assert!(queue.lock().patience().unwrap() > Duration::ZERO);
        queue.done();
        assert_eq!(queue.lock().patience(), Some(Duration::ZERO));
        queue.lock().working = 1;
        for id in 2..=HELP_AT as u128 {
            assert!(queue.push(job(id, false)).is_ok());
        }
        assert_eq!(queue.lock().patience(), Some(Duration::ZERO));
        let late = Instant::now().checked_sub(HELP_AFTER).unwrap();
        let mut alone = State { working: 1, ..State::default() };
        alone.waiting.push_back(Job { since: late, ..job(1, false) });
        assert_eq!(alone.patience(), Some(Duration::ZERO));
    }

    #[test]
    fn nudges_leave_room_for_users() {
        let queue = Queue::default();
        for id in 0..100 {
            assert!(queue.push(job(id, true)).is_ok());
        }
        assert!(queue.push(job(1000, false)).is_ok());
        let batch = queue.take().unwrap();
        assert_eq!(batch.iter().filter(|job| job.is_nudge).count(), NUDGES);
        assert_eq!(batch.last().unwrap().id.as_u128(), 1000);
        assert_eq!(queue.depth(), 84);
        assert_eq!(queue.take().unwrap().len(), BATCH, "nobody else waits");
    }

    #[test]
    fn a_broken_aggregate_is_run_alone() {
        let queue = Queue::default();
        queue.isolate(Uuid::from_u128(2));
        for id in [1, 2, 3] {
            assert!(queue.push(job(id, false)).is_ok());
        }
        assert_eq!(ids(&queue.take().unwrap()), [1, 3]);
        assert_eq!(ids(&queue.take().unwrap()), [2]);
    }

    #[test]
    fn a_full_or_closed_queue_gives_the_job_back_and_finishes_what_waits() {
        let queue = Queue::default();
        for id in 0..WAITING as u128 {
            assert!(queue.push(job(id, false)).is_ok());
        }
        assert!(queue.push(job(9999, false)).is_err());
        queue.close();
        let mut finished = 0;
        while let Some(batch) = queue.take() {
            finished += batch.len();
        }
        assert_eq!(finished, WAITING);
        assert!(queue.push(job(1, false)).is_err());
    }
}
