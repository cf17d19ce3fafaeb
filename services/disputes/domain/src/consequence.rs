//! What a decision caused, as a graph, and what becomes of it when the decision is reversed.
//!
//! Consequences are reported by messages, in any order. Reversing goes from the last effects back to the decision: what
//! cannot be undone keeps what it grew from from being undone, and each says why.
use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr, VariantArray};
use uuid::Uuid;

/// How many consequences a case keeps.
pub const MOST: usize = 16;

/// One consequence of a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consequence {
    /// Its id where it took effect: a posting, a payout, a liability, a violation, a notice.
    pub id: Uuid,
    /// What it is.
    pub kind: ConsequenceKind,
    /// What it grew from; empty: the decision itself.
    pub depends_on: Vec<Uuid>,
}

/// The kinds of consequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ConsequenceKind {
    /// Money went back to the merchant.
    Refunded,
    /// Money was credited to the provider.
    Credited,
    /// Money left the platform.
    PaidOut,
    /// The deposit was drawn on.
    DepositDrawn,
    /// A liability was recorded (D1.6.2).
    LiabilityRecorded,
    /// A liability was paid by one party to the other (W18).
    LiabilityPaid,
    /// The order was ended.
    OrderEnded,
    /// New orders or listings were stopped until a liability is paid (W18).
    TradeStopped,
    /// The use of the service was extended (D3.1.3).
    UseExtended,
    /// The merchant may download its data (D3.1.4, D3.2.4).
    DownloadGranted,
    /// A violation was suspected.
    ViolationSuspected,
    /// A notice was served (D1.1.3).
    NoticeServed,
}

/// What became of a consequence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reversal {
    /// The consequence.
    pub id: Uuid,
    /// What it is.
    pub kind: ConsequenceKind,
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

/// What reversing does to one kind by itself: how it is undone, or why not and what is done instead.
fn by_itself(kind: ConsequenceKind) -> Result<&'static str, (&'static str, &'static str)> {
    use ConsequenceKind as Kind;
    match kind {
        Kind::Refunded => Ok("the refund is taken back into escrow by a counter-posting"),
        Kind::Credited => Ok("the credit is taken back by a counter-posting"),
        Kind::PaidOut => Err(("the money has left the platform", "what is owed back is a recorded liability (D1.6.2)")),
        Kind::DepositDrawn => Ok("the deposit is made good"),
        Kind::LiabilityRecorded => Ok("the liability is cancelled"),
        Kind::LiabilityPaid => {
            Err(("the parties settled it between themselves", "what is owed back is a recorded liability (D1.6.2)"))
        }
        Kind::OrderEnded => Err(("an ended order is not opened again", "the amounts are set right")),
        Kind::TradeStopped => Ok("orders and listings are open again"),
        Kind::UseExtended => Err(("time of use cannot be taken back", "its value counts in the new amounts")),
        Kind::DownloadGranted => Ok("the download is closed; what was downloaded stays with the merchant"),
        Kind::ViolationSuspected => Ok("the suspicion is dismissed"),
        Kind::NoticeServed => Err(("what was read was read", "a correcting notice is served")),
    }
}

/// Goes through the graph from its ends back to the decision: one fate per consequence, dependents first.
///
/// Total: unknown parents are ignored, and what depends on itself in a circle stays.
pub fn reverse(caused: &[Consequence]) -> Vec<Reversal> {
    let mut done: Vec<Reversal> = vec![];
    let mut left: Vec<&Consequence> = caused.iter().collect();
    while !left.is_empty() {
        let (now, later): (Vec<_>, Vec<_>) = left
            .iter()
            .partition(|one| !left.iter().any(|other| other.id != one.id && other.depends_on.contains(&one.id)));
        let (now, is_circle) = if now.is_empty() { (later.clone(), true) } else { (now, false) };
        left = if is_circle { vec![] } else { later };
        let fates: Vec<_> = now.into_iter().map(|one| fate(one, is_circle, caused, &done)).collect();
        done.extend(fates);
    }
    done
}

fn fate(one: &Consequence, is_circle: bool, caused: &[Consequence], done: &[Reversal]) -> Reversal {
    let stays = |why: &str, instead: &str| Fate::Stays { why: why.into(), instead: instead.into() };
    let holding = done.iter().find(|reversal| {
        // A notice or an order's end tells of the effect and does not hold it.
        let holds = match reversal.kind {
            ConsequenceKind::NoticeServed | ConsequenceKind::OrderEnded => false,
            ConsequenceKind::Refunded
            | ConsequenceKind::Credited
            | ConsequenceKind::PaidOut
            | ConsequenceKind::DepositDrawn
            | ConsequenceKind::LiabilityRecorded
            | ConsequenceKind::LiabilityPaid
            | ConsequenceKind::TradeStopped
            | ConsequenceKind::UseExtended
            | ConsequenceKind::DownloadGranted
            | ConsequenceKind::ViolationSuspected => !reversal.fate.is_undone(),
        };
        holds && caused.iter().any(|other| other.id == reversal.id && other.depends_on.contains(&one.id))
    });
    let fate = match (by_itself(one.kind), holding) {
        _ if is_circle => stays("it depends on itself", "an operator sets it right"),
        (Err((why, instead)), _) => stays(why, instead),
        (Ok(_), Some(holding)) => stays(
            &format!("what grew from it cannot be undone: {}", holding.kind),
            "what is owed back is a recorded liability (D1.6.2)",
        ),
        (Ok(by), None) => Fate::Undone { by: by.into() },
    };
    Reversal { id: one.id, kind: one.kind, fate }
}
