//! The homes of the two machines: their rules, their facts, their views, their messages.
use crate::reading::Reader;
use crate::{facts, outbound, views};
use diesel::prelude::*;
use engine::{Ask, Change, Entry, Host, Outbound};
use orders_domain::conversation::{self, Conversation, Conversations};
use orders_domain::order::{Facts, Order, Orders};
use rulebook::{Edition, OrderRules};
use std::sync::Arc;
use uuid::Uuid;

/// The host of [`Orders`].
pub(crate) struct OrderHost;

/// The host of [`Conversations`].
pub(crate) struct ConversationHost {
    /// Reads what is said; views are made again without it.
    pub reader: Option<Arc<Reader>>,
}

/// From an order's id to its conversation's and back.
///
/// The ids of a context's aggregates are unique over all its machines, so the two cannot be the same. Only the version
/// of the UUID differs: an order's is 7 (by time), its conversation's 8 (custom, RFC 9562).
pub(crate) fn twin(id: Uuid) -> Uuid {
    const VERSIONS: u128 = 0xF << 76;
    Uuid::from_u128(id.as_u128() ^ VERSIONS)
}

impl Host for OrderHost {
    type Machine = Orders;

    fn rules(edition: &Edition) -> &OrderRules {
        &edition.orders
    }

    fn facts(&self, tx: &mut PgConnection, asked: &[Ask<'_, Orders>]) -> QueryResult<Vec<Facts>> {
        facts::of_orders(tx, asked)
    }

    fn project(&self, tx: &mut PgConnection, changes: &[Change<Orders>]) -> QueryResult<()> {
        views::project_orders(tx, changes)
    }

    fn views(&self) -> &'static [&'static str] {
        views::OF_ORDERS
    }

    fn outbound(&self, entry: &Entry<Orders>, after: &Order) -> Option<Outbound> {
        outbound::told(entry, after)
    }

    fn notes(&self, entry: &Entry<Orders>, after: &Order) -> Vec<Outbound> {
        outbound::noted(entry, after)
    }
}

impl Host for ConversationHost {
    type Machine = Conversations;

    fn rules(edition: &Edition) -> &OrderRules {
        &edition.orders
    }

    fn facts(&self, tx: &mut PgConnection, asked: &[Ask<'_, Conversations>]) -> QueryResult<Vec<conversation::Facts>> {
        facts::of_conversations(tx, asked, self.reader.as_deref())
    }

    fn project(&self, tx: &mut PgConnection, changes: &[Change<Conversations>]) -> QueryResult<()> {
        views::project_conversations(tx, changes)
    }

    fn views(&self) -> &'static [&'static str] {
        views::OF_CONVERSATIONS
    }

    /// What is said in chat is told for case files alone.
    fn outbound(&self, entry: &Entry<Conversations>, _: &Conversation) -> Option<Outbound> {
        outbound::said(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_and_its_conversation_find_each_other() {
        let order = Uuid::now_v7();
        assert_eq!(twin(order).get_version_num(), 8);
        assert_eq!(twin(twin(order)), order);
    }
}
