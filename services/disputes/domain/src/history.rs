//! The state after an event. Decides nothing: every instant and every amount comes in the event.
use crate::event::{Event, Spokesperson};
use crate::state::{
    Arbitration, Case, Closed, Ending, Extension, Negotiation, Opened, Opening, Outcome, Pending, Phase, Proposal,
    ProposalCounts, Ruling, Seat, Side, Stage,
};
use kernel::{Due, Time, Unfit};

/// Applies one event.
pub(crate) fn evolve(case: Case, event: &Event) -> Result<Case, Unfit> {
    let unfit = Unfit { event: event.into(), status: case.status() };
    let next = match case {
        Case::Absent => begin(event),
        Case::Opened(mut opened) => apply(&mut opened, event).map(|()| opened),
    };
    next.map(Case::Opened).ok_or(unfit)
}

fn begin(event: &Event) -> Option<Box<Opened>> {
    let Event::Opened { opening, answer_by, negotiate_until, at, .. } = event else {
        return None;
    };
    let negotiation = Negotiation {
        turn: Side::Provider,
        answer_by: Some(Due::At(*answer_by)),
        until: Some(Due::At(*negotiate_until)),
        escalate_by: None,
        refused: false,
        extension: Extension::None,
    };
    Some(Box::new(Opened {
        opening: Opening::clone(opening),
        opened_at: *at,
        proposals: ProposalCounts::default(),
        persons: [].into(),
        conflicts: [].into(),
        phase: Phase::Pending(Pending { proposal: None, stage: Stage::Negotiation(negotiation) }),
    }))
}

/// `None`: the event does not fit.
fn apply(case: &mut Opened, event: &Event) -> Option<()> {
    match event {
        Event::Opened { .. } => return None,
        Event::Proposed { proposal, by, to_merchant, reply_by, .. } => {
            let reply_by = Due::At(*reply_by);
            case.put(Proposal { id: *proposal, by: by.side, to_merchant: *to_merchant, reply_by }, by)?;
        }
        Event::ProposalDeclined { by, escalate_by, .. } => case.clear_table(by.as_ref(), *escalate_by)?,
        Event::RefundRefused { by, escalate_by, .. } => case.refuse(by, *escalate_by)?,
        Event::LongerNegotiationWanted { by } => {
            case.negotiation_mut()?.extension = Extension::WantedBy(by.side);
            case.heard(by);
        }
        Event::NegotiationExtended { by, until, answer_by } => {
            let negotiation = case.negotiation_mut()?;
            negotiation.extension = Extension::Agreed;
            negotiation.until = Some(Due::At(*until));
            negotiation.answer_by = answer_by.map(Due::At);
            case.heard(by);
        }
        Event::NegotiationEnded { escalate_by, .. } => {
            let negotiation = case.negotiation_mut()?;
            negotiation.until = None;
            negotiation.escalation_runs(*escalate_by);
        }
        Event::Escalated { cause, by, decide_by, at, .. } => {
            case.negotiation_mut()?;
            case.pending_mut()?.stage = Stage::Arbitration(Arbitration {
                escalated: *cause,
                since: *at,
                decide_by: Due::At(*decide_by),
                seat: None,
                passed_over: None,
            });
            by.iter().for_each(|by| case.heard(by));
        }
        Event::Withdrawn { by, outcome, .. } => {
            case.close(Ending::Withdrawn, outcome)?;
            by.iter().for_each(|by| case.heard(by));
        }
        Event::Settled { by, outcome, .. } => {
            case.close(Ending::Settled, outcome)?;
            case.heard(by);
        }
        Event::Claimed { arbitrator, until } => case.take_seat(arbitrator, *until)?,
        Event::HandedOver { to, until, .. } => case.take_seat(to, *until)?,
        Event::Released { .. } | Event::LeaseLapsed { .. } => case.arbitration_mut()?.seat = None,
        Event::ConflictDeclared { arbitrator, .. } => case.exclude(arbitrator)?,
        Event::DecisionOverdue { arbitrator, decide_by, .. } => {
            let arbitration = case.arbitration_mut()?;
            arbitration.decide_by = Due::At(*decide_by);
            arbitration.seat = None;
            arbitration.passed_over.clone_from(arbitrator);
        }
        Event::Decided { decision, outcome, appeal_by } => {
            case.arbitration_mut()?;
            let appeal_by = Due::At(*appeal_by);
            case.phase = Phase::Decided(Ruling { outcome: outcome.clone(), by: decision.by.clone(), appeal_by });
        }
        Event::Awarded { outcome } => {
            let Phase::Decided(_) = case.phase else { return None };
            case.phase = Phase::Closed(Closed { ending: Ending::Resolved, outcome: outcome.clone() });
        }
    }
    Some(())
}

