//! What providers and staff read: lists, the queue, one listing, its revisions, its timeline.
use super::content::ContentShown;
use super::listing::{ListingBody, shown};
use super::screening::ScreeningBody;
use crate::host::ListingHost;
use crate::queries::{self, After, ListingLine, RevisionLine, TimelineLine, Which};
use actix_web::get;
use actix_web::web::{Data, Json};
use chrono::{DateTime, Utc};
use engine::Door;
use engine::look::{query, stored};
use kernel::{Actor, Category, Decision, ListingId, Party, ProviderId, RevisionId, Role, RuleId};
use listings_domain::{Content, Screening};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Answer, Caller, Filter, Id, Look, Page, PageQuery, Refused, Scope, Sees};

/// What a list of listings filters by.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListFilter {
    /// In this status.
    #[param(value_type = Option<String>)]
    status: Option<StatusFilter>,
    /// In this category.
    #[param(value_type = Option<String>)]
    category: Option<Category>,
    /// Of this provider; for staff only.
    #[param(value_type = Option<String>)]
    provider: Option<ProviderId>,
    /// Staff: only what waits for a moderator, the longest waiting first. `any`, `mine` or `unassigned`; moderators who
    /// ask for no status get `any`.
    #[param(value_type = Option<String>)]
    queue: Option<QueueFilter>,
}

