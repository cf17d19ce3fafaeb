//! What the parties settle between them while the work goes on: the merchant's cooperation, and changes of terms.
use super::delivery::OrderReason;
use super::order::{ChangeBody, OrderBody, order};
use crate::host::OrderHost;
use actix_web::post;
use kernel::{FileId, OrderId};
use orders_domain::order::{Basis, Command, RequestCooperation};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Answer, Call, Id, Nothing, Strict};

/// What the provider needs from the merchant.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderCooperationRequest {
    /// In words; at most 2,000 characters.
    what: String,
    /// Where the merchant was told beforehand (D2.6); without it nothing pauses (X4).
    #[serde(default)]
    basis: Option<OrderCooperationBasis>,
}

/// Where the need was told beforehand: `listing` or `agreement` with the item's place in its list, from 0; or `message`
/// with the id of an earlier message of the provider.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum OrderCooperationBasis {
    /// In the listing.
    Listing(u32),
    /// In the confirmed agreement.
    Agreement(u32),
    /// In the order's chat.
    Message(Uuid),
}

/// What the merchant gives.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderCooperationGiven {
    /// In words; at most 2,000 characters.
    note: String,
    /// Material, uploaded to the order; at most 50 files.
    #[serde(default)]
    files: Vec<FileId>,
}

/// A change of terms as proposed (D2.4).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderChangeDraft {
    /// What would change.
    change: ChangeBody,
    /// Why; at most 1,000 characters.
    reason: String,
}

/// The provider asks for the merchant's cooperation; told beforehand, the delivery clock stands still (D2.6, X4).
#[utoipa::path(
    request_body = OrderCooperationRequest,
    responses((status = 200, description = "The order with the request.", body = OrderBody))
)]
#[post("/v1/orders/{order}/cooperation-requests")]
pub(crate) async fn request_cooperation(
    call: Call<OrderHost>,
    Id(id): Id<OrderId>,
    Strict(body): Strict<OrderCooperationRequest>,
) -> Answer {
    let basis = body.basis.map(|basis| match basis {
        OrderCooperationBasis::Listing(item) => Basis::Listing(item),
        OrderCooperationBasis::Agreement(item) => Basis::Agreement(item),
        OrderCooperationBasis::Message(message) => Basis::Message(message),
    });
    let request = RequestCooperation { id: call.new_id(), what: body.what, basis };
    call.to(id.0).send(Command::RequestCooperation(request), order).await
}

/// The merchant gives what was asked for.
#[utoipa::path(
    request_body = OrderCooperationGiven,
    responses((status = 200, description = "The order.", body = OrderBody))
)]
#[post("/v1/orders/{order}/cooperation/provide")]
pub(crate) async fn provide_cooperation(
    call: Call<OrderHost>,
    Id(id): Id<OrderId>,
    Strict(body): Strict<OrderCooperationGiven>,
) -> Answer {
    call.to(id.0).send(Command::ProvideCooperation { note: body.note, files: body.files }, order).await
}

/// The merchant will not give it; if it was due, the provider may end the order (D2.7).
#[utoipa::path(request_body = OrderReason, responses((status = 200, description = "The order.", body = OrderBody)))]
#[post("/v1/orders/{order}/cooperation/decline")]
pub(crate) async fn decline_cooperation(
    call: Call<OrderHost>,
    Id(id): Id<OrderId>,
    Strict(body): Strict<OrderReason>,
) -> Answer {
    call.to(id.0).send(Command::DeclineCooperation { reason: body.reason }, order).await
}

/// Either party proposes a change of terms; the other one answers, silence refuses (W9).
#[utoipa::path(
    request_body = OrderChangeDraft,
    responses((status = 200, description = "The order with the proposal.", body = OrderBody))
)]
#[post("/v1/orders/{order}/changes")]
pub(crate) async fn propose_change(
    call: Call<OrderHost>,
    Id(id): Id<OrderId>,
    Strict(body): Strict<OrderChangeDraft>,
) -> Answer {
    let command = Command::ProposeChange { id: call.new_id(), change: body.change.into(), reason: body.reason };
    call.to(id.0).send(command, order).await
}

/// The other party consents.
#[utoipa::path(request_body = Nothing, responses((status = 200, description = "The order.", body = OrderBody)))]
#[post("/v1/orders/{order}/changes/{change}/accept")]
pub(crate) async fn accept_change(
    call: Call<OrderHost>,
    Id((id, change)): Id<(OrderId, Uuid)>,
    _: Strict<Nothing>,
) -> Answer {
    call.to(id.0).send(Command::AcceptChange { id: change }, order).await
}

/// The other party does not.
#[utoipa::path(request_body = Nothing, responses((status = 200, description = "The order.", body = OrderBody)))]
#[post("/v1/orders/{order}/changes/{change}/decline")]
pub(crate) async fn decline_change(
    call: Call<OrderHost>,
    Id((id, change)): Id<(OrderId, Uuid)>,
    _: Strict<Nothing>,
) -> Answer {
    call.to(id.0).send(Command::DeclineChange { id: change }, order).await
}
