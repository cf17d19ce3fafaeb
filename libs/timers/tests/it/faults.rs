//! Rows of the failure matrix that concern alarms: T2, T4–T6, C6, C7.
use crate::stage::{Stage, egg, seconds};
use chrono::TimeDelta;
use scratch::{eventually, variable};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use timers::{Settings, monotonic};

#[tokio::test(flavor = "multi_thread")]
async fn t2_two_instances_nudge_at_once() {
    let stage = Stage::new();
    let (mut one, mut two) = (stage.instance(), stage.instance());
    // Sets of their own, so that both pop the alarm.
    let other = format!("{}two:", stage.prefix());
    let _first = one.alarm(stage.settings());
    let _second = two.alarm(Settings { prefix: other.clone(), ..stage.settings() });
    for _ in 0..5 {
        let egg = egg();
        let due = one.boil_until(&stage, egg, seconds(1)).await;
        stage.put_alarm(&other, egg, due);
        stage.is_done_in_time(egg, due).await;
        eventually("both have rung", async || stage.armed(egg).or(stage.armed_under(&other, egg)).is_none()).await;
        assert!(stage.done(egg).is_some(), "and once only");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t5_redis_loses_everything_and_holds_stale_entries() {
    let stage = Stage::new();
    let mut instance = stage.instance();
    let _alarm = instance.alarm(stage.settings());
    let _sweeper = instance.sweeper();
    let (soon, later, days) = (egg(), egg(), egg());
    let days_due = instance.boil_until(&stage, days, TimeDelta::days(2)).await;
    let later_due = instance.boil_until(&stage, later, TimeDelta::hours(1)).await;
    let soon_due = instance.boil_until(&stage, soon, seconds(2)).await;
    eventually("all are armed", async || [soon, later, days].iter().all(|egg| stage.armed(*egg).is_some())).await;
    stage.flush();
    // An old file would bring back alarms of eggs that are no more, and wrong times.
    let unknown = egg();
    let past = stage.now() - TimeDelta::hours(1);
    stage.put_alarm(&stage.prefix(), unknown, past);
    stage.put_alarm(&stage.prefix(), later, past);

    stage.is_done_in_time(soon, soon_due).await;
    eventually("the stale one has rung for nothing", async || stage.armed(unknown).is_none()).await;
    eventually("everything is loaded again", async || {
        [(later, later_due), (days, days_due)]
            .iter()
            .all(|(egg, due)| stage.armed(*egg).is_some_and(|at| (0..=1).contains(&(at - due.timestamp_millis()))))
    })
    .await;
    assert_eq!((stage.done(later), stage.done(days)), (None, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn t6_the_clock_of_an_instance_is_minutes_off() {
    let stage = Stage::new();
    let mut instance = stage.instance();
    let off = Arc::new(AtomicI64::new(-600));
    let local = {
        let (off, steady) = (off.clone(), monotonic());
        Arc::new(move || steady() + seconds(off.load(Ordering::SeqCst)))
    };
    let _alarm = instance.alarm(Settings { local, ..stage.settings() });
    let slow = egg();
    let due = instance.boil_until(&stage, slow, seconds(1)).await;
    stage.is_done_in_time(slow, due).await;
    // It jumps ahead, and back, while alarms are armed: too early is no lapse, too late is within the bound.
    for jump in [600, -1200, 900] {
        let jumpy = egg();
        let due = instance.boil_until(&stage, jumpy, seconds(3)).await;
        eventually("the alarm is armed", async || stage.armed(jumpy).is_some()).await;
        off.fetch_add(jump, Ordering::SeqCst);
        stage.is_done_in_time(jumpy, due).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn c6_after_commit_before_the_alarm_is_armed() {
    let stage = Stage::new();
    let mut alive = stage.instance();
    let _alarm = alive.alarm(stage.settings());
    let armed = egg();
    alive.boil_until(&stage, armed, TimeDelta::hours(1)).await;
    eventually("the alarm clock runs", async || stage.armed(armed).is_some()).await;
    // This one commits and dies before it arms anything.
    let lost = egg();
    let due = stage.instance().boil_until(&stage, lost, seconds(8)).await;
    eventually("the loader has armed it", async || stage.armed(lost).is_some()).await;
    assert!(stage.now() < due, "before it is due");
    stage.is_done_in_time(lost, due).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c7_the_deadline_moved_and_the_old_alarm_is_still_there() {
    let stage = Stage::new();
    let mut instance = stage.instance();
    let _alarm = instance.alarm(stage.settings());
    let (moved, done) = (egg(), egg());
    let old = instance.boil_until(&stage, moved, seconds(1)).await;
    let new = instance.boil_until(&stage, moved, seconds(4)).await;
    eventually("the move is armed", async || stage.armed(moved).is_some_and(|at| at >= new.timestamp_millis())).await;
    stage.put_alarm(&stage.prefix(), moved, old);
    eventually("the old alarm is put right", async || {
        stage.armed(moved).is_some_and(|at| at >= new.timestamp_millis()) && stage.now() > old
    })
    .await;
    assert_eq!(stage.done(moved), None, "nothing lapses early");
    stage.is_done_in_time(moved, new).await;
    // A deadline that is gone.
    let due = instance.boil_until(&stage, done, TimeDelta::milliseconds(100)).await;
    stage.is_done_in_time(done, due).await;
    stage.put_alarm(&stage.prefix(), done, due);
    eventually("it has rung for nothing", async || stage.armed(done).is_none()).await;
    assert!(stage.done(done).is_some(), "once only");
}

/// A Redis of this test's own, which it may kill.
struct OwnRedis {
    stack: PathBuf,
}

impl OwnRedis {
    const PROFILE: &str = "test-crash-t4";

    fn start() -> Self {
        let own = Self { stack: variable("GUILDHALL_STACK_BIN").into() };
        own.call("up");
        own
    }

    fn call(&self, what: &str) {
        let done = Command::new(&self.stack).args([what, Self::PROFILE, "redis"]).status().unwrap();
        assert!(done.success(), "{what}: {done}");
    }

    fn url(&self) -> String {
        let folder = self.stack.parent().and_then(Path::parent).unwrap().join(".stack").join(Self::PROFILE);
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap().trim().to_owned();
        format!("redis://:{}@127.0.0.1:{}/0", read("password"), read("redis.port"))
    }
}

impl Drop for OwnRedis {
    fn drop(&mut self) {
        let _ = Command::new(&self.stack).args(["down", Self::PROFILE, "redis"]).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t4_redis_is_down() {
    let own = OwnRedis::start();
    let stage = Stage::with_redis(&own.url());
    let mut instance = stage.instance();
    let _alarm = instance.alarm(stage.settings());
    let sweeper = instance.sweeper();
    let (before, during) = (egg(), egg());
    instance.boil_until(&stage, before, seconds(2)).await;
    eventually("the alarm clock runs", async || stage.armed(before).is_some()).await;
    let before_due = stage.due(before);

    own.call("kill");
    let started = Instant::now();
    let during_due = instance.boil_until(&stage, during, seconds(1)).await;
    assert!(started.elapsed() < Duration::from_secs(2), "commits do not wait for Redis");
    stage.is_done_in_time(before, before_due).await;
    stage.is_done_in_time(during, during_due).await;

    own.call("up");
    assert_eq!(stage.redis_url, own.url(), "at the same place");
    sweeper.stop().await;
    let mut after = egg();
    instance.boil_until(&stage, after, TimeDelta::hours(1)).await;
    eventually("alarms are armed again", async || stage.armed(after).is_some()).await;
    after = egg();
    let due = instance.boil_until(&stage, after, seconds(1)).await;
    stage.is_done_in_time(after, due).await;
}
