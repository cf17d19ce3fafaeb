//! The settlement service: the shell around `settlement-domain`.
//!
//! Owns: the routes under `/v1/escrows`, `/v1/purses`, `/v1/ledger` and `/v1/gateway-callbacks`, the views and the
//! ledger's tables, the effects outside and the worker that has the payment gateway carry them out, the sandbox
//! gateway. Does not own: any rule (the domain), when an order ends (orders), who is right (disputes).
//!
//! Invariants: a posting that does not sum to zero cannot be written; an effect is stored with the decision that needs
//! it, and sent under its own key however often; what the gateway says reaches its aggregate once.
//!
//! Start at [`Settlement`], then `host`; for the way of an effect, at `worker`.

mod api;
mod consequences;
mod effects;
pub mod gateway;
mod host;
mod inbound;
mod outbound;
mod queries;
mod sandbox;
mod signature;
mod timeline;
mod views;
mod worker;

pub use sandbox::Sandbox;

use actix_web::web::{Data, ServiceConfig};
use diesel_migrations::embed_migrations;
use engine::connect::Readers;
use engine::migrate::Migrations;
use engine::rebuild::Kept;
use gateway::PaymentGateway;
use host::{EscrowHost, PurseHost};
use inbound::Inbound;
use runtime::service::Loop;
use runtime::settings::GatewayKind;
use runtime::{Built, Parts, Service};
use signature::Secret;
use std::error::Error;
use std::sync::Arc;
use utoipa::OpenApi;
use worker::Desk;

static MIGRATIONS: Migrations = Migrations::new("settlement", embed_migrations!("../../migrations/settlement"));

/// The context, ready to be served, with the gateway that the settings name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settlement;

/// What stands between settlement and the sandbox.
pub type Route = Box<dyn Fn(Sandbox) -> Arc<dyn PaymentGateway> + Send + Sync>;

/// The context with another way to its gateway: for tests of what a faulty network does.
pub struct Rerouted(pub Route);

impl Service for Settlement {
    fn context(&self) -> &'static str {
        "settlement"
    }

    fn writers(&self) -> usize {
        2
    }

    fn bindings(&self) -> &'static [&'static str] {
        inbound::BINDINGS
    }

    fn migrations(&self) -> &'static Migrations {
        &MIGRATIONS
    }

    fn build(&self, parts: Parts) -> Result<Built, Box<dyn Error + Send + Sync>> {
        build(parts, |sandbox| Arc::new(sandbox))
    }

    fn hosts(&self) -> Vec<Box<dyn Kept>> {
        vec![Box::new(EscrowHost), Box::new(PurseHost)]
    }

    fn openapi(&self) -> utoipa::openapi::OpenApi {
        api::Document::openapi()
    }
}

impl Service for Rerouted {
    fn context(&self) -> &'static str {
        Settlement.context()
    }

    fn writers(&self) -> usize {
        Settlement.writers()
    }

    fn bindings(&self) -> &'static [&'static str] {
        Settlement.bindings()
    }

    fn migrations(&self) -> &'static Migrations {
        Settlement.migrations()
    }

    fn build(&self, parts: Parts) -> Result<Built, Box<dyn Error + Send + Sync>> {
        build(parts, &self.0)
    }

    fn hosts(&self) -> Vec<Box<dyn Kept>> {
        Settlement.hosts()
    }

    fn openapi(&self) -> utoipa::openapi::OpenApi {
        Settlement.openapi()
    }
}

fn build(
    parts: Parts,
    route: impl FnOnce(Sandbox) -> Arc<dyn PaymentGateway>,
) -> Result<Built, Box<dyn Error + Send + Sync>> {
    let mut engine = parts.engine;
    let (escrows, purses) = (engine.host(EscrowHost), engine.host(PurseHost));
    let secret = Secret(parts.settings.gateway.secret.clone());
    let (gateway, callbacks) = match parts.settings.gateway.kind {
        GatewayKind::Sandbox => sandbox(escrows.readers(), route, &secret, &parts.public_url)?,
    };
    let desk = Arc::new(Desk { escrows: escrows.clone(), purses: purses.clone(), gateway });
    let working = desk.clone();
    let worker: Loop = Box::new(move |_, stop| Box::pin(worker::run(working, stop)));
    let (escrow_door, purse_door) = (Data::new(escrows.clone()), Data::new(purses.clone()));
    let (desk, secret) = (Data::from(desk), Data::new(secret));
    Ok(Built {
        engine,
        inbox: Arc::new(Inbound { escrows, purses }),
        routes: Arc::new(move |config: &mut ServiceConfig| {
            config.app_data(escrow_door.clone()).app_data(purse_door.clone());
            config.app_data(desk.clone()).app_data(secret.clone());
            api::routes(config);
        }),
        loops: vec![worker, callbacks],
        is_idle: effects::is_idle,
    })
}

/// The sandbox, and its loop of callbacks.
fn sandbox(
    readers: &Readers,
    route: impl FnOnce(Sandbox) -> Arc<dyn PaymentGateway>,
    secret: &Secret,
    public_url: &str,
) -> Result<(Arc<dyn PaymentGateway>, Loop), reqwest::Error> {
    let caller = sandbox::Caller::new(readers.clone(), secret.clone(), public_url)?;
    let callbacks: Loop = Box::new(move |_, stop| Box::pin(caller.run(stop)));
    Ok((route(Sandbox::new(readers.clone())), callbacks))
}
