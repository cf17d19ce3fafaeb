//! What an order must know of others to answer a command.
use kernel::{FileRef, ListingId, OrderId, Party, ProviderId, Terms};
use strum::IntoStaticStr;
use uuid::Uuid;

/// What an order must know of others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// For `place`: the listing that the command names, if it exists.
    pub offer: Option<Offer>,
    /// For `place`: an order of this merchant that it owes money back for, if that is overdue (W18).
    pub owes_for: Option<OrderId>,
    /// The files uploaded to this order that the command names.
    pub files: Vec<FileRef>,
    /// For `request_cooperation` on a message: that message of the order's chat, if it exists.
    pub notice: Option<Notice>,
}

/// A listing as it stands, and whether its provider may take orders.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Which listing.
    pub listing: ListingId,
    /// Who sells.
    pub provider: ProviderId,
    /// The terms on sale; `None` when nothing is.
    pub terms: Option<Terms>,
    /// Whether the provider may take new orders.
    pub bar: Option<Bar>,
}

/// Why a provider may take no new orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Bar {
    /// W33: its deposit is short.
    Deposit,
    /// W18: it owes what a decision laid on it.
    Liability,
    /// It is leaving the market, or has left.
    Leaving,
}

/// A message in the order's chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The message.
    pub message: Uuid,
    /// Who wrote it.
    pub by: Party,
}
