//! The disputes context, pure: a case from the refund application to the award, and past it.
//!
//! Owns: negotiation with proposals (W11–W13), escalation and its gate (N1, X12), evidence and the case file (D1.4,
//! W14), suspension (D1.5, W16), the arbitrators' queue (W15), findings and the decision with its grounds and record,
//! four eyes, the appeal (W17), what another forum decided (D1.1.4), and the award once it is final. Does not own: the
//! order's clocks (orders stops and resumes them), any money (settlement carries the outcome out), the window in which
//! a dispute may be opened (A6, W21: orders), how articles combine ([`adjudication`]).
//!
//! Invariants: a case is opened by a message and never by a person; nothing is granted by silence; exactly one outcome
//! closes a case, with 0 ≤ `to_merchant` ≤ the order's amount; only the assigned arbitrator decides, and never one who
//! acted for a side or made the decision under appeal; no case sleeps for ever; the case file only grows.
//!
//! Start at [`Cases`], then [`state`].

pub mod adjudication;
pub mod appeal;
mod assignment;
pub mod bench;
pub mod burden;
pub mod casefile;
mod claims;
mod clocks;
pub mod command;
pub mod consequence;
pub mod deadline;
mod decision;
mod escalation;
pub mod event;
pub mod evidence;
pub mod findings;
mod forum;
mod history;
mod negotiation;
pub mod notice;
mod opening;
pub mod proof;
mod proposals;
pub mod record;
pub mod refusal;
mod standing;
pub mod state;
pub mod suspension;
pub mod wording;

pub use appeal::{AppealResult, Ground};
pub use burden::burden;
pub use command::{Action, Command, Draft, ForumOutcome};
pub use deadline::Timer;
pub use event::{Appeal, Event, Followed, Reminder, Spokesperson};
pub use evidence::weighing::ItemRuling;
pub use evidence::{Exhibit, Origin, Record, RecordKind};
pub use findings::{FigureFindings, Finding, FoundFigures};
pub use notice::{NoticeOf, NoticeReport, NoticeServed};
pub use proof::{ProofLine, proof};
pub use record::{DecisionRecord, Replay, replay};
pub use refusal::Refusal;
pub use state::{Application, Case, Opened, Opening, Outcome, Phase, ServiceTerms, Side};
pub use suspension::{Forum, Resumption};

use kernel::{Actor, Claim, Context, Deadline, EditionId, FileRef, Machine, Party, Role, RuleId, Unfit};
use rulebook::DisputeRules;

/// The machine of dispute cases.
#[derive(Debug)]
pub struct Cases;

