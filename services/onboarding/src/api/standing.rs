//! What is done about a qualification: documents, change reports, demands, suspension, loss.
use super::handing_in::HandoutBody;
use super::qualification::{QualificationBody, handed_in, qualification};
use super::showing::words;
use crate::host::QualificationHost;
use actix_web::post;
use chrono::NaiveDate;
use kernel::{QualificationId, RuleId};
use onboarding_domain::grounds::Suspected;
use onboarding_domain::qualification::Command;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Call, Id, Strict};

/// That what was handed in for a line is good.
#[derive(Deserialize, ToSchema)]
#[schema(as = QualificationDocumentAccepted)]
#[serde(deny_unknown_fields)]
pub(super) struct AcceptBody {
    /// What was looked at, at most 1,000 characters.
    #[serde(default)]
    note: String,
}

/// That what was handed in for a line is not good.
#[derive(Deserialize, ToSchema)]
#[schema(as = QualificationDocumentRejected)]
#[serde(deny_unknown_fields)]
pub(super) struct RejectBody {
    /// Why, at most 1,000 characters.
    reason: String,
}

/// A change or lapse of an entry material (M4.2.f.1).
#[derive(Deserialize, ToSchema)]
#[schema(as = QualificationChangeReport)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeBody {
    /// What changed, at most 2,000 characters.
    what: String,
    /// The day of the change.
    changed_on: NaiveDate,
    /// The line of the checklist that it touches, which then is verified anew.
    requirement: Option<String>,
}

/// Lines of the checklist that are asked for again (M3.2).
#[derive(Deserialize, ToSchema)]
#[schema(as = QualificationRequalification)]
#[serde(deny_unknown_fields)]
pub(super) struct RequalifyBody {
    /// The lines, at least one.
    requirements: Vec<String>,
    /// Why, at most 2,000 characters.
    reasons: String,
}

/// That the provider still qualifies.
#[derive(Deserialize, ToSchema)]
#[schema(as = QualificationConfirmation)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfirmBody {
    /// Why, at most 2,000 characters.
    reasons: String,
}

/// That the conditions do not hold for now (M3.1, M3.2).
#[derive(Deserialize, ToSchema)]
#[schema(as = QualificationSuspension)]
#[serde(deny_unknown_fields)]
pub(super) struct SuspendBody {
    /// Why, at most 2,000 characters.
    reasons: String,
    /// The rules it rests on, the governing one first; 1 to 8.
    rules: Vec<RuleId>,
    /// The lines that must be mended, at least one.
    requirements: Vec<String>,
}

/// That the category is lost.
#[derive(Deserialize, ToSchema)]
#[schema(as = QualificationRevocation)]
#[serde(deny_unknown_fields)]
pub(super) struct RevokeBody {
    /// Why, at most 2,000 characters.
    reasons: String,
    /// The rules it rests on, the governing one first; 1 to 8.
    rules: Vec<RuleId>,
}

/// A suspected violation (M5.55, M5.65, M5.67).
#[derive(Deserialize, ToSchema)]
#[schema(as = QualificationSuspicion)]
#[serde(deny_unknown_fields)]
pub(super) struct SuspectBody {
    /// What.
    #[schema(schema_with = words::<Suspected>)]
    suspected: Suspected,
    /// What was found, at most 2,000 characters.
    findings: String,
}

/// Hands in a document or statement: to renew, to re-qualify, to cure.
#[utoipa::path(
    request_body = HandoutBody,
    responses((status = 201, description = "The qualification; Location is the document.", body = QualificationBody))
)]
#[post("/v1/qualifications/{qualification}/documents")]
pub(super) async fn submit_document(
    call: Call<QualificationHost>,
    Id(id): Id<QualificationId>,
    Strict(body): Strict<HandoutBody>,
) -> Answer {
    call.to(id.0).send(Command::SubmitDocument(body.into_handout()), handed_in).await
}

/// Accepts what was handed in for a line; it replaces what was there.
#[utoipa::path(
    request_body = AcceptBody,
    responses((status = 200, description = "The qualification.", body = QualificationBody))
)]
#[post("/v1/qualifications/{qualification}/documents/{requirement}/accept")]
pub(super) async fn accept_document(
    call: Call<QualificationHost>,
    Id((id, requirement)): Id<(QualificationId, String)>,
    Strict(body): Strict<AcceptBody>,
) -> Answer {
    call.to(id.0).send(Command::AcceptDocument { requirement, note: body.note }, qualification).await
}

