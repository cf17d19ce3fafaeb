//! What disputes does with messages: an order in dispute opens its case; what else is told of an order, and the notices
//! that were served, are kept and enter the case file; the terms on sale are kept for the articles.
use crate::facts::{self, FILE_RECORDS, Said};
use crate::host::CaseHost;
use broker::inbox::answered;
use broker::{Inbox, Received, Rejected};
use contracts::notifications::Notice;
use contracts::orders::{Order, Paper, RefundApplication};
use contracts::{Message, disputes};
use disputes_domain::{Application, Cases, Command, NoticeOf, NoticeReport, Opening, ServiceTerms, Side};
use engine::engine::Sent;
use engine::look::query;
use engine::{Door, Fault, Key, Recorder, applied};
use futures_util::future::BoxFuture;
use kernel::{Actor, CaseId};
use serde::Deserialize;

/// What the context's queue is bound to.
pub(crate) const BINDINGS: &[&str] = &[
    "orders.order.#",
    "orders.conversation.message_sent",
    "notifications.notice.served",
    "settlement.escrow.refunded",
    "settlement.escrow.released",
    "settlement.escrow.split",
    "settlement.escrow.paid_out",
    "settlement.escrow.corrected",
    "settlement.escrow.debt_overdue",
    "settlement.purse.changed",
];

/// The window that a notice of this kind starts (W11, W12, W14, W17).
fn starts(kind: &str) -> Option<NoticeOf> {
    match kind {
        "dispute_opened" => Some(NoticeOf::Application),
        "settlement_proposed" => Some(NoticeOf::Proposal),
        "evidence_requested" | "evidence_due" | "evidence_exchanged" | "claim_added" | "dispute_appealed" => {
            Some(NoticeOf::Evidence)
        }
        "dispute_decided" => Some(NoticeOf::Decision),
        _ => None,
    }
}

/// What the file needs of `contracts::orders::Told` and `Recorded`.
#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    paper: Option<Paper>,
    #[serde(default)]
    kept: Option<Paper>,
}

/// What a fact says that a case brought about, whatever the fact is.
#[derive(Deserialize)]
struct Reported {
    #[serde(default)]
    caused: Vec<disputes::Consequence>,
}

/// The context's inbox.
pub(crate) struct Inbound {
    pub door: Door<CaseHost>,
    pub recorder: Recorder<Said>,
}

impl Inbox for Inbound {
    fn bindings(&self) -> &'static [&'static str] {
        BINDINGS
    }

    fn receive<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<Received, Rejected>> {
        Box::pin(async move {
            match (message.source.as_str(), message.kind(), message.fact()) {
                ("orders", "order", "disputed") => self.open(message).await,
                ("orders", "conversation", "message_sent") => {
                    self.keep(message, facts::of_paper(message, message.read()?)).await
                }
                ("orders", "order", _) => {
                    self.remember(message).await?;
                    let Told { paper, kept } = message.read()?;
                    self.keep(message, paper.and_then(|paper| facts::of_papers(message, paper, kept))).await
                }
                ("notifications", "notice", "served") => {
                    let notice: Notice = message.read()?;
                    self.confirm(message, &notice).await?;
                    match notice.order {
                        Some(order) => self.keep(message, Some(facts::of_notice(message, order, &notice))).await,
                        None => Ok(Received::Ignored),
                    }
                }
                ("settlement", _, _) => self.remember(message).await,
                ("disputes", "case", FILE_RECORDS) => self.file(message).await,
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

    /// Keeps what the file must have of an order.
    async fn keep(&self, message: &Message, said: Option<Said>) -> Result<Received, Rejected> {
        let Some(said) = said else { return Ok(Received::Ignored) };
        self.recorder.record(message, said).await?;
        Ok(Received::Applied)
    }

    /// What the word of a case brought about, as others report it.
    async fn remember(&self, message: &Message) -> Result<Received, Rejected> {
        let Reported { caused } = message.read()?;
        let Some(case) = caused.first().map(|one| one.case) else { return Ok(Received::Ignored) };
        self.also(message, "caused", case, Command::RecordConsequences(facts::caused(caused))).await
    }

    /// Carries out a command that a message asks for, once, whatever else the message is kept for under its own key.
    async fn also(&self, message: &Message, what: &str, case: CaseId, command: Command) -> Result<Received, Rejected> {
        let sent = Sent {
            id: case.0,
            actor: Actor::service(&message.source),
            key: Key::of_message(&message.source, uuid::Uuid::new_v5(&message.id, what.as_bytes())),
            command,
            expect: None,
            correlation: message.traceparent.clone(),
            render: applied::<Cases>,
        };
        answered(self.door.send(sent).await)
    }

    /// D1.1.3: the notice that starts a window of a case was served. Other notices start no clock here.
    async fn confirm(&self, message: &Message, notice: &Notice) -> Result<Received, Rejected> {
        let started = starts(&notice.kind).zip(Side::of(notice.party)).zip(notice.case);
        let (Some(((of, side), case)), Some(served_at), Some(by)) = (started, notice.served_at, notice.served_by)
        else {
            return Ok(Received::Ignored);
        };
        let report = NoticeReport { of, side, act_at: notice.fact_at, served_at, by };
        self.also(message, "confirmed", case, Command::ConfirmNotice(report)).await
    }

    /// Files what is known of the case's order and not in its file yet. A lot is keyed by its first record and holds
    /// only for the version it was read at: two notes at once file nothing twice.
    async fn file(&self, note: &Message) -> Result<Received, Rejected> {
        let case: CaseId = note.subject.parse().map_err(|error| Rejected::Poison(format!("{error}")))?;
        loop {
            let found = query(self.door.readers(), move |conn| facts::unfiled(conn, case.0)).await?;
            let (version, records) = found.ok_or_else(|| Rejected::Later("the case is not there yet".into()))?;
            let Some(first) = records.first() else { return Ok(Received::Applied) };
            let sent = Sent {
                id: case.0,
                actor: Actor::service(&note.source),
                key: Key::of_message(&note.source, uuid::Uuid::new_v5(&case.0, first.id.as_bytes())),
                command: Command::FileRecords(records),
                expect: Some(version),
                correlation: note.traceparent.clone(),
                render: applied::<Cases>,
            };
            match self.door.send(sent).await {
                Ok(reply) if (200..300).contains(&reply.status) => {}
                Ok(reply) => return Err(Rejected::Poison(reply.body)),
                Err(Fault::Stale { .. }) => {}
                Err(fault) => return Err(fault.into()),
            }
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
        terms: ServiceTerms {
            agent_operation: order.agent_operation,
            by_period: application.by_period,
            cycle_agreed: application.cycle_agreed,
            failed_modifications_agreed: application.failed_modifications_agreed,
        },
        application: Application {
            claim: application.claim,
            amount: application.amount,
            statement: application.statement,
            keeps_service: application.keeps_service,
            supported_by: application.supported_by,
            delivered: application.delivered,
            applied_at: application.applied_at,
            open_claims: application.open_claims,
        },
    }
}
