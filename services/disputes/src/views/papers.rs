//! The case file and what leads to it: entries (`case_file`), the sides' items (`exhibits`), what was asked for
//! (`evidence_requests`); and the files that events refer to, which are kept for good.
use diesel::prelude::*;
use disputes_domain::adjudication::Fact;
use disputes_domain::casefile::{Digest, Entry as FileEntry, EntryKind, Filed};
use disputes_domain::{Appeal, Cases, Event, Exhibit, Ground, Side};
use engine::{Change, Entry, write_rows};
use kernel::{FileId, FileRef, Time};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// Brings the views up to the changes.
pub(super) fn project(tx: &mut PgConnection, changes: &[Change<Cases>]) -> QueryResult<()> {
    let mut rows = Rows::default();
    for change in changes {
        for entry in &change.entries {
            rows.add(entry);
        }
    }
    write_rows(tx, EXHIBITS, &rows.exhibits)?;
    write_rows(tx, STATUS, &rows.status)?;
    write_rows(tx, FILE, &rows.file)?;
    write_rows(tx, REQUESTS, &rows.requests)?;
    if rows.files.is_empty() { Ok(()) } else { files::mark_referenced(tx, &rows.files) }
}

const EXHIBITS: &str = "INSERT INTO exhibits (case_id, id, side, status, entry, content, hash, drafted_at) \
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t \
    (case_id uuid, id uuid, side text, status text, entry integer, content jsonb, hash text, drafted_at timestamptz)";

const STATUS: &str = "UPDATE exhibits e SET status = t.status, entry = t.entry \
    FROM jsonb_to_recordset($1::jsonb) AS t (case_id uuid, id uuid, status text, entry integer) \
    WHERE e.case_id = t.case_id AND e.id = t.id";

/// An item's content stands where it was drafted.
const FILE: &str = "INSERT INTO case_file (case_id, number, kind, subject, entry, content, hash, previous) \
    SELECT t.case_id, t.number, t.kind, t.subject, t.entry, COALESCE(t.content, e.content), t.hash, t.previous \
    FROM jsonb_to_recordset($1::jsonb) AS t \
    (case_id uuid, number integer, kind text, subject uuid, entry jsonb, content jsonb, hash text, previous text) \
    LEFT JOIN exhibits e ON e.case_id = t.case_id AND e.id = t.subject AND t.content IS NULL ORDER BY t.case_id, t.number";

const REQUESTS: &str = "INSERT INTO evidence_requests (id, case_id, side, asks, facts, due_at, at) \
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t \
    (id uuid, case_id uuid, side text, asks text, facts text[], due_at timestamptz, at timestamptz)";

#[derive(Default)]
struct Rows<'a> {
    exhibits: Vec<ExhibitRow<'a>>,
    status: Vec<StatusRow>,
    file: Vec<FileRow>,
    requests: Vec<RequestRow<'a>>,
    files: Vec<FileId>,
}

#[derive(Serialize)]
struct ExhibitRow<'a> {
    case_id: Uuid,
    id: Uuid,
    side: Side,
    status: &'static str,
    entry: Option<u32>,
    content: &'a Exhibit,
    hash: Digest,
    drafted_at: Time,
}

#[derive(Serialize)]
struct StatusRow {
    case_id: Uuid,
    id: Uuid,
    status: &'static str,
    entry: Option<u32>,
}

#[derive(Serialize)]
struct FileRow {
    case_id: Uuid,
    number: u32,
    kind: EntryKind,
    subject: Option<Uuid>,
    hash: Digest,
    previous: Digest,
    entry: FileEntry,
    content: Option<Value>,
}

#[derive(Serialize)]
struct RequestRow<'a> {
    id: Uuid,
    case_id: Uuid,
    side: Side,
    asks: &'a str,
    facts: &'a [Fact],
    due_at: Time,
    at: Time,
}

impl<'a> Rows<'a> {
    fn add(&mut self, entry: &'a Entry<Cases>) {
        let case_id = entry.id;
        if let Event::EvidenceDrafted { by, exhibit, content } = &entry.event {
            self.exhibit(entry, by.side, exhibit, *content, None);
        }
        if let Event::EvidenceDiscarded { item, .. } = &entry.event {
            self.now(case_id, *item, "discarded", None);
        }
        if let Event::EvidenceSealed { items, .. } = &entry.event {
            items.iter().for_each(|item| self.now(case_id, *item, "sealed", None));
        }
        if let Event::EvidenceRequested { request, of, asks, facts, due, .. } = &entry.event {
            let (id, side, due_at, at) = (*request, *of, *due, entry.at);
            self.requests.push(RequestRow { id, case_id, side, asks, facts, due_at, at });
        }
        if let Event::Appealed(appeal) = &entry.event
            && let Appeal { by, ground: Ground::NewEvidence { exhibits, .. }, filed, .. } = appeal.as_ref()
        {
            for exhibit in exhibits {
                if let Some(Filed { entry: one, .. }) = filed.iter().find(|one| one.entry.subject == Some(exhibit.id)) {
                    self.exhibit(entry, by.side, exhibit, one.content, Some(one.number));
                }
            }
        }
        for filed in entry.event.filed() {
            let FileEntry { number, kind, subject, hash, previous, .. } = filed.entry;
            if let (EntryKind::Item, Some(item), None) = (kind, subject, &filed.content) {
                self.now(case_id, item, "filed", Some(number));
            }
            if let Some(files) = filed.content.as_ref().filter(|_| kind == EntryKind::Suspension).and_then(files_of) {
                self.refer(&files);
            }
            let (entry, content) = (filed.entry, filed.content);
            self.file.push(FileRow { case_id, number, kind, subject, hash, previous, entry, content });
        }
    }

    /// A new item: a draft, or filed at once under its number.
    fn exhibit(&mut self, entry: &Entry<Cases>, side: Side, content: &'a Exhibit, hash: Digest, number: Option<u32>) {
        self.refer(&content.files);
        self.exhibits.push(ExhibitRow {
            case_id: entry.id,
            id: content.id,
            side,
            status: if number.is_some() { "filed" } else { "draft" },
            entry: number,
            content,
            hash,
            drafted_at: entry.at,
        });
    }

    /// What becomes of an item; the last word of a batch counts.
    fn now(&mut self, case_id: Uuid, id: Uuid, status: &'static str, entry: Option<u32>) {
        self.status.retain(|row| (row.case_id, row.id) != (case_id, id));
        self.status.push(StatusRow { case_id, id, status, entry });
    }

    fn refer(&mut self, files: &[FileRef]) {
        self.files.extend(files.iter().map(|file| file.id));
    }
}

/// The files of a report on proceedings.
fn files_of(content: &Value) -> Option<Vec<FileRef>> {
    serde_json::from_value(content.get("files")?.clone()).ok()
}
