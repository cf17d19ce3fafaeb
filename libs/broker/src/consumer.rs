//! The consumer: from a context's queue into its inbox.
//!
//! Up to 64 messages are applied at a time; those about one subject one after the other, as they came. A message is
//! acknowledged after its effect is committed. One that cannot be applied is tried again in process, then put back with
//! a pause that grows with its deliveries, and is dead-lettered with the reason when they reach the limit; the queue's
//! own limit stands behind that for messages that kill their consumer. Order is a courtesy here: with several replicas,
//! or after a retry, a subject's messages may come in any order, and inboxes are right in any.
use crate::idle::{Held, Idle};
use crate::inbox::{Inbox, Received, Rejected};
use crate::lanes::Lanes;
use crate::session::{Pause, Session, Settings, Trouble, backoff, stopped};
use crate::topology::{DELIVERY_LIMIT, Topology};
use crate::{dead, session};
use contracts::Message;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions};
use lapin::types::FieldTable;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// How many messages the broker hands over ahead.
const PREFETCH: u16 = 256;
/// How many are applied at a time: one batch of the engine.
const AT_ONCE: usize = 64;
/// How often a message is tried before it is put back, and the first pause in between.
const TRIES: u32 = 3;
const BETWEEN_TRIES: Duration = Duration::from_millis(50);
/// The pause before what comes too early is put back, doubled with each delivery, and its bound: the twenty deliveries
/// take more than seven minutes together.
const LATER: Duration = Duration::from_millis(500);
const LONGEST_LATER: Duration = Duration::from_secs(30);
/// The pause before what fails is put back.
const POISON: Duration = Duration::from_millis(50);
/// How long the work in hand may take after the stop signal.
const DRAIN: Duration = Duration::from_secs(10);

/// Consumes until `stop`; what is in hand by then is finished. Reconnects by itself.
pub async fn run(context: &'static str, inbox: Arc<dyn Inbox>, settings: Settings, stop: watch::Receiver<bool>) {
    run_watched(context, inbox, settings, Idle::default(), stop).await;
}

/// The same, telling `idle` what is in hand.
pub async fn run_watched(
    context: &'static str,
    inbox: Arc<dyn Inbox>,
    settings: Settings,
    idle: Idle,
    mut stop: watch::Receiver<bool>,
) {
    let mut pause = Pause::new();
    idle.begins(context, &settings);
    while let Err(trouble) = session(context, &inbox, &settings, &idle, &mut stop).await {
        pause.after(&trouble, context, "consumer", &mut stop).await;
        if *stop.borrow() {
            break;
        }
    }
}

async fn session(
    context: &'static str,
    inbox: &Arc<dyn Inbox>,
    settings: &Settings,
    idle: &Idle,
    stop: &mut watch::Receiver<bool>,
) -> Result<(), Trouble> {
    let broker = Session::open(settings, context, "consumer", inbox.bindings()).await?;
    let channel = &broker.channel;
    channel.basic_qos(PREFETCH, BasicQosOptions::default()).await?;
    let queue = broker.topology.queue.as_str().into();
    let options = BasicConsumeOptions::default();
    let mut deliveries = channel.basic_consume(queue, "".into(), options, FieldTable::default()).await?;
    let (inbox, idle, topology) = (inbox.clone(), idle.clone(), broker.topology.clone());
    let desk = Desk { context, inbox, channel: channel.clone(), topology, idle };
    let mut floor = Floor { desk: Arc::new(desk), lanes: Lanes::new(), working: FuturesUnordered::new() };
    let mut resting = FuturesUnordered::new();
    while !*stop.borrow() {
        tokio::select! {
            () = stopped(stop) => {}
            Some(done) = floor.working.next() => resting.extend(floor.finish(done?)),
            Some(back) = resting.next() => back?,
            next = deliveries.next(), if floor.working.len() < AT_ONCE => {
                floor.begin(next.ok_or(Trouble::Cancelled)??);
            }
        }
    }
    channel.basic_cancel(deliveries.tag(), BasicCancelOptions::default()).await?;
    let drained = async {
        while let Some(done) = floor.working.next().await {
            done?;
        }
        Ok::<_, Trouble>(())
    };
    timeout(DRAIN, drained).await.unwrap_or(Err(Trouble::Silent))?;
    broker.close().await;
    Ok(())
}

