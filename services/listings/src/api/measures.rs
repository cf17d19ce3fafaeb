//! The platform's measures against a listing (M5), imposed and lifted by operators.
use super::listing::{ListingBody, shown};
use crate::host::ListingHost;
use actix_web::post;
use chrono::{DateTime, Utc};
use kernel::{ListingId, RuleId};
use listings_domain::{Command, Grounds};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Answer, Call, Id, Strict};

/// A block.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListingBlock)]
pub(crate) struct BlockBody {
    /// Until when; until it is lifted when left out.
    until: Option<DateTime<Utc>>,
    /// The rules it rests on, the governing one first; 1–10.
    #[schema(value_type = Vec<String>, example = json!(["M5.13"]))]
    rules: Vec<RuleId>,
    /// For the provider to read; 1–2,000 characters.
    reasons: String,
}

/// A removal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListingRemoval)]
pub(crate) struct RemoveBody {
    /// Not before this instant back on sale; until it is lifted when left out.
    until: Option<DateTime<Utc>>,
    /// A corrected revision must have passed as well.
    #[serde(default)]
    correction: bool,
    /// The rules it rests on, the governing one first; 1–10.
    #[schema(value_type = Vec<String>, example = json!(["M5.13"]))]
    rules: Vec<RuleId>,
    /// For the provider to read; 1–2,000 characters.
    reasons: String,
}

/// The lifting of a measure.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListingUnblock)]
pub(crate) struct UnblockBody {
    /// Which measure.
    measure: Uuid,
    /// Why; 1–2,000 characters.
    reasons: String,
}

/// Hides the listing.
#[utoipa::path(request_body = BlockBody, responses((status = 200, description = "The listing.", body = ListingBody)))]
#[post("/v1/listings/{id}/block")]
pub(crate) async fn block(call: Call<ListingHost>, Id(id): Id<ListingId>, Strict(body): Strict<BlockBody>) -> Answer {
    let grounds = Grounds { rules: body.rules, reasons: body.reasons };
    let measure = call.new_id();
    call.to(id.0).send(Command::Block { measure, until: body.until, grounds }, shown).await
}

/// Takes the listing off sale.
#[utoipa::path(request_body = RemoveBody, responses((status = 200, description = "The listing.", body = ListingBody)))]
#[post("/v1/listings/{id}/remove")]
pub(crate) async fn remove(call: Call<ListingHost>, Id(id): Id<ListingId>, Strict(body): Strict<RemoveBody>) -> Answer {
    let grounds = Grounds { rules: body.rules, reasons: body.reasons };
    let measure = call.new_id();
    let command = Command::Remove { measure, until: body.until, correction: body.correction, grounds };
    call.to(id.0).send(command, shown).await
}

/// Lifts a measure.
#[utoipa::path(request_body = UnblockBody, responses((status = 200, description = "The listing.", body = ListingBody)))]
#[post("/v1/listings/{id}/unblock")]
pub(crate) async fn unblock(
    call: Call<ListingHost>,
    Id(id): Id<ListingId>,
    Strict(body): Strict<UnblockBody>,
) -> Answer {
    call.to(id.0).send(Command::Unblock { measure: body.measure, reasons: body.reasons }, shown).await
}
