//! The decisions of a case: grounds, outcome, statement of reasons.
use super::case::{OutcomeBody, is_staff};
use crate::host::CaseHost;
use crate::queries::rulings::{self, DecisionLine};
use crate::statement;
use actix_web::get;
use actix_web::web::Json;
use chrono::{DateTime, Utc};
use disputes_domain::DecisionRecord;
use disputes_domain::consequence::Reversal;
use engine::Fault;
use kernel::{CaseId, Decision, Party, RuleId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Id, Look, Refused};

/// A decision.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeDecision)]
pub(crate) struct DecisionBody {
    /// Its id: what a replay names.
    id: Uuid,
    /// The case.
    #[schema(value_type = String, example = "cas_01h455vb4pex5vsknk084sn02q")]
    case: CaseId,
    /// `first` or `appeal`.
    instance: String,
    /// Of an appeal: `upheld`, `changed` or `reversed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<String>,
    /// What became of what the first decision had caused: undone and how, or why it stays and what is done instead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    reversals: Vec<Reversal>,
    /// What it rests on.
    grounds: GroundsBody,
    /// What it brings about.
    outcome: OutcomeBody,
    /// The statement of reasons.
    statement: StatementBody,
    /// How far the machine decided: `confirmed` (a person confirmed what follows by rule) or `departed`.
    automation: &'static str,
    /// Whether a second person confirmed it (four eyes).
    second_person: bool,
    /// All that it followed from; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    record: Option<DecisionRecord>,
    /// When it was made.
    decided_at: DateTime<Utc>,
    /// Until when it may be appealed; the money waits as long (W17). A decision on an appeal may not.
    #[serde(skip_serializing_if = "Option::is_none")]
    appeal_by_at: Option<DateTime<Utc>>,
    /// When it became final.
    #[serde(skip_serializing_if = "Option::is_none")]
    final_at: Option<DateTime<Utc>>,
}

/// What a decision rests on, and what can be done against it.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeDecisionGrounds)]
struct GroundsBody {
    /// The articles, the governing one first.
    #[schema(value_type = Vec<String>)]
    rules: Vec<RuleId>,
    /// The edition it was made under.
    edition: String,
    /// What was found.
    facts: Vec<String>,
    /// What the findings rest on.
    evidence: Vec<String>,
    /// The reasons for both sides.
    reasons: String,
    /// Who decided: to the parties the role, to staff the person.
    by: String,
    /// False: a person decided.
    automated: bool,
    /// What may be done against it.
    #[serde(skip_serializing_if = "Option::is_none")]
    redress: Option<RedressBody>,
}

/// A way to contest a decision.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeRedress)]
struct RedressBody {
    /// The action's name.
    action: String,
    /// Until when.
    #[serde(skip_serializing_if = "Option::is_none")]
    until_at: Option<DateTime<Utc>>,
}

/// The statement of reasons in both languages.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeStatement)]
struct StatementBody {
    /// English.
    en: String,
    /// Chinese.
    zh: String,
}

/// The decisions of a case.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeDecisions)]
pub(crate) struct DecisionsBody {
    /// The one that stands first.
    items: Vec<DecisionBody>,
}

/// The decision of a case that stands, with its grounds.
#[utoipa::path(tag = "disputes", responses((status = 200, description = "The decision.", body = DecisionBody)))]
#[get("/v1/disputes/{case}/decision")]
pub(crate) async fn decision(look: Look<CaseHost>, Id(id): Id<CaseId>) -> Result<Json<DecisionBody>, Refused> {
    let viewer = look.door().relation(id.0, look.actor()).await?;
    let rows = rulings::decisions(look.door().readers(), id.0).await?;
    let row = rows.into_iter().next().ok_or(Fault::Unknown)?;
    Ok(Json(body(row, viewer)?))
}

/// All decisions of a case, the one that stands first.
#[utoipa::path(tag = "disputes", responses((status = 200, description = "The decisions.", body = DecisionsBody)))]
#[get("/v1/disputes/{case}/decisions")]
pub(crate) async fn decisions(look: Look<CaseHost>, Id(id): Id<CaseId>) -> Result<Json<DecisionsBody>, Refused> {
    let viewer = look.door().relation(id.0, look.actor()).await?;
    let rows = rulings::decisions(look.door().readers(), id.0).await?;
    let items = rows.into_iter().map(|row| body(row, viewer)).collect::<Result<_, _>>()?;
    Ok(Json(DecisionsBody { items }))
}

fn body(row: DecisionLine, viewer: Party) -> Result<DecisionBody, Fault> {
    let (record, ruling) = (row.record()?, row.decision()?);
    let statement::Statement { en, zh } = statement::whole(&record, &ruling);
    Ok(DecisionBody {
        id: row.id,
        case: CaseId(row.case_id),
        reversals: row.reversals()?,
        outcome: (&row.outcome()?).into(),
        instance: row.instance,
        result: row.result,
        statement: StatementBody { en, zh },
        automation: record.automation.into(),
        second_person: row.confirmed_by.is_some(),
        grounds: grounds(ruling, viewer),
        decided_at: row.decided_at,
        appeal_by_at: row.appeal_by,
        final_at: row.final_at,
        record: Some(record).filter(|_| is_staff(viewer)),
    })
}

fn grounds(ruling: Decision, viewer: Party) -> GroundsBody {
    GroundsBody {
        rules: ruling.rules,
        edition: ruling.edition.0,
        facts: ruling.facts,
        evidence: ruling.evidence,
        reasons: ruling.reasons,
        by: if is_staff(viewer) { ruling.by } else { Party::Arbitrator.to_string() },
        automated: ruling.automated,
        redress: ruling.redress.map(|redress| RedressBody { action: redress.action, until_at: redress.until }),
    }
}
