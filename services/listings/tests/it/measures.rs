//! The platform's measures (M5): they hide a listing, end by themselves, or are lifted.
use crate::stage::{Stage, grounds, software};
use kernel::TimeDelta;
use serde_json::json;

#[tokio::test]
async fn a_block_hides_the_listing_until_it_is_lifted() {
    let stage = Stage::new().await;
    let listing = stage.published("Stock keeping").await;
    let block = format!("{listing}/block");
    stage.provider.post(&block, grounds("M5.13")).await.refused(403, "listing_not_yours_to_act_on", None);
    stage.operator.post(&block, json!({ "rules": ["M5.13"], "reasons": " " })).await.refused(
        422,
        "moderation_reasons_needed",
        Some("M5"),
    );
    let mut over = grounds("M5.13");
    over["until"] = json!("2020-01-01T00:00:00Z");
    let refused = stage.operator.post(&block, over).await.refused(422, "listing_measure_over", None);
    assert_eq!(refused["field"], "until");

    let seen = stage.operator.post(&block, grounds("M5.13")).await.ok();
    assert_eq!((&seen["status"], &seen["measures"][0]["rule"]), (&json!("blocked"), &json!("M5.13")));
    assert!(stage.on_sale().await.is_empty());
    let unblock = format!("{listing}/unblock");
    let unknown = json!({ "measure": "0190f3a4-0000-7000-8000-000000000000", "reasons": "mistaken" });
    stage.operator.post(&unblock, unknown).await.refused(422, "listing_measure_unknown", None);
    let lift = json!({ "measure": seen["measures"][0]["id"], "reasons": "It was mistaken." });
    stage.operator.post(&unblock, lift).await.ok();
    assert_eq!(stage.on_sale().await, ["Stock keeping"]);
    let facts: Vec<_> = stage.told().await.into_iter().map(|(fact, _)| fact).collect();
    assert_eq!(facts, ["published", "unpublished", "published"]);
}

#[tokio::test]
async fn a_block_ends_by_itself() {
    let stage = Stage::new().await;
    let listing = stage.published("Stock keeping").await;
    let mut body = grounds("M5.13");
    body["until"] = json!(stage.now().await + TimeDelta::days(3));
    stage.operator.post(&format!("{listing}/block"), body).await.ok();
    stage.advance(TimeDelta::days(2)).await;
    assert_eq!(stage.status(&listing).await, "blocked");
    stage.advance(TimeDelta::days(2)).await;
    assert_eq!(stage.on_sale().await, ["Stock keeping"]);
}

#[tokio::test]
async fn a_removal_that_asks_for_a_correction_waits_for_one() {
    let stage = Stage::new().await;
    let listing = stage.published("Stock keeping").await;
    let mut body = grounds("M5.13");
    body["until"] = json!(stage.now().await + TimeDelta::days(3));
    body["correction"] = json!(true);
    let seen = stage.operator.post(&format!("{listing}/remove"), body).await.ok();
    assert_eq!(seen["status"], "removed");
    stage.advance(TimeDelta::days(4)).await;
    let seen = stage.provider.get(&listing).await.ok();
    assert_eq!((&seen["status"], &seen["measures"][0]["served"]), (&json!("removed"), &json!(true)));

    let mut mended = software("Stock keeping, as it is");
    let mut pictures = vec![];
    for name in ["a.png", "b.png", "c.png"] {
        pictures.push(stage.picture(&listing, name).await);
    }
    mended["pictures"] = json!(pictures);
    stage.provider.post(&format!("{listing}/revisions"), mended).await.ok();
    let seen = stage.provider.post(&format!("{listing}/submit"), json!({})).await.ok();
    assert_eq!((&seen["status"], &seen["measures"]), (&json!("published"), &json!([])));
}
