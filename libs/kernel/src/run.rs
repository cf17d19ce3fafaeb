//! The pure loop around a machine: lapse what is due, ask for the relation, guard, decide, evolve.
//!
//! The engine runs it inside a transaction, tests run it in memory: one meaning of a command for both.
use crate::machine::{Context, Deadline, Machine, Unfit};
use crate::{Actor, Calendar, EditionId, Party, Time};
use strum::VariantArray;
use uuid::Uuid;

/// How often deadlines may lapse in one go before the machine is considered broken.
pub const MAX_LAPSES: usize = 32;

/// Everything a decision may depend on, apart from the actor.
pub struct Env<'a, M: Machine> {
    /// The aggregate.
    pub id: Uuid,
    /// The instant of the decision.
    pub now: Time,
    /// Deadlines due in this window are spared for now.
    pub spared: Option<Spared>,
    /// See [`Context::edition`].
    pub edition: &'a EditionId,
    /// See [`Context::rules`].
    pub rules: &'a M::Rules,
    /// See [`Context::procedure`].
    pub procedure: &'a M::Rules,
    /// See [`Context::calendar`].
    pub calendar: &'a Calendar,
    /// See [`Context::facts`].
    pub facts: &'a M::Facts,
}

/// The window of an outage of our own: what fell due in it does not lapse until its grace has run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spared {
    /// When the outage began; deadlines due after it are spared.
    pub from: Time,
    /// When it ended; deadlines due up to here are spared.
    pub to: Time,
}

impl Spared {
    fn covers(self, due: Time) -> bool {
        self.from < due && due <= self.to
    }
}

impl<'a, M: Machine> Env<'a, M> {
    /// The context of a decision by `actor` as `party`.
    pub fn context(&self, actor: &'a Actor, party: Party) -> Context<'a, M> {
        Context {
            id: self.id,
            now: self.now,
            actor,
            party,
            edition: self.edition,
            rules: self.rules,
            procedure: self.procedure,
            calendar: self.calendar,
            facts: self.facts,
        }
    }
}

/// What came of an intent. Events stand even when the command was refused: the lapses before it are facts.
pub struct Handled<M: Machine> {
    /// The state afterwards.
    pub state: M::State,
    /// What happened, in order: first what lapsed, then what was decided.
    pub events: Vec<M::Event>,
    /// How many of `events` are lapses.
    pub lapsed: usize,
    /// How it ended.
    pub outcome: Outcome<M::Refusal>,
}

/// How an intent ended.
#[derive(Debug, PartialEq)]
pub enum Outcome<R> {
    /// A nudge: there was nothing to decide.
    Nudged,
    /// Carried out (or already so).
    Done(Party),
    /// Refused.
    Refused(R),
    /// The caller is nothing to this aggregate, or it does not exist for them.
    Unknown,
    /// `If-Match` named another version.
    Stale,
}

/// A fault of the machine itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// An event that its own machine cannot apply.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// Lapses that never end.
    #[error("deadline {timer} was still due after {MAX_LAPSES} lapses")]
    Endless {
        /// The deadline that keeps coming back.
        timer: &'static str,
    },
}

/// The command and who sent it.
pub struct Asked<'a, M: Machine> {
    /// Who asks.
    pub actor: &'a Actor,
    /// What is asked; `None` is a nudge.
    pub command: Option<&'a M::Command>,
    /// The version that `If-Match` names.
    pub expect: Option<i64>,
}

/// Runs one intent on `state`, which is at `version`.
pub fn handle<M: Machine>(
    state: M::State,
    version: i64,
    asked: &Asked<'_, M>,
    env: &Env<'_, M>,
) -> Result<Handled<M>, Broken> {
    let mut events = vec![];
    let state = lapse_due::<M>(state, env, &mut events)?;
    let lapsed = events.len();
    let refused = |state, events, outcome| Ok(Handled { state, events, lapsed, outcome });
    let Some(command) = asked.command else {
        return refused(state, events, Outcome::Nudged);
    };
    let Some(party) = M::relation(&state, asked.actor) else {
        return refused(state, events, Outcome::Unknown);
    };
    let version = version + i64::try_from(lapsed).unwrap_or(i64::MAX);
    if asked.expect.is_some_and(|expected| expected != version) {
        return refused(state, events, Outcome::Stale);
    }
    let ctx = env.context(asked.actor, party);
    let decided = M::guard(&state, M::action(command), &ctx).and_then(|()| M::decide(&state, command, &ctx));
    match decided {
        Err(refusal) => refused(state, events, Outcome::Refused(refusal)),
        Ok(decided) => {
            let state = evolve_all::<M>(state, &decided)?;
            events.extend(decided);
            Ok(Handled { state, events, lapsed, outcome: Outcome::Done(party) })
        }
    }
}

/// Applies events in order.
pub fn evolve_all<M: Machine>(state: M::State, events: &[M::Event]) -> Result<M::State, Unfit> {
    events.iter().try_fold(state, |state, event| M::evolve(state, event))
}

/// The earliest running deadline: what `aggregates.next_due` holds.
pub fn next_due<M: Machine>(state: &M::State) -> Option<Time> {
    M::deadlines(state).iter().filter_map(Deadline::running_until).min()
}

/// Lapses everything that is due, earliest first, and reports the events.
fn lapse_due<M: Machine>(
    mut state: M::State,
    env: &Env<'_, M>,
    events: &mut Vec<M::Event>,
) -> Result<M::State, Broken> {
    let clock = Actor::clock();
    for _ in 0..MAX_LAPSES {
        let Some(missed) = earliest_due::<M>(&state, env) else {
            return Ok(state);
        };
        let lapsed = M::lapse(&state, &missed, &env.context(&clock, Party::System));
        state = evolve_all::<M>(state, &lapsed)?;
        events.extend(lapsed);
    }
    match earliest_due::<M>(&state, env) {
        None => Ok(state),
        Some(missed) => Err(Broken::Endless { timer: missed.timer.into() }),
    }
}

fn earliest_due<M: Machine>(state: &M::State, env: &Env<'_, M>) -> Option<Deadline<M::Timer>> {
    M::deadlines(state)
        .into_iter()
        .filter_map(|deadline| deadline.running_until().map(|due| (due, deadline)))
        .filter(|(due, _)| *due <= env.now && !env.spared.is_some_and(|spared| spared.covers(*due)))
        .min_by_key(|(due, _)| *due)
        .map(|(_, deadline)| deadline)
}

/// One line of `actions[]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered<R> {
    /// The action's name.
    pub action: &'static str,
    /// Why not now; `None` when it is open.
    pub refusal: Option<R>,
}

/// What the caller may do now, and what not, and why: the guards, over all actions meant for the caller. What creates
/// the aggregate is left out once it exists: it can never be done to it again, and says nothing to anybody.
pub fn actions<M: Machine>(state: &M::State, ctx: &Context<'_, M>) -> Vec<Offered<M::Refusal>> {
    use crate::machine::{Class, Refusal};
    M::Action::VARIANTS
        .iter()
        .filter_map(|action| {
            let refusal = M::guard(state, *action, ctx).err();
            let is_left_out = refusal
                .as_ref()
                .is_some_and(|why| matches!(why.class(), Class::NotYours | Class::NotFound | Class::Exists));
            (!is_left_out).then(|| Offered { action: (*action).into(), refusal })
        })
        .collect()
}
