//! What a service is to the suite: its schema, its hosts, its inbox, its routes, its loops.
use crate::settings::Settings;
use actix_web::web::ServiceConfig;
use broker::{Inbox, Neighbour};
use diesel::prelude::*;
use engine::migrate::Migrations;
use engine::rebuild::Kept;
use engine::{Engine, EngineBuilder};
use futures_util::future::BoxFuture;
use rulebook::Rulebook;
use std::sync::Arc;
use tokio::sync::watch;

/// A context that can be served.
pub trait Service: Send + Sync {
    /// The context's name: its schema, its queue, the first word of its routing keys.
    fn context(&self) -> &'static str;

    /// Writer threads; more than one only where the load asks for it.
    fn writers(&self) -> usize {
        1
    }

    /// What its queue is bound to: the same as its inbox says.
    fn bindings(&self) -> &'static [&'static str];

    /// Its migrations, the engine's included.
    fn migrations(&self) -> &'static Migrations;

    /// Puts it together: hosts into the engine, doors into the routes.
    fn build(&self, parts: Parts) -> Result<Built, Box<dyn std::error::Error + Send + Sync>>;

    /// Its hosts, for `rebuild`, `republish` and `verify`.
    fn hosts(&self) -> Vec<Box<dyn Kept>>;

    /// Its part of the OpenAPI document.
    fn openapi(&self) -> utoipa::openapi::OpenApi;
}

/// The queues of these services.
pub fn neighbours(services: &[Box<dyn Service>]) -> Vec<Neighbour> {
    services.iter().map(|service| (service.context(), service.bindings())).collect()
}

/// What a service is given.
pub struct Parts {
    /// All settings.
    pub settings: Arc<Settings>,
    /// The rulebook in use.
    pub rulebook: Arc<Rulebook>,
    /// The engine, still without hosts.
    pub engine: EngineBuilder,
    /// The context's uploads.
    pub files: files::Files,
    /// Where the installation is reached, without a slash at the end.
    pub public_url: String,
}

/// Adds routes and their data to an app; called once per HTTP worker.
pub type Routes = Arc<dyn Fn(&mut ServiceConfig) + Send + Sync>;

/// A loop that runs until the receiver turns true.
pub type Loop = Box<dyn FnOnce(Engine, watch::Receiver<bool>) -> BoxFuture<'static, ()> + Send>;

/// A service put together.
pub struct Built {
    /// The engine with its hosts.
    pub engine: EngineBuilder,
    /// What it does with messages.
    pub inbox: Arc<dyn Inbox>,
    /// Its routes.
    pub routes: Routes,
    /// Loops of its own, beside the sweeper, relay, consumer and alarm clock that every context has.
    pub loops: Vec<Loop>,
    /// Whether nothing of its own is under way (effects outside); the test clock waits for it.
    pub is_idle: fn(&mut PgConnection) -> QueryResult<bool>,
}

/// For services without effects outside.
pub fn always_idle(_: &mut PgConnection) -> QueryResult<bool> {
    Ok(true)
}
