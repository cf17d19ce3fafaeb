//! What is stored, refused, read and purged.
use crate::stage::{Stage, chunks, text, upload};
use bytes::Bytes;
use diesel::prelude::*;
use files::{FilesError, Limits, Purged, Upload, mark_referenced, refs};
use futures_util::{FutureExt, StreamExt, stream};
use kernel::{FileId, TimeDelta};
use scratch::eventually;
use sha2::{Digest, Sha256};
use std::io;
use uuid::Uuid;

#[tokio::test]
async fn an_upload_is_hashed_and_reads_back() {
    let stage = Stage::new();
    let aggregate = Uuid::now_v7();
    let given = Upload {
        aggregate,
        name: "../contract\u{202e}.txt",
        media_type: "Text/Plain; charset=utf-8",
        uploaded_by: "ann",
    };
    let file = stage.files.store(given, chunks("as agreed")).await.unwrap();
    assert_eq!((file.name.as_str(), file.size), ("contract.txt", 9));
    assert_eq!(file.sha256, hex::encode(Sha256::digest(b"as agreed")));

    let (row, contents) = stage.files.open(aggregate, file.id).await.unwrap();
    assert_eq!(text(contents).await, "as agreed");
    assert_eq!((row.reference(), row.media_type.as_str(), row.uploaded_by.as_str()), (file, "text/plain", "ann"));
}

#[tokio::test]
async fn a_large_file_reads_back_in_chunks() {
    let stage = Stage::new();
    let aggregate = Uuid::now_v7();
    let long = "0123456789abcdef".repeat(20_000);
    let whole = Bytes::from(long.clone());
    let file = stage.files.store(upload(aggregate), stream::iter([io::Result::Ok(whole)])).await.unwrap();
    let (_, contents) = stage.files.open(aggregate, file.id).await.unwrap();
    assert!(text(contents).await == long);
}

#[tokio::test]
async fn a_file_is_found_through_its_own_aggregate_only() {
    let stage = Stage::new();
    let (mine, other) = (Uuid::now_v7(), Uuid::now_v7());
    let file = stage.upload(mine, "mine").await.unwrap();
    let error = stage.files.open(other, file.id).await.err();
    assert_eq!(error, Some(FilesError::NotFound));
    assert_eq!(stage.files.open(mine, FileId(other)).await.err(), Some(FilesError::NotFound));
}

#[tokio::test]
async fn a_file_that_grows_too_large_is_cut_off_and_leaves_nothing() {
    let stage = Stage::with_limits(Limits { size: 1000, ..Limits::default() });
    let endless = stream::repeat_with(|| io::Result::Ok(Bytes::from_static(&[7; 100])));
    let refused = stage.files.store(upload(Uuid::now_v7()), endless).await;
    assert_eq!(refused, Err(FilesError::TooLarge { most: 1000 }));
    let exactly = stream::iter([io::Result::Ok(Bytes::from_static(&[7; 1000]))]);
    assert!(stage.files.store(upload(Uuid::now_v7()), exactly).await.is_ok());
    assert_eq!((stage.on_disk().len(), stage.count("files")), (1, 1));
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let stage = Stage::new();
    let broken = chunks("half").chain(stream::iter([Err(io::Error::other("connection reset"))]));
    let refused = stage.files.store(upload(Uuid::now_v7()), broken).await;
    assert_eq!(refused, Err(FilesError::Interrupted));
    assert_eq!((stage.on_disk(), stage.count("files")), (vec![], 0));
}

#[tokio::test]
async fn an_upload_whose_caller_goes_away_leaves_nothing() {
    let stage = Stage::new();
    let stalled = chunks("half").chain(stream::pending());
    {
        let mut storing = std::pin::pin!(stage.files.store(upload(Uuid::now_v7()), stalled));
        eventually("bytes are on disk", async || {
            assert!(storing.as_mut().now_or_never().is_none());
            stage.on_disk().first().is_some_and(|path| path.metadata().is_ok_and(|found| found.len() == 4))
        })
        .await;
    }
    assert_eq!((stage.on_disk(), stage.count("files")), (vec![], 0));
}

#[tokio::test]
async fn names_and_types_are_refused_before_a_byte_is_read() {
    let stage = Stage::new();
    let unread = || stream::poll_fn::<io::Result<Bytes>, _>(|_| panic!("read"));
    let program = Upload { media_type: "application/x-msdownload", ..upload(Uuid::now_v7()) };
    assert_eq!(stage.files.store(program, unread()).await.map_err(|e| e.code()), Err("media_type_not_allowed"));
    let nameless = Upload { name: "a/..", ..upload(Uuid::now_v7()) };
    assert_eq!(stage.files.store(nameless, unread()).await.map_err(|e| e.code()), Err("file_name_invalid"));
}

