//! Lists, tenancy, and the habits of the API.
use crate::stage::{Stage, cny, escalation, exhibit, found_on, ruling};
use kernel::{MerchantId, ProviderId, Role, TimeDelta};
use serde_json::{Value, json};
use uuid::Uuid;

/// Every command, with a body that is acceptable in form.
fn commands() -> Vec<(&'static str, Value)> {
    let amount = json!({ "to_merchant": cny("1.00") });
    vec![
        ("proposals", amount.clone()),
        ("proposals/0193a0c0-0000-7000-8000-000000000001/accept", amount),
        ("proposals/0193a0c0-0000-7000-8000-000000000001/decline", json!({})),
        ("refuse", json!({ "reasons": "No." })),
        ("extend-negotiation", json!({})),
        ("withdraw", json!({})),
        ("escalate", escalation()),
        ("claim", json!({})),
        ("release", json!({})),
        ("hand-over", json!({ "to": "arbitrator-2" })),
        ("conflicts", json!({ "reason": "A cousin." })),
        ("decision", ruling()),
        ("claims", json!({ "claim": "quality", "statement": "It also crashes." })),
        ("evidence", exhibit("A frame")),
        ("evidence/0193a0c0-0000-7000-8000-000000000001/discard", json!({})),
        ("evidence/seal", json!({})),
        ("evidence/4/contest", json!({ "reason": "Not ours." })),
        ("evidence/4/ruling", json!({ "ruling": "exclude", "reason": "Not ours." })),
        ("evidence-requests", json!({ "of": "provider", "asks": "The price list." })),
        ("findings", found_on(2)),
        ("decision/confirm", json!({ "hash": "0" })),
        ("decision/return", json!({ "reasons": "Think again." })),
        ("suspension", json!({})),
        ("proceedings", json!({ "forum": "court", "reason": "We have sued." })),
        ("proceedings/reports", json!({ "reference": "1", "text": "Filed." })),
        ("resume", json!({ "reason": "We agree." })),
        ("appeal", json!({ "ground": { "error": { "articles": ["D2.2"] } }, "text": "No." })),
        ("appeal/withdraw", json!({})),
        ("forum-outcome", json!({ "forum": "court", "reference": "1", "text": "All.", "to_merchant": cny("1.00") })),
    ]
}

#[tokio::test]
async fn a_case_is_nobodys_business_but_its_parties_and_the_staff_for_it() {
    let stage = Stage::new().await;
    let case = stage.open().await;
    let proposed = stage.provider.post(&format!("{case}/proposals"), json!({ "to_merchant": cny("1.00") })).await;
    let proposal = proposed.headers["location"].to_str().unwrap().to_owned();
    let strangers = [
        stage.suite_provider(),
        stage.suite_merchant(),
        stage.staff(Role::Moderator),
        stage.staff(Role::ComplianceOfficer),
    ];
    let item = stage.drafted(&stage.merchant, &case, "A frame").await;
    let file = stage.merchant.upload(&format!("{case}/files"), "frame.png", "image/png", b"a frame").await.ok();
    let file = format!("{case}/files/{}", file["id"].as_str().unwrap());
    let mut reads = vec![case.clone(), format!("{case}/timeline"), format!("{case}/proposals"), proposal, item, file];
    for more in [
        "decision",
        "decisions",
        "decision/draft",
        "file",
        "file/verify",
        "file/bundle",
        "proof",
        "recommendation",
        "evidence",
        "evidence-requests",
        "findings",
    ] {
        reads.push(format!("{case}/{more}"));
    }
    for path in &reads {
        stage.nobody().get(path).await.refused(401, "token_missing", None);
        for stranger in &strangers {
            stranger.get(path).await.refused(404, "not_found", None);
        }
    }
    for (command, body) in commands() {
        let path = format!("{case}/{command}");
        stage.nobody().post(&path, body.clone()).await.refused(401, "token_missing", None);
        for stranger in &strangers {
            stranger.post(&path, body.clone()).await.refused(404, "not_found", None);
        }
    }
    stage.nobody().get("/v1/disputes").await.refused(401, "token_missing", None);
    stage.staff(Role::Moderator).get("/v1/disputes").await.refused(403, "role_required", None);
    for list in [strangers[0].get("/v1/disputes").await, strangers[1].get("/v1/disputes").await] {
        assert_eq!(list.ok()["items"], json!([]));
    }
    // A proposal of one case is not found under another.
    let other = stage.open().await;
    let id = reads[3].rsplit('/').next().unwrap();
    stage.merchant.get(&format!("{other}/proposals/{id}")).await.refused(404, "not_found", None);
}

