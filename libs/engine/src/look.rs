//! Looking at an aggregate without changing it: the answer to a GET.
use crate::Render;
use crate::connect::Readers;
use crate::engine::Door;
use crate::host::{Ask, Host, MachineOf, Seen};
use crate::run::with_env;
use crate::submission::{Fault, Intent, Reply, Submission, applied};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid};
use kernel::{Actor, Machine, run};
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;
use uuid::Uuid;

impl<H: Host> Door<H> {
    /// Renders the aggregate for `actor`. What is overdue is lapsed first; a stranger gets [`Fault::Unknown`].
    pub async fn look(&self, id: Uuid, actor: &Actor, render: Render<MachineOf<H>>) -> Result<Reply, Fault> {
        match self.clone().glance(id, actor.clone(), render).await? {
            Glance::Seen(reply) => Ok(reply),
            Glance::Overdue => {
                self.nudge(id).await?;
                match self.clone().glance(id, actor.clone(), render).await? {
                    Glance::Seen(reply) => Ok(reply),
                    // Due again within the same instant: the next look finds it.
                    Glance::Overdue => Err(Fault::Unavailable),
                }
            }
        }
    }

    /// Lapses what is due.
    pub async fn nudge(&self, id: Uuid) -> Result<Reply, Fault> {
        let (answer, answered) = oneshot::channel();
        self.submit(Submission {
            id,
            actor: Actor::clock(),
            intent: Intent::Nudge,
            expect: None,
            key: None,
            correlation: None,
            render: applied::<MachineOf<H>>,
            answer,
        });
        answered.await.unwrap_or(Err(Fault::Unavailable))
    }

    /// What the caller is to the aggregate, or [`Fault::Unknown`]: the door of tenancy for whatever hangs on it.
    pub async fn relation(&self, id: Uuid, actor: &Actor) -> Result<kernel::Party, Fault> {
        let (door, actor) = (self.clone(), actor.clone());
        blocking(move || {
            let mut conn = door.readers.get().map_err(|_| Fault::Unavailable)?;
            let (_, state, ..) = read::<MachineOf<H>>(&mut conn, id)?;
            MachineOf::<H>::relation(&state, &actor).ok_or(Fault::Unknown)
        })
        .await
    }

    async fn glance(self, id: Uuid, actor: Actor, render: Render<MachineOf<H>>) -> Result<Glance, Fault> {
        blocking(move || self.glance_now(id, &actor, render)).await
    }

    fn glance_now(&self, id: Uuid, actor: &Actor, render: Render<MachineOf<H>>) -> Result<Glance, Fault> {
        let mut conn = self.readers.get().map_err(|_| Fault::Unavailable)?;
        let (version, state, now, is_spared) = read::<MachineOf<H>>(&mut conn, id)?;
        let party = MachineOf::<H>::relation(&state, actor).ok_or(Fault::Unknown)?;
        if !is_spared && run::next_due::<MachineOf<H>>(&state).is_some_and(|due| due <= now) {
            return Ok(Glance::Overdue);
        }
        let question = [Ask { id, state: &state, command: None, actor }];
        let facts = conn
            .transaction(|tx| self.host.facts(tx, &question))
            .map_err(|error| unavailable(&error))?
            .pop()
            .unwrap_or_default();
        with_env::<H, _>(&self.rulebook, id, &state, now, None, &facts, |env| {
            let ctx = env.context(actor, party);
            Glance::Seen(render(&Seen { id, version, state: &state, events: &[], ctx: &ctx }))
        })
    }
}

enum Glance {
    Seen(Reply),
    Overdue,
}

/// A row of the aggregate, the clock, and whether lapses are spared now.
#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Timestamptz)]
    now: DateTime<Utc>,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    is_spared: bool,
}

fn read<M: Machine>(conn: &mut PgConnection, id: Uuid) -> Result<(i64, M::State, DateTime<Utc>, bool), Fault> {
    let row: Option<Row> = crate::sql(
        "SELECT a.kind, a.version, a.state::text AS state, greatest(t.now, a.updated_at) AS now, \
         COALESCE(t.now < c.spared_until AND a.next_due > c.spared_from AND a.next_due <= c.spared_to, false) AS is_spared \
         FROM aggregates a, clock c, (SELECT engine_now() AS now) t WHERE a.id = $1",
    )
    .bind::<SqlUuid, _>(id)
    .get_result(conn)
    .optional()
    .map_err(|error| unavailable(&error))?;
    let row = row.filter(|row| row.kind == M::KIND).ok_or(Fault::Unknown)?;
    let state = serde_json::from_str(&row.state).map_err(|error| {
        tracing::error!(%id, kind = M::KIND, %error, "a stored state cannot be read");
        Fault::Broken
    })?;
    Ok((row.version, state, row.now, row.is_spared))
}

/// Asks the database on a pooled connection, off the async threads.
pub async fn query<T: Send + 'static>(
    readers: &Readers,
    read: impl FnOnce(&mut PgConnection) -> QueryResult<T> + Send + 'static,
) -> Result<T, Fault> {
    let readers = readers.clone();
    blocking(move || {
        let mut conn = readers.get().map_err(|_| Fault::Unavailable)?;
        read(&mut conn).map_err(|error| unavailable(&error))
    })
    .await
}

/// Reads JSON that a view holds. What this build wrote it can read.
pub fn stored<T: DeserializeOwned>(json: &str) -> Result<T, Fault> {
    serde_json::from_str(json).map_err(|error| {
        tracing::error!(%error, "a stored view cannot be read");
        Fault::Broken
    })
}

fn unavailable(error: &diesel::result::Error) -> Fault {
    tracing::warn!(%error, "the database cannot be asked");
    Fault::Unavailable
}

/// Runs blocking work off the async threads; never a pooled connection across an `.await`.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Fault> + Send + 'static) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(Fault::Broken))
}
