//! What the case file hears of an order: the substance of what was sold, agreed, paid, delivered, asked for and said, so
//! that a case can be decided on it (D1.2).
use crate::stage::{Stage, agreement, deadline, revision, terms};
use contracts::Message;
use contracts::orders::Paper;
use serde_json::{Value, json};

/// The papers told since the last call, the oldest first: of the order, then that a deadline was kept.
async fn papers(stage: &Stage) -> Vec<Paper> {
    stage.rest().await;
    let own = |message: &Message| message.source == "orders" && message.kind() == "order";
    let published = stage.published().await.into_iter().filter(own);
    let read = |paper: Option<&Value>| paper.map(|paper| serde_json::from_value(paper.clone()).unwrap());
    published.flat_map(|message| [read(message.data.get("paper")), read(message.data.get("kept"))]).flatten().collect()
}

async fn paper(stage: &Stage, kind: &str) -> Paper {
    let mut papers = papers(stage).await;
    papers.retain(|paper| paper.kind == kind);
    papers.pop().unwrap_or_else(|| panic!("no {kind} was told"))
}

#[tokio::test]
async fn what_was_ordered_paid_agreed_and_delivered_is_told_with_its_substance() {
    let stage = Stage::new().await;
    let order = stage.placed().await;
    let seen = stage.seen(&order).await;
    let placed = paper(&stage, "listing_revision").await.content;
    assert_eq!((&placed["terms"], &placed["listing"]), (&json!(terms()), &json!(stage.listing)));
    assert_eq!((&placed["details"]["revision"], &placed["details"]["quantity"]), (&json!(revision()), &json!(1)));
    assert_eq!(placed["details"]["extra_costs"][0]["note"], "what the bank takes");

    stage.pay(&order).await;
    let paid = paper(&stage, "deadline_kept").await;
    assert_eq!(paid.content["event"], "funded");
    assert_eq!(paid.content["details"]["was_due_at"], deadline(&seen, "payment")["due_at"]);

    let file = stage.file(&stage.provider, &order, "We agree.").await;
    let uploaded = agreement(&file);
    stage.provider.post(&format!("{order}/agreement"), uploaded.clone()).await.ok();
    let told = paper(&stage, "agreement").await.content;
    assert_eq!((&told["promise"], &told["cooperation"]), (&uploaded["promise"], &uploaded["cooperation"]));
    assert_eq!(
        (&told["details"]["files"][0]["id"], &told["details"]["files"][0]["name"]),
        (&json!(file), &json!("a.txt"))
    );
    stage.merchant.post(&format!("{order}/agreement/confirm"), json!({ "file": file })).await.ok();
    assert_eq!(paper(&stage, "agreement").await.content["details"]["files"][0]["id"], json!(file));

    stage.provider.post(&format!("{order}/start"), json!({})).await.ok();
    let owed = stage.seen(&order).await["phase"]["owed"]["due_at"].clone();
    papers(&stage).await;
    stage.deliver(&order).await;
    let seen = stage.seen(&order).await;
    let [delivered, kept] = &papers(&stage).await[..] else { panic!("the delivery, and that it came in time") };
    assert_eq!((delivered.kind.as_str(), kept.kind.as_str()), ("delivery", "deadline_kept"));
    let details = &delivered.content["details"];
    assert_eq!(details["manifest_sha256"], seen["delivery"]["manifest_sha256"]);
    assert_eq!(details["files"][0]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!((&details["round"], &delivered.content["text"]), (&json!(1), &json!("All of it.")));
    assert_eq!((&kept.content["details"]["was_due_at"], &kept.content["event"]), (&owed, &json!("delivered")));
}

#[tokio::test]
async fn a_late_repair_is_told_with_its_date_and_the_rules_of_repair() {
    let stage = Stage::new().await;
    let order = stage.delivered().await;
    let requests = format!("{order}/modification-requests");
    let item = json!({ "items": [{ "kind": "nonconformity", "change": "The logo is missing." }] });
    let seen = stage.merchant.post(&requests, item).await.ok();
    assert_eq!((&seen["phase"]["owed"]["what"], &deadline(&seen, "repair")["rule"]), (&json!("repair"), &json!("W10")));
    let asked = papers(&stage).await.pop().unwrap().content;
    assert_eq!(asked["details"]["items"][0]["change"], "The logo is missing.");
    stage.serve(&order).await;
    let seen = stage.seen(&order).await;
    stage.pass(&order, "repair").await;
    let missed = paper(&stage, "deadline_missed").await.content;
    assert_eq!((&missed["rules"], &missed["details"]["what"]), (&json!(["D2.3", "W10", "W4"]), &json!("repair")));
    assert_eq!(missed["details"]["was_due_at"], deadline(&seen, "repair")["due_at"]);
    stage.redeliver(&order, &[]).await;
    let [redelivered] = &papers(&stage).await[..] else { panic!("no deadline was kept") };
    assert_eq!((redelivered.kind.as_str(), &redelivered.content["details"]["is_late"]), ("delivery", &json!(true)));
    stage.disputed(&order, "late_modification").await;
    let (_, told) = stage.told().await.pop().unwrap();
    assert_eq!(told["application"]["supported_by"], json!(["D2.3", "W10"]));
}

#[tokio::test]
async fn what_is_said_in_chat_is_told_whole() {
    let stage = Stage::new().await;
    let order = stage.placed().await;
    let text = "长".repeat(4_000);
    stage.merchant.post(&format!("{order}/messages"), json!({ "text": text })).await.ok();
    stage.rest().await;
    let published = stage.published().await;
    let said = published.iter().find(|message| message.fact() == "message_sent").unwrap();
    assert_eq!(said.read::<Paper>().unwrap().content["text"], text);
}
