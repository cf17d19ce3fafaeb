//! What is read from the views: lists by keyset, the queue, the catalogue, revisions, the timeline.
//!
//! Whoever calls has asked for the caller's relation or scope before; nothing here knows who calls.
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

/// A key of a list: what it sorts by, and the id.
pub(crate) type After = Option<(DateTime<Utc>, Uuid)>;

/// Which listings a list shows. What is `None` does not filter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Which {
    /// Of this provider.
    pub provider: Option<Uuid>,
    /// In this category.
    pub category: Option<String>,
    /// In this status.
    pub status: Option<String>,
    /// Held by this moderator.
    pub claimed_by: Option<String>,
    /// Held by nobody.
    pub unassigned: bool,
}

/// A line of a list.
#[derive(QueryableByName)]
pub(crate) struct ListingLine {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub provider: Uuid,
    #[diesel(sql_type = Text)]
    pub category: String,
    #[diesel(sql_type = Bool)]
    pub agent_operation: bool,
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = Text)]
    pub title: String,
    #[diesel(sql_type = Integer)]
    pub revisions: i32,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub queued_revision: Option<Uuid>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub queued_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub decide_by: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    pub claimed_by: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub claimed_until: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub sale_revision: Option<Uuid>,
}

/// What is on sale.
#[derive(QueryableByName)]
pub(crate) struct SaleLine {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub provider: Uuid,
    /// `kernel::Terms` as JSON.
    #[diesel(sql_type = Text)]
    pub terms: String,
    #[diesel(sql_type = Timestamptz)]
    pub on_sale_since: DateTime<Utc>,
    /// The content as JSON; empty in lists.
    #[diesel(sql_type = Text)]
    pub content: String,
}

/// A revision, its texts left out.
#[derive(QueryableByName)]
pub(crate) struct RevisionLine {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Integer)]
    pub number: i32,
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = Text)]
    pub title: String,
    #[diesel(sql_type = Text)]
    pub content_hash: String,
    #[diesel(sql_type = Timestamptz)]
    pub drafted_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub changed_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    pub verdict: Option<String>,
}

/// The texts of a revision and what was found in them, as JSON.
#[derive(QueryableByName)]
pub(crate) struct RevisionTexts {
    #[diesel(sql_type = Text)]
    pub content: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub screening: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub decision: Option<String>,
}

/// A verdict on which the edition on trial disagrees.
#[derive(QueryableByName)]
pub(crate) struct FlipLine {
    #[diesel(sql_type = SqlUuid)]
    pub listing: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub revision: Uuid,
    #[diesel(sql_type = Timestamptz)]
    pub at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    pub edition: String,
    #[diesel(sql_type = Text)]
    pub shadow: String,
    #[diesel(sql_type = Text)]
    pub verdict: String,
    #[diesel(sql_type = Text)]
    pub shadow_verdict: String,
}

/// An entry of the timeline.
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
    /// Rule ids as JSON.
    #[diesel(sql_type = Text)]
    pub rules: String,
    #[diesel(sql_type = Text)]
    pub text: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub revision: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub measure: Option<Uuid>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub due_at: Option<DateTime<Utc>>,
}

const LISTING: &str = "id, provider, category, agent_operation, status, title, revisions, created_at, updated_at, \
    queued_revision, queued_at, decide_by, claimed_by, claimed_until, sale_revision";

/// Listings, newest first.
pub(crate) fn newest(conn: &mut PgConnection, which: &Which, after: After, rows: i64) -> QueryResult<Vec<ListingLine>> {
    let (at, id) = after.unzip();
    engine::sql(format!(
        "SELECT {LISTING} FROM listings WHERE ($1 IS NULL OR provider = $1) AND ($2 IS NULL OR category = $2) \
         AND ($3 IS NULL OR status = $3) AND ($4 IS NULL OR (created_at, id) < ($4, $5)) \
         ORDER BY created_at DESC, id DESC LIMIT $6"
    ))
    .bind::<Nullable<SqlUuid>, _>(which.provider)
    .bind::<Nullable<Text>, _>(which.category.as_deref())
    .bind::<Nullable<Text>, _>(which.status.as_deref())
    .bind::<Nullable<Timestamptz>, _>(at)
    .bind::<Nullable<SqlUuid>, _>(id)
    .bind::<BigInt, _>(rows)
    .load(conn)
}

