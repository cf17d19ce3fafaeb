//! Dead letters: messages that could not be applied, kept in the context's `dead_letters`, visible and replayable.
//!
//! The way there: the consumer (with the reason) or the broker (at the delivery limit) puts the message into the
//! context's dead queue; [`run`] moves it into the table and acknowledges after the commit. The way back is [`replay`].
use crate::session::{Database, Pause, Session, Settings, Trouble, integer, stopped};
use crate::topology::{DELIVERY_LIMIT, Topology};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text, Timestamptz, Uuid as SqlUuid};
use futures_util::StreamExt;
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Confirmation};
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::timeout;
use uuid::Uuid;

const REASON: &str = "guildhall-reason";
const ATTEMPTS: &str = "guildhall-attempts";
/// The longest reason that is kept, in characters.
const LONGEST_REASON: usize = 1_000;
/// How long the broker may take to take one.
const CONFIRM: std::time::Duration = std::time::Duration::from_secs(5);
/// Namespace of ids for dead letters that have none of their own.
const NAMELESS: Uuid = Uuid::from_u128(0x1f0c_7c1e_0f7b_5a55_8d2b_5a0e_9c5b_d3a4);

/// A message that could not be applied.
#[derive(QueryableByName, Clone, Debug, PartialEq)]
pub struct DeadLetter {
    /// The message's id, or one made from its bytes when it has none.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// The context that sent it; empty when it does not say.
    #[diesel(sql_type = Text)]
    pub source: String,
    /// Its type; empty when it does not say.
    #[diesel(sql_type = Text)]
    pub r#type: String,
    /// The message as it came.
    #[diesel(sql_type = Text)]
    pub message: String,
    /// What was said when it was given up.
    #[diesel(sql_type = Text)]
    pub reason: String,
    /// How often it was delivered.
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    /// When it was written down.
    #[diesel(sql_type = Timestamptz)]
    pub at: DateTime<Utc>,
}

/// Moves dead letters into the table until `stop`; `url` is that of the context's schema. Reconnects by itself.
pub async fn run(context: &'static str, url: String, settings: Settings, mut stop: watch::Receiver<bool>) {
    let mut pause = Pause::new();
    while let Err(trouble) = session(context, &url, &settings, &mut stop).await {
        pause.after(&trouble, context, "dead", &mut stop).await;
        if *stop.borrow() {
            break;
        }
    }
}

async fn session(
    context: &'static str,
    url: &str,
    settings: &Settings,
    stop: &mut watch::Receiver<bool>,
) -> Result<(), Trouble> {
    let broker = Session::open(settings, context, "dead", &[]).await?;
    broker.channel.basic_qos(16, BasicQosOptions::default()).await?;
    let queue = broker.topology.dead_queue.as_str().into();
    let options = BasicConsumeOptions::default();
    let mut deliveries = broker.channel.basic_consume(queue, "".into(), options, FieldTable::default()).await?;
    // Opened with the first letter: most contexts never need it.
    let mut database = None;
    let mut pause = Pause::new();
    'letters: loop {
        let delivery = tokio::select! {
            () = stopped(stop) => break,
            next = deliveries.next() => next.ok_or(Trouble::Cancelled)??,
        };
        let letter = describe(&delivery);
        // It waits here for the database: putting it back would count against it.
        while let Err(trouble) = write_down(&mut database, url, letter.clone()).await {
            database = None;
            pause.after(&trouble, context, "dead", stop).await;
            if *stop.borrow() {
                break 'letters;
            }
        }
        delivery.ack(BasicAckOptions::default()).await?;
        metrics::counter!("guildhall_messages_dead_total", "context" => context).increment(1);
    }
    broker.close().await;
    Ok(())
}

async fn write_down(database: &mut Option<Database>, url: &str, letter: DeadLetter) -> Result<(), Trouble> {
    let database = match database {
        Some(database) => database,
        empty => empty.insert(Database::open(url).await?),
    };
    database.run(move |conn| keep(conn, &letter)).await
}

/// Publishes a delivery to the dead queue and waits for the confirm.
pub(crate) async fn bury(
    channel: &Channel,
    topology: &Topology,
    delivery: &Delivery,
    reason: &str,
    attempts: i64,
) -> Result<(), Trouble> {
    let mut headers = delivery.properties.headers().clone().unwrap_or_default();
    let reason: String = reason.chars().take(LONGEST_REASON).collect();
    headers.insert(REASON.into(), AMQPValue::LongString(reason.into()));
    headers.insert(ATTEMPTS.into(), AMQPValue::LongLongInt(attempts));
    let properties = delivery.properties.clone().with_headers(headers).with_delivery_mode(2);
    put(channel, &topology.dead_exchange, topology.dead_key(), &delivery.data, properties).await
}

