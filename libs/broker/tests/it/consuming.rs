//! I1–I5: the consumer dies anywhere, a message that always fails, messages in any order.
use crate::counter::{Command, UNLUCKY};
use crate::stage::Stage;
use broker::topology::DELIVERY_LIMIT;
use broker::{Topology, dead};
use diesel::prelude::*;
use diesel::sql_types::Text;
use lapin::BasicProperties;
use lapin::options::{BasicGetOptions, BasicNackOptions, BasicPublishOptions};
use scratch::eventually;
use std::sync::atomic::Ordering;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn i1_a_consumer_dies_before_its_transaction() {
    died_at("consumer::before_apply", 0, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn i3_a_consumer_dies_after_its_transaction() {
    died_at("consumer::after_apply", 1, 2).await;
}

/// A consumer dies at `point`, having applied `applied` messages; the next one gets the same message.
async fn died_at(point: &str, applied: i64, seen: usize) {
    let stage = Stage::alone().await;
    let relay = stage.relay();
    fail::cfg(point, "1*panic").unwrap();
    stage.add(Uuid::now_v7(), 4).await;
    stage.consumer().crashed().await;
    assert_eq!(stage.additions("mirror"), applied);
    let consumer = stage.consumer();
    stage.until_mirrored().await;
    eventually("it was delivered again", async || stage.seen().len() == seen).await;
    relay.stop().await;
    consumer.stop().await;
    stage.is_mirrored();
}

#[tokio::test(flavor = "multi_thread")]
async fn i2_a_consumer_dies_in_its_transaction() {
    let stage = Stage::alone().await;
    let (relay, consumer) = (stage.relay(), stage.consumer());
    stage.add(Uuid::now_v7(), 4).await;
    stage.until_mirrored().await;
    fail::cfg("engine::before_commit", "pause").unwrap();
    stage.publish_added(Uuid::now_v7(), 5).await;
    let open = "FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction' \
        AND application_name = 'guildhall-mirror-write'";
    eventually("the transaction is open", async || stage.number("mirror", &format!("SELECT count(*) {open}")) == 1)
        .await;
    // The process dies: its consumer and its database connection with it.
    consumer.kill().await;
    assert_eq!(stage.number("mirror", &format!("SELECT count(pg_terminate_backend(pid)) {open}")), 1);
    fail::remove("engine::before_commit");
    let consumer = stage.consumer();
    eventually("it is applied", async || stage.total("mirror") == 9).await;
    eventually("it was delivered again", async || stage.seen().len() == 3).await;
    relay.stop().await;
    consumer.stop().await;
    assert_eq!((stage.additions("mirror"), stage.total("mirror")), (2, 9));
}

#[tokio::test(flavor = "multi_thread")]
async fn i4_a_message_that_always_fails_is_dead_lettered_and_can_be_replayed() {
    let stage = Stage::new().await;
    stage.mirror.inbox.is_spoilt.store(true, Ordering::SeqCst);
    let running = [stage.relay(), stage.consumer(), stage.undertaker()];
    stage.until_consumed().await;
    let unlucky = Uuid::now_v7();
    stage.add(unlucky, UNLUCKY).await;
    stage.add(Uuid::now_v7(), 1).await;
    eventually("it is dead", async || !letters(&stage).is_empty()).await;
    let [letter] = &letters(&stage)[..] else { panic!("one letter") };
    assert_eq!((letter.source.as_str(), letter.r#type.as_str()), ("counter", "guildhall.counter.counter.added"));
    assert!(letter.reason.contains("thirteen"), "{}", letter.reason);
    assert_eq!(i64::from(letter.attempts), DELIVERY_LIMIT);
    let tried = stage.seen().iter().filter(|(subject, _)| *subject == kernel::ids::encode("cnt", unlucky)).count();
    assert_eq!(tried as i64, DELIVERY_LIMIT);
    // Nothing else waited for it.
    assert_eq!((stage.waiting(), stage.total("mirror")), (0, 1));
    // Replayed too early it dies again and keeps its place; replayed after the repair it is applied, once.
    let first_death = letter.at;
    assert!(replay(&stage, letter.id).await);
    eventually("it died again", async || letters(&stage).first().is_some_and(|letter| letter.at > first_death)).await;
    stage.mirror.inbox.is_spoilt.store(false, Ordering::SeqCst);
    assert!(replay(&stage, letter.id).await);
    stage.until_mirrored().await;
    assert_eq!(letters(&stage), []);
    assert!(!replay(&stage, letter.id).await);
    for running in running {
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn i4_what_is_no_message_is_dead_lettered_at_once() {
    let stage = Stage::new().await;
    let running = [stage.consumer(), stage.undertaker()];
    stage.until_consumed().await;
    let names = Topology::new(&stage.settings.prefix, "mirror");
    let (connection, channel) = stage.channel().await;
    let foreign = stage.message(Uuid::now_v7(), 1, 7).replace("\"source\":\"counter\"", "\"source\":\"orders\"");
    for body in ["no JSON \0 at all", &foreign] {
        channel
            .basic_publish(
                names.exchange.as_str().into(),
                "counter.counter.added".into(),
                BasicPublishOptions::default(),
                body.as_bytes(),
                BasicProperties::default(),
            )
            .await
            .unwrap();
    }
    // Right in itself, but under a routing key that is not its own.
    let other = stage.message(Uuid::now_v7(), 1, 8);
    let key = "counter.counter.labelled".into();
    channel
        .basic_publish(names.exchange.into(), key, Default::default(), other.as_bytes(), Default::default())
        .await
        .unwrap();
    eventually("all are dead", async || letters(&stage).len() == 3).await;
    let letters = letters(&stage);
    for reason in ["malformed: expected", "the source does not own the type", "routing key counter.counter.labelled"] {
        assert!(letters.iter().any(|letter| letter.reason.contains(reason)), "{reason}: {letters:?}");
    }
    assert!(letters.iter().all(|letter| letter.attempts == 1));
    assert_eq!(stage.seen(), []);
    connection.close(200, "done".into()).await.unwrap();
    for running in running {
        running.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn i4_a_message_that_kills_its_consumers_is_dead_lettered_by_the_broker() {
    let stage = Stage::new().await;
    let consumer = stage.consumer();
    stage.until_consumed().await;
    consumer.stop().await;
    stage.publish_added(Uuid::now_v7(), 5).await;
    let queue = Topology::new(&stage.settings.prefix, "mirror").queue;
    let (connection, channel) = stage.channel().await;
    let mut deliveries = 0;
    let give_up = async {
        loop {
            if let Some(got) = channel.basic_get(queue.as_str().into(), BasicGetOptions::default()).await.unwrap() {
                deliveries += 1;
                got.nack(BasicNackOptions { requeue: true, ..Default::default() }).await.unwrap();
            } else if deliveries > DELIVERY_LIMIT {
                return;
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), give_up).await.expect("the broker does not give up");
    let undertaker = stage.undertaker();
    eventually("it is dead", async || letters(&stage).len() == 1).await;
    let letter = &letters(&stage)[0];
    assert!(letter.reason.contains("delivery limit"), "{}", letter.reason);
    assert_eq!(i64::from(letter.attempts), deliveries);
    connection.close(200, "done".into()).await.unwrap();
    undertaker.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn i5_messages_may_arrive_in_any_order_and_twice() {
    let stage = Stage::new().await;
    let consumer = stage.consumer();
    stage.until_consumed().await;
    let counters = [Uuid::now_v7(), Uuid::now_v7()];
    for nth in 1..=10 {
        for id in counters {
            stage.add(id, nth).await;
            stage.command(id, Command::Label(format!("label {nth}"))).await;
        }
    }
    // The test is the relay: backwards, and everything twice.
    let mut bodies = bodies(&stage);
    bodies.reverse();
    assert_eq!(bodies.len(), 40);
    for body in bodies.iter().chain(&bodies) {
        stage.publish(body).await;
    }
    eventually("all arrived", async || stage.seen().len() == 80).await;
    consumer.stop().await;
    stage.is_mirrored();
    assert_eq!(stage.total("mirror"), 2 * 55);
    for id in counters {
        assert_eq!(stage.label(&kernel::ids::encode("cnt", id)).as_deref(), Some("label 10"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_too_early_is_tried_until_it_is_time() {
    let stage = Stage::new().await;
    stage.mirror.inbox.is_early.store(true, Ordering::SeqCst);
    let running = [stage.relay(), stage.consumer()];
    stage.add(Uuid::now_v7(), 6).await;
    // Three tries in process, put back, three more.
    eventually("it was put back", async || stage.seen().len() > 3).await;
    assert_eq!(stage.total("mirror"), 0);
    stage.mirror.inbox.is_early.store(false, Ordering::SeqCst);
    stage.until_mirrored().await;
    for running in running {
        running.stop().await;
    }
}

fn letters(stage: &Stage) -> Vec<dead::DeadLetter> {
    dead::list(&mut stage.conn("mirror"), 10).unwrap()
}

async fn replay(stage: &Stage, id: Uuid) -> bool {
    dead::replay("mirror", &stage.mirror_url(), &stage.settings, id).await.unwrap()
}

/// What stands in the outbox, oldest first.
fn bodies(stage: &Stage) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        message: String,
    }
    let rows = diesel::sql_query("SELECT message FROM outbox ORDER BY id").load::<Row>(&mut stage.conn("counter"));
    rows.unwrap().into_iter().map(|row| row.message).collect()
}
