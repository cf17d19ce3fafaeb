//! What others tell: each fact that concerns a party becomes a notice to it (`templates`).
use crate::host::NoticeHost;
use crate::templates::{Decision, Missing, Templates};
use broker::inbox::answered;
use broker::{Inbox, Received, Rejected};
use contracts::Message;
use engine::engine::Sent;
use engine::{Door, Key, applied};
use futures_util::future::{BoxFuture, try_join_all};
use kernel::Actor;
use notifications_domain::Notices;
use notifications_domain::notice::{Command, Draft};
use uuid::Uuid;

/// What the context wants to hear.
pub(crate) const BINDINGS: &[&str] = &[
    "orders.order.#",
    "disputes.case.#",
    "onboarding.application.#",
    "onboarding.qualification.#",
    "onboarding.provider.#",
    "listings.listing.#",
    "settlement.escrow.#",
    "settlement.purse.changed",
    "settlement.purse.recorded",
];

/// The context's inbox.
pub(crate) struct Inbound {
    pub notices: Door<NoticeHost>,
    pub templates: Templates,
}

impl Inbox for Inbound {
    fn bindings(&self) -> &'static [&'static str] {
        BINDINGS
    }

    /// A fact that concerns both parties makes a notice for each, under a key of its own made from the message's id:
    /// what was made before the message came again stays as it is.
    fn receive<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<Received, Rejected>> {
        Box::pin(async move {
            let drafts = self.templates.drafts(message)?;
            if drafts.is_empty() {
                let fact = message.routing_key();
                match self.templates.decision(message) {
                    Some(Decision::Notice) => {}
                    Some(Decision::Silent { why }) => tracing::debug!(fact, why, "no notice"),
                    None => tracing::warn!(fact, "nobody decided who is told of this"),
                }
                return Ok(Received::Ignored);
            }
            try_join_all(drafts.into_iter().map(|draft| self.make(message, draft))).await?;
            Ok(Received::Applied)
        })
    }
}

impl Inbound {
    async fn make(&self, message: &Message, draft: Draft) -> Result<Received, Rejected> {
        let id = Uuid::new_v5(&message.id, format!("{}/{}", draft.about.kind, draft.recipient).as_bytes());
        let sent = Sent {
            id,
            actor: Actor::service(&message.source),
            command: Command::Make(Box::new(draft)),
            expect: None,
            key: Key::of_message(&message.source, id),
            correlation: message.traceparent.clone(),
            render: applied::<Notices>,
        };
        answered(self.notices.send(sent).await)
    }
}

impl From<Missing> for Rejected {
    /// A payload that is not what the contract says.
    fn from(Missing(path): Missing) -> Self {
        Self::Poison(format!("the message has no usable {path}"))
    }
}
