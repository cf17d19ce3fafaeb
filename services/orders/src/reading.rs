//! The moderation engines that read messages: one per edition, made of the lists and the allow-phrases that listings told
//! of. Whoever has a message read asks for the version of the phrases in the same transaction, so what was heard counts
//! on every instance from the next message on.
//!
//! Does not own what a flag is (`orders_domain::conversation::contacts`), who allows a phrase (listings), nor when an
//! engine is made anew (`rulebook::lists::Prepared`).
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use moderation::Engine;
use rulebook::lists::{AllowedPhrase, Prepared};
use rulebook::{EditionError, Rulebook};
use std::sync::Arc;

/// Hands out engines.
pub(crate) struct Reader {
    rulebook: Arc<Rulebook>,
    engines: Prepared<Engine>,
}

#[derive(QueryableByName)]
struct VersionRow {
    #[diesel(sql_type = BigInt)]
    version: i64,
}

#[derive(QueryableByName)]
struct AllowedRow {
    #[diesel(sql_type = Text)]
    list: String,
    #[diesel(sql_type = Text)]
    language: String,
    #[diesel(sql_type = Text)]
    phrase: String,
}

impl Reader {
    /// Nothing is compiled yet.
    pub fn new(rulebook: Arc<Rulebook>) -> Result<Self, EditionError> {
        Ok(Self { rulebook, engines: Prepared::new(Engine::compile)? })
    }

    /// By the edition and the phrases in force at this instant.
    pub fn engine(&self, conn: &mut PgConnection) -> QueryResult<Option<Arc<Engine>>> {
        let now = engine::clock::now(conn)?;
        let Some(edition) = self.rulebook.in_force(now) else { return Ok(None) };
        // Each message about a phrase makes it greater.
        let VersionRow { version } =
            engine::sql("SELECT COALESCE(sum(sequence), 0)::bigint AS version FROM allow_phrases").get_result(conn)?;
        self.engines.of(edition, version, || in_force(conn)).map(Some)
    }
}

/// The phrases in force, always in the same order.
fn in_force(conn: &mut PgConnection) -> QueryResult<Vec<AllowedPhrase>> {
    let rows: Vec<AllowedRow> =
        engine::sql("SELECT list, language, phrase FROM allow_phrases WHERE in_force ORDER BY list, language, id")
            .load(conn)?;
    let allowed = |AllowedRow { list, language, phrase }| AllowedPhrase { list, language, phrase };
    Ok(rows.into_iter().map(allowed).collect())
}
