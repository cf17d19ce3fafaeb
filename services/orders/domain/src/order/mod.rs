//! The machine [`Orders`]: one order from checkout to its end.
//!
//! Here is the wiring only. Topics, each with its guards, decisions, lapses and the change of the state together:
//! `placing` (checkout, payment, agreement, start, cancellation), `delivery` (delivery and acceptance), `notice`
//! (the clocks that count from when it was served),
//! `modification` (rounds by problem), `overdue` (lateness and refusal), `cooperation` (pauses), `change`
//! (terms by consent), `period` (service periods, downtime, termination), `refund` (the application that stops
//! everything), `ending` (what its case leaves to be done). Invariants: a party's guard says exactly what a command of it
//! would meet; every instant is computed once and kept; under a dispute nothing runs; an order that has ended never moves
//! again, but for what its case left to be done and another forum's outcome in its place (D1.1.4).

mod bounds;
mod change;
mod command;
mod cooperation;
mod deadline;
mod delivery;
mod ending;
mod event;
mod evolve;
mod facts;
mod grounds;
mod modification;
mod notice;
mod overdue;
mod particulars;
mod period;
mod placing;
pub mod refund;
mod refusal;
mod state;
mod window;

pub use command::*;
pub use deadline::Timer;
pub use ending::{Corrected, DataDownloaded, DataProvided};
pub use event::Event;
pub use facts::{Bar, Facts, Notice, Offer};
pub use notice::{Act, NoticeServed, Window};
pub use overdue::Performance;
pub use particulars::*;
pub use refund::{Assessment, Eligibility, assess, eligibility, open_claims};
pub use refusal::Refusal;
pub use state::*;

use kernel::{Actor, Context, Deadline, Due, EditionId, Machine, Party, Role, Unfit};
use rulebook::OrderRules;
use window::Ctx;

/// The machine of orders.
#[derive(Debug)]
pub struct Orders;

impl Machine for Orders {
    const KIND: &'static str = "order";
    const PREFIX: &'static str = "ord";
    type State = Order;
    type Command = Command;
    type Action = Action;
    type Event = Event;
    type Timer = Timer;
    type Refusal = Refusal;
    type Rules = OrderRules;
    type Facts = Facts;

    fn action(command: &Command) -> Action {
        command.action()
    }

    /// Both organisations, and the staff who must see an order to do their work.
    fn relation(order: &Order, actor: &Actor) -> Option<Party> {
        if actor.system {
            return Some(Party::System);
        }
        let order = match order {
            Order::Absent => return actor.as_merchant().map(|_| Party::Merchant),
            Order::Placed(order) => order,
        };
        if actor.as_merchant() == Some(order.merchant) {
            return Some(Party::Merchant);
        }
        if actor.as_provider() == Some(order.provider) {
            return Some(Party::Provider);
        }
        actor.as_staff(STAFF)
    }

    fn guard(order: &Order, action: Action, ctx: &Context<'_, Self>) -> Result<(), Refusal> {
        let is_meant = action.parties().contains(&ctx.party);
        match order {
            Order::Absent if action != Action::Place => Err(Refusal::NotFound),
            Order::Absent | Order::Placed(_) if !is_meant => Err(Refusal::NotYours),
            Order::Absent => placing::may_place(ctx),
            Order::Placed(order) => is_open(order, action, ctx),
        }
    }

    fn decide(order: &Order, command: &Command, ctx: &Context<'_, Self>) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Place(it) => placing::place(order, it, ctx),
            Command::ConfirmFunding => placing::confirm_funding(order.placed()?, ctx),
            Command::UploadAgreement(it) => placing::upload_agreement(order.placed()?, it, ctx),
            Command::ConfirmAgreement { file } => placing::confirm_agreement(order.placed()?, *file, ctx),
            Command::Start => placing::start(order.placed()?, ctx),
            Command::Cancel { reason } => placing::cancel(order.placed()?, reason.as_deref(), ctx),
            Command::Deliver { files, note } => delivery::deliver(order.placed()?, files, note.as_deref(), ctx),
            Command::ConfirmNotice(it) => Ok(notice::confirm(order.placed()?, it, ctx)),
            Command::Accept => delivery::accept(order.placed()?, ctx),
            Command::RequestModification { items } => modification::request(order.placed()?, items, ctx),
            Command::Redeliver { files, problems, note } => {
                delivery::redeliver(order.placed()?, files, problems, note.as_deref(), ctx)
            }
            Command::RefuseModification { items } => modification::refuse(order.placed()?, items, ctx),
            Command::AnswerReminder { statement } => overdue::answer(statement, ctx),
            Command::RefuseToPerform { reason } => overdue::refuse_to_perform(reason, ctx),
            Command::RequestCooperation(it) => cooperation::request(order.placed()?, it, ctx),
            Command::ProvideCooperation { note, files } => cooperation::provide(order.placed()?, note, files, ctx),
            Command::DeclineCooperation { reason } => cooperation::decline(order.placed()?, reason, ctx),
            Command::ProposeChange { id, change, reason } => change::propose(order.placed()?, *id, change, reason, ctx),
            Command::AcceptChange { id } => change::accept(order.placed()?, *id, ctx),
            Command::DeclineChange { id } => change::decline(order.placed()?, *id),
            Command::Terminate { reason } => period::terminate(order.placed()?, reason, ctx),
            Command::RecordDowntime(it) => period::record(order.placed()?, it, ctx),
            Command::ReportDowntime(it) => period::report(order.placed()?, it, ctx),
            Command::ConfirmDowntime { id } => period::confirm(order.placed()?, *id, ctx),
            Command::DenyDowntime { id, reason } => period::deny(order.placed()?, *id, reason),
            Command::ApplyForRefund(it) => refund::apply(order.placed()?, it, ctx),
            Command::Resume { case } => refund::resume(order.placed()?, *case, ctx),
            Command::Settle { case, outcome } => ending::settle(order.placed()?, *case, outcome, ctx),
            Command::Correct { case, outcome } => ending::correct(order.placed()?, *case, outcome, ctx),
            Command::ProvideData { files, note } => ending::provide(files, note, ctx),
            Command::ConfirmDownload => ending::confirm(ctx),
        }
    }

    fn lapse(order: &Order, missed: &Deadline<Timer>, ctx: &Context<'_, Self>) -> Vec<Event> {
        // A deadline comes from a state that has it; one that does not fit brings about nothing.
        order.placed().ok().and_then(|order| lapsed(order, missed, ctx)).unwrap_or_default()
    }

    fn evolve(order: Order, event: &Event) -> Result<Order, Unfit> {
        evolve::evolve(order, event)
    }

    fn status(order: &Order) -> &'static str {
        match order {
            Order::Absent => "absent",
            Order::Placed(order) => order.status(),
        }
    }

    fn edition(order: &Order) -> Option<&EditionId> {
        match order {
            Order::Absent => None,
            Order::Placed(order) => Some(&order.edition),
        }
    }

    fn deadlines(order: &Order) -> Vec<Deadline<Timer>> {
        deadline::deadlines(order)
    }
}

