//! The worker: has the gateway carry out what is due, and brings what it says to the aggregates.
//!
//! Sent once, asked after that: whenever an answer may have been lost (no answer, a crash, a callback that never came),
//! the gateway is queried by key first, and the effect is sent again only if the gateway has never heard of it.
use crate::effects::{self, Owed, Owner};
use crate::gateway::PaymentGateway;
use crate::host::{EscrowHost, PurseHost};
use diesel::prelude::*;
use engine::engine::Sent;
use engine::look::query;
use engine::{Door, Fault, Key, Reply, applied};
use futures_util::{StreamExt, stream};
use kernel::{Actor, TimeDelta};
use settlement_domain::{Callback, Escrows, Outcome, Purses, Response, escrow, purse};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use uuid::Uuid;

/// How often it looks.
const EVERY: Duration = Duration::from_millis(100);
/// How many effects it takes at a time, and has under way at once.
const TAKEN: i64 = 64;
const AT_ONCE: usize = 16;
/// The longest wait between two tries.
const LONGEST: Duration = Duration::from_secs(300);
/// As which source the gateway speaks.
const GATEWAY: &str = "gateway";

/// Between the gateway and the aggregates.
pub(crate) struct Desk {
    pub escrows: Door<EscrowHost>,
    pub purses: Door<PurseHost>,
    pub gateway: Arc<dyn PaymentGateway>,
}

/// Why a callback is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unheard {
    /// Nothing was asked under this key.
    UnknownKey,
    /// Another amount was asked for.
    OtherAmount,
    /// Not now.
    Fault(Fault),
}

/// Works until `stop` turns true.
pub(crate) async fn run(desk: Arc<Desk>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let taken = desk.database(|conn| effects::take(conn, TAKEN)).await.unwrap_or_default();
        let is_full = taken.len() >= AT_ONCE;
        stream::iter(taken).for_each_concurrent(AT_ONCE, |owed| desk.attempt(owed)).await;
        if is_full {
            continue;
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

impl Desk {
    async fn attempt(&self, owed: Owed) {
        let Response { reference, outcome, .. } = ask(self.gateway.as_ref(), &owed).await;
        count(&owed, &outcome);
        let is_settled = match &outcome {
            Outcome::Accepted | Outcome::Unknown => false,
            Outcome::Succeeded | Outcome::Failed { .. } => self.settle(&owed, outcome).await.is_ok(),
        };
        if is_settled {
            return;
        }
        let (key, wait) = (owed.effect.key, wait(self.gateway.patience(), &owed));
        // If this fails, the lease passes.
        let _ = self.database(move |conn| effects::put_off(conn, key, wait, reference.as_deref())).await;
    }

    /// Tells the aggregate a final outcome; once, however often it is said.
    async fn settle(&self, owed: &Owed, outcome: Outcome) -> Result<(), Fault> {
        let said = match &outcome {
            Outcome::Accepted | Outcome::Unknown => return Ok(()),
            Outcome::Succeeded => "succeeded",
            Outcome::Failed { .. } => "failed",
        };
        let key = Key::of_message(GATEWAY, Uuid::new_v5(&owed.effect.key, said.as_bytes()));
        let (id, actor) = (owed.aggregate, Actor::service(GATEWAY));
        let reply = match owed.owner {
            Owner::Escrow => {
                let Some(command) = escrow::Command::answered(&owed.effect, outcome) else { return Ok(()) };
                let render = applied::<Escrows>;
                self.escrows.send(Sent { id, actor, command, expect: None, key, correlation: None, render }).await
            }
            Owner::Purse => {
                let Some(command) = purse::Command::answered(&owed.effect, outcome) else { return Ok(()) };
                let render = applied::<Purses>;
                self.purses.send(Sent { id, actor, command, expect: None, key, correlation: None, render }).await
            }
        };
        carried_out(owed, reply?)
    }

    /// The gateway called back. Taken as often as it calls; what is settled stays as it is.
    pub(crate) async fn called_back(&self, callback: Callback) -> Result<(), Unheard> {
        let key = callback.key;
        let owed = self.database(move |conn| effects::find(conn, key)).await.map_err(Unheard::Fault)?;
        let owed = owed.ok_or(Unheard::UnknownKey)?;
        if owed.effect.amount != callback.amount {
            tracing::error!(%key, "the gateway speaks of another amount than was asked for");
            return Err(Unheard::OtherAmount);
        }
        if !owed.is_open {
            return Ok(());
        }
        self.settle(&owed, callback.outcome).await.map_err(Unheard::Fault)
    }

    async fn database<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut PgConnection) -> QueryResult<T> + Send + 'static,
    ) -> Result<T, Fault> {
        query(self.escrows.readers(), work).await
    }
}

