//! Evidence: what a side drafts, seals and disputes, what the arbitrator asks for and makes of it (D1.4, W14).
use super::case::{CaseBody, case};
use super::file::file_of;
use super::negotiation::Reason;
use crate::host::CaseHost;
use crate::queries::papers::{self, ExhibitLine, RequestLine};
use actix_web::web::Json;
use actix_web::{get, post};
use chrono::{DateTime, Utc};
use disputes_domain::adjudication::Fact;
use disputes_domain::state::File;
use disputes_domain::{Cases, Command, Event, Exhibit, ItemRuling, Origin, Refusal, Side};
use engine::{Fault, Reply, Seen};
use kernel::{CaseId, ClaimKind, FileId, FileRef, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Answer, Call, Id, Look, Refused, Strict};

/// An item of evidence.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeExhibitDraft)]
pub(crate) struct ExhibitDraft {
    /// What it is, in a few words; at most 500 characters.
    title: String,
    /// Where it comes from: `service_description`, `platform_chat`, `order_record`, `delivery`, `agreement`, `screenshot`,
    /// `photo`, `other_chat`, `text_message` or `other`. It is a valid voucher where each of its files was
    /// delivered, agreed on or offered on the platform itself, else a reference voucher until the arbitrator rules on it (D1.2).
    #[schema(value_type = String, example = "screenshot")]
    origin: Origin,
    /// What it is to prove: one to four facts.
    #[schema(value_type = Vec<String>)]
    proves: Vec<Fact>,
    /// What it says; may be left out where there is a file. At most 2,000 characters.
    #[serde(default)]
    text: String,
    /// Files uploaded to this dispute; at most five.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    files: Vec<FileId>,
}

/// What else is claimed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeFurtherClaim)]
pub(crate) struct FurtherClaim {
    /// What is claimed to be wrong.
    #[schema(value_type = String, example = "quality")]
    claim: ClaimKind,
    /// In the merchant's words; at most 2,000 characters.
    statement: String,
}

/// Why so late; needed once the window has passed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeSeal)]
pub(crate) struct Seal {
    /// At most 2,000 characters.
    #[serde(default)]
    reason: String,
}

/// What the arbitrator makes of an item.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeEvidenceRuling)]
pub(crate) struct EvidenceRuling {
    /// `admit` (a late item), `exclude`, `valid` or `reference`.
    #[schema(value_type = String, example = "admit")]
    ruling: ItemRuling,
    /// Why; on record.
    reason: String,
}

/// What a side is asked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeEvidenceRequestDraft)]
pub(crate) struct RequestDraft {
    /// `provider` or `merchant`.
    #[schema(value_type = String, example = "provider")]
    of: Side,
    /// What the papers must contain (D1.4.5); at most 2,000 characters.
    asks: String,
    /// What they are to prove; at most four facts.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    facts: Vec<Fact>,
}

/// An item of evidence, as the caller may see it.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeExhibit)]
pub(crate) struct ExhibitBody {
    /// Its id.
    id: Uuid,
    /// Whose it is.
    by: String,
    /// `draft` or `sealed` (seen by its own side only), or `filed`.
    status: String,
    /// Its number in the case file.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<i32>,
    /// `submitted`, `late`, `admitted` or `excluded`, once it is filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<&'static str>,
    /// `valid` or `reference` (D1.2).
    voucher: &'static str,
    /// The other side disputes it.
    contested: bool,
    /// What it is: title, origin, what it is to prove, text, files.
    content: ExhibitContent,
    /// The SHA-256 of its canonical JSON.
    hash: String,
    /// When it was drafted.
    drafted_at: DateTime<Utc>,
}

/// The item itself.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeExhibitContent)]
pub(crate) struct ExhibitContent {
    /// What it is.
    title: String,
    /// Where it comes from.
    #[schema(value_type = String)]
    origin: Origin,
    /// What it is to prove.
    #[schema(value_type = Vec<String>)]
    proves: Vec<Fact>,
    /// What it says.
    text: String,
    /// Its files.
    #[schema(value_type = Vec<Object>)]
    files: Vec<FileRef>,
}

