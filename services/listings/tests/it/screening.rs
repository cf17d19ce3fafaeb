//! What the screening sees over HTTP: disguises, likeness, false positives by four eyes and their end, an edition on
//! trial.
use crate::painting::painted;
use crate::stage::{Stage, names, software};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use futures_util::future::{join, join_all};
use kernel::{ProviderId, QualificationId, Role};
use rulebook::Edition;
use runtime::Service;
use serde_json::{Value, json};
use testkit::Response;
use uuid::Uuid;

/// What a dry run says of a software listing with this description.
async fn dry(stage: &Stage, description: &str) -> Value {
    let mut content = software("Stock keeping");
    content["description"] = json!(description);
    let body = json!({ "category": "software", "content": content });
    stage.provider.post_with("/v1/listings/dry-run", body, &[]).await.ok()
}

fn words(text: &str, finding: &Value) -> String {
    let place = |name: &str| finding[name].as_u64().unwrap() as usize;
    text.chars().skip(place("start")).take(place("end") - place("start")).collect()
}

#[tokio::test]
async fn disguised_texts_are_seen_and_the_span_is_of_the_original() {
    let stage = Stage::new().await;
    for (text, rule) in [
        ("Counts stock. Ask me on w e c h a t: seller_88 at any time.", "M4.2.f.5"),
        ("Counts stock. Ask me on ＷｅＣｈａｔ: seller_88 at any time.", "M4.2.f.5"),
        ("统计库存。请加V: seller_88 详谈。", "M4.2.f.5"),
        ("统计库存。加微\u{200b}信 seller_88 详谈。", "M4.2.f.5"),
        ("Counts stock for your T-a-o-b-a-o shop.", "M4.2.c.2"),
        ("Counts stock, see shop dot pandesign dot com for more.", "M4.1.g"),
    ] {
        let seen = dry(&stage, text).await;
        let mut findings = seen["findings"].as_array().unwrap().iter();
        let found = findings.find(|finding| finding["rule"] == rule && finding["field"] == "description");
        let found = found.unwrap_or_else(|| panic!("{text}: {seen}"));
        assert_eq!(words(text, found), found["text"].as_str().unwrap(), "{text}");
        assert_ne!(seen["verdict"], "pass", "{text}");
    }
    let mut content = software("Stock keeping");
    content["description"] = json!("统计库存。请加V: seller_88 详谈。");
    let listing = stage.drafted(content, 3).await;
    let seen = stage.provider.post(&format!("{listing}/submit"), json!({})).await.ok();
    assert_ne!(seen["status"], "published");
    assert!(names(&seen["screening"]["findings"], "rule").contains(&"M4.2.f.5"), "{seen}");
    let innocent =
        dry(&stage, "Built with Node.js, runs beside 微信支付以外的任何系统; sizes 10.5 in, since 2019-03-02.").await;
    assert!(!innocent["suppressed"].as_array().unwrap().is_empty(), "what is let pass is told: {innocent}");
    assert!(innocent["suppressed"][0]["why"].is_string() && innocent["lists"].as_str().unwrap().len() == 64);
}

#[tokio::test]
async fn a_dry_run_leaves_nothing_behind() {
    let stage = Stage::new().await;
    let mut conn = stage.conn("listings");
    let tables = ["aggregates", "journal", "requests", "outbox", "revisions", "signatures", "allow_phrases"];
    let mut counts = || tables.map(|table| count(&mut conn, table));
    let before = counts();
    dry(&stage, "Contact us on WhatsApp.").await;
    assert_eq!(counts(), before);
    let body = json!({ "category": "software", "content": software("A") });
    for other in [&stage.moderator, &stage.merchant] {
        other.post_with("/v1/listings/dry-run", body.clone(), &[]).await.refused(403, "role_required", None);
    }
    stage.nobody().post_with("/v1/listings/dry-run", body, &[]).await.refused(401, "token_missing", None);
}

fn count(conn: &mut PgConnection, table: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    diesel::sql_query(format!("SELECT count(*) AS count FROM {table}")).get_result::<Row>(conn).unwrap().count
}

