//! The service that a context uploads to and reads from.
use crate::error::FilesError;
use crate::inspect::Inspect;
use crate::limits::{self, Limits};
use crate::rows::{self, FileRow};
use crate::store::{Contents, Staged, Store, StoreError};
use bytes::Bytes;
use chrono::TimeDelta;
use diesel::prelude::*;
use engine::connect::Readers;
use futures_util::future::{BoxFuture, Either, select};
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use kernel::{FileId, FileRef};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinError;
use uuid::Uuid;

/// How many chunks wait between the sender and the store.
const WAITING: usize = 4;
/// How many contents are looked into at a time: each is in memory as a whole.
const LOOKING: usize = 2;

/// One context's files. Cheap to clone.
#[derive(Clone)]
pub struct Files {
    store: Arc<dyn Store>,
    pool: Readers,
    limits: Arc<Limits>,
    inspector: Option<Arc<dyn Inspect>>,
    looking: Arc<Semaphore>,
}

/// What is said about an upload; nothing of it is trusted.
#[derive(Clone, Debug)]
pub struct Upload<'a> {
    /// Whose file it will be.
    pub aggregate: Uuid,
    /// The name that the sender gives it.
    pub name: &'a str,
    /// The media type that the sender gives it.
    pub media_type: &'a str,
    /// The sender's `sub`.
    pub uploaded_by: &'a str,
}

/// What a purge took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Rows that no event referred to.
    pub rows: usize,
    /// Contents that no other row pointed to.
    pub contents: usize,
}

/// A row on its way in.
struct Entering {
    file: FileRef,
    aggregate: Uuid,
    media_type: String,
    uploaded_by: String,
}

impl Files {
    /// Files whose rows are in the schema that `pool` connects to. `store` is this context's alone.
    pub fn new(store: Arc<dyn Store>, pool: Readers, limits: Limits) -> Self {
        let looking = Arc::new(Semaphore::new(LOOKING));
        Self { store, pool, limits: Arc::new(limits), inspector: None, looking }
    }

    /// The same, where contents are looked into before they are entered.
    #[must_use]
    pub fn inspected_by(self, inspector: impl Inspect) -> Self {
        Self { inspector: Some(Arc::new(inspector)), ..self }
    }

