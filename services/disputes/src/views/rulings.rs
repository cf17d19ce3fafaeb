//! Decisions with their records (`decisions`), and the draft that waits for a second person (`decision_drafts`).
use diesel::prelude::*;
use diesel::sql_types::{Array, Uuid as SqlUuid};
use disputes_domain::adjudication::Recommendation;
use disputes_domain::casefile::Digest;
use disputes_domain::consequence::Reversal;
use disputes_domain::record::Instance;
use disputes_domain::state::Bench;
use disputes_domain::{AppealResult, Cases, DecisionRecord, Draft, Event, NoticeOf, NoticeServed, Opened, Outcome};
use engine::{Change, Entry, write_rows};
use kernel::{Decision, Due, Time};
use serde::Serialize;
use uuid::Uuid;

/// The id of a decision: a case has one of each instance.
pub(crate) fn decision_id(case: Uuid, instance: Instance) -> Uuid {
    Uuid::new_v5(&case, <&str>::from(instance).as_bytes())
}

/// Brings the views up to the changes.
pub(super) fn project(tx: &mut PgConnection, changes: &[Change<Cases>]) -> QueryResult<()> {
    let mut rows = Rows::default();
    for change in changes {
        let Some(case) = change.after.opened() else { continue };
        for entry in &change.entries {
            rows.add(entry);
        }
        if case.bench_seen().is_none_or(|bench: &Bench| bench.awaiting.is_none()) {
            rows.drafts.retain(|row| row.case_id != change.id);
            rows.fallen.push(change.id);
        }
    }
    let had_draft = |change: &Change<Cases>| {
        let before = change.before.opened().and_then(Opened::bench_seen);
        before.is_some_and(|bench| bench.awaiting.is_some())
    };
    if changes.iter().any(had_draft) {
        engine::sql("DELETE FROM decision_drafts WHERE case_id = ANY($1)")
            .bind::<Array<SqlUuid>, _>(&rows.fallen)
            .execute(tx)?;
    }
    write_rows(tx, DRAFTS, &rows.drafts)?;
    write_rows(tx, DECISIONS, &rows.decisions)?;
    write_rows(tx, WINDOWS, &rows.windows)?;
    write_rows(tx, FINALS, &rows.finals)
}

const DRAFTS: &str = "INSERT INTO decision_drafts (case_id, draft, hash, drafted_by, drafted_at, recommendation) \
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t \
    (case_id uuid, draft jsonb, hash text, drafted_by text, drafted_at timestamptz, recommendation jsonb) \
    ON CONFLICT (case_id) DO UPDATE SET draft = excluded.draft, hash = excluded.hash, \
    drafted_by = excluded.drafted_by, drafted_at = excluded.drafted_at, recommendation = excluded.recommendation";

const DECISIONS: &str = "INSERT INTO decisions \
    (id, case_id, instance, decision, outcome, record, decided_by, confirmed_by, at_stake_minor, alone_up_to_minor, \
     result, reversals, decided_at, appeal_by) \
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t \
    (id uuid, case_id uuid, instance text, decision jsonb, outcome jsonb, record jsonb, decided_by text, \
     confirmed_by text, at_stake_minor bigint, alone_up_to_minor bigint, result text, reversals jsonb, \
     decided_at timestamptz, appeal_by timestamptz)";

/// The window of an appeal that its notice started later (D1.1.3).
const WINDOWS: &str = "UPDATE decisions d SET appeal_by = t.at \
    FROM jsonb_to_recordset($1::jsonb) AS t (id uuid, at timestamptz) \
    WHERE d.case_id = t.id AND d.instance = 'first' AND d.appeal_by < t.at";

/// The last decision of a case is the one that becomes final.
const FINALS: &str = "UPDATE decisions d SET final_at = t.at \
    FROM jsonb_to_recordset($1::jsonb) AS t (id uuid, at timestamptz) WHERE d.case_id = t.id \
    AND d.final_at IS NULL AND NOT EXISTS \
    (SELECT 1 FROM decisions later WHERE later.case_id = d.case_id AND later.instance = 'appeal' AND d.instance = 'first')";

#[derive(Default)]
struct Rows<'a> {
    decisions: Vec<DecisionRow<'a>>,
    finals: Vec<Moment>,
    windows: Vec<Moment>,
    drafts: Vec<DraftRow<'a>>,
    fallen: Vec<Uuid>,
}

#[derive(Serialize)]
struct DecisionRow<'a> {
    id: Uuid,
    case_id: Uuid,
    instance: Instance,
    decision: &'a Decision,
    outcome: &'a Outcome,
    record: &'a DecisionRecord,
    decided_by: &'a str,
    confirmed_by: Option<&'a str>,
    at_stake_minor: i64,
    alone_up_to_minor: i64,
    result: Option<AppealResult>,
    reversals: &'a [Reversal],
    decided_at: Time,
    appeal_by: Option<Time>,
}

#[derive(Serialize)]
struct Moment {
    id: Uuid,
    at: Time,
}

#[derive(Serialize)]
struct DraftRow<'a> {
    case_id: Uuid,
    draft: &'a Draft,
    hash: Digest,
    drafted_by: &'a str,
    drafted_at: Time,
    recommendation: &'a Recommendation,
}

impl<'a> Rows<'a> {
    fn add(&mut self, entry: &'a Entry<Cases>) {
        let case_id = entry.id;
        if let Event::DecisionDrafted { by, draft, hash, recommendation, .. } = &entry.event {
            self.drafts.retain(|row| row.case_id != case_id);
            let (drafted_by, drafted_at, hash) = (by, entry.at, *hash);
            self.drafts.push(DraftRow { case_id, draft, hash, drafted_by, drafted_at, recommendation });
        }
        if let Event::NoticeServed(NoticeServed { of: NoticeOf::Decision, due: Due::At(at), .. }) = &entry.event {
            self.windows.push(Moment { id: case_id, at: *at });
        }
        if let Event::Awarded { .. } = &entry.event {
            self.finals.push(Moment { id: case_id, at: entry.at });
        }
        if let Event::Decided { decision, outcome, record, appeal_by, .. } = &entry.event {
            let row = decided(entry, decision, outcome, record);
            self.decisions.push(DecisionRow { appeal_by: Some(*appeal_by), ..row });
        }
        if let Event::AppealDecided { decision, outcome, record, result, reversals, .. } = &entry.event {
            let row = decided(entry, decision, outcome, record);
            self.decisions.push(DecisionRow { result: Some(*result), reversals, ..row });
        }
    }
}

fn decided<'a>(
    entry: &Entry<Cases>,
    decision: &'a Decision,
    outcome: &'a Outcome,
    record: &'a DecisionRecord,
) -> DecisionRow<'a> {
    DecisionRow {
        id: decision_id(entry.id, record.instance),
        case_id: entry.id,
        instance: record.instance,
        decision,
        outcome,
        record,
        decided_by: &record.decided_by,
        confirmed_by: record.confirmed_by.as_deref(),
        at_stake_minor: record.at_stake.minor,
        alone_up_to_minor: record.alone_up_to.minor,
        result: None,
        reversals: &[],
        decided_at: entry.at,
        appeal_by: None,
    }
}