impl Stage {
    fn suite_provider(&self) -> testkit::Client {
        self.provider(ProviderId(Uuid::now_v7()))
    }

    fn suite_merchant(&self) -> testkit::Client {
        self.merchant(MerchantId(Uuid::now_v7()))
    }
}

#[tokio::test]
async fn the_other_sides_persons_are_hidden() {
    let stage = Stage::new().await;
    let case = stage.open().await;
    stage.provider.post(&format!("{case}/proposals"), json!({ "to_merchant": cny("1.00") })).await.ok();
    stage.merchant.post(&format!("{case}/extend-negotiation"), json!({})).await.ok();
    let timeline = format!("{case}/timeline");
    let persons = |seen: Value| -> Vec<Value> {
        seen["items"].as_array().unwrap().iter().map(|entry| entry["person"].clone()).collect()
    };
    assert_eq!(persons(stage.provider.get(&timeline).await.ok()), [json!(null), json!("provider-person"), json!(null)]);
    assert_eq!(persons(stage.merchant.get(&timeline).await.ok()), [json!(null), json!(null), json!("merchant-person")]);
    let all = persons(stage.staff(Role::Operator).get(&timeline).await.ok());
    assert_eq!(all, [json!(null), json!("provider-person"), json!("merchant-person")]);
    for (reader, hidden) in [(&stage.provider, "merchant-person"), (&stage.merchant, "provider-person")] {
        assert!(!reader.get(&case).await.text.contains(hidden));
    }
}

#[tokio::test]
async fn lists_page_filter_and_come_in_the_order_that_the_reader_needs() {
    let stage = Stage::new().await;
    let mut cases = vec![];
    for nth in 0..5 {
        let case = stage.open().await;
        if nth < 3 {
            stage.merchant.post(&format!("{case}/escalate"), escalation()).await.ok();
        }
        cases.push(case.rsplit('/').next().unwrap().to_owned());
        stage.advance(TimeDelta::minutes(10)).await;
    }
    let newest: Vec<_> = cases.iter().rev().cloned().collect();
    for reader in [&stage.provider, &stage.merchant, &stage.staff(Role::Operator)] {
        assert_eq!(all(reader, "/v1/disputes?limit=2").await, newest);
    }
    let arbitrator = stage.arbitrator("arbitrator-1");
    // The negotiations end before the decisions are due.
    let breach = [&cases[3], &cases[4], &cases[0], &cases[1], &cases[2]];
    assert_eq!(all(&arbitrator, "/v1/disputes?limit=2").await.iter().collect::<Vec<_>>(), breach);
    assert_eq!(all(&arbitrator, "/v1/disputes?stage=arbitration").await, cases[..3]);

    arbitrator.post(&format!("/v1/disputes/{}/claim", cases[1]), json!({})).await.ok();
    assert_eq!(all(&arbitrator, "/v1/disputes?assigned=mine").await, cases[1..2]);
    let waiting = [cases[0].clone(), cases[2].clone()];
    assert_eq!(all(&arbitrator, "/v1/disputes?assigned=unassigned&limit=1").await, waiting);
    // A side that hands in its evidence unasked does not take its case out of the queue.
    let handed_in = format!("/v1/disputes/{}", cases[2]);
    stage.drafted(&stage.merchant, &handed_in, "A frame").await;
    let seen = stage.merchant.post(&format!("{handed_in}/evidence/seal"), json!({})).await.ok();
    assert_eq!(seen["status"], "evidence");
    let queue = all(&arbitrator, "/v1/disputes?assigned=unassigned").await;
    assert_eq!((queue.len(), queue.contains(&cases[2])), (2, true));
    assert_eq!(all(&stage.arbitrator("arbitrator-2"), "/v1/disputes?assigned=mine").await, Vec::<String>::new());
    let refused = stage.merchant.get("/v1/disputes?assigned=mine").await.refused(403, "role_required", None);
    assert_eq!(refused["field"], "assigned");
    assert_eq!(all(&stage.merchant, "/v1/disputes?status=waiting_for_provider").await, newest[..2]);
    let order =
        stage.merchant.get(&format!("/v1/disputes/{}", cases[4])).await.ok()["order"].as_str().unwrap().to_owned();
    assert_eq!(all(&stage.merchant, &format!("/v1/disputes?order={order}")).await, newest[..1]);

    let line = stage.merchant.get("/v1/disputes?stage=arbitration&status=under_review").await.ok();
    assert_eq!((&line["items"][0]["assigned"], &line["items"][0]["arbitrator"]), (&json!(true), &json!(null)));
    for (query, field) in
        [("stage=court", "stage"), ("assigned=yours", "assigned"), ("order=cas_1", "order"), ("colour=red", "colour")]
    {
        let refused = arbitrator.get(&format!("/v1/disputes?{query}")).await.refused(400, "query_invalid", None);
        assert_eq!(refused["field"], field);
    }
    arbitrator.get("/v1/disputes?limit=0").await.refused(400, "limit_invalid", None);
    arbitrator.get("/v1/disputes?cursor=x").await.refused(400, "cursor_invalid", None);

    let timeline = format!("/v1/disputes/{}/timeline", cases[1]);
    let first = stage.merchant.get(&format!("{timeline}?limit=2")).await.ok();
    let next = first["next_cursor"].as_str().unwrap();
    let rest = stage.merchant.get(&format!("{timeline}?limit=2&cursor={next}")).await.ok();
    assert_eq!((&first["items"][1]["event"], &rest["items"][0]["event"]), (&json!("escalated"), &json!("claimed")));
    assert_eq!(rest["next_cursor"], Value::Null);
}