impl Negotiation {
    /// W13 runs from here, if at all: the merchant moves, or the application falls.
    fn escalation_runs(&mut self, until: Option<Time>) {
        self.escalate_by = until.map(Due::At);
        if until.is_some() {
            self.turn = Side::Merchant;
        }
    }
}

impl Opened {
    fn pending_mut(&mut self) -> Option<&mut Pending> {
        match &mut self.phase {
            Phase::Pending(pending) => Some(pending),
            Phase::Decided(_) | Phase::Closed(_) => None,
        }
    }

    fn negotiation_mut(&mut self) -> Option<&mut Negotiation> {
        match &mut self.pending_mut()?.stage {
            Stage::Negotiation(negotiation) => Some(negotiation),
            Stage::Arbitration(_) => None,
        }
    }

    fn arbitration_mut(&mut self) -> Option<&mut Arbitration> {
        match &mut self.pending_mut()?.stage {
            Stage::Negotiation(_) => None,
            Stage::Arbitration(arbitration) => Some(arbitration),
        }
    }

    /// Remembers who acted for a side.
    fn heard(&mut self, by: &Spokesperson) {
        self.persons.insert(by.person.clone());
    }

    fn put(&mut self, proposal: Proposal, by: &Spokesperson) -> Option<()> {
        self.pending_mut()?.proposal = Some(proposal);
        if let Some(negotiation) = self.negotiation_mut() {
            negotiation.turn = by.side.other();
            negotiation.escalate_by = None;
            if by.side == Side::Provider {
                negotiation.answer_by = None;
            }
        }
        self.proposals.count(by.side);
        self.heard(by);
        Some(())
    }

    /// The proposal is gone; its author may make another one.
    fn clear_table(&mut self, by: Option<&Spokesperson>, escalate_by: Option<Time>) -> Option<()> {
        let author = self.pending_mut()?.proposal.take()?.by;
        if let Some(negotiation) = self.negotiation_mut() {
            negotiation.turn = author;
            negotiation.escalation_runs(escalate_by);
        }
        by.iter().for_each(|by| self.heard(by));
        Some(())
    }

    fn refuse(&mut self, by: &Spokesperson, escalate_by: Time) -> Option<()> {
        let negotiation = self.negotiation_mut()?;
        negotiation.refused = true;
        negotiation.answer_by = None;
        negotiation.until = None;
        negotiation.escalation_runs(Some(escalate_by));
        self.pending_mut()?.proposal = None;
        self.heard(by);
        Some(())
    }

    fn take_seat(&mut self, arbitrator: &str, until: Time) -> Option<()> {
        let arbitration = self.arbitration_mut()?;
        arbitration.seat = Some(Seat { arbitrator: arbitrator.to_owned(), until: Due::At(until) });
        arbitration.passed_over = None;
        Some(())
    }

    fn exclude(&mut self, arbitrator: &str) -> Option<()> {
        self.pending_mut()?;
        if let Some(arbitration) = self.arbitration_mut() {
            arbitration.seat.take_if(|seat| seat.arbitrator == arbitrator);
        }
        self.conflicts.insert(arbitrator.to_owned());
        Some(())
    }

    fn close(&mut self, ending: Ending, outcome: &Outcome) -> Option<()> {
        self.pending_mut()?;
        self.phase = Phase::Closed(Closed { ending, outcome: outcome.clone() });
        Some(())
    }
}
