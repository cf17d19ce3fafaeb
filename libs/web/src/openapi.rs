//! One OpenAPI 3.1 document for all services, and the page that shows it.
//!
//! Handlers describe their own parameters, bodies and successes. What is the same everywhere is added here: the bearer
//! scheme, ids in paths, `Idempotency-Key` and `If-Match` on commands, and the problems. A command is a POST whose body,
//! if any, is JSON; one that is none says `extensions(("x-command" = json!(false)))`. A public operation says
//! `security(())`.
use crate::Refused;
use actix_web::dev::ResourceDef;
use actix_web::http::header;
use actix_web::web::{self, Bytes, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];
/// The page is Swagger UI, which styles itself in line.
const DOCS_POLICY: &str =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/// Two services describe different things by one name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Clash {
    /// A schema.
    #[error("two different schemas are called {0}; rename one with #[schema(as = …)]")]
    Schema(String),
    /// A path and method.
    #[error("{0} is described twice")]
    Operation(String),
    /// An operation id, which is made of the first word of the path and the name of the handler.
    #[error("two operations are called {0}; rename one handler or give it an operation_id")]
    OperationId(String),
    /// The document cannot be written.
    #[error("the document cannot be written: {0}")]
    Unwritable(String),
}

/// The document, ready to be served. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Document(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    json: Value,
    text: Bytes,
    routes: Vec<Route>,
}

/// What the document knows of one path: tells 405 from 404.
#[derive(Debug)]
struct Route {
    path: ResourceDef,
    allow: String,
}

impl Document {
    /// Merges the services' documents.
    pub fn of(parts: impl IntoIterator<Item = utoipa::openapi::OpenApi>) -> Result<Self, Clash> {
        let (mut paths, mut schemas) = (Map::new(), Map::new());
        for part in parts {
            let mut part = serde_json::to_value(part).map_err(|error| Clash::Unwritable(error.to_string()))?;
            merge_paths(&mut paths, take_object(&mut part, "paths"))?;
            let mut components = part["components"].take();
            merge_schemas(&mut schemas, take_object(&mut components, "schemas"))?;
        }
        schemas.insert("Problem".into(), problem_schema());
        let mut ids = BTreeSet::new();
        for (path, item) in &mut paths {
            for (method, operation) in operations(item) {
                complete(path, method, operation);
                let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
                if !ids.insert(id.clone()) {
                    return Err(Clash::OperationId(id));
                }
            }
        }
        let routes = paths.iter().map(|(path, item)| Route::of(path, item)).collect();
        let json = json!({
            "openapi": "3.1.0",
            "info": {
                "title": "Guildhall",
                "version": env!("CARGO_PKG_VERSION"),
                "description": "The rules of a service marketplace: qualification, listings, orders, money, disputes, notices.",
                "license": { "name": "MIT OR Apache-2.0" },
            },
            "paths": paths,
            "components": {
                "schemas": schemas,
                "parameters": parameters(),
                "responses": PROBLEMS.iter().map(|p| (p.name.to_owned(), p.response())).collect::<Map<_, _>>(),
                "securitySchemes": {
                    "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
                },
            },
            "security": [{ "bearer": [] }],
        });
        let text = serde_json::to_vec(&json).map_err(|error| Clash::Unwritable(error.to_string()))?;
        Ok(Self(Arc::new(Inner { json, text: text.into(), routes })))
    }

    /// The document as JSON.
    pub fn json(&self) -> &Value {
        &self.0.json
    }

    /// Serves `/openapi.json` and `/docs`, and answers everything that no service knows: 404, or 405 with `Allow`.
    /// Call it last.
    pub fn mount(&self, app: &mut ServiceConfig) {
        app.app_data(web::Data::new(self.clone()))
            .service(web::resource("/openapi.json").route(web::get().to(json_document)))
            .service(web::resource("/docs").route(web::get().to(to_docs)))
            .service(web::resource("/docs/{file:.*}").route(web::get().to(docs)))
            .default_service(web::to(unmatched));
    }
}

