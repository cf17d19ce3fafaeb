//! The refund application: when it is open, what it stops, and how its case comes back.
use crate::stage::{Stage, application, cny, deadline, facts};
use kernel::{CaseId, TimeDelta};
use serde_json::{Value, json};
use uuid::Uuid;

fn claim<'a>(seen: &'a Value, claim: &str) -> &'a Value {
    seen["claims"].as_array().unwrap().iter().find(|it| it["claim"] == claim).unwrap()
}

#[tokio::test]
async fn eligibility_says_for_each_claim_from_when_and_until_when() {
    let stage = Stage::new().await;
    let order = stage.started().await;
    let path = format!("{order}/refund-eligibility");
    let seen = stage.merchant.get(&path).await.ok();
    assert_eq!(claim(&seen, "not_as_described")["status"], "open");
    let nondelivery = claim(&seen, "not_delivered");
    assert_eq!((&nondelivery["status"], &nondelivery["rule"]), (&json!("not_yet"), &json!("W21")));
    assert_eq!(nondelivery["from_at"], stage.seen(&order).await["phase"]["owed"]["due_at"]);
    let early = stage.merchant.post(&format!("{order}/refund-applications"), application("not_delivered")).await;
    assert_eq!(early.refused(422, "refund_claim_not_open", Some("W21"))["field"], "claim");
    stage.deliver(&order).await;
    stage.merchant.post(&format!("{order}/accept"), json!({})).await.ok();
    let seen = stage.merchant.get(&path).await.ok();
    assert!(seen["claims"].as_array().unwrap().iter().all(|it| it["status"] == "closed" && it["since_at"].is_string()));
    let late = stage.merchant.post(&format!("{order}/refund-applications"), application("quality")).await;
    assert!(late.refused(409, "refund_window_closed", Some("D1.3.2"))["since"].is_string());
}

#[tokio::test]
async fn an_assessment_says_what_would_come_of_an_application_and_changes_nothing() {
    let stage = Stage::new().await;
    let order = stage.started().await;
    let path = format!("{order}/refund-applications/eligibility");
    let assess = async || {
        let response = stage.merchant.post_with(&path, json!({}), &[]).await;
        (response.etag().map(ToOwned::to_owned), response.ok())
    };
    let (version, seen) = assess().await;
    assert_eq!((&seen["eligible"], &seen["rules"]), (&json!(true), &json!(["A6", "W21"])));
    let early = claim(&seen, "not_delivered");
    assert_eq!((&early["eligible"], &early["code"]), (&json!(false), &json!("refund_claim_not_open")));
    assert_eq!((&early["status"], &early["rule"]), (&json!("not_yet"), &json!("W21")));
    assert!(early["from_at"].is_string() && early["reason"].is_string());
    assert_eq!(claim(&seen, "not_as_described")["eligible"], true);
    assert_eq!(claim(&seen, "not_as_described").get("negotiation_first"), None, "nothing to keep yet");
    assert_eq!(assess().await.0, version, "nothing changed");
    for stranger in [&stage.provider, &stage.staff(kernel::Role::Arbitrator)] {
        stranger.post_with(&path, json!({}), &[]).await.refused(403, "order_action_not_yours", None);
    }
    let other = stage.suite().merchant(kernel::MerchantId(Uuid::now_v7()));
    other.post_with(&path, json!({}), &[]).await.refused(404, "not_found", None);
    stage.deliver(&order).await;
    let (_, seen) = assess().await;
    let quality = claim(&seen, "quality");
    assert_eq!((&quality["eligible"], &quality["negotiation_first"]), (&json!(true), &json!(["N1", "X12"])));
    assert_eq!(quality["until_at"], stage.seen(&order).await["phase"]["accept_by_at"]);
    stage.merchant.post(&format!("{order}/accept"), json!({})).await.ok();
    let (_, seen) = assess().await;
    assert_eq!(seen["eligible"], false);
    assert_eq!(claim(&seen, "quality")["code"], "refund_window_closed");
}

#[tokio::test]
async fn an_application_tells_what_was_agreed_since_the_order_was_placed_and_which_claims_were_open() {
    let stage = Stage::new().await;
    let order = stage.delivered().await;
    let cycle = json!({
        "change": { "modification_days": 5, "failed_modifications": 4 },
        "reason": "Three days are too short.",
    });
    let seen = stage.provider.post(&format!("{order}/changes"), cycle).await.ok();
    let proposal = seen["proposal"]["id"].as_str().unwrap();
    stage.merchant.post(&format!("{order}/changes/{proposal}/accept"), json!({})).await.ok();
    stage.disputed(&order, "quality").await;
    let (fact, told) = stage.told().await.pop().unwrap();
    assert_eq!((fact.as_str(), &told["application"]["cycle_agreed"]), ("disputed", &json!(true)));
    assert_eq!(told["application"]["failed_modifications_agreed"], 4);
    let open = ["not_delivered", "not_accepted", "not_as_described", "quality", "effect_not_as_agreed", "unlawful"];
    assert_eq!(told["application"]["open_claims"], json!(open));
}

