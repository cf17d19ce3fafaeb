//! The view of allow-phrases (`allow_phrases`): the list that moderators read, and what joins the lists of terms.
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use engine::{Change, Entry};
use kernel::Decision;
use listings_domain::allow_phrase::{AllowPhrases, Event, Proposal, Ruling};
use rulebook::lists::AllowedPhrase;
use serde::Serialize;
use uuid::Uuid;

/// The tables that [`project`] writes.
pub(crate) const TABLES: &[&str] = &["allow_phrases"];

/// A phrase that was proposed.
#[derive(Serialize)]
struct ProposedRow<'a> {
    id: Uuid,
    version: i64,
    list: &'a str,
    language: String,
    phrase: &'a str,
    listing: Uuid,
    revision: Uuid,
    finding: u32,
    rule: &'a str,
    words: &'a str,
    reasons: &'a str,
    by: &'a str,
    at: DateTime<Utc>,
}

/// What was decided on one.
#[derive(Serialize)]
struct DecidedRow<'a> {
    id: Uuid,
    version: i64,
    status: &'static str,
    by: &'a str,
    at: DateTime<Utc>,
    decision: &'a Decision,
}

/// Brings the view up to the changes.
pub(crate) fn project(tx: &mut PgConnection, changes: &[Change<AllowPhrases>]) -> QueryResult<()> {
    let (mut proposed, mut decided, mut taken_back) = (vec![], vec![], vec![]);
    for entry in changes.iter().flat_map(|change| &change.entries) {
        match &entry.event {
            Event::Proposed { proposal } => proposed.push(ProposedRow::of(entry, proposal)),
            Event::Approved { ruling } => decided.push(DecidedRow::of(entry, "approved", ruling)),
            Event::Declined { ruling } => decided.push(DecidedRow::of(entry, "declined", ruling)),
            Event::TakenBack { ruling } => taken_back.push(DecidedRow::of(entry, "taken_back", ruling)),
        }
    }
    engine::write_rows(
        tx,
        "INSERT INTO allow_phrases (id, version, status, list, language, phrase, listing, revision, finding, rule, \
         words, reasons, proposed_by, proposed_at) \
         SELECT id, version, 'proposed', list, language, phrase, listing, revision, finding, rule, words, reasons, \
         \"by\", at FROM jsonb_to_recordset($1::jsonb) AS t(id uuid, version bigint, list text, language text, \
         phrase text, listing uuid, revision uuid, finding integer, rule text, words text, reasons text, \"by\" text, \
         at timestamptz)",
        &proposed,
    )?;
    engine::write_rows(
        tx,
        "UPDATE allow_phrases p SET version = t.version, status = t.status, decided_by = t.\"by\", decided_at = t.at, \
         decision = t.decision FROM jsonb_to_recordset($1::jsonb) AS t(id uuid, version bigint, status text, \
         \"by\" text, at timestamptz, decision jsonb) WHERE p.id = t.id",
        &decided,
    )?;
    engine::write_rows(
        tx,
        "UPDATE allow_phrases p SET version = t.version, status = t.status, taken_back_at = t.at, \
         taken_back = t.decision FROM jsonb_to_recordset($1::jsonb) AS t(id uuid, version bigint, status text, \
         at timestamptz, decision jsonb) WHERE p.id = t.id",
        &taken_back,
    )
}

impl<'a> ProposedRow<'a> {
    fn of(entry: &Entry<AllowPhrases>, proposal: &'a Proposal) -> Self {
        let Proposal { list, language, phrase, origin, reasons, by, at } = proposal;
        Self {
            id: entry.id,
            version: entry.version,
            list,
            language: language.to_string(),
            phrase,
            listing: origin.listing.0,
            revision: origin.revision.0,
            finding: origin.finding,
            rule: origin.rule.as_str(),
            words: &origin.words,
            reasons,
            by,
            at: *at,
        }
    }
}

impl<'a> DecidedRow<'a> {
    fn of(entry: &Entry<AllowPhrases>, status: &'static str, ruling: &'a Ruling) -> Self {
        let Ruling { decision, at } = ruling;
        Self { id: entry.id, version: entry.version, status, by: &decision.by, at: *at, decision }
    }
}

#[derive(QueryableByName)]
struct VersionRow {
    #[diesel(sql_type = BigInt)]
    version: i64,
}

#[derive(QueryableByName)]
struct AllowedRow {
    #[diesel(sql_type = Text)]
    list: String,
    #[diesel(sql_type = Text)]
    language: String,
    #[diesel(sql_type = Text)]
    phrase: String,
}

/// The version of the phrases in force: whatever is approved or taken back makes it greater.
pub(crate) fn version(conn: &mut PgConnection) -> QueryResult<i64> {
    let row = engine::sql(
        "SELECT COALESCE(sum(version), 0)::bigint AS version FROM allow_phrases \
         WHERE status IN ('approved', 'taken_back')",
    );
    row.get_result(conn).map(|VersionRow { version }| version)
}

/// The phrases in force, always in the same order.
pub(crate) fn in_force(conn: &mut PgConnection) -> QueryResult<Vec<AllowedPhrase>> {
    let rows: Vec<AllowedRow> = engine::sql(
        "SELECT list, language, phrase FROM allow_phrases WHERE status = 'approved' ORDER BY list, language, id",
    )
    .load(conn)?;
    let allowed = |AllowedRow { list, language, phrase }| AllowedPhrase { list, language, phrase };
    Ok(rows.into_iter().map(allowed).collect())
}

/// An allow-phrase in a list.
#[derive(QueryableByName)]
pub(crate) struct PhraseLine {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = Text)]
    pub list: String,
    #[diesel(sql_type = Text)]
    pub language: String,
    #[diesel(sql_type = Text)]
    pub phrase: String,
    #[diesel(sql_type = SqlUuid)]
    pub listing: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub revision: Uuid,
    #[diesel(sql_type = Integer)]
    pub finding: i32,
    #[diesel(sql_type = Text)]
    pub rule: String,
    #[diesel(sql_type = Text)]
    pub words: String,
    #[diesel(sql_type = Text)]
    pub reasons: String,
    #[diesel(sql_type = Text)]
    pub proposed_by: String,
    #[diesel(sql_type = Timestamptz)]
    pub proposed_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub decided_at: Option<DateTime<Utc>>,
    /// `kernel::Decision` as JSON.
    #[diesel(sql_type = Nullable<Text>)]
    pub decision: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub taken_back_at: Option<DateTime<Utc>>,
    /// `kernel::Decision` as JSON.
    #[diesel(sql_type = Nullable<Text>)]
    pub taken_back: Option<String>,
}

/// Allow-phrases, the newest first; of one status, if one is asked for.
pub(crate) fn newest(
    conn: &mut PgConnection,
    status: Option<&str>,
    after: crate::queries::After,
    rows: i64,
) -> QueryResult<Vec<PhraseLine>> {
    let (at, id) = after.unzip();
    engine::sql(
        "SELECT id, status, list, language, phrase, listing, revision, finding, rule, words, reasons, proposed_by, \
         proposed_at, decided_at, decision::text AS decision, taken_back_at, taken_back::text AS taken_back FROM allow_phrases \
         WHERE ($1 IS NULL OR status = $1) AND ($2 IS NULL OR (proposed_at, id) < ($2, $3)) \
         ORDER BY proposed_at DESC, id DESC LIMIT $4",
    )
    .bind::<Nullable<Text>, _>(status)
    .bind::<Nullable<Timestamptz>, _>(at)
    .bind::<Nullable<SqlUuid>, _>(id)
    .bind::<BigInt, _>(rows)
    .load(conn)
}
