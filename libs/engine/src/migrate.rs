//! Migrations: the engine's and a context's are one list, sorted by timestamp; twins are refused.
use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource, Result as MigrationResult};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const ENGINE: EmbeddedMigrations = embed_migrations!("../../migrations/engine");

/// A context's migrations together with the engine's.
pub struct Migrations {
    context: &'static str,
    own: EmbeddedMigrations,
}

impl Migrations {
    /// The migrations of `context`, whose own ones are `own`.
    pub const fn new(context: &'static str, own: EmbeddedMigrations) -> Self {
        Self { context, own }
    }

    /// Creates the schema and brings it up to date; answers the names of what was run. Safe to run at once from many
    /// processes.
    pub fn up(&self, conn: &mut PgConnection) -> Result<Vec<String>, MigrateError> {
        let context = self.context;
        // The lock is the session's, and the connection is the caller's own.
        conn.batch_execute(&format!(
            "SELECT pg_advisory_lock(hashtext('guildhall migrations {context}')); \
             CREATE SCHEMA IF NOT EXISTS {context}"
        ))?;
        let done = conn
            .run_pending_migrations(self)
            .map(|done| done.iter().map(ToString::to_string).collect())
            .map_err(|error| MigrateError::Failed(error.to_string()));
        conn.batch_execute(&format!("SELECT pg_advisory_unlock(hashtext('guildhall migrations {context}'))"))?;
        done
    }

    /// Takes everything back.
    pub fn down(&self, conn: &mut PgConnection) -> Result<(), MigrateError> {
        conn.revert_all_migrations(self).map(drop).map_err(|error| MigrateError::Failed(error.to_string()))
    }

    /// Whether everything has been run.
    pub fn is_current(&self, conn: &mut PgConnection) -> Result<bool, MigrateError> {
        conn.has_pending_migration(self)
            .map(|pending| !pending)
            .map_err(|error| MigrateError::Failed(error.to_string()))
    }
}

/// Why a schema could not be migrated.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A migration failed; its transaction was rolled back.
    #[error("migration failed: {0}")]
    Failed(String),
    /// The database could not be asked.
    #[error(transparent)]
    Database(#[from] diesel::result::Error),
}

impl MigrationSource<Pg> for &Migrations {
    fn migrations(&self) -> MigrationResult<Vec<Box<dyn Migration<Pg>>>> {
        let mut all: Vec<Box<dyn Migration<Pg>>> = MigrationSource::<Pg>::migrations(&ENGINE)?;
        all.extend(MigrationSource::<Pg>::migrations(&self.own)?);
        all.sort_by_key(|migration| migration.name().version().to_string());
        for pair in all.windows(2) {
            if pair[0].name().version() == pair[1].name().version() {
                return Err(format!("two migrations are numbered {}", pair[0].name().version()).into());
            }
        }
        Ok(all)
    }
}
