//! What can be made again from the journal is the same again, and what is served is described.
use crate::stage::{Stage, revision};
use diesel::prelude::*;
use serde_json::json;

#[tokio::test]
async fn views_rebuilt_from_the_journal_equal_the_stored_ones() {
    let stage = Stage::new().await;
    let order = stage.delivered().await;
    stage.provider.post(&format!("{order}/messages"), json!({ "text": "好, \"done\"." })).await.ok();
    let requests = format!("{order}/modification-requests");
    let items = json!({ "items": [{ "kind": "wish", "change": "A" }, { "kind": "nonconformity", "change": "B" }] });
    let seen = stage.merchant.post(&requests, items).await.ok();
    let [one, two] = [0, 1].map(|nth| seen["problems"][nth]["id"].clone());
    let refused = json!({ "items": [{ "problem": one, "reason": "No." }] });
    stage.provider.post(&format!("{requests}/refuse"), refused).await.ok();
    stage.redeliver(&order, std::slice::from_ref(&two)).await;
    stage.merchant.post(&requests, json!({ "items": [{ "problem": two, "change": "Still." }] })).await.ok();
    stage.disputed(&order, "quality").await;
    stage.merchant.post("/v1/orders", stage.placement(revision())).await.ok();
    stage.rest().await;

    assert!(stage.views_made_again().is_empty(), "the story is too thin");
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn files_that_an_event_refers_to_are_kept() {
    let stage = Stage::new().await;
    let order = stage.delivered().await;
    let sent = stage.file(&stage.merchant, &order, "sent along").await;
    stage.file(&stage.merchant, &order, "left alone").await;
    stage.merchant.post(&format!("{order}/messages"), json!({ "files": [sent] })).await.ok();
    let mut conn = stage.conn("orders");
    let left: i64 = diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>(
        "(SELECT count(*) FROM files WHERE NOT referenced)",
    ))
    .get_result(&mut conn)
    .unwrap();
    assert_eq!((left, stage.rows("orders", "files").len()), (1, 4));
}

#[tokio::test]
async fn every_route_is_described_with_its_schemas() {
    let stage = Stage::new().await;
    let document = stage.nobody().get("/openapi.json").await.ok();
    let paths = document["paths"].as_object().unwrap();
    let own = paths.iter().filter(|(path, _)| path.starts_with("/v1/orders"));
    let operations: usize = own.map(|(_, item)| item.as_object().unwrap().len()).sum();
    assert_eq!(operations, 41);
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let text = document.to_string();
    for reference in text.split("#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name} is not described");
    }
}
