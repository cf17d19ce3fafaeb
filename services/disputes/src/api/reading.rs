//! What is read of cases: lists, one case, its timeline, its proposals.
use super::case::{CaseBody, case, is_staff};
use super::money;
use crate::host::CaseHost;
use crate::queries::{self, CaseLine, ProposalLine, Sorting, TimelineLine, Which};
use crate::timeline::Details;
use actix_web::get;
use actix_web::web::Json;
use chrono::{DateTime, Utc};
use engine::Fault;
use kernel::{CaseId, MerchantId, Money, OrderId, Party, ProviderId, Role};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Answer, Caller, Filter, Id, Look, Nothing, Page, PageQuery, Refused, Scope, Sees};

/// Which cases a list shows.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseFilter {
    /// About this order.
    #[param(value_type = Option<String>)]
    order: Option<OrderId>,
    /// In this stage.
    #[param(inline)]
    stage: Option<StageFilter>,
    /// In this status.
    #[param(inline)]
    status: Option<StatusFilter>,
    /// For staff: cases that the caller works on, or that nobody works on.
    #[param(inline)]
    assigned: Option<Assigned>,
}

/// A stage.
#[derive(Clone, Copy, Deserialize, IntoStaticStr, ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub(crate) enum StageFilter {
    /// Among the parties.
    Negotiation,
    /// Before the platform.
    Arbitration,
    /// Decided and appealed.
    Appeal,
    /// Over.
    Closed,
}

/// A status.
#[derive(Clone, Copy, Deserialize, IntoStaticStr, ToSchema)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub(crate) enum StatusFilter {
    /// The provider's move.
    WaitingForProvider,
    /// The merchant's move.
    WaitingForMerchant,
    /// Before the platform, which takes evidence.
    Evidence,
    /// Before the platform.
    UnderReview,
    /// Its handling stands still.
    Suspended,
    /// Decided; the money waits.
    Decided,
    /// Ended by agreement.
    Settled,
    /// Ended by withdrawal.
    Withdrawn,
    /// Ended by a final decision.
    Resolved,
}

/// Who works on it.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Assigned {
    /// The caller.
    Mine,
    /// Nobody: it waits for an arbitrator.
    Unassigned,
}

/// A case in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeListed)]
pub(crate) struct CaseListed {
    /// Its id.
    #[schema(value_type = String, example = "cas_01h455vb4pex5vsknk084sn02q")]
    id: CaseId,
    /// The order in dispute.
    #[schema(value_type = String, example = "ord_01h455vb4pex5vsknk084sn02q")]
    order: OrderId,
    /// Who sells.
    #[schema(value_type = String, example = "prv_01h455vb4pex5vsknk084sn02q")]
    provider: ProviderId,
    /// Who ordered.
    #[schema(value_type = String, example = "mer_01h455vb4pex5vsknk084sn02q")]
    merchant: MerchantId,
    /// The order's category.
    category: String,
    /// What is claimed to be wrong.
    claim: String,
    /// What was paid for the order.
    #[schema(schema_with = money)]
    amount: Money,
    /// What the merchant asks back.
    #[schema(schema_with = money)]
    asked: Money,
    /// The edition that the case is judged by.
    edition: String,
    /// The stage.
    stage: String,
    /// The status.
    status: String,
    /// When it was opened.
    opened_at: DateTime<Utc>,
    /// When something last happened.
    updated_at: DateTime<Utc>,
    /// What is breached next: the term of decision in arbitration, else the earliest deadline.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<DateTime<Utc>>,
    /// Whether an arbitrator works on it.
    assigned: bool,
    /// Who; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    arbitrator: Option<String>,
}

/// What happened to a case.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeEntry)]
pub(crate) struct EntryBody {
    /// The case's version right after it.
    version: i64,
    /// When.
    at: DateTime<Utc>,
    /// Who brought it about.
    party: String,
    /// The person; for the same side and for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    /// What happened.
    event: String,
    /// What it rests on.
    rules: Vec<String>,
    /// In the words of whoever acted; may be empty.
    text: String,
    /// For staff only: an arbitrator's conflict, the receiver of a case.
    #[serde(skip_serializing_if = "Option::is_none")]
    staff_note: Option<String>,
    /// What else belongs to it.
    #[serde(flatten)]
    details: Details,
}

/// A proposal.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeProposal)]
pub(crate) struct ProposalBody {
    /// Its id.
    id: Uuid,
    /// Who made it.
    by: String,
    /// What the merchant would get of the order's amount.
    #[schema(schema_with = money)]
    to_merchant: Money,
    /// Why; may be empty.
    text: String,
    /// When it was made.
    made_at: DateTime<Utc>,
    /// Until when it could be accepted.
    reply_by_at: DateTime<Utc>,
    /// `standing`, `accepted`, `declined`, `unanswered`, `replaced`, or `dropped` when the case went on without it.
    status: String,
    /// When it left the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_at: Option<DateTime<Utc>>,
    /// Why it was declined; may be empty.
    answer: String,
}

