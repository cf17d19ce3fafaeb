//! The terms of a service as listings publish them, orders freeze them and disputes judge by them.
use crate::{Category, Money, RevisionId};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// The terms of a published revision: what an order freezes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Terms {
    /// The revision.
    pub revision: RevisionId,
    /// Counts the listing's revisions from 1.
    pub number: u32,
    /// Title.
    pub title: String,
    /// The category.
    pub category: Category,
    /// Whole-store hosting (M2.4), for `operation` only.
    pub agent_operation: bool,
    /// The price for one unit.
    pub price: Money,
    /// What one unit is.
    pub price_unit: PriceUnit,
    /// Agreed days until delivery; `None`: W3 applies.
    pub delivery_days: Option<u32>,
    /// Agreed days for one modification; `None`: 3 days (D2.5c).
    pub modification_days: Option<u32>,
    /// Agreed number of modifications for wishes (X26); `None`: not limited.
    pub modifications: Option<u32>,
    /// The acceptance standard, as written.
    pub acceptance_standard: String,
    /// Cooperation that will be needed (D2.6), as written; empty when none.
    pub cooperation: Vec<String>,
    /// SHA-256 of the revision's canonical contents.
    pub content_hash: String,
}

/// What the price is for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum PriceUnit {
    /// The whole service.
    OneOff,
    /// A month of it.
    Month,
    /// A year of it.
    Year,
}

/// The kinds of claims; each has its burden of proof (D1.4.3, D1.4.4).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ClaimKind {
    /// Nothing was delivered (the provider bears the burden, D1.4.3).
    NotDelivered,
    /// What was delivered was not accepted (the provider, D1.4.3).
    NotAccepted,
    /// Not as described (the merchant, D1.4.4).
    NotAsDescribed,
    /// Quality (the merchant, D1.4.4).
    Quality,
    /// The agreed effect was not reached (the merchant, D1.4.4).
    EffectNotAsAgreed,
    /// A modification came late (the provider shows that it was in time, D2.5c).
    LateModification,
    /// The provider ended the service early (D3.x.2, D3.1.2, D3.2.3).
    EndedEarly,
    /// The refusal of a modification as not objective is contested (D2.5b).
    RefusalContested,
    /// The service is unlawful, or not allowed in the market or in its category (the merchant, D2.1).
    Unlawful,
}
