//! Suspension (D1.5, W16, X10): by both sides, or by one that has gone to court or to the police.
//!
//! Every clock of the handling stands still and keeps what it had left; the parties may still settle or withdraw. No
//! case sleeps for ever: what both asked for ends by itself and is renewed once; proceedings must be proved and then
//! reported, and an operator looks at a review date. A decision that was made is carried out all the same; an appeal
//! that was filed is suspended, and the money stays where it is.
use crate::casefile::{Clerk, EntryKind};
use crate::event::{Event, Proceedings};
use crate::evidence::drafting::uploaded;
use crate::refusal::Refusal;
use crate::standing::spokesperson;
use crate::state::{Opened, Phase, Side, Stage};
use crate::{Ctx, clocks, wording};
use kernel::{Due, FileId, FileRef, Party, RuleId, Time};
use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr, VariantArray};

/// Whether the handling goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Course {
    /// It goes on.
    Running {
        /// The side that wants it suspended, while the other has not agreed (D1.5.1).
        wanted: Option<Side>,
    },
    /// It stands still.
    Suspended(Suspension),
}

/// A suspension.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Suspension {
    /// Since when.
    pub since: Time,
    /// On what grounds, and what ends it.
    pub cause: Cause,
}

/// Why a case is suspended. These clocks run while all others stand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Both asked (D1.5.1).
    Both {
        /// The review date: it ends then, unless renewed.
        until: Time,
        /// Renewed, which happens once.
        renewed: bool,
        /// The side that wants it renewed, while the other has not agreed.
        wanted: Option<Side>,
    },
    /// A side has gone to court or to the police (D1.5.2).
    Proceedings {
        /// Where.
        forum: Forum,
        /// Which side.
        by: Side,
        /// Until when it must prove that; `None` once it has.
        proof_by: Option<Time>,
        /// Until when it must report; `None` before the proof.
        report_by: Option<Time>,
        /// When it is reminded of the proof or the report.
        remind_at: Option<Time>,
        /// When an operator looks whether the suspension is still right.
        review_at: Time,
    },
}

/// Another forum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Forum {
    /// A court, or an arbitration tribunal.
    Court,
    /// The police.
    Police,
}

/// What has been used up: by both once, by each side's proceedings once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// By both.
    pub both: bool,
    /// By the provider's proceedings.
    pub provider: bool,
    /// By the merchant's proceedings.
    pub merchant: bool,
}

/// Why a suspension ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Resumption {
    /// One who may lifted it.
    Lifted,
    /// Its time was over.
    Ended,
    /// The filing was not proved in time.
    Unproved,
    /// No report came in time.
    Unreported,
    /// Court or police are done.
    Concluded,
}

/// What is filed about a suspension.
#[derive(Serialize)]
struct Paper<'a> {
    what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    forum: Option<Forum>,
    #[serde(skip_serializing_if = "str::is_empty")]
    reference: &'a str,
    text: &'a str,
    files: &'a [FileRef],
}

const W16: RuleId = RuleId::of("W16");

impl Course {
    /// The suspension, if there is one.
    pub fn suspension(&self) -> Option<&Suspension> {
        match self {
            Self::Running { .. } => None,
            Self::Suspended(suspension) => Some(suspension),
        }
    }
}

impl Suspension {
    /// When it is looked at next: it ends, falls or is reviewed then.
    pub fn review_at(&self) -> Time {
        match &self.cause {
            Cause::Both { until, .. } => *until,
            Cause::Proceedings { proof_by, report_by, review_at, .. } => {
                [*proof_by, *report_by, Some(*review_at)].into_iter().flatten().min().unwrap_or(*review_at)
            }
        }
    }
}

/// Either side before the decision or on an appeal, once by both; renewal once.
pub(crate) fn may_ask(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    spokesperson(case, ctx)?;
    case.undecided()?;
    match case.suspension().map(|suspension| &suspension.cause) {
        None if case.spent.both => Err(Refusal::SuspensionSpent),
        Some(Cause::Both { renewed: true, .. }) => Err(Refusal::SuspensionSpent),
        Some(Cause::Proceedings { .. }) => Err(case.suspended()),
        None | Some(Cause::Both { .. }) => Ok(()),
    }
}

