//! The articles that are standards: all of Chapters II and III, and the three that close or replace a case before them.
use kernel::RuleId;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumCount, EnumMessage, EnumString, IntoStaticStr, VariantArray};

/// An article that has a standard in every edition.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    EnumCount,
    EnumMessage,
    IntoStaticStr,
    VariantArray,
)]
pub enum Article {
    /// The application comes after payment and before acceptance.
    #[serde(rename = "D1.3.2")]
    #[strum(serialize = "D1.3.2")]
    D1_3_2,
    /// The parties settled on an amount.
    #[serde(rename = "D1.6.1")]
    #[strum(serialize = "D1.6.1")]
    D1_6_1,
    /// Withdrawal, inside its window.
    #[serde(rename = "P5")]
    #[strum(serialize = "P5")]
    P5,
    /// Unlawful service, or one that is not allowed.
    #[serde(rename = "D2.1")]
    #[strum(serialize = "D2.1")]
    D2_1,
    /// Untrue description, defects not told, two descriptions.
    #[serde(rename = "D2.2")]
    #[strum(serialize = "D2.2")]
    D2_2,
    /// What does not conform and was not repaired.
    #[serde(rename = "D2.3")]
    #[strum(serialize = "D2.3")]
    D2_3,
    /// Not performed as agreed; refusal to perform.
    #[serde(rename = "D2.4")]
    #[strum(serialize = "D2.4")]
    D2_4,
    /// The merchant's part in a modification.
    #[serde(rename = "D2.5a")]
    #[strum(serialize = "D2.5a")]
    D2_5a,
    /// A request that is not described objectively.
    #[serde(rename = "D2.5b")]
    #[strum(serialize = "D2.5b")]
    D2_5b,
    /// A late modification.
    #[serde(rename = "D2.5c")]
    #[strum(serialize = "D2.5c")]
    D2_5c,
    /// The same problem, not fixed again and again.
    #[serde(rename = "D2.5d")]
    #[strum(serialize = "D2.5d")]
    D2_5d,
    /// Cooperation that was not announced.
    #[serde(rename = "D2.6")]
    #[strum(serialize = "D2.6")]
    D2_6,
    /// Cooperation that the merchant neglected.
    #[serde(rename = "D2.7")]
    #[strum(serialize = "D2.7")]
    D2_7,
    /// Not realised at all, at a cost.
    #[serde(rename = "D2.8")]
    #[strum(serialize = "D2.8")]
    D2_8,
    /// Partly realised.
    #[serde(rename = "D2.9")]
    #[strum(serialize = "D2.9")]
    D2_9,
    /// Partly realised, and the rest at a cost.
    #[serde(rename = "D2.10")]
    #[strum(serialize = "D2.10")]
    D2_10,
    /// Software: misleading guidance.
    #[serde(rename = "D3.1.1")]
    #[strum(serialize = "D3.1.1")]
    D3_1_1,
    /// Software: ended by the provider.
    #[serde(rename = "D3.1.2")]
    #[strum(serialize = "D3.1.2")]
    D3_1_2,
    /// Software: down or unusable.
    #[serde(rename = "D3.1.3")]
    #[strum(serialize = "D3.1.3")]
    D3_1_3,
    /// Software: ended for the provider's breach.
    #[serde(rename = "D3.1.4")]
    #[strum(serialize = "D3.1.4")]
    D3_1_4,
    /// Software: ended on the merchant's side.
    #[serde(rename = "D3.1.5")]
    #[strum(serialize = "D3.1.5")]
    D3_1_5,
    /// Operation: misleading, and not done.
    #[serde(rename = "D3.2.1")]
    #[strum(serialize = "D3.2.1")]
    D3_2_1,
    /// Agent operation: a promised effect.
    #[serde(rename = "D3.2.2")]
    #[strum(serialize = "D3.2.2")]
    D3_2_2,
    /// Operation: ended by the provider.
    #[serde(rename = "D3.2.3")]
    #[strum(serialize = "D3.2.3")]
    D3_2_3,
    /// Operation: ended for the provider's breach.
    #[serde(rename = "D3.2.4")]
    #[strum(serialize = "D3.2.4")]
    D3_2_4,
    /// Operation: ended on the merchant's side.
    #[serde(rename = "D3.2.5")]
    #[strum(serialize = "D3.2.5")]
    D3_2_5,
    /// Training: misleading.
    #[serde(rename = "D3.3.1")]
    #[strum(serialize = "D3.3.1")]
    D3_3_1,
    /// Training: ended or delayed by the provider.
    #[serde(rename = "D3.3.2")]
    #[strum(serialize = "D3.3.2")]
    D3_3_2,
    /// Training: ended on the provider's side.
    #[serde(rename = "D3.3.3")]
    #[strum(serialize = "D3.3.3")]
    D3_3_3,
    /// Training: the merchant's reasons.
    #[serde(rename = "D3.3.4")]
    #[strum(serialize = "D3.3.4")]
    D3_3_4,
    /// Design: misleading.
    #[serde(rename = "D3.4.1")]
    #[strum(serialize = "D3.4.1")]
    D3_4_1,
    /// Design: ended or delayed by the provider.
    #[serde(rename = "D3.4.2")]
    #[strum(serialize = "D3.4.2")]
    D3_4_2,
    /// Design: ended on the provider's side.
    #[serde(rename = "D3.4.3")]
    #[strum(serialize = "D3.4.3")]
    D3_4_3,
    /// Design: the merchant's reasons.
    #[serde(rename = "D3.4.4")]
    #[strum(serialize = "D3.4.4")]
    D3_4_4,
    /// Design: personalised work, the contract governs.
    #[serde(rename = "D3.4.5")]
    #[strum(serialize = "D3.4.5")]
    D3_4_5,
    /// Video: misleading.
    #[serde(rename = "D3.5.1")]
    #[strum(serialize = "D3.5.1")]
    D3_5_1,
    /// Video: ended or delayed by the provider.
    #[serde(rename = "D3.5.2")]
    #[strum(serialize = "D3.5.2")]
    D3_5_2,
    /// Video: ended on the provider's side.
    #[serde(rename = "D3.5.3")]
    #[strum(serialize = "D3.5.3")]
    D3_5_3,
    /// Video: the merchant's reasons.
    #[serde(rename = "D3.5.4")]
    #[strum(serialize = "D3.5.4")]
    D3_5_4,
    /// Video: personalised work, the contract governs.
    #[serde(rename = "D3.5.5")]
    #[strum(serialize = "D3.5.5")]
    D3_5_5,
    /// Video: outsourced work.
    #[serde(rename = "D3.5.6")]
    #[strum(serialize = "D3.5.6")]
    D3_5_6,
}

