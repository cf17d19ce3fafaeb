//! Services of the test's choice in one process, on servers shared with other tests but names of their own.
use crate::client::Client;
use crate::database::Database;
use crate::variable;
use contracts::Message;
use diesel::prelude::*;
use kernel::{MerchantId, Org, ProviderId, Role, TimeDelta};
use runtime::service::neighbours;
use runtime::{Running, Service, Settings};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;
use web::auth::{Grant, Secret};

const SECRET: &str = "a secret of the tests, long enough for HS256";
const CALLBACKS: &str = "a secret of the tests for callbacks";

/// The queue that hears everything.
const OBSERVER: &str = "observer";

/// Running services, a database, and names that no other test has.
pub struct Suite {
    /// `http://127.0.0.1:<port>`.
    pub base: String,
    /// The running services.
    pub running: Option<Running>,
    /// The database.
    pub database: Database,
    /// The settings they run with; another instance may be started from them.
    pub settings: Settings,
    services: Vec<Box<dyn Service>>,
    http: reqwest::Client,
    folder: std::path::PathBuf,
}

impl Suite {
    /// Starts these services.
    pub async fn start(services: Vec<Box<dyn Service>>) -> Self {
        let database = Database::new(&services);
        let prefix = format!("t{}.", Uuid::now_v7().simple());
        let folder = std::env::temp_dir().join(format!("guildhall-{prefix}files"));
        let settings = settings(database.url(), &prefix, &folder.to_string_lossy());
        runtime::telemetry::logs(&settings.log);
        let observed = broker::Settings { url: settings.amqp.url.clone(), prefix: settings.amqp.prefix.clone() };
        // What no served context wants to hear would wait in the outbox for ever; and tests want to see it.
        broker::manual::declare(&observed, OBSERVER, &["#"]).await.expect("the broker answers");
        // A message that comes before its queue would reach nobody.
        for (context, bindings) in neighbours(&services) {
            broker::manual::declare(&observed, context, bindings).await.expect("the broker answers");
        }
        let running =
            runtime::start(settings.clone(), &services, neighbours(&services)).await.expect("the suite starts");
        let base = format!("http://{}", running.address);
        let http = reqwest::Client::new();
        Self { base, running: Some(running), database, settings, services, http, folder }
    }

    /// Another instance of the same services on the same servers.
    pub async fn another(&self) -> Running {
        let neighbours = neighbours(&self.services);
        runtime::start(self.settings.clone(), &self.services, neighbours).await.expect("another instance starts")
    }

    /// The running services.
    pub fn running(&self) -> &Running {
        self.running.as_ref().expect("the suite runs")
    }

    /// Someone of a provider.
    pub fn provider(&self, id: ProviderId) -> Client {
        self.client("provider-person", Some(Org::Provider(id)), &[Role::Provider])
    }

    /// Someone of a merchant.
    pub fn merchant(&self, id: MerchantId) -> Client {
        self.client("merchant-person", Some(Org::Merchant(id)), &[Role::Merchant])
    }

    /// A member of staff, called after the role.
    pub fn staff(&self, role: Role) -> Client {
        self.client(&role.to_string(), None, &[role])
    }

    /// Anybody.
    pub fn client(&self, sub: &str, org: Option<Org>, roles: &[Role]) -> Client {
        self.with_token(self.token(sub, org, roles))
    }

    /// A token that the suite believes.
    pub fn token(&self, sub: &str, org: Option<Org>, roles: &[Role]) -> String {
        let grant = Grant {
            iss: "guildhall".into(),
            aud: "guildhall".into(),
            sub: sub.into(),
            org,
            roles: roles.to_vec(),
            valid_for: TimeDelta::hours(1),
        };
        web::auth::mint(&Secret(SECRET.into()), &grant).expect("a token can be signed")
    }

    /// Whoever has this token.
    pub fn with_token(&self, token: String) -> Client {
        Client { base: self.base.clone(), token: Some(token), http: self.http.clone() }
    }

    /// Somebody without a token.
    pub fn nobody(&self) -> Client {
        Client { base: self.base.clone(), token: None, http: self.http.clone() }
    }

    /// A connection to a context's schema.
    pub fn conn(&self, context: &str) -> PgConnection {
        self.database.conn(context)
    }

    /// Sends a message as `source` would: `kind_and_fact` is `order.disputed`. Answers it, so that it can be sent again.
    pub async fn inject(
        &self,
        source: &str,
        kind_and_fact: &str,
        subject: &str,
        sequence: i64,
        data: Value,
    ) -> Message {
        let message = Message {
            specversion: "1.0".into(),
            id: Uuid::now_v7(),
            source: source.into(),
            r#type: format!("guildhall.{source}.{kind_and_fact}"),
            subject: subject.into(),
            sequence,
            time: chrono::Utc::now(),
            traceparent: None,
            datacontenttype: "application/json".into(),
            data,
        };
        self.send(&message).await;
        message
    }

