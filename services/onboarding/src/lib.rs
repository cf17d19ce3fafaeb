//! The onboarding service: the shell around `onboarding-domain`.
//!
//! Owns: the routes under `/v1/applications`, `/v1/qualifications` and `/v1/providers`, the views they read, the copies
//! of what is open of a provider's, what is told of qualifications and providers, and the notes by which one aggregate
//! of the context follows another (see `inbound`). Does not own: any rule (the domain), listings, orders, the deposit,
//! violations: what is suspected stays in journal and timeline.
//!
//! Invariants: who is barred, leaving or qualified is read `FOR SHARE` in the transaction that decides on it; the names
//! of staff do not reach a provider, nor what is suspected of it.
//!
//! Start at [`Onboarding`], then `host`.

mod api;
mod facts;
mod host;
mod inbound;
mod outbound;
mod queries;
mod timeline;
mod views;

use actix_web::web::{Data, ServiceConfig};
use diesel_migrations::embed_migrations;
use engine::Recorder;
use engine::migrate::Migrations;
use engine::rebuild::Kept;
use host::{ApplicationHost, ProviderHost, QualificationHost};
use inbound::Inbound;
use runtime::service::always_idle;
use runtime::{Built, Parts, Service};
use std::sync::Arc;

static MIGRATIONS: Migrations = Migrations::new("onboarding", embed_migrations!("../../migrations/onboarding"));

/// The context, ready to be served.
#[derive(Clone, Copy, Debug, Default)]
pub struct Onboarding;

impl Service for Onboarding {
    fn context(&self) -> &'static str {
        "onboarding"
    }

    fn bindings(&self) -> &'static [&'static str] {
        inbound::BINDINGS
    }

    fn migrations(&self) -> &'static Migrations {
        &MIGRATIONS
    }

    fn build(&self, parts: Parts) -> Result<Built, Box<dyn std::error::Error + Send + Sync>> {
        let mut engine = parts.engine;
        let host = ApplicationHost::default();
        let openings = Data::new(host.openings.clone());
        let applications = engine.host(host);
        let qualifications = engine.host(QualificationHost);
        let providers = engine.host(ProviderHost);
        let (a, q, p) =
            (Data::new(applications.clone()), Data::new(qualifications.clone()), Data::new(providers.clone()));
        let files = parts.files;
        Ok(Built {
            engine,
            inbox: Arc::new(Inbound {
                recorder: Recorder::new(providers.readers()),
                applications,
                qualifications,
                providers,
            }),
            routes: Arc::new(move |config: &mut ServiceConfig| {
                config.app_data(openings.clone()).app_data(a.clone()).app_data(q.clone()).app_data(p.clone());
                api::routes(config, &files);
            }),
            loops: vec![],
            is_idle: always_idle,
        })
    }

    fn hosts(&self) -> Vec<Box<dyn Kept>> {
        vec![Box::new(ApplicationHost::default()), Box::new(QualificationHost), Box::new(ProviderHost)]
    }

    fn openapi(&self) -> utoipa::openapi::OpenApi {
        api::document()
    }
}
