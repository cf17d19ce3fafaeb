//! The case file: its entries, its check, its bundle; who must prove what; the files that belong to it.
use crate::bearing;
use crate::host::CaseHost;
use crate::queries::papers::{self, RecordLine};
use actix_web::http::header;
use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, get};
use disputes_domain::adjudication::Question;
use disputes_domain::casefile::{self, Broken, Bundle, BundledEntry, BundledFile, Digest};
use disputes_domain::state::File;
use disputes_domain::{Cases, ProofLine, Side, proof};
use engine::{Fault, Reply, Seen};
use files::{Files, FilesError};
use futures_util::StreamExt;
use kernel::{CaseId, FileId, FileRef, Party};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Filter, Id, Look, Nothing, Page, PageQuery, Refused};

/// The most bytes of files that a bundle carries itself; the rest is downloaded one by one.
const IN_BUNDLE: u64 = 16 * 1024 * 1024;

/// An entry of the case file with what was filed.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeFileEntry)]
pub(crate) struct FileEntryBody {
    /// The entry: number, when, by whom, kind, subject, and the hashes that chain it to the one before.
    #[schema(value_type = Object)]
    entry: casefile::Entry,
    /// What was filed; its canonical JSON has the hash `entry.content`. `null`: withheld from the parties, as findings
    /// are until the decision.
    #[schema(value_type = Object)]
    content: Value,
}

/// Whether the case file is whole.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeFileCheck)]
pub(crate) struct FileCheck {
    /// All entries hold and follow each other, the last is the one that the case names, and the stored files are those
    /// that were filed.
    sound: bool,
    /// How many entries there are.
    entries: usize,
    /// How many files of the case were read and compared.
    files: usize,
    /// The hash of the last one, as the case names it.
    #[schema(value_type = String)]
    head: Digest,
    /// The first thing that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    broken: Option<String>,
}

/// Who must prove what.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeProof)]
pub(crate) struct ProofBody {
    /// For each thing to be proven: who bears it, by when, what is in, what follows if it stays unproven.
    items: Vec<BurdenBody>,
}

/// One thing to be proven.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeBurden)]
pub(crate) struct BurdenBody {
    #[serde(flatten)]
    #[schema(value_type = Object)]
    line: ProofLine,
    /// The platform's own records in the file that speak to it: valid vouchers (D1.2) beside the parties' `items`.
    records: Vec<RecordBody>,
}

/// A record of the platform that speaks to a fact.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = DisputeRecord)]
pub(crate) struct RecordBody {
    /// Its number in the case file.
    entry: i32,
    /// The event of the order: `delivered`, `overdue`.
    event: String,
    /// What it says, in a line.
    title: String,
}

/// The case file, from the first entry on.
#[utoipa::path(tag = "disputes",
    params(PageQuery),
    responses((status = 200, description = "A page of the file.", body = Page<FileEntryBody>))
)]
#[get("/v1/disputes/{case}/file")]
pub(crate) async fn case_file(
    look: Look<CaseHost>,
    Id(id): Id<CaseId>,
    _: Filter<Nothing>,
    page: PageQuery,
) -> Result<Json<Page<FileEntryBody>>, Refused> {
    let viewer = look.door().relation(id.0, look.actor()).await?;
    let after: Option<(i32, Uuid)> = page.after()?;
    let after = after.map_or(0, |(number, _)| number);
    let rows = papers::file(look.door().readers(), id.0, viewer, after, page.rows()).await?;
    let page = page.cut(rows, |row| (row.number, id.0), |row| row.bundled());
    let items = page.items.into_iter().collect::<Result<Vec<_>, _>>()?;
    let items = items.into_iter().map(|BundledEntry { entry, content }| FileEntryBody { entry, content }).collect();
    Ok(Json(Page { items, next_cursor: page.next_cursor }))
}

