//! Every stored decision computed again from its record, under the edition that it was made under
//! (`guildhall rules replay`): equal, or where it differs. Changes nothing.
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};
use disputes_domain::record::Difference;
use disputes_domain::{DecisionRecord, Replay, replay};
use kernel::{CaseId, EditionId};
use rulebook::Rulebook;
use serde::Serialize;
use uuid::Uuid;

/// How many records are read at a time.
const PAGE: i64 = 500;

/// A decision that does not come out as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Differing {
    /// The decision.
    pub decision: Uuid,
    /// Its case.
    pub case: CaseId,
    /// The edition it was made under.
    pub edition: EditionId,
    /// Why: `outcome` (see `differences`), `edition_changed` (it has not the hash that the record names) or
    /// `edition_missing` (it is not installed, so nothing could be computed).
    pub why: &'static str,
    /// Where: the field, what is stored, what was computed.
    pub differences: Vec<Difference>,
}

/// How many there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All decisions.
    pub decisions: u64,
    /// Those of them that do not come out as stored.
    pub differing: u64,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    record: String,
}

/// Replays all decisions, by id, and hands those that differ to `each`.
pub fn replay_all(
    conn: &mut PgConnection,
    rulebook: &Rulebook,
    mut each: impl FnMut(Differing) -> std::io::Result<()>,
) -> Result<Tally, Box<dyn std::error::Error + Send + Sync>> {
    let (mut tally, mut after) = (Tally::default(), Uuid::nil());
    loop {
        let rows: Vec<Row> =
            engine::sql("SELECT id, record::text AS record FROM decisions WHERE id > $1 ORDER BY id LIMIT $2")
                .bind::<SqlUuid, _>(after)
                .bind::<BigInt, _>(PAGE)
                .load(conn)?;
        let Some(last) = rows.last() else { return Ok(tally) };
        after = last.id;
        for row in &rows {
            let record: DecisionRecord = serde_json::from_str(&row.record)?;
            tally.decisions += 1;
            if let Some((why, differences)) = differs(&record, rulebook) {
                tally.differing += 1;
                let (case, edition) = (record.case, record.edition);
                each(Differing { decision: row.id, case, edition, why, differences })?;
            }
        }
    }
}

fn differs(record: &DecisionRecord, rulebook: &Rulebook) -> Option<(&'static str, Vec<Difference>)> {
    let Some(edition) = rulebook.get(&record.edition) else { return Some(("edition_missing", vec![])) };
    match replay(record, &edition.disputes.standards) {
        Replay::Differs { differences } => Some(("outcome", differences)),
        Replay::Same if edition.hash != record.edition_hash => Some(("edition_changed", vec![])),
        Replay::Same => None,
    }
}
