//! The rulebook as data: editions, the typed reader, and one typed section per context.
//!
//! Owns: every figure of the law (`editions/*.toml`) and the checks that an edition is whole. A missing or unknown
//! entry is refused by name. Does not own: any logic of a rule (that is code, in the domain crates).
//! Start at [`Edition`].

pub mod disputes;
pub mod edition;
pub mod listings;
pub mod lists;
pub mod notifications;
pub mod onboarding;
pub mod orders;
pub mod settlement;
pub mod standards;

pub use disputes::DisputeRules;
pub use edition::{Edition, EditionError, Rulebook};
pub use listings::ListingRules;
pub use lists::Lists;
pub use notifications::NotificationRules;
pub use onboarding::OnboardingRules;
pub use orders::OrderRules;
pub use settlement::SettlementRules;
pub use standards::Standards;
