//! The engine's answers as HTTP responses.
use crate::Refused;
use crate::call::version_of;
use crate::refused::PROBLEM_JSON;
use actix_web::body::BoxBody;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, Responder};
use engine::{Fault, Reply};

/// Marks an answer that an earlier request with the same key got.
pub const REPLAYED: &str = "Idempotent-Replayed";

/// What became of a command or a look.
///
/// A refusal is sent byte for byte as it was stored, so that a retry gets the very same answer; faults are problems of
/// this one request and carry its trace.
#[derive(Debug)]
pub struct Answer(pub Result<Reply, Fault>);

impl Responder for Answer {
    type Body = BoxBody;

    fn respond_to(self, req: &HttpRequest) -> HttpResponse {
        match self.0 {
            Ok(reply) => respond(reply, req),
            Err(fault) => HttpResponse::from_error(Refused::from(fault)),
        }
    }
}

fn respond(reply: Reply, req: &HttpRequest) -> HttpResponse {
    let is_known = req.method() == Method::GET && reply.version.is_some_and(|version| is_known(req, version));
    let status = match StatusCode::from_u16(reply.status) {
        Ok(StatusCode::OK) if is_known => StatusCode::NOT_MODIFIED,
        Ok(status) => status,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let mut response = HttpResponse::build(status);
    if let Some(version) = reply.version {
        response.insert_header((header::ETAG, format!("\"{version}\"")));
    }
    if let Some(location) = reply.location {
        response.insert_header((header::LOCATION, location));
    }
    if reply.replayed {
        response.insert_header((REPLAYED, "true"));
    }
    match status {
        StatusCode::NOT_MODIFIED | StatusCode::NO_CONTENT => response.finish(),
        _ if status.is_client_error() || status.is_server_error() => {
            response.content_type(PROBLEM_JSON).body(reply.body)
        }
        _ => response.content_type("application/json").body(reply.body),
    }
}

/// Whether `If-None-Match` names this version; weakly compared, as RFC 9110 has it for GET.
fn is_known(req: &HttpRequest, version: i64) -> bool {
    let sent = req.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    sent.is_some_and(|tags| {
        tags.split(',')
            .map(str::trim)
            .any(|tag| tag == "*" || version_of(tag.strip_prefix("W/").unwrap_or(tag)) == Some(version))
    })
}
