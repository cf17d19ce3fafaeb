//! The notifications service: the shell around `notifications-domain`.
//!
//! Owns: the routes under `/v1/notices` and `/v1/notification-preferences`, the templates, the view of the inbox, the
//! e-mails to be handed over and the worker that does so. Does not own: any clock that starts with a notice (the
//! context that waits for it), who is right (disputes).
//!
//! Invariants: one fact makes one notice for each organisation it concerns, however often its message comes; a notice
//! stands in the inbox as soon as it exists; an e-mail is stored with the notice it belongs to, and handed over under
//! one `Message-ID` however often.
//!
//! Start at [`Notifications`], then `inbound` and `templates`; for the way of an e-mail, at `worker`.

mod api;
mod facts;
mod folder;
mod host;
mod inbound;
pub mod mailer;
mod mails;
mod outbound;
mod queries;
mod smtp;
mod templates;
mod views;
mod worker;

use actix_web::web::{Data, ServiceConfig};
use contracts::Message;
use diesel_migrations::embed_migrations;
use engine::migrate::Migrations;
use engine::rebuild::Kept;
use folder::Folder;
use host::{NoticeHost, PreferenceHost};
use inbound::Inbound;
use mailer::Mailer;
use runtime::service::Loop;
use runtime::settings::{Mail, MailKind};
use runtime::{Built, Parts, Service};
use smtp::Smtp;
use std::error::Error;
use std::sync::Arc;
use templates::Templates;
use utoipa::OpenApi;
use worker::Desk;

static MIGRATIONS: Migrations = Migrations::new("notifications", embed_migrations!("../../migrations/notifications"));

/// The context, ready to be served, with the mailer that the settings name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Notifications;

/// The context with another mailer: for tests of what a mail server may do.
pub struct MailedBy(pub Arc<dyn Mailer>);

impl Service for Notifications {
    fn context(&self) -> &'static str {
        "notifications"
    }

    fn bindings(&self) -> &'static [&'static str] {
        inbound::BINDINGS
    }

    fn migrations(&self) -> &'static Migrations {
        &MIGRATIONS
    }

    fn build(&self, parts: Parts) -> Result<Built, Box<dyn Error + Send + Sync>> {
        let mailer = mailer(&parts.settings.mail)?;
        build(parts, mailer)
    }

    fn hosts(&self) -> Vec<Box<dyn Kept>> {
        vec![Box::new(NoticeHost), Box::new(PreferenceHost)]
    }

    fn openapi(&self) -> utoipa::openapi::OpenApi {
        api::Document::openapi()
    }
}

impl Service for MailedBy {
    fn context(&self) -> &'static str {
        Notifications.context()
    }

    fn bindings(&self) -> &'static [&'static str] {
        Notifications.bindings()
    }

    fn migrations(&self) -> &'static Migrations {
        Notifications.migrations()
    }

    fn build(&self, parts: Parts) -> Result<Built, Box<dyn Error + Send + Sync>> {
        build(parts, self.0.clone())
    }

    fn hosts(&self) -> Vec<Box<dyn Kept>> {
        Notifications.hosts()
    }

    fn openapi(&self) -> utoipa::openapi::OpenApi {
        Notifications.openapi()
    }
}

/// Whether it was decided who is told of the message's fact: its notices, or that there are none.
pub fn is_decided(message: &Message) -> bool {
    Templates::shipped().is_ok_and(|templates| templates.decision(message).is_some())
}

fn mailer(settings: &Mail) -> Result<Arc<dyn Mailer>, Box<dyn Error + Send + Sync>> {
    Ok(match settings.kind {
        MailKind::Folder => Arc::new(Folder::open(&settings.folder, &settings.from)?),
        MailKind::Smtp => Arc::new(Smtp::new(&settings.host, settings.port, &settings.from)?),
    })
}

fn build(parts: Parts, mailer: Arc<dyn Mailer>) -> Result<Built, Box<dyn Error + Send + Sync>> {
    let mut engine = parts.engine;
    let (notices, preferences) = (engine.host(NoticeHost), engine.host(PreferenceHost));
    let desk = Desk { notices: notices.clone(), mailer };
    let worker: Loop = Box::new(move |_, stop| Box::pin(async move { worker::run(&desk, stop).await }));
    let (notice_door, preference_door) = (Data::new(notices.clone()), Data::new(preferences));
    Ok(Built {
        engine,
        inbox: Arc::new(Inbound { notices, templates: Templates::shipped()? }),
        routes: Arc::new(move |config: &mut ServiceConfig| {
            config.app_data(notice_door.clone()).app_data(preference_door.clone());
            api::routes(config);
        }),
        loops: vec![worker],
        is_idle: mails::is_idle,
    })
}
