//! The right to sell: facts from others in any order, and the race between its loss and an approval.
use crate::stage::Stage;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use kernel::{Category, QualificationId};
use serde_json::json;
use testkit::eventually;
use uuid::Uuid;

#[tokio::test]
async fn a_lost_qualification_takes_the_listing_off_sale_and_a_restored_one_brings_it_back() {
    let stage = Stage::new().await;
    let listing = stage.published("Stock keeping").await;
    stage.qualifies(2, "suspended").await;
    stage.rest().await;
    let seen = stage.provider.get(&listing).await.ok();
    assert_eq!((&seen["status"], &seen["on_sale"]), (&json!("blocked"), &json!(false)));
    assert_eq!(seen["lacks"], json!([{ "lack": "qualification", "rule": "M3.1" }]));
    assert!(stage.on_sale().await.is_empty());
    let timeline = stage.provider.get(&format!("{listing}/timeline")).await.ok();
    let last = timeline["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["event"], &last["rules"]), (&json!("provider_disentitled"), &json!(["M3.1"])));
    assert_eq!((&last["party"], &last["person"]), (&json!("system"), &json!(null)));
    stage.qualifies(3, "active").await;
    stage.rest().await;
    assert_eq!(stage.on_sale().await, ["Stock keeping"]);
    let facts: Vec<_> = stage.told().await.into_iter().map(|(fact, _)| fact).collect();
    assert_eq!(facts, ["published", "unpublished", "published"]);
}

#[tokio::test]
async fn a_short_deposit_and_leaving_hide_what_is_on_sale_each_for_itself() {
    let stage = Stage::new().await;
    let listing = stage.published("Stock keeping").await;
    stage.owes(1, true).await;
    stage.stands(1, false, true).await;
    stage.rest().await;
    let seen = stage.provider.get(&listing).await.ok();
    let rules: Vec<_> = seen["lacks"].as_array().unwrap().iter().map(|lack| lack["rule"].clone()).collect();
    assert_eq!(rules, ["W33", "X21"]);
    stage.owes(2, false).await;
    stage.rest().await;
    assert_eq!(stage.status(&listing).await, "blocked");
    stage.stands(2, false, false).await;
    stage.rest().await;
    assert_eq!(stage.status(&listing).await, "published");
    let withdrawn = stage.published("Another").await;
    stage.provider.post(&format!("{withdrawn}/withdraw"), json!({})).await.ok();
    stage.owes(3, true).await;
    stage.rest().await;
    let refused = stage.provider.post(&format!("{withdrawn}/republish"), json!({})).await;
    refused.refused(409, "deposit_short_to_list", Some("W33"));
}

#[tokio::test]
async fn messages_in_any_order_and_again_come_to_the_same() {
    let stage = Stage::new().await;
    let listing = stage.published("Stock keeping").await;
    let newest = stage.qualifies(5, "suspended").await;
    stage.rest().await;
    let older = stage.qualifies(4, "active").await;
    stage.send(&newest).await;
    stage.send(&older).await;
    stage.rest().await;
    assert_eq!(stage.status(&listing).await, "blocked");
    stage.owes(3, false).await;
    stage.owes(2, true).await;
    stage.qualifies(6, "active").await;
    stage.rest().await;
    assert_eq!(stage.status(&listing).await, "published");
    assert_eq!(count(&mut stage.conn("listings"), "SELECT count(*) AS n FROM qualifications"), 1);
}

#[tokio::test]
async fn a_new_qualification_permits_though_its_messages_count_from_one_again() {
    let stage = Stage::new().await;
    let listing = stage.published("Stock keeping").await;
    stage.qualifies(9, "revoked").await;
    stage.rest().await;
    assert_eq!(stage.status(&listing).await, "blocked");
    stage.qualifies_by(QualificationId(Uuid::now_v7()), Category::Software, 1, "active").await;
    stage.rest().await;
    assert_eq!(stage.status(&listing).await, "published");
}

#[tokio::test]
async fn a_queued_revision_goes_back_to_the_drafts_when_the_right_is_lost() {
    let stage = Stage::new().await;
    let listing = stage.claimed("Stock keeping").await;
    stage.qualifies(2, "revoked").await;
    stage.rest().await;
    assert_eq!(stage.status(&listing).await, "draft");
    let approve = stage.moderator.post(&format!("{listing}/approve"), json!({})).await;
    approve.refused(409, "revision_not_in_moderation", None);
    let revisions = stage.provider.get(&format!("{listing}/revisions")).await.ok();
    let revision = format!("{listing}/revisions/{}", revisions["items"][0]["id"].as_str().unwrap());
    assert_eq!(stage.provider.get(&revision).await.ok()["decision"]["rules"], json!(["M3.1"]));
}

/// The approval has read the facts and is held up on its way to the commit; the loss comes meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn an_approval_in_flight_is_followed_by_the_loss_that_came_meanwhile() {
    let stage = Stage::new().await;
    let listing = stage.claimed("Stock keeping").await;
    let mut holder = stage.conn("listings");
    holder.batch_execute("BEGIN; SELECT id FROM listings FOR UPDATE").unwrap();
    let approving = {
        let (moderator, approve) = (stage.moderator.clone(), format!("{listing}/approve"));
        tokio::spawn(async move { moderator.post(&approve, json!({})).await })
    };
    waits(&stage, "INTO listings").await;
    stage.qualifies(2, "suspended").await;
    waits(&stage, "INTO qualifications").await;
    holder.batch_execute("COMMIT").unwrap();
    assert_eq!(approving.await.unwrap().ok()["status"], "published");
    stage.rest().await;
    let seen = stage.provider.get(&listing).await.ok();
    assert_eq!((&seen["status"], &seen["on_sale"]), (&json!("blocked"), &json!(false)));
    assert!(stage.on_sale().await.is_empty());
    assert!(stage.unsound().is_empty());
}

