//! A small machine with everything the engine must carry: a claim, a deadline, facts, a view, a message, and ways to
//! misbehave.
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Text, Uuid as SqlUuid};
use engine::{Ask, Change, Entry, Host, Outbound, Reply, Seen};
use kernel::{Actor, Claim, Class, Context, Deadline, EditionId, Machine, Party, RuleId, Span, Time, Unfit};
use rulebook::Edition;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};
use uuid::Uuid;

#[derive(Debug)]
pub struct Tickets;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Ticket {
    #[default]
    Absent,
    Open {
        name: String,
        owner: String,
        total: i64,
        close_by: Time,
        edition: EditionId,
    },
    Closed {
        by_itself: bool,
    },
}

#[derive(Clone, Debug)]
pub enum Command {
    Open {
        name: String,
        days: u32,
    },
    Add(i64),
    Close,
    Panic,
    /// The host panics when it is asked for the facts.
    PanicInFacts,
    Misfit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Action {
    Open,
    Add,
    Close,
    Misbehave,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    Opened { name: String, owner: String, close_by: Time, edition: EditionId },
    Added { amount: i64 },
    Closed { by_itself: bool },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Timer {
    CloseBy,
}

impl kernel::Timer for Timer {
    fn rule(self) -> RuleId {
        RuleId::of("W1")
    }
    fn on_expiry(self) -> &'static str {
        "the ticket closes by itself"
    }
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refused {
    #[error("the ticket does not exist")]
    NotFound,
    #[error("the ticket is closed")]
    Closed,
    #[error("the ticket is already open")]
    AlreadyOpen,
    #[error("amounts are positive")]
    NotPositive,
    #[error("the name is taken")]
    NameTaken,
    #[error("closed today")]
    Holiday,
}

impl kernel::Refusal for Refused {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "ticket_not_found",
            Self::Closed => "ticket_closed",
            Self::AlreadyOpen => "ticket_open",
            Self::NotPositive => "not_positive",
            Self::NameTaken => "name_taken",
            Self::Holiday => "holiday",
        }
    }
    fn rule(&self) -> Option<RuleId> {
        Some(RuleId::of("W1"))
    }
    fn class(&self) -> Class {
        match self {
            Self::NotFound => Class::NotFound,
            Self::Closed | Self::AlreadyOpen | Self::Holiday => Class::NotNow,
            Self::NotPositive => Class::Invalid { field: "amount" },
            Self::NameTaken => Class::Taken,
        }
    }
    fn taken(_: &Claim) -> Self {
        Self::NameTaken
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    pub is_holiday: bool,
}

impl Machine for Tickets {
    const KIND: &'static str = "ticket";
    const PREFIX: &'static str = "tic";
    type State = Ticket;
    type Command = Command;
    type Action = Action;
    type Event = Event;
    type Timer = Timer;
    type Refusal = Refused;
    type Rules = ();
    type Facts = Facts;

    fn action(command: &Command) -> Action {
        match command {
            Command::Open { .. } => Action::Open,
            Command::Add(_) => Action::Add,
            Command::Close => Action::Close,
            Command::Panic | Command::PanicInFacts | Command::Misfit => Action::Misbehave,
        }
    }

    fn relation(state: &Ticket, actor: &Actor) -> Option<Party> {
        match state {
            Ticket::Absent | Ticket::Closed { .. } => Some(Party::Merchant),
            Ticket::Open { owner, .. } => (actor.system || actor.sub == *owner).then_some(Party::Merchant),
        }
    }

    fn guard(state: &Ticket, action: Action, ctx: &Context<'_, Self>) -> Result<(), Refused> {
        match (state, action) {
            (_, Action::Misbehave) => Ok(()),
            (Ticket::Absent, Action::Open) if ctx.facts.is_holiday => Err(Refused::Holiday),
            (Ticket::Absent, Action::Open) => Ok(()),
            (Ticket::Absent, _) => Err(Refused::NotFound),
            (Ticket::Open { .. }, Action::Open) => Err(Refused::AlreadyOpen),
            (Ticket::Open { .. }, _) => Ok(()),
            (Ticket::Closed { .. }, _) => Err(Refused::Closed),
        }
    }

    fn decide(_: &Ticket, command: &Command, ctx: &Context<'_, Self>) -> Result<Vec<Event>, Refused> {
        Ok(match command {
            Command::Open { name, days } => vec![Event::Opened {
                name: name.clone(),
                owner: ctx.actor.sub.clone(),
                close_by: ctx.calendar.after(ctx.now, Span::Days(*days)),
                edition: ctx.edition.clone(),
            }],
            Command::Add(amount) if *amount <= 0 => return Err(Refused::NotPositive),
            Command::Add(amount) => vec![Event::Added { amount: *amount }],
            Command::Close => vec![Event::Closed { by_itself: false }],
            Command::Panic | Command::PanicInFacts => panic!("as asked"),
            Command::Misfit => vec![Event::Closed { by_itself: false }, Event::Added { amount: 1 }],
        })
    }

    fn lapse(_: &Ticket, _: &Deadline<Timer>, _: &Context<'_, Self>) -> Vec<Event> {
        vec![Event::Closed { by_itself: true }]
    }

