//! What listings tells: what is on sale, and on which terms.
use kernel::{ListingId, ProviderId, Terms};
use serde::{Deserialize, Serialize};

/// `listings.listing.{published,unpublished}`: the listing after the fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// Its id.
    pub listing: ListingId,
    /// Who sells.
    pub provider: ProviderId,
    /// The terms on sale; `None` when nothing is on sale.
    pub published: Option<Terms>,
}
