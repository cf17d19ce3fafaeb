//! What is read of orders: the list, one order, its timeline, its agreement, its deliveries, its requests for
//! modification.
use super::checkout::OrderPromise;
use super::knows_person;
use super::order::{OrderBody, order};
use crate::host::OrderHost;
use crate::queries::{self, DeliveryLine, OrderLine, RequestLine, TimelineLine, Which};
use actix_web::get;
use actix_web::web::Json;
use chrono::{DateTime, Utc};
use engine::Fault;
use engine::look::stored;
use kernel::{FileRef, ListingId, MerchantId, Money, OrderId, Party, ProviderId, Role};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use strum::IntoStaticStr;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Answer, Caller, Filter, Id, Look, Nothing, Page, PageQuery, Refused, Scope, Sees};

/// Which orders the list shows.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderFilter {
    /// In this status.
    #[param(inline)]
    status: Option<OrderStatusFilter>,
    /// Of this listing.
    #[param(value_type = Option<String>)]
    listing: Option<ListingId>,
}

/// A status.
#[derive(Clone, Copy, Deserialize, IntoStaticStr, ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs, reason = "each is the status of its name")]
pub(crate) enum OrderStatusFilter {
    PendingPayment,
    PaymentExpired,
    Funded,
    InProgress,
    Delivered,
    ModificationRequested,
    Disputed,
    Accepted,
    Completed,
    Cancelled,
    Refunded,
    PartiallyRefunded,
}

/// An order in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = OrderListed)]
pub(crate) struct ListedBody {
    /// Its id.
    id: OrderId,
    /// Its status.
    status: String,
    /// Who ordered.
    merchant: MerchantId,
    /// Who sells.
    provider: ProviderId,
    /// What was ordered.
    listing: ListingId,
    /// The title as published when it was ordered.
    title: String,
    /// The category.
    category: String,
    /// How many units.
    quantity: i64,
    /// Price times quantity.
    amount: Money,
    /// When it was placed.
    placed_at: DateTime<Utc>,
    /// When something last happened.
    updated_at: DateTime<Utc>,
    /// The kind of the next deadline, reminders aside.
    #[serde(skip_serializing_if = "Option::is_none")]
    due: Option<String>,
    /// When it passes.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<DateTime<Utc>>,
}

/// What happened to an order.
#[derive(Serialize, ToSchema)]
#[schema(as = OrderEntry)]
pub(crate) struct EntryBody {
    /// The order's version right after it.
    version: i64,
    /// When.
    at: DateTime<Utc>,
    /// Who brought it about.
    party: String,
    /// The person; for the same side and for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    /// What happened.
    event: String,
    /// What it rests on, the governing rule first.
    rules: Vec<String>,
    /// In the words of whoever acted; may be empty.
    text: String,
    /// What else belongs to it, as the event has it: `about` (the id of a request, proposal or report), `amount`,
    /// `case`, `change`, `claim`, `decision`, `due_at` (when the clock that it started passes), `was_due_at` (until when
    /// what was done or missed had been due), `what` (`delivery`, `modification` or `repair`; of a notice that was served,
    /// the window that runs from it: `acceptance`, `modification`, `refusal_contest`, `cooperation` or `change`),
    /// `failed`, `files`, `how`, `interval`, `items`, `manifest_sha256`, `problems`, `refused`, `round`, `use_ended_at`,
    /// `use_until_at`, `download_until_at` and others.
    #[schema(value_type = Object)]
    details: Value,
}

/// The agreement on conduct that stands (M4.2.a.5).
#[derive(Serialize, ToSchema)]
#[schema(as = OrderAgreement)]
pub(crate) struct AgreementBody {
    /// The signed document.
    file: FileRef,
    /// What it promises.
    promise: OrderPromise,
    /// The merchant's cooperation as agreed beforehand (D2.6).
    cooperation: Vec<String>,
    /// When it was uploaded.
    uploaded_at: DateTime<Utc>,
    /// When the merchant confirmed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_at: Option<DateTime<Utc>>,
}

/// A delivery with its manifest.
#[derive(Serialize, ToSchema)]
#[schema(as = OrderDelivery)]
pub(crate) struct DeliveryBody {
    /// 1 is the first delivery, every later one a redelivery.
    round: i64,
    /// When it was made.
    delivered_at: DateTime<Utc>,
    /// For the merchant.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// SHA-256 over the files' hashes, sizes and names, in order.
    manifest_sha256: String,
    /// The files.
    files: Vec<FileRef>,
    /// The problems that the provider says it has solved.
    problems: Vec<Uuid>,
    /// It came after its date (X3).
    is_late: bool,
}

