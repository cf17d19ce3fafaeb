//! The routes under `/v1/disputes`. A case is opened by applying for a refund of its order, not here.
mod arbitration;
mod case;
mod negotiation;
mod reading;

use actix_web::web::ServiceConfig;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

/// The operations, described.
#[derive(utoipa::OpenApi)]
#[openapi(paths(
    reading::list,
    reading::show,
    reading::timeline,
    reading::proposals,
    reading::proposal,
    reading::decision,
    negotiation::propose,
    negotiation::accept,
    negotiation::decline,
    negotiation::refuse,
    negotiation::extend_negotiation,
    negotiation::withdraw,
    negotiation::escalate,
    arbitration::claim,
    arbitration::release,
    arbitration::hand_over,
    arbitration::declare_conflict,
    arbitration::decide,
))]
pub(crate) struct Document;

/// Adds the routes.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(reading::list)
        .service(reading::show)
        .service(reading::timeline)
        .service(reading::proposals)
        .service(reading::proposal)
        .service(reading::decision)
        .service(negotiation::propose)
        .service(negotiation::accept)
        .service(negotiation::decline)
        .service(negotiation::refuse)
        .service(negotiation::extend_negotiation)
        .service(negotiation::withdraw)
        .service(negotiation::escalate)
        .service(arbitration::claim)
        .service(arbitration::release)
        .service(arbitration::hand_over)
        .service(arbitration::declare_conflict)
        .service(arbitration::decide);
}

/// How money looks on the wire.
pub(crate) fn money() -> Object {
    let text =
        |description: &str| ObjectBuilder::new().schema_type(Type::String).description(Some(description)).build();
    ObjectBuilder::new()
        .property("amount", text("A decimal number with at most the currency's decimals, as 1200.00."))
        .property("currency", text("ISO 4217 code."))
        .required("amount")
        .required("currency")
        .build()
}
