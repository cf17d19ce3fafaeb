//! How an application is answered, its checklist and its timeline.
use super::showing::{EntryBody, is_staff, timeline_page, words};
use crate::host::ApplicationHost;
use actix_web::get;
use actix_web::web::Json;
use chrono::{DateTime, NaiveDate, Utc};
use engine::{Reply, Seen};
use kernel::{ApplicationId, Category, CredentialId, EditionId, FileId, Problem, ProviderId, QualificationId, RuleId};
use onboarding_domain::application::qualification_of;
use onboarding_domain::application::{Applications, Dossier, Event, Phase, RequirementStatus};
use onboarding_domain::entry::Applicant;
use onboarding_domain::grounds::LAY_JUDGEMENT;
use onboarding_domain::screening::{Finding, FindingCode, Severity};
use serde::Serialize;
use utoipa::ToSchema;
use web::body::{ActionBody, DeadlineBody, actions, deadlines};
use web::{Answer, Filter, Id, Look, Nothing, Page, PageQuery, Refused};

/// A provider's application to one category.
#[derive(Serialize, ToSchema)]
#[schema(as = Application)]
pub(super) struct ApplicationBody {
    /// Its id.
    id: ApplicationId,
    /// Who applies.
    provider: ProviderId,
    /// The category applied for.
    #[schema(inline)]
    category: Category,
    /// Whole-store hosting (M2.4).
    agent_operation: bool,
    /// What kind of applicant.
    #[schema(schema_with = words::<Applicant>)]
    applicant: Applicant,
    /// The edition whose conditions hold.
    edition: EditionId,
    /// `draft`, `submitted`, `in_review`, `information_requested`, `approved`, `rejected`, `lapsed` or `withdrawn`.
    status: &'static str,
    /// The business as it was read; its scope as written is at `/business`.
    #[serde(skip_serializing_if = "Option::is_none")]
    business: Option<BusinessRead>,
    /// Ties to the platform's staff as declared; the names are at `/shareholders`.
    #[serde(skip_serializing_if = "Option::is_none")]
    declaration: Option<DeclarationRead>,
    /// How many credentials were handed in; they are at `/credentials`.
    credentials: usize,
    /// What the latest screening found.
    findings: Vec<FindingBody>,
    /// How often information was requested; the requests are at `/information-requests`.
    information_requests: u32,
    /// While it is with the reviewers.
    #[serde(skip_serializing_if = "Option::is_none")]
    review: Option<ReviewBody>,
    /// What it brought about, once it was approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    qualification: Option<QualificationId>,
    /// What the platform vouches for (M3.3), once it has decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<&'static str>,
    /// What runs.
    deadlines: Vec<DeadlineBody>,
    /// What the caller may do.
    actions: Vec<ActionBody>,
}

/// A business as it was read.
#[derive(Serialize, ToSchema)]
#[schema(as = ApplicationBusinessRead)]
struct BusinessRead {
    legal_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_number: Option<String>,
    /// ISO 3166-1 alpha-2.
    country: String,
    founded_on: NaiveDate,
    in_business_since: NaiveDate,
    /// It serves customers in the EU (P4).
    serves_eu: bool,
    /// The category's words that its scope covers.
    scope_covers: Vec<String>,
    /// The category's words that its scope names only to exclude them.
    scope_excludes: Vec<String>,
}

/// Ties to the platform's staff as declared (C4, M5.67).
#[derive(Serialize, ToSchema)]
#[schema(as = ApplicationDeclarationRead)]
struct DeclarationRead {
    shareholders: usize,
    tied_to_staff: bool,
}

/// One thing that the screening found.
#[derive(Serialize, ToSchema)]
#[schema(as = ApplicationFinding)]
struct FindingBody {
    /// What.
    #[schema(schema_with = words::<FindingCode>)]
    code: FindingCode,
    /// The rule it rests on.
    rule: RuleId,
    /// A hard one must be mended first.
    #[schema(schema_with = words::<Severity>)]
    severity: Severity,
    /// Where: a field, or `requirements.<key>`.
    place: String,
    /// What to do about it.
    mend: &'static str,
}

