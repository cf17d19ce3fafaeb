//! The views: lists (`orders`), what happened (`timeline`), the agreement that stands, deliveries with their manifests,
//! requests for modification, the chat. Derived from the journals alone; one statement per table and batch, its rows as
//! one JSON array.
use crate::host::twin;
use crate::timeline::{Said, item, said};
use diesel::prelude::*;
use engine::{Change, Entry, write_rows};
use kernel::{Category, Currency, FileId, FileRef, ListingId, Machine, MerchantId, Party, ProviderId, RuleId, Time};
use orders_domain::conversation::{self, Conversations, contacts::Contact};
use orders_domain::order::{
    Delivery, Event, Failure, NoticeServed, Orders, Placed, Promise, RefusedItem, Timer, Window,
};
use serde::{Serialize, Serializer};
use serde_json::Value;
use uuid::Uuid;

/// The tables that [`project_orders`] writes.
pub(crate) const OF_ORDERS: &[&str] = &["orders", "timeline", "agreements", "deliveries", "modification_requests"];

/// The tables that [`project_conversations`] writes.
pub(crate) const OF_CONVERSATIONS: &[&str] = &["messages"];

/// Brings the views of orders up to the changes.
pub(crate) fn project_orders(tx: &mut PgConnection, changes: &[Change<Orders>]) -> QueryResult<()> {
    let mut rows = Rows::default();
    for change in changes {
        if let Ok(order) = change.after.placed() {
            rows.add(change, order);
        }
    }
    write_rows(tx, UPSERT_ORDERS, &rows.orders)?;
    write_rows(tx, INSERT_TIMELINE, &rows.timeline)?;
    write_rows(tx, UPSERT_AGREEMENTS, &rows.agreements)?;
    write_rows(tx, CONFIRM_AGREEMENTS, &rows.confirmed)?;
    write_rows(tx, INSERT_DELIVERIES, &rows.deliveries)?;
    write_rows(tx, INSERT_REQUESTS, &rows.requests)?;
    write_rows(tx, REFUSE_REQUESTS, &rows.refused)?;
    refer(tx, &rows.files)
}

/// Brings the chat up to the changes.
pub(crate) fn project_conversations(tx: &mut PgConnection, changes: &[Change<Conversations>]) -> QueryResult<()> {
    let entries = changes.iter().flat_map(|change| &change.entries);
    let messages: Vec<_> = entries.filter_map(message_row).collect();
    let files: Vec<_> = messages.iter().flat_map(|message| message.files).map(|file| file.id).collect();
    write_rows(tx, INSERT_MESSAGES, &messages)?;
    refer(tx, &files)
}

fn refer(tx: &mut PgConnection, files: &[FileId]) -> QueryResult<()> {
    if files.is_empty() { Ok(()) } else { files::mark_referenced(tx, files) }
}

const UPSERT_ORDERS: &str = "INSERT INTO orders (id, version, status, provider, merchant, listing, title, category, quantity, currency, \
     amount_minor, placed_at, updated_at, due, due_at) SELECT * \
     FROM jsonb_to_recordset($1::jsonb) AS t \
     (id uuid, version bigint, status text, provider uuid, merchant uuid, listing uuid, title text, category text, \
     quantity bigint, currency text, amount_minor bigint, placed_at timestamptz, updated_at timestamptz, due text, \
     due_at timestamptz) \
     ON CONFLICT (id) DO UPDATE SET version = excluded.version, status = excluded.status, \
     updated_at = excluded.updated_at, due = excluded.due, due_at = excluded.due_at";
const INSERT_TIMELINE: &str = "INSERT INTO timeline (order_id, version, at, party, person, event, rules, text, details) SELECT * \
     FROM jsonb_to_recordset($1::jsonb) AS t \
     (order_id uuid, version bigint, at timestamptz, party text, person text, event text, rules text[], text text, \
     details jsonb)";
const UPSERT_AGREEMENTS: &str = "INSERT INTO agreements (order_id, file, promise, cooperation, uploaded_at) SELECT * \
     FROM jsonb_to_recordset($1::jsonb) AS t \
     (order_id uuid, file jsonb, promise jsonb, cooperation jsonb, uploaded_at timestamptz) \
     ON CONFLICT (order_id) DO UPDATE SET file = excluded.file, promise = excluded.promise, \
     cooperation = excluded.cooperation, uploaded_at = excluded.uploaded_at";
const CONFIRM_AGREEMENTS: &str = "UPDATE agreements a SET confirmed_at = t.at \
     FROM jsonb_to_recordset($1::jsonb) AS t \
     (order_id uuid, at timestamptz) WHERE a.order_id = t.order_id";
const INSERT_DELIVERIES: &str = "INSERT INTO deliveries (order_id, round, delivered_at, note, manifest, files, problems, is_late) SELECT * \
     FROM jsonb_to_recordset($1::jsonb) AS t \
     (order_id uuid, round bigint, delivered_at timestamptz, note text, manifest text, files jsonb, problems uuid[], \
     is_late boolean)";
