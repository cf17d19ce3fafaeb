//! The port to an object store: contents addressed by their SHA-256.
//!
//! A hash is known only when the last byte is there, so an upload has two steps, for a folder as for S3: [`Store::stage`]
//! takes the bytes in under a token, [`Store::keep`] gives them their final name. Between the two the caller writes the
//! row, under a lock that also the purge takes.
use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use std::io;

/// A stream of bytes; an error is the sender's when it is put, and the store's when it is got.
pub type Contents = BoxStream<'static, io::Result<Bytes>>;

/// What [`Store::stage`] took in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staged {
    /// Where it waits; the store's own word.
    pub token: String,
    /// SHA-256 of the contents, lower-case hex.
    pub sha256: String,
    /// Size in bytes.
    pub size: u64,
}

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// More than the limit arrived; nothing is left of it.
    #[error("more than {most} bytes")]
    TooLarge {
        /// The limit in bytes.
        most: u64,
    },
    /// The stream that was to be stored broke off; nothing is left of it.
    #[error("the upload broke off: {0}")]
    Upload(#[source] io::Error),
    /// The store itself failed.
    #[error("the store failed: {0}")]
    Io(#[from] io::Error),
}

/// An object store of one context. Hashes are lower-case hex.
pub trait Store: Send + Sync + 'static {
    /// Takes in at most `most` bytes, hashing them on the way. What fails or is abandoned leaves nothing behind.
    fn stage(&self, contents: Contents, most: u64) -> BoxFuture<'static, Result<Staged, StoreError>>;

    /// What was staged, before it is kept.
    fn peek(&self, staged: &Staged) -> BoxFuture<'static, Result<Contents, StoreError>>;

    /// Puts what was staged under its hash, durably. The same contents twice are one.
    fn keep(&self, staged: &Staged) -> BoxFuture<'static, Result<(), StoreError>>;

    /// Forgets what was staged; no fault when it is not there any more.
    fn discard(&self, staged: &Staged) -> BoxFuture<'static, Result<(), StoreError>>;

    /// The contents with this hash, if there are any.
    fn get(&self, sha256: &str) -> BoxFuture<'static, Result<Option<Contents>, StoreError>>;

    /// Deletes the contents with this hash; no fault when there are none.
    fn delete(&self, sha256: &str) -> BoxFuture<'static, Result<(), StoreError>>;

    /// Whether there are contents with this hash.
    fn exists(&self, sha256: &str) -> BoxFuture<'static, Result<bool, StoreError>>;
}
