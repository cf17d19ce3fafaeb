//! The machine [`Notices`]: one notice to one organisation, or to the platform ([`Recipient`]).
//!
//! Made by a message, it stands in the inbox at once. It is served (D1.1.3) when it has stood there for as long as the
//! rulebook asks, when it is read, or when the recipient's mail server takes its e-mail, whichever comes first. Here is
//! the wiring; `serving` has the rule, `mail` the attempts and their back-off.
mod command;
mod event;
mod mail;
mod recipient;
mod refusal;
mod serving;
mod state;

pub use command::{Action, Command, Draft, Facts, Posted, Text};
pub use event::Event;
pub use mail::{MOST_ATTEMPTS, wait};
pub use recipient::Recipient;
pub use refusal::Refusal;
pub use state::{About, Attempt, Made, Mail, Notice, Outcome, Served, Standing};

use kernel::{Actor, Context, Deadline, EditionId, Machine, Party, Role, RuleId, ServedBy, Unfit};
use rulebook::NotificationRules;
use strum::{IntoStaticStr, VariantArray};

/// The machine of notices.
#[derive(Debug)]
pub struct Notices;

pub(crate) type Ctx<'a> = Context<'a, Notices>;

/// A kind of deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Timer {
    /// The notice has stood in the inbox for as long as the rulebook asks.
    Inbox,
}

impl kernel::Timer for Timer {
    fn rule(self) -> RuleId {
        match self {
            Self::Inbox => RuleId::of("D1.1.3"),
        }
    }

    fn on_expiry(self) -> &'static str {
        match self {
            Self::Inbox => "the notice counts as served, read or not",
        }
    }
}

impl Machine for Notices {
    const KIND: &'static str = "notice";
    const PREFIX: &'static str = "ntc";
    type State = Notice;
    type Command = Command;
    type Action = Action;
    type Event = Event;
    type Timer = Timer;
    type Refusal = Refusal;
    type Rules = NotificationRules;
    type Facts = Facts;

    fn action(command: &Command) -> Action {
        command.action()
    }

    /// The recipient, and the staff to whom a notice is evidence (D1.1.3).
    fn relation(notice: &Notice, actor: &Actor) -> Option<Party> {
        if actor.system {
            return Some(Party::System);
        }
        let made = notice.made()?;
        if actor.org.is_some() && actor.org == made.recipient.org() {
            return crate::preferences::party_of(actor);
        }
        actor.as_staff(&[(Role::Arbitrator, Party::Arbitrator), (Role::Operator, Party::Operator)])
    }

    fn guard(notice: &Notice, action: Action, ctx: &Ctx<'_>) -> Result<(), Refusal> {
        let is_meant = match action {
            Action::Make | Action::RecordAttempt => ctx.party == Party::System,
            Action::Read => match notice.made().map(|made| made.recipient) {
                Some(Recipient::Platform) => matches!(ctx.party, Party::Arbitrator | Party::Operator),
                Some(Recipient::Org(_)) | None => matches!(ctx.party, Party::Provider | Party::Merchant),
            },
        };
        match (notice.made(), action) {
            (None, Action::Read | Action::RecordAttempt) => Err(Refusal::NotFound),
            (None | Some(_), Action::Make | Action::Read | Action::RecordAttempt) if !is_meant => {
                Err(Refusal::NotYours)
            }
            (None, Action::Make) | (Some(_), Action::Make | Action::Read | Action::RecordAttempt) => Ok(()),
        }
    }

    fn decide(notice: &Notice, command: &Command, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::Make(draft) => Ok(serving::make(notice, draft, ctx)),
            Command::Read => Ok(serving::read(notice.known()?, ctx)),
            Command::RecordAttempt { number, posted, said } => {
                Ok(mail::attempted(notice.known()?, *number, *posted, said, ctx))
            }
        }
    }

    fn lapse(notice: &Notice, missed: &Deadline<Timer>, ctx: &Ctx<'_>) -> Vec<Event> {
        match missed.timer {
            Timer::Inbox => {
                notice.made().and_then(|made| serving::served(made, ServedBy::Fallback, ctx)).into_iter().collect()
            }
        }
    }

    fn evolve(notice: Notice, event: &Event) -> Result<Notice, Unfit> {
        state::evolve(notice, event)
    }

    fn status(notice: &Notice) -> &'static str {
        notice.made().map_or("absent", Made::status)
    }

    /// None: each notice is made under the edition that is the newest then.
    fn edition(_: &Notice) -> Option<&EditionId> {
        None
    }

    fn deadlines(notice: &Notice) -> Vec<Deadline<Timer>> {
        let waits = notice.made().filter(|made| made.served.is_none());
        waits.map(|made| Deadline::at(Timer::Inbox, made.party(), made.serve_by)).into_iter().collect()
    }
}
