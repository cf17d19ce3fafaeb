//! The views of qualifications: lists and the queue, the documents they rest on, what happened.
use super::append;
use crate::timeline;
use chrono::NaiveDate;
use diesel::prelude::*;
use engine::{Change, Entry, write_rows};
use kernel::{Category, FileId, FileRef, Time};
use onboarding_domain::entry::Credential;
use onboarding_domain::qualification::{Event, Holding, Qualifications, Standing};
use serde::Serialize;
use uuid::Uuid;

/// The tables that [`project`] writes.
pub(crate) const TABLES: &[&str] = &["qualifications", "documents", "qualification_timeline"];

/// Brings the views up to the changes.
pub(crate) fn project(tx: &mut PgConnection, changes: &[Change<Qualifications>]) -> QueryResult<()> {
    let mut rows = Rows::default();
    for change in changes {
        let Ok(holding) = change.after.holding() else { continue };
        rows.qualifications.push(qualification(change, holding));
        for entry in &change.entries {
            rows.add(entry);
        }
    }
    write_rows(tx, QUALIFICATIONS, &rows.qualifications)?;
    write_rows(tx, DOCUMENTS, &rows.documents)?;
    // What is accepted takes the place of what was accepted before.
    write_rows(tx, REPLACED, &rows.accepted)?;
    write_rows(tx, JUDGED, &rows.accepted)?;
    write_rows(tx, JUDGED, &rows.rejected)?;
    write_rows(tx, DROPPED, &rows.dropped)?;
    if !rows.files.is_empty() {
        files::mark_referenced(tx, &rows.files)?;
    }
    append(tx, "qualification_timeline", changes, timeline::of_qualification)
}

const QUALIFICATIONS: &str = "INSERT INTO qualifications \
    (id, version, provider, category, agent_operation, application, status, granted_at, updated_at, valid_until, \
     review_due) \
    SELECT id, version, provider, category, agent_operation, application, status, at, at, valid_until, review_due \
    FROM jsonb_to_recordset($1::jsonb) AS t \
    (id uuid, version bigint, provider uuid, category text, agent_operation boolean, application uuid, status text, \
     at timestamptz, valid_until timestamptz, review_due timestamptz) \
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, status = excluded.status, \
    updated_at = excluded.updated_at, valid_until = excluded.valid_until, review_due = excluded.review_due";

const DOCUMENTS: &str = "INSERT INTO documents \
    (qualification, credential, requirement, file_id, file, issued_on, expires_on, statement, at_entry, submitted_at, \
     status, judged_at, remark) \
    SELECT qualification, credential, requirement, file_id, file, issued_on, expires_on, statement, at_entry, at, \
    CASE WHEN at_entry THEN 'accepted' ELSE 'pending' END, CASE WHEN at_entry THEN at END, '' \
    FROM jsonb_to_recordset($1::jsonb) AS t \
    (qualification uuid, credential uuid, requirement text, file_id uuid, file jsonb, issued_on date, \
     expires_on date, statement text, at_entry boolean, at timestamptz)";

const REPLACED: &str = "UPDATE documents d SET status = 'replaced' \
    FROM jsonb_to_recordset($1::jsonb) AS t (qualification uuid, requirement text) \
    WHERE d.qualification = t.qualification AND d.requirement = t.requirement AND d.status = 'accepted'";

const JUDGED: &str = "UPDATE documents d SET status = t.status, judged_at = t.at, remark = t.remark \
    FROM jsonb_to_recordset($1::jsonb) AS t \
    (qualification uuid, requirement text, status text, at timestamptz, remark text) \
    WHERE d.qualification = t.qualification AND d.requirement = t.requirement AND d.status = 'pending'";

const DROPPED: &str = "UPDATE documents d SET status = 'dropped', judged_at = t.at \
    FROM jsonb_to_recordset($1::jsonb) AS t (qualification uuid, at timestamptz) \
    WHERE d.qualification = t.qualification AND d.status = 'pending'";

/// What a batch writes.
#[derive(Default)]
struct Rows<'a> {
    qualifications: Vec<QualificationRow>,
    documents: Vec<DocumentRow<'a>>,
    accepted: Vec<JudgedRow<'a>>,
    rejected: Vec<JudgedRow<'a>>,
    dropped: Vec<DroppedRow>,
    files: Vec<FileId>,
}

#[derive(Serialize)]
struct QualificationRow {
    id: Uuid,
    version: i64,
    provider: Uuid,
    category: Category,
    agent_operation: bool,
    application: Uuid,
    status: Standing,
    at: Time,
    valid_until: Option<Time>,
    review_due: Option<Time>,
}

#[derive(Serialize)]
struct DocumentRow<'a> {
    qualification: Uuid,
    credential: Uuid,
    requirement: &'a str,
    file_id: Option<Uuid>,
    file: Option<&'a FileRef>,
    issued_on: Option<NaiveDate>,
    expires_on: Option<NaiveDate>,
    statement: Option<&'a str>,
    at_entry: bool,
    at: Time,
}

#[derive(Serialize)]
struct JudgedRow<'a> {
    qualification: Uuid,
    requirement: &'a str,
    status: &'static str,
    at: Time,
    remark: &'a str,
}

#[derive(Serialize)]
struct DroppedRow {
    qualification: Uuid,
    at: Time,
}

impl<'a> Rows<'a> {
    fn add(&mut self, entry: &'a Entry<Qualifications>) {
        let (qualification, at) = (entry.id, entry.at);
        match &entry.event {
            Event::Granted { documents, .. } => {
                let at_entry = |credential| DocumentRow { at_entry: true, ..document(qualification, credential, at) };
                self.documents.extend(documents.iter().map(|document| at_entry(&document.credential)));
            }
            Event::DocumentSubmitted { document: handed_in, file, statement, .. } => {
                self.files.extend(file.iter().map(|file| file.id));
                self.documents.push(DocumentRow {
                    file: file.as_ref(),
                    statement: statement.as_deref(),
                    ..document(qualification, &handed_in.credential, at)
                });
            }
            Event::DocumentAccepted { requirement, note, .. } => {
                self.accepted.push(JudgedRow { qualification, requirement, status: "accepted", at, remark: note });
            }
            Event::DocumentRejected { requirement, reason, .. } => {
                self.rejected.push(JudgedRow { qualification, requirement, status: "rejected", at, remark: reason });
            }
            Event::Revoked { .. } => self.dropped.push(DroppedRow { qualification, at }),
            Event::Expiring { .. }
            | Event::ReviewOverdue { .. }
            | Event::Renewed { .. }
            | Event::ChangeReported { .. }
            | Event::RequalificationRequested { .. }
            | Event::Requalified { .. }
            | Event::Suspended { .. }
            | Event::Restored { .. }
            | Event::SuspectedViolation(_) => {}
        }
    }
}

fn qualification(change: &Change<Qualifications>, holding: &Holding) -> QualificationRow {
    QualificationRow {
        id: change.id,
        version: change.version,
        provider: holding.provider.0,
        category: holding.category,
        agent_operation: holding.agent_operation,
        application: holding.application.0,
        status: holding.standing,
        at: change.at,
        valid_until: holding.valid_until,
        review_due: holding.review_due,
    }
}

fn document(qualification: Uuid, credential: &Credential, at: Time) -> DocumentRow<'_> {
    DocumentRow {
        qualification,
        credential: credential.id.0,
        requirement: &credential.requirement,
        file_id: credential.file.map(|file| file.0),
        file: None,
        issued_on: credential.issued_on,
        expires_on: credential.expires_on,
        statement: None,
        at_entry: false,
        at,
    }
}
