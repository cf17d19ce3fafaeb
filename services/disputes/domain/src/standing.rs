//! Who has standing: the questions that guards ask of a case and of the person who acts.
use crate::refusal::Refusal;
use crate::state::{Arbitration, Case, Negotiation, Opened, Pending, Phase, Side, Stage};
use crate::{Ctx, event::Spokesperson};
use kernel::{Org, Party};

/// How many persons may act for the two sides together, and how many arbitrators may declare a conflict.
const PERSONS: usize = 32;

impl Case {
    /// The case, or that there is none.
    pub(crate) fn known(&self) -> Result<&Opened, Refusal> {
        self.opened().ok_or(Refusal::CaseNotFound)
    }
}

impl Opened {
    /// The case while it is neither decided nor closed.
    pub(crate) fn pending(&self) -> Result<&Pending, Refusal> {
        match &self.phase {
            Phase::Pending(pending) => Ok(pending),
            Phase::Decided(_) => Err(Refusal::Decided),
            Phase::Closed(_) => Err(Refusal::Closed),
        }
    }

    /// The negotiation while it is on.
    pub(crate) fn negotiation(&self) -> Result<&Negotiation, Refusal> {
        match &self.pending()?.stage {
            Stage::Negotiation(negotiation) => Ok(negotiation),
            Stage::Arbitration(_) => Err(Refusal::AlreadyEscalated),
        }
    }

    /// The arbitration while it is on.
    pub(crate) fn arbitration(&self) -> Result<&Arbitration, Refusal> {
        match &self.pending()?.stage {
            Stage::Negotiation(_) => Err(Refusal::NotEscalated),
            Stage::Arbitration(arbitration) => Ok(arbitration),
        }
    }

    /// Whether this person may not judge: acted for a side, or declared a conflict (D1.1.4).
    pub(crate) fn is_conflicted(&self, person: &str) -> bool {
        self.persons.contains(person) || self.conflicts.contains(person)
    }

    fn has_room_for(&self, person: &str) -> bool {
        self.persons.contains(person) || self.persons.len() < PERSONS
    }
}

/// The person who acts for a side, if the caller does.
pub(crate) fn spokesperson(case: &Opened, ctx: &Ctx<'_>) -> Result<Spokesperson, Refusal> {
    let side = Side::of(ctx.party).ok_or(Refusal::NotYours)?;
    let person = ctx.actor.sub.clone();
    if case.has_room_for(&person) { Ok(Spokesperson { side, person }) } else { Err(Refusal::TooManyPersons) }
}

/// The same, if the caller acts for this side.
pub(crate) fn spokesperson_of(side: Side, case: &Opened, ctx: &Ctx<'_>) -> Result<Spokesperson, Refusal> {
    if ctx.party == side.party() { spokesperson(case, ctx) } else { Err(Refusal::NotYours) }
}

/// That the caller is an arbitrator, whatever the assignment.
pub(crate) fn arbitrator(ctx: &Ctx<'_>) -> Result<(), Refusal> {
    if ctx.party == Party::Arbitrator { Ok(()) } else { Err(Refusal::NotYours) }
}

/// That the caller is an arbitrator and has no conflict of interest (D1.1.4).
pub(crate) fn impartial(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    arbitrator(ctx)?;
    let of_a_party = match ctx.actor.org {
        Some(Org::Provider(id)) => id == case.opening.provider,
        Some(Org::Merchant(id)) => id == case.opening.merchant,
        None => false,
    };
    if of_a_party || case.is_conflicted(&ctx.actor.sub) { Err(Refusal::ConflictOfInterest) } else { Ok(()) }
}

/// That the caller may declare a conflict: an arbitrator, and the list has room.
pub(crate) fn may_declare(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    arbitrator(ctx)?;
    case.pending()?;
    let known = case.conflicts.contains(&ctx.actor.sub);
    if known || case.conflicts.len() < PERSONS { Ok(()) } else { Err(Refusal::TooManyPersons) }
}

/// That the case is assigned to the caller: a role alone does not decide a case.
pub(crate) fn seat(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    arbitrator(ctx)?;
    let seat = case.arbitration()?.seat.as_ref().ok_or(Refusal::NotClaimed)?;
    if seat.arbitrator == ctx.actor.sub { Ok(()) } else { Err(Refusal::AssignedToAnother) }
}
