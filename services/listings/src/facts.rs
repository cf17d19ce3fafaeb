//! What must be known of others: read `FOR SHARE` in the transaction of a command, written when messages bring it.
//!
//! Why a right that is lost and a revision that is approved cannot cross: the approving transaction holds the fact rows
//! until it ends, and the losing one changes its row first. Either the approval waits and finds the right gone, or the
//! loss waits and, in a later statement of its own (READ COMMITTED: a new snapshot), finds every listing there is; each
//! gets a note to look at the facts again.
//!
//! One row per qualification, not per category: sequences count within one qualification, and a provider that lost one
//! may earn another.
use crate::desk::Desk;
use crate::{measuring, near, pictures};
use contracts::Message;
use contracts::onboarding::{Provider, Qualification};
use contracts::settlement::Purse;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Text, Uuid as SqlUuid};
use engine::{Ask, Fact, Place, Told};
use files::FileRow;
use kernel::{Category, ListingId, Machine, Party, ProviderId, RevisionId};
use listings_domain::allow_phrase::{self, AllowPhrases, Found};
use listings_domain::screening::subject;
use listings_domain::{
    Command, Content, Drafted, Facts, Listings, ProviderStanding, Qualified, Record, Revision, Screening, Uploaded,
    Verdict,
};
use serde::de::DeserializeOwned;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// The note that tells a listing to look at its provider again.
pub(crate) const RECHECK: &str = "recheck_provider";

#[derive(QueryableByName)]
struct QualificationRow {
    #[diesel(sql_type = SqlUuid)]
    provider: Uuid,
    #[diesel(sql_type = Text)]
    category: String,
    #[diesel(sql_type = Bool)]
    may_sell: bool,
    #[diesel(sql_type = BigInt)]
    sequence: i64,
}

#[derive(QueryableByName)]
struct ProviderRow {
    #[diesel(sql_type = SqlUuid)]
    provider: Uuid,
    #[diesel(sql_type = Bool)]
    eu_trained: bool,
    #[diesel(sql_type = Bool)]
    blocked: bool,
    #[diesel(sql_type = Bool)]
    leaving: bool,
}

#[derive(QueryableByName)]
struct DraftRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    content: String,
}

#[derive(QueryableByName)]
struct FoundRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    listing: Uuid,
    #[diesel(sql_type = Text)]
    content: String,
    #[diesel(sql_type = Text)]
    screening: String,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// The facts for a batch of questions, one statement per kind. The rows of rights are locked in the order in which
/// messages write them: qualifications, then providers.
pub(crate) fn of(tx: &mut PgConnection, asked: &[Ask<'_, Listings>], desk: &Desk) -> QueryResult<Vec<Facts>> {
    let mut providers: Vec<Uuid> = asked.iter().filter_map(|ask| Some(ask.state.record()?.provider.0)).collect();
    providers.sort_unstable();
    providers.dedup();
    let qualified = qualifications(tx, &providers)?;
    let standing = standings(tx, &providers)?;
    let mut files = files_of(tx, asked)?;
    let facts = |ask: &Ask<'_, Listings>| {
        let Some(record) = ask.state.record() else { return Facts::default() };
        Facts {
            qualified: qualified.get(&(record.provider, record.category)).copied(),
            provider: standing.get(&record.provider).copied(),
            files: files.remove(&ask.id).unwrap_or_default(),
            draft: None,
        }
    };
    let mut facts: Vec<Facts> = asked.iter().map(facts).collect();
    let submitted = asked.iter().zip(&mut facts).filter_map(|(ask, facts)| Submitted::of(ask, facts));
    screen_drafts(tx, submitted.collect(), desk)?;
    Ok(facts)
}

/// By provider and category; one that permits goes before one that does not, else the newest.
fn qualifications(
    tx: &mut PgConnection,
    providers: &[Uuid],
) -> QueryResult<HashMap<(ProviderId, Category), Qualified>> {
    if providers.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<QualificationRow> = engine::sql(
        "SELECT provider, category, may_sell, sequence FROM qualifications WHERE provider = ANY($1) \
         ORDER BY qualification FOR SHARE",
    )
    .bind::<Array<SqlUuid>, _>(providers)
    .load(tx)?;
    let mut found: HashMap<_, Qualified> = HashMap::new();
    for row in rows {
        // A category that this build does not know has no listings here.
        let Ok(category) = row.category.parse::<Category>() else { continue };
        let this = Qualified { may_sell: row.may_sell, sequence: row.sequence };
        let kept = found.entry((ProviderId(row.provider), category)).or_insert(this);
        if this.may_sell || !kept.may_sell {
            *kept = this;
        }
    }
    Ok(found)
}

