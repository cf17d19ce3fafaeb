//! Made again from the journal: views (`rebuild`), messages (`republish`), and the proof that state and journal agree
//! (`verify`).
use crate::host::{Change, Entry, Host, MachineOf};
use crate::{journal, lapses};
use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use kernel::Machine;
use uuid::Uuid;

/// How many aggregates are folded at a time.
const PAGE: i32 = 200;

/// Why something could not be made again.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] diesel::result::Error),
    /// A journal entry cannot be read or applied.
    #[error("journal of {aggregate} at version {version}: {reason}")]
    Unfoldable {
        /// Whose journal.
        aggregate: Uuid,
        /// Which entry.
        version: i64,
        /// Why.
        reason: String,
    },
}

#[derive(QueryableByName)]
struct JournalRow {
    #[diesel(sql_type = SqlUuid)]
    aggregate: Uuid,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    actor: String,
    #[diesel(sql_type = Text)]
    payload: String,
    #[diesel(sql_type = Nullable<Text>)]
    correlation: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    sequence: Option<i64>,
}

/// One folded entry, and what is needed to make its messages again.
struct Folded<M: Machine> {
    entry: Entry<M>,
    after: M::State,
    correlation: Option<String>,
    sequence: Option<i64>,
}

/// Empties the host's views and makes them again from the journal, in one transaction. Run it while the context does
/// not serve: it locks the views.
pub fn rebuild<H: Host>(conn: &mut PgConnection, host: &H) -> Result<u64, RebuildError> {
    conn.transaction(|tx| {
        for view in host.views() {
            tx.batch_execute(&format!("DELETE FROM {view}"))?;
        }
        let mut done = 0;
        let mut after = Uuid::nil();
        loop {
            let ids = page::<MachineOf<H>>(tx, after)?;
            let Some(last) = ids.last().copied() else { return Ok(done) };
            after = last;
            for changes in as_batches(fold::<MachineOf<H>>(tx, &ids)?) {
                host.project(tx, &changes)?;
            }
            done += ids.len() as u64;
        }
    })
}

/// Puts the messages of a span of the journal into the outbox again; ids are the same, so whoever had them drops them.
pub fn republish<H: Host>(
    conn: &mut PgConnection,
    host: &H,
    context: &'static str,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<u64, RebuildError> {
    let mut done = 0;
    let mut after = Uuid::nil();
    loop {
        let ids = page::<MachineOf<H>>(conn, after)?;
        let Some(last) = ids.last().copied() else { return Ok(done) };
        after = last;
        for folded in fold::<MachineOf<H>>(conn, &ids)? {
            if folded.entry.at < from || folded.entry.at > to {
                continue;
            }
            let sequence = folded.sequence.unwrap_or_default();
            let (world, own) =
                journal::messages(host, context, &folded.entry, &folded.after, sequence, folded.correlation.as_deref());
            for (message, is_own) in world.into_iter().map(|it| (it, false)).chain(own.into_iter().map(|it| (it, true)))
            {
                let text = serde_json::to_string(&message).map_err(|error| unfoldable(&folded.entry, &error))?;
                crate::sql("INSERT INTO outbox (aggregate, own, message, at) VALUES ($1, $2, $3, engine_now())")
                    .bind::<SqlUuid, _>(folded.entry.id)
                    .bind::<Bool, _>(is_own)
                    .bind::<Text, _>(text)
                    .execute(conn)?;
                done += 1;
            }
        }
    }
}

/// What disagrees between the journal and the stored states of one machine; empty when all is well.
///
/// Checks: entries are numbered from 1 without gaps up to the aggregate's version; they fold to the stored state; the
/// stored status and `next_due` are those of the state; no deadline lapsed early or twice (module `lapses`).
pub fn verify<M: Machine>(conn: &mut PgConnection) -> Result<Vec<String>, RebuildError> {
    #[derive(QueryableByName)]
    struct Stored {
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
        #[diesel(sql_type = BigInt)]
        version: i64,
        #[diesel(sql_type = Text)]
        state: String,
        #[diesel(sql_type = Text)]
        status: String,
        #[diesel(sql_type = Nullable<Timestamptz>)]
        next_due: Option<DateTime<Utc>>,
    }
    let mut findings = vec![];
    let mut after = Uuid::nil();
    loop {
        let ids = page::<M>(conn, after)?;
        let Some(last) = ids.last().copied() else { return Ok(findings) };
        after = last;
        let stored: Vec<Stored> =
            crate::sql("SELECT id, version, state::text AS state, status, next_due FROM aggregates WHERE id = ANY($1)")
                .bind::<diesel::sql_types::Array<SqlUuid>, _>(&ids)
                .load(conn)?;
        let folded = fold::<M>(conn, &ids)?;
        for row in stored {
            let entries: Vec<_> = folded.iter().filter(|folded| folded.entry.id == row.id).collect();
            let versions: Vec<_> = entries.iter().map(|folded| folded.entry.version).collect();
            if versions != (1..=row.version).collect::<Vec<_>>() {
                findings.push(format!("{} {}: version {} but entries {versions:?}", M::KIND, row.id, row.version));
            }
            let state: Result<M::State, _> = serde_json::from_str(&row.state);
            match (state, entries.last()) {
                (Ok(state), Some(last)) if state == last.after => {
                    if M::status(&state) != row.status || kernel::run::next_due::<M>(&state) != row.next_due {
                        findings.push(format!("{} {}: status or next_due differ from the state", M::KIND, row.id));
                    }
                }
                _ => findings.push(format!("{} {}: the journal does not fold to the state", M::KIND, row.id)),
            }
            let journal: Vec<_> = entries.iter().map(|folded| (&folded.entry, &folded.after)).collect();
            findings.extend(lapses::wrong(&journal));
        }
    }
}

