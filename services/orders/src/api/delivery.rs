//! Delivery, acceptance, modification, and the provider's word when something is overdue.
use super::order::{OrderBody, delivered, order, requested};
use crate::host::OrderHost;
use actix_web::post;
use kernel::{FileId, OrderId};
use orders_domain::order::{Command, Item, Named, ProblemKind, RefusedItem};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Answer, Call, Id, Nothing, Refused, Strict};

/// What is handed over.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderDeliveryDraft {
    /// 1 to 50 files, uploaded to the order.
    files: Vec<FileId>,
    /// For the merchant; at most 2,000 characters.
    #[serde(default)]
    note: Option<String>,
}

/// What is handed over again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderRedeliveryDraft {
    /// 1 to 50 files, uploaded to the order.
    files: Vec<FileId>,
    /// The problems that are said to be solved, of those still asked for.
    #[serde(default)]
    problems: Vec<Uuid>,
    /// For the merchant; at most 2,000 characters.
    #[serde(default)]
    note: Option<String>,
}

/// What is to be changed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderModificationRequestDraft {
    /// 1 to 20 items.
    items: Vec<OrderModificationItem>,
}

/// One thing to be changed: either a new problem of some `kind`, or a `problem` named before that is still there.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderModificationItem {
    /// `wish` or `nonconformity` (X26), for a new problem; it gets an id.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "nonconformity")]
    kind: Option<ProblemKind>,
    /// The id of a problem named before (D2.5d).
    #[serde(default)]
    problem: Option<Uuid>,
    /// What to change, described objectively (D2.5a); at most 1,000 characters.
    change: String,
}

/// Which items are refused as not described objectively (D2.5b).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderModificationRefusal {
    /// Each with its reason.
    items: Vec<OrderRefusedItem>,
}

/// A refused item.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderRefusedItem {
    /// Which problem.
    problem: Uuid,
    /// Why the request for it is not objective; at most 1,000 characters.
    reason: String,
}

/// The answer to reminders.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderReminderAnswer {
    /// When it will be done, and why it is late; at most 1,000 characters.
    statement: String,
}

/// Why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderReason {
    /// At most 1,000 characters.
    pub reason: String,
}

impl OrderModificationItem {
    fn item(self, nth: usize) -> Result<Item, Refused> {
        let problem = match self.problem {
            Some(id) if self.kind.is_none() => Named::Again { id },
            None => match self.kind {
                Some(kind) => Named::New { id: Uuid::now_v7(), kind },
                None => return Err(either(nth)),
            },
            Some(_) => return Err(either(nth)),
        };
        Ok(Item { problem, change: self.change })
    }
}

fn either(nth: usize) -> Refused {
    let detail = "an item names either the kind of a new problem, or a problem named before";
    Refused::new(422, "body_invalid", detail).at(format!("items.{nth}.problem"))
}

/// The provider hands over the first delivery: the acceptance window runs (W5).
#[utoipa::path(
    request_body = OrderDeliveryDraft,
    responses((status = 201, description = "The order; Location is the delivery.", body = OrderBody))
)]
#[post("/v1/orders/{order}/deliveries")]
pub(crate) async fn deliver(
    call: Call<OrderHost>,
    Id(id): Id<OrderId>,
    Strict(body): Strict<OrderDeliveryDraft>,
) -> Answer {
    call.to(id.0).send(Command::Deliver { files: body.files, note: body.note }, delivered).await
}

/// The merchant accepts what was delivered.
#[utoipa::path(request_body = Nothing, responses((status = 200, description = "The order.", body = OrderBody)))]
#[post("/v1/orders/{order}/accept")]
pub(crate) async fn accept(call: Call<OrderHost>, Id(id): Id<OrderId>, _: Strict<Nothing>) -> Answer {
    call.to(id.0).send(Command::Accept, order).await
}

/// The merchant asks for modification (D2.5a); one request at most follows each delivery.
#[utoipa::path(
    request_body = OrderModificationRequestDraft,
    responses((status = 201, description = "The order; Location is the request.", body = OrderBody))
)]
#[post("/v1/orders/{order}/modification-requests")]
pub(crate) async fn request_modification(
    call: Call<OrderHost>,
    Id(id): Id<OrderId>,
    Strict(body): Strict<OrderModificationRequestDraft>,
) -> Result<Answer, Refused> {
    let items = body.items.into_iter().enumerate().map(|(nth, item)| item.item(nth)).collect::<Result<_, _>>()?;
    Ok(call.to(id.0).send(Command::RequestModification { items }, requested).await)
}

/// The provider delivers again.
#[utoipa::path(
    request_body = OrderRedeliveryDraft,
    responses((status = 201, description = "The order; Location is the delivery.", body = OrderBody))
)]
#[post("/v1/orders/{order}/redeliveries")]
pub(crate) async fn redeliver(
    call: Call<OrderHost>,
    Id(id): Id<OrderId>,
    Strict(body): Strict<OrderRedeliveryDraft>,
) -> Answer {
    let OrderRedeliveryDraft { files, problems, note } = body;
    call.to(id.0).send(Command::Redeliver { files, problems, note }, delivered).await
}

/// The provider refuses items as not described objectively (D2.5b).
#[utoipa::path(
    request_body = OrderModificationRefusal,
    responses((status = 200, description = "The order.", body = OrderBody))
)]
#[post("/v1/orders/{order}/modification-requests/refuse")]
pub(crate) async fn refuse_modification(
    call: Call<OrderHost>,
    Id(id): Id<OrderId>,
    Strict(body): Strict<OrderModificationRefusal>,
) -> Answer {
    let refused = |OrderRefusedItem { problem, reason }| RefusedItem { problem, reason };
    let items = body.items.into_iter().map(refused).collect();
    call.to(id.0).send(Command::RefuseModification { items }, order).await
}

/// The provider answers the reminders of something overdue: they start over (W4).
#[utoipa::path(
    request_body = OrderReminderAnswer,
    responses((status = 200, description = "The order.", body = OrderBody))
)]
#[post("/v1/orders/{order}/reminders/answer")]
pub(crate) async fn answer_reminder(
    call: Call<OrderHost>,
    Id(id): Id<OrderId>,
    Strict(body): Strict<OrderReminderAnswer>,
) -> Answer {
    call.to(id.0).send(Command::AnswerReminder { statement: body.statement }, order).await
}

/// The provider says expressly that it will not perform (W4).
#[utoipa::path(request_body = OrderReason, responses((status = 200, description = "The order.", body = OrderBody)))]
#[post("/v1/orders/{order}/refuse-to-perform")]
pub(crate) async fn refuse_to_perform(
    call: Call<OrderHost>,
    Id(id): Id<OrderId>,
    Strict(body): Strict<OrderReason>,
) -> Answer {
    call.to(id.0).send(Command::RefuseToPerform { reason: body.reason }, order).await
}
