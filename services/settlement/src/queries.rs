//! What is read: lists of escrows and purses, timelines, payments and payouts, the ledger and its balances.
use crate::timeline::Details;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use engine::Fault;
use engine::connect::Readers;
use engine::look::query;
use kernel::{Currency, Money};
use uuid::Uuid;

/// A key of a list: what it sorts by, and the id.
pub(crate) type After<K> = Option<(K, Uuid)>;
/// Newest first.
pub(crate) type Newest = After<DateTime<Utc>>;

/// Which escrows a list shows. What is `None` does not filter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Which {
    /// Of this provider.
    pub provider: Option<Uuid>,
    /// Of this merchant.
    pub merchant: Option<Uuid>,
    /// Of this order.
    pub order: Option<Uuid>,
    /// In this status.
    pub status: Option<&'static str>,
}

/// An escrow in a list.
#[derive(QueryableByName)]
pub(crate) struct EscrowLine {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub merchant_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub provider_id: Uuid,
    #[diesel(sql_type = Text)]
    pub currency: String,
    #[diesel(sql_type = BigInt)]
    pub amount_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub to_merchant_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub released_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub refunded_minor: i64,
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = Timestamptz)]
    pub opened_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
}

/// A purse in a list.
#[derive(QueryableByName)]
pub(crate) struct PurseLine {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub currency: String,
    #[diesel(sql_type = BigInt)]
    pub deposit_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub required_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub liability_minor: i64,
    #[diesel(sql_type = BigInt)]
    pub open_cases: i64,
    #[diesel(sql_type = Bool)]
    pub payouts_frozen: bool,
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = Timestamptz)]
    pub opened_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
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
    details: String,
}

/// Something that the gateway was asked to do.
#[derive(QueryableByName)]
pub(crate) struct EffectLine {
    #[diesel(sql_type = SqlUuid)]
    pub key: Uuid,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = BigInt)]
    pub amount_minor: i64,
    #[diesel(sql_type = Text)]
    pub currency: String,
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub code: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub reference: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub ended_at: Option<DateTime<Utc>>,
}

/// A line of the ledger.
#[derive(QueryableByName)]
pub(crate) struct LedgerLine {
    #[diesel(sql_type = Text)]
    pub owner: String,
    #[diesel(sql_type = SqlUuid)]
    pub aggregate: Uuid,
    #[diesel(sql_type = BigInt)]
    pub version: i64,
    #[diesel(sql_type = Integer)]
    pub line: i32,
    #[diesel(sql_type = Text)]
    pub account: String,
    #[diesel(sql_type = BigInt)]
    pub minor: i64,
    #[diesel(sql_type = Text)]
    pub currency: String,
    #[diesel(sql_type = Timestamptz)]
    pub at: DateTime<Utc>,
}

/// What an account stands at.
#[derive(QueryableByName)]
pub(crate) struct BalanceLine {
    #[diesel(sql_type = Text)]
    pub account: String,
    #[diesel(sql_type = Text)]
    pub currency: String,
    #[diesel(sql_type = BigInt)]
    pub minor: i64,
}

impl TimelineLine {
    /// What belongs to the event beside its words.
    pub(crate) fn details(&self) -> Result<Details, Fault> {
        serde_json::from_str(&self.details).map_err(|error| {
            tracing::error!(%error, "a stored view cannot be read");
            Fault::Broken
        })
    }
}

/// An amount as it is stored.
pub(crate) fn money(minor: i64, currency: &str) -> Result<Money, Fault> {
    let currency: Currency = currency.parse().map_err(|_| {
        tracing::error!(currency, "a stored currency cannot be read");
        Fault::Broken
    })?;
    Ok(Money::new(minor, currency))
}

/// One page of escrows, newest first, and a row more if there is one.
pub(crate) async fn escrows(
    readers: &Readers,
    which: Which,
    after: Newest,
    rows: i64,
) -> Result<Vec<EscrowLine>, Fault> {
    let (at, id) = after.unzip();
    query(readers, move |conn| {
        engine::sql(
            "SELECT id, merchant_id, provider_id, currency, amount_minor, to_merchant_minor, released_minor, \
             refunded_minor, status, opened_at, updated_at FROM escrows \
             WHERE ($1 IS NULL OR provider_id = $1) AND ($2 IS NULL OR merchant_id = $2) \
             AND ($3 IS NULL OR id = $3) AND ($4 IS NULL OR status = $4) \
             AND ($5 IS NULL OR (opened_at, id) < ($5, $6)) ORDER BY opened_at DESC, id DESC LIMIT $7",
        )
        .bind::<Nullable<SqlUuid>, _>(which.provider)
        .bind::<Nullable<SqlUuid>, _>(which.merchant)
        .bind::<Nullable<SqlUuid>, _>(which.order)
        .bind::<Nullable<Text>, _>(which.status)
        .bind::<Nullable<Timestamptz>, _>(at)
        .bind::<Nullable<SqlUuid>, _>(id)
        .bind::<BigInt, _>(rows)
        .load(conn)
    })
    .await
}