/// D1.5.1: the second side to ask suspends, or renews.
pub(crate) fn ask(case: &Opened, reason: &str, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let by = spokesperson(case, ctx)?;
    wording::optional(reason, "reason", wording::STATEMENT)?;
    let wanted = match &case.course() {
        Some(Course::Running { wanted }) => *wanted,
        Some(Course::Suspended(Suspension { cause: Cause::Both { wanted, .. }, .. })) => *wanted,
        Some(Course::Suspended(Suspension { cause: Cause::Proceedings { .. }, .. })) | None => None,
    };
    let rules = vec![RuleId::of("D1.5.1"), W16];
    match (wanted == Some(by.side), wanted.is_some(), case.suspension()) {
        (true, _, _) => Ok(vec![]),
        (false, false, _) => Ok(vec![Event::SuspensionWanted { by, reason: reason.to_owned(), rules }]),
        (false, true, None) => {
            let until = clocks::for_party(ctx, ctx.now, |rules| rules.suspension);
            let cause = Cause::Both { until, renewed: false, wanted: None };
            Ok(vec![suspended(case, Some(by.side), cause, ("suspended", "", reason), rules, ctx)])
        }
        (false, true, Some(suspension)) => {
            let until = clocks::for_party(ctx, suspension.review_at(), |rules| rules.suspension);
            Ok(vec![Event::SuspensionRenewed { by, until, rules }])
        }
    }
}

/// Either side before the decision, or after an appeal was filed (X10); each side once.
pub(crate) fn may_notify(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let by = spokesperson(case, ctx)?;
    match &case.phase {
        Phase::Pending(_) | Phase::Appealed(_) => {}
        Phase::Decided(_) => return Err(Refusal::CarriedOut),
        Phase::Closed(_) => return Err(Refusal::Closed),
    }
    if case.suspension().is_some() {
        return Err(case.suspended());
    }
    if case.spent.by(by.side) { Err(Refusal::SuspensionSpent) } else { Ok(()) }
}

/// D1.5.2: a side says that it has gone to court or to the police; proof follows.
pub(crate) fn notify(
    case: &Opened,
    forum: Forum,
    reference: &str,
    reason: &str,
    ctx: &Ctx<'_>,
) -> Result<Vec<Event>, Refusal> {
    let by = spokesperson(case, ctx)?;
    wording::optional(reference, "reference", wording::NAME)?;
    wording::required(reason, "reason", wording::STATEMENT)?;
    let proof_by = clocks::for_party(ctx, ctx.now, |rules| rules.proof_of_filing);
    let cause = Cause::Proceedings {
        forum,
        by: by.side,
        proof_by: Some(proof_by),
        report_by: None,
        remind_at: clocks::reminder(ctx, proof_by),
        review_at: clocks::for_staff(ctx, |rules| rules.suspension_review),
    };
    let rules = vec![RuleId::of("D1.5.2"), W16, RuleId::of("X10")];
    Ok(vec![suspended(case, Some(by.side), cause, ("proceedings notified", reference, reason), rules, ctx)])
}

fn suspended(
    case: &Opened,
    by: Option<Side>,
    cause: Cause,
    (what, reference, text): (&'static str, &str, &str),
    rules: Vec<RuleId>,
    ctx: &Ctx<'_>,
) -> Event {
    let forum = match &cause {
        Cause::Both { .. } => None,
        Cause::Proceedings { forum, .. } => Some(*forum),
    };
    let mut clerk = Clerk::new(&case.file, ctx.now, ctx.party);
    let filed = clerk.file(EntryKind::Suspension, None, &Paper { what, forum, reference, text, files: &[] });
    let person = by.map(|side| crate::event::Spokesperson { side, person: ctx.actor.sub.clone() });
    Event::Suspended { by: person, cause, reason: text.to_owned(), at: ctx.now, filed, rules }
}

/// The side that went there, while its proceedings suspend the case.
pub(crate) fn may_report(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let speaker = spokesperson(case, ctx)?;
    match case.suspension().map(|suspension| &suspension.cause) {
        Some(Cause::Proceedings { by, .. }) if *by == speaker.side => Ok(()),
        Some(Cause::Proceedings { .. }) => Err(Refusal::NotYours),
        Some(Cause::Both { .. }) | None => Err(Refusal::NoProceedings),
    }
}

/// A report on the proceedings, as a party makes it.
pub(crate) struct Report<'a> {
    /// The file number there.
    pub(crate) reference: &'a str,
    /// How they stand.
    pub(crate) text: &'a str,
    /// Papers; the first report is the proof of filing and needs one.
    pub(crate) files: &'a [FileId],
    /// They are over: the case goes on.
    pub(crate) concluded: bool,
}