impl Article {
    /// Its rule id, without an allocation.
    pub fn rule(self) -> RuleId {
        RuleId::of(self.into())
    }

    /// What it is about, in a few words.
    pub fn heading(self) -> &'static str {
        self.get_documentation().unwrap_or_default()
    }
}

/// A set of articles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ArticleSet(u64);

const _: () = assert!(Article::COUNT <= 64, "a set of articles is one word");

impl ArticleSet {
    /// Whether `article` is in it.
    pub const fn has(self, article: Article) -> bool {
        self.0 & (1 << article as u64) != 0
    }

    /// The set with `article`.
    #[must_use]
    pub const fn with(self, article: Article) -> Self {
        Self(self.0 | 1 << article as u64)
    }

    /// What is in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its articles, in the order of the list.
    pub fn iter(self) -> impl Iterator<Item = Article> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let article = Article::VARIANTS.get(rest.trailing_zeros() as usize)?;
            rest &= rest - 1;
            Some(*article)
        })
    }

    /// The first of them.
    pub fn first(self) -> Option<Article> {
        self.iter().next()
    }
}

impl FromIterator<Article> for ArticleSet {
    fn from_iter<I: IntoIterator<Item = Article>>(articles: I) -> Self {
        articles.into_iter().fold(Self::default(), Self::with)
    }
}

/// The rules of precedence that standards and their combination rest on.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    EnumMessage,
    IntoStaticStr,
    VariantArray,
)]
pub enum Precedence {
    /// Law first, then settlement, agreement, Chapter III, Chapter II; special over general.
    X1,
    /// A request refused as not objective is no failed modification; found objective afterwards, it is one.
    X2,
    /// Late rounds and failed rounds: a waived round still counts as failed; both proved, all comes back but what is kept.
    X3,
    /// Cooperation: without notice nothing is excused; with it, the lateness is not the provider's.
    X4,
    /// Service cost is the merchant's only where nobody or the merchant is at fault; value kept and used always counts.
    X5,
    /// A proved fault of the provider comes before the merchant's dissatisfaction.
    X6,
    /// "No refund" stands even for the unrealised part; "partial" and "corresponding" are filled by D2.9 and D2.10.
    X7,
    /// The signed contract decides between two descriptions; its own contradictions are read for the merchant.
    X8,
    /// Acceptance closes claims about the delivery only.
    X9,
    /// Court or police: before the decision suspend, after it carry out, after an appeal the money stays.
    X10,
    /// Delivery and acceptance are settled first, quality only then.
    X11,
    /// Negotiation first holds back only "received, kept, money back"; never what is urgent.
    X12,
    /// A withdrawal in its window goes first.
    X13,
    /// Agreements state the promised effect; for agent operation they do not.
    X14,
    /// What was said in a channel off the allow-list is a reference voucher only.
    X15,
    /// Liability for outsourced work stands beside the platform's leave to outsource.
    X16,
    /// Remedy and penalty stand side by side.
    X17,
}

impl Precedence {
    /// Its rule id, without an allocation.
    pub fn rule(self) -> RuleId {
        RuleId::of(self.into())
    }

    /// What it says, in short.
    pub fn says(self) -> &'static str {
        self.get_documentation().unwrap_or_default()
    }
}
