//! Suspension and the appeal: what makes a case wait, what brings it before another arbitrator (D1.5, W16, W17).
use super::case::{CaseBody, case};
use super::evidence::ExhibitDraft;
use super::money;
use super::negotiation::{Reason, Remark};
use crate::host::CaseHost;
use actix_web::post;
use disputes_domain::adjudication::Fact;
use disputes_domain::{Command, Forum, ForumOutcome, Ground};
use kernel::{CaseId, FileId, Money, RuleId};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{Answer, Call, Id, Strict};

/// Why the case should wait.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeSuspensionWish)]
pub(crate) struct Wish {
    /// At most 2,000 characters; may be left out.
    #[serde(default)]
    reason: String,
}

/// That a side has gone to court or to the police.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeProceedings)]
pub(crate) struct Proceedings {
    /// `court` or `police`.
    #[schema(value_type = String, example = "court")]
    forum: Forum,
    /// The file number there; may follow with the proof.
    #[serde(default)]
    reference: String,
    /// About what; at most 2,000 characters.
    reason: String,
}

/// How the proceedings stand; the first report proves the filing and needs a file.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeProceedingsReport)]
pub(crate) struct ProceedingsReport {
    /// The file number there.
    reference: String,
    /// How they stand; at most 2,000 characters.
    text: String,
    /// Files uploaded to this dispute; at most five.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    files: Vec<FileId>,
    /// They are over: the case goes on.
    #[serde(default)]
    concluded: bool,
}

/// What an appeal rests on: exactly one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[schema(as = DisputeAppealGround)]
pub(crate) enum AppealGround {
    /// Evidence that was not in the file.
    NewEvidence(NewEvidence),
    /// An error in the decision, named.
    Error(NamedError),
}

/// Evidence that was not in the file.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeNewEvidence)]
pub(crate) struct NewEvidence {
    /// The items; one at least, and each brings something that is not in the file yet.
    exhibits: Vec<ExhibitDraft>,
    /// Why they could not be given in time (D1.4.2); at most 2,000 characters. Needed.
    #[serde(default)]
    why_not_before: String,
}

/// An error in the decision; an article or a fact at least.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeNamedError)]
pub(crate) struct NamedError {
    /// Articles wrongly applied or passed over.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    articles: Vec<RuleId>,
    /// Facts wrongly found.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    facts: Vec<Fact>,
}

/// An appeal.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeAppeal)]
pub(crate) struct Appeal {
    /// New evidence, or a named error.
    ground: AppealGround,
    /// In the party's words; at most 2,000 characters.
    text: String,
}

/// What court or police finally decided.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeForumOutcome)]
pub(crate) struct ForumOutcomeDraft {
    /// `court` or `police`.
    #[schema(value_type = String, example = "court")]
    forum: Forum,
    /// The file number there.
    reference: String,
    /// What it decided; at most 2,000 characters.
    text: String,
    /// Of the order's amount, to the merchant.
    #[schema(schema_with = money)]
    to_merchant: Money,
    /// Beyond the order's amount, owed by the provider.
    #[schema(schema_with = money)]
    compensation: Option<Money>,
    /// The use of the service goes on so many seconds longer.
    #[serde(default)]
    extension_seconds: Option<u64>,
    /// The merchant downloads its data.
    #[serde(default)]
    data_download: bool,
}

/// Wants the case to wait, or to wait once more; it does when both do (D1.5.1).
#[utoipa::path(tag = "disputes", request_body = Wish, responses((status = 200, description = "The case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/suspension")]
pub(crate) async fn ask_suspension(call: Call<CaseHost>, Id(id): Id<CaseId>, Strict(body): Strict<Wish>) -> Answer {
    call.to(id.0).send(Command::AskSuspension { reason: body.reason }, case).await
}

/// Says that the side has gone to court or to the police; proof follows (D1.5.2, W16).
#[utoipa::path(tag = "disputes", request_body = Proceedings, responses((status = 200, description = "The suspended case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/proceedings")]
pub(crate) async fn notify_proceedings(
    call: Call<CaseHost>,
    Id(id): Id<CaseId>,
    Strict(body): Strict<Proceedings>,
) -> Answer {
    let Proceedings { forum, reference, reason } = body;
    call.to(id.0).send(Command::NotifyProceedings { forum, reference, reason }, case).await
}

/// Proves the filing, then reports how the proceedings stand (W16).
#[utoipa::path(tag = "disputes", request_body = ProceedingsReport, responses((status = 200, description = "The case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/proceedings/reports")]
pub(crate) async fn report_proceedings(
    call: Call<CaseHost>,
    Id(id): Id<CaseId>,
    Strict(body): Strict<ProceedingsReport>,
) -> Answer {
    let ProceedingsReport { reference, text, files, concluded } = body;
    call.to(id.0).send(Command::ReportProceedings { reference, text, files, concluded }, case).await
}

/// Lifts the suspension.
#[utoipa::path(tag = "disputes", request_body = Reason, responses((status = 200, description = "The case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/resume")]
pub(crate) async fn resume(call: Call<CaseHost>, Id(id): Id<CaseId>, Strict(body): Strict<Reason>) -> Answer {
    call.to(id.0).send(Command::Resume { reason: body.reason }, case).await
}

/// Appeals, once, to another arbitrator (W17).
#[utoipa::path(tag = "disputes", request_body = Appeal, responses((status = 200, description = "The case under appeal.", body = CaseBody)))]
#[post("/v1/disputes/{case}/appeal")]
pub(crate) async fn appeal(call: Call<CaseHost>, Id(id): Id<CaseId>, Strict(body): Strict<Appeal>) -> Answer {
    let ground = match body.ground {
        AppealGround::NewEvidence(new) => {
            let exhibits = new.exhibits.into_iter().map(|exhibit| exhibit.exhibit(call.new_id())).collect();
            Ground::NewEvidence { exhibits, why_not_before: new.why_not_before }
        }
        AppealGround::Error(NamedError { articles, facts }) => Ground::Error { articles, facts },
    };
    call.to(id.0).send(Command::Appeal { ground, text: body.text }, case).await
}

/// Takes the appeal back: the decision is final.
#[utoipa::path(tag = "disputes", request_body = Remark, responses((status = 200, description = "The closed case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/appeal/withdraw")]
pub(crate) async fn withdraw_appeal(call: Call<CaseHost>, Id(id): Id<CaseId>, Strict(body): Strict<Remark>) -> Answer {
    call.to(id.0).send(Command::WithdrawAppeal { text: body.text }, case).await
}

/// Records what another forum finally decided: it is followed, before the platform's decision too (D1.1.4, D1.5.2).
#[utoipa::path(tag = "disputes", request_body = ForumOutcomeDraft, responses((status = 200, description = "The case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/forum-outcome")]
pub(crate) async fn follow_forum(
    call: Call<CaseHost>,
    Id(id): Id<CaseId>,
    Strict(body): Strict<ForumOutcomeDraft>,
) -> Answer {
    let outcome = ForumOutcome {
        forum: body.forum,
        reference: body.reference,
        text: body.text,
        compensation: body.compensation.unwrap_or(Money::zero(body.to_merchant.currency)),
        to_merchant: body.to_merchant,
        extension_seconds: body.extension_seconds,
        data_download: body.data_download,
    };
    call.to(id.0).send(Command::FollowForum(Box::new(outcome)), case).await
}
