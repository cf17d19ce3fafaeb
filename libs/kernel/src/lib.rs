//! The shared nouns of Guildhall and the [`Machine`] that every workflow is.
//!
//! Owns: ids, money, parties, categories, spans and the calendar, rule ids, [`Decision`], [`Problem`], the
//! [`Machine`] trait and the pure loop that runs one intent on one state ([`run::handle`]).
//! Does not own: any figure of the law (see `rulebook`), any I/O, any clock, any randomness.
//! Start at [`machine`].

pub mod category;
pub mod decision;
pub mod ids;
pub mod machine;
pub mod money;
pub mod notice;
pub mod party;
pub mod problem;
pub mod rule;
pub mod run;
pub mod terms;
pub mod time;

pub use category::Category;
pub use decision::{Decision, Redress};
pub use ids::{
    AllowPhraseId, ApplicationId, CaseId, CredentialId, EscrowId, FileId, FileRef, ListingId, MerchantId, NoticeId,
    OrderId, PayoutId, ProviderId, PurseId, QualificationId, RevisionId,
};
pub use machine::{Action, Claim, Class, Context, Deadline, Due, Machine, Refusal, Timer, Unfit};
pub use money::{Currency, Money, MoneyError};
pub use notice::ServedBy;
pub use party::{Actor, Org, Party, Role};
pub use problem::Problem;
pub use rule::{EditionId, RuleId};
pub use terms::{ClaimKind, PriceUnit, Terms};
pub use time::{Calendar, Span, Time, TimeDelta};
