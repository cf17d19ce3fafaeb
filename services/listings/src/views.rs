//! The views of listings: the lists and the catalogue (`listings`), what each revision says and how it fared
//! (`revisions`), what it is compared by (`signatures`, `pictures`), where the edition on trial disagrees (`moderation_flips`), what
//! happened (`timeline`). Derived from the journal alone, one statement per table and batch.
use crate::near::{self, SignatureRow};
use crate::{pictures, timeline};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::result::Error;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use engine::{Change, Entry};
use kernel::machine::IntoName;
use kernel::{Decision, EditionId, FileId, Machine, Party};
use listings_domain::{Content, Event, Listings, Record, Verdict};
use serde::Serialize;
use uuid::Uuid;

/// The tables that [`project`] writes.
pub(crate) const TABLES: &[&str] = &["listings", "revisions", "signatures", "pictures", "moderation_flips", "timeline"];

/// Brings the views up to the changes.
pub(crate) fn project(tx: &mut PgConnection, changes: &[Change<Listings>]) -> QueryResult<()> {
    let mut listings = ListingRows::default();
    let mut drafted = DraftedRows::default();
    let mut fared = FaredRows::default();
    let mut timeline = TimelineRows::default();
    let (mut signatures, mut shown, mut flips) = (vec![], vec![], vec![]);
    for change in changes {
        let Some(record) = change.after.record() else { continue };
        listings.push(change, record)?;
        for entry in &change.entries {
            drafted.push(entry)?;
            signatures.extend(signature(entry, record));
            if let Event::Drafted { revision, content, .. } = &entry.event {
                shown.extend(pictures::rows(*revision, entry.id, record, content));
            }
            flips.extend(flip(entry));
            timeline.push(entry, change)?;
        }
        fared.push(change)?;
    }
    listings.write(tx)?;
    drafted.write(tx)?;
    fared.write(tx)?;
    near::write(tx, &signatures)?;
    pictures::write(tx, &shown)?;
    engine::write_rows(tx, INSERT_FLIPS, &flips)?;
    for flip in &flips {
        metrics::counter!("guildhall_moderation_flips_total", "from" => flip.from.to_string(), "to" => flip.to.to_string())
            .increment(1);
    }
    timeline.write(tx)
}

const INSERT_FLIPS: &str = "INSERT INTO moderation_flips (listing, version, at, revision, edition, shadow, verdict, shadow_verdict) \
     SELECT listing, version, at, revision, edition, shadow, \"from\", \"to\" FROM jsonb_to_recordset($1::jsonb) \
     AS t(listing uuid, version bigint, at timestamptz, revision uuid, edition text, shadow text, \"from\" text, \"to\" text)";

/// A row of `moderation_flips`.
#[derive(Serialize)]
struct FlipRow<'a> {
    listing: Uuid,
    version: i64,
    at: DateTime<Utc>,
    revision: Uuid,
    edition: &'a EditionId,
    shadow: &'a EditionId,
    from: Verdict,
    to: Verdict,
}

/// Where the edition on trial comes to another verdict than the one in force.
fn flip(entry: &Entry<Listings>) -> Option<FlipRow<'_>> {
    let Event::Screened { revision, screening } = &entry.event else { return None };
    let shadow = screening.flip()?;
    Some(FlipRow {
        listing: entry.id,
        version: entry.version,
        at: entry.at,
        revision: revision.0,
        edition: &screening.edition,
        shadow: &shadow.edition,
        from: screening.verdict,
        to: shadow.verdict,
    })
}

/// What a new revision is compared by.
fn signature<'a>(entry: &'a Entry<Listings>, record: &Record) -> Option<SignatureRow<'a>> {
    let Event::Drafted { revision, content, fingerprint, .. } = &entry.event else { return None };
    Some(SignatureRow::of(revision.0, entry.id, record.provider.0, fingerprint, content))
}

/// Rows of `listings`.
#[derive(Default)]
struct ListingRows {
    id: Vec<Uuid>,
    version: Vec<i64>,
    provider: Vec<Uuid>,
    category: Vec<String>,
    agent_operation: Vec<bool>,
    status: Vec<&'static str>,
    title: Vec<String>,
    revisions: Vec<i32>,
    at: Vec<DateTime<Utc>>,
    queued_revision: Vec<Option<Uuid>>,
    decide_by: Vec<Option<DateTime<Utc>>>,
    claimed_by: Vec<Option<String>>,
    claimed_until: Vec<Option<DateTime<Utc>>>,
    sale_revision: Vec<Option<Uuid>>,
    terms: Vec<Option<String>>,
    offered_revision: Vec<Option<Uuid>>,
}

