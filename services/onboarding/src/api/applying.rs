//! The applicant's side: opening, describing, handing in, declaring, submitting, answering, withdrawing.
use super::application::{ApplicationBody, application, handed_in, opened};
use super::dossier::ShareholderBody;
use super::handing_in::HandoutBody;
use super::showing::words;
use crate::facts::Openings;
use crate::host::ApplicationHost;
use actix_web::web::Data;
use actix_web::{post, rt};
use chrono::NaiveDate;
use kernel::{ApplicationId, Category, CredentialId, FileId};
use onboarding_domain::application::{Command, Description};
use onboarding_domain::entry::{Applicant, Shareholder, StaffTie};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Call, Id, Nothing, Strict};

/// What is applied for.
#[derive(Deserialize, ToSchema)]
#[schema(as = ApplicationOpening)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenBody {
    /// The category.
    #[schema(inline)]
    category: Category,
    /// Whole-store hosting (M2.4), for `operation` only.
    #[serde(default)]
    agent_operation: bool,
    /// Who applies; an individual cannot enter a category that asks for a business scope (M2.2).
    #[schema(schema_with = words::<Applicant>)]
    applicant: Applicant,
}

/// A business, in place of an earlier description.
#[derive(Deserialize, ToSchema)]
#[schema(as = ApplicationBusinessDescription)]
#[serde(deny_unknown_fields)]
pub(super) struct DescribeBody {
    /// Legal name, at most 200 characters.
    legal_name: String,
    /// As registered, at most 64 characters; an individual may have none.
    registration_number: Option<String>,
    /// ISO 3166-1 alpha-2, upper case.
    country: String,
    /// When it was founded.
    founded_on: NaiveDate,
    /// Since when it is in the business of the category (M3.1.3).
    in_business_since: NaiveDate,
    /// The business scope as on the licence, at most 4,000 characters.
    #[serde(default)]
    scope: String,
    /// It serves customers in the EU (P4).
    serves_eu: bool,
}

/// Ties to the platform's staff (C4, M5.67), in place of an earlier declaration.
#[derive(Deserialize, ToSchema)]
#[schema(as = ApplicationShareholdersDeclaration)]
#[serde(deny_unknown_fields)]
pub(super) struct DeclareBody {
    /// The applicant's own tie.
    #[schema(schema_with = words::<StaffTie>)]
    applicant_tie: StaffTie,
    /// All shareholders, at most 50; a company has at least one.
    shareholders: Vec<ShareholderBody>,
}

/// Hands the application in.
#[derive(Deserialize, ToSchema)]
#[schema(as = ApplicationSubmission)]
#[serde(deny_unknown_fields)]
pub(super) struct SubmitBody {
    /// That everything submitted is true, accurate and valid (M4.2.f.1).
    declares_true: bool,
}

/// An answer to a request for information.
#[derive(Deserialize, ToSchema)]
#[schema(as = ApplicationInformation)]
#[serde(deny_unknown_fields)]
pub(super) struct ProvideBody {
    /// The answer, at most 4,000 characters.
    answer: String,
    /// Files that belong to it, at most 10, uploaded to this application.
    #[serde(default)]
    files: Vec<FileId>,
}

/// Ends an application.
#[derive(Deserialize, ToSchema)]
#[schema(as = ApplicationWithdrawal)]
#[serde(deny_unknown_fields)]
pub(super) struct WithdrawBody {
    /// Why, at most 1,000 characters.
    #[serde(default)]
    reason: String,
}

/// Opens an application of the caller's organisation to a category.
#[utoipa::path(
    request_body = OpenBody,
    responses((status = 201, description = "The application, a draft.", body = ApplicationBody))
)]
#[post("/v1/applications")]
pub(super) async fn open(
    call: Call<ApplicationHost>,
    openings: Data<Openings>,
    Strict(body): Strict<OpenBody>,
) -> Answer {
    let OpenBody { category, agent_operation, applicant } = body;
    let id = call.new_id();
    let opening = openings.begin(id, call.actor());
    // A task of its own: the opening lasts until the command is decided, even if the client hangs up.
    let decided = rt::spawn(async move {
        let answer = call.to(id).send(Command::Open { category, agent_operation, applicant }, opened).await;
        drop(opening);
        answer
    });
    decided.await.unwrap_or(Answer(Err(engine::Fault::Broken)))
}

