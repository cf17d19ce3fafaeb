//! The right of a provider to sell in one category, for as long as the conditions of entry hold (M3.1).
//!
//! `active → expiring` 30 days before the earliest document lapses, `suspended` on the day it does or when a demand to
//! re-qualify is not met, `revoked` when that is not cured (W32), by decision, or when the provider leaves. It is
//! renewed, re-qualified and cured in one way: documents are handed in and a reviewer accepts them.
//! Invariants: one clock at a time asks something of the provider ([`Cure`]), and it stands still while a
//! reviewer has to judge; of one renewal the provider is reminded once, whatever comes in between; `revoked` is final,
//! the way back is a new application. It pins no edition: each decision names its own.
//! Start at [`Command`], then `standing` and `documents`.

mod command;
mod deadline;
mod documents;
mod event;
mod evolve;
mod guard;
mod refusal;
mod standing;
mod state;

pub use command::{Action, Command};
pub use deadline::Timer;
pub use event::Event;
pub use refusal::{MAX_PENDING, MAX_PENDING_PER_LINE, Refusal};
pub use state::{Cure, Document, Holding, Pending, Qualification, Standing, SuspensionCause};

use kernel::{Actor, Claim, Context, Deadline, EditionId, FileRef, Machine, Party, Role, Unfit};
use rulebook::OnboardingRules;

/// The machine of qualifications.
#[derive(Debug)]
pub struct Qualifications;

/// What must be known of others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Files uploaded to this qualification.
    pub files: Vec<FileRef>,
}

impl Machine for Qualifications {
    const KIND: &'static str = "qualification";
    const PREFIX: &'static str = "qua";
    type State = Qualification;
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

    fn relation(state: &Qualification, actor: &Actor) -> Option<Party> {
        if actor.system {
            return Some(Party::System);
        }
        let holding = state.holding().ok()?;
        if actor.as_provider() == Some(holding.provider) {
            return Some(Party::Provider);
        }
        actor.as_staff(&[(Role::Reviewer, Party::Reviewer), (Role::Operator, Party::Operator)])
    }

    fn guard(state: &Qualification, action: Action, ctx: &Context<'_, Self>) -> Result<(), Refusal> {
        guard::check(state, action, ctx)
    }

    fn decide(state: &Qualification, command: &Command, ctx: &Context<'_, Self>) -> Result<Vec<Event>, Refusal> {
        let holding = match state {
            Qualification::Absent => return standing::grant(command, ctx),
            Qualification::Granted(holding) => holding,
        };
        match command {
            Command::Grant { .. } => Ok(vec![]),
            Command::SubmitDocument(handout) => documents::submit(holding, handout, ctx),
            Command::AcceptDocument { requirement, note } => documents::accept(holding, requirement, note, ctx),
            Command::RejectDocument { requirement, reason } => documents::reject(holding, requirement, reason, ctx),
            Command::ReportChange { what, changed_on, requirement } => {
                standing::report_change(holding, what, *changed_on, requirement.as_deref(), ctx)
            }
            Command::RequestRequalification { requirements, reasons } => {
                standing::request(holding, requirements, reasons, ctx)
            }
            Command::Confirm { reasons } => standing::confirm(holding, reasons, ctx),
            Command::Suspend { reasons, rules, requirements } => {
                standing::suspend(holding, reasons, rules, requirements, ctx)
            }
            Command::Revoke { reasons, rules } => standing::revoke(holding, reasons, rules, ctx),
            Command::Suspect { suspected, findings } => standing::suspect(*suspected, findings, ctx),
            Command::End { rules } => standing::end(holding, rules, ctx),
        }
    }

    fn lapse(state: &Qualification, missed: &Deadline<Timer>, ctx: &Context<'_, Self>) -> Vec<Event> {
        let Ok(holding) = state.holding() else { return vec![] };
        match missed.timer {
            Timer::RenewalDue => standing::expiring(holding),
            Timer::DocumentLapse => standing::document_lapsed(holding, ctx),
            Timer::Requalification => standing::requalification_failed(holding, ctx),
            Timer::SuspensionCure => standing::not_cured(holding, ctx),
            Timer::DocumentReview => standing::review_overdue(ctx),
        }
    }

    fn evolve(state: Qualification, event: &Event) -> Result<Qualification, Unfit> {
        evolve::evolve(state, event)
    }

    fn status(state: &Qualification) -> &'static str {
        state.holding().map_or("absent", |holding| holding.standing.into())
    }

    fn edition(_state: &Qualification) -> Option<&EditionId> {
        None
    }

    fn deadlines(state: &Qualification) -> Vec<Deadline<Timer>> {
        let Ok(holding) = state.holding() else { return vec![] };
        let lapse = holding.valid_until.map(|at| Deadline::at(Timer::DocumentLapse, Party::Provider, at));
        let renewal = holding.renew_from.map(|at| Deadline::at(Timer::RenewalDue, Party::Provider, at));
        let cure = |timer| {
            let due = holding.cure.as_ref().map(|cure| cure.due);
            due.map(|due| Deadline { timer, subject: None, party: Party::Provider, due })
        };
        let review = holding.review_due.map(|at| Deadline::at(Timer::DocumentReview, Party::Reviewer, at));
        let of_standing = match holding.standing {
            Standing::Active => vec![renewal, lapse, cure(Timer::Requalification)],
            Standing::Expiring => vec![lapse, cure(Timer::Requalification)],
            Standing::Suspended => vec![cure(Timer::SuspensionCure)],
            Standing::Revoked => vec![],
        };
        of_standing.into_iter().chain([review]).flatten().collect()
    }

    fn claims(state: &Qualification) -> Vec<Claim> {
        match state.holding() {
            Ok(holding) if holding.standing != Standing::Revoked => vec![Claim {
                scope: "qualification_per_category",
                key: format!("{}:{}", holding.provider, holding.category),
            }],
            Ok(_) | Err(_) => vec![],
        }
    }
}
