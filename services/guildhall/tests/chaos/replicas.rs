//! Replicas as processes of their own, on servers of their own.
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The servers' profile.
pub const PROFILE: &str = "test-chaos";

pub struct Replicas {
    running: Vec<(u16, Child)>,
    pub variables: Vec<(String, String)>,
    folder: PathBuf,
    next: usize,
}

/// Runs the stack program that `make test` names.
pub fn stack(arguments: &[&str]) -> String {
    let program =
        std::env::var("GUILDHALL_STACK_BIN").expect("GUILDHALL_STACK_BIN is not set: run through `make test`");
    let output = Command::new(program)
        .args(arguments)
        .env("GUILDHALL_STACK_PROFILE", PROFILE)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

impl Replicas {
    pub async fn start(count: usize) -> Self {
        stack(&["up", PROFILE]);
        let mut variables: Vec<_> = stack(&["env", PROFILE])
            .lines()
            .filter_map(|line| line.strip_prefix("export ")?.split_once('='))
            .filter(|(name, _)| name.ends_with("_URL"))
            .map(|(name, value)| (name.to_owned(), value.trim_matches('\'').replace('\\', "")))
            .collect();
        let folder = std::env::temp_dir().join(format!("guildhall-chaos-{}", std::process::id()));
        variables.push(("GUILDHALL__FILES__FOLDER".into(), folder.to_string_lossy().into_owned()));
        variables.push(("GUILDHALL__LOG__FILTER".into(), "error".into()));
        let mut replicas = Self { running: vec![], variables, folder, next: 0 };
        replicas.fresh_database();
        replicas.join(count).await;
        replicas
    }

    /// So many more.
    pub async fn join(&mut self, count: usize) {
        for _ in 0..count {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let child = self.spawn(port);
            self.running.push((port, child));
        }
        for url in self.urls() {
            self.ready(&url).await;
        }
    }

    pub fn urls(&self) -> Vec<String> {
        self.running.iter().map(|(port, _)| format!("http://127.0.0.1:{port}")).collect()
    }

    pub fn variable(&self, name: &str) -> &str {
        self.variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap()
    }

    /// Kills one with SIGKILL and starts it again at once.
    pub async fn kill_one_and_restart(&mut self) {
        // Any order will do, as long as none is spared.
        self.next = (self.next + 2) % self.running.len();
        let victim = self.next;
        let port = self.running[victim].0;
        self.running[victim].1.kill().unwrap();
        self.running[victim].1.wait().unwrap();
        self.running[victim].1 = self.spawn(port);
    }

    pub async fn flush_redis(&self) {
        let client = redis::Client::open(self.variable("REDIS_URL")).unwrap();
        let mut conn = client.get_multiplexed_async_connection().await.unwrap();
        redis::cmd("FLUSHALL").exec_async(&mut conn).await.unwrap();
    }

    pub async fn stop(mut self) {
        for (_, child) in &mut self.running {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
        stack(&["down", PROFILE]);
    }

    fn spawn(&self, port: u16) -> Child {
        Command::new(env!("CARGO_BIN_EXE_guildhall"))
            .args(["serve", "all", "--bind", &format!("127.0.0.1:{port}")])
            .envs(self.variables.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    }

    fn fresh_database(&mut self) {
        use diesel::connection::SimpleConnection;
        use diesel::prelude::*;
        let admin = self.variable("DATABASE_URL").to_owned();
        let mut conn = PgConnection::establish(&admin).unwrap();
        conn.batch_execute("DROP DATABASE IF EXISTS chaos WITH (FORCE)").unwrap();
        conn.batch_execute("CREATE DATABASE chaos").unwrap();
        let url = format!("{}/chaos", admin.rsplit_once('/').unwrap().0);
        self.variables.retain(|(name, _)| name != "DATABASE_URL");
        self.variables.push(("DATABASE_URL".into(), url));
        let migrated = Command::new(env!("CARGO_BIN_EXE_guildhall"))
            .arg("migrate")
            .envs(self.variables.iter().cloned())
            .output()
            .unwrap();
        assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
    }

    async fn ready(&self, url: &str) {
        let started = Instant::now();
        let mut pause = tokio::time::interval(Duration::from_millis(50));
        while reqwest::get(format!("{url}/readyz")).await.map_or(true, |answer| !answer.status().is_success()) {
            assert!(started.elapsed() < Duration::from_secs(60), "{url} does not come up");
            pause.tick().await;
        }
    }
}

impl Drop for Replicas {
    fn drop(&mut self) {
        for (_, child) in &mut self.running {
            let _ = child.kill();
        }
    }
}
