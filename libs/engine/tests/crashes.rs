//! Rows of the failure matrix that concern the engine and Postgres: C1–C4, T2, T3, T7, T8, P1, P2.
//!
//! A crash is a panic at a fail point, which ends the instance's only writer as `kill -9` would: its transaction is
//! rolled back by the server, its clients get no answer. The client then retries with the same key on another instance.
//! Fail points are the process's, so these tests take turns.
#![allow(clippy::wildcard_enum_match_arm, reason = "the test machine matches on pairs")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]
#![allow(clippy::await_holding_lock, reason = "a turn lasts as long as its test")]
#![allow(dead_code, reason = "the stage serves two test binaries")]

#[path = "it/stage.rs"]
mod stage;
#[path = "it/ticket.rs"]
mod ticket;

use diesel::prelude::*;
use engine::{Fault, sweep};
use fail::FailScenario;
use kernel::TimeDelta;
use scratch::{Database, eventually};
use stage::{Stage, send};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command as Process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use ticket::{Command, id};
use tokio::sync::watch;

static TURNS: Mutex<()> = Mutex::new(());

/// A turn: no other test of this file runs meanwhile.
fn turn<'a>() -> (MutexGuard<'a, ()>, FailScenario<'a>) {
    let guard = TURNS.lock().unwrap_or_else(PoisonError::into_inner);
    (guard, FailScenario::setup())
}

fn open(name: &str) -> Command {
    Command::Open { name: name.into(), days: 5 }
}

/// The instance dies at `point` while it carries out a command; the retry on another instance has one effect.
async fn dies_at(point: &str, was_committed: bool) {
    let _turn = turn();
    let stage = Stage::with_writers(1);
    let ticket = id();
    stage.send("ann", ticket, "k1", open("a")).await.unwrap();
    fail::cfg(point, "1*panic").unwrap();
    let lost = stage.send("ann", ticket, "k2", Command::Add(5)).await;
    assert_eq!(lost, Err(Fault::Unavailable), "the client gets no answer");
    let (engine, door) = stage.another();
    let again = send(&door, "ann", ticket, "k2", Command::Add(5)).await.unwrap();
    assert_eq!((again.status, again.version, again.replayed), (200, Some(2), was_committed));
    assert_eq!(stage.count("tickets WHERE total = 5"), 1);
    stage.is_sound();
    engine.stop();
}

#[tokio::test]
async fn c1_before_the_transaction() {
    dies_at("engine::before_transaction", false).await;
}

#[tokio::test]
async fn c2_before_commit() {
    dies_at("engine::before_commit", false).await;
}

#[tokio::test]
async fn c4_after_commit_before_the_answer() {
    dies_at("engine::before_answer", true).await;
}

/// Stands between an engine and Postgres; once armed, it forwards the next COMMIT and cuts the line before the reply.
fn cutting_proxy(to: String, armed: Arc<AtomicBool>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let Ok(server) = TcpStream::connect(&to) else { return };
            let (armed, cut) = (armed.clone(), Arc::new(AtomicBool::new(false)));
            let (mut from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            let (mut from_server, mut to_client) = (server, client);
            let is_cut = cut.clone();
            std::thread::spawn(move || {
                let mut buffer = [0; 65536];
                while let Ok(n @ 1..) = from_client.read(&mut buffer) {
                    if buffer[..n].windows(6).any(|word| word == b"COMMIT") && armed.swap(false, Ordering::SeqCst) {
                        is_cut.store(true, Ordering::SeqCst);
                    }
                    if to_server.write_all(&buffer[..n]).is_err() {
                        return;
                    }
                }
            });
            std::thread::spawn(move || {
                let mut buffer = [0; 65536];
                while let Ok(n @ 1..) = from_server.read(&mut buffer) {
                    if cut.load(Ordering::SeqCst) || to_client.write_all(&buffer[..n]).is_err() {
                        let _ = to_client.shutdown(std::net::Shutdown::Both);
                        return;
                    }
                }
            });
        }
    });
    port
}

#[tokio::test]
async fn c3_commit_sent_and_the_connection_dies_before_the_reply() {
    let _turn = turn();
    let stage = Stage::with_writers(1);
    let ticket = id();
    stage.send("ann", ticket, "k1", open("a")).await.unwrap();
    let armed = Arc::new(AtomicBool::new(false));
    let (_, host) = stage.database.url.split_once('@').unwrap();
    let server = host.split('/').next().unwrap();
    let port = cutting_proxy(server.to_owned(), armed.clone());
    let through = stage.database.url.replace(server, &format!("127.0.0.1:{port}"));
    let (engine, door) = Stage::engine_on(&through, 1);
    send(&door, "ann", ticket, "k2", Command::Add(1)).await.unwrap();
    armed.store(true, Ordering::SeqCst);
    let reply = send(&door, "ann", ticket, "k3", Command::Add(5)).await.unwrap();
    assert!(!armed.load(Ordering::SeqCst), "the line was cut");
    assert!(reply.replayed, "the engine itself found the answer under the key");
    assert_eq!(stage.count("tickets WHERE total = 6"), 1);
    stage.is_sound();
    engine.stop();
}

#[tokio::test]
async fn t2_two_instances_nudge_at_once() {
    let _turn = turn();
    let stage = Stage::new();
    let (other_engine, other) = stage.another();
    let ticket = id();
    stage.send("ann", ticket, "k1", open("a")).await.unwrap();
    stage.advance(TimeDelta::days(5));
    let nudges = (0..20).map(|n| if n % 2 == 0 { stage.door.nudge(ticket) } else { other.nudge(ticket) });
    for nudged in futures_util::future::join_all(nudges).await {
        nudged.unwrap();
    }
    assert_eq!(stage.count("journal WHERE event = 'closed'"), 1);
    other_engine.stop();
}