/// Rejects what was handed in for a line.
#[utoipa::path(
    request_body = RejectBody,
    responses((status = 200, description = "The qualification.", body = QualificationBody))
)]
#[post("/v1/qualifications/{qualification}/documents/{requirement}/reject")]
pub(super) async fn reject_document(
    call: Call<QualificationHost>,
    Id((id, requirement)): Id<(QualificationId, String)>,
    Strict(body): Strict<RejectBody>,
) -> Answer {
    call.to(id.0).send(Command::RejectDocument { requirement, reason: body.reason }, qualification).await
}

/// Reports a change or lapse of an entry material, within 30 days of it (M4.2.f.1).
#[utoipa::path(
    request_body = ChangeBody,
    responses((status = 200, description = "The qualification.", body = QualificationBody))
)]
#[post("/v1/qualifications/{qualification}/change-reports")]
pub(super) async fn report_change(
    call: Call<QualificationHost>,
    Id(id): Id<QualificationId>,
    Strict(body): Strict<ChangeBody>,
) -> Answer {
    let ChangeBody { what, changed_on, requirement } = body;
    call.to(id.0).send(Command::ReportChange { what, changed_on, requirement }, qualification).await
}

/// Asks for the materials of these lines again.
#[utoipa::path(
    request_body = RequalifyBody,
    responses((status = 200, description = "The qualification.", body = QualificationBody))
)]
#[post("/v1/qualifications/{qualification}/request-requalification")]
pub(super) async fn request_requalification(
    call: Call<QualificationHost>,
    Id(id): Id<QualificationId>,
    Strict(body): Strict<RequalifyBody>,
) -> Answer {
    let RequalifyBody { requirements, reasons } = body;
    call.to(id.0).send(Command::RequestRequalification { requirements, reasons }, qualification).await
}

/// Finds that the provider still qualifies: closes the demand, or lifts the suspension.
#[utoipa::path(
    request_body = ConfirmBody,
    responses((status = 200, description = "The qualification.", body = QualificationBody))
)]
#[post("/v1/qualifications/{qualification}/confirm")]
pub(super) async fn confirm(
    call: Call<QualificationHost>,
    Id(id): Id<QualificationId>,
    Strict(body): Strict<ConfirmBody>,
) -> Answer {
    call.to(id.0).send(Command::Confirm { reasons: body.reasons }, qualification).await
}

/// Suspends the qualification until it is cured (W32).
#[utoipa::path(
    request_body = SuspendBody,
    responses((status = 200, description = "The qualification.", body = QualificationBody))
)]
#[post("/v1/qualifications/{qualification}/suspend")]
pub(super) async fn suspend(
    call: Call<QualificationHost>,
    Id(id): Id<QualificationId>,
    Strict(body): Strict<SuspendBody>,
) -> Answer {
    let SuspendBody { reasons, rules, requirements } = body;
    call.to(id.0).send(Command::Suspend { reasons, rules, requirements }, qualification).await
}

/// Takes the category away.
#[utoipa::path(
    request_body = RevokeBody,
    responses((status = 200, description = "The qualification.", body = QualificationBody))
)]
#[post("/v1/qualifications/{qualification}/revoke")]
pub(super) async fn revoke(
    call: Call<QualificationHost>,
    Id(id): Id<QualificationId>,
    Strict(body): Strict<RevokeBody>,
) -> Answer {
    call.to(id.0).send(Command::Revoke { reasons: body.reasons, rules: body.rules }, qualification).await
}

/// Notes a suspected violation; takes nothing.
#[utoipa::path(
    request_body = SuspectBody,
    responses((status = 200, description = "The qualification.", body = QualificationBody))
)]
#[post("/v1/qualifications/{qualification}/suspect")]
pub(super) async fn suspect(
    call: Call<QualificationHost>,
    Id(id): Id<QualificationId>,
    Strict(body): Strict<SuspectBody>,
) -> Answer {
    let SuspectBody { suspected, findings } = body;
    call.to(id.0).send(Command::Suspect { suspected, findings }, qualification).await
}
