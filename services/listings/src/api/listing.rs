//! How a listing is answered: to its provider without the names of staff, to staff with them.
use super::content::TermsBody;
use super::screening::ScreeningBody;
use chrono::{DateTime, Utc};
use engine::{Reply, Seen};
use kernel::{Category, EditionId, ListingId, Machine, Party, ProviderId, RevisionId, RuleId};
use listings_domain::{Event, Hold, Lack, Listings, Measure, Record, Working};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::Refused;
use web::body::{ActionBody, DeadlineBody, actions, deadlines};

/// A listing.
#[derive(Serialize, ToSchema)]
#[schema(as = Listing)]
pub(crate) struct ListingBody {
    /// Its id.
    #[schema(value_type = String, example = "lst_01h455vb4pex5vsknk084sn02q")]
    id: ListingId,
    /// Who sells.
    #[schema(value_type = String, example = "prv_01h455vb4pex5vsknk084sn02q")]
    provider: ProviderId,
    /// `software`, `operation`, `training`, `design` or `video`.
    #[schema(value_type = String, example = "software")]
    category: Category,
    /// Whole-store hosting.
    agent_operation: bool,
    /// `draft`, `pending_review`, `changes_requested`, `published`, `blocked`, `removed`, `withdrawn` or `rejected`.
    status: &'static str,
    /// Whether it can be ordered now.
    on_sale: bool,
    /// Taken off sale by the provider.
    withdrawn: bool,
    /// How many revisions there have been.
    revisions: u32,
    /// The revision that is not on sale yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    working: Option<WorkingBody>,
    /// The revision that passed last; on sale unless something hides it.
    #[serde(skip_serializing_if = "Option::is_none")]
    approved: Option<ApprovedBody>,
    /// What the platform hides it by.
    measures: Vec<MeasureBody>,
    /// What the provider lacks to sell it.
    lacks: Vec<LackBody>,
    /// What was found, when this very request had it screened.
    #[serde(skip_serializing_if = "Option::is_none")]
    screening: Option<ScreeningBody>,
    /// The edition it is judged by now.
    #[schema(value_type = String, example = "2026-11")]
    edition: EditionId,
    /// Its running deadlines.
    deadlines: Vec<DeadlineBody>,
    /// What the caller may do.
    actions: Vec<ActionBody>,
}

/// The revision that is not on sale yet.
#[derive(Serialize, ToSchema)]
#[schema(as = ListingWorking)]
struct WorkingBody {
    /// Which.
    #[schema(value_type = String, example = "rev_01h455vb4pex5vsknk084sn02q")]
    revision: RevisionId,
    /// Counts the listing's revisions from 1.
    number: u32,
    /// `draft`, `queued`, `changes_requested` or `rejected`.
    step: &'static str,
    /// SHA-256 of the canonical content.
    content_hash: String,
    /// Until when a mended revision is submitted (W32).
    #[serde(skip_serializing_if = "Option::is_none")]
    mend_by_at: Option<DateTime<Utc>>,
    /// Until when a moderator decides (W32).
    #[serde(skip_serializing_if = "Option::is_none")]
    decide_by_at: Option<DateTime<Utc>>,
    /// Until when a moderator holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    claimed_until_at: Option<DateTime<Utc>>,
    /// Which moderator; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    claimed_by: Option<String>,
}

/// The revision that passed last.
#[derive(Serialize, ToSchema)]
#[schema(as = ListingApproved)]
struct ApprovedBody {
    /// Its terms.
    terms: TermsBody,
    /// The edition it passed under.
    #[schema(value_type = String, example = "2026-11")]
    edition: EditionId,
}

/// A measure that hides the listing.
#[derive(Serialize, ToSchema)]
#[schema(as = ListingMeasure)]
struct MeasureBody {
    /// Which: what `unblock` names.
    id: Uuid,
    /// `block` or `removal`.
    kind: &'static str,
    /// The governing rule.
    #[schema(value_type = String, example = "M5.13")]
    rule: RuleId,
    /// Until when; until it is lifted when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    until_at: Option<DateTime<Utc>>,
    /// A corrected revision has still to pass.
    correction: bool,
    /// Its time has passed.
    served: bool,
}

