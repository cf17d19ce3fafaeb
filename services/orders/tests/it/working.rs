//! Cooperation, changes of terms, service periods with their downtime, the provider's ending.
use crate::stage::{Stage, by_month, deadline, facts};
use kernel::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::test]
async fn cooperation_told_of_beforehand_stops_the_delivery_clock() {
    let stage = Stage::new().await;
    let order = stage.started().await;
    let ask = format!("{order}/cooperation-requests");
    let what = |basis: Value| json!({ "what": "The logo, please.", "basis": basis });
    for basis in [json!({ "listing": 7 }), json!({ "agreement": 1 }), json!({ "message": Uuid::now_v7() })] {
        let refused = stage.provider.post(&ask, what(basis)).await;
        assert_eq!(refused.refused(422, "cooperation_without_notice", Some("D2.6"))["field"], "basis");
    }
    let seen = stage.provider.post(&ask, what(Value::Null)).await.ok();
    assert_eq!(
        (&seen["phase"]["cooperation"]["is_due"], &deadline(&seen, "delivery")["status"]),
        (&json!(false), &json!("running"))
    );
    let seen = stage.provider.post(&ask, what(json!({ "listing": 0 }))).await.ok();
    assert_eq!(
        (&deadline(&seen, "delivery")["status"], &deadline(&seen, "cooperation")["rule"]),
        (&json!("paused"), &json!("W8"))
    );
    let pending = stage.provider.post(&ask, what(json!({ "listing": 0 }))).await;
    pending.refused(409, "cooperation_pending", Some("D2.7"));
    let left = seen["phase"]["owed"]["remaining_seconds"].as_i64().unwrap();
    assert!(seen["phase"]["cooperation"]["notice_by_at"].is_string());
    stage.serve(&order).await;
    assert_eq!(stage.seen(&order).await["phase"]["cooperation"].get("notice_by_at"), None);
    stage.advance(TimeDelta::days(2)).await;
    let material = stage.file(&stage.merchant, &order, "logo").await;
    let give = json!({ "note": "Here.", "files": [material] });
    let seen = stage.merchant.post(&format!("{order}/cooperation/provide"), give).await.ok();
    let due: kernel::Time = seen["phase"]["owed"]["due_at"].as_str().unwrap().parse().unwrap();
    let remaining = (due - stage.now().await).num_seconds();
    assert!((left - 60..=left).contains(&remaining), "{remaining} of {left}");
    let again = stage.merchant.post(&format!("{order}/cooperation/decline"), json!({ "reason": "No." })).await;
    again.refused(409, "cooperation_not_requested", Some("D2.7"));
}

#[tokio::test]
async fn a_message_of_the_provider_is_notice_and_one_of_the_merchant_or_of_another_order_is_none() {
    let stage = Stage::new().await;
    let (order, other) = (stage.started().await, stage.started().await);
    let say = async |order: &str, who: &testkit::Client| {
        let sent =
            who.post(&format!("{order}/messages"), json!({ "text": "You will have to send photographs." })).await;
        sent.ok()["id"].clone()
    };
    let ask = async |message: &Value| {
        let body = json!({ "what": "The photographs.", "basis": { "message": message } });
        stage.provider.post(&format!("{order}/cooperation-requests"), body).await
    };
    for message in [say(&order, &stage.merchant).await, say(&other, &stage.provider).await] {
        ask(&message).await.refused(422, "cooperation_without_notice", Some("D2.6"));
    }
    let told = say(&order, &stage.provider).await;
    assert_eq!(ask(&told).await.ok()["phase"]["cooperation"]["is_due"], true);
}

#[tokio::test]
async fn a_provider_without_cooperation_ends_the_work_and_is_paid_if_the_merchant_stays_silent() {
    let stage = Stage::new().await;
    let order = stage.started().await;
    let ask = json!({ "what": "The logo, please.", "basis": { "listing": 0 } });
    stage.provider.post(&format!("{order}/cooperation-requests"), ask).await.ok();
    let declined = stage.merchant.post(&format!("{order}/cooperation/decline"), json!({ "reason": "No." })).await.ok();
    assert!(declined["phase"]["withheld_since_at"].is_string());
    let ended = stage.provider.post(&format!("{order}/terminate"), json!({ "reason": "No logo." })).await.ok();
    assert_eq!(
        (&ended["status"], &deadline(&ended, "withheld_cooperation_claim")["rule"]),
        (&json!("in_progress"), &json!("D2.7"))
    );
    assert!(ended["phase"]["claim_until_at"].is_string());
    stage.pass(&order, "withheld_cooperation_claim").await;
    assert_eq!(stage.seen(&order).await["status"], "completed");
    let other = stage.started().await;
    let ended = stage.provider.post(&format!("{other}/terminate"), json!({ "reason": "No time." })).await.ok();
    assert_eq!((&ended["status"], &ended["phase"]["ended"]["rules"][0]), (&json!("cancelled"), &json!("D3.4.2")));
}

