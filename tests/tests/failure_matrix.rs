//! Rows of the failure matrix that need the whole suite, over HTTP on the real servers; each test begins with its row.
//!
//! The other rows are tests of the libraries they belong to: `engine`, `timers`, `broker`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use journeys::{Market, everything, ledger};
use kernel::{OrderId, Time, TimeDelta};
use runtime::Service;
use runtime::service::neighbours;
use serde_json::{Value, json};
use testkit::{Client, Response, Suite, eventually};
use uuid::Uuid;

/// A listing on sale, and nobody has ordered yet.
const ON_SALE: &str = r#"
title = "A listing on sale"
begins_with = ["designer", "logo"]
[cast]
provider = { role = "provider" }
merchant = { role = "merchant" }
reviewer = { role = "reviewer" }
moderator = { role = "moderator" }
"#;

/// What a merchant orders of it.
fn placement(market: &Market) -> Value {
    json!({
        "listing": market.name("listing"),
        "revision": market.name("revision"),
        "quantity": 1,
        "extra_costs": [],
        "extra_costs_acknowledged": true,
    })
}

async fn place(market: &Market) -> String {
    let placed = market.cast("merchant").post("/v1/orders", placement(market)).await.ok();
    placed["id"].as_str().unwrap().to_owned()
}

/// The path of an order's escrow: they share their UUID.
fn escrow(order: &str) -> String {
    format!("/v1/escrows/{}", order.replace("ord_", "esc_"))
}

async fn pay(market: &Market, order: &str) {
    let path = format!("{}/payments", escrow(order));
    market.cast("merchant").post(&path, json!({"method": "sandbox:ok"})).await.ok();
    market.suite.rest().await;
}

async fn file(client: &Client, order: &str) -> Value {
    let path = format!("/v1/orders/{order}/files");
    client.upload(&path, "work.txt", "text/plain", order.as_bytes()).await.ok()["id"].clone()
}

/// An order that is paid, agreed on, started and delivered.
async fn delivered(market: &Market) -> String {
    let (provider, merchant) = (market.cast("provider"), market.cast("merchant"));
    let order = place(market).await;
    market.suite.rest().await;
    pay(market, &order).await;
    let at = |tail: &str| format!("/v1/orders/{order}{tail}");
    let agreed = file(&provider, &order).await;
    let agreement = json!({"file": agreed, "promise": {"effect": "Three drafts within seven days, one of them worked out."}, "cooperation": []});
    provider.post(&at("/agreement"), agreement).await.ok();
    merchant.post(&at("/agreement/confirm"), json!({"file": agreed})).await.ok();
    provider.post(&at("/start"), json!({})).await.ok();
    let work = file(&provider, &order).await;
    provider.post(&at("/deliveries"), json!({"files": [work]})).await.ok();
    market.suite.rest().await;
    order
}

/// The names of what happened to a resource, oldest first.
async fn events(client: &Client, path: &str) -> Vec<String> {
    let page = client.get(&format!("{path}/timeline?limit=100")).await.ok();
    page["items"].as_array().unwrap().iter().map(|entry| entry["event"].as_str().unwrap().to_owned()).collect()
}

/// How many rows there are in a context.
fn count(suite: &Suite, context: &str, what: &str) -> i64 {
    diesel::select(diesel::dsl::sql::<BigInt>(&format!("(SELECT count(*) FROM {what})")))
        .get_result(&mut suite.conn(context))
        .unwrap()
}

/// How long every context's journal is: the number of all effects.
fn effects(suite: &Suite) -> Vec<(&'static str, i64)> {
    everything().iter().map(|service| (service.context(), count(suite, service.context(), "journal"))).collect()
}

fn is_sound(market: &Market) {
    assert_eq!(market.suite.unsound(), Vec::<String>::new());
    ledger::is_balanced(&market.suite);
}

/// Runs these instead of what runs: another instance, behind the suite's address.
async fn serve_instead(market: &mut Market, settings: runtime::Settings, services: &[Box<dyn Service>]) {
    let running = runtime::start(settings, services, neighbours(&everything())).await.expect("it starts");
    market.suite.base = format!("http://{}", running.address);
    market.suite.running = Some(running);
}