#[tokio::test]
async fn nearly_the_same_service_is_looked_at_by_a_person() {
    let mut stage = Stage::new().await;
    let first = stage.published("Stock keeping").await;
    let mut twin = software("Stock keeping");
    twin["title"] = json!("Stock keeping!");
    twin["price"] = json!({ "amount": "99.00", "currency": "CNY" });
    let second = stage.drafted(twin.clone(), 3).await;
    let seen = stage.provider.post(&format!("{second}/submit"), json!({})).await.ok();
    let finding = &seen["screening"]["findings"][0];
    assert_eq!((&finding["rule"], &finding["how"]), (&json!("M5.17"), &json!("twin")), "{seen}");
    assert_eq!(finding["twin"], json!(first.rsplit('/').next().unwrap()));
    assert_ne!(seen["status"], "published");

    // Another provider's: flagged, and the provider is not told whose it is.
    let owner = std::mem::replace(&mut stage.id, ProviderId(Uuid::now_v7()));
    stage.qualification = QualificationId(Uuid::now_v7());
    stage.provider = stage.suite().provider(stage.id);
    stage.qualifies(1, "active").await;
    stage.rest().await;
    let copied = stage.drafted(software("Stock keeping"), 3).await;
    let seen = stage.provider.post(&format!("{copied}/submit"), json!({})).await.ok();
    let finding = &seen["screening"]["findings"][0];
    assert_eq!((&seen["status"], &finding["rule"]), (&json!("pending_review"), &json!("M4.2.e.1")), "{seen}");
    assert!(finding["twin"].is_null() && !seen.to_string().contains(first.rsplit('/').next().unwrap()));
    let revision = format!("{copied}/revisions/{}", seen["working"]["revision"].as_str().unwrap());
    let shown = stage.moderator.get(&revision).await.ok();
    let twins = names(&shown["screening"]["findings"], "twin");
    assert!(twins.contains(&first.rsplit('/').next().unwrap()), "{twins:?}");

    // What is no longer offered is nobody's twin.
    stage.provider.post(&format!("{copied}/withdraw"), json!({})).await.ok();
    let owner = stage.suite().provider(owner);
    for listing in [&first, &second] {
        owner.post(&format!("{listing}/withdraw"), json!({})).await.ok();
    }
    let seen = stage.provider.post(&format!("{copied}/submit"), json!({})).await.ok();
    assert_eq!(seen["status"], "published", "{seen}");
}

/// A queued listing whose description names WeChat in an innocent phrase; the path of its finding.
async fn flagged(stage: &Stage, title: &str) -> String {
    let mut content = software(title);
    content["description"] = json!(format!("{title} reads wechat pay exports into a table."));
    flagged_in(stage, content, "description").await
}

/// A submitted listing of this content; the path of the finding of a list in this field.
async fn flagged_in(stage: &Stage, content: Value, field: &str) -> String {
    let listing = stage.drafted(content, 3).await;
    let seen = stage.provider.post(&format!("{listing}/submit"), json!({})).await.ok();
    let mut findings = seen["screening"]["findings"].as_array().unwrap().iter();
    let finding = findings.find(|one| one["list"].is_string() && one["field"] == field);
    let n = finding.unwrap_or_else(|| panic!("{seen}"))["n"].as_u64().unwrap();
    let seen = stage.moderator.get(&listing).await.ok();
    let revision = &seen["working"]["revision"];
    format!("{listing}/revisions/{}/findings/{n}/false-positive", revision.as_str().unwrap_or_else(|| panic!("{seen}")))
}

fn excuse(phrase: &str) -> Value {
    json!({ "phrase": phrase, "language": "en", "reasons": "A way of payment, not a way to talk." })
}

