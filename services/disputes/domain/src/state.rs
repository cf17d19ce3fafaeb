//! The state of a case: what never changes, and a phase with what can still matter in it.
//!
//! What grows stays out: texts of proposals, refusals and decisions stand in the events only. Every running clock is
//! kept as [`Due`], so that a suspension can pause it (D1.5). The case file is kept as the hash of its last entry
//! ([`File`]).
pub use crate::appeal::Appealed;
pub use crate::bench::{Awaiting, Bench, Seat};
pub use crate::consequence::Consequence;
pub use crate::evidence::{File, Hearing};
pub use crate::findings::FoundFacts;
pub use crate::notice::Awaited;
pub use crate::suspension::{Course, Spent, Suspension};

use kernel::{Category, ClaimKind, Due, EditionId, MerchantId, Money, OrderId, Party, ProviderId, RuleId, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use strum::{Display, IntoStaticStr, VariantArray};
use uuid::Uuid;

/// A dispute case.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Case {
    /// Not opened.
    #[default]
    Absent,
    /// Opened by a refund application.
    Opened(Box<Opened>),
}

/// A case that was opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// What the order and its refund application say.
    pub opening: Opening,
    /// When it was opened; the negotiation runs from here (W12).
    pub opened_at: Time,
    /// How many proposals each side has made.
    pub proposals: ProposalCounts,
    /// Persons who acted for a side: none of them may judge (D1.1.4).
    pub persons: BTreeSet<String>,
    /// Arbitrators who declared a conflict of interest.
    pub conflicts: BTreeSet<String>,
    /// What is claimed to be wrong: the application's claim first, then what was added.
    pub claims: Vec<ClaimKind>,
    /// The case file.
    pub file: File,
    /// What was found so far.
    pub found: FoundFacts,
    /// Which suspensions were used up.
    pub spent: Spent,
    /// What its decision caused.
    pub caused: Vec<Consequence>,
    /// Windows whose notices are under way (D1.1.3).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub awaited: Vec<Awaited>,
    /// Where it stands.
    pub phase: Phase,
}

/// The order in dispute and the application that opened the case; from the message `orders.order.disputed`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    /// The order.
    pub order: OrderId,
    /// Who sells.
    pub provider: ProviderId,
    /// Who ordered, and asks for money back.
    pub merchant: MerchantId,
    /// The order's category.
    pub category: Category,
    /// What was paid for the order.
    pub amount: Money,
    /// The edition pinned to the order, and so to the case (X27).
    pub edition: EditionId,
    /// What the articles must know of the order's terms.
    #[serde(default)]
    pub terms: ServiceTerms,
    /// What is asked for.
    pub application: Application,
}

/// What the articles must know of the order's terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceTerms {
    /// Hosting of a whole store (M2.4).
    pub agent_operation: bool,
    /// Paid for a period of use, not for a piece of work.
    pub by_period: bool,
    /// A cycle and time of redelivery was agreed (D2.5c).
    pub cycle_agreed: bool,
    /// After how many failed modifications of the same problem the provider is responsible, where the parties agreed on
    /// a number (D2.5d).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_modifications_agreed: Option<u32>,
}

/// The refund application, as the merchant made it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Application {
    /// What is claimed to be wrong (A11).
    pub claim: ClaimKind,
    /// How much the merchant asks back.
    pub amount: Money,
    /// In the merchant's words; at most [`crate::wording::STATEMENT`] characters.
    pub statement: String,
    /// The merchant keeps the service while asking for money back (N1).
    pub keeps_service: bool,
    /// What the order itself establishes in the merchant's favour.
    pub supported_by: Vec<RuleId>,
    /// The order had been delivered.
    pub delivered: bool,
    /// Which claims were open then (A6, W21); `None`: nothing was said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_claims: Option<Vec<ClaimKind>>,
    /// When it was made.
    pub applied_at: Time,
}

/// Where a case stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Neither decided nor closed: the parties may settle, the merchant may withdraw.
    Pending(Pending),
    /// Decided; the money waits for the appeal window (W17).
    Decided(Ruling),
    /// Appealed; the decision stands and the money waits (W17).
    Appealed(Appealed),
    /// Over.
    Closed(Closed),
}

/// A case that is neither decided nor closed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// The proposal on the table, in either stage.
    pub proposal: Option<Proposal>,
    /// Who works on it.
    pub stage: Stage,
    /// Whether its handling goes on.
    pub course: Course,
}