/// Checks the whole file: every entry, every content, the chain, the last entry that the case names, and the bytes of
/// every file that is stored with the case.
#[utoipa::path(tag = "disputes", responses((status = 200, description = "Whether it holds.", body = FileCheck)))]
#[get("/v1/disputes/{case}/file/verify")]
pub(crate) async fn verify_file(
    look: Look<CaseHost>,
    Id(id): Id<CaseId>,
    shelf: Data<Files>,
) -> Result<Json<FileCheck>, Refused> {
    let (_, File { head, .. }) = file_of(&look, id).await?;
    // What is withheld from the caller is checked all the same: nothing of it is told.
    let entries = entries(&look, id, Party::System).await?;
    let content = entries.iter().find(|one| Digest::of_json(&one.content) != one.entry.content);
    let broken = match (casefile::check(id, entries.iter().map(|one| &one.entry)), content) {
        (Err(broken), _) => Some(broken),
        (Ok(_), Some(one)) => {
            let why = "is not what was filed".into();
            Some(Broken::Entry { entry: one.entry.number, field: "content", why })
        }
        (Ok(found), None) if found != head => Some(Broken::Head { named: head, found }),
        (Ok(_), None) => None,
    };
    let (mut files, mut altered) = (0, None);
    for file in filed(&entries) {
        match is_unaltered(&shelf, id, &file).await? {
            Some(true) => files += 1,
            Some(false) => altered = altered.or(Some(format!("file {}: is not what was filed", file.sha256))),
            // Of another aggregate, as the files of a delivery are the order's.
            None => {}
        }
    }
    let broken = broken.map(|broken| broken.to_string()).or(altered);
    Ok(Json(FileCheck { sound: broken.is_none(), entries: entries.len(), files, head, broken }))
}

/// The file as one document, which `guildhall verify FILE` checks without a server.
#[utoipa::path(tag = "disputes",
    responses((status = 200, description = "The bundle: canonical JSON with entries, contents and files.", body = Object))
)]
#[get("/v1/disputes/{case}/file/bundle")]
pub(crate) async fn bundle(
    look: Look<CaseHost>,
    Id(id): Id<CaseId>,
    shelf: Data<Files>,
) -> Result<HttpResponse, Refused> {
    let viewer = look.door().relation(id.0, look.actor()).await?;
    let entries = entries(&look, id, viewer).await?;
    let (mut files, mut room) = (vec![], IN_BUNDLE);
    for file in filed(&entries) {
        let Ok(sha256) = file.sha256.parse() else { continue };
        let data = if file.size <= room { contents(&shelf, id, file.id).await? } else { None };
        let bundled = match data {
            Some(bytes) => {
                room = room.saturating_sub(file.size);
                BundledFile::with(&bytes)
            }
            None => BundledFile { sha256, data: None },
        };
        files.push(bundled);
    }
    let attachment = format!("attachment; filename=\"{id}.json\"");
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .insert_header((header::CONTENT_DISPOSITION, attachment))
        .body(Bundle::new(id, entries, files).text()))
}

/// Who must prove what, by when, and what follows if it stays unproven (D1.4.3, D1.4.4, X11).
#[utoipa::path(tag = "disputes", responses((status = 200, description = "The burden of proof.", body = ProofBody)))]
#[get("/v1/disputes/{case}/proof")]
pub(crate) async fn burden_of_proof(look: Look<CaseHost>, Id(id): Id<CaseId>) -> Result<Json<ProofBody>, Refused> {
    let reply = look.door().look(id.0, look.actor(), burdens).await?;
    let lines: Option<Vec<ProofLine>> = engine::look::stored(&reply.body)?;
    let lines = lines.ok_or(Fault::Unknown)?;
    let filed = papers::records(look.door().readers(), id.0).await?;
    let records = |about: Question| {
        let events = if let Question::Fact(fact) = about { bearing::events(fact) } else { &[] };
        let speaking = filed.iter().filter(|record| events.contains(&record.event.as_str()));
        let body = |record: &RecordLine| RecordBody {
            entry: record.number,
            event: record.event.clone(),
            title: record.title.clone(),
        };
        speaking.map(body).collect()
    };
    Ok(Json(ProofBody {
        items: lines.into_iter().map(|line| BurdenBody { records: records(line.about), line }).collect(),
    }))
}

