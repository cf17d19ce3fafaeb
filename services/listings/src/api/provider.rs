//! The provider's desk: drafts, revisions, submission, what is on sale, and a screening beforehand.
use super::content::ContentBody;
use super::listing::{ListingBody, created, revised, shown};
use super::screening::ScreeningBody;
use crate::desk::Desk;
use crate::host::ListingHost;
use crate::pictures;
use actix_web::post;
use actix_web::web::{Data, Json};
use diesel::{PgConnection, QueryResult};
use engine::Door;
use engine::look::query;
use kernel::{Category, FileId, ListingId, Party, Problem, ProviderId, RevisionId, Role};
use listings_domain::screening::{Pixels, subject};
use listings_domain::{Command, Screening, Written};
use moderation::Subject;
use rulebook::Rulebook;
use serde::Deserialize;
use std::collections::HashMap;
use utoipa::ToSchema;
use web::{Answer, Call, Caller, Id, Nothing, Refused, Strict};

/// What is opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListingDraft)]
pub(crate) struct CreateBody {
    /// `software`, `operation`, `training`, `design` or `video`; never changes.
    #[schema(value_type = String, example = "software")]
    category: Category,
    /// Whole-store hosting (M2.4), for `operation` only; never changes.
    #[serde(default)]
    agent_operation: bool,
}

/// A content to be screened without being stored.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListingDryRun)]
pub(crate) struct DryRunBody {
    /// The category it is meant for.
    #[schema(value_type = String, example = "software")]
    category: Category,
    /// Whole-store hosting.
    #[serde(default)]
    agent_operation: bool,
    /// What it would say. Pictures that were uploaded to listings of the caller's own are looked at; other pictures and
    /// evidence are counted.
    content: ContentBody,
}

/// Screens a content as a submission would, and stores nothing.
///
/// What needs the listing itself is not seen here: the same service twice (M5.17), a changed core function (M5.24).
/// Pictures are measured, and compared with those of other listings (C6, M4.2.e.1), where they are files of the
/// caller's own listings.
#[utoipa::path(
    request_body = DryRunBody,
    responses((status = 200, description = "What was found.", body = ScreeningBody)),
    extensions(("x-command" = json!(false)))
)]
#[post("/v1/listings/dry-run")]
pub(crate) async fn dry_run(
    caller: Caller,
    Strict(body): Strict<DryRunBody>,
    door: Data<Door<ListingHost>>,
    rulebook: Data<Rulebook>,
    desk: Data<Desk>,
) -> Result<Json<ScreeningBody>, Refused> {
    caller.must_be(&[Role::Provider])?;
    let provider = caller.0.as_provider();
    // Reading tens of thousands of characters belongs on a thread for blocking work.
    let screened = query(door.readers(), move |conn| {
        let now = engine::clock::now(conn)?;
        let Some(edition) = rulebook.in_force(now) else { return Ok(None) };
        let content = Written::from(body.content);
        Ok(Some(match content.check(body.category, &edition.listings) {
            Ok(()) => {
                let subject = subject(body.category, body.agent_operation, &content);
                Ok(screen(conn, subject, &content.pictures, provider, &desk)?)
            }
            Err(refusal) => Err(refusal),
        }))
    });
    match screened.await? {
        Some(Ok(screening)) => Ok(Json(ScreeningBody::of(screening, Party::Provider))),
        Some(Err(refusal)) => Err(within_content(&refusal)),
        None => {
            tracing::error!("no edition of the rulebook is in force");
            Err(Refused::internal())
        }
    }
}

