//! Decisions with their records, the draft that waits, and what all decisions look like together (N2).
use super::found;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Double, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use disputes_domain::adjudication::Recommendation;
use disputes_domain::consequence::Reversal;
use disputes_domain::{DecisionRecord, Draft, Outcome};
use engine::Fault;
use engine::connect::Readers;
use engine::look::{query, stored};
use kernel::{Decision, Time};
use uuid::Uuid;

/// A decision.
#[derive(QueryableByName)]
pub(crate) struct DecisionLine {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub case_id: Uuid,
    #[diesel(sql_type = Text)]
    pub instance: String,
    #[diesel(sql_type = Text)]
    decision: String,
    #[diesel(sql_type = Text)]
    outcome: String,
    #[diesel(sql_type = Text)]
    record: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub confirmed_by: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub result: Option<String>,
    #[diesel(sql_type = Text)]
    reversals: String,
    #[diesel(sql_type = Timestamptz)]
    pub decided_at: Time,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub appeal_by: Option<Time>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub final_at: Option<Time>,
}

/// A draft that waits for a second person.
#[derive(QueryableByName)]
pub(crate) struct DraftLine {
    #[diesel(sql_type = Text)]
    draft: String,
    #[diesel(sql_type = Text)]
    pub hash: String,
    #[diesel(sql_type = Text)]
    pub drafted_by: String,
    #[diesel(sql_type = Timestamptz)]
    pub drafted_at: Time,
    #[diesel(sql_type = Text)]
    recommendation: String,
}

/// What decisions look like together, for one category or arbitrator or all.
#[derive(QueryableByName)]
pub(crate) struct BalanceLine {
    /// `all`, `category` or `arbitrator`.
    #[diesel(sql_type = Text)]
    pub by: String,
    /// Which.
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = BigInt)]
    pub cases: i64,
    #[diesel(sql_type = BigInt)]
    pub settled: i64,
    #[diesel(sql_type = BigInt)]
    pub withdrawn: i64,
    #[diesel(sql_type = BigInt)]
    pub decided: i64,
    #[diesel(sql_type = BigInt)]
    pub for_merchant: i64,
    #[diesel(sql_type = BigInt)]
    pub divided: i64,
    #[diesel(sql_type = BigInt)]
    pub for_provider: i64,
    #[diesel(sql_type = BigInt)]
    pub appealed: i64,
    #[diesel(sql_type = BigInt)]
    pub overturned: i64,
    #[diesel(sql_type = BigInt)]
    pub overturned_elsewhere: i64,
    /// Either way.
    #[diesel(sql_type = BigInt)]
    pub overturned_in_all: i64,
    /// In seconds, from the opening to the first decision, or to the end without one.
    #[diesel(sql_type = Nullable<Double>)]
    pub median_to_outcome: Option<f64>,
    /// In seconds, from the opening to the end, of cases that have ended.
    #[diesel(sql_type = Nullable<Double>)]
    pub median_to_end: Option<f64>,
}

impl DecisionLine {
    /// The grounds.
    pub(crate) fn decision(&self) -> Result<Decision, Fault> {
        stored(&self.decision)
    }

    /// What it brings about.
    pub(crate) fn outcome(&self) -> Result<Outcome, Fault> {
        stored(&self.outcome)
    }

    /// All that it followed from.
    pub(crate) fn record(&self) -> Result<DecisionRecord, Fault> {
        stored(&self.record)
    }

    /// What became of what the first decision caused.
    pub(crate) fn reversals(&self) -> Result<Vec<Reversal>, Fault> {
        stored(&self.reversals)
    }
}

impl DraftLine {
    /// The draft.
    pub(crate) fn draft(&self) -> Result<Draft, Fault> {
        stored(&self.draft)
    }

    /// What followed by rule when it was handed in.
    pub(crate) fn recommendation(&self) -> Result<Recommendation, Fault> {
        stored(&self.recommendation)
    }
}

const DECISION: &str = "SELECT id, case_id, instance, decision::text AS decision, outcome::text AS outcome, \
    record::text AS record, confirmed_by, result, reversals::text AS reversals, decided_at, appeal_by, final_at \
    FROM decisions";

/// The decisions of a case, the last one first.
pub(crate) async fn decisions(readers: &Readers, case: Uuid) -> Result<Vec<DecisionLine>, Fault> {
    query(readers, move |conn| {
        engine::sql(format!("{DECISION} WHERE case_id = $1 ORDER BY instance")).bind::<SqlUuid, _>(case).load(conn)
    })
    .await
}

