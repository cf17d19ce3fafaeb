//! What can be made again from the journal is the same again, and mails nothing again.
use crate::stage::{Stage, path};
use notifications::mailer::Posted;
use serde_json::json;

#[tokio::test]
async fn views_rebuilt_from_the_journal_equal_the_stored_ones() {
    let stage = Stage::mailed(vec![Posted::Deferred, Posted::Accepted, Posted::Refused]).await;
    stage.subscribe("zh").await;
    let order = stage.order();
    stage.tell(&order, "placed").await;
    stage.tell(&order, "delivered").await;
    let notice = path(&stage.newest().await);
    stage.merchant.post(&format!("{notice}/read"), json!({})).await.ok();
    stage.tell(&order, "completed").await;

    let mails = stage.rows("notifications", "mails");
    assert!(stage.views_made_again().is_empty(), "the story is too thin");
    assert_eq!(stage.rows("notifications", "mails"), mails);
    assert!(stage.unsound().is_empty());
}