/// Who works on a pending case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The parties among themselves (D1.1.2).
    Negotiation(Negotiation),
    /// The platform (D1.3.1).
    Arbitration(Arbitration),
}

/// A proposal on the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Its id.
    pub id: Uuid,
    /// Who made it.
    pub by: Side,
    /// What the merchant would get of the order's amount; the rest would be the provider's.
    pub to_merchant: Money,
    /// W12: until when the other side may accept it.
    pub reply_by: Due,
}

/// The negotiation stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Negotiation {
    /// Whose move it is.
    pub turn: Side,
    /// W11: runs until the provider has answered the application.
    pub answer_by: Option<Due>,
    /// When the provider is reminded of that.
    pub remind_at: Option<Due>,
    /// W12: the negotiation window; `None` once it has passed, or the provider has refused.
    pub until: Option<Due>,
    /// W13: runs while the negotiation is over and no proposal is on the table.
    pub escalate_by: Option<Due>,
    /// The provider refused a refund (A7).
    pub refused: bool,
    /// Whether the window was or is to be prolonged.
    pub extension: Extension,
}

/// Whether the negotiation window is the long one (W12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extension {
    /// Nobody asked.
    None,
    /// One side wants it.
    WantedBy(Side),
    /// Both wanted it.
    Agreed,
}

/// The arbitration stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arbitration {
    /// What brought it here.
    pub escalated: Escalation,
    /// The first bench.
    pub bench: Bench,
}

/// What brought a case to arbitration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Escalation {
    /// The provider asked the platform to step in (D1.3.1).
    Provider,
    /// The merchant asked the platform to step in (A8).
    Merchant,
    /// The provider did not answer (W11).
    Unanswered,
}

/// A decision that waits for its appeal window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ruling {
    /// What it brings about when it becomes final.
    pub outcome: Outcome,
    /// The arbitrator's `sub`.
    pub by: String,
    /// The second arbitrator's `sub`, where one was needed.
    pub confirmed_by: Option<String>,
    /// W17: until when it may be appealed; the money waits as long.
    pub appeal_by: Due,
    /// The side that appealed and took it back: it does not appeal again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appealed_by: Option<Side>,
    /// The proposal on the table: the parties may still settle while the money waits (D1.6.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<Proposal>,
}

/// A closed case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Closed {
    /// How it ended.
    pub ending: Ending,
    /// What it brings about.
    pub outcome: Outcome,
}

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Ending {
    /// The parties agreed on an amount (D1.6.1).
    Settled,
    /// The application was withdrawn; the order goes on.
    Withdrawn,
    /// A decision became final (D1.6.2).
    Resolved,
}

/// What a case brings about, to the minor unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Of the order's amount, back to the merchant; the rest of it is the provider's.
    pub to_merchant: Money,
    /// Beyond the order's amount, owed by the provider to the merchant (D3.1.4).
    pub compensation: Money,
    /// The use of the service goes on so many seconds longer (D3.1.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension_seconds: Option<u64>,
    /// The merchant downloads its data (D3.1.4, D3.2.4).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub data_download: bool,
    /// The rules it rests on, the governing one first.
    pub rules: Vec<RuleId>,
    /// The edition it was made under.
    pub edition: EditionId,
    /// When it became so.
    pub at: Time,
}

/// How many proposals each side has made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalCounts {
    /// By the provider.
    pub provider: u16,
    /// By the merchant.
    pub merchant: u16,
}

/// One of the two parties to the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Side {
    /// Who sells.
    Provider,
    /// Who ordered.
    Merchant,
}

impl Side {
    /// The side that a party is, if it is one.
    pub fn of(party: Party) -> Option<Self> {
        match party {
            Party::Provider => Some(Self::Provider),
            Party::Merchant => Some(Self::Merchant),
            Party::Reviewer
            | Party::Moderator
            | Party::Arbitrator
            | Party::ComplianceOfficer
            | Party::Operator
            | Party::System => None,
        }
    }

    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Provider => Self::Merchant,
            Self::Merchant => Self::Provider,
        }
    }

    /// As a party.
    pub fn party(self) -> Party {
        match self {
            Self::Provider => Party::Provider,
            Self::Merchant => Party::Merchant,
        }
    }
}

impl ProposalCounts {
    /// How many `side` has made.
    pub fn of(self, side: Side) -> u16 {
        match side {
            Side::Provider => self.provider,
            Side::Merchant => self.merchant,
        }
    }

