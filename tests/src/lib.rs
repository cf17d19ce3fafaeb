//! What the journeys across services share: the whole suite, and a market with one provider, one merchant and staff.

pub mod ledger;
pub mod market;

pub use guildhall::services::all as everything;
pub use market::Market;
