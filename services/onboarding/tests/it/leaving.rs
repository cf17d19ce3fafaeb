//! A provider's course, exit and bar; messages of others in any order; what follows for its other aggregates.
use crate::world::*;
use contracts::Message;
use kernel::{
    CaseId, Category, Currency, EditionId, ListingId, MerchantId, Money, OrderId, ProviderId, RevisionId, Role,
};
use serde_json::{Value, json};
use testkit::Suite;
use uuid::Uuid;

fn order(id: OrderId, provider: ProviderId, open: bool) -> Value {
    let order = contracts::orders::Order {
        order: id,
        listing: ListingId(Uuid::now_v7()),
        revision: RevisionId(Uuid::now_v7()),
        provider,
        merchant: MerchantId(Uuid::now_v7()),
        category: Category::Software,
        agent_operation: false,
        edition: EditionId("2026-11".into()),
        amount: Money::new(120_000, Currency::CNY),
        status: if open { "funded" } else { "completed" }.into(),
        open,
        pay_by: None,
        application: None,
        ended_by_case: None,
        rules: vec![],
    };
    serde_json::to_value(order).expect("an order")
}

fn case(id: CaseId, order: OrderId, provider: ProviderId, open: bool) -> Value {
    let case = contracts::disputes::Case {
        case: id,
        order,
        provider,
        merchant: MerchantId(Uuid::now_v7()),
        stage: if open { "negotiation" } else { "closed" }.into(),
        status: if open { "waiting_for_provider" } else { "withdrawn" }.into(),
        open,
        outcome: None,
    };
    serde_json::to_value(case).expect("a case")
}

