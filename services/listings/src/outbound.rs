//! What is told of a listing: `contracts::listings::Listing`, whenever what is on sale may be another, and `Judged`,
//! whenever a revision did not pass; of an allow-phrase, `AllowPhrase`, whenever it begins or ceases to count.
use contracts::listings;
use engine::{Entry, Outbound};
use kernel::ListingId;
use listings_domain::allow_phrase::{self, AllowPhrase, AllowPhrases};
use listings_domain::{Event, Listing, Listings, published_terms};

/// The message of an entry. Drafts and the moderators' queue are nobody else's business.
pub(crate) fn told(entry: &Entry<Listings>, after: &Listing) -> Option<Outbound> {
    if !entry.event.may_change_sale() {
        return judged(entry, after);
    }
    let provider = after.record()?.provider;
    let published = published_terms(after);
    let fact = if published.is_some() { "published" } else { "unpublished" };
    let listing = ListingId(entry.id);
    Outbound::of(fact, &listings::Listing { listing, provider, published })
}

/// That a revision did not pass, and why.
fn judged(entry: &Entry<Listings>, after: &Listing) -> Option<Outbound> {
    let (fact, revision, decision, mend_by) = match &entry.event {
        Event::ChangesRequested { revision, decision, mend_by } => {
            ("changes_requested", revision, decision, Some(*mend_by))
        }
        Event::RevisionRejected { revision, decision } => ("revision_rejected", revision, decision, None),
        Event::RevisionLapsed { revision, decision } => ("revision_lapsed", revision, decision, None),
        Event::Created { .. }
        | Event::Drafted { .. }
        | Event::Screened { .. }
        | Event::Queued { .. }
        | Event::Recalled { .. }
        | Event::Claimed { .. }
        | Event::Released { .. }
        | Event::ModerationOverdue { .. }
        | Event::Published { .. }
        | Event::Withdrawn
        | Event::Republished { .. }
        | Event::Blocked { .. }
        | Event::Removed { .. }
        | Event::RemovalServed { .. }
        | Event::MeasureEnded { .. }
        | Event::ProviderDisentitled { .. }
        | Event::ProviderEntitled { .. } => return None,
    };
    let (listing, provider) = (ListingId(entry.id), after.record()?.provider);
    let told = listings::Judged {
        listing: listings::Listing { listing, provider, published: published_terms(after) },
        revision: *revision,
        reasons: decision.reasons.clone(),
        mend_by,
        rules: decision.rules.clone(),
    };
    Outbound::of(fact, &told)
}

/// What begins or ceases to count, wherever texts are read. A phrase that is only proposed is the moderators' business.
pub(crate) fn allowed(entry: &Entry<AllowPhrases>, after: &AllowPhrase) -> Option<Outbound> {
    let (fact, in_force) = match entry.event {
        allow_phrase::Event::Proposed { .. } | allow_phrase::Event::Declined { .. } => return None,
        allow_phrase::Event::Approved { .. } => ("approved", true),
        allow_phrase::Event::TakenBack { .. } => ("taken_back", false),
    };
    let proposal = after.proposal()?;
    let told = listings::AllowPhrase {
        allow_phrase: entry.id,
        list: proposal.list.clone(),
        language: proposal.language.to_string(),
        phrase: proposal.phrase.clone(),
        in_force,
    };
    Outbound::of(fact, &told)
}
