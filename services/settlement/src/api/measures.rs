//! What staff do to a purse: freezes of payouts, and liabilities that the parties settled themselves.
use super::purse::{PurseBody, purse};
use crate::host::PurseHost;
use actix_web::post;
use engine::{Reply, Seen};
use kernel::{CaseId, PurseId, RuleId};
use serde::Deserialize;
use settlement_domain::Purses;
use settlement_domain::purse::Command;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Answer, Call, Id, Nothing, Strict};

/// A liability that the parties settled themselves.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DirectPayment {
    /// The case that made it.
    case: CaseId,
    /// What that rests on, 1 to 500 characters.
    note: String,
}

/// Why payouts are stopped.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PayoutFreezeDraft {
    /// The rules it rests on, the governing one first; 1 to 8.
    rules: Vec<RuleId>,
    /// The reasons, as the provider reads them; 1 to 2,000 characters.
    reasons: String,
}

/// Records that the parties settled a liability themselves (D1.6.2); for operators.
#[utoipa::path(request_body = DirectPayment, responses((status = 200, description = "The purse.", body = PurseBody)))]
#[post("/v1/purses/{purse}/acknowledge-direct-payment")]
pub(crate) async fn acknowledge_direct_payment(
    call: Call<PurseHost>,
    Id(id): Id<PurseId>,
    Strict(body): Strict<DirectPayment>,
) -> Answer {
    call.to(id.0).send(Command::AcknowledgeDirectPayment { case: body.case, note: body.note }, purse).await
}

/// Stops payouts; for operators and compliance officers.
#[utoipa::path(
    request_body = PayoutFreezeDraft,
    responses((status = 201, description = "The purse with the freeze; Location is the purse.", body = PurseBody))
)]
#[post("/v1/purses/{purse}/freezes")]
pub(crate) async fn freeze_payouts(
    call: Call<PurseHost>,
    Id(id): Id<PurseId>,
    Strict(body): Strict<PayoutFreezeDraft>,
) -> Answer {
    let freeze = call.new_id();
    let command = Command::FreezePayouts { freeze, rules: body.rules, reasons: body.reasons };
    call.to(id.0).send(command, frozen).await
}

/// Lifts one freeze; payouts go on when none stands.
#[utoipa::path(responses((status = 200, description = "The purse.", body = PurseBody)))]
#[post("/v1/purses/{purse}/freezes/{freeze}/thaw")]
pub(crate) async fn thaw_payouts(
    call: Call<PurseHost>,
    Id((id, freeze)): Id<(PurseId, Uuid)>,
    _: Strict<Nothing>,
) -> Answer {
    call.to(id.0).send(Command::ThawPayouts { freeze }, purse).await
}

/// A freeze has no resource of its own: it stands in the purse.
fn frozen(seen: &Seen<'_, Purses>) -> Reply {
    let reply = purse(seen);
    match reply.status {
        200 => Reply { status: 201, ..reply }.at(format!("/v1/purses/{}", PurseId(seen.id))),
        _ => reply,
    }
}
