//! Lists: applications and their queue, qualifications and theirs, providers.
use super::showing::audience;
use crate::host::{ApplicationHost, ProviderHost, QualificationHost};
use crate::queries::{self, Queue, Which};
use actix_web::get;
use actix_web::web::Json;
use chrono::{DateTime, Utc};
use kernel::{ApplicationId, Category, ProviderId, QualificationId};
use onboarding_domain::grounds::LAY_JUDGEMENT;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;
use utoipa::{IntoParams, ToSchema};
use web::{Filter, Look, Page, PageQuery, Refused, Scope};

/// The status of an application.
#[derive(Clone, Copy, Deserialize, IntoStaticStr, ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
enum ApplicationStatus {
    Draft,
    Submitted,
    InReview,
    InformationRequested,
    Approved,
    Rejected,
    Lapsed,
    Withdrawn,
}

/// Which part of the reviewers' queue.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ReviewQueue {
    /// What nobody has claimed.
    Unclaimed,
    /// What the caller has claimed.
    Mine,
    /// All of it.
    All,
}

/// Which applications a list shows.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ApplicationFilter {
    /// Of this provider; for staff.
    provider: Option<ProviderId>,
    /// To this category.
    #[param(inline)]
    category: Option<Category>,
    /// In this status.
    #[param(inline)]
    status: Option<ApplicationStatus>,
    /// What waits for a reviewer, earliest breach first; for staff.
    #[param(inline)]
    queue: Option<ReviewQueue>,
}

/// An application in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = ApplicationListed)]
pub(super) struct ApplicationListed {
    id: ApplicationId,
    provider: ProviderId,
    /// The category applied for.
    category: String,
    agent_operation: bool,
    /// `company` or `individual`.
    applicant: String,
    /// The edition whose conditions hold.
    edition: String,
    status: String,
    opened_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// By when a reviewer decides, while it is with the reviewers.
    #[serde(skip_serializing_if = "Option::is_none")]
    review_due_at: Option<DateTime<Utc>>,
    /// Whether a reviewer has it.
    claimed: bool,
    /// Which one; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    reviewer: Option<String>,
}

/// Applications: a provider's own; to staff all. Newest first, a queue by its earliest breach.
#[utoipa::path(
    params(PageQuery, ApplicationFilter),
    responses((status = 200, description = "A page of applications.", body = Page<ApplicationListed>))
)]
#[get("/v1/applications")]
pub(super) async fn applications(
    look: Look<ApplicationHost>,
    scope: Scope,
    Filter(filter): Filter<ApplicationFilter>,
    page: PageQuery,
) -> Result<Json<Page<ApplicationListed>>, Refused> {
    let own = audience(&scope, look.actor())?;
    let queue = filter.queue.map(|part| match part {
        ReviewQueue::Unclaimed => Queue::Unclaimed,
        ReviewQueue::Mine => Queue::Of(look.actor().sub.clone()),
        ReviewQueue::All => Queue::All,
    });
    let which = Which {
        provider: of_provider(own, filter.provider)?,
        category: filter.category.map(|category| category.to_string()),
        status: filter.status.map(|status| <&str>::from(status).to_owned()),
        queue: for_staff(own, "queue", queue)?,
    };
    let rows = queries::applications(look.door().readers(), which, page.after()?, page.rows()).await?;
    Ok(Json(page.cut(
        rows,
        |row| (row.sort_key, row.id),
        |row| ApplicationListed {
            id: ApplicationId(row.id),
            provider: ProviderId(row.provider),
            category: row.category,
            agent_operation: row.agent_operation,
            applicant: row.applicant,
            edition: row.edition,
            status: row.status,
            opened_at: row.opened_at,
            updated_at: row.updated_at,
            review_due_at: row.review_due,
            claimed: row.reviewer.is_some(),
            reviewer: row.reviewer.filter(|_| own.is_none()),
        },
    )))
}

/// The status of a qualification.
#[derive(Clone, Copy, Deserialize, IntoStaticStr, ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
enum QualificationStatus {
    Active,
    Expiring,
    Suspended,
    Revoked,
}

/// The queue of documents that wait to be judged.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DocumentQueue {
    /// All of it.
    All,
}

/// Which qualifications a list shows.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct QualificationFilter {
    /// Of this provider; for staff.
    provider: Option<ProviderId>,
    /// In this category.
    #[param(inline)]
    category: Option<Category>,
    /// In this status.
    #[param(inline)]
    status: Option<QualificationStatus>,
    /// Those with documents that wait to be judged, earliest breach first; for staff.
    #[param(inline)]
    queue: Option<DocumentQueue>,
}

