//! The port to the outside: whatever takes e-mails. And how a letter looks on the wire.
//!
//! Does not own: when something is mailed, which `worker` knows; how often, which the domain knows.
use futures_util::future::BoxFuture;
use kernel::NoticeId;
use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use notifications_domain::Language;
pub use notifications_domain::notice::Posted;
use uuid::Uuid;

/// An e-mail to be handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The notice's id; the `Message-ID` is made from it, so that a letter that is handed over twice arrives once.
    pub id: Uuid,
    /// The recipient's address.
    pub to: String,
    /// The language it is written in.
    pub language: Language,
    /// In one line.
    pub subject: String,
    /// In full.
    pub text: String,
}

/// What came of handing a letter over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// How it ended.
    pub posted: Posted,
    /// What the mail server said, or why it was not reached; no secret is in it.
    pub said: String,
}

impl Answer {
    /// An answer.
    pub fn new(posted: Posted, said: impl Into<String>) -> Self {
        Self { posted, said: said.into() }
    }
}

/// Hands letters over. It never fails: what could not be handed over now is [`Posted::Deferred`].
pub trait Mailer: Send + Sync {
    /// Hands a letter over.
    fn post(&self, letter: Letter) -> BoxFuture<'static, Answer>;
}

/// The letter as RFC 5322 writes it.
pub(crate) fn written(letter: &Letter, from: &Mailbox) -> Result<Message, Answer> {
    let refused = |error: &dyn std::fmt::Display| Answer::new(Posted::Refused, error.to_string());
    let to: Mailbox = letter.to.parse().map_err(|error: lettre::address::AddressError| refused(&error))?;
    let id = NoticeId(letter.id);
    builder(letter.language)
        .from(from.clone())
        .to(to)
        .subject(letter.subject.clone())
        .message_id(Some(format!("<{id}@{}>", from.email.domain())))
        .header(ContentType::TEXT_PLAIN)
        .body(letter.text.clone())
        .map_err(|error| refused(&error))
}

/// Says that a machine wrote it (RFC 3834), so that none answers, and in which language.
fn builder(language: Language) -> MessageBuilder {
    let language: &'static str = language.into();
    [("Auto-Submitted", "auto-generated"), ("Content-Language", language)].into_iter().fold(
        Message::builder(),
        |builder, (name, value)| {
            let name = HeaderName::new_from_ascii_str(name);
            builder.raw_header(HeaderValue::new(name, value.to_owned()))
        },
    )
}
