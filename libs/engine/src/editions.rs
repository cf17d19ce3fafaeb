//! Editions of the rulebook in a context's database: published once, never changed, read at start.
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Text, Timestamptz};
use rulebook::{Edition, EditionError, Rulebook};

/// Why editions cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EditionsError {
    /// The name stands for another text already: an edition is immutable.
    #[error("edition {name} is published with hash {published}, but this one has {offered}")]
    Changed {
        /// The edition.
        name: String,
        /// What is in the database.
        published: String,
        /// What was offered.
        offered: String,
    },
    /// A published edition cannot be read by this program.
    #[error("edition {name}: {reason}")]
    Unreadable {
        /// The edition.
        name: String,
        /// Why.
        reason: EditionError,
    },
    /// The database failed.
    #[error(transparent)]
    Database(#[from] diesel::result::Error),
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    hash: String,
    #[diesel(sql_type = Text)]
    source: String,
}

/// Publishes an edition; the same text again changes nothing. Answers whether it was new.
pub fn publish(conn: &mut PgConnection, edition: &Edition) -> Result<bool, EditionsError> {
    let is_new = crate::sql(
        "INSERT INTO rulebook_editions (name, hash, effective_from, source, published_at) \
         VALUES ($1, $2, $3, $4, engine_now()) ON CONFLICT DO NOTHING",
    )
    .bind::<Text, _>(&edition.id.0)
    .bind::<Text, _>(&edition.hash)
    .bind::<Timestamptz, DateTime<Utc>>(edition.effective_from)
    .bind::<Text, _>(&edition.source)
    .execute(conn)?
        == 1;
    let published: Row = crate::sql("SELECT name, hash, source FROM rulebook_editions WHERE name = $1")
        .bind::<Text, _>(&edition.id.0)
        .get_result(conn)?;
    if published.hash == edition.hash {
        Ok(is_new)
    } else {
        let offered = edition.hash.clone();
        Err(EditionsError::Changed { name: published.name, published: published.hash, offered })
    }
}

/// All published editions.
pub fn load(conn: &mut PgConnection) -> Result<Rulebook, EditionsError> {
    let rows: Vec<Row> =
        crate::sql("SELECT name, hash, source FROM rulebook_editions ORDER BY effective_from, name").load(conn)?;
    let editions = rows
        .into_iter()
        .map(|row| Edition::read(&row.source).map_err(|reason| EditionsError::Unreadable { name: row.name, reason }))
        .collect::<Result<Vec<_>, _>>()?;
    Rulebook::of(editions).map_err(|reason| EditionsError::Unreadable { name: "(all)".into(), reason })
}
