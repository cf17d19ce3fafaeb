//! The closed list of facts that an arbitrator finds, and of figures that go with them. A claim is another type.
//!
//! The doc comment of each entry is its question as people read it: in schemas, in open questions, in the tables.
use kernel::RuleId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use strum::{Display, EnumCount, EnumMessage, EnumString, IntoStaticStr, VariantArray};

/// A fact that is established, not established, or open.
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
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Fact {
    /// The provider delivered: uploaded what it made, in the agreed format, where the merchant can check it (D1.2).
    Delivered,
    /// The merchant accepted the delivery, expressly or by silence after notices that were delivered (W5, X11).
    Accepted,
    /// The service is unlawful (D2.1).
    UnlawfulService,
    /// The market's or its category's specification does not allow the service (D2.1).
    ServiceNotPermitted,
    /// The description was untrue: the service does not match it (D2.2, D3.1.1).
    DescriptionUntrue,
    /// Defects or bugs that the provider knew were not told (D2.2).
    DefectConcealed,
    /// Two different descriptions of the same thing were given (D2.2).
    ConflictingDescriptions,
    /// The signed contract decides between the two descriptions, and for the provider (X8).
    ContractDecides,
    /// The signed contract contradicts itself on the point (X8).
    ContractContradictory,
    /// What was delivered does not conform to what was agreed (D2.3).
    Nonconforming,
    /// The agreed effect was not reached (D2.3, D1.4.4).
    EffectMissed,
    /// What did not conform was repaired in time (D2.3, W10).
    Repaired,
    /// The provider did not produce, deliver or modify as agreed (D2.4).
    NotPerformed,
    /// What was delivered does not work (D2.4).
    NotWorking,
    /// The delivery came after the agreed time, or after the platform's where none was agreed (D2.4, W3).
    DeliveredLate,
    /// There is ground to think that the provider does not mean to perform, or it refused expressly (D2.4, W4).
    DoesNotMeanToPerform,
    /// The provider refused a request for modification as not described objectively (D2.5b).
    ModificationRefused,
    /// The refused request did not say objectively what to change (D2.5b).
    RequestNotObjective,
    /// The merchant would not talk about the modification, or take the provider's adjustments (D2.5a).
    AdjustmentsRejected,
    /// A modification was delivered again later than agreed, or later than 3 days where nothing was agreed (D2.5c).
    ModificationLate,
    /// The merchant took the late redelivery and so waived the refund for its lateness (X3).
    LateRoundWaived,
    /// The same problem was not fixed in as many redeliveries as D2.5d names; follows from `failed_rounds` if given.
    SameProblemUnfixed,
    /// The merchant was told clearly and beforehand of the cooperation needed, or agreed to it (D2.6).
    CooperationNotified,
    /// Of the cooperation the merchant was told only in a channel that is not on the allow-list (X15).
    NotifiedOffPlatform,
    /// The provider asked for the cooperation, reasonably (D2.7).
    CooperationRequested,
    /// The merchant neglected or refused the cooperation without good reason, and the failure or delay comes of it (D2.7).
    CooperationNeglected,
    /// The service cannot be realised at all (D2.8).
    CannotBeRealised,
    /// The service was realised in part (D2.9).
    PartlyRealised,
    /// The parties agreed otherwise on what an article leaves to agreement ("unless agreed").
    AgreedOtherwise,
    /// The provider gave misleading guidance (D3.x.1).
    MisleadingGuidance,
    /// The provider promised more than the service can hold (D3.x.1).
    OverPromised,
    /// The provider deceived the merchant, or did the like (D3.x.1).
    Fraud,
    /// The work was not done to the listing's content, cycle and acceptance standard (D3.2.1).
    WorkNotDone,
    /// The provider promised a transaction amount or any other effect (D3.2.2).
    EffectPromised,
    /// The provider ended the service before its time (D3.x.2, D3.2.3).
    EndedByProvider,
    /// The provider delayed the service on its own (D3.3.2, D3.4.2, D3.5.2).
    DelayedByProvider,
    /// The merchant agreed to the end or the delay (D3.x.2, D3.2.3).
    EndAgreed,
    /// The application was down or unusable through quality, maintenance or failure (D3.1.3).
    ServiceDown,
    /// The application was down or unusable through force majeure (D3.1.3, X17).
    ForceMajeure,
    /// The provider could not be reached: no answer in the time of the rulebook (D3.1.3).
    ProviderUnreachable,
    /// The provider refused support or service (D3.1.3).
    ServiceRefused,
    /// The platform ended the service because the provider broke its agreement with the platform (D3.1.4, D3.2.4).
    PlatformEndedForBreach,
    /// The platform ended the service for another reason on the provider's side (D3.3.3, D3.4.3, D3.5.3).
    PlatformEndedForProvider,
    /// The platform ended the service for a reason on the merchant's side, breach included (D3.1.5, D3.2.5).
    PlatformEndedForMerchant,
    /// The merchant ended the service for reasons of its own (D3.3.4, D3.4.4, D3.5.4).
    EndedForMerchantReasons,
    /// The merchant ended it because it was dissatisfied, while the work matches description and agreement (X6).
    MerchantDissatisfied,
    /// The work is personalised: made for this merchant's needs (D3.4.5, D3.5.5).
    Personalised,
    /// Both parties signed a contract and it was uploaded (D3.4.5, D3.5.5).
    SignedContract,
    /// The provider had part of the work done by a subcontractor (D3.5.6).
    Outsourced,
    /// The dispute comes from what the subcontractor did or left undone (D3.5.6).
    SubcontractorFailed,
    /// The parties settled on an amount (D1.6.1).
    Settled,
    /// The merchant withdrew from the contract inside the window (P5, W20).
    WithdrewInWindow,
    /// EU consumer law protects the merchant (P5).
    ProtectedByEuLaw,
    /// The service was performed in full with the merchant's consent, before it withdrew (W20).
    PerformedByConsent,
    /// A party has gone to court or to the police (D1.5.2).
    InCourt,
    /// The merchant has the service, keeps it, and wants the money back (N1).
    KeepsService,
    /// The parties negotiated first: the window has passed, or the provider refused (N1).
    Negotiated,
}

