//! One connection to the broker with everything declared, and the pause before the next one.
use crate::topology::Topology;
use lapin::options::ConfirmSelectOptions;
use lapin::types::AMQPValue;
use lapin::uri::AMQPUri;
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::time::timeout;

/// How long opening or closing a session may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Seconds after which a silent broker is given up, unless the URL says otherwise.
const HEARTBEAT: u16 = 10;
/// Milliseconds that a TCP connection may take, unless the URL says otherwise.
const CONNECT: u64 = 5_000;
/// Bytes of a frame, unless the URL says otherwise. The client fills room for 64 of them per connection before the first
/// message: at the broker's 128 KiB that is 8 MiB each, a hundred for the suite. Longer messages come in several frames.
const FRAME: u32 = 16 * 1024;
/// The pause after the first failure; it doubles up to `LONGEST`, so that a broker that is back is found in a second.
const SHORTEST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(1);
/// The bound after silence. A broker that hangs does not let go of abandoned connections either: they must not pile up.
const LONGEST_SILENT: Duration = Duration::from_secs(60);

/// Where the broker is.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `amqp://user:password@host:port/vhost`.
    pub url: String,
    /// What the names of exchanges and queues begin with: empty in production, unique in tests.
    pub prefix: String,
}

/// Why a session ended. All of it passes: the loops try again.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The URL is not one of a broker.
    #[error("the broker's URL cannot be used: {0}")]
    Url(String),
    /// The broker said no, or the connection broke.
    #[error("broker: {0}")]
    Broker(#[from] lapin::Error),
    /// Neither confirms nor anything else came in time.
    #[error("the broker does not answer")]
    Silent,
    /// The broker took the consumer away.
    #[error("the broker ended the consumer")]
    Cancelled,
    /// A message could not be put where it must not be missed.
    #[error("the broker did not take a message for {0}")]
    NotTaken(String),
    /// The database could not be asked.
    #[error("database: {0}")]
    Database(#[from] diesel::result::Error),
    /// The database could not be reached.
    #[error("database: {0}")]
    Unreachable(#[from] diesel::ConnectionError),
    /// A blocking task died.
    #[error("a database task died")]
    Task,
}

/// A connection with one channel in confirm mode.
pub(crate) struct Session {
    connection: Connection,
    pub channel: Channel,
    pub topology: Topology,
}

impl Session {
    /// Connects and declares everything; `bindings` are routing patterns of the context's queue.
    pub async fn open(settings: &Settings, context: &str, role: &str, bindings: &[&str]) -> Result<Self, Trouble> {
        Self::opened(settings, context, role, Some(bindings)).await
    }

    /// Connects and declares the exchanges alone: for who only publishes.
    pub async fn without_queue(settings: &Settings, context: &str, role: &str) -> Result<Self, Trouble> {
        Self::opened(settings, context, role, None).await
    }

    async fn opened(
        settings: &Settings,
        context: &str,
        role: &str,
        bindings: Option<&[&str]>,
    ) -> Result<Self, Trouble> {
        let mut uri: AMQPUri = settings.url.parse().map_err(Trouble::Url)?;
        uri.query.heartbeat.get_or_insert(HEARTBEAT);
        uri.query.connection_timeout.get_or_insert(CONNECT);
        uri.query.frame_max.get_or_insert(FRAME);
        let name = format!("guildhall-{context}-{role}");
        let opened = async {
            let properties = ConnectionProperties::default().with_connection_name(name.into());
            let connection = Connection::connect_uri(uri, properties).await?;
            let channel = connection.create_channel().await?;
            let topology = Topology::new(&settings.prefix, context);
            topology.declare_exchanges(&channel).await?;
            if let Some(bindings) = bindings {
                topology.declare_queues(&channel, bindings).await?;
            }
            channel.confirm_select(ConfirmSelectOptions::default()).await?;
            Ok(Self { connection, channel, topology })
        };
        timeout(PATIENCE, opened).await.unwrap_or(Err(Trouble::Silent))
    }

    /// Whether the broker has told its publishers to wait: memory or disk run short.
    pub fn is_blocked(&self) -> bool {
        self.connection.status().blocked()
    }

    /// Says goodbye. Trouble no longer matters: all that counts is acknowledged or will be repeated.
    pub async fn close(self) {
        let _ = timeout(PATIENCE, self.connection.close(200, "done".into())).await;
    }
}

/// The pauses between sessions.
pub(crate) struct Pause {
    next: Duration,
    since: Instant,
}

impl Pause {
    pub fn new() -> Self {
        Self { next: SHORTEST, since: Instant::now() }
    }

    /// Waits before the next session, or until `stop`. A session that lasted starts the count anew.
    pub async fn after(&mut self, trouble: &Trouble, context: &str, role: &str, stop: &mut watch::Receiver<bool>) {
        let is_silent = matches!(trouble, Trouble::Silent);
        if !is_silent && self.since.elapsed() > 10 * LONGEST {
            self.next = SHORTEST;
        }
        self.next = self.next.min(if is_silent { LONGEST_SILENT } else { LONGEST });
        metrics::counter!("guildhall_broker_sessions_lost_total", "context" => context.to_owned(), "role" => role.to_owned())
            .increment(1);
        tracing::warn!(context, role, %trouble, "a session ended and will be renewed");
        tokio::select! {
            () = tokio::time::sleep(jittered(self.next)) => {}
            () = stopped(stop) => {}
        }
        self.next *= 2;
        self.since = Instant::now();
    }
}

/// `first`, doubled for each try so far, at most `most`, with jitter.
pub(crate) fn backoff(first: Duration, tries: u32, most: Duration) -> Duration {
    jittered(first.saturating_mul(2_u32.saturating_pow(tries)).min(most))
}

/// Between three quarters and all of `pause`: whoever failed together does not come back together.
fn jittered(pause: Duration) -> Duration {
    pause.mul_f64(rand::random_range(0.75..=1.0))
}

/// Returns once `stop` is true, or nobody is left to say so.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// How often a message has been delivered, this time included; a quorum queue counts the earlier ones.
pub(crate) fn deliveries(properties: &BasicProperties) -> i64 {
    let headers = properties.headers().as_ref();
    headers.and_then(|headers| headers.inner().get("x-delivery-count")).and_then(integer).unwrap_or(0) + 1
}

/// An integer, whatever its width on the wire.
pub(crate) fn integer(value: &AMQPValue) -> Option<i64> {
    if let AMQPValue::LongLongInt(value) = value {
        Some(*value)
    } else if let AMQPValue::LongInt(value) = value {
        Some(i64::from(*value))
    } else if let AMQPValue::LongUInt(value) = value {
        Some(i64::from(*value))
    } else {
        None
    }
}

/// Runs database work off the async threads, on a connection that the caller keeps for itself.
pub(crate) struct Database(Option<diesel::PgConnection>);

impl Database {
    /// Connects.
    pub async fn open(url: &str) -> Result<Self, Trouble> {
        let url = url.to_owned();
        let conn =
            tokio::task::spawn_blocking(move || engine::connect::writer(&url)).await.map_err(|_| Trouble::Task)??;
        Ok(Self(Some(conn)))
    }

    /// Runs `work`; after an error the connection is not to be used again.
    pub async fn run<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut diesel::PgConnection) -> diesel::QueryResult<T> + Send + 'static,
    ) -> Result<T, Trouble> {
        let mut conn = self.0.take().ok_or(Trouble::Task)?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work(&mut conn);
            (conn, done)
        });
        let (conn, done) = done.await.map_err(|_| Trouble::Task)?;
        let done = done?;
        self.0 = Some(conn);
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_doubles_with_jitter_up_to_its_bound() {
        let (first, most) = (Duration::from_millis(100), Duration::from_secs(10));
        for (tries, whole) in [(0, 100), (1, 200), (5, 3_200), (7, 10_000), (40, 10_000)] {
            let pause = backoff(first, tries, most);
            let whole = Duration::from_millis(whole);
            assert!(pause <= whole && pause >= whole.mul_f64(0.74), "{tries}: {pause:?}");
        }
    }
}
