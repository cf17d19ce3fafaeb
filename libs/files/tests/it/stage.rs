//! A database and a folder of the test's own, and files in them.
use bytes::Bytes;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_migrations::EmbeddedMigrations;
use engine::connect::{context_url, readers};
use engine::migrate::Migrations;
use files::{Contents, Files, FilesError, Limits, LocalFolder, Store, Upload};
use futures_util::{Stream, TryStreamExt, stream};
use kernel::{FileRef, TimeDelta};
use scratch::{Database, connect};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use uuid::Uuid;

static MIGRATIONS: Migrations = Migrations::new("proofs", EmbeddedMigrations::new(&[]));

pub struct Stage {
    pub files: Files,
    pub folder: PathBuf,
    url: String,
    _database: Database,
}

impl Stage {
    pub fn new() -> Self {
        Self::with_limits(Limits::default())
    }

    pub fn with_limits(limits: Limits) -> Self {
        Self::with(limits, |local| Arc::new(local))
    }

    /// With a store that stands before the local folder, or in its place.
    pub fn with(limits: Limits, store: impl FnOnce(LocalFolder) -> Arc<dyn Store>) -> Self {
        let database = Database::new();
        let url = context_url(&database.url, "proofs", "test");
        MIGRATIONS.up(&mut connect(&url)).unwrap();
        let folder = std::env::temp_dir().join(&database.name);
        let store = store(LocalFolder::open(&folder, "proofs").unwrap());
        let files = Files::new(store, readers(&url, 8), limits);
        Self { files, folder, url, _database: database }
    }

    pub fn conn(&self) -> PgConnection {
        connect(&self.url)
    }

    /// Uploads a text file.
    pub async fn upload(&self, aggregate: Uuid, text: &str) -> Result<FileRef, FilesError> {
        self.files.store(upload(aggregate), chunks(text)).await
    }

    pub fn count(&self, table_and_condition: &str) -> i64 {
        diesel::select(diesel::dsl::sql::<BigInt>(&format!("(SELECT count(*) FROM {table_and_condition})")))
            .get_result(&mut self.conn())
            .unwrap()
    }

    pub fn advance(&self, by: TimeDelta) {
        engine::clock::advance(&mut self.conn(), by).unwrap();
    }

    /// All files in the folder, complete or not.
    pub fn on_disk(&self) -> Vec<PathBuf> {
        let mut found = vec![];
        walk(&self.folder, &mut found);
        found
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, found) } else { found.push(path) }
    }
}

pub fn upload(aggregate: Uuid) -> Upload<'static> {
    Upload { aggregate, name: "note.txt", media_type: "text/plain", uploaded_by: "ann" }
}

/// The text in chunks of three bytes.
pub fn chunks(text: &str) -> impl Stream<Item = io::Result<Bytes>> + Send + use<> {
    let chunks: Vec<_> = text.as_bytes().chunks(3).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    stream::iter(chunks)
}

pub async fn text(contents: Contents) -> String {
    let chunks: Vec<Bytes> = contents.try_collect().await.unwrap();
    String::from_utf8(chunks.concat()).unwrap()
}
