//! Uniqueness: a provider offers a service once (M5.17). Nearly the same is for the screening to find.
use crate::state::{Listing, Record};
use kernel::Claim;

/// Held by what is in the queue and by what the provider offers, hidden or not.
pub(crate) fn claims(listing: &Listing) -> Vec<Claim> {
    let Some(record) = listing.record() else {
        return vec![];
    };
    let mut keys: Vec<_> = offered(record).into_iter().collect();
    keys.extend(record.queued().map(|queued| queued.revision.fingerprint.clone()));
    keys.dedup();
    keys.into_iter().map(|key| Claim { scope: "same_service", key }).collect()
}

fn offered(record: &Record) -> Option<String> {
    record.approved.as_ref().filter(|_| !record.withdrawn).map(|approved| approved.revision.fingerprint.clone())
}