/// What a case must know of others. All else that it decides on came with its opening.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The files uploaded to this case, for a command that names some.
    pub files: Vec<FileRef>,
}

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
            Action::ConfirmDecision | Action::ReturnDecision => decision::may_confirm(case.known()?, ctx),
            Action::FileRecords => evidence::asking::may_record(ctx).and_then(|()| case.known().map(|_| ())),
            Action::AddClaim => claims::guard(case.known()?, ctx),
            Action::RequestEvidence => evidence::asking::may_request(case.known()?, ctx),
            Action::DraftEvidence => evidence::drafting::may_draft(case.known()?, ctx),
            Action::DiscardEvidence => evidence::drafting::may_drop(case.known()?, ctx),
            Action::SealEvidence => evidence::sealing::may_seal(case.known()?, ctx),
            Action::ContestEvidence => evidence::weighing::may_contest(case.known()?, ctx),
            Action::RuleOnEvidence => evidence::weighing::may_rule(case.known()?, ctx),
            Action::EnterFindings => decision::guard(case.known()?, ctx),
            Action::AskSuspension => suspension::may_ask(case.known()?, ctx),
            Action::NotifyProceedings => suspension::may_notify(case.known()?, ctx),
            Action::ReportProceedings => suspension::may_report(case.known()?, ctx),
            Action::Resume => suspension::may_lift(case.known()?, ctx),
            Action::Appeal => appeal::guard(case.known()?, ctx),
            Action::WithdrawAppeal => appeal::may_withdraw(case.known()?, ctx),
            Action::RecordConsequences => case.known().and_then(|_| forum::may_record(ctx)),
            Action::ConfirmNotice => case.known().and_then(|_| notice::may_confirm(ctx)),
            Action::FollowForum => forum::guard(case.known()?, ctx),
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
            Command::ConfirmDecision(draft) => decision::confirm(case.known()?, draft, ctx),
            Command::ReturnDecision { reasons } => decision::give_back(reasons, ctx),
            Command::FileRecords(records) => evidence::asking::record(case.known()?, records, ctx),
            Command::AddClaim { claim, statement } => claims::add(case.known()?, *claim, statement, ctx),
            Command::RequestEvidence { request, of, asks, facts } => {
                evidence::asking::request(case.known()?, (*request, *of, asks, facts), ctx)
            }
            Command::DraftEvidence(exhibit) => evidence::drafting::draft(case.known()?, exhibit, ctx),
            Command::DiscardEvidence { item } => evidence::drafting::discard(case.known()?, *item, ctx),
            Command::SealEvidence { reason } => evidence::sealing::seal(case.known()?, reason, ctx),
            Command::ContestEvidence { item, reason } => evidence::weighing::contest(case.known()?, *item, reason, ctx),
            Command::RuleOnEvidence { item, ruling, reason } => {
                evidence::weighing::rule(case.known()?, *item, *ruling, reason, ctx)
            }
            Command::EnterFindings { findings, figures } => {
                findings::enter(case.known()?, findings, figures.as_ref(), ctx)
            }
            Command::AskSuspension { reason } => suspension::ask(case.known()?, reason, ctx),
            Command::NotifyProceedings { forum, reference, reason } => {
                suspension::notify(case.known()?, *forum, reference, reason, ctx)
            }
            Command::ReportProceedings { reference, text, files, concluded } => {
                let report = suspension::Report { reference, text, files, concluded: *concluded };
                suspension::report(case.known()?, &report, ctx)
            }
            Command::Resume { reason } => suspension::lift(case.known()?, reason, ctx),
            Command::Appeal { ground, text } => appeal::appeal(case.known()?, ground, text, ctx),
            Command::WithdrawAppeal { text } => appeal::withdraw(case.known()?, text, ctx),
            Command::RecordConsequences(consequences) => Ok(forum::record(case.known()?, consequences)),
            Command::ConfirmNotice(report) => Ok(notice::confirm(case.known()?, report, ctx)),
            Command::FollowForum(reported) => forum::follow(case.known()?, reported, ctx),
        }
    }

    fn lapse(case: &Case, missed: &Deadline<Timer>, ctx: &Ctx<'_>) -> Vec<Event> {
        let Some(case) = case.opened() else {
            return vec![];
        };
        let unheard = notice::unheard(case, missed, ctx);
        if !unheard.is_empty() {
            return unheard;
        }
        let event = match missed.timer {
            Timer::Answer => Some(escalation::unanswered(case, ctx)),
            Timer::AnswerReminder => reminded(Reminder::Answer, missed),
            Timer::ProposalReply => missed.subject.map(|id| proposals::unanswered(case, id, ctx)),
            Timer::Negotiation => negotiation::ended(case, ctx),
            Timer::Escalation => Some(negotiation::withdrawn_by_silence(case, ctx)),
            Timer::Evidence => {
                return Side::of(missed.party).map_or(vec![], |side| evidence::sealing::lapsed(case, side, ctx));
            }
            Timer::EvidenceReminder => reminded(Reminder::Evidence, missed),
            Timer::Suspension => Some(suspension::fell(case, Resumption::Ended, ctx)),
            Timer::ProofOfFiling => Some(suspension::fell(case, Resumption::Unproved, ctx)),
            Timer::ProceedingsReport => Some(suspension::fell(case, Resumption::Unreported, ctx)),
            Timer::ProceedingsReminder => reminded(Reminder::Proceedings, missed),
            Timer::SuspensionReview => Some(suspension::reviewed(ctx)),
            Timer::ArbitratorLease => assignment::lease_lapsed(case),
            Timer::Decision | Timer::AppealDecision => assignment::overdue(case, ctx),
            Timer::Appeal => decision::unappealed(case, ctx),
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

/// D1.1.3: a side is told what is due soon; nothing is taken from it.
fn reminded(of: Reminder, missed: &Deadline<Timer>) -> Option<Event> {
    let rules = vec![RuleId::of("D1.1.3"), kernel::Timer::rule(missed.timer)];
    Side::of(missed.party).map(|side| Event::Reminded { side, of, rules })
}
