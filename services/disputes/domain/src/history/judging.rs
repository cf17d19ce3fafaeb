//! What happened before the platform: seats, evidence, decisions, appeals.
use crate::appeal::{Appealed, Ground};
use crate::casefile::{Digest, Filed};
use crate::consequence::Reversal;
use crate::event::{Appeal, Followed, Spokesperson};
use crate::evidence::{Exhibit, Hearing, Held, Item, Round, Standing, Window};
use crate::record::DecisionRecord;
use crate::state::{Bench, Closed, Course, Ending, Opened, Outcome, Phase, Ruling, Seat, Side};
use kernel::{Due, Time};
use std::slice;

impl Hearing {
    /// A side's window has passed.
    pub(super) fn lapse(&mut self, side: Side) {
        *self.window_mut(side) = Window::Closed;
        if !self.lapsed.contains(&side) {
            self.lapsed.push(side);
        }
    }

    /// A side answered late in the rebuttal that it was given: nobody waits for it any more.
    pub(super) fn done_late(&mut self, side: Side) {
        *self.window_mut(side) = Window::Closed;
    }
}

impl Bench {
    /// A side is asked; the decision waits for the close of evidence.
    pub(super) fn ask(&mut self, side: Side, due: Time, remind_at: Option<Time>) {
        self.hearing.ask(side, due, remind_at);
        self.decide_by = None;
        self.awaiting = None;
    }

    pub(super) fn exchange(&mut self, rebut_by: Option<Time>, remind_at: Option<Time>, decide_by: Option<Time>) {
        let window = match rebut_by {
            Some(due) => Window::Asked { due: Due::At(due), remind: remind_at.map(Due::At) },
            None => Window::Closed,
        };
        self.hearing.round = if rebut_by.is_some() { Round::Rebuttal } else { Round::Closed };
        self.hearing.rebutted |= rebut_by.is_some();
        self.hearing.owes_answer = false;
        self.hearing.provider = window.clone();
        self.hearing.merchant = window;
        self.decide_by = decide_by.map(Due::At);
    }
}

impl Opened {
    /// A side did something that was filed.
    pub(super) fn acted(&mut self, by: &Spokesperson, filed: &Filed) -> Option<()> {
        self.heard(by);
        self.file.append(slice::from_ref(filed))
    }

    pub(super) fn take_seat(&mut self, arbitrator: &str, until: Time) -> Option<()> {
        let bench = self.bench_mut()?;
        if bench.seat.as_ref().is_some_and(|seat| seat.arbitrator != arbitrator) {
            bench.vacate();
        }
        bench.seat = Some(Seat { arbitrator: arbitrator.to_owned(), until: Due::At(until) });
        bench.passed_over = None;
        Some(())
    }

    pub(super) fn exclude(&mut self, arbitrator: &str) -> Option<()> {
        if let Some(bench) = self.bench_mut()
            && bench.seat.as_ref().is_some_and(|seat| seat.arbitrator == arbitrator)
        {
            bench.vacate();
        }
        self.conflicts.insert(arbitrator.to_owned());
        Some(())
    }

    pub(super) fn pass_over(&mut self, arbitrator: Option<&String>, decide_by: Time) -> Option<()> {
        let bench = self.bench_mut()?;
        bench.decide_by = Some(Due::At(decide_by));
        if bench.awaiting.is_none() {
            bench.vacate();
            bench.passed_over = arbitrator.cloned();
        }
        Some(())
    }

    /// The draft is gone; the arbitrator who handed it in holds the case anew.
    pub(super) fn take_draft_back(&mut self, until: Time) -> Option<()> {
        let bench = self.bench_mut()?;
        bench.awaiting = None;
        if let Some(seat) = &mut bench.seat {
            seat.until = Due::At(until);
        }
        Some(())
    }

    pub(super) fn file_records(&mut self, filed: &[Filed]) -> Option<()> {
        self.file.append(filed)?;
        filed.iter().for_each(|filed| self.file.mark_record(filed));
        Some(())
    }