const INSERT_REQUESTS: &str = "INSERT INTO modification_requests (order_id, round, requested_at, items, failed, modify_by, counts_as_wish, \
     rules) SELECT * \
     FROM jsonb_to_recordset($1::jsonb) AS t \
     (order_id uuid, round bigint, requested_at timestamptz, items jsonb, failed jsonb, modify_by timestamptz, \
     counts_as_wish boolean, rules text[])";
const REFUSE_REQUESTS: &str = "UPDATE modification_requests m SET refused = m.refused || t.items, contest_by = t.contest_by \
     FROM jsonb_to_recordset($1::jsonb) AS t \
     (order_id uuid, round bigint, items jsonb, contest_by timestamptz) \
     WHERE m.order_id = t.order_id AND m.round = t.round";
const INSERT_MESSAGES: &str = "INSERT INTO messages (id, order_id, number, party, person, at, text, files, contacts, rules, previous, hash) \
     SELECT * \
     FROM jsonb_to_recordset($1::jsonb) AS t \
     (id uuid, order_id uuid, number bigint, party text, person text, at timestamptz, text text, files jsonb, \
     contacts jsonb, rules text[], previous text, hash text)";

/// What a batch writes.
#[derive(Default)]
struct Rows<'a> {
    orders: Vec<OrderRow<'a>>,
    timeline: Vec<TimelineRow<'a>>,
    agreements: Vec<AgreementRow<'a>>,
    confirmed: Vec<ConfirmedRow>,
    deliveries: Vec<DeliveryRow<'a>>,
    requests: Vec<RequestRow<'a>>,
    refused: Vec<RefusedRow<'a>>,
    files: Vec<FileId>,
}

#[derive(Serialize)]
struct OrderRow<'a> {
    id: Uuid,
    version: i64,
    status: &'static str,
    #[serde(serialize_with = "provider")]
    provider: ProviderId,
    #[serde(serialize_with = "merchant")]
    merchant: MerchantId,
    #[serde(serialize_with = "listing")]
    listing: ListingId,
    title: &'a str,
    category: Category,
    quantity: u32,
    currency: Currency,
    amount_minor: i64,
    placed_at: Time,
    updated_at: Time,
    due: Option<&'static str>,
    due_at: Option<Time>,
}

#[derive(Serialize)]
struct TimelineRow<'a> {
    order_id: Uuid,
    version: i64,
    at: Time,
    party: Party,
    person: Option<&'a str>,
    event: &'static str,
    rules: &'a [RuleId],
    text: String,
    details: Value,
}

#[derive(Serialize)]
struct AgreementRow<'a> {
    order_id: Uuid,
    file: &'a FileRef,
    promise: &'a Promise,
    cooperation: &'a [String],
    uploaded_at: Time,
}

#[derive(Serialize)]
struct ConfirmedRow {
    order_id: Uuid,
    at: Time,
}

#[derive(Serialize)]
struct DeliveryRow<'a> {
    order_id: Uuid,
    round: u32,
    delivered_at: Time,
    note: Option<&'a str>,
    manifest: &'a str,
    files: &'a [FileRef],
    problems: &'a [Uuid],
    is_late: bool,
}

#[derive(Serialize)]
struct RequestRow<'a> {
    order_id: Uuid,
    round: u32,
    requested_at: Time,
    items: Vec<Value>,
    failed: &'a [Failure],
    modify_by: Time,
    counts_as_wish: bool,
    rules: &'a [RuleId],
}

#[derive(Serialize)]
struct RefusedRow<'a> {
    order_id: Uuid,
    round: u32,
    items: Vec<&'a RefusedItem>,
    contest_by: Option<Time>,
}

#[derive(Serialize)]
struct MessageRow<'a> {
    id: Uuid,
    order_id: Uuid,
    number: u64,
    party: Party,
    person: &'a str,
    at: Time,
    text: &'a str,
    files: &'a [FileRef],
    contacts: &'a [Contact],
    rules: &'a [RuleId],
    previous: &'a str,
    hash: &'a str,
}

fn provider<S: Serializer>(id: &ProviderId, serializer: S) -> Result<S::Ok, S::Error> {
    id.0.serialize(serializer)
}

fn merchant<S: Serializer>(id: &MerchantId, serializer: S) -> Result<S::Ok, S::Error> {
    id.0.serialize(serializer)
}

fn listing<S: Serializer>(id: &ListingId, serializer: S) -> Result<S::Ok, S::Error> {
    id.0.serialize(serializer)
}

