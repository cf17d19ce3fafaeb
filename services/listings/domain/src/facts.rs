//! What must be known of others, and what the provider lacks by it.
//!
//! Nothing is permitted by the absence of a row: who has none may not sell.
use crate::content::{Content, Uploaded};
use crate::screening::Screening;
use kernel::RuleId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use strum::{Display, IntoStaticStr};

/// Read in the transaction of the command, `FOR SHARE`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The provider's qualification in the listing's category; `None`: there is no such row.
    pub qualified: Option<Qualified>,
    /// How the provider stands; `None`: there is no such row.
    pub provider: Option<ProviderStanding>,
    /// Files uploaded to this listing, for `revise`.
    pub files: Vec<Uploaded>,
    /// The working draft, screened, for `submit`.
    pub draft: Option<Drafted>,
}

/// The working draft as it is submitted.
#[derive(Clone, Debug, PartialEq)]
pub struct Drafted {
    /// What it says.
    pub content: Content,
    /// What the engine says of it, by the edition in force and the lists of this instant.
    pub screening: Screening,
}

/// The qualification of a provider in one category, as last heard of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Qualified {
    /// Whether it permits to sell.
    pub may_sell: bool,
    /// The sequence of the message it was taken from: a ground of what is decided on it.
    pub sequence: i64,
}

/// How a provider stands, as last heard of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProviderStanding {
    /// P4: completed the compliance course for EU sellers.
    pub eu_trained: bool,
    /// W18, W33: a shortfall of the deposit or an unpaid liability.
    pub blocked: bool,
    /// Leaves the market, or has left.
    pub leaving: bool,
}

/// What a provider lacks to sell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Display, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Lack {
    /// The qualification in the category (M3.1).
    Qualification,
    /// The deposit, or a liability is unpaid (W33, W18).
    Deposit,
    /// The will to stay: it leaves the market.
    Membership,
}

impl Lack {
    /// The rule it rests on.
    pub fn rule(self) -> RuleId {
        match self {
            Self::Qualification => RuleId::of("M3.1"),
            Self::Deposit => RuleId::of("W33"),
            Self::Membership => RuleId::of("X21"),
        }
    }
}

impl Facts {
    /// What the provider lacks to sell in the listing's category.
    pub fn lacks(&self) -> BTreeSet<Lack> {
        let mut lacks = BTreeSet::new();
        if !self.qualified.is_some_and(|qualified| qualified.may_sell) || self.provider.is_none() {
            lacks.insert(Lack::Qualification);
        }
        let standing = self.provider.unwrap_or_default();
        if standing.blocked {
            lacks.insert(Lack::Deposit);
        }
        if standing.leaving {
            lacks.insert(Lack::Membership);
        }
        lacks
    }

    /// Whether listings of this provider may aim at the EU (P4).
    pub fn is_eu_trained(&self) -> bool {
        self.provider.is_some_and(|standing| standing.eu_trained)
    }

    /// The sequence of the qualification that permits; 0 when there is none.
    pub fn qualification_sequence(&self) -> i64 {
        self.qualified.map_or(0, |qualified| qualified.sequence)
    }
}
