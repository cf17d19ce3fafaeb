//! A database and Redis keys of the test's own, instances on them, and ways to look behind them.
use crate::egg::{Boil, EggHost, Eggs};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_migrations::EmbeddedMigrations;
use engine::connect::context_url;
use engine::engine::Sent;
use engine::migrate::Migrations;
use engine::{Door, Engine, EngineBuilder, Key, applied, sweep};
use kernel::Actor;
use redis::Commands;
use rulebook::Rulebook;
use scratch::{Database, connect, eventually, variable};
use std::sync::Arc;
use std::time::Duration;
use timers::Settings;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;

static MIGRATIONS: Migrations = Migrations::new("kitchen", EmbeddedMigrations::new(&[]));

/// How late anything may be (engine: alarms, sweeper).
pub const BOUND: TimeDelta = TimeDelta::seconds(2);

pub struct Stage {
    pub redis_url: String,
    database: Database,
}

/// One process, as it were: an engine and the loops that run beside it.
pub struct Instance {
    pub engine: Engine,
    door: Door<EggHost>,
    reports: Option<mpsc::UnboundedReceiver<(Uuid, DateTime<Utc>)>>,
}

/// A loop that ends with its owner.
pub struct Loop {
    stop: watch::Sender<bool>,
    pub task: JoinHandle<()>,
}

impl Stage {
    pub fn new() -> Self {
        Self::with_redis(&variable("REDIS_URL"))
    }

    pub fn with_redis(redis_url: &str) -> Self {
        let stage = Self { redis_url: redis_url.into(), database: Database::new() };
        MIGRATIONS.up(&mut stage.conn()).unwrap();
        stage
    }

    pub fn instance(&self) -> Instance {
        let settings = engine::Settings { database_url: self.database.url.clone(), writers: 1, readers: 1 };
        let mut builder = EngineBuilder::new("kitchen", Arc::new(Rulebook::shipped().unwrap()), settings);
        let door = builder.host(EggHost);
        let (engine, reports) = builder.start().unwrap();
        Instance { engine, door, reports: Some(reports) }
    }

    pub fn settings(&self) -> Settings {
        Settings::new(&self.redis_url, self.prefix())
    }

    pub fn prefix(&self) -> String {
        format!("{}:", self.database.name)
    }

    pub fn conn(&self) -> PgConnection {
        connect(&context_url(&self.database.url, "kitchen", "test"))
    }

    pub fn redis(&self) -> redis::Connection {
        redis::Client::open(self.redis_url.as_str()).unwrap().get_connection().unwrap()
    }

    fn due_keys(&self, prefix: &str) -> Vec<String> {
        (0..8).map(|nth| format!("{prefix}tm:{{kitchen:{nth:02}}}:due")).collect()
    }

    /// When the alarm of this egg rings, in milliseconds.
    pub fn armed(&self, egg: Uuid) -> Option<i64> {
        self.armed_under(&self.prefix(), egg)
    }

    pub fn armed_under(&self, prefix: &str, egg: Uuid) -> Option<i64> {
        let mut redis = self.redis();
        self.due_keys(prefix).iter().find_map(|key| redis.zscore(key, egg.to_string()).unwrap())
    }

    /// Puts an alarm into Redis past the alarm clock.
    pub fn put_alarm(&self, prefix: &str, egg: Uuid, at: DateTime<Utc>) {
        let key = &self.due_keys(prefix)[usize::from(egg.as_bytes()[15] % 8)];
        let _: i64 = self.redis().zadd(key, egg.to_string(), at.timestamp_millis()).unwrap();
    }

    /// What FLUSHALL does to the alarm clock of this test.
    pub fn flush(&self) {
        let mut redis = self.redis();
        let keys: Vec<String> = redis.scan_match(format!("{}*", self.prefix())).unwrap().map(Result::unwrap).collect();
        let _: i64 = redis.del(keys).unwrap();
    }

    /// When the egg is due.
    pub fn due(&self, egg: Uuid) -> DateTime<Utc> {
        self.instant("SELECT next_due FROM aggregates WHERE id = $1", egg).expect("the egg boils")
    }

