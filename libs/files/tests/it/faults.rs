//! Stores and databases that fail, and a purge that races an upload.
use crate::stage::{Stage, chunks, text, upload};
use bytes::Bytes;
use files::{Contents, Files, FilesError, Limits, LocalFolder, Purged, Staged, Store, StoreError};
use futures_util::future::{BoxFuture, ready};
use futures_util::{FutureExt, stream};
use kernel::TimeDelta;
use scratch::eventually;
use std::io;
use std::sync::Arc;
use tokio::sync::Semaphore;
use uuid::Uuid;

mockall::mock! {
    Disk {}
    impl Store for Disk {
        fn stage(&self, contents: Contents, most: u64) -> BoxFuture<'static, Result<Staged, StoreError>>;
        fn peek(&self, staged: &Staged) -> BoxFuture<'static, Result<Contents, StoreError>>;
        fn keep(&self, staged: &Staged) -> BoxFuture<'static, Result<(), StoreError>>;
        fn discard(&self, staged: &Staged) -> BoxFuture<'static, Result<(), StoreError>>;
        fn get(&self, sha256: &str) -> BoxFuture<'static, Result<Option<Contents>, StoreError>>;
        fn delete(&self, sha256: &str) -> BoxFuture<'static, Result<(), StoreError>>;
        fn exists(&self, sha256: &str) -> BoxFuture<'static, Result<bool, StoreError>>;
    }
}

fn full<T: Send + 'static>() -> BoxFuture<'static, Result<T, StoreError>> {
    ready(Err(StoreError::Io(io::ErrorKind::StorageFull.into()))).boxed()
}

fn staged() -> Staged {
    Staged { token: "t1".into(), sha256: "ab".repeat(32), size: 4 }
}

fn stage_with(disk: MockDisk) -> Stage {
    Stage::with(Limits::default(), |_| Arc::new(disk))
}

#[tokio::test]
async fn a_full_disk_is_reported_without_waiting_for_the_sender() {
    let mut disk = MockDisk::new();
    disk.expect_stage().times(1).returning(|_, _| full());
    let stage = stage_with(disk);
    let stalled = stream::pending::<io::Result<Bytes>>();
    let refused = stage.files.store(upload(Uuid::now_v7()), stalled).await;
    assert_eq!(refused.as_ref().map_err(FilesError::code), Err("store_unavailable"));
    assert_eq!(stage.count("files"), 0);
}

#[tokio::test]
async fn contents_that_cannot_be_kept_leave_no_row() {
    let mut disk = MockDisk::new();
    disk.expect_stage().times(1).returning(|_, _| ready(Ok(staged())).boxed());
    disk.expect_keep().times(1).returning(|_| full());
    disk.expect_discard().times(1).withf(|forgotten| *forgotten == staged()).returning(|_| ready(Ok(())).boxed());
    disk.expect_delete().times(1).withf(|hash| hash == staged().sha256).returning(|_| ready(Ok(())).boxed());
    let stage = stage_with(disk);
    let refused = stage.files.store(upload(Uuid::now_v7()), chunks("text")).await;
    assert_eq!(refused, Err(FilesError::Unavailable));
    assert_eq!(stage.count("files"), 0);
}

#[tokio::test]
async fn lost_contents_are_a_fault_of_the_store() {
    let stage = Stage::new();
    let aggregate = Uuid::now_v7();
    let file = stage.upload(aggregate, "text").await.unwrap();
    for path in stage.on_disk() {
        std::fs::remove_file(path).unwrap();
    }
    assert_eq!(stage.files.open(aggregate, file.id).await.err(), Some(FilesError::Unavailable));
}

#[tokio::test]
async fn a_folder_that_is_gone_is_a_fault_and_heals() {
    let stage = Stage::new();
    let incoming = stage.folder.join("proofs/incoming");
    std::fs::remove_dir(&incoming).unwrap();
    assert_eq!(stage.upload(Uuid::now_v7(), "text").await, Err(FilesError::Unavailable));
    std::fs::create_dir(&incoming).unwrap();
    assert!(stage.upload(Uuid::now_v7(), "text").await.is_ok());
}

