//! Purses: lists, one purse, its timeline; the provider's desk: deposit, liabilities, payouts.
use super::purse::{PurseBody, begun, purse};
use super::record::{self, EntryBody, whole};
use super::transactions::{self, Kinds, TransactionBody};
use crate::host::PurseHost;
use crate::queries::{self, PurseLine};
use actix_web::web::Json;
use actix_web::{get, post};
use chrono::{DateTime, Utc};
use engine::Fault;
use kernel::{CaseId, Money, Party, PayoutId, ProviderId, PurseId, Role};
use serde::{Deserialize, Serialize};
use settlement_domain::purse::Command;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Answer, Call, Caller, Filter, Id, Look, Nothing, Page, PageQuery, Refused, Scope, Sees, Strict};

/// Which purses a list shows.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct PurseFilter {
    /// Blocked ones, or the others.
    blocked: Option<bool>,
}

/// A purse in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = PurseListed)]
pub(crate) struct PurseListed {
    /// Its id.
    id: PurseId,
    /// Whose.
    provider: ProviderId,
    /// `open` or `blocked`.
    status: String,
    /// What must be deposited.
    required: Money,
    /// What is deposited.
    deposit: Money,
    /// What is owed to merchants, in the deposit's currency.
    liability: Money,
    /// How many of the provider's escrows cases hold.
    open_cases: i64,
    /// Whether a freeze stops payouts.
    payouts_frozen: bool,
    /// When it was opened.
    opened_at: DateTime<Utc>,
    /// When something last happened.
    updated_at: DateTime<Utc>,
}

/// A payment into the deposit.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DepositDraft {
    /// How much; at most what is missing.
    amount: Money,
    /// The gateway's token of the method of payment, 1 to 100 characters.
    #[schema(example = "tok_visa", max_length = 100)]
    method: String,
}

/// Payable money that becomes deposit.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DepositFilling {
    /// How much; at most what is missing.
    amount: Money,
}

/// A payment of a liability.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LiabilityPaymentDraft {
    /// The case that made it.
    case: CaseId,
    /// The gateway's token of the method of payment, 1 to 100 characters.
    #[schema(example = "tok_visa", max_length = 100)]
    method: String,
}

/// A liability that is settled out of payable money.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LiabilitySettlement {
    /// The case that made it.
    case: CaseId,
}

/// A payout.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PayoutDraft {
    /// How much; at most what is free.
    amount: Money,
}

/// Purses, newest first: a provider's own, to operators and compliance officers all.
#[utoipa::path(
    params(PageQuery, PurseFilter),
    responses((status = 200, description = "A page of purses.", body = Page<PurseListed>))
)]
#[get("/v1/purses")]
pub(crate) async fn list(
    look: Look<PurseHost>,
    scope: Scope,
    Filter(filter): Filter<PurseFilter>,
    page: PageQuery,
) -> Result<Json<Page<PurseListed>>, Refused> {
    let provider = match scope.sees() {
        Sees::Provider(id) => Some(id.0),
        Sees::Merchant(_) => return Err(Refused::new(403, "role_required", "merchants have no purse")),
        Sees::Staff(_) => {
            Caller(look.actor().clone()).must_be(&[Role::Operator, Role::ComplianceOfficer]).map(|()| None)?
        }
    };
    let rows = queries::purses(look.door().readers(), provider, filter.blocked, page.after()?, page.rows()).await?;
    Ok(Json(whole(page.cut(rows, |row| (row.opened_at, row.id), listed))?))
}

/// One purse.
#[utoipa::path(responses((status = 200, description = "The purse.", body = PurseBody)))]
#[get("/v1/purses/{purse}")]
pub(crate) async fn show(look: Look<PurseHost>, Id(id): Id<PurseId>) -> Answer {
    look.at(id.0, purse).await
}

/// What happened to a purse, oldest first.
#[utoipa::path(
    params(PageQuery),
    responses((status = 200, description = "A page of the timeline.", body = Page<EntryBody>))
)]
#[get("/v1/purses/{purse}/timeline")]
pub(crate) async fn timeline(
    look: Look<PurseHost>,
    Id(id): Id<PurseId>,
    _: Filter<Nothing>,
    page: PageQuery,
) -> Result<Json<Page<EntryBody>>, Refused> {
    let viewer = look.door().relation(id.0, look.actor()).await?;
    let told = record::timeline(look.door().readers(), ("purse", Party::Provider), id.0, viewer, &page);
    Ok(Json(told.await?))
}

/// Pays into the deposit (W33). The gateway tells later whether the money came.
#[utoipa::path(
    request_body = DepositDraft,
    responses((status = 201, description = "The purse; Location is the payment.", body = PurseBody))
)]
#[post("/v1/purses/{purse}/deposits")]
pub(crate) async fn top_up_deposit(
    call: Call<PurseHost>,
    Id(id): Id<PurseId>,
    Strict(body): Strict<DepositDraft>,
) -> Answer {
    let payment = call.new_id();
    let command = Command::TopUpDeposit { payment, amount: body.amount, method: body.method };
    call.to(id.0).send(command, begun).await
}

