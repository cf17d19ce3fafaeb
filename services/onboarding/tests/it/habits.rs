//! The API's habits: who sees what, keys, versions, input, paging.
use crate::world::*;
use kernel::{MerchantId, Role};
use serde_json::json;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn strangers_and_wrong_roles_are_kept_out() {
    let suite = suite().await;
    let (provider, amy) = someone(&suite);
    let (_, sam) = someone(&suite);
    let qualification = qualified(&suite, &amy, 400).await;
    let application = opened_in_design(&amy).await;
    let profile = format!("/v1/providers/{provider}");
    let merchant = suite.merchant(MerchantId(Uuid::now_v7()));
    let moderator = suite.staff(Role::Moderator);
    let mut paths: Vec<String> = vec![application.clone(), qualification.clone(), profile.clone()];
    for sub in ["timeline", "checklist", "business", "shareholders", "credentials", "information-requests"] {
        paths.push(format!("{application}/{sub}"));
    }
    paths.extend([
        format!("{qualification}/timeline"),
        format!("{qualification}/documents"),
        format!("{profile}/timeline"),
    ]);
    for path in &paths {
        for stranger in [&sam, &merchant, &moderator] {
            stranger.get(path).await.refused(404, "not_found", None);
        }
        suite.nobody().get(path).await.refused(401, "token_missing", None);
    }
    let commands = [
        (format!("{application}/withdraw"), json!({})),
        (format!("{application}/claim"), json!({})),
        (format!("{qualification}/confirm"), json!({ "reasons": "Fine." })),
    ];
    for (command, body) in commands {
        sam.post(&command, body).await.refused(404, "not_found", None);
    }
    sam.post(&format!("{profile}/exit"), json!({})).await.refused(404, "not_found", None);
    amy.post(&format!("{application}/claim"), json!({})).await.refused(403, "application_action_not_yours", None);
    let open = json!({ "category": "software", "applicant": "company" });
    reviewer(&suite, "rita").post("/v1/applications", open.clone()).await.refused(404, "not_found", None);
    merchant.post("/v1/applications", open).await.refused(404, "not_found", None);
    for list in ["/v1/applications", "/v1/qualifications", "/v1/providers"] {
        merchant.get(list).await.refused(403, "role_required", None);
        moderator.get(list).await.refused(403, "role_required", None);
        suite.nobody().get(list).await.refused(401, "token_missing", None);
        assert_eq!(sam.get(list).await.ok()["items"], json!([]));
    }
    amy.get("/v1/applications?queue=all").await.refused(403, "role_required", None);
    sam.get(&format!("/v1/qualifications?provider={provider}")).await.refused(403, "role_required", None);
}