#[tokio::test]
async fn an_application_stops_every_clock_and_tells_disputes_all_it_needs() {
    let stage = Stage::new().await;
    let order = stage.delivered().await;
    let path = format!("{order}/refund-applications");
    stage.provider.post(&path, application("quality")).await.refused(403, "order_action_not_yours", None);
    let mut much = application("quality");
    much["amount"] = json!(cny(120_001));
    stage.merchant.post(&path, much).await.refused(422, "refund_amount_invalid", Some("D1.3.2"));
    let made = stage.merchant.post(&path, application("quality")).await;
    let location = made.headers["location"].to_str().unwrap().to_owned();
    let seen = made.ok();
    assert_eq!(seen["status"], "disputed");
    let case = seen["phase"]["refund_application"]["case"].as_str().unwrap();
    assert_eq!(location, format!("/v1/disputes/{case}"));
    assert!(seen["deadlines"].as_array().unwrap().iter().all(|deadline| deadline["status"] == "paused"));
    let (fact, told) = stage.told().await.pop().unwrap();
    assert_eq!((fact.as_str(), &told["open"]), ("disputed", &json!(true)));
    let application = &told["application"];
    assert_eq!((&application["case"], &application["claim"]), (&json!(case), &json!("quality")));
    assert_eq!(
        (&application["statement"], &application["amount"]),
        (&json!("It is not what was described."), &json!(cny(120_000)))
    );
    assert_eq!((&application["delivered"], &application["keeps_service"]), (&json!(true), &json!(false)));
    assert_eq!((&application["by_period"], &application["cycle_agreed"]), (&json!(false), &json!(false)));
    stage.advance(TimeDelta::days(60)).await;
    assert_eq!(stage.seen(&order).await["status"], "disputed");
    stage.merchant.post(&format!("{order}/accept"), json!({})).await.refused(409, "order_in_dispute", Some("D1.3.2"));
}

#[tokio::test]
async fn a_withdrawn_case_gives_the_clocks_back_as_they_were() {
    let stage = Stage::new().await;
    let order = stage.delivered().await;
    let case = stage.disputed(&order, "quality").await;
    let left = |seen: &Value| deadline(seen, "acceptance")["remaining_seconds"].as_i64().unwrap();
    let before = left(&stage.seen(&order).await);
    stage.advance(TimeDelta::days(9)).await;
    let withdrawn = stage.end_case(&order, case, "withdrawn", 0).await;
    stage.send(&withdrawn).await;
    // Another case's end is none of this order's.
    stage.end_case(&order, CaseId(Uuid::now_v7()), "settled", 1).await;
    stage.rest().await;
    let seen = stage.seen(&order).await;
    let due: kernel::Time = deadline(&seen, "acceptance")["due_at"].as_str().unwrap().parse().unwrap();
    let remaining = (due - stage.now().await).num_seconds();
    assert!((before - 60..=before).contains(&remaining), "{remaining} of {before}");
    assert_eq!(seen["status"], "delivered");
    let again = stage.disputed(&order, "quality").await;
    assert_ne!(again, case);
    let told = stage.told().await;
    assert_eq!(facts(&told)[4..], ["disputed", "resumed", "disputed"]);
}

#[tokio::test]
async fn an_order_that_its_case_ends_tells_settled_and_nothing_that_would_move_money() {
    let stage = Stage::new().await;
    for (fact, to_merchant, status) in
        [("settled", 50_000, "partially_refunded"), ("awarded", 120_000, "refunded"), ("awarded", 0, "completed")]
    {
        let order = stage.delivered().await;
        let case = stage.disputed(&order, "quality").await;
        stage.told().await;
        let ended = stage.end_case(&order, case, fact, to_merchant).await;
        stage.send(&ended).await;
        stage.end_case(&order, case, fact, to_merchant).await;
        let told = stage.told().await;
        assert_eq!(facts(&told), ["settled"], "{status}");
        let payload = &told[0].1;
        assert_eq!((&payload["status"], &payload["open"]), (&json!(status), &json!(false)));
        assert_eq!((&payload["ended_by_case"], &payload["rules"]), (&json!(case), &json!(["D2.2"])));
        let seen = stage.seen(&order).await;
        assert_eq!((&seen["status"], &seen["phase"]["ended"]["rules"]), (&json!(status), &json!(["D2.2"])));
        let timeline = stage.provider.get(&format!("{order}/timeline?limit=100")).await.ok();
        let last = timeline["items"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["event"], &last["party"]), (&json!("settled"), &json!("system")));
        assert_eq!(last["details"]["to_merchant"], json!(cny(to_merchant)));
    }
    assert!(stage.unsound().is_empty());
}
