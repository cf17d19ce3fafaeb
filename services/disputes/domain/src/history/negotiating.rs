//! What happened at the negotiating table.
use crate::event::{Reminder, Spokesperson};
use crate::evidence::Window;
use crate::state::{
    Arbitration, Bench, Closed, Course, Ending, Escalation, Extension, Negotiation, Opened, Outcome, Pending, Phase,
    Proposal, Side, Stage,
};
use kernel::{Due, Time};

impl Negotiation {
    /// W13 runs from here, if at all: the merchant moves, or the application falls.
    pub(super) fn escalation_runs(&mut self, until: Option<Time>) {
        self.escalate_by = until.map(Due::At);
        if until.is_some() {
            self.turn = Side::Merchant;
        }
    }
}

impl Opened {
    pub(super) fn pending_mut(&mut self) -> Option<&mut Pending> {
        match &mut self.phase {
            Phase::Pending(pending) => Some(pending),
            Phase::Decided(_) | Phase::Appealed(_) | Phase::Closed(_) => None,
        }
    }

    pub(crate) fn negotiation_mut(&mut self) -> Option<&mut Negotiation> {
        match &mut self.pending_mut()?.stage {
            Stage::Negotiation(negotiation) => Some(negotiation),
            Stage::Arbitration(_) => None,
        }
    }

    pub(crate) fn bench_mut(&mut self) -> Option<&mut Bench> {
        match &mut self.phase {
            Phase::Pending(pending) => match &mut pending.stage {
                Stage::Negotiation(_) => None,
                Stage::Arbitration(arbitration) => Some(&mut arbitration.bench),
            },
            Phase::Appealed(appealed) => Some(&mut appealed.bench),
            Phase::Decided(_) | Phase::Closed(_) => None,
        }
    }

    /// Remembers who acted for a side.
    pub(super) fn heard(&mut self, by: &Spokesperson) {
        self.persons.insert(by.person.clone());
    }

    /// The place on the table, until the case is closed.
    pub(crate) fn table_mut(&mut self) -> Option<&mut Option<Proposal>> {
        match &mut self.phase {
            Phase::Pending(pending) => Some(&mut pending.proposal),
            Phase::Decided(ruling) => Some(&mut ruling.proposal),
            Phase::Appealed(appealed) => Some(&mut appealed.ruling.proposal),
            Phase::Closed(_) => None,
        }
    }

    pub(super) fn put(&mut self, proposal: Proposal, by: &Spokesperson) -> Option<()> {
        *self.table_mut()? = Some(proposal);
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
    pub(super) fn clear_table(&mut self, by: Option<&Spokesperson>, escalate_by: Option<Time>) -> Option<()> {
        let author = self.table_mut()?.take()?.by;
        if let Some(negotiation) = self.negotiation_mut() {
            negotiation.turn = author;
            negotiation.escalation_runs(escalate_by);
        }
        by.iter().for_each(|by| self.heard(by));
        Some(())
    }

    pub(super) fn refuse(&mut self, by: &Spokesperson, escalate_by: Time) -> Option<()> {
        let negotiation = self.negotiation_mut()?;
        negotiation.refused = true;
        negotiation.answer_by = None;
        negotiation.until = None;
        negotiation.escalation_runs(Some(escalate_by));
        self.pending_mut()?.proposal = None;
        self.heard(by);
        Some(())
    }

    pub(super) fn want_longer(&mut self, by: &Spokesperson) -> Option<()> {
        self.negotiation_mut()?.extension = Extension::WantedBy(by.side);
        self.heard(by);
        Some(())
    }

    pub(super) fn prolong(&mut self, by: &Spokesperson, until: Time, answer_by: Option<Time>) -> Option<()> {
        let negotiation = self.negotiation_mut()?;
        negotiation.extension = Extension::Agreed;
        negotiation.until = Some(Due::At(until));
        negotiation.answer_by = answer_by.map(Due::At);
        negotiation.remind_at = None;
        self.heard(by);
        Some(())
    }

    pub(super) fn end_negotiation(&mut self, escalate_by: Option<Time>) -> Option<()> {
        let negotiation = self.negotiation_mut()?;
        negotiation.until = None;
        negotiation.escalation_runs(escalate_by);
        Some(())
    }

    pub(super) fn escalate(
        &mut self,
        cause: Escalation,
        by: Option<&Spokesperson>,
        decide_by: Time,
        at: Time,
    ) -> Option<()> {
        self.negotiation_mut()?;
        let pending = self.pending_mut()?;
        pending.stage = Stage::Arbitration(Arbitration { escalated: cause, bench: Bench::new(at, Some(decide_by)) });
        by.iter().for_each(|by| self.heard(by));
        Some(())
    }

    pub(super) fn close(&mut self, ending: Ending, outcome: &Outcome, by: Option<&Spokesperson>) -> Option<()> {
        if !self.is_open() {
            return None;
        }
        self.phase = Phase::Closed(Closed { ending, outcome: outcome.clone() });
        by.iter().for_each(|by| self.heard(by));
        Some(())
    }

    /// The reminder is done.
    pub(super) fn reminded(&mut self, side: Side, of: Reminder) -> Option<()> {
        match of {
            Reminder::Answer => self.negotiation_mut()?.remind_at = None,
            Reminder::Evidence => match self.bench_mut()?.hearing.window_mut(side) {
                Window::Asked { remind, .. } => *remind = None,
                Window::Unasked | Window::Sealed | Window::Closed => return None,
            },
            Reminder::Proceedings => self.course_mut()?.forget_reminder()?,
        }
        Some(())
    }

    pub(super) fn course_mut(&mut self) -> Option<&mut Course> {
        match &mut self.phase {
            Phase::Pending(pending) => Some(&mut pending.course),
            Phase::Appealed(appealed) => Some(&mut appealed.course),
            Phase::Decided(_) | Phase::Closed(_) => None,
        }
    }
}
