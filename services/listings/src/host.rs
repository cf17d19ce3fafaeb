//! The homes of the two machines: their rules, their facts, their views, their messages.
use crate::desk::Desk;
use crate::{facts, outbound, phrases, views};
use diesel::prelude::*;
use diesel::result::Error;
use engine::{Ask, Change, Entry, Host, Outbound};
use listings_domain::allow_phrase::{self, AllowPhrase, AllowPhrases};
use listings_domain::{Facts, Listing, Listings};
use rulebook::{Edition, ListingRules};
use std::sync::Arc;

/// The host of [`Listings`].
pub(crate) struct ListingHost {
    /// Screens what is submitted; views are made again without it.
    pub desk: Option<Arc<Desk>>,
}

/// The host of [`AllowPhrases`].
pub(crate) struct AllowPhraseHost;

impl Host for ListingHost {
    type Machine = Listings;

    fn rules(edition: &Edition) -> &ListingRules {
        &edition.listings
    }

    fn facts(&self, tx: &mut PgConnection, asked: &[Ask<'_, Listings>]) -> QueryResult<Vec<Facts>> {
        let idle = || Error::QueryBuilderError("only a running service screens what is submitted".into());
        let desk = self.desk.as_deref().ok_or_else(idle)?;
        facts::of(tx, asked, desk)
    }

    fn project(&self, tx: &mut PgConnection, changes: &[Change<Listings>]) -> QueryResult<()> {
        views::project(tx, changes)
    }

    fn views(&self) -> &'static [&'static str] {
        views::TABLES
    }

    fn outbound(&self, entry: &Entry<Listings>, after: &Listing) -> Option<Outbound> {
        outbound::told(entry, after)
    }
}

impl Host for AllowPhraseHost {
    type Machine = AllowPhrases;

    fn rules(edition: &Edition) -> &ListingRules {
        &edition.listings
    }

    fn facts(&self, tx: &mut PgConnection, asked: &[Ask<'_, AllowPhrases>]) -> QueryResult<Vec<allow_phrase::Facts>> {
        facts::of_phrases(tx, asked)
    }

    fn project(&self, tx: &mut PgConnection, changes: &[Change<AllowPhrases>]) -> QueryResult<()> {
        phrases::project(tx, changes)
    }

    fn views(&self) -> &'static [&'static str] {
        phrases::TABLES
    }

    fn outbound(&self, entry: &Entry<AllowPhrases>, after: &AllowPhrase) -> Option<Outbound> {
        outbound::allowed(entry, after)
    }
}