impl ListingRows {
    fn push(&mut self, change: &Change<Listings>, record: &Record) -> QueryResult<()> {
        let (queued, sale) = (record.queued(), record.on_sale());
        let claim = queued.and_then(|queued| queued.claim.as_ref());
        let mut titles = change.entries.iter().filter_map(|entry| contents(&entry.event)).map(|content| &content.title);
        self.id.push(change.id);
        self.version.push(change.version);
        self.provider.push(record.provider.0);
        self.category.push(record.category.to_string());
        self.agent_operation.push(record.agent_operation);
        self.status.push(Listings::status(&change.after));
        self.title.push(titles.rfind(|title| !title.trim().is_empty()).cloned().unwrap_or_default());
        self.revisions.push(whole(record.revisions));
        self.at.push(change.at);
        self.queued_revision.push(queued.map(|queued| queued.revision.id.0));
        self.decide_by.push(queued.map(|queued| queued.decide_by));
        self.claimed_by.push(claim.map(|claim| claim.by.clone()));
        self.claimed_until.push(claim.map(|claim| claim.until));
        self.sale_revision.push(sale.map(|approved| approved.revision.id.0));
        self.terms.push(sale.map(|approved| json(&approved.terms)).transpose()?);
        let offered = record.approved.as_ref().filter(|_| !record.withdrawn);
        self.offered_revision.push(offered.map(|approved| approved.revision.id.0));
        Ok(())
    }

    /// The place in the queue and in the catalogue is kept while the revision there is the same.
    fn write(self, tx: &mut PgConnection) -> QueryResult<()> {
        if self.id.is_empty() {
            return Ok(());
        }
        engine::sql(
            "INSERT INTO listings AS l (id, version, provider, category, agent_operation, status, title, revisions, \
             created_at, updated_at, queued_revision, queued_at, decide_by, claimed_by, claimed_until, sale_revision, \
             terms, on_sale_since, offered_revision) \
             SELECT id, version, provider, category, agent_operation, status, title, revisions, at, at, queued, \
             CASE WHEN queued IS NOT NULL THEN at END, decide_by, claimed_by, claimed_until, sale, terms::jsonb, \
             CASE WHEN sale IS NOT NULL THEN at END, offered \
             FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) AS t(id, version, \
             provider, category, agent_operation, status, title, revisions, at, queued, decide_by, claimed_by, \
             claimed_until, sale, terms, offered) \
             ON CONFLICT (id) DO UPDATE SET version = excluded.version, status = excluded.status, \
             title = CASE WHEN excluded.title = '' THEN l.title ELSE excluded.title END, \
             revisions = excluded.revisions, updated_at = excluded.updated_at, \
             queued_revision = excluded.queued_revision, \
             queued_at = CASE WHEN l.queued_revision = excluded.queued_revision THEN l.queued_at \
             ELSE excluded.queued_at END, \
             decide_by = excluded.decide_by, claimed_by = excluded.claimed_by, \
             claimed_until = excluded.claimed_until, sale_revision = excluded.sale_revision, terms = excluded.terms, \
             offered_revision = excluded.offered_revision, \
             on_sale_since = CASE WHEN l.sale_revision = excluded.sale_revision THEN l.on_sale_since \
             ELSE excluded.on_sale_since END",
        )
        .bind::<Array<SqlUuid>, _>(self.id)
        .bind::<Array<BigInt>, _>(self.version)
        .bind::<Array<SqlUuid>, _>(self.provider)
        .bind::<Array<Text>, _>(self.category)
        .bind::<Array<Bool>, _>(self.agent_operation)
        .bind::<Array<Text>, _>(self.status)
        .bind::<Array<Text>, _>(self.title)
        .bind::<Array<Integer>, _>(self.revisions)
        .bind::<Array<Timestamptz>, _>(self.at)
        .bind::<Array<Nullable<SqlUuid>>, _>(self.queued_revision)
        .bind::<Array<Nullable<Timestamptz>>, _>(self.decide_by)
        .bind::<Array<Nullable<Text>>, _>(self.claimed_by)
        .bind::<Array<Nullable<Timestamptz>>, _>(self.claimed_until)
        .bind::<Array<Nullable<SqlUuid>>, _>(self.sale_revision)
        .bind::<Array<Nullable<Text>>, _>(self.terms)
        .bind::<Array<Nullable<SqlUuid>>, _>(self.offered_revision)
        .execute(tx)
        .map(drop)
    }
}

