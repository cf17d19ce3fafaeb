//! What must be known of others: read `FOR SHARE` in the transaction of a command.
//!
//! Bars, exits, courses and qualifications are views of this context's other machines; what is open of a provider's is
//! copied from the messages of orders and disputes. A provider that has no row yet is neither barred nor leaving;
//! should that change while an application is opened, it is found when the application is submitted and approved.
use crate::queries::fan_out;
use contracts::Message;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Uuid as SqlUuid};
use engine::{Ask, Fact, Place, Told};
use kernel::{Actor, Category, FileRef, ProviderId, QualificationId, RuleId};
use onboarding_domain::application::{self, Applications};
use onboarding_domain::provider::{self, Providers};
use onboarding_domain::qualification::{self, Qualifications};
use onboarding_domain::screening::{RelatedBar, Shared};
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

/// The note that makes a provider look whether it may go now.
pub(crate) const CHECK_EXIT: &str = "check_exit";

/// Who opens which application just now. A question for facts does not name the caller, and before the application is
/// opened its state does not either.
#[derive(Clone, Default)]
pub(crate) struct Openings(Arc<Mutex<HashMap<Uuid, ProviderId>>>);

/// An opening under way; over when it is dropped.
pub(crate) struct Opening {
    id: Uuid,
    all: Openings,
}

impl Openings {
    /// Remembers that `actor` opens the application `id`.
    pub(crate) fn begin(&self, id: Uuid, actor: &Actor) -> Opening {
        if let Some(provider) = actor.as_provider() {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, provider);
        }
        Opening { id, all: self.clone() }
    }

    fn applicant(&self, id: Uuid) -> Option<ProviderId> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).copied()
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        self.all.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
    }
}

#[derive(QueryableByName)]
struct ProviderRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Nullable<Text>)]
    barred: Option<String>,
    #[diesel(sql_type = Bool)]
    leaving: bool,
    #[diesel(sql_type = Bool)]
    eu_trained: bool,
}

#[derive(QueryableByName)]
struct HeldRow {
    #[diesel(sql_type = SqlUuid)]
    provider: Uuid,
    #[diesel(sql_type = Text)]
    category: String,
}

#[derive(QueryableByName)]
struct KinRow {
    #[diesel(sql_type = SqlUuid)]
    application: Uuid,
    #[diesel(sql_type = Bool)]
    by_registration: bool,
    #[diesel(sql_type = Text)]
    barred: String,
}

#[derive(QueryableByName)]
struct ObligationRow {
    #[diesel(sql_type = SqlUuid)]
    provider: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    open: i64,
}