#[tokio::test]
async fn terms_change_when_both_want_it() {
    let stage = Stage::new().await;
    let order = stage.started().await;
    let changes = format!("{order}/changes");
    let later = stage.now().await + TimeDelta::days(20);
    let later = later.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let wanted = json!({ "change": { "deliver_by": later, "modifications": 3 }, "reason": "More work." });
    stage.provider.post(&changes, json!({ "change": {}, "reason": "x" })).await.refused(
        422,
        "change_empty",
        Some("D2.4"),
    );
    let far = json!({ "change": { "modifications": 1000 }, "reason": "x" });
    let refused = stage.provider.post(&changes, far).await.refused(422, "change_out_of_bounds", Some("D2.4"));
    assert_eq!(refused["field"], "change.modifications");
    let seen = stage.provider.post(&changes, wanted.clone()).await.ok();
    let proposal = seen["proposal"]["id"].as_str().unwrap().to_owned();
    stage.merchant.post(&changes, wanted.clone()).await.refused(409, "change_pending", Some("D2.4"));
    let accept = format!("{changes}/{proposal}/accept");
    stage.provider.post(&accept, json!({})).await.refused(403, "order_action_not_yours", None);
    let other = stage.merchant.post(&format!("{changes}/{}/accept", Uuid::now_v7()), json!({})).await;
    other.refused(422, "change_replaced", Some("D2.4"));
    let seen = stage.merchant.post(&accept, json!({})).await.ok();
    assert_eq!((&seen["agreed"]["modifications"], &seen["phase"]["owed"]["due_at"]), (&json!(3), &json!(later)));
    assert_eq!((&seen["terms"]["modifications"], &seen["proposal"]), (&json!(1), &Value::Null));
    let seen = stage.merchant.post(&changes, wanted.clone()).await.ok();
    let proposal = seen["proposal"]["id"].as_str().unwrap();
    stage.provider.post(&format!("{changes}/{proposal}/decline"), json!({})).await.ok();
    let seen = stage.merchant.post(&changes, wanted).await.ok();
    assert_eq!(deadline(&seen, "change")["rule"], "W9");
    stage.serve(&order).await;
    assert_eq!(stage.seen(&order).await["proposal"].get("notice_by_at"), None);
    stage.pass(&order, "change").await;
    assert_eq!(stage.events(&order).await.last().unwrap(), "change_refused");
    stage.provider.post(&format!("{changes}/nonsense/accept"), json!({})).await.refused(404, "not_found", None);
}

#[tokio::test]
async fn a_service_period_grows_by_downtime_and_completes_when_claims_close() {
    let stage = Stage::selling(by_month()).await;
    let order = stage.placed_of(2).await;
    stage.pay(&order).await;
    stage.rest().await;
    stage.begin(&order).await;
    stage.deliver(&order).await;
    let seen = stage.merchant.post(&format!("{order}/accept"), json!({})).await.ok();
    assert_eq!((&seen["status"], &seen["amount"]["amount"]), (&json!("accepted"), &json!("2400.00")));
    stage.advance(TimeDelta::days(3)).await;
    let now = stage.now().await;
    let down = |from: i64, to: i64| {
        let at = |hours| now - TimeDelta::hours(hours);
        json!({ "interval": { "from": at(from), "to": at(to) }, "cause": "A failed update." })
    };
    let before = seen["phase"]["period"]["ends_at"].as_str().unwrap().parse::<kernel::Time>().unwrap();
    let seen = stage.provider.post(&format!("{order}/downtimes"), down(10, 8)).await.ok();
    let after = seen["phase"]["period"]["ends_at"].as_str().unwrap().parse::<kernel::Time>().unwrap();
    assert_eq!(after - before, TimeDelta::hours(2));
    let overlapping = stage.provider.post(&format!("{order}/downtimes"), down(9, 7)).await;
    assert_eq!(overlapping.refused(422, "downtime_interval_invalid", Some("D3.1.3"))["field"], "interval");
    let report = format!("{order}/downtimes/report");
    let seen = stage.merchant.post(&report, down(6, 5)).await.ok();
    let id = seen["phase"]["period"]["reports"][0]["id"].as_str().unwrap().to_owned();
    let seen = stage.provider.post(&format!("{order}/downtimes/{id}/confirm"), json!({})).await.ok();
    assert_eq!(seen["phase"]["period"]["downtimes"].as_array().unwrap().len(), 2);
    let none = stage.provider.post(&format!("{order}/downtimes/{id}/confirm"), json!({})).await;
    none.refused(409, "downtime_not_reported", Some("D3.1.3"));
    let seen = stage.merchant.post(&report, down(4, 3)).await.ok();
    let id = seen["phase"]["period"]["reports"][0]["id"].as_str().unwrap();
    let deny = format!("{order}/downtimes/{id}/deny");
    let reason = json!({ "reason": "Our monitor saw it answer." });
    stage.merchant.post(&deny, reason.clone()).await.refused(403, "order_action_not_yours", None);
    stage.recorded().await;
    let denied = stage.provider.post(&deny, reason).await.ok();
    assert_eq!(denied["phase"]["period"]["reports"], json!([]));
    assert_eq!(denied["phase"]["period"]["ends_at"], seen["phase"]["period"]["ends_at"]);
    assert_eq!(deadline(&denied, "downtime_answer"), &Value::Null);
    let [told] = &stage.recorded().await[..] else { panic!("one message") };
    assert_eq!(told.told.record.event, "downtime_denied");
    let paper = told.paper.as_ref().unwrap();
    assert_eq!((paper.kind.as_str(), &paper.content["text"]), ("deadline_kept", &json!("Our monitor saw it answer.")));
    assert_eq!(paper.content["details"]["about"], id);
    stage.merchant.post(&report, down(4, 3)).await.ok();
    stage.pass(&order, "downtime_answer").await;
    assert_eq!(stage.seen(&order).await["phase"]["period"]["unreachable"], true);
    let open = stage.merchant.get("/v1/orders?status=accepted").await.ok();
    assert_eq!(open["items"][0]["due"], "service_period");
    stage.pass(&order, "period_claims").await;
    let told = stage.told().await;
    assert_eq!(facts(&told).last(), Some(&"completed"));
    assert_eq!(told.last().unwrap().1["rules"], json!(["W21", "X9"]));
}
