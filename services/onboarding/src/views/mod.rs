//! The views: lists, what was handed in, what happened. Derived from the journal alone; one statement per table and
//! batch, its rows as one JSON array.
pub(crate) mod applications;
pub(crate) mod providers;
pub(crate) mod qualifications;

use crate::timeline::Said;
use diesel::prelude::*;
use engine::{Change, Entry, write_rows};
use kernel::machine::IntoName;
use kernel::{Decision, Machine, Party, RuleId, Time};
use serde::Serialize;
use uuid::Uuid;

#[derive(Serialize)]
struct TimelineRow {
    aggregate: Uuid,
    version: i64,
    at: Time,
    party: Party,
    person: Option<String>,
    event: &'static str,
    rules: Vec<RuleId>,
    text: String,
    requirement: Option<String>,
    decision: Option<Decision>,
    due_at: Option<Time>,
    staff_only: bool,
}

/// Appends the entries to the timeline in `table`.
fn append<M: Machine>(
    tx: &mut PgConnection,
    table: &'static str,
    changes: &[Change<M>],
    said: fn(&M::Event) -> Said,
) -> QueryResult<()> {
    let row = |change: &Change<M>, entry: &Entry<M>| {
        let party = M::relation(&change.after, &entry.actor).unwrap_or(Party::System);
        let said = said(&entry.event);
        TimelineRow {
            aggregate: entry.id,
            version: entry.version,
            at: entry.at,
            party,
            person: (party != Party::System).then(|| entry.actor.sub.clone()),
            event: entry.event.name(),
            rules: said.rules,
            text: said.text,
            requirement: said.requirement,
            decision: said.decision,
            due_at: said.due_at,
            staff_only: said.staff_only,
        }
    };
    let rows: Vec<_> =
        changes.iter().flat_map(|change| change.entries.iter().map(|entry| row(change, entry))).collect();
    let sql = format!(
        "INSERT INTO {table} (aggregate, version, at, party, person, event, rules, text, requirement, decision, \
         due_at, staff_only) SELECT aggregate, version, at, party, person, event, rules, text, requirement, decision, \
         due_at, staff_only FROM jsonb_to_recordset($1::jsonb) AS t (aggregate uuid, version bigint, at timestamptz, \
         party text, person text, event text, rules jsonb, text text, requirement text, decision jsonb, \
         due_at timestamptz, staff_only boolean)"
    );
    write_rows(tx, sql, &rows)
}
