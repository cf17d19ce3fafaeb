//! The home of the listing machine: its rules, its facts, its views, its messages.
use crate::{facts, outbound, views};
use diesel::prelude::*;
use engine::{Ask, Change, Entry, Host, Outbound};
use listings_domain::{Facts, Listing, Listings};
use rulebook::{Edition, ListingRules};

/// The host of [`Listings`].
pub(crate) struct ListingHost;

impl Host for ListingHost {
    type Machine = Listings;

    fn rules(edition: &Edition) -> &ListingRules {
        &edition.listings
    }

    fn facts(&self, tx: &mut PgConnection, asked: &[Ask<'_, Listings>]) -> QueryResult<Vec<Facts>> {
        facts::of(tx, asked)
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