/// One decision.
pub(crate) async fn decision(readers: &Readers, id: Uuid) -> Result<DecisionLine, Fault> {
    found(
        query(readers, move |conn| engine::sql(format!("{DECISION} WHERE id = $1")).bind::<SqlUuid, _>(id).load(conn))
            .await,
    )
}

/// The draft that waits, if one does.
pub(crate) async fn draft(readers: &Readers, case: Uuid) -> Result<Option<DraftLine>, Fault> {
    query(readers, move |conn| {
        engine::sql(
            "SELECT draft::text AS draft, hash, drafted_by, drafted_at, recommendation::text AS recommendation \
             FROM decision_drafts WHERE case_id = $1",
        )
        .bind::<SqlUuid, _>(case)
        .get_result(conn)
        .optional()
    })
    .await
}

/// The balance of all cases opened from `from` on and before `to`: together, by category, by arbitrator of the first
/// decision.
pub(crate) async fn balance(
    readers: &Readers,
    from: Option<Time>,
    to: Option<Time>,
) -> Result<Vec<BalanceLine>, Fault> {
    query(readers, move |conn| {
        engine::sql(BALANCE).bind::<Nullable<Timestamptz>, _>(from).bind::<Nullable<Timestamptz>, _>(to).load(conn)
    })
    .await
}

// Money is written with all the digits of its minor unit: without the point it is a count of them.
const BALANCE: &str = "WITH one AS (\
        SELECT c.id, c.category, c.status, f.decided_by, c.amount_minor AS paid, \
            CASE WHEN c.status <> 'settled' THEN replace(COALESCE(e.details->'amount', \
                COALESCE(a.outcome, f.outcome)->'to_merchant')->>'amount', '.', '')::bigint END AS to_merchant, \
            a.id IS NOT NULL AS appealed, COALESCE(a.result <> 'upheld', false) AS overturned, \
            COALESCE(e.details->'amount' <> COALESCE(a.outcome, f.outcome)->'to_merchant', false) AS elsewhere, \
            extract(epoch FROM COALESCE(f.decided_at, c.closed_at) - c.opened_at)::double precision AS to_outcome, \
            extract(epoch FROM c.closed_at - c.opened_at)::double precision AS to_end \
        FROM cases c \
        LEFT JOIN decisions f ON f.case_id = c.id AND f.instance = 'first' \
        LEFT JOIN decisions a ON a.case_id = c.id AND a.instance = 'appeal' \
        LEFT JOIN LATERAL (SELECT details FROM timeline WHERE case_id = c.id AND event = 'forum_followed' \
            ORDER BY version DESC LIMIT 1) e ON true \
        WHERE ($1 IS NULL OR c.opened_at >= $1) AND ($2 IS NULL OR c.opened_at < $2)), \
    named AS (\
        SELECT 'all' AS by, '' AS name, one.* FROM one \
        UNION ALL SELECT 'category', category, one.* FROM one \
        UNION ALL SELECT 'arbitrator', decided_by, one.* FROM one WHERE decided_by IS NOT NULL) \
    SELECT by, name, count(*) AS cases, \
        count(*) FILTER (WHERE status = 'settled') AS settled, \
        count(*) FILTER (WHERE status = 'withdrawn') AS withdrawn, \
        count(decided_by) AS decided, \
        count(*) FILTER (WHERE to_merchant >= paid AND paid > 0) AS for_merchant, \
        count(*) FILTER (WHERE to_merchant > 0 AND to_merchant < paid) AS divided, \
        count(*) FILTER (WHERE to_merchant = 0) AS for_provider, \
        count(*) FILTER (WHERE appealed) AS appealed, \
        count(*) FILTER (WHERE overturned) AS overturned, \
        count(*) FILTER (WHERE elsewhere) AS overturned_elsewhere, \
        count(*) FILTER (WHERE overturned OR elsewhere) AS overturned_in_all, \
        percentile_cont(0.5) WITHIN GROUP (ORDER BY to_outcome) AS median_to_outcome, \
        percentile_cont(0.5) WITHIN GROUP (ORDER BY to_end) AS median_to_end \
    FROM named GROUP BY by, name ORDER BY by = 'arbitrator', by = 'category', name";