    /// How many eggs are done.
    pub fn all_done(&self) -> usize {
        let sql = "SELECT count(DISTINCT aggregate) AS value FROM journal WHERE event = 'done'";
        let found = diesel::sql_query(sql).get_result::<Number>(&mut self.conn()).unwrap();
        usize::try_from(found.value).unwrap()
    }

    /// When the egg was done, if it is; it must not be done twice.
    pub fn done(&self, egg: Uuid) -> Option<DateTime<Utc>> {
        let times: i64 =
            diesel::sql_query("SELECT count(*) AS value FROM journal WHERE aggregate = $1 AND event = 'done'")
                .bind::<SqlUuid, _>(egg)
                .get_result::<Number>(&mut self.conn())
                .unwrap()
                .value;
        assert!(times <= 1, "done {times} times");
        self.instant("SELECT min(at) FROM journal WHERE aggregate = $1 AND event = 'done'", egg)
    }

    fn instant(&self, sql: &str, egg: Uuid) -> Option<DateTime<Utc>> {
        diesel::sql_query(format!("SELECT ({sql}) AS value"))
            .bind::<SqlUuid, _>(egg)
            .get_result::<At>(&mut self.conn())
            .unwrap()
            .value
    }

    /// Waits until the egg is done, and asserts that it was not before `due` nor later than the bound.
    pub async fn is_done_in_time(&self, egg: Uuid, due: DateTime<Utc>) {
        eventually("the egg is done", async || self.done(egg).is_some()).await;
        let late = self.done(egg).unwrap() - due;
        assert!((TimeDelta::zero()..=BOUND).contains(&late), "late by {late}");
    }

    pub fn advance(&self, by: TimeDelta) {
        engine::clock::advance(&mut self.conn(), by).unwrap();
    }

    pub fn now(&self) -> DateTime<Utc> {
        engine::clock::now(&mut self.conn()).unwrap()
    }
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    value: i64,
}

#[derive(QueryableByName)]
struct At {
    #[diesel(sql_type = Nullable<Timestamptz>)]
    value: Option<DateTime<Utc>>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Ok(mut redis) = redis::Client::open(self.redis_url.as_str()).and_then(|client| client.get_connection())
            && let Ok(keys) = redis.scan_match::<_, String>(format!("{}*", self.database.name))
        {
            let keys: Vec<String> = keys.map_while(Result::ok).collect();
            let _: Result<i64, _> = redis.del(keys);
        }
    }
}

impl Instance {
    /// Starts the alarm clock; once per instance.
    pub fn alarm(&mut self, settings: Settings) -> Loop {
        let (stop, stopped) = watch::channel(false);
        let reports = self.reports.take().expect("one alarm clock per instance");
        let engine = self.engine.clone();
        let task = tokio::spawn(async move { timers::run(engine, reports, settings, stopped).await.unwrap() });
        Loop { stop, task }
    }

    pub fn sweeper(&self) -> Loop {
        let (stop, stopped) = watch::channel(false);
        Loop { stop, task: tokio::spawn(sweep::run(self.engine.clone(), stopped)) }
    }

    /// Boils an egg, new or not.
    pub async fn boil(&self, egg: &Uuid, span: TimeDelta) {
        let key = Key { caller: "cook".into(), key: Uuid::now_v7().to_string(), fingerprint: vec![] };
        let actor = Actor::person("cook", None, []);
        let render = applied::<Eggs>;
        let sent = Sent { id: *egg, actor, command: Boil(span), expect: None, key, correlation: None, render };
        assert_eq!(self.door.send(sent).await.unwrap().status, 204);
    }

    /// The same; answers when it is due.
    pub async fn boil_until(&self, stage: &Stage, egg: Uuid, span: TimeDelta) -> DateTime<Utc> {
        self.boil(&egg, span).await;
        stage.due(egg)
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        self.engine.stop();
    }
}

impl Loop {
    /// Stops it and waits for its end, at most ten seconds.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        tokio::time::timeout(Duration::from_secs(10), &mut self.task).await.expect("it ends").unwrap();
    }
}

impl Drop for Loop {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub fn egg() -> Uuid {
    Uuid::now_v7()
}

pub fn seconds(number: i64) -> TimeDelta {
    TimeDelta::seconds(number)
}
