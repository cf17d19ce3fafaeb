//! The habits of the API, on a machine of the tests' own and a real PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on ends here")]

mod commands;
mod documents;
mod files;
mod lists;
mod note;
mod stage;
mod tokens;