/// Moves payable money into the deposit (W33).
#[utoipa::path(request_body = DepositFilling, responses((status = 200, description = "The purse.", body = PurseBody)))]
#[post("/v1/purses/{purse}/fill-deposit")]
pub(crate) async fn fill_deposit(
    call: Call<PurseHost>,
    Id(id): Id<PurseId>,
    Strict(body): Strict<DepositFilling>,
) -> Answer {
    call.to(id.0).send(Command::FillDeposit { amount: body.amount }, purse).await
}

/// Pays a liability through the gateway (W18).
#[utoipa::path(
    request_body = LiabilityPaymentDraft,
    responses((status = 201, description = "The purse; Location is the payment.", body = PurseBody))
)]
#[post("/v1/purses/{purse}/liability-payments")]
pub(crate) async fn pay_liability(
    call: Call<PurseHost>,
    Id(id): Id<PurseId>,
    Strict(body): Strict<LiabilityPaymentDraft>,
) -> Answer {
    let payment = call.new_id();
    let command = Command::PayLiability { payment, case: body.case, method: body.method };
    call.to(id.0).send(command, begun).await
}

/// Pays a liability out of payable money (W18).
#[utoipa::path(
    request_body = LiabilitySettlement,
    responses((status = 200, description = "The purse.", body = PurseBody))
)]
#[post("/v1/purses/{purse}/settle-liability")]
pub(crate) async fn settle_liability(
    call: Call<PurseHost>,
    Id(id): Id<PurseId>,
    Strict(body): Strict<LiabilitySettlement>,
) -> Answer {
    call.to(id.0).send(Command::SettleLiability { case: body.case }, purse).await
}

/// Payments of the provider, newest first.
#[utoipa::path(
    params(PageQuery),
    responses((status = 200, description = "A page of payments.", body = Page<TransactionBody>))
)]
#[get("/v1/purses/{purse}/payments")]
pub(crate) async fn payments(
    look: Look<PurseHost>,
    Id(id): Id<PurseId>,
    _: Filter<Nothing>,
    page: PageQuery,
) -> Result<Json<Page<TransactionBody>>, Refused> {
    look.door().relation(id.0, look.actor()).await?;
    Ok(Json(transactions::list(look.door().readers(), id.0, Kinds::Payments, true, &page).await?))
}

/// One payment of the provider.
#[utoipa::path(responses((status = 200, description = "The payment.", body = TransactionBody)))]
#[get("/v1/purses/{purse}/payments/{payment}")]
pub(crate) async fn show_payment(
    look: Look<PurseHost>,
    Id((id, payment)): Id<(PurseId, Uuid)>,
) -> Result<Json<TransactionBody>, Refused> {
    look.door().relation(id.0, look.actor()).await?;
    Ok(Json(transactions::one(look.door().readers(), id.0, Kinds::Payments, payment, true).await?))
}

/// Asks for money that is free.
#[utoipa::path(
    request_body = PayoutDraft,
    responses((status = 201, description = "The purse; Location is the payout.", body = PurseBody))
)]
#[post("/v1/purses/{purse}/payouts")]
pub(crate) async fn request_payout(
    call: Call<PurseHost>,
    Id(id): Id<PurseId>,
    Strict(body): Strict<PayoutDraft>,
) -> Answer {
    let payout = PayoutId(call.new_id());
    call.to(id.0).send(Command::RequestPayout { payout, amount: body.amount }, begun).await
}

/// Payouts, newest first.
#[utoipa::path(
    params(PageQuery),
    responses((status = 200, description = "A page of payouts.", body = Page<TransactionBody>))
)]
#[get("/v1/purses/{purse}/payouts")]
pub(crate) async fn payouts(
    look: Look<PurseHost>,
    Id(id): Id<PurseId>,
    _: Filter<Nothing>,
    page: PageQuery,
) -> Result<Json<Page<TransactionBody>>, Refused> {
    look.door().relation(id.0, look.actor()).await?;
    Ok(Json(transactions::list(look.door().readers(), id.0, Kinds::Payouts, true, &page).await?))
}

/// One payout.
#[utoipa::path(responses((status = 200, description = "The payout.", body = TransactionBody)))]
#[get("/v1/purses/{purse}/payouts/{payout}")]
pub(crate) async fn show_payout(
    look: Look<PurseHost>,
    Id((id, payout)): Id<(PurseId, PayoutId)>,
) -> Result<Json<TransactionBody>, Refused> {
    look.door().relation(id.0, look.actor()).await?;
    Ok(Json(transactions::one(look.door().readers(), id.0, Kinds::Payouts, payout.0, true).await?))
}

fn listed(row: PurseLine) -> Result<PurseListed, Fault> {
    let money = |minor| queries::money(minor, &row.currency);
    Ok(PurseListed {
        id: PurseId(row.id),
        provider: ProviderId(row.id),
        required: money(row.required_minor)?,
        deposit: money(row.deposit_minor)?,
        liability: money(row.liability_minor)?,
        open_cases: row.open_cases,
        payouts_frozen: row.payouts_frozen,
        status: row.status,
        opened_at: row.opened_at,
        updated_at: row.updated_at,
    })
}
