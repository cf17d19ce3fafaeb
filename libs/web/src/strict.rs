//! Request bodies, queries and path ids, read strictly: what is not understood is refused by name.
use crate::Refused;
use crate::payload::body;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::future::{FutureExt, LocalBoxFuture};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};
use std::future::{Ready, ready};

/// A JSON body. Derive the type with `deny_unknown_fields`. An empty body is read as `{}`.
///
/// 400 `body_malformed`, 413 `body_too_large`, 415 `media_type_unsupported`, 422 `body_invalid` with the field.
#[derive(Clone, Debug)]
pub struct Strict<T>(pub T);

/// The body of a command without payload, and the query of a list without filters: nothing, or `{}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

impl<T: DeserializeOwned + 'static> FromRequest for Strict<T> {
    type Error = Refused;
    type Future = LocalBoxFuture<'static, Result<Self, Refused>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(req);
        let body = body(req, payload);
        async move {
            let bytes = body.await?;
            match bytes.is_empty() {
                true => read(b"{}").map(Self),
                false if is_json => read(&bytes).map(Self),
                false => Err(Refused::new(415, "media_type_unsupported", "the body must be application/json")),
            }
        }
        .boxed_local()
    }
}

/// Plain `application/json`, uncompressed.
fn is_json(req: &HttpRequest) -> bool {
    req.content_type().eq_ignore_ascii_case("application/json") && !req.headers().contains_key(header::CONTENT_ENCODING)
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refused> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (path, error) = (dotted(error.path()), error.into_inner());
        match error.classify() {
            serde_json::error::Category::Data => refused(422, "body_invalid", path, &without_place(&error.to_string())),
            serde_json::error::Category::Io
            | serde_json::error::Category::Syntax
            | serde_json::error::Category::Eof => malformed(&error),
        }
    })?;
    json.end().map_err(|error| malformed(&error))?;
    Ok(read)
}

fn malformed(error: &serde_json::Error) -> Refused {
    Refused::new(400, "body_malformed", format!("the body is not JSON: {error}"))
}

/// The filters of a list, from the query: all parameters but `limit` and `cursor`. 400 `query_invalid` with the field.
#[derive(Clone, Debug)]
pub struct Filter<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Filter<T> {
    type Error = Refused;
    type Future = Ready<Result<Self, Refused>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(filter(req.query_string()).map(Self))
    }
}

fn filter<T: DeserializeOwned>(query: &str) -> Result<T, Refused> {
    let is_paging = |pair: &&str| matches!(pair.split('=').next(), Some("limit" | "cursor"));
    let filters = query.split('&').filter(|pair| !is_paging(pair)).collect::<Vec<_>>().join("&");
    let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(filters.as_bytes()));
    serde_path_to_error::deserialize(pairs)
        .map_err(|error| refused(400, "query_invalid", dotted(error.path()), &error.inner().to_string()))
}

/// An id in the path, or several as a tuple. What is not one of that kind is answered 404.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Id<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Id<T> {
    type Error = Refused;
    type Future = Ready<Result<Self, Refused>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(match web::Path::<T>::from_request(req, payload).into_inner() {
            Ok(path) => Ok(Self(path.into_inner())),
            Err(_) => Err(Refused::not_found()),
        })
    }
}

/// A problem that names the field: where serde stood, and the name that its message is about.
fn refused(status: u16, code: &str, path: String, message: &str) -> Refused {
    let named = ["unknown field `", "missing field `", "duplicate field `"]
        .iter()
        .find_map(|start| message.strip_prefix(start)?.split_once('`'))
        .map(|(name, _)| name);
    let field = match named {
        Some(name) if path.is_empty() => name.to_owned(),
        Some(name) if path == name || path.ends_with(&format!(".{name}")) => path,
        Some(name) => format!("{path}.{name}"),
        None => path,
    };
    let refused = Refused::new(status, code, message);
    if field.is_empty() { refused } else { refused.at(field) }
}

fn dotted(path: &Path) -> String {
    let words = path.iter().filter_map(|segment| match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        // The variant of an enum is a value, not a field.
        Segment::Enum { .. } | Segment::Unknown => None,
    });
    words.collect::<Vec<_>>().join(".")
}

/// serde_json's messages end in a place within the body; the field says it better.
fn without_place(message: &str) -> String {
    message.rsplit_once(" at line ").map_or(message, |(message, _)| message).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only what is refused matters here")]
    struct Outer {
        name: String,
        #[serde(default)]
        parts: Vec<Part>,
        kind: Option<Kind>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only what is refused matters here")]
    struct Part {
        size: u32,
        order: Option<kernel::OrderId>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Big,
    }

    #[test]
    fn what_is_wrong_with_a_body_is_named_by_its_path() {
        for (json, status, code, field) in [
            (r#"{"name":"a","extra":1}"#, 422, "body_invalid", Some("extra")),
            (r#"{"parts":[]}"#, 422, "body_invalid", Some("name")),
            (r#"{"name":7}"#, 422, "body_invalid", Some("name")),
            (r#"{"name":"a","name":"b"}"#, 422, "body_invalid", Some("name")),
            (r#"{"name":"a","parts":[{"size":1},{"size":-1}]}"#, 422, "body_invalid", Some("parts.1.size")),
            (r#"{"name":"a","parts":[{"size":1,"x":1}]}"#, 422, "body_invalid", Some("parts.0.x")),
            (r#"{"name":"a","parts":[{}]}"#, 422, "body_invalid", Some("parts.0.size")),
            (r#"{"name":"a","parts":[{"size":1,"order":"cas_1"}]}"#, 422, "body_invalid", Some("parts.0.order")),
            (r#"{"name":"a","kind":"small"}"#, 422, "body_invalid", Some("kind")),
            (r#"[]"#, 422, "body_invalid", None),
            (r#"{"name":"a""#, 400, "body_malformed", None),
            (r#"{"name":"a"} x"#, 400, "body_malformed", None),
        ] {
            let refused = read::<Outer>(json.as_bytes()).unwrap_err();
            let problem = refused.problem();
            assert_eq!(
                (problem.status, problem.code.as_str(), problem.field.as_deref()),
                (status, code, field),
                "{json}: {}",
                problem.detail
            );
        }
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Filters {
        size: Option<u32>,
    }

    #[test]
    fn filters_leave_paging_alone_and_refuse_what_they_do_not_know() {
        assert_eq!(filter::<Filters>("limit=3&size=7&cursor=x").unwrap().size, Some(7));
        for (query, field) in [("sise=7", "sise"), ("size=big", "size")] {
            let refused = filter::<Filters>(query).unwrap_err();
            assert_eq!((refused.problem().status, refused.problem().field.as_deref()), (400, Some(field)));
        }
    }
}