    fn evolve(state: Ticket, event: &Event) -> Result<Ticket, Unfit> {
        match (state, event) {
            (Ticket::Absent, Event::Opened { name, owner, close_by, edition }) => Ok(Ticket::Open {
                name: name.clone(),
                owner: owner.clone(),
                total: 0,
                close_by: *close_by,
                edition: edition.clone(),
            }),
            (Ticket::Open { name, owner, total, close_by, edition }, Event::Added { amount }) => {
                Ok(Ticket::Open { name, owner, total: total + amount, close_by, edition })
            }
            (Ticket::Open { .. }, Event::Closed { by_itself }) => Ok(Ticket::Closed { by_itself: *by_itself }),
            (state, event) => Err(Unfit { event: event.into(), status: Self::status(&state) }),
        }
    }

    fn status(state: &Ticket) -> &'static str {
        match state {
            Ticket::Absent => "absent",
            Ticket::Open { .. } => "open",
            Ticket::Closed { .. } => "closed",
        }
    }

    fn edition(state: &Ticket) -> Option<&EditionId> {
        match state {
            Ticket::Open { edition, .. } => Some(edition),
            Ticket::Absent | Ticket::Closed { .. } => None,
        }
    }

    fn deadlines(state: &Ticket) -> Vec<Deadline<Timer>> {
        match state {
            Ticket::Open { close_by, .. } => vec![Deadline::at(Timer::CloseBy, Party::Merchant, *close_by)],
            Ticket::Absent | Ticket::Closed { .. } => vec![],
        }
    }

    fn claims(state: &Ticket) -> Vec<Claim> {
        match state {
            Ticket::Open { name, .. } => vec![Claim { scope: "ticket_name", key: name.clone() }],
            Ticket::Absent | Ticket::Closed { .. } => vec![],
        }
    }
}

pub struct TicketHost;

impl Host for TicketHost {
    type Machine = Tickets;

    fn rules(_: &Edition) -> &() {
        &()
    }

    fn facts(&self, tx: &mut PgConnection, asked: &[Ask<'_, Tickets>]) -> QueryResult<Vec<Facts>> {
        assert!(!asked.iter().any(|ask| matches!(ask.command, Some(Command::PanicInFacts))), "as asked");
        let closed: bool = diesel::select(diesel::dsl::sql::<Bool>(
            "(SELECT bool_or(closed) FROM (SELECT closed FROM holidays FOR SHARE) h)",
        ))
        .get_result(tx)?;
        Ok(asked.iter().map(|_| Facts { is_holiday: closed }).collect())
    }

    fn project(&self, tx: &mut PgConnection, changes: &[Change<Tickets>]) -> QueryResult<()> {
        let (mut ids, mut names, mut totals, mut statuses) = (vec![], vec![], vec![], vec![]);
        let (mut tickets, mut versions, mut amounts) = (vec![], vec![], vec![]);
        for change in changes {
            let (name, total) = match &change.after {
                Ticket::Open { name, total, .. } => (name.as_str(), *total),
                Ticket::Absent | Ticket::Closed { .. } => ("", -1),
            };
            ids.push(change.id);
            names.push(name);
            totals.push(total);
            statuses.push(Tickets::status(&change.after));
            for entry in &change.entries {
                if let Event::Added { amount } = entry.event {
                    tickets.push(entry.id);
                    versions.push(entry.version);
                    amounts.push(amount);
                }
            }
        }
        diesel::sql_query(
            "INSERT INTO tickets SELECT * FROM unnest($1, $2, $3, $4) ON CONFLICT (id) DO UPDATE SET \
             total = excluded.total, status = excluded.status, name = excluded.name",
        )
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Text>, _>(names)
        .bind::<Array<BigInt>, _>(totals)
        .bind::<Array<Text>, _>(statuses)
        .execute(tx)?;
        diesel::sql_query("INSERT INTO additions SELECT * FROM unnest($1, $2, $3)")
            .bind::<Array<SqlUuid>, _>(tickets)
            .bind::<Array<BigInt>, _>(versions)
            .bind::<Array<BigInt>, _>(amounts)
            .execute(tx)
            .map(drop)
    }

    fn views(&self) -> &'static [&'static str] {
        &["tickets", "additions"]
    }

    fn outbound(&self, entry: &Entry<Tickets>, after: &Ticket) -> Option<Outbound> {
        match &entry.event {
            Event::Opened { .. } | Event::Closed { .. } => {
                let fact = (&entry.event).into();
                Some(Outbound { fact, data: serde_json::to_value(after).unwrap() })
            }
            Event::Added { .. } => None,
        }
    }
}

/// The answer shows the state and the events.
pub fn render(seen: &Seen<'_, Tickets>) -> Reply {
    let events: Vec<&'static str> = seen.events.iter().map(Into::into).collect();
    Reply::json(200, seen.version, &serde_json::json!({"state": seen.state, "events": events}))
}

/// A key of this caller.
pub fn key(name: &str, body: &str) -> engine::Key {
    engine::Key { caller: "tester".into(), key: name.into(), fingerprint: body.as_bytes().to_vec() }
}

/// A fresh id.
pub fn id() -> Uuid {
    Uuid::now_v7()
}
