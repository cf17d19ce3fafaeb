//! The worker: hands over what is due, and records each attempt with its notice.
//!
//! A crash between the two hands the letter over again, under the same `Message-ID`; the attempt is recorded once.
use crate::host::NoticeHost;
use crate::mailer::{Answer, Mailer, Posted};
use crate::mails::{self, Queued};
use engine::engine::Sent;
use engine::look::query;
use engine::{Door, Fault, Key, Reply, applied};
use futures_util::{StreamExt, stream};
use kernel::{Actor, NoticeId};
use notifications_domain::Notices;
use notifications_domain::notice::Command;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use uuid::Uuid;

/// How often it looks.
const EVERY: Duration = Duration::from_millis(200);
/// How many letters it has under way at once. It takes no more, so that none waits here while its lease runs.
const AT_ONCE: u8 = 8;
/// As which source the mailer speaks.
const MAILER: &str = "mailer";

/// Between the mailer and the notices.
pub(crate) struct Desk {
    pub notices: Door<NoticeHost>,
    pub mailer: Arc<dyn Mailer>,
}

/// Works until `stop` turns true.
pub(crate) async fn run(desk: &Desk, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let taken = query(desk.notices.readers(), |conn| mails::take(conn, AT_ONCE.into())).await.unwrap_or_default();
        let is_full = taken.len() >= usize::from(AT_ONCE);
        stream::iter(taken).for_each_concurrent(usize::from(AT_ONCE), |queued| desk.attempt(queued)).await;
        if is_full {
            continue;
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

impl Desk {
    /// What cannot be recorded is tried again when the lease has passed.
    async fn attempt(&self, queued: Queued) {
        let id = queued.letter.id;
        let answer = self.mailer.post(queued.letter).await;
        count(&answer);
        let reply = self.notices.send(recording(id, queued.number, answer)).await;
        if !matches!(&reply, Ok(Reply { status: 200..300, .. })) {
            let said = reply.map_or_else(|fault: Fault| fault.to_string(), |reply| reply.body);
            tracing::error!(notice = %NoticeId(id), said, "an attempt to mail could not be recorded");
        }
    }
}

/// The attempt as a command, under a key of its own.
fn recording(id: Uuid, number: u32, answer: Answer) -> Sent<Notices> {
    Sent {
        id,
        actor: Actor::service(MAILER),
        command: Command::RecordAttempt { number, posted: answer.posted, said: answer.said },
        expect: None,
        key: Key::of_message(MAILER, Uuid::new_v5(&id, &number.to_be_bytes())),
        correlation: None,
        render: applied::<Notices>,
    }
}

fn count(answer: &Answer) {
    let outcome = match answer.posted {
        Posted::Accepted => "accepted",
        Posted::Deferred => "deferred",
        Posted::Refused => "refused",
    };
    metrics::counter!("guildhall_mails_total", "outcome" => outcome).increment(1);
}
