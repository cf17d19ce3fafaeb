//! Findings of fact, and the second person's part in a decision (D1.1.4, D1.4.1).
use super::case::{CaseBody, case, decided, shown};
use super::file::must_be_staff;
use super::negotiation::RefusalOfRefund as Reasons;
use crate::host::CaseHost;
use crate::queries::rulings;
use actix_web::web::Json;
use actix_web::{get, post};
use chrono::{DateTime, Utc};
use disputes_domain::adjudication::figures::{self, Written};
use disputes_domain::adjudication::{Fact, Figure, Recommendation, Truth};
use disputes_domain::findings::Found;
use disputes_domain::{Cases, Command, Draft, FigureFindings, Finding};
use engine::{Reply, Seen};
use kernel::{CaseId, Currency, Money};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use web::{Answer, Call, Id, Look, Refused, Strict};

/// Findings of fact: each replaces what was found of its fact.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeFindingsDraft)]
pub(crate) struct FindingsDraft {
    /// At most 50.
    #[serde(default)]
    findings: Vec<FindingDraft>,
    /// All figures anew, or none to leave them: those of `guildhall rules schema adjudicate`, written as there
    /// (`"480.00"` in the order's currency, `"25%"`, `"36 hours"`).
    #[serde(default)]
    #[schema(value_type = Option<Object>, example = json!({ "kept_value_share": "0.25", "service_cost": "480.00" }))]
    figures: Option<Written>,
    /// The numbers of the entries of the case file that the figures rest on; needed with them.
    #[serde(default)]
    figures_rest_on: Vec<u32>,
    /// Why these figures; needed with them.
    #[serde(default)]
    figure_reasons: String,
}

/// One finding.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeFindingDraft)]
pub(crate) struct FindingDraft {
    /// The fact, of the closed list.
    #[schema(value_type = String, example = "description_untrue")]
    fact: Fact,
    /// `established`, `not_established` or `open`.
    #[schema(value_type = String, example = "established")]
    truth: Truth,
    /// The numbers of the entries of the case file that it rests on; an established fact needs one at least.
    #[serde(default)]
    rests_on: Vec<u32>,
    /// Why; at most 500 characters.
    #[serde(default)]
    note: String,
}

/// What was found so far.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeFindings)]
pub(crate) struct FindingsBody {
    /// By fact: how far it is proved, and the entries it rests on.
    #[schema(value_type = Object)]
    facts: BTreeMap<Fact, FoundBody>,
    /// The figures, written as they may be entered.
    #[schema(value_type = Object)]
    figures: BTreeMap<Figure, String>,
    /// The entries that they rest on.
    figures_rest_on: Vec<u32>,
    /// Why these figures.
    figure_reasons: String,
}

/// What was found of a fact.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeFound)]
pub(crate) struct FoundBody {
    /// How far it is proved.
    #[schema(value_type = String)]
    truth: Truth,
    /// The entries it rests on.
    rests_on: Vec<u32>,
}

/// Which draft is confirmed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DisputeConfirmation)]
pub(crate) struct Confirmation {
    /// The hash of the draft as it was read.
    hash: String,
}

/// The draft that waits for a second person.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeWaitingDraft)]
pub(crate) struct WaitingDraft {
    /// What it would decide.
    #[schema(value_type = Object)]
    draft: Draft,
    /// Its hash, by which it is confirmed.
    hash: String,
    /// Who handed it in.
    by: String,
    /// When.
    at: DateTime<Utc>,
    /// What followed by rule then.
    #[schema(value_type = Object)]
    recommendation: Recommendation,
}

/// Enters findings of fact, with the evidence they rest on.
#[utoipa::path(tag = "disputes", request_body = FindingsDraft, responses((status = 200, description = "The case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/findings")]
pub(crate) async fn enter_findings(
    call: Call<CaseHost>,
    Id(id): Id<CaseId>,
    Strict(body): Strict<FindingsDraft>,
) -> Answer {
    let FindingsDraft { findings, figures, figures_rest_on: rests_on, figure_reasons: reasons } = body;
    let figures = figures.map(|figures| FigureFindings { figures, rests_on, reasons });
    let findings = findings
        .into_iter()
        .map(|FindingDraft { fact, truth, rests_on, note }| Finding { fact, truth, rests_on, note })
        .collect();
    call.to(id.0).send(Command::EnterFindings { findings, figures }, case).await
}

