//! A provider's profile: the compliance course, the exit, the bar.
use super::showing::{EntryBody, timeline_page, words};
use crate::host::ProviderHost;
use actix_web::web::Json;
use actix_web::{get, post};
use chrono::{DateTime, Utc};
use engine::{Reply, Seen};
use kernel::{Machine, Problem, ProviderId, RuleId};
use onboarding_domain::provider::{Command, Exit, ExitCause, Profile, Providers};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::body::{ActionBody, DeadlineBody, actions, deadlines};
use web::{Answer, Call, Filter, Id, Look, Nothing, Page, PageQuery, Refused, Strict};

/// An organisation that sells.
#[derive(Serialize, ToSchema)]
#[schema(as = Provider)]
pub(super) struct ProviderBody {
    /// Its id.
    id: ProviderId,
    /// `registered`, `leaving` or `exited`.
    status: &'static str,
    /// The newest edition: a profile pins none, each decision names its own.
    edition: String,
    /// P4: the compliance course for those who serve the EU.
    eu_course: CourseBody,
    /// The governing rule of the bar, while it is barred; the grounds are in the timeline.
    #[serde(skip_serializing_if = "Option::is_none")]
    barred_by: Option<RuleId>,
    /// What a voluntary exit waits for.
    open: OpenBody,
    /// Since when it is gone (W33 counts from here).
    #[serde(skip_serializing_if = "Option::is_none")]
    exited_at: Option<DateTime<Utc>>,
    /// How it came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::<ExitCause>)]
    exit_cause: Option<ExitCause>,
    /// What runs.
    deadlines: Vec<DeadlineBody>,
    /// What the caller may do.
    actions: Vec<ActionBody>,
}

/// The compliance course (P4).
#[derive(Serialize, ToSchema)]
#[schema(as = ProviderCourse)]
struct CourseBody {
    /// The version in force.
    version: String,
    /// All must be worked through.
    modules: Vec<ModuleBody>,
    /// The version that was completed last.
    #[serde(skip_serializing_if = "Option::is_none")]
    completed_version: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    completed_at: Option<DateTime<Utc>>,
}

/// One module of the course.
#[derive(Serialize, ToSchema)]
#[schema(as = ProviderCourseModule)]
struct ModuleBody {
    key: String,
    /// The pledge or rule that it teaches.
    rule: RuleId,
    /// The teaching, in English.
    en: String,
    /// The teaching, in Chinese.
    zh: String,
}

/// What is open of a provider's.
#[derive(Serialize, ToSchema)]
#[schema(as = ProviderOpen)]
struct OpenBody {
    orders: u32,
    cases: u32,
    complaints: u32,
}

/// That the course was worked through.
#[derive(Deserialize, ToSchema)]
#[schema(as = ProviderCourseCompletion)]
#[serde(deny_unknown_fields)]
pub(super) struct CompletionBody {
    /// The version of the course.
    version: String,
    /// The keys of its modules; all of them.
    modules: Vec<String>,
}

/// That the provider wants to leave.
#[derive(Deserialize, ToSchema)]
#[schema(as = ProviderExit)]
#[serde(deny_unknown_fields)]
pub(super) struct ExitBody {
    /// Why, at most 1,000 characters.
    #[serde(default)]
    reason: String,
}

/// A bar: no cooperation in any form (C2, C3, C4, X23).
#[derive(Deserialize, ToSchema)]
#[schema(as = ProviderBar)]
#[serde(deny_unknown_fields)]
pub(super) struct BarBody {
    /// The rules it rests on, the governing one first; 1 to 8.
    rules: Vec<RuleId>,
    /// Why, at most 2,000 characters.
    reasons: String,
    /// The barred organisation that this one is related to, if that is the cause.
    related_to: Option<ProviderId>,
}

/// That a bar was wrong, or overturned.
#[derive(Deserialize, ToSchema)]
#[schema(as = ProviderLiftBar)]
#[serde(deny_unknown_fields)]
pub(super) struct LiftBarBody {
    /// Why, at most 2,000 characters.
    reasons: String,
}

/// A clearance (X21).
#[derive(Deserialize, ToSchema)]
#[schema(as = ProviderClosing)]
#[serde(deny_unknown_fields)]
pub(super) struct CloseBody {
    /// The rules it rests on, the governing one first; 1 to 8.
    rules: Vec<RuleId>,
    /// Why, at most 2,000 characters.
    reasons: String,
}

/// One provider.
#[utoipa::path(responses((status = 200, description = "The provider.", body = ProviderBody)))]
#[get("/v1/providers/{provider}")]
pub(super) async fn show_provider(look: Look<ProviderHost>, Id(id): Id<ProviderId>) -> Answer {
    look.at(id.0, provider).await
}

/// What happened to a provider, oldest first.
#[utoipa::path(
    params(PageQuery),
    responses((status = 200, description = "A page of the timeline.", body = Page<EntryBody>))
)]
#[get("/v1/providers/{provider}/timeline")]
pub(super) async fn provider_timeline(
    look: Look<ProviderHost>,
    Id(id): Id<ProviderId>,
    _: Filter<Nothing>,
    page: PageQuery,
) -> Result<Json<Page<EntryBody>>, Refused> {
    Ok(Json(timeline_page(look, "provider_timeline", id.0, &page).await?))
}

