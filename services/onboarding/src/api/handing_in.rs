//! Handing in a document or a statement: the same with an application and for a qualification.
use crate::queries::HandedIn;
use chrono::{DateTime, NaiveDate, Utc};
use engine::Fault;
use engine::look::stored;
use kernel::{CredentialId, FileId, FileRef};
use onboarding_domain::handout::Handout;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A document or a statement for a line of the checklist.
#[derive(Deserialize, ToSchema)]
#[schema(as = CredentialHandout)]
#[serde(deny_unknown_fields)]
pub(super) struct HandoutBody {
    /// The line of the checklist.
    requirement: String,
    /// The document, uploaded to this very resource.
    file: Option<FileId>,
    /// The day on which it was issued.
    issued_on: Option<NaiveDate>,
    /// The last day on which it is good.
    expires_on: Option<NaiveDate>,
    /// What is stated, at most 2,000 characters; needed where there is no document.
    statement: Option<String>,
}

/// Something handed in.
#[derive(Serialize, ToSchema)]
#[schema(as = CredentialHandedIn)]
pub(super) struct HandedInBody {
    id: CredentialId,
    /// The line of the checklist.
    requirement: String,
    /// The document.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<FileRef>,
    /// The document's id; where it came with the application, that is where it is downloaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    file_id: Option<FileId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_on: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_on: Option<NaiveDate>,
    /// What is stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<String>,
    submitted_at: DateTime<Utc>,
    /// Whether it came with the application.
    at_entry: bool,
    /// With an application `submitted` or `removed`; for a qualification `pending`, `accepted`, `rejected`,
    /// `replaced`, or `dropped` when the category was lost first.
    status: String,
    /// When it was judged or taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_at: Option<DateTime<Utc>>,
    /// What the reviewer said of it.
    #[serde(skip_serializing_if = "String::is_empty")]
    remark: String,
}

impl HandoutBody {
    /// The handout as the domain takes it, under a new id.
    pub(super) fn into_handout(self) -> Handout {
        Handout {
            credential: CredentialId(Uuid::now_v7()),
            requirement: self.requirement,
            file: self.file,
            issued_on: self.issued_on,
            expires_on: self.expires_on,
            statement: self.statement,
        }
    }
}

impl HandedInBody {
    /// From its row.
    pub(super) fn of(row: HandedIn) -> Result<Self, Fault> {
        let file: Option<FileRef> = row.file.as_deref().map(stored).transpose()?;
        Ok(Self {
            id: CredentialId(row.id),
            requirement: row.requirement,
            file_id: file.as_ref().map(|file| file.id).or(row.file_id.map(FileId)),
            file,
            issued_on: row.issued_on,
            expires_on: row.expires_on,
            statement: row.statement,
            submitted_at: row.submitted_at,
            at_entry: row.at_entry,
            status: row.status,
            changed_at: row.changed_at,
            remark: row.remark,
        })
    }
}
