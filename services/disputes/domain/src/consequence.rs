//! What a decision caused, as a graph, and what becomes of it when another outcome takes the decision's place.
//!
//! Consequences are reported by messages, in any order: money by settlement, the order's end, its use and its data by
//! orders. Each kind stands once in a case, with all that it came to, and grows from others as [`ConsequenceKind`] says.
//! Reversing goes from the last effects back to the decision: what cannot be undone keeps what it grew from from being
//! undone, and each says why. What then is really undone comes as reports again, and takes its part out of the graph.
use kernel::Money;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// One consequence of a decision; a case has one of each kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consequence {
    /// What it is.
    pub kind: ConsequenceKind,
    /// How much in all, where it is about money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
}

/// The kinds of consequences.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ConsequenceKind {
    /// Money went back to the merchant, out of escrow.
    Refunded,
    /// Money was credited to the provider, out of escrow.
    Credited,
    /// Money left the platform, to the merchant.
    PaidOut,
    /// The deposit was drawn on.
    DepositDrawn,
    /// The provider's payable money was drawn on.
    PayableDrawn,
    /// A liability of the provider was recorded (D1.6.2).
    LiabilityRecorded,
    /// A part of it was cancelled.
    LiabilityCancelled,
    /// The provider paid it, or the parties settled it (W18).
    LiabilityPaid,
    /// New orders or listings were stopped until it is paid (W18).
    TradeStopped,
    /// A debt of the merchant was recorded: what could not be taken back (D1.6.2).
    DebtRecorded,
    /// A part of it was cancelled.
    DebtCancelled,
    /// It came back.
    DebtPaid,
    /// The merchant's new orders were stopped until it is paid (W18).
    OrdersStopped,
    /// The order was ended.
    OrderEnded,
    /// The use of the service was extended (D3.1.3).
    UseExtended,
    /// What was left of that was cut short.
    UseCutShort,
    /// The merchant may download its data (D3.1.4, D3.2.4).
    DownloadGranted,
    /// It may no more.
    DownloadWithdrawn,
    /// The merchant downloaded its data.
    Downloaded,
}

/// What became of a consequence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reversal {
    /// The consequence.
    pub kind: ConsequenceKind,
    /// How much, where it is about money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// Undone, or not.
    pub fate: Fate,
}

/// Undone, or why not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It is undone.
    Undone {
        /// How.
        by: String,
    },
    /// It cannot be undone.
    Stays {
        /// Why.
        why: String,
        /// What is done instead.
        instead: String,
    },
}

impl Fate {
    /// Whether it is undone.
    pub fn is_undone(&self) -> bool {
        match self {
            Self::Undone { .. } => true,
            Self::Stays { .. } => false,
        }
    }
}

use ConsequenceKind as Kind;

/// What is done where money cannot be taken back.
const COUNTS: &str = "it counts towards the other outcome; what is too much is a recorded liability (D1.6.2)";
const NOTHING: &str = "nothing";

