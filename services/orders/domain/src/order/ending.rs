//! How an order ended, and what its case leaves to be done then: use that goes on (D3.1.3), data to be downloaded
//! (D3.1.4, D3.2.4, W19).
//!
//! An order that its case ends is over: its money moves by the case's word, no claim is open, no work is owed. What the
//! decision grants beside money is still owed, and stands at the end itself with its own clock. Another forum's outcome
//! (D1.1.4) takes the place of the first: it sets the end right, and cuts short what it does not grant; time of use
//! that has passed and data that were downloaded stay as they are. Start at [`Left`].
use super::bounds;
use super::command::CaseOutcome;
use super::event::Event;
use super::evolve::Fit;
use super::grounds::decision;
use super::particulars::{Found, Grounded, Settled};
use super::refusal::Refusal;
use super::state::{Dispute, Order, Phase, Placed};
use super::window::{Ctx, later, rules, window};
use kernel::{CaseId, FileId, FileRef, Money, RuleId, Time, TimeDelta};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

type Decided = Result<Vec<Event>, Refusal>;

/// How an order ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    /// In what way.
    pub ending: Ending,
    /// When.
    pub at: Time,
    /// The rules it rests on, the governing one first.
    pub rules: Vec<RuleId>,
    /// What its case said, where a case ended it.
    #[serde(default)]
    pub by_case: Option<ByCase>,
}

/// The ways an order ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Ending {
    /// Never paid (W1).
    PaymentExpired,
    /// Cancelled; what was paid goes back in full.
    Cancelled,
    /// Fulfilled, or taken for fulfilled: the provider is paid.
    Completed,
    /// All money went back.
    Refunded,
    /// Part of the money went back.
    PartiallyRefunded,
}

/// What the case that ended an order said last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ByCase {
    /// The case.
    pub case: CaseId,
    /// Of the order's amount, to the merchant.
    pub to_merchant: Money,
    /// What is left to be done.
    pub left: Left,
}

/// What a case leaves to be done after it has ended the order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// The use of the service goes on (D3.1.3).
    pub extended_use: Option<ExtendedUse>,
    /// The merchant downloads its data (D3.1.4, D3.2.4).
    pub download: Option<Download>,
}

/// Use that goes on after the end (D3.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtendedUse {
    /// When it would have ended without the extension.
    pub from: Time,
    /// When it ends.
    pub until: Time,
    /// It has ended.
    pub is_over: bool,
}

/// Data that the merchant may download (W19).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Download {
    /// Until when.
    pub until: Time,
    /// When the provider last provided them.
    pub provided_at: Option<Time>,
    /// How it stands.
    pub standing: DownloadStanding,
}

/// How a download of data stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DownloadStanding {
    /// The window runs.
    Open,
    /// The merchant has its data.
    Downloaded {
        /// Since when.
        at: Time,
    },
    /// The window passed; the provider had provided them.
    Lapsed,
    /// The window passed, and the provider had not (M5.60).
    Withheld,
    /// Another outcome does not grant it (D1.1.4).
    Withdrawn,
}

/// The provider provided the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataProvided {
    /// The files, or some of them.
    pub files: Vec<FileRef>,
    /// Where the data are, and how they are read.
    pub note: String,
    /// When.
    pub at: Time,
    /// The rules.
    pub rules: Vec<RuleId>,
}

/// The merchant has its data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataDownloaded {
    /// When.
    pub at: Time,
    /// The rules.
    pub rules: Vec<RuleId>,
}

/// Another outcome took the place of what the case had said (D1.1.4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Corrected {
    /// The case.
    pub case: CaseId,
    /// How the order ended by it.
    pub ending: Ending,
    /// Back to the merchant.
    pub to_merchant: Money,
    /// To the provider.
    pub to_provider: Money,
    /// What is left to be done by it.
    pub left: Left,
    /// The use that went on ends with this.
    pub is_cut_short: bool,
    /// The download whose window ran closes with this.
    pub is_withdrawn: bool,
    /// When.
    pub at: Time,
    /// The rules.
    pub rules: Vec<RuleId>,
}

impl Left {
    /// Whether something is still owed.
    pub fn is_owed(&self) -> bool {
        self.open_use().is_some() || self.open_download().is_some()
    }

    /// The use that goes on.
    pub fn open_use(&self) -> Option<ExtendedUse> {
        self.extended_use.filter(|extended| !extended.is_over)
    }

    /// The download whose window runs.
    pub fn open_download(&self) -> Option<Download> {
        self.download.filter(|download| download.standing == DownloadStanding::Open)
    }

    fn granted(base: Time, outcome: &CaseOutcome, ctx: &Ctx<'_>) -> Self {
        let extended = |seconds| ExtendedUse { from: base, until: extended(base, seconds), is_over: false };
        Self {
            extended_use: outcome.extension_seconds.filter(|seconds| *seconds > 0).map(extended),
            download: outcome.data_download.then(|| Download {
                until: window(ctx, |rules| rules.data_download),
                provided_at: None,
                standing: DownloadStanding::Open,
            }),
        }
    }
}