/// What the provider lacks.
#[derive(Serialize, ToSchema)]
#[schema(as = ListingLack)]
struct LackBody {
    /// `qualification`, `deposit` or `membership`.
    lack: String,
    /// The rule that asks for it.
    #[schema(value_type = String, example = "M3.1")]
    rule: RuleId,
}

/// The listing, as an answer.
pub(crate) fn shown(seen: &Seen<'_, Listings>) -> Reply {
    with_status(200, seen)
}

/// The listing that was opened.
pub(crate) fn created(seen: &Seen<'_, Listings>) -> Reply {
    with_status(201, seen).at(format!("/v1/listings/{}", ListingId(seen.id)))
}

/// The listing with its new revision; what was already so is no new one.
pub(crate) fn revised(seen: &Seen<'_, Listings>) -> Reply {
    let drafted = seen
        .events
        .iter()
        .find_map(|event| if let Event::Drafted { revision, .. } = event { Some(*revision) } else { None });
    match drafted {
        None => shown(seen),
        Some(revision) => {
            with_status(201, seen).at(format!("/v1/listings/{}/revisions/{revision}", ListingId(seen.id)))
        }
    }
}

fn with_status(status: u16, seen: &Seen<'_, Listings>) -> Reply {
    match seen.state.record() {
        Some(record) => Reply::json(status, seen.version, &body(seen, record)),
        // Nobody can be shown what is not there: relation and guards come first.
        None => Reply::problem(Refused::not_found().problem()),
    }
}

fn body(seen: &Seen<'_, Listings>, record: &Record) -> ListingBody {
    let is_staff = seen.ctx.party != Party::Provider;
    ListingBody {
        id: ListingId(seen.id),
        provider: record.provider,
        category: record.category,
        agent_operation: record.agent_operation,
        status: Listings::status(seen.state),
        on_sale: record.on_sale().is_some(),
        withdrawn: record.withdrawn,
        revisions: record.revisions,
        working: working(&record.working, is_staff),
        approved: record
            .approved
            .clone()
            .map(|approved| ApprovedBody { terms: approved.terms.into(), edition: approved.edition }),
        measures: record.measures.iter().map(measure).collect(),
        lacks: record.lacks.iter().copied().map(lack).collect(),
        screening: seen.events.iter().find_map(|event| screening(event, seen.ctx.party)),
        edition: seen.ctx.edition.clone(),
        deadlines: deadlines::<Listings>(seen.state),
        actions: actions(seen),
    }
}

fn working(working: &Working, is_staff: bool) -> Option<WorkingBody> {
    let revision = working.revision()?;
    let (step, mend_by_at, queued) = match working {
        Working::Nothing => return None,
        Working::Draft { mend_by, .. } => ("draft", *mend_by, None),
        Working::Queued(queued) => ("queued", None, Some(queued)),
        Working::ChangesRequested { mend_by, .. } => ("changes_requested", Some(*mend_by), None),
        Working::Rejected { .. } => ("rejected", None, None),
    };
    let claim = queued.and_then(|queued| queued.claim.as_ref());
    Some(WorkingBody {
        revision: revision.id,
        number: revision.number,
        step,
        content_hash: revision.content_hash.clone(),
        mend_by_at,
        decide_by_at: queued.map(|queued| queued.decide_by),
        claimed_until_at: claim.map(|claim| claim.until),
        claimed_by: claim.filter(|_| is_staff).map(|claim| claim.by.clone()),
    })
}

fn measure(measure: &Measure) -> MeasureBody {
    let (kind, until_at, correction, served) = match measure.hold {
        Hold::Block { until } => ("block", until, false, false),
        Hold::Removal { until, served, correction } => ("removal", until, correction, served),
    };
    MeasureBody { id: measure.id, kind, rule: measure.rule.clone(), until_at, correction, served }
}

fn lack(lack: Lack) -> LackBody {
    LackBody { lack: lack.to_string(), rule: lack.rule() }
}

fn screening(event: &Event, party: Party) -> Option<ScreeningBody> {
    let Event::Screened { screening, .. } = event else { return None };
    Some(ScreeningBody::of((**screening).clone(), party))
}
