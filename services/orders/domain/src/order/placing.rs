//! Checkout, payment, the agreement on conduct, and the start of work (C7, W1, W2, M4.2.a.5, X14).
use super::bounds;
use super::command::{Place, Promise, UploadAgreement};
use super::event::Event;
use super::evolve::Fit;
use super::particulars::{
    AgreementConfirmed, AgreementUploaded, Cancelled, Closed, Funded, Missed, Placement, Started,
};
use super::refusal::Refusal;
use super::state::{Agreed, Agreement, Ending, Order, Owed, Phase, Placed, Work};
use super::window::{Ctx, agreed_or, rules, window};
use kernel::{Due, FileId, Money, Party, Time, TimeDelta};

type Decided = Result<Vec<Event>, Refusal>;

/// W18: not while the merchant is late with what it owes back.
pub(super) fn may_place(ctx: &Ctx<'_>) -> Result<(), Refusal> {
    ctx.facts.owes_for.map_or(Ok(()), |order| Err(Refusal::MerchantOwes { order }))
}

/// Freezes the published terms into an order.
pub(super) fn place(order: &Order, command: &Place, ctx: &Ctx<'_>) -> Decided {
    let (Order::Absent, Some(merchant)) = (order, ctx.actor.as_merchant()) else {
        return Err(Refusal::AlreadyPlaced);
    };
    let offer = ctx.facts.offer.as_ref().filter(|offer| offer.listing == command.listing).ok_or(Refusal::NotOnSale)?;
    let terms = offer.terms.as_ref().ok_or(Refusal::NotOnSale)?;
    if terms.revision != command.revision {
        return Err(Refusal::RevisionOutdated);
    }
    if let Some(bar) = offer.bar {
        return Err(Refusal::ProviderBarred { bar });
    }
    let max = ctx.rules.quantity_max;
    let amount = terms.price.share_rounded_down(command.quantity.into(), 1).ok();
    let amount = amount.filter(|amount| (1..=max).contains(&command.quantity) && amount.is_positive());
    let amount = amount.ok_or(Refusal::Quantity { max })?;
    bounds::count("extra_costs", &command.extra_costs, 0, 20, |cost| cost.note.clone())?;
    for cost in &command.extra_costs {
        bounds::text("extra_costs.note", &cost.note, 200)?;
    }
    if !command.extra_costs_acknowledged {
        return Err(Refusal::ExtraCosts);
    }
    Ok(vec![Event::Placed(Box::new(Placement {
        merchant,
        provider: offer.provider,
        listing: command.listing,
        terms: terms.clone(),
        quantity: command.quantity,
        amount,
        extra_costs: command.extra_costs.clone(),
        platform_fee: Money::zero(amount.currency),
        edition: ctx.edition.clone(),
        at: ctx.now,
        pay_by: window(ctx, |rules| rules.payment),
    }))])
}

/// The money is held. Settlement gives back by itself what arrives too late, so any other phase is "already so".
pub(super) fn confirm_funding(order: &Placed, ctx: &Ctx<'_>) -> Decided {
    let Phase::PendingPayment { pay_by } = order.phase else { return Ok(vec![]) };
    let agree_by = window(ctx, |rules| rules.agreement);
    Ok(vec![Event::Funded(Funded { pay_by: Some(pay_by), agree_by })])
}

/// W1.
pub(super) fn payment_lapsed(ctx: &Ctx<'_>) -> Vec<Event> {
    vec![Event::PaymentExpired(Closed { at: ctx.now, rules: rules(["W1"]) })]
}

/// An agreement may be uploaded, and replaced, until it is confirmed.
pub(super) fn may_upload_agreement(order: &Placed) -> Result<(), Refusal> {
    funded(order)?;
    match &order.agreement {
        Some(agreement) if agreement.confirmed_at.is_some() => Err(Refusal::AgreementConfirmed),
        Some(_) | None => Ok(()),
    }
}

/// M4.2.a.5; X14 for agent operation.
pub(super) fn upload_agreement(order: &Placed, command: &UploadAgreement, ctx: &Ctx<'_>) -> Decided {
    let min = ctx.rules.promise_min_chars;
    let detailed = |text: &str| text.trim().chars().count() >= min as usize;
    match &command.promise {
        Promise::Effect(_) if order.terms.agent_operation => return Err(Refusal::BusinessResult),
        Promise::Effect(effect) => {
            bounds::text("promise.effect", effect, 4_000)?;
            if !detailed(effect) {
                return Err(Refusal::NoPromise { min });
            }
        }
        Promise::Work { .. } if !order.terms.agent_operation => return Err(Refusal::NoPromise { min }),
        Promise::Work { work, measures, reports } => {
            bounds::text("promise.work", work, 4_000)?;
            bounds::text("promise.measures", measures, 4_000)?;
            bounds::text("promise.reports", reports, 4_000)?;
        }
    }
    bounds::count("cooperation", &command.cooperation, 0, 20, Clone::clone)?;
    for item in &command.cooperation {
        bounds::text("cooperation", item, 500)?;
    }
    let file = bounds::files(ctx, "file", &[command.file])?.pop().ok_or(Refusal::UnknownFile { field: "file" })?;
    let (promise, cooperation) = (command.promise.clone(), command.cooperation.clone());
    Ok(vec![Event::AgreementUploaded(AgreementUploaded { file, promise, cooperation })])
}

/// Only what was uploaded can be confirmed.
pub(super) fn may_confirm_agreement(order: &Placed) -> Result<(), Refusal> {
    may_upload_agreement(order)?;
    order.agreement.as_ref().map(|_| ()).ok_or(Refusal::NoAgreement)
}

