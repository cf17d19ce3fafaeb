//! Decisions as records: what follows by rule, departing from it, four eyes, the appeal, replay, the balance.
use crate::stage::{Stage, as_recommended, cny, deadline, exhibit, found_on, ruling};
use diesel::prelude::*;
use disputes::replays::{Tally, replay_all};
use kernel::Role;
use serde_json::{Value, json};

#[tokio::test]
async fn following_the_rules_needs_no_reasons_and_departing_does() {
    let stage = Stage::new().await;
    let arbitrator = stage.arbitrator("arbitrator-1");
    let case = stage.taken(&arbitrator).await;
    let decision = format!("{case}/decision");
    arbitrator.post(&format!("{case}/findings"), found_on(3)).await.ok();
    let mut draft = as_recommended(&arbitrator.get(&format!("{case}/recommendation")).await.ok());
    let recommended = draft["to_merchant"].clone();
    draft["to_merchant"] = cny("1.00");
    let refused = arbitrator.post(&decision, draft.clone()).await;
    assert_eq!(refused.refused(422, "departure_without_reasons", Some("D1.1.4"))["field"], "departure");
    draft["to_merchant"] = recommended.clone();
    stage.told().await;
    arbitrator.post(&decision, draft).await.ok();

    let read = stage.merchant.get(&decision).await.ok();
    assert_eq!((&read["automation"], &read["record"]), (&json!("confirmed"), &Value::Null));
    assert_eq!(read["outcome"]["to_merchant"], recommended);
    let (en, zh) = (read["statement"]["en"].as_str().unwrap(), read["statement"]["zh"].as_str().unwrap());
    let until = read["appeal_by_at"].as_str().unwrap()[..16].replace('T', " ");
    for words in [
        "Of 1200.00 CNY paid, 1200.00 CNY goes back",
        "established (entry 3 of the case file)",
        "D2.2",
        "may each appeal",
        &until,
    ] {
        assert!(en.contains(words), "{words}: {en}");
    }
    for words in ["服务与描述不符", "成立(案卷第 3 号)", "D2.2", "复议", &until] {
        assert!(zh.contains(words), "{words}: {zh}");
    }
    let told = stage.told().await;
    let (_, decided) = told.iter().find(|(fact, _)| fact == "decided").unwrap();
    assert!(decided["outcome"]["statement"]["zh"].as_str().unwrap().contains(&until));
    assert!(decided.to_string().len() < 16 * 1024);
}

