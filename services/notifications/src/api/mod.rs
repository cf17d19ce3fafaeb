//! The routes under `/v1/notices` and `/v1/notification-preferences`. A notice is made by a message, not here.
mod notices;
mod preferences;

use actix_web::web::ServiceConfig;

/// The operations, described.
#[derive(utoipa::OpenApi)]
#[openapi(paths(notices::list, notices::show, notices::read, preferences::show, preferences::choose))]
pub(crate) struct Document;

/// Adds the routes.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(notices::list)
        .service(notices::show)
        .service(notices::read)
        .service(preferences::show)
        .service(preferences::choose);
}
