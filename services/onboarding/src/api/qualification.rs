//! How a qualification is answered, its documents and its timeline.
use super::handing_in::HandedInBody;
use super::showing::{EntryBody, timeline_page, whole, words};
use crate::host::QualificationHost;
use crate::queries;
use actix_web::get;
use actix_web::web::Json;
use chrono::{DateTime, NaiveDate, Utc};
use engine::{Reply, Seen};
use kernel::{ApplicationId, Category, CredentialId, FileId, Problem, ProviderId, QualificationId};
use onboarding_domain::entry::Credential;
use onboarding_domain::grounds::LAY_JUDGEMENT;
use onboarding_domain::qualification::{Event, Holding, Qualifications, Standing};
use serde::Serialize;
use utoipa::ToSchema;
use web::body::{ActionBody, DeadlineBody, actions, deadlines};
use web::{Answer, Filter, Id, Look, Nothing, Page, PageQuery, Refused};

/// The right of a provider to sell in one category.
#[derive(Serialize, ToSchema)]
#[schema(as = Qualification)]
pub(super) struct QualificationBody {
    /// Its id.
    id: QualificationId,
    /// Who may sell.
    provider: ProviderId,
    /// What.
    #[schema(inline)]
    category: Category,
    /// Whole-store hosting (M2.4).
    agent_operation: bool,
    /// The approved application.
    application: ApplicationId,
    /// The newest edition: a qualification pins none, each decision names its own.
    edition: String,
    /// Whether it holds.
    #[schema(schema_with = words::<Standing>)]
    status: Standing,
    /// Whether the provider may sell in the category now.
    may_sell: bool,
    /// When the earliest document lapses; missing: without end.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until_at: Option<DateTime<Utc>>,
    /// From when renewal is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    renew_from_at: Option<DateTime<Utc>>,
    /// The lines of the checklist that must be verified, after a demand or while suspended.
    outstanding: Vec<String>,
    /// What it rests on.
    documents: Vec<DocumentRead>,
    /// What was handed in and waits to be judged.
    pending: Vec<DocumentRead>,
    /// How many changes were reported (M4.2.f.1).
    changes_reported: u32,
    /// What the platform vouches for (M3.3).
    notice: &'static str,
    /// What runs.
    deadlines: Vec<DeadlineBody>,
    /// What the caller may do.
    actions: Vec<ActionBody>,
}

/// A document or statement; in full at `/documents`.
#[derive(Serialize, ToSchema)]
#[schema(as = QualificationDocumentRead)]
struct DocumentRead {
    id: CredentialId,
    /// The line of the checklist.
    requirement: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<FileId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_on: Option<NaiveDate>,
    /// The last day on which it is good.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_on: Option<NaiveDate>,
}

/// One qualification.
#[utoipa::path(responses((status = 200, description = "The qualification.", body = QualificationBody)))]
#[get("/v1/qualifications/{qualification}")]
pub(super) async fn show_qualification(look: Look<QualificationHost>, Id(id): Id<QualificationId>) -> Answer {
    look.at(id.0, qualification).await
}

/// What happened to a qualification, oldest first.
#[utoipa::path(
    params(PageQuery),
    responses((status = 200, description = "A page of the timeline.", body = Page<EntryBody>))
)]
#[get("/v1/qualifications/{qualification}/timeline")]
pub(super) async fn qualification_timeline(
    look: Look<QualificationHost>,
    Id(id): Id<QualificationId>,
    _: Filter<Nothing>,
    page: PageQuery,
) -> Result<Json<Page<EntryBody>>, Refused> {
    Ok(Json(timeline_page(look, "qualification_timeline", id.0, &page).await?))
}

/// What a qualification rests on and what was handed in since, oldest first.
#[utoipa::path(
    params(PageQuery),
    responses((status = 200, description = "A page of documents.", body = Page<HandedInBody>))
)]
#[get("/v1/qualifications/{qualification}/documents")]
pub(super) async fn documents(
    look: Look<QualificationHost>,
    Id(id): Id<QualificationId>,
    _: Filter<Nothing>,
    page: PageQuery,
) -> Result<Json<Page<HandedInBody>>, Refused> {
    look.door().relation(id.0, look.actor()).await?;
    let rows = queries::documents(look.door().readers(), id.0, page.after()?, page.rows()).await?;
    Ok(Json(whole(page.cut(rows, |row| (row.submitted_at, row.id), HandedInBody::of))?))
}

/// One document of a qualification.
#[utoipa::path(responses((status = 200, description = "The document.", body = HandedInBody)))]
#[get("/v1/qualifications/{qualification}/documents/{credential}")]
pub(super) async fn show_document(
    look: Look<QualificationHost>,
    Id((id, wanted)): Id<(QualificationId, CredentialId)>,
) -> Result<Json<HandedInBody>, Refused> {
    look.door().relation(id.0, look.actor()).await?;
    let row = queries::document(look.door().readers(), id.0, wanted.0).await?;
    Ok(Json(HandedInBody::of(row)?))
}

/// The qualification, to the caller.
pub(super) fn qualification(seen: &Seen<'_, Qualifications>) -> Reply {
    match seen.state.holding() {
        Ok(holding) => Reply::json(200, seen.version, &body(seen, holding)),
        Err(refusal) => Reply::problem(&Problem::of(&refusal)),
    }
}

/// The qualification to which a document was just handed in.
pub(super) fn handed_in(seen: &Seen<'_, Qualifications>) -> Reply {
    let reply = qualification(seen);
    let submitted = seen.events.iter().rev().find_map(|event| {
        if let Event::DocumentSubmitted { document, .. } = event { Some(document.credential.id) } else { None }
    });
    match submitted {
        Some(id) if reply.status == 200 => {
            let location = format!("/v1/qualifications/{}/documents/{id}", QualificationId(seen.id));
            Reply { status: 201, ..reply.at(location) }
        }
        _ => reply,
    }
}

fn body(seen: &Seen<'_, Qualifications>, holding: &Holding) -> QualificationBody {
    QualificationBody {
        id: QualificationId(seen.id),
        provider: holding.provider,
        category: holding.category,
        agent_operation: holding.agent_operation,
        application: holding.application,
        edition: seen.ctx.edition.to_string(),
        status: holding.standing,
        may_sell: holding.standing.may_sell(),
        valid_until_at: holding.valid_until,
        renew_from_at: holding.renew_from,
        outstanding: holding.outstanding().into_iter().collect(),
        documents: holding.documents.iter().map(|document| read(&document.credential)).collect(),
        pending: holding.pending.iter().map(|pending| read(&pending.document.credential)).collect(),
        changes_reported: holding.changes_reported,
        notice: LAY_JUDGEMENT,
        deadlines: deadlines::<Qualifications>(seen.state),
        actions: actions(seen),
    }
}

fn read(credential: &Credential) -> DocumentRead {
    DocumentRead {
        id: credential.id,
        requirement: credential.requirement.clone(),
        file: credential.file,
        issued_on: credential.issued_on,
        expires_on: credential.expires_on,
    }
}
