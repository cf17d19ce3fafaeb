//! What others told before or beside a case: rows that enter the case file as the platform's own records (D1.2), and
//! the terms that orders froze.
//!
//! Invariant: a record is filed once, and none is lost between "the order has no case yet" and "its case was opened".
//! Who writes a record locks its order and then, in a later statement, looks for its cases; who files takes the same
//! lock before it reads. Whichever comes second sees what the first has done.
use contracts::Message;
use contracts::listings::Listing;
use contracts::notifications::Notice;
use contracts::orders::Order;
use contracts::settlement::Escrow;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid};
use disputes_domain::consequence::{Consequence, ConsequenceKind};
use disputes_domain::{Cases, Record, RecordKind, ServiceTerms};
use engine::note;
use kernel::{Money, OrderId, PriceUnit, RevisionId, Terms};
use serde_json::{Value, json};
use uuid::Uuid;

/// The note that tells a case to file what is known of its order.
pub(crate) const FILE_RECORDS: &str = "file_records";

/// How many records one command files.
const AT_ONCE: i64 = 20;

/// What a fact of an order says in the file; `None` where the file has it otherwise.
pub(crate) fn of_order(message: &Message, order: &Order) -> Option<Record> {
    let (kind, title) = match message.fact() {
        "placed" => (RecordKind::ListingRevision, "The order was placed on this revision of the listing"),
        "funded" => (RecordKind::OrderEvent, "The order was paid into escrow"),
        "started" => (RecordKind::OrderEvent, "The work was begun"),
        "delivered" => (RecordKind::Delivery, "The provider delivered"),
        "payment_expired" => (RecordKind::DeadlineMissed, "The order was not paid in time"),
        "resumed" => (RecordKind::OrderEvent, "The order goes on: the application was withdrawn"),
        "completed" => (RecordKind::OrderEvent, "The order was completed"),
        "cancelled" => (RecordKind::OrderEvent, "The order was cancelled"),
        "settled" => (RecordKind::OrderEvent, "The order was ended by its case"),
        _ => return None,
    };
    let content = json!({
        "fact": message.routing_key(), "order": order.order, "listing": order.listing, "revision": order.revision,
        "category": order.category, "amount": order.amount, "status": order.status, "rules": order.rules,
    });
    Some(record(message, kind, title, content))
}

/// What a record of an order says that was made for the file alone: agreement, chat, deadlines.
pub(crate) fn of_paper(message: &Message, paper: &contracts::orders::Paper) -> Option<Record> {
    let kind = serde_json::from_value(Value::String(paper.kind.clone())).ok()?;
    Some(Record { id: message.id, kind, at: message.time, title: paper.title.clone(), content: paper.content.clone() })
}

/// That a notice was served, when and how (D1.1.3).
pub(crate) fn of_notice(message: &Message, notice: &Notice) -> Record {
    let content = json!({
        "notice": notice.notice, "kind": notice.kind, "fact": notice.fact, "fact_at": notice.fact_at,
        "to": notice.party, "rules": notice.rules, "content_hash": notice.content_hash, "made_at": notice.made_at,
        "served_at": notice.served_at, "served_by": notice.served_by,
    });
    record(message, RecordKind::NoticeServed, "A notice was served", content)
}

fn record(message: &Message, kind: RecordKind, title: &str, content: Value) -> Record {
    Record { id: message.id, kind, at: message.time, title: title.into(), content }
}

/// Keeps a record of an order and tells the order's cases.
pub(crate) fn keep(tx: &mut PgConnection, message: &Message, order: OrderId, record: &Record) -> QueryResult<()> {
    lock(tx, order)?;
    let written =
        serde_json::to_string(record).map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    engine::sql(
        "INSERT INTO order_records (id, order_id, kind, at, record) VALUES ($1, $2, $3, $4, $5::jsonb) \
         ON CONFLICT DO NOTHING",
    )
    .bind::<SqlUuid, _>(record.id)
    .bind::<SqlUuid, _>(order.0)
    .bind::<Text, _>(record.kind.to_string())
    .bind::<Timestamptz, _>(record.at)
    .bind::<Text, _>(written)
    .execute(tx)?;
    let cases: Vec<IdRow> =
        engine::sql("SELECT id FROM cases WHERE order_id = $1 ORDER BY id").bind::<SqlUuid, _>(order.0).load(tx)?;
    let cases: Vec<_> = cases.into_iter().map(|row| row.id).collect();
    note::<Cases>(tx, "disputes", &cases, FILE_RECORDS, message)
}

