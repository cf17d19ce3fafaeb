//! Files that are purged while a command names them.
use crate::stage::{Stage, exhibit};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde_json::json;
use std::time::{Duration, Instant};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Waits until somebody waits for a lock of this database.
async fn is_blocked(conn: &mut PgConnection) {
    let waiting = "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() \
                   AND wait_event_type = 'Lock'";
    let until = Instant::now() + Duration::from_secs(20);
    while diesel::sql_query(waiting).get_result::<Count>(conn).unwrap().n == 0 {
        assert!(Instant::now() < until, "nobody waits for the case");
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_purged_between_lookup_and_command_is_refused_and_one_that_is_named_stays() {
    let stage = Stage::new().await;
    let case = stage.escalated().await;
    let path = format!("{case}/files");
    let uploaded = stage.merchant.upload(&path, "frame.png", "image/png", b"a frame").await.ok();
    let mut draft = exhibit("A frame");
    draft["files"] = json!([uploaded["id"]]);
    let evidence = format!("{case}/evidence");

    // The command has found the file and waits for the case; meanwhile the purge takes the file.
    let (mut holding, mut purging, mut looking) =
        (stage.conn("disputes"), stage.conn("disputes"), stage.conn("disputes"));
    diesel::sql_query("BEGIN").execute(&mut holding).unwrap();
    diesel::sql_query("SELECT id FROM aggregates FOR UPDATE").execute(&mut holding).unwrap();
    let (merchant, body) = (stage.merchant.clone(), draft.clone());
    let target = evidence.clone();
    let drafting = tokio::spawn(async move { merchant.post(&target, body).await });
    is_blocked(&mut looking).await;
    let deleted = diesel::sql_query("DELETE FROM files WHERE NOT referenced").execute(&mut purging).unwrap();
    assert_eq!(deleted, 1);
    diesel::sql_query("COMMIT").execute(&mut holding).unwrap();
    let refused = drafting.await.unwrap();
    assert_eq!(refused.refused(422, "evidence_file_unknown", Some("D1.4.5"))["field"], "files");
    assert_eq!(stage.merchant.get(&evidence).await.ok()["items"], json!([]));

    // Named by a command, it is never purged.
    let uploaded = stage.merchant.upload(&path, "frame.png", "image/png", b"a frame").await.ok();
    draft["files"] = json!([uploaded["id"]]);
    assert_eq!(stage.merchant.post(&evidence, draft).await.status, 201);
    assert_eq!(diesel::sql_query("DELETE FROM files WHERE NOT referenced").execute(&mut purging).unwrap(), 0);
    assert!(stage.unsound().is_empty());
}