#[tokio::test]
async fn a_false_positive_becomes_an_allow_phrase_by_four_eyes_on_every_instance() {
    let mut stage = Stage::new().await;
    let path = flagged(&stage, "Alpha").await;
    let reasons = json!({ "reasons": "Agreed." });
    stage.provider.post(&path, excuse("wechat pay exports")).await.refused(403, "role_required", None);
    let stranger = stage.provider(ProviderId(Uuid::now_v7()));
    stranger.post(&path, excuse("wechat pay exports")).await.refused(404, "not_found", None);
    let unfit = stage.moderator.post(&path, excuse("wechat")).await;
    assert_eq!(unfit.refused(422, "allow_phrase_unfit", None)["field"], "phrase");
    let elsewhere = path.replace("/findings/", "/findings/4");
    stage.moderator.post(&elsewhere, excuse("wechat pay exports")).await.refused(422, "no_such_finding", None);

    let proposed = stage.moderator.post(&path, excuse("wechat pay exports")).await;
    assert_eq!(proposed.status, 201, "{}", proposed.text);
    let phrase = proposed.headers["location"].to_str().unwrap().to_owned();
    assert_eq!((&proposed.json["status"], &proposed.json["proposed_by"]), (&json!("proposed"), &json!("moderator")));
    stage.moderator.post(&path, excuse("WeChat Pay  exports")).await.refused(409, "same_allow_phrase_again", None);
    let approve = format!("{phrase}/approve");
    stage.moderator.post(&approve, reasons.clone()).await.refused(409, "allow_phrase_own_proposal", None);
    stage.operator.post(&approve, reasons.clone()).await.refused(403, "allow_phrase_not_yours", None);
    stage.provider.post(&approve, reasons.clone()).await.refused(404, "not_found", None);
    stage.provider.get("/v1/allow-phrases").await.refused(403, "role_required", None);
    four_eyes_hold_in_the_database(&stage);

    let text = "Beta reads wechat pay exports into a table.";
    assert_ne!(dry(&stage, text).await["findings"], json!([]), "proposed is not approved");
    let other = stage.moves().await;
    assert_ne!(dry(&stage, text).await["findings"], json!([]));
    let mei = stage.client("mei", None, &[Role::Moderator]);
    assert_eq!(mei.post(&approve, reasons.clone()).await.ok()["status"], "approved");
    let after = dry(&stage, text).await;
    assert_eq!(after["findings"].as_array().unwrap().iter().filter(|one| one["field"] == "description").count(), 0);
    assert_eq!(
        (&after["suppressed"][0]["why"], after["suppressed"][0]["by"].is_string()),
        (&json!("allow_phrase"), true)
    );
    stage.comes_back();
    assert_eq!(dry(&stage, text).await["suppressed"], after["suppressed"], "the first instance knows too");
    assert_ne!(dry(&stage, "Ask me on wechat: seller_88.").await["verdict"], "pass", "nothing else is excused");

    let listed = stage.operator.get("/v1/allow-phrases?status=approved").await.ok();
    assert_eq!(
        (&listed["items"][0]["decision"]["by"], &listed["items"][0]["proposed_by"]),
        (&json!("mei"), &json!("moderator"))
    );
    mei.post(&format!("{phrase}/decline"), reasons).await.refused(409, "allow_phrase_decided", None);
    other.stop().await;
    assert!(stage.unsound().is_empty());
}

fn four_eyes_hold_in_the_database(stage: &Stage) {
    let own = "UPDATE allow_phrases SET status = 'approved', decided_by = proposed_by, decided_at = proposed_at, \
               decision = '{}'";
    assert!(diesel::sql_query(own).execute(&mut stage.conn("listings")).is_err());
}

