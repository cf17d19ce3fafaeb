//! The orders context, pure: what was promised and delivered, by when, and what follows where it was not.
//!
//! Owns two machines. [`Orders`]: one order from checkout to its end, with every clock of section 3 of the rules
//! (W1–W10, W21) and the merchant's refund application, which stops them. [`Conversations`]: the chat on one order,
//! kept as valid vouchers. Does not own money (settlement), the case that a refund application opens (disputes), or
//! listings (an order freezes the published terms). Start at [`order`].

pub mod conversation;
pub mod order;

pub use conversation::Conversations;
pub use order::Orders;
