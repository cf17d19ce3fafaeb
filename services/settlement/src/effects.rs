//! The rows of effects outside: taken under a lease, put off, found by key.
//!
//! Times are those of `engine_now()`: the shared clock of all instances, and a test may move it on.
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Interval, Nullable, Text, Uuid as SqlUuid};
use kernel::{Currency, Money, TimeDelta};
use runtime::test_clock::holds;
use settlement_domain::{Effect, Request};
use uuid::Uuid;

/// Whose effect it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// An order's escrow.
    Escrow,
    /// A provider's purse.
    Purse,
}

/// An effect without a final answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Owed {
    /// What is to be done.
    pub effect: Effect,
    /// Whose it is.
    pub owner: Owner,
    /// The escrow or purse.
    pub aggregate: Uuid,
    /// How often it was tried, this time included.
    pub attempts: u32,
    /// No final answer yet.
    pub is_open: bool,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    key: Uuid,
    #[diesel(sql_type = SqlUuid)]
    aggregate: Uuid,
    #[diesel(sql_type = Text)]
    owner: String,
    #[diesel(sql_type = BigInt)]
    amount_minor: i64,
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = Text)]
    request: String,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = Text)]
    status: String,
}

const COLUMNS: &str = "key, aggregate, owner, amount_minor, currency, request::text AS request, attempts, status";

/// Takes effects that are due; whoever dies with one leaves it to others when the lease has passed.
pub(crate) fn take(conn: &mut PgConnection, most: i64) -> QueryResult<Vec<Owed>> {
    let rows: Vec<Row> = engine::sql(format!(
        "UPDATE effects SET status = 'sent', attempts = attempts + 1, \
         leased_until = engine_now() + interval '15 seconds' \
         WHERE key IN (SELECT e.key FROM effects e, (SELECT engine_now() AS now) t \
         WHERE e.status IN ('pending', 'sent') AND e.next_try_at <= t.now \
         AND (e.leased_until IS NULL OR e.leased_until <= t.now) \
         ORDER BY e.next_try_at LIMIT $1 FOR UPDATE OF e SKIP LOCKED) RETURNING {COLUMNS}"
    ))
    .bind::<BigInt, _>(most)
    .load(conn)?;
    Ok(rows.into_iter().filter_map(Row::owed).collect())
}

/// The effect of this key.
pub(crate) fn find(conn: &mut PgConnection, key: Uuid) -> QueryResult<Option<Owed>> {
    let row: Option<Row> = engine::sql(format!("SELECT {COLUMNS} FROM effects WHERE key = $1"))
        .bind::<SqlUuid, _>(key)
        .get_result(conn)
        .optional()?;
    Ok(row.and_then(Row::owed))
}

/// Gives an effect back, to be looked at again in a while.
pub(crate) fn put_off(conn: &mut PgConnection, key: Uuid, wait: TimeDelta, reference: Option<&str>) -> QueryResult<()> {
    engine::sql(
        "UPDATE effects SET leased_until = NULL, next_try_at = engine_now() + $2, \
         reference = COALESCE($3, reference) WHERE key = $1 AND status IN ('pending', 'sent')",
    )
    .bind::<SqlUuid, _>(key)
    .bind::<Interval, _>(wait)
    .bind::<Nullable<Text>, _>(reference)
    .execute(conn)
    .map(drop)
}

/// Whether nothing is under way that will move by itself within a second. What the gateway sits on does not count.
pub(crate) fn is_idle(conn: &mut PgConnection) -> QueryResult<bool> {
    holds(
        conn,
        "NOT EXISTS (SELECT FROM effects WHERE status IN ('pending', 'sent') \
         AND next_try_at <= engine_now() + interval '1 second') \
         AND NOT EXISTS (SELECT FROM sandbox_callbacks WHERE next_try_at <= engine_now() + interval '1 second')",
    )
}

impl Row {
    /// `None` for a row that this build cannot read: it stays, and others may.
    fn owed(self) -> Option<Owed> {
        let request: Result<Request, _> = serde_json::from_str(&self.request);
        let currency: Result<Currency, _> = self.currency.parse();
        let owner = match self.owner.as_str() {
            "escrow" => Some(Owner::Escrow),
            "purse" => Some(Owner::Purse),
            _ => None,
        };
        match (request, currency, owner) {
            (Ok(request), Ok(currency), Some(owner)) => Some(Owed {
                effect: Effect { key: self.key, amount: Money::new(self.amount_minor, currency), request },
                owner,
                aggregate: self.aggregate,
                attempts: self.attempts.unsigned_abs(),
                is_open: matches!(self.status.as_str(), "pending" | "sent"),
            }),
            _ => {
                tracing::error!(key = %self.key, "a stored effect cannot be read");
                None
            }
        }
    }
}
