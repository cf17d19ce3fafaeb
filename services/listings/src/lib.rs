//! The listings service: the shell around `listings-domain`.
//!
//! Owns: the routes under `/v1/listings` (the provider's desk, the moderators' queue, the catalogue), `/v1/allow-phrases`
//! and `/v1/moderation-flips`, the views they read, the engines that screen (`desk`), the indexes of what is nearly the
//! same (`near`) and of pictures (`pictures`, `measuring`), the copies of facts that publishing depends on, what is told
//! of a listing. Does not own: any rule (the domain), who is qualified (onboarding), money (settlement), orders.
//!
//! Invariants: nothing is on sale whose provider may not sell it. Whatever publishes reads the fact rows `FOR SHARE`;
//! a message that takes a right away changes its fact row first and looks for the provider's listings in a later
//! statement, so the two cannot cross (see `facts`). The persons of one side are not shown to the other.
//!
//! Start at [`Listings`], then `host`.

mod api;
mod desk;
mod facts;
mod host;
mod inbound;
mod measuring;
mod near;
mod outbound;
mod phrases;
mod pictures;
mod queries;
mod timeline;
mod views;

use actix_web::web::{Data, ServiceConfig};
use desk::Desk;
use diesel_migrations::embed_migrations;
use engine::Recorder;
use engine::migrate::Migrations;
use engine::rebuild::Kept;
use host::{AllowPhraseHost, ListingHost};
use inbound::Inbound;
use measuring::Measuring;
use runtime::service::always_idle;
use runtime::{Built, Parts, Service};
use std::sync::Arc;

static MIGRATIONS: Migrations = Migrations::new("listings", embed_migrations!("../../migrations/listings"));

/// The context, ready to be served.
#[derive(Clone, Copy, Debug, Default)]
pub struct Listings;

impl Service for Listings {
    fn context(&self) -> &'static str {
        "listings"
    }

    fn bindings(&self) -> &'static [&'static str] {
        inbound::BINDINGS
    }

    fn migrations(&self) -> &'static Migrations {
        &MIGRATIONS
    }

    fn build(&self, parts: Parts) -> Result<Built, Box<dyn std::error::Error + Send + Sync>> {
        let mut engine = parts.engine;
        let desk = Arc::new(Desk::new(parts.rulebook.clone())?);
        let door = engine.host(ListingHost { desk: Some(desk.clone()) });
        let phrases = Data::new(engine.host(AllowPhraseHost));
        let (data, desk, rulebook) = (Data::new(door.clone()), Data::from(desk), Data::from(parts.rulebook));
        let files = parts.files.inspected_by(Measuring);
        Ok(Built {
            engine,
            inbox: Arc::new(Inbound { recorder: Recorder::new(door.readers()), door }),
            routes: Arc::new(move |config: &mut ServiceConfig| {
                config
                    .app_data(data.clone())
                    .app_data(phrases.clone())
                    .app_data(desk.clone())
                    .app_data(rulebook.clone());
                api::routes(config, files.clone());
            }),
            loops: vec![],
            is_idle: always_idle,
        })
    }

    fn hosts(&self) -> Vec<Box<dyn Kept>> {
        vec![Box::new(ListingHost { desk: None }), Box::new(AllowPhraseHost)]
    }

    fn openapi(&self) -> utoipa::openapi::OpenApi {
        api::document()
    }
}
