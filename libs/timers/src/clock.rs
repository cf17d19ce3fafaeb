//! What `engine_now()` says, between two questions to Postgres.
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long an answer of Postgres is counted on from: the test shift may move, and an instance may sleep. Shorter than
/// the ringing loop's idle wait, so that each of its looks asks anew.
const FRESH: Duration = Duration::from_millis(500);

/// Reads a clock of the instance. Only differences between readings count, never what it says.
pub type LocalClock = Arc<dyn Fn() -> TimeDelta + Send + Sync>;

/// The clock that nobody sets.
pub fn monotonic() -> LocalClock {
    let started = Instant::now();
    Arc::new(move || TimeDelta::from_std(started.elapsed()).unwrap_or(TimeDelta::MAX))
}

/// `engine_now()`, carried on by the local clock.
pub(crate) struct Clock {
    local: LocalClock,
    set: Mutex<Option<Set>>,
}

#[derive(Clone, Copy)]
struct Set {
    engine_now: DateTime<Utc>,
    local: TimeDelta,
    at: Instant,
}

impl Clock {
    pub fn new(local: LocalClock) -> Self {
        Self { local, set: Mutex::default() }
    }

    /// Sets it to what Postgres has just said. The answer is older than its arrival, so the clock is never ahead.
    pub fn set(&self, engine_now: DateTime<Utc>) {
        let set = Set { engine_now, local: (self.local)(), at: Instant::now() };
        *self.set.lock().unwrap_or_else(PoisonError::into_inner) = Some(set);
    }

    /// What `engine_now()` is about to say; `None` before it was ever set.
    pub fn now(&self) -> Option<DateTime<Utc>> {
        let set = (*self.set.lock().unwrap_or_else(PoisonError::into_inner))?;
        set.engine_now.checked_add_signed((self.local)() - set.local)
    }

    /// Whether it was set a moment ago.
    pub fn is_fresh(&self) -> bool {
        self.set.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|set| set.at.elapsed() < FRESH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicI64, Ordering};

    #[test]
    fn only_what_passed_since_the_answer_counts() {
        let reading = Arc::new(AtomicI64::new(1_000_000));
        let clock = Clock::new({
            let reading = reading.clone();
            Arc::new(move || TimeDelta::seconds(reading.load(Ordering::SeqCst)))
        });
        assert_eq!((clock.now(), clock.is_fresh()), (None, false));
        let at: DateTime<Utc> = "2026-11-22T08:00:00Z".parse().unwrap();
        clock.set(at);
        reading.fetch_add(7, Ordering::SeqCst);
        assert_eq!((clock.now(), clock.is_fresh()), (Some(at + TimeDelta::seconds(7)), true));
    }
}