/// Describes the business.
#[utoipa::path(
    request_body = DescribeBody,
    responses((status = 200, description = "The application.", body = ApplicationBody))
)]
#[post("/v1/applications/{application}/business")]
pub(super) async fn describe_business(
    call: Call<ApplicationHost>,
    Id(id): Id<ApplicationId>,
    Strict(body): Strict<DescribeBody>,
) -> Answer {
    let description = Description {
        legal_name: body.legal_name,
        registration_number: body.registration_number,
        country: body.country,
        founded_on: body.founded_on,
        in_business_since: body.in_business_since,
        scope: body.scope,
        serves_eu: body.serves_eu,
    };
    call.to(id.0).send(Command::DescribeBusiness(description), application).await
}

/// Hands in a document or a statement for a line of the checklist.
#[utoipa::path(
    request_body = HandoutBody,
    responses((status = 201, description = "The application; Location is the credential.", body = ApplicationBody))
)]
#[post("/v1/applications/{application}/credentials")]
pub(super) async fn submit_credential(
    call: Call<ApplicationHost>,
    Id(id): Id<ApplicationId>,
    Strict(body): Strict<HandoutBody>,
) -> Answer {
    call.to(id.0).send(Command::SubmitCredential(body.into_handout()), handed_in).await
}

/// Takes a credential back.
#[utoipa::path(responses((status = 200, description = "The application.", body = ApplicationBody)))]
#[post("/v1/applications/{application}/credentials/{credential}/remove")]
pub(super) async fn remove_credential(
    call: Call<ApplicationHost>,
    Id((id, credential)): Id<(ApplicationId, CredentialId)>,
    _: Strict<Nothing>,
) -> Answer {
    call.to(id.0).send(Command::RemoveCredential { credential }, application).await
}

/// Declares the shareholders and their ties to the platform's staff.
#[utoipa::path(
    request_body = DeclareBody,
    responses((status = 200, description = "The application.", body = ApplicationBody))
)]
#[post("/v1/applications/{application}/shareholders")]
pub(super) async fn declare_shareholders(
    call: Call<ApplicationHost>,
    Id(id): Id<ApplicationId>,
    Strict(body): Strict<DeclareBody>,
) -> Answer {
    let shareholder = |ShareholderBody { name, tie }| Shareholder { name, tie };
    let shareholders = body.shareholders.into_iter().map(shareholder).collect();
    call.to(id.0).send(Command::DeclareShareholders { applicant: body.applicant_tie, shareholders }, application).await
}

/// Hands the application in. It is screened first: with a hard finding it stays a draft, and `findings` says what to
/// mend.
#[utoipa::path(
    request_body = SubmitBody,
    responses((status = 200, description = "The application.", body = ApplicationBody))
)]
#[post("/v1/applications/{application}/submit")]
pub(super) async fn submit(
    call: Call<ApplicationHost>,
    Id(id): Id<ApplicationId>,
    Strict(body): Strict<SubmitBody>,
) -> Answer {
    call.to(id.0).send(Command::Submit { declares_true: body.declares_true }, application).await
}

/// Answers a request for information. It is screened first, as on submitting.
#[utoipa::path(
    request_body = ProvideBody,
    responses((status = 200, description = "The application.", body = ApplicationBody))
)]
#[post("/v1/applications/{application}/information")]
pub(super) async fn provide_information(
    call: Call<ApplicationHost>,
    Id(id): Id<ApplicationId>,
    Strict(body): Strict<ProvideBody>,
) -> Answer {
    call.to(id.0).send(Command::ProvideInformation { answer: body.answer, files: body.files }, application).await
}

/// Ends the application.
#[utoipa::path(
    request_body = WithdrawBody,
    responses((status = 200, description = "The application.", body = ApplicationBody))
)]
#[post("/v1/applications/{application}/withdraw")]
pub(super) async fn withdraw(
    call: Call<ApplicationHost>,
    Id(id): Id<ApplicationId>,
    Strict(body): Strict<WithdrawBody>,
) -> Answer {
    call.to(id.0).send(Command::Withdraw { reason: body.reason }, application).await
}
