//! The purse of one provider: it shares the provider's UUID.
//!
//! Owns the deposit (W33), payable money and its payouts, and the liabilities that decisions left (D1.6.2, W18). Does
//! not own anything that is sent to merchants (that is the escrow's), nor what being blocked means (orders, listings).
//!
//! Exactly once: `CreditPayable`, `Charge`, `Relieve`, `CaseOpened` and `CaseClosed` come from escrows only, as notes
//! (see [`crate::notes`]), each fact as one message; so the purse remembers no orders or cases beyond what is owed, and
//! stays small. Requirements and exit are "the newest word counts".

pub mod command;
pub mod deadline;
mod deposit;
pub mod event;
pub mod liabilities;
mod payments;
mod payouts;
pub mod pockets;
pub mod refusal;
pub mod state;

pub use command::{Action, Command};
pub use deadline::Timer;
pub use event::{Event, Source};
pub use pockets::Pockets;
pub use refusal::Refusal;
pub use state::{Exit, Keeping, Liability, Open, Payout, Purpose, Purse, Requirement, Shortfall};

use kernel::{Actor, Context, Deadline, EditionId, Machine, Party, ProviderId, PurseId, Role, Unfit};
use rulebook::SettlementRules;

type Ctx<'a> = Context<'a, Purses>;

/// The purse machine.
#[derive(Clone, Copy, Debug)]
pub struct Purses;

impl Machine for Purses {
    const KIND: &'static str = "purse";
    const PREFIX: &'static str = PurseId::PREFIX;
    type State = Purse;
    type Command = Command;
    type Action = Action;
    type Event = Event;
    type Timer = Timer;
    type Refusal = Refusal;
    type Rules = SettlementRules;
    type Facts = ();

    fn action(command: &Command) -> Action {
        match command {
            Command::SetRequirement { .. } => Action::SetRequirement,
            Command::Exit { .. } => Action::Exit,
            Command::TopUpDeposit { .. } => Action::TopUpDeposit,
            Command::FillDeposit { .. } => Action::FillDeposit,
            Command::CreditPayable { .. } => Action::CreditPayable,
            Command::Charge { .. } => Action::Charge,
            Command::Relieve { .. } => Action::Relieve,
            Command::PayLiability { .. } => Action::PayLiability,
            Command::SettleLiability { .. } => Action::SettleLiability,
            Command::AcknowledgeDirectPayment { .. } => Action::AcknowledgeDirectPayment,
            Command::CaseOpened { .. } => Action::CaseOpened,
            Command::CaseClosed { .. } => Action::CaseClosed,
            Command::FreezePayouts { .. } => Action::FreezePayouts,
            Command::ThawPayouts { .. } => Action::ThawPayouts,
            Command::RequestPayout { .. } => Action::RequestPayout,
            Command::PaymentSucceeded { .. } => Action::PaymentSucceeded,
            Command::PaymentFailed { .. } => Action::PaymentFailed,
            Command::PayoutSucceeded { .. } => Action::PayoutSucceeded,
            Command::PayoutFailed { .. } => Action::PayoutFailed,
        }
    }

    fn relation(state: &Purse, actor: &Actor) -> Option<Party> {
        if actor.system {
            return Some(Party::System);
        }
        let open = state.open()?;
        if actor.as_provider() == Some(open.provider) {
            return Some(Party::Provider);
        }
        actor.as_staff(&[
            (Role::Operator, Party::Operator),
            (Role::ComplianceOfficer, Party::ComplianceOfficer),
            (Role::Arbitrator, Party::Arbitrator),
        ])
    }

    fn guard(state: &Purse, action: Action, ctx: &Ctx<'_>) -> Result<(), Refusal> {
        const STAFF: &[Party] = &[Party::Operator, Party::ComplianceOfficer];
        let mine = |parties: &[Party]| {
            let open = state.open().ok_or(Refusal::NotFound)?;
            only(parties, ctx).map(|()| open)
        };
        match action {
            Action::SetRequirement
            | Action::Exit
            | Action::CreditPayable
            | Action::CaseOpened
            | Action::CaseClosed
            | Action::Relieve => only(&[Party::System], ctx),
            Action::Charge => {
                only(&[Party::System], ctx)?;
                liabilities::may_charge(state.open())
            }
            Action::PaymentSucceeded | Action::PaymentFailed | Action::PayoutSucceeded | Action::PayoutFailed => {
                mine(&[Party::System]).map(|_| ())
            }
            Action::TopUpDeposit => {
                let open = mine(&[Party::Provider])?;
                deposit::is_incomplete(open)?;
                payments::may_start(open)
            }
            Action::FillDeposit => deposit::may_fill(mine(&[Party::Provider])?),
            Action::PayLiability => {
                let open = mine(&[Party::Provider])?;
                liabilities::is_owed(open)?;
                payments::may_start(open)
            }
            Action::SettleLiability => liabilities::may_settle(mine(&[Party::Provider])?),
            Action::RequestPayout => payouts::may_request(mine(&[Party::Provider])?, ctx),
            Action::AcknowledgeDirectPayment => liabilities::is_owed(mine(&[Party::Operator])?),
            Action::FreezePayouts => payouts::may_freeze(mine(STAFF)?),
            Action::ThawPayouts => payouts::may_thaw(mine(STAFF)?),
        }
    }

    fn decide(state: &Purse, command: &Command, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
        let provider = ProviderId(ctx.id);
        let currency = ctx.procedure.deposit.currency();
        let first = Open::new(provider, currency);
        let events = carry_out(state.open().unwrap_or(&first), command, ctx)?;
        if events.is_empty() {
            return Ok(events);
        }
        let opened = state.open().is_none().then_some(Event::Opened { provider, currency });
        Ok(with_consequences(state, opened.into_iter().chain(events).collect(), ctx))
    }

