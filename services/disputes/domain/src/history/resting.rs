//! Suspension: every clock of the handling stands still and goes on with what it had left.
use crate::casefile::Filed;
use crate::event::Spokesperson;
use crate::evidence::Window;
use crate::state::{Bench, Course, Opened, Phase, Side, Stage, Suspension};
use crate::suspension::{Cause, go_on, pause};
use kernel::{Due, Time};
use std::slice;

impl Course {
    pub(super) fn want(&mut self, side: Side) -> Option<()> {
        match self {
            Self::Running { wanted } => *wanted = Some(side),
            Self::Suspended(suspension) => match &mut suspension.cause {
                Cause::Both { wanted, .. } => *wanted = Some(side),
                Cause::Proceedings { .. } => return None,
            },
        }
        Some(())
    }

    fn cause_mut(&mut self) -> Option<&mut Cause> {
        match self {
            Self::Running { .. } => None,
            Self::Suspended(suspension) => Some(&mut suspension.cause),
        }
    }

    pub(super) fn renew(&mut self, end: Time) -> Option<()> {
        match self.cause_mut()? {
            Cause::Both { until, renewed, wanted } => {
                (*until, *renewed, *wanted) = (end, true, None);
                Some(())
            }
            Cause::Proceedings { .. } => None,
        }
    }

    pub(super) fn report(&mut self, next: Time, remind: Option<Time>) -> Option<()> {
        match self.cause_mut()? {
            Cause::Both { .. } => None,
            Cause::Proceedings { proof_by, report_by, remind_at, .. } => {
                (*proof_by, *report_by, *remind_at) = (None, Some(next), remind);
                Some(())
            }
        }
    }

    pub(super) fn review(&mut self, next: Time) -> Option<()> {
        match self.cause_mut()? {
            Cause::Both { .. } => None,
            Cause::Proceedings { review_at, .. } => {
                *review_at = next;
                Some(())
            }
        }
    }

    pub(super) fn forget_reminder(&mut self) -> Option<()> {
        match self.cause_mut()? {
            Cause::Both { .. } => None,
            Cause::Proceedings { remind_at, .. } => {
                *remind_at = None;
                Some(())
            }
        }
    }
}

impl Bench {
    fn clocks_mut(&mut self) -> Vec<&mut Due> {
        let mut clocks: Vec<&mut Due> = self.decide_by.iter_mut().collect();
        clocks.extend(self.seat.as_mut().map(|seat| &mut seat.until));
        for window in [&mut self.hearing.provider, &mut self.hearing.merchant] {
            if let Window::Asked { due, remind } = window {
                clocks.push(due);
                clocks.extend(remind);
            }
        }
        clocks
    }
}

impl Opened {
    /// Every clock of the handling.
    fn clocks_mut(&mut self) -> Vec<&mut Due> {
        match &mut self.phase {
            Phase::Pending(pending) => {
                let mut clocks: Vec<&mut Due> = pending.proposal.iter_mut().map(|one| &mut one.reply_by).collect();
                match &mut pending.stage {
                    Stage::Negotiation(negotiation) => {
                        clocks.extend(&mut negotiation.answer_by);
                        clocks.extend(&mut negotiation.remind_at);
                        clocks.extend(&mut negotiation.until);
                        clocks.extend(&mut negotiation.escalate_by);
                    }
                    Stage::Arbitration(arbitration) => clocks.extend(arbitration.bench.clocks_mut()),
                }
                clocks
            }
            Phase::Appealed(appealed) => {
                let mut clocks = appealed.bench.clocks_mut();
                clocks.extend(appealed.ruling.proposal.as_mut().map(|one| &mut one.reply_by));
                clocks
            }
            Phase::Decided(_) | Phase::Closed(_) => vec![],
        }
    }

    pub(super) fn suspend(&mut self, by: Option<&Spokesperson>, cause: &Cause, at: Time, filed: &Filed) -> Option<()> {
        *self.course_mut()? = Course::Suspended(Suspension { since: at, cause: cause.clone() });
        self.clocks_mut().into_iter().for_each(|due| pause(due, at));
        self.spent.spend(cause);
        by.iter().for_each(|by| self.heard(by));
        self.file.append(slice::from_ref(filed))
    }

    pub(super) fn resume(&mut self, at: Time, escalate_by: Option<Time>, filed: &Filed) -> Option<()> {
        *self.course_mut()? = Course::Running { wanted: None };
        self.clocks_mut().into_iter().for_each(|due| go_on(due, at));
        if let (Some(negotiation), Some(_)) = (self.negotiation_mut(), escalate_by) {
            negotiation.escalation_runs(escalate_by);
        }
        self.file.append(slice::from_ref(filed))
    }
}
