//! What an adjudication is given: the terms, and the findings of fact with their figures.
//!
//! A claim ([`kernel::ClaimKind`]) says what a party wants to be true; a finding says what was found. Neither turns
//! into the other.
use kernel::{Category, Money};
use rulebook::standards::{Fact, FactSet};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::num::NonZeroU64;
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// How far a fact is proved. A fact that nobody found anything about is open.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Truth {
    /// It is so.
    Established,
    /// It is not so, or could not be proved.
    NotEstablished,
    /// Nothing was found yet.
    #[default]
    Open,
}

/// Where the case stands when a party goes to court or to the police (X10).
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Stage {
    /// Before the decision.
    #[default]
    Open,
    /// Decided; no appeal was filed.
    Decided,
    /// An appeal was filed.
    Appealed,
}

/// What the articles must know of the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The category.
    pub category: Category,
    /// Hosting of a whole store (M2.4).
    pub agent_operation: bool,
    /// Paid for a period of use, not for a piece of work.
    pub by_period: bool,
    /// A cycle and time of redelivery was agreed (D2.5c).
    pub cycle_agreed: bool,
    /// After how many failed modifications of the same problem the provider is responsible, where the parties agreed on
    /// a number (D2.5d); `None`: as the standards say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_modifications_agreed: Option<u32>,
    /// All that was paid for the order; negative counts as nothing.
    pub paid: Money,
    /// Where the case stands.
    #[serde(default)]
    pub stage: Stage,
}

/// A part of a whole in ten-thousandths, 0 to 1. In JSON a decimal text as `"0.25"`; `"25%"` is read too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Share(u16);

impl Share {
    /// Ten-thousandths of a whole.
    pub const WHOLE: u64 = 10_000;

    /// `basis_points` ten-thousandths; `None` above the whole.
    pub fn of(basis_points: u16) -> Option<Self> {
        (u64::from(basis_points) <= Self::WHOLE).then_some(Self(basis_points))
    }

    /// In ten-thousandths.
    pub fn basis_points(self) -> u16 {
        self.0
    }
}

impl TryFrom<String> for Share {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("{text:?} is not a share: write \"0\" to \"1\" with at most four decimals, or \"25%\"");
        let (number, places) = text.strip_suffix('%').map_or((text.as_str(), 4), |number| (number, 2));
        let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 3 || decimals.len() > places || !digits(whole) || !digits(decimals) {
            return Err(wrong());
        }
        let points: u64 = format!("{whole}{decimals:0<places$}").parse().map_err(|_| wrong())?;
        u16::try_from(points).ok().and_then(Self::of).ok_or_else(wrong)
    }
}

impl From<Share> for String {
    fn from(share: Share) -> Self {
        let text = format!("{}.{:04}", share.0 / 10_000, share.0 % 10_000);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// The figures that findings carry. Absent is open. Money in minor units of the order's currency, time in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Figures {
    /// D2.9: of what the merchant keeps and can use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept_value_share: Option<Share>,
    /// X5: of what it keeps and has used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used_value_share: Option<Share>,
    /// W20: of the work done before the withdrawal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub performed_share: Option<Share>,
    /// D1.2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_cost: Option<u64>,
    /// D2.7.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avoidable_cost: Option<u64>,
    /// D3.1.4.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub losses: Option<u64>,
    /// What contract or agreement give back; counts up to what was paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreed_to_merchant: Option<u64>,
    /// D1.6.1; counts up to what was paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settlement_to_merchant: Option<u64>,
    /// D2.5d.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_rounds: Option<u32>,
    /// D3.1.3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost_time: Option<u64>,
    /// D3.x.2, D3.x.3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unused_time: Option<u64>,
    /// The whole period paid for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<NonZeroU64>,
}

/// What was found: at most one truth per fact, and figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Findings {
    established: FactSet,
    not_established: FactSet,
    listed_open: FactSet,
    /// The figures.
    pub figures: Figures,
}

impl Findings {
    /// What was found of `fact`.
    pub fn truth(&self, fact: Fact) -> Truth {
        if self.established.has(fact) {
            Truth::Established
        } else if self.not_established.has(fact) {
            Truth::NotEstablished
        } else {
            Truth::Open
        }
    }

    /// Enters a finding; a later one replaces it.
    pub fn enter(&mut self, fact: Fact, truth: Truth) {
        let this = FactSet::of(&[fact]);
        for set in [&mut self.established, &mut self.not_established, &mut self.listed_open] {
            *set = set.without(this);
        }
        let set = match truth {
            Truth::Established => &mut self.established,
            Truth::NotEstablished => &mut self.not_established,
            Truth::Open => &mut self.listed_open,
        };
        *set = set.with(fact);
    }

    /// The facts that are established.
    pub fn established(&self) -> FactSet {
        self.established
    }

    /// The facts that were found not to be so.
    pub fn not_established(&self) -> FactSet {
        self.not_established
    }

    /// The facts that were named and left open.
    pub fn listed_open(&self) -> FactSet {
        self.listed_open
    }

    /// All facts that were named.
    pub fn listed(&self) -> FactSet {
        self.established.or(self.not_established).or(self.listed_open)
    }
}

/// Findings as they are written: a truth by the name of its fact.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    facts: BTreeMap<Fact, Truth>,
    #[serde(default)]
    figures: Figures,
}

impl From<Written> for Findings {
    fn from(written: Written) -> Self {
        let mut findings = Self { figures: written.figures, ..Self::default() };
        for (fact, truth) in written.facts {
            findings.enter(fact, truth);
        }
        findings
    }
}

impl From<Findings> for Written {
    fn from(findings: Findings) -> Self {
        let facts = findings.listed().iter().map(|fact| (fact, findings.truth(fact))).collect();
        Self { facts, figures: findings.figures }
    }
}
