//! The views of applications: lists and the queue, what was described, declared and handed in, what was asked.
use super::append;
use crate::timeline;
use chrono::NaiveDate;
use diesel::prelude::*;
use engine::{Change, Entry, write_rows};
use kernel::{Category, EditionId, FileId, FileRef, ProviderId, Time};
use onboarding_domain::application::{Applications, Dossier, Event, Phase};
use onboarding_domain::entry::{Applicant, Business, Credential, Shareholder, StaffTie};
use serde::Serialize;
use uuid::Uuid;

/// The tables that [`project`] writes.
pub(crate) const TABLES: &[&str] =
    &["applications", "businesses", "declarations", "credentials", "information_requests", "application_timeline"];

/// Brings the views up to the changes.
pub(crate) fn project(tx: &mut PgConnection, changes: &[Change<Applications>]) -> QueryResult<()> {
    let mut rows = Rows::default();
    for change in changes {
        let Ok(dossier) = change.after.dossier() else { continue };
        rows.applications.push(application(change, dossier));
        for entry in &change.entries {
            rows.add(entry, dossier.provider);
        }
    }
    write_rows(tx, APPLICATIONS, &rows.applications)?;
    write_rows(tx, BUSINESSES, &rows.businesses)?;
    write_rows(tx, DECLARATIONS, &rows.declarations)?;
    write_rows(tx, CREDENTIALS, &rows.credentials)?;
    write_rows(tx, REMOVED, &rows.removed)?;
    write_rows(tx, ASKED, &rows.asked)?;
    write_rows(tx, ANSWERED, &rows.answered)?;
    if !rows.files.is_empty() {
        files::mark_referenced(tx, &rows.files)?;
    }
    append(tx, "application_timeline", changes, timeline::of_application)
}

const APPLICATIONS: &str = "INSERT INTO applications \
    (id, version, provider, category, agent_operation, applicant, edition, status, opened_at, updated_at, review_due, \
     reviewer) \
    SELECT id, version, provider, category, agent_operation, applicant, edition, status, at, at, review_due, reviewer \
    FROM jsonb_to_recordset($1::jsonb) AS t \
    (id uuid, version bigint, provider uuid, category text, agent_operation boolean, applicant text, edition text, \
     status text, at timestamptz, review_due timestamptz, reviewer text) \
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, status = excluded.status, \
    updated_at = excluded.updated_at, review_due = excluded.review_due, reviewer = excluded.reviewer";

const BUSINESSES: &str = "INSERT INTO businesses \
    (application, provider, legal_name, registration_number, registration_key, country, founded_on, \
     in_business_since, scope, serves_eu, described_at) \
    SELECT application, provider, legal_name, registration_number, registration_key, country, founded_on, \
    in_business_since, scope_text, serves_eu, at FROM jsonb_to_recordset($1::jsonb) AS t \
    (application uuid, provider uuid, legal_name text, registration_number text, registration_key text, country text, \
     founded_on date, in_business_since date, scope_text text, serves_eu boolean, at timestamptz) \
    ON CONFLICT (application) DO UPDATE SET legal_name = excluded.legal_name, \
    registration_number = excluded.registration_number, registration_key = excluded.registration_key, \
    country = excluded.country, founded_on = excluded.founded_on, in_business_since = excluded.in_business_since, \
    scope = excluded.scope, serves_eu = excluded.serves_eu, described_at = excluded.described_at";

const DECLARATIONS: &str = "INSERT INTO declarations \
    (application, provider, applicant_tie, shareholders, owner_keys, declared_at) \
    SELECT application, provider, applicant_tie, shareholders, owner_keys, at \
    FROM jsonb_to_recordset($1::jsonb) AS t \
    (application uuid, provider uuid, applicant_tie text, shareholders jsonb, owner_keys text[], at timestamptz) \
    ON CONFLICT (application) DO UPDATE SET applicant_tie = excluded.applicant_tie, \
    shareholders = excluded.shareholders, owner_keys = excluded.owner_keys, declared_at = excluded.declared_at";

const CREDENTIALS: &str = "INSERT INTO credentials \
    (application, id, requirement, file, issued_on, expires_on, statement, submitted_at) \
    SELECT application, id, requirement, file, issued_on, expires_on, statement, at \
    FROM jsonb_to_recordset($1::jsonb) AS t \
    (application uuid, id uuid, requirement text, file jsonb, issued_on date, expires_on date, statement text, \
     at timestamptz)";

const REMOVED: &str = "UPDATE credentials c SET removed_at = t.at \
    FROM jsonb_to_recordset($1::jsonb) AS t (application uuid, id uuid, at timestamptz) \
    WHERE c.application = t.application AND c.id = t.id";

const ASKED: &str = "INSERT INTO information_requests (application, version, what, requirements, asked_at, due_at) \
    SELECT application, version, what, requirements, at, due_at FROM jsonb_to_recordset($1::jsonb) AS t \
    (application uuid, version bigint, what text, requirements jsonb, at timestamptz, due_at timestamptz)";

const ANSWERED: &str = "UPDATE information_requests r SET answer = t.answer, files = t.files, answered_at = t.at \
    FROM jsonb_to_recordset($1::jsonb) AS t (application uuid, answer text, files jsonb, at timestamptz) \
    WHERE r.application = t.application AND r.answered_at IS NULL";

/// What a batch writes.
#[derive(Default)]
struct Rows<'a> {
    applications: Vec<ApplicationRow<'a>>,
    businesses: Vec<BusinessRow<'a>>,
    declarations: Vec<DeclarationRow<'a>>,
    credentials: Vec<CredentialRow<'a>>,
    removed: Vec<RemovedRow>,
    asked: Vec<AskedRow<'a>>,
    answered: Vec<AnsweredRow<'a>>,
    files: Vec<FileId>,
}