    pub(super) fn hold(&mut self, by: &Spokesperson, exhibit: &Exhibit, content: Digest) -> Option<()> {
        self.file.drafts.push(Held {
            id: exhibit.id,
            by: by.side,
            proves: exhibit.proves.clone(),
            content,
            marks: exhibit.marks(),
        });
        self.heard(by);
        Some(())
    }

    /// Something more is claimed: the provider's new window begins, or it waits for the exchange with its set sealed.
    pub(super) fn owe_answer(&mut self, answer_by: Option<Time>, remind_at: Option<Time>) {
        let Some(bench) = self.bench_mut() else { return };
        match answer_by {
            Some(due) => bench.ask(Side::Provider, due, remind_at),
            None => bench.hearing.owes_answer |= bench.hearing.provider == Window::Sealed,
        }
    }

    pub(super) fn sealed(&mut self, by: &Spokesperson, other_due: Option<Time>, remind_at: Option<Time>) -> Option<()> {
        let bench = self.bench_mut()?;
        if let Some(due) = other_due {
            bench.ask(by.side.other(), due, remind_at);
        }
        *bench.hearing.window_mut(by.side) = Window::Sealed;
        self.heard(by);
        Some(())
    }

    /// A decision stands; on an appeal, in place of the one before.
    pub(super) fn rule(
        &mut self,
        record: &DecisionRecord,
        outcome: &Outcome,
        appeal_by: Time,
        filed: &Filed,
    ) -> Option<()> {
        self.bench_mut()?;
        self.phase = Phase::Decided(Ruling {
            outcome: outcome.clone(),
            by: record.decided_by.clone(),
            confirmed_by: record.confirmed_by.clone(),
            appeal_by: Due::At(appeal_by),
            appealed_by: None,
            proposal: None,
        });
        self.file.append(slice::from_ref(filed))
    }

    pub(super) fn appeal(&mut self, appeal: &Appeal) -> Option<()> {
        let Appeal { by, ground, decide_by, answer_by, remind_at, at, filed, .. } = appeal;
        let Phase::Decided(ruling) = &self.phase else { return None };
        self.phase = Phase::Appealed(Appealed {
            ruling: ruling.clone(),
            by: by.side,
            course: Course::Running { wanted: None },
            bench: Bench::new(*at, *decide_by),
        });
        self.heard(by);
        self.file.append(filed)?;
        if let Ground::NewEvidence { exhibits, .. } = ground {
            for (exhibit, filed) in exhibits.iter().zip(filed.get(1..)?) {
                let item = Item {
                    by: by.side,
                    voucher: self.file.worth(&exhibit.marks()),
                    standing: Standing::Submitted,
                    contested: false,
                    proves: exhibit.proves.clone(),
                };
                self.file.items.insert(filed.entry.number, item);
                self.file.marks.extend(exhibit.marks());
            }
        }
        if let Some(due) = answer_by {
            self.bench_mut()?.ask(by.side.other(), *due, *remind_at);
        }
        Some(())
    }

    /// What was undone is no consequence any more.
    pub(super) fn forget(&mut self, reversals: &[Reversal]) {
        let is_undone = |kind| reversals.iter().any(|reversal| reversal.kind == kind && reversal.fate.is_undone());
        self.caused.retain(|one| !is_undone(one.kind));
    }

    /// Another forum's outcome is in the place of the platform's.
    pub(super) fn follow(&mut self, followed: &Followed) -> Option<()> {
        let Followed { by, outcome, reversals, filed, .. } = followed;
        self.forget(reversals);
        self.phase = match &self.phase {
            // The money waits no longer than until the award that comes with it.
            Phase::Pending(_) => Phase::Decided(Ruling {
                outcome: outcome.clone(),
                by: by.to_owned(),
                confirmed_by: None,
                appeal_by: Due::At(outcome.at),
                appealed_by: None,
                proposal: None,
            }),
            Phase::Decided(ruling) | Phase::Appealed(Appealed { ruling, .. }) => {
                Phase::Decided(Ruling { outcome: outcome.clone(), ..ruling.clone() })
            }
            Phase::Closed(_) => Phase::Closed(Closed { ending: Ending::Resolved, outcome: outcome.clone() }),
        };
        self.file.append(slice::from_ref(filed))
    }
}
