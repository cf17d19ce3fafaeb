//! The routes under `/v1/listings`: the provider's desk, the moderators' work with its allow-phrases, the platform's
//! measures, what is read, and the catalogue that everybody with a token sees.
mod catalogue;
mod content;
mod listing;
mod measures;
mod moderation;
mod phrases;
mod provider;
mod reading;
mod screening;

use crate::host::ListingHost;
use actix_web::web::{Data, ServiceConfig};
use files::Files;
use utoipa::OpenApi;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

#[derive(OpenApi)]
#[openapi(paths(
    catalogue::catalogue,
    catalogue::catalogue_entry,
    catalogue::catalogue_picture,
    reading::list,
    reading::show,
    reading::revisions,
    reading::revision,
    reading::timeline,
    provider::dry_run,
    provider::create,
    provider::revise,
    provider::submit,
    provider::recall,
    provider::withdraw,
    provider::republish,
    moderation::claim,
    moderation::release,
    moderation::approve,
    moderation::request_changes,
    moderation::reject,
    measures::block,
    measures::remove,
    measures::unblock,
    phrases::false_positive,
    phrases::allow_phrases,
    phrases::allow_phrase,
    phrases::approve_phrase,
    phrases::decline_phrase,
    phrases::take_back_phrase,
    reading::moderation_flips,
))]
struct Described;

/// The operations, described; those of files too.
pub(crate) fn document() -> utoipa::openapi::OpenApi {
    web::uploads::described(Described::openapi(), "listings")
}

/// Adds the routes. The catalogue comes before `{id}`, which would take its name for an id.
pub(crate) fn routes(config: &mut ServiceConfig, files: Files) {
    config
        .app_data(Data::new(files.clone()))
        .service(catalogue::catalogue)
        .service(catalogue::catalogue_entry)
        .service(catalogue::catalogue_picture)
        .service(reading::list)
        .service(reading::show)
        .service(reading::revisions)
        .service(reading::revision)
        .service(reading::timeline)
        .service(provider::dry_run)
        .service(provider::create)
        .service(provider::revise)
        .service(provider::submit)
        .service(provider::recall)
        .service(provider::withdraw)
        .service(provider::republish)
        .service(moderation::claim)
        .service(moderation::release)
        .service(moderation::approve)
        .service(moderation::request_changes)
        .service(moderation::reject)
        .service(measures::block)
        .service(measures::remove)
        .service(measures::unblock)
        .service(phrases::false_positive)
        .service(phrases::allow_phrases)
        .service(phrases::allow_phrase)
        .service(phrases::approve_phrase)
        .service(phrases::decline_phrase)
        .service(phrases::take_back_phrase)
        .service(reading::moderation_flips);
    web::uploads::mount::<ListingHost>(config, "listings", files);
}

/// How money looks on the wire.
pub(crate) fn money() -> Object {
    let text =
        |description: &str| ObjectBuilder::new().schema_type(Type::String).description(Some(description)).build();
    ObjectBuilder::new()
        .property("amount", text("A decimal number with at most the currency's decimals, as 1200.00."))
        .property("currency", text("ISO 4217 code."))
        .required("amount")
        .required("currency")
        .build()
}