/// A qualification in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = QualificationListed)]
pub(super) struct QualificationListed {
    id: QualificationId,
    provider: ProviderId,
    category: String,
    agent_operation: bool,
    /// The approved application.
    application: ApplicationId,
    status: String,
    granted_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    /// When the earliest document lapses; missing: without end.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until_at: Option<DateTime<Utc>>,
    /// By when a reviewer judges what was handed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    review_due_at: Option<DateTime<Utc>>,
    /// What the platform vouches for (M3.3).
    notice: &'static str,
}

/// Qualifications: a provider's own; to staff all. Newest first, the queue by its earliest breach.
#[utoipa::path(
    params(PageQuery, QualificationFilter),
    responses((status = 200, description = "A page of qualifications.", body = Page<QualificationListed>))
)]
#[get("/v1/qualifications")]
pub(super) async fn qualifications(
    look: Look<QualificationHost>,
    scope: Scope,
    Filter(filter): Filter<QualificationFilter>,
    page: PageQuery,
) -> Result<Json<Page<QualificationListed>>, Refused> {
    let own = audience(&scope, look.actor())?;
    let queue = filter.queue.map(|part| match part {
        DocumentQueue::All => Queue::All,
    });
    let which = Which {
        provider: of_provider(own, filter.provider)?,
        category: filter.category.map(|category| category.to_string()),
        status: filter.status.map(|status| <&str>::from(status).to_owned()),
        queue: for_staff(own, "queue", queue)?,
    };
    let rows = queries::qualifications(look.door().readers(), which, page.after()?, page.rows()).await?;
    Ok(Json(page.cut(
        rows,
        |row| (row.sort_key, row.id),
        |row| QualificationListed {
            id: QualificationId(row.id),
            provider: ProviderId(row.provider),
            category: row.category,
            agent_operation: row.agent_operation,
            application: ApplicationId(row.application),
            status: row.status,
            granted_at: row.granted_at,
            updated_at: row.updated_at,
            valid_until_at: row.valid_until,
            review_due_at: row.review_due,
            notice: LAY_JUDGEMENT,
        },
    )))
}

/// Whether a provider stays.
#[derive(Clone, Copy, Deserialize, IntoStaticStr, ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
enum ProviderStatus {
    Registered,
    Leaving,
    Exited,
}

/// Which providers a list shows.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ProviderFilter {
    /// In this status.
    #[param(inline)]
    status: Option<ProviderStatus>,
    /// Barred ones, or those that are not.
    barred: Option<bool>,
}

/// A provider in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = ProviderListed)]
pub(super) struct ProviderListed {
    id: ProviderId,
    status: String,
    /// P4: whether the compliance course was completed.
    eu_trained: bool,
    /// The governing rule of the bar.
    #[serde(skip_serializing_if = "Option::is_none")]
    barred_by: Option<String>,
    registered_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exited_at: Option<DateTime<Utc>>,
}

/// Providers, newest first: to staff all, to a provider its own profile.
#[utoipa::path(
    params(PageQuery, ProviderFilter),
    responses((status = 200, description = "A page of providers.", body = Page<ProviderListed>))
)]
#[get("/v1/providers")]
pub(super) async fn providers(
    look: Look<ProviderHost>,
    scope: Scope,
    Filter(filter): Filter<ProviderFilter>,
    page: PageQuery,
) -> Result<Json<Page<ProviderListed>>, Refused> {
    let own = audience(&scope, look.actor())?.map(|own| own.0);
    let status = filter.status.map(|status| <&str>::from(status).to_owned());
    let readers = look.door().readers();
    let rows = queries::providers(readers, own, status, filter.barred, page.after()?, page.rows()).await?;
    Ok(Json(page.cut(
        rows,
        |row| (row.registered_at, row.id),
        |row| ProviderListed {
            id: ProviderId(row.id),
            status: row.status,
            eu_trained: row.eu_trained,
            barred_by: row.barred,
            registered_at: row.registered_at,
            exited_at: row.exited_at,
        },
    )))
}

/// The provider to filter by: a provider sees its own, whatever it asks for.
fn of_provider(own: Option<ProviderId>, asked: Option<ProviderId>) -> Result<Option<uuid::Uuid>, Refused> {
    let foreign = asked.filter(|asked| own.is_some_and(|own| own != *asked));
    for_staff(own, "provider", foreign)?;
    Ok(own.or(asked).map(|provider| provider.0))
}

fn for_staff<T>(own: Option<ProviderId>, field: &'static str, asked: Option<T>) -> Result<Option<T>, Refused> {
    match (own, asked) {
        (Some(_), Some(_)) => Err(Refused::new(403, "role_required", "only staff ask for this").at(field)),
        (_, asked) => Ok(asked),
    }
}
