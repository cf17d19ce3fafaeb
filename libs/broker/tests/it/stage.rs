//! A database and a queue prefix of the test's own, two contexts on them, and their loops to start, stop and crash.
use crate::counter::{Command, CounterHost, Mirror};
use broker::{Settings, Topology, consumer, dead, relay};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use engine::connect::context_url;
use engine::engine::Sent;
use engine::migrate::Migrations;
use engine::{Door, Engine, EngineBuilder, Key, applied};
use kernel::Actor;
use lapin::options::{BasicPublishOptions, QueueDeclareOptions};
use rulebook::Rulebook;
use scratch::{Database, connect, eventually, variable};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;

const MIGRATIONS: [Migrations; 2] = [
    Migrations::new("counter", diesel_migrations::embed_migrations!("tests/migrations")),
    Migrations::new("mirror", diesel_migrations::embed_migrations!("tests/migrations")),
];

/// Fail points are the process's: a test that sets them runs alone.
static FAIL_POINTS: RwLock<()> = RwLock::const_new(());

#[expect(dead_code, reason = "held, never read")]
enum Share {
    Among(RwLockReadGuard<'static, ()>),
    Alone(RwLockWriteGuard<'static, ()>),
}

pub struct Side {
    pub context: &'static str,
    pub engine: Engine,
    pub door: Door<CounterHost>,
    pub inbox: Arc<Mirror>,
}

pub struct Stage {
    pub counter: Side,
    pub mirror: Side,
    pub settings: Settings,
    database: Database,
    _share: Share,
}

/// A loop of the broker's that runs.
pub struct Running {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Running {
    /// Asks it to end, and expects that it does.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let ended = tokio::time::timeout(Duration::from_secs(20), self.task).await;
        ended.expect("the loop does not stop").expect("the loop panicked");
    }

    /// Ends it where it stands: its connections are dropped with it.
    pub async fn kill(self) {
        self.task.abort();
        assert!(self.task.await.is_err_and(|error| error.is_cancelled()));
    }

    /// Waits until it died at a fail point.
    pub async fn crashed(self) {
        let ended = tokio::time::timeout(Duration::from_secs(20), self.task).await;
        assert!(ended.expect("the fail point was not reached").is_err_and(|error| error.is_panic()));
    }
}

impl Stage {
    pub async fn new() -> Self {
        Self::on(variable("AMQP_URL"), Share::Among(FAIL_POINTS.read().await))
    }

    /// For tests that set fail points.
    pub async fn alone() -> Self {
        Self::on(variable("AMQP_URL"), Share::Alone(FAIL_POINTS.write().await))
    }

    /// On another broker.
    pub async fn on_broker(url: String) -> Self {
        Self::on(url, Share::Among(FAIL_POINTS.read().await))
    }

    fn on(broker_url: String, share: Share) -> Self {
        let database = Database::new();
        let url = &database.url;
        for (context, migrations) in ["counter", "mirror"].into_iter().zip(&MIGRATIONS) {
            migrations.up(&mut connect(&context_url(url, context, "test"))).unwrap();
        }
        let (counter, mirror) = (side("counter", url, &[]), side("mirror", url, &["counter.counter.#"]));
        let settings = Settings { url: broker_url, prefix: format!("{}.", database.name) };
        Self { counter, mirror, settings, database, _share: share }
    }

    pub fn relay(&self) -> Running {
        self.relay_to(self.settings.clone())
    }

    pub fn relay_to(&self, settings: Settings) -> Running {
        let engine = self.counter.engine.clone();
        run(|stop| relay::run(engine, settings, stop))
    }

    /// The consumer of `mirror`.
    pub fn consumer(&self) -> Running {
        self.consumer_of(&self.mirror)
    }

    pub fn consumer_of(&self, side: &Side) -> Running {
        let (inbox, settings, context) = (side.inbox.clone(), self.settings.clone(), side.context);
        run(|stop| consumer::run(context, inbox, settings, stop))
    }

    /// The loop of `mirror`'s dead letters.
    pub fn undertaker(&self) -> Running {
        let (url, settings) = (self.mirror_url(), self.settings.clone());
        run(|stop| dead::run("mirror", url, settings, stop))
    }

    pub fn mirror_url(&self) -> String {
        context_url(&self.database.url, "mirror", "test")
    }

    pub fn conn(&self, context: &str) -> PgConnection {
        connect(&context_url(&self.database.url, context, "test"))
    }

    pub async fn add(&self, id: Uuid, amount: i64) {
        self.command(id, Command::Add(amount)).await;
    }

    pub async fn command(&self, id: Uuid, command: Command) {
        let key = Key { caller: "tester".into(), key: Uuid::now_v7().to_string(), fingerprint: vec![] };
        let sent = Sent { id, actor: Actor::clock(), command, expect: None, key, correlation: None, render: applied };
        assert_eq!(self.counter.door.send(sent).await.unwrap().status, 204);
    }

    pub fn number(&self, context: &str, expression: &str) -> i64 {
        diesel::select(diesel::dsl::sql::<BigInt>(&format!("({expression})")))
            .get_result(&mut self.conn(context))
            .unwrap()
    }

    /// Messages that are not confirmed.
    pub fn waiting(&self) -> i64 {
        self.number("counter", "SELECT count(*) FROM outbox")
    }

    /// The sum of all counters.
    pub fn total(&self, context: &str) -> i64 {
        self.number(context, "SELECT COALESCE(sum((state->>'total')::bigint), 0)::bigint FROM aggregates")
    }

    /// How often something was added; each addition has one entry in the journal.
    pub fn additions(&self, context: &str) -> i64 {
        self.number(context, "SELECT count(*) FROM journal WHERE event = 'added'")
    }

    pub fn label(&self, subject: &str) -> Option<String> {
        diesel::sql_query("SELECT label FROM copies WHERE subject = $1")
            .bind::<Text, _>(subject)
            .get_result::<Label>(&mut self.conn("mirror"))
            .optional()
            .unwrap()
            .map(|row| row.label)
    }

    /// The deliveries to `mirror` so far.
    pub fn seen(&self) -> Vec<(String, i64)> {
        self.mirror.inbox.seen.lock().unwrap().clone()
    }

    /// Waits until the mirror shows what the counters show, each addition once, and nothing waits.
    pub async fn until_mirrored(&self) {
        eventually("everything is mirrored", async || {
            self.waiting() == 0 && self.additions("mirror") >= self.additions("counter")
        })
        .await;
        self.is_mirrored();
    }

    /// Each addition has had its effect, once. Final when the consumer is stopped.
    pub fn is_mirrored(&self) {
        assert_eq!(self.additions("mirror"), self.additions("counter"), "each addition once");
        assert_eq!(self.total("mirror"), self.total("counter"));
    }

    /// A message as the counter writes it, in JSON.
    pub fn message(&self, id: Uuid, sequence: i64, amount: i64) -> String {
        let message = contracts::Message {
            specversion: "1.0".into(),
            id: Uuid::now_v7(),
            source: "counter".into(),
            r#type: "guildhall.counter.counter.added".into(),
            subject: kernel::ids::encode("cnt", id),
            sequence,
            time: Default::default(),
            traceparent: None,
            datacontenttype: "application/json".into(),
            data: serde_json::json!({ "amount": amount }),
        };
        serde_json::to_string(&message).unwrap()
    }

    /// Publishes a message without a relay, past the outbox.
    pub async fn publish_added(&self, id: Uuid, amount: i64) {
        self.publish(&self.message(id, 1, amount)).await;
    }

    /// Publishes a message in JSON and waits until it is routed and confirmed.
    pub async fn publish(&self, body: &str) {
        let (connection, channel) = self.channel().await;
        channel.confirm_select(Default::default()).await.unwrap();
        let message: contracts::Message = serde_json::from_str(body).unwrap();
        let exchange = Topology::new(&self.settings.prefix, "counter").exchange;
        let options = BasicPublishOptions { mandatory: true, ..Default::default() };
        let key = message.routing_key().into();
        let confirm =
            channel.basic_publish(exchange.into(), key, options, body.as_bytes(), Default::default()).await.unwrap();
        assert_eq!(confirm.await.unwrap(), lapin::Confirmation::Ack(None));
        connection.close(200, "done".into()).await.unwrap();
    }

    /// Waits until somebody consumes the queue of `mirror`: by then it is bound.
    pub async fn until_consumed(&self) {
        let queue = Topology::new(&self.settings.prefix, "mirror").queue;
        let options = QueueDeclareOptions { passive: true, ..QueueDeclareOptions::durable() };
        let consumed = async {
            loop {
                // Asking for a queue that is not there costs the channel.
                let (_connection, channel) = self.channel().await;
                let asked = channel.queue_declare(queue.as_str().into(), options, Default::default()).await;
                if asked.is_ok_and(|queue| queue.consumer_count() > 0) {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(30), consumed).await.expect("nobody consumes");
    }

    /// A channel of the test's own.
    pub async fn channel(&self) -> (lapin::Connection, lapin::Channel) {
        let connection = lapin::Connection::connect(&self.settings.url, Default::default()).await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        (connection, channel)
    }
}

#[derive(QueryableByName)]
struct Label {
    #[diesel(sql_type = Text)]
    label: String,
}

fn side(context: &'static str, url: &str, bindings: &'static [&'static str]) -> Side {
    let settings = engine::Settings { database_url: url.into(), writers: 1, readers: 2 };
    let mut builder = EngineBuilder::new(context, Arc::new(Rulebook::shipped().unwrap()), settings);
    let door = builder.host(CounterHost);
    let (engine, _) = builder.start().unwrap();
    let inbox = Mirror {
        door: door.clone(),
        bindings,
        seen: Default::default(),
        is_spoilt: AtomicBool::new(false),
        is_early: AtomicBool::new(false),
    };
    Side { context, engine, door, inbox: Arc::new(inbox) }
}

fn run<F: Future<Output = ()> + Send + 'static>(start: impl FnOnce(watch::Receiver<bool>) -> F) -> Running {
    let (stop, stopped) = watch::channel(false);
    Running { stop, task: tokio::spawn(start(stopped)) }
}

impl Drop for Stage {
    fn drop(&mut self) {
        for (name, _) in fail::list() {
            fail::remove(name);
        }
        self.counter.engine.stop();
        self.mirror.engine.stop();
        let settings = self.settings.clone();
        let cleaned = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            // The time-out belongs into the runtime: made outside, it panics.
            runtime.block_on(async { tokio::time::timeout(Duration::from_secs(10), sweep(settings)).await })
        });
        let cleaned = cleaned.join();
        // A test that leaves its queues behind has failed, unless it fails already.
        if !std::thread::panicking() {
            cleaned.expect("the cleaning panicked").expect("the cleaning takes too long").expect("the queues stay");
        }
    }
}

async fn sweep(settings: Settings) -> Result<(), lapin::Error> {
    let connection = lapin::Connection::connect(&settings.url, Default::default()).await?;
    let channel = connection.create_channel().await?;
    for context in ["counter", "mirror"] {
        let names = Topology::new(&settings.prefix, context);
        for queue in [names.queue, names.dead_queue] {
            channel.queue_delete(queue.into(), Default::default()).await?;
        }
        for exchange in [names.exchange, names.dead_exchange] {
            channel.exchange_delete(exchange.into(), Default::default()).await?;
        }
    }
    connection.close(200, "done".into()).await
}
