//! What can be made again from the journal is the same again; what is served is described.
use crate::stage::{Stage, grounds, software};
use diesel::prelude::*;
use diesel::sql_types::Text;
use kernel::TimeDelta;
use listings::Listings;
use runtime::Service;
use serde_json::json;

#[tokio::test]
async fn views_rebuilt_from_the_journal_equal_the_stored_ones() {
    let stage = Stage::new().await;
    let listing = stage.claimed("库存 \"A\"").await;
    stage.moderator.post(&format!("{listing}/approve"), json!({ "note": "Good." })).await.ok();
    stage.provider.post(&format!("{listing}/revisions"), software("Another title")).await.ok();
    stage.provider.post(&format!("{listing}/submit"), json!({})).await.ok();
    let mut block = grounds("M5.13");
    block["until"] = json!(stage.now().await + TimeDelta::days(1));
    stage.operator.post(&format!("{listing}/block"), block).await.ok();
    let rejected = stage.claimed("Rejected").await;
    stage.moderator.post(&format!("{rejected}/reject"), grounds("M5.14")).await.ok();
    let mended = stage.claimed("To be mended").await;
    stage.moderator.post(&format!("{mended}/request-changes"), grounds("M4.1.c")).await.ok();
    stage.queued("Waiting").await;
    stage.advance(TimeDelta::days(16)).await;
    stage.qualifies(2, "suspended").await;
    stage.rest().await;
    stage.qualifies(3, "active").await;
    stage.rest().await;

    // No edition is on trial, and no phrase is proposed.
    assert_eq!(stage.views_made_again(), ["moderation_flips", "allow_phrases"]);
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn a_file_that_a_revision_refers_to_is_kept() {
    let stage = Stage::new().await;
    let listing = stage.drafted(software("Stock keeping"), 1).await;
    stage.picture(&listing, "unused.png").await;
    let mut conn = stage.conn("listings");
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let kept: Vec<Row> = diesel::sql_query("SELECT name FROM files WHERE referenced").load(&mut conn).unwrap();
    assert_eq!(kept.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["picture-0.png"]);
}

#[test]
fn every_operation_is_described_once_and_commands_are_commands() {
    let document = web::openapi::Document::of([Listings.openapi()]).unwrap();
    let paths = document.json()["paths"].as_object().unwrap();
    let posts: Vec<_> = paths.iter().filter(|(_, item)| item.get("post").is_some()).map(|(path, _)| path).collect();
    assert_eq!(posts.len(), 20, "{posts:?}");
    let parameters = |path: &str| paths[path]["post"]["parameters"].to_string();
    assert!(parameters("/v1/listings/{id}/submit").contains("IdempotencyKey"));
    assert!(!parameters("/v1/listings/dry-run").contains("IdempotencyKey"));
    assert!(paths["/v1/listings/catalogue/{id}/pictures/{file}"]["get"].is_object());
    let schemas = document.json()["components"]["schemas"].as_object().unwrap();
    assert!(schemas.contains_key("ListingContent") && schemas.contains_key("ListingContentShown"), "{schemas:?}");
    let text = document.json().to_string();
    for reference in text.split("#/components/schemas/").skip(1) {
        let name: String = reference.chars().take_while(|c| *c != '"').collect();
        assert!(schemas.contains_key(&name), "{name} is referred to and not there");
    }
}