fn page<M: Machine>(conn: &mut PgConnection, after: Uuid) -> QueryResult<Vec<Uuid>> {
    #[derive(QueryableByName)]
    struct Id {
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
    }
    let ids: Vec<Id> = crate::sql("SELECT id FROM aggregates WHERE kind = $1 AND id > $2 ORDER BY id LIMIT $3")
        .bind::<Text, _>(M::KIND)
        .bind::<SqlUuid, _>(after)
        .bind::<Integer, _>(PAGE)
        .load(conn)?;
    Ok(ids.into_iter().map(|row| row.id).collect())
}

fn fold<M: Machine>(conn: &mut PgConnection, ids: &[Uuid]) -> Result<Vec<Folded<M>>, RebuildError> {
    let rows: Vec<JournalRow> = crate::sql(
        "SELECT aggregate, version, at, actor::text AS actor, payload::text AS payload, correlation, sequence \
         FROM journal WHERE aggregate = ANY($1) ORDER BY aggregate, version",
    )
    .bind::<diesel::sql_types::Array<SqlUuid>, _>(ids)
    .load(conn)?;
    let mut folded: Vec<Folded<M>> = Vec::with_capacity(rows.len());
    for row in rows {
        let fault =
            |reason: String| RebuildError::Unfoldable { aggregate: row.aggregate, version: row.version, reason };
        let before = match folded.last() {
            Some(last) if last.entry.id == row.aggregate => last.after.clone(),
            _ => M::State::default(),
        };
        let event: M::Event = serde_json::from_str(&row.payload).map_err(|error| fault(error.to_string()))?;
        let actor = serde_json::from_str(&row.actor).map_err(|error| fault(error.to_string()))?;
        let after = M::evolve(before, &event).map_err(|unfit| fault(unfit.to_string()))?;
        let entry = Entry { id: row.aggregate, version: row.version, at: row.at, actor, event };
        folded.push(Folded { entry, after, correlation: row.correlation, sequence: row.sequence });
    }
    Ok(folded)
}

/// One change per entry, in batches in which no aggregate appears twice: the order within each is kept.
fn as_batches<M: Machine>(folded: Vec<Folded<M>>) -> Vec<Vec<Change<M>>> {
    let mut batches: Vec<Vec<Change<M>>> = vec![];
    let mut previous: Option<(Uuid, M::State)> = None;
    let mut nth = 0;
    for one in folded {
        let before = match previous.take() {
            Some((id, state)) if id == one.entry.id => {
                nth += 1;
                state
            }
            _ => {
                nth = 0;
                M::State::default()
            }
        };
        if batches.len() <= nth {
            batches.push(vec![]);
        }
        previous = Some((one.entry.id, one.after.clone()));
        batches[nth].push(Change {
            id: one.entry.id,
            version: one.entry.version,
            at: one.entry.at,
            before,
            after: one.after,
            entries: vec![one.entry],
        });
    }
    batches
}

fn unfoldable<M: Machine>(entry: &Entry<M>, error: &serde_json::Error) -> RebuildError {
    RebuildError::Unfoldable { aggregate: entry.id, version: entry.version, reason: error.to_string() }
}

/// What upkeep can do with a host, its type forgotten.
pub trait Kept: Send + Sync {
    /// The machine's kind.
    fn kind(&self) -> &'static str;
    /// See [`rebuild`].
    fn rebuild(&self, conn: &mut PgConnection) -> Result<u64, RebuildError>;
    /// See [`republish`].
    fn republish(
        &self,
        conn: &mut PgConnection,
        context: &'static str,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<u64, RebuildError>;
    /// See [`verify`].
    fn verify(&self, conn: &mut PgConnection) -> Result<Vec<String>, RebuildError>;
    /// The tables that hold its views.
    fn views(&self) -> &'static [&'static str];
}

impl<H: Host> Kept for H {
    fn kind(&self) -> &'static str {
        MachineOf::<H>::KIND
    }

    fn rebuild(&self, conn: &mut PgConnection) -> Result<u64, RebuildError> {
        rebuild(conn, self)
    }

    fn republish(
        &self,
        conn: &mut PgConnection,
        context: &'static str,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<u64, RebuildError> {
        republish(conn, self, context, from, to)
    }

    fn verify(&self, conn: &mut PgConnection) -> Result<Vec<String>, RebuildError> {
        verify::<MachineOf<H>>(conn)
    }

    fn views(&self) -> &'static [&'static str] {
        Host::views(self)
    }
}