impl Ended {
    /// What its case left to be done, if a case ended it.
    pub fn left(&self) -> Option<&Left> {
        self.by_case.as_ref().map(|by_case| &by_case.left)
    }
}

fn extended(base: Time, seconds: u64) -> Time {
    let by = i64::try_from(seconds).ok().and_then(TimeDelta::try_seconds);
    later(base, by.unwrap_or(TimeDelta::MAX))
}

/// When the use would end by itself: with the period that the dispute interrupted, else now.
fn end_of_use(dispute: &Dispute, now: Time) -> Time {
    match &dispute.held {
        Phase::Accepted(period) if !period.is_over && period.ended_early_at.is_none() => {
            // The dispute's time is no time of use: the period moves by it, as it does when an order goes on.
            later(period.ends_at, now - dispute.application.applied_at)
        }
        Phase::PendingPayment { .. }
        | Phase::Funded { .. }
        | Phase::InProgress(_)
        | Phase::Stopped { .. }
        | Phase::Delivered(_)
        | Phase::Modification(_)
        | Phase::Contest { .. }
        | Phase::Accepted(_)
        | Phase::Disputed(_)
        | Phase::Ended(_) => now,
    }
}

/// How the order's amount is divided, and what that is called.
fn divided(order: &Placed, to_merchant: Money) -> Result<(Ending, Money), Refusal> {
    let to_provider = order.amount.minus(to_merchant).ok().filter(|rest| rest.minor >= 0 && to_merchant.minor >= 0);
    let to_provider = to_provider.ok_or(Refusal::Amount)?;
    let ending = if to_provider.is_zero() {
        Ending::Refunded
    } else if to_merchant.is_zero() {
        Ending::Completed
    } else {
        Ending::PartiallyRefunded
    };
    Ok((ending, to_provider))
}

/// The case was settled or awarded. Another case, or none standing, is "already so".
pub(super) fn settle(order: &Placed, case: CaseId, outcome: &CaseOutcome, ctx: &Ctx<'_>) -> Decided {
    let Phase::Disputed(dispute) = &order.phase else { return Ok(vec![]) };
    if dispute.application.case != case {
        return Ok(vec![]);
    }
    let to_merchant = outcome.to_merchant;
    let (ending, to_provider) = divided(order, to_merchant)?;
    let left = Left::granted(end_of_use(dispute, ctx.now), outcome, ctx);
    let rules = outcome.rules.clone();
    Ok(vec![Event::Settled(Settled { case, ending, to_merchant, to_provider, left, at: ctx.now, rules })])
}

/// Another forum's outcome is followed (D1.1.4). An order that this case did not end, or that stands so, is "already so".
pub(super) fn correct(order: &Placed, case: CaseId, outcome: &CaseOutcome, ctx: &Ctx<'_>) -> Decided {
    let Phase::Ended(Ended { ending: before, by_case: Some(by_case), .. }) = &order.phase else { return Ok(vec![]) };
    if by_case.case != case {
        return Ok(vec![]);
    }
    let to_merchant = outcome.to_merchant;
    let (ending, to_provider) = divided(order, to_merchant)?;
    let left = corrected_left(&by_case.left, outcome, ctx);
    if (ending, to_merchant, &left) == (*before, by_case.to_merchant, &by_case.left) {
        return Ok(vec![]);
    }
    Ok(vec![Event::Corrected(Corrected {
        case,
        ending,
        to_merchant,
        to_provider,
        is_cut_short: by_case.left.open_use().is_some() && left.open_use().is_none(),
        is_withdrawn: by_case.left.open_download().is_some() && left.open_download().is_none(),
        left,
        at: ctx.now,
        rules: outcome.rules.clone(),
    })])
}

/// What is granted anew begins now; what is granted no more ends now; what has happened stays.
fn corrected_left(before: &Left, outcome: &CaseOutcome, ctx: &Ctx<'_>) -> Left {
    let base = before.extended_use.map_or(ctx.now, |extended| extended.from);
    let granted = Left::granted(base, outcome, ctx);
    let extended_use = match (before.open_use(), granted.extended_use) {
        (_, Some(granted)) => Some(ExtendedUse { is_over: granted.until <= ctx.now, ..granted }),
        (Some(running), None) => Some(ExtendedUse { until: running.until.min(ctx.now), is_over: true, ..running }),
        (None, None) => before.extended_use,
    };
    let download = match (before.download, granted.download) {
        (Some(known), Some(_)) if known.standing != DownloadStanding::Withdrawn => Some(known),
        (_, Some(granted)) => Some(granted),
        (Some(known), None) if known.standing == DownloadStanding::Open => {
            Some(Download { standing: DownloadStanding::Withdrawn, ..known })
        }
        (known, None) => known,
    };
    Left { extended_use, download }
}

