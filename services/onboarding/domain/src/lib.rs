//! The onboarding context, pure: who may sell in which category, and for how long (section 1 of the rules).
//!
//! Owns three machines: [`Applications`] (a provider asks for a category), [`Qualifications`] (the right to sell in it,
//! for as long as the conditions hold) and [`Providers`] (the organisation: course, exit, bar). Besides them the pure
//! screening of form, [`screening::screen`].
//! Does not own: listings and orders, the deposit (W33), points and measures: it only tells what is suspected.
//!
//! Invariants: nothing is approved or restored by silence; who acted for the applicant does not review it; every
//! adverse act is a [`kernel::Decision`]; long texts are in events only, states keep what can still matter.
//!
//! Start at [`application`].

pub mod application;
pub mod days;
pub mod entry;
pub mod grounds;
pub mod handout;
pub mod provider;
pub mod qualification;
pub mod scope;
pub mod screening;

pub use application::Applications;
pub use provider::Providers;
pub use qualification::Qualifications;