    /// Sends a message as it is, once more perhaps.
    pub async fn send(&self, message: &Message) {
        broker::manual::publish(&self.broker(), message).await.expect("the broker takes the message");
    }

    /// All messages to the world since the last call, oldest first.
    pub async fn published(&self) -> Vec<Message> {
        broker::manual::drain(&self.broker(), OBSERVER).await.expect("the broker answers")
    }

    fn broker(&self) -> broker::Settings {
        broker::Settings { url: self.settings.amqp.url.clone(), prefix: self.settings.amqp.prefix.clone() }
    }

    /// Waits until nothing is under way.
    pub async fn rest(&self) {
        self.clock().rest().await.expect("the suite comes to rest");
    }

    /// Moves the test clock, stopping at each deadline on the way.
    pub async fn advance(&self, by: TimeDelta) {
        self.clock().advance(by).await.expect("the clock moves");
    }

    /// The virtual present.
    pub async fn now(&self) -> kernel::Time {
        self.clock().now().await.expect("the clock answers")
    }

    fn clock(&self) -> &runtime::test_clock::TestClock {
        self.running().clock.as_ref().expect("a suite in one process has a test clock")
    }

    /// What disagrees between journals and states, over all contexts; empty when all is well.
    pub fn unsound(&self) -> Vec<String> {
        let mut findings = vec![];
        for service in &self.services {
            let mut conn = self.conn(service.context());
            for host in service.hosts() {
                findings.extend(host.verify(&mut conn).expect("the journal can be read"));
            }
        }
        findings
    }

    /// The rows of a context's table, as JSON, sorted.
    pub fn rows(&self, context: &str, table: &str) -> Vec<String> {
        let sql = format!("SELECT to_jsonb(t)::text AS json FROM {table} t ORDER BY 1");
        let rows: Vec<Row> = diesel::sql_query(sql).load(&mut self.conn(context)).expect("the table can be read");
        rows.into_iter().map(|row| row.json).collect()
    }

    /// Makes every view again from the journal, and asserts that it is what was stored. Answers the views without a
    /// row, of which this shows nothing.
    pub fn views_made_again(&self) -> Vec<&'static str> {
        let mut empty = vec![];
        for service in &self.services {
            let context = service.context();
            for host in service.hosts() {
                let stored: Vec<_> = host.views().iter().map(|view| self.rows(context, view)).collect();
                host.rebuild(&mut self.conn(context)).expect("the views are made again");
                for (view, stored) in host.views().iter().zip(stored) {
                    assert_eq!(self.rows(context, view), stored, "{context}.{view}, made again, differs");
                    if stored.is_empty() {
                        empty.push(*view);
                    }
                }
            }
        }
        empty
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = diesel::sql_types::Text)]
    json: String,
}

impl Drop for Suite {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.abandon();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
        let broker = self.broker();
        let contexts: Vec<_> = self.services.iter().map(|service| service.context()).chain([OBSERVER]).collect();
        // The queues go on a thread of their own: the test's runtime may be ending.
        let removing = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|runtime| runtime.block_on(broker::manual::remove(&broker, &contexts)))
        });
        let _ = removing.join();
    }
}

/// Settings of one test.
fn settings(database_url: &str, prefix: &str, folder: &str) -> Settings {
    let variables = BTreeMap::from([
        ("DATABASE_URL".to_owned(), database_url.to_owned()),
        ("REDIS_URL".to_owned(), variable("REDIS_URL")),
        ("AMQP_URL".to_owned(), variable("AMQP_URL")),
        ("GUILDHALL__REDIS__PREFIX".to_owned(), prefix.to_owned()),
        ("GUILDHALL__AMQP__PREFIX".to_owned(), prefix.to_owned()),
        ("GUILDHALL__SERVER__BIND".to_owned(), "127.0.0.1:0".to_owned()),
        ("GUILDHALL__SERVER__WORKERS".to_owned(), "1".to_owned()),
        ("GUILDHALL__AUTH__DEVELOPMENT_SECRET".to_owned(), SECRET.to_owned()),
        ("GUILDHALL__GATEWAY__SECRET".to_owned(), CALLBACKS.to_owned()),
        ("GUILDHALL__FILES__FOLDER".to_owned(), folder.to_owned()),
        ("GUILDHALL__MAIL__FOLDER".to_owned(), format!("{folder}/mail")),
        ("GUILDHALL__LOG__FILTER".to_owned(), std::env::var("TEST_LOG").unwrap_or_else(|_| "off".into())),
    ]);
    Settings::from(&variables).expect("the settings of tests are sound")
}
