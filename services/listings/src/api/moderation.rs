//! The moderators' work: claim, release, and the three ways to decide.
use super::listing::{ListingBody, shown};
use crate::host::ListingHost;
use actix_web::post;
use kernel::{ListingId, RuleId};
use listings_domain::{Command, Grounds};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Call, Id, Nothing, Strict};

/// Why something adverse is done.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListingGrounds)]
pub(crate) struct GroundsBody {
    /// The rules it rests on, the governing one first; 1–10.
    #[schema(value_type = Vec<String>, example = json!(["M4.1.c"]))]
    rules: Vec<RuleId>,
    /// For the provider to read; 1–2,000 characters.
    reasons: String,
}

impl From<GroundsBody> for Grounds {
    fn from(body: GroundsBody) -> Self {
        Self { rules: body.rules, reasons: body.reasons }
    }
}

/// An approval.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListingApproval)]
pub(crate) struct ApproveBody {
    /// Why the findings do not stand in the way; at most 2,000 characters.
    note: Option<String>,
}

/// Takes the queued revision: nobody else decides it while the lease runs.
#[utoipa::path(responses((status = 200, description = "The listing.", body = ListingBody)))]
#[post("/v1/listings/{id}/claim")]
pub(crate) async fn claim(call: Call<ListingHost>, Id(id): Id<ListingId>, _: Strict<Nothing>) -> Answer {
    call.to(id.0).send(Command::Claim, shown).await
}

/// Gives the revision back to the queue.
#[utoipa::path(responses((status = 200, description = "The listing.", body = ListingBody)))]
#[post("/v1/listings/{id}/release")]
pub(crate) async fn release(call: Call<ListingHost>, Id(id): Id<ListingId>, _: Strict<Nothing>) -> Answer {
    call.to(id.0).send(Command::Release, shown).await
}

/// Lets the claimed revision pass: it goes on sale.
#[utoipa::path(
    request_body = ApproveBody,
    responses((status = 200, description = "The listing.", body = ListingBody))
)]
#[post("/v1/listings/{id}/approve")]
pub(crate) async fn approve(
    call: Call<ListingHost>,
    Id(id): Id<ListingId>,
    Strict(body): Strict<ApproveBody>,
) -> Answer {
    call.to(id.0).send(Command::Approve { note: body.note }, shown).await
}

/// Sends the claimed revision back to be mended (W32).
#[utoipa::path(
    request_body = GroundsBody,
    responses((status = 200, description = "The listing.", body = ListingBody))
)]
#[post("/v1/listings/{id}/request-changes")]
pub(crate) async fn request_changes(
    call: Call<ListingHost>,
    Id(id): Id<ListingId>,
    Strict(body): Strict<GroundsBody>,
) -> Answer {
    call.to(id.0).send(Command::RequestChanges { grounds: body.into() }, shown).await
}

/// Rejects the claimed revision.
#[utoipa::path(
    request_body = GroundsBody,
    responses((status = 200, description = "The listing.", body = ListingBody))
)]
#[post("/v1/listings/{id}/reject")]
pub(crate) async fn reject(
    call: Call<ListingHost>,
    Id(id): Id<ListingId>,
    Strict(body): Strict<GroundsBody>,
) -> Answer {
    call.to(id.0).send(Command::Reject { grounds: body.into() }, shown).await
}
