//! Guildhall as a process of its own, on a fresh database of the server that the environment names.
use crate::footprint::{self, Cpu};
use anyhow::{Context as _, bail, ensure};
use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use kernel::{Org, Role, TimeDelta};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use web::auth::{Grant, Secret, mint};

/// The database; dropped at the end.
const DATABASE: &str = "guildhall_bench";
/// How long the suite may take to come up, or to come to rest.
const PATIENCE: Duration = Duration::from_secs(180);
/// The shipped development secret.
const SECRET: &str = "guildhall-development-secret-not-for-production";

/// A running Guildhall.
pub struct Suite {
    /// Where it answers.
    pub base: String,
    /// Its database.
    pub database: String,
    /// Files of this run: uploads, scripts.
    pub folder: PathBuf,
    admin: String,
    program: PathBuf,
    child: Option<Child>,
    postmaster: Option<u32>,
}

impl Suite {
    /// A fresh database with every migration; nothing runs yet.
    pub fn prepare() -> anyhow::Result<Self> {
        let admin = std::env::var("DATABASE_URL").context("DATABASE_URL is not set: run through `make bench`")?;
        let (server, _) = admin.rsplit_once('/').context("DATABASE_URL has no path")?;
        let database = format!("{server}/{DATABASE}");
        let program = std::env::current_exe()?.with_file_name("guildhall");
        ensure!(program.exists(), "{} is not built: run through `make bench`", program.display());
        let folder = std::env::temp_dir().join(format!("guildhall-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let mut conn = PgConnection::establish(&admin)?;
        conn.batch_execute(&format!("DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)"))?;
        conn.batch_execute(&format!("CREATE DATABASE {DATABASE}"))?;
        let backend: i32 = diesel::select(sql::<Integer>("pg_backend_pid()")).get_result(&mut conn)?;
        let postmaster = footprint::postmaster(backend.try_into()?);
        let suite = Self { base: String::new(), database, folder, admin, program, child: None, postmaster };
        let migrated = suite.command().arg("migrate").stdout(Stdio::null()).status()?;
        ensure!(migrated.success(), "the migrations failed");
        Ok(suite)
    }

    /// Starts it, again if it runs; answers how many seconds it took until it was ready.
    pub async fn start(&mut self) -> anyhow::Result<f64> {
        self.kill();
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        self.base = format!("http://{address}");
        let ready = format!("{}/readyz", self.base);
        let started = Instant::now();
        let mut serving = self.command();
        serving.args(["serve", "all", "--bind", &address]).stdin(Stdio::null()).stdout(Stdio::null());
        self.child = Some(serving.spawn()?);
        let mut pause = tokio::time::interval(Duration::from_millis(5));
        while reqwest::get(&ready).await.map_or(true, |answer| !answer.status().is_success()) {
            ensure!(started.elapsed() < PATIENCE, "Guildhall does not come up");
            pause.tick().await;
        }
        Ok(started.elapsed().as_secs_f64())
    }

    /// Its process.
    pub fn pid(&self) -> anyhow::Result<u32> {
        Ok(self.child.as_ref().context("Guildhall does not run")?.id())
    }

    /// Processor time so far.
    pub fn cpu(&self) -> anyhow::Result<Cpu> {
        Cpu::now(self.pid()?, self.postmaster)
    }

    /// A connection that sees the schema of `context`.
    pub fn conn(&self, context: &str) -> anyhow::Result<PgConnection> {
        let mut conn = PgConnection::establish(&self.database)?;
        conn.batch_execute(&format!("SET search_path TO {context}"))?;
        Ok(conn)
    }

    /// Waits until nothing is under way: no command, no message, no effect.
    pub async fn rest(&self) -> anyhow::Result<()> {
        let (http, operator) = (reqwest::Client::new(), token(Role::Operator, None, "bench")?);
        let url = format!("{}/v1/test-clock/advance", self.base);
        let started = Instant::now();
        loop {
            let request = http.post(&url).bearer_auth(&operator).json(&serde_json::json!({ "seconds": 0 }));
            let answer = request.send().await?;
            if answer.status().is_success() {
                return Ok(());
            }
            if started.elapsed() > PATIENCE {
                bail!("the suite does not come to rest: {}", answer.text().await?);
            }
        }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command
            .env("DATABASE_URL", &self.database)
            .env("GUILDHALL__FILES__FOLDER", &self.folder)
            .env("GUILDHALL__LOG__FILTER", "error")
            // Servers may be shared: nobody else's keys and queues are met.
            .env("GUILDHALL__REDIS__PREFIX", "bench.")
            .env("GUILDHALL__AMQP__PREFIX", "bench.");
        command
    }

    fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Suite {
    fn drop(&mut self) {
        self.kill();
        let _ = std::fs::remove_dir_all(&self.folder);
        if let Ok(mut conn) = PgConnection::establish(&self.admin) {
            let _ = conn.batch_execute(&format!("DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)"));
        }
    }
}

/// A development token.
pub fn token(role: Role, org: Option<Org>, sub: &str) -> anyhow::Result<String> {
    let grant = Grant {
        iss: "guildhall".into(),
        aud: "guildhall".into(),
        sub: sub.into(),
        org,
        roles: vec![role],
        valid_for: TimeDelta::hours(1),
    };
    Ok(mint(&Secret(SECRET.into()), &grant)?)
}