#[derive(Clone, Copy, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
enum StatusFilter {
    Draft,
    PendingReview,
    ChangesRequested,
    Published,
    Blocked,
    Removed,
    Withdrawn,
    Rejected,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum QueueFilter {
    Any,
    Mine,
    Unassigned,
}

/// A listing in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = ListingListed)]
pub(crate) struct ListedBody {
    /// Its id.
    #[schema(value_type = String, example = "lst_01h455vb4pex5vsknk084sn02q")]
    id: ListingId,
    /// Who sells.
    #[schema(value_type = String, example = "prv_01h455vb4pex5vsknk084sn02q")]
    provider: ProviderId,
    /// The category.
    category: String,
    /// Whole-store hosting.
    agent_operation: bool,
    /// The status.
    status: String,
    /// Of the newest revision that has one.
    title: String,
    /// How many revisions there have been.
    revisions: i32,
    /// Whether it can be ordered now.
    on_sale: bool,
    /// When it was opened.
    created_at: DateTime<Utc>,
    /// When something last happened.
    updated_at: DateTime<Utc>,
    /// What waits for a moderator.
    #[serde(skip_serializing_if = "Option::is_none")]
    queued: Option<QueuedBody>,
}

/// A revision in the queue.
#[derive(Serialize, ToSchema)]
#[schema(as = ListingQueued)]
struct QueuedBody {
    /// Which.
    #[schema(value_type = String, example = "rev_01h455vb4pex5vsknk084sn02q")]
    revision: RevisionId,
    /// Since when.
    queued_at: DateTime<Utc>,
    /// Until when a moderator decides (W32).
    decide_by_at: DateTime<Utc>,
    /// Whether a moderator holds it.
    claimed: bool,
    /// Which; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    claimed_by: Option<String>,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    claimed_until_at: Option<DateTime<Utc>>,
}

impl ListedBody {
    fn of(line: ListingLine, is_staff: bool) -> Self {
        let queued = line.queued_revision.zip(line.queued_at).zip(line.decide_by);
        Self {
            id: ListingId(line.id),
            provider: ProviderId(line.provider),
            category: line.category,
            agent_operation: line.agent_operation,
            status: line.status,
            title: line.title,
            revisions: line.revisions,
            on_sale: line.sale_revision.is_some(),
            created_at: line.created_at,
            updated_at: line.updated_at,
            queued: queued.map(|((waiting, queued_at), decide_by_at)| QueuedBody {
                revision: RevisionId(waiting),
                queued_at,
                decide_by_at,
                claimed: line.claimed_by.is_some(),
                claimed_by: line.claimed_by.filter(|_| is_staff),
                claimed_until_at: line.claimed_until,
            }),
        }
    }
}

/// The listings of the provider; for moderators the queue; for other staff all. Newest first, the queue oldest first.
#[utoipa::path(
    params(PageQuery, ListFilter),
    responses((status = 200, description = "A page of listings.", body = Page<ListedBody>))
)]
#[get("/v1/listings")]
pub(crate) async fn list(
    Caller(actor): Caller,
    scope: Scope,
    page: PageQuery,
    Filter(filter): Filter<ListFilter>,
    door: Data<Door<ListingHost>>,
) -> Result<Json<Page<ListedBody>>, Refused> {
    let seat = seat(&actor, &scope)?;
    let queue = match (seat, filter.queue, filter.status) {
        (Seat::Provider(_), ..) | (Seat::Staff, None, _) | (Seat::Moderator, None, Some(_)) => None,
        (Seat::Moderator, None, None) => Some(QueueFilter::Any),
        (Seat::Moderator | Seat::Staff, Some(queue), _) => Some(queue),
    };
    let mut which = Which {
        provider: filter.provider.map(|provider| provider.0),
        category: filter.category.map(|category| category.to_string()),
        status: filter.status.map(|status| <&'static str>::from(status).to_owned()),
        claimed_by: None,
        unassigned: false,
    };
    if let Seat::Provider(own) = seat {
        which.provider = Some(own.0);
    }
    match queue {
        Some(QueueFilter::Mine) => which.claimed_by = Some(actor.sub),
        Some(QueueFilter::Unassigned) => which.unassigned = true,
        Some(QueueFilter::Any) | None => {}
    }
    let (after, rows): (After, i64) = (page.after()?, page.rows());
    let lines = query(door.readers(), move |conn| match queue {
        Some(_) => queries::queue(conn, &which, after, rows),
        None => queries::newest(conn, &which, after, rows),
    });
    let is_staff = !matches!(seat, Seat::Provider(_));
    let key = |line: &ListingLine| (queue.and(line.queued_at).unwrap_or(line.created_at), line.id);
    Ok(Json(page.cut(lines.await?, key, |line| ListedBody::of(line, is_staff))))
}

/// Where the caller sits.
#[derive(Clone, Copy)]
enum Seat {
    Provider(ProviderId),
    Moderator,
    Staff,
}

fn seat(actor: &Actor, scope: &Scope) -> Result<Seat, Refused> {
    const STAFF: &[Role] = &[Role::Moderator, Role::Operator, Role::ComplianceOfficer];
    let is_staff = STAFF.iter().any(|role| actor.has(*role));
    match scope.sees() {
        Sees::Provider(own) if actor.as_provider().is_some() => Ok(Seat::Provider(*own)),
        Sees::Staff(_) if actor.has(Role::Moderator) => Ok(Seat::Moderator),
        Sees::Staff(_) if is_staff => Ok(Seat::Staff),
        Sees::Provider(_) | Sees::Merchant(_) | Sees::Staff(_) => {
            Err(Refused::new(403, "role_required", "what is on sale is in the catalogue; this is for others"))
        }
    }
}

/// One listing.
#[utoipa::path(responses((status = 200, description = "The listing.", body = ListingBody)))]
#[get("/v1/listings/{id}")]
pub(crate) async fn show(look: Look<ListingHost>, Id(id): Id<ListingId>) -> Answer {
    look.at(id.0, shown).await
}

/// A revision in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = ListingRevisionListed)]
pub(crate) struct RevisionListed {
    /// Its id.
    #[schema(value_type = String, example = "rev_01h455vb4pex5vsknk084sn02q")]
    id: RevisionId,
    /// Counts the listing's revisions from 1.
    number: i32,
    /// `draft`, `queued`, `changes_requested`, `approved`, `rejected` or `lapsed`.
    status: String,
    /// Title.
    title: String,
    /// SHA-256 of the canonical content.
    content_hash: String,
    /// What its last screening came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<String>,
    /// When it was written.
    drafted_at: DateTime<Utc>,
    /// When its status last changed.
    changed_at: DateTime<Utc>,
}

impl From<RevisionLine> for RevisionListed {
    fn from(line: RevisionLine) -> Self {
        Self {
            id: RevisionId(line.id),
            number: line.number,
            status: line.status,
            title: line.title,
            content_hash: line.content_hash,
            verdict: line.verdict,
            drafted_at: line.drafted_at,
            changed_at: line.changed_at,
        }
    }
}

/// The listing's revisions, newest first.
#[utoipa::path(
    params(PageQuery),
    responses((status = 200, description = "A page of revisions.", body = Page<RevisionListed>))
)]
#[get("/v1/listings/{id}/revisions")]
pub(crate) async fn revisions(
    look: Look<ListingHost>,
    Id(id): Id<ListingId>,
    page: PageQuery,
) -> Result<Json<Page<RevisionListed>>, Refused> {
    look.door().relation(id.0, look.actor()).await?;
    let (before, rows) = (page.after::<i32>()?.map(|(number, _)| number), page.rows());
    let lines = query(look.door().readers(), move |conn| queries::revisions(conn, id.0, before, rows)).await?;
    Ok(Json(page.cut(lines, |line| (line.number, line.id), RevisionListed::from)))
}

