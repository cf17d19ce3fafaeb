//! Who has standing: the questions that guards ask of a case and of the person who acts.
use crate::refusal::Refusal;
use crate::state::{Appealed, Bench, Case, Negotiation, Opened, Pending, Phase, Side, Stage};
use crate::suspension::Cause;
use crate::{Ctx, event::Spokesperson};
use kernel::{Org, Party, RuleId};

/// How many persons may act for the two sides together, and how many arbitrators may declare a conflict.
const PERSONS: usize = 32;

impl Case {
    /// The case, or that there is none.
    pub(crate) fn known(&self) -> Result<&Opened, Refusal> {
        self.opened().ok_or(Refusal::CaseNotFound)
    }
}

impl Opened {
    /// The case while it is neither decided nor closed; suspended or not.
    pub(crate) fn pending(&self) -> Result<&Pending, Refusal> {
        match &self.phase {
            Phase::Pending(pending) => Ok(pending),
            Phase::Decided(_) | Phase::Appealed(_) => Err(Refusal::Decided),
            Phase::Closed(_) => Err(Refusal::Closed),
        }
    }

    /// That something is still to be decided: pending, or under appeal.
    pub(crate) fn undecided(&self) -> Result<(), Refusal> {
        match &self.phase {
            Phase::Pending(_) | Phase::Appealed(_) => Ok(()),
            Phase::Decided(_) => Err(Refusal::Decided),
            Phase::Closed(_) => Err(Refusal::Closed),
        }
    }

    /// The negotiation while it is on and not suspended.
    pub(crate) fn negotiation(&self) -> Result<&Negotiation, Refusal> {
        let pending = self.pending()?;
        self.unsuspended()?;
        match &pending.stage {
            Stage::Negotiation(negotiation) => Ok(negotiation),
            Stage::Arbitration(_) => Err(Refusal::AlreadyEscalated),
        }
    }

    /// The bench while it works: the first one's or the appeal's, not suspended.
    pub(crate) fn bench(&self) -> Result<&Bench, Refusal> {
        self.undecided()?;
        let bench = self.bench_seen().ok_or(Refusal::NotEscalated)?;
        self.unsuspended()?;
        Ok(bench)
    }

    /// That the handling goes on.
    pub(crate) fn unsuspended(&self) -> Result<(), Refusal> {
        if self.suspension().is_some() { Err(self.suspended()) } else { Ok(()) }
    }

    /// That it does not, and until when it is looked at next.
    pub(crate) fn suspended(&self) -> Refusal {
        let rule = match self.suspension().map(|suspension| &suspension.cause) {
            Some(Cause::Proceedings { .. }) => "D1.5.2",
            Some(Cause::Both { .. }) | None => "D1.5.1",
        };
        Refusal::Suspended { rule: RuleId::of(rule) }
    }

    /// Whether this person made or confirmed the decision that is under appeal.
    pub(crate) fn has_decided(&self, person: &str) -> bool {
        match &self.phase {
            Phase::Appealed(Appealed { ruling, .. }) => {
                ruling.by == person || ruling.confirmed_by.as_deref() == Some(person)
            }
            Phase::Pending(_) | Phase::Decided(_) | Phase::Closed(_) => false,
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
    if of_a_party || case.is_conflicted(&ctx.actor.sub) {
        return Err(Refusal::ConflictOfInterest);
    }
    if case.has_decided(&ctx.actor.sub) { Err(Refusal::DecidedBefore) } else { Ok(()) }
}

/// That the caller may declare a conflict: an arbitrator, and the list has room.
pub(crate) fn may_declare(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    arbitrator(ctx)?;
    case.undecided()?;
    let known = case.conflicts.contains(&ctx.actor.sub);
    if known || case.conflicts.len() < PERSONS { Ok(()) } else { Err(Refusal::TooManyPersons) }
}

/// That the case is assigned to the caller: a role alone does not decide a case.
pub(crate) fn seat(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    arbitrator(ctx)?;
    let seat = case.bench()?.seat.as_ref().ok_or(Refusal::NotClaimed)?;
    if seat.arbitrator == ctx.actor.sub { Ok(()) } else { Err(Refusal::AssignedToAnother) }
}
