//! What is done by hand, one call at a time: declare a queue, publish a message, read a queue empty, remove queues.
use crate::dead::put;
use crate::session::{Session, Settings, Trouble};
use crate::topology::Topology;
use contracts::Message;
use lapin::options::{BasicAckOptions, BasicGetOptions, ExchangeDeleteOptions, QueueDeleteOptions};
use lapin::{BasicProperties, Channel};

/// Declares the queue of `name` and binds it, as a context's consumer would.
pub async fn declare(settings: &Settings, name: &str, bindings: &[&str]) -> Result<(), Trouble> {
    Session::open(settings, name, "manual", bindings).await?.close().await;
    Ok(())
}

/// Publishes a message to whoever is bound to it, and waits for the confirm.
pub async fn publish(settings: &Settings, message: &Message) -> Result<(), Trouble> {
    let session = Session::without_queue(settings, &message.source, "manual").await?;
    let exchange = session.topology.exchange.clone();
    let sent = send(&session.channel, &exchange, message.routing_key(), message).await;
    session.close().await;
    sent
}

/// Takes everything out of the queue of `name`, oldest first; what is no message is left out.
pub async fn drain(settings: &Settings, name: &str) -> Result<Vec<Message>, Trouble> {
    let session = Session::open(settings, name, "manual", &[]).await?;
    let mut messages = vec![];
    let queue = session.topology.queue.clone();
    while let Some(got) = session.channel.basic_get(queue.as_str().into(), BasicGetOptions::default()).await? {
        messages.extend(serde_json::from_slice::<Message>(&got.delivery.data));
        got.delivery.ack(BasicAckOptions::default()).await?;
    }
    session.close().await;
    Ok(messages)
}

/// Removes the queues of these names and the exchanges of the prefix, with all that is in them.
pub async fn remove(settings: &Settings, names: &[&str]) -> Result<(), Trouble> {
    let session = Session::without_queue(settings, "manual", "remover").await?;
    for name in names {
        let topology = Topology::new(&settings.prefix, name);
        for queue in [&topology.queue, &topology.dead_queue] {
            session.channel.queue_delete(queue.as_str().into(), QueueDeleteOptions::default()).await?;
        }
    }
    for exchange in [&session.topology.exchange, &session.topology.dead_exchange] {
        session.channel.exchange_delete(exchange.as_str().into(), ExchangeDeleteOptions::default()).await?;
    }
    session.close().await;
    Ok(())
}

/// Sends a message straight to a context's queue.
pub(crate) async fn to_queue(channel: &Channel, topology: &Topology, message: &Message) -> Result<(), Trouble> {
    send(channel, "", &topology.queue, message).await
}

async fn send(channel: &Channel, exchange: &str, key: &str, message: &Message) -> Result<(), Trouble> {
    let bytes = serde_json::to_vec(message).map_err(|error| Trouble::NotTaken(error.to_string()))?;
    let properties = BasicProperties::default()
        .with_delivery_mode(2)
        .with_content_type("application/cloudevents+json".into())
        .with_message_id(message.id.to_string().into());
    put(channel, exchange, key, &bytes, properties).await
}
