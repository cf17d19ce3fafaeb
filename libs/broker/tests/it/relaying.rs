//! R1–R5: the relay dies anywhere, the broker does not take a message, two relays at once.
use crate::counter::{Command, NOTED};
use crate::proxy::Proxy;
use crate::stage::Stage;
use broker::{Settings, Topology};
use lapin::options::QueueDeclareOptions;
use lapin::types::{AMQPValue, FieldTable};
use scratch::eventually;
use std::sync::atomic::Ordering;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn r1_a_relay_dies_before_it_publishes() {
    let stage = Stage::alone().await;
    let consumer = stage.consumer();
    stage.add(Uuid::now_v7(), 3).await;
    fail::cfg("relay::before_publish", "1*panic").unwrap();
    stage.relay().crashed().await;
    assert_eq!((stage.waiting(), stage.seen().len()), (1, 0));
    let relay = stage.relay();
    stage.until_mirrored().await;
    assert_eq!(stage.seen().len(), 1);
    relay.stop().await;
    consumer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r2_a_relay_dies_before_the_confirm() {
    died_after_publishing("relay::before_confirm").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r3_a_relay_dies_before_it_deletes() {
    died_after_publishing("relay::before_delete").await;
}

async fn died_after_publishing(point: &str) {
    let stage = Stage::alone().await;
    let consumer = stage.consumer();
    stage.until_consumed().await;
    stage.add(Uuid::now_v7(), 3).await;
    fail::cfg(point, "1*panic").unwrap();
    stage.relay().crashed().await;
    eventually("the message arrived", async || stage.additions("mirror") == 1).await;
    assert_eq!(stage.waiting(), 1);
    let relay = stage.relay();
    eventually("its twin arrived", async || stage.seen().len() == 2).await;
    stage.until_mirrored().await;
    relay.stop().await;
    consumer.stop().await;
    stage.is_mirrored();
}

#[tokio::test(flavor = "multi_thread")]
async fn r4_an_unroutable_message_is_kept_and_holds_back_its_aggregate_alone() {
    let stage = Stage::new().await;
    let held = Uuid::now_v7();
    for amount in 1..=3 {
        stage.add(held, amount).await;
    }
    let (own, relay) = (stage.consumer_of(&stage.counter), stage.relay());
    until_passed(&stage).await;
    assert_eq!(stage.waiting(), 3 + 1);
    let consumer = stage.consumer();
    stage.until_mirrored().await;
    assert_eq!(order(&stage, held), [1, 2, 3]);
    for running in [relay, own, consumer] {
        running.stop().await;
    }
}

/// Sends a note to the own context and waits until it has come by: the relay has gone on past whatever it holds. The
/// note adds something, which makes one more message to the world.
async fn until_passed(stage: &Stage) {
    let before = stage.additions("counter");
    stage.command(Uuid::now_v7(), Command::Label(NOTED.into())).await;
    eventually("the note came by", async || stage.additions("counter") == before + 1).await;
}

/// In which order the mirror got the messages of `id`.
fn order(stage: &Stage, id: Uuid) -> Vec<i64> {
    let subject = kernel::ids::encode("cnt", id);
    stage.seen().into_iter().filter(|(of, _)| *of == subject).map(|(_, sequence)| sequence).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn r4_a_message_that_the_broker_refuses_is_kept_until_it_takes_it() {
    let stage = Stage::new().await;
    let (own, relay) = (stage.consumer_of(&stage.counter), stage.relay());
    until_passed(&stage).await;
    // A queue with room for one.
    let (connection, channel) = stage.channel().await;
    let full = format!("{}full", stage.settings.prefix);
    let mut arguments = FieldTable::default();
    arguments.insert("x-max-length".into(), AMQPValue::LongLongInt(1));
    arguments.insert("x-overflow".into(), AMQPValue::LongString("reject-publish".into()));
    let options = QueueDeclareOptions { exclusive: true, ..Default::default() };
    channel.queue_declare(full.as_str().into(), options, arguments).await.unwrap();
    let exchange = Topology::new(&stage.settings.prefix, "counter").exchange;
    let pattern = "counter.counter.#".into();
    channel
        .queue_bind(full.as_str().into(), exchange.into(), pattern, Default::default(), FieldTable::default())
        .await
        .unwrap();
    eventually("the first is taken", async || stage.waiting() == 0).await;
    stage.add(Uuid::now_v7(), 5).await;
    until_passed(&stage).await;
    assert_eq!(stage.waiting(), 2);
    // One more place with each purge.
    for left in [1, 0] {
        channel.queue_purge(full.as_str().into(), Default::default()).await.unwrap();
        eventually("one more is taken", async || stage.waiting() == left).await;
    }
    connection.close(200, "done".into()).await.unwrap();
    relay.stop().await;
    own.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r4_a_silent_broker_is_noticed_and_the_message_sent_again() {
    let stage = Stage::new().await;
    let consumer = stage.consumer();
    stage.until_consumed().await;
    let proxy = Proxy::before(&stage.settings.url).await;
    let relay = stage.relay_to(Settings { url: proxy.url.clone(), ..stage.settings.clone() });
    stage.add(Uuid::now_v7(), 1).await;
    stage.until_mirrored().await;
    proxy.mute();
    stage.add(Uuid::now_v7(), 2).await;
    eventually("the message arrived", async || stage.additions("mirror") == 2).await;
    assert_eq!(stage.waiting(), 1);
    eventually("a new connection is made", async || proxy.connections.load(Ordering::SeqCst) == 2).await;
    stage.until_mirrored().await;
    assert_eq!(stage.seen().len(), 3);
    relay.stop().await;
    consumer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r5_two_relays_at_once_only_make_duplicates() {
    let stage = Stage::alone().await;
    fail::cfg("relay::without_lock", "return").unwrap();
    let consumer = stage.consumer();
    stage.until_consumed().await;
    let counters: Vec<Uuid> = (0..10).map(|_| Uuid::now_v7()).collect();
    for amount in 0..10 {
        for id in &counters {
            stage.add(*id, amount).await;
        }
    }
    let relays = [stage.relay(), stage.relay()];
    stage.until_mirrored().await;
    for running in relays.into_iter().chain([consumer]) {
        running.stop().await;
    }
    stage.is_mirrored();
    assert_eq!(stage.additions("mirror"), 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn r5_the_second_relay_waits_for_the_lock_and_takes_over() {
    let stage = Stage::new().await;
    let consumer = stage.consumer();
    stage.until_consumed().await;
    let first = stage.relay();
    stage.add(Uuid::now_v7(), 1).await;
    stage.until_mirrored().await;
    let second = stage.relay();
    eventually("the second waits", async || held_by(&stage) == (1, 2)).await;
    first.kill().await;
    stage.add(Uuid::now_v7(), 2).await;
    stage.until_mirrored().await;
    assert_eq!(stage.seen().len(), 2);
    second.stop().await;
    consumer.stop().await;
}

/// How many relays hold the lock of this database, and how many connections asked for it.
fn held_by(stage: &Stage) -> (i64, i64) {
    let here = "(SELECT oid FROM pg_database WHERE datname = current_database())";
    let held = format!("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = {here}");
    let asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
         AND (query LIKE '%guildhall relay%' OR pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')) \
         AND pid <> pg_backend_pid()";
    (stage.number("counter", &held), stage.number("counter", asked))
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_one_counter_keep_their_order_among_a_thousand() {
    let stage = Stage::new().await;
    let consumer = stage.consumer();
    stage.until_consumed().await;
    let counters: Vec<Uuid> = (0..40).map(|_| Uuid::now_v7()).collect();
    let relay = stage.relay();
    for nth in 1..=25 {
        futures_util::future::join_all(counters.iter().map(|id| stage.add(*id, nth))).await;
    }
    stage.until_mirrored().await;
    for id in counters {
        assert_eq!(order(&stage, id), (1..=25).collect::<Vec<i64>>());
    }
    relay.stop().await;
    consumer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_several_frames_goes_through_among_small_ones() {
    let stage = Stage::new().await;
    let consumer = stage.consumer();
    stage.until_consumed().await;
    let relay = stage.relay();
    let id = Uuid::now_v7();
    let label = "圆".repeat(10_000);
    stage.add(id, 1).await;
    stage.command(id, Command::Label(label.clone())).await;
    stage.add(id, 2).await;
    stage.until_mirrored().await;
    let subject = kernel::ids::encode("cnt", id);
    eventually("the label is copied", async || stage.label(&subject).is_some()).await;
    assert!(stage.label(&subject).unwrap() == label, "another label");
    relay.stop().await;
    consumer.stop().await;
}
