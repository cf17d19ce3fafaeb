//! What may be asked of an application.
use crate::entry::{Applicant, Shareholder, StaffTie};
use crate::grounds::Suspected;
use crate::handout::Handout;
use chrono::NaiveDate;
use kernel::{Category, CredentialId, FileId, RuleId};
use strum::{IntoStaticStr, VariantArray};

/// A command with its payload. The comment names who may send it.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Provider: begins an application of its own organisation.
    Open {
        /// The category.
        category: Category,
        /// Whole-store hosting (M2.4), for `operation` only.
        agent_operation: bool,
        /// Who applies.
        applicant: Applicant,
    },
    /// Provider: describes the business, in place of an earlier description.
    DescribeBusiness(Description),
    /// Provider: hands in a document or a statement for a line of the checklist.
    SubmitCredential(Handout),
    /// Provider: takes one back.
    RemoveCredential {
        /// Which.
        credential: CredentialId,
    },
    /// Provider: declares ties to the platform's staff (C4, M5.67), in place of an earlier declaration.
    DeclareShareholders {
        /// The applicant's own tie.
        applicant: StaffTie,
        /// All shareholders; a company has at least one.
        shareholders: Vec<Shareholder>,
    },
    /// Provider: hands the application in; it is screened first.
    Submit {
        /// That everything submitted is true, accurate and valid (M4.2.f.1).
        declares_true: bool,
    },
    /// Reviewer: takes it up, or renews the lease.
    Claim,
    /// Operator: gives it to a reviewer.
    Assign {
        /// The reviewer's `sub`.
        reviewer: String,
    },
    /// Reviewer: puts it back into the queue.
    Release,
    /// Reviewer: a line of the checklist is fulfilled.
    VerifyRequirement {
        /// The line.
        requirement: String,
        /// What was looked at; at most 1,000 characters, may be empty.
        note: String,
    },
    /// Reviewer: a line of the checklist is not fulfilled.
    RejectRequirement {
        /// The line.
        requirement: String,
        /// Why; at most 1,000 characters.
        reason: String,
    },
    /// Reviewer: asks for more materials or works (M3.2).
    RequestInformation {
        /// What is needed; at most 2,000 characters.
        what: String,
        /// The lines of the checklist it is about; may be empty.
        requirements: Vec<String>,
    },
    /// Provider: answers; it is screened first.
    ProvideInformation {
        /// The answer; at most 4,000 characters.
        answer: String,
        /// Files that belong to it, at most 10.
        files: Vec<FileId>,
    },
    /// Reviewer: the provider qualifies.
    Approve {
        /// Why; at most 2,000 characters.
        reasons: String,
    },
    /// Reviewer: the provider does not qualify.
    Reject {
        /// Why; at most 2,000 characters.
        reasons: String,
        /// The rules it rests on, the governing one first; at most 8.
        rules: Vec<RuleId>,
        /// What is suspected besides.
        suspected: Option<Suspected>,
    },
    /// Provider, or the system when the provider leaves: ends it.
    Withdraw {
        /// Why; at most 1,000 characters, may be empty.
        reason: String,
    },
}

/// A business as described by the applicant.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
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
    /// The business scope as on the licence, at most 4,000 characters; may be empty where none is asked.
    pub scope: String,
    /// It serves customers in the EU (P4).
    pub serves_eu: bool,
}

/// A command without its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Action {
    /// See [`Command::Open`].
    Open,
    /// See [`Command::DescribeBusiness`].
    DescribeBusiness,
    /// See [`Command::SubmitCredential`].
    SubmitCredential,
    /// See [`Command::RemoveCredential`].
    RemoveCredential,
    /// See [`Command::DeclareShareholders`].
    DeclareShareholders,
    /// See [`Command::Submit`].
    Submit,
    /// See [`Command::Claim`].
    Claim,
    /// See [`Command::Assign`].
    Assign,
    /// See [`Command::Release`].
    Release,
    /// See [`Command::VerifyRequirement`].
    VerifyRequirement,
    /// See [`Command::RejectRequirement`].
    RejectRequirement,
    /// See [`Command::RequestInformation`].
    RequestInformation,
    /// See [`Command::ProvideInformation`].
    ProvideInformation,
    /// See [`Command::Approve`].
    Approve,
    /// See [`Command::Reject`].
    Reject,
    /// See [`Command::Withdraw`].
    Withdraw,
}

impl From<&Command> for Action {
    fn from(command: &Command) -> Self {
        match command {
            Command::Open { .. } => Self::Open,
            Command::DescribeBusiness(_) => Self::DescribeBusiness,
            Command::SubmitCredential(_) => Self::SubmitCredential,
            Command::RemoveCredential { .. } => Self::RemoveCredential,
            Command::DeclareShareholders { .. } => Self::DeclareShareholders,
            Command::Submit { .. } => Self::Submit,
            Command::Claim => Self::Claim,
            Command::Assign { .. } => Self::Assign,
            Command::Release => Self::Release,
            Command::VerifyRequirement { .. } => Self::VerifyRequirement,
            Command::RejectRequirement { .. } => Self::RejectRequirement,
            Command::RequestInformation { .. } => Self::RequestInformation,
            Command::ProvideInformation { .. } => Self::ProvideInformation,
            Command::Approve { .. } => Self::Approve,
            Command::Reject { .. } => Self::Reject,
            Command::Withdraw { .. } => Self::Withdraw,
        }
    }
}
