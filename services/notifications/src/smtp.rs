//! A mailer over SMTP, to a relay of the operator's next door: it talks no TLS and knows no password, so it must not
//! cross a network that others read.
use crate::mailer::{Answer, Letter, Mailer, Posted, written};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use lettre::message::Mailbox;
use lettre::transport::smtp::Error;
use lettre::{SmtpTransport, Transport};
use std::time::Duration;

/// How long the relay may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The way to the relay.
pub(crate) struct Smtp {
    transport: SmtpTransport,
    from: Mailbox,
}

impl Smtp {
    /// To the relay at this host and port; nothing is opened yet.
    pub(crate) fn new(host: &str, port: u16, from: &str) -> Result<Self, lettre::address::AddressError> {
        let transport = SmtpTransport::builder_dangerous(host).port(port).timeout(Some(PATIENCE)).build();
        Ok(Self { transport, from: from.parse()? })
    }
}

impl Mailer for Smtp {
    fn post(&self, letter: Letter) -> BoxFuture<'static, Answer> {
        let (transport, written) = (self.transport.clone(), written(&letter, &self.from));
        async move {
            let message = match written {
                Ok(message) => message,
                Err(refused) => return refused,
            };
            let sending = tokio::task::spawn_blocking(move || match transport.send(&message) {
                Ok(response) => Answer::new(Posted::Accepted, response.message().collect::<Vec<_>>().join(" ")),
                Err(error) => failed(&error),
            });
            sending.await.unwrap_or_else(|error| Answer::new(Posted::Deferred, error.to_string()))
        }
        .boxed()
    }
}

/// Only a permanent answer of the relay (5xx) refuses for good.
fn failed(error: &Error) -> Answer {
    let posted = if error.is_permanent() { Posted::Refused } else { Posted::Deferred };
    Answer::new(posted, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use notifications_domain::Language;
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use uuid::Uuid;

    /// A relay that takes one session and answers the recipient and the letter like this; answers what it was told.
    fn relay(to_recipient: &'static str, to_letter: &'static str) -> (u16, std::thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let session = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let (mut told, mut in_letter) = (String::new(), false);
            stream.write_all(b"220 relay\r\n").unwrap();
            while let Some(Ok(line)) = lines.next() {
                told.push_str(&line);
                told.push('\n');
                let answer = match line.split([' ', ':']).next().unwrap_or_default() {
                    "." if in_letter => {
                        in_letter = false;
                        to_letter
                    }
                    _ if in_letter => continue,
                    "RCPT" => to_recipient,
                    "DATA" => {
                        in_letter = true;
                        "354 go on"
                    }
                    "QUIT" => "221 bye",
                    _ => "250 fine",
                };
                if stream.write_all(format!("{answer}\r\n").as_bytes()).is_err() {
                    break;
                }
            }
            told
        });
        (port, session)
    }

    fn letter() -> Letter {
        Letter {
            id: Uuid::from_u128(7),
            to: "shop@example.com".into(),
            language: Language::En,
            subject: "Order ord_1 is delivered".into(),
            text: "Accept it.".into(),
        }
    }

    async fn posted(port: u16) -> Answer {
        let smtp = Smtp::new("127.0.0.1", port, "Guildhall <no-reply@guildhall.example>").unwrap();
        smtp.post(letter()).await
    }

    #[tokio::test]
    async fn a_relay_that_takes_the_letter_gets_all_of_it() {
        let (port, session) = relay("250 fine", "250 queued as 1");
        let answer = posted(port).await;
        assert_eq!(answer.posted, Posted::Accepted);
        assert!(answer.said.contains("queued as 1"), "{answer:?}");
        let told = session.join().unwrap();
        assert!(told.contains("RCPT TO:<shop@example.com>") && told.contains("Accept it."), "{told}");
    }

    #[tokio::test]
    async fn a_4xx_is_tried_again_and_a_5xx_is_for_good() {
        for (to_recipient, to_letter, expected) in [
            ("450 later", "250 fine", Posted::Deferred),
            ("550 no such box", "250 fine", Posted::Refused),
            ("250 fine", "451 later", Posted::Deferred),
            ("250 fine", "554 spam", Posted::Refused),
        ] {
            let (port, session) = relay(to_recipient, to_letter);
            assert_eq!(posted(port).await.posted, expected, "{to_recipient}, {to_letter}");
            session.join().unwrap();
        }
    }

    #[tokio::test]
    async fn a_relay_that_is_not_there_is_waited_for() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        assert_eq!(posted(port).await.posted, Posted::Deferred);
    }
}
