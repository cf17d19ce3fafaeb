//! Checkout, the agreement on conduct, the start of work, and cancellation before it.
use super::order::{OrderBody, order, placed};
use crate::host::OrderHost;
use actix_web::post;
use kernel::{FileId, ListingId, Money, OrderId, RevisionId};
use orders_domain::order::{Command, ExtraCost, ExtraCostKind, Place, Promise, UploadAgreement};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Call, Id, Nothing, Strict};

/// What is ordered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderPlacement {
    /// A listing on sale.
    listing: ListingId,
    /// The revision that was read.
    revision: RevisionId,
    /// How many units: pieces, months or years.
    #[schema(minimum = 1)]
    quantity: u32,
    /// Costs besides the price that others will charge, as shown at checkout (C7); at most 20.
    #[serde(default)]
    extra_costs: Vec<OrderExtraCost>,
    /// They have been read, and that there may be none beyond the price (C7); must be true.
    extra_costs_acknowledged: bool,
}

/// A cost besides the price (C7).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderExtraCost {
    /// `import_duties`, `bank_fees` or `other`.
    #[schema(value_type = String, example = "bank_fees")]
    kind: ExtraCostKind,
    /// In words; at most 200 characters.
    note: String,
    /// How much, where it is known.
    #[serde(default)]
    amount: Option<Money>,
}

/// The agreement on both sides' conduct (M4.2.a.5).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderAgreementDraft {
    /// The signed document, uploaded to the order.
    file: FileId,
    /// What it promises.
    promise: OrderPromise,
    /// The merchant's cooperation as agreed beforehand (D2.6); at most 20 items of 500 characters.
    #[serde(default)]
    cooperation: Vec<String>,
}

/// What an agreement promises: `effect`, or `work` for agent operation (X14).
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum OrderPromise {
    /// The promised effect in detail; at most 4,000 characters.
    Effect(String),
    /// Agent operation: the work, not a business result.
    Work(OrderPromisedWork),
}

/// Promised work.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderPromisedWork {
    /// What is done; at most 4,000 characters.
    work: String,
    /// How; at most 4,000 characters.
    measures: String,
    /// What is reported, and when; at most 4,000 characters.
    reports: String,
}

/// Which agreement is confirmed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderAgreementConfirmation {
    /// The very document that was read.
    file: FileId,
}

/// Why an order is cancelled.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderCancellation {
    /// A provider must say so while W2 runs; at most 1,000 characters.
    #[serde(default)]
    reason: Option<String>,
}

impl From<OrderPromise> for Promise {
    fn from(promise: OrderPromise) -> Self {
        match promise {
            OrderPromise::Effect(effect) => Self::Effect(effect),
            OrderPromise::Work(OrderPromisedWork { work, measures, reports }) => Self::Work { work, measures, reports },
        }
    }
}

/// Orders a published revision: its terms are frozen, payment is awaited (W1).
#[utoipa::path(
    request_body = OrderPlacement,
    responses((status = 201, description = "The order; Location says where.", body = OrderBody))
)]
#[post("/v1/orders")]
pub(crate) async fn place(call: Call<OrderHost>, Strict(body): Strict<OrderPlacement>) -> Answer {
    let OrderPlacement { listing, revision, quantity, extra_costs, extra_costs_acknowledged } = body;
    let cost = |OrderExtraCost { kind, note, amount }| ExtraCost { kind, note, amount };
    let extra_costs = extra_costs.into_iter().map(cost).collect();
    let id = call.new_id();
    let command = Command::Place(Place { listing, revision, quantity, extra_costs, extra_costs_acknowledged });
    call.to(id).send(command, placed).await
}

/// The provider uploads the agreement on conduct; it replaces an unconfirmed one.
#[utoipa::path(
    request_body = OrderAgreementDraft,
    responses((status = 200, description = "The order.", body = OrderBody))
)]
#[post("/v1/orders/{order}/agreement")]
pub(crate) async fn upload_agreement(
    call: Call<OrderHost>,
    Id(id): Id<OrderId>,
    Strict(body): Strict<OrderAgreementDraft>,
) -> Answer {
    let OrderAgreementDraft { file, promise, cooperation } = body;
    let command = Command::UploadAgreement(UploadAgreement { file, promise: promise.into(), cooperation });
    call.to(id.0).send(command, order).await
}

/// The merchant confirms the agreement that stands.
#[utoipa::path(
    request_body = OrderAgreementConfirmation,
    responses((status = 200, description = "The order.", body = OrderBody))
)]
#[post("/v1/orders/{order}/agreement/confirm")]
pub(crate) async fn confirm_agreement(
    call: Call<OrderHost>,
    Id(id): Id<OrderId>,
    Strict(body): Strict<OrderAgreementConfirmation>,
) -> Answer {
    call.to(id.0).send(Command::ConfirmAgreement { file: body.file }, order).await
}

/// The provider begins the work: the delivery clock runs.
#[utoipa::path(request_body = Nothing, responses((status = 200, description = "The order.", body = OrderBody)))]
#[post("/v1/orders/{order}/start")]
pub(crate) async fn start(call: Call<OrderHost>, Id(id): Id<OrderId>, _: Strict<Nothing>) -> Answer {
    call.to(id.0).send(Command::Start, order).await
}

/// Either party cancels before the start: everything goes back.
#[utoipa::path(
    request_body = OrderCancellation,
    responses((status = 200, description = "The cancelled order.", body = OrderBody))
)]
#[post("/v1/orders/{order}/cancel")]
pub(crate) async fn cancel(
    call: Call<OrderHost>,
    Id(id): Id<OrderId>,
    Strict(body): Strict<OrderCancellation>,
) -> Answer {
    call.to(id.0).send(Command::Cancel { reason: body.reason }, order).await
}