/// The facts of applications, one statement per kind.
pub(crate) fn of_applications(
    tx: &mut PgConnection,
    asked: &[Ask<'_, Applications>],
    openings: &Openings,
) -> QueryResult<Vec<application::Facts>> {
    let applicants: Vec<_> = asked.iter().map(|ask| applicant(ask, openings)).collect();
    let known = providers(tx, &applicants)?;
    let opened =
        asked.iter().zip(&applicants).filter_map(|(ask, applicant)| applicant.filter(|_| category(ask).is_some()));
    let held = held(tx, opened.map(|provider| provider.0).collect())?;
    let screened: Vec<Uuid> = asked.iter().filter(|ask| is_screened(ask)).map(|ask| ask.id).collect();
    let mut bars = related_bars(tx, &screened)?;
    let handing_in: Vec<Uuid> = asked.iter().filter(|ask| hands_in(ask)).map(|ask| ask.id).collect();
    let mut files = files_of(tx, &handing_in)?;
    let facts = |(ask, applicant): (&Ask<'_, Applications>, &Option<ProviderId>)| {
        let row = applicant.and_then(|provider| known.get(&provider.0));
        let wanted = applicant.zip(category(ask)).map(|(provider, category)| (provider.0, category.to_string()));
        application::Facts {
            files: files.remove(&ask.id).unwrap_or_default(),
            barred: row.and_then(|row| row.barred.clone()).map(rule),
            related_bars: bars.remove(&ask.id).unwrap_or_default(),
            leaving: row.is_some_and(|row| row.leaving),
            qualified: wanted.is_some_and(|wanted| held.contains(&wanted)),
            eu_trained: row.is_some_and(|row| row.eu_trained),
        }
    };
    Ok(asked.iter().zip(&applicants).map(facts).collect())
}

fn applicant(ask: &Ask<'_, Applications>, openings: &Openings) -> Option<ProviderId> {
    ask.state.dossier().map_or_else(|_| openings.applicant(ask.id), |dossier| Some(dossier.provider))
}

/// The category that is applied for by this very command.
fn category(ask: &Ask<'_, Applications>) -> Option<Category> {
    if let Some(application::Command::Open { category, .. }) = ask.command { Some(*category) } else { None }
}

fn is_screened(ask: &Ask<'_, Applications>) -> bool {
    use application::Command::{ProvideInformation, Submit};
    matches!(ask.command, Some(Submit { .. } | ProvideInformation { .. }))
}

fn hands_in(ask: &Ask<'_, Applications>) -> bool {
    use application::Command::{ProvideInformation, SubmitCredential};
    matches!(ask.command, Some(SubmitCredential(_) | ProvideInformation { .. }))
}

fn providers(tx: &mut PgConnection, asked: &[Option<ProviderId>]) -> QueryResult<HashMap<Uuid, ProviderRow>> {
    let ids: Vec<Uuid> = asked.iter().flatten().map(|provider| provider.0).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<ProviderRow> =
        engine::sql("SELECT id, barred, leaving, eu_trained FROM providers WHERE id = ANY($1) ORDER BY id FOR SHARE")
            .bind::<Array<SqlUuid>, _>(ids)
            .load(tx)?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The categories in which these providers hold a qualification that is not revoked.
fn held(tx: &mut PgConnection, providers: Vec<Uuid>) -> QueryResult<HashSet<(Uuid, String)>> {
    if providers.is_empty() {
        return Ok(HashSet::new());
    }
    let rows: Vec<HeldRow> = engine::sql(
        "SELECT provider, category FROM qualifications WHERE provider = ANY($1) AND status <> 'revoked' \
         ORDER BY id FOR SHARE",
    )
    .bind::<Array<SqlUuid>, _>(providers)
    .load(tx)?;
    Ok(rows.into_iter().map(|row| (row.provider, row.category)).collect())
}

/// X23: bars of organisations with the same registration, or with an owner of the same name.
fn related_bars(tx: &mut PgConnection, applications: &[Uuid]) -> QueryResult<HashMap<Uuid, Vec<RelatedBar>>> {
    if applications.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<KinRow> = engine::sql(
        "SELECT kin.application, kin.by_registration, p.barred FROM providers p JOIN ( \
         SELECT mine.application, true AS by_registration, theirs.provider FROM businesses mine \
         JOIN businesses theirs ON theirs.country = mine.country AND theirs.registration_key = mine.registration_key \
         WHERE mine.application = ANY($1) AND theirs.provider <> mine.provider \
         UNION SELECT mine.application, false, theirs.provider FROM declarations mine \
         JOIN declarations theirs ON theirs.owner_keys && mine.owner_keys \
         WHERE mine.application = ANY($1) AND theirs.provider <> mine.provider \
         ) AS kin ON kin.provider = p.id WHERE p.barred IS NOT NULL ORDER BY p.id, kin.by_registration FOR SHARE OF p",
    )
    .bind::<Array<SqlUuid>, _>(applications)
    .load(tx)?;
    let mut found: HashMap<Uuid, Vec<RelatedBar>> = HashMap::new();
    for row in rows {
        let shares = if row.by_registration { Shared::Registration } else { Shared::Owner };
        let bar = RelatedBar { shares, rule: rule(row.barred) };
        let bars = found.entry(row.application).or_default();
        if !bars.contains(&bar) {
            bars.push(bar);
        }
    }
    Ok(found)
}

/// The facts of qualifications.
pub(crate) fn of_qualifications(
    tx: &mut PgConnection,
    asked: &[Ask<'_, Qualifications>],
) -> QueryResult<Vec<qualification::Facts>> {
    let handing_in = asked.iter().filter(|ask| matches!(ask.command, Some(qualification::Command::SubmitDocument(_))));
    let mut files = files_of(tx, &handing_in.map(|ask| ask.id).collect::<Vec<_>>())?;
    let facts =
        |ask: &Ask<'_, Qualifications>| qualification::Facts { files: files.remove(&ask.id).unwrap_or_default() };
    Ok(asked.iter().map(facts).collect())
}

fn files_of(tx: &mut PgConnection, ids: &[Uuid]) -> QueryResult<HashMap<Uuid, Vec<FileRef>>> {
    if ids.is_empty() { Ok(HashMap::new()) } else { files::refs(tx, ids) }
}

/// The facts of providers. Complaints are no room of the suite yet: there is none that could be open.
pub(crate) fn of_providers(tx: &mut PgConnection, asked: &[Ask<'_, Providers>]) -> QueryResult<Vec<provider::Facts>> {
    let rows: Vec<ObligationRow> = engine::sql(
        "SELECT provider, kind, count(*) AS open FROM ( \
         SELECT provider, kind FROM obligations WHERE provider = ANY($1) AND open ORDER BY kind, id FOR SHARE \
         ) AS o GROUP BY provider, kind",
    )
    .bind::<Array<SqlUuid>, _>(asked.iter().map(|ask| ask.id).collect::<Vec<_>>())
    .load(tx)?;
    let count = |provider: Uuid, kind: &str| {
        let row = rows.iter().find(|row| row.provider == provider && row.kind == kind);
        row.map_or(0, |row| u32::try_from(row.open).unwrap_or(u32::MAX))
    };
    let facts = |ask: &Ask<'_, Providers>| provider::Facts {
        open_orders: count(ask.id, "order"),
        open_cases: count(ask.id, "case"),
        open_complaints: 0,
    };
    Ok(asked.iter().map(facts).collect())
}

/// What is recorded of a message.
pub(crate) enum Said {
    /// What is open of a provider's.
    Obligation(Obligation),
    /// A qualification was granted to this provider.
    Granted(QualificationId, ProviderId),
    /// A provider has gone.
    Exited(ProviderId),
    /// A provider was barred.
    Barred(ProviderId),
}

/// An order or a case of a provider, as others tell of it.
pub(crate) struct Obligation {
    /// `order` or `case`.
    pub kind: &'static str,
    /// Which.
    pub id: Uuid,
    /// Whose.
    pub provider: ProviderId,
    /// Whether it is open.
    pub open: bool,
}

impl Fact for Said {
    /// Obligations in the order in which [`of_providers`] locks them.
    fn place(&self) -> Place {
        match self {
            Self::Obligation(said) => (u8::from(said.kind == "order"), said.id),
            Self::Granted(QualificationId(id), _) | Self::Exited(ProviderId(id)) | Self::Barred(ProviderId(id)) => {
                (2, *id)
            }
        }
    }

    fn write<'a>(tx: &mut PgConnection, told: &[Told<'a, Self>]) -> QueryResult<()> {
        let obligation = |said: &Told<'a, Self>| match said.fact {
            Self::Obligation(one) => Some((said.message, one)),
            Self::Granted(..) | Self::Exited(_) | Self::Barred(_) => None,
        };
        // First, as their places are: commands of providers lock the obligations before the providers.
        keep(tx, &told.iter().filter_map(obligation).collect::<Vec<_>>())?;
        for &Told { message, fact } in told {
            match fact {
                Self::Obligation(_) => {}
                Self::Granted(qualification, provider) => fan_out::granted(tx, message, *qualification, *provider)?,
                Self::Exited(provider) => fan_out::exited(tx, message, *provider)?,
                Self::Barred(provider) => fan_out::barred(tx, message, *provider)?,
            }
        }
        Ok(())
    }
}

