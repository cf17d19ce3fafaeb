//! A machine with one deadline: an egg is done when its time has passed.
use diesel::prelude::*;
use engine::{Ask, Change, Entry, Host, Outbound};
use kernel::{
    Actor, Claim, Class, Context, Deadline, EditionId, Machine, Party, Refusal, RuleId, Time, TimeDelta, Timer, Unfit,
};
use rulebook::Edition;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

pub struct Eggs;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Egg {
    #[default]
    Absent,
    Boiling {
        until: Time,
    },
    Done,
}

/// Boil until so much later than now; an egg that boils gets a new time.
#[derive(Clone, Debug)]
pub struct Boil(pub TimeDelta);

#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Action {
    Boil,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    Boiling { until: Time },
    Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Due {
    Done,
}

impl Timer for Due {
    fn rule(self) -> RuleId {
        RuleId::of("W1")
    }
    fn on_expiry(self) -> &'static str {
        "the egg is done"
    }
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("the egg is done")]
pub struct IsDone;

impl Refusal for IsDone {
    fn code(&self) -> &'static str {
        "egg_done"
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

impl Machine for Eggs {
    const KIND: &'static str = "egg";
    const PREFIX: &'static str = "egg";
    type State = Egg;
    type Command = Boil;
    type Action = Action;
    type Event = Event;
    type Timer = Due;
    type Refusal = IsDone;
    type Rules = ();
    type Facts = ();

    fn action(_: &Boil) -> Action {
        Action::Boil
    }

    fn relation(_: &Egg, _: &Actor) -> Option<Party> {
        Some(Party::Merchant)
    }

    fn guard(state: &Egg, _: Action, _: &Context<'_, Self>) -> Result<(), IsDone> {
        match state {
            Egg::Absent | Egg::Boiling { .. } => Ok(()),
            Egg::Done => Err(IsDone),
        }
    }

    fn decide(_: &Egg, Boil(span): &Boil, ctx: &Context<'_, Self>) -> Result<Vec<Event>, IsDone> {
        Ok(vec![Event::Boiling { until: ctx.now + *span }])
    }

    fn lapse(_: &Egg, _: &Deadline<Due>, _: &Context<'_, Self>) -> Vec<Event> {
        vec![Event::Done]
    }

    fn evolve(_: Egg, event: &Event) -> Result<Egg, Unfit> {
        Ok(match event {
            Event::Boiling { until } => Egg::Boiling { until: *until },
            Event::Done => Egg::Done,
        })
    }

    fn status(state: &Egg) -> &'static str {
        match state {
            Egg::Absent => "absent",
            Egg::Boiling { .. } => "boiling",
            Egg::Done => "done",
        }
    }

    fn edition(_: &Egg) -> Option<&EditionId> {
        None
    }

    fn deadlines(state: &Egg) -> Vec<Deadline<Due>> {
        match state {
            Egg::Boiling { until } => vec![Deadline::at(Due::Done, Party::Merchant, *until)],
            Egg::Absent | Egg::Done => vec![],
        }
    }
}

pub struct EggHost;

impl Host for EggHost {
    type Machine = Eggs;

    fn rules(_: &Edition) -> &() {
        &()
    }

    fn facts(&self, _: &mut PgConnection, asked: &[Ask<'_, Eggs>]) -> QueryResult<Vec<()>> {
        Ok(vec![(); asked.len()])
    }

    fn project(&self, _: &mut PgConnection, _: &[Change<Eggs>]) -> QueryResult<()> {
        Ok(())
    }

    fn views(&self) -> &'static [&'static str] {
        &[]
    }

    fn outbound(&self, _: &Entry<Eggs>, _: &Egg) -> Option<Outbound> {
        None
    }
}