/// One page of purses, newest first; of one provider, or of all.
pub(crate) async fn purses(
    readers: &Readers,
    provider: Option<Uuid>,
    is_blocked: Option<bool>,
    after: Newest,
    rows: i64,
) -> Result<Vec<PurseLine>, Fault> {
    let (at, id) = after.unzip();
    query(readers, move |conn| {
        engine::sql(
            "SELECT id, currency, deposit_minor, required_minor, liability_minor, open_cases, payouts_frozen, status, \
             opened_at, updated_at FROM purses \
             WHERE ($1 IS NULL OR id = $1) AND ($2 IS NULL OR (status = 'blocked') = $2) \
             AND ($3 IS NULL OR (opened_at, id) < ($3, $4)) ORDER BY opened_at DESC, id DESC LIMIT $5",
        )
        .bind::<Nullable<SqlUuid>, _>(provider)
        .bind::<Nullable<Bool>, _>(is_blocked)
        .bind::<Nullable<Timestamptz>, _>(at)
        .bind::<Nullable<SqlUuid>, _>(id)
        .bind::<BigInt, _>(rows)
        .load(conn)
    })
    .await
}

/// Entries of a timeline after the version `after`; `owner` is `escrow` or `purse`.
pub(crate) async fn timeline(
    readers: &Readers,
    owner: &'static str,
    aggregate: Uuid,
    after: i64,
    rows: i64,
) -> Result<Vec<TimelineLine>, Fault> {
    query(readers, move |conn| {
        engine::sql(format!(
            "SELECT version, at, party, person, event, rules, text, details::text AS details \
             FROM {owner}_timeline WHERE aggregate = $1 AND version > $2 ORDER BY version LIMIT $3"
        ))
        .bind::<SqlUuid, _>(aggregate)
        .bind::<BigInt, _>(after)
        .bind::<BigInt, _>(rows)
        .load(conn)
    })
    .await
}

const EFFECT: &str =
    "SELECT key, kind, amount_minor, currency, status, code, reference, created_at, ended_at FROM effects";

/// What the gateway was asked for an escrow or purse, newest first; of these kinds.
pub(crate) async fn effects(
    readers: &Readers,
    aggregate: Uuid,
    kinds: &'static [&'static str],
    after: Newest,
    rows: i64,
) -> Result<Vec<EffectLine>, Fault> {
    let (at, id) = after.unzip();
    query(readers, move |conn| {
        engine::sql(format!(
            "{EFFECT} WHERE aggregate = $1 AND kind = ANY($2) AND ($3 IS NULL OR (created_at, key) < ($3, $4)) \
             ORDER BY created_at DESC, key DESC LIMIT $5"
        ))
        .bind::<SqlUuid, _>(aggregate)
        .bind::<Array<Text>, _>(kinds)
        .bind::<Nullable<Timestamptz>, _>(at)
        .bind::<Nullable<SqlUuid>, _>(id)
        .bind::<BigInt, _>(rows)
        .load(conn)
    })
    .await
}

/// One of them.
pub(crate) async fn effect(
    readers: &Readers,
    aggregate: Uuid,
    kinds: &'static [&'static str],
    key: Uuid,
) -> Result<EffectLine, Fault> {
    let found = query(readers, move |conn| {
        engine::sql(format!("{EFFECT} WHERE aggregate = $1 AND kind = ANY($2) AND key = $3"))
            .bind::<SqlUuid, _>(aggregate)
            .bind::<Array<Text>, _>(kinds)
            .bind::<SqlUuid, _>(key)
            .load(conn)
    });
    found.await?.pop().ok_or(Fault::Unknown)
}

/// The sort key of a line of the ledger beside its aggregate: instant, version, line.
pub(crate) type LedgerKey = (DateTime<Utc>, i64, i32);

/// Lines of the ledger, newest first: of one of these accounts, or of all.
pub(crate) async fn ledger(
    readers: &Readers,
    accounts: Option<Vec<String>>,
    after: After<LedgerKey>,
    rows: i64,
) -> Result<Vec<LedgerLine>, Fault> {
    let (key, aggregate) = after.unzip();
    let (at, version, line) =
        key.map_or((None, None, None), |(at, version, line)| (Some(at), Some(version), Some(line)));
    query(readers, move |conn| {
        engine::sql(
            "SELECT owner, aggregate, version, line, account, minor, currency, at FROM ledger_entries \
             WHERE ($1 IS NULL OR account = ANY($1)) \
             AND ($2 IS NULL OR (at, aggregate, version, line) < ($2, $3, $4, $5)) \
             ORDER BY at DESC, aggregate DESC, version DESC, line DESC LIMIT $6",
        )
        .bind::<Nullable<Array<Text>>, _>(accounts)
        .bind::<Nullable<Timestamptz>, _>(at)
        .bind::<Nullable<SqlUuid>, _>(aggregate)
        .bind::<Nullable<BigInt>, _>(version)
        .bind::<Nullable<Integer>, _>(line)
        .bind::<BigInt, _>(rows)
        .load(conn)
    })
    .await
}

/// Balances by account and currency; of one account, or of all.
pub(crate) async fn balances(
    readers: &Readers,
    account: Option<String>,
    after: After<(String, String)>,
    rows: i64,
) -> Result<Vec<BalanceLine>, Fault> {
    let (last, currency) = after.map(|(key, _)| key).unzip();
    query(readers, move |conn| {
        engine::sql(
            "SELECT account, currency, minor FROM balances WHERE ($1 IS NULL OR account = $1) \
             AND ($2 IS NULL OR (account, currency) > ($2, $3)) ORDER BY account, currency LIMIT $4",
        )
        .bind::<Nullable<Text>, _>(account)
        .bind::<Nullable<Text>, _>(last)
        .bind::<Nullable<Text>, _>(currency)
        .bind::<BigInt, _>(rows)
        .load(conn)
    })
    .await
}