fn burdens(seen: &Seen<'_, Cases>) -> Reply {
    let lines = seen.state.opened().map(|case| {
        let mut lines = proof(case, &seen.ctx.rules.standards);
        if !case.tells_findings() && must_be_staff(seen.ctx.party).is_err() {
            lines.iter_mut().for_each(ProofLine::withhold);
        }
        lines
    });
    Reply::json(200, seen.version, &lines)
}

/// Downloads a file of the case: what is in the case file, and what the own side has uploaded.
#[utoipa::path(tag = "disputes", responses((status = 200, description = "The bytes, as an attachment.")))]
#[get("/v1/disputes/{case}/files/{file}")]
pub(crate) async fn download(
    look: Look<CaseHost>,
    Id((id, file)): Id<(CaseId, FileId)>,
    shelf: Data<Files>,
) -> Result<HttpResponse, Refused> {
    let viewer = look.door().relation(id.0, look.actor()).await?;
    let known = papers::shown(look.door().readers(), id.0, file).await?;
    let is_own = |side: Side| {
        known.sides.iter().any(|one| *one == side.to_string()) || known.uploaded_by.as_ref() == Some(&look.actor().sub)
    };
    if !(known.is_filed || Side::of(viewer).is_some_and(is_own)) {
        return Err(Refused::from(FilesError::NotFound.problem()));
    }
    web::uploads::send(&shelf, id.0, file).await
}

/// What the caller is to the case, and what the case knows of its file: for what stands in the views besides.
pub(super) async fn file_of(look: &Look<CaseHost>, case: CaseId) -> Result<(Party, File), Fault> {
    fn file(seen: &Seen<'_, Cases>) -> Reply {
        Reply::json(200, seen.version, &seen.state.opened().map(|case| (seen.ctx.party, &case.file)))
    }
    let reply = look.door().look(case.0, look.actor(), file).await?;
    let found: Option<_> = engine::look::stored(&reply.body)?;
    found.ok_or(Fault::Unknown)
}

/// All entries, as `viewer` may see them.
async fn entries(look: &Look<CaseHost>, case: CaseId, viewer: Party) -> Result<Vec<BundledEntry>, Fault> {
    let rows = papers::file(look.door().readers(), case.0, viewer, 0, i64::from(i32::MAX)).await?;
    rows.iter().map(papers::FileLine::bundled).collect()
}

/// The files that filed items and reports refer to, each once by its contents.
fn filed(entries: &[BundledEntry]) -> Vec<FileRef> {
    let refs =
        entries.iter().filter_map(|one| serde_json::from_value::<Vec<FileRef>>(one.content.get("files")?.clone()).ok());
    let by_hash: BTreeMap<_, _> = refs.flatten().map(|file| (file.sha256.clone(), file)).collect();
    by_hash.into_values().collect()
}

/// The contents of a file; `None` if they cannot be had now, which the bundle then says.
async fn contents(shelf: &Files, case: CaseId, file: FileId) -> Result<Option<Vec<u8>>, Refused> {
    let Ok((_, mut stream)) = shelf.open(case.0, file).await else { return Ok(None) };
    let mut bytes = vec![];
    while let Some(chunk) = stream.next().await {
        let Ok(chunk) = chunk else { return Ok(None) };
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes))
}

/// Whether the stored bytes have the hash under which they were filed; `None` for a file that is not the case's own.
async fn is_unaltered(shelf: &Files, case: CaseId, file: &FileRef) -> Result<Option<bool>, Refused> {
    let mut stream = match shelf.open(case.0, file.id).await {
        Ok((_, stream)) => stream,
        Err(FilesError::NotFound) => return Ok(None),
        Err(error) => return Err(Refused::from(error.problem())),
    };
    let mut hash = Sha256::new();
    while let Some(chunk) = stream.next().await {
        let Ok(chunk) = chunk else { return Ok(Some(false)) };
        hash.update(&chunk);
    }
    Ok(Some(hex::encode(hash.finalize()) == file.sha256))
}

/// Whether this party reads what only staff read.
pub(super) fn must_be_staff(viewer: Party) -> Result<(), Refused> {
    if Side::of(viewer).is_none() {
        return Ok(());
    }
    Err(Refused::new(403, "role_required", "this is for arbitrator, operator only"))
}