/// All items that the caller may see.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeEvidence)]
pub(crate) struct EvidenceBody {
    /// The filed ones by their number, then the caller's own drafts.
    items: Vec<ExhibitBody>,
}

/// A request for evidence.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeEvidenceRequest)]
pub(crate) struct RequestBody {
    /// Its id.
    id: Uuid,
    /// Which side is asked.
    of: String,
    /// What the papers must contain.
    asks: String,
    /// What they are to prove.
    facts: Vec<String>,
    /// Until when, as it was asked; the side's running deadline is in the case.
    due_at: DateTime<Utc>,
    /// When it was asked.
    asked_at: DateTime<Utc>,
}

/// All requests of a case.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeEvidenceRequests)]
pub(crate) struct RequestsBody {
    /// The first first.
    items: Vec<RequestBody>,
}

/// Claims something more.
#[utoipa::path(tag = "disputes", request_body = FurtherClaim, responses((status = 200, description = "The case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/claims")]
pub(crate) async fn add_claim(call: Call<CaseHost>, Id(id): Id<CaseId>, Strict(body): Strict<FurtherClaim>) -> Answer {
    call.to(id.0).send(Command::AddClaim { claim: body.claim, statement: body.statement }, case).await
}

/// Drafts an item, for the own side alone.
#[utoipa::path(tag = "disputes",
    request_body = ExhibitDraft,
    responses((status = 201, description = "The case; Location is the item.", body = CaseBody))
)]
#[post("/v1/disputes/{case}/evidence")]
pub(crate) async fn draft_evidence(
    call: Call<CaseHost>,
    Id(id): Id<CaseId>,
    Strict(body): Strict<ExhibitDraft>,
) -> Answer {
    let exhibit = body.exhibit(call.new_id());
    call.to(id.0).send(Command::DraftEvidence(Box::new(exhibit)), drafted).await
}

impl ExhibitDraft {
    /// The item, under this id.
    pub(crate) fn exhibit(self, id: Uuid) -> Exhibit<FileId> {
        let Self { title, origin, proves, text, files } = self;
        Exhibit { id, title, origin, proves, text, files }
    }
}

fn drafted(seen: &Seen<'_, Cases>) -> Reply {
    let made = seen
        .events
        .iter()
        .rev()
        .find_map(|event| if let Event::EvidenceDrafted { exhibit, .. } = event { Some(exhibit.id) } else { None });
    match (made, seen.state.opened()) {
        (Some(item), Some(opened)) => {
            let location = format!("/v1/disputes/{}/evidence/{item}", CaseId(seen.id));
            Reply::json(201, seen.version, &CaseBody::of(seen, opened)).at(location)
        }
        (None, Some(_)) => case(seen),
        (_, None) => Reply::problem(&Problem::of(&Refusal::CaseNotFound)),
    }
}

/// Takes a draft away.
#[utoipa::path(tag = "disputes", responses((status = 200, description = "The case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/evidence/{item}/discard")]
pub(crate) async fn discard_evidence(
    call: Call<CaseHost>,
    Id((id, item)): Id<(CaseId, Uuid)>,
    _: Strict<web::Nothing>,
) -> Answer {
    call.to(id.0).send(Command::DiscardEvidence { item }, case).await
}

/// Seals the side's set. It is seen once the sets are exchanged; past its window it is handed in late.
#[utoipa::path(tag = "disputes", request_body = Seal, responses((status = 200, description = "The case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/evidence/seal")]
pub(crate) async fn seal_evidence(call: Call<CaseHost>, Id(id): Id<CaseId>, Strict(body): Strict<Seal>) -> Answer {
    call.to(id.0).send(Command::SealEvidence { reason: body.reason }, case).await
}

/// Disputes an item of the other side, by its number in the file.
#[utoipa::path(tag = "disputes", request_body = Reason, responses((status = 200, description = "The case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/evidence/{entry}/contest")]
pub(crate) async fn contest_evidence(
    call: Call<CaseHost>,
    Id((id, item)): Id<(CaseId, u32)>,
    Strict(body): Strict<Reason>,
) -> Answer {
    call.to(id.0).send(Command::ContestEvidence { item, reason: body.reason }, case).await
}

