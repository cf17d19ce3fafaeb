//! Escrows: lists, one escrow, its timeline, its payments; paying, and sending a failed remittance once more.
use super::escrow::{EscrowBody, escrow, knows_payments, paying};
use super::record::{self, EntryBody, whole};
use super::transactions::{self, Kinds, TransactionBody};
use crate::host::EscrowHost;
use crate::queries::{self, EscrowLine, Which};
use actix_web::web::Json;
use actix_web::{get, post};
use chrono::{DateTime, Utc};
use engine::Fault;
use kernel::{EscrowId, MerchantId, Money, OrderId, Party, ProviderId, Role};
use serde::{Deserialize, Serialize};
use settlement_domain::escrow::Command;
use strum::IntoStaticStr;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Answer, Call, Caller, Filter, Id, Look, Nothing, Page, PageQuery, Refused, Scope, Sees, Strict};

/// Which escrows a list shows.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct EscrowFilter {
    /// Of this order.
    #[param(value_type = Option<String>)]
    order: Option<OrderId>,
    /// In this status.
    #[param(inline)]
    status: Option<EscrowStatus>,
}

/// A status.
#[derive(Clone, Copy, Deserialize, IntoStaticStr, ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub(crate) enum EscrowStatus {
    /// To be paid.
    AwaitingPayment,
    /// Ended without money.
    Closed,
    /// Held for both.
    Held,
    /// Held still for a case.
    Frozen,
    /// All of it went to the provider.
    Released,
    /// All of it went back to the merchant.
    Refunded,
    /// Each got a part.
    Split,
}

/// An escrow in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = EscrowListed)]
pub(crate) struct EscrowListed {
    /// Its id.
    id: EscrowId,
    /// The order whose money it is.
    order: OrderId,
    /// Who pays.
    merchant: MerchantId,
    /// Who is to be paid.
    provider: ProviderId,
    /// The order's price.
    amount: Money,
    /// The status.
    status: String,
    /// Of the price, passed on to the merchant.
    to_merchant: Money,
    /// Of the price, passed on to the provider.
    released: Money,
    /// What the merchant has back in all, confirmed by the gateway.
    refunded: Money,
    /// When it was opened.
    opened_at: DateTime<Utc>,
    /// When something last happened.
    updated_at: DateTime<Utc>,
}

/// How an order is paid.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EscrowPaymentDraft {
    /// The gateway's token of the method of payment, 1 to 100 characters.
    #[schema(example = "tok_visa", max_length = 100)]
    method: String,
}

/// How the merchant pays back what it owes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EscrowRepaymentDraft {
    /// The gateway's token of the method of payment, 1 to 100 characters.
    #[schema(example = "tok_visa", max_length = 100)]
    method: String,
}

/// That the parties settled it themselves.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RepaymentAcknowledgement {
    /// What it rests on, 1 to 500 characters.
    note: String,
}

/// Which remittance is sent once more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RemittanceRetry {
    /// The one that failed.
    remittance: Uuid,
}

/// Escrows, newest first: a party's own, to operators and arbitrators all.
#[utoipa::path(
    params(PageQuery, EscrowFilter),
    responses((status = 200, description = "A page of escrows.", body = Page<EscrowListed>))
)]
#[get("/v1/escrows")]
pub(crate) async fn list(
    look: Look<EscrowHost>,
    scope: Scope,
    Filter(filter): Filter<EscrowFilter>,
    page: PageQuery,
) -> Result<Json<Page<EscrowListed>>, Refused> {
    let order = filter.order.map(|order| order.0);
    let mut which = Which { order, status: filter.status.map(Into::into), ..Which::default() };
    match scope.sees() {
        Sees::Provider(id) => which.provider = Some(id.0),
        Sees::Merchant(id) => which.merchant = Some(id.0),
        Sees::Staff(_) => Caller(look.actor().clone()).must_be(&[Role::Operator, Role::Arbitrator])?,
    }
    let rows = queries::escrows(look.door().readers(), which, page.after()?, page.rows()).await?;
    Ok(Json(whole(page.cut(rows, |row| (row.opened_at, row.id), listed))?))
}

/// One escrow.
#[utoipa::path(responses((status = 200, description = "The escrow.", body = EscrowBody)))]
#[get("/v1/escrows/{escrow}")]
pub(crate) async fn show(look: Look<EscrowHost>, Id(id): Id<EscrowId>) -> Answer {
    look.at(id.0, escrow).await
}

/// What happened to an escrow, oldest first.
#[utoipa::path(
    params(PageQuery),
    responses((status = 200, description = "A page of the timeline.", body = Page<EntryBody>))
)]
#[get("/v1/escrows/{escrow}/timeline")]
pub(crate) async fn timeline(
    look: Look<EscrowHost>,
    Id(id): Id<EscrowId>,
    _: Filter<Nothing>,
    page: PageQuery,
) -> Result<Json<Page<EntryBody>>, Refused> {
    let viewer = look.door().relation(id.0, look.actor()).await?;
    let told = record::timeline(look.door().readers(), ("escrow", Party::Merchant), id.0, viewer, &page);
    Ok(Json(told.await?))
}

