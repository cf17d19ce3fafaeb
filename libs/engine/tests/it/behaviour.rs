//! What holds when nothing goes wrong: answers, keys, claims, facts, deadlines, views, messages.
use crate::stage::{Stage, send};
use crate::ticket::{Command, TicketHost, Tickets, id, key, render};
use diesel::RunQueryDsl;
use engine::Fault;
use engine::engine::Sent;
use kernel::{Actor, TimeDelta};

fn open(name: &str) -> Command {
    Command::Open { name: name.into(), days: 5 }
}

#[tokio::test]
async fn a_command_is_journaled_projected_published_and_answered() {
    let stage = Stage::new();
    let ticket = id();
    let reply = stage.send("ann", ticket, "k1", open("a")).await.unwrap();
    assert_eq!((reply.status, reply.version, reply.replayed), (200, Some(1), false));
    let reply = stage.send("ann", ticket, "k2", Command::Add(7)).await.unwrap();
    assert_eq!(reply.version, Some(2));
    assert_eq!(stage.count("journal"), 2);
    assert_eq!(stage.count("tickets WHERE total = 7 AND status = 'open'"), 1);
    assert_eq!(stage.count("outbox WHERE message::jsonb->>'type' = 'guildhall.tickets.ticket.opened'"), 1);
    assert_eq!(stage.count("deadlines WHERE status = 'running' AND timer = 'close_by' AND rule = 'W1'"), 1);
    stage.is_sound();
}

#[tokio::test]
async fn a_repeated_key_gets_the_stored_answer_and_another_body_is_refused() {
    let stage = Stage::new();
    let ticket = id();
    stage.send("ann", ticket, "k1", open("a")).await.unwrap();
    let first = stage.send("ann", ticket, "k2", Command::Add(7)).await.unwrap();
    let again = stage.send("ann", ticket, "k2", Command::Add(7)).await.unwrap();
    assert!(again.replayed);
    assert_eq!((first.body, first.version), (again.body, again.version));
    assert_eq!(stage.send("ann", ticket, "k2", Command::Add(8)).await, Err(Fault::KeyReused));
    // A refusal is stored like a success.
    let refused = stage.send("ann", ticket, "k3", Command::Add(-1)).await.unwrap();
    assert_eq!((refused.status, refused.replayed), (422, false));
    assert!(stage.send("ann", ticket, "k3", Command::Add(-1)).await.unwrap().replayed);
    assert_eq!(stage.count("journal"), 2);
}

#[tokio::test]
async fn the_same_key_many_times_at_once_has_one_effect() {
    let stage = Stage::new();
    let ticket = id();
    stage.send("ann", ticket, "k1", open("a")).await.unwrap();
    let (other_engine, other) = stage.another();
    let doors = [&stage.door, &other];
    let sent = (0..40).map(|n| send(doors[n % 2], "ann", ticket, "same", Command::Add(1)));
    let replies = futures_util::future::join_all(sent).await;
    let fresh = replies.iter().filter(|reply| !reply.as_ref().unwrap().replayed).count();
    assert!(fresh <= 1, "{fresh} fresh answers");
    assert_eq!(stage.count("tickets WHERE total = 1"), 1);
    other_engine.stop();
}

#[tokio::test]
async fn strangers_and_absent_aggregates_are_answered_alike_and_nothing_is_stored() {
    let stage = Stage::new();
    let ticket = id();
    stage.send("ann", ticket, "k1", open("a")).await.unwrap();
    assert_eq!(stage.send("bob", ticket, "k2", Command::Add(1)).await, Err(Fault::Unknown));
    let absent = stage.send("bob", id(), "k3", Command::Add(1)).await.unwrap();
    assert_eq!(absent.status, 404);
    assert_eq!(stage.count("requests"), 1);
    let look = stage.door.look(ticket, &Actor::person("bob", None, []), render).await;
    assert_eq!(look, Err(Fault::Unknown));
}