/// New rows of `revisions`, and the files that they refer to.
#[derive(Default)]
struct DraftedRows {
    id: Vec<Uuid>,
    listing: Vec<Uuid>,
    number: Vec<i32>,
    content: Vec<String>,
    content_hash: Vec<String>,
    at: Vec<DateTime<Utc>>,
    files: Vec<FileId>,
}

impl DraftedRows {
    fn push(&mut self, entry: &Entry<Listings>) -> QueryResult<()> {
        let Event::Drafted { revision, number, content, content_hash, .. } = &entry.event else { return Ok(()) };
        self.id.push(revision.0);
        self.listing.push(entry.id);
        self.number.push(whole(*number));
        self.content.push(json(content)?);
        self.content_hash.push(content_hash.clone());
        self.at.push(entry.at);
        let evidence = content.cases.iter().flat_map(|case| &case.evidence);
        self.files.extend(content.pictures.iter().map(|shown| &shown.file).chain(evidence).map(|file| file.id));
        Ok(())
    }

    fn write(self, tx: &mut PgConnection) -> QueryResult<()> {
        if self.id.is_empty() {
            return Ok(());
        }
        engine::sql(
            "INSERT INTO revisions (id, listing, number, status, content, content_hash, drafted_at, changed_at) \
             SELECT id, listing, number, 'draft', content::jsonb, content_hash, at, at \
             FROM unnest($1, $2, $3, $4, $5, $6) AS t(id, listing, number, content, content_hash, at)",
        )
        .bind::<Array<SqlUuid>, _>(self.id)
        .bind::<Array<SqlUuid>, _>(self.listing)
        .bind::<Array<Integer>, _>(self.number)
        .bind::<Array<Text>, _>(self.content)
        .bind::<Array<Text>, _>(self.content_hash)
        .bind::<Array<Timestamptz>, _>(self.at)
        .execute(tx)?;
        if self.files.is_empty() { Ok(()) } else { files::mark_referenced(tx, &self.files) }
    }
}

/// How revisions stand after the changes, and what their screening found.
#[derive(Default)]
struct FaredRows {
    id: Vec<Uuid>,
    status: Vec<String>,
    decision: Vec<Option<String>>,
    at: Vec<DateTime<Utc>>,
    /// Of the last screening.
    screening: Vec<Option<String>>,
}

impl FaredRows {
    /// One row per revision: its last status, its last screening.
    fn push(&mut self, change: &Change<Listings>) -> QueryResult<()> {
        let first = self.id.len();
        for entry in &change.entries {
            let Some((revision, status)) = entry.event.revision_status() else { continue };
            let decision = decision(&entry.event).map(json).transpose()?;
            let row = match self.id[first..].iter().position(|id| *id == revision.0) {
                Some(place) => first + place,
                None => self.add(revision.0, entry.at),
            };
            self.status[row] = status.to_string();
            self.decision[row] = decision;
            if let Event::Screened { screening, .. } = &entry.event {
                self.screening[row] = Some(json(screening)?);
            }
        }
        Ok(())
    }

    fn add(&mut self, revision: Uuid, at: DateTime<Utc>) -> usize {
        self.id.push(revision);
        self.status.push(String::new());
        self.decision.push(None);
        self.at.push(at);
        self.screening.push(None);
        self.id.len() - 1
    }

    fn write(self, tx: &mut PgConnection) -> QueryResult<()> {
        if self.id.is_empty() {
            return Ok(());
        }
        engine::sql(
            "UPDATE revisions AS r SET status = t.status, decision = t.decision::jsonb, changed_at = t.at, \
             verdict = COALESCE(t.screening::jsonb->>'verdict', r.verdict), \
             screening = COALESCE(t.screening::jsonb, r.screening) \
             FROM unnest($1, $2, $3, $4, $5) AS t(id, status, decision, at, screening) WHERE r.id = t.id",
        )
        .bind::<Array<SqlUuid>, _>(self.id)
        .bind::<Array<Text>, _>(self.status)
        .bind::<Array<Nullable<Text>>, _>(self.decision)
        .bind::<Array<Timestamptz>, _>(self.at)
        .bind::<Array<Nullable<Text>>, _>(self.screening)
        .execute(tx)
        .map(drop)
    }
}