/// What was found: for staff so far, for the parties once it is decided.
#[utoipa::path(tag = "disputes", responses((status = 200, description = "The findings.", body = FindingsBody)))]
#[get("/v1/disputes/{case}/findings")]
pub(crate) async fn read_findings(look: Look<CaseHost>, Id(id): Id<CaseId>) -> Answer {
    look.at(id.0, found).await
}

fn found(seen: &Seen<'_, Cases>) -> Reply {
    shown(seen, |case| {
        if !case.tells_findings() {
            must_be_staff(seen.ctx.party)?;
        }
        let body = |found: &Found| FoundBody { truth: found.truth, rests_on: found.rests_on.clone() };
        let facts = case.found.facts.iter().map(|(fact, found)| (*fact, body(found))).collect();
        Ok(FindingsBody {
            facts,
            figures: figures::write(&case.found.figures, case.opening.amount.currency),
            figures_rest_on: case.found.figures_rest_on.clone(),
            figure_reasons: case.found.figure_reasons.clone(),
        })
    })
}

/// The draft that waits for a second person. For staff.
#[utoipa::path(tag = "disputes", responses((status = 200, description = "The draft.", body = WaitingDraft)))]
#[get("/v1/disputes/{case}/decision/draft")]
pub(crate) async fn waiting_draft(look: Look<CaseHost>, Id(id): Id<CaseId>) -> Result<Json<WaitingDraft>, Refused> {
    must_be_staff(look.door().relation(id.0, look.actor()).await?)?;
    let row = rulings::draft(look.door().readers(), id.0).await?.ok_or_else(Refused::not_found)?;
    Ok(Json(WaitingDraft {
        draft: row.draft()?,
        recommendation: row.recommendation()?,
        hash: row.hash,
        by: row.drafted_by,
        at: row.drafted_at,
    }))
}

/// Confirms exactly the draft of this hash: the case is decided.
#[utoipa::path(tag = "disputes",
    request_body = Confirmation,
    responses((status = 201, description = "The decided case; Location is the decision.", body = CaseBody))
)]
#[post("/v1/disputes/{case}/decision/confirm")]
pub(crate) async fn confirm_decision(
    call: Call<CaseHost>,
    look: Look<CaseHost>,
    Id(id): Id<CaseId>,
    Strict(body): Strict<Confirmation>,
) -> Result<Answer, Refused> {
    look.door().relation(id.0, look.actor()).await?;
    let waiting = rulings::draft(look.door().readers(), id.0).await?;
    let confirmed = match waiting.filter(|row| row.hash == body.hash) {
        Some(row) => row.draft()?,
        None => nothing(),
    };
    Ok(call.to(id.0).send(Command::ConfirmDecision(Box::new(confirmed)), decided).await)
}

/// Gives the draft that waits back.
#[utoipa::path(tag = "disputes", request_body = Reasons, responses((status = 200, description = "The case.", body = CaseBody)))]
#[post("/v1/disputes/{case}/decision/return")]
pub(crate) async fn return_decision(call: Call<CaseHost>, Id(id): Id<CaseId>, Strict(body): Strict<Reasons>) -> Answer {
    call.to(id.0).send(Command::ReturnDecision { reasons: body.reasons }, case).await
}

/// What is confirmed where the named draft does not wait: the machine says why that cannot be.
fn nothing() -> Draft {
    let zero = Money::zero(Currency::CNY);
    Draft {
        to_merchant: zero,
        compensation: zero,
        extension_seconds: None,
        data_download: false,
        rules: vec![],
        facts: vec![],
        evidence: vec![],
        reasons: String::new(),
        departure: String::new(),
    }
}
