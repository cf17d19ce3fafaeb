//! The port to the payment gateway: the one thing of the outside world that settlement talks to.
//!
//! What is asked and answered are the domain's types. Does not own: when something is asked, which `worker` knows.
use futures_util::future::BoxFuture;
use settlement_domain::{Effect, Response};
use std::time::Duration;
use uuid::Uuid;

/// A payment gateway that honours idempotency keys: the same key is carried out once, however often it is sent.
///
/// It never fails: what could not be understood, or did not come in time, is [`settlement_domain::Outcome::Unknown`].
#[cfg_attr(test, mockall::automock)]
pub trait PaymentGateway: Send + Sync {
    /// Has an effect carried out.
    fn send(&self, effect: Effect) -> BoxFuture<'static, Response>;

    /// How the request of this key stands; `None` when the gateway has never heard of it.
    fn query(&self, key: Uuid) -> BoxFuture<'static, Option<Response>>;

    /// How long a callback is waited for, before the first query.
    fn patience(&self) -> Duration;
}
