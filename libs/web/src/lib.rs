//! What every HTTP handler of Guildhall needs.
//!
//! Owns: who calls ([`auth`], [`Caller`], [`Scope`]), what is asked ([`Strict`], [`Filter`], [`Id`], [`PageQuery`],
//! [`Call`], [`Look`]), what is answered ([`Answer`], [`Page`], [`Refused`], [`body`]), the layer around it ([`layer`])
//! and the document that describes it ([`openapi`]). Does not own: any resource (see the services), what a caller may
//! do (machines), the server itself (`runtime`).
//!
//! Invariants: every error is `application/problem+json`; a command has an idempotency key; a query has a scope.
//!
//! Start at [`Call`].

pub mod answer;
pub mod auth;
pub mod body;
pub mod call;
pub mod caller;
pub mod layer;
pub mod openapi;
pub mod paging;
mod payload;
pub mod refused;
pub mod strict;
pub mod trace;
pub mod uploads;

pub use answer::Answer;
pub use call::{Addressed, Call, Look};
pub use caller::{Caller, Scope, Sees};
pub use paging::{Page, PageQuery};
pub use payload::MAX_JSON;
pub use refused::Refused;
pub use strict::{Filter, Id, Nothing, Strict};
pub use trace::Trace;
