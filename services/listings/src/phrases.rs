//! The view of allow-phrases (`allow_phrases`): the list that moderators read, and what joins the lists of terms.
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use engine::Change;
use kernel::{Decision, Machine};
use listings_domain::allow_phrase::{AllowPhrases, Event, Proposal};
use serde::Serialize;
use uuid::Uuid;

/// The tables that [`project`] writes.
pub(crate) const TABLES: &[&str] = &["allow_phrases"];

#[derive(Serialize)]
struct PhraseRow<'a> {
    id: Uuid,
    version: i64,
    status: &'static str,
    list: &'a str,
    language: String,
    phrase: &'a str,
    listing: Uuid,
    revision: Uuid,
    finding: u32,
    rule: &'a str,
    words: &'a str,
    reasons: &'a str,
    proposed_by: &'a str,
    at: DateTime<Utc>,
    decided_by: Option<&'a str>,
    decided_at: Option<DateTime<Utc>>,
    decision: Option<&'a Decision>,
}

/// Brings the view up to the changes.
pub(crate) fn project(tx: &mut PgConnection, changes: &[Change<AllowPhrases>]) -> QueryResult<()> {
    let rows: Vec<_> = changes.iter().filter_map(row).collect();
    engine::write_rows(
        tx,
        "INSERT INTO allow_phrases (id, version, status, list, language, phrase, listing, revision, finding, rule, \
         words, reasons, proposed_by, proposed_at, decided_by, decided_at, decision) \
         SELECT id, version, status, list, language, phrase, listing, revision, finding, rule, words, reasons, \
         proposed_by, at, decided_by, decided_at, decision FROM jsonb_to_recordset($1::jsonb) AS t(id uuid, \
         version bigint, status text, list text, language text, phrase text, listing uuid, revision uuid, \
         finding integer, rule text, words text, reasons text, proposed_by text, at timestamptz, decided_by text, \
         decided_at timestamptz, decision jsonb) \
         ON CONFLICT (id) DO UPDATE SET version = excluded.version, status = excluded.status, \
         decided_by = excluded.decided_by, decided_at = excluded.decided_at, decision = excluded.decision",
        &rows,
    )
}

fn row(change: &Change<AllowPhrases>) -> Option<PhraseRow<'_>> {
    let Proposal { list, language, phrase, origin, reasons, by } = change.after.proposal()?;
    let decision = change.entries.iter().find_map(|entry| match &entry.event {
        Event::Proposed { .. } => None,
        Event::Approved { decision } | Event::Declined { decision } => Some(decision),
    });
    Some(PhraseRow {
        id: change.id,
        version: change.version,
        status: AllowPhrases::status(&change.after),
        list,
        language: language.to_string(),
        phrase,
        listing: origin.listing.0,
        revision: origin.revision.0,
        finding: origin.finding,
        rule: origin.rule.as_str(),
        words: &origin.words,
        reasons,
        proposed_by: by,
        at: change.at,
        decided_by: decision.map(|decision| decision.by.as_str()),
        decided_at: decision.map(|_| change.at),
        decision,
    })
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
         proposed_at, decided_at, decision::text AS decision FROM allow_phrases \
         WHERE ($1 IS NULL OR status = $1) AND ($2 IS NULL OR (proposed_at, id) < ($2, $3)) \
         ORDER BY proposed_at DESC, id DESC LIMIT $4",
    )
    .bind::<Nullable<Text>, _>(status)
    .bind::<Nullable<Timestamptz>, _>(at)
    .bind::<Nullable<SqlUuid>, _>(id)
    .bind::<BigInt, _>(rows)
    .load(conn)
}
