//! What listings tells: what is on sale, and on which terms; in which phrases a term of a moderation list is innocent.
use kernel::{ListingId, ProviderId, RevisionId, RuleId, Terms, Time};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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

/// `listings.listing.{changes_requested,revision_rejected,revision_lapsed}`: a revision did not pass; the listing stays
/// as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The listing.
    #[serde(flatten)]
    pub listing: Listing,
    /// The revision.
    pub revision: RevisionId,
    /// Why.
    pub reasons: String,
    /// Until when a mended revision is awaited, where one is (W32).
    pub mend_by: Option<Time>,
    /// The rules it rests on, the governing one first.
    pub rules: Vec<RuleId>,
}

/// `listings.allow_phrase.{approved,taken_back}`: a phrase in which the terms of a moderation list are innocent, wherever
/// texts are read; or that they are so no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllowPhrase {
    /// Its id.
    pub allow_phrase: Uuid,
    /// The name of the list.
    pub list: String,
    /// `any`, `en`, `zh`, `es`, `it` or `ru`.
    pub language: String,
    /// The phrase, as written.
    pub phrase: String,
    /// Whether it counts.
    pub in_force: bool,
}