/// The merchant confirms the very document it read.
pub(super) fn confirm_agreement(order: &Placed, file: FileId, ctx: &Ctx<'_>) -> Decided {
    let agreement = order.agreement.as_ref().ok_or(Refusal::NoAgreement)?;
    if agreement.file.id != file {
        return Err(Refusal::OtherAgreement);
    }
    Ok(vec![Event::AgreementConfirmed(AgreementConfirmed { file: agreement.file.clone(), at: ctx.now })])
}

/// W2: nothing ends by itself; either party may now cancel without giving a reason.
pub(super) fn agreement_lapsed(due: Option<Time>) -> Vec<Event> {
    vec![Event::AgreementOverdue(Missed { due, rules: rules(["W2", "M4.2.a.5"]) })]
}

/// M4.2.a.5: no work without a confirmed agreement.
pub(super) fn may_start(order: &Placed) -> Result<(), Refusal> {
    funded(order)?;
    let agreement = order.agreement.as_ref().ok_or(Refusal::NoAgreement)?;
    agreement.confirmed_at.map(|_| ()).ok_or(Refusal::AgreementUnconfirmed)
}

/// The delivery clock begins: as agreed, or W3 by category.
pub(super) fn start(order: &Placed, ctx: &Ctx<'_>) -> Decided {
    let agreed = order.agreed.delivery_days;
    let deliver_by = agreed_or(ctx, agreed, |rules| rules.delivery.of(order.terms.category));
    let rules = if agreed.is_some() { rules(["D2.4", "M4.2.a.1"]) } else { rules(["W3", "D2.4"]) };
    Ok(vec![Event::Started(Started { deliver_by, rules })])
}

/// Until work starts either party may cancel; the merchant has lost nothing, the provider done nothing.
pub(super) fn may_cancel(order: &Placed) -> Result<(), Refusal> {
    match &order.phase {
        Phase::PendingPayment { .. } | Phase::Funded { .. } => Ok(()),
        Phase::Disputed(_) | Phase::Ended(_) => Err(order.wrong_phase()),
        Phase::InProgress(_)
        | Phase::Stopped { .. }
        | Phase::Delivered(_)
        | Phase::Modification(_)
        | Phase::Contest { .. }
        | Phase::Accepted(_) => Err(Refusal::Started),
    }
}

/// Full refund. A provider that backs out while W2 runs refuses to perform (D2.4) and says why.
pub(super) fn cancel(order: &Placed, reason: Option<&str>, ctx: &Ctx<'_>) -> Decided {
    bounds::optional("reason", reason, 1_000)?;
    let after_w2 = matches!(order.phase, Phase::Funded { agreement_overdue: true, .. });
    let unpaid = matches!(order.phase, Phase::PendingPayment { .. });
    if ctx.party == Party::Provider && !after_w2 && reason.is_none() {
        return Err(Refusal::NoReason);
    }
    let rules = if after_w2 {
        rules(["W2", "M4.2.a.5"])
    } else if ctx.party == Party::Provider {
        rules(["D2.4"])
    } else if unpaid {
        rules(["W1"])
    } else {
        rules(["M4.2.a.5"])
    };
    let reason = reason.map(str::to_owned);
    Ok(vec![Event::Cancelled(Cancelled { by: ctx.party, reason, at: ctx.now, rules })])
}

fn funded(order: &Placed) -> Result<(), Refusal> {
    if matches!(order.phase, Phase::Funded { .. }) { Ok(()) } else { Err(order.wrong_phase()) }
}

pub(super) fn placed(it: &Placement) -> Order {
    Order::Placed(Box::new(Placed {
        merchant: it.merchant,
        provider: it.provider,
        listing: it.listing,
        agreed: Agreed {
            delivery_days: it.terms.delivery_days,
            modification_days: it.terms.modification_days,
            modifications: it.terms.modifications,
            failed_modifications: None,
        },
        terms: it.terms.clone(),
        quantity: it.quantity,
        amount: it.amount,
        edition: it.edition.clone(),
        placed_at: it.at,
        agreement: None,
        delivery: None,
        problems: vec![],
        wishes_used: 0,
        responsible: false,
        proposal: None,
        phase: Phase::PendingPayment { pay_by: it.pay_by },
    }))
}

pub(super) fn funded_by(order: &mut Placed, it: &Funded) -> Fit {
    if !matches!(order.phase, Phase::PendingPayment { .. }) {
        return None;
    }
    order.enter(Phase::Funded { agree_by: Some(it.agree_by), agreement_overdue: false })
}

pub(super) fn uploaded(order: &mut Placed, it: &AgreementUploaded) -> Fit {
    let cooperation = u32::try_from(it.cooperation.len()).ok()?;
    order.agreement = Some(Agreement { file: it.file.clone(), cooperation, confirmed_at: None });
    Some(())
}

pub(super) fn confirmed(order: &mut Placed, at: Time) -> Fit {
    order.agreement.as_mut()?.confirmed_at = Some(at);
    order.phase = Phase::Funded { agree_by: None, agreement_overdue: false };
    Some(())
}

pub(super) fn overdue(order: &mut Placed) -> Fit {
    order.phase = Phase::Funded { agree_by: None, agreement_overdue: true };
    Some(())
}

pub(super) fn started(order: &mut Placed, it: &Started) -> Fit {
    let owed = Owed { by: Due::At(it.deliver_by), overdue: None, refused_at: None };
    order.enter(Phase::InProgress(Work { owed, cooperation: None, paused: TimeDelta::zero(), withheld_since: None }))
}

pub(super) fn cancelled(order: &mut Placed, it: &Cancelled) -> Fit {
    order.end(Ending::Cancelled, it.at, &it.rules)
}