/// One revision: what it says, what was found in it, how it was decided.
#[derive(Serialize, ToSchema)]
#[schema(as = ListingRevision)]
pub(crate) struct RevisionBody {
    /// How it stands.
    #[serde(flatten)]
    revision: RevisionListed,
    /// What it says.
    content: ContentShown,
    /// Its last screening.
    #[serde(skip_serializing_if = "Option::is_none")]
    screening: Option<ScreeningBody>,
    /// The grounds on which it stands where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<GroundsShown>,
}

/// The grounds of a decision.
#[derive(Serialize, ToSchema)]
#[schema(as = ListingDecision)]
struct GroundsShown {
    /// The rules it rests on, the governing one first.
    #[schema(value_type = Vec<String>)]
    rules: Vec<RuleId>,
    /// The edition it was made under.
    edition: String,
    /// What was found.
    facts: Vec<String>,
    /// What the findings rest on: ids or hashes.
    evidence: Vec<String>,
    /// The reasons.
    reasons: String,
    /// No person decided.
    automated: bool,
    /// Who decided; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    /// What may be done next, as in `actions[]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    redress: Option<String>,
    /// Until when; without limit when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    redress_until_at: Option<DateTime<Utc>>,
}

impl GroundsShown {
    fn of(decision: Decision, is_staff: bool) -> Self {
        Self {
            rules: decision.rules,
            edition: decision.edition.to_string(),
            facts: decision.facts,
            evidence: decision.evidence,
            reasons: decision.reasons,
            automated: decision.automated,
            by: is_staff.then_some(decision.by),
            redress_until_at: decision.redress.as_ref().and_then(|redress| redress.until),
            redress: decision.redress.map(|redress| redress.action),
        }
    }
}

/// One revision of a listing.
#[utoipa::path(responses((status = 200, description = "The revision.", body = RevisionBody)))]
#[get("/v1/listings/{id}/revisions/{revision}")]
pub(crate) async fn revision(
    look: Look<ListingHost>,
    Id((id, asked)): Id<(ListingId, RevisionId)>,
) -> Result<Json<RevisionBody>, Refused> {
    let party = look.door().relation(id.0, look.actor()).await?;
    let found = query(look.door().readers(), move |conn| queries::revision(conn, id.0, asked.0)).await?;
    let (line, texts) = found.ok_or_else(Refused::not_found)?;
    let content: Content = stored(&texts.content)?;
    let decision = texts.decision.as_deref().map(stored::<Decision>).transpose()?;
    let screening = texts.screening.as_deref().map(stored::<Screening>).transpose()?;
    Ok(Json(RevisionBody {
        screening: screening.map(|screening| ScreeningBody::of(screening, party)),
        revision: line.into(),
        content: content.into(),
        decision: decision.map(|decision| GroundsShown::of(decision, party != Party::Provider)),
    }))
}

