//! What orders does with messages: what is on sale and who may sell become fact rows; money held and cases ended
//! command the order; our own note of a placed order opens its conversation.
use crate::facts;
use crate::host::{ConversationHost, OrderHost, twin};
use broker::{Inbox, Received, Rejected};
use contracts::notifications::ServedBy;
use contracts::onboarding::Provider;
use contracts::settlement::{Escrow, Purse};
use contracts::{Message, disputes, listings, notifications, orders};
use diesel::prelude::*;
use engine::{Door, Fault, Place, Recorder, Reply};
use futures_util::future::BoxFuture;
use kernel::Party;
use orders_domain::conversation;
use orders_domain::order::{Command, NoticeService};

/// The fact whose notice starts a clock.
const DELIVERED: &str = "orders.order.delivered";

/// What the context wants to hear.
pub(crate) const BINDINGS: &[&str] = &[
    "listings.listing.#",
    "onboarding.provider.#",
    "settlement.purse.changed",
    "settlement.escrow.held",
    "disputes.case.withdrawn",
    "disputes.case.settled",
    "disputes.case.awarded",
    "notifications.notice.served",
];

/// The context's inbox.
pub(crate) struct Inbound {
    pub orders: Door<OrderHost>,
    pub conversations: Door<ConversationHost>,
    pub recorder: Recorder,
}

impl Inbox for Inbound {
    fn bindings(&self) -> &'static [&'static str] {
        BINDINGS
    }

    fn receive<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<Received, Rejected>> {
        Box::pin(async move {
            match (message.source.as_str(), message.kind(), message.fact()) {
                ("listings", "listing", _) => {
                    let read: listings::Listing = message.read()?;
                    self.record(message, (0, read.listing.0), move |tx, sequence| facts::listing(tx, sequence, &read))
                        .await
                }
                ("onboarding", "provider", _) => {
                    let read: Provider = message.read()?;
                    self.record(message, (1, read.provider.0), move |tx, sequence| facts::provider(tx, sequence, &read))
                        .await
                }
                ("settlement", "purse", "changed") => {
                    let read: Purse = message.read()?;
                    self.record(message, (1, read.provider.0), move |tx, sequence| facts::purse(tx, sequence, &read))
                        .await
                }
                ("settlement", "escrow", "held") => {
                    let escrow: Escrow = message.read()?;
                    let sent = self.orders.send_message(message, escrow.order.0, Command::ConfirmFunding);
                    carried_out(sent.await)
                }
                ("disputes", "case", "withdrawn") => {
                    let case: disputes::Case = message.read()?;
                    let resume = Command::Resume { case: case.case };
                    carried_out(self.orders.send_message(message, case.order.0, resume).await)
                }
                ("disputes", "case", "settled" | "awarded") => self.settle(message).await,
                ("notifications", "notice", "served") => self.notice(message).await,
                ("orders", "order", "placed") => {
                    let order: orders::Order = message.read()?;
                    let open = conversation::Command::Open { merchant: order.merchant, provider: order.provider };
                    carried_out(self.conversations.send_message(message, twin(order.order.0), open).await)
                }
                _ => Ok(Received::Ignored),
            }
        })
    }
}

impl Inbound {
    /// D1.1.3: the notice of a delivery was served on the merchant. Notices of other facts start no clock here.
    async fn notice(&self, message: &Message) -> Result<Received, Rejected> {
        let notice: notifications::Notice = message.read()?;
        let (Some(order), Some(served_at), Some(by)) = (notice.order, notice.served_at, notice.served_by) else {
            return Ok(Received::Ignored);
        };
        if notice.fact != DELIVERED || notice.party != Party::Merchant {
            return Ok(Received::Ignored);
        }
        let by = match by {
            ServedBy::Inbox => NoticeService::Inbox,
            ServedBy::Read => NoticeService::Read,
            ServedBy::Email => NoticeService::Email,
            ServedBy::Fallback => NoticeService::Fallback,
        };
        let confirm = Command::ConfirmNotice { delivered_at: notice.fact_at, served_at, by };
        carried_out(self.orders.send_message(message, order.0, confirm).await)
    }

    async fn settle(&self, message: &Message) -> Result<Received, Rejected> {
        let case: disputes::Case = message.read()?;
        let outcome = case.outcome.ok_or_else(|| Rejected::Poison("a case ended without an outcome".into()))?;
        let settle = Command::Settle { case: case.case, to_merchant: outcome.to_merchant, rules: outcome.rules };
        carried_out(self.orders.send_message(message, case.order.0, settle).await)
    }

    /// Writes fact rows, once per message.
    async fn record(
        &self,
        message: &Message,
        place: Place,
        write: impl Fn(&mut PgConnection, i64) -> QueryResult<()> + Send + 'static,
    ) -> Result<Received, Rejected> {
        self.recorder.record(message, place, move |tx, message| write(tx, message.sequence)).await?;
        Ok(Received::Applied)
    }
}

/// What these messages command is "already so" or right: a refusal would mean money that moved against the order's
/// word, which must not pass in silence. Only an order that is not there yet is waited for.
fn carried_out(reply: Result<Reply, Fault>) -> Result<Received, Rejected> {
    let reply = reply?;
    match reply.status {
        200..300 => Ok(Received::Applied),
        404 => Err(Rejected::Later(reply.body)),
        _ => Err(Rejected::Poison(reply.body)),
    }
}
