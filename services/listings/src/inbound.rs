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
use engine::Door;
use futures_util::future::BoxFuture;
use kernel::ListingId;
use listings_domain::Command;

/// What the context's queue is bound to.
pub(crate) const BINDINGS: &[&str] =
    &["onboarding.qualification.#", "onboarding.provider.#", "settlement.purse.changed"];

/// The context's inbox.
pub(crate) struct Inbound {
    pub door: Door<ListingHost>,
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
                    self.record(message, move |tx, message| facts::qualification(tx, message, &read)).await
                }
                ("onboarding", "provider", _) => {
                    let read: Provider = message.read()?;
                    self.record(message, move |tx, message| facts::provider(tx, message, &read)).await
                }
                ("settlement", "purse", "changed") => {
                    let read: Purse = message.read()?;
                    self.record(message, move |tx, message| facts::purse(tx, message, &read)).await
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
        write: impl FnOnce(&mut PgConnection, &Message) -> QueryResult<()> + Send + 'static,
    ) -> Result<Received, Rejected> {
        let (readers, message) = (self.door.readers().clone(), message.clone());
        let recorded = tokio::task::spawn_blocking(move || {
            let mut conn = readers.get().map_err(|error| Rejected::Later(error.to_string()))?;
            engine::engine::record(&mut conn, &message, |tx| write(tx, &message))?;
            Ok(Received::Applied)
        });
        recorded.await.unwrap_or_else(|error| Err(Rejected::Poison(error.to_string())))
    }

    async fn recheck(&self, note: &Message) -> Result<Received, Rejected> {
        let id: ListingId = note.subject.parse().map_err(|error| Rejected::Poison(format!("{error}")))?;
        answered(self.door.send_message(note, id.0, Command::RecheckProvider).await)
    }
}