/// What happened to a listing.
#[derive(Serialize, ToSchema)]
#[schema(as = ListingEntry)]
pub(crate) struct EntryBody {
    /// The listing's version right after it.
    version: i64,
    /// When.
    at: DateTime<Utc>,
    /// What the actor was to the listing: `provider`, `moderator`, `operator`, `compliance_officer` or `system`.
    party: String,
    /// Who, of the caller's own side.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    /// What happened.
    #[schema(example = "revision_rejected")]
    event: String,
    /// The rules it rests on, the governing one first.
    #[schema(value_type = Vec<String>)]
    rules: Vec<RuleId>,
    /// In the words of whoever decided; may be empty.
    text: String,
    /// The revision it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    revision: Option<RevisionId>,
    /// The measure it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    measure: Option<Uuid>,
    /// When the clock that it started passes.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<DateTime<Utc>>,
}

impl EntryBody {
    /// The persons of one side are not shown to the other.
    fn of(line: TimelineLine, caller: Party) -> Result<Self, Refused> {
        let is_own_side = (line.party == <&str>::from(Party::Provider)) == (caller == Party::Provider);
        Ok(Self {
            version: line.version,
            at: line.at,
            party: line.party,
            person: line.person.filter(|_| is_own_side),
            event: line.event,
            rules: stored(&line.rules)?,
            text: line.text,
            revision: line.revision.map(RevisionId),
            measure: line.measure,
            due_at: line.due_at,
        })
    }
}

/// What happened to the listing, in order.
#[utoipa::path(
    params(PageQuery),
    responses((status = 200, description = "A page of the timeline.", body = Page<EntryBody>))
)]
#[get("/v1/listings/{id}/timeline")]
pub(crate) async fn timeline(
    look: Look<ListingHost>,
    Id(id): Id<ListingId>,
    page: PageQuery,
) -> Result<Json<Page<EntryBody>>, Refused> {
    let caller = look.door().relation(id.0, look.actor()).await?;
    let (after, rows) = (page.after::<i64>()?.map_or(0, |(version, _)| version), page.rows());
    let lines = query(look.door().readers(), move |conn| queries::timeline(conn, id.0, after, rows)).await?;
    let page = page.cut(lines, |line| (line.version, id.0), |line| EntryBody::of(line, caller));
    let items = page.items.into_iter().collect::<Result<_, _>>()?;
    Ok(Json(Page { items, next_cursor: page.next_cursor }))
}

/// A verdict on which the edition on trial disagrees with the one in force.
#[derive(Serialize, ToSchema)]
#[schema(as = ModerationFlip)]
pub(crate) struct FlipBody {
    /// The listing.
    #[schema(value_type = String, example = "lst_01h455vb4pex5vsknk084sn02q")]
    listing: ListingId,
    /// The revision that was submitted.
    #[schema(value_type = String, example = "rev_01h455vb4pex5vsknk084sn02q")]
    revision: RevisionId,
    /// When.
    at: DateTime<Utc>,
    /// The edition in force then.
    edition: String,
    /// The edition on trial.
    shadow: String,
    /// By the edition in force: `pass`, `review` or `reject`.
    from: String,
    /// By the edition on trial.
    to: String,
}

/// Submissions that the next edition, published and not in force yet, judges otherwise; newest first.
#[utoipa::path(
    params(PageQuery),
    responses((status = 200, description = "A page of flipped verdicts.", body = Page<FlipBody>))
)]
#[get("/v1/moderation-flips")]
pub(crate) async fn moderation_flips(
    caller: Caller,
    page: PageQuery,
    door: Data<Door<ListingHost>>,
) -> Result<Json<Page<FlipBody>>, Refused> {
    caller.must_be(&[Role::Moderator, Role::Operator])?;
    let (after, rows): (After, i64) = (page.after()?, page.rows());
    let lines = query(door.readers(), move |conn| queries::flips(conn, after, rows)).await?;
    Ok(Json(page.cut(
        lines,
        |line| (line.at, line.revision),
        |line| FlipBody {
            listing: ListingId(line.listing),
            revision: RevisionId(line.revision),
            at: line.at,
            edition: line.edition,
            shadow: line.shadow,
            from: line.verdict,
            to: line.shadow_verdict,
        },
    )))
}