type Rest = BoxFuture<'static, Result<(), Trouble>>;

/// What is being applied, and what waits for its turn.
struct Floor {
    desk: Arc<Desk>,
    lanes: Lanes<Work>,
    working: FuturesUnordered<BoxFuture<'static, Result<Done, Trouble>>>,
}

impl Floor {
    fn begin(&mut self, delivery: Delivery) {
        let context = self.desk.context;
        if delivery.redelivered {
            metrics::counter!("guildhall_messages_redelivered_total", "context" => context).increment(1);
        }
        let message = self.desk.open(&delivery);
        // What has no readable subject shares a lane of its own.
        let lane = message.as_ref().map(|message| message.subject.clone()).unwrap_or_default();
        let held = self.desk.idle.hold();
        if let Some(work) = self.lanes.enter(&lane, Work { delivery, message, held }) {
            self.start(lane, work);
        }
    }

    fn start(&mut self, lane: String, work: Work) {
        self.working.push(self.desk.clone().work(lane, work).boxed());
    }

    /// Lets the next one into the lane; answers what is to rest before it is put back.
    fn finish(&mut self, done: Done) -> Option<Rest> {
        if let Some(next) = self.lanes.leave(&done.lane) {
            self.start(done.lane, next);
        }
        let (delivery, pause) = done.rests?;
        let held = done.held;
        Some(
            async move {
                let _held = held;
                tokio::time::sleep(pause).await;
                delivery.nack(BasicNackOptions { requeue: true, ..Default::default() }).await?;
                Ok(())
            }
            .boxed(),
        )
    }
}

/// A delivery and the message in it, or why it is none.
struct Work {
    delivery: Delivery,
    message: Result<Message, String>,
    held: Held,
}

/// A delivery that was dealt with, or that rests for a while before it is put back.
struct Done {
    lane: String,
    rests: Option<(Delivery, Duration)>,
    held: Held,
}

/// What applying needs.
struct Desk {
    context: &'static str,
    inbox: Arc<dyn Inbox>,
    channel: lapin::Channel,
    topology: Topology,
    idle: Idle,
}