/// What waits for a moderator, the longest waiting first.
pub(crate) fn queue(conn: &mut PgConnection, which: &Which, after: After, rows: i64) -> QueryResult<Vec<ListingLine>> {
    let (at, id) = after.unzip();
    engine::sql(format!(
        "SELECT {LISTING} FROM listings WHERE queued_revision IS NOT NULL AND ($1 IS NULL OR provider = $1) \
         AND ($2 IS NULL OR category = $2) AND ($3 IS NULL OR status = $3) AND ($4 IS NULL OR claimed_by = $4) \
         AND (NOT $5 OR claimed_by IS NULL) AND ($6 IS NULL OR (queued_at, id) > ($6, $7)) \
         ORDER BY queued_at, id LIMIT $8"
    ))
    .bind::<Nullable<SqlUuid>, _>(which.provider)
    .bind::<Nullable<Text>, _>(which.category.as_deref())
    .bind::<Nullable<Text>, _>(which.status.as_deref())
    .bind::<Nullable<Text>, _>(which.claimed_by.as_deref())
    .bind::<Bool, _>(which.unassigned)
    .bind::<Nullable<Timestamptz>, _>(at)
    .bind::<Nullable<SqlUuid>, _>(id)
    .bind::<BigInt, _>(rows)
    .load(conn)
}

/// What is on sale, the newest first.
pub(crate) fn on_sale(conn: &mut PgConnection, which: &Which, after: After, rows: i64) -> QueryResult<Vec<SaleLine>> {
    let (at, id) = after.unzip();
    engine::sql(
        "SELECT id, provider, terms::text AS terms, on_sale_since, '' AS content FROM listings \
         WHERE sale_revision IS NOT NULL AND ($1 IS NULL OR provider = $1) AND ($2 IS NULL OR category = $2) \
         AND ($3 IS NULL OR (on_sale_since, id) < ($3, $4)) ORDER BY on_sale_since DESC, id DESC LIMIT $5",
    )
    .bind::<Nullable<SqlUuid>, _>(which.provider)
    .bind::<Nullable<Text>, _>(which.category.as_deref())
    .bind::<Nullable<Timestamptz>, _>(at)
    .bind::<Nullable<SqlUuid>, _>(id)
    .bind::<BigInt, _>(rows)
    .load(conn)
}

/// What is on sale under this id.
pub(crate) fn sale(conn: &mut PgConnection, id: Uuid) -> QueryResult<Option<SaleLine>> {
    engine::sql(
        "SELECT l.id, l.provider, l.terms::text AS terms, l.on_sale_since, r.content::text AS content \
         FROM listings l JOIN revisions r ON r.id = l.sale_revision WHERE l.id = $1",
    )
    .bind::<SqlUuid, _>(id)
    .get_result(conn)
    .optional()
}

const REVISION: &str = "id, number, status, content->>'title' AS title, content_hash, drafted_at, changed_at, verdict";

/// A listing's revisions, the newest first. `before` is the number after which the page begins.
pub(crate) fn revisions(
    conn: &mut PgConnection,
    listing: Uuid,
    before: Option<i32>,
    rows: i64,
) -> QueryResult<Vec<RevisionLine>> {
    engine::sql(format!(
        "SELECT {REVISION} FROM revisions WHERE listing = $1 AND ($2 IS NULL OR number < $2) \
         ORDER BY number DESC LIMIT $3"
    ))
    .bind::<SqlUuid, _>(listing)
    .bind::<Nullable<Integer>, _>(before)
    .bind::<BigInt, _>(rows)
    .load(conn)
}

/// One revision of a listing.
pub(crate) fn revision(
    conn: &mut PgConnection,
    listing: Uuid,
    id: Uuid,
) -> QueryResult<Option<(RevisionLine, RevisionTexts)>> {
    engine::sql(format!(
        "SELECT {REVISION}, content::text AS content, screening::text AS screening, \
         decision::text AS decision FROM revisions WHERE listing = $1 AND id = $2"
    ))
    .bind::<SqlUuid, _>(listing)
    .bind::<SqlUuid, _>(id)
    .get_result(conn)
    .optional()
}

/// What happened to a listing, the first first. `after` is the version after which the page begins.
pub(crate) fn timeline(
    conn: &mut PgConnection,
    listing: Uuid,
    after: i64,
    rows: i64,
) -> QueryResult<Vec<TimelineLine>> {
    engine::sql(
        "SELECT version, at, party, person, event, rules::text AS rules, text, revision, measure, due_at \
         FROM timeline WHERE listing = $1 AND version > $2 ORDER BY version LIMIT $3",
    )
    .bind::<SqlUuid, _>(listing)
    .bind::<BigInt, _>(after)
    .bind::<BigInt, _>(rows)
    .load(conn)
}

/// Verdicts on which the edition on trial disagrees, the newest first.
pub(crate) fn flips(conn: &mut PgConnection, after: After, rows: i64) -> QueryResult<Vec<FlipLine>> {
    let (at, revision) = after.unzip();
    engine::sql(
        "SELECT listing, revision, at, edition, shadow, verdict, shadow_verdict FROM moderation_flips \
         WHERE $1 IS NULL OR (at, revision) < ($1, $2) ORDER BY at DESC, revision DESC LIMIT $3",
    )
    .bind::<Nullable<Timestamptz>, _>(at)
    .bind::<Nullable<SqlUuid>, _>(revision)
    .bind::<BigInt, _>(rows)
    .load(conn)
}
