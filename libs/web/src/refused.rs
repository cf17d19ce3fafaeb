//! What is answered when there is no answer: every error of the API as `application/problem+json`.
//!
//! Owns: [`Refused`], the error of all extractors and handlers, and how a [`Fault`] of the engine looks from outside.
//! Does not own: refusals of machines, which the engine renders and stores (see `answer`).
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use engine::Fault;
use kernel::Problem;
use serde::Serialize;
use std::fmt;

/// The media type of every error.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// A request that is not carried out. Nothing of it is stored under its idempotency key.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    problem: Box<Problem>,
    /// The present version, when `If-Match` named another.
    current: Option<i64>,
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(flatten)]
    problem: &'a Problem,
    #[serde(skip_serializing_if = "Option::is_none")]
    current: Option<i64>,
}

impl Refused {
    /// A problem with a status, a code that is unique in the system, and a sentence.
    pub fn new(status: u16, code: &str, detail: impl Into<String>) -> Self {
        Problem::new(status, code, detail).into()
    }

    /// Not there, or not for this caller: the same answer for both.
    pub fn not_found() -> Self {
        Self::new(404, "not_found", "there is nothing here for this caller")
    }

    /// A fault of our own, logged where it happened.
    pub fn internal() -> Self {
        Self::new(500, "internal", "something went wrong on our side")
    }

    /// The same, naming the field of the request that is wrong, as a dotted path.
    pub fn at(mut self, field: impl Into<String>) -> Self {
        *self.problem = self.problem.at(field);
        self
    }

    /// The same, tied to the logs.
    pub fn traced(mut self, trace: impl Into<String>) -> Self {
        self.problem.trace = Some(trace.into());
        self
    }

    /// What is answered.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl From<Problem> for Refused {
    fn from(mut problem: Problem) -> Self {
        if problem.status == 405 {
            problem.title = "Method not allowed".into();
        }
        Self { problem: Box::new(problem), current: None }
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        let detail = fault.to_string();
        match fault {
            Fault::Unknown => Self::not_found(),
            Fault::Stale { current } => {
                Self { current: Some(current), ..Self::new(412, "version_mismatch", detail).at("If-Match") }
            }
            Fault::KeyReused => Self::new(422, "idempotency_key_reused", detail).at("Idempotency-Key"),
            Fault::Overloaded => Self::new(503, "overloaded", detail),
            Fault::Unavailable => Self::new(503, "unavailable", "the database cannot answer now"),
            Fault::Broken => Self::internal(),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.problem.status, self.problem.code, self.problem.detail)
    }
}

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        match self.problem.status {
            401 => {
                response.insert_header((header::WWW_AUTHENTICATE, challenge(&self.problem)));
            }
            429 | 503 => {
                response.insert_header((header::RETRY_AFTER, "1"));
            }
            _ => {}
        }
        if let Some(current) = self.current {
            response.insert_header((header::ETAG, format!("\"{current}\"")));
        }
        let body = Body { problem: &self.problem, current: self.current };
        match serde_json::to_string(&body) {
            Ok(json) => response.content_type(PROBLEM_JSON).body(json),
            Err(error) => {
                tracing::error!(%error, "a problem cannot be rendered");
                response.finish()
            }
        }
    }
}

/// RFC 6750: nothing but the scheme when no token was sent, otherwise what is wrong with it. The sentences are our own
/// and hold no quotation mark.
fn challenge(problem: &Problem) -> String {
    match problem.code.as_str() {
        "token_missing" => r#"Bearer realm="guildhall""#.into(),
        _ => format!(
            r#"Bearer realm="guildhall", error="invalid_token", error_description="{}""#,
            problem.detail.replace(['"', '\\'], "'")
        ),
    }
}