impl Desk {
    /// Reads and checks the envelope.
    fn open(&self, delivery: &Delivery) -> Result<Message, String> {
        let message: Message = serde_json::from_slice(&delivery.data).map_err(|error| error.to_string())?;
        check(&message)?;
        let key = delivery.routing_key.as_str();
        // Notes to the own context and replayed dead letters come by the queue's name.
        if delivery.exchange.as_str() == self.topology.exchange && key != message.routing_key() {
            return Err(format!("the routing key {key} is not that of type {}", message.r#type));
        }
        Ok(message)
    }

    async fn work(self: Arc<Self>, lane: String, work: Work) -> Result<Done, Trouble> {
        let Work { delivery, message, held } = work;
        let attempts = session::deliveries(&delivery.properties);
        let message = match message {
            Ok(message) => message,
            Err(reason) => {
                self.bury(&delivery, &format!("malformed: {reason}"), attempts).await?;
                return Ok(Done { lane, rests: None, held });
            }
        };
        if self.idle.passes(&message) {
            delivery.ack(BasicAckOptions::default()).await?;
            return Ok(Done { lane, rests: None, held });
        }
        fail::fail_point!("consumer::before_apply");
        let applied = self.apply(&message).await;
        fail::fail_point!("consumer::after_apply");
        let outcome = match &applied {
            Ok(Received::Applied) => "applied",
            Ok(Received::Ignored) => "ignored",
            Err(Rejected::Later(_)) => "later",
            Err(Rejected::Poison(_)) => "poison",
        };
        metrics::counter!("guildhall_messages_consumed_total", "context" => self.context, "outcome" => outcome)
            .increment(1);
        let rests = match applied {
            Ok(_) => {
                delivery.ack(BasicAckOptions::default()).await?;
                None
            }
            Err(rejected) if attempts >= DELIVERY_LIMIT => {
                self.bury(&delivery, &rejected.to_string(), attempts).await?;
                None
            }
            Err(rejected) => Some((delivery, self.pause(&message, &rejected, attempts))),
        };
        Ok(Done { lane, rests, held })
    }

    /// A few tries in process; a panic is the message's own.
    async fn apply(&self, message: &Message) -> Result<Received, Rejected> {
        for nth in 0.. {
            let received = AssertUnwindSafe(async { self.inbox.receive(message).await }).catch_unwind().await;
            match received {
                Ok(Err(Rejected::Later(_))) if nth + 1 < TRIES => {
                    tokio::time::sleep(backoff(BETWEEN_TRIES, 2 * nth, LATER)).await;
                }
                Ok(received) => return received,
                Err(_) => break,
            }
        }
        Err(Rejected::Poison("the inbox panicked".into()))
    }

    /// How long it rests before it is put back.
    fn pause(&self, message: &Message, rejected: &Rejected, attempts: i64) -> Duration {
        let (context, id, kind) = (self.context, message.id, &message.r#type);
        match rejected {
            Rejected::Later(reason) => {
                tracing::info!(context, %id, r#type = kind, attempts, reason, "a message will be tried later");
                backoff(LATER, u32::try_from(attempts - 1).unwrap_or(0), LONGEST_LATER)
            }
            Rejected::Poison(reason) => {
                tracing::warn!(context, %id, r#type = kind, attempts, reason, "a message could not be applied");
                backoff(POISON, 0, POISON)
            }
        }
    }

    /// Hands it to the dead letters, with the reason, before it leaves the queue.
    async fn bury(&self, delivery: &Delivery, reason: &str, attempts: i64) -> Result<(), Trouble> {
        dead::bury(&self.channel, &self.topology, delivery, reason, attempts).await?;
        delivery.ack(BasicAckOptions::default()).await?;
        let id = delivery.properties.message_id().as_ref().map(|id| id.as_str().to_owned());
        tracing::error!(context = self.context, id, reason, attempts, "a message is dead-lettered");
        Ok(())
    }
}

/// CloudEvents 1.0 as `contracts` has it, and a `type` that begins with the `source`.
fn check(message: &Message) -> Result<(), String> {
    let words: Vec<&str> = message.r#type.split('.').collect();
    let [system, context, kind, fact] = words[..] else {
        return Err(format!("type {} is not guildhall.<context>.<kind>.<fact>", message.r#type));
    };
    let checks = [
        (message.specversion == "1.0", "specversion is not 1.0"),
        (message.datacontenttype == "application/json", "datacontenttype is not application/json"),
        (system == "guildhall" && !kind.is_empty() && !fact.is_empty(), "type has an empty or foreign word"),
        (context == message.source, "the source does not own the type"),
        (!message.subject.is_empty(), "subject is empty"),
        (message.sequence >= 0, "sequence is negative"),
    ];
    match checks.iter().find(|(holds, _)| !holds) {
        Some((_, reason)) => Err((*reason).to_owned()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        serde_json::from_value(serde_json::json!({
            "specversion": "1.0", "id": "0190b0c0-0000-7000-8000-000000000001", "source": "orders",
            "type": "guildhall.orders.order.completed", "subject": "ord_1", "sequence": 1,
            "time": "2026-11-01T00:00:00Z", "datacontenttype": "application/json", "data": {}
        }))
        .unwrap()
    }

    #[test]
    fn an_envelope_is_checked_field_by_field() {
        assert_eq!(check(&message()), Ok(()));
        type Spoil = fn(&mut Message);
        let spoils: [(Spoil, &str); 6] = [
            (|it| it.specversion = "0.3".into(), "specversion"),
            (|it| it.datacontenttype = "text/plain".into(), "datacontenttype"),
            (|it| it.source = "disputes".into(), "source"),
            (|it| it.r#type = "guildhall.orders.order".into(), "type"),
            (|it| it.subject = String::new(), "subject"),
            (|it| it.sequence = -1, "sequence"),
        ];
        for (spoil, word) in spoils {
            let mut spoilt = message();
            spoil(&mut spoilt);
            assert!(check(&spoilt).is_err_and(|reason| reason.contains(word)), "{word}");
        }
    }
}
