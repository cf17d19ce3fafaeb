//! The chat: vouchers in a chain, flags, files, and who sees what.
use crate::stage::Stage;
use diesel::connection::SimpleConnection;
use kernel::{FileId, Role};
use serde_json::json;
use uuid::Uuid;

#[tokio::test]
async fn messages_are_numbered_chained_flagged_and_kept() {
    let stage = Stage::new().await;
    let order = stage.placed().await;
    let path = format!("{order}/messages");
    let first = stage.merchant.post(&path, json!({ "text": "When can you start? 什么时候开始?" })).await;
    assert_eq!(first.headers["location"].to_str().unwrap(), format!("{path}/1"));
    let first = first.ok();
    assert_eq!((&first["number"], &first["by"], &first["rules"]), (&json!(1), &json!("merchant"), &json!([])));
    let second = stage.provider.post(&path, json!({ "text": "加微信 wx: seller_88" })).await.ok();
    assert_eq!((&second["previous"], &second["rules"]), (&first["hash"], &json!(["M4.2.f.5"])));
    assert_eq!(second["contacts"][0]["kind"], "tool");
    let read = stage.merchant.get(&path).await.ok();
    assert_eq!(read["items"].as_array().unwrap().len(), 2);
    assert_eq!(read["items"][0], first, "its own side sees who wrote it");
    assert_eq!((&read["items"][1]["hash"], read["items"][1].get("person")), (&second["hash"], None));
    let staff = stage.staff(Role::Arbitrator).get(&format!("{path}/2")).await.ok();
    assert_eq!(staff["person"], "provider-person");
    let page = stage.provider.get(&format!("{path}?limit=1")).await.ok();
    let next =
        stage.provider.get(&format!("{path}?limit=1&cursor={}", page["next_cursor"].as_str().unwrap())).await.ok();
    assert_eq!((&next["items"][0]["number"], &next["next_cursor"]), (&json!(2), &json!(null)));
    // A chat stays open whatever becomes of the order.
    stage.pass(&order, "payment").await;
    stage.merchant.post(&path, json!({ "text": "A pity." })).await.ok();
}

#[tokio::test]
async fn files_of_the_order_are_sent_along_and_others_are_refused() {
    let stage = Stage::new().await;
    let (order, other) = (stage.placed().await, stage.placed().await);
    let path = format!("{order}/messages");
    let sketch = stage.file(&stage.merchant, &order, "a sketch").await;
    let sent = stage.merchant.post(&path, json!({ "files": [sketch] })).await.ok();
    assert_eq!((&sent["files"][0]["id"], &sent["text"]), (&json!(sketch), &json!("")));
    let elsewhere = stage.file(&stage.merchant, &other, "another").await;
    for file in [elsewhere, FileId(Uuid::now_v7()).to_string()] {
        let refused = stage.merchant.post(&path, json!({ "text": "x", "files": [file] })).await;
        assert_eq!(refused.refused(422, "message_files_invalid", None)["field"], "files");
    }
    let empty = stage.merchant.post(&path, json!({ "text": " " })).await;
    assert_eq!(empty.refused(422, "message_text_invalid", None)["field"], "text");
    stage.staff(Role::Arbitrator).post(&path, json!({ "text": "x" })).await.refused(
        403,
        "conversation_not_yours",
        Some("M4.2.f.5"),
    );
    let headers = [("Idempotency-Key", "message-1")];
    let one = stage.provider.post_with(&path, json!({ "text": "Thanks." }), &headers).await;
    let two = stage.provider.post_with(&path, json!({ "text": "Thanks." }), &headers).await;
    assert_eq!((one.text, two.headers["idempotent-replayed"].to_str().unwrap()), (two.text, "true"));
    assert_eq!(stage.merchant.get(&path).await.ok()["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn whoever_writes_before_the_chat_is_open_may_try_again_and_a_stranger_learns_nothing() {
    let stage = Stage::new().await;
    let order = stage.placed().await;
    // As it was before the message of the placed order came.
    let before = "DELETE FROM journal USING aggregates WHERE id = aggregate AND kind = 'conversation'; \
                  DELETE FROM aggregates WHERE kind = 'conversation'";
    stage.conn("orders").batch_execute(before).unwrap();
    let path = format!("{order}/messages");
    let early = stage.merchant.post(&path, json!({ "text": "Hello." })).await;
    assert_eq!(early.headers["retry-after"], "1");
    early.refused(503, "unavailable", None);
    let stranger = stage.merchant(kernel::MerchantId(Uuid::now_v7()));
    stranger.post(&path, json!({ "text": "Hello." })).await.refused(404, "not_found", None);
    assert_eq!(stage.merchant.get(&path).await.ok()["items"], json!([]));
}
