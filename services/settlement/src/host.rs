//! The homes of the two machines: their rules, their views, their messages.
use crate::{outbound, views};
use diesel::prelude::*;
use engine::{Ask, Change, Entry, Host, Outbound};
use rulebook::{Edition, SettlementRules};
use settlement_domain::escrow::Escrow;
use settlement_domain::purse::Purse;
use settlement_domain::{Escrows, Purses};

/// The host of [`Escrows`].
pub(crate) struct EscrowHost;

/// The host of [`Purses`].
pub(crate) struct PurseHost;

impl Host for EscrowHost {
    type Machine = Escrows;

    fn rules(edition: &Edition) -> &SettlementRules {
        &edition.settlement
    }

    /// An escrow needs none: what others say comes as commands.
    fn facts(&self, _: &mut PgConnection, asked: &[Ask<'_, Escrows>]) -> QueryResult<Vec<()>> {
        Ok(vec![(); asked.len()])
    }

    fn project(&self, tx: &mut PgConnection, changes: &[Change<Escrows>]) -> QueryResult<()> {
        views::project_escrows(tx, changes)
    }

    fn views(&self) -> &'static [&'static str] {
        views::OF_ESCROWS
    }

    fn outbound(&self, entry: &Entry<Escrows>, after: &Escrow) -> Option<Outbound> {
        outbound::of_escrow(entry, after)
    }

    fn notes(&self, entry: &Entry<Escrows>, after: &Escrow) -> Vec<Outbound> {
        outbound::notes(after.known().map(|known| entry.event.notes(known)).unwrap_or_default())
    }
}

impl Host for PurseHost {
    type Machine = Purses;

    fn rules(edition: &Edition) -> &SettlementRules {
        &edition.settlement
    }

    /// A purse needs none: what others say comes as commands.
    fn facts(&self, _: &mut PgConnection, asked: &[Ask<'_, Purses>]) -> QueryResult<Vec<()>> {
        Ok(vec![(); asked.len()])
    }

    fn project(&self, tx: &mut PgConnection, changes: &[Change<Purses>]) -> QueryResult<()> {
        views::project_purses(tx, changes)
    }

    fn views(&self) -> &'static [&'static str] {
        views::OF_PURSES
    }

    fn outbound(&self, entry: &Entry<Purses>, after: &Purse) -> Option<Outbound> {
        outbound::of_purse(entry, after)
    }

    fn notes(&self, entry: &Entry<Purses>, _: &Purse) -> Vec<Outbound> {
        outbound::notes(entry.event.notes())
    }
}
