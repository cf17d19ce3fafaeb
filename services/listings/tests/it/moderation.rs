//! The moderators' work: claim, decide, and what silence does (W32).
use crate::stage::{Stage, grounds, names, software};
use kernel::Role;
use serde_json::json;

#[tokio::test]
async fn a_soft_finding_waits_for_a_moderator_who_claims_and_approves() {
    let stage = Stage::new().await;
    let listing = stage.queued("Stock keeping").await;
    let approve = format!("{listing}/approve");
    stage.moderator.post(&approve, json!({})).await.refused(409, "revision_not_claimed", None);
    let claimed = stage.moderator.post(&format!("{listing}/claim"), json!({})).await.ok();
    assert_eq!(claimed["working"]["claimed_by"], "moderator");
    let other = stage.client("mei", None, &[Role::Moderator]);
    other.post(&format!("{listing}/claim"), json!({})).await.refused(409, "revision_claimed_by_another", None);
    other.post(&approve, json!({})).await.refused(409, "revision_claimed_by_another", None);
    let own = stage.provider.get(&listing).await.ok();
    assert!(own["working"]["claimed_until_at"].is_string() && own["working"]["claimed_by"].is_null());

    let seen = stage.moderator.post(&approve, json!({ "note": "Two pictures show it all." })).await.ok();
    assert_eq!(seen["status"], "published");
    let revisions = stage.provider.get(&format!("{listing}/revisions")).await.ok();
    assert_eq!(names(&revisions["items"], "status"), ["approved"]);
    assert_eq!(names(&revisions["items"], "verdict"), ["review"]);
}

#[tokio::test]
async fn a_rejection_names_its_rule_and_hides_who_made_it() {
    let stage = Stage::new().await;
    let listing = stage.claimed("Stock keeping").await;
    let reject = format!("{listing}/reject");
    let bad = stage.moderator.post(&reject, json!({ "rules": [], "reasons": "no" })).await;
    assert_eq!(bad.refused(422, "moderation_rules_needed", Some("M5"))["field"], "rules");
    let bad = stage.moderator.post(&reject, grounds("W6")).await;
    bad.refused(422, "rule_not_a_listing_ground", Some("W6"));
    let seen = stage.moderator.post(&reject, grounds("M5.14")).await.ok();
    assert_eq!(seen["status"], "rejected");

    let revision = format!("{listing}/revisions/{}", seen["working"]["revision"].as_str().unwrap());
    let shown = stage.provider.get(&revision).await.ok();
    assert_eq!((&shown["decision"]["rules"], &shown["decision"]["by"]), (&json!(["M5.14"]), &json!(null)));
    let shown = stage.moderator.get(&revision).await.ok();
    assert_eq!(shown["decision"]["by"], "moderator");
}

#[tokio::test]
async fn requested_changes_are_made_in_time_or_the_revision_lapses() {
    let stage = Stage::new().await;
    let listing = stage.claimed("Stock keeping").await;
    let seen = stage.moderator.post(&format!("{listing}/request-changes"), grounds("M4.1.c")).await.ok();
    assert_eq!(seen["status"], "changes_requested");
    let submit = format!("{listing}/submit");
    stage.provider.post(&submit, json!({})).await.refused(409, "requested_changes_not_made", Some("W32"));
    stage.provider.post(&format!("{listing}/revisions"), software("Stock keeping, mended")).await.ok();
    let seen = stage.provider.post(&submit, json!({})).await.ok();
    assert_eq!(seen["status"], "pending_review");

    stage.moderator.post(&format!("{listing}/claim"), json!({})).await.ok();
    stage.moderator.post(&format!("{listing}/request-changes"), grounds("M4.1.c")).await.ok();
    stage.pass(&listing, "mend_by").await;
    assert_eq!(stage.status(&listing).await, "withdrawn");
    let revisions = stage.provider.get(&format!("{listing}/revisions")).await.ok();
    assert_eq!(names(&revisions["items"], "status"), ["lapsed", "changes_requested"]);
}

#[tokio::test]
async fn a_lease_runs_out_and_overdue_work_goes_back_to_the_queue() {
    let stage = Stage::new().await;
    let listing = stage.claimed("Stock keeping").await;
    stage.pass(&listing, "claim_lease").await;
    let seen = stage.moderator.get(&listing).await.ok();
    assert_eq!((&seen["working"]["step"], &seen["working"]["claimed_by"]), (&json!("queued"), &json!(null)));
    stage.pass(&listing, "moderation_due").await;
    let timeline = stage.moderator.get(&format!("{listing}/timeline?limit=100")).await.ok();
    let events = names(&timeline["items"], "event");
    assert_eq!(events[events.len() - 2..], ["released", "moderation_overdue"]);
    assert_eq!(stage.status(&listing).await, "pending_review", "nothing passes by silence");

    stage.provider.post(&format!("{listing}/recall"), json!({})).await.ok();
    assert_eq!(stage.status(&listing).await, "draft");
    stage.moderator.post(&format!("{listing}/claim"), json!({})).await.refused(409, "revision_not_in_moderation", None);
}

#[tokio::test]
async fn the_queue_is_oldest_first_and_filtered_by_who_holds_it() {
    let stage = Stage::new().await;
    let (first, second) = (stage.queued("First").await, stage.claimed("Second").await);
    stage.published("Third").await;
    let titles = |query: &'static str| {
        let moderator = stage.moderator.clone();
        async move {
            let page = moderator.get(&format!("/v1/listings{query}")).await.ok();
            names(&page["items"], "title").into_iter().map(str::to_owned).collect::<Vec<_>>()
        }
    };
    assert_eq!(titles("").await, ["First", "Second"]);
    assert_eq!(titles("?queue=mine").await, ["Second"]);
    assert_eq!(titles("?queue=unassigned").await, ["First"]);
    assert_eq!(titles("?status=published").await, ["Third"]);
    assert_eq!(titles("?queue=any&category=design").await, Vec::<String>::new());

    // Recalled and submitted again, it stands behind those that waited.
    stage.provider.post(&format!("{first}/recall"), json!({})).await.ok();
    stage.provider.post(&format!("{first}/submit"), json!({})).await.ok();
    assert_eq!(titles("").await, ["Second", "First"]);
    let page = stage.moderator.get("/v1/listings?limit=1").await.ok();
    let next = format!("/v1/listings?limit=1&cursor={}", page["next_cursor"].as_str().unwrap());
    assert_eq!(names(&stage.moderator.get(&next).await.ok()["items"], "title"), ["First"]);
    let held = stage.moderator.get("/v1/listings?queue=mine").await.ok();
    assert_eq!(held["items"][0]["queued"]["claimed_by"], "moderator");
    let own = stage.provider.get("/v1/listings").await.ok();
    assert!(own["items"].as_array().unwrap().iter().all(|item| item["queued"]["claimed_by"].is_null()), "{second}");
}