async fn told(suite: &Suite, fact: &str, order_id: OrderId, sequence: i64, data: Value) -> Message {
    suite.inject("orders", &format!("order.{fact}"), &order_id.to_string(), sequence, data).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exit_waits_until_everything_is_finished_in_whatever_order_that_is_heard() {
    let suite = suite().await;
    let (provider, amy) = someone(&suite);
    let qualification = qualified(&suite, &amy, 400).await;
    let running = amy.post("/v1/applications", json!({ "category": "design", "applicant": "company" })).await.ok();
    let running = format!("/v1/applications/{}", text(&running["id"]));
    let (first, second, contested) = (OrderId(Uuid::now_v7()), OrderId(Uuid::now_v7()), CaseId(Uuid::now_v7()));
    // The end of the first order is heard before its beginning.
    told(&suite, "completed", first, 2, order(first, provider, false)).await;
    told(&suite, "funded", first, 1, order(first, provider, true)).await;
    told(&suite, "funded", second, 1, order(second, provider, true)).await;
    suite.inject("disputes", "case.opened", &contested.to_string(), 1, case(contested, second, provider, true)).await;
    suite.rest().await;

    let path = format!("/v1/providers/{provider}");
    assert_eq!(amy.get(&path).await.ok()["open"], json!({ "orders": 1, "cases": 1, "complaints": 0 }));
    let leaving = amy.post(&format!("{path}/exit"), json!({ "reason": "Enough." })).await.ok();
    assert_eq!(leaving["status"], "leaving");
    amy.post(&format!("{path}/exit"), json!({})).await.refused(409, "exit_already_requested", Some("X21"));
    let training = json!({ "category": "training", "applicant": "company" });
    amy.post("/v1/applications", training).await.refused(409, "applicant_leaving", Some("X21"));
    assert_eq!(amy.post(&format!("{path}/cancel-exit"), json!({})).await.ok()["status"], "registered");
    amy.post(&format!("{path}/exit"), json!({})).await.ok();

    let over = told(&suite, "completed", second, 2, order(second, provider, false)).await;
    suite.rest().await;
    assert_eq!(amy.get(&path).await.ok()["status"], "leaving", "the case is open");
    suite
        .inject("disputes", "case.withdrawn", &contested.to_string(), 2, case(contested, second, provider, false))
        .await;
    suite.send(&over).await;
    suite.rest().await;
    let gone = amy.get(&path).await.ok();
    assert_eq!((&gone["status"], &gone["exit_cause"]), (&json!("exited"), &json!("voluntary")));
    assert_eq!(amy.get(&qualification).await.ok()["status"], "revoked");
    let entries = amy.get(&format!("{qualification}/timeline")).await.ok();
    let last = entries["items"].as_array().and_then(|items| items.last()).cloned().expect("an entry");
    assert_eq!((&last["event"], &last["rules"]), (&json!("revoked"), &json!(["X21"])));
    assert_eq!(amy.get(&running).await.ok()["status"], "withdrawn");
    let facts: Vec<_> = suite
        .published()
        .await
        .iter()
        .filter(|message| message.source == "onboarding")
        .map(|message| message.fact().to_owned())
        .collect();
    let expected = ["registered", "granted", "exit_requested", "exit_cancelled", "exit_requested", "exited", "revoked"];
    assert_eq!(facts, expected);
    amy.post(&format!("{path}/cancel-exit"), json!({})).await.refused(409, "provider_exited", Some("X21"));
    assert_eq!(suite.unsound(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clearance_waits_for_nothing() {
    let suite = suite().await;
    let (provider, amy) = someone(&suite);
    let qualification = qualified(&suite, &amy, 400).await;
    let open = OrderId(Uuid::now_v7());
    told(&suite, "funded", open, 1, order(open, provider, true)).await;
    suite.rest().await;
    let path = format!("/v1/providers/{provider}");
    let grounds = json!({ "rules": ["M5.65"], "reasons": "False entry information." });
    amy.post(&format!("{path}/close"), grounds.clone()).await.refused(403, "provider_action_not_yours", None);
    reviewer(&suite, "rita").post(&format!("{path}/close"), grounds.clone()).await.refused(
        403,
        "provider_action_not_yours",
        None,
    );
    let olga = suite.staff(Role::Operator);
    let closed = olga.post(&format!("{path}/close"), grounds).await.ok();
    assert_eq!((&closed["status"], &closed["exit_cause"]), (&json!("exited"), &json!("clearance")));
    suite.rest().await;
    let entries = amy.get(&format!("{qualification}/timeline")).await.ok();
    let last = entries["items"].as_array().and_then(|items| items.last()).cloned().expect("an entry");
    assert_eq!((&last["event"], &last["rules"]), (&json!("revoked"), &json!(["M5.65"])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bar_for_c3_closes_the_store_and_related_stores() {
    let suite = suite().await;
    let (barred, amy) = someone(&suite);
    let (related, sam) = someone(&suite);
    let (namesake, kim) = someone(&suite);
    let of_amy = drafted_as(&suite, &amy, "9133-0100 x", "Li Lei", 400).await;
    let of_sam = drafted_as(&suite, &sam, "91330100X", "Han Meimei", 400).await;
    let of_kim = drafted_as(&suite, &kim, "777", "li  LEI", 400).await;
    suite.rest().await;
    let olga = suite.staff(Role::Operator);
    let grounds = json!({ "rules": ["C3"], "reasons": "Gifts to staff." });
    let path = format!("/v1/providers/{barred}");
    assert_eq!(olga.post(&format!("{path}/bar"), grounds.clone()).await.ok()["barred_by"], "C3");
    olga.post(&format!("{path}/bar"), grounds).await.refused(409, "provider_already_barred", Some("X23"));
    suite.rest().await;

    assert_eq!(olga.get(&path).await.ok()["status"], "exited");
    assert_eq!(amy.get(&of_amy).await.ok()["status"], "withdrawn");
    let closed = olga.get(&format!("/v1/providers/{related}")).await.ok();
    assert_eq!((&closed["status"], &closed["barred_by"]), (&json!("exited"), &json!("C3")));
    assert_eq!(sam.get(&of_sam).await.ok()["status"], "withdrawn");
    let entries = olga.get(&format!("/v1/providers/{related}/timeline")).await.ok();
    let bar = entries["items"].as_array().expect("entries").iter().find(|one| one["event"] == "barred").cloned();
    let bar = bar.expect("a bar");
    assert_eq!((&bar["rules"], &bar["decision"]["evidence"]), (&json!(["C3", "X23"]), &json!([barred.to_string()])));
    let again = json!({ "category": "software", "applicant": "company" });
    sam.post("/v1/applications", again).await.refused(409, "organisation_barred", Some("C3"));

    // A name alone is no identity: a reviewer is told.
    let screened = submit(&kim, &of_kim).await;
    assert_eq!(screened["status"], "submitted");
    let codes: Vec<_> =
        screened["findings"].as_array().expect("findings").iter().map(|one| text(&one["code"])).collect();
    assert_eq!(codes, ["owner_barred"]);
    assert_eq!(kim.get(&format!("/v1/providers/{namesake}")).await.ok()["status"], "registered");

    // A new organisation with the same registration does not get in.
    let (_, zoe) = someone(&suite);
    let of_zoe = drafted_as(&suite, &zoe, "91330100X", "Somebody Else", 400).await;
    let refused = submit(&zoe, &of_zoe).await;
    assert_eq!(refused["status"], "draft");
    assert_eq!(refused["findings"][0]["code"], "registration_barred");
    assert_eq!(suite.unsound(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bar_ends_what_runs_and_can_be_lifted() {
    let suite = suite().await;
    let (provider, amy) = someone(&suite);
    let path = format!("/v1/providers/{provider}");
    let olga = suite.staff(Role::Operator);
    let draft = opened(&amy).await;
    suite.rest().await;
    olga.post(&format!("{path}/lift-bar"), json!({ "reasons": "?" })).await.refused(
        409,
        "provider_not_barred",
        Some("X23"),
    );
    let nothing = json!({ "rules": [], "reasons": "So." });
    olga.post(&format!("{path}/bar"), nothing).await.refused(422, "provider_grounds_unfit", None);
    olga.post(&format!("{path}/bar"), json!({ "rules": ["C2"], "reasons": "The second time." })).await.ok();
    suite.rest().await;
    assert_eq!(amy.get(&draft).await.ok()["status"], "withdrawn");
    assert_eq!(amy.get(&path).await.ok()["status"], "registered");
    let wish = json!({ "category": "software", "applicant": "company" });
    amy.post("/v1/applications", wish).await.refused(409, "organisation_barred", Some("C2"));
    assert_eq!(olga.get("/v1/providers?barred=true").await.ok()["items"][0]["id"], provider.to_string());
    olga.post(&format!("{path}/lift-bar"), json!({ "reasons": "Overturned." })).await.ok();
    assert_eq!(opened(&amy).await.len(), draft.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_course_is_completed_whole_and_in_its_version() {
    let suite = suite().await;
    let (provider, amy) = someone(&suite);
    let path = format!("/v1/providers/{provider}");
    amy.get(&path).await.refused(404, "not_found", None);
    assert_eq!(amy.post(&format!("{path}/register"), json!({})).await.status, 201);
    let profile = amy.get(&path).await.ok();
    let course = &profile["eu_course"];
    let modules: Vec<_> = course["modules"].as_array().expect("modules").iter().map(|one| one["key"].clone()).collect();
    let completions = format!("{path}/course-completions");
    amy.post(&completions, json!({ "version": "2020-1", "modules": modules })).await.refused(
        422,
        "course_version_outdated",
        Some("P4"),
    );
    let version = &course["version"];
    amy.post(&completions, json!({ "version": version, "modules": modules[1..] })).await.refused(
        422,
        "course_incomplete",
        Some("P4"),
    );
    let trained = amy.post(&completions, json!({ "version": version, "modules": modules })).await.ok();
    assert_eq!(&trained["eu_course"]["completed_version"], version);
    suite.rest().await;
    let last = suite.published().await.pop().expect("a message");
    assert_eq!((last.routing_key(), &last.data["eu_trained"]), ("onboarding.provider.trained", &json!(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_qualification_granted_to_one_who_is_gone_by_then_ends() {
    let suite = suite().await;
    let (provider, amy) = someone(&suite);
    let path = drafted(&suite, &amy).await;
    submit(&amy, &path).await;
    suite.rest().await;
    let approved = approve(&reviewer(&suite, "rita"), &path).await;
    // Whichever comes first, the grant or the exit: in the end nothing is held.
    amy.post(&format!("/v1/providers/{provider}/exit"), json!({})).await.ok();
    suite.rest().await;
    assert_eq!(amy.get(&qualification(&approved)).await.ok()["status"], "revoked");
}