/// The download whose window runs, or why there is none.
fn download(order: &Placed) -> Result<Download, Refusal> {
    let ended = if let Phase::Ended(ended) = &order.phase { ended.left() } else { None };
    let download = ended.and_then(|left| left.download).ok_or(Refusal::NoDownload)?;
    match download.standing {
        DownloadStanding::Open => Ok(download),
        DownloadStanding::Downloaded { .. } => Err(Refusal::Downloaded),
        DownloadStanding::Lapsed | DownloadStanding::Withheld => Err(Refusal::DownloadOver { since: download.until }),
        DownloadStanding::Withdrawn => Err(Refusal::NoDownload),
    }
}

/// The provider, while the window runs; as often as it likes.
pub(super) fn may_provide(order: &Placed) -> Result<(), Refusal> {
    download(order).map(|_| ())
}

/// The merchant, while the window runs.
pub(super) fn may_confirm(order: &Placed) -> Result<(), Refusal> {
    download(order).map(|_| ())
}

/// The data, as files or by telling where they are.
pub(super) fn provide(files: &[FileId], note: &str, ctx: &Ctx<'_>) -> Decided {
    bounds::text("note", note, 2_000)?;
    let files = bounds::files(ctx, "files", files)?;
    let provided = DataProvided { files, note: note.to_owned(), at: ctx.now, rules: rules(["W19"]) };
    Ok(vec![Event::DataProvided(provided)])
}

/// The merchant has its data: nothing of it is owed any more.
pub(super) fn confirm(ctx: &Ctx<'_>) -> Decided {
    Ok(vec![Event::DataDownloaded(DataDownloaded { at: ctx.now, rules: rules(["W19"]) })])
}

/// D3.1.3: the extended use is over.
pub(super) fn use_lapsed() -> Vec<Event> {
    vec![Event::ExtendedUseEnded(Grounded { rules: rules(["D3.1.3"]) })]
}

/// W19: the window has passed. Who had provided the data has done what was owed; who had not is suspected (M5.60).
pub(super) fn download_lapsed(order: &Placed, ctx: &Ctx<'_>) -> Option<Vec<Event>> {
    let download = download(order).ok()?;
    if download.provided_at.is_some() {
        return Some(vec![Event::DownloadLapsed(Grounded { rules: rules(["W19"]) })]);
    }
    let facts = vec![format!("no data were provided until {}", download.until.format("%Y-%m-%dT%H:%M:%SZ"))];
    let reasons = format!(
        "The decision grants the merchant the download of its data, and the provider did not provide them. {}",
        platforms_copy(order)
    );
    let decision = decision(order, rules(["W19", "M5.60"]), facts, vec![], &reasons, ctx);
    Some(vec![Event::DataWithheld(Found { at: ctx.now, decision })])
}

/// W19: the platform's copy, if any.
fn platforms_copy(order: &Placed) -> &'static str {
    if order.delivery.is_some() {
        "The platform's copy is what was delivered: the merchant may go on fetching these files from the order."
    } else {
        "Nothing was delivered on the platform: it has no copy."
    }
}

impl Placed {
    /// Ends the order.
    pub(super) fn end(&mut self, ending: Ending, at: Time, rules: &[RuleId]) -> Fit {
        self.end_by(None, ending, at, rules)
    }

    fn end_by(&mut self, by_case: Option<ByCase>, ending: Ending, at: Time, rules: &[RuleId]) -> Fit {
        if matches!(self.phase, Phase::Ended(_)) {
            return None;
        }
        self.enter(Phase::Ended(Ended { ending, at, rules: rules.to_vec(), by_case }))
    }

    fn left_mut(&mut self) -> Option<&mut Left> {
        let Phase::Ended(Ended { by_case: Some(by_case), .. }) = &mut self.phase else { return None };
        Some(&mut by_case.left)
    }

    fn download_mut(&mut self) -> Option<&mut Download> {
        self.left_mut()?.download.as_mut()
    }
}

impl Order {
    /// What its case left to be done, if a case ended it.
    pub fn left(&self) -> Option<&Left> {
        let Self::Placed(order) = self else { return None };
        if let Phase::Ended(ended) = &order.phase { ended.left() } else { None }
    }
}

pub(super) fn settled(order: &mut Placed, it: &Settled) -> Fit {
    order.application()?;
    let by_case = ByCase { case: it.case, to_merchant: it.to_merchant, left: it.left.clone() };
    order.end_by(Some(by_case), it.ending, it.at, &it.rules)
}

pub(super) fn corrected(order: &mut Placed, it: &Corrected) -> Fit {
    let Phase::Ended(ended) = &mut order.phase else { return None };
    ended.ending = it.ending;
    ended.rules.clone_from(&it.rules);
    ended.by_case = Some(ByCase { case: it.case, to_merchant: it.to_merchant, left: it.left.clone() });
    Some(())
}

pub(super) fn use_ended(order: &mut Placed) -> Fit {
    order.left_mut()?.extended_use.as_mut()?.is_over = true;
    Some(())
}

pub(super) fn provided(order: &mut Placed, it: &DataProvided) -> Fit {
    order.download_mut()?.provided_at = Some(it.at);
    Some(())
}

pub(super) fn stands(order: &mut Placed, standing: DownloadStanding) -> Fit {
    order.download_mut()?.standing = standing;
    Some(())
}
