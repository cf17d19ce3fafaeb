//! A TCP proxy before the broker that can fall silent: what the broker says no longer gets through.
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub struct Proxy {
    pub url: String,
    pub connections: Arc<AtomicUsize>,
    mute: watch::Sender<usize>,
}

impl Proxy {
    /// Before the broker at `url`.
    pub async fn before(url: &str) -> Self {
        let (head, rest) = url.rsplit_once('@').unwrap();
        let (address, vhost) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("{head}@{}/{vhost}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let (mute, muted) = watch::channel(0);
        tokio::spawn(accept(listener, address.to_owned(), connections.clone(), muted));
        Self { url, connections, mute }
    }

    /// Silences the connections there are; later ones work.
    pub fn mute(&self) {
        self.mute.send_replace(self.connections.load(Ordering::SeqCst));
    }
}

async fn accept(listener: TcpListener, address: String, connections: Arc<AtomicUsize>, muted: watch::Receiver<usize>) {
    while let Ok((client, _)) = listener.accept().await {
        let broker = TcpStream::connect(&address).await.unwrap();
        let number = connections.fetch_add(1, Ordering::SeqCst) + 1;
        let (mut from_client, to_client) = client.into_split();
        let (from_broker, mut to_broker) = broker.into_split();
        tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_broker).await });
        tokio::spawn(talk(from_broker, to_client, number, muted.clone()));
    }
}

async fn talk(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    number: usize,
    muted: watch::Receiver<usize>,
) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if number > *muted.borrow() && to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}
