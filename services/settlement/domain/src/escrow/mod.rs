//! The escrow of one order: it shares the order's UUID.
//!
//! `awaiting_payment → held → frozen → released | refunded | split`; `closed` when nothing was ever paid. Owns the
//! payment attempts, the held money, and everything that goes back to the merchant. Does not own when an order ends or
//! who is right: messages say so, in any order (see [`state`] and `consequence`).
//!
//! Invariants: held money is passed on once; nothing is passed on while a case is open; money that comes after the
//! order closed, or a second time, goes back by itself; what a case says last is carried out whatever was carried out
//! before it, and what cannot be recovered is a recorded liability (see `correction`).

pub mod command;
mod consequence;
mod correction;
pub mod deadline;
mod debts;
pub mod event;
mod order;
mod payments;
pub mod refusal;
mod remittances;
pub mod state;

pub use command::{Action, Award, Command, OrderNews};
pub use deadline::Timer;
pub use event::{Disposal, Event};
pub use refusal::Refusal;
pub use state::{Charge, DebtTerm, Escrow, Funds, Known, Pending, Purpose, Relief, Remittance, Standing, Way};

use consequence::with_consequences;
use kernel::{Actor, Context, Deadline, EditionId, EscrowId, Machine, Party, Role, Unfit};
use rulebook::SettlementRules;

type Ctx<'a> = Context<'a, Escrows>;

/// The escrow machine.
#[derive(Clone, Copy, Debug)]
pub struct Escrows;

impl Machine for Escrows {
    const KIND: &'static str = "escrow";
    const PREFIX: &'static str = EscrowId::PREFIX;
    type State = Escrow;
    type Command = Command;
    type Action = Action;
    type Event = Event;
    type Timer = Timer;
    type Refusal = Refusal;
    type Rules = SettlementRules;
    type Facts = ();

    fn action(command: &Command) -> Action {
        match command {
            Command::Open { .. } => Action::Open,
            Command::Freeze(_) => Action::Freeze,
            Command::Thaw(_) => Action::Thaw,
            Command::AwaitAward(_) => Action::AwaitAward,
            Command::Release(_) => Action::Release,
            Command::Close(_) => Action::Close,
            Command::Divide(_) => Action::Divide,
            Command::StartPayment { .. } => Action::StartPayment,
            Command::PaymentSucceeded { .. } => Action::PaymentSucceeded,
            Command::PaymentFailed { .. } => Action::PaymentFailed,
            Command::RemittanceConfirmed { .. } => Action::RemittanceConfirmed,
            Command::RemittanceFailed { .. } => Action::RemittanceFailed,
            Command::RetryRemittance { .. } => Action::RetryRemittance,
            Command::Compensate { .. } => Action::Compensate,
            Command::ChargeRelieved { .. } => Action::ChargeRelieved,
            Command::RepayDebt { .. } => Action::RepayDebt,
            Command::AcknowledgeRepayment { .. } => Action::AcknowledgeRepayment,
        }
    }

    fn relation(state: &Escrow, actor: &Actor) -> Option<Party> {
        if actor.system {
            return Some(Party::System);
        }
        let known = state.known()?;
        if actor.as_merchant() == Some(known.merchant) {
            return Some(Party::Merchant);
        }
        if actor.as_provider() == Some(known.provider) {
            return Some(Party::Provider);
        }
        actor.as_staff(&[(Role::Operator, Party::Operator), (Role::Arbitrator, Party::Arbitrator)])
    }

