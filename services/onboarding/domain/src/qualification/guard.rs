//! Whether an action on a qualification is open: whose it is, and how the qualification stands.
use super::Qualifications;
use super::command::Action;
use super::refusal::Refusal;
use super::state::{Holding, Qualification, Standing};
use kernel::{Context, Party};

pub(super) fn check(state: &Qualification, action: Action, ctx: &Context<'_, Qualifications>) -> Result<(), Refusal> {
    let holding = match state {
        Qualification::Absent if action == Action::Grant => return is_systems(ctx.party),
        Qualification::Absent => return Err(Refusal::Missing),
        Qualification::Granted(holding) => holding,
    };
    if !is_meant_for(action, ctx.party) {
        return Err(Refusal::NotYours);
    }
    match action {
        Action::Grant | Action::End | Action::Suspect => Ok(()),
        Action::SubmitDocument | Action::ReportChange | Action::Revoke => is_not_lost(holding),
        Action::AcceptDocument | Action::RejectDocument => is_not_lost(holding).and_then(|()| has_pending(holding)),
        Action::RequestRequalification => is_not_lost(holding).and_then(|()| may_be_demanded(holding)),
        Action::Confirm => is_not_lost(holding).and_then(|()| may_be_confirmed(holding, ctx)),
        Action::Suspend => is_not_lost(holding).and_then(|()| is_not_suspended(holding)),
    }
}

fn is_meant_for(action: Action, party: Party) -> bool {
    match action {
        Action::Grant | Action::End => party == Party::System,
        Action::SubmitDocument | Action::ReportChange => party == Party::Provider,
        Action::AcceptDocument | Action::RejectDocument | Action::RequestRequalification | Action::Confirm => {
            party == Party::Reviewer
        }
        Action::Suspend | Action::Revoke | Action::Suspect => party == Party::Reviewer || party == Party::Operator,
    }
}

fn is_systems(party: Party) -> Result<(), Refusal> {
    if party == Party::System { Ok(()) } else { Err(Refusal::NotYours) }
}

fn is_not_lost(holding: &Holding) -> Result<(), Refusal> {
    if holding.standing == Standing::Revoked { Err(Refusal::Revoked) } else { Ok(()) }
}

fn is_not_suspended(holding: &Holding) -> Result<(), Refusal> {
    if holding.standing == Standing::Suspended { Err(Refusal::Suspended) } else { Ok(()) }
}

fn has_pending(holding: &Holding) -> Result<(), Refusal> {
    if holding.pending.is_empty() { Err(Refusal::NothingPending) } else { Ok(()) }
}

fn may_be_demanded(holding: &Holding) -> Result<(), Refusal> {
    is_not_suspended(holding)?;
    if holding.cure.is_some() { Err(Refusal::DemandRunning) } else { Ok(()) }
}

fn may_be_confirmed(holding: &Holding, ctx: &Context<'_, Qualifications>) -> Result<(), Refusal> {
    if holding.cure.is_none() {
        return Err(Refusal::NothingToConfirm);
    }
    if holding.lapsed_lines(ctx.now).is_empty() { Ok(()) } else { Err(Refusal::DocumentLapsed) }
}
