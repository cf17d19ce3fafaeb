//! What can be made again from the journal is the same again.
use crate::stage::{Stage, cny, found_on, ruling};
use serde_json::json;

#[tokio::test]
async fn views_rebuilt_from_the_journal_equal_the_stored_ones() {
    let stage = Stage::new().await;
    let case = stage.open().await;
    let proposals = format!("{case}/proposals");
    stage.provider.post(&proposals, json!({ "to_merchant": cny("1.00") })).await.ok();
    stage.merchant.post(&proposals, json!({ "to_merchant": cny("900.00"), "text": "好" })).await.ok();
    stage.provider.post(&format!("{case}/refuse"), json!({ "reasons": "No, \"never\"." })).await.ok();
    let arbitrator = stage.arbitrator("arbitrator-1");
    let case = stage.taken(&arbitrator).await;
    let ask = json!({ "of": "merchant", "asks": "Show the price list. 请提供价目表。" });
    arbitrator.post(&format!("{case}/evidence-requests"), ask).await.ok();
    stage.drafted(&stage.merchant, &case, "A frame").await;
    stage.drafted(&stage.provider, &case, "A draft that stays one").await;
    stage.merchant.post(&format!("{case}/evidence/seal"), json!({})).await.ok();
    stage.pass(&case, "evidence").await;
    arbitrator.post(&format!("{case}/claim"), json!({})).await.ok();
    arbitrator.post(&format!("{case}/findings"), found_on(2)).await.ok();
    stage.provider.post(&format!("{case}/proposals"), json!({ "to_merchant": cny("1.00") })).await.ok();
    arbitrator.post(&format!("{case}/decision"), ruling()).await.ok();
    stage.pass(&case, "appeal").await;
    let waiting = stage.taken_of(stage.large(), &arbitrator).await;
    arbitrator.post(&format!("{waiting}/decision"), ruling()).await.ok();
    stage.rest().await;

    assert!(stage.views_made_again().is_empty(), "the story is too thin");
    assert!(stage.unsound().is_empty());
}
