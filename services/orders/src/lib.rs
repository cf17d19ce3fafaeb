//! The orders service: the shell around `orders-domain`.
//!
//! Owns: the routes under `/v1/orders` (the order, what the parties do on it, its chat, its files), the views they
//! read, the copies of facts that checkout and the reading of messages depend on, what is told of an order. Does not own: any rule (the domain),
//! money (settlement), the case of a refund application (disputes), what is on sale (listings).
//!
//! Invariants: an order freezes the terms as they stand in the fact row that its transaction holds; only what its
//! phase says is told to the world, so an order that its case ended never tells `completed` or `cancelled`; the names
//! of persons never reach the other side. The chat has an aggregate of its own, whose id is made from the order's (see
//! `host::twin`).
//!
//! Start at [`Orders`], then `host`.

mod api;
mod facts;
mod host;
mod inbound;
mod outbound;
mod queries;
mod reading;
mod timeline;
mod views;

use actix_web::web::{Data, ServiceConfig};
use diesel_migrations::embed_migrations;
use engine::Recorder;
use engine::migrate::Migrations;
use engine::rebuild::Kept;
use host::{ConversationHost, OrderHost};
use inbound::Inbound;
use reading::Reader;
use runtime::service::always_idle;
use runtime::{Built, Parts, Service};
use std::sync::Arc;

static MIGRATIONS: Migrations = Migrations::new("orders", embed_migrations!("../../migrations/orders"));

/// The context, ready to be served.
#[derive(Clone, Copy, Debug, Default)]
pub struct Orders;

impl Service for Orders {
    fn context(&self) -> &'static str {
        "orders"
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

    fn build(&self, parts: Parts) -> Result<Built, Box<dyn std::error::Error + Send + Sync>> {
        let mut engine = parts.engine;
        let reader = Arc::new(Reader::new(parts.rulebook)?);
        let orders = engine.host(OrderHost);
        let conversations = engine.host(ConversationHost { reader: Some(reader) });
        let (order_data, conversation_data) = (Data::new(orders.clone()), Data::new(conversations.clone()));
        let files = parts.files;
        Ok(Built {
            engine,
            inbox: Arc::new(Inbound { recorder: Recorder::new(orders.readers()), orders, conversations }),
            routes: Arc::new(move |config: &mut ServiceConfig| {
                config.app_data(order_data.clone()).app_data(conversation_data.clone());
                api::routes(config, files.clone());
            }),
            loops: vec![],
            is_idle: always_idle,
        })
    }

    fn hosts(&self) -> Vec<Box<dyn Kept>> {
        vec![Box::new(OrderHost), Box::new(ConversationHost { reader: None })]
    }

    fn openapi(&self) -> utoipa::openapi::OpenApi {
        api::document()
    }
}
