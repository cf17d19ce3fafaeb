//! What an adjudication yields: one outcome to the minor unit, and why.
use kernel::{ClaimKind, Money, RuleId};
use rulebook::standards::{Bearer, Fact, FactSet, Figure};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// The recommended outcome. The arbitrator confirms it or departs from it with reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommendation {
    /// Full, partial or none.
    pub refund: Refund,
    /// What goes back to the merchant; with `to_provider` exactly what was paid.
    pub to_merchant: Money,
    /// What the provider keeps.
    pub to_provider: Money,
    /// Of it, the price of what the merchant keeps, has used or had done (D2.9, W20), in value or in time.
    pub kept_value: Money,
    /// Service cost found, and who bears it (X5).
    pub service_cost: ServiceCost,
    /// The losses the provider owes beyond the order's amount (D3.1.4).
    pub compensation: Money,
    /// The provider answers in full for the merchant's losses (D3.1.4), whatever they come to.
    pub liability: bool,
    /// The use of the service goes on so many seconds longer (D3.1.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension_seconds: Option<u64>,
    /// The merchant downloads its data (D3.1.4, D3.2.4).
    pub data_download: bool,
    /// The signed contract, or another agreement that the rules allow, governs.
    pub contract_governs: bool,
    /// The transaction counts as completed and is paid (D2.5b, D1.3.2).
    pub completed: bool,
    /// What is to be done with the outcome now (X10, X12).
    pub handling: Handling,
    /// The articles it rests on, the governing one first; never empty.
    pub articles: Vec<Applied>,
    /// The articles that were considered and did not decide.
    pub considered: Vec<Considered>,
    /// Which article went before which, and by which rule (X1–X17).
    pub prevailed: Vec<Prevailed>,
    /// For each claim: who bears the burden, and against whom it goes while unproven.
    pub burdens: Vec<Burden>,
    /// What is still open. The outcome is the one that follows if all of it stays unproven.
    pub open_questions: Vec<OpenQuestion>,
}

impl Recommendation {
    /// The rule ids of the articles it rests on, the governing one first.
    pub fn rules(&self) -> Vec<RuleId> {
        let mut rules: Vec<RuleId> = vec![];
        for applied in &self.articles {
            if !rules.contains(&applied.article) {
                rules.push(applied.article.clone());
            }
        }
        rules
    }
}

/// How much of what was paid goes back.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Refund {
    /// All.
    Full,
    /// Some.
    Partial,
    /// Nothing.
    None,
}

/// The service cost found, by who bears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceCost {
    /// Taken off the merchant's refund.
    pub by_merchant: Money,
    /// Left with the provider.
    pub by_provider: Money,
}

/// What is to be done with a recommendation.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Handling {
    /// Decide.
    Decide,
    /// Suspend until court or police are done (D1.5.2, X10).
    Suspend,
    /// The decision stands and is carried out (D1.1.4, X10).
    CarryOut,
    /// The appeal is suspended, the money stays where it is (X10).
    SuspendAppeal,
    /// The parties negotiate first (N1, X12).
    NegotiateFirst,
}

/// An article that the outcome rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// The article, or the rule on the burden of proof.
    pub article: RuleId,
    /// What it contributed.
    pub contribution: Contribution,
    /// The amount of the contribution, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The established or unproven facts on which it applied.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub on: FactSet,
}

/// What an article contributed to an outcome.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Contribution {
    /// A refund of all that was paid, less what was kept and used.
    RefundOfAll,
    /// A refund of all, less what the merchant keeps and can use.
    RefundLessKept,
    /// A refund in proportion to time.
    RefundByTime,
    /// What remains after value share and service cost.
    RefundOfRest,
    /// No refund.
    NoRefund,
    /// The transaction counts as completed.
    Completed,
    /// The use is extended.
    Extension,
    /// The contract decides.
    Contract,
    /// The contract governs, but what it gives is not found yet: the other rules decide until then.
    ContractUnread,
    /// The settlement is carried out.
    Settlement,
    /// Money back after a withdrawal, less the work asked for.
    Withdrawal,
    /// The price of what the merchant keeps.
    PriceOfKept,
    /// The service cost that the merchant bears.
    ServiceCost,
    /// Data download.
    DataDownload,
    /// Liability for losses.
    Liability,
    /// A burdened fact is unproven, which goes against its bearer.
    BurdenNotMet,
    /// The claim fails: it is answered, or no article grants anything on it.
    ClaimFails,
}

/// An article that was considered and does not decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Considered {
    /// The article.
    pub article: RuleId,
    /// Why not.
    pub because: Because,
    /// Facts that are not established and of which it needs one or all.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub not_established: FactSet,
    /// Established facts that exclude it.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub excluded_by: FactSet,
    /// The article that went before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behind: Option<RuleId>,
}

/// Why an article does not decide.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Because {
    /// A fact it needs is not established.
    NotEstablished,
    /// An established fact excludes it.
    Excluded,
    /// The order's terms are not what it is about.
    Terms,
    /// Another article went before it.
    GaveWay,
}

/// One application of a rule of precedence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prevailed {
    /// X1–X17.
    pub rule: RuleId,
    /// What prevailed, or was settled by the rule.
    pub article: RuleId,
    /// Over what; absent where the rule settles how the article itself is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over: Option<RuleId>,
    /// The rule in short.
    pub why: Cow<'static, str>,
}

/// Who bears the burden of a claim, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Burden {
    /// The claim.
    pub claim: ClaimKind,
    /// The fact that it puts in issue.
    pub fact: Fact,
    /// Who must prove it, or its opposite.
    pub bearer: Bearer,
    /// The rule that says so.
    pub rule: RuleId,
    /// Against whom it goes as unproven; absent where it is proved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<Bearer>,
}

/// Something that is not found yet and could change the outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenQuestion {
    /// The fact or figure.
    pub about: Question,
    /// The question in a sentence.
    pub asks: Cow<'static, str>,
    /// Who must prove it: unproven, it goes against this one, as the outcome already says.
    pub bearer: Bearer,
    /// The rule that says so.
    pub rule: RuleId,
}

/// A fact or a figure, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Question {
    /// A fact.
    Fact(Fact),
    /// A figure.
    Figure(Figure),
}

impl Question {
    /// It in a sentence.
    pub fn asks(self) -> &'static str {
        match self {
            Self::Fact(fact) => fact.asks(),
            Self::Figure(figure) => figure.asks(),
        }
    }
}

impl std::fmt::Display for Question {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fact(fact) => fact.fmt(to),
            Self::Figure(figure) => figure.fmt(to),
        }
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
fn is_empty(set: &FactSet) -> bool {
    set.is_empty()
}
