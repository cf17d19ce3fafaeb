//! The test clock over HTTP: `GET /v1/test-clock`, `POST /v1/test-clock/advance`. For operators; never in production.
use crate::test_clock::{Advanced, TestClock};
use actix_web::HttpResponse;
use actix_web::web::{Data, ServiceConfig, get, post};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Problem, Role};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use web::{Caller, Refused, Strict};

/// How far the clock is to be moved.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AdvanceBody {
    /// Seconds of virtual time, at most 3,660 days.
    #[schema(example = 86400, minimum = 0)]
    seconds: i64,
}

/// The virtual present.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClockBody {
    now: DateTime<Utc>,
}

#[derive(OpenApi)]
#[openapi(paths(test_clock, advance_test_clock))]
struct Doc;

pub(crate) fn openapi() -> utoipa::openapi::OpenApi {
    Doc::openapi()
}

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.route("/v1/test-clock", get().to(test_clock)).route("/v1/test-clock/advance", post().to(advance_test_clock));
}

fn only_operators(caller: &Caller) -> Result<(), Refused> {
    if caller.0.has(Role::Operator) {
        Ok(())
    } else {
        Err(Refused::new(403, "operators_only", "only operators move the test clock"))
    }
}

/// The virtual present.
#[utoipa::path(get, path = "/v1/test-clock", responses((status = 200, body = ClockBody)))]
async fn test_clock(caller: Caller, clock: Data<TestClock>) -> Result<HttpResponse, Refused> {
    only_operators(&caller)?;
    let now = clock.now().await.map_err(|error| Refused::from(Problem::from(&error)))?;
    Ok(HttpResponse::Ok().json(ClockBody { now }))
}

/// Moves the test clock on, stopping at each deadline on the way; answers when everything has come to rest.
#[utoipa::path(
    post,
    path = "/v1/test-clock/advance",
    request_body = AdvanceBody,
    responses((status = 200, body = Advanced)),
    extensions(("x-command" = json!(false))),
)]
async fn advance_test_clock(
    caller: Caller,
    clock: Data<TestClock>,
    body: Strict<AdvanceBody>,
) -> Result<HttpResponse, Refused> {
    only_operators(&caller)?;
    let advanced = clock
        .advance(TimeDelta::try_seconds(body.0.seconds).unwrap_or(TimeDelta::MAX))
        .await
        .map_err(|error| Refused::from(Problem::from(&error)))?;
    Ok(HttpResponse::Ok().json(advanced))
}