#[tokio::test]
async fn the_statement_says_how_much_follows_from_what_and_why() {
    let stage = Stage::new().await;
    let arbitrator = stage.arbitrator("arbitrator-1");
    let case = stage.taken(&arbitrator).await;
    let findings = format!("{case}/findings");
    let mut found = found_on(3);
    found["figures"] = json!({ "kept_value_share": "25%", "lost_time": "36 hours", "service_cost": 480 });
    found["figures_rest_on"] = json!([3]);
    found["figure_reasons"] = json!("A quarter of the pages can be used.");
    for (field, value, code) in [
        ("figures", json!({ "service_cost": "480.001" }), "figure_malformed"),
        ("figures", json!({ "lost_time": 129_600 }), "figure_malformed"),
        ("figures_rest_on", json!([]), "finding_without_evidence"),
    ] {
        let mut wrong = found.clone();
        wrong[field] = value;
        arbitrator.post(&findings, wrong).await.refused(422, code, Some("D1.4.1"));
    }
    arbitrator.post(&findings, found).await.ok();
    let seen = arbitrator.get(&findings).await.ok();
    let written = json!({ "kept_value_share": "0.25", "lost_time": "36 hours", "service_cost": "480.00" });
    assert_eq!((&seen["figures"], &seen["figures_rest_on"]), (&written, &json!([3])));
    let draft = as_recommended(&arbitrator.get(&format!("{case}/recommendation")).await.ok());
    let decision = format!("{case}/decision");
    arbitrator.post(&decision, draft).await.ok();
    let read = stage.merchant.get(&decision).await.ok();
    let [en, zh] = ["en", "zh"].map(|language| read["statement"][language].as_str().unwrap());
    for words in [
        "can use (D2.9): 0.25 (entry 3 of the case file).",
        "never more than was paid: 480.00 CNY (entry 3 of the case file).",
        "Why these figures: A quarter of the pages can be used.",
        "- D2.2: Untrue description, or known defects not told: the provider bears it",
        "Considered, and not applied: ",
    ] {
        assert!(en.contains(words), "{words}: {en}");
    }
    for words in ["480.00 CNY(案卷第 3 号)", "- D2.2:描述不实", "经考虑未适用:"] {
        assert!(zh.contains(words), "{words}: {zh}");
    }
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn above_an_amount_a_second_person_confirms_exactly_the_draft() {
    let stage = Stage::new().await;
    let (one, two) = (stage.arbitrator("arbitrator-1"), stage.arbitrator("arbitrator-2"));
    let case = stage.taken_of(stage.large(), &one).await;
    let (decision, confirm) = (format!("{case}/decision"), format!("{case}/decision/confirm"));
    two.post(&confirm, json!({ "hash": "0" })).await.refused(409, "decision_not_waiting", Some("D1.1.4"));
    let made = one.post(&decision, ruling()).await;
    assert_eq!((made.status, made.headers["location"].to_str().unwrap()), (202, format!("{decision}/draft").as_str()));
    assert_eq!(stage.merchant.get(&case).await.ok()["status"], "under_review");
    assert!(!stage.merchant.get(&case).await.text.contains("awaits_second_person"));
    stage.merchant.get(&format!("{decision}/draft")).await.refused(403, "role_required", None);
    stage.merchant.get(&decision).await.refused(404, "not_found", None);

    let waiting = two.get(&format!("{decision}/draft")).await.ok();
    let hash = json!({ "hash": waiting["hash"] });
    assert_eq!((&waiting["by"], &waiting["draft"]["to_merchant"]), (&json!("arbitrator-1"), &cny("800.00")));
    one.post(&confirm, hash.clone()).await.refused(409, "decision_needs_another_person", Some("D1.1.4"));
    two.post(&confirm, json!({ "hash": "0".repeat(64) })).await.refused(422, "decision_draft_differs", Some("D1.1.4"));
    two.post(&format!("{decision}/return"), json!({ "reasons": "Why 800?" })).await.ok();
    two.get(&format!("{decision}/draft")).await.refused(404, "not_found", None);
    one.post(&decision, ruling()).await.ok();
    let hash = json!({ "hash": two.get(&format!("{decision}/draft")).await.ok()["hash"] });
    let seen = two.post(&confirm, hash).await.ok();
    assert_eq!(seen["status"], "decided");
    let read = one.get(&decision).await.ok();
    assert_eq!((&read["second_person"], &read["record"]["confirmed_by"]), (&json!(true), &json!("arbitrator-2")));
    two.get(&format!("{decision}/draft")).await.refused(404, "not_found", None);

    // The database asks for the second person by itself.
    let mut conn = stage.conn("disputes");
    for unsound in ["confirmed_by = NULL", "confirmed_by = decided_by"] {
        let changed = diesel::sql_query(format!("UPDATE decisions SET {unsound}")).execute(&mut conn);
        assert!(changed.unwrap_err().to_string().contains("check constraint"), "{unsound}");
    }
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn an_appeal_is_decided_by_another_and_reversed_while_the_money_waits() {
    let stage = Stage::new().await;
    let (one, two) = (stage.arbitrator("arbitrator-1"), stage.arbitrator("arbitrator-2"));
    let case = stage.taken(&one).await;
    let (decision, appeal) = (format!("{case}/decision"), format!("{case}/appeal"));
    let error = json!({ "ground": { "error": { "articles": ["D2.2"], "facts": ["description_untrue"] } }, "text": "It shows prices." });
    stage.provider.post(&appeal, error.clone()).await.refused(409, "case_not_decided", Some("W17"));
    one.post(&format!("{case}/findings"), found_on(3)).await.ok();
    let draft = as_recommended(&one.get(&format!("{case}/recommendation")).await.ok());
    one.post(&decision, draft).await.ok();
    let groundless = json!({ "ground": { "error": {} }, "text": "No." });
    stage.provider.post(&appeal, groundless).await.refused(422, "appeal_without_ground", Some("W17"));
    stage.told().await;
    let seen = stage.provider.post(&appeal, error.clone()).await.ok();
    assert_eq!(
        (&seen["stage"], &seen["status"], &seen["appeal"]["by"]),
        (&json!("appeal"), &json!("under_review"), &json!("provider"))
    );
    stage.merchant.post(&appeal, error).await.refused(409, "case_already_appealed", Some("W17"));
    assert_eq!(
        two.get("/v1/disputes?stage=appeal&assigned=unassigned").await.ok()["items"].as_array().unwrap().len(),
        1
    );
    one.post(&format!("{case}/claim"), json!({})).await.refused(403, "arbitrator_decided_before", Some("W17"));
    two.post(&format!("{case}/claim"), json!({})).await.ok();
    stage.advance(kernel::TimeDelta::days(6)).await;
    let told = stage.told().await;
    assert!(told.iter().all(|(fact, _)| fact != "awarded"), "the money waits: {told:?}");

    two.post(&format!("{case}/claim"), json!({})).await.ok();
    let other = json!({ "findings": [{ "fact": "description_untrue", "truth": "not_established" }] });
    two.post(&format!("{case}/findings"), other).await.ok();
    let draft = as_recommended(&two.get(&format!("{case}/recommendation")).await.ok());
    assert_eq!(draft["to_merchant"], cny("0.00"));
    let seen = two.post(&decision, draft).await.ok();
    assert_eq!((&seen["status"], &seen["outcome"]["to_merchant"]), (&json!("resolved"), &cny("0.00")));
    let told = stage.told().await;
    let facts: Vec<_> = told.iter().map(|(fact, _)| fact.as_str()).collect();
    assert_eq!(facts, ["appeal_decided", "awarded"]);
    assert_eq!(told[1].1["outcome"]["to_merchant"], cny("0.00"));

    let all = stage.merchant.get(&format!("{case}/decisions")).await.ok();
    assert_eq!((&all["items"][0]["result"], &all["items"][1]["instance"]), (&json!("reversed"), &json!("first")));
    assert!(all["items"][0]["final_at"].is_string() && all["items"][1]["final_at"].is_null());
    let report = stage.staff(Role::Operator).get("/v1/reports/disputes").await.ok();
    let of_one = &report["by_arbitrator"][0];
    assert_eq!(
        (&of_one["name"], &of_one["overturned"], &of_one["overturned_share"]),
        (&json!("arbitrator-1"), &json!(1), &json!(1.0))
    );
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn every_decision_of_a_run_is_the_same_when_it_is_computed_again() {
    let stage = Stage::new().await;
    let (one, two) = (stage.arbitrator("arbitrator-1"), stage.arbitrator("arbitrator-2"));
    let mut decided = vec![];
    for nth in 0..4 {
        let case = stage.taken(&one).await;
        if nth % 2 == 0 {
            one.post(&format!("{case}/findings"), found_on(3)).await.ok();
        }
        let mut draft = as_recommended(&one.get(&format!("{case}/recommendation")).await.ok());
        draft["facts"] = json!(["The parties were heard."]);
        let draft = if nth == 3 { ruling() } else { draft };
        one.post(&format!("{case}/decision"), draft).await.ok();
        decided.push(case);
    }
    let error = json!({ "ground": { "error": { "articles": ["D2.2"] } }, "text": "No." });
    stage.provider.post(&format!("{}/appeal", decided[0]), error).await.ok();
    two.post(&format!("{}/claim", decided[0]), json!({})).await.ok();
    two.post(&format!("{}/decision", decided[0]), ruling()).await.ok();

    let mut replayed = 0;
    for case in &decided {
        for made in stage.merchant.get(&format!("{case}/decisions")).await.ok()["items"].as_array().unwrap() {
            let path = format!("/v1/decisions/{}/replay", made["id"].as_str().unwrap());
            let again = stage.merchant.post(&path, json!({})).await.ok();
            assert_eq!((&again["equal"], &again["edition_unchanged"]), (&json!(true), &json!(true)), "{again}");
            stage.provider(kernel::ProviderId(uuid::Uuid::now_v7())).post(&path, json!({})).await.refused(
                404,
                "not_found",
                None,
            );
            replayed += 1;
        }
    }
    assert_eq!(replayed, 5);
    // All at once, and a record that was tampered with is told apart.
    let mut conn = stage.conn("disputes");
    let rulebook = rulebook::Rulebook::shipped().unwrap();
    let mut found = vec![];
    let tally = replay_all(&mut conn, &rulebook, |one| {
        found.push(one);
        Ok(())
    });
    assert_eq!((tally.unwrap(), found), (Tally { decisions: 5, differing: 0 }, vec![]));
    let tamper = "UPDATE decisions SET record = jsonb_set(record, '{recommendation,refund}', '\"partial\"') WHERE instance = 'appeal'";
    assert_eq!(diesel::sql_query(tamper).execute(&mut conn).unwrap(), 1);
    let id = stage.merchant.get(&format!("{}/decisions", decided[0])).await.ok()["items"][0]["id"].clone();
    let mut found = vec![];
    let tally = replay_all(&mut conn, &rulebook, |one| {
        found.push((json!(one.decision), one.why, one.differences[0].field.clone()));
        Ok(())
    });
    assert_eq!(tally.unwrap(), Tally { decisions: 5, differing: 1 });
    assert_eq!(found, [(id.clone(), "outcome", "refund".to_owned())]);
    let again = stage.merchant.post(&format!("/v1/decisions/{}/replay", id.as_str().unwrap()), json!({})).await.ok();
    assert_eq!((&again["equal"], &again["differences"][0]["field"]), (&json!(false), &json!("refund")));

    let report = one.get("/v1/reports/disputes").await.ok();
    assert_eq!(
        (&report["all"]["cases"], &report["all"]["decided"], &report["all"]["appealed"]),
        (&json!(4), &json!(4), &json!(1))
    );
    assert!(report["all"]["median_seconds_to_outcome"].is_number());
    assert_eq!(report["by_category"][0]["name"], "software");
    stage.merchant.get("/v1/reports/disputes").await.refused(403, "role_required", None);
}

#[tokio::test]
async fn an_appeal_on_evidence_that_is_in_the_file_or_comes_without_a_reason_is_refused() {
    let stage = Stage::new().await;
    let one = stage.arbitrator("arbitrator-1");
    let case = stage.taken(&one).await;
    stage.drafted(&stage.merchant, &case, "A frame").await;
    stage.merchant.post(&format!("{case}/evidence/seal"), json!({})).await.ok();
    stage.pass(&case, "evidence").await;
    stage.pass(&case, "evidence").await;
    one.post(&format!("{case}/claim"), json!({})).await.ok();
    one.post(&format!("{case}/decision"), ruling()).await.ok();
    let appeal = format!("{case}/appeal");
    let ground = |exhibit: Value, why: &str| {
        let ground = json!({ "new_evidence": { "exhibits": [exhibit], "why_not_before": why } });
        json!({ "ground": ground, "text": "Look again." })
    };
    let known = stage.provider.post(&appeal, ground(exhibit("The same words"), "Found today.")).await;
    assert_eq!(known.refused(422, "appeal_evidence_not_new", Some("W17"))["field"], "exhibits");
    let mut new = exhibit("A log");
    new["text"] = json!("The log of the server says otherwise.");
    let unexplained = stage.provider.post(&appeal, ground(new.clone(), "")).await;
    assert_eq!(unexplained.refused(422, "appeal_evidence_unexplained", Some("D1.4.2"))["field"], "why_not_before");
    let seen = stage.provider.post(&appeal, ground(new, "The log was sealed until yesterday.")).await.ok();
    assert_eq!((&seen["stage"], &seen["status"]), (&json!("appeal"), &json!("evidence")));
    assert_eq!(
        (&seen["evidence"]["merchant"]["status"], &deadline(&seen, "evidence")["rule"]),
        (&json!("asked"), &json!("W14"))
    );
    let two = stage.arbitrator("arbitrator-2");
    two.post(&format!("{case}/claim"), json!({})).await.ok();
    let early = two.post(&format!("{case}/decision"), ruling()).await;
    early.refused(409, "evidence_still_open", Some("W14"));
    stage.merchant.post(&format!("{case}/evidence/seal"), json!({})).await.ok();
    two.post(&format!("{case}/decision"), ruling()).await.ok();
}

#[tokio::test]
async fn an_appeal_that_is_taken_back_leaves_the_other_side_its_days_and_is_told_to_it() {
    let stage = Stage::new().await;
    let one = stage.arbitrator("arbitrator-1");
    let case = stage.taken(&one).await;
    one.post(&format!("{case}/decision"), ruling()).await.ok();
    let appeal_by = stage.due(&case, "appeal").await;
    let ground = json!({ "ground": { "error": { "articles": ["D2.9"], "facts": [] } }, "text": "Count again." });
    let appeal = format!("{case}/appeal");
    stage.provider.post(&appeal, ground.clone()).await.ok();
    stage.recorded().await;
    let seen = stage.provider.post(&format!("{appeal}/withdraw"), json!({ "text": "Leave it." })).await.ok();
    assert_eq!((&seen["status"], stage.due(&case, "appeal").await), (&json!("decided"), appeal_by));
    let told = stage.recorded().await;
    let [withdrawn] = &told[..] else { panic!("{told:?}") };
    assert_eq!((withdrawn.event.as_str(), withdrawn.side), ("appeal_withdrawn", Some(kernel::Party::Provider)));
    assert_eq!((withdrawn.due, withdrawn.text.as_deref()), (Some(appeal_by), Some("Leave it.")));
    stage.provider.post(&appeal, ground.clone()).await.refused(409, "appeal_taken_back", Some("W17"));
    stage.merchant.post(&appeal, ground).await.ok();
    stage.pass(&case, "appeal_decision").await;
    stage.merchant.post(&format!("{appeal}/withdraw"), json!({})).await.ok();
    let told = stage.recorded().await;
    let withdrawn = told.iter().find(|record| record.event == "appeal_withdrawn").unwrap();
    assert_eq!((withdrawn.side, withdrawn.due), (Some(kernel::Party::Merchant), None));
    assert_eq!(stage.merchant.get(&case).await.ok()["status"], "resolved");
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn a_judgment_ends_a_case_that_waits_for_it() {
    let stage = Stage::new().await;
    let operator = stage.staff(Role::Operator);
    let case = stage.taken(&stage.arbitrator("arbitrator-1")).await;
    let sued = json!({ "forum": "court", "reason": "We have sued over the same order." });
    assert_eq!(stage.merchant.post(&format!("{case}/proceedings"), sued).await.ok()["status"], "suspended");
    stage.told().await;
    let outcome = json!({
        "forum": "court", "reference": "(2026) 0571-1", "text": "Final judgment.",
        "to_merchant": cny("300.00"), "data_download": true,
    });
    let seen = operator.post(&format!("{case}/forum-outcome"), outcome).await.ok();
    assert_eq!((&seen["status"], &seen["outcome"]["to_merchant"]), (&json!("resolved"), &cny("300.00")));
    let told = stage.told().await;
    assert_eq!(told.iter().map(|(fact, _)| fact.as_str()).collect::<Vec<_>>(), ["forum_followed", "awarded"]);
    let timeline = stage.merchant.get(&format!("{case}/timeline?limit=100")).await.ok();
    let entries = timeline["items"].as_array().unwrap().iter();
    let followed = entries.filter(|entry| entry["event"] == "forum_followed").collect::<Vec<_>>();
    assert_eq!((followed.len(), &followed[0]["rules"]), (1, &json!(["D1.1.4", "D1.5.2"])));
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn a_draft_edition_says_who_would_have_won_what() {
    let stage = Stage::new().await;
    let one = stage.arbitrator("arbitrator-1");
    let case = stage.taken(&one).await;
    one.post(&format!("{case}/findings"), found_on(3)).await.ok();
    let draft = as_recommended(&one.get(&format!("{case}/recommendation")).await.ok());
    one.post(&format!("{case}/decision"), draft).await.ok();
    let simulate = |edition: &rulebook::Edition| {
        let mut found = vec![];
        let mut conn = stage.conn("disputes");
        disputes::simulation::simulate(&mut conn, &edition.disputes.standards, |one| {
            found.push(one);
            Ok(())
        })
        .unwrap();
        found
    };
    let shipped = rulebook::Edition::shipped();
    assert_eq!(simulate(&shipped), [], "only closed cases count");
    stage.pass(&case, "appeal").await;
    let found = simulate(&shipped);
    assert_eq!((found.len(), found[0].gains, found[0].draft.minor), (1, "nobody", 120_000));
    // A draft under which an untrue description alone is no ground.
    let source = include_str!("../../../../libs/rulebook/editions/2026-11.toml");
    let narrower = source.replace("\"description_untrue | defect_concealed\"", "\"defect_concealed\"");
    assert_ne!(narrower, source);
    let found = simulate(&rulebook::Edition::read(&narrower).unwrap());
    assert_eq!((found[0].gains, found[0].recommended.minor, found[0].draft.minor), ("provider", 120_000, 0));
    assert!(!found[0].draft_articles.contains(&found[0].articles[0]), "{:?}", found[0].draft_articles);
}

#[tokio::test]
async fn what_a_court_decides_later_is_followed() {
    let stage = Stage::new().await;
    let one = stage.arbitrator("arbitrator-1");
    let case = stage.taken(&one).await;
    one.post(&format!("{case}/decision"), ruling()).await.ok();
    stage.pass(&case, "appeal").await;
    stage.told().await;
    let order = stage.merchant.get(&case).await.ok()["order"].clone();
    let split = json!({
        "order": order, "merchant": stage.merchant_id, "provider": stage.provider_id, "amount": cny("1200.00"),
        "status": "split", "refunded": cny("800.00"), "released": cny("400.00"),
        "caused": [caused(&case, "refunded", Some("800.00")), caused(&case, "credited", Some("400.00"))],
    });
    stage.inject("settlement", "escrow.split", order.as_str().unwrap(), 4, split.clone()).await;
    let mut paid_out = split;
    paid_out["caused"] = json!([caused(&case, "paid_out", Some("800.00"))]);
    stage.inject("settlement", "escrow.paid_out", order.as_str().unwrap(), 5, paid_out).await;
    let granted = json!({ "caused": [caused(&case, "use_extended", None), caused(&case, "unheard_of", None)] });
    stage.inject("settlement", "purse.changed", "pur_01h455vb4pex5vsknk084sn02q", 1, granted).await;
    stage.rest().await;
    let seen = stage.merchant.get(&case).await.ok();
    let kinds = |list: &Value| list.as_array().unwrap().iter().map(|one| one["kind"].clone()).collect::<Vec<_>>();
    let known = kinds(&seen["consequences"]);
    for kind in ["refunded", "credited", "paid_out", "use_extended"] {
        assert!(known.contains(&json!(kind)), "{kind} in {known:?}");
    }
    let followed =
        json!({ "forum": "court", "reference": "(2026) 1", "text": "All of it.", "to_merchant": cny("1200.00") });
    let path = format!("{case}/forum-outcome");
    one.post(&path, followed.clone()).await.refused(403, "case_action_not_yours", None);
    let seen = stage.staff(Role::Operator).post(&path, followed).await.ok();
    assert_eq!(seen["outcome"]["to_merchant"], cny("1200.00"));
    let timeline = stage.merchant.get(&format!("{case}/timeline?limit=100")).await.ok();
    let entry = timeline["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(entry["event"], "forum_followed");
    let fates = &entry["reversals"];
    let fate = |kind: &str| fates.as_array().unwrap().iter().find(|one| one["kind"] == kind).unwrap()["fate"].clone();
    assert!(fate("credited")["undone"].is_object() && fate("use_extended")["undone"].is_object(), "{fates}");
    assert!(fate("paid_out")["stays"].is_object() && fate("refunded")["stays"].is_object(), "{fates}");
    let place = |kind: &str| fates.as_array().unwrap().iter().position(|one| one["kind"] == kind);
    assert!(place("paid_out") < place("refunded"), "what grew from something comes before it: {fates}");
    let told = stage.told().await;
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].0.as_str(), &told[0].1["outcome"]["to_merchant"]), ("forum_followed", &cny("1200.00")));
    let report = one.get("/v1/reports/disputes").await.ok()["all"].clone();
    let counted = ["decided", "for_merchant", "overturned", "overturned_elsewhere"].map(|count| report[count].clone());
    assert_eq!((counted, &report["overturned_share"]), ([1, 1, 0, 1].map(|count| json!(count)), &json!(1.0)));
    assert!(report["median_seconds_to_end"].as_f64() > report["median_seconds_to_outcome"].as_f64(), "{report}");
    assert_eq!(stage.merchant.get(&format!("{case}/file/verify")).await.ok()["sound"], true);

    // What could not be undone comes as a report, and stands in the case.
    let owed = json!({ "caused": [caused(&case, "liability_recorded", Some("400.00"))] });
    stage.inject("settlement", "purse.changed", "pur_01h455vb4pex5vsknk084sn02q", 2, owed).await;
    stage.rest().await;
    let seen = stage.merchant.get(&case).await.ok();
    assert_eq!(kinds(&seen["consequences"]), [json!("refunded"), json!("paid_out"), json!("liability_recorded")]);
    let timeline = stage.provider.get(&format!("{case}/timeline?limit=100")).await.ok();
    let entry = timeline["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&entry["event"], &entry["rules"]), (&json!("consequences_recorded"), &json!(["D1.6.2"])));
    assert_eq!(entry["consequences"][0]["amount"], cny("400.00"));
    assert!(stage.unsound().is_empty());
}

/// Something that others report the word of a case to have brought about.
fn caused(case: &str, kind: &str, amount: Option<&str>) -> Value {
    let mut told = json!({ "case": case.rsplit('/').next().unwrap(), "kind": kind });
    if let Some(amount) = amount {
        told["amount"] = cny(amount);
    }
    told
}