#[tokio::test]
async fn t3_an_instance_sleeps_before_its_nudge_and_goes_on() {
    let _turn = turn();
    let stage = Stage::with_writers(1);
    let ticket = id();
    stage.send("ann", ticket, "k1", open("a")).await.unwrap();
    stage.advance(TimeDelta::days(5));
    fail::cfg("engine::before_transaction", "1*pause").unwrap();
    let door = stage.door.clone();
    let sleeper = tokio::spawn(async move { door.nudge(ticket).await });
    eventually("the sleeper has taken its nudge", async || stage.engine.depth() == 0).await;
    let (engine, awake) = stage.another();
    // Paused is the point, not the instance: the second one passes it after the first has been caught.
    fail::cfg("engine::before_transaction", "off").unwrap();
    awake.nudge(ticket).await.unwrap();
    sleeper.await.unwrap().unwrap();
    assert_eq!(stage.count("journal WHERE event = 'closed'"), 1);
    engine.stop();
}

#[tokio::test]
async fn t7_a_command_races_the_deadline() {
    let _turn = turn();
    let stage = Stage::new();
    for n in 0..10 {
        let ticket = id();
        stage.send("ann", ticket, &format!("o{n}"), open(&format!("t{n}"))).await.unwrap();
        stage.advance(TimeDelta::days(5));
        let name = format!("a{n}");
        let (late, nudged) = tokio::join!(stage.send("ann", ticket, &name, Command::Add(1)), stage.door.nudge(ticket));
        nudged.unwrap();
        let late = late.unwrap();
        assert!(late.body.contains("ticket_closed"), "a late act never gets through: {}", late.body);
    }
    assert_eq!(stage.count("journal WHERE event = 'closed'"), 10);
    assert_eq!(stage.count("journal WHERE event = 'added'"), 0);
    stage.is_sound();
}

#[tokio::test]
async fn t8_a_deadline_passes_while_everything_is_down() {
    let _turn = turn();
    let stage = Stage::new();
    let (spared, late) = (id(), id());
    stage.send("ann", late, "k0", Command::Open { name: "late".into(), days: 1 }).await.unwrap();
    stage.send("ann", spared, "k1", open("a")).await.unwrap();
    // The suite was last alive two days ago; one deadline fell due in between.
    let mut conn = stage.conn();
    diesel::sql_query(
        "UPDATE clock SET alive_at = clock_timestamp() - interval '2 days', shift = shift + interval '2 days'",
    )
    .execute(&mut conn)
    .unwrap();
    let (stop, stopped) = watch::channel(false);
    let sweeper = tokio::spawn(sweep::run(stage.engine.clone(), stopped));
    eventually("the outage is noticed", async || stage.count("clock WHERE spared_until IS NOT NULL") == 1).await;
    let in_time = stage.send("ann", late, "k2", Command::Add(1)).await.unwrap();
    assert_eq!(in_time.status, 200, "the grace lets the party act: {}", in_time.body);
    // After the grace, the sweeper lapses it.
    diesel::sql_query("UPDATE clock SET shift = shift + interval '31 minutes'").execute(&mut conn).unwrap();
    eventually("swept after the grace", async || stage.count("journal WHERE event = 'closed'") == 1).await;
    assert_eq!(stage.count("tickets WHERE status = 'open'"), 1, "what is not due stays");
    stop.send(true).unwrap();
    sweeper.await.unwrap();
    stage.is_sound();
}

/// Runs the stack program that `make test` names.
fn stack(arguments: &[&str]) -> String {
    let program = std::env::var("GUILDHALL_STACK_BIN").expect("run through make test: GUILDHALL_STACK_BIN is not set");
    let output = Process::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn p1_postgres_restarts() {
    let _turn = turn();
    let profile = "test-crash-p1";
    stack(&["up", profile, "postgres"]);
    let settings = stack(&["env", profile]);
    let url = settings
        .lines()
        .find_map(|line| line.split_once("DATABASE_URL=").map(|(_, url)| url.trim_matches('\'').to_owned()))
        .expect("the profile names its database");
    let stage = Stage::on(Database::on(&url), 2);
    let ticket = id();
    stage.send("ann", ticket, "k1", open("a")).await.unwrap();
    stack(&["kill", profile, "postgres"]);
    assert_eq!(stage.send("ann", ticket, "k2", Command::Add(1)).await, Err(Fault::Unavailable));
    stack(&["up", profile, "postgres"]);
    let again = stage.send("ann", ticket, "k2", Command::Add(1)).await.unwrap();
    assert_eq!((again.status, again.version), (200, Some(2)));
    assert!(stage.send("ann", ticket, "k1", open("a")).await.unwrap().replayed, "what was answered is still there");
    stage.is_sound();
    drop(stage);
    stack(&["down", profile]);
}

#[tokio::test]
async fn p2_read_only_answers_unavailable_and_recovers_alone() {
    let _turn = turn();
    let stage = Stage::new();
    let ticket = id();
    stage.send("ann", ticket, "k1", open("a")).await.unwrap();
    stage.read_only(true);
    assert_eq!(stage.send("ann", ticket, "k2", Command::Add(1)).await, Err(Fault::Unavailable));
    stage.read_only(false);
    assert_eq!(stage.send("ann", ticket, "k2", Command::Add(1)).await.unwrap().status, 200);
    assert_eq!(stage.count("tickets WHERE total = 1"), 1);
}
