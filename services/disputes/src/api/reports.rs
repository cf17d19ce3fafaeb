//! The balance of both sides' interests, measured (N2): outcomes by side, medians, overturned decisions.
use crate::host::CaseHost;
use crate::queries::rulings::{self, BalanceLine};
use actix_web::get;
use actix_web::web::Json;
use chrono::{DateTime, Utc};
use kernel::Role;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Caller, Filter, Look, Refused};

/// Which cases are counted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Opened {
    /// Opened at this instant or later.
    from: Option<DateTime<Utc>>,
    /// Opened before this instant.
    to: Option<DateTime<Utc>>,
}

/// How disputes end.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeReport)]
pub(crate) struct ReportBody {
    /// All together.
    #[serde(skip_serializing_if = "Option::is_none")]
    all: Option<BalanceBody>,
    /// By category of the order.
    by_category: Vec<BalanceBody>,
    /// By the arbitrator of the first decision.
    by_arbitrator: Vec<BalanceBody>,
}

/// How some disputes end.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeBalance)]
pub(crate) struct BalanceBody {
    /// The category or the arbitrator; empty for all.
    name: String,
    /// How many cases were opened.
    cases: i64,
    /// Ended by agreement, some of them after a decision.
    settled: i64,
    /// Withdrawn.
    withdrawn: i64,
    /// Decided in the first instance.
    decided: i64,
    /// By the last word of the platform or of another forum, unless the parties settled: all to the merchant.
    for_merchant: i64,
    /// Something to both.
    divided: i64,
    /// Nothing to the merchant.
    for_provider: i64,
    /// Appealed and decided on appeal.
    appealed: i64,
    /// Of those, changed or reversed.
    overturned: i64,
    /// Decided, and another forum gave the merchant another sum, which was followed.
    overturned_elsewhere: i64,
    /// Overturned on appeal or elsewhere among decided, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    overturned_share: Option<f64>,
    /// Half the cases took less: from the opening to the first decision, or to the end without one; in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    median_seconds_to_outcome: Option<f64>,
    /// Half the ended cases took less, from the opening to the end: appeals and waiting for them included; in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    median_seconds_to_end: Option<f64>,
}

/// Outcomes by side, time to outcome, overturned decisions: together, by category, by arbitrator. For staff.
#[utoipa::path(tag = "disputes",
    params(Opened),
    responses((status = 200, description = "The balance.", body = ReportBody))
)]
#[get("/v1/reports/disputes")]
pub(crate) async fn report(look: Look<CaseHost>, Filter(which): Filter<Opened>) -> Result<Json<ReportBody>, Refused> {
    Caller(look.actor().clone()).must_be(&[Role::Arbitrator, Role::Operator])?;
    let rows = rulings::balance(look.door().readers(), which.from, which.to).await?;
    let (mut all, mut by_category, mut by_arbitrator) = (None, vec![], vec![]);
    for row in rows {
        match row.by.as_str() {
            "category" => by_category.push(body(row)),
            "arbitrator" => by_arbitrator.push(body(row)),
            _ => all = Some(body(row)),
        }
    }
    Ok(Json(ReportBody { all, by_category, by_arbitrator }))
}

#[allow(clippy::cast_precision_loss, reason = "counts of cases are far below 2^52")]
fn body(row: BalanceLine) -> BalanceBody {
    BalanceBody {
        name: row.name,
        cases: row.cases,
        settled: row.settled,
        withdrawn: row.withdrawn,
        decided: row.decided,
        for_merchant: row.for_merchant,
        divided: row.divided,
        for_provider: row.for_provider,
        appealed: row.appealed,
        overturned: row.overturned,
        overturned_elsewhere: row.overturned_elsewhere,
        overturned_share: (row.decided > 0).then(|| row.overturned_in_all as f64 / row.decided as f64),
        median_seconds_to_outcome: row.median_to_outcome,
        median_seconds_to_end: row.median_to_end,
    }
}