/// Rows of `timeline`.
#[derive(Default)]
struct TimelineRows {
    listing: Vec<Uuid>,
    version: Vec<i64>,
    at: Vec<DateTime<Utc>>,
    party: Vec<&'static str>,
    person: Vec<Option<String>>,
    event: Vec<&'static str>,
    rules: Vec<String>,
    text: Vec<String>,
    revision: Vec<Option<Uuid>>,
    measure: Vec<Option<Uuid>>,
    due_at: Vec<Option<DateTime<Utc>>>,
}

impl TimelineRows {
    fn push(&mut self, entry: &Entry<Listings>, change: &Change<Listings>) -> QueryResult<()> {
        let party = Listings::relation(&change.after, &entry.actor).unwrap_or(Party::System);
        let said = timeline::said(&entry.event);
        self.listing.push(entry.id);
        self.version.push(entry.version);
        self.at.push(entry.at);
        self.party.push(party.into());
        self.person.push((party != Party::System).then(|| entry.actor.sub.clone()));
        self.event.push(entry.event.name());
        self.rules.push(json(&said.rules)?);
        self.text.push(said.text);
        self.revision.push(said.revision.map(|revision| revision.0));
        self.measure.push(said.measure);
        self.due_at.push(said.due_at);
        Ok(())
    }

    fn write(self, tx: &mut PgConnection) -> QueryResult<()> {
        if self.listing.is_empty() {
            return Ok(());
        }
        engine::sql(
            "INSERT INTO timeline (listing, version, at, party, person, event, rules, text, revision, measure, due_at) \
             SELECT listing, version, at, party, person, event, rules::jsonb, text, revision, measure, due_at \
             FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
             AS t(listing, version, at, party, person, event, rules, text, revision, measure, due_at)",
        )
        .bind::<Array<SqlUuid>, _>(self.listing)
        .bind::<Array<BigInt>, _>(self.version)
        .bind::<Array<Timestamptz>, _>(self.at)
        .bind::<Array<Text>, _>(self.party)
        .bind::<Array<Nullable<Text>>, _>(self.person)
        .bind::<Array<Text>, _>(self.event)
        .bind::<Array<Text>, _>(self.rules)
        .bind::<Array<Text>, _>(self.text)
        .bind::<Array<Nullable<SqlUuid>>, _>(self.revision)
        .bind::<Array<Nullable<SqlUuid>>, _>(self.measure)
        .bind::<Array<Nullable<Timestamptz>>, _>(self.due_at)
        .execute(tx)
        .map(drop)
    }
}

/// What a new revision says.
fn contents(event: &Event) -> Option<&Content> {
    if let Event::Drafted { content, .. } = event { Some(content) } else { None }
}

/// The grounds on which a revision stands where the event puts it.
fn decision(event: &Event) -> Option<&Decision> {
    match event {
        Event::Recalled { decision, .. } => decision.as_ref(),
        Event::ChangesRequested { decision, .. }
        | Event::RevisionRejected { decision, .. }
        | Event::RevisionLapsed { decision, .. } => Some(decision),
        Event::Created { .. }
        | Event::Drafted { .. }
        | Event::Screened { .. }
        | Event::Queued { .. }
        | Event::Claimed { .. }
        | Event::Released { .. }
        | Event::ModerationOverdue { .. }
        | Event::Published { .. }
        | Event::Withdrawn
        | Event::Republished { .. }
        | Event::Blocked { .. }
        | Event::Removed { .. }
        | Event::RemovalServed { .. }
        | Event::MeasureEnded { .. }
        | Event::ProviderDisentitled { .. }
        | Event::ProviderEntitled { .. } => None,
    }
}

fn json(value: &(impl Serialize + ?Sized)) -> QueryResult<String> {
    serde_json::to_string(value).map_err(|error| Error::SerializationError(Box::new(error)))
}

/// Counts are far below the bounds of a column.
fn whole(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
