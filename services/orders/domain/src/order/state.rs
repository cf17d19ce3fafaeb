//! How an order stands: what never changes, what the parties agreed since, and the phase with its clocks.
//!
//! Long texts and manifests live in the events; the state keeps ids, hashes, counts and instants.
pub use super::ending::{ByCase, Download, DownloadStanding, Ended, Ending, ExtendedUse, Left};

use super::notice::Act;
use super::refusal::Refusal;
use kernel::{
    CaseId, ClaimKind, Due, EditionId, FileRef, ListingId, MerchantId, Money, Party, PriceUnit, ProviderId, RuleId,
    Terms, Time, TimeDelta,
};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;
use uuid::Uuid;

/// An order, or that there is none yet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Nothing has been ordered under this id.
    #[default]
    Absent,
    /// An order.
    Placed(Box<Placed>),
}

impl Order {
    /// The order, if there is one.
    pub fn placed(&self) -> Result<&Placed, Refusal> {
        match self {
            Self::Absent => Err(Refusal::NotFound),
            Self::Placed(order) => Ok(order),
        }
    }
}

/// An order that exists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Placed {
    /// Who ordered.
    pub merchant: MerchantId,
    /// Who sells.
    pub provider: ProviderId,
    /// What was ordered.
    pub listing: ListingId,
    /// The terms of the revision as published when it was ordered; never changed.
    pub terms: Terms,
    /// How many units: pieces, months or years.
    pub quantity: u32,
    /// Price times quantity.
    pub amount: Money,
    /// The edition pinned to the order (X27).
    pub edition: EditionId,
    /// When it was placed.
    pub placed_at: Time,
    /// What holds now: the terms, as changed by both parties' consent (D2.4).
    pub agreed: Agreed,
    /// The agreement on conduct (M4.2.a.5), once uploaded.
    pub agreement: Option<Agreement>,
    /// The newest delivery.
    pub delivery: Option<LastDelivery>,
    /// Everything a modification was ever asked for, by problem (D2.5d).
    pub problems: Vec<Problem>,
    /// Rounds of modification that used up the agreed number (X26).
    pub wishes_used: u32,
    /// D2.5d: a problem has failed so often that the provider is responsible.
    pub responsible: bool,
    /// A change of terms that waits for the other party (D2.4).
    pub proposal: Option<Proposal>,
    /// Where it stands.
    pub phase: Phase,
}

/// What the parties agreed and may change together (D2.4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Agreed {
    /// Days until delivery; `None`: W3.
    pub delivery_days: Option<u32>,
    /// Days for one modification; `None`: W6.
    pub modification_days: Option<u32>,
    /// How many rounds may ask for wishes; `None`: any number.
    pub modifications: Option<u32>,
    /// How many failed modifications make the provider responsible; `None`: D2.5d's number.
    pub failed_modifications: Option<u32>,
}

/// The agreement on both sides' conduct (M4.2.a.5). What it promises stands in its event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// The signed document.
    pub file: FileRef,
    /// How many items of cooperation it names (D2.6).
    pub cooperation: u32,
    /// When the merchant confirmed it.
    pub confirmed_at: Option<Time>,
}

/// The newest delivery; its files stand in its event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LastDelivery {
    /// 1 is the first delivery, every later one a redelivery.
    pub round: u32,
    /// SHA-256 of the manifest.
    pub manifest: String,
    /// When it was made.
    pub at: Time,
}

/// One thing that is to be changed, followed across rounds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// Its id.
    pub id: Uuid,
    /// Wish or nonconformity.
    pub kind: ProblemKind,
    /// Failed modifications so far (D2.5d).
    pub failed: u32,
    /// How it stands.
    pub standing: Standing,
}

/// What kind of change is asked for (X26).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ProblemKind {
    /// The merchant would like it otherwise; the agreed number of modifications limits these.
    Wish,
    /// It is not as described or agreed; its repair is never limited (D2.3).
    Nonconformity,
}

/// How a problem stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Standing {
    /// Asked for and not answered.
    Asked,
    /// Answered by a redelivery; named again, that redelivery failed.
    Redelivered,
    /// Refused as not objective (D2.5b): no failed modification (X2).
    Refused,
    /// Still there after its redelivery, which has been counted as failed.
    Failed,
}

/// A change of terms that waits for consent (W9).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Its id.
    pub id: Uuid,
    /// Who proposed it; the other party answers.
    pub by: Party,
    /// What would change.
    pub change: Change,
    /// Refused by silence after this.
    pub answer_by: Time,
    /// When it was proposed.
    pub act: Act,
}

/// What a change of terms changes; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Days from start to delivery; before the start only.
    pub delivery_days: Option<u32>,
    /// The new date of the delivery or redelivery that is owed now.
    pub deliver_by: Option<Time>,
    /// Days for each later modification.
    pub modification_days: Option<u32>,
    /// How many rounds may ask for wishes (X26).
    pub modifications: Option<u32>,
    /// How many failed modifications make the provider responsible ("unless agreed otherwise", D2.5d).
    pub failed_modifications: Option<u32>,
}

