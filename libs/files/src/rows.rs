//! The rows of `files`. All functions here block; the caller brings the connection.
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Interval, Text};
use kernel::{FileId, FileRef};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

diesel::table! {
    files (id) {
        id -> Uuid,
        aggregate -> Uuid,
        name -> Text,
        media_type -> Text,
        size -> BigInt,
        sha256 -> Text,
        uploaded_by -> Text,
        referenced -> Bool,
        at -> Timestamptz,
        inspected -> Nullable<Jsonb>,
    }
}

/// How many rows a purge deletes at a time.
pub(crate) const PURGED: i64 = 500;

/// A file as it stands in Postgres.
#[derive(Queryable, Clone, Debug, PartialEq, Eq)]
pub struct FileRow {
    /// The file's UUID (see [`FileRow::reference`]).
    pub id: Uuid,
    /// Whose it is.
    pub aggregate: Uuid,
    /// Its name, cleaned.
    pub name: String,
    /// Its media type as declared, without parameters.
    pub media_type: String,
    /// Size in bytes.
    pub size: i64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// The uploader's `sub`.
    pub uploaded_by: String,
    /// Whether an event refers to it.
    pub referenced: bool,
    /// When it was uploaded.
    pub at: DateTime<Utc>,
    /// What the context found in the contents (see [`Inspect`](crate::Inspect)).
    pub inspected: Option<Value>,
}

impl FileRow {
    /// What states, events and messages carry.
    pub fn reference(&self) -> FileRef {
        FileRef {
            id: FileId(self.id),
            name: self.name.clone(),
            sha256: self.sha256.clone(),
            size: self.size.unsigned_abs(),
        }
    }
}

/// The files of these aggregates, oldest first, read `FOR SHARE`: facts. Aggregates without files are not in the map.
pub fn refs(conn: &mut PgConnection, aggregates: &[Uuid]) -> QueryResult<HashMap<Uuid, Vec<FileRef>>> {
    let found = of(conn, aggregates)?.into_iter();
    Ok(found.map(|(aggregate, rows)| (aggregate, rows.iter().map(FileRow::reference).collect())).collect())
}

/// As [`refs`], with everything that is known of the files.
pub fn of(conn: &mut PgConnection, aggregates: &[Uuid]) -> QueryResult<HashMap<Uuid, Vec<FileRow>>> {
    let rows: Vec<FileRow> =
        files::table.filter(files::aggregate.eq_any(aggregates)).order(files::id).for_share().load(conn)?;
    let mut found: HashMap<Uuid, Vec<FileRow>> = HashMap::new();
    for row in rows {
        found.entry(row.aggregate).or_default().push(row);
    }
    Ok(found)
}

/// Says that events refer to these files: they are never purged. For the views of a context.
pub fn mark_referenced(conn: &mut PgConnection, ids: &[FileId]) -> QueryResult<()> {
    let ids = ids.iter().map(|id| id.0);
    diesel::update(files::table.filter(files::id.eq_any(ids)).filter(files::referenced.eq(false)))
        .set(files::referenced.eq(true))
        .execute(conn)
        .map(drop)
}

/// The file of this aggregate.
pub(crate) fn find(conn: &mut PgConnection, aggregate: Uuid, id: FileId) -> QueryResult<Option<FileRow>> {
    files::table.filter(files::id.eq(id.0)).filter(files::aggregate.eq(aggregate)).first(conn).optional()
}

/// How many files the aggregate has.
pub(crate) fn count(conn: &mut PgConnection, aggregate: Uuid) -> QueryResult<i64> {
    files::table.filter(files::aggregate.eq(aggregate)).count().get_result(conn)
}

/// Whether any row points to these contents.
pub(crate) fn is_pointed_to(conn: &mut PgConnection, sha256: &str) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(files::table.filter(files::sha256.eq(sha256)))).get_result(conn)
}

/// Inserts a file uploaded now.
pub(crate) fn insert(
    conn: &mut PgConnection,
    file: &FileRef,
    aggregate: Uuid,
    media_type: &str,
    uploaded_by: &str,
    inspected: Option<&Value>,
) -> QueryResult<()> {
    diesel::insert_into(files::table)
        .values((
            files::id.eq(file.id.0),
            files::aggregate.eq(aggregate),
            files::name.eq(&file.name),
            files::media_type.eq(media_type),
            files::size.eq(i64::try_from(file.size).unwrap_or(i64::MAX)),
            files::sha256.eq(&file.sha256),
            files::uploaded_by.eq(uploaded_by),
            files::at.eq(diesel::dsl::sql("engine_now()")),
            files::inspected.eq(inspected),
        ))
        .execute(conn)
        .map(drop)
}

/// Held until the transaction ends. `what` is an aggregate (its count) or contents (their being pointed to).
pub(crate) fn lock(conn: &mut PgConnection, what: &str) -> QueryResult<()> {
    engine::sql("SELECT pg_advisory_xact_lock(hashtextextended('files ' || current_schema() || ' ' || $1, 0))")
        .bind::<Text, _>(what)
        .execute(conn)
        .map(drop)
}

#[derive(QueryableByName)]
struct Hash {
    #[diesel(sql_type = Text)]
    sha256: String,
}

/// Deletes some rows that were uploaded longer ago than `age` and that no event refers to; answers their hashes, one
/// per row. A row that a command is just looking at is skipped.
pub(crate) fn delete_unreferenced(conn: &mut PgConnection, age: TimeDelta) -> QueryResult<Vec<String>> {
    let deleted: Vec<Hash> = engine::sql(format!(
        "DELETE FROM files WHERE id IN (SELECT id FROM files WHERE NOT referenced AND at < engine_now() - $1 \
         ORDER BY at LIMIT {PURGED} FOR UPDATE SKIP LOCKED) RETURNING sha256"
    ))
    .bind::<Interval, _>(age)
    .load(conn)?;
    Ok(deleted.into_iter().map(|hash| hash.sha256).collect())
}
