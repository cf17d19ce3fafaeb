//! What listings does with messages: rights to sell become fact rows, and each of the provider's listings is told by a
//! note of our own to look at them again.
use crate::facts;
use crate::host::ListingHost;
use broker::inbox::answered;
use broker::{Inbox, Received, Rejected};
use contracts::Message;
use contracts::onboarding::{Provider, Qualification};
use contracts::settlement::Purse;
use diesel::prelude::*;
use engine::{Door, Place, Recorder};
use futures_util::future::BoxFuture;
use kernel::ListingId;
use listings_domain::Command;

/// What the context's queue is bound to.
pub(crate) const BINDINGS: &[&str] =
    &["onboarding.qualification.#", "onboarding.provider.#", "settlement.purse.changed"];

/// The context's inbox.
pub(crate) struct Inbound {
    pub door: Door<ListingHost>,
    pub recorder: Recorder,
}

impl Inbox for Inbound {
    fn bindings(&self) -> &'static [&'static str] {
        BINDINGS
    }

    fn receive<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<Received, Rejected>> {
        Box::pin(async move {
            match (message.source.as_str(), message.kind(), message.fact()) {
                ("onboarding", "qualification", _) => {
                    let read: Qualification = message.read()?;
                    self.record(message, (0, read.qualification.0), move |tx, message| {
                        facts::qualification(tx, message, &read)
                    })
                    .await
                }
                ("onboarding", "provider", _) => {
                    let read: Provider = message.read()?;
                    self.record(message, (1, read.provider.0), move |tx, message| facts::provider(tx, message, &read))
                        .await
                }
                ("settlement", "purse", "changed") => {
                    let read: Purse = message.read()?;
                    self.record(message, (1, read.provider.0), move |tx, message| facts::purse(tx, message, &read))
                        .await
                }
                ("listings", "listing", facts::RECHECK) => self.recheck(message).await,
                _ => Ok(Received::Ignored),
            }
        })
    }
}

impl Inbound {
    /// Writes fact rows, once per message.
    async fn record(
        &self,
        message: &Message,
        place: Place,
        write: impl Fn(&mut PgConnection, &Message) -> QueryResult<()> + Send + 'static,
    ) -> Result<Received, Rejected> {
        self.recorder.record(message, place, write).await?;
        Ok(Received::Applied)
    }

    async fn recheck(&self, note: &Message) -> Result<Received, Rejected> {
        let id: ListingId = note.subject.parse().map_err(|error| Rejected::Poison(format!("{error}")))?;
        answered(self.door.send_message(note, id.0, Command::RecheckProvider).await)
    }
}
