//! Three replicas of everything under a steady load of order lifecycles; every two seconds a random one is killed with
//! `kill -9`; on the way Redis is flushed and the broker restarted. Afterwards the checker of the failure matrix passes.
//!
//! Ten seconds by default; `make chaos` sets `GUILDHALL_CHAOS_SECONDS=60`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

mod checker;
mod load;
mod replicas;

use replicas::{Replicas, stack};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How many lifecycles run at a time.
const AT_ONCE: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_and_nothing_happens_twice() {
    let seconds =
        std::env::var("GUILDHALL_CHAOS_SECONDS").map_or(10, |text| text.parse().expect("a number of seconds"));
    // The market is opened on one replica, whose test clock sees everything; then the others join.
    let mut replicas = Replicas::start(1).await;
    let market = load::open_market(&replicas).await;
    replicas.join(2).await;
    let ends = Arc::new(AtomicBool::new(false));
    let lanes: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (market, urls, ends) = (market.clone(), replicas.urls(), ends.clone());
            tokio::spawn(async move {
                let mut lived = vec![];
                while !ends.load(Ordering::SeqCst) {
                    lived.push(load::lifecycle(&market, &urls).await);
                }
                lived
            })
        })
        .collect();
    let started = Instant::now();
    let mut beat = tokio::time::interval(Duration::from_secs(2));
    beat.tick().await;
    let mut round = 0;
    while started.elapsed() < Duration::from_secs(seconds) {
        beat.tick().await;
        replicas.kill_one_and_restart().await;
        round += 1;
        match round % 5 {
            2 => replicas.flush_redis().await,
            4 => {
                stack(&["kill", replicas::PROFILE, "rabbitmq"]);
                stack(&["up", replicas::PROFILE, "rabbitmq"]);
            }
            _ => {}
        }
    }
    ends.store(true, Ordering::SeqCst);
    let mut lived = vec![];
    for lane in lanes {
        lived.extend(lane.await.expect("a lifecycle went through"));
    }
    assert!(!lived.is_empty(), "not one lifecycle was completed");
    println!(
        "{} lifecycles, {} acknowledged commands, {round} kills",
        lived.len(),
        lived.iter().map(|l| l.keys.len()).sum::<usize>()
    );
    checker::check(&replicas, &lived).await;
    replicas.stop().await;
}
