//! What others told before or beside a case: rows that enter the case file as the platform's own records (D1.2), and
//! the terms that orders froze.
//!
//! Invariant: a record is filed once, and none is lost between "the order has no case yet" and "its case was opened".
//! Who writes a record locks its order and then, in a later statement, looks for its cases; who files takes the same
//! lock before it reads. Whichever comes second sees what the first has done.
use contracts::notifications::Notice;
use contracts::orders::Paper;
use contracts::{Message, disputes};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
use disputes_domain::consequence::Consequence;
use disputes_domain::{Cases, Command, Facts, Ground, Record, RecordKind};
use engine::{Ask, Fact, Place, Told, note};
use kernel::{OrderId, Time};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// The note that tells a case to file what is known of its order.
pub(crate) const FILE_RECORDS: &str = "file_records";

/// How many records one command files.
const AT_ONCE: i64 = 20;

/// What the file has of an order: what was ordered, agreed and delivered, chat, deadlines.
pub(crate) fn of_paper(message: &Message, paper: Paper) -> Option<Said> {
    let kind = serde_json::from_value(Value::String(paper.kind)).ok()?;
    let record = Record { id: message.id, kind, at: message.time, title: paper.title, content: paper.content };
    Some(Said { order: paper.order, records: vec![record] })
}

/// The same of a fact that may also have kept a deadline: the record of that has an id of its own.
pub(crate) fn of_papers(message: &Message, paper: Paper, kept: Option<Paper>) -> Option<Said> {
    let mut said = of_paper(message, paper)?;
    let kept = kept.and_then(|kept| of_paper(message, kept)).into_iter().flat_map(|kept| kept.records);
    said.records.extend(kept.map(|kept| Record { id: Uuid::new_v5(&message.id, b"kept"), ..kept }));
    Some(said)
}

/// That a notice was served, when and how (D1.1.3).
pub(crate) fn of_notice(message: &Message, order: OrderId, notice: &Notice) -> Said {
    let content = json!({
        "notice": notice.notice, "kind": notice.kind, "fact": notice.fact, "fact_at": notice.fact_at,
        "to": notice.party, "rules": notice.rules, "content_hash": notice.content_hash, "made_at": notice.made_at,
        "served_at": notice.served_at, "served_by": notice.served_by,
    });
    let (kind, title) = (RecordKind::NoticeServed, "A notice was served".into());
    Said { order, records: vec![Record { id: message.id, kind, at: message.time, title, content }] }
}

/// What the file must have of an order.
pub(crate) struct Said {
    /// Which.
    pub order: OrderId,
    /// What.
    pub records: Vec<Record>,
}

impl Fact for Said {
    fn place(&self) -> Place {
        (0, self.order.0)
    }

    fn write(tx: &mut PgConnection, told: &[Told<'_, Self>]) -> QueryResult<()> {
        keep(tx, &told.iter().map(|told| (told.message, told.fact)).collect::<Vec<_>>())
    }
}

/// Keeps records of orders and tells the orders' cases.
fn keep(tx: &mut PgConnection, told: &[(&Message, &Said)]) -> QueryResult<()> {
    #[derive(Serialize)]
    struct Row<'a> {
        id: Uuid,
        order_id: Uuid,
        kind: String,
        at: Time,
        record: &'a Record,
    }
    let rows: Vec<_> = told
        .iter()
        .flat_map(|(_, said)| said.records.iter().map(|record| (said.order, record)))
        .map(|(order, record)| Row {
            id: record.id,
            order_id: order.0,
            kind: record.kind.to_string(),
            at: record.at,
            record,
        })
        .collect();
    let orders: BTreeSet<Uuid> = told.iter().map(|(_, said)| said.order.0).collect();
    let orders: Vec<_> = orders.into_iter().collect();
    lock(tx, &orders)?;
    engine::write_rows(
        tx,
        "INSERT INTO order_records (id, order_id, kind, at, record) SELECT * FROM jsonb_to_recordset($1::jsonb) \
         AS t(id uuid, order_id uuid, kind text, at timestamptz, record jsonb) ON CONFLICT DO NOTHING",
        &rows,
    )?;
    let cases: Vec<CaseRow> = engine::sql("SELECT id, order_id FROM cases WHERE order_id = ANY($1) ORDER BY id")
        .bind::<Array<SqlUuid>, _>(orders)
        .load(tx)?;
    for (message, Said { order, .. }) in told {
        let concerned: Vec<_> = cases.iter().filter(|case| case.order_id == order.0).map(|case| case.id).collect();
        note::<Cases>(tx, "disputes", &concerned, FILE_RECORDS, message)?;
    }
    Ok(())
}