/// Staff who see orders; nothing on an order is for them to do.
pub(crate) const STAFF: &[(Role, Party)] = &[
    (Role::Arbitrator, Party::Arbitrator),
    (Role::ComplianceOfficer, Party::ComplianceOfficer),
    (Role::Operator, Party::Operator),
];

/// Whether the phase permits the action, whatever its payload.
fn is_open(order: &Placed, action: Action, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    match action {
        Action::Place => Err(Refusal::AlreadyPlaced),
        // Messages are right in any order: what does not fit is "already so".
        Action::ConfirmFunding | Action::ConfirmNotice | Action::Resume | Action::Settle | Action::Correct => Ok(()),
        Action::UploadAgreement => placing::may_upload_agreement(order),
        Action::ConfirmAgreement => placing::may_confirm_agreement(order),
        Action::Start => placing::may_start(order),
        Action::Cancel => placing::may_cancel(order),
        Action::Deliver => order.work().map(|_| ()),
        Action::Accept => delivery::may_accept(order),
        Action::RequestModification => modification::may_request(order),
        Action::Redeliver => order.round().map(|_| ()),
        Action::RefuseModification => modification::may_refuse(order),
        Action::AnswerReminder => overdue::may_answer(order),
        Action::RefuseToPerform => overdue::may_refuse_to_perform(order),
        Action::RequestCooperation => cooperation::may_request(order),
        Action::ProvideCooperation | Action::DeclineCooperation => cooperation::may_answer(order),
        Action::ProposeChange => change::may_propose(order),
        Action::AcceptChange | Action::DeclineChange => change::may_answer(order, ctx.party),
        Action::Terminate => period::may_terminate(order),
        Action::RecordDowntime => period::may_record(order),
        Action::ReportDowntime => period::may_report(order),
        Action::ConfirmDowntime => period::may_confirm(order),
        Action::DenyDowntime => period::may_deny(order),
        Action::ApplyForRefund => refund::may_apply(order),
        Action::ProvideData => ending::may_provide(order),
        Action::ConfirmDownload => ending::may_confirm(order),
    }
}

/// What follows a missed deadline.
fn lapsed(order: &Placed, missed: &Deadline<Timer>, ctx: &Ctx<'_>) -> Option<Vec<Event>> {
    if let Some(served) = notice::unheard(order, missed.timer, ctx) {
        return Some(vec![served]);
    }
    let overdue = || order.owed().ok()?.overdue.as_ref();
    let asked = || order.work().ok()?.cooperation.as_ref();
    let acceptance = || if let Phase::Delivered(acceptance) = &order.phase { Some(acceptance) } else { None };
    let due = if let Due::At(at) = missed.due { Some(at) } else { None };
    Some(match missed.timer {
        Timer::Payment => placing::payment_lapsed(ctx),
        Timer::Agreement => placing::agreement_lapsed(due),
        Timer::Delivery => overdue::delivery_lapsed(order, due, ctx),
        Timer::Modification | Timer::Repair => overdue::modification_lapsed(order.round().ok()?, due, ctx),
        Timer::OverdueReminder => overdue::reminder_lapsed(overdue()?),
        Timer::Unwillingness => overdue::unanswered(order, overdue()?, ctx),
        Timer::LateModificationClaim => modification::late_claim_lapsed(order, due),
        Timer::Notice => return None,
        Timer::AcceptanceReminder => delivery::reminder_lapsed(acceptance()?)?,
        Timer::Acceptance => delivery::acceptance_lapsed(order, ctx),
        Timer::RefusalContest => modification::contest_lapsed(order, ctx),
        Timer::CooperationReminder => cooperation::reminder_lapsed(),
        Timer::Cooperation => cooperation::answer_lapsed(order, asked()?, ctx),
        Timer::CooperationPause => cooperation::pause_lapsed(order.work().ok()?, ctx),
        Timer::Change => change::lapsed(order.proposal.as_ref()?),
        Timer::WithheldCooperationClaim => period::stop_lapsed(ctx),
        Timer::DowntimeAnswer => period::report_lapsed(missed.subject?, due),
        Timer::ServicePeriod => period::period_lapsed(),
        Timer::PeriodClaims => period::claims_lapsed(ctx),
        Timer::ExtendedUse => ending::use_lapsed(),
        Timer::DataDownload => ending::download_lapsed(order, ctx)?,
    })
}
