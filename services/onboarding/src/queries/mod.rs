//! What is read from the views: lists by keyset, timelines, what was handed in.
pub(crate) mod fan_out;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use engine::Fault;
use engine::connect::Readers;
use engine::look::query;
use uuid::Uuid;

/// A key of a list: what it sorts by, and the id.
pub(crate) type After = Option<(DateTime<Utc>, Uuid)>;

/// Which part of a queue: what waits for a reviewer, earliest breach first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Queue {
    /// All of it.
    All,
    /// What nobody has claimed.
    Unclaimed,
    /// What this reviewer has claimed.
    Of(String),
}

/// Which applications or qualifications a list shows. What is `None` does not filter; without a queue the newest come
/// first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Which {
    pub provider: Option<Uuid>,
    pub category: Option<String>,
    pub status: Option<String>,
    pub queue: Option<Queue>,
}

/// An application in a list.
#[derive(QueryableByName)]
pub(crate) struct ApplicationLine {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub provider: Uuid,
    #[diesel(sql_type = Text)]
    pub category: String,
    #[diesel(sql_type = Bool)]
    pub agent_operation: bool,
    #[diesel(sql_type = Text)]
    pub applicant: String,
    #[diesel(sql_type = Text)]
    pub edition: String,
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = Timestamptz)]
    pub opened_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub review_due: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    pub reviewer: Option<String>,
    /// What the list sorts by.
    #[diesel(sql_type = Timestamptz)]
    pub sort_key: DateTime<Utc>,
}

/// A qualification in a list.
#[derive(QueryableByName)]
pub(crate) struct QualificationLine {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub provider: Uuid,
    #[diesel(sql_type = Text)]
    pub category: String,
    #[diesel(sql_type = Bool)]
    pub agent_operation: bool,
    #[diesel(sql_type = SqlUuid)]
    pub application: Uuid,
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = Timestamptz)]
    pub granted_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub valid_until: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub review_due: Option<DateTime<Utc>>,
    /// What the list sorts by.
    #[diesel(sql_type = Timestamptz)]
    pub sort_key: DateTime<Utc>,
}

/// A provider in a list.
#[derive(QueryableByName)]
pub(crate) struct ProviderLine {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = Bool)]
    pub eu_trained: bool,
    #[diesel(sql_type = Nullable<Text>)]
    pub barred: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub registered_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub exited_at: Option<DateTime<Utc>>,
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
    #[diesel(sql_type = Text)]
    pub rules: String,
    #[diesel(sql_type = Text)]
    pub text: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub requirement: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub decision: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub due_at: Option<DateTime<Utc>>,
}

/// Something handed in, at entry or afterwards.
#[derive(QueryableByName)]
pub(crate) struct HandedIn {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub requirement: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub file_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    pub file: Option<String>,
    #[diesel(sql_type = Nullable<Date>)]
    pub issued_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Date>)]
    pub expires_on: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Text>)]
    pub statement: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub submitted_at: DateTime<Utc>,
    #[diesel(sql_type = Bool)]
    pub at_entry: bool,
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub changed_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Text)]
    pub remark: String,
}

/// A request for information and its answer.
#[derive(QueryableByName)]
pub(crate) struct RequestLine {
    #[diesel(sql_type = BigInt)]
    pub version: i64,
    #[diesel(sql_type = Text)]
    pub what: String,
    #[diesel(sql_type = Text)]
    pub requirements: String,
    #[diesel(sql_type = Timestamptz)]
    pub asked_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub due_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    pub answer: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub files: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub answered_at: Option<DateTime<Utc>>,
}

/// A business as described.
#[derive(QueryableByName)]
pub(crate) struct BusinessLine {
    #[diesel(sql_type = Text)]
    pub legal_name: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub registration_number: Option<String>,
    #[diesel(sql_type = Text)]
    pub country: String,
    #[diesel(sql_type = Date)]
    pub founded_on: NaiveDate,
    #[diesel(sql_type = Date)]
    pub in_business_since: NaiveDate,
    #[diesel(sql_type = Text)]
    pub scope: String,
    #[diesel(sql_type = Bool)]
    pub serves_eu: bool,
    #[diesel(sql_type = Timestamptz)]
    pub described_at: DateTime<Utc>,
}

/// A declaration of shareholders.
#[derive(QueryableByName)]
pub(crate) struct DeclarationLine {
    #[diesel(sql_type = Text)]
    pub applicant_tie: String,
    #[diesel(sql_type = Text)]
    pub shareholders: String,
    #[diesel(sql_type = Timestamptz)]
    pub declared_at: DateTime<Utc>,
}

