//! Closed cases under a draft edition: who would have won what (`guildhall rules simulate`).
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};
use disputes_domain::DecisionRecord;
use disputes_domain::adjudication::Standards;
use kernel::{CaseId, Money, RuleId};
use serde::Serialize;
use uuid::Uuid;

/// How many records are read at a time.
const PAGE: i64 = 500;

/// One decided case, as it was decided and as its findings would be decided under the draft.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Simulated {
    /// The case.
    pub case: CaseId,
    /// What was paid.
    pub paid: Money,
    /// To the merchant, as it was decided last.
    pub decided: Money,
    /// To the merchant, as the rules of that time recommended.
    pub recommended: Money,
    /// To the merchant, as the draft recommends.
    pub draft: Money,
    /// Compensation, as it was decided.
    pub decided_compensation: Money,
    /// Compensation, as the draft recommends.
    pub draft_compensation: Money,
    /// Who would have got more under the draft than the rules of that time recommended: `merchant`, `provider` or
    /// `nobody`.
    pub gains: &'static str,
    /// The articles of that recommendation, the governing one first.
    pub articles: Vec<RuleId>,
    /// The articles under the draft.
    pub draft_articles: Vec<RuleId>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    case_id: Uuid,
    #[diesel(sql_type = Text)]
    record: String,
}

/// Adjudicates the last decision of every closed case again under `draft` and hands each to `each`, by case id.
pub fn simulate(
    conn: &mut PgConnection,
    draft: &Standards,
    mut each: impl FnMut(Simulated) -> std::io::Result<()>,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut after = Uuid::nil();
    loop {
        let rows: Vec<Row> = engine::sql(
            "SELECT DISTINCT ON (d.case_id) d.case_id, d.record::text AS record \
             FROM decisions d JOIN cases c ON c.id = d.case_id \
             WHERE c.stage = 'closed' AND d.case_id > $1 ORDER BY d.case_id, d.instance LIMIT $2",
        )
        .bind::<SqlUuid, _>(after)
        .bind::<BigInt, _>(PAGE)
        .load(conn)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.case_id;
        for row in &rows {
            let record: DecisionRecord = serde_json::from_str(&row.record)?;
            each(simulated(&record, draft))?;
        }
    }
}

fn simulated(record: &DecisionRecord, standards: &Standards) -> Simulated {
    let (then, draft) = (&record.recommendation, record.under(standards));
    let (before, after) = (
        then.to_merchant.minor.saturating_add(then.compensation.minor),
        draft.to_merchant.minor.saturating_add(draft.compensation.minor),
    );
    Simulated {
        case: record.case,
        paid: record.terms.paid,
        decided: record.outcome.to_merchant,
        recommended: then.to_merchant,
        draft: draft.to_merchant,
        decided_compensation: record.outcome.compensation,
        draft_compensation: draft.compensation,
        gains: match after.cmp(&before) {
            std::cmp::Ordering::Greater => "merchant",
            std::cmp::Ordering::Less => "provider",
            std::cmp::Ordering::Equal => "nobody",
        },
        articles: then.rules(),
        draft_articles: draft.rules(),
    }
}
