//! The disputes context, pure: a case from the refund application to the award.
//!
//! Owns: negotiation with proposals (W11–W13), escalation and its gate (N1, X12), the arbitrators' queue (W15), the
//! decision with its grounds, and the award once it is final (W17). Does not own: the order's clocks (orders stops and
//! resumes them), any money (settlement carries the outcome out), the window in which a dispute may be opened (A6, W21:
//! orders). Of the rest of section 4 of the rules, evidence (D1.4), suspension (D1.5), standards and appeal have their
//! place named in [`state`] and are not here.
//!
//! Invariants: a case is opened by a message and never by a person; nothing is granted by silence; exactly one outcome
//! closes a case, with 0 ≤ `to_merchant` ≤ the order's amount; only the assigned arbitrator decides, and never one who
//! acted for a side.
//!
//! Start at [`Cases`], then [`state`].

mod assignment;
pub mod burden;
mod clocks;
pub mod command;
pub mod deadline;
mod decision;
mod escalation;
pub mod event;
mod history;
mod negotiation;
mod opening;
mod proposals;
pub mod refusal;
mod standing;
pub mod state;
pub mod wording;

pub use burden::burden;
pub use command::{Action, Command, Draft};
pub use deadline::Timer;
pub use event::{Event, Spokesperson};
pub use refusal::Refusal;
pub use state::{Application, Case, Opened, Opening, Outcome, Phase, Side};

use kernel::{Actor, Claim, Context, Deadline, EditionId, Machine, Party, Role, Unfit};
use rulebook::DisputeRules;

/// The machine of dispute cases.
#[derive(Debug)]
pub struct Cases;

/// What a case must know of others: nothing yet; all it decides on came with its opening.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {}

pub(crate) type Ctx<'a> = Context<'a, Cases>;

impl Machine for Cases {
    const KIND: &'static str = "case";
    const PREFIX: &'static str = "cas";
    type State = Case;
    type Command = Command;
    type Action = Action;
    type Event = Event;
    type Timer = Timer;
    type Refusal = Refusal;
    type Rules = DisputeRules;
    type Facts = Facts;

    fn action(command: &Command) -> Action {
        command.action()
    }

    fn relation(case: &Case, actor: &Actor) -> Option<Party> {
        if actor.system {
            return Some(Party::System);
        }
        let opening = &case.opened()?.opening;
        if actor.as_provider() == Some(opening.provider) {
            return Some(Party::Provider);
        }
        if actor.as_merchant() == Some(opening.merchant) {
            return Some(Party::Merchant);
        }
        actor.as_staff(&[(Role::Arbitrator, Party::Arbitrator), (Role::Operator, Party::Operator)])
    }

    fn guard(case: &Case, action: Action, ctx: &Ctx<'_>) -> Result<(), Refusal> {
        match action {
            Action::Open => opening::guard(case, ctx),
            Action::Propose => proposals::may_propose(case.known()?, ctx),
            Action::AcceptProposal | Action::DeclineProposal => proposals::may_answer(case.known()?, ctx),
            Action::RefuseRefund => negotiation::may_refuse(case.known()?, ctx),
            Action::ExtendNegotiation => negotiation::may_extend(case.known()?, ctx),
            Action::Withdraw => negotiation::may_withdraw(case.known()?, ctx),
            Action::Escalate => escalation::guard(case.known()?, ctx),
            Action::Claim => assignment::may_claim(case.known()?, ctx),
            Action::Release => standing::seat(case.known()?, ctx),
            Action::Decide => decision::guard(case.known()?, ctx),
            Action::HandOver => assignment::may_hand_over(case.known()?, ctx),
            Action::DeclareConflict => standing::may_declare(case.known()?, ctx),
        }
    }

    fn decide(case: &Case, command: &Command, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Open(opening) => Ok(opening::open(case, opening, ctx)),
            Command::Propose { proposal, to_merchant, text } => {
                proposals::propose(case.known()?, *proposal, *to_merchant, text, ctx)
            }
            Command::AcceptProposal { proposal, to_merchant } => {
                proposals::accept(case.known()?, *proposal, *to_merchant, ctx)
            }
            Command::DeclineProposal { proposal, text } => proposals::decline(case.known()?, *proposal, text, ctx),
            Command::RefuseRefund { reasons } => negotiation::refuse(case.known()?, reasons, ctx),
            Command::ExtendNegotiation => negotiation::extend(case.known()?, ctx),
            Command::Withdraw { text } => negotiation::withdraw(case.known()?, text, ctx),
            Command::Escalate { kind_of_product, summary, reasons } => {
                escalation::escalate(case.known()?, &escalation::Grounds { kind_of_product, summary, reasons }, ctx)
            }
            Command::Claim => Ok(assignment::claim(ctx)),
            Command::Release => Ok(assignment::release(ctx)),
            Command::HandOver { to } => assignment::hand_over(case.known()?, to, ctx),
            Command::DeclareConflict { reason } => assignment::declare_conflict(case.known()?, reason, ctx),
            Command::Decide(draft) => decision::decide(case.known()?, draft, ctx),
        }
    }

    fn lapse(case: &Case, missed: &Deadline<Timer>, ctx: &Ctx<'_>) -> Vec<Event> {
        let Some(case) = case.opened() else {
            return vec![];
        };
        let event = match missed.timer {
            Timer::Answer => Some(escalation::unanswered(ctx)),
            Timer::ProposalReply => missed.subject.map(|id| proposals::unanswered(case, id, ctx)),
            Timer::Negotiation => negotiation::ended(case, ctx),
            Timer::Escalation => Some(negotiation::withdrawn_by_silence(case, ctx)),
            Timer::ArbitratorLease => assignment::lease_lapsed(case),
            Timer::Decision => assignment::overdue(case, ctx),
            Timer::Appeal => decision::awarded(case, ctx),
        };
        event.into_iter().collect()
    }

    fn evolve(case: Case, event: &Event) -> Result<Case, Unfit> {
        history::evolve(case, event)
    }

    fn status(case: &Case) -> &'static str {
        case.status()
    }

    fn edition(case: &Case) -> Option<&EditionId> {
        case.opened().map(|case| &case.opening.edition)
    }

    fn deadlines(case: &Case) -> Vec<Deadline<Timer>> {
        deadline::of(case)
    }

    /// One open case per order: two awards for one order have no spelling.
    fn claims(case: &Case) -> Vec<Claim> {
        let open = case.opened().filter(|case| case.is_open());
        open.map(|case| Claim { scope: "open_case_per_order", key: case.opening.order.to_string() })
            .into_iter()
            .collect()
    }
}