    fn guard(state: &Escrow, action: Action, ctx: &Ctx<'_>) -> Result<(), Refusal> {
        let known = || state.known().ok_or(Refusal::NotFound);
        match action {
            Action::Open
            | Action::Freeze
            | Action::Thaw
            | Action::AwaitAward
            | Action::Release
            | Action::Close
            | Action::Divide => only(Party::System, ctx),
            Action::PaymentSucceeded
            | Action::PaymentFailed
            | Action::RemittanceConfirmed
            | Action::RemittanceFailed
            | Action::Compensate
            | Action::ChargeRelieved => known().and_then(|_| only(Party::System, ctx)),
            Action::StartPayment => {
                let known = known()?;
                only(Party::Merchant, ctx)?;
                payments::may_start(known, ctx)
            }
            Action::RepayDebt => {
                let known = known()?;
                only(Party::Merchant, ctx)?;
                debts::may_pay(known)
            }
            Action::AcknowledgeRepayment => {
                let known = known()?;
                only(Party::Operator, ctx)?;
                debts::is_owed(known)
            }
            Action::RetryRemittance => {
                let known = known()?;
                only(Party::Operator, ctx)?;
                remittances::may_retry(known)
            }
        }
    }

    fn decide(state: &Escrow, command: &Command, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
        let known = || state.known().ok_or(Refusal::NotFound);
        let hear = |news, standing| order::hear(state, ctx.id, news, standing, None);
        let events = match command {
            Command::Open { news, pay_by } => order::hear(state, ctx.id, news, Standing::Running, Some(*pay_by)),
            Command::Freeze(news) => hear(news, Standing::Disputed),
            Command::Thaw(news) => hear(news, Standing::Running),
            Command::AwaitAward(news) => hear(news, Standing::Judged),
            Command::Release(news) => hear(news, Standing::Completed),
            Command::Close(news) => hear(news, Standing::Cancelled),
            Command::Divide(award) => order::divide(state, award),
            Command::StartPayment { payment, method } => payments::start(known()?, *payment, method, ctx),
            Command::PaymentSucceeded { payment } => Ok(payments::succeeded(known()?, *payment)),
            Command::PaymentFailed { payment, code } => Ok(payments::failed(known()?, *payment, code)),
            Command::RemittanceConfirmed { remittance } => Ok(remittances::confirmed(known()?, *remittance)),
            Command::RemittanceFailed { remittance, code } => Ok(remittances::failed(known()?, *remittance, code)),
            Command::RetryRemittance { remittance } => remittances::retry(known()?, *remittance),
            Command::Compensate { case, amount } => remittances::compensate(known()?, *case, *amount),
            Command::ChargeRelieved { case, amount } => remittances::relieved(known()?, *case, *amount),
            Command::RepayDebt { payment, method } => debts::pay(known()?, *payment, method, ctx),
            Command::AcknowledgeRepayment { note } => debts::acknowledge(known()?, note, ctx),
        }?;
        Ok(with_consequences(state, events, ctx.calendar.after(ctx.now, ctx.procedure.liability_payment)))
    }

    fn lapse(state: &Escrow, missed: &Deadline<Timer>, ctx: &Ctx<'_>) -> Vec<Event> {
        match missed.timer {
            Timer::PaymentAttempt => payments::abandoned(state),
            Timer::DebtPayment => state.known().map(|known| debts::overdue(known, ctx)).unwrap_or_default(),
        }
    }

    fn evolve(state: Escrow, event: &Event) -> Result<Escrow, Unfit> {
        let status = state.status();
        state.after(event).ok_or(Unfit { event: event.into(), status })
    }

    fn status(state: &Escrow) -> &'static str {
        state.status()
    }

    fn edition(_state: &Escrow) -> Option<&EditionId> {
        None
    }

    fn deadlines(state: &Escrow) -> Vec<Deadline<Timer>> {
        let Some(known) = state.known() else { return vec![] };
        let attempt = known.attempts.running.as_ref().map(|running| {
            Deadline::at(Timer::PaymentAttempt, Party::Merchant, running.give_up_at).about(running.attempt.id)
        });
        let debt = match known.debt_term {
            DebtTerm::Until(pay_by) => Some(Deadline::at(Timer::DebtPayment, Party::Merchant, pay_by)),
            DebtTerm::None | DebtTerm::Overdue => None,
        };
        attempt.into_iter().chain(debt).collect()
    }
}

fn only(party: Party, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    if ctx.party == party { Ok(()) } else { Err(Refusal::NotYours) }
}