// ---- A refund application races the silent acceptance ----

/// Who comes first: for certain, or as it happens when the clock is set this long before the window's end.
#[derive(Clone, Copy, Debug)]
enum First {
    Application,
    Clock,
    Either { before_the_end: TimeDelta },
}

struct Race<'a> {
    market: &'a Market,
    order: String,
    due: Time,
}

impl<'a> Race<'a> {
    /// A delivered order, a minute before the end of its acceptance window.
    async fn ready(market: &'a Market) -> Self {
        let order = delivered(market).await;
        let seen = market.cast("merchant").get(&format!("/v1/orders/{order}")).await.ok();
        let mut deadlines = seen["deadlines"].as_array().unwrap().iter();
        let acceptance = deadlines.find(|deadline| deadline["kind"] == "acceptance").expect("the window runs");
        let due: Time = acceptance["due_at"].as_str().unwrap().parse().unwrap();
        let now = market.suite.now().await;
        market.suite.advance(due - now - TimeDelta::minutes(1)).await;
        Self { market, order, due }
    }

    async fn apply(&self) -> Response {
        let amount = json!({"amount": "1200.00", "currency": "CNY"});
        let body = json!({"claim": "quality", "amount": amount, "statement": "The drafts are not worked out."});
        let path = format!("/v1/orders/{}/refund-applications", self.order);
        self.market.cast("merchant").post(&path, body).await
    }

    /// Moves the clocks on, that of orders first, and wakes the order as the sweeper does.
    async fn strike(&self, clocks: Vec<PgConnection>, by: TimeDelta) {
        for mut conn in clocks {
            let moved = tokio::task::spawn_blocking(move || engine::clock::advance(&mut conn, by));
            moved.await.unwrap().expect("the clock moves");
        }
        let id = self.order.parse::<OrderId>().unwrap().0;
        let mut engines = self.market.suite.running().engines.iter();
        let orders = engines.find(|engine| engine.context() == "orders").expect("orders are served");
        for _ in 0..8 {
            orders.nudge("order", id).await.expect("orders are hosted").expect("the nudge is answered");
        }
    }

    async fn run(&self, first: First) -> Response {
        // Connected before: what races is one statement and one request.
        let mut contexts: Vec<_> = everything().iter().map(|service| service.context()).collect();
        contexts.sort_by_key(|context| *context != "orders");
        let clocks = contexts.iter().map(|context| self.market.suite.conn(context)).collect();
        let left = self.due - self.market.suite.now().await;
        match first {
            First::Application => {
                let answer = self.apply().await;
                self.strike(clocks, left).await;
                answer
            }
            First::Clock => {
                self.strike(clocks, left).await;
                self.apply().await
            }
            First::Either { before_the_end } => {
                tokio::join!(self.apply(), self.strike(clocks, left - before_the_end)).0
            }
        }
    }

    /// Exactly one has won; answers whether it was the application.
    async fn is_disputed(&self, answer: Response) -> bool {
        let merchant = self.market.cast("merchant");
        let path = format!("/v1/orders/{}", self.order);
        let applied = (200..300).contains(&answer.status);
        if !applied {
            let since = answer.refused(409, "refund_window_closed", Some("D1.3.2"))["since"].clone();
            let since: Time = since.as_str().expect("it says since when").parse().unwrap();
            assert!(since >= self.due, "closed since {since}, before the window's end {}", self.due);
        }
        // Whatever may come of it later in silence has come an hour later.
        self.market.suite.advance(TimeDelta::hours(1)).await;
        let order = merchant.get(&path).await.ok();
        let money = merchant.get(&escrow(&self.order)).await.ok();
        let told = events(&merchant, &path).await;
        let has = |event: &str| told.iter().filter(|it| *it == event).count();
        let happened = (has("disputed"), has("completed"));
        let stands = (order["status"].as_str().unwrap(), money["status"].as_str().unwrap());
        if applied {
            assert_eq!((happened, stands), ((1, 0), ("disputed", "frozen")), "{told:?}");
            assert_eq!(money["released"]["amount"], "0.00");
        } else {
            assert_eq!((happened, stands), ((0, 1), ("completed", "released")), "{told:?}");
            assert_eq!(money["released"]["amount"], "1200.00");
        }
        applied
    }

