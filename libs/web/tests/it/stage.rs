//! A database of the test's own, the handlers of `note` on it, and ways to call them.
use crate::note::{Command, Note, NoteHost, Notes};
use ::web::auth::{Grant, Issuer, KeySource, Secret, Verifier, mint};
use ::web::body::{ActionBody, DeadlineBody, actions, deadlines};
use ::web::openapi::Document;
use ::web::{Answer, Call, Caller, Filter, Id, Look, Nothing, Page, PageQuery, Refused, Scope, Sees, Strict};
use actix_web::body::to_bytes;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::header::HeaderMap;
use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, get, post, web};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Uuid as SqlUuid};
use engine::migrate::Migrations;
use engine::{Door, Engine, EngineBuilder, Fault, Reply, Seen, Settings};
use futures_util::future::{FutureExt, LocalBoxFuture};
use kernel::{OrderId, Org, ProviderId, Role, TimeDelta};
use rulebook::Rulebook;
use scratch::{Database, connect};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::rc::Rc;
use std::sync::Arc;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

pub static MIGRATIONS: Migrations = Migrations::new("notes", diesel_migrations::embed_migrations!("tests/migrations"));
pub const ISS: &str = "https://issuer.test";
pub const AUD: &str = "guildhall";
pub const ALICE: ProviderId = ProviderId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_000a));
pub const BOB: ProviderId = ProviderId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_000b));

pub fn secret() -> Secret {
    Secret("a secret of the tests, long enough to be one".into())
}

pub fn issuer() -> Issuer {
    Issuer {
        iss: ISS.into(),
        aud: AUD.into(),
        key: KeySource::Secret(secret()),
        roles: vec![Role::Provider, Role::Merchant, Role::Reviewer],
        orgs: None,
    }
}

pub fn grant(sub: &str, org: Option<Org>, roles: &[Role]) -> Grant {
    let valid_for = TimeDelta::minutes(5);
    Grant { iss: ISS.into(), aud: AUD.into(), sub: sub.into(), org, roles: roles.into(), valid_for }
}

