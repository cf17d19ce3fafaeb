//! The yardstick: the rows that one placement writes, as prepared single statements in one transaction, by `pgbench`.
//!
//! They go into twins of the tables of orders, with the same indexes and checks, in the same database. What they hold
//! was taken from a real placement. Nothing is read, decided, checked or sent on: it is the least that a program
//! without batches could do for the same effect in orders.
use crate::load::Market;
use crate::suite::Suite;
use anyhow::{Context as _, ensure};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// The tables that a placement writes.
const TABLES: [&str; 7] = ["aggregates", "journal", "deadlines", "outbox", "requests", "orders", "timeline"];

/// Keeps what a placement puts into the outbox: the relay takes it away at once.
const KEEP: &str = "CREATE TABLE kept (LIKE orders.outbox); \
    CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS \
    $$ BEGIN INSERT INTO plain.kept VALUES (NEW.*); RETURN NULL; END $$; \
    CREATE TRIGGER keep AFTER INSERT ON orders.outbox FOR EACH ROW EXECUTE FUNCTION keep()";

/// Ids grow with time, as Guildhall's do: round and client in the upper bits, a counter in the lower.
const SCRIPT: &str = r"\set n :n + 1
\set id (:base + :client_id) * 268435456 + :n
BEGIN;
INSERT INTO aggregates (id, kind, version, published, status, state, schema, edition, next_due, updated_at) VALUES ({id}, 'order', 1, 1, 'pending_payment', :state::jsonb, 1, :edition, now() + interval '1 day', now());
INSERT INTO journal (aggregate, version, at, actor, event, payload, schema, build, correlation, causation, sequence) VALUES ({id}, 1, now(), :actor::jsonb, 'placed', :payload::jsonb, 1, :build, :correlation, :causation, 1);
INSERT INTO deadlines (aggregate, timer, subject, party, rule, status, due_at, changed_at) VALUES ({id}, 'payment', {id}, 'merchant', 'W1', 'running', now() + interval '1 day', now());
INSERT INTO outbox (aggregate, own, message, at) VALUES ({id}, false, :told, now()), ({id}, true, :noted, now());
INSERT INTO requests (caller, key, fingerprint, status, version, location, body, at) VALUES (:caller, {id}::text, :fingerprint::bytea, 201, 1, :location, :body, now());
INSERT INTO orders (id, version, status, provider, merchant, listing, title, category, quantity, currency, amount_minor, placed_at, updated_at, due, due_at) VALUES ({id}, 1, 'pending_payment', :provider::uuid, :merchant::uuid, :listing::uuid, :title, :category, 1, :currency, :amount, now(), now(), 'payment', now() + interval '1 day');
INSERT INTO timeline (order_id, version, at, party, person, event, rules, text, details) VALUES ({id}, 1, now(), 'merchant', :person, 'placed', :rules::text[], :text, :details::jsonb);
COMMIT;
";
/// What `{id}` stands for in the script.
const ID: &str = "('00000000-0000-7000-8000-' || lpad(to_hex(:id::bigint), 12, '0'))::uuid";

/// One value of a placement, by the name it has in the script.
#[derive(QueryableByName)]
struct Value {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    value: String,
}

/// `$1` the order that was placed. A variable of `pgbench` is never empty.
const VALUES: &str = "SELECT w.key AS name, COALESCE(NULLIF(w.value, ''), '-') AS value FROM ( \
    SELECT a.state::text AS state, a.edition, j.actor::text AS actor, j.payload::text AS payload, j.build, \
           j.correlation, j.causation, r.caller, r.fingerprint::text AS fingerprint, r.location, r.body, \
           (SELECT message FROM plain.kept WHERE aggregate = $1 AND NOT own) AS told, \
           (SELECT message FROM plain.kept WHERE aggregate = $1 AND own) AS noted, \
           o.provider, o.merchant, o.listing, o.title, o.category, o.currency, o.amount_minor AS amount, \
           t.person, t.rules::text AS rules, t.text, t.details::text AS details \
    FROM orders.aggregates a JOIN orders.journal j ON j.aggregate = a.id AND j.version = 1 \
    JOIN orders.requests r ON r.location LIKE '%' || $2 \
    JOIN orders.orders o ON o.id = a.id JOIN orders.timeline t ON t.order_id = a.id AND t.version = 1 \
    WHERE a.id = $1) p, jsonb_each_text(to_jsonb(p)) w";

/// A script and what it says, ready to be run.
pub struct Yardstick {
    program: PathBuf,
    script: PathBuf,
    database: String,
    values: Vec<String>,
}

impl Yardstick {
    /// Makes the tables and takes the values of one placement.
    pub async fn prepare(suite: &Suite, market: &Market) -> anyhow::Result<Self> {
        let mut conn = suite.conn("plain")?;
        conn.batch_execute("CREATE SCHEMA plain")?;
        for table in TABLES {
            conn.batch_execute(&format!("CREATE TABLE {table} (LIKE orders.{table} INCLUDING ALL)"))?;
        }
        conn.batch_execute("ALTER TABLE aggregates SET (fillfactor = 70)")?;
        conn.batch_execute(KEEP)?;
        let order = market.place().await?;
        conn.batch_execute("DROP TRIGGER keep ON orders.outbox; DROP FUNCTION keep()")?;
        let query = diesel::sql_query(VALUES).bind::<SqlUuid, _>(order);
        let found: Vec<Value> = query.bind::<Text, _>(kernel::OrderId(order).to_string()).load(&mut conn)?;
        ensure!(!found.is_empty(), "the placement's rows are not where they were expected");
        let script = suite.folder.join("placement.sql");
        std::fs::write(&script, SCRIPT.replace("{id}", ID))?;
        let folder = std::env::var_os("GUILDHALL_STACK_PG_BIN").map(PathBuf::from).unwrap_or_default();
        Ok(Self {
            program: folder.join("pgbench"),
            script,
            database: format!("{}?options=-csearch_path%3Dplain", suite.database),
            values: found.into_iter().map(|Value { name, value }| format!("{name}={value}")).collect(),
        })
    }

    /// Runs so many clients for so long; answers transactions per second. Each round has ids of its own.
    pub fn run(&self, round: usize, clients: usize, time: Duration) -> anyhow::Result<f64> {
        let mut command = Command::new(&self.program);
        command.args(["-n", "-M", "prepared", "-j", "2"]).arg("-f").arg(&self.script);
        command.args(["-c", &clients.to_string(), "-T", &time.as_secs().max(1).to_string()]);
        for value in &self.values {
            command.args(["-D", value]);
        }
        command.args(["-D", "n=0", "-D", &format!("base={}", (round + 1) * 1024)]);
        let output = command.arg(&self.database).output().with_context(|| self.program.display().to_string())?;
        let (said, complained) = (String::from_utf8(output.stdout)?, String::from_utf8_lossy(&output.stderr));
        ensure!(output.status.success() && !complained.contains("aborted"), "pgbench: {complained}");
        let tps = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split_whitespace().next()?.parse().ok());
        tps.with_context(|| format!("pgbench says no tps: {said}"))
    }
}
