//! From a draft to the catalogue, and what stands in the way.
use crate::stage::{Stage, cny, names, software};
use kernel::{Category, ProviderId, QualificationId};
use serde_json::json;
use uuid::Uuid;

#[tokio::test]
async fn what_nothing_is_found_in_is_published_at_once_and_told() {
    let stage = Stage::new().await;
    let listing = stage.drafted(software("Stock keeping"), 3).await;
    let submitted = stage.provider.post(&format!("{listing}/submit"), json!({})).await;
    assert_eq!(submitted.etag(), Some("\"4\""), "created, drafted, screened, published: {}", submitted.text);
    let seen = submitted.ok();
    assert_eq!((&seen["status"], &seen["on_sale"]), (&json!("published"), &json!(true)));
    assert_eq!(seen["screening"]["verdict"], "pass");
    assert_eq!(seen["approved"]["terms"]["price"], cny("120.00"));
    assert_eq!(stage.on_sale().await, ["Stock keeping"]);

    let told = stage.told().await;
    let [(fact, data)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(fact, "published");
    assert_eq!(data["listing"], seen["id"]);
    assert_eq!(data["published"]["content_hash"], seen["approved"]["terms"]["content_hash"]);

    stage.provider.post(&format!("{listing}/withdraw"), json!({})).await.ok();
    assert!(stage.on_sale().await.is_empty());
    stage.provider.post(&format!("{listing}/withdraw"), json!({})).await.refused(
        409,
        "listing_already_withdrawn",
        None,
    );
    stage.provider.post(&format!("{listing}/republish"), json!({})).await.ok();
    assert_eq!(stage.on_sale().await, ["Stock keeping"]);
    let facts: Vec<_> = stage.told().await.into_iter().map(|(fact, _)| fact).collect();
    assert_eq!(facts, ["unpublished", "published"]);
}

#[tokio::test]
async fn a_hard_finding_rejects_with_the_rule_and_the_words_and_a_mended_revision_passes() {
    let stage = Stage::new().await;
    let mut content = software("仓库管理");
    content["description"] = json!("一个简单的仓库工具。更多信息请看 www.shop-example.net 页面。");
    let listing = stage.drafted(content.clone(), 3).await;
    let seen = stage.provider.post(&format!("{listing}/submit"), json!({})).await.ok();
    assert_eq!(seen["status"], "rejected");
    let finding = &seen["screening"]["findings"][0];
    assert_eq!((&finding["rule"], &finding["row"]), (&json!("M4.1.g"), &json!("M5.25")));
    let text: String = content["description"].as_str().unwrap().to_owned();
    let (start, end) = (finding["start"].as_u64().unwrap() as usize, finding["end"].as_u64().unwrap() as usize);
    let words: String = text.chars().skip(start).take(end - start).collect();
    assert_eq!(words, "www.shop-example.net", "spans count characters, not bytes");

    let revision = format!("{listing}/revisions/{}", seen["working"]["revision"].as_str().unwrap());
    let shown = stage.provider.get(&revision).await.ok();
    assert_eq!(shown["status"], "rejected");
    assert_eq!(shown["screening"]["findings"], seen["screening"]["findings"]);
    assert_eq!(shown["decision"]["rules"], json!(["M4.1.g", "M5.25"]));
    assert_eq!(shown["content"]["description"], content["description"]);

    let again = stage.provider.post(&format!("{listing}/submit"), json!({})).await;
    again.refused(409, "revision_was_rejected", None);
    content["description"] = json!("一个简单的仓库工具。");
    content["pictures"] = json!(names(&shown["content"]["pictures"], "id"));
    let revised = stage.provider.post(&format!("{listing}/revisions"), content).await;
    assert_eq!(revised.status, 201);
    let location = revised.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(stage.provider.get(&location).await.ok()["number"], 2);
    let seen = stage.provider.post(&format!("{listing}/submit"), json!({})).await.ok();
    assert_eq!(seen["status"], "published", "{seen}");
}

#[tokio::test]
async fn the_published_revision_stays_until_the_next_one_passes() {
    let stage = Stage::new().await;
    let listing = stage.published("Stock keeping").await;
    let mut next = software("Stock keeping in colour");
    next["pictures"] = json!([stage.picture(&listing, "one.png").await]);
    stage.provider.post(&format!("{listing}/revisions"), next).await.ok();
    let seen = stage.provider.post(&format!("{listing}/submit"), json!({})).await.ok();
    assert_eq!((&seen["status"], &seen["working"]["step"]), (&json!("published"), &json!("queued")));
    assert_eq!(stage.on_sale().await, ["Stock keeping"]);
    stage.moderator.post(&format!("{listing}/claim"), json!({})).await.ok();
    stage.moderator.post(&format!("{listing}/approve"), json!({})).await.ok();
    assert_eq!(stage.on_sale().await, ["Stock keeping in colour"]);
}

#[tokio::test]
async fn only_a_qualified_provider_publishes() {
    let stage = Stage::unqualified().await;
    let listing = stage.drafted(software("Stock keeping"), 3).await;
    let submit = format!("{listing}/submit");
    let (code, rule) = ("not_qualified_to_list", "M3.1");
    stage.provider.post(&submit, json!({})).await.refused(409, code, Some(rule));
    let offered = stage.provider.get(&listing).await.ok();
    let offered = offered["actions"].as_array().unwrap().iter().find(|one| one["action"] == "submit").unwrap().clone();
    assert_eq!((&offered["allowed"], &offered["code"]), (&json!(false), &json!(code)));

    // Another category's qualification is no help.
    stage.qualifies_by(QualificationId(Uuid::now_v7()), Category::Design, 1, "active").await;
    stage.rest().await;
    stage.provider.post(&submit, json!({})).await.refused(409, code, Some(rule));
    stage.qualifies(1, "expiring").await;
    stage.rest().await;
    stage.provider.post(&submit, json!({})).await.ok();
    assert_eq!(stage.on_sale().await, ["Stock keeping"]);
}

#[tokio::test]
async fn what_aims_at_the_eu_needs_the_course_first() {
    let stage = Stage::new().await;
    let mut content = software("Stock keeping");
    content["targets_eu"] = json!(true);
    let listing = stage.drafted(content, 3).await;
    let submit = format!("{listing}/submit");
    stage.provider.post(&submit, json!({})).await.refused(409, "eu_course_missing", Some("P4"));
    stage.stands(1, true, false).await;
    stage.rest().await;
    assert_eq!(stage.provider.post(&submit, json!({})).await.ok()["status"], "published");
}

#[tokio::test]
async fn the_same_service_is_offered_once_by_one_provider() {
    let stage = Stage::new().await;
    stage.published("Stock keeping").await;
    let twin = stage.drafted(software("Stock  KEEPING"), 3).await;
    let submit = format!("{twin}/submit");
    stage.provider.post(&submit, json!({})).await.refused(409, "same_service_again", Some("M5.17"));
    assert_eq!(stage.status(&twin).await, "draft");
}

#[tokio::test]
async fn what_cannot_be_stored_is_refused_by_field() {
    let stage = Stage::new().await;
    let listing = stage.opened().await;
    let revisions = format!("{listing}/revisions");
    let cases = [
        (json!({ "title": "x".repeat(201) }), "listing_text_too_long", "title", None),
        (json!({ "elements": { "colour": "red" } }), "unknown_listing_element", "elements", Some("M4.1.a")),
        (json!({ "price": cny("0.00") }), "listing_price_not_positive", "price", Some("M4.1.a")),
        (json!({ "delivery_days": 0 }), "listing_figure_out_of_bounds", "delivery_days", None),
        (json!({ "pictures": ["fil_01h455vb4pex5vsknk084sn02q"] }), "unknown_listing_file", "pictures", None),
        (json!({ "titel": "x" }), "body_invalid", "titel", None),
        (json!({ "price": { "amount": "1.005", "currency": "CNY" } }), "body_invalid", "price", None),
        (json!({ "modules": [{ "heading": "x" }] }), "body_invalid", "modules.0.text", None),
    ];
    for (content, code, field, rule) in cases {
        let problem = stage.provider.post(&revisions, content).await.refused(422, code, rule);
        assert_eq!(problem["field"], field);
    }
    let body = json!({ "category": "design", "agent_operation": true });
    let problem =
        stage.provider.post("/v1/listings", body).await.refused(422, "agent_operation_elsewhere", Some("M2.4"));
    assert_eq!(problem["field"], "agent_operation");
    stage.provider.post(&format!("{listing}/submit"), json!({})).await.refused(409, "no_draft_to_submit", None);
    assert_eq!(stage.provider.get(&listing).await.etag(), Some("\"1\""), "nothing happened");
}

#[tokio::test]
async fn a_dry_run_finds_what_a_submission_would_and_stores_nothing() {
    let stage = Stage::unqualified().await;
    let mut content = software("Stock keeping, the best on Taobao");
    content["elements"] = json!({ "function": "Counts stock." });
    let body = json!({ "category": "software", "content": content });
    let dry = stage.provider.post_with("/v1/listings/dry-run", body.clone(), &[]).await.ok();
    assert_eq!(dry["verdict"], "reject");
    let rules = names(&dry["findings"], "rule");
    for rule in ["D2.2", "M4.1.c", "M4.2.c.2", "C6"] {
        assert!(rules.contains(&rule), "{rule} in {rules:?}");
    }
    assert!(stage.provider.get("/v1/listings").await.ok()["items"].as_array().unwrap().is_empty());

    let mut long = body.clone();
    long["content"]["title"] = json!("x".repeat(201));
    let problem = stage.provider.post_with("/v1/listings/dry-run", long, &[]).await;
    assert_eq!(problem.refused(422, "listing_text_too_long", None)["field"], "content.title");
    stage.merchant.post_with("/v1/listings/dry-run", body, &[]).await.refused(403, "role_required", None);
}

#[tokio::test]
async fn a_command_is_carried_out_once_and_on_the_version_it_is_based_on() {
    let stage = Stage::new().await;
    let key = [("Idempotency-Key", "the-same")];
    let first = stage.provider.post_with("/v1/listings", json!({ "category": "software" }), &key).await;
    let second = stage.provider.post_with("/v1/listings", json!({ "category": "software" }), &key).await;
    assert_eq!((first.status, &first.json), (second.status, &second.json));
    assert_eq!(second.headers["idempotent-replayed"], "true");
    let reused = stage.provider.post_with("/v1/listings", json!({ "category": "design" }), &key).await;
    reused.refused(422, "idempotency_key_reused", None);
    stage.provider.post_with("/v1/listings", json!({}), &[]).await.refused(400, "idempotency_key_missing", None);

    let listing = format!("/v1/listings/{}", first.json["id"].as_str().unwrap());
    let revisions = format!("{listing}/revisions");
    let on = |version: &'static str| [("Idempotency-Key", version), ("If-Match", version)];
    stage.provider.post_with(&revisions, software("A"), &on("\"7\"")).await.refused(412, "version_mismatch", None);
    let drafted = stage.provider.post_with(&revisions, software("A"), &on("\"1\"")).await;
    assert_eq!((drafted.status, drafted.etag()), (201, Some("\"2\"")));
    let same = stage.provider.post(&revisions, software("A")).await;
    assert_eq!((same.status, same.etag()), (200, Some("\"2\"")), "the draft says so already");
}

#[tokio::test]
async fn strangers_find_nothing_and_the_wrong_role_does_nothing() {
    let stage = Stage::new().await;
    let listing = stage.queued("Stock keeping").await;
    let stranger = stage.provider(ProviderId(Uuid::now_v7()));
    for one in [&stranger, &stage.merchant, &stage.staff(kernel::Role::Reviewer)] {
        for path in ["", "/revisions", "/timeline"] {
            one.get(&format!("{listing}{path}")).await.refused(404, "not_found", None);
        }
        for command in ["submit", "recall", "withdraw", "claim", "release"] {
            one.post(&format!("{listing}/{command}"), json!({})).await.refused(404, "not_found", None);
        }
    }
    for command in ["claim", "release"] {
        let refused = stage.provider.post(&format!("{listing}/{command}"), json!({})).await;
        refused.refused(403, "listing_not_yours_to_act_on", None);
    }
    for command in ["submit", "recall", "withdraw"] {
        let refused = stage.moderator.post(&format!("{listing}/{command}"), json!({})).await;
        refused.refused(403, "listing_not_yours_to_act_on", None);
    }
    stage.merchant.post("/v1/listings", json!({ "category": "software" })).await.refused(403, "role_required", None);
    stage.merchant.get("/v1/listings").await.refused(403, "role_required", None);
    for path in [listing.as_str(), "/v1/listings", "/v1/listings/catalogue"] {
        stage.nobody().get(path).await.refused(401, "token_missing", None);
    }
    stage.provider.get("/v1/listings/lst_01h455vb4pex5vsknk084sn02q").await.refused(404, "not_found", None);
}
