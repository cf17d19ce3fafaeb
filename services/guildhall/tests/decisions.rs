//! `guildhall rules replay` and `rules simulate` as an operator calls them, on cases that the demo has left in a database
//! of their own.
#![cfg(test)]
use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use scratch::Database;
use serde_json::Value;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use uuid::Uuid;

const EDITION: &str = include_str!("../../../libs/rulebook/editions/2026-11.toml");

/// The program on a database, queues and keys of its own.
struct Installed {
    database: Database,
    broker: broker::Settings,
    bind: String,
}

/// A running suite, killed when it goes.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Installed {
    /// The queues go, on a thread of their own.
    fn drop(&mut self) {
        let broker = self.broker.clone();
        let removing = std::thread::spawn(move || {
            let contexts: Vec<&str> = guildhall::services::all().iter().map(|service| service.context()).collect();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|runtime| runtime.block_on(broker::manual::remove(&broker, &contexts)))
        });
        let _ = removing.join();
    }
}

impl Installed {
    fn new() -> Self {
        let database = Database::new();
        let prefix = format!("{}.", database.name);
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let broker = broker::Settings { url: scratch::variable("AMQP_URL"), prefix };
        Self { database, broker, bind: format!("127.0.0.1:{port}") }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let files = Path::new(env!("CARGO_TARGET_TMPDIR")).join(&self.database.name);
        let mut command = Command::new(env!("CARGO_BIN_EXE_guildhall"));
        command
            .args(arguments)
            .env("DATABASE_URL", &self.database.url)
            .env("GUILDHALL__AMQP__PREFIX", &self.broker.prefix)
            .env("GUILDHALL__REDIS__PREFIX", &self.broker.prefix)
            .env("GUILDHALL__FILES__FOLDER", files)
            .env("GUILDHALL__LOG__FILTER", "error")
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What a command prints: its lines as JSON, and what it says on standard error.
    fn lines(&self, arguments: &[&str]) -> (Vec<Value>, String) {
        let output = self.run(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{arguments:?}: {said}");
        let text = String::from_utf8(output.stdout).unwrap();
        (text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), said)
    }

    fn serve(&self) -> Serving {
        let served = self.command(&["serve", "all", "--bind", &self.bind]).stdout(Stdio::null()).spawn();
        Serving(served.unwrap())
    }

    fn conn(&self) -> PgConnection {
        scratch::connect(&engine::connect::context_url(&self.database.url, "disputes", "test"))
    }
}

#[test]
fn decisions_are_replayed_and_tried_under_a_draft() {
    let installed = Installed::new();
    assert!(installed.run(&["migrate"]).status.success());
    {
        let _serving = installed.serve();
        let played = installed.run(&["demo", "--url", &format!("http://{}", installed.bind), "q-video-ended"]);
        assert!(played.status.success(), "{}", String::from_utf8_lossy(&played.stderr));
    }
    let (differing, said) = installed.lines(&["rules", "replay"]);
    assert_eq!((differing.len(), said.trim()), (0, "1 decisions, 0 of them come out otherwise"));

    let folder = folder();
    let shipped = folder.join("shipped.toml");
    std::fs::write(&shipped, EDITION).unwrap();
    let (cases, said) = installed.lines(&["rules", "simulate", "--edition", shipped.to_str().unwrap()]);
    assert_eq!((cases.len(), &cases[0]["gains"]), (1, &Value::from("nobody")));
    assert!(said.contains("1 cases under") && said.contains("1 the same"), "{said}");

    // Under the draft, reasons of the merchant's own are no ground for getting a part of the price back (D3.5.4).
    let draft = folder.join("draft.toml");
    let narrower = EDITION.replace("\"ended_for_merchant_reasons | merchant_dissatisfied", "\"merchant_dissatisfied");
    assert_ne!(narrower, EDITION);
    std::fs::write(&draft, narrower).unwrap();
    let (cases, said) = installed.lines(&["rules", "simulate", "--edition", draft.to_str().unwrap()]);
    assert_eq!((cases.len(), &cases[0]["gains"]), (1, &Value::from("provider")), "{said}");
    assert!(said.contains("1 better for the provider"), "{said}");

    // A record that was changed where it is stored.
    installed
        .conn()
        .batch_execute("UPDATE decisions SET record = jsonb_set(record, '{outcome,to_merchant,amount}', '\"0.01\"')")
        .unwrap();
    let changed = installed.run(&["rules", "replay"]);
    let said = String::from_utf8(changed.stderr).unwrap();
    assert!(!changed.status.success() && said.contains("1 decisions do not follow from their records"), "{said}");
    let text = String::from_utf8(changed.stdout).unwrap();
    assert!(text.contains("to_merchant"), "{text}");
}

fn folder() -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("decisions-{}", Uuid::now_v7()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