async fn json_document(document: web::Data<Document>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(document.0.text.clone())
}

async fn to_docs() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish()
}

async fn docs(file: web::Path<String>) -> Result<HttpResponse, Refused> {
    let config = utoipa_swagger_ui::Config::from("/openapi.json").validator_url("none").persist_authorization(true);
    let file = utoipa_swagger_ui::serve(&file, Arc::new(config)).map_err(|error| {
        tracing::error!(%error, "the documentation page cannot be served");
        Refused::internal()
    })?;
    let file = file.ok_or_else(Refused::not_found)?;
    let mut response = HttpResponse::Ok();
    if file.gzpipped {
        response.insert_header((header::CONTENT_ENCODING, "gzip"));
    }
    response.insert_header((header::CONTENT_SECURITY_POLICY, DOCS_POLICY));
    Ok(response.content_type(file.content_type).body(file.bytes.into_owned()))
}

async fn unmatched(req: HttpRequest, document: web::Data<Document>) -> HttpResponse {
    match document.0.routes.iter().find(|route| route.path.is_match(req.path())) {
        None => HttpResponse::from_error(Refused::not_found()),
        // The layer around makes a problem of it and keeps `Allow`.
        Some(route) => HttpResponse::MethodNotAllowed().insert_header((header::ALLOW, route.allow.as_str())).finish(),
    }
}

impl Route {
    fn of(path: &str, item: &Value) -> Self {
        let allowed: Vec<_> =
            METHODS.iter().filter(|method| item.get(**method).is_some()).map(|method| method.to_uppercase()).collect();
        Self { path: ResourceDef::new(path), allow: allowed.join(", ") }
    }
}

fn take_object(from: &mut Value, name: &str) -> Map<String, Value> {
    match from.get_mut(name).map(Value::take) {
        Some(Value::Object(object)) => object,
        _ => Map::new(),
    }
}

fn merge_paths(paths: &mut Map<String, Value>, more: Map<String, Value>) -> Result<(), Clash> {
    for (path, item) in more {
        let known = paths.entry(path.clone()).or_insert_with(|| json!({}));
        let Value::Object(item) = item else { continue };
        for (method, operation) in item {
            if known.get(&method).is_some() {
                return Err(Clash::Operation(format!("{} {path}", method.to_uppercase())));
            }
            known[method] = operation;
        }
    }
    Ok(())
}

fn merge_schemas(schemas: &mut Map<String, Value>, more: Map<String, Value>) -> Result<(), Clash> {
    for (name, schema) in more {
        match schemas.get(&name) {
            Some(known) if *known != schema => return Err(Clash::Schema(name)),
            Some(_) => {}
            None => {
                schemas.insert(name, schema);
            }
        }
    }
    Ok(())
}

fn operations(item: &mut Value) -> impl Iterator<Item = (&str, &mut Value)> {
    let operations = item.as_object_mut().into_iter().flatten();
    operations.filter(|(method, _)| METHODS.contains(&method.as_str())).map(|(method, op)| (method.as_str(), op))
}

/// Adds to an operation what is the same everywhere.
fn complete(path: &str, method: &str, operation: &mut Value) {
    let plural = path.trim_start_matches("/v1").split('/').nth(1).unwrap_or_default().replace('-', "_");
    let name = operation["operationId"].as_str().unwrap_or(method).to_owned();
    operation["operationId"] = if name.starts_with(&plural) { name.into() } else { format!("{plural}_{name}").into() };
    if operation["tags"].as_array().is_none_or(Vec::is_empty) {
        operation["tags"] = json!([plural]);
    }
    let is_public = operation.get("security").is_some();
    if !is_public {
        operation["security"] = json!([{ "bearer": [] }]);
    }
    let is_command = method == "post" && takes_json(operation) && operation.get("x-command") != Some(&json!(false));
    add_parameters(path, is_command, operation);
    let responses = &mut operation["responses"];
    if !responses.is_object() {
        *responses = json!({});
    }
    for problem in PROBLEMS {
        let applies = match problem.on {
            On::All => true,
            On::Private => !is_public,
            On::Bodies => method == "post",
            On::Commands => is_command,
        };
        let status = problem.status.to_string();
        if applies && responses.get(&status).is_none() {
            responses[status] = json!({ "$ref": format!("#/components/responses/{}", problem.name) });
        }
    }
}

