//! The disputes service: the shell around `disputes-domain`.
//!
//! Owns: the routes under `/v1/disputes`, the views they read, what the order's `disputed` message brings about, the
//! platform's own records on their way into the case file, the statement of reasons, what is told of a case. Does not
//! own: any rule (the domain), the application for a refund (orders), any money (settlement).
//!
//! Invariants: a case is opened by a message only; a person of the other side and the names of staff never reach a
//! party; a draft of evidence reaches its own side only; the case file is never changed, only appended to.
//!
//! Start at [`Disputes`], then `host`.

mod api;
mod bearing;
mod facts;
mod host;
mod inbound;
mod outbound;
mod queries;
pub mod replays;
pub mod simulation;
mod statement;
mod timeline;
mod views;

use actix_web::web::{Data, ServiceConfig};
use diesel_migrations::embed_migrations;
use engine::Recorder;
use engine::migrate::Migrations;
use engine::rebuild::Kept;
use host::CaseHost;
use inbound::Inbound;
use runtime::service::always_idle;
use runtime::{Built, Parts, Service};
use std::sync::Arc;

static MIGRATIONS: Migrations = Migrations::new("disputes", embed_migrations!("../../migrations/disputes"));

/// The context, ready to be served.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disputes;

impl Service for Disputes {
    fn context(&self) -> &'static str {
        "disputes"
    }

    fn bindings(&self) -> &'static [&'static str] {
        inbound::BINDINGS
    }

    fn migrations(&self) -> &'static Migrations {
        &MIGRATIONS
    }

    fn build(&self, parts: Parts) -> Result<Built, Box<dyn std::error::Error + Send + Sync>> {
        let mut engine = parts.engine;
        let door = engine.host(CaseHost);
        let (data, rulebook) = (Data::new(door.clone()), Data::from(parts.rulebook));
        let files = parts.files;
        Ok(Built {
            engine,
            inbox: Arc::new(Inbound { recorder: Recorder::new(door.readers()), door }),
            routes: Arc::new(move |config: &mut ServiceConfig| {
                config.app_data(data.clone()).app_data(rulebook.clone());
                api::routes(config, files.clone());
            }),
            loops: vec![],
            is_idle: always_idle,
        })
    }

    fn hosts(&self) -> Vec<Box<dyn Kept>> {
        vec![Box::new(CaseHost)]
    }

    fn openapi(&self) -> utoipa::openapi::OpenApi {
        api::document()
    }
}
