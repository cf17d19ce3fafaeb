//! What a case leaves to be done after it has ended the order: use that goes on (D3.1.3), data to be downloaded (W19).
use crate::stage::{Stage, action, by_month, deadline, facts};
use kernel::{CaseId, TimeDelta};
use serde_json::{Value, json};

/// Software by the month, accepted, and disputed an hour later.
async fn disputed(stage: &Stage) -> (String, CaseId) {
    let order = stage.delivered().await;
    stage.merchant.post(&format!("{order}/accept"), json!({})).await.ok();
    stage.advance(TimeDelta::hours(1)).await;
    let now = stage.now().await - TimeDelta::minutes(1);
    let body = json!({
        "claim": "quality", "amount": { "amount": "1200.00", "currency": "CNY" },
        "statement": "It is down every night.", "happened_at": now,
    });
    let seen = stage.merchant.post(&format!("{order}/refund-applications"), body).await.ok();
    let application = &seen["phase"]["refund_application"];
    assert_eq!(application["use_ended_at"], application["applied_at"], "what is not kept is used no more (A11)");
    let case = application["case"].as_str().unwrap().parse().unwrap();
    stage.told().await;
    (order, case)
}

/// Each fact, and the kinds of what it says that the case brought about.
fn caused(told: &[(String, Value)]) -> Vec<(&str, Vec<&str>)> {
    told.iter()
        .map(|(fact, data)| {
            let list = data["caused"].as_array().map(Vec::as_slice).unwrap_or_default();
            (fact.as_str(), list.iter().map(|one| one["kind"].as_str().unwrap()).collect())
        })
        .collect()
}