/// One page of applications, and a row more if there is one.
pub(crate) async fn applications(
    readers: &Readers,
    which: Which,
    after: After,
    rows: i64,
) -> Result<Vec<ApplicationLine>, Fault> {
    let columns = "id, provider, category, agent_operation, applicant, edition, status, opened_at, updated_at, \
        review_due, reviewer";
    list(readers, "applications", columns, "opened_at", which, after, rows).await
}

/// One page of qualifications, and a row more if there is one.
pub(crate) async fn qualifications(
    readers: &Readers,
    which: Which,
    after: After,
    rows: i64,
) -> Result<Vec<QualificationLine>, Fault> {
    let columns = "id, provider, category, agent_operation, application, status, granted_at, updated_at, valid_until, \
        review_due";
    list(readers, "qualifications", columns, "granted_at", which, after, rows).await
}

async fn list<R>(
    readers: &Readers,
    table: &str,
    columns: &str,
    newest: &str,
    which: Which,
    after: After,
    rows: i64,
) -> Result<Vec<R>, Fault>
where
    R: QueryableByName<diesel::pg::Pg> + Send + 'static,
{
    let (queue, reviewer) = match which.queue {
        None => ("true", None),
        Some(Queue::All) => ("review_due IS NOT NULL", None),
        Some(Queue::Unclaimed) => ("review_due IS NOT NULL AND reviewer IS NULL", None),
        Some(Queue::Of(reviewer)) => ("review_due IS NOT NULL AND reviewer = $4", Some(reviewer)),
    };
    let (key, beyond, way) = if queue == "true" { (newest, "<", "DESC") } else { ("review_due", ">", "ASC") };
    let sql = format!(
        "SELECT {columns}, {key} AS sort_key FROM {table} WHERE {queue} AND ($1 IS NULL OR provider = $1) \
         AND ($2 IS NULL OR category = $2) AND ($3 IS NULL OR status = $3) AND ($4 IS NULL OR true) \
         AND ($5 IS NULL OR ({key}, id) {beyond} ($5, $6)) ORDER BY {key} {way}, id {way} LIMIT $7"
    );
    let (at, id) = after.unzip();
    query(readers, move |conn| {
        engine::sql(sql)
            .bind::<Nullable<SqlUuid>, _>(which.provider)
            .bind::<Nullable<Text>, _>(which.category)
            .bind::<Nullable<Text>, _>(which.status)
            .bind::<Nullable<Text>, _>(reviewer)
            .bind::<Nullable<Timestamptz>, _>(at)
            .bind::<Nullable<SqlUuid>, _>(id)
            .bind::<BigInt, _>(rows)
            .load(conn)
    })
    .await
}

/// One page of providers, newest first.
pub(crate) async fn providers(
    readers: &Readers,
    own: Option<Uuid>,
    status: Option<String>,
    barred: Option<bool>,
    after: After,
    rows: i64,
) -> Result<Vec<ProviderLine>, Fault> {
    let (at, id) = after.unzip();
    query(readers, move |conn| {
        engine::sql(
            "SELECT id, status, eu_trained, barred, registered_at, exited_at FROM providers \
             WHERE ($1 IS NULL OR id = $1) AND ($2 IS NULL OR status = $2) \
             AND ($3 IS NULL OR (barred IS NOT NULL) = $3) \
             AND ($4 IS NULL OR (registered_at, id) < ($4, $5)) ORDER BY registered_at DESC, id DESC LIMIT $6",
        )
        .bind::<Nullable<SqlUuid>, _>(own)
        .bind::<Nullable<Text>, _>(status)
        .bind::<Nullable<Bool>, _>(barred)
        .bind::<Nullable<Timestamptz>, _>(at)
        .bind::<Nullable<SqlUuid>, _>(id)
        .bind::<BigInt, _>(rows)
        .load(conn)
    })
    .await
}

/// Entries of a timeline after the version `after`; those for staff only to staff.
pub(crate) async fn timeline(
    readers: &Readers,
    table: &'static str,
    aggregate: Uuid,
    is_staff: bool,
    after: i64,
    rows: i64,
) -> Result<Vec<TimelineLine>, Fault> {
    query(readers, move |conn| {
        engine::sql(format!(
            "SELECT version, at, party, person, event, rules::text AS rules, text, requirement, \
             decision::text AS decision, due_at FROM {table} \
             WHERE aggregate = $1 AND version > $2 AND (NOT staff_only OR $3) ORDER BY version LIMIT $4"
        ))
        .bind::<SqlUuid, _>(aggregate)
        .bind::<BigInt, _>(after)
        .bind::<Bool, _>(is_staff)
        .bind::<BigInt, _>(rows)
        .load(conn)
    })
    .await
}

