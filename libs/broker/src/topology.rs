//! Names and arguments of the exchanges and queues, declared in code at every connect.
//!
//! One topic exchange for all contexts; one quorum queue per context, whose hopeless messages go, at least once, to a
//! direct exchange and from there to the context's dead queue.
use crate::session::Trouble;
use lapin::options::{ExchangeDeclareOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{Channel, ExchangeKind};

/// How often a message is delivered in vain before it is dead-lettered. RabbitMQ 3.10 has no default.
pub const DELIVERY_LIMIT: i64 = 20;

/// A context and what its queue is bound to.
pub type Neighbour = (&'static str, &'static [&'static str]);

/// The names of one context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topology {
    /// The topic exchange of all contexts.
    pub exchange: String,
    /// The direct exchange of dead letters; the routing key is the context.
    pub dead_exchange: String,
    /// The context's queue.
    pub queue: String,
    /// The context's dead letters.
    pub dead_queue: String,
    context: String,
}

impl Topology {
    /// The names of `context` under `prefix`.
    pub fn new(prefix: &str, context: &str) -> Self {
        Self {
            exchange: format!("{prefix}guildhall"),
            dead_exchange: format!("{prefix}guildhall.dead"),
            queue: format!("{prefix}{context}"),
            dead_queue: format!("{prefix}{context}.dead"),
            context: context.to_owned(),
        }
    }

    /// The routing key of this context's dead letters.
    pub fn dead_key(&self) -> &str {
        &self.context
    }

    /// Declares the exchanges; what is there already stays.
    pub async fn declare_exchanges(&self, channel: &Channel) -> Result<(), Trouble> {
        for (name, kind) in [(&self.exchange, ExchangeKind::Topic), (&self.dead_exchange, ExchangeKind::Direct)] {
            let options = ExchangeDeclareOptions { durable: true, ..Default::default() };
            channel.exchange_declare(name.as_str().into(), kind, options, FieldTable::default()).await?;
        }
        Ok(())
    }

    /// Declares the context's queues between the exchanges and binds the first to `bindings`; what is there already stays.
    pub async fn declare_queues(&self, channel: &Channel, bindings: &[&str]) -> Result<(), Trouble> {
        self.queue(channel, &self.dead_queue, &[]).await?;
        let text = |text: &str| AMQPValue::LongString(text.into());
        let arguments = [
            ("x-delivery-limit", AMQPValue::LongLongInt(DELIVERY_LIMIT)),
            ("x-dead-letter-exchange", text(&self.dead_exchange)),
            ("x-dead-letter-routing-key", text(self.dead_key())),
            ("x-dead-letter-strategy", text("at-least-once")),
            ("x-overflow", text("reject-publish")),
        ];
        self.queue(channel, &self.queue, &arguments).await?;
        self.bind(channel, &self.dead_queue, &self.dead_exchange, self.dead_key()).await?;
        for pattern in bindings {
            self.bind(channel, &self.queue, &self.exchange, pattern).await?;
        }
        Ok(())
    }

    async fn queue(&self, channel: &Channel, name: &str, more: &[(&str, AMQPValue)]) -> Result<(), Trouble> {
        let mut arguments = FieldTable::default();
        arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
        for (key, value) in more {
            arguments.insert((*key).into(), value.clone());
        }
        channel.queue_declare(name.into(), QueueDeclareOptions::durable(), arguments).await?;
        Ok(())
    }

    async fn bind(&self, channel: &Channel, queue: &str, exchange: &str, pattern: &str) -> Result<(), Trouble> {
        let arguments = FieldTable::default();
        Ok(channel
            .queue_bind(queue.into(), exchange.into(), pattern.into(), QueueBindOptions::default(), arguments)
            .await?)
    }
}

/// Whether a topic pattern takes a routing key: `*` stands for one word, `#` for any number.
pub(crate) fn matches(pattern: &str, key: &str) -> bool {
    fn from(pattern: &[&str], key: &[&str]) -> bool {
        match pattern.split_first() {
            None => key.is_empty(),
            Some((&"#", rest)) => (0..=key.len()).any(|taken| from(rest, &key[taken..])),
            Some((word, rest)) => {
                key.first().is_some_and(|first| *word == "*" || word == first) && from(rest, &key[1..])
            }
        }
    }
    from(&pattern.split('.').collect::<Vec<_>>(), &key.split('.').collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn topic_patterns_take_words_as_the_broker_does() {
        for (pattern, key, takes) in [
            ("settlement.escrow.held", "settlement.escrow.held", true),
            ("settlement.escrow.held", "settlement.escrow.opened", false),
            ("settlement.escrow.#", "settlement.escrow.opened", true),
            ("settlement.#", "settlement.escrow.opened", true),
            ("#", "settlement.escrow.opened", true),
            ("*.escrow.*", "settlement.escrow.opened", true),
            ("*.escrow", "settlement.escrow.opened", false),
            ("settlement.escrow.#.x", "settlement.escrow.opened", false),
        ] {
            assert_eq!(matches(pattern, key), takes, "{pattern} {key}");
        }
    }
}
