//! What can be made again from the journal is the same again, and sends nothing again; the document is whole.
use crate::stage::{Stage, path};
use kernel::TimeDelta;
use serde_json::{Value, json};
use testkit::eventually;

#[tokio::test]
async fn views_rebuilt_from_the_journal_equal_the_stored_ones() {
    let stage = Stage::new().await;
    stage.deposited().await;
    stage.completed(10_000).await;
    let order = stage.paid_by(20_000, "sandbox:refund_declined").await;
    stage.judged(&order, 20_000, 2_000_000).await;
    stage.advance(TimeDelta::days(12)).await;
    let outside = || ["effects", "sandbox_requests"].map(|table| stage.rows("settlement", table));
    let before = outside();
    assert!(stage.views_made_again().is_empty(), "the story is too thin");
    stage.rest().await;
    assert_eq!(outside(), before);
    stage.check_books();
}

#[tokio::test]
async fn two_instances_share_the_work_and_do_it_once() {
    let stage = Stage::new().await;
    let mut orders = vec![];
    for _ in 0..4 {
        orders.push(stage.placed(10_000).await);
    }
    // From here on messages go to either: only conditions tell when all is done.
    let another = stage.another().await;
    for (order, method) in orders.iter().zip(["tok_visa", "sandbox:timeout", "sandbox:lost", "sandbox:duplicate"]) {
        stage.merchant.post(&format!("{}/payments", path(order)), json!({ "method": method })).await.ok();
    }
    let held = "SELECT count(*) AS n FROM escrows WHERE status = 'held'";
    eventually("all are held", || async { stage.number(held) == 4 }).await;
    for order in &orders {
        stage.tell(order, "cancelled", 2).await;
    }
    let back = "SELECT count(*) AS n FROM escrows WHERE refunded_minor = amount_minor";
    eventually("all is back", || async { stage.number(back) == 4 }).await;
    another.stop().await;
    assert_eq!(stage.number("SELECT count(*) AS n FROM sandbox_requests"), 8);
    assert!(stage.balances().is_empty());
    stage.check_books();
}

#[tokio::test]
async fn the_document_describes_every_operation() {
    let stage = Stage::new().await;
    let document = stage.nobody().get("/openapi.json").await.ok();
    let callback = &document["paths"]["/v1/gateway-callbacks"]["post"];
    assert_eq!(callback["security"], json!([{}]));
    let headers: Vec<_> = callback["parameters"].as_array().unwrap().iter().map(|p| p["name"].clone()).collect();
    assert_eq!(headers, ["Gateway-Signature"]);
    let operations: Vec<_> =
        document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values()).collect();
    assert_eq!(operations.len(), 28);
    for operation in operations {
        assert!(operation["summary"].is_string() || operation["description"].is_string(), "{operation}");
    }
    assert_eq!(document["components"]["schemas"]["Escrow"]["properties"]["released"], json_ref("Money", &document));
    stage.nobody().get("/v1/escrows/x").await.refused(401, "token_missing", None);
    stage.merchant.get("/v1/escrows/ord_01h455vb4pex5vsknk084sn02q").await.refused(404, "not_found", None);
}

/// The reference to a schema, with the description that the field has.
fn json_ref(name: &str, document: &Value) -> Value {
    let mut reference = document["components"]["schemas"]["Escrow"]["properties"]["amount"].clone();
    assert_eq!(reference["$ref"], format!("#/components/schemas/{name}"));
    reference["description"] =
        document["components"]["schemas"]["Escrow"]["properties"]["released"]["description"].clone();
    reference
}