/// Keeps what messages say of obligations, unless something newer is known. One that is over may let its provider go,
/// if that is leaving: a provider that applies to exit just now holds a lock on the obligation until it is seen to
/// leave, or finds it over.
fn keep(tx: &mut PgConnection, told: &[(&Message, &Obligation)]) -> QueryResult<()> {
    #[derive(Serialize)]
    struct Row {
        kind: &'static str,
        id: Uuid,
        provider: Uuid,
        open: bool,
        sequence: i64,
    }
    let row = |(message, said): &(&Message, &Obligation)| Row {
        kind: said.kind,
        id: said.id,
        provider: said.provider.0,
        open: said.open,
        sequence: message.sequence,
    };
    engine::write_rows(
        tx,
        "INSERT INTO obligations AS o (kind, id, provider, open, sequence) \
         SELECT DISTINCT ON (kind, id) kind, id, provider, open, sequence FROM jsonb_to_recordset($1::jsonb) \
         AS t(kind text, id uuid, provider uuid, open bool, sequence int8) ORDER BY kind, id, sequence DESC \
         ON CONFLICT (kind, id) DO UPDATE SET open = excluded.open, sequence = excluded.sequence \
         WHERE o.sequence < excluded.sequence",
        &told.iter().map(row).collect::<Vec<_>>(),
    )?;
    let over: Vec<_> = told.iter().filter(|(_, said)| !said.open).collect();
    if over.is_empty() {
        return Ok(());
    }
    let leaving = leaving(tx, over.iter().map(|(_, said)| said.provider.0).collect())?;
    for (message, said) in over.into_iter().filter(|(_, said)| leaving.contains(&said.provider.0)) {
        engine::note::<Providers>(tx, "onboarding", &[said.provider.0], CHECK_EXIT, message)?;
    }
    Ok(())
}

/// Which of these providers want to go.
fn leaving(tx: &mut PgConnection, providers: Vec<Uuid>) -> QueryResult<HashSet<Uuid>> {
    let rows: Vec<ProviderRow> =
        engine::sql("SELECT id, barred, leaving, eu_trained FROM providers WHERE id = ANY($1) AND leaving")
            .bind::<Array<SqlUuid>, _>(providers)
            .load(tx)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// A rule id from a column.
fn rule(id: String) -> RuleId {
    serde_json::from_value(serde_json::Value::String(id)).unwrap_or(RuleId::of("X23"))
}
