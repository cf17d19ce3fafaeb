//! The negotiating table: proposals, refusal, the longer window, withdrawal, escalation.
use super::case::{CaseBody, case, proposed};
use super::money;
use crate::host::CaseHost;
use actix_web::post;
use disputes_domain::Command;
use kernel::{CaseId, Money};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Answer, Call, Id, Nothing, Strict};

/// A proposal: how much of the order's amount the merchant gets.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeProposalDraft)]
pub(crate) struct ProposalDraft {
    /// None of what was paid to all of it; the rest would be the provider's.
    #[schema(schema_with = money)]
    to_merchant: Money,
    /// Why; at most 2,000 characters.
    #[serde(default)]
    text: String,
}

/// Which amount is agreed to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeProposalAcceptance)]
pub(crate) struct ProposalAcceptance {
    /// The proposal's amount, repeated: both must mean the same.
    #[schema(schema_with = money)]
    to_merchant: Money,
}

/// Why, if one wants to say it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeRemark)]
pub(crate) struct Remark {
    /// At most 2,000 characters.
    #[serde(default)]
    pub(super) text: String,
}

/// Why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeReason)]
pub(crate) struct Reason {
    /// At most 2,000 characters.
    pub(super) reason: String,
}

/// Why no refund is given.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeRefusalOfRefund)]
pub(crate) struct RefusalOfRefund {
    /// At most 2,000 characters.
    pub(super) reasons: String,
}

/// What the platform asks of an escalation (A8); the order number is the case's own.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeEscalation)]
pub(crate) struct Escalation {
    /// The kind of product; asked of the merchant. At most 500 characters.
    #[serde(default)]
    kind_of_product: String,
    /// How the dispute went; asked of the merchant. At most 2,000 characters.
    #[serde(default)]
    summary: String,
    /// Why a refund, or why a decision, is wanted; asked of both. At most 2,000 characters.
    #[serde(default)]
    reasons: String,
}

/// Puts a proposal on the table, in place of the one that stands.
#[utoipa::path(tag = "disputes",
    request_body = ProposalDraft,
    responses((status = 201, description = "The case with the proposal; Location is the proposal.", body = CaseBody))
)]
#[post("/v1/disputes/{case}/proposals")]
pub(crate) async fn propose(call: Call<CaseHost>, Id(id): Id<CaseId>, Strict(body): Strict<ProposalDraft>) -> Answer {
    let proposal = call.new_id();
    let command = Command::Propose { proposal, to_merchant: body.to_merchant, text: body.text };
    call.to(id.0).send(command, proposed).await
}

/// Accepts the proposal of the other side: the case is settled at its amount.
#[utoipa::path(tag = "disputes",
    request_body = ProposalAcceptance,
    responses((status = 200, description = "The settled case.", body = CaseBody))
)]
#[post("/v1/disputes/{case}/proposals/{proposal}/accept")]
pub(crate) async fn accept(
    call: Call<CaseHost>,
    Id((id, proposal)): Id<(CaseId, Uuid)>,
    Strict(body): Strict<ProposalAcceptance>,
) -> Answer {
    call.to(id.0).send(Command::AcceptProposal { proposal, to_merchant: body.to_merchant }, case).await
}

/// Declines the proposal of the other side.
#[utoipa::path(tag = "disputes", request_body = Remark, responses((status = 200, description = "The case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/proposals/{proposal}/decline")]
pub(crate) async fn decline(
    call: Call<CaseHost>,
    Id((id, proposal)): Id<(CaseId, Uuid)>,
    Strict(body): Strict<Remark>,
) -> Answer {
    call.to(id.0).send(Command::DeclineProposal { proposal, text: body.text }, case).await
}

/// The provider refuses a refund; both sides may escalate.
#[utoipa::path(tag = "disputes", request_body = RefusalOfRefund, responses((status = 200, description = "The case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/refuse")]
pub(crate) async fn refuse(call: Call<CaseHost>, Id(id): Id<CaseId>, Strict(body): Strict<RefusalOfRefund>) -> Answer {
    call.to(id.0).send(Command::RefuseRefund { reasons: body.reasons }, case).await
}

/// Asks for the longer negotiation window, or agrees to it: both sides must.
#[utoipa::path(tag = "disputes", responses((status = 200, description = "The case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/extend-negotiation")]
pub(crate) async fn extend_negotiation(call: Call<CaseHost>, Id(id): Id<CaseId>, _: Strict<Nothing>) -> Answer {
    call.to(id.0).send(Command::ExtendNegotiation, case).await
}

/// The merchant takes the application back; the order goes on.
#[utoipa::path(tag = "disputes", request_body = Remark, responses((status = 200, description = "The withdrawn case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/withdraw")]
pub(crate) async fn withdraw(call: Call<CaseHost>, Id(id): Id<CaseId>, Strict(body): Strict<Remark>) -> Answer {
    call.to(id.0).send(Command::Withdraw { text: body.text }, case).await
}

/// Asks the platform to step in.
#[utoipa::path(tag = "disputes", request_body = Escalation, responses((status = 200, description = "The case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/escalate")]
pub(crate) async fn escalate(call: Call<CaseHost>, Id(id): Id<CaseId>, Strict(body): Strict<Escalation>) -> Answer {
    let Escalation { kind_of_product, summary, reasons } = body;
    call.to(id.0).send(Command::Escalate { kind_of_product, summary, reasons }, case).await
}