/// A request for modification.
#[derive(Serialize, ToSchema)]
#[schema(as = OrderModificationRequest)]
pub(crate) struct RequestBody {
    /// The delivery that it is about.
    round: i64,
    /// When it was made.
    requested_at: DateTime<Utc>,
    /// What is to be changed.
    items: Vec<ItemBody>,
    /// Problems whose redelivery has failed by it (D2.5d).
    failed: Vec<FailureBody>,
    /// By when it was owed at first.
    modify_by_at: DateTime<Utc>,
    /// It used up one of the agreed number (X26).
    counts_as_wish: bool,
    /// The rules.
    rules: Vec<String>,
    /// Items refused as not objective (D2.5b).
    refused: Vec<RefusedBody>,
    /// Until when the refusal may be disputed (W7), when nothing of the request is left.
    #[serde(skip_serializing_if = "Option::is_none")]
    contest_by_at: Option<DateTime<Utc>>,
}

/// One thing to be changed.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = OrderModificationItemAsked)]
struct ItemBody {
    /// The problem.
    problem: Uuid,
    /// `wish` or `nonconformity`, where it was named for the first time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    /// What to change.
    change: String,
}

/// A modification that did not solve its problem.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = OrderModificationFailure)]
struct FailureBody {
    /// The problem.
    problem: Uuid,
    /// How many failed so far.
    failed: u32,
}

/// A refused item.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = OrderModificationItemRefused)]
struct RefusedBody {
    /// The problem.
    problem: Uuid,
    /// Why.
    reason: String,
}

/// Orders, newest first: a party's own, to staff all.
#[utoipa::path(
    params(PageQuery, OrderFilter),
    responses((status = 200, description = "A page of orders.", body = Page<ListedBody>))
)]
#[get("/v1/orders")]
pub(crate) async fn list(
    look: Look<OrderHost>,
    scope: Scope,
    Filter(filter): Filter<OrderFilter>,
    page: PageQuery,
) -> Result<Json<Page<ListedBody>>, Refused> {
    let mut which = Which {
        listing: filter.listing.map(|listing| listing.0),
        status: filter.status.map(|status| <&str>::from(status).to_owned()),
        ..Which::default()
    };
    match scope.sees() {
        Sees::Provider(id) => which.provider = Some(id.0),
        Sees::Merchant(id) => which.merchant = Some(id.0),
        Sees::Staff(_) => {
            Caller(look.actor().clone()).must_be(&[Role::Arbitrator, Role::ComplianceOfficer, Role::Operator])?;
        }
    }
    let rows = queries::orders(look.door().readers(), which, page.after()?, page.rows()).await?;
    Ok(Json(whole(page.cut(rows, |row| (row.placed_at, row.id), listed))?))
}

/// One order.
#[utoipa::path(responses((status = 200, description = "The order.", body = OrderBody)))]
#[get("/v1/orders/{order}")]
pub(crate) async fn show(look: Look<OrderHost>, Id(id): Id<OrderId>) -> Answer {
    look.at(id.0, order).await
}

/// What happened to an order, oldest first. An entry is the notice of what it tells.
#[utoipa::path(
    params(PageQuery),
    responses((status = 200, description = "A page of the timeline.", body = Page<EntryBody>))
)]
#[get("/v1/orders/{order}/timeline")]
pub(crate) async fn timeline(
    look: Look<OrderHost>,
    Id(id): Id<OrderId>,
    _: Filter<Nothing>,
    page: PageQuery,
) -> Result<Json<Page<EntryBody>>, Refused> {
    let viewer = look.door().relation(id.0, look.actor()).await?;
    let rows = queries::timeline(look.door().readers(), id.0, counted(&page)?, page.rows()).await?;
    Ok(Json(whole(page.cut(rows, |row| (row.version, id.0), |row| entry(row, viewer)))?))
}

/// The agreement on conduct that stands.
#[utoipa::path(responses((status = 200, description = "The agreement.", body = AgreementBody)))]
#[get("/v1/orders/{order}/agreement")]
pub(crate) async fn agreement(look: Look<OrderHost>, Id(id): Id<OrderId>) -> Result<Json<AgreementBody>, Refused> {
    look.door().relation(id.0, look.actor()).await?;
    let row = queries::agreement(look.door().readers(), id.0).await?;
    Ok(Json(AgreementBody {
        file: stored(&row.file)?,
        promise: stored(&row.promise)?,
        cooperation: stored(&row.cooperation)?,
        uploaded_at: row.uploaded_at,
        confirmed_at: row.confirmed_at,
    }))
}