#[tokio::test]
async fn the_use_goes_on_and_the_merchant_downloads_its_data() {
    let stage = Stage::selling(by_month()).await;
    let (order, case) = disputed(&stage).await;
    stage.case_tells(&order, case, ("awarded", 2), (0, Some(7_200), true)).await;
    let told = stage.told().await;
    assert_eq!(caused(&told), [("settled", vec!["order_ended", "use_extended", "download_granted"])]);
    assert_eq!(
        (&told[0].1["status"], &told[0].1["open"]),
        (&json!("completed"), &json!(true)),
        "it binds the provider"
    );

    let seen = stage.seen(&order).await;
    let ended = &seen["phase"]["ended"];
    assert_eq!((&ended["case"], &ended["data_download"]["status"]), (&json!(case), &json!("open")));
    let (use_ends, closes) = (deadline(&seen, "extended_use"), deadline(&seen, "data_download"));
    assert_eq!((&use_ends["rule"], &closes["rule"]), (&json!("D3.1.3"), &json!("W19")));
    assert_eq!(
        (&use_ends["due_at"], &closes["due_at"]),
        (&ended["extended_use"]["until_at"], &ended["data_download"]["until_at"])
    );
    assert_eq!(action(&seen, "confirm_download")["allowed"], true);
    let listed = stage.merchant.get("/v1/orders").await.ok();
    let first = [use_ends, closes].map(|it| it["due_at"].as_str().unwrap()).into_iter().min().unwrap();
    assert_eq!(listed["items"][0]["due_at"], json!(first));

    let export = stage.file(&stage.provider, &order, "customer,amount").await;
    let provide = format!("{order}/data");
    let body = json!({ "files": [export], "note": "Orders of the shop; the pictures are in its own export." });
    stage.merchant.post(&provide, body.clone()).await.refused(403, "order_action_not_yours", None);
    let seen = stage.provider.post(&provide, body).await.ok();
    assert!(seen["phase"]["ended"]["data_download"]["provided_at"].is_string());
    let read = stage.merchant.get(&format!("{order}/files/{export}")).await;
    assert_eq!((read.status, read.text.as_str()), (200, "customer,amount"));
    let seen = stage.merchant.post(&format!("{order}/data/confirm"), json!({})).await.ok();
    assert_eq!(seen["phase"]["ended"]["data_download"]["status"], "downloaded");
    let again = stage.provider.post(&provide, json!({ "note": "Once more." })).await;
    again.refused(409, "data_downloaded_already", Some("W19"));
    let told = stage.told().await;
    assert_eq!(caused(&told), [("data_provided", vec![]), ("data_downloaded", vec!["downloaded"])]);
    assert_eq!(told[1].1["open"], true, "the use goes on");

    stage.pass(&order, "extended_use").await;
    let told = stage.told().await;
    assert_eq!((facts(&told), &told[0].1["open"]), (vec!["extended_use_ended"], &json!(false)));
    let timeline = stage.provider.get(&format!("{order}/timeline?limit=100")).await.ok();
    let entries = timeline["items"].as_array().unwrap();
    let rules = |event: &str| entries.iter().find(|entry| entry["event"] == event).unwrap()["rules"].clone();
    for (event, rule) in [("extended_use_ended", "D3.1.3"), ("data_provided", "W19"), ("data_downloaded", "W19")] {
        assert_eq!(rules(event), json!([rule]), "{event}");
    }
    let settled = entries.iter().find(|entry| entry["event"] == "settled").unwrap();
    assert!(settled["details"]["use_until_at"].is_string() && settled["details"]["download_until_at"].is_string());
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn a_provider_that_withholds_the_data_is_suspected() {
    let stage = Stage::selling(by_month()).await;
    let (order, case) = disputed(&stage).await;
    stage.case_tells(&order, case, ("awarded", 2), (120_000, None, true)).await;
    stage.told().await;
    stage.pass(&order, "data_download").await;
    let told = stage.told().await;
    assert_eq!((facts(&told), &told[0].1["open"]), (vec!["data_withheld"], &json!(false)));
    assert_eq!(told[0].1["rules"], json!(["W19", "M5.60"]));
    let timeline = stage.merchant.get(&format!("{order}/timeline?limit=100")).await.ok();
    let last = timeline["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["event"], &last["details"]["decision"]["automated"]), (&json!("data_withheld"), &json!(true)));
    // W19: the platform's copy, as the timeline says.
    assert!(last["text"].as_str().unwrap().contains("go on fetching these files from the order"), "{last}");
    let delivery = stage.merchant.get(&format!("{order}/deliveries/1")).await.ok();
    let copy = format!("{order}/files/{}", delivery["files"][0]["id"].as_str().unwrap());
    assert_eq!(stage.merchant.get(&copy).await.text, "The work.");
    let late = stage.merchant.post(&format!("{order}/data/confirm"), json!({})).await;
    late.refused(409, "data_download_closed", Some("W19"));
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn another_forums_outcome_sets_the_end_right_and_cuts_short_what_it_does_not_grant() {
    let stage = Stage::selling(by_month()).await;
    let (order, case) = disputed(&stage).await;
    // On an open case the award follows and says the same.
    stage.case_tells(&order, case, ("forum_followed", 2), (0, Some(7_200), true)).await;
    assert_eq!(stage.told().await, []);
    stage.case_tells(&order, case, ("awarded", 3), (0, Some(7_200), true)).await;
    stage.told().await;
    stage.case_tells(&order, case, ("forum_followed", 4), (120_000, None, false)).await;
    let told = stage.told().await;
    assert_eq!(caused(&told), [("corrected", vec!["use_cut_short", "download_withdrawn"])]);
    assert_eq!((&told[0].1["status"], &told[0].1["open"]), (&json!("refunded"), &json!(false)));
    let seen = stage.seen(&order).await;
    assert_eq!((&seen["status"], &seen["deadlines"]), (&json!("refunded"), &json!([])));
    assert_eq!(seen["phase"]["ended"]["data_download"]["status"], "withdrawn");
    stage.provider.post(&format!("{order}/data"), json!({ "note": "Here." })).await.refused(
        409,
        "data_download_not_granted",
        Some("W19"),
    );
    assert!(stage.unsound().is_empty());
}
