//! What is read from the views: lists by keyset, the timeline, the proposals; with [`papers`] the case file and the
//! evidence, with [`rulings`] the decisions.
pub(crate) mod papers;
pub(crate) mod rulings;

use crate::timeline::Details;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use disputes_domain::Side;
use engine::Fault;
use engine::connect::Readers;
use engine::look::{query, stored};
use kernel::{Currency, Money, Party};
use uuid::Uuid;

/// A key of a list: what it sorts by, and the id.
pub(crate) type After = Option<(DateTime<Utc>, Uuid)>;

/// Which cases a list shows. What is `None` does not filter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Which {
    /// Cases of this provider.
    pub provider: Option<Uuid>,
    /// Cases of this merchant.
    pub merchant: Option<Uuid>,
    /// About this order.
    pub order: Option<Uuid>,
    /// In this stage.
    pub stage: Option<String>,
    /// In this status.
    pub status: Option<String>,
    /// Held by this arbitrator.
    pub arbitrator: Option<String>,
    /// Waiting for an arbitrator.
    pub unassigned: bool,
}

/// In which order a list comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sorting {
    /// Newest first.
    Newest,
    /// Earliest breach first; what has none last.
    EarliestBreach,
}

/// A line of a list.
#[derive(QueryableByName)]
pub(crate) struct CaseLine {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub order_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub provider_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub merchant_id: Uuid,
    #[diesel(sql_type = Text)]
    pub category: String,
    #[diesel(sql_type = Text)]
    pub claim: String,
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = BigInt)]
    amount_minor: i64,
    #[diesel(sql_type = BigInt)]
    asked_minor: i64,
    #[diesel(sql_type = Text)]
    pub edition: String,
    #[diesel(sql_type = Text)]
    pub stage: String,
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = Timestamptz)]
    pub opened_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    pub arbitrator: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub due_at: Option<DateTime<Utc>>,
    /// What the list sorts by.
    #[diesel(sql_type = Timestamptz)]
    pub sort_key: DateTime<Utc>,
}

/// An entry of a timeline.
#[derive(QueryableByName)]
pub(crate) struct TimelineLine {
    #[diesel(sql_type = BigInt)]
    pub version: i64,
    #[diesel(sql_type = Timestamptz)]
    pub at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    pub party: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub person: Option<String>,
    #[diesel(sql_type = Text)]
    pub event: String,
    #[diesel(sql_type = Array<Text>)]
    pub rules: Vec<String>,
    #[diesel(sql_type = Text)]
    pub text: String,
    #[diesel(sql_type = Text)]
    pub staff_note: String,
    #[diesel(sql_type = Text)]
    details: String,
}

/// A proposal.
#[derive(QueryableByName)]
pub(crate) struct ProposalLine {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub side: String,
    #[diesel(sql_type = BigInt)]
    to_merchant_minor: i64,
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = Text)]
    pub text: String,
    #[diesel(sql_type = Timestamptz)]
    pub made_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub reply_by: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub answered_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Text)]
    pub answer: String,
}

impl CaseLine {
    /// What was paid for the order.
    pub(crate) fn amount(&self) -> Result<Money, Fault> {
        money(self.amount_minor, &self.currency)
    }

    /// What the merchant asks back.
    pub(crate) fn asked(&self) -> Result<Money, Fault> {
        money(self.asked_minor, &self.currency)
    }
}

impl TimelineLine {
    /// What belongs to the event beside its words.
    pub(crate) fn details(&self) -> Result<Details, Fault> {
        stored(&self.details)
    }
}

impl ProposalLine {
    /// What the merchant would get.
    pub(crate) fn to_merchant(&self) -> Result<Money, Fault> {
        money(self.to_merchant_minor, &self.currency)
    }
}

