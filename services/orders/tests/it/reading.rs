//! Lists, tenancy, and the habits of the API.
use crate::stage::{Stage, agreement, application, revision};
use kernel::{ListingId, MerchantId, OrderId, ProviderId, Role};
use serde_json::{Value, json};
use uuid::Uuid;

/// Every command, with a body that is acceptable in form.
fn commands() -> Vec<(&'static str, Value)> {
    let (file, one) = ("fil_01h455vb4pex5vsknk084sn02q", "0193a0c0-0000-7000-8000-000000000001");
    let (files, reason) = (json!({ "files": [file] }), json!({ "reason": "So it is." }));
    let interval = json!({ "from": "2026-11-22T00:00:00Z", "to": "2026-11-22T01:00:00Z" });
    let down = json!({ "interval": interval, "cause": "Maintenance." });
    vec![
        ("agreement", agreement(file)),
        ("agreement/confirm", json!({ "file": file })),
        ("start", json!({})),
        ("cancel", json!({})),
        ("deliveries", files.clone()),
        ("accept", json!({})),
        ("modification-requests", json!({ "items": [{ "kind": "wish", "change": "Bluer." }] })),
        ("redeliveries", files),
        ("modification-requests/refuse", json!({ "items": [{ "problem": one, "reason": "No." }] })),
        ("reminders/answer", json!({ "statement": "Soon." })),
        ("refuse-to-perform", reason.clone()),
        ("cooperation-requests", json!({ "what": "A logo." })),
        ("cooperation/provide", json!({ "note": "Here." })),
        ("cooperation/decline", reason.clone()),
        ("changes", json!({ "change": { "modifications": 2 }, "reason": "More." })),
        ("changes/0193a0c0-0000-7000-8000-000000000001/accept", json!({})),
        ("changes/0193a0c0-0000-7000-8000-000000000001/decline", json!({})),
        ("terminate", reason),
        ("downtimes", down.clone()),
        ("downtimes/report", down),
        ("downtimes/0193a0c0-0000-7000-8000-000000000001/confirm", json!({})),
        ("refund-applications", application("quality")),
        ("messages", json!({ "text": "Hello." })),
    ]
}

#[tokio::test]
async fn an_order_is_nobodys_business_but_its_parties_and_the_staff_for_it() {
    let stage = Stage::new().await;
    let order = stage.delivered().await;
    let file = stage.file(&stage.merchant, &order, "x").await;
    stage.merchant.post(&format!("{order}/messages"), json!({ "text": "Hello." })).await.ok();
    stage.merchant.post(&format!("{order}/modification-requests"), commands()[6].1.clone()).await.ok();
    let strangers = [
        stage.provider(ProviderId(Uuid::now_v7())),
        stage.merchant(MerchantId(Uuid::now_v7())),
        stage.staff(Role::Moderator),
    ];
    let reads = [
        "",
        "/timeline",
        "/agreement",
        "/deliveries",
        "/deliveries/1",
        "/modification-requests",
        "/modification-requests/1",
        "/messages",
        "/messages/1",
        "/refund-eligibility",
        &format!("/files/{file}"),
    ]
    .map(|part| format!("{order}{part}"));
    for path in &reads {
        stage.nobody().get(path).await.refused(401, "token_missing", None);
        for stranger in &strangers {
            stranger.get(path).await.refused(404, "not_found", None);
        }
        for one in [&stage.merchant, &stage.provider, &stage.staff(Role::Operator)] {
            assert_eq!(one.get(path).await.status, 200, "{path}");
        }
    }
    for (command, body) in commands() {
        let path = format!("{order}/{command}");
        stage.nobody().post(&path, body.clone()).await.refused(401, "token_missing", None);
        for stranger in &strangers {
            stranger.post(&path, body.clone()).await.refused(404, "not_found", None);
        }
        assert_eq!(stage.staff(Role::Operator).post(&path, body.clone()).await.status, 403, "{command}");
        let unknown = format!("/v1/orders/{}/{command}", OrderId(Uuid::now_v7()));
        stage.provider.post(&unknown, body).await.refused(404, "not_found", None);
    }
    for stranger in &strangers {
        let upload = stranger.upload(&format!("{order}/files"), "a.txt", "text/plain", b"x").await;
        upload.refused(404, "not_found", None);
    }
    stage.merchant.get("/v1/orders/cas_01h455vb4pex5vsknk084sn02q").await.refused(404, "not_found", None);
}