#[tokio::test]
async fn if_match_is_checked_against_the_version_after_lapses() {
    let stage = Stage::new();
    let ticket = id();
    stage.send("ann", ticket, "k1", open("a")).await.unwrap();
    let sent = |expect, key_name: &str| Sent {
        id: ticket,
        actor: Actor::person("ann", None, []),
        command: Command::Add(1),
        expect: Some(expect),
        key: key(key_name, ""),
        correlation: None,
        render,
    };
    assert_eq!(stage.door.send(sent(7, "k2")).await, Err(Fault::Stale { current: 1 }));
    assert_eq!(stage.door.send(sent(1, "k3")).await.unwrap().version, Some(2));
    stage.advance(TimeDelta::days(6));
    assert_eq!(stage.door.send(sent(2, "k4")).await, Err(Fault::Stale { current: 3 }));
}

#[tokio::test]
async fn a_claim_has_one_holder_until_it_is_released() {
    let stage = Stage::new();
    let (first, second) = (id(), id());
    stage.send("ann", first, "k1", open("same")).await.unwrap();
    let refused = stage.send("bob", second, "k2", open("same")).await.unwrap();
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("name_taken"), "{}", refused.body);
    stage.send("ann", first, "k3", Command::Close).await.unwrap();
    assert_eq!(stage.send("bob", second, "k4", open("same")).await.unwrap().status, 200);
    assert_eq!(stage.count("claims"), 1);
}

#[tokio::test]
async fn a_claim_wanted_by_many_at_once_goes_to_one() {
    let stage = Stage::new();
    let (other_engine, other) = stage.another();
    let doors = [&stage.door, &other];
    let sent = (0..40).map(|n| {
        let name = format!("k{n}");
        async move { send(doors[n % 2], "ann", id(), &name, open("wanted")).await }
    });
    let replies = futures_util::future::join_all(sent).await;
    let won = replies.iter().filter(|reply| reply.as_ref().unwrap().status == 200).count();
    assert_eq!(won, 1);
    assert_eq!(stage.count("aggregates"), 1);
    other_engine.stop();
}

#[tokio::test]
async fn facts_are_read_in_the_transaction() {
    let stage = Stage::new();
    diesel::sql_query("UPDATE holidays SET closed = true").execute(&mut stage.conn()).unwrap();
    let refused = stage.send("ann", id(), "k1", open("a")).await.unwrap();
    assert!(refused.body.contains("\"holiday\""), "{}", refused.body);
}

#[tokio::test]
async fn a_due_deadline_lapses_before_a_command_and_stands_though_it_is_refused() {
    let stage = Stage::new();
    let ticket = id();
    stage.send("ann", ticket, "k1", open("a")).await.unwrap();
    stage.advance(TimeDelta::days(5));
    let refused = stage.send("ann", ticket, "k2", Command::Add(1)).await.unwrap();
    assert!(refused.body.contains("ticket_closed"), "{}", refused.body);
    assert_eq!(stage.count("journal WHERE event = 'closed' AND actor->>'sub' = 'clock'"), 1);
    assert_eq!(stage.count("deadlines WHERE status = 'missed'"), 1);
    stage.is_sound();
}

#[tokio::test]
async fn a_look_nudges_what_is_overdue_first() {
    let stage = Stage::new();
    let ticket = id();
    stage.send("ann", ticket, "k1", open("a")).await.unwrap();
    stage.advance(TimeDelta::days(5));
    let reply = stage.door.look(ticket, &Actor::person("ann", None, []), render).await.unwrap();
    assert!(reply.body.contains("by_itself\":true"), "{}", reply.body);
    assert_eq!(reply.version, Some(2));
}

#[tokio::test]
async fn a_broken_command_spoils_nobody_elses() {
    let stage = Stage::new();
    let (good, bad) = (id(), id());
    stage.send("ann", good, "k1", open("good")).await.unwrap();
    stage.send("ann", bad, "k2", open("bad")).await.unwrap();
    let (misfit, panic, host, fine) = tokio::join!(
        stage.send("ann", bad, "k3", Command::Misfit),
        stage.send("ann", id(), "k4", Command::Panic),
        stage.send("ann", id(), "k7", Command::PanicInFacts),
        stage.send("ann", good, "k5", Command::Add(1)),
    );
    assert_eq!([misfit, panic, host], [Err(Fault::Broken), Err(Fault::Broken), Err(Fault::Broken)]);
    assert_eq!(fine.unwrap().status, 200);
    assert_eq!(stage.send("ann", bad, "k6", Command::Add(1)).await.unwrap().status, 200);
    stage.is_sound();
}