    fn lapse(state: &Purse, missed: &Deadline<Timer>, ctx: &Ctx<'_>) -> Vec<Event> {
        let Some(open) = state.open() else {
            return vec![];
        };
        let events = match missed.timer {
            Timer::PursePaymentAttempt => payments::abandoned(open),
            Timer::DepositShortfall => deposit::overdue(open, ctx),
            Timer::LiabilityPayment => liabilities::overdue(open, missed.running_until().unwrap_or(ctx.now), ctx),
            Timer::DepositReturn => deposit::day_of_return(open, ctx),
        };
        with_consequences(state, events, ctx)
    }

    fn evolve(state: Purse, event: &Event) -> Result<Purse, Unfit> {
        let status = state.status();
        state.after(event).ok_or(Unfit { event: event.into(), status })
    }

    fn status(state: &Purse) -> &'static str {
        state.status()
    }

    fn edition(_state: &Purse) -> Option<&EditionId> {
        None
    }

    fn deadlines(state: &Purse) -> Vec<Deadline<Timer>> {
        state.open().map_or(vec![], deadlines)
    }
}

fn carry_out(open: &Open, command: &Command, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::SetRequirement { category, qualification, sequence, at, required } => {
            let (category, qualification, sequence) = (*category, *qualification, *sequence);
            let word = deposit::Word { category, qualification, sequence, at: *at, required: *required };
            deposit::set_requirement(open, &word, ctx)
        }
        Command::Exit { exited_at, sequence } => Ok(deposit::exit(open, *exited_at, *sequence, ctx)),
        Command::TopUpDeposit { payment, amount, method } => deposit::top_up(open, *payment, *amount, method, ctx),
        Command::FillDeposit { amount } => deposit::fill(open, *amount),
        Command::CreditPayable { order, amount } => payouts::credit(open, *order, *amount, ctx),
        Command::Charge { case, order, merchant, amount, credited, rules } => {
            let (case, order, merchant, amount, credited) = (*case, *order, *merchant, *amount, *credited);
            liabilities::charge(open, &liabilities::Claim { case, order, merchant, amount, credited, rules }, ctx)
        }
        Command::Relieve { case, order, amount, rules } => liabilities::relieve(open, *case, *order, *amount, rules),
        Command::PayLiability { payment, case, method } => liabilities::pay(open, *payment, *case, method, ctx),
        Command::SettleLiability { case } => liabilities::settle(open, *case),
        Command::AcknowledgeDirectPayment { case, note } => liabilities::acknowledge(open, *case, note, ctx),
        Command::CaseOpened { order } => Ok(vec![Event::CaseOpened { order: *order }]),
        Command::CaseClosed { order } => Ok(vec![Event::CaseClosed { order: *order }]),
        Command::FreezePayouts { freeze, rules, reasons } => payouts::freeze(open, *freeze, rules, reasons, ctx),
        Command::ThawPayouts { freeze } => payouts::thaw(open, *freeze, ctx),
        Command::RequestPayout { payout, amount } => payouts::request(open, *payout, *amount, ctx),
        Command::PaymentSucceeded { payment } => Ok(payments::succeeded(open, *payment, ctx)),
        Command::PaymentFailed { payment, code } => Ok(payments::failed(open, *payment, code)),
        Command::PayoutSucceeded { payout } => Ok(payouts::succeeded(open, *payout)),
        Command::PayoutFailed { payout, code } => Ok(payouts::failed(open, *payout, code, ctx)),
    }
}

/// `events`, and what follows from them: windows of the deposit, its return.
fn with_consequences(state: &Purse, mut events: Vec<Event>, ctx: &Ctx<'_>) -> Vec<Event> {
    let mut state = state.clone();
    let mut applied = 0;
    loop {
        while let Some(event) = events.get(applied) {
            match state.after(event) {
                // An unfit event is a fault that the caller of `evolve` reports.
                None => return events,
                Some(after) => state = after,
            }
            applied += 1;
        }
        match state.open().and_then(|open| deposit::consequence(open, ctx)) {
            None => return events,
            Some(next) => events.push(next),
        }
    }
}

fn deadlines(open: &Open) -> Vec<Deadline<Timer>> {
    let attempt = open.attempts.running.iter().map(|running| {
        Deadline::at(Timer::PursePaymentAttempt, Party::Provider, running.give_up_at).about(running.attempt.id)
    });
    let shortfall = match open.shortfall {
        Shortfall::Due { by, .. } => Some(Deadline::at(Timer::DepositShortfall, Party::Provider, by)),
        Shortfall::Covered | Shortfall::Overdue => None,
    };
    let unpaid = open.liabilities.iter().filter(|liability| !liability.overdue).map(|liability| {
        Deadline::at(Timer::LiabilityPayment, Party::Provider, liability.pay_by).about(liability.case.0)
    });
    let kept = open.exit.and_then(|exit| match exit.deposit {
        Keeping::Until { return_at } => Some(Deadline::at(Timer::DepositReturn, Party::System, return_at)),
        Keeping::ForCases | Keeping::Returned => None,
    });
    attempt.chain(shortfall).chain(unpaid).chain(kept).collect()
}

fn only(parties: &[Party], ctx: &Ctx<'_>) -> Result<(), Refusal> {
    if parties.contains(&ctx.party) { Ok(()) } else { Err(Refusal::NotYours) }
}