fn takes_json(operation: &Value) -> bool {
    operation.pointer("/requestBody/content").is_none_or(|content| content.get("application/json").is_some())
}

fn add_parameters(path: &str, is_command: bool, operation: &mut Value) {
    let mut all = operation["parameters"].as_array_mut().map(std::mem::take).unwrap_or_default();
    let is_there = |all: &[Value], name: &str| all.iter().any(|one| one["name"] == name);
    for name in path.split('{').skip(1).filter_map(|rest| rest.split(['}', ':']).next()) {
        if !is_there(&all, name) {
            all.push(json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }));
        }
    }
    if is_command {
        all.retain(|one| one["name"] != "Idempotency-Key" && one["name"] != "If-Match");
        all.push(json!({ "$ref": "#/components/parameters/IdempotencyKey" }));
        all.push(json!({ "$ref": "#/components/parameters/IfMatch" }));
    }
    operation["parameters"] = all.into();
}

fn parameters() -> Value {
    json!({
        "IdempotencyKey": {
            "name": "Idempotency-Key", "in": "header", "required": true,
            "description": "Chosen by the caller, one per intention: a retry with the same key gets the stored answer.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$" },
        },
        "IfMatch": {
            "name": "If-Match", "in": "header", "required": false,
            "description": "The ETag that the command is based on; 412 when the resource has changed since.",
            "schema": { "type": "string", "examples": ["\"7\""] },
        },
    })
}

/// Where a problem can occur.
enum On {
    All,
    Private,
    Bodies,
    Commands,
}

struct Described {
    status: u16,
    name: &'static str,
    on: On,
    description: &'static str,
}

impl Described {
    fn response(&self) -> Value {
        json!({
            "description": self.description,
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
        })
    }
}

const fn described(status: u16, name: &'static str, on: On, description: &'static str) -> Described {
    Described { status, name, on, description }
}

const PROBLEMS: &[Described] = &[
    described(400, "Malformed", On::All, "A header, the query or the body cannot be read."),
    described(401, "NotAuthenticated", On::Private, "No token, or one that is not accepted."),
    described(403, "NotAllowed", On::Private, "The action is another party's."),
    described(404, "NotFound", On::All, "Not there, or not for this caller."),
    described(409, "NotNow", On::Commands, "Not possible in this state or at this time; `rule` says why."),
    described(412, "Changed", On::Commands, "`If-Match` names another version than `current`."),
    described(413, "TooLarge", On::Bodies, "The body is too large."),
    described(415, "UnsupportedMediaType", On::Bodies, "The body is of another type."),
    described(422, "NotAcceptable", On::Bodies, "`field` is wrong, or the key was used for another request."),
    described(503, "Unavailable", On::All, "Come back after `Retry-After` seconds, with the same key."),
];

/// [`kernel::Problem`], with `current` of a 412.
fn problem_schema() -> Value {
    let text = || json!({ "type": "string" });
    let instant = || json!({ "type": "string", "format": "date-time" });
    json!({
        "type": "object",
        "description": "RFC 9457 problem details.",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": { "type": "string", "examples": ["urn:guildhall:problem:not_found"] },
            "title": text(),
            "status": { "type": "integer", "minimum": 400, "maximum": 599 },
            "code": { "type": "string", "description": "Unique in the system, stable.", "examples": ["not_found"] },
            "detail": text(),
            "rule": { "type": "string", "description": "The rule it rests on.", "examples": ["D2.5c"] },
            "field": { "type": "string", "description": "What is wrong in the request, as a dotted path." },
            "from": instant(),
            "since": instant(),
            "current": { "type": "integer", "description": "The present version." },
            "trace": { "type": "string", "description": "Ties the answer to the logs." },
        },
    })
}
