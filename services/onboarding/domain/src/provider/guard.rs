//! Whether an action on a provider's profile is open: whose it is, and whether the provider stays.
use super::Providers;
use super::command::Action;
use super::refusal::Refusal;
use super::state::{Exit, Profile, Provider};
use kernel::{Context, Party, ProviderId};

pub(super) fn check(state: &Provider, action: Action, ctx: &Context<'_, Providers>) -> Result<(), Refusal> {
    let profile = match state {
        Provider::Absent => return may_begin(action, ctx),
        Provider::Registered(profile) => profile,
    };
    if !is_meant_for(action, ctx.party) {
        return Err(Refusal::NotYours);
    }
    // What the system asks again is already so.
    if ctx.party == Party::System {
        return Ok(());
    }
    match action {
        Action::Register => Err(Refusal::Registered),
        Action::CompleteCourse | Action::Close => is_not_gone(profile),
        Action::RequestExit => is_not_gone(profile).and_then(|()| is_staying(profile)),
        Action::CancelExit => is_not_gone(profile).and_then(|()| is_leaving(profile)),
        Action::CheckExit => Ok(()),
        Action::Bar if profile.barred.is_some() => Err(Refusal::Barred),
        Action::LiftBar if profile.barred.is_none() => Err(Refusal::NotBarred),
        Action::Bar | Action::LiftBar => Ok(()),
    }
}

/// An organisation registers itself; the barred need not be known before.
fn may_begin(action: Action, ctx: &Context<'_, Providers>) -> Result<(), Refusal> {
    match action {
        Action::Register if ctx.party == Party::System => Ok(()),
        Action::Register if ctx.actor.as_provider() == Some(ProviderId(ctx.id)) => Ok(()),
        Action::Bar if is_meant_for(Action::Bar, ctx.party) => Ok(()),
        Action::CheckExit if ctx.party == Party::System => Ok(()),
        Action::Register
        | Action::Bar
        | Action::CheckExit
        | Action::CompleteCourse
        | Action::RequestExit
        | Action::CancelExit
        | Action::Close
        | Action::LiftBar => Err(Refusal::Missing),
    }
}

fn is_meant_for(action: Action, party: Party) -> bool {
    match action {
        Action::Register => party == Party::Provider || party == Party::System,
        Action::CompleteCourse => party == Party::Provider || party == Party::Operator,
        Action::RequestExit | Action::CancelExit => party == Party::Provider,
        Action::CheckExit => party == Party::System,
        Action::Close | Action::Bar | Action::LiftBar => party == Party::Operator || party == Party::System,
    }
}

fn is_not_gone(profile: &Profile) -> Result<(), Refusal> {
    if profile.exited_at().is_some() { Err(Refusal::Gone) } else { Ok(()) }
}

fn is_staying(profile: &Profile) -> Result<(), Refusal> {
    if profile.exit == Exit::Stays { Ok(()) } else { Err(Refusal::Leaving) }
}

fn is_leaving(profile: &Profile) -> Result<(), Refusal> {
    if profile.is_leaving() { Ok(()) } else { Err(Refusal::NotLeaving) }
}