#[tokio::test]
async fn an_approved_phrase_is_taken_back_by_one_person_on_every_instance() {
    let mut stage = Stage::new().await;
    let path = flagged(&stage, "Alpha").await;
    let text = "Beta reads wechat pay exports into a table.";
    let before = dry(&stage, text).await;
    let proposed = stage.moderator.post(&path, excuse("wechat pay exports")).await.ok();
    let phrase = format!("/v1/allow-phrases/{}", proposed["id"].as_str().unwrap());
    let take_back = format!("{phrase}/take-back");
    let reasons = json!({ "reasons": "Sellers hide behind it." });
    stage.moderator.post(&take_back, reasons.clone()).await.refused(409, "allow_phrase_not_in_force", None);
    let mei = stage.client("mei", None, &[Role::Moderator]);
    let approved = mei.post(&format!("{phrase}/approve"), json!({ "reasons": "Agreed." })).await.ok();
    let open = approved["actions"].as_array().unwrap().iter().find(|one| one["action"] == "take_back").unwrap();
    assert_eq!(open["allowed"], true);
    assert_ne!(dry(&stage, text).await, before);
    let other = stage.moves().await;
    assert_ne!(dry(&stage, text).await, before);

    stage.operator.post(&take_back, reasons.clone()).await.refused(403, "allow_phrase_not_yours", None);
    // Whoever proposed it may: no second person is needed to be stricter.
    assert_eq!(stage.moderator.post(&take_back, reasons.clone()).await.ok()["status"], "taken_back");
    assert_eq!(dry(&stage, text).await, before, "with the hash that the lists had");
    stage.comes_back();
    assert_eq!(dry(&stage, text).await, before);
    stage.moderator.post(&take_back, reasons).await.refused(409, "allow_phrase_not_in_force", None);
    let listed = stage.operator.get("/v1/allow-phrases?status=taken_back").await.ok();
    let seen = &listed["items"][0];
    assert_eq!((&seen["decision"]["by"], &seen["taken_back"]["by"]), (&json!("mei"), &json!("moderator")));
    assert_eq!(seen["taken_back"]["reasons"], "Sellers hide behind it.");
    let mut one = stage.operator.get(&phrase).await.ok();
    assert!(one.as_object_mut().unwrap().remove("actions").is_some());
    assert_eq!(&one, seen, "one is as the list shows it");
    // It may be proposed again.
    assert_eq!(stage.moderator.post(&path, excuse("wechat pay exports")).await.status, 201);

    other.stop().await;
    let told = stage.told().await;
    let of_phrases = told.iter().filter(|(_, data)| data["allow_phrase"].is_string());
    let of_phrases: Vec<_> = of_phrases.map(|(fact, data)| (fact.as_str(), data["in_force"] == true)).collect();
    assert_eq!(of_phrases, [("approved", true), ("taken_back", false)]);
    let stored = rows(&stage, "allow_phrases");
    assert_eq!(listings::Listings.hosts()[1].rebuild(&mut stage.conn("listings")).unwrap(), 2);
    assert_eq!(rows(&stage, "allow_phrases"), stored);
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn no_approved_phrase_excuses_a_platform_brand_in_a_title() {
    let stage = Stage::new().await;
    let mut content = software("Stock keeping");
    content["description"] = json!("Reads the exports of Taobao stores into a table.");
    let path = flagged_in(&stage, content, "description").await;
    let proposed = stage.moderator.post(&path, excuse("exports of Taobao stores")).await.ok();
    let approve = format!("/v1/allow-phrases/{}/approve", proposed["id"].as_str().unwrap());
    stage.client("mei", None, &[Role::Moderator]).post(&approve, json!({ "reasons": "Agreed." })).await.ok();
    let mut content = software("Stock keeping");
    content["title"] = json!("Reads the exports of Taobao stores");
    content["description"] = json!("Reads the exports of Taobao stores into a table.");
    let body = json!({ "category": "software", "content": content.clone() });
    let seen = stage.provider.post_with("/v1/listings/dry-run", body, &[]).await.ok();
    let brands = seen["findings"].as_array().unwrap().iter().filter(|one| one["rule"] == "M4.2.c.2");
    assert_eq!(brands.map(|one| one["field"].as_str().unwrap()).collect::<Vec<_>>(), ["title"], "{seen}");
    let path = flagged_in(&stage, content, "title").await;
    let refused = stage.moderator.post(&path, excuse("the exports of Taobao stores")).await;
    assert_eq!(refused.refused(422, "brand_in_title", Some("X24"))["field"], "finding");
}

/// Drafts that are nearly the same, with these titles; where each is submitted.
async fn twins(stage: &Stage, titles: &[&str]) -> Vec<String> {
    let mut submits = vec![];
    for (n, title) in titles.iter().enumerate() {
        let mut content = software("Stock keeping");
        content["title"] = json!(title);
        content["price"]["amount"] = json!(format!("{}.00", 120 + n));
        let listing = stage.opened().await;
        let mut pictures = vec![];
        for subject in ["shelf", "table", "scanner"] {
            pictures.push(stage.pictured(&listing, "a.png", &painted(subject, 500, 500)).await);
        }
        content["pictures"] = json!(pictures);
        stage.provider.post(&format!("{listing}/revisions"), content).await.ok();
        submits.push(format!("{listing}/submit"));
    }
    submits
}

/// Submits them at once.
async fn submit_together(stage: &Stage, submits: &[String]) -> Vec<Value> {
    // The first is kept waiting until the others wait behind it.
    let mut holder = stage.conn("listings");
    holder.batch_execute("BEGIN; SELECT 1 FROM qualifications FOR UPDATE").unwrap();
    let submitted = join_all(submits.iter().map(|submit| stage.provider.post(submit, json!({}))));
    let release = async {
        let waits = "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        testkit::eventually("a batch waits", async || count(&mut stage.conn("listings"), waits) > 0).await;
        holder.batch_execute("COMMIT").unwrap();
    };
    let (answers, ()) = join(submitted, release).await;
    answers.into_iter().map(Response::ok).collect()
}

#[tokio::test]
async fn twins_that_are_submitted_together_see_each_other() {
    let stage = Stage::new().await;
    let submits = twins(&stage, &["Stock keeping", "Stock keeping!", "Stock keeping!!", "Stock keeping!!!"]).await;
    let seen = submit_together(&stage, &submits).await;
    let (first, others): (Vec<_>, Vec<_>) = seen.iter().partition(|seen| seen["status"] == "published");
    assert_eq!(first.len(), 1, "{seen:?}");
    assert_eq!(first[0]["screening"]["findings"], json!([]));
    for seen in others {
        let rules = names(&seen["screening"]["findings"], "rule");
        assert!(rules.contains(&"M5.17") && rules.contains(&"C6"), "{seen}");
    }
}

#[tokio::test]
async fn a_twin_that_is_refused_in_the_same_batch_is_nobodys() {
    let stage = Stage::new().await;
    let brand = ["Taobao stock", "Taobao stock!", "Taobao stock!!", "Taobao stock!!!", "Taobao stock keeping"];
    let mut submits = twins(&stage, &brand).await;
    submits.extend(twins(&stage, &["Stock keeping"]).await);
    let mut seen = submit_together(&stage, &submits).await;
    let innocent = seen.pop().unwrap();
    assert!(seen.iter().all(|seen| seen["screening"]["verdict"] == "reject"), "{seen:?}");
    assert_eq!((&innocent["status"], &innocent["screening"]["findings"]), (&json!("published"), &json!([])));
}

#[tokio::test]
async fn a_declined_phrase_excuses_nothing() {
    let stage = Stage::new().await;
    let path = flagged(&stage, "Alpha").await;
    let proposed = stage.moderator.post(&path, excuse("wechat pay exports")).await.ok();
    let phrase = format!("/v1/allow-phrases/{}", proposed["id"].as_str().unwrap());
    let mei = stage.client("mei", None, &[Role::Moderator]);
    let silent = mei.post(&format!("{phrase}/decline"), json!({ "reasons": " " })).await;
    silent.refused(422, "allow_phrase_reasons_needed", Some("M5"));
    mei.post(&format!("{phrase}/decline"), json!({ "reasons": "It names the tool." })).await.ok();
    assert_eq!(mei.get(&phrase).await.ok()["status"], "declined");
    assert_ne!(dry(&stage, "Reads wechat pay exports into a table.").await["findings"], json!([]));
}

#[tokio::test]
async fn an_edition_on_trial_judges_beside_the_one_in_force_and_its_flips_are_listed() {
    let mut stage = Stage::new().await;
    let source = Edition::shipped().source;
    let next = source.replacen("\"2026-11\"", "\"trial\"", 1).replacen(
        "effective_from = \"2026",
        "effective_from = \"2099",
        1,
    );
    let next = Edition::read(&next.replacen("recommended = 3", "recommended = 4", 1)).unwrap();
    assert!(engine::editions::publish(&mut stage.conn("listings"), &next).unwrap());
    let other = stage.moves().await;
    stage.published("Stock keeping").await;
    let flips = stage.moderator.get("/v1/moderation-flips").await.ok();
    let [flip] = flips["items"].as_array().unwrap().as_slice() else { panic!("{flips}") };
    assert_eq!((&flip["edition"], &flip["shadow"]), (&json!("2026-11"), &json!("trial")));
    assert_eq!((&flip["from"], &flip["to"]), (&json!("pass"), &json!("review")));
    let metrics = stage.nobody().get("/metrics").await.text;
    assert!(metrics.contains("guildhall_moderation_flips_total{from=\"pass\",to=\"review\"}"), "{metrics}");
    stage.provider.get("/v1/moderation-flips").await.refused(403, "role_required", None);
    rebuilt_flips_are_the_same(&stage);
    other.stop().await;
}

fn rebuilt_flips_are_the_same(stage: &Stage) {
    let stored = rows(stage, "moderation_flips");
    listings::Listings.hosts()[0].rebuild(&mut stage.conn("listings")).unwrap();
    assert_eq!(rows(stage, "moderation_flips"), stored);
}

fn rows(stage: &Stage, view: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        row: String,
    }
    let sql = format!("SELECT to_jsonb(v)::text AS row FROM {view} v ORDER BY 1");
    let rows = diesel::sql_query(sql).load::<Row>(&mut stage.conn("listings")).unwrap();
    rows.into_iter().map(|row| row.row).collect()
}