/// What a case has not filed yet, the oldest first, and the case's version that this is true for.
pub(crate) fn unfiled(conn: &mut PgConnection, case: Uuid) -> QueryResult<Option<(i64, Vec<Record>)>> {
    conn.transaction(|tx| {
        let found: Option<CaseRow> = engine::sql("SELECT id, order_id FROM cases WHERE id = $1")
            .bind::<SqlUuid, _>(case)
            .get_result(tx)
            .optional()?;
        let Some(CaseRow { order_id, .. }) = found else { return Ok(None) };
        lock(tx, &[order_id])?;
        let VersionRow { version } =
            engine::sql("SELECT version FROM cases WHERE id = $1").bind::<SqlUuid, _>(case).get_result(tx)?;
        let rows: Vec<TextRow> = engine::sql(
            "SELECT r.record::text AS text FROM order_records r WHERE r.order_id = $1 AND NOT EXISTS \
             (SELECT 1 FROM case_file f WHERE f.case_id = $2 AND f.kind = 'record' AND f.subject = r.id) \
             ORDER BY r.at, r.id LIMIT $3",
        )
        .bind::<SqlUuid, _>(order_id)
        .bind::<SqlUuid, _>(case)
        .bind::<BigInt, _>(AT_ONCE)
        .load(tx)?;
        let records: Result<_, _> = rows.iter().map(|row| serde_json::from_str(&row.text)).collect();
        let records = records.map_err(|error| diesel::result::Error::DeserializationError(Box::new(error)))?;
        Ok(Some((version, records)))
    })
}

/// The facts for a batch of cases: the files of those that a command names files of, held until it is carried out.
pub(crate) fn of_cases(tx: &mut PgConnection, asked: &[Ask<'_, Cases>]) -> QueryResult<Vec<Facts>> {
    let naming = asked.iter().filter(|ask| ask.command.is_some_and(names_files));
    let ids: Vec<_> = naming.map(|ask| ask.id).collect();
    let mut files = if ids.is_empty() { HashMap::new() } else { files::refs(tx, &ids)? };
    Ok(asked.iter().map(|ask| Facts { files: files.remove(&ask.id).unwrap_or_default() }).collect())
}

fn names_files(command: &Command) -> bool {
    match command {
        Command::DraftEvidence(exhibit) => !exhibit.files.is_empty(),
        Command::Appeal { ground: Ground::NewEvidence { exhibits, .. }, .. } => {
            exhibits.iter().any(|exhibit| !exhibit.files.is_empty())
        }
        Command::ReportProceedings { files, .. } => !files.is_empty(),
        Command::Appeal { ground: Ground::Error { .. }, .. }
        | Command::Open(_)
        | Command::Propose { .. }
        | Command::AcceptProposal { .. }
        | Command::DeclineProposal { .. }
        | Command::RefuseRefund { .. }
        | Command::ExtendNegotiation
        | Command::Withdraw { .. }
        | Command::Escalate { .. }
        | Command::Claim
        | Command::Release
        | Command::HandOver { .. }
        | Command::DeclareConflict { .. }
        | Command::Decide(_)
        | Command::ConfirmDecision(_)
        | Command::ReturnDecision { .. }
        | Command::FileRecords(_)
        | Command::AddClaim { .. }
        | Command::RequestEvidence { .. }
        | Command::DiscardEvidence { .. }
        | Command::SealEvidence { .. }
        | Command::ContestEvidence { .. }
        | Command::RuleOnEvidence { .. }
        | Command::EnterFindings { .. }
        | Command::AskSuspension { .. }
        | Command::NotifyProceedings { .. }
        | Command::Resume { .. }
        | Command::WithdrawAppeal { .. }
        | Command::RecordConsequences(_)
        | Command::ConfirmNotice(_)
        | Command::FollowForum(_) => false,
    }
}

/// What others report of what a case brought about, as its graph has it. A kind that this build does not know is left
/// out: whoever tells it is newer.
pub(crate) fn caused(told: Vec<disputes::Consequence>) -> Vec<Consequence> {
    let known = |told: disputes::Consequence| {
        let kind =
            told.kind.parse().inspect_err(|_| tracing::warn!(kind = told.kind, "an unknown consequence")).ok()?;
        Some(Consequence { kind, amount: told.amount })
    };
    told.into_iter().filter_map(known).collect()
}

/// Locks what is known of these orders, always in the same order.
fn lock(tx: &mut PgConnection, orders: &[Uuid]) -> QueryResult<()> {
    engine::sql(
        "SELECT pg_advisory_xact_lock(key) FROM (SELECT hashtextextended('records ' || current_schema() || ' ' || id, 0) \
         AS key FROM unnest($1) AS t(id) ORDER BY 1) keys",
    )
    .bind::<Array<SqlUuid>, _>(orders)
    .execute(tx)
    .map(drop)
}

#[derive(QueryableByName)]
struct CaseRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    order_id: Uuid,
}

#[derive(QueryableByName)]
struct VersionRow {
    #[diesel(sql_type = BigInt)]
    version: i64,
}

#[derive(QueryableByName)]
struct TextRow {
    #[diesel(sql_type = Text)]
    text: String,
}
