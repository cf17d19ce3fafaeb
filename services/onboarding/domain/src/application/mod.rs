//! The application of one provider to one category: from the draft to a reasoned decision.
//!
//! `draft → submitted → in_review → approved | rejected`, with `information_requested` between, and `lapsed` and
//! `withdrawn` aside. Submitting and answering are screened first; with a hard finding the application stays where it
//! is and a `screened` event says what to mend. A reviewer holds it by a lease; W32 is never decided by silence.
//! Invariants: at most one running application per provider and category (a claim); the edition is pinned on opening.
//! Start at [`Command`], then the topic modules: `drafting` (the applicant), `review` (the reviewers), `guard`, `evolve`.

mod command;
mod deadline;
mod drafting;
mod event;
mod evolve;
mod guard;
mod refusal;
mod review;
mod state;

pub use command::{Action, Command, Description};
pub use deadline::Timer;
pub use event::Event;
pub use refusal::Refusal;
pub use review::qualification_of;
pub use state::{Application, Dossier, MAX_REQUESTS, Phase, RequirementStatus, Verdict};

use crate::screening::RelatedBar;
use kernel::{Actor, Claim, Context, Deadline, EditionId, FileRef, Machine, Party, Role, RuleId, Unfit};
use rulebook::OnboardingRules;

/// The machine of applications.
#[derive(Debug)]
pub struct Applications;

/// What must be known of others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Files uploaded to this application.
    pub files: Vec<FileRef>,
    /// The rule under which the applicant is barred (C2, C3, C4, X23).
    pub barred: Option<RuleId>,
    /// Bars of organisations that share the applicant's registration or an owner's name (X23).
    pub related_bars: Vec<RelatedBar>,
    /// The applicant asked for its exit, or is gone.
    pub leaving: bool,
    /// The applicant holds a qualification in the category that is not revoked.
    pub qualified: bool,
    /// The applicant has completed the compliance course (P4).
    pub eu_trained: bool,
}

impl Machine for Applications {
    const KIND: &'static str = "application";
    const PREFIX: &'static str = "app";
    type State = Application;
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

    fn relation(state: &Application, actor: &Actor) -> Option<Party> {
        if actor.system {
            return Some(Party::System);
        }
        match state {
            Application::Absent => actor.as_provider().map(|_| Party::Provider),
            Application::Opened(dossier) if actor.as_provider() == Some(dossier.provider) => Some(Party::Provider),
            Application::Opened(_) => {
                actor.as_staff(&[(Role::Reviewer, Party::Reviewer), (Role::Operator, Party::Operator)])
            }
        }
    }

    fn guard(state: &Application, action: Action, ctx: &Context<'_, Self>) -> Result<(), Refusal> {
        guard::check(state, action, ctx)
    }

    fn decide(state: &Application, command: &Command, ctx: &Context<'_, Self>) -> Result<Vec<Event>, Refusal> {
        if let Command::Open { category, agent_operation, applicant } = command {
            return drafting::open(*category, *agent_operation, *applicant, ctx);
        }
        let dossier = state.dossier()?;
        match command {
            Command::Open { .. } => Err(Refusal::AlreadyOpen),
            Command::DescribeBusiness(described) => drafting::describe(dossier, described, ctx),
            Command::SubmitCredential(handout) => drafting::submit_credential(dossier, handout, ctx),
            Command::RemoveCredential { credential } => drafting::remove_credential(dossier, *credential),
            Command::DeclareShareholders { applicant, shareholders } => {
                drafting::declare(dossier, *applicant, shareholders)
            }
            Command::Submit { declares_true } => drafting::submit(dossier, *declares_true, ctx),
            Command::ProvideInformation { answer, files } => drafting::provide(dossier, answer, files, ctx),
            Command::Withdraw { reason } => drafting::withdraw(dossier, reason, ctx),
            Command::Claim => review::claim(dossier, ctx),
            Command::Assign { reviewer } => review::assign(dossier, reviewer, ctx),
            Command::Release => Ok(vec![Event::Released { reviewer: ctx.actor.sub.clone() }]),
            Command::VerifyRequirement { requirement, note } => review::verify(dossier, requirement, note, ctx),
            Command::RejectRequirement { requirement, reason } => {
                review::reject_requirement(dossier, requirement, reason, ctx)
            }
            Command::RequestInformation { what, requirements } => {
                review::request_information(dossier, what, requirements, ctx)
            }
            Command::Approve { reasons } => review::approve(dossier, reasons, ctx),
            Command::Reject { reasons, rules, suspected } => review::reject(dossier, reasons, rules, *suspected, ctx),
        }
    }

    fn lapse(state: &Application, missed: &Deadline<Timer>, ctx: &Context<'_, Self>) -> Vec<Event> {
        let Ok(dossier) = state.dossier() else { return vec![] };
        match missed.timer {
            Timer::Review => review::overdue(dossier, ctx),
            Timer::ReviewLease => review::lease_expired(dossier),
            Timer::Information => review::unanswered(ctx),
        }
    }

    fn evolve(state: Application, event: &Event) -> Result<Application, Unfit> {
        evolve::evolve(state, event)
    }

    fn status(state: &Application) -> &'static str {
        match state {
            Application::Absent => "absent",
            Application::Opened(dossier) => dossier.phase.status(),
        }
    }

    fn edition(state: &Application) -> Option<&EditionId> {
        state.dossier().ok().map(|dossier| &dossier.edition)
    }

    fn deadlines(state: &Application) -> Vec<Deadline<Timer>> {
        let Ok(dossier) = state.dossier() else { return vec![] };
        match &dossier.phase {
            Phase::Submitted { review_due } => vec![Deadline::at(Timer::Review, Party::Reviewer, *review_due)],
            Phase::InReview { review_due, lease_until, .. } => vec![
                Deadline::at(Timer::Review, Party::Reviewer, *review_due),
                Deadline::at(Timer::ReviewLease, Party::Reviewer, *lease_until),
            ],
            Phase::InformationRequested { due } => vec![Deadline::at(Timer::Information, Party::Provider, *due)],
            Phase::Draft | Phase::Approved | Phase::Rejected | Phase::Lapsed | Phase::Withdrawn => vec![],
        }
    }

    fn claims(state: &Application) -> Vec<Claim> {
        match state.dossier() {
            Ok(dossier) if !dossier.phase.is_closed() => vec![Claim {
                scope: "application_per_category",
                key: format!("{}:{}", dossier.provider, dossier.entry.category),
            }],
            Ok(_) | Err(_) => vec![],
        }
    }
}
