//! What tests on real servers start from: a database that goes with its test, and waiting on conditions.
//!
//! Dev only. It knows none of our crates, so that the tests of each of them can use it.
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How long a condition is waited for: long enough for a machine with other work, for a test that fails anyway.
const PATIENCE: Duration = Duration::from_secs(30);

/// A database of the test's own; dropped with it.
pub struct Database {
    /// Where it is; contexts are schemas in it.
    pub url: String,
    /// What it is called: unlike any other, so good for prefixes and folders of the same test too.
    pub name: String,
    /// Where the server was reached.
    pub admin: String,
}

impl Database {
    /// An empty one on the server of the tests.
    pub fn new() -> Self {
        Self::on(&variable("DATABASE_URL"))
    }

    /// An empty one on another server.
    pub fn on(admin: &str) -> Self {
        Self::made(admin, "")
    }

    /// A copy of another one on the same server.
    pub fn copy_of(admin: &str, template: &str) -> Self {
        Self::made(admin, &format!("TEMPLATE {template}"))
    }

    fn made(admin: &str, from: &str) -> Self {
        let name = format!("t_{}", Uuid::now_v7().simple());
        let created = connect(admin).batch_execute(&format!("CREATE DATABASE {name} {from} STRATEGY file_copy"));
        created.expect("a database can be created");
        Self { url: with_database(admin, &name), name, admin: admin.into() }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Ok(mut admin) = PgConnection::establish(&self.admin) {
            let _ = admin.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        }
    }
}

/// The URL of another database on the same server.
pub fn with_database(url: &str, name: &str) -> String {
    let (server, _) = url.rsplit_once('/').expect("a database URL has a path");
    format!("{server}/{name}")
}

/// A connection that a test cannot do without.
pub fn connect(url: &str) -> PgConnection {
    PgConnection::establish(url).expect("the test database answers")
}

/// A variable that `make test` sets.
pub fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run the tests through `make test`"))
}

/// Waits until `is_so` says so, at most thirty seconds; answers how long it took.
pub async fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) -> Duration {
    let started = Instant::now();
    while !is_so().await {
        assert!(started.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    started.elapsed()
}
