//! A small machine: a provider's note that can be changed until it is sealed, and seals itself after five days.
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Uuid as SqlUuid};
use engine::{Ask, Change, Entry, Host, Outbound};
use kernel::{
    Actor, Claim, Class, Context, Deadline, EditionId, Machine, Party, ProviderId, RuleId, Span, Time, Unfit,
};
use rulebook::Edition;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

#[derive(Debug)]
pub struct Notes;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Note {
    #[default]
    Absent,
    Written(Written),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Written {
    pub owner: ProviderId,
    pub rank: i64,
    pub text: String,
    pub seals_at: Option<Time>,
}

#[derive(Debug)]
pub enum Command {
    Write { owner: ProviderId, rank: i64, text: String },
    Change { text: String },
    Seal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Action {
    Write,
    Change,
    Seal,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    Written(Written),
    Changed { text: String },
    Sealed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Timer {
    SealBy,
}

impl kernel::Timer for Timer {
    fn rule(self) -> RuleId {
        RuleId::of("W1")
    }
    fn on_expiry(self) -> &'static str {
        "the note is sealed"
    }
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refused {
    #[error("there is no such note")]
    NotFound,
    #[error("the note is sealed")]
    Sealed,
    #[error("the note is written already")]
    Written,
    #[error("a note is not empty")]
    Empty,
}

impl kernel::Refusal for Refused {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "note_not_found",
            Self::Sealed => "note_sealed",
            Self::Written => "note_written",
            Self::Empty => "note_empty",
        }
    }
    fn rule(&self) -> Option<RuleId> {
        matches!(self, Self::Sealed).then_some(RuleId::of("W1"))
    }
    fn class(&self) -> Class {
        match self {
            Self::NotFound => Class::NotFound,
            Self::Sealed | Self::Written => Class::NotNow,
            Self::Empty => Class::Invalid { field: "text" },
        }
    }
    fn taken(_: &Claim) -> Self {
        Self::Written
    }
}

impl Machine for Notes {
    const KIND: &'static str = "note";
    const PREFIX: &'static str = "ord";
    type State = Note;
    type Command = Command;
    type Action = Action;
    type Event = Event;
    type Timer = Timer;
    type Refusal = Refused;
    type Rules = ();
    type Facts = ();

    fn action(command: &Command) -> Action {
        match command {
            Command::Write { .. } => Action::Write,
            Command::Change { .. } => Action::Change,
            Command::Seal => Action::Seal,
        }
    }

    fn relation(state: &Note, actor: &Actor) -> Option<Party> {
        match state {
            Note::Absent => actor.as_provider().map(|_| Party::Provider),
            Note::Written(note) => (actor.as_provider() == Some(note.owner)).then_some(Party::Provider),
        }
    }

    fn guard(state: &Note, action: Action, _: &Context<'_, Self>) -> Result<(), Refused> {
        match (state, action) {
            (Note::Absent, Action::Write) => Ok(()),
            (Note::Absent, Action::Change | Action::Seal) => Err(Refused::NotFound),
            (Note::Written(_), Action::Write) => Err(Refused::Written),
            (Note::Written(note), Action::Change | Action::Seal) => match note.seals_at {
                Some(_) => Ok(()),
                None => Err(Refused::Sealed),
            },
        }
    }

    fn decide(_: &Note, command: &Command, ctx: &Context<'_, Self>) -> Result<Vec<Event>, Refused> {
        match command {
            Command::Write { text, .. } | Command::Change { text } if text.is_empty() => Err(Refused::Empty),
            Command::Write { owner, rank, text } => Ok(vec![Event::Written(Written {
                owner: *owner,
                rank: *rank,
                text: text.clone(),
                seals_at: Some(ctx.calendar.after(ctx.now, Span::Days(5))),
            })]),
            Command::Change { text } => Ok(vec![Event::Changed { text: text.clone() }]),
            Command::Seal => Ok(vec![Event::Sealed]),
        }
    }

    fn lapse(_: &Note, _: &Deadline<Timer>, _: &Context<'_, Self>) -> Vec<Event> {
        vec![Event::Sealed]
    }

    fn evolve(state: Note, event: &Event) -> Result<Note, Unfit> {
        match (state, event) {
            (Note::Absent, Event::Written(note)) => Ok(Note::Written(note.clone())),
            (Note::Written(note), Event::Changed { text }) => Ok(Note::Written(Written { text: text.clone(), ..note })),
            (Note::Written(note), Event::Sealed) => Ok(Note::Written(Written { seals_at: None, ..note })),
            (state, event) => Err(Unfit { event: event.into(), status: Self::status(&state) }),
        }
    }

    fn status(state: &Note) -> &'static str {
        match state {
            Note::Absent => "absent",
            Note::Written(note) if note.seals_at.is_some() => "open",
            Note::Written(_) => "sealed",
        }
    }

    fn edition(_: &Note) -> Option<&EditionId> {
        None
    }

    fn deadlines(state: &Note) -> Vec<Deadline<Timer>> {
        match state {
            Note::Absent => vec![],
            Note::Written(note) => {
                note.seals_at.map(|at| Deadline::at(Timer::SealBy, Party::Provider, at)).into_iter().collect()
            }
        }
    }
}

pub struct NoteHost;

impl Host for NoteHost {
    type Machine = Notes;

    fn rules(_: &Edition) -> &() {
        &()
    }

    fn facts(&self, _: &mut PgConnection, asked: &[Ask<'_, Notes>]) -> QueryResult<Vec<()>> {
        Ok(vec![(); asked.len()])
    }

    fn project(&self, tx: &mut PgConnection, changes: &[Change<Notes>]) -> QueryResult<()> {
        let (mut ids, mut owners, mut ranks) = (vec![], vec![], vec![]);
        for change in changes {
            if let Note::Written(note) = &change.after {
                ids.push(change.id);
                owners.push(note.owner.0);
                ranks.push(note.rank);
            }
        }
        diesel::sql_query("INSERT INTO notes SELECT * FROM unnest($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind::<Array<SqlUuid>, _>(ids)
            .bind::<Array<SqlUuid>, _>(owners)
            .bind::<Array<BigInt>, _>(ranks)
            .execute(tx)
            .map(drop)
    }

    fn views(&self) -> &'static [&'static str] {
        &["notes"]
    }

    fn outbound(&self, _: &Entry<Notes>, _: &Note) -> Option<Outbound> {
        None
    }
}
