//! The loops: arm what commits report, load what they missed, ring.
use crate::Away;
use crate::clock::{Clock, LocalClock, monotonic};
use crate::rows::Rows;
use crate::sets::Sets;
use chrono::{DateTime, TimeDelta, Utc};
use engine::{Engine, sweep};
use redis::RedisError;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::sleep;
use uuid::Uuid;

/// How often it looks although nothing is due: what another instance armed, or a test clock that was moved.
const IDLE: Duration = Duration::from_secs(1);
/// How often the loader looks for what commits could not report.
const LOAD: Duration = Duration::from_secs(5);
/// What it looks at each time: all that falls due before several more loads.
const SOON: TimeDelta = TimeDelta::seconds(60);
/// How often some instance loads everything within the horizon; also done as soon as Redis has lost its data.
const LOAD_ALL: Duration = Duration::from_secs(600);
/// How many rows are loaded at a time.
const PAGE: i64 = 1000;
/// How many reports are armed at a time.
const REPORTS: usize = 1024;
/// Waits between attempts to reach a server that is away.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// What the alarm clock is told at start.
#[derive(Clone)]
pub struct Settings {
    /// `redis://…`.
    pub url: String,
    /// Before every key: lets tests and suites share a server.
    pub prefix: String,
    /// How far ahead alarms are armed.
    pub horizon: TimeDelta,
    /// The clock that carries `engine_now()` on between questions.
    pub local: LocalClock,
}

impl Settings {
    /// The default: seven days ahead, so that the windows of three and five days are armed when they begin.
    pub fn new(url: impl Into<String>, prefix: impl Into<String>) -> Self {
        Self { url: url.into(), prefix: prefix.into(), horizon: TimeDelta::days(7), local: monotonic() }
    }
}

/// Rings for the aggregates of `engine` until `stop` turns true. `reports` are the new due times of its commits.
///
/// Ends at once only when the URL is malformed. Servers that are away are waited for; reports are taken all the while.
pub async fn run(
    engine: Engine,
    reports: mpsc::UnboundedReceiver<(Uuid, DateTime<Utc>)>,
    settings: Settings,
    stop: watch::Receiver<bool>,
) -> Result<(), RedisError> {
    let clock = Arc::new(Clock::new(settings.local));
    let alarm = Alarm {
        sets: Sets::new(engine.context(), &settings.url, &settings.prefix)?,
        rows: Rows::new(engine.clone(), clock.clone()),
        engine,
        clock,
        horizon: settings.horizon,
        wakes_at: AtomicI64::new(i64::MIN),
        earlier: Notify::new(),
    };
    tokio::join!(until(stop.clone(), alarm.arm_reports(reports)), until(stop.clone(), alarm.load()), alarm.ring(stop),);
    Ok(())
}

struct Alarm {
    engine: Engine,
    sets: Sets,
    rows: Rows,
    clock: Arc<Clock>,
    horizon: TimeDelta,
    /// When the ringing loop looks again by itself, in milliseconds of `engine_now()`.
    wakes_at: AtomicI64,
    /// Something rings before that.
    earlier: Notify,
}

impl Alarm {
    /// Arms what commits report. While Redis is away reports are dropped: the loader and the sweeper find them.
    async fn arm_reports(&self, mut reports: mpsc::UnboundedReceiver<(Uuid, DateTime<Utc>)>) {
        let mut batch = Vec::with_capacity(REPORTS);
        while reports.recv_many(&mut batch, REPORTS).await > 0 {
            if !self.sets.is_down() {
                let _ = self.arm(&batch).await;
            }
            batch.clear();
        }
    }

    /// Loads what falls due soon, again and again; everything when nobody has for a while.
    async fn load(&self) {
        loop {
            let _ = self.load_once().await;
            sleep(LOAD).await;
        }
    }

    async fn load_once(&self) -> Result<(), Away> {
        let now = self.now().await?;
        let is_all = self.sets.claim_load(LOAD_ALL).await?;
        let ahead = if is_all { self.horizon } else { self.horizon.min(SOON) };
        // What is overdue is the sweeper's.
        let mut after = (now, Uuid::nil());
        loop {
            let page = self.rows.page(ahead, after, PAGE).await?;
            self.arm(&page).await?;
            match page.last() {
                Some((id, due)) if page.len() >= PAGE as usize => after = (*due, *id),
                Some(_) | None => return Ok(()),
            }
        }
    }

    async fn arm(&self, alarms: &[(Uuid, DateTime<Utc>)]) -> Result<(), Away> {
        let end = self.now().await?.checked_add_signed(self.horizon);
        let near: Vec<_> = alarms.iter().copied().filter(|(_, due)| end.is_none_or(|end| *due <= end)).collect();
        self.sets.arm(&near).await?;
        metrics::counter!("guildhall_alarms_armed_total", "context" => self.engine.context())
            .increment(near.len() as u64);
        let earliest = near.iter().map(|(_, due)| due.timestamp_millis()).min();
        if earliest.is_some_and(|due| due < self.wakes_at.load(Ordering::SeqCst)) {
            self.earlier.notify_one();
        }
        Ok(())
    }

    /// Rings until `stop`; what was popped is nudged before it ends.
    async fn ring(&self, mut stop: watch::Receiver<bool>) {
        let mut backoff = BACKOFF.0;
        while !*stop.borrow() {
            let rung = self.ring_due().await;
            let pause = match &rung {
                Ok(pause) => *pause,
                Err(Away) => backoff,
            };
            backoff = if rung.is_ok() { BACKOFF.0 } else { BACKOFF.1.min(backoff * 2) };
            tokio::select! {
                () = sleep(pause) => {}
                () = self.earlier.notified(), if rung.is_ok() => {}
                changed = stop.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Pops and nudges what is due; answers for how long nothing will be.
    async fn ring_due(&self) -> Result<Duration, Away> {
        let now = self.now().await?;
        // Until the pop has told better; an alarm armed meanwhile for any earlier time is not missed.
        self.wakes_at.store(now.timestamp_millis().saturating_add(IDLE.as_millis() as i64), Ordering::SeqCst);
        let popped = self.sets.pop(now).await?;
        if !popped.ids.is_empty() {
            fail::fail_point!("timers::after_pop");
            metrics::counter!("guildhall_alarms_popped_total", "context" => self.engine.context())
                .increment(popped.ids.len() as u64);
            let looked = self.rows.look(popped.ids).await?;
            self.arm(&looked.later).await?;
            sweep::nudge_all(&self.engine, looked.due).await;
            // What was armed while it rang may be earlier than what the pop saw.
            return Ok(Duration::ZERO);
        }
        let Some(next) = popped.next else { return Ok(IDLE) };
        self.wakes_at.fetch_min(next, Ordering::SeqCst);
        let now = self.now().await?.timestamp_micros();
        let micros = next.saturating_mul(1000).saturating_sub(now);
        Ok(Duration::from_micros(micros.try_into().unwrap_or(0)).min(IDLE))
    }

    /// The time, asked of Postgres when the last answer is not fresh.
    async fn now(&self) -> Result<DateTime<Utc>, Away> {
        if !self.clock.is_fresh() {
            self.rows.set_clock().await?;
        }
        self.clock.now().ok_or(Away)
    }
}

/// Runs `work` until `stop` turns true or its sender is gone.
async fn until(mut stop: watch::Receiver<bool>, work: impl Future<Output = ()>) {
    tokio::select! {
        _ = stop.wait_for(|stop| *stop) => {}
        () = work => {}
    }
}
