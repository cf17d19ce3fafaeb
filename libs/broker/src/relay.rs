//! The relay: from a context's outbox to the broker.
//!
//! One loop per context holds an advisory lock on a connection of its own; the replicas' loops wait for it. Two at once
//! by accident only make duplicates. At most one message of an aggregate is on its way at a time, so neither a nack nor
//! a returned message changes the order. What is not confirmed stays and is tried again, ever more slowly; it holds back
//! its aggregate's later messages and nobody else's.
use crate::outbox::{self, Row};
use crate::session::{Database, Pause, Session, Settings, Trouble, backoff, stopped};
use crate::topology::{Neighbour, Topology, matches};
use engine::Engine;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use lapin::options::BasicPublishOptions;
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::{BasicProperties, Channel, Confirmation};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, timeout};
use uuid::Uuid;

/// How many messages may wait for their confirm: 27,000 a second, against 2,100 one by one.
const WINDOW: usize = 256;
/// How often the outbox is looked at when nobody wakes the relay.
const POLL: Duration = Duration::from_millis(200);
/// The shortest time between two looks: what is written meanwhile is sent and removed together.
const PACE: Duration = Duration::from_millis(5);
/// How long a confirm may take. Silence has no other sign, and a broker under an alarm may hold what is on its way.
const CONFIRM: Duration = Duration::from_secs(5);
/// The pause before a message is tried again, doubled each time, and its bound.
const HOLD: Duration = Duration::from_millis(100);
const LONGEST_HOLD: Duration = Duration::from_secs(10);
/// How often a replica asks for the lock.
const LOCK: Duration = Duration::from_millis(500);
/// How often depth and age are measured.
const MEASURE: Duration = Duration::from_secs(5);

/// Relays until `stop`; what is on its way by then is still confirmed. Reconnects by itself, to both servers.
pub async fn run(engine: Engine, settings: Settings, stop: watch::Receiver<bool>) {
    run_among(engine, settings, &[], stop).await;
}

/// The same, once the queues of all `neighbours` stand: a topic exchange drops what a queue that is not there yet should
/// have got, though another one takes it.
pub async fn run_among(engine: Engine, settings: Settings, neighbours: &[Neighbour], mut stop: watch::Receiver<bool>) {
    let mut pause = Pause::new();
    while let Err(trouble) = session(&engine, &settings, neighbours, &mut stop).await {
        pause.after(&trouble, engine.context(), "relay", &mut stop).await;
        if *stop.borrow() {
            break;
        }
    }
}

async fn session(
    engine: &Engine,
    settings: &Settings,
    neighbours: &[Neighbour],
    stop: &mut watch::Receiver<bool>,
) -> Result<(), Trouble> {
    let mut database = Database::open(engine.url()).await?;
    if !lock(engine, &mut database, stop).await? {
        return Ok(());
    }
    let broker = Session::open(settings, engine.context(), "relay", &[]).await?;
    for (context, bindings) in neighbours {
        Topology::new(&settings.prefix, context).declare_queues(&broker.channel, bindings).await?;
    }
    let mut relay = Relay {
        context: engine.context(),
        database,
        broker,
        neighbours: neighbours.into(),
        flying: FuturesUnordered::new(),
        busy: HashSet::new(),
        held: HashMap::new(),
        heard: Instant::now(),
        measured: None,
    };
    let pumped = relay.pump(engine, stop).await;
    relay.gauge(outbox::Backlog::default(), 0);
    pumped?;
    relay.broker.close().await;
    Ok(())
}

/// Waits for the lock; false when it is time to stop.
async fn lock(engine: &Engine, database: &mut Database, stop: &mut watch::Receiver<bool>) -> Result<bool, Trouble> {
    let context = engine.context();
    while !*stop.borrow() {
        if database.run(move |conn| outbox::lock(conn, context)).await? {
            return Ok(true);
        }
        tokio::select! {
            () = tokio::time::sleep(LOCK) => {}
            () = stopped(stop) => {}
        }
    }
    Ok(false)
}

/// What became of a published message.
#[derive(Debug)]
enum Fate {
    Confirmed,
    /// No queue wants it.
    Returned,
    /// The broker could not keep it.
    Refused,
    /// No confirm came in time.
    Late,
    /// The row is no message; only a fault of the code writes one.
    Unreadable,
}

/// An aggregate whose oldest message failed.
struct Held {
    tries: u32,
    until: Instant,
}

/// The relay of one session.
struct Relay {
    context: &'static str,
    database: Database,
    broker: Session,
    neighbours: Arc<[Neighbour]>,
    flying: FuturesUnordered<BoxFuture<'static, (Row, Result<Fate, lapin::Error>)>>,
    /// Aggregates with a message on its way.
    busy: HashSet<Uuid>,
    held: HashMap<Uuid, Held>,
    /// When the broker last answered.
    heard: Instant,
    measured: Option<Instant>,
}

