//! What listings does with messages: rights to sell become fact rows, and each of the provider's listings is told by a
//! note of our own to look at them again.
use crate::facts::{RECHECK, Said};
use crate::host::ListingHost;
use broker::inbox::answered;
use broker::{Inbox, Received, Rejected};
use contracts::Message;
use engine::{Door, Recorder};
use futures_util::future::BoxFuture;
use kernel::ListingId;
use listings_domain::Command;

/// What the context's queue is bound to.
pub(crate) const BINDINGS: &[&str] =
    &["onboarding.qualification.#", "onboarding.provider.#", "settlement.purse.changed"];

/// The context's inbox.
pub(crate) struct Inbound {
    pub door: Door<ListingHost>,
    pub recorder: Recorder<Said>,
}

impl Inbox for Inbound {
    fn bindings(&self) -> &'static [&'static str] {
        BINDINGS
    }

    fn receive<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<Received, Rejected>> {
        Box::pin(async move {
            match (message.source.as_str(), message.kind(), message.fact()) {
                ("onboarding", "qualification", _) => self.record(message, Said::Qualification(message.read()?)).await,
                ("onboarding", "provider", _) => self.record(message, Said::Provider(message.read()?)).await,
                ("settlement", "purse", "changed") => self.record(message, Said::Purse(message.read()?)).await,
                ("listings", "listing", RECHECK) => self.recheck(message).await,
                _ => Ok(Received::Ignored),
            }
        })
    }
}

impl Inbound {
    /// Writes fact rows, once per message.
    async fn record(&self, message: &Message, said: Said) -> Result<Received, Rejected> {
        self.recorder.record(message, said).await?;
        Ok(Received::Applied)
    }

    async fn recheck(&self, note: &Message) -> Result<Received, Rejected> {
        let id: ListingId = note.subject.parse().map_err(|error| Rejected::Poison(format!("{error}")))?;
        answered(self.door.send_message(note, id.0, Command::RecheckProvider).await)
    }
}