/// Makes the caller's organisation known as a provider; its first application does so by itself.
#[utoipa::path(responses((status = 201, description = "The provider.", body = ProviderBody)))]
#[post("/v1/providers/{provider}/register")]
pub(super) async fn register(call: Call<ProviderHost>, Id(id): Id<ProviderId>, _: Strict<Nothing>) -> Answer {
    call.to(id.0).send(Command::Register, registered).await
}

/// Records that the compliance course was worked through (P4).
#[utoipa::path(
    request_body = CompletionBody,
    responses((status = 200, description = "The provider.", body = ProviderBody))
)]
#[post("/v1/providers/{provider}/course-completions")]
pub(super) async fn complete_course(
    call: Call<ProviderHost>,
    Id(id): Id<ProviderId>,
    Strict(body): Strict<CompletionBody>,
) -> Answer {
    let CompletionBody { version, modules } = body;
    call.to(id.0).send(Command::CompleteCourse { version, modules }, provider).await
}

/// Leaves the market, once nothing of the provider's is open.
#[utoipa::path(
    request_body = ExitBody,
    responses((status = 200, description = "The provider.", body = ProviderBody))
)]
#[post("/v1/providers/{provider}/exit")]
pub(super) async fn exit(call: Call<ProviderHost>, Id(id): Id<ProviderId>, Strict(body): Strict<ExitBody>) -> Answer {
    call.to(id.0).send(Command::RequestExit { reason: body.reason }, provider).await
}

/// Stays after all.
#[utoipa::path(responses((status = 200, description = "The provider.", body = ProviderBody)))]
#[post("/v1/providers/{provider}/cancel-exit")]
pub(super) async fn cancel_exit(call: Call<ProviderHost>, Id(id): Id<ProviderId>, _: Strict<Nothing>) -> Answer {
    call.to(id.0).send(Command::CancelExit, provider).await
}

/// Bars an organisation, known or not. For C3 its store is closed, and so are those of the same registration.
#[utoipa::path(
    request_body = BarBody,
    responses((status = 200, description = "The provider.", body = ProviderBody))
)]
#[post("/v1/providers/{provider}/bar")]
pub(super) async fn bar(call: Call<ProviderHost>, Id(id): Id<ProviderId>, Strict(body): Strict<BarBody>) -> Answer {
    let BarBody { rules, reasons, related_to } = body;
    call.to(id.0).send(Command::Bar { rules, reasons, related_to }, provider).await
}

/// Lifts a bar. What it brought about stays.
#[utoipa::path(
    request_body = LiftBarBody,
    responses((status = 200, description = "The provider.", body = ProviderBody))
)]
#[post("/v1/providers/{provider}/lift-bar")]
pub(super) async fn lift_bar(
    call: Call<ProviderHost>,
    Id(id): Id<ProviderId>,
    Strict(body): Strict<LiftBarBody>,
) -> Answer {
    call.to(id.0).send(Command::LiftBar { reasons: body.reasons }, provider).await
}

/// Clears the provider out of the market; that waits for nothing (X21).
#[utoipa::path(
    request_body = CloseBody,
    responses((status = 200, description = "The provider.", body = ProviderBody))
)]
#[post("/v1/providers/{provider}/close")]
pub(super) async fn close(call: Call<ProviderHost>, Id(id): Id<ProviderId>, Strict(body): Strict<CloseBody>) -> Answer {
    call.to(id.0).send(Command::Close { rules: body.rules, reasons: body.reasons }, provider).await
}

fn provider(seen: &Seen<'_, Providers>) -> Reply {
    match seen.state.profile() {
        Ok(profile) => Reply::json(200, seen.version, &body(seen, profile)),
        Err(refusal) => Reply::problem(&Problem::of(&refusal)),
    }
}

fn registered(seen: &Seen<'_, Providers>) -> Reply {
    let reply = provider(seen).at(format!("/v1/providers/{}", ProviderId(seen.id)));
    if reply.status == 200 { Reply { status: 201, ..reply } } else { reply }
}

fn body(seen: &Seen<'_, Providers>, profile: &Profile) -> ProviderBody {
    let course = &seen.ctx.rules.eu_course;
    let modules = course.modules.iter().map(|module| ModuleBody {
        key: module.key.clone(),
        rule: module.rule.clone(),
        en: module.en.clone(),
        zh: module.zh.clone(),
    });
    ProviderBody {
        id: profile.provider,
        status: Providers::status(seen.state),
        edition: seen.ctx.edition.to_string(),
        eu_course: CourseBody {
            version: course.version.clone(),
            modules: modules.collect(),
            completed_version: profile.training.as_ref().map(|training| training.version.clone()),
            completed_at: profile.training.as_ref().map(|training| training.at),
        },
        barred_by: profile.barred.clone(),
        open: OpenBody {
            orders: seen.ctx.facts.open_orders,
            cases: seen.ctx.facts.open_cases,
            complaints: seen.ctx.facts.open_complaints,
        },
        exited_at: profile.exited_at(),
        exit_cause: match profile.exit {
            Exit::Stays | Exit::Requested => None,
            Exit::Exited { cause, .. } => Some(cause),
        },
        deadlines: deadlines::<Providers>(seen.state),
        actions: actions(seen),
    }
}
