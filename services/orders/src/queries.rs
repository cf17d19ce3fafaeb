//! What is read from the views: the list of orders by keyset, and what hangs on one order.
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use engine::Fault;
use engine::connect::Readers;
use engine::look::query;
use kernel::{Currency, Money};
use uuid::Uuid;

/// A key of the list of orders: when it was placed, and the id.
pub(crate) type After = Option<(DateTime<Utc>, Uuid)>;

/// Which orders the list shows. What is `None` does not filter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Which {
    /// Sold by this provider.
    pub provider: Option<Uuid>,
    /// Ordered by this merchant.
    pub merchant: Option<Uuid>,
    /// Of this listing.
    pub listing: Option<Uuid>,
    /// In this status.
    pub status: Option<String>,
}

/// A line of the list.
#[derive(QueryableByName)]
pub(crate) struct OrderLine {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = SqlUuid)]
    pub provider: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub merchant: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub listing: Uuid,
    #[diesel(sql_type = Text)]
    pub title: String,
    #[diesel(sql_type = Text)]
    pub category: String,
    #[diesel(sql_type = BigInt)]
    pub quantity: i64,
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = BigInt)]
    amount_minor: i64,
    #[diesel(sql_type = Timestamptz)]
    pub placed_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    pub due: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub due_at: Option<DateTime<Utc>>,
}

impl OrderLine {
    /// Price times quantity.
    pub(crate) fn amount(&self) -> Result<Money, Fault> {
        let currency: Currency = self.currency.parse().map_err(|_| {
            tracing::error!(currency = self.currency, "a stored currency cannot be read");
            Fault::Broken
        })?;
        Ok(Money::new(self.amount_minor, currency))
    }
}

/// An entry of a timeline.
#[derive(QueryableByName)]
pub(crate) struct TimelineLine {
    #[diesel(sql_type = BigInt)]
    pub version: i64,
    #[diesel(sql_type = Timestamptz)]
    pub at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    pub party: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub person: Option<String>,
    #[diesel(sql_type = Text)]
    pub event: String,
    #[diesel(sql_type = Array<Text>)]
    pub rules: Vec<String>,
    #[diesel(sql_type = Text)]
    pub text: String,
    #[diesel(sql_type = Text)]
    pub details: String,
}

/// The agreement that stands.
#[derive(QueryableByName)]
pub(crate) struct AgreementLine {
    #[diesel(sql_type = Text)]
    pub file: String,
    #[diesel(sql_type = Text)]
    pub promise: String,
    #[diesel(sql_type = Text)]
    pub cooperation: String,
    #[diesel(sql_type = Timestamptz)]
    pub uploaded_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// A delivery.
#[derive(QueryableByName)]
pub(crate) struct DeliveryLine {
    #[diesel(sql_type = BigInt)]
    pub round: i64,
    #[diesel(sql_type = Timestamptz)]
    pub delivered_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    pub note: Option<String>,
    #[diesel(sql_type = Text)]
    pub manifest: String,
    #[diesel(sql_type = Text)]
    pub files: String,
    #[diesel(sql_type = Array<SqlUuid>)]
    pub problems: Vec<Uuid>,
    #[diesel(sql_type = Bool)]
    pub is_late: bool,
}

/// A request for modification.
#[derive(QueryableByName)]
pub(crate) struct RequestLine {
    #[diesel(sql_type = BigInt)]
    pub round: i64,
    #[diesel(sql_type = Timestamptz)]
    pub requested_at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    pub items: String,
    #[diesel(sql_type = Text)]
    pub failed: String,
    #[diesel(sql_type = Timestamptz)]
    pub modify_by: DateTime<Utc>,
    #[diesel(sql_type = Bool)]
    pub counts_as_wish: bool,
    #[diesel(sql_type = Array<Text>)]
    pub rules: Vec<String>,
    #[diesel(sql_type = Text)]
    pub refused: String,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub contest_by: Option<DateTime<Utc>>,
}

/// A message of the chat.
#[derive(QueryableByName)]
pub(crate) struct MessageLine {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = BigInt)]
    pub number: i64,
    #[diesel(sql_type = Text)]
    pub party: String,
    #[diesel(sql_type = Text)]
    pub person: String,
    #[diesel(sql_type = Timestamptz)]
    pub at: DateTime<Utc>,
    #[diesel(sql_type = Text)]
    pub text: String,
    #[diesel(sql_type = Text)]
    pub files: String,
    #[diesel(sql_type = Text)]
    pub contacts: String,
    #[diesel(sql_type = Array<Text>)]
    pub rules: Vec<String>,
    #[diesel(sql_type = Text)]
    pub previous: String,
    #[diesel(sql_type = Text)]
    pub hash: String,
}

