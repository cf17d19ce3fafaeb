//! The alarm clock when nothing goes wrong. No sweeper runs here: what lapses does so by an alarm.
use crate::stage::{Stage, egg, seconds};
use chrono::TimeDelta;
use futures_util::future::join_all;
use scratch::eventually;

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_rings_when_it_is_due() {
    let stage = Stage::new();
    let mut instance = stage.instance();
    let _alarm = instance.alarm(stage.settings());
    // The later one is armed first: the loop wakes for the earlier.
    let (first, second) = (egg(), egg());
    let second_due = instance.boil_until(&stage, second, seconds(2)).await;
    let first_due = instance.boil_until(&stage, first, TimeDelta::milliseconds(300)).await;
    stage.is_done_in_time(first, first_due).await;
    assert_eq!(stage.done(second), None);
    stage.is_done_in_time(second, second_due).await;
    assert_eq!(stage.armed(first), None, "what rang is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_alarms_of_one_moment_all_ring() {
    let stage = Stage::new();
    let mut instance = stage.instance();
    let _alarm = instance.alarm(stage.settings());
    // Twice what one round takes from all sets.
    let eggs: Vec<_> = (0..1024).map(|_| egg()).collect();
    join_all(eggs.iter().map(|egg| instance.boil(egg, TimeDelta::hours(1)))).await;
    stage.advance(TimeDelta::hours(2));
    eventually("all are done", async || stage.all_done() == eggs.len()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn alarms_follow_the_test_clock() {
    let stage = Stage::new();
    let mut instance = stage.instance();
    let _alarm = instance.alarm(stage.settings());
    let egg = egg();
    let due = instance.boil_until(&stage, egg, TimeDelta::days(3)).await;
    eventually("the alarm is armed", async || stage.armed(egg).is_some()).await;
    // To a moment before it is due: what the lines above took is nobody's lateness.
    stage.advance(due - stage.now() - TimeDelta::milliseconds(300));
    stage.is_done_in_time(egg, due).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_due_within_the_horizon_is_armed() {
    let stage = Stage::new();
    let mut instance = stage.instance();
    let (far, near) = (egg(), egg());
    instance.boil_until(&stage, far, TimeDelta::days(8)).await;
    instance.boil_until(&stage, near, TimeDelta::days(6)).await;
    let _alarm = instance.alarm(stage.settings());
    // By report and by the first load alike.
    eventually("the near one is armed", async || stage.armed(near).is_some()).await;
    assert_eq!(stage.armed(far), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stops_when_told() {
    let stage = Stage::new();
    let mut instance = stage.instance();
    let alarm = instance.alarm(stage.settings());
    let egg = egg();
    instance.boil_until(&stage, egg, TimeDelta::hours(1)).await;
    eventually("it runs", async || stage.armed(egg).is_some()).await;
    alarm.stop().await;
    assert!(stage.armed(egg).is_some(), "alarms outlive their instance");
}
