//! The one message that disputes acts on: an order in dispute opens its case.
use crate::host::CaseHost;
use broker::{Inbox, Received, Rejected};
use contracts::Message;
use contracts::orders::{Order, RefundApplication};
use disputes_domain::{Application, Command, Opening};
use engine::Door;
use futures_util::future::BoxFuture;

const DISPUTED: &str = "orders.order.disputed";

/// What the context's queue is bound to.
pub(crate) const BINDINGS: &[&str] = &[DISPUTED];

/// The context's inbox.
pub(crate) struct Inbound {
    pub door: Door<CaseHost>,
}

impl Inbox for Inbound {
    fn bindings(&self) -> &'static [&'static str] {
        BINDINGS
    }

    fn receive<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<Received, Rejected>> {
        Box::pin(async move {
            match message.routing_key() {
                DISPUTED => self.open(message).await,
                _ => Ok(Received::Ignored),
            }
        })
    }
}

impl Inbound {
    /// Opens the case that the application names. Opening is "already so" when the case is there; any refusal means
    /// money frozen without a case, which must not pass in silence.
    async fn open(&self, message: &Message) -> Result<Received, Rejected> {
        let mut order: Order = message.read()?;
        let application =
            order.application.take().ok_or_else(|| Rejected::Poison("a disputed order without application".into()))?;
        let case = application.case;
        let command = Command::Open(Box::new(opening(order, application)));
        let reply = self.door.send_message(message, case.0, command).await?;
        match reply.status {
            200..300 => Ok(Received::Applied),
            _ => Err(Rejected::Poison(reply.body)),
        }
    }
}

fn opening(order: Order, application: RefundApplication) -> Opening {
    Opening {
        order: order.order,
        provider: order.provider,
        merchant: order.merchant,
        category: order.category,
        amount: order.amount,
        edition: order.edition,
        application: Application {
            claim: application.claim,
            amount: application.amount,
            statement: application.statement,
            keeps_service: application.keeps_service,
            supported_by: application.supported_by,
            delivered: application.delivered,
            applied_at: application.applied_at,
        },
    }
}
