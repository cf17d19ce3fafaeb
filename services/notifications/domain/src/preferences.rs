//! The machine [`Preferences`]: how an organisation wants to be addressed.
//!
//! One aggregate per organisation, whose id is made from the organisation's, so that nobody can name another's. It is
//! there once something was chosen; until then the default language holds and nothing is mailed.
use crate::Language;
use kernel::{Actor, Claim, Class, Context, Deadline, EditionId, Machine, Org, Party, Role, RuleId, Time, Unfit};
use rulebook::NotificationRules;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};
use uuid::Uuid;

/// The longest e-mail address (RFC 5321).
const ADDRESS: usize = 254;

/// The machine of preferences.
#[derive(Debug)]
pub struct Preferences;

/// What an organisation chose, or that it chose nothing yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preference {
    /// Nothing was chosen.
    #[default]
    Absent,
    /// Something was.
    Chosen(Chosen),
}

/// What an organisation chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// Whose choice.
    pub org: Org,
    /// A10: the language of its notices.
    pub language: Language,
    /// Where notices are mailed to; `None`: nowhere.
    pub email: Option<String>,
    /// Since when.
    pub at: Time,
}

/// A command to preferences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The organisation chooses; all of it at once.
    Choose {
        /// The language of its notices.
        language: Language,
        /// Where notices are mailed to.
        email: Option<String>,
    },
}

/// A command without its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Action {
    /// See [`Command::Choose`].
    Choose,
}

/// What happened to preferences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(tag = "event", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// The organisation chose.
    Chosen(Chosen),
}

/// Preferences have no deadlines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
pub enum Timer {}

impl kernel::Timer for Timer {
    fn rule(self) -> RuleId {
        match self {}
    }

    fn on_expiry(self) -> &'static str {
        match self {}
    }
}

/// Why preferences do not do what they were asked; `Display` is what the caller reads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the message says what each is")]
pub enum Refusal {
    #[error("preferences are for providers and merchants")]
    NotYours,
    #[error("an e-mail address has one @ with something on both sides, no spaces, and at most {ADDRESS} characters")]
    Address,
}

impl kernel::Refusal for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotYours => "preferences_not_yours",
            Self::Address => "email_address_invalid",
        }
    }

    fn rule(&self) -> Option<RuleId> {
        None
    }

    fn class(&self) -> Class {
        match self {
            Self::NotYours => Class::NotYours,
            Self::Address => Class::Invalid { field: "email" },
        }
    }

    fn taken(_: &Claim) -> Self {
        // Preferences hold no claims: their id is made from the organisation's.
        Self::NotYours
    }
}

impl Machine for Preferences {
    const KIND: &'static str = "preference";
    const PREFIX: &'static str = "npr";
    type State = Preference;
    type Command = Command;
    type Action = Action;
    type Event = Event;
    type Timer = Timer;
    type Refusal = Refusal;
    type Rules = NotificationRules;
    type Facts = ();

    fn action(command: &Command) -> Action {
        match command {
            Command::Choose { .. } => Action::Choose,
        }
    }

    /// The organisation alone.
    fn relation(state: &Preference, actor: &Actor) -> Option<Party> {
        if actor.system {
            return Some(Party::System);
        }
        let is_own = match state {
            Preference::Absent => true,
            Preference::Chosen(chosen) => actor.org == Some(chosen.org),
        };
        party_of(actor).filter(|_| is_own)
    }

    fn guard(_: &Preference, action: Action, ctx: &Context<'_, Self>) -> Result<(), Refusal> {
        match action {
            Action::Choose if ctx.actor.org.is_some() => Ok(()),
            Action::Choose => Err(Refusal::NotYours),
        }
    }

    fn decide(state: &Preference, command: &Command, ctx: &Context<'_, Self>) -> Result<Vec<Event>, Refusal> {
        let Command::Choose { language, email } = command;
        let org = ctx.actor.org.ok_or(Refusal::NotYours)?;
        if email.as_deref().is_some_and(|email| !is_address(email)) {
            return Err(Refusal::Address);
        }
        let is_already_so = match state {
            Preference::Absent => false,
            Preference::Chosen(chosen) => chosen.language == *language && chosen.email == *email,
        };
        let chosen = || Event::Chosen(Chosen { org, language: *language, email: email.clone(), at: ctx.now });
        Ok(if is_already_so { vec![] } else { vec![chosen()] })
    }

    fn lapse(_: &Preference, missed: &Deadline<Timer>, _: &Context<'_, Self>) -> Vec<Event> {
        match missed.timer {}
    }

    fn evolve(_: Preference, event: &Event) -> Result<Preference, Unfit> {
        let Event::Chosen(chosen) = event;
        Ok(Preference::Chosen(chosen.clone()))
    }

    fn status(state: &Preference) -> &'static str {
        match state {
            Preference::Absent => "absent",
            Preference::Chosen(_) => "chosen",
        }
    }

    fn edition(_: &Preference) -> Option<&EditionId> {
        None
    }

    fn deadlines(_: &Preference) -> Vec<Deadline<Timer>> {
        vec![]
    }
}

/// The id of an organisation's preferences.
pub fn id_of(org: Org) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("guildhall:notification-preferences:{org}").as_bytes())
}

/// For which side of the market the actor speaks.
pub(crate) fn party_of(actor: &Actor) -> Option<Party> {
    match actor.org? {
        Org::Provider(_) => actor.has(Role::Provider).then_some(Party::Provider),
        Org::Merchant(_) => actor.has(Role::Merchant).then_some(Party::Merchant),
    }
}

/// Enough to catch a slip of the pen and a second header line; whether it can be reached, the mail server says.
fn is_address(text: &str) -> bool {
    let is_plain =
        text.len() <= ADDRESS && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;".contains(c));
    let parts: Vec<_> = text.split('@').collect();
    is_plain && matches!(parts.as_slice(), [name, host] if !name.is_empty() && !host.is_empty())
}
