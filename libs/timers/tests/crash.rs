//! The row T1 of the failure matrix. A crash is a panic at a fail point, and fail points are the process's: hence a
//! file, and a process, of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
#![allow(dead_code, reason = "the stage is shared with the other tests")]

#[path = "it/egg.rs"]
mod egg;
#[path = "it/stage.rs"]
mod stage;

use fail::FailScenario;
use scratch::eventually;
use stage::{Stage, egg, seconds};

#[tokio::test(flavor = "multi_thread")]
async fn t1_popped_and_crashed_before_the_nudge() {
    let _scenario = FailScenario::setup();
    let stage = Stage::new();
    let (mut dies, lives) = (stage.instance(), stage.instance());
    let alarm = dies.alarm(stage.settings());
    let _sweeper = lives.sweeper();
    fail::cfg("timers::after_pop", "1*panic").unwrap();
    let egg = egg();
    let due = dies.boil_until(&stage, egg, seconds(1)).await;
    eventually("the instance has died", async || alarm.task.is_finished()).await;
    assert_eq!(stage.armed(egg), None, "the alarm is popped and lost");
    stage.is_done_in_time(egg, due).await;
}