/// One page of orders, newest first, and a row more if there is one.
pub(crate) async fn orders(readers: &Readers, which: Which, after: After, rows: i64) -> Result<Vec<OrderLine>, Fault> {
    let (at, id) = after.unzip();
    query(readers, move |conn| {
        engine::sql(
            "SELECT id, status, provider, merchant, listing, title, category, quantity, currency, amount_minor, \
             placed_at, updated_at, due, due_at FROM orders \
             WHERE ($1 IS NULL OR provider = $1) AND ($2 IS NULL OR merchant = $2) AND ($3 IS NULL OR listing = $3) \
             AND ($4 IS NULL OR status = $4) AND ($5 IS NULL OR (placed_at, id) < ($5, $6)) \
             ORDER BY placed_at DESC, id DESC LIMIT $7",
        )
        .bind::<Nullable<SqlUuid>, _>(which.provider)
        .bind::<Nullable<SqlUuid>, _>(which.merchant)
        .bind::<Nullable<SqlUuid>, _>(which.listing)
        .bind::<Nullable<Text>, _>(which.status)
        .bind::<Nullable<Timestamptz>, _>(at)
        .bind::<Nullable<SqlUuid>, _>(id)
        .bind::<BigInt, _>(rows)
        .load(conn)
    })
    .await
}

/// Entries of an order's timeline after the version `after`.
pub(crate) async fn timeline(
    readers: &Readers,
    order: Uuid,
    after: i64,
    rows: i64,
) -> Result<Vec<TimelineLine>, Fault> {
    let sql = "SELECT version, at, party, person, event, rules, text, details::text AS details FROM timeline \
               WHERE order_id = $1 AND version > $2 ORDER BY version LIMIT $3";
    numbered(readers, sql, order, after, rows).await
}

/// The agreement of an order.
pub(crate) async fn agreement(readers: &Readers, order: Uuid) -> Result<AgreementLine, Fault> {
    let found = query(readers, move |conn| {
        engine::sql(
            "SELECT file::text AS file, promise::text AS promise, cooperation::text AS cooperation, uploaded_at, \
             confirmed_at FROM agreements WHERE order_id = $1",
        )
        .bind::<SqlUuid, _>(order)
        .load(conn)
    });
    found.await?.pop().ok_or(Fault::Unknown)
}

/// Deliveries of an order after the round `after`.
pub(crate) async fn deliveries(
    readers: &Readers,
    order: Uuid,
    after: i64,
    rows: i64,
) -> Result<Vec<DeliveryLine>, Fault> {
    let sql = "SELECT round, delivered_at, note, manifest, files::text AS files, problems, is_late FROM deliveries \
               WHERE order_id = $1 AND round > $2 ORDER BY round LIMIT $3";
    numbered(readers, sql, order, after, rows).await
}

/// One delivery.
pub(crate) async fn delivery(readers: &Readers, order: Uuid, round: i64) -> Result<DeliveryLine, Fault> {
    let found = deliveries(readers, order, round.saturating_sub(1), 1).await?;
    found.into_iter().find(|row| row.round == round).ok_or(Fault::Unknown)
}

/// Requests for modification after that of the round `after`.
pub(crate) async fn requests(readers: &Readers, order: Uuid, after: i64, rows: i64) -> Result<Vec<RequestLine>, Fault> {
    let sql = "SELECT round, requested_at, items::text AS items, failed::text AS failed, modify_by, counts_as_wish, \
               rules, refused::text AS refused, contest_by FROM modification_requests \
               WHERE order_id = $1 AND round > $2 ORDER BY round LIMIT $3";
    numbered(readers, sql, order, after, rows).await
}

/// One request for modification.
pub(crate) async fn request(readers: &Readers, order: Uuid, round: i64) -> Result<RequestLine, Fault> {
    let found = requests(readers, order, round.saturating_sub(1), 1).await?;
    found.into_iter().find(|row| row.round == round).ok_or(Fault::Unknown)
}

/// Messages of an order's chat after the number `after`.
pub(crate) async fn messages(readers: &Readers, order: Uuid, after: i64, rows: i64) -> Result<Vec<MessageLine>, Fault> {
    let sql = "SELECT id, number, party, person, at, text, files::text AS files, contacts::text AS contacts, rules, \
               previous, hash FROM messages WHERE order_id = $1 AND number > $2 ORDER BY number LIMIT $3";
    numbered(readers, sql, order, after, rows).await
}

/// One message.
pub(crate) async fn message(readers: &Readers, order: Uuid, number: i64) -> Result<MessageLine, Fault> {
    let found = messages(readers, order, number.saturating_sub(1), 1).await?;
    found.into_iter().find(|row| row.number == number).ok_or(Fault::Unknown)
}

/// What hangs on an order and is counted there.
async fn numbered<R>(readers: &Readers, sql: &'static str, order: Uuid, after: i64, rows: i64) -> Result<Vec<R>, Fault>
where
    R: QueryableByName<diesel::pg::Pg> + Send + 'static,
{
    query(readers, move |conn| {
        engine::sql(sql).bind::<SqlUuid, _>(order).bind::<BigInt, _>(after).bind::<BigInt, _>(rows).load(conn)
    })
    .await
}