#[tokio::test]
async fn views_are_made_again_from_the_journal_as_they_were() {
    let stage = Stage::new();
    for n in 0..5 {
        let ticket = id();
        stage.send("ann", ticket, &format!("o{n}"), open(&format!("t{n}"))).await.unwrap();
        stage.send("ann", ticket, &format!("a{n}"), Command::Add(n + 1)).await.unwrap();
        stage.send("ann", ticket, &format!("b{n}"), Command::Add(n + 2)).await.unwrap();
    }
    let rows = || {
        let text = "(SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM (SELECT t::text FROM tickets t \
                    UNION ALL SELECT a::text FROM additions a) t)";
        diesel::select(diesel::dsl::sql::<diesel::sql_types::Text>(text))
            .get_result::<String>(&mut stage.conn())
            .unwrap()
    };
    let before = rows();
    diesel::sql_query("UPDATE tickets SET total = 0").execute(&mut stage.conn()).unwrap();
    assert_ne!(rows(), before);
    assert_eq!(engine::rebuild::rebuild(&mut stage.conn(), &TicketHost).unwrap(), 5);
    assert_eq!(rows(), before);
}

#[tokio::test]
async fn messages_are_made_again_with_the_same_ids() {
    let stage = Stage::new();
    let ticket = id();
    stage.send("ann", ticket, "k1", open("a")).await.unwrap();
    stage.send("ann", ticket, "k2", Command::Close).await.unwrap();
    let far = TimeDelta::days(1);
    let now = engine::clock::now(&mut stage.conn()).unwrap();
    let made = engine::rebuild::republish(&mut stage.conn(), &TicketHost, "tickets", now - far, now + far).unwrap();
    assert_eq!(made, 2);
    assert_eq!(stage.count("outbox"), 4);
    assert_eq!(stage.count("(SELECT DISTINCT message FROM outbox) m"), 2);
    assert_eq!(stage.count("outbox WHERE message::jsonb->>'sequence' = '2'"), 2);
}

#[tokio::test]
async fn migrations_run_up_down_and_up_again() {
    let stage = Stage::new();
    let mut conn = stage.conn();
    assert!(crate::stage::MIGRATIONS.is_current(&mut conn).unwrap());
    crate::stage::MIGRATIONS.down(&mut conn).unwrap();
    assert_eq!(stage.count("information_schema.tables WHERE table_schema = 'tickets'"), 1, "diesel's own remains");
    assert!(!crate::stage::MIGRATIONS.up(&mut conn).unwrap().is_empty());
}

#[tokio::test]
async fn the_journal_is_found_unsound_when_it_is() {
    let stage = Stage::new();
    let ticket = id();
    stage.send("ann", ticket, "k1", open("a")).await.unwrap();
    diesel::sql_query("UPDATE aggregates SET status = 'closed'").execute(&mut stage.conn()).unwrap();
    let findings = engine::rebuild::verify::<Tickets>(&mut stage.conn()).unwrap();
    assert_eq!(findings.len(), 1, "{findings:?}");
}

#[tokio::test]
async fn a_lapse_before_its_time_is_found() {
    let stage = Stage::new();
    let ticket = id();
    stage.send("ann", ticket, "k1", open("a")).await.unwrap();
    stage.advance(TimeDelta::days(5));
    stage.send("ann", ticket, "k2", Command::Add(1)).await.unwrap();
    stage.is_sound();
    let earlier = "UPDATE journal SET at = at - interval '2 days' WHERE actor->>'sub' = 'clock'";
    assert_eq!(diesel::sql_query(earlier).execute(&mut stage.conn()).unwrap(), 1);
    let findings = engine::rebuild::verify::<Tickets>(&mut stage.conn()).unwrap();
    assert!(findings.len() == 1 && findings[0].contains("lapsed early"), "{findings:?}");
}
