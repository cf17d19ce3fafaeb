//! How a notice stands: what it says, and what became of it in the inbox and by e-mail.
use super::event::Event;
use super::recipient::Recipient;
use super::refusal::Refusal;
use crate::Language;
use kernel::{CaseId, OrderId, Party, RuleId, ServedBy, Time, Unfit};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr};
use uuid::Uuid;

/// A notice, or that there is none yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// Nothing was told under this id.
    #[default]
    Absent,
    /// A notice.
    Made(Box<Made>),
}

/// A notice that exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Who is told.
    pub recipient: Recipient,
    /// Of what.
    pub about: About,
    /// What it rests on, the governing rule first.
    pub rules: Vec<RuleId>,
    /// In which language.
    pub language: Language,
    /// In one line.
    pub subject: String,
    /// In full.
    pub text: String,
    /// SHA-256 over subject and text, lower-case hex.
    pub content_hash: String,
    /// When it was put into the inbox.
    pub made_at: Time,
    /// D1.1.3: served at the latest then.
    pub serve_by: Time,
    /// Once it counts as delivered.
    pub served: Option<Served>,
    /// When it was read in the inbox.
    pub read_at: Option<Time>,
    /// Its e-mail, where the recipient has an address.
    pub mail: Option<Mail>,
}

/// The fact that a notice tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// What it says, as the templates are called: `order_delivered`.
    pub kind: String,
    /// The fact: `orders.order.delivered`.
    pub fact: String,
    /// The instant of the fact.
    pub at: Time,
    /// The message that told it.
    pub cause: Uuid,
    /// The order it is about.
    pub order: Option<OrderId>,
    /// The case it is about.
    pub case: Option<CaseId>,
}

/// That and how a notice was delivered (D1.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Served {
    /// By what.
    pub by: ServedBy,
    /// When.
    pub at: Time,
    /// D1.1.3.
    pub rules: Vec<RuleId>,
}

/// The e-mail of a notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// The recipient's address when the notice was made.
    pub address: String,
    /// What was tried, in order.
    pub attempts: Vec<Attempt>,
    /// How it stands.
    pub standing: Standing,
}

/// An attempt to hand the e-mail over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Which, from 1.
    pub number: u32,
    /// How it ended.
    pub outcome: Outcome,
    /// What the mail server said, or why there was none.
    pub said: String,
    /// When.
    pub at: Time,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Outcome {
    /// The mail server took it.
    Accepted,
    /// Not then.
    Deferred,
    /// For good.
    Refused,
}

/// How an e-mail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It waits for its next attempt.
    Queued {
        /// When that is due.
        next_try_at: Time,
    },
    /// The mail server took it.
    Sent {
        /// When.
        at: Time,
    },
    /// Given up.
    Failed {
        /// When.
        at: Time,
    },
}

impl Notice {
    /// The notice, if there is one.
    pub fn made(&self) -> Option<&Made> {
        match self {
            Self::Absent => None,
            Self::Made(made) => Some(made),
        }
    }

    /// The same, or why not.
    pub fn known(&self) -> Result<&Made, Refusal> {
        self.made().ok_or(Refusal::NotFound)
    }
}

impl Made {
    /// What the recipient is to the matter.
    pub fn party(&self) -> Party {
        self.recipient.party()
    }

    /// `sent` while it waits in the inbox to count as delivered, `delivered` once it does, `read` once it was read.
    pub fn status(&self) -> &'static str {
        match (&self.read_at, &self.served) {
            (Some(_), _) => "read",
            (None, Some(_)) => "delivered",
            (None, None) => "sent",
        }
    }

    /// When the mail server took the e-mail.
    pub fn mailed_at(&self) -> Option<Time> {
        match self.mail.as_ref()?.standing {
            Standing::Sent { at } => Some(at),
            Standing::Queued { .. } | Standing::Failed { .. } => None,
        }
    }
}

impl Standing {
    /// `queued`, `sent` or `failed`.
    pub fn status(self) -> &'static str {
        match self {
            Self::Queued { .. } => "queued",
            Self::Sent { .. } => "sent",
            Self::Failed { .. } => "failed",
        }
    }
}

/// The state after an event.
pub(super) fn evolve(notice: Notice, event: &Event) -> Result<Notice, Unfit> {
    let unfit = Unfit { event: event.into(), status: notice.made().map_or("absent", Made::status) };
    let next = match notice {
        Notice::Absent => begin(event),
        Notice::Made(mut made) => apply(&mut made, event).map(|()| made),
    };
    next.map(Notice::Made).ok_or(unfit)
}

fn begin(event: &Event) -> Option<Box<Made>> {
    let Event::Made { recipient, about, language, subject, text, content_hash, email, serve_by, at, rules } = event
    else {
        return None;
    };
    let queued = |address: &String| Mail {
        address: address.clone(),
        attempts: vec![],
        standing: Standing::Queued { next_try_at: *at },
    };
    Some(Box::new(Made {
        recipient: *recipient,
        about: About::clone(about),
        rules: rules.clone(),
        language: *language,
        subject: subject.clone(),
        text: text.clone(),
        content_hash: content_hash.clone(),
        made_at: *at,
        serve_by: *serve_by,
        served: None,
        read_at: None,
        mail: email.as_ref().map(queued),
    }))
}

/// `None`: the event does not fit.
fn apply(made: &mut Made, event: &Event) -> Option<()> {
    match event {
        Event::Made { .. } => None,
        Event::Served(served) if made.served.is_none() => {
            made.served = Some(served.clone());
            Some(())
        }
        Event::Served(_) => None,
        Event::Read { at, .. } => {
            made.read_at = Some(*at);
            Some(())
        }
        Event::Mailed(attempt) => tried(made, attempt, Standing::Sent { at: attempt.at }),
        Event::MailDeferred { attempt, next_try_at } => {
            tried(made, attempt, Standing::Queued { next_try_at: *next_try_at })
        }
        Event::MailFailed(attempt) => tried(made, attempt, Standing::Failed { at: attempt.at }),
    }
}

fn tried(made: &mut Made, attempt: &Attempt, standing: Standing) -> Option<()> {
    let mail = made.mail.as_mut()?;
    mail.attempts.push(attempt.clone());
    mail.standing = standing;
    Some(())
}