/// How the review stands.
#[derive(Serialize, ToSchema)]
#[schema(as = ApplicationReview)]
struct ReviewBody {
    /// By when a reviewer decides.
    due_at: DateTime<Utc>,
    /// How often that passed without a decision.
    overdue: u32,
    /// Whether a reviewer has it.
    claimed: bool,
    /// Which one; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    reviewer: Option<String>,
    /// Until when, unless renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    lease_until_at: Option<DateTime<Utc>>,
    /// How many reviewers have approved.
    approvals: usize,
    /// How many must (M5.67).
    approvals_needed: usize,
}

/// What a category asks, and how each line stands.
#[derive(Serialize, ToSchema)]
#[schema(as = ApplicationChecklist)]
struct ChecklistBody {
    application: ApplicationId,
    #[schema(inline)]
    category: Category,
    /// Whether all that is mandatory is verified.
    fulfilled: bool,
    lines: Vec<LineBody>,
}

/// A line of the checklist.
#[derive(Serialize, ToSchema)]
#[schema(as = ApplicationChecklistLine)]
struct LineBody {
    /// Names it.
    requirement: String,
    /// The rule that asks it.
    rule: RuleId,
    /// What is asked, in English.
    en: String,
    /// What is asked, in Chinese.
    zh: String,
    /// A document is needed; otherwise a statement suffices.
    document: bool,
    /// The date on which the document expires is needed.
    expiry: bool,
    /// Without it nothing is approved.
    mandatory: bool,
    /// How it stands.
    #[schema(schema_with = words::<RequirementStatus>)]
    status: RequirementStatus,
    /// What was handed in for it.
    credentials: Vec<LineCredential>,
}

/// What was handed in for a line.
#[derive(Serialize, ToSchema)]
#[schema(as = ApplicationChecklistCredential)]
struct LineCredential {
    id: CredentialId,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<FileId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_on: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_on: Option<NaiveDate>,
}

/// One application.
#[utoipa::path(responses((status = 200, description = "The application.", body = ApplicationBody)))]
#[get("/v1/applications/{application}")]
pub(super) async fn show_application(look: Look<ApplicationHost>, Id(id): Id<ApplicationId>) -> Answer {
    look.at(id.0, application).await
}

/// What happened to an application, oldest first.
#[utoipa::path(
    params(PageQuery),
    responses((status = 200, description = "A page of the timeline.", body = Page<EntryBody>))
)]
#[get("/v1/applications/{application}/timeline")]
pub(super) async fn application_timeline(
    look: Look<ApplicationHost>,
    Id(id): Id<ApplicationId>,
    _: Filter<Nothing>,
    page: PageQuery,
) -> Result<Json<Page<EntryBody>>, Refused> {
    Ok(Json(timeline_page(look, "application_timeline", id.0, &page).await?))
}

/// The checklist of an application's category, with how each line stands.
#[utoipa::path(responses((status = 200, description = "The checklist.", body = ChecklistBody)))]
#[get("/v1/applications/{application}/checklist")]
pub(super) async fn checklist(look: Look<ApplicationHost>, Id(id): Id<ApplicationId>) -> Answer {
    look.at(id.0, lines).await
}

/// The application, to the caller.
pub(super) fn application(seen: &Seen<'_, Applications>) -> Reply {
    match seen.state.dossier() {
        Ok(dossier) => Reply::json(200, seen.version, &body(seen, dossier)),
        Err(refusal) => Reply::problem(&Problem::of(&refusal)),
    }
}

/// The application that was just opened.
pub(super) fn opened(seen: &Seen<'_, Applications>) -> Reply {
    created(seen, format!("/v1/applications/{}", ApplicationId(seen.id)))
}

/// The application to which a credential was just handed in.
pub(super) fn handed_in(seen: &Seen<'_, Applications>) -> Reply {
    let submitted = seen.events.iter().rev().find_map(|event| {
        if let Event::CredentialSubmitted { credential, .. } = event { Some(credential.id) } else { None }
    });
    match submitted {
        Some(id) => created(seen, format!("/v1/applications/{}/credentials/{id}", ApplicationId(seen.id))),
        None => application(seen),
    }
}

