//! The machine [`Conversations`]: the chat on one order, kept as valid vouchers (D1.2, M4.2.f.5).
//!
//! Its id is made from the order's and is opened by the message that the order was placed, so both parties can write from
//! then on, whatever becomes of the order. Owns who may write, the hash chain over all messages, and the flags on
//! contact details of other chat tools. Does not own the messages' storage: they are the events. Nothing that was
//! written is ever changed or withheld; a flag is a finding for others. The service has a message read by the moderation
//! engine, in the transaction that keeps it. It pins no edition: flags follow the newest rules. Start at [`Command`].

pub mod contacts;

use contacts::{Contact, Flags};
use kernel::{
    Actor, Claim, Class, Context, Deadline, EditionId, FileId, FileRef, Machine, MerchantId, Party, ProviderId, RuleId,
    Time, Unfit,
};
use rulebook::OrderRules;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use strum::{IntoStaticStr, VariantArray};
use uuid::Uuid;

/// Characters of one message.
pub const TEXT: usize = 4_000;
/// Files of one message.
pub const FILES: usize = 10;

/// The machine of conversations.
#[derive(Debug)]
pub struct Conversations;

/// A conversation, or that there is none yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conversation {
    /// Not opened.
    #[default]
    Absent,
    /// Opened; it never closes.
    Open(Thread),
}

/// The head of a thread; its messages are the events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thread {
    /// The order's merchant.
    pub merchant: MerchantId,
    /// The order's provider.
    pub provider: ProviderId,
    /// How many messages.
    pub messages: u64,
    /// The hash of the newest message; before the first, of nothing.
    pub head: String,
}

/// A command to a conversation.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// System: the order was placed by these parties.
    Open {
        /// The order's merchant.
        merchant: MerchantId,
        /// The order's provider.
        provider: ProviderId,
    },
    /// Merchant or provider: says something.
    SendMessage {
        /// The message's id.
        id: Uuid,
        /// What is said; may be empty where there are files. At most 4,000 characters.
        text: String,
        /// At most 10 files.
        files: Vec<FileId>,
    },
}

/// A command without its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs, reason = "each is the command of its name")]
pub enum Action {
    Open,
    SendMessage,
}

/// An event of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr)]
#[serde(tag = "event", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// It was opened.
    Opened(Opened),
    /// Somebody said something.
    MessageSent(Box<Message>),
}

/// The parties of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// The order's merchant.
    pub merchant: MerchantId,
    /// The order's provider.
    pub provider: ProviderId,
}

/// A message: a valid voucher (D1.2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: Uuid,
    /// Its place, from 1.
    pub number: u64,
    /// Which party wrote it.
    pub by: Party,
    /// Who wrote it for the party.
    pub sender: String,
    /// When.
    pub at: Time,
    /// What was said.
    pub text: String,
    /// What was sent along.
    pub files: Vec<FileRef>,
    /// Contact details of other chat tools that stand in it.
    pub contacts: Vec<Contact>,
    /// The rules that `contacts` offend, each once; none when there are none.
    pub rules: Vec<RuleId>,
    /// The edition that `contacts` were found under.
    pub edition: EditionId,
    /// The hash of the message before; of nothing for the first.
    pub previous: String,
    /// The hash of this one, over everything but the flags.
    pub hash: String,
}

impl Message {
    /// The hash that the message must have: over what was said, by whom, when, and the message before it.
    ///
    /// Every text is led by its length, so that no two messages read the same.
    pub fn expected_hash(&self) -> String {
        let mut text = String::new();
        let mut add = |part: &str| {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{} {part}", part.len());
        };
        add(&self.previous);
        add(&self.id.to_string());
        add(&self.number.to_string());
        add(self.by.into());
        add(&self.sender);
        add(&self.at.timestamp_micros().to_string());
        add(&self.text);
        for file in &self.files {
            add(&file.id.to_string());
            add(&file.sha256);
        }
        digest(&text)
    }
}

/// Whether messages, in order and from the first, are what was written: nothing changed, left out or added between.
pub fn is_chained<'a>(messages: impl IntoIterator<Item = &'a Message>) -> bool {
    let mut head = digest("");
    messages.into_iter().enumerate().all(|(place, message)| {
        let follows = message.previous == head && message.number == place as u64 + 1;
        head.clone_from(&message.hash);
        follows && message.hash == message.expected_hash()
    })
}

fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// What a conversation must know of others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The files uploaded to this conversation that the command names.
    pub files: Vec<FileRef>,
    /// What was found in the text, for `send_message`.
    pub flags: Option<Flags>,
}

/// A conversation has no deadlines: nobody owes an answer in chat (X20).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, VariantArray, IntoStaticStr)]
pub enum Timer {}

impl kernel::Timer for Timer {
    fn rule(self) -> RuleId {
        match self {}
    }

    fn on_expiry(self) -> &'static str {
        match self {}
    }
}

/// Why a conversation does not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the message says what each is")]
pub enum Refusal {
    #[error("there is no such conversation")]
    NotFound,
    #[error("only the order's merchant and provider write in its chat")]
    NotYours,
    #[error("a message needs text of at most {TEXT} characters without control characters, or files")]
    Text,
    #[error("a message takes at most {FILES} files, uploaded to this conversation, none of them twice")]
    Files,
    #[error("this conversation has been opened already")]
    AlreadyOpen,
}