#[tokio::test]
async fn the_number_of_files_is_kept_even_when_they_come_at_once() {
    let stage = Stage::with_limits(Limits { per_aggregate: 2, ..Limits::default() });
    let aggregate = Uuid::now_v7();
    let (a, b, c, d) = tokio::join!(
        stage.upload(aggregate, "a"),
        stage.upload(aggregate, "b"),
        stage.upload(aggregate, "c"),
        stage.upload(aggregate, "d"),
    );
    let refused: Vec<_> = [a, b, c, d].into_iter().filter_map(Result::err).collect();
    assert_eq!(refused, [FilesError::TooMany { most: 2 }, FilesError::TooMany { most: 2 }]);
    assert_eq!((stage.count("files"), stage.on_disk().len()), (2, 2));
    assert!(stage.upload(Uuid::now_v7(), "e").await.is_ok(), "another aggregate has room");
}

#[tokio::test]
async fn facts_list_the_files_of_each_aggregate() {
    let stage = Stage::new();
    let (one, two, none) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    let a = stage.upload(one, "a").await.unwrap();
    let b = stage.upload(one, "b").await.unwrap();
    let c = stage.upload(two, "c").await.unwrap();
    let found = stage.conn().transaction(|tx| refs(tx, &[one, two, none])).unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!((&found[&one], &found[&two]), (&vec![a, b], &vec![c]));
}

#[tokio::test]
async fn a_purge_takes_old_files_that_no_event_refers_to() {
    let stage = Stage::new();
    let aggregate = Uuid::now_v7();
    let day = TimeDelta::hours(24);
    let kept = stage.upload(aggregate, "kept").await.unwrap();
    let old = stage.upload(aggregate, "old").await.unwrap();
    mark_referenced(&mut stage.conn(), &[kept.id]).unwrap();
    assert_eq!(stage.files.purge(day).await, Ok(Purged::default()), "too young");
    stage.advance(TimeDelta::hours(25));
    let young = stage.upload(aggregate, "young").await.unwrap();

    assert_eq!(stage.files.purge(day).await, Ok(Purged { rows: 1, contents: 1 }));
    assert_eq!(stage.files.open(aggregate, old.id).await.err(), Some(FilesError::NotFound));
    for (file, expected) in [(kept, "kept"), (young, "young")] {
        let (_, contents) = stage.files.open(aggregate, file.id).await.unwrap();
        assert_eq!(text(contents).await, expected);
    }
    assert_eq!(stage.on_disk().len(), 2);
}

#[tokio::test]
async fn contents_go_with_the_last_row_that_points_to_them() {
    let stage = Stage::new();
    let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
    stage.upload(one, "same").await.unwrap();
    let kept = stage.upload(two, "same").await.unwrap();
    assert_eq!(stage.on_disk().len(), 1, "the same contents twice are one");
    stage.advance(TimeDelta::hours(25));
    mark_referenced(&mut stage.conn(), &[kept.id]).unwrap();
    assert_eq!(stage.files.purge(TimeDelta::hours(24)).await, Ok(Purged { rows: 1, contents: 0 }));
    let (_, contents) = stage.files.open(two, kept.id).await.unwrap();
    assert_eq!(text(contents).await, "same");
}

#[tokio::test]
async fn a_purge_passes_over_a_file_that_a_command_is_looking_at() {
    let stage = Stage::new();
    let aggregate = Uuid::now_v7();
    let file = stage.upload(aggregate, "proof").await.unwrap();
    stage.advance(TimeDelta::hours(25));
    let mut command = stage.conn();
    diesel::sql_query("BEGIN").execute(&mut command).unwrap();
    refs(&mut command, &[aggregate]).unwrap();
    assert_eq!(stage.files.purge(TimeDelta::hours(24)).await, Ok(Purged::default()));
    mark_referenced(&mut command, &[file.id]).unwrap();
    diesel::sql_query("COMMIT").execute(&mut command).unwrap();
    assert_eq!(stage.files.purge(TimeDelta::hours(24)).await, Ok(Purged::default()));
    assert!(stage.files.open(aggregate, file.id).await.is_ok());
}
