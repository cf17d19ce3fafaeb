//! Escalation to the platform (D1.3.1, A8): by either side, by silence (W11), and the one claim that must wait (N1, X12).
use crate::casefile::{Clerk, EntryKind, Filed};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::standing::spokesperson;
use crate::state::{Escalation, Opened, Side};
use crate::{Ctx, clocks, wording};
use kernel::{ClaimKind, Due, OrderId, RuleId};
use serde::Serialize;

/// What is filed: with what was said, the order's number (A8).
#[derive(Serialize)]
struct Paper<'a> {
    cause: Escalation,
    order: OrderId,
    #[serde(flatten)]
    grounds: &'a Grounds<'a>,
}

/// The four things of A8, but for the order number, which the case carries.
#[derive(Serialize)]
pub(crate) struct Grounds<'a> {
    pub(crate) kind_of_product: &'a str,
    pub(crate) summary: &'a str,
    pub(crate) reasons: &'a str,
}

/// Either side; N1's claim only after the window or the provider's refusal.
pub(crate) fn guard(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    spokesperson(case, ctx)?;
    match case.negotiation()?.until {
        Some(Due::At(from)) if is_held_back(case, ctx) => Err(Refusal::NegotiationFirst { from }),
        Some(Due::At(_) | Due::Paused { .. }) | None => Ok(()),
    }
}

/// N1 holds back "received, kept, money back", and nothing else: an unlawful service never waits (D2.1, X12).
fn is_held_back(case: &Opened, ctx: &Ctx<'_>) -> bool {
    let application = &case.opening.application;
    let urgent = &ctx.rules.not_held_back;
    let is_unlawful = case.claims.contains(&ClaimKind::Unlawful) && urgent.contains(&RuleId::of("D2.1"));
    let is_urgent = is_unlawful || application.supported_by.iter().any(|rule| urgent.contains(rule));
    application.delivered && application.keeps_service && !is_urgent
}

/// Brings the case before the platform.
pub(crate) fn escalate(case: &Opened, grounds: &Grounds<'_>, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let by = spokesperson(case, ctx)?;
    let (cause, rules) = match by.side {
        Side::Merchant => {
            complete(grounds.kind_of_product, "kind_of_product")?;
            complete(grounds.summary, "summary")?;
            (Escalation::Merchant, vec![RuleId::of("D1.3.1"), RuleId::of("A8")])
        }
        Side::Provider => (Escalation::Provider, vec![RuleId::of("D1.3.1")]),
    };
    complete(grounds.reasons, "reasons")?;
    wording::optional(grounds.kind_of_product, "kind_of_product", wording::SENTENCE)?;
    wording::optional(grounds.summary, "summary", wording::STATEMENT)?;
    wording::optional(grounds.reasons, "reasons", wording::STATEMENT)?;
    Ok(vec![Event::Escalated {
        cause,
        by: Some(by),
        kind_of_product: grounds.kind_of_product.to_owned(),
        summary: grounds.summary.to_owned(),
        reasons: grounds.reasons.to_owned(),
        decide_by: clocks::for_staff(ctx, |rules| rules.decision),
        at: ctx.now,
        filed: vec![filed(case, cause, grounds, ctx)],
        rules,
    }])
}

fn filed(case: &Opened, cause: Escalation, grounds: &Grounds<'_>, ctx: &Ctx<'_>) -> Filed {
    let paper = Paper { cause, order: case.opening.order, grounds };
    Clerk::new(&case.file, ctx.now, ctx.party).file(EntryKind::Escalation, None, &paper)
}

fn complete(text: &str, field: &'static str) -> Result<(), Refusal> {
    if text.trim().is_empty() { Err(Refusal::EscalationIncomplete { field }) } else { Ok(()) }
}

/// W11: the provider did not answer. Nothing is granted by silence; the case is judged on what there is (D1.4.2).
pub(crate) fn unanswered(case: &Opened, ctx: &Ctx<'_>) -> Event {
    let nothing = Grounds { kind_of_product: "", summary: "", reasons: "" };
    Event::Escalated {
        cause: Escalation::Unanswered,
        by: None,
        kind_of_product: String::new(),
        summary: String::new(),
        reasons: String::new(),
        decide_by: clocks::for_staff(ctx, |rules| rules.decision),
        at: ctx.now,
        filed: vec![filed(case, Escalation::Unanswered, &nothing, ctx)],
        rules: vec![RuleId::of("W11"), RuleId::of("D1.4.2")],
    }
}
