//! The reviewers' side: claiming, judging lines, asking for more, deciding.
use super::application::{ApplicationBody, application};
use super::showing::words;
use crate::host::ApplicationHost;
use actix_web::post;
use kernel::{ApplicationId, RuleId};
use onboarding_domain::application::Command;
use onboarding_domain::grounds::Suspected;
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Call, Id, Nothing, Strict};

/// To whom an application is given.
#[derive(Deserialize, ToSchema)]
#[schema(as = ApplicationAssignment)]
#[serde(deny_unknown_fields)]
pub(super) struct AssignBody {
    /// The reviewer's `sub`.
    reviewer: String,
}

/// That a line of the checklist is fulfilled.
#[derive(Deserialize, ToSchema)]
#[schema(as = ApplicationRequirementVerified)]
#[serde(deny_unknown_fields)]
pub(super) struct VerifyBody {
    /// What was looked at, at most 1,000 characters.
    #[serde(default)]
    note: String,
}

/// That a line of the checklist is not fulfilled.
#[derive(Deserialize, ToSchema)]
#[schema(as = ApplicationRequirementRejected)]
#[serde(deny_unknown_fields)]
pub(super) struct RejectLineBody {
    /// Why, at most 1,000 characters.
    reason: String,
}

/// What is asked of the applicant.
#[derive(Deserialize, ToSchema)]
#[schema(as = ApplicationRequestInformation)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestBody {
    /// What is needed, at most 2,000 characters.
    what: String,
    /// The lines of the checklist that it is about.
    #[serde(default)]
    requirements: Vec<String>,
}

/// That the provider qualifies.
#[derive(Deserialize, ToSchema)]
#[schema(as = ApplicationApproval)]
#[serde(deny_unknown_fields)]
pub(super) struct ApproveBody {
    /// Why, at most 2,000 characters.
    reasons: String,
}

/// That the provider does not qualify.
#[derive(Deserialize, ToSchema)]
#[schema(as = ApplicationRejection)]
#[serde(deny_unknown_fields)]
pub(super) struct RejectBody {
    /// Why, at most 2,000 characters.
    reasons: String,
    /// The rules it rests on, the governing one first; 1 to 8.
    rules: Vec<RuleId>,
    /// What is suspected besides.
    #[schema(schema_with = words::<Suspected>)]
    suspected: Option<Suspected>,
}

/// Takes the application up, or renews the lease.
#[utoipa::path(responses((status = 200, description = "The application.", body = ApplicationBody)))]
#[post("/v1/applications/{application}/claim")]
pub(super) async fn claim(call: Call<ApplicationHost>, Id(id): Id<ApplicationId>, _: Strict<Nothing>) -> Answer {
    call.to(id.0).send(Command::Claim, application).await
}

/// Puts the application back into the queue.
#[utoipa::path(responses((status = 200, description = "The application.", body = ApplicationBody)))]
#[post("/v1/applications/{application}/release")]
pub(super) async fn release(call: Call<ApplicationHost>, Id(id): Id<ApplicationId>, _: Strict<Nothing>) -> Answer {
    call.to(id.0).send(Command::Release, application).await
}

/// Gives the application to a reviewer.
#[utoipa::path(
    request_body = AssignBody,
    responses((status = 200, description = "The application.", body = ApplicationBody))
)]
#[post("/v1/applications/{application}/assign")]
pub(super) async fn assign(
    call: Call<ApplicationHost>,
    Id(id): Id<ApplicationId>,
    Strict(body): Strict<AssignBody>,
) -> Answer {
    call.to(id.0).send(Command::Assign { reviewer: body.reviewer }, application).await
}

/// Finds a line of the checklist fulfilled.
#[utoipa::path(
    request_body = VerifyBody,
    responses((status = 200, description = "The application.", body = ApplicationBody))
)]
#[post("/v1/applications/{application}/requirements/{requirement}/verify")]
pub(super) async fn verify_requirement(
    call: Call<ApplicationHost>,
    Id((id, requirement)): Id<(ApplicationId, String)>,
    Strict(body): Strict<VerifyBody>,
) -> Answer {
    call.to(id.0).send(Command::VerifyRequirement { requirement, note: body.note }, application).await
}

/// Finds a line of the checklist not fulfilled.
#[utoipa::path(
    request_body = RejectLineBody,
    responses((status = 200, description = "The application.", body = ApplicationBody))
)]
#[post("/v1/applications/{application}/requirements/{requirement}/reject")]
pub(super) async fn reject_requirement(
    call: Call<ApplicationHost>,
    Id((id, requirement)): Id<(ApplicationId, String)>,
    Strict(body): Strict<RejectLineBody>,
) -> Answer {
    call.to(id.0).send(Command::RejectRequirement { requirement, reason: body.reason }, application).await
}

/// Asks the applicant for more (M3.2); without an answer in its window the application lapses.
#[utoipa::path(
    request_body = RequestBody,
    responses((status = 200, description = "The application.", body = ApplicationBody))
)]
#[post("/v1/applications/{application}/request-information")]
pub(super) async fn request_information(
    call: Call<ApplicationHost>,
    Id(id): Id<ApplicationId>,
    Strict(body): Strict<RequestBody>,
) -> Answer {
    let RequestBody { what, requirements } = body;
    call.to(id.0).send(Command::RequestInformation { what, requirements }, application).await
}

/// Approves the application; where a tie to the staff is declared, the first of two approvals (M5.67).
#[utoipa::path(
    request_body = ApproveBody,
    responses((status = 200, description = "The application.", body = ApplicationBody))
)]
#[post("/v1/applications/{application}/approve")]
pub(super) async fn approve(
    call: Call<ApplicationHost>,
    Id(id): Id<ApplicationId>,
    Strict(body): Strict<ApproveBody>,
) -> Answer {
    call.to(id.0).send(Command::Approve { reasons: body.reasons }, application).await
}

/// Rejects the application.
#[utoipa::path(
    request_body = RejectBody,
    responses((status = 200, description = "The application.", body = ApplicationBody))
)]
#[post("/v1/applications/{application}/reject")]
pub(super) async fn reject(
    call: Call<ApplicationHost>,
    Id(id): Id<ApplicationId>,
    Strict(body): Strict<RejectBody>,
) -> Answer {
    let RejectBody { reasons, rules, suspected } = body;
    call.to(id.0).send(Command::Reject { reasons, rules, suspected }, application).await
}
