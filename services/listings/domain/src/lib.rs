//! The listings context, pure: what a provider offers, its revisions, their screening and moderation.
//!
//! Owns: the machine [`Listings`] (draft → screened → queued → on sale, and what takes a listing off sale), what is kept
//! of a [`screening`], and the machine [`AllowPhrases`] (phrases in which a term of a list is innocent: proposed by one
//! moderator, approved by another). Does not own: how texts are read (`moderation`), who is qualified (facts from
//! onboarding), money (facts from settlement), the tables of revisions and findings (written by the service from the
//! events), penalties.
//!
//! Invariants: what is on sale has passed screening and, where that found something, a moderator; it belongs to a
//! provider qualified in the category; the published revision stays until the next one passes. A revision never
//! changes: mending it makes another one. Texts live in the events; the state keeps ids, hashes and terms.
//!
//! Start at [`Listing`], then [`Command`], then [`screening`] and [`allow_phrase`].

pub mod allow_phrase;
mod claim;
pub mod command;
pub mod content;
pub mod deadline;
mod drafting;
pub mod event;
mod evolving;
pub mod facts;
mod guard;
mod machine;
mod measures;
mod moderating;
pub mod refusal;
mod sale;
pub mod screening;
pub mod state;
mod submission;

pub use allow_phrase::AllowPhrases;
pub use command::{Action, Command, Grounds};
pub use content::{Case, Content, Module, Pictured, Uploaded, Written};
pub use deadline::Timer;
pub use event::{Event, RevisionStatus};
pub use facts::{Drafted, Facts, Lack, ProviderStanding, Qualified};
pub use machine::{Listings, published_terms};
pub use moderation::{Finding, Severity, Suppressed, Verdict};
pub use refusal::Refusal;
pub use screening::{Screening, Shadow};
pub use state::{Hold, Listing, Measure, Record, Revision, Working};