impl Relay {
    /// Publishes and settles until `stop`.
    async fn pump(&mut self, engine: &Engine, stop: &mut watch::Receiver<bool>) -> Result<(), Trouble> {
        let filled = engine.outbox_filled();
        let mut pace = tokio::time::interval(PACE);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !*stop.borrow() {
            pace.tick().await;
            let is_more = self.publish().await?;
            let mut landed = vec![];
            tokio::select! {
                biased;
                () = stopped(stop) => {}
                Some(one) = self.flying.next() => landed.push(one),
                () = std::future::ready(()), if is_more => {}
                () = filled.notified() => {}
                () = tokio::time::sleep(POLL) => {}
            }
            while let Some(Some(one)) = self.flying.next().now_or_never() {
                landed.push(one);
            }
            self.settle(landed).await?;
            self.measure().await?;
        }
        while let Some(one) = self.flying.next().await {
            self.settle(vec![one]).await?;
        }
        Ok(())
    }

    /// Sends the oldest messages of aggregates that have none on their way; answers whether there may be more to send.
    async fn publish(&mut self) -> Result<bool, Trouble> {
        let room = WINDOW - self.flying.len().min(WINDOW);
        if room == 0 || self.broker.is_blocked() {
            return Ok(false);
        }
        let now = Instant::now();
        let held = self.held.iter().filter(|(_, held)| held.until > now).map(|(aggregate, _)| *aggregate);
        let not_now: Vec<Uuid> = self.busy.iter().copied().chain(held).collect();
        let rows = self.database.run(move |conn| outbox::oldest(conn, not_now, room as i64)).await?;
        let is_full = rows.len() == room;
        for row in rows {
            if self.busy.insert(row.aggregate) {
                let route = self.route(row.own);
                self.flying.push(publish(self.broker.channel.clone(), route, row).boxed());
            }
        }
        Ok(is_full && self.flying.len() < WINDOW)
    }

    fn route(&self, own: bool) -> Route {
        let topology = &self.broker.topology;
        let neighbours = self.neighbours.clone();
        if own {
            Route { exchange: String::new(), key: Some(topology.queue.clone()), neighbours }
        } else {
            Route { exchange: topology.exchange.clone(), key: None, neighbours }
        }
    }

    /// Deletes what is confirmed, holds back what is not.
    async fn settle(&mut self, landed: Vec<(Row, Result<Fate, lapin::Error>)>) -> Result<(), Trouble> {
        let (mut confirmed, mut done) = (vec![], vec![]);
        for (row, fate) in landed {
            let fate = fate?;
            match fate {
                Fate::Confirmed | Fate::Returned | Fate::Refused => self.heard = Instant::now(),
                // A blocked broker has said why; a new connection would be blocked like this one.
                Fate::Late if self.heard.elapsed() >= CONFIRM && !self.broker.is_blocked() => {
                    return Err(Trouble::Silent);
                }
                Fate::Late | Fate::Unreadable => {}
            }
            if matches!(fate, Fate::Confirmed) {
                confirmed.push(row.id);
                done.push(row.aggregate);
            } else {
                self.hold(&row, &fate);
            }
        }
        if confirmed.is_empty() {
            return Ok(());
        }
        metrics::counter!("guildhall_messages_confirmed_total", "context" => self.context)
            .increment(confirmed.len() as u64);
        fail::fail_point!("relay::before_delete");
        self.database.run(move |conn| outbox::remove(conn, &confirmed)).await?;
        for aggregate in done {
            self.busy.remove(&aggregate);
            self.held.remove(&aggregate);
        }
        Ok(())
    }

    /// Keeps the row, and its aggregate's later ones, for a while.
    fn hold(&mut self, row: &Row, fate: &Fate) {
        let reason = match fate {
            Fate::Returned => "unroutable",
            Fate::Refused => "nack",
            Fate::Late | Fate::Confirmed => "timeout",
            Fate::Unreadable => "unreadable",
        };
        metrics::counter!("guildhall_messages_returned_total", "context" => self.context, "reason" => reason)
            .increment(1);
        self.busy.remove(&row.aggregate);
        let tries = self.held.get(&row.aggregate).map_or(0, |held| held.tries + 1);
        let until = Instant::now() + backoff(HOLD, tries, LONGEST_HOLD);
        self.held.insert(row.aggregate, Held { tries, until });
        // Once when it begins, then each time the pause has become long.
        if tries == 0 || tries.is_multiple_of(16) {
            tracing::warn!(context = self.context, aggregate = %row.aggregate, row = row.id, reason, tries,
                "a message was not taken by the broker; it is kept and tried again");
        }
    }

    async fn measure(&mut self) -> Result<(), Trouble> {
        if self.measured.is_some_and(|measured| measured.elapsed() < MEASURE) {
            return Ok(());
        }
        self.measured = Some(Instant::now());
        let backlog = self.database.run(outbox::backlog).await?;
        self.gauge(backlog, self.held.len());
        Ok(())
    }

    fn gauge(&self, backlog: outbox::Backlog, held: usize) {
        metrics::gauge!("guildhall_outbox_depth", "context" => self.context).set(backlog.depth as f64);
        metrics::gauge!("guildhall_outbox_age_seconds", "context" => self.context).set(backlog.age.unwrap_or(0.0));
        metrics::gauge!("guildhall_outbox_held_aggregates", "context" => self.context).set(held as f64);
    }
}

