//! Whether an action on an application is open: whose it is, and in which phase.
use super::command::Action;
use super::refusal::Refusal;
use super::state::{Application, Dossier, MAX_REQUESTS, Phase};
use super::{Applications, Facts};
use kernel::{Context, Party};

type Ctx<'a> = Context<'a, Applications>;

pub(super) fn check(state: &Application, action: Action, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let dossier = match state {
        Application::Absent if action == Action::Open => return may_open(ctx),
        Application::Absent => return Err(Refusal::Missing),
        Application::Opened(dossier) => dossier,
    };
    if !is_meant_for(action, ctx.party) {
        return Err(Refusal::NotYours);
    }
    match action {
        Action::Open => Err(Refusal::AlreadyOpen),
        Action::DescribeBusiness
        | Action::SubmitCredential
        | Action::RemoveCredential
        | Action::DeclareShareholders => is_editable(dossier),
        Action::Submit => is_draft(dossier).and_then(|()| is_welcome(ctx.facts)),
        Action::ProvideInformation => is_asked(dossier).and_then(|()| is_welcome(ctx.facts)),
        Action::Withdraw if ctx.party == Party::System => Ok(()),
        Action::Withdraw => is_running(dossier),
        Action::Claim => may_claim(dossier, ctx),
        Action::Assign => is_with_reviewers(dossier),
        Action::Release | Action::VerifyRequirement | Action::RejectRequirement | Action::Reject => {
            is_held(dossier, ctx)
        }
        Action::RequestInformation => is_held(dossier, ctx).and_then(|()| may_ask_again(dossier)),
        Action::Approve => may_approve(dossier, ctx),
    }
}

fn is_meant_for(action: Action, party: Party) -> bool {
    match action {
        Action::Open
        | Action::DescribeBusiness
        | Action::SubmitCredential
        | Action::RemoveCredential
        | Action::DeclareShareholders
        | Action::Submit
        | Action::ProvideInformation => party == Party::Provider,
        Action::Withdraw => party == Party::Provider || party == Party::System,
        Action::Assign => party == Party::Operator,
        Action::Claim
        | Action::Release
        | Action::VerifyRequirement
        | Action::RejectRequirement
        | Action::RequestInformation
        | Action::Approve
        | Action::Reject => party == Party::Reviewer,
    }
}

fn may_open(ctx: &Ctx<'_>) -> Result<(), Refusal> {
    if ctx.party != Party::Provider {
        return Err(Refusal::NotYours);
    }
    if ctx.facts.qualified {
        return Err(Refusal::Qualified);
    }
    is_welcome(ctx.facts)
}

/// C2, C3, C4, X23: no cooperation with the barred; X21: none with those who leave.
fn is_welcome(facts: &Facts) -> Result<(), Refusal> {
    match &facts.barred {
        Some(rule) => Err(Refusal::Barred { rule: rule.clone() }),
        None if facts.leaving => Err(Refusal::Leaving),
        None => Ok(()),
    }
}

fn is_running(dossier: &Dossier) -> Result<(), Refusal> {
    if dossier.phase.is_closed() { Err(Refusal::Closed { status: dossier.phase.status() }) } else { Ok(()) }
}

fn is_editable(dossier: &Dossier) -> Result<(), Refusal> {
    is_running(dossier)?;
    if dossier.phase.is_with_applicant() {
        Ok(())
    } else {
        Err(Refusal::NotEditable { status: dossier.phase.status() })
    }
}

fn is_draft(dossier: &Dossier) -> Result<(), Refusal> {
    is_running(dossier)?;
    if dossier.phase == Phase::Draft { Ok(()) } else { Err(Refusal::NotEditable { status: dossier.phase.status() }) }
}

fn is_asked(dossier: &Dossier) -> Result<(), Refusal> {
    is_running(dossier)?;
    if dossier.phase.is_with_applicant() && dossier.phase != Phase::Draft { Ok(()) } else { Err(Refusal::NothingAsked) }
}

fn is_with_reviewers(dossier: &Dossier) -> Result<(), Refusal> {
    is_running(dossier)?;
    match dossier.phase.review_due() {
        Some(_) => Ok(()),
        None => Err(Refusal::NotWithReviewers { status: dossier.phase.status() }),
    }
}

fn may_claim(dossier: &Dossier, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    is_with_reviewers(dossier)?;
    is_unbiased(dossier, &ctx.actor.sub)?;
    if let Phase::InReview { reviewer, lease_until, .. } = &dossier.phase
        && *reviewer != ctx.actor.sub
    {
        return Err(Refusal::ClaimedByAnother { until: *lease_until });
    }
    Ok(())
}

/// Nobody reviews what they handed in themselves, nor approves twice where two must approve (M5.67).
pub(super) fn is_unbiased(dossier: &Dossier, sub: &str) -> Result<(), Refusal> {
    if dossier.acted.contains(sub) {
        Err(Refusal::Conflict)
    } else if dossier.approvals.iter().any(|earlier| earlier == sub) {
        Err(Refusal::SecondReviewerNeeded)
    } else {
        Ok(())
    }
}

fn is_held(dossier: &Dossier, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    is_with_reviewers(dossier)?;
    match &dossier.phase {
        Phase::InReview { reviewer, .. } if *reviewer == ctx.actor.sub => Ok(()),
        Phase::InReview { lease_until, .. } => Err(Refusal::ClaimedByAnother { until: *lease_until }),
        Phase::Draft
        | Phase::Submitted { .. }
        | Phase::InformationRequested { .. }
        | Phase::Approved
        | Phase::Rejected
        | Phase::Lapsed
        | Phase::Withdrawn => Err(Refusal::NotClaimed),
    }
}

fn may_ask_again(dossier: &Dossier) -> Result<(), Refusal> {
    if dossier.requests < MAX_REQUESTS { Ok(()) } else { Err(Refusal::AskedTooOften) }
}

fn may_approve(dossier: &Dossier, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    is_held(dossier, ctx)?;
    is_welcome(ctx.facts)?;
    if dossier.is_fulfilled(ctx.rules, ctx.calendar.day(ctx.now)) { Ok(()) } else { Err(Refusal::RequirementsOpen) }
}
