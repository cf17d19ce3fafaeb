//! The index of pictures (C6, M4.2.e.1): the hash of every picture of every revision, under the keys by which hashes that
//! are nearly the same find each other.
//!
//! Written as a view from `drafted`, so a rebuild makes it again from the journal. Looked up at submission and in a dry
//! run: only what is offered or queued counts, or was submitted before in the same batch (the caller leaves out what was
//! refused there), and never the listing itself; of those that are near enough, the nearest of the same provider and the
//! nearest of another one are told, of what is offered or queued and of each draft of the batch.
use crate::measuring;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};
use kernel::{FileId, ListingId, ProviderId, RevisionId};
use listings_domain::{Content, Record};
use moderation::pictures::{bands, probes};
use moderation::{KnownPicture, Picture};
use rulebook::listings::FARTHEST_PICTURE;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// A row of `pictures`.
#[derive(Serialize)]
pub(crate) struct PictureRow {
    revision: Uuid,
    place: usize,
    listing: Uuid,
    provider: Uuid,
    hash: i64,
    bands: Vec<i32>,
}

/// A picture that is looked up.
#[derive(Serialize)]
pub(crate) struct Asked {
    /// Of a draft; nil in a dry run.
    revision: Uuid,
    listing: Uuid,
    provider: Uuid,
    hash: i64,
    probes: Vec<i32>,
}

/// A picture that was uploaded to one of the provider's listings.
pub(crate) struct Own {
    /// The listing.
    listing: Uuid,
    /// What was measured of it.
    pub picture: Picture,
}

#[derive(QueryableByName)]
struct OwnRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    listing: Uuid,
    #[diesel(sql_type = Nullable<Jsonb>)]
    inspected: Option<Value>,
}

/// A picture of another listing that may be the same.
pub(crate) struct Seen {
    /// The revision that shows it.
    pub revision: Uuid,
    /// As the engine compares it.
    pub picture: KnownPicture,
}

#[derive(QueryableByName)]
struct KnownRow {
    #[diesel(sql_type = SqlUuid)]
    asked: Uuid,
    #[diesel(sql_type = SqlUuid)]
    revision: Uuid,
    #[diesel(sql_type = SqlUuid)]
    listing: Uuid,
    #[diesel(sql_type = Bool)]
    same_provider: bool,
    #[diesel(sql_type = BigInt)]
    hash: i64,
}

/// The pictures of a new revision, those that have a hash.
pub(crate) fn rows(
    revision: RevisionId,
    listing: Uuid,
    record: &Record,
    content: &Content,
) -> impl Iterator<Item = PictureRow> {
    let (revision, provider) = (revision.0, record.provider.0);
    hashes(content).map(move |(place, hash)| PictureRow {
        revision,
        place,
        listing,
        provider,
        // A column holds signed numbers; the bits are the same.
        hash: hash.cast_signed(),
        bands: bands(hash).to_vec(),
    })
}

fn hashes(content: &Content) -> impl Iterator<Item = (usize, u64)> {
    content.pictures.iter().enumerate().filter_map(|(place, shown)| Some((place, shown.picture.hash?)))
}

/// Writes the pictures of new revisions.
pub(crate) fn write(tx: &mut PgConnection, rows: &[PictureRow]) -> QueryResult<()> {
    engine::write_rows(
        tx,
        "INSERT INTO pictures (revision, place, listing, provider, hash, bands) \
         SELECT revision, place, listing, provider, hash, bands FROM jsonb_to_recordset($1::jsonb) \
         AS t(revision uuid, place integer, listing uuid, provider uuid, hash bigint, bands integer[])",
        rows,
    )
}

/// The pictures of a draft, to be looked up.
pub(crate) fn asked(
    revision: RevisionId,
    listing: Uuid,
    record: &Record,
    content: &Content,
) -> impl Iterator<Item = Asked> {
    let (revision, provider) = (revision.0, record.provider);
    hashes(content).map(move |(_, hash)| Asked::of(revision, listing, provider, hash))
}

impl Asked {
    fn of(revision: Uuid, listing: Uuid, provider: ProviderId, hash: u64) -> Self {
        Self { revision, listing, provider: provider.0, hash: hash.cast_signed(), probes: probes(hash) }
    }
}

impl Own {
    /// To be looked up in a dry run; the listing that it was uploaded to is the one it is meant for.
    pub fn asked(&self, provider: ProviderId) -> Option<Asked> {
        Some(Asked::of(Uuid::nil(), self.listing, provider, self.picture.hash?))
    }
}

/// Those of the files that are pictures which the provider uploaded to listings of its own.
pub(crate) fn own(
    conn: &mut PgConnection,
    provider: ProviderId,
    files: &[FileId],
) -> QueryResult<HashMap<FileId, Own>> {
    let rows: Vec<OwnRow> = engine::sql(
        "SELECT f.id, l.id AS listing, f.inspected FROM files f JOIN listings l ON l.id = f.aggregate \
         WHERE f.id = ANY($1) AND l.provider = $2",
    )
    .bind::<Array<SqlUuid>, _>(files.iter().map(|file| file.0).collect::<Vec<_>>())
    .bind::<SqlUuid, _>(provider.0)
    .load(conn)?;
    let own = |row: OwnRow| {
        let picture = measuring::measured(row.inspected)?;
        Some((FileId(row.id), Own { listing: row.listing, picture }))
    };
    Ok(rows.into_iter().filter_map(own).collect())
}

/// By draft: pictures of other listings that may be its own. Drafts are submitted together, in this order.
pub(crate) fn known(tx: &mut PgConnection, asked: &[Asked]) -> QueryResult<HashMap<Uuid, Vec<Seen>>> {
    if asked.is_empty() {
        return Ok(HashMap::new());
    }
    let drafts: Vec<Uuid> = asked.iter().map(|asked| asked.revision).collect();
    let asked =
        serde_json::to_string(asked).map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    let rows: Vec<KnownRow> = engine::sql(
        "SELECT a.revision AS asked, k.revision, k.listing, k.same_provider, k.hash FROM jsonb_to_recordset($1::jsonb) \
         AS a(revision uuid, listing uuid, provider uuid, hash bigint, probes integer[]) CROSS JOIN LATERAL (\
         SELECT DISTINCT ON (same_provider, place) array_position($3, p.revision) AS place, p.revision, p.listing, \
         p.provider = a.provider AS same_provider, p.hash \
         FROM pictures p JOIN listings l ON l.id = p.listing \
         WHERE p.bands && a.probes AND p.listing <> a.listing \
         AND (p.revision IN (l.offered_revision, l.queued_revision) \
         OR array_position($3, p.revision) < array_position($3, a.revision)) \
         AND bit_count((p.hash # a.hash)::bit(64)) <= $2 \
         ORDER BY same_provider, place, bit_count((p.hash # a.hash)::bit(64)), p.listing, p.place) k",
    )
    .bind::<Text, _>(asked)
    .bind::<Integer, _>(FARTHEST_PICTURE.cast_signed())
    .bind::<Array<SqlUuid>, _>(drafts)
    .load(tx)?;
    let mut found: HashMap<Uuid, Vec<Seen>> = HashMap::new();
    for KnownRow { asked, revision, listing, same_provider, hash } in rows {
        let listing = ListingId(listing).to_string();
        let picture = KnownPicture { listing, hash: hash.cast_unsigned(), same_provider };
        found.entry(asked).or_default().push(Seen { revision, picture });
    }
    Ok(found)
}
