//! The organisation that sells: its registration, the compliance course (P4), its exit, and the bar (C2–C4, X23).
//!
//! Invariants: a voluntary exit completes only when nothing of the provider's is open; a clearance waits for nothing
//! (X21); gone is gone: W33 counts from `exited_at`. What is open is not counted here but read as [`Facts`].
//! Start at [`Command`], then `leaving`.

mod command;
mod deadline;
mod event;
mod guard;
mod leaving;
mod refusal;
mod state;

pub use command::{Action, Command};
pub use deadline::Timer;
pub use event::Event;
pub use refusal::Refusal;
pub use state::{Exit, ExitCause, Profile, Provider, Training};

use kernel::{Actor, Context, Deadline, EditionId, Machine, Party, ProviderId, Role, RuleId, Unfit};
use rulebook::OnboardingRules;
use serde::{Deserialize, Serialize};

/// The machine of providers.
#[derive(Debug)]
pub struct Providers;

/// What is open of the provider's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Orders.
    pub open_orders: u32,
    /// Dispute cases.
    pub open_cases: u32,
    /// Complaints.
    pub open_complaints: u32,
}

impl Machine for Providers {
    const KIND: &'static str = "provider";
    const PREFIX: &'static str = "prv";
    type State = Provider;
    type Command = Command;
    type Action = Action;
    type Event = Event;
    type Timer = Timer;
    type Refusal = Refusal;
    type Rules = OnboardingRules;
    type Facts = Facts;

    fn action(command: &Command) -> Action {
        command.into()
    }

    fn relation(state: &Provider, actor: &Actor) -> Option<Party> {
        if actor.system {
            return Some(Party::System);
        }
        let is_own = match state {
            Provider::Absent => actor.as_provider().is_some(),
            Provider::Registered(profile) => actor.as_provider() == Some(profile.provider),
        };
        if is_own {
            return Some(Party::Provider);
        }
        actor.as_staff(&[(Role::Operator, Party::Operator), (Role::Reviewer, Party::Reviewer)])
    }

    fn guard(state: &Provider, action: Action, ctx: &Context<'_, Self>) -> Result<(), Refusal> {
        guard::check(state, action, ctx)
    }

    fn decide(state: &Provider, command: &Command, ctx: &Context<'_, Self>) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Register => Ok(match state {
                Provider::Absent => vec![Event::Registered { provider: ProviderId(ctx.id) }],
                Provider::Registered(_) => vec![],
            }),
            Command::CompleteCourse { version, modules } => complete_course(state.profile()?, version, modules, ctx),
            Command::RequestExit { reason } => leaving::request(reason, ctx),
            Command::CancelExit => Ok(vec![Event::ExitCancelled]),
            Command::CheckExit => state.profile().map_or(Ok(vec![]), |profile| leaving::check(profile, ctx)),
            Command::Close { rules, reasons } => leaving::close(state.profile()?, rules, reasons, ctx),
            Command::Bar { rules, reasons, related_to } => leaving::bar(state, rules, reasons, *related_to, ctx),
            Command::LiftBar { reasons } => leaving::lift_bar(state.profile()?, reasons, ctx),
        }
    }

    fn lapse(_state: &Provider, missed: &Deadline<Timer>, _ctx: &Context<'_, Self>) -> Vec<Event> {
        match missed.timer {}
    }

    fn evolve(state: Provider, event: &Event) -> Result<Provider, Unfit> {
        match state {
            Provider::Absent => registered(event),
            Provider::Registered(mut profile) => {
                apply(&mut profile, event)?;
                Ok(Provider::Registered(profile))
            }
        }
    }

    fn status(state: &Provider) -> &'static str {
        match state.profile().map(|profile| profile.exit) {
            Err(_) => "absent",
            Ok(Exit::Stays) => "registered",
            Ok(Exit::Requested) => "leaving",
            Ok(Exit::Exited { .. }) => "exited",
        }
    }

    fn edition(_state: &Provider) -> Option<&EditionId> {
        None
    }

    fn deadlines(_state: &Provider) -> Vec<Deadline<Timer>> {
        vec![]
    }
}

fn complete_course(
    profile: &Profile,
    version: &str,
    modules: &[String],
    ctx: &Context<'_, Providers>,
) -> Result<Vec<Event>, Refusal> {
    let course = &ctx.rules.eu_course;
    if version != course.version {
        return Err(Refusal::CourseVersion);
    }
    let is_whole = course.modules.iter().all(|module| modules.contains(&module.key));
    if !is_whole || modules.len() != course.modules.len() {
        return Err(Refusal::CourseIncomplete);
    }
    if profile.training.as_ref().is_some_and(|training| training.version == version) {
        return Ok(vec![]);
    }
    let by = ctx.actor.sub.clone();
    Ok(vec![Event::Trained { version: version.to_owned(), trained_at: ctx.now, by, rules: vec![RuleId::of("P4")] }])
}

fn registered(event: &Event) -> Result<Provider, Unfit> {
    let Event::Registered { provider } = event else {
        return Err(Unfit { event: event.into(), status: "absent" });
    };
    Ok(Provider::Registered(Profile { provider: *provider, training: None, barred: None, exit: Exit::Stays }))
}

fn apply(profile: &mut Profile, event: &Event) -> Result<(), Unfit> {
    match event {
        Event::Registered { .. } => return Err(Unfit { event: event.into(), status: "registered" }),
        Event::Trained { version, trained_at, .. } => {
            profile.training = Some(Training { version: version.clone(), at: *trained_at });
        }
        Event::ExitRequested { .. } => profile.exit = Exit::Requested,
        Event::ExitCancelled => profile.exit = Exit::Stays,
        Event::Exited { cause, exited_at, .. } => profile.exit = Exit::Exited { at: *exited_at, cause: *cause },
        Event::Barred { decision, .. } => profile.barred = decision.rules.first().cloned(),
        Event::BarLifted { .. } => profile.barred = None,
    }
    Ok(())
}
