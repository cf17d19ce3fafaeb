//! The arbitrators' work: claim, release, hand over, conflicts of interest, the decision.
use super::case::{CaseBody, case, decided};
use super::money;
use crate::host::CaseHost;
use actix_web::post;
use disputes_domain::{Command, Draft};
use kernel::{CaseId, Money, RuleId};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Call, Id, Nothing, Strict};

/// Who takes the case over.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeHandOver)]
pub(crate) struct HandOver {
    /// The arbitrator's `sub`.
    to: String,
}

/// A conflict of interest.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeConflictOfInterest)]
pub(crate) struct ConflictOfInterest {
    /// What it is; at most 2,000 characters. Read by staff only.
    reason: String,
}

/// A decision.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeDecisionDraft)]
pub(crate) struct DecisionDraft {
    /// Of the order's amount, to the merchant: none of it to all of it.
    #[schema(schema_with = money)]
    to_merchant: Money,
    /// Beyond the order's amount, owed by the provider; only on an article that grants it (D3.1.4).
    #[schema(schema_with = money)]
    compensation: Option<Money>,
    /// The articles it rests on, the governing one first.
    #[schema(value_type = Vec<String>)]
    rules: Vec<RuleId>,
    /// What was found beside the findings, each a short sentence; may be left out where there are findings.
    #[serde(default)]
    facts: Vec<String>,
    /// The numbers of the entries of the case file that it rests on, beside those of the findings; at most 12.
    #[serde(default)]
    evidence: Vec<u32>,
    /// The reasons for both sides; at most 8,000 characters.
    reasons: String,
    /// The use of the service goes on so many seconds longer (D3.1.3).
    #[serde(default)]
    extension_seconds: Option<u64>,
    /// The merchant downloads its data (D3.1.4, D3.2.4).
    #[serde(default)]
    data_download: bool,
    /// Why it departs from the recommended outcome; required where it does.
    #[serde(default)]
    departure: String,
}

/// Takes the case from the queue, or holds it for another lease.
#[utoipa::path(tag = "disputes", responses((status = 200, description = "The case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/claim")]
pub(crate) async fn claim(call: Call<CaseHost>, Id(id): Id<CaseId>, _: Strict<Nothing>) -> Answer {
    call.to(id.0).send(Command::Claim, case).await
}

/// Puts the case back into the queue.
#[utoipa::path(tag = "disputes", responses((status = 200, description = "The case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/release")]
pub(crate) async fn release(call: Call<CaseHost>, Id(id): Id<CaseId>, _: Strict<Nothing>) -> Answer {
    call.to(id.0).send(Command::Release, case).await
}

/// Gives the case to an arbitrator.
#[utoipa::path(tag = "disputes", request_body = HandOver, responses((status = 200, description = "The case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/hand-over")]
pub(crate) async fn hand_over(call: Call<CaseHost>, Id(id): Id<CaseId>, Strict(body): Strict<HandOver>) -> Answer {
    call.to(id.0).send(Command::HandOver { to: body.to }, case).await
}

/// Declares a conflict of interest, for good.
#[utoipa::path(tag = "disputes", request_body = ConflictOfInterest, responses((status = 200, description = "The case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/conflicts")]
pub(crate) async fn declare_conflict(
    call: Call<CaseHost>,
    Id(id): Id<CaseId>,
    Strict(body): Strict<ConflictOfInterest>,
) -> Answer {
    call.to(id.0).send(Command::DeclareConflict { reason: body.reason }, case).await
}

/// Decides the case. The award waits until the appeal window has passed.
#[utoipa::path(tag = "disputes",
    request_body = DecisionDraft,
    responses(
        (status = 201, description = "The decided case; Location is the decision.", body = CaseBody),
        (status = 202, description = "A second person must confirm it; Location is the draft.", body = CaseBody),
    )
)]
#[post("/v1/disputes/{case}/decision")]
pub(crate) async fn decide(call: Call<CaseHost>, Id(id): Id<CaseId>, Strict(body): Strict<DecisionDraft>) -> Answer {
    let draft = Draft {
        compensation: body.compensation.unwrap_or(Money::zero(body.to_merchant.currency)),
        to_merchant: body.to_merchant,
        rules: body.rules,
        facts: body.facts,
        evidence: body.evidence,
        reasons: body.reasons,
        extension_seconds: body.extension_seconds,
        data_download: body.data_download,
        departure: body.departure,
    };
    call.to(id.0).send(Command::Decide(Box::new(draft)), decided).await
}