/// One page of cases, and a row more if there is one.
pub(crate) async fn cases(
    readers: &Readers,
    which: Which,
    sorting: Sorting,
    after: After,
    rows: i64,
) -> Result<Vec<CaseLine>, Fault> {
    // The very expression of the index `cases_queue`.
    let (key, beyond, way) = match sorting {
        Sorting::Newest => ("opened_at", "<", "DESC"),
        Sorting::EarliestBreach => ("COALESCE(due_at, TIMESTAMPTZ '9999-01-01 00:00:00+00')", ">", "ASC"),
    };
    let sql = format!(
        "SELECT id, order_id, provider_id, merchant_id, category, claim, currency, amount_minor, asked_minor, edition, \
         stage, status, opened_at, updated_at, arbitrator, due_at, {key} AS sort_key FROM cases \
         WHERE ($1 IS NULL OR provider_id = $1) AND ($2 IS NULL OR merchant_id = $2) \
         AND ($3 IS NULL OR order_id = $3) AND ($4 IS NULL OR stage = $4) AND ($5 IS NULL OR status = $5) \
         AND ($6 IS NULL OR arbitrator = $6) AND (NOT $7 OR (status IN ('under_review', 'evidence') AND arbitrator IS NULL)) \
         AND ($8 IS NULL OR ({key}, id) {beyond} ($8, $9)) ORDER BY {key} {way}, id {way} LIMIT $10"
    );
    let (at, id) = after.unzip();
    query(readers, move |conn| {
        engine::sql(sql)
            .bind::<Nullable<SqlUuid>, _>(which.provider)
            .bind::<Nullable<SqlUuid>, _>(which.merchant)
            .bind::<Nullable<SqlUuid>, _>(which.order)
            .bind::<Nullable<Text>, _>(which.stage)
            .bind::<Nullable<Text>, _>(which.status)
            .bind::<Nullable<Text>, _>(which.arbitrator)
            .bind::<Bool, _>(which.unassigned)
            .bind::<Nullable<Timestamptz>, _>(at)
            .bind::<Nullable<SqlUuid>, _>(id)
            .bind::<BigInt, _>(rows)
            .load(conn)
    })
    .await
}

/// Entries of a case's timeline after the version `after`, as `viewer` may see them: that a side drafts evidence is
/// its own business, that arbitrators go over a draft is theirs, and what was found is told with the decision.
pub(crate) async fn timeline(
    readers: &Readers,
    case: Uuid,
    viewer: Party,
    after: i64,
    rows: i64,
) -> Result<Vec<TimelineLine>, Fault> {
    query(readers, move |conn| {
        engine::sql(
            "SELECT version, at, party, person, event, rules, text, staff_note, details::text AS details \
             FROM timeline t WHERE case_id = $1 AND version > $2 \
             AND (party = $3 OR event NOT IN ('evidence_drafted', 'evidence_discarded')) \
             AND (NOT $5 OR event NOT IN ('decision_drafted', 'decision_returned', 'findings_entered') \
                OR event = 'findings_entered' AND (\
                    EXISTS (SELECT 1 FROM cases c WHERE c.id = t.case_id AND c.status = 'resolved') \
                    OR EXISTS (SELECT 1 FROM timeline d WHERE d.case_id = t.case_id AND d.version > t.version \
                        AND d.event IN ('decided', 'appeal_decided')))) \
             ORDER BY version LIMIT $4",
        )
        .bind::<SqlUuid, _>(case)
        .bind::<BigInt, _>(after)
        .bind::<Text, _>(viewer.to_string())
        .bind::<BigInt, _>(rows)
        .bind::<Bool, _>(Side::of(viewer).is_some())
        .load(conn)
    })
    .await
}

/// The proposals of a case, oldest first.
pub(crate) async fn proposals(
    readers: &Readers,
    case: Uuid,
    after: After,
    rows: i64,
) -> Result<Vec<ProposalLine>, Fault> {
    let (at, id) = after.unzip();
    query(readers, move |conn| {
        engine::sql(format!(
            "{PROPOSAL} WHERE case_id = $1 AND ($2 IS NULL OR (made_at, id) > ($2, $3)) ORDER BY made_at, id LIMIT $4"
        ))
        .bind::<SqlUuid, _>(case)
        .bind::<Nullable<Timestamptz>, _>(at)
        .bind::<Nullable<SqlUuid>, _>(id)
        .bind::<BigInt, _>(rows)
        .load(conn)
    })
    .await
}

/// One proposal of a case.
pub(crate) async fn proposal(readers: &Readers, case: Uuid, id: Uuid) -> Result<ProposalLine, Fault> {
    let found = query(readers, move |conn| {
        engine::sql(format!("{PROPOSAL} WHERE case_id = $1 AND id = $2"))
            .bind::<SqlUuid, _>(case)
            .bind::<SqlUuid, _>(id)
            .load(conn)
    });
    found.await?.pop().ok_or(Fault::Unknown)
}

const PROPOSAL: &str = "SELECT id, side, to_merchant_minor, currency, text, made_at, reply_by, status, answered_at, \
    answer FROM proposals";

/// The one row there may be.
fn found<T>(rows: Result<Vec<T>, Fault>) -> Result<T, Fault> {
    rows?.pop().ok_or(Fault::Unknown)
}

fn money(minor: i64, currency: &str) -> Result<Money, Fault> {
    let currency: Currency = currency.parse().map_err(|_| {
        tracing::error!(currency, "a stored currency cannot be read");
        Fault::Broken
    })?;
    Ok(Money::new(minor, currency))
}
