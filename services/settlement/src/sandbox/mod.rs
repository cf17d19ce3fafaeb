//! The sandbox gateway: behaves like a real one and moves no money.
//!
//! It is the outside world: what it knows stands in tables of its own and survives any crash of ours. It takes a key
//! once, answers `accepted`, and calls back later over HTTP, signed, now and then twice (see [`callbacks`]).
//!
//! What goes wrong is chosen by the method token of a charge, for its refunds too, and by the amount of a payout:
//!
//! | method token | payout ending in | what happens |
//! |---|---|---|
//! | `sandbox:declined` | `99.01` | fails: `insufficient_funds`, `account_closed` for payouts |
//! | `sandbox:timeout` | `99.02` | is carried out, but the answer is lost; the callback comes |
//! | `sandbox:duplicate` | `99.03` | is called back twice |
//! | `sandbox:lost` | `99.04` | is carried out, but never called back: only a query finds it |
//! | `sandbox:late` | | succeeds an hour later |
//! | `sandbox:silent` | | stays accepted for ever |
//! | `sandbox:refund_declined` | | its first refund fails: `account_closed` |
//! | `sandbox:refund_timeout`, `…_duplicate`, `…_lost` | | its refunds go as said above |
//! | anything else | anything else | succeeds |
//!
//! A refund of an unknown charge, or of more than is left of it, fails: `refund_impossible`.

mod callbacks;
mod quirk;

pub(crate) use callbacks::Caller;

use crate::gateway::PaymentGateway;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Uuid as SqlUuid};
use engine::connect::Readers;
use engine::look::query;
use futures_util::future::{BoxFuture, FutureExt};
use quirk::{Plan, Settles};
use settlement_domain::{Callback, Effect, Outcome, Request, Response};
use std::time::Duration;
use uuid::Uuid;

/// The sandbox gateway.
#[derive(Clone)]
pub struct Sandbox {
    readers: Readers,
}

impl Sandbox {
    pub(crate) fn new(readers: Readers) -> Self {
        Self { readers }
    }

    /// Runs work on the sandbox's tables; a database that is away is a gateway that does not answer.
    async fn at<T: Send + 'static>(
        self,
        work: impl FnOnce(&mut PgConnection) -> QueryResult<T> + Send + 'static,
    ) -> Option<T> {
        query(&self.readers, |conn| conn.transaction(work)).await.ok()
    }
}

impl PaymentGateway for Sandbox {
    fn send(&self, effect: Effect) -> BoxFuture<'static, Response> {
        let (sandbox, key) = (self.clone(), effect.key);
        async move {
            let taken = sandbox.at(move |conn| take(conn, &effect)).await;
            taken.unwrap_or_else(|| response(key, Outcome::Unknown))
        }
        .boxed()
    }

    fn query(&self, key: Uuid) -> BoxFuture<'static, Option<Response>> {
        let sandbox = self.clone();
        async move {
            let found = sandbox.at(move |conn| find(conn, key)).await;
            found.unwrap_or_else(|| Some(response(key, Outcome::Unknown)))
        }
        .boxed()
    }

    fn patience(&self) -> Duration {
        Duration::from_millis(500)
    }
}

/// What is known of a request.
#[derive(QueryableByName)]
struct Standing {
    #[diesel(sql_type = Nullable<Text>)]
    code: Option<String>,
    #[diesel(sql_type = Bool)]
    is_settled: bool,
}

/// A charge that is to be refunded.
#[derive(QueryableByName)]
struct Charge {
    #[diesel(sql_type = BigInt)]
    remainder: i64,
    #[diesel(sql_type = BigInt)]
    refunds: i64,
    #[diesel(sql_type = Text)]
    method: String,
}

fn find(conn: &mut PgConnection, key: Uuid) -> QueryResult<Option<Response>> {
    let standing: Option<Standing> =
        engine::sql("SELECT code, settles_at <= engine_now() AS is_settled FROM sandbox_requests WHERE key = $1")
            .bind::<SqlUuid, _>(key)
            .get_result(conn)
            .optional()?;
    Ok(standing.map(|standing| match (standing.is_settled, standing.code) {
        (false, _) => response(key, Outcome::Accepted),
        (true, code) => response(key, ended(code)),
    }))
}

