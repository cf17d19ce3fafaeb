//! The smallest machine with messages: a counter that can be added to and labelled. Two contexts host it: `counter`,
//! whose messages go out, and `mirror`, which adds the same amounts and keeps a copy of the label.
use broker::{Inbox, Received, Rejected, answered};
use contracts::Message;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use engine::{Ask, Change, Door, Entry, Fact, Host, Outbound, Place, Recorder, Told};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::{Actor, Claim, Class, Context, Deadline, EditionId, Machine, Party, RuleId, Unfit};
use rulebook::Edition;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use strum::{IntoStaticStr, VariantArray};
use uuid::Uuid;

pub struct Counters;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Counter {
    pub total: i64,
    pub label: String,
}

#[derive(Clone, Debug)]
pub enum Command {
    Add(i64),
    Label(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
pub enum Action {
    Change,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    Added(i64),
    Labelled(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
pub enum Timer {
    Unused,
}

impl kernel::Timer for Timer {
    fn rule(self) -> RuleId {
        RuleId::of("W1")
    }
    fn on_expiry(self) -> &'static str {
        "nothing"
    }
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("never")]
pub struct Refused;

impl kernel::Refusal for Refused {
    fn code(&self) -> &'static str {
        "never"
    }
    fn rule(&self) -> Option<RuleId> {
        None
    }
    fn class(&self) -> Class {
        Class::NotNow
    }
    fn taken(_: &Claim) -> Self {
        Self
    }
}

impl Machine for Counters {
    const KIND: &'static str = "counter";
    const PREFIX: &'static str = "cnt";
    type State = Counter;
    type Command = Command;
    type Action = Action;
    type Event = Event;
    type Timer = Timer;
    type Refusal = Refused;
    type Rules = ();
    type Facts = ();

    fn action(_: &Command) -> Action {
        Action::Change
    }
    fn relation(_: &Counter, _: &Actor) -> Option<Party> {
        Some(Party::System)
    }
    fn guard(_: &Counter, _: Action, _: &Context<'_, Self>) -> Result<(), Refused> {
        Ok(())
    }
    fn decide(_: &Counter, command: &Command, _: &Context<'_, Self>) -> Result<Vec<Event>, Refused> {
        Ok(vec![match command {
            Command::Add(amount) => Event::Added(*amount),
            Command::Label(label) => Event::Labelled(label.clone()),
        }])
    }
    fn lapse(_: &Counter, _: &Deadline<Timer>, _: &Context<'_, Self>) -> Vec<Event> {
        vec![]
    }
    fn evolve(state: Counter, event: &Event) -> Result<Counter, Unfit> {
        Ok(match event {
            Event::Added(amount) => Counter { total: state.total + amount, ..state },
            Event::Labelled(label) => Counter { label: label.clone(), ..state },
        })
    }
    fn status(_: &Counter) -> &'static str {
        "counting"
    }
    fn edition(_: &Counter) -> Option<&EditionId> {
        None
    }
    fn deadlines(_: &Counter) -> Vec<Deadline<Timer>> {
        vec![]
    }
}

/// Being labelled so is told to nobody but the own context, which adds one.
pub const NOTED: &str = "noted";
/// This amount is poison while [`Mirror::is_spoilt`].
pub const UNLUCKY: i64 = 13;

pub struct CounterHost;

impl Host for CounterHost {
    type Machine = Counters;

    fn rules(_: &Edition) -> &() {
        &()
    }
    fn facts(&self, _: &mut PgConnection, asked: &[Ask<'_, Counters>]) -> QueryResult<Vec<()>> {
        Ok(vec![(); asked.len()])
    }
    fn project(&self, _: &mut PgConnection, _: &[Change<Counters>]) -> QueryResult<()> {
        Ok(())
    }
    fn views(&self) -> &'static [&'static str] {
        &[]
    }
    fn outbound(&self, entry: &Entry<Counters>, _: &Counter) -> Option<Outbound> {
        match &entry.event {
            Event::Added(amount) => Some(Outbound { fact: "added", data: json!({ "amount": amount }) }),
            Event::Labelled(label) if label == NOTED => None,
            Event::Labelled(label) => Some(Outbound { fact: "labelled", data: json!({ "label": label }) }),
        }
    }
    fn notes(&self, entry: &Entry<Counters>, _: &Counter) -> Vec<Outbound> {
        let is_noted = entry.event == Event::Labelled(NOTED.into());
        is_noted.then(|| Outbound { fact: "noted", data: json!({}) }).into_iter().collect()
    }
}

/// The inbox of both contexts; only `mirror` binds to anything.
pub struct Mirror {
    pub door: Door<CounterHost>,
    pub bindings: &'static [&'static str],
    /// Every delivery, in order: subject and sequence.
    pub seen: Mutex<Vec<(String, i64)>>,
    pub is_spoilt: AtomicBool,
    pub is_early: AtomicBool,
}

impl Inbox for Mirror {
    fn bindings(&self) -> &'static [&'static str] {
        self.bindings
    }

    fn receive<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<Received, Rejected>> {
        self.apply(message).boxed()
    }
}

impl Mirror {
    async fn apply(&self, message: &Message) -> Result<Received, Rejected> {
        self.seen.lock().unwrap().push((message.subject.clone(), message.sequence));
        if self.is_early.load(Ordering::SeqCst) {
            return Err(Rejected::Later("not yet".into()));
        }
        let id = kernel::ids::decode("cnt", &message.subject).map_err(|error| Rejected::Poison(error.to_string()))?;
        match message.fact() {
            "added" => {
                let amount = message.data["amount"].as_i64().unwrap();
                if amount == UNLUCKY && self.is_spoilt.load(Ordering::SeqCst) {
                    return Err(Rejected::Poison("thirteen".into()));
                }
                answered(self.door.send_message(message, id, Command::Add(amount)).await)
            }
            "noted" => answered(self.door.send_message(message, id, Command::Add(1)).await),
            "labelled" => self.copy(message).await,
            _ => Ok(Received::Ignored),
        }
    }

    async fn copy(&self, message: &Message) -> Result<Received, Rejected> {
        Recorder::new(self.door.readers()).record(message, Labelled(message.id)).await?;
        Ok(Received::Applied)
    }
}

/// The label that a message brings.
struct Labelled(Uuid);

impl Fact for Labelled {
    fn place(&self) -> Place {
        (0, self.0)
    }

    fn write(tx: &mut PgConnection, told: &[Told<'_, Self>]) -> QueryResult<()> {
        told.iter().try_for_each(|Told { message, .. }| {
            diesel::sql_query(
                "INSERT INTO copies VALUES ($1, $2, $3) ON CONFLICT (subject) DO UPDATE \
                 SET sequence = excluded.sequence, label = excluded.label WHERE copies.sequence < excluded.sequence",
            )
            .bind::<Text, _>(&message.subject)
            .bind::<BigInt, _>(message.sequence)
            .bind::<Text, _>(message.data["label"].as_str().unwrap())
            .execute(tx)
            .map(drop)
        })
    }
}