/// Keeps the terms that a listing sells by.
pub(crate) fn keep_terms(tx: &mut PgConnection, listing: &Listing) -> QueryResult<()> {
    let Some(terms) = &listing.published else { return Ok(()) };
    let written =
        serde_json::to_string(terms).map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    engine::sql("INSERT INTO sold_terms (revision, terms) VALUES ($1, $2::jsonb) ON CONFLICT DO NOTHING")
        .bind::<SqlUuid, _>(terms.revision.0)
        .bind::<Text, _>(written)
        .execute(tx)
        .map(drop)
}

/// What the articles must know of the terms that an order froze, if they were told.
pub(crate) fn terms_of(conn: &mut PgConnection, revision: RevisionId) -> QueryResult<Option<ServiceTerms>> {
    let row: Option<TextRow> = engine::sql("SELECT terms::text AS text FROM sold_terms WHERE revision = $1")
        .bind::<SqlUuid, _>(revision.0)
        .get_result(conn)
        .optional()?;
    let terms = row.map(|row| serde_json::from_str::<Terms>(&row.text)).transpose();
    let terms = terms.map_err(|error| diesel::result::Error::DeserializationError(error.into()))?;
    Ok(terms.map(|terms| ServiceTerms {
        agent_operation: terms.agent_operation,
        by_period: terms.price_unit != PriceUnit::OneOff,
        cycle_agreed: terms.modification_days.is_some(),
    }))
}

/// What a case has not filed yet, the oldest first, and the case's version that this is true for.
pub(crate) fn unfiled(conn: &mut PgConnection, case: Uuid) -> QueryResult<Option<(i64, Vec<Record>)>> {
    conn.transaction(|tx| {
        let found: Option<CaseRow> = engine::sql("SELECT order_id FROM cases WHERE id = $1")
            .bind::<SqlUuid, _>(case)
            .get_result(tx)
            .optional()?;
        let Some(CaseRow { order_id }) = found else { return Ok(None) };
        lock(tx, OrderId(order_id))?;
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

/// The case whose final decision moved the money of an order.
pub(crate) fn resolved(conn: &mut PgConnection, order: OrderId) -> QueryResult<Option<Uuid>> {
    let found: Option<IdRow> = engine::sql(
        "SELECT id FROM cases WHERE order_id = $1 AND status = 'resolved' ORDER BY opened_at DESC, id DESC LIMIT 1",
    )
    .bind::<SqlUuid, _>(order.0)
    .get_result(conn)
    .optional()?;
    Ok(found.map(|row| row.id))
}

/// What a message about the money of an order says that the decision caused.
pub(crate) fn caused(message: &Message, escrow: &Escrow) -> Vec<Consequence> {
    let consequence = |kind: ConsequenceKind, amount: Money| {
        let id = Uuid::new_v5(&message.id, kind.to_string().as_bytes());
        amount.is_positive().then_some(Consequence { id, kind, depends_on: vec![] })
    };
    let refunded = consequence(ConsequenceKind::Refunded, escrow.refunded);
    let credited = consequence(ConsequenceKind::Credited, escrow.released);
    refunded.into_iter().chain(credited).collect()
}

fn lock(tx: &mut PgConnection, order: OrderId) -> QueryResult<()> {
    engine::sql("SELECT pg_advisory_xact_lock(hashtextextended('records ' || current_schema() || ' ' || $1, 0))")
        .bind::<Text, _>(order.to_string())
        .execute(tx)
        .map(drop)
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

#[derive(QueryableByName)]
struct CaseRow {
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
