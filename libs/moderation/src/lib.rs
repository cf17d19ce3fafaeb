//! The moderation engine: which rules of section 2 a text breaks, where, how it was seen and how to mend it.
//!
//! Owns the reading of texts through every disguise, the rules, the explanation of each finding and the commands that
//! read JSON lines. Does not own the figures and terms (rulebook editions and lists) nor what follows from a finding
//! (the contexts). Pure: no clock, no I/O; the same subject, edition and lists give the same bytes; time is linear in
//! the text.
//!
//! Start at [`Engine::read`]; a text is read in `reading`, scanned for all lists in `scan`, and judged by the rules:
//! `terms`, `together`, `contact` (with `links`, `spelled`, `numbers`, `phones`, `accounts`), `elements`, `price`,
//! `contradictions`, `keywords`, `categories`, [`near`] and [`pictures`].

mod accounts;
mod automaton;
mod beneath;
mod categories;
mod contact;
mod contradictions;
mod disguise;
mod elements;
mod engine;
mod field;
pub mod finding;
mod hash;
mod keywords;
mod letters;
mod lexicon;
pub mod lines;
mod links;
mod misspelt;
pub mod near;
mod numbers;
mod oddly;
mod phones;
pub mod pictures;
mod price;
mod punycode;
mod reading;
mod rewritten;
mod scan;
pub mod schema;
mod spelled;
pub mod subject;
mod syllables;
mod terms;
mod together;
mod unmasked;
mod words;

pub use engine::Engine;
pub use field::is_title;
pub use finding::{Finding, How, Report, Severity, Suppressed, Verdict, View, Why};
pub use reading::fold_term;
pub use subject::{Case, Known, KnownPicture, Picture, Profile, Subject};
