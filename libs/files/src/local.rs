//! The store in a local folder: `<root>/<context>/<aa>/<sha256>`, with `incoming/` for what is not complete.
use crate::store::{Contents, Staged, Store, StoreError};
use bytes::{Bytes, BytesMut};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};
use sha2::{Digest, Sha256};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use uuid::Uuid;

/// Older ones under `incoming/` are remains of a crash.
const ABANDONED: Duration = Duration::from_hours(24);
/// How much is read at a time.
const CHUNK: usize = 64 << 10;

/// One context's folder. Several instances may share it over a file system that renames atomically.
#[derive(Clone, Debug)]
pub struct LocalFolder {
    folder: PathBuf,
}

impl LocalFolder {
    /// The folder of `context` under `root`, made if need be; clears remains of old crashes. Blocking.
    ///
    /// Contexts do not share contents: each purges what its own rows do not point to.
    pub fn open(root: impl AsRef<Path>, context: &str) -> io::Result<Self> {
        let folder = root.as_ref().join(context);
        let incoming = folder.join("incoming");
        std::fs::create_dir_all(&incoming)?;
        for entry in std::fs::read_dir(&incoming)? {
            let entry = entry?;
            // Another instance may be clearing, too.
            let Ok(changed) = entry.metadata().and_then(|found| found.modified()) else { continue };
            if changed.elapsed().is_ok_and(|age| age > ABANDONED) {
                let _ = std::fs::remove_file(entry.path());
            }
        }
        Ok(Self { folder })
    }

    fn incoming(&self, token: &str) -> PathBuf {
        self.folder.join("incoming").join(token)
    }

    /// Where contents are; `None` for what is no hash, so that no path can be made of it.
    fn place(&self, sha256: &str) -> Option<PathBuf> {
        let is_hash = sha256.len() == 64 && sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        is_hash.then(|| self.folder.join(&sha256[..2]).join(sha256))
    }
}

impl Store for LocalFolder {
    fn stage(&self, contents: Contents, most: u64) -> BoxFuture<'static, Result<Staged, StoreError>> {
        let token = Uuid::now_v7().simple().to_string();
        stage(self.incoming(&token), token, contents, most).boxed()
    }

    fn peek(&self, staged: &Staged) -> BoxFuture<'static, Result<Contents, StoreError>> {
        let path = self.incoming(&staged.token);
        async move { Ok(read(File::open(path).await?)) }.boxed()
    }

    fn keep(&self, staged: &Staged) -> BoxFuture<'static, Result<(), StoreError>> {
        let (from, to) = (self.incoming(&staged.token), self.place(&staged.sha256));
        blocking(move || rename(&from, &to.ok_or(ErrorKind::InvalidInput)?)).boxed()
    }

    fn discard(&self, staged: &Staged) -> BoxFuture<'static, Result<(), StoreError>> {
        let path = self.incoming(&staged.token);
        async move { Ok(ignore_missing(tokio::fs::remove_file(path).await)?) }.boxed()
    }

    fn get(&self, sha256: &str) -> BoxFuture<'static, Result<Option<Contents>, StoreError>> {
        let place = self.place(sha256);
        async move {
            let Some(path) = place else { return Ok(None) };
            match File::open(path).await {
                Ok(file) => Ok(Some(read(file))),
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error.into()),
            }
        }
        .boxed()
    }

    fn delete(&self, sha256: &str) -> BoxFuture<'static, Result<(), StoreError>> {
        let place = self.place(sha256);
        async move {
            let Some(path) = place else { return Ok(()) };
            Ok(ignore_missing(tokio::fs::remove_file(path).await)?)
        }
        .boxed()
    }

    fn exists(&self, sha256: &str) -> BoxFuture<'static, Result<bool, StoreError>> {
        let place = self.place(sha256);
        async move {
            match place {
                Some(path) => Ok(tokio::fs::try_exists(path).await?),
                None => Ok(false),
            }
        }
        .boxed()
    }
}

/// A file that goes away with its owner unless it was completed.
struct Incoming {
    path: PathBuf,
    is_complete: bool,
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.is_complete
            && let Err(error) = ignore_missing(std::fs::remove_file(&self.path))
        {
            tracing::warn!(%error, "an incomplete upload stays until the next start");
        }
    }
}

async fn stage(path: PathBuf, token: String, mut contents: Contents, most: u64) -> Result<Staged, StoreError> {
    let mut incoming = Incoming { path, is_complete: false };
    let mut file = File::create_new(&incoming.path).await?;
    let (mut hash, mut size) = (Sha256::new(), 0_u64);
    while let Some(chunk) = contents.next().await {
        let chunk = chunk.map_err(StoreError::Upload)?;
        size += chunk.len() as u64;
        if size > most {
            return Err(StoreError::TooLarge { most });
        }
        hash.update(&chunk);
        file.write_all(&chunk).await?;
    }
    file.flush().await?;
    file.sync_all().await?;
    incoming.is_complete = true;
    Ok(Staged { token, sha256: hex::encode(hash.finalize()), size })
}

/// Gives the complete file its final name; durable when it returns.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let shard = to.parent().ok_or(ErrorKind::InvalidInput)?;
    let is_new = !shard.exists();
    std::fs::create_dir_all(shard)?;
    std::fs::rename(from, to)?;
    std::fs::File::open(shard)?.sync_all()?;
    match shard.parent() {
        Some(folder) if is_new => std::fs::File::open(folder)?.sync_all(),
        Some(_) | None => Ok(()),
    }
}

fn read(file: File) -> Contents {
    stream::try_unfold(file, |mut file| async move {
        let mut chunk = BytesMut::with_capacity(CHUNK);
        let length = file.read_buf(&mut chunk).await?;
        Ok((length > 0).then(|| (Bytes::from(chunk), file)))
    })
    .boxed()
}

fn ignore_missing(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

async fn blocking(work: impl FnOnce() -> io::Result<()> + Send + 'static) -> Result<(), StoreError> {
    Ok(tokio::task::spawn_blocking(work).await.map_err(io::Error::other)??)
}