const CREDENTIALS: &str = "SELECT id, requirement, NULL::uuid AS file_id, file::text AS file, issued_on, expires_on, \
    statement, submitted_at, true AS at_entry, CASE WHEN removed_at IS NULL THEN 'submitted' ELSE 'removed' END AS status, \
    removed_at AS changed_at, '' AS remark FROM credentials WHERE application = $1";

const DOCUMENTS: &str = "SELECT credential AS id, requirement, file_id, file::text AS file, issued_on, expires_on, \
    statement, submitted_at, at_entry, status, judged_at AS changed_at, remark FROM documents WHERE qualification = $1";

/// What was handed in with an application, oldest first; what was taken back included.
pub(crate) async fn credentials(
    readers: &Readers,
    application: Uuid,
    after: After,
    rows: i64,
) -> Result<Vec<HandedIn>, Fault> {
    handed_in(readers, CREDENTIALS, "id", application, after, rows).await
}

/// One credential of an application.
pub(crate) async fn credential(readers: &Readers, application: Uuid, id: Uuid) -> Result<HandedIn, Fault> {
    one(readers, format!("{CREDENTIALS} AND id = $2"), application, Some(id)).await
}

/// What a qualification rests on and what was handed in since, oldest first.
pub(crate) async fn documents(
    readers: &Readers,
    qualification: Uuid,
    after: After,
    rows: i64,
) -> Result<Vec<HandedIn>, Fault> {
    handed_in(readers, DOCUMENTS, "credential", qualification, after, rows).await
}

/// One document of a qualification.
pub(crate) async fn document(readers: &Readers, qualification: Uuid, id: Uuid) -> Result<HandedIn, Fault> {
    one(readers, format!("{DOCUMENTS} AND credential = $2"), qualification, Some(id)).await
}

async fn handed_in(
    readers: &Readers,
    select: &'static str,
    key: &'static str,
    aggregate: Uuid,
    after: After,
    rows: i64,
) -> Result<Vec<HandedIn>, Fault> {
    let (at, id) = after.unzip();
    query(readers, move |conn| {
        engine::sql(format!(
            "{select} AND ($2 IS NULL OR (submitted_at, {key}) > ($2, $3)) ORDER BY submitted_at, {key} LIMIT $4"
        ))
        .bind::<SqlUuid, _>(aggregate)
        .bind::<Nullable<Timestamptz>, _>(at)
        .bind::<Nullable<SqlUuid>, _>(id)
        .bind::<BigInt, _>(rows)
        .load(conn)
    })
    .await
}

/// Requests for information after the version `after`, oldest first.
pub(crate) async fn information_requests(
    readers: &Readers,
    application: Uuid,
    after: i64,
    rows: i64,
) -> Result<Vec<RequestLine>, Fault> {
    query(readers, move |conn| {
        engine::sql(
            "SELECT version, what, requirements::text AS requirements, asked_at, due_at, answer, files::text AS files, \
             answered_at FROM information_requests WHERE application = $1 AND version > $2 ORDER BY version LIMIT $3",
        )
        .bind::<SqlUuid, _>(application)
        .bind::<BigInt, _>(after)
        .bind::<BigInt, _>(rows)
        .load(conn)
    })
    .await
}

/// The business of an application.
pub(crate) async fn business(readers: &Readers, application: Uuid) -> Result<BusinessLine, Fault> {
    let sql = "SELECT legal_name, registration_number, country, founded_on, in_business_since, scope, serves_eu, \
        described_at FROM businesses WHERE application = $1 AND $2 IS NULL";
    one(readers, sql.into(), application, None).await
}

/// The shareholders of an application.
pub(crate) async fn declaration(readers: &Readers, application: Uuid) -> Result<DeclarationLine, Fault> {
    let sql = "SELECT applicant_tie, shareholders::text AS shareholders, declared_at FROM declarations \
        WHERE application = $1 AND $2 IS NULL";
    one(readers, sql.into(), application, None).await
}

async fn one<R>(readers: &Readers, sql: String, aggregate: Uuid, id: Option<Uuid>) -> Result<R, Fault>
where
    R: QueryableByName<diesel::pg::Pg> + Send + 'static,
{
    let found = query(readers, move |conn| {
        engine::sql(sql).bind::<SqlUuid, _>(aggregate).bind::<Nullable<SqlUuid>, _>(id).load(conn)
    });
    found.await?.pop().ok_or(Fault::Unknown)
}