/// What the relay reads of a message; the rest goes through as it is.
#[derive(Deserialize)]
struct Head {
    id: Uuid,
    source: String,
    r#type: String,
    sequence: i64,
    traceparent: Option<String>,
}

/// Where a message goes.
struct Route {
    exchange: String,
    /// The routing key where it is not the message's own.
    key: Option<String>,
    neighbours: Arc<[Neighbour]>,
}

impl Route {
    /// Whether some context must get it. One whose queue is bound and not there is a fault; a fact that no context has
    /// bound is for listeners from outside, and there may be none.
    fn is_awaited(&self, key: &str) -> bool {
        let is_bound = |(_, bindings): &Neighbour| bindings.iter().any(|pattern| matches(pattern, key));
        self.key.is_some() || self.neighbours.is_empty() || self.neighbours.iter().any(is_bound)
    }
}

async fn publish(channel: Channel, route: Route, row: Row) -> (Row, Result<Fate, lapin::Error>) {
    let fate = match timeout(CONFIRM, send(&channel, route, &row)).await {
        Ok(fate) => fate,
        Err(_) => Ok(Fate::Late),
    };
    (row, fate)
}

async fn send(channel: &Channel, route: Route, row: &Row) -> Result<Fate, lapin::Error> {
    let Some((head, key)) = read(&row.message, route.key.clone()) else {
        tracing::error!(row = row.id, "an outbox row is not a message");
        return Ok(Fate::Unreadable);
    };
    fail::fail_point!("relay::before_publish");
    let options = BasicPublishOptions { mandatory: true, ..Default::default() };
    let properties = properties(&head);
    metrics::counter!("guildhall_messages_published_total", "context" => head.source).increment(1);
    let is_awaited = route.is_awaited(key.as_str());
    let exchange = route.exchange.into();
    let confirm = channel.basic_publish(exchange, key, options, row.message.as_bytes(), properties).await?;
    fail::fail_point!("relay::before_confirm");
    Ok(match confirm.await? {
        Confirmation::Ack(None) => Fate::Confirmed,
        Confirmation::Ack(Some(_)) if !is_awaited => Fate::Confirmed,
        Confirmation::Ack(Some(_)) => Fate::Returned,
        Confirmation::Nack(_) | Confirmation::NotRequested => Fate::Refused,
    })
}

/// The message's head and its routing key: `key`, or its type without the `guildhall.` in front.
fn read(message: &str, key: Option<String>) -> Option<(Head, ShortString)> {
    let head: Head = serde_json::from_str(message).ok()?;
    let key = key.unwrap_or_else(|| head.r#type.strip_prefix("guildhall.").unwrap_or(&head.r#type).to_owned());
    Some((head, ShortString::try_new(key).ok()?))
}

fn properties(head: &Head) -> BasicProperties {
    let mut headers = FieldTable::default();
    headers.insert("sequence".into(), AMQPValue::LongLongInt(head.sequence));
    if let Some(traceparent) = &head.traceparent {
        headers.insert("traceparent".into(), AMQPValue::LongString(traceparent.as_str().into()));
    }
    let properties = BasicProperties::default()
        .with_delivery_mode(2)
        .with_content_type("application/cloudevents+json".into())
        .with_message_id(head.id.to_string().into())
        .with_headers(headers);
    match ShortString::try_new(head.r#type.clone()) {
        Ok(kind) => properties.with_type(kind),
        Err(_) => properties,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &str = r#"{"specversion":"1.0","id":"0190b0c0-0000-7000-8000-000000000001","source":"orders",
        "type":"guildhall.orders.order.completed","subject":"ord_1","sequence":7,"time":"2026-11-01T00:00:00Z",
        "traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "datacontenttype":"application/json","data":{"much":"more"}}"#;

    #[test]
    fn a_message_is_persistent_and_carries_its_id_type_sequence_and_trace() {
        let (head, key) = read(MESSAGE, None).unwrap();
        assert_eq!(key.as_str(), "orders.order.completed");
        let properties = properties(&head);
        assert_eq!(*properties.delivery_mode(), Some(2));
        let texts = (properties.message_id().as_ref().unwrap(), properties.kind().as_ref().unwrap());
        assert_eq!(
            (texts.0.as_str(), texts.1.as_str()),
            ("0190b0c0-0000-7000-8000-000000000001", head.r#type.as_str())
        );
        let headers = properties.headers().as_ref().unwrap().inner();
        assert_eq!(headers["sequence"], AMQPValue::LongLongInt(7));
        assert_eq!(headers["traceparent"], AMQPValue::LongString(head.traceparent.clone().unwrap().into()));
    }

    #[test]
    fn a_note_goes_by_the_queues_name_and_nonsense_nowhere() {
        assert_eq!(read(MESSAGE, Some("orders".into())).unwrap().1.as_str(), "orders");
        assert!(read("{}", None).is_none());
        assert!(read(&MESSAGE.replace("completed", &"x".repeat(300)), None).is_none());
    }
}