fn standings(tx: &mut PgConnection, providers: &[Uuid]) -> QueryResult<HashMap<ProviderId, ProviderStanding>> {
    if providers.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<ProviderRow> = engine::sql(
        "SELECT provider, eu_trained, blocked, leaving FROM providers WHERE provider = ANY($1) \
         ORDER BY provider FOR SHARE",
    )
    .bind::<Array<SqlUuid>, _>(providers)
    .load(tx)?;
    let standing = |row: ProviderRow| {
        let ProviderRow { provider, eu_trained, blocked, leaving } = row;
        (ProviderId(provider), ProviderStanding { eu_trained, blocked, leaving })
    };
    Ok(rows.into_iter().map(standing).collect())
}

/// The uploaded files of the listings that are being revised.
fn files_of(tx: &mut PgConnection, asked: &[Ask<'_, Listings>]) -> QueryResult<HashMap<Uuid, Vec<Uploaded>>> {
    let revised = asked.iter().filter(|ask| matches!(ask.command, Some(Command::Revise { .. })));
    let ids: Vec<Uuid> = revised.map(|ask| ask.id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let uploaded = |row: FileRow| Uploaded { file: row.reference(), picture: measuring::measured(row.inspected) };
    let found = files::of(tx, &ids)?.into_iter();
    Ok(found.map(|(listing, rows)| (listing, rows.into_iter().map(uploaded).collect())).collect())
}

/// A draft that is being submitted.
struct Submitted<'a> {
    listing: Uuid,
    record: &'a Record,
    draft: &'a Revision,
    /// By what is known of whoever submits it.
    is_permitted: bool,
    facts: &'a mut Facts,
}

impl<'a> Submitted<'a> {
    fn of(ask: &Ask<'a, Listings>, facts: &'a mut Facts) -> Option<Self> {
        let record = ask.state.record().filter(|_| matches!(ask.command, Some(Command::Submit)))?;
        let is_provider = Listings::relation(ask.state, ask.actor) == Some(Party::Provider);
        let is_permitted = is_provider && record.may_be_submitted(facts);
        Some(Self { listing: ask.id, record, draft: record.draft()?, is_permitted, facts })
    }
}

/// Screens the drafts that are being submitted; those that come together see the ones before them, unless these are
/// refused: by their screening, or by what is known of the provider. Contents never change, and their listing is locked.
fn screen_drafts(tx: &mut PgConnection, submitted: Vec<Submitted<'_>>, desk: &Desk) -> QueryResult<()> {
    if submitted.is_empty() {
        return Ok(());
    }
    let drafts: Vec<Uuid> = submitted.iter().map(|it| it.draft.id.0).collect();
    let approved = submitted.iter().filter_map(|it| Some(it.record.approved.as_ref()?.revision.id.0));
    let mut contents = contents_of(tx, &drafts.iter().copied().chain(approved).collect::<Vec<_>>())?;
    let alike = near::alike(tx, &drafts)?;
    let pictured = submitted
        .iter()
        .filter_map(|it| Some(pictures::asked(it.draft.id, it.listing, it.record, contents.get(&it.draft.id.0)?)));
    let pictures = pictures::known(tx, &pictured.flatten().collect::<Vec<_>>())?;
    let engines = desk.engines(tx)?;
    let mut refused = HashSet::new();
    for Submitted { record, draft, is_permitted, facts, .. } in submitted {
        let Some(content) = contents.remove(&draft.id.0) else { continue };
        let reviewed = record.approved.as_ref().and_then(|approved| contents.get(&approved.revision.id.0));
        let mut subject = subject(record.category, record.agent_operation, &content);
        subject.reviewed_core = reviewed.and_then(|reviewed| {
            let key = desk.core(record.category)?;
            reviewed.elements.get(key).map(String::as_str)
        });
        let (alike, pictures) = (alike.get(&draft.id.0), pictures.get(&draft.id.0));
        let alike = alike.into_iter().flatten().filter(|alike| !refused.contains(&alike.revision));
        let pictures = pictures.into_iter().flatten().filter(|seen| !refused.contains(&seen.revision));
        subject.known = alike.map(near::Alike::known).collect();
        subject.known_pictures = pictures.map(|seen| seen.picture.clone()).collect();
        let screening = engines.screen(&subject);
        if !is_permitted || screening.verdict == Verdict::Reject {
            refused.insert(draft.id.0);
        }
        facts.draft = Some(Drafted { screening, content });
    }
    Ok(())
}

fn contents_of(tx: &mut PgConnection, revisions: &[Uuid]) -> QueryResult<HashMap<Uuid, Content>> {
    let rows: Vec<DraftRow> = engine::sql("SELECT id, content::text AS content FROM revisions WHERE id = ANY($1)")
        .bind::<Array<SqlUuid>, _>(revisions)
        .load(tx)?;
    let read = |row: DraftRow| Some((row.id, read("revision", row.id, &row.content)?));
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Reads what is stored of a revision. What this build wrote it can read: anything else is told in the log.
fn read<T: DeserializeOwned>(what: &str, revision: Uuid, json: &str) -> Option<T> {
    serde_json::from_str(json)
        .inspect_err(|error| tracing::error!(%revision, %error, "a stored {what} cannot be read"))
        .ok()
}

/// The findings that are called false, with the text of their field. A screened revision's findings never change while
/// it waits; whoever submits it again makes others, and the place counts in the newest.
pub(crate) fn of_phrases(
    tx: &mut PgConnection,
    asked: &[Ask<'_, AllowPhrases>],
) -> QueryResult<Vec<allow_phrase::Facts>> {
    let proposed = |ask: &Ask<'_, AllowPhrases>| match ask.command {
        Some(allow_phrase::Command::Propose { listing, revision, finding, .. }) => {
            Some((*listing, *revision, *finding))
        }
        Some(
            allow_phrase::Command::Approve { .. }
            | allow_phrase::Command::Decline { .. }
            | allow_phrase::Command::TakeBack { .. },
        )
        | None => None,
    };
    let revisions: Vec<Uuid> = asked.iter().filter_map(proposed).map(|(_, revision, _)| revision.0).collect();
    if revisions.is_empty() {
        return Ok(asked.iter().map(|_| allow_phrase::Facts::default()).collect());
    }
    let rows: Vec<FoundRow> = engine::sql(
        "SELECT id, listing, content::text AS content, screening::text AS screening FROM revisions \
         WHERE id = ANY($1) AND screening IS NOT NULL",
    )
    .bind::<Array<SqlUuid>, _>(revisions)
    .load(tx)?;
    let found = |(listing, revision, finding): (ListingId, RevisionId, u32)| {
        let row = rows.iter().find(|row| row.id == revision.0 && row.listing == listing.0)?;
        row.found(finding as usize)
    };
    Ok(asked.iter().map(|ask| allow_phrase::Facts { found: proposed(ask).and_then(found) }).collect())
}

impl FoundRow {
    fn found(&self, place: usize) -> Option<Found> {
        let Screening { mut findings, .. } = read("screening", self.id, &self.screening)?;
        let content: Content = read("revision", self.id, &self.content)?;
        let finding = if place < findings.len() { findings.swap_remove(place) } else { return None };
        let text = content.texts().into_iter().find(|(name, _)| *name == finding.field);
        Some(Found {
            rule: finding.rule,
            list: finding.list.map(|list| list.name),
            words: finding.text,
            text: text.map_or_else(String::new, |(_, text)| text.to_owned()),
            field: finding.field,
        })
    }
}

/// What is recorded of a message.
pub(crate) enum Said {
    /// Of a qualification, by onboarding.
    Qualification(Qualification),
    /// Of a provider, by onboarding.
    Provider(Provider),
    /// Of a purse, by settlement.
    Purse(Purse),
}

impl Fact for Said {
    fn place(&self) -> Place {
        match self {
            Self::Qualification(said) => (0, said.qualification.0),
            Self::Provider(said) => (1, said.provider.0),
            Self::Purse(said) => (1, said.provider.0),
        }
    }

    fn write(tx: &mut PgConnection, told: &[Told<'_, Self>]) -> QueryResult<()> {
        told.iter().try_for_each(|Told { message, fact }| match fact {
            Self::Qualification(said) => qualification(tx, message, said),
            Self::Provider(said) => provider(tx, message, said),
            Self::Purse(said) => purse(tx, message, said),
        })
    }
}

/// What onboarding says of a qualification.
fn qualification(tx: &mut PgConnection, message: &Message, said: &Qualification) -> QueryResult<()> {
    let is_newer = engine::sql(
        "INSERT INTO qualifications AS q (qualification, provider, category, may_sell, sequence) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (qualification) DO UPDATE \
         SET may_sell = excluded.may_sell, sequence = excluded.sequence WHERE q.sequence < excluded.sequence",
    )
    .bind::<SqlUuid, _>(said.qualification.0)
    .bind::<SqlUuid, _>(said.provider.0)
    .bind::<Text, _>(said.category.to_string())
    .bind::<Bool, _>(said.status.may_sell())
    .bind::<BigInt, _>(message.sequence)
    .execute(tx)?
        > 0;
    // Both rows must be there for anything to be permitted, and to be held.
    engine::sql("INSERT INTO providers (provider) VALUES ($1) ON CONFLICT DO NOTHING")
        .bind::<SqlUuid, _>(said.provider.0)
        .execute(tx)?;
    if is_newer { recheck(tx, message, said.provider, Some(said.category)) } else { Ok(()) }
}

/// What onboarding says of a provider.
fn provider(tx: &mut PgConnection, message: &Message, said: &Provider) -> QueryResult<()> {
    let before = held(tx, said.provider)?;
    let is_newer = engine::sql(
        "INSERT INTO providers AS p (provider, eu_trained, leaving, provider_sequence) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (provider) DO UPDATE SET eu_trained = excluded.eu_trained, leaving = excluded.leaving, \
         provider_sequence = excluded.provider_sequence WHERE p.provider_sequence < excluded.provider_sequence",
    )
    .bind::<SqlUuid, _>(said.provider.0)
    .bind::<Bool, _>(said.eu_trained)
    .bind::<Bool, _>(said.leaving)
    .bind::<BigInt, _>(message.sequence)
    .execute(tx)?
        > 0;
    let is_otherwise = before.is_none_or(|before| before.leaving != said.leaving);
    if is_newer && is_otherwise { recheck(tx, message, said.provider, None) } else { Ok(()) }
}

/// What settlement says of a provider's purse. Most of it has nothing to do with what may be sold.
fn purse(tx: &mut PgConnection, message: &Message, said: &Purse) -> QueryResult<()> {
    let before = held(tx, said.provider)?;
    let is_newer = engine::sql(
        "INSERT INTO providers AS p (provider, blocked, purse_sequence) VALUES ($1, $2, $3) \
         ON CONFLICT (provider) DO UPDATE SET blocked = excluded.blocked, purse_sequence = excluded.purse_sequence \
         WHERE p.purse_sequence < excluded.purse_sequence",
    )
    .bind::<SqlUuid, _>(said.provider.0)
    .bind::<Bool, _>(said.blocked)
    .bind::<BigInt, _>(message.sequence)
    .execute(tx)?
        > 0;
    let is_otherwise = before.is_none_or(|before| before.blocked != said.blocked);
    if is_newer && is_otherwise { recheck(tx, message, said.provider, None) } else { Ok(()) }
}

/// The provider's row as it stands, held from here on.
fn held(tx: &mut PgConnection, provider: ProviderId) -> QueryResult<Option<ProviderRow>> {
    engine::sql("SELECT provider, eu_trained, blocked, leaving FROM providers WHERE provider = $1 FOR UPDATE")
        .bind::<SqlUuid, _>(provider.0)
        .get_result(tx)
        .optional()
}

/// A note to each listing of the provider: a statement after the one that changed the fact row.
fn recheck(
    tx: &mut PgConnection,
    message: &Message,
    provider: ProviderId,
    category: Option<Category>,
) -> QueryResult<()> {
    let rows: Vec<IdRow> =
        engine::sql("SELECT id FROM listings WHERE provider = $1 AND ($2 IS NULL OR category = $2) ORDER BY id")
            .bind::<SqlUuid, _>(provider.0)
            .bind::<diesel::sql_types::Nullable<Text>, _>(category.map(|category| category.to_string()))
            .load(tx)?;
    let ids: Vec<Uuid> = rows.into_iter().map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    engine::note::<Listings>(tx, "listings", &ids, RECHECK, message)
}