/// Where an order stands, with the clocks that run there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Waits for payment.
    PendingPayment {
        /// W1.
        pay_by: Time,
    },
    /// Paid into escrow; the agreement is to be uploaded and confirmed.
    Funded {
        /// W2 while it runs.
        agree_by: Option<Time>,
        /// W2 has passed: either party may cancel.
        agreement_overdue: bool,
    },
    /// The provider works.
    InProgress(Work),
    /// The provider ended the work because the merchant did not cooperate (D2.7).
    Stopped {
        /// Until when the merchant may apply for what D2.8–2.10 leave it.
        claim_until: Time,
    },
    /// Delivered; the merchant accepts, asks for modification, or applies for a refund.
    Delivered(Acceptance),
    /// A modification is owed.
    Modification(Round),
    /// The whole request was refused as not objective (D2.5b).
    Contest {
        /// W7.
        contest_by: Time,
        /// The refusal.
        act: Act,
    },
    /// Accepted; the service period runs, or may still be complained of (W21, X9).
    Accepted(Period),
    /// A refund application stands; every clock stands still.
    Disputed(Box<Dispute>),
    /// Over.
    Ended(Ended),
}

/// What the provider owes by when: a delivery or a modification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Owed {
    /// By when; stands still while the merchant owes cooperation (X4).
    pub by: Due,
    /// The date has passed.
    pub overdue: Option<Overdue>,
    /// When the provider expressly refused to perform (W4).
    pub refused_at: Option<Time>,
}

/// A date that was missed, and what W4 makes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overdue {
    /// Since when.
    pub since: Time,
    /// Reminders sent since the provider last answered.
    pub reminded: u32,
    /// Reminders to come, the earliest first.
    pub reminders: Vec<Time>,
    /// When "does not mean to perform" is recommended.
    pub finding_at: Option<Time>,
    /// When it was recommended.
    pub unwilling_since: Option<Time>,
}

/// Work in progress.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Work {
    /// The delivery.
    pub owed: Owed,
    /// A request for cooperation that is not answered.
    pub cooperation: Option<Cooperation>,
    /// How long the delivery clock has stood still in closed pauses (W8).
    #[serde(with = "kernel::time::micros")]
    pub paused: TimeDelta,
    /// Since when the merchant withholds due cooperation: the provider may end (D2.7).
    pub withheld_since: Option<Time>,
}

/// A request for cooperation (D2.6, D2.7).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cooperation {
    /// Its id.
    pub id: Uuid,
    /// The need was told beforehand (D2.6), so the merchant owes it.
    pub is_due: bool,
    /// When it was asked for.
    pub act: Act,
    /// W8 while it runs; without prior notice there is none.
    pub answer_by: Option<Time>,
    /// The reminder to come.
    pub reminder_at: Option<Time>,
    /// The delivery clock stands still for it.
    pub pause: Option<Pause>,
}

/// A pause of the delivery clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pause {
    /// Since when.
    pub since: Time,
    /// When the clock goes on whatever the merchant does (W8).
    pub resume_by: Time,
}

/// The acceptance window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acceptance {
    /// W5: silence accepts, once the notice of the delivery was served.
    pub clock: AcceptanceClock,
    /// D2.5c, D2.3, X3: until when a refund may be claimed because this redelivery came late.
    pub late_claim: Option<Time>,
    /// What was redelivered is a repair (D2.3, W10).
    #[serde(default)]
    pub is_repair: bool,
}

/// The clock of W5, which starts when the notice of the delivery was served (D1.1.3).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AcceptanceClock {
    /// The notice is under way.
    Waits {
        /// When it counts as served although nothing was heard of it.
        notice_by: Time,
    },
    /// The notice was served.
    Runs {
        /// W5: silence accepts.
        accept_by: Time,
        /// Reminders to come, the earliest first.
        reminders: Vec<Time>,
    },
}

/// A round of modification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Round {
    /// The request.
    pub act: Act,
    /// Days for it as agreed then; `None`: W6 or W10.
    pub days: Option<u32>,
    /// The modification, W6, W10 or as agreed.
    pub owed: Owed,
    /// D2.5c, D2.3: until when a refund may be claimed because it is late.
    pub late_claim: Option<Time>,
    /// Nothing but repair is owed (D2.3, W10).
    #[serde(default)]
    pub is_repair: bool,
}

/// A service period after acceptance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Period {
    /// When it began: acceptance.
    pub started_at: Time,
    /// When it ends, downtime added (D3.1.3).
    pub ends_at: Time,
    /// When claims about it close and the order completes (W21).
    pub closes_at: Time,
    /// It is over in due course.
    pub is_over: bool,
    /// When the provider ended it early (D3.1.2, D3.2.3, D3.3.2, D3.4.2, D3.5.2).
    pub ended_early_at: Option<Time>,
    /// Downtime by which it was extended.
    pub downtimes: Vec<Interval>,
    /// The merchant's reports that the provider has not answered.
    pub reports: Vec<Report>,
    /// A report was left without an answer: the provider counts as unreachable (D3.1.3).
    pub unreachable: bool,
}

