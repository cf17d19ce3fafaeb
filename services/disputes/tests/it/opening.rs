//! How a case comes to be, and what is seen of it at first.
use crate::stage::{Stage, action, cny, deadline, path};
use kernel::{CaseId, ClaimKind};
use serde_json::json;
use uuid::Uuid;

#[tokio::test]
async fn a_disputed_order_opens_its_case_once_however_often_and_in_whatever_order_it_is_told() {
    let stage = Stage::new().await;
    let (first, mut second) = (stage.order(), stage.order());
    second.application.as_mut().unwrap().claim = ClaimKind::NotDelivered;
    let late = stage.dispute(&second).await;
    let early = stage.dispute(&first).await;
    stage.send(&late).await;
    stage.send(&early).await;
    // The same fact under another id, and another fact of the order.
    stage.dispute(&first).await;
    let id = first.order.to_string();
    stage.inject("orders", "order.delivered", &id, 3, serde_json::to_value(&first).unwrap()).await;
    let told = stage.told().await;
    assert_eq!(told.iter().map(|(fact, _)| fact.as_str()).collect::<Vec<_>>(), ["opened", "opened"]);

    let seen = stage.merchant.get(&path(&first)).await.ok();
    assert_eq!(seen["order"], id);
    assert_eq!((&seen["stage"], &seen["status"]), (&json!("negotiation"), &json!("waiting_for_provider")));
    assert_eq!(seen["amount"], cny("1200.00"));
    assert_eq!(seen["application"]["statement"], "The shop shows no prices.");
    assert_eq!(seen["edition"], first.edition.0);
    assert_eq!(seen["burden_of_proof"], json!({ "party": "merchant", "rule": "D1.4.4" }));
    let seen = stage.merchant.get(&path(&second)).await.ok();
    assert_eq!(seen["burden_of_proof"], json!({ "party": "provider", "rule": "D1.4.3" }));
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn a_case_names_its_deadlines_and_what_each_party_may_do() {
    let stage = Stage::new().await;
    let case = stage.open().await;
    let seen = stage.provider.get(&case).await;
    assert_eq!(seen.etag(), Some("\"1\""));
    let seen = seen.ok();
    assert_eq!(
        (&deadline(&seen, "answer")["rule"], &deadline(&seen, "answer")["party"]),
        (&"W11".into(), &"provider".into())
    );
    assert_eq!(deadline(&seen, "negotiation")["rule"], "W12");
    assert_eq!(action(&seen, "refuse_refund")["allowed"], true);
    assert_eq!(action(&seen, "withdraw"), &json!(null), "the merchant's alone");
    assert_eq!(action(&seen, "accept_proposal")["rule"], "W12");
    let seen = stage.merchant.get(&case).await.ok();
    assert_eq!(action(&seen, "refuse_refund"), &json!(null), "the provider's alone");
    assert_eq!(action(&seen, "withdraw")["allowed"], true);
    let seen = stage.arbitrator("arbitrator-1").get(&case).await.ok();
    assert_eq!(
        (&action(&seen, "claim")["allowed"], &action(&seen, "claim")["rule"]),
        (&json!(false), &json!("D1.1.2"))
    );
}

#[tokio::test]
async fn what_was_never_opened_is_not_there() {
    let stage = Stage::new().await;
    let nowhere = format!("/v1/disputes/{}", CaseId(Uuid::now_v7()));
    stage.merchant.get(&nowhere).await.refused(404, "not_found", None);
    stage.merchant.post(&format!("{nowhere}/withdraw"), json!({})).await.refused(404, "not_found", None);
    stage.merchant.get("/v1/disputes/nonsense").await.refused(404, "not_found", None);
    stage.merchant.get("/v1/disputes/ord_01h455vb4pex5vsknk084sn02q").await.refused(404, "not_found", None);
    stage.merchant.post("/v1/disputes", json!({})).await.refused(405, "method_not_allowed", None);
}