impl ConsequenceKind {
    /// What it grows from; nothing: the decision itself.
    pub fn grows_from(self) -> &'static [Self] {
        match self {
            Self::PaidOut => &[Self::Refunded, Self::DepositDrawn, Self::PayableDrawn, Self::LiabilityPaid],
            Self::LiabilityPaid | Self::TradeStopped => &[Self::LiabilityRecorded],
            Self::DebtPaid | Self::OrdersStopped => &[Self::DebtRecorded],
            Self::Downloaded => &[Self::DownloadGranted],
            Self::Refunded
            | Self::Credited
            | Self::DepositDrawn
            | Self::PayableDrawn
            | Self::LiabilityRecorded
            | Self::LiabilityCancelled
            | Self::DebtRecorded
            | Self::DebtCancelled
            | Self::OrderEnded
            | Self::UseExtended
            | Self::UseCutShort
            | Self::DownloadGranted
            | Self::DownloadWithdrawn => &[],
        }
    }

    /// What it takes back: a report that something was undone, no consequence of its own.
    pub fn undoes(self) -> Option<Self> {
        match self {
            Self::LiabilityCancelled => Some(Self::LiabilityRecorded),
            Self::DebtCancelled => Some(Self::DebtRecorded),
            Self::UseCutShort => Some(Self::UseExtended),
            Self::DownloadWithdrawn => Some(Self::DownloadGranted),
            Self::Refunded
            | Self::Credited
            | Self::PaidOut
            | Self::DepositDrawn
            | Self::PayableDrawn
            | Self::LiabilityRecorded
            | Self::LiabilityPaid
            | Self::TradeStopped
            | Self::DebtRecorded
            | Self::DebtPaid
            | Self::OrdersStopped
            | Self::OrderEnded
            | Self::UseExtended
            | Self::DownloadGranted
            | Self::Downloaded => None,
        }
    }

    /// How many steps it is away from the decision.
    fn depth(self) -> usize {
        self.grows_from().iter().map(|from| from.depth() + 1).max().unwrap_or(0)
    }

    /// What reversing does to it by itself: how it is undone, or why not and what is done instead.
    fn by_itself(self) -> Result<&'static str, (&'static str, &'static str)> {
        match self {
            Kind::Refunded => Ok("what has not left the platform yet is credited to the provider"),
            Kind::Credited => Ok(
                "it is taken back out of what is payable; what is not there any more is a recorded liability (D1.6.2)",
            ),
            Kind::PaidOut => Err(("the money has left the platform", COUNTS)),
            Kind::DepositDrawn | Kind::PayableDrawn => {
                Ok("what has not reached the merchant is credited to the provider")
            }
            Kind::LiabilityRecorded => Ok("what is not paid yet is cancelled"),
            Kind::LiabilityPaid => Err(("it was paid, or settled between the parties", COUNTS)),
            Kind::TradeStopped => Ok("orders and listings are open again once nothing is overdue"),
            Kind::DebtRecorded => Ok("what has not come back yet is cancelled"),
            Kind::DebtPaid => Err(("it was paid, or settled between the parties", COUNTS)),
            Kind::OrdersStopped => Ok("orders may be placed again once nothing is overdue"),
            Kind::OrderEnded => Err(("an ended order is not opened again", "its end and the amounts are set right")),
            Kind::UseExtended => Ok("what is left of it is cut short; time of use that has passed is not taken back"),
            Kind::DownloadGranted => Ok("the download is closed"),
            Kind::Downloaded => Err(("what was downloaded stays with the merchant", NOTHING)),
            Kind::LiabilityCancelled | Kind::DebtCancelled | Kind::UseCutShort | Kind::DownloadWithdrawn => {
                Err(("it was undone before", NOTHING))
            }
        }
    }

    /// Whether what grew from it, and stays, keeps it from being undone. An end tells of an effect only.
    fn holds(self) -> bool {
        match self {
            Self::OrderEnded => false,
            Self::Refunded
            | Self::Credited
            | Self::PaidOut
            | Self::DepositDrawn
            | Self::PayableDrawn
            | Self::LiabilityRecorded
            | Self::LiabilityCancelled
            | Self::LiabilityPaid
            | Self::TradeStopped
            | Self::DebtRecorded
            | Self::DebtCancelled
            | Self::DebtPaid
            | Self::OrdersStopped
            | Self::UseExtended
            | Self::UseCutShort
            | Self::DownloadGranted
            | Self::DownloadWithdrawn
            | Self::Downloaded => true,
        }
    }
}

/// The graph after a report: what is known already grows by the amount, what undoes something takes it out.
pub(crate) fn remember(caused: &mut Vec<Consequence>, report: &Consequence) {
    if let Some(undone) = report.kind.undoes() {
        if let Some(known) = caused.iter_mut().find(|known| known.kind == undone) {
            known.amount = less(known.amount, report.amount);
        }
        caused.retain(|known| known.kind != undone || known.amount.is_some_and(Money::is_positive));
        return;
    }
    match caused.iter_mut().find(|known| known.kind == report.kind) {
        Some(known) => known.amount = plus(known.amount, report.amount),
        None => caused.push(report.clone()),
    }
}

fn plus(one: Option<Money>, other: Option<Money>) -> Option<Money> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.plus(other).unwrap_or(one)),
        (amount, None) | (None, amount) => amount,
    }
}

/// Nothing left: `None`, as where it is not about money.
fn less(one: Option<Money>, other: Option<Money>) -> Option<Money> {
    one?.minus(other?).ok().filter(|left| left.is_positive())
}

/// Goes through the graph from its ends back to the decision: one fate per consequence, dependents first.
pub fn reverse(caused: &[Consequence]) -> Vec<Reversal> {
    let mut from_the_ends = caused.to_vec();
    from_the_ends.sort_by_key(|one| Reverse(one.kind.depth()));
    let mut done = vec![];
    for Consequence { kind, amount } in from_the_ends {
        let fate = fate(kind, amount, &done);
        done.push(Reversal { kind, amount, fate });
    }
    done
}

fn fate(kind: ConsequenceKind, amount: Option<Money>, done: &[Reversal]) -> Fate {
    let stays = |why: &str, instead: &str| Fate::Stays { why: why.into(), instead: instead.into() };
    let is_holding =
        |one: &&Reversal| one.kind.holds() && !one.fate.is_undone() && one.kind.grows_from().contains(&kind);
    match (kind.by_itself(), done.iter().find(is_holding)) {
        (Err((why, instead)), _) => stays(why, instead),
        (Ok(_), Some(holding)) => {
            let instead = if amount.is_some() || holding.amount.is_some() { COUNTS } else { NOTHING };
            stays(&format!("what grew from it cannot be undone: {}", holding.kind), instead)
        }
        (Ok(by), None) => Fate::Undone { by: by.into() },
    }
}