/// The loss has changed its row and is held up on its way to the commit; the approval comes meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn an_approval_waits_for_a_loss_in_flight_and_finds_the_right_gone() {
    let stage = Stage::new().await;
    let listing = stage.claimed("Stock keeping").await;
    let mut holder = stage.conn("listings");
    holder.batch_execute("BEGIN; LOCK TABLE outbox IN SHARE MODE").unwrap();
    stage.qualifies(2, "suspended").await;
    waits(&stage, "INTO outbox").await;
    let approving = {
        let (moderator, approve) = (stage.moderator.clone(), format!("{listing}/approve"));
        tokio::spawn(async move { moderator.post(&approve, json!({})).await })
    };
    waits(&stage, "FROM qualifications").await;
    holder.batch_execute("COMMIT").unwrap();
    approving.await.unwrap().refused(409, "not_qualified_to_list", Some("M3.1"));
    stage.rest().await;
    assert_eq!(stage.status(&listing).await, "draft", "recalled from the queue");
    assert!(stage.on_sale().await.is_empty());
    assert!(stage.unsound().is_empty());
}

/// Until a statement with these words waits for a lock.
async fn waits(stage: &Stage, words: &str) {
    let mut conn = stage.conn("listings");
    let sql = format!(
        "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' \
         AND query LIKE '%{words}%'"
    );
    eventually(words, || {
        let waiting = count(&mut conn, &sql);
        async move { waiting > 0 }
    })
    .await;
}

fn count(conn: &mut PgConnection, sql: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    diesel::sql_query(sql).get_result::<Row>(conn).unwrap().n
}

#[tokio::test]
async fn a_message_that_is_none_of_the_contract_is_not_applied() {
    let stage = Stage::new().await;
    let sent = stage.inject("onboarding", "qualification.granted", "qua_x", 1, json!({ "category": "cooking" })).await;
    #[derive(QueryableByName)]
    struct Dead {
        #[diesel(sql_type = Text)]
        r#type: String,
    }
    let mut conn = stage.conn("listings");
    eventually("the message is a dead letter", || {
        let dead: Vec<Dead> = diesel::sql_query("SELECT type FROM dead_letters").load(&mut conn).unwrap();
        let found = dead.iter().any(|dead| dead.r#type == sent.r#type);
        async move { found }
    })
    .await;
}