    /// Stores an upload, hashed on arrival. Nothing is left of one that fails or is abandoned.
    ///
    /// The stream may stay on its thread: only its chunks travel.
    pub async fn store<S, E>(&self, upload: Upload<'_>, contents: S) -> Result<FileRef, FilesError>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: Display,
    {
        let name = limits::file_name(upload.name)?;
        let media_type = self.limits.media_type(upload.media_type)?;
        let aggregate = upload.aggregate;
        self.with_conn(move |files, conn| files.check_room(conn, aggregate)).await?;
        let inspector = self.inspector.clone();
        let looked = inspector.and_then(|inspector| Some((inspector.most(&media_type)?, inspector)));
        let most = looked.as_ref().map_or(self.limits.size, |(most, _)| self.limits.size.min(*most));
        let staged = self.stage(contents, most).await?;
        let entering = Entering {
            file: FileRef { id: FileId(Uuid::now_v7()), name, sha256: staged.sha256.clone(), size: staged.size },
            aggregate,
            media_type,
            uploaded_by: upload.uploaded_by.to_owned(),
        };
        let files = self.clone();
        // From here on it goes to its end, also when the caller goes away.
        let storing = tokio::spawn(async move {
            let inspected = match looked {
                Some((_, inspector)) => Some(files.look(inspector, &staged).await?),
                None => None,
            };
            files.blocking(move |files| files.enter(&entering, &staged, inspected.as_ref())).await
        });
        storing.await.unwrap_or_else(|error| broken(&error))
    }

    /// The file `id` of this aggregate and its contents.
    pub async fn open(&self, aggregate: Uuid, id: FileId) -> Result<(FileRow, Contents), FilesError> {
        let row = self.with_conn(move |_, conn| rows::find(conn, aggregate, id)?.ok_or(FilesError::NotFound)).await?;
        match self.store.get(&row.sha256).await? {
            Some(contents) => Ok((row, contents)),
            None => {
                tracing::error!(file = %id, "the contents of a file are lost");
                Err(FilesError::Unavailable)
            }
        }
    }

    /// Takes away what was uploaded longer ago than `age` and no event refers to: first the rows, then contents that
    /// no other row points to.
    pub async fn purge(&self, age: TimeDelta) -> Result<Purged, FilesError> {
        self.with_conn(move |files, conn| {
            let mut purged = Purged::default();
            loop {
                let hashes = rows::delete_unreferenced(conn, age)?;
                let deleted = hashes.len();
                purged.rows += deleted;
                for hash in hashes.into_iter().collect::<BTreeSet<_>>() {
                    purged.contents += usize::from(files.release(conn, &hash)?);
                }
                if i64::try_from(deleted).is_ok_and(|deleted| deleted < rows::PURGED) {
                    return Ok(purged);
                }
            }
        })
        .await
    }

    /// Hands the contents to the store, chunk by chunk; as fast as the store takes them.
    async fn stage<S, E>(&self, contents: S, most: u64) -> Result<Staged, FilesError>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: Display,
    {
        let (feed, fed) = mpsc::channel(WAITING);
        let received = stream::unfold(fed, |mut fed| async move { fed.recv().await.map(|chunk| (chunk, fed)) });
        let storing = self.store.stage(received.boxed(), most);
        let feeding = async move {
            let mut contents = pin!(contents);
            while let Some(chunk) = contents.next().await {
                let chunk = chunk.map_err(|error| io::Error::other(error.to_string()));
                if feed.send(chunk).await.is_err() {
                    return;
                }
            }
        };
        let staged = match select(pin!(feeding), storing).await {
            Either::Left(((), storing)) => storing.await,
            Either::Right((staged, _)) => staged,
        };
        Ok(staged?)
    }

    /// What the context finds in what was staged; what it does not take is forgotten.
    async fn look(&self, inspector: Arc<dyn Inspect>, staged: &Staged) -> Result<Value, FilesError> {
        let looked = async {
            let _one_of_few = self.looking.acquire().await.map_err(|_| FilesError::Unavailable)?;
            let chunks: Vec<Bytes> = self.store.peek(staged).await?.try_collect().await.map_err(StoreError::Io)?;
            self.blocking(move |_| Ok(inspector.inspect(&chunks.concat())?)).await
        };
        let looked = looked.await;
        if looked.is_err()
            && let Err(error) = self.store.discard(staged).await
        {
            tracing::warn!(%error, "an upload that was not taken stays in the store");
        }
        looked
    }

    /// Row and contents together: the row is committed when the contents are in place.
    fn enter(&self, entering: &Entering, staged: &Staged, inspected: Option<&Value>) -> Result<FileRef, FilesError> {
        let mut conn = match self.conn() {
            Ok(conn) => conn,
            Err(error) => {
                self.forget(staged);
                return Err(error);
            }
        };
        let entered = conn.transaction(|tx| {
            rows::lock(tx, &entering.aggregate.to_string())?;
            self.check_room(tx, entering.aggregate)?;
            // Until the commit no purge looks at these contents.
            rows::lock(tx, &staged.sha256)?;
            let Entering { file, aggregate, media_type, uploaded_by } = entering;
            rows::insert(tx, file, *aggregate, media_type, uploaded_by, inspected)?;
            wait(self.store.keep(staged)).map_err(FilesError::from)
        });
        if let Err(error) = entered {
            self.forget(staged);
            // The contents may be in place already. Should the commit have succeeded without our knowing, they stay.
            let _ = self.release(&mut conn, &staged.sha256);
            return Err(error);
        }
        Ok(entering.file.clone())
    }

    fn check_room(&self, conn: &mut PgConnection, aggregate: Uuid) -> Result<(), FilesError> {
        let most = self.limits.per_aggregate;
        if rows::count(conn, aggregate)? < i64::from(most) { Ok(()) } else { Err(FilesError::TooMany { most }) }
    }

    /// Deletes contents if no row points to them; answers whether it did.
    fn release(&self, conn: &mut PgConnection, sha256: &str) -> Result<bool, FilesError> {
        conn.transaction(|tx| {
            rows::lock(tx, sha256)?;
            if rows::is_pointed_to(tx, sha256)? {
                return Ok(false);
            }
            wait(self.store.delete(sha256))?;
            Ok(true)
        })
    }

    fn forget(&self, staged: &Staged) {
        if let Err(error) = wait(self.store.discard(staged)) {
            tracing::warn!(%error, "an upload that was not entered stays in the store");
        }
    }

    fn conn(
        &self,
    ) -> Result<diesel::r2d2::PooledConnection<diesel::r2d2::ConnectionManager<PgConnection>>, FilesError> {
        self.pool.get().map_err(|error| {
            tracing::warn!(%error, "no connection for files");
            FilesError::Unavailable
        })
    }

    async fn with_conn<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self, &mut PgConnection) -> Result<T, FilesError> + Send + 'static,
    ) -> Result<T, FilesError> {
        self.blocking(move |files| work(files, &mut *files.conn()?)).await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, FilesError> + Send + 'static,
    ) -> Result<T, FilesError> {
        let files = self.clone();
        tokio::task::spawn_blocking(move || work(&files)).await.unwrap_or_else(|error| broken(&error))
    }
}

fn broken<T>(error: &JoinError) -> Result<T, FilesError> {
    tracing::error!(%error, "work on files broke");
    Err(FilesError::Unavailable)
}

/// Waits for the store on a thread for blocking work, where a transaction may be open meanwhile.
fn wait<T>(work: BoxFuture<'static, Result<T, StoreError>>) -> Result<T, StoreError> {
    Handle::current().block_on(work)
}