/// Screens a subject with these pictures, those of the provider's own files as they are.
fn screen(
    conn: &mut PgConnection,
    mut subject: Subject<'_>,
    pictures: &[FileId],
    provider: Option<ProviderId>,
    desk: &Desk,
) -> QueryResult<Screening> {
    let engines = desk.engines(conn)?;
    let own = match provider {
        Some(provider) => pictures::own(conn, provider, pictures)?,
        None => HashMap::new(),
    };
    let pixels = |id: &FileId| own.get(id).map_or_else(|| id.pixels(), |own| own.picture);
    subject.pictures = Some(pictures.iter().map(pixels).collect());
    let asked = provider.into_iter().flat_map(|provider| own.values().filter_map(move |own| own.asked(provider)));
    let known = pictures::known(conn, &asked.collect::<Vec<_>>())?;
    subject.known_pictures = known.into_values().flatten().map(|seen| seen.picture).collect();
    Ok(engines.screen(&subject))
}

/// The refusal of a revision, whose fields stand one level deeper here.
fn within_content(refusal: &listings_domain::Refusal) -> Refused {
    let problem = Problem::of(refusal);
    let field = problem.field.clone().filter(|field| field != "content");
    let field = field.map_or("content".to_owned(), |field| format!("content.{field}"));
    problem.at(field).into()
}

/// Opens a listing, still without content.
#[utoipa::path(
    request_body = CreateBody,
    responses((status = 201, description = "The listing; Location is where it is.", body = ListingBody))
)]
#[post("/v1/listings")]
pub(crate) async fn create(call: Call<ListingHost>, Strict(body): Strict<CreateBody>) -> Result<Answer, Refused> {
    if call.actor().as_provider().is_none() {
        return Err(Refused::new(403, "role_required", "this is for provider only"));
    }
    let id = call.new_id();
    let CreateBody { category, agent_operation } = body;
    Ok(call.to(id).send(Command::CreateDraft { category, agent_operation }, created).await)
}

/// Writes the full content as a new revision, which replaces the working draft.
#[utoipa::path(
    request_body = ContentBody,
    responses(
        (status = 201, description = "The listing; Location is the new revision.", body = ListingBody),
        (status = 200, description = "The listing: the working draft says the same already.", body = ListingBody),
    )
)]
#[post("/v1/listings/{id}/revisions")]
pub(crate) async fn revise(
    call: Call<ListingHost>,
    Id(id): Id<ListingId>,
    Strict(body): Strict<ContentBody>,
) -> Answer {
    let revision = RevisionId(call.new_id());
    call.to(id.0).send(Command::Revise { revision, content: Box::new(body.into()) }, revised).await
}

/// Has the working draft screened: it is rejected, queued for a moderator, or published.
#[utoipa::path(responses((status = 200, description = "The listing with what was found.", body = ListingBody)))]
#[post("/v1/listings/{id}/submit")]
pub(crate) async fn submit(call: Call<ListingHost>, Id(id): Id<ListingId>, _: Strict<Nothing>) -> Answer {
    call.to(id.0).send(Command::Submit, shown).await
}

/// Takes the queued revision back to the drafts.
#[utoipa::path(responses((status = 200, description = "The listing.", body = ListingBody)))]
#[post("/v1/listings/{id}/recall")]
pub(crate) async fn recall(call: Call<ListingHost>, Id(id): Id<ListingId>, _: Strict<Nothing>) -> Answer {
    call.to(id.0).send(Command::Recall, shown).await
}

/// Takes the listing off sale.
#[utoipa::path(responses((status = 200, description = "The listing.", body = ListingBody)))]
#[post("/v1/listings/{id}/withdraw")]
pub(crate) async fn withdraw(call: Call<ListingHost>, Id(id): Id<ListingId>, _: Strict<Nothing>) -> Answer {
    call.to(id.0).send(Command::Withdraw, shown).await
}

/// Puts the revision that passed last on sale again.
#[utoipa::path(responses((status = 200, description = "The listing.", body = ListingBody)))]
#[post("/v1/listings/{id}/republish")]
pub(crate) async fn republish(call: Call<ListingHost>, Id(id): Id<ListingId>, _: Strict<Nothing>) -> Answer {
    call.to(id.0).send(Command::Republish, shown).await
}