/// Deliveries with their manifests, oldest first.
#[utoipa::path(
    params(PageQuery),
    responses((status = 200, description = "A page of deliveries.", body = Page<DeliveryBody>))
)]
#[get("/v1/orders/{order}/deliveries")]
pub(crate) async fn deliveries(
    look: Look<OrderHost>,
    Id(id): Id<OrderId>,
    _: Filter<Nothing>,
    page: PageQuery,
) -> Result<Json<Page<DeliveryBody>>, Refused> {
    look.door().relation(id.0, look.actor()).await?;
    let rows = queries::deliveries(look.door().readers(), id.0, counted(&page)?, page.rows()).await?;
    Ok(Json(whole(page.cut(rows, |row| (row.round, id.0), delivered))?))
}

/// One delivery.
#[utoipa::path(responses((status = 200, description = "The delivery.", body = DeliveryBody)))]
#[get("/v1/orders/{order}/deliveries/{round}")]
pub(crate) async fn delivery(
    look: Look<OrderHost>,
    Id((id, round)): Id<(OrderId, i64)>,
) -> Result<Json<DeliveryBody>, Refused> {
    look.door().relation(id.0, look.actor()).await?;
    Ok(Json(delivered(queries::delivery(look.door().readers(), id.0, round).await?)?))
}

/// Requests for modification, oldest first.
#[utoipa::path(
    params(PageQuery),
    responses((status = 200, description = "A page of requests.", body = Page<RequestBody>))
)]
#[get("/v1/orders/{order}/modification-requests")]
pub(crate) async fn modification_requests(
    look: Look<OrderHost>,
    Id(id): Id<OrderId>,
    _: Filter<Nothing>,
    page: PageQuery,
) -> Result<Json<Page<RequestBody>>, Refused> {
    look.door().relation(id.0, look.actor()).await?;
    let rows = queries::requests(look.door().readers(), id.0, counted(&page)?, page.rows()).await?;
    Ok(Json(whole(page.cut(rows, |row| (row.round, id.0), requested))?))
}

/// The request for modification that followed the delivery of this round.
#[utoipa::path(responses((status = 200, description = "The request.", body = RequestBody)))]
#[get("/v1/orders/{order}/modification-requests/{round}")]
pub(crate) async fn modification_request(
    look: Look<OrderHost>,
    Id((id, round)): Id<(OrderId, i64)>,
) -> Result<Json<RequestBody>, Refused> {
    look.door().relation(id.0, look.actor()).await?;
    Ok(Json(requested(queries::request(look.door().readers(), id.0, round).await?)?))
}

/// Where a page of what is counted on an order begins.
pub(super) fn counted(page: &PageQuery) -> Result<i64, Refused> {
    let after: Option<(i64, Uuid)> = page.after()?;
    Ok(after.map_or(0, |(number, _)| number))
}

/// A page whose every item could be read.
pub(super) fn whole<T>(page: Page<Result<T, Fault>>) -> Result<Page<T>, Fault> {
    let items = page.items.into_iter().collect::<Result<_, _>>()?;
    Ok(Page { items, next_cursor: page.next_cursor })
}

fn listed(row: OrderLine) -> Result<ListedBody, Fault> {
    Ok(ListedBody {
        amount: row.amount()?,
        id: OrderId(row.id),
        status: row.status,
        merchant: MerchantId(row.merchant),
        provider: ProviderId(row.provider),
        listing: ListingId(row.listing),
        title: row.title,
        category: row.category,
        quantity: row.quantity,
        placed_at: row.placed_at,
        updated_at: row.updated_at,
        due: row.due,
        due_at: row.due_at,
    })
}

fn entry(row: TimelineLine, viewer: Party) -> Result<EntryBody, Fault> {
    Ok(EntryBody {
        details: stored(&row.details)?,
        version: row.version,
        at: row.at,
        person: row.person.filter(|_| knows_person(viewer, &row.party)),
        party: row.party,
        event: row.event,
        rules: row.rules,
        text: row.text,
    })
}

fn delivered(row: DeliveryLine) -> Result<DeliveryBody, Fault> {
    Ok(DeliveryBody {
        files: stored(&row.files)?,
        round: row.round,
        delivered_at: row.delivered_at,
        note: row.note,
        manifest_sha256: row.manifest,
        problems: row.problems,
        is_late: row.is_late,
    })
}

fn requested(row: RequestLine) -> Result<RequestBody, Fault> {
    Ok(RequestBody {
        items: stored(&row.items)?,
        failed: stored(&row.failed)?,
        refused: stored(&row.refused)?,
        round: row.round,
        requested_at: row.requested_at,
        modify_by_at: row.modify_by,
        counts_as_wish: row.counts_as_wish,
        rules: row.rules,
        contest_by_at: row.contest_by,
    })
}
