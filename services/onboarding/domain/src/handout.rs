//! Handing in a document or a statement for a line of a checklist: the same at entry and afterwards (M3.2).
use crate::entry::Credential;
use crate::grounds::says_something;
use chrono::NaiveDate;
use kernel::{Class, CredentialId, FileId, FileRef, RuleId};
use rulebook::onboarding::{CategoryRules, Requirement};

/// A document or statement as handed in.
#[derive(Clone, Debug, PartialEq)]
pub struct Handout {
    /// Its id, new.
    pub credential: CredentialId,
    /// The line of the checklist.
    pub requirement: String,
    /// The document, uploaded to this aggregate.
    pub file: Option<FileId>,
    /// The day on which it was issued.
    pub issued_on: Option<NaiveDate>,
    /// The last day on which it is good.
    pub expires_on: Option<NaiveDate>,
    /// What is stated; at most [`MAX_STATEMENT`] characters. Needed where there is no document.
    pub statement: Option<String>,
}

/// Most characters of a statement.
pub const MAX_STATEMENT: usize = 2_000;

/// Why something cannot be handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unacceptable {
    /// No such line.
    #[error("the checklist of this category has no such requirement")]
    UnknownRequirement {
        /// The field.
        field: &'static str,
    },
    /// A document is asked.
    #[error("this requirement needs a document")]
    DocumentNeeded,
    /// The end of the document is asked.
    #[error("this requirement needs the date on which the document expires")]
    ExpiryNeeded,
    /// No such file.
    #[error("this file was not uploaded here")]
    UnknownFile {
        /// The field.
        field: &'static str,
    },
    /// Neither a document nor a fitting statement.
    #[error("without a document a statement is needed, of at most {MAX_STATEMENT} characters")]
    Statement,
    /// Dates that cannot be.
    #[error("{field} is not a possible date here")]
    Date {
        /// The field.
        field: &'static str,
    },
}

impl Unacceptable {
    /// Unique in the system.
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownRequirement { .. } => "requirement_unknown",
            Self::DocumentNeeded => "requirement_needs_document",
            Self::ExpiryNeeded => "requirement_needs_expiry",
            Self::UnknownFile { .. } => "credential_file_unknown",
            Self::Statement => "credential_statement_unfit",
            Self::Date { .. } => "credential_date_unfit",
        }
    }

    /// The rule it rests on.
    pub fn rule(self) -> Option<RuleId> {
        match self {
            Self::DocumentNeeded | Self::ExpiryNeeded | Self::Statement => Some(RuleId::of("M3.2")),
            Self::UnknownRequirement { .. } | Self::UnknownFile { .. } | Self::Date { .. } => None,
        }
    }

    /// Always a matter of the payload.
    pub fn class(self) -> Class {
        match self {
            Self::UnknownRequirement { field } | Self::UnknownFile { field } | Self::Date { field } => {
                Class::Invalid { field }
            }
            Self::DocumentNeeded => Class::Invalid { field: "file" },
            Self::ExpiryNeeded => Class::Invalid { field: "expires_on" },
            Self::Statement => Class::Invalid { field: "statement" },
        }
    }
}

/// The line of this key.
pub(crate) fn line<'r>(
    asked: Option<&'r CategoryRules>,
    key: &str,
    field: &'static str,
) -> Result<&'r Requirement, Unacceptable> {
    asked.and_then(|asked| asked.requirement(key)).ok_or(Unacceptable::UnknownRequirement { field })
}

/// The uploaded file of this id.
pub(crate) fn uploaded(files: &[FileRef], id: FileId, field: &'static str) -> Result<FileRef, Unacceptable> {
    files.iter().find(|file| file.id == id).cloned().ok_or(Unacceptable::UnknownFile { field })
}

impl Handout {
    /// The credential and its file, if it is what the line asks. Whether it has expired is not asked here.
    pub(crate) fn accept(
        &self,
        asked: Option<&CategoryRules>,
        files: &[FileRef],
        today: NaiveDate,
    ) -> Result<(Credential, Option<FileRef>), Unacceptable> {
        let asked = line(asked, &self.requirement, "requirement")?;
        let file = self.file.map(|id| uploaded(files, id, "file")).transpose()?;
        if asked.document && file.is_none() {
            return Err(Unacceptable::DocumentNeeded);
        }
        if asked.expiry && self.expires_on.is_none() {
            return Err(Unacceptable::ExpiryNeeded);
        }
        if self.statement.as_ref().map_or(file.is_none(), |text| !says_something(text, MAX_STATEMENT)) {
            return Err(Unacceptable::Statement);
        }
        if self.issued_on.is_some_and(|day| day > today) {
            return Err(Unacceptable::Date { field: "issued_on" });
        }
        if self.issued_on.zip(self.expires_on).is_some_and(|(issued, expires)| expires < issued) {
            return Err(Unacceptable::Date { field: "expires_on" });
        }
        let credential = Credential {
            id: self.credential,
            requirement: self.requirement.clone(),
            file: self.file,
            issued_on: self.issued_on,
            expires_on: self.expires_on,
        };
        Ok((credential, file))
    }
}