async fn opened_in_design(client: &testkit::Client) -> String {
    let opened = client.post("/v1/applications", json!({ "category": "design", "applicant": "company" })).await.ok();
    format!("/v1/applications/{}", text(&opened["id"]))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_carried_out_once_and_a_version_is_respected() {
    let suite = suite().await;
    let (_, amy) = someone(&suite);
    let open = json!({ "category": "software", "applicant": "company" });
    let first = amy.post_with("/v1/applications", open.clone(), &[("Idempotency-Key", "k1")]).await;
    let again = amy.post_with("/v1/applications", open.clone(), &[("Idempotency-Key", "k1")]).await;
    assert_eq!((again.status, &again.text), (201, &first.text));
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(again.headers["location"], first.headers["location"]);
    let other = json!({ "category": "design", "applicant": "company" });
    amy.post_with("/v1/applications", other, &[("Idempotency-Key", "k1")]).await.refused(
        422,
        "idempotency_key_reused",
        None,
    );
    amy.post_with("/v1/applications", open, &[]).await.refused(400, "idempotency_key_missing", None);

    let path = first.headers["location"].to_str().expect("a path").to_owned();
    let etag = amy.get(&path).await.etag().map(str::to_owned).expect("a version");
    let describe = format!("{path}/business");
    let with = |key: &'static str| [("Idempotency-Key", key), ("If-Match", etag.as_str())];
    let described = amy.post_with(&describe, business("1"), &with("k2")).await;
    assert_eq!(described.status, 200);
    amy.post_with(&describe, business("2"), &with("k3")).await.refused(412, "version_mismatch", None);
    assert_eq!(amy.get(&format!("{path}/business")).await.ok()["registration_number"], "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_named_by_its_field() {
    let suite = suite().await;
    let (_, amy) = someone(&suite);
    let field = |response: testkit::Response, status, code| response.refused(status, code, None)["field"].clone();
    let unknown = json!({ "category": "software", "applicant": "company", "colour": "red" });
    assert_eq!(field(amy.post("/v1/applications", unknown).await, 422, "body_invalid"), "colour");
    let odd = json!({ "category": "astrology", "applicant": "company" });
    assert_eq!(field(amy.post("/v1/applications", odd).await, 422, "body_invalid"), "category");
    let path = opened(&amy).await;
    let describe = format!("{path}/business");
    for (name, value, code) in [
        ("legal_name", json!(" "), "application_text_unfit"),
        ("country", json!("China"), "application_field_unfit"),
        ("in_business_since", json!("2001-01-01"), "application_date_unfit"),
    ] {
        let mut body = business("1");
        body[name] = value;
        assert_eq!(field(amy.post(&describe, body).await, 422, code), name);
    }
    let mut body = business("1");
    body["founded_on"] = json!("yesterday");
    assert_eq!(field(amy.post(&describe, body).await, 422, "body_invalid"), "founded_on");
    assert_eq!(field(amy.get("/v1/applications?status=lost").await, 400, "query_invalid"), "status");
    assert_eq!(field(amy.get("/v1/applications?limit=0").await, 400, "limit_invalid"), "limit");
    amy.get("/v1/applications/app_nonsense").await.refused(404, "not_found", None);
    amy.get(&path.replace("app_", "qua_")).await.refused(404, "not_found", None);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_page_and_filter() {
    let suite = suite().await;
    let (provider, amy) = someone(&suite);
    for category in ["software", "operation", "training", "design", "video"] {
        amy.post("/v1/applications", json!({ "category": category, "applicant": "company" })).await.ok();
    }
    let olga = suite.staff(Role::Operator);
    for client in [&amy, &olga] {
        let (mut cursor, mut seen) = (String::new(), vec![]);
        loop {
            let page = client.get(&format!("/v1/applications?limit=2{cursor}")).await.ok();
            seen.extend(page["items"].as_array().expect("items").iter().map(|one| text(&one["category"])));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, ["video", "design", "training", "operation", "software"]);
    }
    let filtered = olga.get(&format!("/v1/applications?category=design&provider={provider}&status=draft")).await.ok();
    assert_eq!(filtered["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(olga.get("/v1/applications?status=approved").await.ok()["items"], json!([]));

    let path = opened_path(&amy).await;
    let first = amy.get(&format!("{path}/timeline?limit=1")).await.ok();
    assert_eq!(first["items"][0]["event"], "opened");
    let next = text(&first["next_cursor"]);
    let second = amy.get(&format!("{path}/timeline?limit=1&cursor={next}")).await.ok();
    assert_eq!((&second["items"][0]["event"], &second["next_cursor"]), (&json!("business_described"), &json!(null)));
    amy.get(&format!("{path}/timeline?cursor=nonsense")).await.refused(400, "cursor_invalid", None);
}

async fn opened_path(amy: &testkit::Client) -> String {
    let page = amy.get("/v1/applications?category=software").await.ok();
    let path = format!("/v1/applications/{}", text(&page["items"][0]["id"]));
    amy.post(&format!("{path}/business"), business("5")).await.ok();
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_of_the_document_is_served_and_asks_for_a_token() {
    let suite = suite().await;
    let nobody = suite.nobody();
    let document = nobody.get("/openapi.json").await.ok();
    let paths = document["paths"].as_object().expect("paths");
    let of_ours = ["/v1/applications", "/v1/qualifications", "/v1/providers"];
    let ours = paths.iter().filter(|(path, _)| of_ours.iter().any(|start| path.starts_with(start)));
    let mut walked = 0;
    for (path, item) in ours {
        for (method, operation) in item.as_object().expect("operations") {
            assert!(operation["summary"].is_string(), "{method} {path}");
            let verb = method.to_uppercase().parse().expect("a method");
            nobody.request(verb, path, &[], None).await.refused(401, "token_missing", None);
            walked += 1;
        }
    }
    assert_eq!(walked, 53, "three resources, two of them with files");
}
