//! From a provider that left or was barred to the aggregates that this concerns: found in the views, told by notes.
use crate::outbound::{BARRED, EXITED};
use contracts::Message;
use diesel::prelude::*;
use diesel::result::Error;
use diesel::sql_types::{Bool, Nullable, Text, Uuid as SqlUuid};
use engine::note;
use kernel::{Decision, Machine, ProviderId, QualificationId};
use onboarding_domain::{Applications, Providers, Qualifications};
use uuid::Uuid;

/// The note to a barred provider that its store is closed for good (C3).
pub(crate) const CLOSE_BARRED: &str = "close_barred";
/// The note to a store that is related to a barred one (C3, X23).
pub(crate) const BAR_RELATED: &str = "bar_related";

const CONTEXT: &str = "onboarding";

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

#[derive(QueryableByName)]
struct BarRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    bar: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    related_to: Option<Uuid>,
}

#[derive(QueryableByName)]
struct ExitRow {
    #[diesel(sql_type = Text)]
    rules: String,
}

#[derive(QueryableByName)]
struct GoneRow {
    #[diesel(sql_type = Bool)]
    gone: bool,
}

/// A provider is gone: its qualifications end, its running applications are withdrawn.
pub(crate) fn exited(tx: &mut PgConnection, cause: &Message, provider: ProviderId) -> QueryResult<()> {
    let held =
        ids(tx, "SELECT id FROM qualifications WHERE provider = $1 AND status <> 'revoked' ORDER BY id", provider)?;
    tell::<Qualifications>(tx, &held, EXITED, cause)?;
    let running = running(tx, provider)?;
    tell::<Applications>(tx, &running, EXITED, cause)
}

/// A provider is barred: its running applications are withdrawn. For C3 its store is closed and so are related ones; a
/// bar that came over from a related store goes no further.
pub(crate) fn barred(tx: &mut PgConnection, cause: &Message, provider: ProviderId) -> QueryResult<()> {
    let running = running(tx, provider)?;
    tell::<Applications>(tx, &running, BARRED, cause)?;
    let Some(bar) = bar_row(tx, provider)? else { return Ok(()) };
    if !is_for_good(&read(&bar.bar)?) {
        return Ok(());
    }
    tell::<Providers>(tx, &[provider.0], CLOSE_BARRED, cause)?;
    if bar.related_to.is_some() {
        return Ok(());
    }
    let kin = ids(
        tx,
        "SELECT DISTINCT theirs.provider AS id FROM businesses mine JOIN businesses theirs \
         ON theirs.country = mine.country AND theirs.registration_key = mine.registration_key \
         WHERE mine.provider = $1 AND theirs.provider <> $1 ORDER BY 1",
        provider,
    )?;
    tell::<Providers>(tx, &kin, BAR_RELATED, cause)
}

/// A qualification was granted: had its provider gone by then, it ends. Whoever goes later finds it.
pub(crate) fn granted(
    tx: &mut PgConnection,
    cause: &Message,
    qualification: QualificationId,
    provider: ProviderId,
) -> QueryResult<()> {
    let gone: Option<GoneRow> =
        engine::sql("SELECT exited_at IS NOT NULL AS gone FROM providers WHERE id = $1 FOR SHARE")
            .bind::<SqlUuid, _>(provider.0)
            .get_result(tx)
            .optional()?;
    let ended: &[Uuid] = if gone.is_some_and(|row| row.gone) { &[qualification.0] } else { &[] };
    tell::<Qualifications>(tx, ended, EXITED, cause)
}

/// The rules that the exit of a qualification's provider rests on, as JSON.
pub(crate) fn exit_rules(conn: &mut PgConnection, id: QualificationId) -> QueryResult<Option<String>> {
    let row: Option<ExitRow> = engine::sql(
        "SELECT p.exit_rules::text AS rules FROM qualifications q JOIN providers p ON p.id = q.provider \
         WHERE q.id = $1 AND p.exit_rules IS NOT NULL",
    )
    .bind::<SqlUuid, _>(id.0)
    .get_result(conn)
    .optional()?;
    Ok(row.map(|row| row.rules))
}

/// The bar of this provider, while there is one.
pub(crate) fn bar_of(conn: &mut PgConnection, provider: ProviderId) -> QueryResult<Option<Decision>> {
    bar_row(conn, provider)?.map(|row| read(&row.bar)).transpose()
}

/// The bar that closes this provider's store because it is related to a closed one, and which.
pub(crate) fn bar_of_kin(conn: &mut PgConnection, provider: ProviderId) -> QueryResult<Option<(ProviderId, Decision)>> {
    let rows: Vec<BarRow> = engine::sql(
        "SELECT DISTINCT p.id, p.bar::text AS bar, p.related_to FROM businesses mine JOIN businesses theirs \
         ON theirs.country = mine.country AND theirs.registration_key = mine.registration_key \
         JOIN providers p ON p.id = theirs.provider \
         WHERE mine.provider = $1 AND theirs.provider <> $1 AND p.barred IS NOT NULL AND p.related_to IS NULL \
         ORDER BY p.id",
    )
    .bind::<SqlUuid, _>(provider.0)
    .load(conn)?;
    for row in rows {
        let bar = read(&row.bar)?;
        if is_for_good(&bar) {
            return Ok(Some((ProviderId(row.id), bar)));
        }
    }
    Ok(None)
}

/// C3: closed for good, related stores included.
fn is_for_good(bar: &Decision) -> bool {
    bar.rules.iter().any(|rule| rule.as_str() == "C3")
}

fn bar_row(conn: &mut PgConnection, provider: ProviderId) -> QueryResult<Option<BarRow>> {
    engine::sql("SELECT id, bar::text AS bar, related_to FROM providers WHERE id = $1 AND barred IS NOT NULL")
        .bind::<SqlUuid, _>(provider.0)
        .get_result(conn)
        .optional()
}

fn running(tx: &mut PgConnection, provider: ProviderId) -> QueryResult<Vec<Uuid>> {
    let sql = "SELECT id FROM applications WHERE provider = $1 \
        AND status IN ('draft', 'submitted', 'in_review', 'information_requested') ORDER BY id";
    ids(tx, sql, provider)
}

fn ids(tx: &mut PgConnection, sql: &'static str, provider: ProviderId) -> QueryResult<Vec<Uuid>> {
    let rows: Vec<IdRow> = engine::sql(sql).bind::<SqlUuid, _>(provider.0).load(tx)?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

fn tell<M: Machine>(tx: &mut PgConnection, ids: &[Uuid], fact: &str, cause: &Message) -> QueryResult<()> {
    note::<M>(tx, CONTEXT, ids, fact, cause)
}

fn read(json: &str) -> QueryResult<Decision> {
    serde_json::from_str(json).map_err(|error| Error::DeserializationError(Box::new(error)))
}
