//! The download of data that a decision grants (D3.1.4, D3.2.4, W19): the provider provides, the merchant confirms.
use super::order::{OrderBody, order};
use crate::host::OrderHost;
use actix_web::post;
use kernel::{FileId, OrderId};
use orders_domain::order::Command;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Call, Id, Nothing, Strict};

/// The merchant's data.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderData {
    /// The data, or a part of them: files uploaded to this order; at most 50.
    #[serde(default)]
    files: Vec<FileId>,
    /// Where the rest is, and how it is read; at most 2,000 characters.
    note: String,
}

/// The provider provides the data that a decision lets the merchant download; as often as it likes while that is open.
#[utoipa::path(request_body = OrderData, responses((status = 200, description = "The order.", body = OrderBody)))]
#[post("/v1/orders/{order}/data")]
pub(crate) async fn provide_data(
    call: Call<OrderHost>,
    Id(id): Id<OrderId>,
    Strict(body): Strict<OrderData>,
) -> Answer {
    call.to(id.0).send(Command::ProvideData { files: body.files, note: body.note }, order).await
}

/// The merchant has its data: nothing of it is owed any more.
#[utoipa::path(request_body = Nothing, responses((status = 200, description = "The order.", body = OrderBody)))]
#[post("/v1/orders/{order}/data/confirm")]
pub(crate) async fn confirm_download(call: Call<OrderHost>, Id(id): Id<OrderId>, _: Strict<Nothing>) -> Answer {
    call.to(id.0).send(Command::ConfirmDownload, order).await
}
