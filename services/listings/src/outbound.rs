//! What is told of a listing: `contracts::listings::Listing`, whenever what is on sale may be another.
use contracts::listings;
use engine::{Entry, Outbound};
use kernel::ListingId;
use listings_domain::{Listing, Listings, published_terms};

/// The message of an entry. Drafts and moderation are nobody else's business.
pub(crate) fn told(entry: &Entry<Listings>, after: &Listing) -> Option<Outbound> {
    if !entry.event.may_change_sale() {
        return None;
    }
    let provider = after.record()?.provider;
    let published = published_terms(after);
    let fact = if published.is_some() { "published" } else { "unpublished" };
    let listing = ListingId(entry.id);
    match serde_json::to_value(listings::Listing { listing, provider, published }) {
        Ok(data) => Some(Outbound { fact, data }),
        Err(error) => {
            tracing::error!(%listing, fact, %error, "a message cannot be written");
            None
        }
    }
}
