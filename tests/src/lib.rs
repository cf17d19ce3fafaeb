//! What the journeys across services share: the whole suite, and a market with one provider, one merchant and staff.

pub mod ledger;
pub mod market;

pub use market::Market;

use runtime::Service;

/// All services.
pub fn everything() -> Vec<Box<dyn Service>> {
    vec![
        Box::new(onboarding::Onboarding),
        Box::new(listings::Listings),
        Box::new(orders::Orders),
        Box::new(settlement::Settlement),
        Box::new(disputes::Disputes),
        Box::new(notifications::Notifications),
    ]
}
