//! What others say of orders, cases and qualifications, and what escrow and purse tell each other: each message is one
//! command to one aggregate.
//!
//! | message | command |
//! |---|---|
//! | `orders.order.placed` | escrow: open |
//! | `orders.order.{disputed, resumed, completed, payment_expired, cancelled}` | escrow: freeze, thaw, release, close |
//! | any of an order that its case ended | escrow: await the award |
//! | `disputes.case.{settled, awarded, forum_followed}` | escrow: divide |
//! | `onboarding.qualification.*` | purse: set the requirement |
//! | `onboarding.provider.exited` | purse: exit |
//! | a note | as it is addressed |
use crate::host::{EscrowHost, PurseHost};
use broker::{Inbox, Received, Rejected};
use contracts::Message;
use contracts::onboarding::QualificationStatus;
use engine::{Door, Fault, Reply};
use futures_util::future::BoxFuture;
use settlement_domain::escrow::{self, Award, OrderNews};
use settlement_domain::{Addressed, Note, purse};

/// What settlement wants to hear.
pub(crate) const BINDINGS: &[&str] = &[
    "orders.order.#",
    "disputes.case.settled",
    "disputes.case.awarded",
    "disputes.case.forum_followed",
    "onboarding.qualification.#",
    "onboarding.provider.exited",
];

/// The context's inbox.
pub(crate) struct Inbound {
    pub escrows: Door<EscrowHost>,
    pub purses: Door<PurseHost>,
}

impl Inbox for Inbound {
    fn bindings(&self) -> &'static [&'static str] {
        BINDINGS
    }

    fn receive<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<Received, Rejected>> {
        Box::pin(async move {
            match addressed(message)? {
                None => Ok(Received::Ignored),
                Some(Addressed::Escrow(order, command)) => {
                    received(self.escrows.send_message(message, order.0, command).await)
                }
                Some(Addressed::Purse(provider, command)) => {
                    received(self.purses.send_message(message, provider.0, command).await)
                }
            }
        })
    }
}

/// A refusal would mean money that goes nowhere without anybody hearing of it: it becomes a dead letter.
fn received(reply: Result<Reply, Fault>) -> Result<Received, Rejected> {
    let reply = reply?;
    match reply.status {
        200..300 => Ok(Received::Applied),
        404 => Err(Rejected::Later(reply.body)),
        _ => Err(Rejected::Poison(reply.body)),
    }
}

/// The command that a message is, and to which aggregate; `None` when it does not concern settlement.
fn addressed(message: &Message) -> Result<Option<Addressed>, Rejected> {
    match (message.source.as_str(), message.kind()) {
        ("orders", "order") => order(message),
        ("disputes", "case") => case(message),
        ("onboarding", "qualification") => qualification(message),
        ("onboarding", "provider") => provider(message),
        ("settlement", _) => Ok(Some(message.read::<Note>()?.addressed())),
        _ => Ok(None),
    }
}

fn order(message: &Message) -> Result<Option<Addressed>, Rejected> {
    let order: contracts::orders::Order = message.read()?;
    let is_judged = order.ended_by_case.is_some();
    let (id, pay_by) = (order.order, order.pay_by);
    let news = OrderNews {
        merchant: order.merchant,
        provider: order.provider,
        amount: order.amount,
        rules: order.rules,
        sequence: message.sequence,
    };
    let command = match message.fact() {
        _ if is_judged => escrow::Command::AwaitAward(news),
        "placed" => {
            let pay_by = pay_by.ok_or_else(|| missing("pay_by"))?;
            escrow::Command::Open { news, pay_by }
        }
        "disputed" => escrow::Command::Freeze(news),
        "resumed" => escrow::Command::Thaw(news),
        "completed" => escrow::Command::Release(news),
        "payment_expired" | "cancelled" => escrow::Command::Close(news),
        "settled" => return Err(missing("ended_by_case")),
        _ => return Ok(None),
    };
    Ok(Some(Addressed::Escrow(id, command)))
}

fn case(message: &Message) -> Result<Option<Addressed>, Rejected> {
    if !matches!(message.fact(), "settled" | "awarded" | "forum_followed") {
        return Ok(None);
    }
    let case: contracts::disputes::Case = message.read()?;
    let outcome = case.outcome.ok_or_else(|| missing("outcome"))?;
    let award = Award {
        case: case.case,
        to_merchant: outcome.to_merchant,
        compensation: outcome.compensation,
        rules: outcome.rules,
        sequence: message.sequence,
    };
    Ok(Some(Addressed::Escrow(case.order, escrow::Command::Divide(award))))
}

/// A suspended qualification still requires its deposit; a revoked one no longer. What is `recorded` changes nothing of it.
fn qualification(message: &Message) -> Result<Option<Addressed>, Rejected> {
    if message.fact() == "recorded" {
        return Ok(None);
    }
    let said: contracts::onboarding::Qualification = message.read()?;
    let command = purse::Command::SetRequirement {
        category: said.category,
        qualification: said.qualification,
        sequence: message.sequence,
        at: message.time,
        required: said.status != QualificationStatus::Revoked,
    };
    Ok(Some(Addressed::Purse(said.provider, command)))
}

fn provider(message: &Message) -> Result<Option<Addressed>, Rejected> {
    if message.fact() != "exited" {
        return Ok(None);
    }
    let said: contracts::onboarding::Provider = message.read()?;
    let exited_at = said.exited_at.ok_or_else(|| missing("exited_at"))?;
    Ok(Some(Addressed::Purse(said.provider, purse::Command::Exit { exited_at, sequence: message.sequence })))
}

fn missing(field: &str) -> Rejected {
    Rejected::Poison(format!("the message has no {field}"))
}
