//! The five service categories (M2.4–M2.8).
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// What kind of service is sold. Agent operation (whole-store hosting) is `Operation` with a flag beside it.
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
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Category {
    /// M2.5: applications.
    Software,
    /// M2.4: hosting of a whole store, or single operating services. Also read under its long name, `store_operation`.
    #[serde(alias = "store_operation")]
    #[strum(to_string = "operation", serialize = "store_operation")]
    Operation,
    /// M2.6: courses on cross-border trade and on using the platform.
    Training,
    /// M2.7: picture work, logos, templates, visual identity.
    Design,
    /// M2.8: photo and video work.
    Video,
}
