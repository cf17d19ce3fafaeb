//! E1: an effect was sent, and the process died before it was marked.
use crate::stage::{Stage, path};
use engine::clock;
use futures_util::future::{BoxFuture, FutureExt};
use kernel::TimeDelta;
use serde_json::json;
use settlement::gateway::PaymentGateway;
use settlement::{Rerouted, Sandbox};
use settlement_domain::{Effect, Response};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use testkit::eventually;
use uuid::Uuid;

/// Hands the first request to the sandbox and never comes back, as a process that dies on the way.
struct Dying {
    sandbox: Sandbox,
    reaches: bool,
    sent: Arc<AtomicUsize>,
}

impl PaymentGateway for Dying {
    fn send(&self, effect: Effect) -> BoxFuture<'static, Response> {
        let is_first = self.sent.fetch_add(1, Ordering::SeqCst) == 0;
        let (carried_out, reaches) = (self.sandbox.send(effect), self.reaches);
        async move {
            if !is_first {
                return carried_out.await;
            }
            if reaches {
                carried_out.await;
            }
            std::future::pending().await
        }
        .boxed()
    }

    fn query(&self, key: Uuid) -> BoxFuture<'static, Option<Response>> {
        self.sandbox.query(key)
    }

    fn patience(&self) -> Duration {
        self.sandbox.patience()
    }
}

/// `reaches`: whether the request got through before the crash. Answers how often something was sent.
async fn killed(reaches: bool) -> usize {
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = sent.clone();
    let route =
        move |sandbox| -> Arc<dyn PaymentGateway> { Arc::new(Dying { sandbox, reaches, sent: counted.clone() }) };
    let mut stage = Stage::with(Box::new(Rerouted(Box::new(route)))).await;
    let order = stage.placed(10_000).await;
    // The callback is lost with the process: only the query can find the charge.
    let pay = format!("{}/payments", path(&order));
    stage.merchant.post(&pay, json!({ "method": "sandbox:lost" })).await.ok();
    let requests = "SELECT count(*) AS n FROM sandbox_requests";
    eventually("it is sent", || async {
        sent.load(Ordering::SeqCst) == 1 && stage.number(requests) == i64::from(reaches)
    })
    .await;
    stage.suite.running.take().unwrap().abandon();
    assert_eq!(stage.number("SELECT count(*) AS n FROM effects WHERE status = 'sent'"), 1);

    // Time passes, the lease with it.
    clock::advance(&mut stage.conn("settlement"), TimeDelta::minutes(1)).unwrap();
    let running = stage.another().await;
    stage.suite.running = Some(running);
    // Not `rest`: a gateway that could not be asked (a busy database will do) is asked again seconds later.
    let held = "SELECT count(*) AS n FROM escrows WHERE status = 'held'";
    eventually("the money is held", || async { stage.number(held) == 1 }).await;
    stage.rest().await;
    assert_eq!(stage.number("SELECT count(*) AS n FROM sandbox_requests"), 1);
    stage.check_books();
    sent.load(Ordering::SeqCst)
}

#[tokio::test]
async fn e1_sent_and_not_marked_is_asked_about_and_charged_once() {
    assert_eq!(killed(true).await, 1);
}

#[tokio::test]
async fn e1_lost_on_the_way_is_sent_again_with_the_same_key() {
    assert_eq!(killed(false).await, 2);
}
