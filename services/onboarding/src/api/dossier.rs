//! What belongs to an application beside its state: the business as written, shareholders, credentials, what was asked.
use super::handing_in::HandedInBody;
use super::showing::{whole, words};
use crate::host::ApplicationHost;
use crate::queries::{self, RequestLine};
use actix_web::get;
use actix_web::web::Json;
use chrono::{DateTime, NaiveDate, Utc};
use engine::Fault;
use engine::look::stored;
use kernel::{ApplicationId, CredentialId, FileRef};
use onboarding_domain::entry::{Shareholder, StaffTie};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Filter, Id, Look, Nothing, Page, PageQuery, Refused};

/// A business as the applicant described it.
#[derive(Serialize, ToSchema)]
#[schema(as = ApplicationBusiness)]
pub(super) struct BusinessBody {
    /// Legal name.
    legal_name: String,
    /// As registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_number: Option<String>,
    /// ISO 3166-1 alpha-2.
    country: String,
    /// When it was founded.
    founded_on: NaiveDate,
    /// Since when it is in the business of the category.
    in_business_since: NaiveDate,
    /// The business scope as on the licence.
    scope: String,
    /// It serves customers in the EU (P4).
    serves_eu: bool,
    /// When it was described.
    described_at: DateTime<Utc>,
}

/// Ties to the platform's staff as declared (C4, M5.67).
#[derive(Serialize, ToSchema)]
#[schema(as = ApplicationShareholders)]
pub(super) struct ShareholdersBody {
    /// The applicant's own tie: `staff`, `related_to_staff` or `none`.
    applicant_tie: String,
    /// All shareholders.
    shareholders: Vec<ShareholderBody>,
    /// When they were declared.
    declared_at: DateTime<Utc>,
}

/// A shareholder.
#[derive(Deserialize, Serialize, ToSchema)]
#[schema(as = ApplicationShareholder)]
#[serde(deny_unknown_fields)]
pub(super) struct ShareholderBody {
    /// Name, at most 200 characters.
    pub name: String,
    /// Tie to the platform's staff.
    #[schema(schema_with = words::<StaffTie>)]
    pub tie: StaffTie,
}

/// A request for information, and what was answered.
#[derive(Serialize, ToSchema)]
#[schema(as = ApplicationInformationRequest)]
pub(super) struct InformationRequestBody {
    /// What was asked.
    what: String,
    /// The lines of the checklist that it is about.
    requirements: Vec<String>,
    /// When.
    asked_at: DateTime<Utc>,
    /// Until when an answer was awaited.
    due_at: DateTime<Utc>,
    /// The answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    /// Files that belong to the answer.
    files: Vec<FileRef>,
    /// When it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_at: Option<DateTime<Utc>>,
}

/// The business of an application, with its scope as written. 404 until it is described.
#[utoipa::path(responses((status = 200, description = "The business.", body = BusinessBody)))]
#[get("/v1/applications/{application}/business")]
pub(super) async fn business(
    look: Look<ApplicationHost>,
    Id(id): Id<ApplicationId>,
) -> Result<Json<BusinessBody>, Refused> {
    look.door().relation(id.0, look.actor()).await?;
    let row = queries::business(look.door().readers(), id.0).await?;
    Ok(Json(BusinessBody {
        legal_name: row.legal_name,
        registration_number: row.registration_number,
        country: row.country,
        founded_on: row.founded_on,
        in_business_since: row.in_business_since,
        scope: row.scope,
        serves_eu: row.serves_eu,
        described_at: row.described_at,
    }))
}

/// The shareholders of an applicant. 404 until they are declared.
#[utoipa::path(responses((status = 200, description = "The declaration.", body = ShareholdersBody)))]
#[get("/v1/applications/{application}/shareholders")]
pub(super) async fn shareholders(
    look: Look<ApplicationHost>,
    Id(id): Id<ApplicationId>,
) -> Result<Json<ShareholdersBody>, Refused> {
    look.door().relation(id.0, look.actor()).await?;
    let row = queries::declaration(look.door().readers(), id.0).await?;
    let shareholders: Vec<Shareholder> = stored(&row.shareholders)?;
    let shown = |Shareholder { name, tie }| ShareholderBody { name, tie };
    Ok(Json(ShareholdersBody {
        applicant_tie: row.applicant_tie,
        shareholders: shareholders.into_iter().map(shown).collect(),
        declared_at: row.declared_at,
    }))
}

/// What was handed in with an application, oldest first; what was taken back included.
#[utoipa::path(
    params(PageQuery),
    responses((status = 200, description = "A page of credentials.", body = Page<HandedInBody>))
)]
#[get("/v1/applications/{application}/credentials")]
pub(super) async fn credentials(
    look: Look<ApplicationHost>,
    Id(id): Id<ApplicationId>,
    _: Filter<Nothing>,
    page: PageQuery,
) -> Result<Json<Page<HandedInBody>>, Refused> {
    look.door().relation(id.0, look.actor()).await?;
    let rows = queries::credentials(look.door().readers(), id.0, page.after()?, page.rows()).await?;
    Ok(Json(whole(page.cut(rows, |row| (row.submitted_at, row.id), HandedInBody::of))?))
}

/// One credential of an application.
#[utoipa::path(responses((status = 200, description = "The credential.", body = HandedInBody)))]
#[get("/v1/applications/{application}/credentials/{credential}")]
pub(super) async fn credential(
    look: Look<ApplicationHost>,
    Id((id, wanted)): Id<(ApplicationId, CredentialId)>,
) -> Result<Json<HandedInBody>, Refused> {
    look.door().relation(id.0, look.actor()).await?;
    let row = queries::credential(look.door().readers(), id.0, wanted.0).await?;
    Ok(Json(HandedInBody::of(row)?))
}

/// What reviewers asked for, and what was answered, oldest first.
#[utoipa::path(
    params(PageQuery),
    responses((status = 200, description = "A page of requests.", body = Page<InformationRequestBody>))
)]
#[get("/v1/applications/{application}/information-requests")]
pub(super) async fn information_requests(
    look: Look<ApplicationHost>,
    Id(id): Id<ApplicationId>,
    _: Filter<Nothing>,
    page: PageQuery,
) -> Result<Json<Page<InformationRequestBody>>, Refused> {
    look.door().relation(id.0, look.actor()).await?;
    let after: Option<(i64, Uuid)> = page.after()?;
    let after = after.map_or(0, |(version, _)| version);
    let rows = queries::information_requests(look.door().readers(), id.0, after, page.rows()).await?;
    Ok(Json(whole(page.cut(rows, |row| (row.version, id.0), request))?))
}

fn request(row: RequestLine) -> Result<InformationRequestBody, Fault> {
    Ok(InformationRequestBody {
        requirements: stored(&row.requirements)?,
        files: row.files.as_deref().map(stored).transpose()?.unwrap_or_default(),
        what: row.what,
        asked_at: row.asked_at,
        due_at: row.due_at,
        answer: row.answer,
        answered_at: row.answered_at,
    })
}