impl<'a> Rows<'a> {
    fn add(&mut self, change: &'a Change<Orders>, order: &'a Placed) {
        self.orders.push(order_row(change, order));
        let mut round = change.before.placed().ok().and_then(|order| order.delivery.as_ref()).map_or(0, |it| it.round);
        for entry in &change.entries {
            self.timeline.push(timeline_row(change, entry));
            let order_id = entry.id;
            if let Event::AgreementUploaded(it) = &entry.event {
                // It replaces what was uploaded before it, in this batch too: a row may be written once.
                self.agreements.retain(|row| row.order_id != order_id);
                self.agreements.push(AgreementRow {
                    order_id,
                    file: &it.file,
                    promise: &it.promise,
                    cooperation: &it.cooperation,
                    uploaded_at: entry.at,
                });
                self.files.push(it.file.id);
            }
            if let Event::AgreementConfirmed(it) = &entry.event {
                self.confirmed.push(ConfirmedRow { order_id, at: it.at });
            }
            if let Event::Delivered(it) = &entry.event {
                round = self.deliver(order_id, it, &[]);
            }
            if let Event::Redelivered(it) = &entry.event {
                round = self.deliver(order_id, &it.delivery, &it.problems);
            }
            if let Event::ModificationRequested(it) = &entry.event {
                self.requests.push(RequestRow {
                    order_id,
                    round,
                    requested_at: entry.at,
                    items: it.items.iter().map(item).collect(),
                    failed: &it.failed,
                    modify_by: it.modify_by,
                    counts_as_wish: it.counts_as_wish,
                    rules: &it.rules,
                });
            }
            if let Event::ModificationRefused(it) = &entry.event {
                self.refuse(order_id, round, &it.items, it.contest_by);
            }
            if let Event::NoticeServed(NoticeServed { window: Window::RefusalContest, due, .. }) = &entry.event {
                self.refuse(order_id, round, &[], Some(*due));
            }
            if let Event::CooperationProvided(it) = &entry.event {
                self.files.extend(it.files.iter().map(|file| file.id));
            }
            if let Event::DataProvided(it) = &entry.event {
                self.files.extend(it.files.iter().map(|file| file.id));
            }
        }
    }

    fn deliver(&mut self, order_id: Uuid, it: &'a Delivery, problems: &'a [Uuid]) -> u32 {
        self.deliveries.push(DeliveryRow {
            order_id,
            round: it.round,
            delivered_at: it.at,
            note: it.note.as_deref(),
            manifest: &it.manifest.sha256,
            files: &it.manifest.files,
            problems,
            is_late: it.is_late,
        });
        self.files.extend(it.manifest.files.iter().map(|file| file.id));
        it.round
    }

    /// What is refused one after the other in one batch, and told of, is one row: an UPDATE meets each row once.
    fn refuse(&mut self, order_id: Uuid, round: u32, items: &'a [RefusedItem], contest_by: Option<Time>) {
        match self.refused.iter_mut().find(|row| (row.order_id, row.round) == (order_id, round)) {
            Some(row) => {
                row.items.extend(items);
                row.contest_by = contest_by;
            }
            None => self.refused.push(RefusedRow { order_id, round, items: items.iter().collect(), contest_by }),
        }
    }
}

fn order_row<'a>(change: &Change<Orders>, order: &'a Placed) -> OrderRow<'a> {
    let next = next_due(change);
    OrderRow {
        id: change.id,
        version: change.version,
        status: order.status(),
        provider: order.provider,
        merchant: order.merchant,
        listing: order.listing,
        title: &order.terms.title,
        category: order.terms.category,
        quantity: order.quantity,
        currency: order.amount.currency,
        amount_minor: order.amount.minor,
        placed_at: order.placed_at,
        updated_at: change.at,
        due: next.map(|(timer, _)| timer.into()),
        due_at: next.map(|(_, at)| at),
    }
}

/// The earliest deadline that is no mere reminder.
fn next_due(change: &Change<Orders>) -> Option<(Timer, Time)> {
    let deadlines = Orders::deadlines(&change.after).into_iter().filter(|it| !kernel::Timer::is_reminder(it.timer));
    let running = deadlines.filter_map(|deadline| Some((deadline.timer, deadline.running_until()?)));
    running.min_by_key(|(_, at)| *at)
}

fn timeline_row<'a>(change: &Change<Orders>, entry: &'a Entry<Orders>) -> TimelineRow<'a> {
    let party = Orders::relation(&change.after, &entry.actor).unwrap_or(Party::System);
    let Said { text, details } = said(&entry.event);
    TimelineRow {
        order_id: entry.id,
        version: entry.version,
        at: entry.at,
        party,
        person: (party != Party::System).then_some(&entry.actor.sub),
        event: (&entry.event).into(),
        rules: entry.event.rules(),
        text,
        details,
    }
}

fn message_row(entry: &Entry<Conversations>) -> Option<MessageRow<'_>> {
    let conversation::Event::MessageSent(it) = &entry.event else { return None };
    Some(MessageRow {
        id: it.id,
        order_id: twin(entry.id),
        number: it.number,
        party: it.by,
        person: &it.sender,
        at: it.at,
        text: &it.text,
        files: &it.files,
        contacts: &it.contacts,
        rules: &it.rules,
        previous: &it.previous,
        hash: &it.hash,
    })
}