/// The ids of a whole list, page by page.
async fn all(reader: &testkit::Client, path: &str) -> Vec<String> {
    let (mut ids, mut next) = (vec![], path.to_owned());
    loop {
        let page = reader.get(&next).await.ok();
        ids.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("{path}{}cursor={cursor}", if path.contains('?') { '&' } else { '?' }),
            None => return ids,
        }
    }
}

#[tokio::test]
async fn a_command_is_carried_out_once_per_key_and_only_on_the_version_it_names() {
    let stage = Stage::new().await;
    let case = stage.open().await;
    let proposals = format!("{case}/proposals");
    let body = json!({ "to_merchant": cny("300.00") });
    stage.provider.post_with(&proposals, body.clone(), &[]).await.refused(400, "idempotency_key_missing", None);
    let key = [("Idempotency-Key", "one")];
    let first = stage.provider.post_with(&proposals, body.clone(), &key).await;
    let again = stage.provider.post_with(&proposals, body.clone(), &key).await;
    assert_eq!((first.status, &first.text, &first.headers["location"]), (201, &again.text, &again.headers["location"]));
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(stage.provider.get(&case).await.ok()["proposals_made"]["provider"], 1);
    let reused = stage.provider.post_with(&proposals, json!({ "to_merchant": cny("1.00") }), &key).await;
    reused.refused(422, "idempotency_key_reused", None);

    let stale =
        stage.provider.post_with(&proposals, body.clone(), &[("Idempotency-Key", "two"), ("If-Match", "\"1\"")]).await;
    assert_eq!(stale.refused(412, "version_mismatch", None)["current"], 2);
    let fresh = stage.provider.post_with(&proposals, body, &[("Idempotency-Key", "two"), ("If-Match", "\"2\"")]).await;
    assert_eq!((fresh.status, fresh.etag()), (201, Some("\"3\"")));
}

#[tokio::test]
async fn bad_input_is_named_by_field() {
    let stage = Stage::new().await;
    let case = stage.open().await;
    for (command, body, field) in [
        ("proposals", json!({}), "to_merchant"),
        ("proposals", json!({ "to_merchant": "300" }), "to_merchant"),
        ("proposals", json!({ "to_merchant": cny("1.001") }), "to_merchant"),
        ("proposals", json!({ "to_merchant": cny("1"), "amount": 1 }), "amount"),
        ("refuse", json!({}), "reasons"),
        ("claim", json!({ "until": "ever" }), "until"),
        ("decision", json!({ "to_merchant": cny("1"), "rules": "D2.2" }), "rules"),
        ("hand-over", json!({ "to": 7 }), "to"),
    ] {
        let refused = stage.provider.post(&format!("{case}/{command}"), body).await.refused(422, "body_invalid", None);
        assert_eq!(refused["field"], field, "{command}");
    }
}
