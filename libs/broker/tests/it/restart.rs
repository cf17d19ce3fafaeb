//! B1: the broker is killed and started again under load; and it runs short of memory. Both on a broker of their own,
//! which they start.
use crate::stage::Stage;
use scratch::eventually;
use std::process::Command;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use uuid::Uuid;

/// The stack's profile of these tests.
const PROFILE: &str = "test-crash";

/// There is one such broker.
static BROKER: Mutex<()> = Mutex::const_new(());

async fn url() -> String {
    stack(&["up", PROFILE, "rabbitmq"]).await;
    let settings = stack(&["env", PROFILE]).await;
    settings.lines().find_map(|line| line.strip_prefix("export AMQP_URL=")).expect("AMQP_URL of the profile").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn b1_the_broker_is_killed_and_comes_back() {
    let _broker = BROKER.lock().await;
    let stage = Stage::on_broker(url().await).await;
    let running = [stage.relay(), stage.consumer(), stage.undertaker()];
    stage.until_consumed().await;
    // RabbitMQ 3.10.8 writes the registration of a new quorum queue with a delay: killed within about a second, it may
    // start the queue again empty and without a leader, whatever the client does. An orderly restart, which must be
    // survived as well, makes the queues old enough.
    stack(&["down", PROFILE, "rabbitmq"]).await;
    stack(&["up", PROFILE, "rabbitmq"]).await;
    let (sent, is_over) = (AtomicI64::new(0), tokio::sync::watch::channel(false));
    let load = async {
        while !*is_over.1.borrow() {
            stage.add(Uuid::now_v7(), 1).await;
            sent.fetch_add(1, Ordering::SeqCst);
        }
    };
    let story = async {
        eventually("messages flow", async || stage.additions("mirror") > 50).await;
        stack(&["kill", PROFILE, "rabbitmq"]).await;
        let at_death = sent.load(Ordering::SeqCst);
        eventually("more is sent meanwhile", async || sent.load(Ordering::SeqCst) > at_death + 50).await;
        stack(&["up", PROFILE, "rabbitmq"]).await;
        let (back, mirrored) = (Instant::now(), stage.additions("mirror"));
        eventually("messages flow again", async || stage.additions("mirror") > mirrored).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn r4_a_broker_without_memory_is_waited_for_on_one_connection() {
    let _broker = BROKER.lock().await;
    let stage = Stage::on_broker(url().await).await;
    let running = [stage.relay(), stage.consumer()];
    stage.until_consumed().await;
    stage.add(Uuid::now_v7(), 1).await;
    stage.until_mirrored().await;
    stack(&["ctl", PROFILE, "set_vm_memory_high_watermark", "0.00001"]).await;
    for _ in 0..20 {
        stage.add(Uuid::now_v7(), 1).await;
    }
    // A relay that took this for silence would have left its connection behind twice by then.
    let began = Instant::now();
    eventually("two confirms would have come", async || began.elapsed() > Duration::from_secs(12)).await;
    let connections = stack(&["ctl", PROFILE, "list_connections", "--quiet", "client_properties"]).await;
    assert_eq!(connections.matches("guildhall-counter-relay").count(), 1, "{connections}");
    assert!(stage.waiting() > 0);
    stack(&["ctl", PROFILE, "set_vm_memory_high_watermark", "0.4"]).await;
    stage.until_mirrored().await;
    for running in running {
        running.stop().await;
    }
    stage.is_mirrored();
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