/// Sends what was never sent; asks first about everything else.
async fn ask(gateway: &dyn PaymentGateway, owed: &Owed) -> Response {
    let is_new = owed.attempts <= 1;
    if !is_new && let Some(response) = gateway.query(owed.effect.key).await {
        return response;
    }
    gateway.send(owed.effect.clone()).await
}

fn carried_out(owed: &Owed, reply: Reply) -> Result<(), Fault> {
    match reply.status {
        200..300 => Ok(()),
        _ => {
            tracing::error!(key = %owed.effect.key, refusal = reply.body, "what the gateway says was refused");
            Err(Fault::Broken)
        }
    }
}

/// Doubles with each try, up to five minutes; spread by a fifth either way, so that what failed together does not come
/// together again.
fn wait(first: Duration, owed: &Owed) -> TimeDelta {
    let doubled = first.saturating_mul(2u32.saturating_pow(owed.attempts.saturating_sub(1))).min(LONGEST);
    let [.., low] = owed.effect.key.into_bytes();
    let percent = 80 + (u32::from(low) + owed.attempts * 7) % 41;
    TimeDelta::from_std(doubled * percent / 100).unwrap_or(TimeDelta::minutes(5))
}

fn count(owed: &Owed, outcome: &Outcome) {
    let outcome = match outcome {
        Outcome::Accepted => "accepted",
        Outcome::Succeeded => "succeeded",
        Outcome::Failed { .. } => "failed",
        Outcome::Unknown => "unknown",
    };
    let kind = owed.effect.request.kind();
    metrics::counter!("guildhall_gateway_answers_total", "kind" => kind, "outcome" => outcome).increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::MockPaymentGateway;
    use futures_util::FutureExt;
    use kernel::{Currency, Money};
    use settlement_domain::{Effect, Request};

    fn owed(attempts: u32) -> Owed {
        let request = Request::Charge { method: "tok".into() };
        let effect = Effect { key: Uuid::from_u128(7), amount: Money::new(100, Currency::CNY), request };
        Owed { effect, owner: Owner::Escrow, aggregate: Uuid::nil(), attempts, is_open: true }
    }

    fn answer(outcome: Outcome) -> Response {
        Response { key: Uuid::from_u128(7), reference: None, outcome }
    }

    #[tokio::test]
    async fn the_first_try_sends_and_asks_nothing() {
        let mut gateway = MockPaymentGateway::new();
        gateway.expect_send().times(1).returning(|_| async { answer(Outcome::Accepted) }.boxed());
        assert_eq!(ask(&gateway, &owed(1)).await, answer(Outcome::Accepted));
    }

    #[tokio::test]
    async fn a_later_try_asks_and_sends_only_what_the_gateway_has_never_heard_of() {
        for known in [Outcome::Accepted, Outcome::Succeeded, Outcome::Unknown, Outcome::Failed { code: "no".into() }] {
            let mut gateway = MockPaymentGateway::new();
            let found = answer(known.clone());
            gateway.expect_query().times(1).return_once(move |_| async { Some(found) }.boxed());
            assert_eq!(ask(&gateway, &owed(2)).await, answer(known));
        }
        let mut gateway = MockPaymentGateway::new();
        gateway.expect_query().times(1).returning(|_| async { None }.boxed());
        gateway.expect_send().times(1).returning(|_| async { answer(Outcome::Accepted) }.boxed());
        assert_eq!(ask(&gateway, &owed(9)).await, answer(Outcome::Accepted));
    }

    #[test]
    fn waits_double_up_to_a_bound_and_are_spread() {
        let first = Duration::from_millis(500);
        for (attempts, seconds) in [(1, 0.5), (2, 1.0), (3, 2.0), (8, 64.0), (40, 300.0)] {
            let waited = wait(first, &owed(attempts)).as_seconds_f64();
            assert!((0.8..=1.2).contains(&(waited / seconds)), "{attempts}: {waited}");
        }
    }
}
