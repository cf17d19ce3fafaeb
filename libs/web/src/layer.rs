//! Around every request: its trace, one line in the access log, metrics, and headers that every response carries.
//!
//! Owns: that each error is `application/problem+json` and names its trace, whoever made it. Never logs bodies, tokens
//! or query strings.
use crate::refused::PROBLEM_JSON;
use crate::{Refused, trace::Trace};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, ResponseError};
use std::time::Instant;
use tracing::Instrument;

/// The id of the trace, in every response: what problems call `trace`.
pub const REQUEST_ID: &str = "x-request-id";

/// The layer: `App::new().wrap(actix_web::middleware::from_fn(web::layer::around))`. The outermost one.
pub async fn around(req: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse, Error> {
    let started = Instant::now();
    let trace = Trace::of(req.request());
    let method = req.method().clone();
    let span = tracing::info_span!("http", trace = trace.id(), %method, path = req.path());
    async move {
        let mut response = next.call(req).await?.map_into_boxed_body();
        if response.status().is_client_error() || response.status().is_server_error() {
            response = as_problem(response, &trace);
        }
        dress(&mut response, &trace);
        let status = response.status().as_u16();
        // Unmatched paths share one label: a scanner must not make a metric of each.
        let route = response.request().match_pattern().unwrap_or_else(|| "unmatched".into());
        let elapsed = started.elapsed();
        tracing::info!(target: "guildhall::access", status, route, ms = elapsed.as_secs_f64() * 1e3, "answered");
        let labels = [("route", route), ("method", method.to_string()), ("status", status.to_string())];
        metrics::counter!("guildhall_http_requests_total", &labels).increment(1);
        metrics::histogram!("guildhall_http_seconds", &labels).record(elapsed.as_secs_f64());
        Ok(response)
    }
    .instrument(span)
    .await
}

/// Puts the trace into a problem of ours; what is not one yet becomes one.
fn as_problem(response: ServiceResponse, trace: &Trace) -> ServiceResponse {
    let ours = response.response().error().and_then(|error| error.as_error::<Refused>().cloned());
    let is_problem = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == PROBLEM_JSON);
    let refused = match ours {
        Some(refused) => refused,
        // A stored refusal: sent as it was stored.
        None if is_problem => return response,
        None => of_status(response.status().as_u16()),
    };
    let kept = response.headers().get(header::ALLOW).cloned();
    let mut problem: HttpResponse<BoxBody> = refused.traced(trace.id()).error_response();
    if let Some(allow) = kept {
        problem.headers_mut().insert(header::ALLOW, allow);
    }
    response.into_response(problem)
}

/// The problem for a status that the framework answered on its own.
fn of_status(status: u16) -> Refused {
    match status {
        404 => Refused::not_found(),
        405 => Refused::new(405, "method_not_allowed", "this resource knows other methods"),
        408 => Refused::new(408, "request_timeout", "the request took too long to arrive"),
        413 => Refused::new(413, "body_too_large", "the body is too large"),
        400..=499 => Refused::new(status, "request_malformed", "the request cannot be understood"),
        _ => Refused::internal(),
    }
}

fn dress(response: &mut ServiceResponse, trace: &Trace) {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(trace.id()) {
        headers.insert(HeaderName::from_static(REQUEST_ID), id);
    }
    let mut unless_set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    unless_set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    unless_set(header::REFERRER_POLICY, "no-referrer");
    unless_set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    // What one caller sees is no other's: kept by the caller alone, and asked for again each time.
    unless_set(header::CACHE_CONTROL, "private, no-cache");
}