/// A stretch of time, the end not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// Its beginning.
    pub from: Time,
    /// Its end.
    pub to: Time,
}

/// Downtime as the merchant reports it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Its id.
    pub id: Uuid,
    /// When the software was down.
    pub interval: Interval,
    /// D3.1.3: unreachable after this.
    pub answer_by: Time,
}

/// A refund application and the order as it stopped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dispute {
    /// The application.
    pub application: Application,
    /// The phase that the order goes back to; its instants are those of `application.applied_at`.
    pub held: Phase,
}

/// A refund application; the merchant's statement stands in its event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Application {
    /// The case that it opens.
    pub case: CaseId,
    /// What is claimed.
    pub claim: ClaimKind,
    /// How much is asked back.
    pub amount: Money,
    /// When it was made: all clocks stand still since.
    pub applied_at: Time,
    /// When what is complained of happened; in a service period, and only there (X9).
    pub happened_at: Option<Time>,
    /// The merchant keeps the service (N1).
    pub keeps_service: bool,
    /// What the order itself establishes in the merchant's favour.
    pub supported_by: Vec<RuleId>,
    /// It had been delivered.
    pub delivered: bool,
}

impl Application {
    /// A11: when the merchant ended its use of a service by period, by asking for money back without keeping it.
    pub fn use_ended_at(&self) -> Option<Time> {
        let gives_up = self.happened_at.is_some() && !self.keeps_service;
        gives_up.then_some(self.applied_at)
    }
}

impl Placed {
    /// The order's status in the field's words.
    pub fn status(&self) -> &'static str {
        match &self.phase {
            Phase::PendingPayment { .. } => "pending_payment",
            Phase::Funded { .. } => "funded",
            Phase::InProgress(_) | Phase::Stopped { .. } => "in_progress",
            Phase::Delivered(_) => "delivered",
            Phase::Modification(_) | Phase::Contest { .. } => "modification_requested",
            Phase::Accepted(_) => "accepted",
            Phase::Disputed(_) => "disputed",
            Phase::Ended(ended) => ended.ending.into(),
        }
    }

    /// Whether the order still binds the provider: payment, work, acceptance, a period or a dispute is open, or what its
    /// case left to be done.
    pub fn is_open(&self) -> bool {
        if let Phase::Ended(ended) = &self.phase { ended.left().is_some_and(Left::is_owed) } else { true }
    }

    /// How many months the service runs after acceptance; `None` for a one-off service.
    pub fn months(&self) -> Option<u32> {
        match self.terms.price_unit {
            PriceUnit::OneOff => None,
            PriceUnit::Month => Some(self.quantity),
            PriceUnit::Year => Some(self.quantity.saturating_mul(12)),
        }
    }

    /// The problem of this id.
    pub fn problem(&self, id: Uuid) -> Option<&Problem> {
        self.problems.iter().find(|problem| problem.id == id)
    }

    /// The refund application that stands.
    pub fn application(&self) -> Option<&Application> {
        match &self.phase {
            Phase::Disputed(dispute) => Some(&dispute.application),
            Phase::PendingPayment { .. }
            | Phase::Funded { .. }
            | Phase::InProgress(_)
            | Phase::Stopped { .. }
            | Phase::Delivered(_)
            | Phase::Modification(_)
            | Phase::Contest { .. }
            | Phase::Accepted(_)
            | Phase::Ended(_) => None,
        }
    }

    /// Why what was asked is not possible in this phase.
    pub(super) fn wrong_phase(&self) -> Refusal {
        match &self.phase {
            Phase::Disputed(_) => Refusal::InDispute,
            Phase::Ended(ended) => Refusal::HasEnded { status: ended.ending.into(), since: ended.at },
            Phase::Stopped { .. } => Refusal::WrongStatus { status: "in_progress, ended by the provider (D2.7)" },
            Phase::Contest { .. } => Refusal::WrongStatus { status: "modification_requested, refused (D2.5b)" },
            Phase::PendingPayment { .. }
            | Phase::Funded { .. }
            | Phase::InProgress(_)
            | Phase::Delivered(_)
            | Phase::Modification(_)
            | Phase::Accepted(_) => Refusal::WrongStatus { status: self.status() },
        }
    }

    /// The work, while it is in progress.
    pub(super) fn work(&self) -> Result<&Work, Refusal> {
        if let Phase::InProgress(work) = &self.phase { Ok(work) } else { Err(self.wrong_phase()) }
    }

    /// The round of modification that is owed.
    pub(super) fn round(&self) -> Result<&Round, Refusal> {
        if let Phase::Modification(round) = &self.phase { Ok(round) } else { Err(self.wrong_phase()) }
    }

    /// The service period after acceptance.
    pub(super) fn period(&self) -> Result<&Period, Refusal> {
        if let Phase::Accepted(period) = &self.phase { Ok(period) } else { Err(self.wrong_phase()) }
    }

    /// The delivery or modification that is owed.
    pub(super) fn owed(&self) -> Result<&Owed, Refusal> {
        if let Phase::Modification(round) = &self.phase { Ok(&round.owed) } else { self.work().map(|work| &work.owed) }
    }
}