/// Who must prove a fact: if it stays unproven, that goes against this one.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Bearer {
    /// The provider.
    Provider,
    /// The merchant.
    Merchant,
    /// Whichever party relies on the fact.
    WhoRelies,
    /// Nobody: the platform's own records show it, or show that it is not so.
    Platform,
}

impl Fact {
    /// All facts of the list.
    pub const fn everything() -> FactSet {
        FactSet(u64::MAX >> (64 - Self::COUNT))
    }

    /// The question that a finding answers, in a sentence.
    pub fn asks(self) -> &'static str {
        self.get_documentation().unwrap_or_default()
    }

    /// Who bears the burden of proof, and by which rule.
    pub fn bearer(self) -> (Bearer, RuleId) {
        use Bearer::{Merchant, Platform, Provider, WhoRelies};
        let (bearer, rule) = match self {
            Self::Delivered | Self::Accepted | Self::EndedByProvider => (Provider, "D1.4.3"),
            Self::DescriptionUntrue
            | Self::DefectConcealed
            | Self::ConflictingDescriptions
            | Self::Nonconforming
            | Self::EffectMissed
            | Self::NotWorking
            | Self::WorkNotDone => (Merchant, "D1.4.4"),
            Self::ContractDecides => (Provider, "X8"),
            Self::ContractContradictory => (Merchant, "X8"),
            Self::Repaired => (Provider, "D2.3"),
            Self::RequestNotObjective => (Provider, "D2.5b"),
            Self::AdjustmentsRejected => (Provider, "D2.5a"),
            Self::ModificationLate => (Provider, "D2.5c"),
            Self::LateRoundWaived => (Provider, "X3"),
            Self::SameProblemUnfixed => (Merchant, "D2.5d"),
            Self::CooperationNotified => (Provider, "D2.6"),
            Self::CooperationRequested | Self::CooperationNeglected => (Provider, "D2.7"),
            Self::CannotBeRealised => (WhoRelies, "D2.8"),
            Self::PartlyRealised => (Provider, "D2.9"),
            Self::NotifiedOffPlatform => (Merchant, "X15"),
            Self::EndedForMerchantReasons | Self::MerchantDissatisfied => (Provider, "X6"),
            Self::EndAgreed | Self::PerformedByConsent | Self::KeepsService => (Provider, "D1.4.5"),
            Self::UnlawfulService
            | Self::ServiceNotPermitted
            | Self::NotPerformed
            | Self::DoesNotMeanToPerform
            | Self::ModificationRefused
            | Self::MisleadingGuidance
            | Self::OverPromised
            | Self::Fraud
            | Self::EffectPromised
            | Self::ServiceDown
            | Self::ForceMajeure
            | Self::ProviderUnreachable
            | Self::ServiceRefused
            | Self::Outsourced
            | Self::SubcontractorFailed
            | Self::WithdrewInWindow
            | Self::ProtectedByEuLaw => (Merchant, "D1.4.5"),
            Self::AgreedOtherwise
            | Self::Personalised
            | Self::SignedContract
            | Self::Settled
            | Self::InCourt
            | Self::Negotiated => (WhoRelies, "D1.4.5"),
            Self::DeliveredLate
            | Self::DelayedByProvider
            | Self::PlatformEndedForBreach
            | Self::PlatformEndedForProvider
            | Self::PlatformEndedForMerchant => (Platform, "D1.4.5"),
        };
        (bearer, RuleId::of(rule))
    }
}

