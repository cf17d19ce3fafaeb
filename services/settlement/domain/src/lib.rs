//! The settlement context, pure: where the money of an order is, and how a provider's purse stands.
//!
//! Owns: the ledger ([`ledger`]), the escrow of each order ([`escrow`], D1.6.1, D1.6.2), the purse of each provider
//! ([`purse`], W18, W33), the port to the payment gateway as plain types ([`gateway`]), and the notes between escrow
//! and purse ([`notes`]). Does not own: who is right (disputes), when an order ends (orders), any I/O.
//!
//! Invariants: every event that moves money carries a posting that sums to zero; money leaves an escrow once; a
//! disputed order pays nobody; nothing is rounded here. Start at [`escrow`].

pub mod attempts;
pub mod escrow;
pub mod gateway;
pub mod ledger;
pub mod notes;
pub mod purse;

pub use escrow::Escrows;
pub use gateway::{Callback, Effect, Outcome, Request, Response};
pub use ledger::{Account, LedgerError, Line, Posting};
pub use notes::{Addressed, Note};
pub use purse::Purses;
