//! What onboarding does with messages.
//!
//! From outside: orders and disputes say what is open of a provider's (fact rows); when something is over, a note makes
//! the provider look whether it may go. From itself, by notes, what follows from one aggregate for others:
//!
//! | note | effect |
//! |---|---|
//! | `application.opened` | `register` on the provider |
//! | `application.approved` | `grant` on the qualification |
//! | `qualification.granted` | `end`, if the provider had gone by then |
//! | `provider.exited` | a note to each qualification (`end`) and each running application (`withdraw`) |
//! | `provider.barred` | a note to each running application (`withdraw`); for C3 also `close`, and `bar` on related stores |
//!
//! A note about one provider that concerns many aggregates is fact work: it finds them in the views and writes a note
//! for each (`fan_out`). The views it reads were committed before the note.
use crate::facts::{CHECK_EXIT, Obligation, Said};
use crate::host::{ApplicationHost, ProviderHost, QualificationHost};
use crate::outbound::{APPROVED, Approval, BARRED, EXITED, GRANTED, OPENED, Owner};
use crate::queries::fan_out::{self, BAR_RELATED, CLOSE_BARRED};
use broker::inbox::answered;
use broker::{Inbox, Received, Rejected};
use contracts::Message;
use contracts::disputes::Case;
use contracts::orders::Order;
use diesel::prelude::*;
use engine::look::query;
use engine::{Door, Recorder};
use futures_util::future::BoxFuture;
use kernel::{ApplicationId, ProviderId, QualificationId, RuleId};
use onboarding_domain::{application, provider, qualification};
use std::fmt::Display;
use std::str::FromStr;

/// What onboarding wants to hear.
pub(crate) const BINDINGS: &[&str] = &["orders.order.#", "disputes.case.#"];

/// The context's inbox.
pub(crate) struct Inbound {
    pub applications: Door<ApplicationHost>,
    pub qualifications: Door<QualificationHost>,
    pub providers: Door<ProviderHost>,
    pub recorder: Recorder<Said>,
}

impl Inbox for Inbound {
    fn bindings(&self) -> &'static [&'static str] {
        BINDINGS
    }

    fn receive<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<Received, Rejected>> {
        Box::pin(async move {
            match (message.source.as_str(), message.kind()) {
                ("orders", "order") => {
                    let Order { order, provider, open, .. } = message.read()?;
                    self.record(message, Said::Obligation(Obligation { kind: "order", id: order.0, provider, open }))
                        .await
                }
                ("disputes", "case") => {
                    let Case { case, provider, open, .. } = message.read()?;
                    self.record(message, Said::Obligation(Obligation { kind: "case", id: case.0, provider, open }))
                        .await
                }
                ("onboarding", "application") => self.of_application(message).await,
                ("onboarding", "qualification") => self.of_qualification(message).await,
                ("onboarding", "provider") => self.of_provider(message).await,
                _ => Ok(Received::Ignored),
            }
        })
    }
}

impl Inbound {
    async fn of_application(&self, note: &Message) -> Result<Received, Rejected> {
        match note.fact() {
            OPENED => {
                let Owner { provider } = note.read()?;
                answered(self.providers.send_message(note, provider.0, provider::Command::Register).await)
            }
            APPROVED => {
                let approval: Approval = note.read()?;
                let id = approval.qualification.0;
                let command = qualification::Command::Grant {
                    provider: approval.provider,
                    category: approval.category,
                    agent_operation: approval.agent_operation,
                    application: approval.application,
                    credentials: approval.credentials,
                };
                answered(self.qualifications.send_message(note, id, command).await)
            }
            EXITED => self.withdraw(note, "The provider has left the market (X21).").await,
            BARRED => self.withdraw(note, "The organisation was barred from the market (X23).").await,
            _ => Ok(Received::Ignored),
        }
    }

    async fn withdraw(&self, note: &Message, reason: &str) -> Result<Received, Rejected> {
        let ApplicationId(id) = subject(note)?;
        let command = application::Command::Withdraw { reason: reason.into() };
        answered(self.applications.send_message(note, id, command).await)
    }

    async fn of_qualification(&self, note: &Message) -> Result<Received, Rejected> {
        let id: QualificationId = subject(note)?;
        match note.fact() {
            GRANTED => {
                let Owner { provider } = note.read()?;
                self.record(note, Said::Granted(id, provider)).await
            }
            EXITED => {
                let rules = self.find(move |conn| fan_out::exit_rules(conn, id)).await?;
                let rules: Vec<RuleId> = serde_json::from_str(&rules.unwrap_or_default())?;
                let command = qualification::Command::End { rules };
                answered(self.qualifications.send_message(note, id.0, command).await)
            }
            _ => Ok(Received::Ignored),
        }
    }

    async fn of_provider(&self, note: &Message) -> Result<Received, Rejected> {
        let id: ProviderId = subject(note)?;
        let command = match note.fact() {
            EXITED => return self.record(note, Said::Exited(id)).await,
            BARRED => return self.record(note, Said::Barred(id)).await,
            CHECK_EXIT => provider::Command::CheckExit,
            // A bar that was lifted meanwhile closes nothing and spreads no further.
            CLOSE_BARRED => match self.find(move |conn| fan_out::bar_of(conn, id)).await? {
                Some(bar) => provider::Command::Close { rules: bar.rules, reasons: bar.reasons },
                None => return Ok(Received::Ignored),
            },
            BAR_RELATED => match self.find(move |conn| fan_out::bar_of_kin(conn, id)).await? {
                Some((related_to, mut bar)) => {
                    let x23 = RuleId::of("X23");
                    if !bar.rules.contains(&x23) {
                        bar.rules.truncate(7);
                        bar.rules.push(x23);
                    }
                    let related_to = Some(related_to);
                    provider::Command::Bar { rules: bar.rules, reasons: bar.reasons, related_to }
                }
                None => return Ok(Received::Ignored),
            },
            _ => return Ok(Received::Ignored),
        };
        answered(self.providers.send_message(note, id.0, command).await)
    }

    /// Writes fact rows or notes, once per message.
    async fn record(&self, message: &Message, said: Said) -> Result<Received, Rejected> {
        self.recorder.record(message, said).await?;
        Ok(Received::Applied)
    }

    async fn find<T: Send + 'static>(
        &self,
        read: impl FnOnce(&mut PgConnection) -> QueryResult<T> + Send + 'static,
    ) -> Result<T, Rejected> {
        Ok(query(self.providers.readers(), read).await?)
    }
}

/// Whom a message is about.
fn subject<T: FromStr<Err: Display>>(message: &Message) -> Result<T, Rejected> {
    message.subject.parse().map_err(|error| Rejected::Poison(format!("{}: {error}", message.subject)))
}