#[derive(Serialize)]
struct ApplicationRow<'a> {
    id: Uuid,
    version: i64,
    provider: Uuid,
    category: Category,
    agent_operation: bool,
    applicant: Applicant,
    edition: &'a EditionId,
    status: &'static str,
    at: Time,
    review_due: Option<Time>,
    reviewer: Option<&'a str>,
}

#[derive(Serialize)]
struct BusinessRow<'a> {
    application: Uuid,
    provider: Uuid,
    legal_name: &'a str,
    registration_number: Option<&'a str>,
    registration_key: Option<String>,
    country: &'a str,
    founded_on: NaiveDate,
    in_business_since: NaiveDate,
    scope_text: &'a str,
    serves_eu: bool,
    at: Time,
}

#[derive(Serialize)]
struct DeclarationRow<'a> {
    application: Uuid,
    provider: Uuid,
    applicant_tie: StaffTie,
    shareholders: &'a [Shareholder],
    owner_keys: Vec<String>,
    at: Time,
}

#[derive(Serialize)]
struct CredentialRow<'a> {
    application: Uuid,
    id: Uuid,
    requirement: &'a str,
    file: Option<&'a FileRef>,
    issued_on: Option<NaiveDate>,
    expires_on: Option<NaiveDate>,
    statement: Option<&'a str>,
    at: Time,
}

#[derive(Serialize)]
struct RemovedRow {
    application: Uuid,
    id: Uuid,
    at: Time,
}

#[derive(Serialize)]
struct AskedRow<'a> {
    application: Uuid,
    version: i64,
    what: &'a str,
    requirements: &'a [String],
    at: Time,
    due_at: Time,
}

#[derive(Serialize)]
struct AnsweredRow<'a> {
    application: Uuid,
    answer: &'a str,
    files: &'a [FileRef],
    at: Time,
}

impl<'a> Rows<'a> {
    fn add(&mut self, entry: &'a Entry<Applications>, provider: ProviderId) {
        let (application, at) = (entry.id, entry.at);
        match &entry.event {
            Event::BusinessDescribed { business, scope_text } => {
                self.businesses.push(described(application, provider, business, scope_text, at));
            }
            Event::ShareholdersDeclared { applicant, shareholders } => self.declarations.push(DeclarationRow {
                application,
                provider: provider.0,
                applicant_tie: *applicant,
                shareholders,
                owner_keys: shareholders.iter().map(|shareholder| owner_key(&shareholder.name)).collect(),
                at,
            }),
            Event::CredentialSubmitted { credential, file, statement } => {
                self.files.extend(file.iter().map(|file| file.id));
                self.credentials.push(handed_in(application, credential, file.as_ref(), statement.as_deref(), at));
            }
            Event::CredentialRemoved { credential } => {
                self.removed.push(RemovedRow { application, id: credential.0, at });
            }
            Event::InformationRequested { what, requirements, due, .. } => {
                self.asked.push(AskedRow { application, version: entry.version, what, requirements, at, due_at: *due });
            }
            Event::InformationProvided { answer, files, .. } => {
                self.files.extend(files.iter().map(|file| file.id));
                self.answered.push(AnsweredRow { application, answer, files, at });
            }
            Event::Opened { .. }
            | Event::Screened { .. }
            | Event::Submitted { .. }
            | Event::Claimed { .. }
            | Event::Released { .. }
            | Event::LeaseExpired { .. }
            | Event::ReviewOverdue { .. }
            | Event::RequirementVerified { .. }
            | Event::RequirementRejected { .. }
            | Event::ApprovalRecorded { .. }
            | Event::Approved { .. }
            | Event::Rejected { .. }
            | Event::SuspectedViolation(_)
            | Event::Lapsed { .. }
            | Event::Withdrawn { .. } => {}
        }
    }
}

fn application<'a>(change: &Change<Applications>, dossier: &'a Dossier) -> ApplicationRow<'a> {
    let reviewer = if let Phase::InReview { reviewer, .. } = &dossier.phase { Some(reviewer.as_str()) } else { None };
    ApplicationRow {
        id: change.id,
        version: change.version,
        provider: dossier.provider.0,
        category: dossier.entry.category,
        agent_operation: dossier.entry.agent_operation,
        applicant: dossier.entry.applicant,
        edition: &dossier.edition,
        status: dossier.phase.status(),
        at: change.at,
        review_due: dossier.phase.review_due(),
        reviewer,
    }
}

fn described<'a>(
    application: Uuid,
    provider: ProviderId,
    business: &'a Business,
    scope_text: &'a str,
    at: Time,
) -> BusinessRow<'a> {
    BusinessRow {
        application,
        provider: provider.0,
        legal_name: &business.legal_name,
        registration_number: business.registration_number.as_deref(),
        registration_key: business.registration_number.as_deref().and_then(registration_key),
        country: &business.country,
        founded_on: business.founded_on,
        in_business_since: business.in_business_since,
        scope_text,
        serves_eu: business.serves_eu,
        at,
    }
}

fn handed_in<'a>(
    application: Uuid,
    credential: &'a Credential,
    file: Option<&'a FileRef>,
    statement: Option<&'a str>,
    at: Time,
) -> CredentialRow<'a> {
    CredentialRow {
        application,
        id: credential.id.0,
        requirement: &credential.requirement,
        file,
        issued_on: credential.issued_on,
        expires_on: credential.expires_on,
        statement,
        at,
    }
}

/// A registration number without blanks, hyphens and case; `None` when nothing is left.
fn registration_key(number: &str) -> Option<String> {
    let key: String = number.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    (!key.is_empty()).then_some(key)
}

/// A name without case and needless blanks.
fn owner_key(name: &str) -> String {
    name.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
