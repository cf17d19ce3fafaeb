//! The chat: vouchers in a chain, flags, files, and who sees what.
use crate::stage::Stage;
use contracts::listings::AllowPhrase;
use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use kernel::{FileId, Role};
use serde_json::json;
use testkit::Client;
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

#[tokio::test]
async fn an_allowed_phrase_excuses_its_words_until_it_is_taken_back_on_every_instance() {
    let mut stage = Stage::new().await;
    let path = format!("{}/messages", stage.placed().await);
    let other = stage.suite().another().await;
    let there = stage.merchant_at(&other);
    let flags = async |who: &Client, text: &str| {
        who.post(&path, json!({ "text": text })).await.ok()["rules"].as_array().unwrap().len()
    };
    let innocent = "It reads wechat pay exports into a table.";
    assert_eq!((flags(&stage.merchant, innocent).await, flags(&there, innocent).await), (1, 1));
    let phrase = Uuid::now_v7();
    let tell = async |fact: &str, sequence: i64, in_force: bool| {
        let allowed = AllowPhrase {
            allow_phrase: phrase,
            list: "messengers".into(),
            language: "en".into(),
            phrase: "wechat pay exports".into(),
            in_force,
        };
        let subject = kernel::ids::encode("alw", phrase);
        stage.inject("listings", &format!("allow_phrase.{fact}"), &subject, sequence, json!(allowed)).await
    };
    // Either instance may take the message.
    let heard = async |sequence: i64| {
        let count = format!("(SELECT count(*) FROM allow_phrases WHERE sequence = {sequence})");
        let count = async || {
            let count = diesel::dsl::sql::<BigInt>(&count);
            diesel::select(count).get_result::<i64>(&mut stage.conn("orders")).unwrap() == 1
        };
        testkit::eventually("the phrase is heard of", count).await;
    };
    let approved = tell("approved", 1, true).await;
    heard(1).await;
    assert_eq!((flags(&stage.merchant, innocent).await, flags(&there, innocent).await), (0, 0));
    assert_eq!(flags(&there, "Add my wechat: seller_88").await, 1, "nothing else is excused");
    tell("taken_back", 2, false).await;
    heard(2).await;
    assert_eq!((flags(&stage.merchant, innocent).await, flags(&there, innocent).await), (1, 1));
    other.stop().await;
    // What comes late or twice changes nothing.
    stage.send(&approved).await;
    tell("approved", 1, true).await;
    stage.rest().await;
    assert_eq!(flags(&stage.merchant, innocent).await, 1);
    assert!(stage.unsound().is_empty());
}