fn take(conn: &mut PgConnection, effect: &Effect) -> QueryResult<Response> {
    if let Some(known) = find(conn, effect.key)? {
        return Ok(known);
    }
    let plan = plan(conn, effect)?;
    let request = serde_json::to_string(&effect.request)
        .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
    let is_new = engine::sql(
        "INSERT INTO sandbox_requests (key, kind, amount_minor, currency, request, code, settles_at) \
         VALUES ($1, $2, $3, $4, $5::jsonb, $6, \
         CASE WHEN $7 IS NULL THEN 'infinity' ELSE engine_now() + $7 * interval '1 second' END) \
         ON CONFLICT (key) DO NOTHING",
    )
    .bind::<SqlUuid, _>(effect.key)
    .bind::<Text, _>(effect.request.kind())
    .bind::<BigInt, _>(effect.amount.minor)
    .bind::<Text, _>(effect.amount.currency.to_string())
    .bind::<Text, _>(request)
    .bind::<Nullable<Text>, _>(&plan.code)
    .bind::<Nullable<BigInt>, _>(plan.settles.seconds())
    .execute(conn)?
        == 1;
    if is_new && plan.settles != Settles::Never {
        let Effect { key, amount, .. } = *effect;
        let reference = response(key, Outcome::Accepted).reference;
        let body = serde_json::to_string(&Callback { key, amount, reference, outcome: ended(plan.code) })
            .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))?;
        engine::sql(
            "INSERT INTO sandbox_callbacks (body, attempts, next_try_at) \
             SELECT $1, 0, engine_now() + $2 * interval '1 second' FROM generate_series(1, $3)",
        )
        .bind::<Text, _>(body)
        .bind::<Nullable<BigInt>, _>(plan.settles.seconds())
        .bind::<BigInt, _>(plan.callbacks)
        .execute(conn)?;
    }
    Ok(response(effect.key, if plan.is_answered { Outcome::Accepted } else { Outcome::Unknown }))
}

fn plan(conn: &mut PgConnection, effect: &Effect) -> QueryResult<Plan> {
    let plan = match &effect.request {
        Request::Charge { method } => Plan::of_charge(method),
        Request::Payout { .. } => Plan::of_payout(effect.amount),
        Request::Refund { payment } => match charge(conn, *payment)? {
            Some(charge) if charge.remainder >= effect.amount.minor => Plan::of_refund(&charge.method, charge.refunds),
            Some(_) | None => Plan::impossible(),
        },
    };
    Ok(plan.now_and_then_twice(effect.key))
}

/// The charge, locked, so that two refunds of it cannot both take what is left.
fn charge(conn: &mut PgConnection, payment: Uuid) -> QueryResult<Option<Charge>> {
    engine::sql("SELECT FROM sandbox_requests WHERE key = $1 FOR UPDATE").bind::<SqlUuid, _>(payment).execute(conn)?;
    engine::sql(
        "SELECT c.amount_minor - COALESCE(sum(r.amount_minor) FILTER (WHERE r.code IS NULL), 0)::bigint AS remainder, \
         count(r.key) AS refunds, c.request ->> 'method' AS method FROM sandbox_requests c \
         LEFT JOIN sandbox_requests r ON r.kind = 'refund' AND r.request ->> 'payment' = c.key::text \
         WHERE c.key = $1 AND c.kind = 'charge' AND c.code IS NULL AND c.settles_at <= engine_now() GROUP BY c.key",
    )
    .bind::<SqlUuid, _>(payment)
    .get_result(conn)
    .optional()
}

fn ended(code: Option<String>) -> Outcome {
    code.map_or(Outcome::Succeeded, |code| Outcome::Failed { code })
}

fn response(key: Uuid, outcome: Outcome) -> Response {
    Response { key, reference: Some(format!("sandbox-{}", key.simple())), outcome }
}
