//! The merchant's refund application, and whether one is open.
use super::order::{OrderBody, disputed};
use crate::host::OrderHost;
use actix_web::{get, post};
use chrono::{DateTime, Utc};
use engine::{Reply, Seen};
use kernel::{CaseId, ClaimKind, Money, OrderId, Problem, RuleId};
use orders_domain::order::{ApplyForRefund, Assessment, Command, Eligibility, Orders, Refusal, assess, eligibility};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Answer, Call, Id, Look, Nothing, Strict};

/// A refund application (D1.3).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderRefundApplicationDraft {
    /// What is claimed.
    claim: ClaimKind,
    /// How much is asked back; at most the order's amount.
    amount: Money,
    /// The claim, clearly (D1.3.2); at most 2,000 characters.
    statement: String,
    /// The merchant has the service and keeps it (N1).
    #[serde(default)]
    keeps_service: bool,
    /// When it happened: asked for in a service period only (X9).
    #[serde(default)]
    happened_at: Option<DateTime<Utc>>,
    /// Problems that the newest redelivery did not solve: each counts as a failed modification (D2.5d).
    #[serde(default)]
    unsolved: Vec<Uuid>,
}

/// Whether a refund may be applied for now.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrderRefundEligibility {
    /// The order.
    order: OrderId,
    /// By claim.
    claims: Vec<OrderClaimEligibility>,
}

/// Whether a refund may be applied for on one claim.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrderClaimEligibility {
    /// The claim.
    claim: ClaimKind,
    /// `open`, `not_yet` or `closed`.
    status: &'static str,
    /// The rule that opens it, that it waits for, or that closed it.
    rule: RuleId,
    /// Not yet: from when, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    from_at: Option<DateTime<Utc>>,
    /// Open: until when, where an end is in sight.
    #[serde(skip_serializing_if = "Option::is_none")]
    until_at: Option<DateTime<Utc>>,
    /// Closed: since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    since_at: Option<DateTime<Utc>>,
}

/// Whether an application for a refund would be taken now.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrderRefundAssessment {
    /// The order.
    order: OrderId,
    /// Whether any claim is open.
    eligible: bool,
    /// What the windows rest on.
    rules: Vec<RuleId>,
    /// By claim.
    claims: Vec<OrderClaimAssessment>,
}

/// Whether an application on one claim would be taken now.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrderClaimAssessment {
    /// Whether an otherwise sound application would be taken.
    eligible: bool,
    /// Why not: the code that it would be refused with.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    /// Why not, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// In a service period: when what is complained of may have happened (W21).
    #[serde(skip_serializing_if = "Option::is_none")]
    happened: Option<OrderClaimableEvents>,
    /// Who keeps the service and asks for money back negotiates first: the rules that say so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    negotiation_first: Vec<RuleId>,
    /// From when, until when.
    #[serde(flatten)]
    window: OrderClaimEligibility,
}

/// Both ends count.
#[derive(Serialize, ToSchema)]
pub(crate) struct OrderClaimableEvents {
    /// Not before.
    from_at: DateTime<Utc>,
    /// Not after.
    to_at: DateTime<Utc>,
}

/// The merchant asks for money back: every clock of the order stands still, and a case is opened.
#[utoipa::path(
    request_body = OrderRefundApplicationDraft,
    responses((status = 201, description = "The order; Location is the case that is being opened.", body = OrderBody))
)]
#[post("/v1/orders/{order}/refund-applications")]
pub(crate) async fn apply_for_refund(
    call: Call<OrderHost>,
    Id(id): Id<OrderId>,
    Strict(body): Strict<OrderRefundApplicationDraft>,
) -> Answer {
    let OrderRefundApplicationDraft { claim, amount, statement, keeps_service, happened_at, unsolved } = body;
    let case = CaseId(call.new_id());
    let command = ApplyForRefund { case, claim, amount, statement, keeps_service, happened_at, unsolved };
    call.to(id.0).send(Command::ApplyForRefund(command), disputed).await
}

/// What would come of an application for a refund now: whether, from when, until when, and why not, by claim (A6, W21,
/// N1). Nothing changes, and no key is needed.
#[utoipa::path(
    extensions(("x-command" = json!(false))),
    responses((status = 200, description = "By claim.", body = OrderRefundAssessment))
)]
#[post("/v1/orders/{order}/refund-applications/eligibility")]
pub(crate) async fn assess_refund(look: Look<OrderHost>, Id(id): Id<OrderId>, _: Strict<Nothing>) -> Answer {
    look.at(id.0, assessed).await
}

/// On which claims a refund may be applied for now (A6, W21).
#[utoipa::path(responses((status = 200, description = "By claim.", body = OrderRefundEligibility)))]
#[get("/v1/orders/{order}/refund-eligibility")]
pub(crate) async fn refund_eligibility(look: Look<OrderHost>, Id(id): Id<OrderId>) -> Answer {
    look.at(id.0, claims).await
}

fn assessed(seen: &Seen<'_, Orders>) -> Reply {
    let assessments = assess(seen.state, seen.ctx);
    // What is meant for the merchant is nobody else's.
    if let Some(refusal) = assessments.iter().find_map(|it| it.refusal.as_ref().filter(|it| **it == Refusal::NotYours))
    {
        return Reply::problem(&Problem::of(refusal));
    }
    let claims: Vec<_> = assessments.into_iter().map(OrderClaimAssessment::from).collect();
    let eligible = claims.iter().any(|claim| claim.eligible);
    let rules = ["A6", "W21"].map(RuleId::of).into();
    Reply::json(200, seen.version, &OrderRefundAssessment { order: OrderId(seen.id), eligible, rules, claims })
}

impl From<Assessment> for OrderClaimAssessment {
    fn from(it: Assessment) -> Self {
        let negotiation_first = if it.negotiates_first { ["N1", "X12"].map(RuleId::of).into() } else { vec![] };
        Self {
            eligible: it.refusal.is_none(),
            code: it.refusal.as_ref().map(kernel::Refusal::code),
            reason: it.refusal.as_ref().map(ToString::to_string),
            happened: it.happened.map(|events| OrderClaimableEvents { from_at: events.from, to_at: events.to }),
            negotiation_first,
            window: claim((it.claim, it.window)),
        }
    }
}

fn claims(seen: &Seen<'_, Orders>) -> Reply {
    let claims = eligibility(seen.state).into_iter().map(claim).collect();
    Reply::json(200, seen.version, &OrderRefundEligibility { order: OrderId(seen.id), claims })
}

fn claim((claim, eligibility): (ClaimKind, Eligibility)) -> OrderClaimEligibility {
    let (status, rule, from_at, until_at, since_at) = match eligibility {
        Eligibility::Open { until, rule } => ("open", rule, None, until, None),
        Eligibility::NotYet { from, rule } => ("not_yet", rule, from, None, None),
        Eligibility::Closed { since, rule } => ("closed", rule, None, None, Some(since)),
    };
    OrderClaimEligibility { claim, status, rule, from_at, until_at, since_at }
}
