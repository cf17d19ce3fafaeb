//! The index of what is nearly the same (M5.17, M4.2.e.1; W29): a signature with its bands for every revision.
//!
//! Written as a view from `drafted`, so a rebuild makes it again from the journal. Looked up at submission: of the
//! listings that share a band, only what is offered or queued counts, or was submitted before in the same batch (the
//! caller leaves out what was refused there), and never the listing itself. What one provider offers twice word for word is left to the
//! claim that refuses it.
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Text, Uuid as SqlUuid};
use kernel::ListingId;
use listings_domain::Content;
use moderation::Known;
use moderation::near::Signature;
use serde::Serialize;
use std::collections::HashMap;
use uuid::Uuid;

/// The most listings that one draft is compared with, those of its provider first, those of the same batch last.
const AT_MOST: &str = "50";

/// A row of `signatures`.
#[derive(Serialize)]
pub(crate) struct SignatureRow<'a> {
    revision: Uuid,
    listing: Uuid,
    provider: Uuid,
    fingerprint: &'a str,
    signature: Signature,
    bands: Vec<i64>,
}

impl<'a> SignatureRow<'a> {
    /// Of a new revision.
    pub fn of(revision: Uuid, listing: Uuid, provider: Uuid, fingerprint: &'a str, content: &Content) -> Self {
        let signature = signature(content);
        Self { revision, listing, provider, fingerprint, bands: bands(&signature), signature }
    }
}

/// A listing that may be alike.
pub(crate) struct Alike {
    /// By what it says in this revision.
    pub revision: Uuid,
    name: String,
    signature: Signature,
    same_provider: bool,
}

impl Alike {
    /// As the engine compares it.
    pub fn known(&self) -> Known<'_> {
        Known { name: &self.name, signature: &self.signature, same_provider: self.same_provider }
    }
}

#[derive(QueryableByName)]
struct AlikeRow {
    #[diesel(sql_type = SqlUuid)]
    asked: Uuid,
    #[diesel(sql_type = SqlUuid)]
    listing: Uuid,
    #[diesel(sql_type = SqlUuid)]
    revision: Uuid,
    #[diesel(sql_type = Bool)]
    same_provider: bool,
    #[diesel(sql_type = Text)]
    signature: String,
}

fn signature(content: &Content) -> Signature {
    Signature::of(content.texts().into_iter().map(|(_, text)| text))
}

/// A column holds signed numbers; the bits are the same.
fn bands(signature: &Signature) -> Vec<i64> {
    signature.bands().into_iter().map(u64::cast_signed).collect()
}

/// Writes the signatures of new revisions.
pub(crate) fn write(tx: &mut PgConnection, rows: &[SignatureRow<'_>]) -> QueryResult<()> {
    engine::write_rows(
        tx,
        "INSERT INTO signatures (revision, listing, provider, fingerprint, signature, bands) \
         SELECT revision, listing, provider, fingerprint, signature, bands FROM jsonb_to_recordset($1::jsonb) \
         AS t(revision uuid, listing uuid, provider uuid, fingerprint text, signature jsonb, bands bigint[])",
        rows,
    )
}

/// By revision: the listings that may be alike. The revisions are submitted together, in this order.
pub(crate) fn alike(tx: &mut PgConnection, revisions: &[Uuid]) -> QueryResult<HashMap<Uuid, Vec<Alike>>> {
    let rows: Vec<AlikeRow> = engine::sql(format!(
        "SELECT a.revision AS asked, k.listing, k.revision, k.same_provider, k.signature FROM unnest($1) AS a(revision) \
         JOIN signatures m ON m.revision = a.revision CROSS JOIN LATERAL (\
         SELECT s.listing, s.revision, s.provider = m.provider AS same_provider, s.signature::text AS signature \
         FROM signatures s JOIN listings l ON l.id = s.listing \
         WHERE s.bands && m.bands AND s.listing <> m.listing \
         AND (s.revision IN (l.offered_revision, l.queued_revision) \
         OR array_position($1, s.revision) < array_position($1, m.revision)) \
         AND NOT (s.provider = m.provider AND s.fingerprint = m.fingerprint) \
         ORDER BY array_position($1, s.revision) IS NOT NULL, s.provider = m.provider DESC, s.revision LIMIT {AT_MOST}) k ORDER BY k.listing"
    ))
    .bind::<Array<SqlUuid>, _>(revisions)
    .load(tx)?;
    let mut found: HashMap<Uuid, Vec<Alike>> = HashMap::new();
    for row in rows {
        match serde_json::from_str(&row.signature) {
            Ok(signature) => found.entry(row.asked).or_default().push(Alike {
                revision: row.revision,
                name: ListingId(row.listing).to_string(),
                signature,
                same_provider: row.same_provider,
            }),
            Err(error) => tracing::error!(listing = %row.listing, %error, "a stored signature cannot be read"),
        }
    }
    Ok(found)
}
