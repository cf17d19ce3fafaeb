//! Contents that a context looks into before they are entered.
use crate::stage::{Stage, chunks, upload};
use diesel::Connection;
use files::{Files, FilesError, Inspect, Unfit, Upload, of};
use serde_json::{Value, json};
use uuid::Uuid;

/// Counts the words of texts of up to 20 bytes; takes no shouting, and breaks on a bell.
struct Counting;

impl Inspect for Counting {
    fn most(&self, media_type: &str) -> Option<u64> {
        (media_type == "text/plain").then_some(20)
    }

    fn inspect(&self, contents: &[u8]) -> Result<Value, Unfit> {
        let text = std::str::from_utf8(contents).unwrap();
        assert!(!text.contains('\u{7}'));
        if text.ends_with('!') {
            return Err(Unfit::new(422, "text_shouts", "texts are written quietly"));
        }
        Ok(json!({ "words": text.split_whitespace().count() }))
    }
}

fn counting(stage: &Stage) -> Files {
    stage.files.clone().inspected_by(Counting)
}

#[tokio::test]
async fn what_is_found_stands_in_the_row() {
    let stage = Stage::new();
    let (files, aggregate) = (counting(&stage), Uuid::now_v7());
    let looked_at = files.store(upload(aggregate), chunks("one two three")).await.unwrap();
    let other = Upload { media_type: "text/csv", ..upload(aggregate) };
    files.store(other, chunks("a table of more than twenty bytes!")).await.unwrap();
    let rows = stage.conn().transaction(|tx| of(tx, &[aggregate])).unwrap().remove(&aggregate).unwrap();
    assert_eq!((rows[0].reference(), &rows[0].inspected), (looked_at, &Some(json!({ "words": 3 }))));
    assert_eq!(rows[1].inspected, None);
}

#[tokio::test]
async fn what_is_not_taken_leaves_nothing() {
    let stage = Stage::new();
    let files = counting(&stage);
    let refused = files.store(upload(Uuid::now_v7()), chunks("one two!")).await;
    let problem = refused.unwrap_err().problem();
    assert_eq!((problem.status, problem.code.as_str()), (422, "text_shouts"));
    let large = files.store(upload(Uuid::now_v7()), chunks("more than twenty bytes")).await;
    assert_eq!(large, Err(FilesError::TooLarge { most: 20 }));
    let broken = files.store(upload(Uuid::now_v7()), chunks("\u{7}")).await;
    assert_eq!(broken, Err(FilesError::Unavailable));
    assert_eq!((stage.on_disk(), stage.count("files")), (vec![], 0));
}
