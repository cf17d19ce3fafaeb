//! A database of the test's own, an engine on it, and ways to look behind it.
use crate::ticket::{Command, TicketHost, Tickets, key, render};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use engine::engine::Sent;
use engine::migrate::Migrations;
use engine::{Door, Engine, EngineBuilder, Fault, Reply, Settings};
use kernel::{Actor, TimeDelta};
use rulebook::Rulebook;
use scratch::{Database, connect};
use std::sync::Arc;
use uuid::Uuid;

pub static MIGRATIONS: Migrations =
    Migrations::new("tickets", diesel_migrations::embed_migrations!("tests/migrations"));

pub struct Stage {
    pub engine: Engine,
    pub door: Door<TicketHost>,
    pub database: Database,
}

impl Stage {
    pub fn new() -> Self {
        Self::with_writers(2)
    }

    pub fn with_writers(writers: usize) -> Self {
        Self::on(Database::new(), writers)
    }

    /// On this database.
    pub fn on(database: Database, writers: usize) -> Self {
        MIGRATIONS.up(&mut connect(&engine::connect::context_url(&database.url, "tickets", "test"))).unwrap();
        let (engine, door) = Self::engine_on(&database.url, writers);
        Self { engine, door, database }
    }

    /// A second instance on the same database.
    pub fn another(&self) -> (Engine, Door<TicketHost>) {
        Self::engine_on(&self.database.url, 2)
    }

    /// An instance with so many writers.
    pub fn engine_on(url: &str, writers: usize) -> (Engine, Door<TicketHost>) {
        let settings = Settings { database_url: url.into(), writers, readers: 3 };
        let mut builder = EngineBuilder::new("tickets", Arc::new(Rulebook::shipped().unwrap()), settings);
        let door = builder.host(TicketHost);
        let (engine, _) = builder.start().unwrap();
        (engine, door)
    }

    /// Makes the database refuse writes, or take them again; present connections are cut.
    pub fn read_only(&self, is_on: bool) {
        connect(&self.database.admin)
            .batch_execute(&format!(
                "ALTER DATABASE {0} SET default_transaction_read_only = {is_on}; \
                 SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{0}'",
                self.database.name
            ))
            .unwrap();
    }

    pub fn conn(&self) -> PgConnection {
        connect(&engine::connect::context_url(&self.database.url, "tickets", "test"))
    }

    pub async fn send(&self, who: &str, id: Uuid, key_name: &str, command: Command) -> Result<Reply, Fault> {
        send(&self.door, who, id, key_name, command).await
    }

    pub fn count(&self, table_and_condition: &str) -> i64 {
        diesel::select(diesel::dsl::sql::<BigInt>(&format!("(SELECT count(*) FROM {table_and_condition})")))
            .get_result(&mut self.conn())
            .unwrap()
    }

    pub fn advance(&self, by: TimeDelta) {
        engine::clock::advance(&mut self.conn(), by).unwrap();
    }

    pub fn is_sound(&self) {
        assert_eq!(engine::rebuild::verify::<Tickets>(&mut self.conn()).unwrap(), Vec::<String>::new());
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.engine.stop();
    }
}

pub async fn send(
    door: &Door<TicketHost>,
    who: &str,
    id: Uuid,
    key_name: &str,
    command: Command,
) -> Result<Reply, Fault> {
    let body = format!("{command:?}");
    door.send(Sent {
        id,
        actor: Actor::person(who, None, []),
        command,
        expect: None,
        key: key(key_name, &body),
        correlation: None,
        render,
    })
    .await
}
