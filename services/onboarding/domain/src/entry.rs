//! What an applicant hands in: the entry materials of M4.2.f.1, as far as a decision still needs them.
use crate::scope::ScopeReading;
use chrono::NaiveDate;
use kernel::{Category, CredentialId, FileId};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// Most credentials that one application or qualification holds.
pub const MAX_CREDENTIALS: usize = 20;

/// The entry materials of one application; also the input of the screening.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The category applied for.
    pub category: Category,
    /// Whole-store hosting (M2.4), for `operation` only.
    pub agent_operation: bool,
    /// Who applies.
    pub applicant: Applicant,
    /// The business; `None` until described.
    pub business: Option<Business>,
    /// What was handed in for the checklist.
    pub credentials: Vec<Credential>,
    /// Ties to the platform's staff; `None` until declared.
    pub declaration: Option<Declaration>,
}

/// What kind of applicant it is (M2.2, D1.2).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Applicant {
    /// An organisation.
    Company,
    /// A natural person.
    Individual,
}

/// The applicant's business. Its scope is in the event; here is what was read from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Business {
    /// Legal name, at most 200 characters.
    pub legal_name: String,
    /// As registered, at most 64 characters; an individual may have none.
    pub registration_number: Option<String>,
    /// ISO 3166-1 alpha-2, upper case.
    pub country: String,
    /// When it was founded.
    pub founded_on: NaiveDate,
    /// Since when it is in the business of the category (M3.1.3).
    pub in_business_since: NaiveDate,
    /// It serves customers in the EU (P4).
    pub serves_eu: bool,
    /// What the scope covers of the category's words.
    pub scope: ScopeReading,
}

/// A document or statement for one line of the checklist. Its statement is in the event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// Its id.
    pub id: CredentialId,
    /// The line of the checklist.
    pub requirement: String,
    /// The document; `None` for a statement.
    pub file: Option<FileId>,
    /// The day on which it was issued.
    pub issued_on: Option<NaiveDate>,
    /// The last day on which it is good; `None`: without end.
    pub expires_on: Option<NaiveDate>,
}

/// Ties to the platform's staff as declared (C4, M5.67). The names are in the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    /// How many shareholders were named.
    pub shareholders: usize,
    /// The applicant or a shareholder is on the staff or related to it.
    pub tied_to_staff: bool,
}

/// How somebody stands to the platform's staff.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum StaffTie {
    /// Is on the staff.
    Staff,
    /// Is related to somebody on the staff.
    RelatedToStaff,
    /// Neither.
    None,
}

impl StaffTie {
    /// Whether there is one.
    pub fn is_tie(self) -> bool {
        match self {
            Self::Staff | Self::RelatedToStaff => true,
            Self::None => false,
        }
    }
}

/// A shareholder as declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shareholder {
    /// Name, at most 200 characters.
    pub name: String,
    /// Tie to the staff.
    pub tie: StaffTie,
}
