//! The index of pictures (C6, M4.2.e.1): the hash of every picture of every revision, under the keys by which hashes that
//! are nearly the same find each other.
//!
//! Written as a view from `drafted`, so a rebuild makes it again from the journal. Looked up at submission: only what is
//! offered or queued counts, and never the listing itself; of those that are near enough, the nearest of the same
//! provider and the nearest of another one are told.
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Text, Uuid as SqlUuid};
use kernel::{ListingId, RevisionId};
use listings_domain::{Content, Record};
use moderation::pictures::{KnownPicture, bands, probes};
use rulebook::listings::FARTHEST_PICTURE;
use serde::Serialize;
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
struct Asked {
    revision: Uuid,
    listing: Uuid,
    provider: Uuid,
    hash: i64,
    probes: Vec<i32>,
}

#[derive(QueryableByName)]
struct KnownRow {
    #[diesel(sql_type = SqlUuid)]
    asked: Uuid,
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

/// By draft: pictures of other listings that may be its own. A draft is a revision, its listing, who offers it.
pub(crate) fn known<'a>(
    tx: &mut PgConnection,
    drafts: impl IntoIterator<Item = (Uuid, Uuid, &'a Record, &'a Content)>,
) -> QueryResult<HashMap<Uuid, Vec<KnownPicture>>> {
    let asked = drafts.into_iter().flat_map(|(revision, listing, record, content)| {
        hashes(content).map(move |(_, hash)| Asked {
            revision,
            listing,
            provider: record.provider.0,
            hash: hash.cast_signed(),
            probes: probes(hash),
        })
    });
    let asked: Vec<Asked> = asked.collect();
    if asked.is_empty() {
        return Ok(HashMap::new());
    }
    let asked =
        serde_json::to_string(&asked).map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    let rows: Vec<KnownRow> = engine::sql(
        "SELECT a.revision AS asked, k.listing, k.same_provider, k.hash FROM jsonb_to_recordset($1::jsonb) \
         AS a(revision uuid, listing uuid, provider uuid, hash bigint, probes integer[]) CROSS JOIN LATERAL (\
         SELECT DISTINCT ON (same_provider) p.listing, p.provider = a.provider AS same_provider, p.hash \
         FROM pictures p JOIN listings l ON l.id = p.listing \
         WHERE p.bands && a.probes AND p.listing <> a.listing AND p.revision IN (l.offered_revision, l.queued_revision) \
         AND bit_count((p.hash # a.hash)::bit(64)) <= $2 \
         ORDER BY same_provider, bit_count((p.hash # a.hash)::bit(64)), p.listing) k",
    )
    .bind::<Text, _>(asked)
    .bind::<Integer, _>(FARTHEST_PICTURE.cast_signed())
    .load(tx)?;
    let mut found: HashMap<Uuid, Vec<KnownPicture>> = HashMap::new();
    for KnownRow { asked, listing, same_provider, hash } in rows {
        let listing = ListingId(listing).to_string();
        found.entry(asked).or_default().push(KnownPicture { listing, hash: hash.cast_unsigned(), same_provider });
    }
    Ok(found)
}