/// Admits, excludes or reclassifies an item, with a reason on record.
#[utoipa::path(tag = "disputes", request_body = EvidenceRuling, responses((status = 200, description = "The case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/evidence/{entry}/ruling")]
pub(crate) async fn rule_on_evidence(
    call: Call<CaseHost>,
    Id((id, item)): Id<(CaseId, u32)>,
    Strict(body): Strict<EvidenceRuling>,
) -> Answer {
    let command = Command::RuleOnEvidence { item, ruling: body.ruling, reason: body.reason };
    call.to(id.0).send(command, case).await
}

/// Asks a side for evidence.
#[utoipa::path(tag = "disputes", request_body = RequestDraft, responses((status = 200, description = "The case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/evidence-requests")]
pub(crate) async fn request_evidence(
    call: Call<CaseHost>,
    Id(id): Id<CaseId>,
    Strict(body): Strict<RequestDraft>,
) -> Answer {
    let RequestDraft { of, asks, facts } = body;
    let command = Command::RequestEvidence { request: call.new_id(), of, asks, facts };
    call.to(id.0).send(command, case).await
}

/// The evidence: what was exchanged or came late, and the caller's own drafts.
#[utoipa::path(tag = "disputes", responses((status = 200, description = "The items.", body = EvidenceBody)))]
#[get("/v1/disputes/{case}/evidence")]
pub(crate) async fn evidence(look: Look<CaseHost>, Id(id): Id<CaseId>) -> Result<Json<EvidenceBody>, Refused> {
    let (viewer, file) = file_of(&look, id).await?;
    let rows = papers::exhibits(look.door().readers(), id.0, Side::of(viewer)).await?;
    let items = rows.into_iter().map(|row| item_body(row, &file)).collect::<Result<_, _>>()?;
    Ok(Json(EvidenceBody { items }))
}

/// One item.
#[utoipa::path(tag = "disputes", responses((status = 200, description = "The item.", body = ExhibitBody)))]
#[get("/v1/disputes/{case}/evidence/{item}")]
pub(crate) async fn evidence_item(
    look: Look<CaseHost>,
    Id((id, item)): Id<(CaseId, Uuid)>,
) -> Result<Json<ExhibitBody>, Refused> {
    let (viewer, file) = file_of(&look, id).await?;
    let row = papers::exhibit(look.door().readers(), id.0, item, Side::of(viewer)).await?;
    Ok(Json(item_body(row, &file)?))
}

/// What was asked for.
#[utoipa::path(tag = "disputes", responses((status = 200, description = "The requests.", body = RequestsBody)))]
#[get("/v1/disputes/{case}/evidence-requests")]
pub(crate) async fn evidence_requests(look: Look<CaseHost>, Id(id): Id<CaseId>) -> Result<Json<RequestsBody>, Refused> {
    look.door().relation(id.0, look.actor()).await?;
    let rows = papers::requests(look.door().readers(), id.0).await?;
    Ok(Json(RequestsBody { items: rows.into_iter().map(request_body).collect() }))
}

fn item_body(row: ExhibitLine, file: &File) -> Result<ExhibitBody, Fault> {
    let content: Exhibit = serde_json::from_value(row.content()?).map_err(|_| Fault::Broken)?;
    let known = row.entry.and_then(|entry| file.items.get(&u32::try_from(entry).ok()?));
    Ok(ExhibitBody {
        id: row.id,
        by: row.side,
        status: row.status,
        entry: row.entry,
        standing: known.map(|item| item.standing.into()),
        voucher: known.map_or_else(|| file.worth(&content.marks()), |item| item.voucher).into(),
        contested: known.is_some_and(|item| item.contested),
        content: ExhibitContent {
            title: content.title,
            origin: content.origin,
            proves: content.proves,
            text: content.text,
            files: content.files,
        },
        hash: row.hash,
        drafted_at: row.drafted_at,
    })
}

fn request_body(row: RequestLine) -> RequestBody {
    RequestBody { id: row.id, of: row.side, asks: row.asks, facts: row.facts, due_at: row.due_at, asked_at: row.at }
}