/// Cases: a party's own, newest first; to arbitrators all, earliest breach first; to operators all, newest first.
#[utoipa::path(tag = "disputes",
    params(PageQuery, CaseFilter),
    responses((status = 200, description = "A page of cases.", body = Page<CaseListed>))
)]
#[get("/v1/disputes")]
pub(crate) async fn list(
    look: Look<CaseHost>,
    scope: Scope,
    Filter(filter): Filter<CaseFilter>,
    page: PageQuery,
) -> Result<Json<Page<CaseListed>>, Refused> {
    let mut which = Which {
        order: filter.order.map(|order| order.0),
        stage: filter.stage.map(|stage| <&str>::from(stage).to_owned()),
        status: filter.status.map(|status| <&str>::from(status).to_owned()),
        ..Which::default()
    };
    let mut sorting = Sorting::Newest;
    match scope.sees() {
        Sees::Provider(id) => which.provider = Some(id.0),
        Sees::Merchant(id) => which.merchant = Some(id.0),
        Sees::Staff(roles) => {
            Caller(look.actor().clone()).must_be(&[Role::Arbitrator, Role::Operator])?;
            if roles.contains(&Role::Arbitrator) {
                sorting = Sorting::EarliestBreach;
            }
        }
    }
    let is_staff = look.actor().org.is_none();
    match filter.assigned {
        Some(_) if !is_staff => {
            return Err(Refused::new(403, "role_required", "only staff ask who works on a case").at("assigned"));
        }
        Some(Assigned::Mine) => which.arbitrator = Some(look.actor().sub.clone()),
        Some(Assigned::Unassigned) => which.unassigned = true,
        None => {}
    }
    let rows = queries::cases(look.door().readers(), which, sorting, page.after()?, page.rows()).await?;
    let page = page.cut(rows, |row| (row.sort_key, row.id), |row| listed(row, is_staff));
    Ok(Json(whole(page)?))
}

/// One case.
#[utoipa::path(tag = "disputes", responses((status = 200, description = "The case.", body = CaseBody)))]
#[get("/v1/disputes/{case}")]
pub(crate) async fn show(look: Look<CaseHost>, Id(id): Id<CaseId>) -> Answer {
    look.at(id.0, case).await
}

/// What happened to a case, oldest first.
#[utoipa::path(tag = "disputes",
    params(PageQuery),
    responses((status = 200, description = "A page of the timeline.", body = Page<EntryBody>))
)]
#[get("/v1/disputes/{case}/timeline")]
pub(crate) async fn timeline(
    look: Look<CaseHost>,
    Id(id): Id<CaseId>,
    _: Filter<Nothing>,
    page: PageQuery,
) -> Result<Json<Page<EntryBody>>, Refused> {
    let viewer = look.door().relation(id.0, look.actor()).await?;
    let after: Option<(i64, Uuid)> = page.after()?;
    let after = after.map_or(0, |(version, _)| version);
    let rows = queries::timeline(look.door().readers(), id.0, viewer, after, page.rows()).await?;
    let page = page.cut(rows, |row| (row.version, id.0), |row| entry(row, viewer));
    Ok(Json(whole(page)?))
}

/// The proposals of a case, oldest first.
#[utoipa::path(tag = "disputes",
    params(PageQuery),
    responses((status = 200, description = "A page of proposals.", body = Page<ProposalBody>))
)]
#[get("/v1/disputes/{case}/proposals")]
pub(crate) async fn proposals(
    look: Look<CaseHost>,
    Id(id): Id<CaseId>,
    _: Filter<Nothing>,
    page: PageQuery,
) -> Result<Json<Page<ProposalBody>>, Refused> {
    look.door().relation(id.0, look.actor()).await?;
    let rows = queries::proposals(look.door().readers(), id.0, page.after()?, page.rows()).await?;
    Ok(Json(whole(page.cut(rows, |row| (row.made_at, row.id), proposal_body))?))
}

/// One proposal.
#[utoipa::path(tag = "disputes", responses((status = 200, description = "The proposal.", body = ProposalBody)))]
#[get("/v1/disputes/{case}/proposals/{proposal}")]
pub(crate) async fn proposal(
    look: Look<CaseHost>,
    Id((id, wanted)): Id<(CaseId, Uuid)>,
) -> Result<Json<ProposalBody>, Refused> {
    look.door().relation(id.0, look.actor()).await?;
    let row = queries::proposal(look.door().readers(), id.0, wanted).await?;
    Ok(Json(proposal_body(row)?))
}

/// A page whose every item could be read.
fn whole<T>(page: Page<Result<T, Fault>>) -> Result<Page<T>, Fault> {
    let items = page.items.into_iter().collect::<Result<_, _>>()?;
    Ok(Page { items, next_cursor: page.next_cursor })
}

fn listed(row: CaseLine, is_staff: bool) -> Result<CaseListed, Fault> {
    Ok(CaseListed {
        amount: row.amount()?,
        asked: row.asked()?,
        id: CaseId(row.id),
        order: OrderId(row.order_id),
        provider: ProviderId(row.provider_id),
        merchant: MerchantId(row.merchant_id),
        category: row.category,
        claim: row.claim,
        edition: row.edition,
        stage: row.stage,
        status: row.status,
        opened_at: row.opened_at,
        updated_at: row.updated_at,
        due_at: row.due_at,
        assigned: row.arbitrator.is_some(),
        arbitrator: row.arbitrator.filter(|_| is_staff),
    })
}

fn entry(row: TimelineLine, viewer: Party) -> Result<EntryBody, Fault> {
    let knows_person = is_staff(viewer) || row.party == viewer.to_string();
    Ok(EntryBody {
        details: row.details()?,
        version: row.version,
        at: row.at,
        person: row.person.filter(|_| knows_person),
        party: row.party,
        event: row.event,
        rules: row.rules,
        text: row.text,
        staff_note: Some(row.staff_note).filter(|note| is_staff(viewer) && !note.is_empty()),
    })
}

fn proposal_body(row: ProposalLine) -> Result<ProposalBody, Fault> {
    Ok(ProposalBody {
        to_merchant: row.to_merchant()?,
        id: row.id,
        by: row.side,
        text: row.text,
        made_at: row.made_at,
        reply_by_at: row.reply_by,
        status: row.status,
        answered_at: row.answered_at,
        answer: row.answer,
    })
}