/// A figure that a finding carries: entered by the arbitrator with reasons. Absent is open.
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
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Figure {
    /// The value share, of the whole order, of what the merchant keeps and can use (D2.9).
    KeptValueShare,
    /// The value share of what the merchant keeps and has in fact used (X5); it comes off a full refund too.
    UsedValueShare,
    /// The share of the work done at the merchant's request before it withdrew (W20).
    PerformedShare,
    /// What the provider necessarily spent to perform (D1.2); never more than was paid.
    ServiceCost,
    /// The part of the service cost that the provider could have avoided by stopping in time (D2.7).
    AvoidableCost,
    /// The losses that the end of the service caused the merchant (D3.1.4).
    Losses,
    /// What the contract or the agreement gives back to the merchant (D3.4.5, D3.5.5, "unless agreed").
    AgreedToMerchant,
    /// What the settlement gives back to the merchant (D1.6.1).
    SettlementToMerchant,
    /// Redeliveries in which the same problem was not fixed; the first delivery is none (D2.5d).
    FailedRounds,
    /// The time in which the service could not be used (D3.1.3).
    LostTime,
    /// The time of the period that was still to come (D3.x.2, D3.x.3).
    UnusedTime,
    /// The whole period that was paid for.
    Period,
}

impl Figure {
    /// What the figure says, in a sentence.
    pub fn asks(self) -> &'static str {
        self.get_documentation().unwrap_or_default()
    }

    /// Who must prove it, and by which rule; unproven, it counts as nothing gained for this one.
    pub fn bearer(self) -> (Bearer, RuleId) {
        let (bearer, rule) = match self {
            Self::KeptValueShare | Self::UsedValueShare => (Bearer::Provider, "D2.9"),
            Self::PerformedShare => (Bearer::Provider, "W20"),
            Self::ServiceCost => (Bearer::Provider, "D1.2"),
            Self::AvoidableCost => (Bearer::Merchant, "D2.7"),
            Self::Losses => (Bearer::Merchant, "D3.1.4"),
            Self::AgreedToMerchant | Self::SettlementToMerchant => (Bearer::WhoRelies, "D1.4.5"),
            Self::FailedRounds => (Bearer::Merchant, "D2.5d"),
            Self::LostTime => (Bearer::Merchant, "D3.1.3"),
            Self::UnusedTime | Self::Period => (Bearer::Provider, "D1.4.5"),
        };
        (bearer, RuleId::of(rule))
    }
}

/// A set of facts; in JSON a list of their names.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct FactSet(u64);

const _: () = assert!(Fact::COUNT <= 64, "a set of facts is one word");

impl FactSet {
    /// No fact.
    pub const EMPTY: Self = Self(0);

    /// The set of these facts.
    pub const fn of(facts: &[Fact]) -> Self {
        let mut bits = 0;
        let mut at = 0;
        while at < facts.len() {
            bits |= 1 << facts[at] as u64;
            at += 1;
        }
        Self(bits)
    }

    /// Whether `fact` is in it.
    pub const fn has(self, fact: Fact) -> bool {
        self.0 & (1 << fact as u64) != 0
    }

    /// The set with `fact`.
    #[must_use]
    pub const fn with(self, fact: Fact) -> Self {
        Self(self.0 | 1 << fact as u64)
    }

    /// What is in either.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is in this one only.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether it is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether both have a fact in common.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Its facts, in the order of the list.
    pub fn iter(self) -> impl Iterator<Item = Fact> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let fact = Fact::VARIANTS.get(rest.trailing_zeros() as usize)?;
            rest &= rest - 1;
            Some(*fact)
        })
    }
}

impl FromIterator<Fact> for FactSet {
    fn from_iter<I: IntoIterator<Item = Fact>>(facts: I) -> Self {
        facts.into_iter().fold(Self::EMPTY, Self::with)
    }
}

impl fmt::Debug for FactSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl Serialize for FactSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for FactSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Fact>::deserialize(deserializer)?.into_iter().collect())
    }
}