fn created(seen: &Seen<'_, Applications>, location: String) -> Reply {
    let reply = application(seen);
    if reply.status == 200 { Reply { status: 201, ..reply.at(location) } } else { reply }
}

fn body(seen: &Seen<'_, Applications>, dossier: &Dossier) -> ApplicationBody {
    let entry = &dossier.entry;
    let is_approved = dossier.phase == Phase::Approved;
    ApplicationBody {
        id: ApplicationId(seen.id),
        provider: dossier.provider,
        category: entry.category,
        agent_operation: entry.agent_operation,
        applicant: entry.applicant,
        edition: dossier.edition.clone(),
        status: dossier.phase.status(),
        business: entry.business.as_ref().map(|business| BusinessRead {
            legal_name: business.legal_name.clone(),
            registration_number: business.registration_number.clone(),
            country: business.country.clone(),
            founded_on: business.founded_on,
            in_business_since: business.in_business_since,
            serves_eu: business.serves_eu,
            scope_covers: business.scope.covered.clone(),
            scope_excludes: business.scope.excluded.clone(),
        }),
        declaration: entry.declaration.map(|declared| DeclarationRead {
            shareholders: declared.shareholders,
            tied_to_staff: declared.tied_to_staff,
        }),
        credentials: entry.credentials.len(),
        findings: dossier.findings.iter().map(finding).collect(),
        information_requests: dossier.requests,
        review: review(seen, dossier),
        qualification: is_approved.then(|| qualification_of(ApplicationId(seen.id))),
        notice: (is_approved || dossier.phase == Phase::Rejected).then_some(LAY_JUDGEMENT),
        deadlines: deadlines::<Applications>(seen.state),
        actions: actions(seen),
    }
}

fn finding(finding: &Finding) -> FindingBody {
    FindingBody {
        code: finding.code,
        rule: finding.rule.clone(),
        severity: finding.severity,
        place: finding.place.clone(),
        mend: finding.code.mend(),
    }
}

fn review(seen: &Seen<'_, Applications>, dossier: &Dossier) -> Option<ReviewBody> {
    let held = if let Phase::InReview { reviewer, lease_until, .. } = &dossier.phase {
        Some((reviewer.clone(), *lease_until))
    } else {
        None
    };
    let (reviewer, lease_until_at) = held.unzip();
    Some(ReviewBody {
        due_at: dossier.phase.review_due()?,
        overdue: dossier.overdue,
        claimed: reviewer.is_some(),
        reviewer: reviewer.filter(|_| is_staff(seen.ctx.party)),
        lease_until_at,
        approvals: dossier.approvals.len(),
        approvals_needed: dossier.reviewers_needed(seen.ctx.rules),
    })
}

fn lines(seen: &Seen<'_, Applications>) -> Reply {
    let dossier = match seen.state.dossier() {
        Ok(dossier) => dossier,
        Err(refusal) => return Reply::problem(&Problem::of(&refusal)),
    };
    let (rules, today) = (seen.ctx.rules, seen.ctx.calendar.day(seen.ctx.now));
    let asked = rules.category(dossier.entry.category).map_or(&[][..], |asked| &asked.requirements);
    let handed_in = |key: &str| {
        let of_line = dossier.entry.credentials.iter().filter(|credential| credential.requirement == key);
        let shown = of_line.map(|credential| LineCredential {
            id: credential.id,
            file: credential.file,
            issued_on: credential.issued_on,
            expires_on: credential.expires_on,
        });
        shown.collect()
    };
    let lines = asked.iter().map(|line| LineBody {
        requirement: line.key.clone(),
        rule: line.rule.clone(),
        en: line.en.clone(),
        zh: line.zh.clone(),
        document: line.document,
        expiry: line.expiry,
        mandatory: line.mandatory,
        status: dossier.requirement_status(&line.key, today),
        credentials: handed_in(&line.key),
    });
    let body = ChecklistBody {
        application: ApplicationId(seen.id),
        category: dossier.entry.category,
        fulfilled: dossier.is_fulfilled(rules, today),
        lines: lines.collect(),
    };
    Reply::json(200, seen.version, &body)
}