/// A token of somebody who acts for this provider.
pub fn token(provider: ProviderId) -> String {
    mint(&secret(), &grant("somebody", Some(Org::Provider(provider)), &[Role::Provider])).unwrap()
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteBody {
    text: String,
    rank: i64,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeBody {
    text: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct NoteBody {
    #[schema(value_type = String)]
    id: OrderId,
    text: String,
    deadlines: Vec<DeadlineBody>,
    actions: Vec<ActionBody>,
}

fn body(seen: &Seen<'_, Notes>) -> NoteBody {
    let text = match seen.state {
        Note::Absent => String::new(),
        Note::Written(note) => note.text.clone(),
    };
    NoteBody { id: OrderId(seen.id), text, deadlines: deadlines::<Notes>(seen.state), actions: actions(seen) }
}

fn shown(seen: &Seen<'_, Notes>) -> Reply {
    Reply::json(200, seen.version, &body(seen))
}

fn created(seen: &Seen<'_, Notes>) -> Reply {
    Reply::json(201, seen.version, &body(seen)).at(format!("/v1/notes/{}", OrderId(seen.id)))
}

/// Write a note.
#[utoipa::path(request_body = WriteBody, responses((status = 201, body = NoteBody)))]
#[post("/v1/notes")]
async fn create(call: Call<NoteHost>, body: Strict<WriteBody>) -> Result<Answer, Refused> {
    let Some(owner) = call.actor().as_provider() else {
        return Err(Refused::new(403, "role_required", "providers write notes"));
    };
    let WriteBody { text, rank } = body.0;
    let id = call.new_id();
    Ok(call.to(id).send(Command::Write { owner, rank, text }, created).await)
}

/// Change a note.
#[utoipa::path(request_body = ChangeBody, responses((status = 200, body = NoteBody)))]
#[post("/v1/notes/{id}/change")]
async fn change(call: Call<NoteHost>, id: Id<OrderId>, body: Strict<ChangeBody>) -> Answer {
    call.to(id.0.0).send(Command::Change { text: body.0.text }, shown).await
}

/// Seal a note.
#[utoipa::path(responses((status = 200, body = NoteBody)))]
#[post("/v1/notes/{id}/seal")]
async fn seal(call: Call<NoteHost>, id: Id<OrderId>, _: Strict<Nothing>) -> Answer {
    call.to(id.0.0).send(Command::Seal, shown).await
}

/// Read a note.
#[utoipa::path(responses((status = 200, body = NoteBody)))]
#[get("/v1/notes/{id}")]
async fn read(look: Look<NoteHost>, id: Id<OrderId>) -> Answer {
    look.at(id.0.0, shown).await
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Ranked {
    rank: Option<i64>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = BigInt)]
    rank: i64,
}

/// List notes.
#[utoipa::path(params(PageQuery, Ranked), responses((status = 200, body = Page<String>)))]
#[get("/v1/notes")]
async fn list(
    scope: Scope,
    page: PageQuery,
    filter: Filter<Ranked>,
    door: web::Data<Door<NoteHost>>,
) -> Result<web::Json<Page<String>>, Refused> {
    let (owner, sees_all) = match scope.sees() {
        Sees::Provider(id) => (id.0, false),
        Sees::Merchant(_) => (Uuid::nil(), false),
        Sees::Staff(_) => (Uuid::nil(), true),
    };
    let after = page.after::<i64>()?.unwrap_or((i64::MIN, Uuid::nil()));
    let (most, readers) = (page.rows(), door.readers().clone());
    let rows = engine::look::blocking(move || {
        let mut conn = readers.get().map_err(|_| Fault::Unavailable)?;
        diesel::sql_query(
            "SELECT id, rank FROM notes WHERE (owner = $1 OR $2) AND (rank, id) > ($3, $4) \
             AND ($5 IS NULL OR rank = $5) ORDER BY rank, id LIMIT $6",
        )
        .bind::<SqlUuid, _>(owner)
        .bind::<Bool, _>(sees_all)
        .bind::<BigInt, _>(after.0)
        .bind::<SqlUuid, _>(after.1)
        .bind::<diesel::sql_types::Nullable<BigInt>, _>(filter.0.rank)
        .bind::<BigInt, _>(most)
        .load::<Row>(&mut conn)
        .map_err(|_| Fault::Unavailable)
    })
    .await?;
    Ok(web::Json(page.cut(rows, |row| (row.rank, row.id), |row| OrderId(row.id).to_string())))
}

/// For reviewers.
#[utoipa::path(responses((status = 204)))]
#[get("/v1/reviews")]
async fn reviews(caller: Caller) -> Result<actix_web::HttpResponse, Refused> {
    caller.must_be(&[Role::Reviewer])?;
    Ok(actix_web::HttpResponse::NoContent().finish())
}

#[derive(OpenApi)]
#[openapi(paths(create, change, seal, read, list, reviews))]
struct Described;

pub fn described() -> utoipa::openapi::OpenApi {
    Described::openapi()
}

pub struct Stage {
    pub door: Door<NoteHost>,
    pub database: Database,
    engine: Engine,
}

impl Stage {
    pub fn new() -> Self {
        let database = Database::new();
        MIGRATIONS.up(&mut connect(&engine::connect::context_url(&database.url, "notes", "test"))).unwrap();
        let settings = Settings { database_url: database.url.clone(), writers: 1, readers: 2 };
        let mut builder = EngineBuilder::new("notes", Arc::new(Rulebook::shipped().unwrap()), settings);
        let door = builder.host(NoteHost);
        let (engine, _) = builder.start().unwrap();
        Self { door, database, engine }
    }

    pub fn conn(&self) -> PgConnection {
        connect(&engine::connect::context_url(&self.database.url, "notes", "test"))
    }

    pub fn count(&self, table: &str) -> i64 {
        diesel::select(diesel::dsl::sql::<BigInt>(&format!("(SELECT count(*) FROM {table})")))
            .get_result(&mut self.conn())
            .unwrap()
    }

    /// Takes no more commands, as while shutting down.
    pub fn stop(&self) {
        self.engine.stop();
    }

    pub async fn app(&self) -> Served {
        self.app_with(|_| {}, vec![]).await
    }

    /// The app with more resources and their description.
    pub async fn app_with(
        &self,
        more: impl FnOnce(&mut web::ServiceConfig),
        described_more: Vec<utoipa::openapi::OpenApi>,
    ) -> Served {
        let document = Document::of(std::iter::once(described()).chain(described_more)).unwrap();
        let app = init_service(
            App::new()
                .wrap(from_fn(::web::layer::around))
                .app_data(web::Data::new(self.door.clone()))
                .app_data(web::Data::new(Verifier::new(&[issuer()], false).unwrap()))
                .service(create)
                .service(change)
                .service(seal)
                .service(read)
                .service(list)
                .service(reviews)
                .configure(more)
                .configure(|app| document.mount(app)),
        )
        .await;
        let app = Rc::new(app);
        Served(Box::new(move |request| {
            let app = app.clone();
            async move { app.call(request.to_request()).await.unwrap() }.boxed_local()
        }))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.engine.stop();
    }
}

/// An app under test.
pub struct Served(Box<dyn Fn(TestRequest) -> LocalBoxFuture<'static, ServiceResponse>>);

/// What came back.
#[derive(Debug)]
pub struct Answered {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: web::Bytes,
}

impl Answered {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Status, code and field of a problem, after checking that it is a whole one.
    pub fn problem(&self) -> (u16, String, Option<String>) {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let json = self.json();
        let text = |name: &str| json[name].as_str().map(str::to_owned);
        let code = text("code").unwrap();
        assert_eq!(json["status"], self.status);
        assert_eq!(text("type"), Some(format!("urn:guildhall:problem:{code}")));
        assert!(text("title").is_some_and(|title| !title.is_empty()) && text("detail").is_some());
        (self.status, code, text("field"))
    }

    /// Status and code of a problem.
    pub fn code(&self) -> (u16, String) {
        let (status, code, _) = self.problem();
        (status, code)
    }
}

/// Sends a request as it is.
pub async fn call(app: &Served, request: TestRequest) -> Answered {
    let response = (app.0)(request).await;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    assert!(headers.contains_key("x-request-id"), "every response can be found in the logs");
    assert_eq!(headers.get("x-content-type-options").unwrap(), "nosniff");
    let bytes = to_bytes(response.into_body()).await.unwrap();
    Answered { status, headers, bytes }
}

/// A request of somebody who acts for this provider.
pub fn by(who: ProviderId, request: TestRequest) -> TestRequest {
    request.insert_header(("Authorization", format!("Bearer {}", token(who))))
}

/// A command of Alice's.
pub fn command(path: &str, key: &str, body: Value) -> TestRequest {
    by(ALICE, TestRequest::post().uri(path)).insert_header(("Idempotency-Key", key)).set_json(body)
}

pub fn get_by(who: ProviderId, path: &str) -> TestRequest {
    by(who, TestRequest::get().uri(path))
}

/// A note of Alice's; answers its path.
pub async fn written(app: &Served, key: &str, rank: i64) -> String {
    let answered = call(app, command("/v1/notes", key, serde_json::json!({ "text": "first", "rank": rank }))).await;
    assert_eq!(answered.status, 201, "{answered:?}");
    answered.header("location").unwrap().to_owned()
}