    /// Ends the dispute: all of it back, which needs no answer (A7). The next round's days would pass in it.
    async fn settle(&self) {
        let (provider, merchant) = (self.market.cast("provider"), self.market.cast("merchant"));
        let order = merchant.get(&format!("/v1/orders/{}", self.order)).await.ok();
        let case = order["phase"]["refund_application"]["case"].as_str().unwrap();
        let all = json!({"amount": "1200.00", "currency": "CNY"});
        let proposals = format!("/v1/disputes/{case}/proposals");
        let settled = provider.post(&proposals, json!({"to_merchant": all, "text": "All of it."})).await.ok();
        assert_eq!(settled["status"], "settled");
        self.market.suite.rest().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t9_refund_application_races_the_silent_acceptance() {
    let market = Market::after(ON_SALE).await;
    // The rounds take longer than W33 lets a provider sell without its deposit.
    let (provider, purse) = (market.cast("provider"), market.name("purse").to_owned());
    let missing = provider.get(&format!("/v1/purses/{purse}")).await.ok()["missing"].clone();
    let deposit = json!({"amount": missing, "method": "sandbox:ok"});
    provider.post(&format!("/v1/purses/{purse}/deposits"), deposit).await.ok();
    market.suite.rest().await;
    let either = |ms: i64| First::Either { before_the_end: TimeDelta::milliseconds(ms) };
    let rounds = [First::Application, First::Clock, either(0), either(0), either(5), either(10), either(20)];
    let mut disputed = vec![];
    for first in rounds {
        let race = Race::ready(&market).await;
        let answer = race.run(first).await;
        let is_disputed = race.is_disputed(answer).await;
        println!("{first:?}: {}", if is_disputed { "disputed" } else { "accepted" });
        match first {
            First::Application => assert!(is_disputed, "the application came a minute early and lost"),
            First::Clock => assert!(!is_disputed, "the application came after the end and won"),
            First::Either { .. } => {}
        }
        if is_disputed {
            race.settle().await;
            disputed.push(race.order);
        }
    }
    for order in disputed {
        let money = market.cast("merchant").get(&escrow(&order)).await.ok();
        assert_eq!((&money["status"], &money["released"]["amount"]), (&json!("refunded"), &json!("0.00")));
    }
    is_sound(&market);
}

// ---- After COMMIT, before the relay wakes ----

#[tokio::test(flavor = "multi_thread")]
async fn c5_after_commit_before_the_relay_wakes() {
    let mut market = Market::after(ON_SALE).await;
    market.suite.running.take().unwrap().stop().await;
    market.suite.published().await;
    // An instance whose relay gets nothing out: what it commits stays where the commit put it.
    let mut cut_off = market.suite.settings.clone();
    cut_off.amqp.url = "amqp://127.0.0.1:1/%2f".into();
    serve_instead(&mut market, cut_off, &everything()).await;
    let key = Uuid::now_v7().to_string();
    let merchant = market.suite.with_token(market.played.tokens["merchant"].clone());
    let placed = merchant.post_with("/v1/orders", placement(&market), &[("Idempotency-Key", &key)]).await.ok();
    market.suite.running.take().unwrap().abandon();
    let order = placed["id"].as_str().unwrap();
    let waiting = count(&market.suite, "orders", "outbox WHERE NOT own");
    assert_eq!(waiting, 1, "the message stands in the outbox when its order is answered");
    assert_eq!(market.suite.published().await, vec![]);

    let settings = market.suite.settings.clone();
    serve_instead(&mut market, settings, &everything()).await;
    market.suite.rest().await;
    let merchant = market.cast("merchant");
    let opened = merchant.get(&escrow(order)).await.ok();
    assert_eq!((&opened["order"], &opened["status"]), (&json!(order), &json!("awaiting_payment")));
    assert_eq!(events(&merchant, &escrow(order)).await, ["opened"]);
    let published = market.suite.published().await;
    let told = published.iter().filter(|message| message.source == "orders" && message.subject == order);
    assert_eq!(told.map(|message| message.fact()).collect::<Vec<_>>(), ["placed"]);
    // The caller who lost the answer asks again, and it is the same order.
    let again = merchant.post_with("/v1/orders", placement(&market), &[("Idempotency-Key", &key)]).await;
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(again.ok(), placed);
    pay(&market, order).await;
    assert_eq!(merchant.get(&format!("/v1/orders/{order}")).await.ok()["status"], "funded");
    is_sound(&market);
}

// ---- The broker's data wiped after the confirm ----

/// Loses everything that the broker has confirmed and not yet delivered.
async fn wipe_broker(suite: &Suite) {
    let names: Vec<_> = everything().iter().map(|service| service.context()).collect();
    broker::manual::remove(&amqp(suite), &names).await.expect("the queues go");
}

fn amqp(suite: &Suite) -> broker::Settings {
    broker::Settings { url: suite.settings.amqp.url.clone(), prefix: suite.settings.amqp.prefix.clone() }
}

/// Puts the messages of a span of time into the outboxes again; how many of orders.
fn republish(suite: &Suite, from: Time, to: Time) -> u64 {
    let mut of_orders = 0;
    for service in everything() {
        let mut conn = suite.conn(service.context());
        for host in service.hosts() {
            let done = host.republish(&mut conn, service.context(), from, to).expect("the journal can be read");
            of_orders += if service.context() == "orders" { done } else { 0 };
        }
    }
    of_orders
}

#[tokio::test(flavor = "multi_thread")]
async fn b2_wiped_broker_is_made_good_by_republish() {
    let mut market = Market::after(ON_SALE).await;
    market.suite.running.take().unwrap().stop().await;
    // Nobody takes what settlement is sent: it waits in its queue, confirmed.
    let mut others = everything();
    others.retain(|service| service.context() != "settlement");
    let settings = market.suite.settings.clone();
    serve_instead(&mut market, settings.clone(), &others).await;
    let from = market.suite.now().await;
    let merchant = market.suite.with_token(market.played.tokens["merchant"].clone());
    let kept = place(&market).await;
    let cancelled = place(&market).await;
    let reason = json!({"reason": "We changed our plans."});
    merchant.post(&format!("/v1/orders/{cancelled}/cancel"), reason).await.ok();
    let to = market.suite.now().await;
    let suite = &market.suite;
    eventually("everything is confirmed", || async { count(suite, "orders", "outbox") == 0 }).await;
    market.suite.running.take().unwrap().stop().await;
    wipe_broker(&market.suite).await;

    serve_instead(&mut market, settings, &everything()).await;
    market.suite.rest().await;
    let merchant = market.cast("merchant");
    for order in [&kept, &cancelled] {
        assert_eq!(merchant.get(&escrow(order)).await.status, 404, "the message was lost");
    }
    let before = effects(&market.suite);
    assert!(republish(&market.suite, from, to) >= 3, "two orders placed, one cancelled");
    market.suite.rest().await;
    let status = async |order: &str| merchant.get(&escrow(order)).await.ok()["status"].clone();
    assert_eq!((status(&kept).await, status(&cancelled).await), (json!("awaiting_payment"), json!("closed")));
    let opened = count(
        &market.suite,
        "settlement",
        "journal WHERE event = 'opened' AND aggregate IN (SELECT id FROM aggregates WHERE kind = 'escrow')",
    );
    assert_eq!(opened, 2, "each escrow is opened once");
    // What had arrived before the loss does nothing again.
    let after = effects(&market.suite);
    let elsewhere =
        |all: &[(&'static str, i64)]| all.iter().filter(|(it, _)| *it != "settlement").copied().collect::<Vec<_>>();
    assert_eq!(elsewhere(&after), elsewhere(&before));
    // And nothing does when all history is told once more.
    republish(&market.suite, Time::UNIX_EPOCH, market.suite.now().await);
    market.suite.rest().await;
    assert_eq!(effects(&market.suite), after);
    pay(&market, &kept).await;
    assert_eq!(merchant.get(&format!("/v1/orders/{kept}")).await.ok()["status"], "funded");
    is_sound(&market);
}
