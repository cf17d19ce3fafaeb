//! What orders does with messages: what is on sale, who may sell, who may buy and which phrases are innocent become fact
//! rows; money held and cases ended command the order; our own note of a placed order opens its conversation.
use crate::facts::Said;
use crate::host::{ConversationHost, OrderHost, twin};
use broker::{Inbox, Received, Rejected};
use contracts::settlement::Escrow;
use contracts::{Message, disputes, notifications, orders};
use engine::{Door, Fault, Recorder, Reply};
use futures_util::future::BoxFuture;
use orders_domain::conversation;
use orders_domain::order::{CaseOutcome, Command, ConfirmNotice, Window};

/// What the context wants to hear.
pub(crate) const BINDINGS: &[&str] = &[
    "listings.listing.#",
    "listings.allow_phrase.#",
    "onboarding.provider.#",
    "settlement.purse.changed",
    "settlement.escrow.held",
    "settlement.escrow.corrected",
    "settlement.escrow.debt_overdue",
    "disputes.case.withdrawn",
    "disputes.case.settled",
    "disputes.case.awarded",
    "disputes.case.forum_followed",
    "notifications.notice.served",
];

/// The context's inbox.
pub(crate) struct Inbound {
    pub orders: Door<OrderHost>,
    pub conversations: Door<ConversationHost>,
    pub recorder: Recorder<Said>,
}

impl Inbox for Inbound {
    fn bindings(&self) -> &'static [&'static str] {
        BINDINGS
    }

    fn receive<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<Received, Rejected>> {
        Box::pin(async move {
            match (message.source.as_str(), message.kind(), message.fact()) {
                ("listings", "listing", _) => self.record(message, Said::Listing(message.read()?)).await,
                ("listings", "allow_phrase", _) => self.record(message, Said::AllowPhrase(message.read()?)).await,
                ("onboarding", "provider", _) => self.record(message, Said::Provider(message.read()?)).await,
                ("settlement", "purse", "changed") => self.record(message, Said::Purse(message.read()?)).await,
                ("settlement", "escrow", "corrected" | "debt_overdue") => {
                    self.record(message, Said::Escrow(message.read()?)).await
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
                ("disputes", "case", "settled" | "awarded" | "forum_followed") => self.settle(message).await,
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
    /// D1.1.3: a notice was served that a window runs from. Notices of other facts start no clock here.
    async fn notice(&self, message: &Message) -> Result<Received, Rejected> {
        let notice: notifications::Notice = message.read()?;
        let (Some(order), Some(served_at), Some(by)) = (notice.order, notice.served_at, notice.served_by) else {
            return Ok(Received::Ignored);
        };
        let Some(window) = window(&notice) else { return Ok(Received::Ignored) };
        let confirm = ConfirmNotice { window, act_at: notice.fact_at, to: notice.party, served_at, by };
        carried_out(self.orders.send_message(message, order.0, Command::ConfirmNotice(confirm)).await)
    }

    /// A case ended, or another forum's outcome takes the place of its own (D1.1.4).
    async fn settle(&self, message: &Message) -> Result<Received, Rejected> {
        let told: disputes::Case = message.read()?;
        let outcome = told.outcome.ok_or_else(|| Rejected::Poison("a case ended without an outcome".into()))?;
        let case = told.case;
        let outcome = CaseOutcome {
            to_merchant: outcome.to_merchant,
            extension_seconds: outcome.extension_seconds,
            data_download: outcome.data_download,
            rules: outcome.rules,
        };
        let command = match message.fact() {
            "forum_followed" => Command::Correct { case, outcome },
            _ => Command::Settle { case, outcome },
        };
        carried_out(self.orders.send_message(message, told.order.0, command).await)
    }

    /// Writes fact rows, once per message.
    async fn record(&self, message: &Message, said: Said) -> Result<Received, Rejected> {
        self.recorder.record(message, said).await?;
        Ok(Received::Applied)
    }
}

/// The window that runs from the notice.
fn window(notice: &notifications::Notice) -> Option<Window> {
    match (notice.fact.as_str(), notice.kind.as_str()) {
        ("orders.order.delivered", _) => Some(Window::Acceptance),
        ("orders.order.recorded", "modification_requested") => Some(Window::Modification),
        ("orders.order.recorded", "modification_refused") => Some(Window::RefusalContest),
        ("orders.order.recorded", "cooperation_requested") => Some(Window::Cooperation),
        ("orders.order.recorded", "change_proposed") => Some(Window::Change),
        _ => None,
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
