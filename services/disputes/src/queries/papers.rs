//! The case file, the sides' items, requests for evidence.
use super::found;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use disputes_domain::Side;
use disputes_domain::casefile::{BundledEntry, Entry};
use engine::Fault;
use engine::connect::Readers;
use engine::look::{query, stored};
use kernel::{FileId, Party, Time};
use serde_json::Value;
use uuid::Uuid;

/// An entry of a case file.
#[derive(QueryableByName)]
pub(crate) struct FileLine {
    #[diesel(sql_type = Integer)]
    pub number: i32,
    #[diesel(sql_type = Text)]
    entry: String,
    #[diesel(sql_type = Text)]
    content: String,
}

/// A record of the platform in a case file.
#[derive(QueryableByName)]
pub(crate) struct RecordLine {
    #[diesel(sql_type = Integer)]
    pub number: i32,
    /// The event of the order that it is of.
    #[diesel(sql_type = Text)]
    pub event: String,
    #[diesel(sql_type = Text)]
    pub title: String,
}

/// An item of evidence, filed or not.
#[derive(QueryableByName)]
pub(crate) struct ExhibitLine {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub side: String,
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = Nullable<Integer>)]
    pub entry: Option<i32>,
    #[diesel(sql_type = Text)]
    content: String,
    #[diesel(sql_type = Text)]
    pub hash: String,
    #[diesel(sql_type = Timestamptz)]
    pub drafted_at: Time,
}

/// A request for evidence.
#[derive(QueryableByName)]
pub(crate) struct RequestLine {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub side: String,
    #[diesel(sql_type = Text)]
    pub asks: String,
    #[diesel(sql_type = Array<Text>)]
    pub facts: Vec<String>,
    #[diesel(sql_type = Timestamptz)]
    pub due_at: Time,
    #[diesel(sql_type = Timestamptz)]
    pub at: Time,
}

/// Who may read an uploaded file, as far as the papers say.
#[derive(QueryableByName)]
pub(crate) struct Shown {
    /// It belongs to something in the case file.
    #[diesel(sql_type = Bool)]
    pub is_filed: bool,
    /// The sides whose own items it belongs to.
    #[diesel(sql_type = Array<Text>)]
    pub sides: Vec<String>,
    /// Who uploaded it; `None`: there is no such file.
    #[diesel(sql_type = Nullable<Text>)]
    pub uploaded_by: Option<String>,
}

impl FileLine {
    /// The entry with what was filed; `null` where that is withheld.
    pub(crate) fn bundled(&self) -> Result<BundledEntry, Fault> {
        let entry: Entry = stored(&self.entry)?;
        Ok(BundledEntry { entry, content: stored(&self.content)? })
    }
}

impl ExhibitLine {
    /// The item.
    pub(crate) fn content(&self) -> Result<Value, Fault> {
        stored(&self.content)
    }
}

/// Entries of a case file after the number `after`, in order. From a party, findings are withheld until a decision
/// follows them, or the case is resolved.
pub(crate) async fn file(
    readers: &Readers,
    case: Uuid,
    viewer: Party,
    after: i32,
    rows: i64,
) -> Result<Vec<FileLine>, Fault> {
    query(readers, move |conn| {
        engine::sql(
            "SELECT number, entry::text AS entry, CASE WHEN $4 AND kind = 'findings' \
                AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.id = f.case_id AND c.status = 'resolved') \
                AND NOT EXISTS (SELECT 1 FROM case_file d WHERE d.case_id = f.case_id AND d.number > f.number \
                    AND d.kind = 'decision') \
                THEN 'null' ELSE content::text END AS content \
             FROM case_file f WHERE case_id = $1 AND number > $2 ORDER BY number LIMIT $3",
        )
        .bind::<SqlUuid, _>(case)
        .bind::<Integer, _>(after)
        .bind::<BigInt, _>(rows)
        .bind::<Bool, _>(Side::of(viewer).is_some())
        .load(conn)
    })
    .await
}

/// The records of what happened to the order, as they were filed.
pub(crate) async fn records(readers: &Readers, case: Uuid) -> Result<Vec<RecordLine>, Fault> {
    query(readers, move |conn| {
        engine::sql(
            "SELECT number, content->'content'->>'event' AS event, content->>'title' AS title FROM case_file \
             WHERE case_id = $1 AND kind = 'record' AND content->'content' ? 'event' ORDER BY number",
        )
        .bind::<SqlUuid, _>(case)
        .load(conn)
    })
    .await
}

/// What `viewer` may see of the sides' items: its own, unless discarded, and what was filed; staff what was filed.
pub(crate) async fn exhibits(readers: &Readers, case: Uuid, viewer: Option<Side>) -> Result<Vec<ExhibitLine>, Fault> {
    query(readers, move |conn| {
        engine::sql(format!(
            "{EXHIBIT} WHERE case_id = $1 AND status <> 'discarded' AND (status = 'filed' OR side = $2) \
             ORDER BY entry NULLS LAST, drafted_at, id"
        ))
        .bind::<SqlUuid, _>(case)
        .bind::<Nullable<Text>, _>(viewer.map(<&str>::from))
        .load(conn)
    })
    .await
}

/// One item, if `viewer` may see it.
pub(crate) async fn exhibit(
    readers: &Readers,
    case: Uuid,
    id: Uuid,
    viewer: Option<Side>,
) -> Result<ExhibitLine, Fault> {
    found(
        query(readers, move |conn| {
            engine::sql(format!(
                "{EXHIBIT} WHERE case_id = $1 AND id = $2 AND status <> 'discarded' \
                 AND (status = 'filed' OR side = $3)"
            ))
            .bind::<SqlUuid, _>(case)
            .bind::<SqlUuid, _>(id)
            .bind::<Nullable<Text>, _>(viewer.map(<&str>::from))
            .load(conn)
        })
        .await,
    )
}

const EXHIBIT: &str = "SELECT id, side, status, entry, content::text AS content, hash, drafted_at FROM exhibits";

/// What was asked for, the first first.
pub(crate) async fn requests(readers: &Readers, case: Uuid) -> Result<Vec<RequestLine>, Fault> {
    query(readers, move |conn| {
        engine::sql(
            "SELECT id, side, asks, facts, due_at, at FROM evidence_requests WHERE case_id = $1 ORDER BY at, id",
        )
        .bind::<SqlUuid, _>(case)
        .load(conn)
    })
    .await
}

/// What an uploaded file of this case belongs to.
pub(crate) async fn shown(readers: &Readers, case: Uuid, file: FileId) -> Result<Shown, Fault> {
    let wanted = serde_json::json!({ "files": [{ "id": file }] }).to_string();
    query(readers, move |conn| {
        engine::sql(
            "SELECT EXISTS (SELECT 1 FROM case_file WHERE case_id = $1 AND content @> $2::jsonb) AS is_filed, \
             ARRAY(SELECT DISTINCT side FROM exhibits WHERE case_id = $1 AND content @> $2::jsonb) AS sides, \
             (SELECT uploaded_by FROM files WHERE aggregate = $1 AND id = $3) AS uploaded_by",
        )
        .bind::<SqlUuid, _>(case)
        .bind::<Text, _>(wanted)
        .bind::<SqlUuid, _>(file.0)
        .get_result(conn)
    })
    .await
}
