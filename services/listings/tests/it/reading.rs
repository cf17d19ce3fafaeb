//! Lists, revisions and the timeline, as each side sees them.
use crate::stage::{Stage, names, software};
use kernel::{ProviderId, Role};
use serde_json::json;
use uuid::Uuid;

#[tokio::test]
async fn a_provider_lists_its_own_and_operators_list_all() {
    let stage = Stage::new().await;
    stage.published("On sale").await;
    stage.drafted(software("Draft"), 0).await;
    let stranger = stage.provider(ProviderId(Uuid::now_v7()));
    stranger.post("/v1/listings", json!({ "category": "design" })).await.ok();

    let own = stage.provider.get("/v1/listings").await.ok();
    assert_eq!(names(&own["items"], "title"), ["Draft", "On sale"]);
    let own = stage.provider.get("/v1/listings?status=published").await.ok();
    assert_eq!(names(&own["items"], "title"), ["On sale"]);
    let of_another = format!("/v1/listings?provider={}", stage.id);
    assert_eq!(
        names(&stranger.get(&of_another).await.ok()["items"], "category"),
        ["design"],
        "its own, whatever it asks"
    );

    let officer = stage.staff(Role::ComplianceOfficer);
    for staff in [&stage.operator, &officer] {
        assert_eq!(staff.get("/v1/listings").await.ok()["items"].as_array().unwrap().len(), 3);
        assert_eq!(names(&staff.get(&of_another).await.ok()["items"], "title"), ["Draft", "On sale"]);
    }
    let reviewer = stage.staff(Role::Reviewer);
    reviewer.get("/v1/listings").await.refused(403, "role_required", None);
    stage.provider.get("/v1/listings?status=gone").await.refused(400, "query_invalid", None);

    let page = stage.operator.get("/v1/listings?limit=2").await.ok();
    let next = format!("/v1/listings?limit=2&cursor={}", page["next_cursor"].as_str().unwrap());
    let rest = stage.operator.get(&next).await.ok();
    assert_eq!(names(&rest["items"], "title"), ["On sale"]);
    assert!(rest["next_cursor"].is_null());
}

#[tokio::test]
async fn the_timeline_tells_each_side_its_own_persons() {
    let stage = Stage::new().await;
    let listing = stage.claimed("Stock keeping").await;
    stage.moderator.post(&format!("{listing}/approve"), json!({ "note": "Fine." })).await.ok();
    let path = format!("{listing}/timeline?limit=100");
    let own = stage.provider.get(&path).await.ok();
    let events = ["created", "drafted", "screened", "queued", "claimed", "published"];
    assert_eq!(names(&own["items"], "event"), events);
    assert_eq!(names(&own["items"], "party")[4..], ["moderator", "moderator"]);
    assert_eq!(names(&own["items"], "person")[3..], ["provider-person", "", ""]);
    assert_eq!(own["items"][5]["text"], "Fine.");
    let staff = stage.moderator.get(&path).await.ok();
    assert_eq!(names(&staff["items"], "person")[3..], ["", "moderator", "moderator"]);

    let page = stage.provider.get(&format!("{listing}/timeline?limit=4")).await.ok();
    let next = format!("{listing}/timeline?limit=4&cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(names(&stage.provider.get(&next).await.ok()["items"], "event"), events[4..]);
}

#[tokio::test]
async fn revisions_page_newest_first_and_belong_to_their_listing() {
    let stage = Stage::new().await;
    let listing = stage.opened().await;
    for title in ["One", "Two", "Three"] {
        stage.provider.post(&format!("{listing}/revisions"), software(title)).await.ok();
    }
    let page = stage.provider.get(&format!("{listing}/revisions?limit=2")).await.ok();
    assert_eq!(names(&page["items"], "title"), ["Three", "Two"]);
    let next = format!("{listing}/revisions?limit=2&cursor={}", page["next_cursor"].as_str().unwrap());
    let rest = stage.provider.get(&next).await.ok();
    assert_eq!(names(&rest["items"], "title"), ["One"]);
    let one = rest["items"][0]["id"].as_str().unwrap();
    assert_eq!(stage.provider.get(&format!("{listing}/revisions/{one}")).await.ok()["content"]["title"], "One");
    let other = stage.opened().await;
    stage.provider.get(&format!("{other}/revisions/{one}")).await.refused(404, "not_found", None);
}

#[tokio::test]
async fn files_belong_to_their_listing() {
    let stage = Stage::new().await;
    let (listing, other) = (stage.opened().await, stage.opened().await);
    let picture = stage.picture(&listing, "a.png").await;
    let mut content = software("Stock keeping");
    content["pictures"] = json!([picture]);
    let refused = stage.provider.post(&format!("{other}/revisions"), content).await;
    refused.refused(422, "unknown_listing_file", None);
    let file = picture.as_str().unwrap();
    stage.provider.get(&format!("{other}/files/{file}")).await.refused(404, "file_not_found", None);
    let stranger = stage.provider(ProviderId(Uuid::now_v7()));
    stranger.get(&format!("{listing}/files/{file}")).await.refused(404, "not_found", None);
    let upload = stranger.upload(&format!("{listing}/files"), "b.png", "image/png", b"b").await;
    upload.refused(404, "not_found", None);
    let page = stage.provider.upload(&format!("{listing}/files"), "b.html", "text/html", b"<b>").await;
    page.refused(415, "media_type_not_allowed", None);
}