impl kernel::Refusal for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "conversation_not_found",
            Self::NotYours => "conversation_not_yours",
            Self::Text => "message_text_invalid",
            Self::Files => "message_files_invalid",
            Self::AlreadyOpen => "conversation_already_open",
        }
    }

    fn rule(&self) -> Option<RuleId> {
        match self {
            Self::NotYours => Some(RuleId::of("M4.2.f.5")),
            Self::NotFound | Self::Text | Self::Files | Self::AlreadyOpen => None,
        }
    }

    fn class(&self) -> Class {
        match self {
            Self::NotFound => Class::NotFound,
            Self::NotYours => Class::NotYours,
            Self::Text => Class::Invalid { field: "text" },
            Self::Files => Class::Invalid { field: "files" },
            Self::AlreadyOpen => Class::Exists,
        }
    }

    fn taken(_claim: &Claim) -> Self {
        Self::AlreadyOpen
    }
}

impl Machine for Conversations {
    const KIND: &'static str = "conversation";
    const PREFIX: &'static str = "cnv";
    type State = Conversation;
    type Command = Command;
    type Action = Action;
    type Event = Event;
    type Timer = Timer;
    type Refusal = Refusal;
    type Rules = OrderRules;
    type Facts = Facts;

    fn action(command: &Command) -> Action {
        match command {
            Command::Open { .. } => Action::Open,
            Command::SendMessage { .. } => Action::SendMessage,
        }
    }

    fn relation(conversation: &Conversation, actor: &Actor) -> Option<Party> {
        if actor.system {
            return Some(Party::System);
        }
        let thread = match conversation {
            Conversation::Absent => return None,
            Conversation::Open(thread) => thread,
        };
        if actor.as_merchant() == Some(thread.merchant) {
            return Some(Party::Merchant);
        }
        if actor.as_provider() == Some(thread.provider) {
            return Some(Party::Provider);
        }
        actor.as_staff(crate::order::STAFF)
    }

    fn guard(conversation: &Conversation, action: Action, ctx: &Context<'_, Self>) -> Result<(), Refusal> {
        let writes = matches!(ctx.party, Party::Merchant | Party::Provider);
        match action {
            Action::Open if ctx.party == Party::System => Ok(()),
            Action::Open => Err(Refusal::NotYours),
            Action::SendMessage if *conversation == Conversation::Absent => Err(Refusal::NotFound),
            Action::SendMessage if writes => Ok(()),
            Action::SendMessage => Err(Refusal::NotYours),
        }
    }

    fn decide(conversation: &Conversation, command: &Command, ctx: &Context<'_, Self>) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Open { merchant, provider } => Ok(match conversation {
                Conversation::Absent => vec![Event::Opened(Opened { merchant: *merchant, provider: *provider })],
                Conversation::Open(_) => vec![],
            }),
            Command::SendMessage { id, text, files } => match conversation {
                Conversation::Absent => Err(Refusal::NotFound),
                Conversation::Open(thread) => send(thread, *id, text, files, ctx),
            },
        }
    }

    fn lapse(_: &Conversation, missed: &Deadline<Timer>, _: &Context<'_, Self>) -> Vec<Event> {
        match missed.timer {}
    }

    fn evolve(conversation: Conversation, event: &Event) -> Result<Conversation, Unfit> {
        let unfit = Unfit { event: event.into(), status: Self::status(&conversation) };
        match event {
            Event::Opened(it) => match conversation {
                Conversation::Absent => Ok(Conversation::Open(Thread {
                    merchant: it.merchant,
                    provider: it.provider,
                    messages: 0,
                    head: digest(""),
                })),
                Conversation::Open(_) => Err(unfit),
            },
            Event::MessageSent(it) => match conversation {
                Conversation::Open(thread) if thread.head == it.previous => {
                    Ok(Conversation::Open(Thread { messages: it.number, head: it.hash.clone(), ..thread }))
                }
                Conversation::Absent | Conversation::Open(_) => Err(unfit),
            },
        }
    }

    fn status(conversation: &Conversation) -> &'static str {
        match conversation {
            Conversation::Absent => "absent",
            Conversation::Open(_) => "open",
        }
    }

    fn edition(_: &Conversation) -> Option<&EditionId> {
        None
    }

    fn deadlines(_: &Conversation) -> Vec<Deadline<Timer>> {
        vec![]
    }
}

fn send(
    thread: &Thread,
    id: Uuid,
    text: &str,
    files: &[FileId],
    ctx: &Context<'_, Conversations>,
) -> Result<Vec<Event>, Refusal> {
    let is_plain = text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
    let says_nothing = text.trim().is_empty() && files.is_empty();
    if !is_plain || says_nothing || text.chars().count() > TEXT {
        return Err(Refusal::Text);
    }
    let is_twice = |place: usize| files[..place].contains(&files[place]);
    if files.len() > FILES || (0..files.len()).any(is_twice) {
        return Err(Refusal::Files);
    }
    let found = files.iter().map(|id| ctx.facts.files.iter().find(|file| file.id == *id).cloned());
    let Some(Flags { edition, contacts }) = ctx.facts.flags.clone() else {
        panic!("the message {id} was not read");
    };
    let mut rules: Vec<RuleId> = vec![];
    for contact in &contacts {
        if !rules.contains(&contact.rule) {
            rules.push(contact.rule.clone());
        }
    }
    let mut message = Message {
        id,
        number: thread.messages + 1,
        by: ctx.party,
        sender: ctx.actor.sub.clone(),
        at: ctx.now,
        text: text.to_owned(),
        files: found.collect::<Option<Vec<_>>>().ok_or(Refusal::Files)?,
        rules,
        contacts,
        edition,
        previous: thread.head.clone(),
        hash: String::new(),
    };
    message.hash = message.expected_hash();
    Ok(vec![Event::MessageSent(Box::new(message))])
}
