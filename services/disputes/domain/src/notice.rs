//! The notice that starts a window (D1.1.3): the window is counted from the act and shown at once; where its notice was
//! served later than that, the window is counted anew from there, never to anybody's loss of time.
//!
//! A window that would pass although nothing was heard of its notice is counted once more, from the instant at which
//! the notice counts as served at the latest: no case sleeps for ever, and nobody is judged unheard.
use crate::appeal::Appealed;
use crate::event::Event;
use crate::evidence::{Round, Window};
use crate::refusal::Refusal;
use crate::state::{Negotiation, Opened, Phase, Side};
use crate::suspension::Suspension;
use crate::{Ctx, Timer, clocks};
use kernel::{Deadline, Due, Party, RuleId, ServedBy, Time, TimeDelta};
use rulebook::DisputeRules;
use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr};

/// A window that starts with a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum NoticeOf {
    /// The application: the provider's answer (W11).
    Application,
    /// A proposal: the other side's answer (W12).
    Proposal,
    /// What a side is asked for, or may answer: its evidence (W14).
    Evidence,
    /// The decision: the appeal (W17).
    Decision,
}

impl NoticeOf {
    fn rule(self) -> &'static str {
        match self {
            Self::Application => "W11",
            Self::Proposal => "W12",
            Self::Evidence => "W14",
            Self::Decision => "W17",
        }
    }

    fn of_timer(timer: Timer) -> Option<Self> {
        match timer {
            Timer::Answer => Some(Self::Application),
            Timer::ProposalReply => Some(Self::Proposal),
            Timer::Evidence => Some(Self::Evidence),
            Timer::Appeal => Some(Self::Decision),
            Timer::AnswerReminder
            | Timer::Negotiation
            | Timer::Escalation
            | Timer::EvidenceReminder
            | Timer::Suspension
            | Timer::ProofOfFiling
            | Timer::ProceedingsReport
            | Timer::ProceedingsReminder
            | Timer::SuspensionReview
            | Timer::ArbitratorLease
            | Timer::Decision
            | Timer::AppealDecision => None,
        }
    }
}

/// A window that runs although it is not known that its notice was served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Awaited {
    /// Which.
    pub of: NoticeOf,
    /// Who is to be told.
    pub side: Side,
    /// When the act was that the notice tells.
    pub since: Time,
}

/// What is reported of a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeReport {
    /// Which window it starts.
    pub of: NoticeOf,
    /// Who was told.
    pub side: Side,
    /// The instant of the act.
    pub act_at: Time,
    /// When it was served.
    pub served_at: Time,
    /// By what.
    pub by: ServedBy,
}

/// A notice was served: the window is counted from there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeServed {
    /// Which window it starts.
    pub of: NoticeOf,
    /// Who was told.
    pub side: Side,
    /// When.
    pub served_at: Time,
    /// By what.
    pub by: ServedBy,
    /// The end of the window.
    pub due: Due,
    /// D1.1.3, and the rule of the window.
    pub rules: Vec<RuleId>,
}

/// Only the system.
pub(crate) fn may_confirm(ctx: &Ctx<'_>) -> Result<(), Refusal> {
    if ctx.party == Party::System { Ok(()) } else { Err(Refusal::NotYours) }
}

/// The notice of an act that is past, or of a window that is over, is "already so".
pub(crate) fn confirm(case: &Opened, report: &NoticeReport, ctx: &Ctx<'_>) -> Vec<Event> {
    let NoticeReport { of, side, act_at, served_at, by } = *report;
    let awaited = case.awaited.iter().any(|one| (one.of, one.side, one.since) == (of, side, act_at));
    if awaited { served(case, of, side, served_at, by, ctx).into_iter().collect() } else { vec![] }
}

/// What comes in place of the lapse of a window whose notice was never heard of.
pub(crate) fn unheard(case: &Opened, missed: &Deadline<Timer>, ctx: &Ctx<'_>) -> Vec<Event> {
    let Some(of) = NoticeOf::of_timer(missed.timer) else { return vec![] };
    // An appeal is either side's; the other windows are one side's.
    let is_theirs = |side: Side| of == NoticeOf::Decision || side.party() == missed.party;
    let unheard = case.awaited.iter().filter(|one| one.of == of && is_theirs(one.side));
    let at_the_latest = |since: Time| clocks::for_party(ctx, since, |rules| rules.notice);
    unheard.filter_map(|one| served(case, of, one.side, at_the_latest(one.since), ServedBy::Unheard, ctx)).collect()
}