#[tokio::test]
async fn a_disk_error_at_the_rename_leaves_nothing() {
    let stage = Stage::new();
    let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(b"text"));
    // A file where the folder of this hash should be.
    std::fs::write(stage.folder.join("proofs").join(&hash[..2]), "").unwrap();
    assert_eq!(stage.upload(Uuid::now_v7(), "text").await, Err(FilesError::Unavailable));
    assert_eq!((stage.on_disk().len(), stage.count("files")), (1, 0));
}

#[tokio::test]
async fn without_the_database_nothing_is_stored() {
    let folder = std::env::temp_dir().join(Uuid::now_v7().to_string());
    let store = Arc::new(LocalFolder::open(&folder, "proofs").unwrap());
    let pool = engine::connect::readers("postgres://nobody@127.0.0.1:1/none", 1);
    let files = Files::new(store, pool, Limits::default());
    assert_eq!(files.store(upload(Uuid::now_v7()), chunks("text")).await, Err(FilesError::Unavailable));
    assert_eq!(std::fs::read_dir(folder.join("proofs/incoming")).unwrap().count(), 0);
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn hashes_that_are_no_hashes_name_nothing() {
    let folder = std::env::temp_dir().join(Uuid::now_v7().to_string());
    let store = LocalFolder::open(&folder, "proofs").unwrap();
    std::fs::write(folder.join("secret"), "s").unwrap();
    for no_hash in ["", "../secret", "é", &"AB".repeat(32), &"/".repeat(64)] {
        assert!(!store.exists(no_hash).await.unwrap(), "{no_hash:?}");
        assert!(store.get(no_hash).await.unwrap().is_none(), "{no_hash:?}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

/// A folder whose deletions wait until they are let.
struct Gated {
    inner: Arc<LocalFolder>,
    reached: Arc<Semaphore>,
    let_through: Arc<Semaphore>,
}

impl Store for Gated {
    fn stage(&self, contents: Contents, most: u64) -> BoxFuture<'static, Result<Staged, StoreError>> {
        self.inner.stage(contents, most)
    }
    fn peek(&self, staged: &Staged) -> BoxFuture<'static, Result<Contents, StoreError>> {
        self.inner.peek(staged)
    }
    fn keep(&self, staged: &Staged) -> BoxFuture<'static, Result<(), StoreError>> {
        self.inner.keep(staged)
    }
    fn discard(&self, staged: &Staged) -> BoxFuture<'static, Result<(), StoreError>> {
        self.inner.discard(staged)
    }
    fn get(&self, sha256: &str) -> BoxFuture<'static, Result<Option<Contents>, StoreError>> {
        self.inner.get(sha256)
    }
    fn delete(&self, sha256: &str) -> BoxFuture<'static, Result<(), StoreError>> {
        let (reached, let_through) = (self.reached.clone(), self.let_through.clone());
        let deletion = self.inner.delete(sha256);
        async move {
            reached.add_permits(1);
            let _permit = let_through.acquire().await.unwrap();
            deletion.await
        }
        .boxed()
    }
    fn exists(&self, sha256: &str) -> BoxFuture<'static, Result<bool, StoreError>> {
        self.inner.exists(sha256)
    }
}

#[tokio::test]
async fn the_same_contents_uploaded_while_they_are_purged_survive() {
    let (reached, let_through) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let stage = Stage::with(Limits::default(), |local| {
        Arc::new(Gated { inner: Arc::new(local), reached: reached.clone(), let_through: let_through.clone() })
    });
    let aggregate = Uuid::now_v7();
    stage.upload(aggregate, "same").await.unwrap();
    stage.advance(TimeDelta::hours(25));

    let files = stage.files.clone();
    let purge = tokio::spawn(async move { files.purge(TimeDelta::hours(24)).await });
    // The purge has seen that no row points to the contents, and is about to delete them.
    reached.acquire().await.unwrap().forget();
    let files = stage.files.clone();
    let again = tokio::spawn(async move { files.store(upload(aggregate), chunks("same")).await });
    eventually("the upload waits for the purge", async || {
        assert!(!again.is_finished());
        stage.count("pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") == 1
    })
    .await;
    let_through.add_permits(1);

    assert_eq!(purge.await.unwrap(), Ok(Purged { rows: 1, contents: 1 }));
    let file = again.await.unwrap().unwrap();
    let (_, contents) = stage.files.open(aggregate, file.id).await.unwrap();
    assert_eq!(text(contents).await, "same");
}
