//! The machine: which function decides what. Each topic has its own module.
use crate::command::{Action, Command};
use crate::deadline::{self, Timer};
use crate::event::Event;
use crate::facts::Facts;
use crate::refusal::Refusal;
use crate::state::{Listing, Record};
use crate::{claim, drafting, evolving, guard, measures, moderating, sale, submission};
use kernel::{Actor, Claim, Context, Deadline, EditionId, Machine, Party, Role, Terms, Unfit};
use rulebook::ListingRules;

/// The workflow of a listing.
#[derive(Debug)]
pub enum Listings {}

/// What a decision comes to.
pub(crate) type Decided = Result<Vec<Event>, Refusal>;

/// The staff that has to do with listings.
const STAFF: &[(Role, Party)] = &[
    (Role::Moderator, Party::Moderator),
    (Role::Operator, Party::Operator),
    (Role::ComplianceOfficer, Party::ComplianceOfficer),
];

impl Machine for Listings {
    const KIND: &'static str = "listing";
    const PREFIX: &'static str = "lst";
    type State = Listing;
    type Command = Command;
    type Action = Action;
    type Event = Event;
    type Timer = Timer;
    type Refusal = Refusal;
    type Rules = ListingRules;
    type Facts = Facts;

    fn action(command: &Command) -> Action {
        command.action()
    }

    /// Merchants see what is on sale through the public lists, not through the listing's own door.
    fn relation(listing: &Listing, actor: &Actor) -> Option<Party> {
        if actor.system {
            return Some(Party::System);
        }
        let Some(record) = listing.record() else {
            return actor.as_provider().map(|_| Party::Provider);
        };
        if actor.as_provider() == Some(record.provider) { Some(Party::Provider) } else { actor.as_staff(STAFF) }
    }

    fn guard(listing: &Listing, action: Action, ctx: &Context<'_, Self>) -> Result<(), Refusal> {
        guard::guard(listing, action, ctx)
    }

    fn decide(listing: &Listing, command: &Command, ctx: &Context<'_, Self>) -> Decided {
        let record = || listing.record().ok_or(Refusal::ListingNotFound);
        match command {
            Command::CreateDraft { category, agent_operation } => drafting::create(*category, *agent_operation, ctx),
            Command::Revise { revision, content } => drafting::revise(record()?, *revision, content, ctx),
            Command::Submit => submission::submit(record()?, ctx),
            Command::Recall => moderating::recall(record()?),
            Command::Withdraw => Ok(sale::withdraw(record()?)),
            Command::Republish => Ok(sale::republish(record()?, ctx)),
            Command::Claim => moderating::claim(record()?, ctx),
            Command::Release => moderating::release(record()?),
            Command::Approve { note } => moderating::approve(record()?, note.as_deref(), ctx),
            Command::RequestChanges { grounds } => moderating::request_changes(record()?, grounds, ctx),
            Command::Reject { grounds } => moderating::reject(record()?, grounds, ctx),
            Command::Block { measure, until, grounds } => measures::block(record()?, *measure, *until, grounds, ctx),
            Command::Remove { measure, until, correction, grounds } => {
                measures::remove(record()?, *measure, *until, *correction, grounds, ctx)
            }
            Command::Unblock { measure, reasons } => measures::unblock(record()?, *measure, reasons, ctx),
            Command::RecheckProvider => Ok(sale::recheck(record()?, ctx)),
        }
    }

    fn lapse(listing: &Listing, missed: &Deadline<Timer>, ctx: &Context<'_, Self>) -> Vec<Event> {
        let Some(record) = listing.record() else {
            return vec![];
        };
        match missed.timer {
            Timer::ModerationDue => moderating::overdue(record, ctx),
            Timer::ClaimLease => moderating::lease_over(record),
            Timer::MendBy => moderating::not_mended(record, ctx),
            Timer::MeasureEnd => measures::served(record, missed.subject),
        }
    }

    fn evolve(listing: Listing, event: &Event) -> Result<Listing, Unfit> {
        evolving::evolve(listing, event)
    }

    fn status(listing: &Listing) -> &'static str {
        listing.record().map_or("absent", Record::status)
    }

    /// Pinned while a revision is in the queue; everything else is procedure of the newest edition.
    fn edition(listing: &Listing) -> Option<&EditionId> {
        listing.record()?.queued().map(|queued| &queued.edition)
    }

    fn deadlines(listing: &Listing) -> Vec<Deadline<Timer>> {
        deadline::deadlines(listing)
    }

    fn claims(listing: &Listing) -> Vec<Claim> {
        claim::claims(listing)
    }
}

/// The terms on sale, as other contexts are told; `None` when nothing is.
pub fn published_terms(listing: &Listing) -> Option<Terms> {
    listing.record()?.on_sale().map(|approved| approved.terms.clone())
}