#[tokio::test]
async fn the_timeline_tells_who_acted_but_not_which_person_of_the_other_side() {
    let stage = Stage::new().await;
    let order = stage.delivered().await;
    let seen = stage.merchant.get(&format!("{order}/timeline")).await.ok();
    let entries = seen["items"].as_array().unwrap();
    assert_eq!(
        entries.iter().map(|entry| entry["event"].as_str().unwrap()).collect::<Vec<_>>(),
        ["placed", "funded", "agreement_uploaded", "agreement_confirmed", "started", "delivered", "notice_served"]
    );
    assert_eq!((&entries[0]["party"], &entries[0]["person"]), (&json!("merchant"), &json!("merchant-person")));
    assert_eq!(entries[0]["details"]["extra_costs"][0]["kind"], "bank_fees");
    assert_eq!((&entries[1]["party"], entries[1].get("person")), (&json!("system"), None));
    assert_eq!((&entries[5]["party"], entries[5].get("person")), (&json!("provider"), None));
    assert_eq!((&entries[5]["text"], &entries[5]["details"]["round"]), (&json!("All of it."), &json!(1)));
    assert_eq!(entries[4]["rules"], json!(["D2.4", "M4.2.a.1"]));
    let staff = stage.staff(Role::ComplianceOfficer).get(&format!("{order}/timeline")).await.ok();
    assert_eq!(staff["items"][5]["person"], "provider-person");
    let page = stage.merchant.get(&format!("{order}/timeline?limit=4")).await.ok();
    let next = format!("{order}/timeline?limit=4&cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(stage.merchant.get(&next).await.ok()["items"], json!(entries[4..]));
}

#[tokio::test]
async fn lists_show_ones_own_page_by_page_and_filter() {
    let stage = Stage::new().await;
    let (first, second, third) = (stage.placed().await, stage.funded().await, stage.placed().await);
    let other = stage.merchant(MerchantId(Uuid::now_v7()));
    other.post("/v1/orders", stage.placement(revision())).await.ok();
    let ids = |page: &Value| {
        let items = page["items"].as_array().unwrap().iter();
        items.map(|item| format!("/v1/orders/{}", item["id"].as_str().unwrap())).collect::<Vec<_>>()
    };
    let page = stage.merchant.get("/v1/orders?limit=2").await.ok();
    assert_eq!(ids(&page), [third.clone(), second.clone()]);
    let next = format!("/v1/orders?limit=2&cursor={}", page["next_cursor"].as_str().unwrap());
    let rest = stage.merchant.get(&next).await.ok();
    assert_eq!((ids(&rest), &rest["next_cursor"]), (vec![first.clone()], &Value::Null));
    // A cursor opens nobody else's list.
    assert_eq!(other.get(&next).await.ok()["items"], json!([]));
    assert_eq!(stage.provider.get("/v1/orders").await.ok()["items"].as_array().unwrap().len(), 4);
    assert_eq!(stage.staff(Role::Operator).get("/v1/orders").await.ok()["items"].as_array().unwrap().len(), 4);
    let funded = stage.merchant.get("/v1/orders?status=funded").await.ok();
    assert_eq!(ids(&funded), [second]);
    let item = &funded["items"][0];
    assert_eq!((&item["title"], &item["amount"]["amount"]), (&json!("Shop design 店铺设计"), &json!("1200.00")));
    assert_eq!(item["due"], "agreement");
    assert_eq!(ids(&stage.merchant.get(&format!("/v1/orders?listing={}", stage.listing)).await.ok()).len(), 3);
    let foreign = format!("/v1/orders?listing={}", ListingId(Uuid::now_v7()));
    assert_eq!(stage.merchant.get(&foreign).await.ok()["items"], json!([]));
    for (query, code, field) in [
        ("status=lost", "query_invalid", "status"),
        ("colour=red", "query_invalid", "colour"),
        ("limit=0", "limit_invalid", "limit"),
        ("cursor=x", "cursor_invalid", "cursor"),
    ] {
        let refused = stage.merchant.get(&format!("/v1/orders?{query}")).await.refused(400, code, None);
        assert_eq!(refused["field"], field);
    }
    stage.nobody().get("/v1/orders").await.refused(401, "token_missing", None);
    stage.staff(Role::Moderator).get("/v1/orders").await.refused(403, "role_required", None);
}
