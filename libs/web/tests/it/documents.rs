//! The OpenAPI document and the page that shows it.
use crate::stage::{Stage, call, described};
use ::web::openapi::{Clash, Document};
use actix_web::test::TestRequest;
use serde_json::Value;
use std::collections::BTreeSet;
use utoipa::{OpenApi, ToSchema};

/// Every `$ref` of the document.
fn refs(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                match (name.as_str(), value.as_str()) {
                    ("$ref", Some(target)) => {
                        found.insert(target.to_owned());
                    }
                    _ => refs(value, found),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| refs(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[actix_web::test]
async fn the_document_is_whole() {
    let stage = Stage::new();
    let app = stage.app().await;
    let served = call(&app, TestRequest::get().uri("/openapi.json")).await;
    assert_eq!((served.status, served.header("content-type")), (200, Some("application/json")));
    let document = served.json();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    let mut found = BTreeSet::new();
    refs(&document, &mut found);
    for target in found {
        assert!(document.pointer(target.trim_start_matches('#')).is_some(), "{target} is missing");
    }
    let (mut ids, mut count) = (BTreeSet::new(), 0);
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            count += 1;
            assert_eq!(operation["security"][0]["bearer"], serde_json::json!([]), "{method} {path}");
            assert!(ids.insert(operation["operationId"].as_str().unwrap()));
            assert!(operation["responses"]["401"].is_object() && operation["responses"]["503"].is_object());
            let parameters = operation["parameters"].to_string();
            assert_eq!(parameters.contains("IdempotencyKey"), method == "post", "{method} {path}");
            assert_eq!(operation["responses"].get("412").is_some(), method == "post", "{method} {path}");
            assert_eq!(parameters.matches(r#""in":"path""#).count(), path.matches('{').count(), "{path}");
        }
    }
    assert_eq!((count, ids.contains("notes_change")), (6, true), "{ids:?}");
    let body = &document["components"]["schemas"]["NoteBody"]["properties"];
    assert!(body["deadlines"].is_object() && body["actions"].is_object());
}

#[actix_web::test]
async fn the_page_needs_nothing_from_elsewhere() {
    let stage = Stage::new();
    let app = stage.app().await;
    assert_eq!(call(&app, TestRequest::get().uri("/docs")).await.header("location"), Some("/docs/"));
    let page = call(&app, TestRequest::get().uri("/docs/")).await;
    let html = String::from_utf8(page.bytes.to_vec()).unwrap();
    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'self'"));
    let sources: Vec<_> = html
        .split([' ', '>'])
        .filter_map(|word| {
            word.strip_prefix("src=\"")
                .or(word.strip_prefix("href=\""))
                .map(|rest| rest.trim_end_matches('"').to_owned())
        })
        .collect();
    assert!(sources.len() > 3, "{html}");
    for source in sources {
        let file = call(&app, TestRequest::get().uri(&format!("/docs/{}", source.trim_start_matches("./")))).await;
        assert_eq!(file.status, 200, "{source}");
    }
    let start = call(&app, TestRequest::get().uri("/docs/swagger-initializer.js")).await;
    assert!(String::from_utf8(start.bytes.to_vec()).unwrap().contains("/openapi.json"));
    assert_eq!(call(&app, TestRequest::get().uri("/docs/none.js")).await.code(), (404, "not_found".into()));
}

mod other {
    use super::*;
    use actix_web::get;

    #[derive(ToSchema)]
    #[allow(dead_code, reason = "only its description matters")]
    pub struct NoteBody {
        colour: String,
    }

    #[utoipa::path(responses((status = 200, body = NoteBody)))]
    #[get("/v1/others")]
    pub async fn list() -> &'static str {
        ""
    }

    #[derive(OpenApi)]
    #[openapi(paths(list))]
    pub struct Described;
}

#[test]
fn one_name_for_two_things_is_refused() {
    assert_eq!(Document::of([described(), other::Described::openapi()]).unwrap_err(), Clash::Schema("NoteBody".into()));
    assert!(matches!(Document::of([described(), described()]), Err(Clash::Operation(_))));
}