/// The first report proves the filing; each report sets the date of the next; the last one ends the suspension.
pub(crate) fn report(case: &Opened, report: &Report<'_>, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let by = spokesperson(case, ctx)?;
    wording::required(report.reference, "reference", wording::NAME)?;
    wording::required(report.text, "text", wording::STATEMENT)?;
    if report.files.len() > wording::FILES {
        return Err(Refusal::ListTooLong { field: "files" });
    }
    let is_proof = match case.suspension().map(|suspension| &suspension.cause) {
        Some(Cause::Proceedings { proof_by, .. }) => proof_by.is_some(),
        Some(Cause::Both { .. }) | None => false,
    };
    if is_proof && report.files.is_empty() {
        return Err(Refusal::ProofMissing);
    }
    let files = uploaded(report.files, ctx)?;
    let report_by = clocks::for_party(ctx, ctx.now, |rules| rules.proceedings_report);
    let mut clerk = Clerk::new(&case.file, ctx.now, ctx.party);
    let what = if is_proof { "filing proved" } else { "proceedings reported" };
    let paper = Paper { what, forum: None, reference: report.reference, text: report.text, files: &files };
    let mut events = vec![Event::ProceedingsReported(Box::new(Proceedings {
        by,
        text: report.text.to_owned(),
        is_proof,
        report_by,
        remind_at: clocks::reminder(ctx, report_by),
        filed: clerk.file(EntryKind::Suspension, None, &paper),
        rules: vec![RuleId::of("D1.5.2"), W16],
    }))];
    if report.concluded {
        events.push(resumed(case, Resumption::Concluded, "", &mut clerk, ctx));
    }
    Ok(events)
}

/// What both asked for: either side. Proceedings: the side that went there. Both: an operator.
pub(crate) fn may_lift(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let side = match Side::of(ctx.party) {
        Some(_) => Some(spokesperson(case, ctx)?.side),
        None if ctx.party == Party::Operator => None,
        None => return Err(Refusal::NotYours),
    };
    match case.suspension().map(|suspension| &suspension.cause) {
        None => Err(Refusal::NotSuspended),
        Some(Cause::Proceedings { by, .. }) if side.is_some_and(|side| side != *by) => Err(Refusal::NotYours),
        Some(Cause::Proceedings { .. } | Cause::Both { .. }) => Ok(()),
    }
}

/// Lifts the suspension.
pub(crate) fn lift(case: &Opened, reason: &str, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    wording::required(reason, "reason", wording::STATEMENT)?;
    let mut clerk = Clerk::new(&case.file, ctx.now, ctx.party);
    Ok(vec![resumed(case, Resumption::Lifted, reason, &mut clerk, ctx)])
}

/// Its time is over, or proof or report did not come.
pub(crate) fn fell(case: &Opened, why: Resumption, ctx: &Ctx<'_>) -> Event {
    resumed(case, why, "", &mut Clerk::new(&case.file, ctx.now, ctx.party), ctx)
}

/// The review date: an operator looks, and looks again later.
pub(crate) fn reviewed(ctx: &Ctx<'_>) -> Event {
    let review_at = clocks::for_staff(ctx, |rules| rules.suspension_review);
    Event::SuspensionReviewDue { review_at, rules: vec![W16] }
}

fn resumed(case: &Opened, why: Resumption, reason: &str, clerk: &mut Clerk, ctx: &Ctx<'_>) -> Event {
    let paper = Paper { what: "resumed", forum: None, reference: "", text: reason, files: &[] };
    Event::Resumed {
        why,
        reason: reason.to_owned(),
        at: ctx.now,
        escalate_by: owes_escalation(case).then(|| clocks::for_party(ctx, ctx.now, |rules| rules.escalation)),
        filed: clerk.file(EntryKind::Suspension, None, &paper),
        rules: vec![W16],
    }
}

/// Whether nothing else would run after the suspension: the last proposal was declined during it.
fn owes_escalation(case: &Opened) -> bool {
    let Phase::Pending(pending) = &case.phase else { return false };
    match &pending.stage {
        Stage::Negotiation(negotiation) => {
            negotiation.is_over() && negotiation.escalate_by.is_none() && pending.proposal.is_none()
        }
        Stage::Arbitration(_) => false,
    }
}

impl Spent {
    fn by(self, side: Side) -> bool {
        match side {
            Side::Provider => self.provider,
            Side::Merchant => self.merchant,
        }
    }

    /// Remembers what a suspension used up.
    pub(crate) fn spend(&mut self, cause: &Cause) {
        match cause {
            Cause::Both { .. } => self.both = true,
            Cause::Proceedings { by: Side::Provider, .. } => self.provider = true,
            Cause::Proceedings { by: Side::Merchant, .. } => self.merchant = true,
        }
    }
}

/// Stops a clock: what is left is kept exactly.
pub(crate) fn pause(due: &mut Due, at: Time) {
    if let Due::At(instant) = *due {
        *due = Due::Paused { remaining: instant - at };
    }
}

/// Lets a clock run again; one that never stopped is left alone.
pub(crate) fn go_on(due: &mut Due, at: Time) {
    if let Due::Paused { remaining } = *due {
        *due = Due::At(at + remaining);
    }
}
