//! B1: the broker is killed and started again under load. It runs on a broker of its own, which it starts.
use crate::stage::{Stage, until};
use std::process::Command;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The stack's profile of this test.
const PROFILE: &str = "test-crash";

#[tokio::test(flavor = "multi_thread")]
async fn b1_the_broker_is_killed_and_comes_back() {
    stack(&["up", PROFILE, "rabbitmq"]).await;
    let settings = stack(&["env", PROFILE]).await;
    let url = settings.lines().find_map(|line| line.strip_prefix("export AMQP_URL=")).expect("AMQP_URL of the profile");
    let stage = Stage::on_broker(url.to_owned()).await;
    let running = [stage.relay(), stage.consumer(), stage.undertaker()];
    stage.until_consumed().await;
    let (sent, is_over) = (AtomicI64::new(0), tokio::sync::watch::channel(false));
    let load = async {
        while !*is_over.1.borrow() {
            stage.add(Uuid::now_v7(), 1).await;
            sent.fetch_add(1, Ordering::SeqCst);
        }
    };
    let story = async {
        until("messages flow", || stage.additions("mirror") > 50).await;
        stack(&["kill", PROFILE, "rabbitmq"]).await;
        let at_death = sent.load(Ordering::SeqCst);
        until("more is sent meanwhile", || sent.load(Ordering::SeqCst) > at_death + 50).await;
        stack(&["up", PROFILE, "rabbitmq"]).await;
        let (back, mirrored) = (Instant::now(), stage.additions("mirror"));
        until("messages flow again", || stage.additions("mirror") > mirrored).await;
        assert!(back.elapsed() < Duration::from_secs(10), "late: {:?}", back.elapsed());
        is_over.0.send_replace(true);
    };
    tokio::join!(load, story);
    stage.until_mirrored().await;
    for running in running {
        running.stop().await;
    }
    stage.is_mirrored();
    assert_eq!(stage.additions("mirror"), sent.load(Ordering::SeqCst));
    drop(stage);
    stack(&["down", PROFILE, "rabbitmq"]).await;
}

/// Runs the private stack's script; answers what it prints.
async fn stack(arguments: &[&'static str]) -> String {
    let script = std::env::var("GUILDHALL_STACK_BIN")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../.ci/stack").into());
    let arguments = arguments.to_vec();
    let run = move || {
        let mut command = Command::new(script);
        // Without the caller's servers: this one is the test's own to kill.
        for name in ["DATABASE_URL", "REDIS_URL", "AMQP_URL", "GUILDHALL_STACK_PROFILE"] {
            command.env_remove(name);
        }
        command.args(arguments).output().unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
