//! The provider's ending of a service, and downtime in its period.
use super::delivery::OrderReason;
use super::order::{OrderBody, order};
use super::phase::IntervalBody;
use crate::host::OrderHost;
use actix_web::post;
use kernel::OrderId;
use orders_domain::order::{Command, Downtime};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Answer, Call, Id, Nothing, Strict};

/// A stretch of downtime (D3.1.3).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderDowntime {
    /// When the software was down.
    interval: IntervalBody,
    /// Defect, maintenance, failure, force majeure, in words; at most 500 characters.
    cause: String,
}

impl OrderDowntime {
    fn downtime(self, id: Uuid) -> Downtime {
        Downtime { id, interval: self.interval.into(), cause: self.cause }
    }
}

/// The provider ends the service: before delivery all goes back, unless cooperation is withheld (D2.7); in a service
/// period the unused time may be claimed.
#[utoipa::path(request_body = OrderReason, responses((status = 200, description = "The order.", body = OrderBody)))]
#[post("/v1/orders/{order}/terminate")]
pub(crate) async fn terminate(call: Call<OrderHost>, Id(id): Id<OrderId>, Strict(body): Strict<OrderReason>) -> Answer {
    call.to(id.0).send(Command::Terminate { reason: body.reason }, order).await
}

/// The provider records that the software was down: the period is extended.
#[utoipa::path(request_body = OrderDowntime, responses((status = 200, description = "The order.", body = OrderBody)))]
#[post("/v1/orders/{order}/downtimes")]
pub(crate) async fn record_downtime(
    call: Call<OrderHost>,
    Id(id): Id<OrderId>,
    Strict(body): Strict<OrderDowntime>,
) -> Answer {
    let downtime = body.downtime(call.new_id());
    call.to(id.0).send(Command::RecordDowntime(downtime), order).await
}

/// The merchant reports that the software was down; unanswered, the provider counts as unreachable.
#[utoipa::path(
    request_body = OrderDowntime,
    responses((status = 200, description = "The order with the report.", body = OrderBody))
)]
#[post("/v1/orders/{order}/downtimes/report")]
pub(crate) async fn report_downtime(
    call: Call<OrderHost>,
    Id(id): Id<OrderId>,
    Strict(body): Strict<OrderDowntime>,
) -> Answer {
    let downtime = body.downtime(call.new_id());
    call.to(id.0).send(Command::ReportDowntime(downtime), order).await
}

/// The provider confirms a report: the period is extended.
#[utoipa::path(request_body = Nothing, responses((status = 200, description = "The order.", body = OrderBody)))]
#[post("/v1/orders/{order}/downtimes/{report}/confirm")]
pub(crate) async fn confirm_downtime(
    call: Call<OrderHost>,
    Id((id, report)): Id<(OrderId, Uuid)>,
    _: Strict<Nothing>,
) -> Answer {
    call.to(id.0).send(Command::ConfirmDowntime { id: report }, order).await
}

/// The provider denies a report: the clock for its answer ends, and nothing is extended. Who is right is for a dispute.
#[utoipa::path(request_body = OrderReason, responses((status = 200, description = "The order.", body = OrderBody)))]
#[post("/v1/orders/{order}/downtimes/{report}/deny")]
pub(crate) async fn deny_downtime(
    call: Call<OrderHost>,
    Id((id, report)): Id<(OrderId, Uuid)>,
    Strict(body): Strict<OrderReason>,
) -> Answer {
    call.to(id.0).send(Command::DenyDowntime { id: report, reason: body.reason }, order).await
}