    pub(crate) fn count(&mut self, side: Side) {
        match side {
            Side::Provider => self.provider += 1,
            Side::Merchant => self.merchant += 1,
        }
    }
}

impl Case {
    /// The case, once it is opened.
    pub fn opened(&self) -> Option<&Opened> {
        match self {
            Self::Absent => None,
            Self::Opened(opened) => Some(opened),
        }
    }

    /// The status in the field's words.
    pub fn status(&self) -> &'static str {
        self.opened().map_or("absent", Opened::status)
    }
}

impl Opened {
    /// The stage: `negotiation`, `arbitration`, `appeal` or `closed`. A decision belongs to the stage that made it.
    pub fn stage(&self) -> &'static str {
        match &self.phase {
            Phase::Pending(pending) => match &pending.stage {
                Stage::Negotiation(_) => "negotiation",
                Stage::Arbitration(_) => "arbitration",
            },
            Phase::Decided(_) => "arbitration",
            Phase::Appealed(_) => "appeal",
            Phase::Closed(_) => "closed",
        }
    }

    /// The status in the field's words.
    pub fn status(&self) -> &'static str {
        if self.suspension().is_some() {
            return "suspended";
        }
        match &self.phase {
            Phase::Pending(pending) => match &pending.stage {
                Stage::Negotiation(negotiation) => match negotiation.turn {
                    Side::Provider => "waiting_for_provider",
                    Side::Merchant => "waiting_for_merchant",
                },
                Stage::Arbitration(arbitration) => arbitration.bench.status(),
            },
            Phase::Decided(_) => "decided",
            Phase::Appealed(appealed) => appealed.bench.status(),
            Phase::Closed(closed) => closed.ending.into(),
        }
    }

    /// True until it is closed.
    pub fn is_open(&self) -> bool {
        match &self.phase {
            Phase::Pending(_) | Phase::Decided(_) | Phase::Appealed(_) => true,
            Phase::Closed(_) => false,
        }
    }

    /// What it brings about: decided, or carried out.
    pub fn outcome(&self) -> Option<&Outcome> {
        match &self.phase {
            Phase::Pending(_) => None,
            Phase::Decided(ruling) => Some(&ruling.outcome),
            Phase::Appealed(appealed) => Some(&appealed.ruling.outcome),
            Phase::Closed(closed) => Some(&closed.outcome),
        }
    }

    /// The decision that stands and is not final.
    pub fn ruling(&self) -> Option<&Ruling> {
        match &self.phase {
            Phase::Decided(ruling) => Some(ruling),
            Phase::Appealed(appealed) => Some(&appealed.ruling),
            Phase::Pending(_) | Phase::Closed(_) => None,
        }
    }

    /// The proposal on the table.
    pub fn table(&self) -> Option<&Proposal> {
        match &self.phase {
            Phase::Pending(pending) => pending.proposal.as_ref(),
            Phase::Decided(ruling) => ruling.proposal.as_ref(),
            Phase::Appealed(appealed) => appealed.ruling.proposal.as_ref(),
            Phase::Closed(_) => None,
        }
    }

    /// The bench that works on it, suspended or not.
    pub fn bench_seen(&self) -> Option<&Bench> {
        match &self.phase {
            Phase::Pending(pending) => match &pending.stage {
                Stage::Negotiation(_) => None,
                Stage::Arbitration(arbitration) => Some(&arbitration.bench),
            },
            Phase::Appealed(appealed) => Some(&appealed.bench),
            Phase::Decided(_) | Phase::Closed(_) => None,
        }
    }

    /// The organisation that a side is.
    pub fn org_of(&self, side: Side) -> Uuid {
        match side {
            Side::Provider => self.opening.provider.0,
            Side::Merchant => self.opening.merchant.0,
        }
    }

    /// The taking of evidence, while there is one.
    pub fn hearing(&self) -> Option<&Hearing> {
        self.bench_seen().map(|bench| &bench.hearing)
    }

    /// Whether its handling goes on, while it can be suspended.
    pub fn course(&self) -> Option<&Course> {
        match &self.phase {
            Phase::Pending(pending) => Some(&pending.course),
            Phase::Appealed(appealed) => Some(&appealed.course),
            Phase::Decided(_) | Phase::Closed(_) => None,
        }
    }

    /// The suspension, if there is one.
    pub fn suspension(&self) -> Option<&Suspension> {
        self.course()?.suspension()
    }
}

impl Bench {
    fn status(&self) -> &'static str {
        if self.hearing.is_open() { "evidence" } else { "under_review" }
    }
}