pub(crate) async fn put(
    channel: &Channel,
    exchange: &str,
    key: &str,
    data: &[u8],
    properties: BasicProperties,
) -> Result<(), Trouble> {
    let options = BasicPublishOptions { mandatory: true, ..Default::default() };
    let confirmed =
        async { channel.basic_publish(exchange.into(), key.into(), options, data, properties).await?.await };
    match timeout(CONFIRM, confirmed).await {
        Ok(Ok(Confirmation::Ack(None))) => Ok(()),
        Ok(Ok(Confirmation::Ack(Some(_)) | Confirmation::Nack(_) | Confirmation::NotRequested)) => {
            Err(Trouble::NotTaken(key.to_owned()))
        }
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(Trouble::Silent),
    }
}

/// What is known of a dead letter: it may be anything but a message.
fn describe(delivery: &Delivery) -> DeadLetter {
    let envelope: Value = serde_json::from_slice(&delivery.data).unwrap_or_default();
    let word = |field: &str| envelope[field].as_str().unwrap_or_default().replace('\0', "");
    let named = envelope["id"].as_str().or(delivery.properties.message_id().as_ref().map(|id| id.as_str()));
    let headers = delivery.properties.headers().as_ref().map(FieldTable::inner);
    let header = |name: &str| headers.and_then(|headers| headers.get(name));
    let told = header(REASON).and_then(text);
    let attempts = match header(ATTEMPTS).and_then(integer) {
        Some(attempts) => attempts,
        // The broker gave it up by itself, after the delivery over its limit.
        None => DELIVERY_LIMIT + 1,
    };
    DeadLetter {
        id: named.and_then(|id| id.parse().ok()).unwrap_or_else(|| Uuid::new_v5(&NAMELESS, &delivery.data)),
        source: word("source"),
        r#type: word("type"),
        // Postgres keeps no NUL.
        message: String::from_utf8_lossy(&delivery.data).replace('\0', "\u{fffd}"),
        reason: told
            .unwrap_or_else(|| "the delivery limit was reached: its consumers died over it".into())
            .replace('\0', ""),
        attempts: i32::try_from(attempts).unwrap_or(i32::MAX),
        at: DateTime::UNIX_EPOCH,
    }
}

fn text(value: &AMQPValue) -> Option<String> {
    if let AMQPValue::LongString(text) = value { Some(text.to_string()) } else { None }
}

/// Writes it down; a letter that dies again takes its old place.
fn keep(conn: &mut PgConnection, letter: &DeadLetter) -> QueryResult<()> {
    engine::sql(
        "INSERT INTO dead_letters (id, source, type, message, reason, attempts, at) \
         VALUES ($1, $2, $3, $4, $5, $6, engine_now()) ON CONFLICT (id) DO UPDATE SET \
         message = excluded.message, reason = excluded.reason, attempts = excluded.attempts, at = excluded.at",
    )
    .bind::<SqlUuid, _>(letter.id)
    .bind::<Text, _>(&letter.source)
    .bind::<Text, _>(&letter.r#type)
    .bind::<Text, _>(&letter.message)
    .bind::<Text, _>(&letter.reason)
    .bind::<Integer, _>(letter.attempts)
    .execute(conn)
    .map(drop)
}

/// The newest `most` dead letters of the context whose schema `conn` is on.
pub fn list(conn: &mut PgConnection, most: i64) -> QueryResult<Vec<DeadLetter>> {
    engine::sql(format!("{SELECT} ORDER BY at DESC, id LIMIT $1")).bind::<BigInt, _>(most).load(conn)
}

const SELECT: &str = "SELECT id, source, type, message, reason, attempts, at FROM dead_letters";

/// Sends one dead letter to its context's own queue again and strikes it off once the broker has it; `url` is that of
/// the context's schema. False when there is no such letter.
pub async fn replay(context: &str, url: &str, settings: &Settings, id: Uuid) -> Result<bool, Trouble> {
    let mut database = Database::open(url).await?;
    let find = move |conn: &mut PgConnection| {
        engine::sql(format!("{SELECT} WHERE id = $1")).bind::<SqlUuid, _>(id).get_result(conn).optional()
    };
    let Some(letter) = database.run::<Option<DeadLetter>>(find).await? else {
        return Ok(false);
    };
    let broker = Session::open(settings, context, "replay", &[]).await?;
    let properties = BasicProperties::default()
        .with_delivery_mode(2)
        .with_content_type("application/cloudevents+json".into())
        .with_message_id(id.to_string().into());
    put(&broker.channel, "", &broker.topology.queue, letter.message.as_bytes(), properties).await?;
    // If it has died again by now, its row is a newer one and stays.
    let strike = move |conn: &mut PgConnection| {
        engine::sql("DELETE FROM dead_letters WHERE id = $1 AND at = $2")
            .bind::<SqlUuid, _>(id)
            .bind::<Timestamptz, _>(letter.at)
            .execute(conn)
    };
    database.run(strike).await?;
    broker.close().await;
    Ok(true)
}