/// Pays the order. The gateway tells later whether the money came; until then one payment runs at a time.
#[utoipa::path(
    request_body = EscrowPaymentDraft,
    responses((status = 201, description = "The escrow; Location is the payment.", body = EscrowBody))
)]
#[post("/v1/escrows/{escrow}/payments")]
pub(crate) async fn pay(
    call: Call<EscrowHost>,
    Id(id): Id<EscrowId>,
    Strict(body): Strict<EscrowPaymentDraft>,
) -> Answer {
    let payment = call.new_id();
    call.to(id.0).send(Command::StartPayment { payment, method: body.method }, paying).await
}

/// Payments of an escrow, newest first.
#[utoipa::path(
    params(PageQuery),
    responses((status = 200, description = "A page of payments.", body = Page<TransactionBody>))
)]
#[get("/v1/escrows/{escrow}/payments")]
pub(crate) async fn payments(
    look: Look<EscrowHost>,
    Id(id): Id<EscrowId>,
    _: Filter<Nothing>,
    page: PageQuery,
) -> Result<Json<Page<TransactionBody>>, Refused> {
    let knows = knows_payments(look.door().relation(id.0, look.actor()).await?);
    Ok(Json(transactions::list(look.door().readers(), id.0, Kinds::Payments, knows, &page).await?))
}

/// One payment.
#[utoipa::path(responses((status = 200, description = "The payment.", body = TransactionBody)))]
#[get("/v1/escrows/{escrow}/payments/{payment}")]
pub(crate) async fn show_payment(
    look: Look<EscrowHost>,
    Id((id, payment)): Id<(EscrowId, Uuid)>,
) -> Result<Json<TransactionBody>, Refused> {
    let knows = knows_payments(look.door().relation(id.0, look.actor()).await?);
    Ok(Json(transactions::one(look.door().readers(), id.0, Kinds::Payments, payment, knows).await?))
}

/// What was sent to the merchant, newest first.
#[utoipa::path(
    params(PageQuery),
    responses((status = 200, description = "A page of remittances.", body = Page<TransactionBody>))
)]
#[get("/v1/escrows/{escrow}/remittances")]
pub(crate) async fn remittances(
    look: Look<EscrowHost>,
    Id(id): Id<EscrowId>,
    _: Filter<Nothing>,
    page: PageQuery,
) -> Result<Json<Page<TransactionBody>>, Refused> {
    let knows = knows_payments(look.door().relation(id.0, look.actor()).await?);
    Ok(Json(transactions::list(look.door().readers(), id.0, Kinds::Remittances, knows, &page).await?))
}

/// Sends a remittance that failed once more, under a new id; for operators.
#[utoipa::path(
    request_body = RemittanceRetry,
    responses((status = 200, description = "The escrow.", body = EscrowBody))
)]
#[post("/v1/escrows/{escrow}/retry-remittance")]
pub(crate) async fn retry_remittance(
    call: Call<EscrowHost>,
    Id(id): Id<EscrowId>,
    Strict(body): Strict<RemittanceRetry>,
) -> Answer {
    call.to(id.0).send(Command::RetryRemittance { remittance: body.remittance }, escrow).await
}

/// Pays back all that the merchant owes because another outcome took the first one's place (D1.1.4, D1.6.2).
#[utoipa::path(
    request_body = EscrowRepaymentDraft,
    responses((status = 201, description = "The escrow; Location is the payment.", body = EscrowBody))
)]
#[post("/v1/escrows/{escrow}/repayments")]
pub(crate) async fn repay_debt(
    call: Call<EscrowHost>,
    Id(id): Id<EscrowId>,
    Strict(body): Strict<EscrowRepaymentDraft>,
) -> Answer {
    let payment = call.new_id();
    call.to(id.0).send(Command::RepayDebt { payment, method: body.method }, paying).await
}

/// Records that the parties settled what the merchant owed back themselves (D1.6.2); for operators.
#[utoipa::path(
    request_body = RepaymentAcknowledgement,
    responses((status = 200, description = "The escrow.", body = EscrowBody))
)]
#[post("/v1/escrows/{escrow}/acknowledge-repayment")]
pub(crate) async fn acknowledge_repayment(
    call: Call<EscrowHost>,
    Id(id): Id<EscrowId>,
    Strict(body): Strict<RepaymentAcknowledgement>,
) -> Answer {
    call.to(id.0).send(Command::AcknowledgeRepayment { note: body.note }, escrow).await
}

fn listed(row: EscrowLine) -> Result<EscrowListed, Fault> {
    let money = |minor| queries::money(minor, &row.currency);
    Ok(EscrowListed {
        id: EscrowId(row.id),
        order: OrderId(row.id),
        merchant: MerchantId(row.merchant_id),
        provider: ProviderId(row.provider_id),
        amount: money(row.amount_minor)?,
        to_merchant: money(row.to_merchant_minor)?,
        released: money(row.released_minor)?,
        refunded: money(row.refunded_minor)?,
        status: row.status,
        opened_at: row.opened_at,
        updated_at: row.updated_at,
    })
}