fn served(case: &Opened, of: NoticeOf, side: Side, served_at: Time, by: ServedBy, ctx: &Ctx<'_>) -> Option<Event> {
    let now = case.window(of, side)?;
    let window = case.window_of(of);
    let due = match (now, case.suspension()) {
        (Due::At(due), _) => Due::At(due.max(clocks::for_party(ctx, served_at, window))),
        // It stands still, with what was left at the suspension.
        (Due::Paused { remaining }, Some(Suspension { since, .. })) => {
            let left = clocks::for_party(ctx, served_at.min(*since), window) - *since;
            Due::Paused { remaining: remaining.max(left) }
        }
        (paused @ Due::Paused { .. }, None) => paused,
    };
    let rules = vec![RuleId::of("D1.1.3"), RuleId::of(of.rule())];
    Some(Event::NoticeServed(NoticeServed { of, side, served_at, by, due, rules }))
}

impl Opened {
    /// The end of the window that such a notice starts, if it runs or stands still.
    fn window(&self, of: NoticeOf, side: Side) -> Option<Due> {
        match of {
            NoticeOf::Application => self.negotiation().ok()?.answer_by,
            NoticeOf::Proposal => self.table().filter(|one| one.by == side.other()).map(|one| one.reply_by),
            NoticeOf::Evidence => match self.hearing()?.window(side) {
                Window::Asked { due, .. } => Some(*due),
                Window::Unasked | Window::Sealed | Window::Closed => None,
            },
            NoticeOf::Decision => self.ruling().map(|ruling| ruling.appeal_by),
        }
    }

    fn window_of(&self, of: NoticeOf) -> fn(&DisputeRules) -> kernel::Span {
        let is_rebuttal = self.hearing().is_some_and(|hearing| hearing.round == Round::Rebuttal);
        match of {
            NoticeOf::Application => |rules| rules.answer,
            NoticeOf::Proposal => |rules| rules.proposal_reply,
            NoticeOf::Evidence if is_rebuttal => |rules| rules.rebuttal,
            NoticeOf::Evidence => |rules| rules.evidence,
            NoticeOf::Decision => |rules| rules.appeal,
        }
    }

    /// A notice is under way; it takes the place of an earlier one of the same window.
    pub(crate) fn expect(&mut self, of: NoticeOf, side: Side, since: Time) {
        self.awaited.retain(|one| (one.of, one.side) != (of, side));
        self.awaited.push(Awaited { of, side, since });
    }

    /// Nothing is awaited for windows that are over.
    pub(crate) fn expect_no_more(&mut self) {
        let awaited = std::mem::take(&mut self.awaited);
        self.awaited = awaited.into_iter().filter(|one| self.window(one.of, one.side).is_some()).collect();
    }

    /// A notice was served: its window and the reminder of it move.
    pub(crate) fn served(&mut self, it: &NoticeServed) -> Option<()> {
        let moved = moved(self.window(it.of, it.side)?, it.due);
        self.awaited.retain(|one| (one.of, one.side) != (it.of, it.side));
        let (due, remind) = match it.of {
            NoticeOf::Application => {
                let Negotiation { answer_by, remind_at, .. } = self.negotiation_mut()?;
                (answer_by.as_mut()?, remind_at.as_mut())
            }
            NoticeOf::Proposal => (&mut self.table_mut()?.as_mut()?.reply_by, None),
            NoticeOf::Evidence => match self.bench_mut()?.hearing.window_mut(it.side) {
                Window::Asked { due, remind } => (due, remind.as_mut()),
                Window::Unasked | Window::Sealed | Window::Closed => return None,
            },
            NoticeOf::Decision => match &mut self.phase {
                Phase::Decided(ruling) | Phase::Appealed(Appealed { ruling, .. }) => (&mut ruling.appeal_by, None),
                Phase::Pending(_) | Phase::Closed(_) => return None,
            },
        };
        *due = it.due;
        if let Some(remind) = remind {
            shift(remind, moved);
        }
        Some(())
    }
}

/// By how much a clock was moved.
fn moved(before: Due, after: Due) -> TimeDelta {
    match (before, after) {
        (Due::At(before), Due::At(after)) => after - before,
        (Due::Paused { remaining: before }, Due::Paused { remaining: after }) => after - before,
        (Due::At(_), Due::Paused { .. }) | (Due::Paused { .. }, Due::At(_)) => TimeDelta::zero(),
    }
}

fn shift(due: &mut Due, by: TimeDelta) {
    match due {
        Due::At(at) => *at += by,
        Due::Paused { remaining } => *remaining += by,
    }
}
