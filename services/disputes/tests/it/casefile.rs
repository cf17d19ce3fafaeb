//! The case file: what the platform records enters by itself, nothing is changed, and the bundle says so without a
//! server.
use crate::stage::{Stage, cny, found_on, ruling};
use contracts::Message;
use diesel::prelude::*;
use disputes_domain::casefile::verify;
use serde_json::{Value, json};
use std::path::PathBuf;

async fn kinds(reader: &testkit::Client, case: &str) -> Vec<String> {
    let seen = reader.get(&format!("{case}/file")).await.ok();
    let entries = seen["items"].as_array().unwrap().iter();
    entries
        .map(|one| one["content"]["kind"].as_str().unwrap_or_else(|| one["entry"]["kind"].as_str().unwrap()).into())
        .collect()
}

#[tokio::test]
async fn what_the_platform_records_enters_the_file_once_before_and_after_the_opening() {
    let stage = Stage::new().await;
    let arbitrator = stage.arbitrator("arbitrator-1");
    let order = stage.order();
    let case = stage.taken_of(order.clone(), &arbitrator).await;
    assert_eq!(kinds(&stage.merchant, &case).await, ["claim", "listing_revision", "delivery", "escalation"]);

    let notice = json!({
        "notice": kernel::NoticeId(uuid::Uuid::now_v7()), "kind": "order_delivered", "fact": "orders.order.delivered",
        "fact_at": "2026-11-22T00:00:00Z", "cause": uuid::Uuid::now_v7(),
        "recipient": kernel::Org::Merchant(stage.merchant_id), "party": "merchant", "order": order.order,
        "case": null, "rules": ["D1.1.3"], "content_hash": "0".repeat(64), "made_at": "2026-11-22T00:00:00Z",
        "served_at": "2026-11-22T00:00:01Z", "served_by": "inbox", "mailed_at": null, "read_at": null,
    });
    let told = stage.inject("notifications", "notice.served", "ntc_1", 1, notice).await;
    let paper = json!({
        "paper": { "order": order.order, "kind": "deadline_missed", "title": "Late", "content": { "rule": "D2.4" } },
    });
    stage.inject("orders", "order.recorded", &order.order.to_string(), 9, paper).await;
    stage.send(&told).await;
    stage.rest().await;
    let all = kinds(&stage.merchant, &case).await;
    assert_eq!(all[..3], ["claim", "listing_revision", "delivery"]);
    let mut late = all[3..].to_vec();
    late.sort();
    assert_eq!(late, ["deadline_missed", "escalation", "notice_served"]);
    assert_eq!(stage.provider.get(&format!("{case}/file/verify")).await.ok()["sound"], true);
    // A record of the platform is a valid voucher: a finding may rest on it (D1.2).
    arbitrator.post(&format!("{case}/findings"), found_on(3)).await.ok();
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn what_was_agreed_is_what_the_articles_go_by() {
    let stage = Stage::new().await;
    let mut order = stage.order();
    let application = order.application.as_mut().unwrap();
    (application.by_period, application.cycle_agreed) = (true, true);
    let arbitrator = stage.arbitrator("arbitrator-1");
    let case = stage.taken_of(order, &arbitrator).await;
    arbitrator.post(&format!("{case}/decision"), ruling()).await.ok();
    let terms = arbitrator.get(&format!("{case}/decision")).await.ok()["record"]["terms"].clone();
    assert_eq!((&terms["by_period"], &terms["cycle_agreed"]), (&json!(true), &json!(true)));
}

#[tokio::test]
async fn the_bundle_holds_without_a_server_and_names_one_flipped_byte() {
    let stage = Stage::new().await;
    let arbitrator = stage.arbitrator("arbitrator-1");
    let case = stage.taken(&arbitrator).await;
    let file = stage.merchant.upload(&format!("{case}/files"), "frame.png", "image/png", b"a frame").await.ok();
    let mut exhibit = crate::stage::exhibit("A frame");
    exhibit["files"] = json!([file["id"]]);
    stage.merchant.post(&format!("{case}/evidence"), exhibit.clone()).await.ok();
    exhibit["files"] = json!(["fil_01h455vb4pex5vsknk084sn02q"]);
    let unknown = stage.merchant.post(&format!("{case}/evidence"), exhibit).await;
    assert_eq!(unknown.refused(422, "evidence_file_unknown", Some("D1.4.5"))["field"], "files");
    // Until the sets are exchanged the file is its side's own.
    let download = format!("{case}/files/{}", file["id"].as_str().unwrap());
    let got = stage.merchant.get(&download).await;
    assert_eq!(got.text, "a frame");
    assert_eq!(got.headers["etag"], format!("\"{}\"", file["sha256"].as_str().unwrap()));
    assert_eq!(got.headers["content-disposition"], "attachment; filename*=UTF-8''frame.png");
    stage.provider.get(&download).await.refused(404, "file_not_found", None);
    arbitrator.get(&download).await.refused(404, "file_not_found", None);
    stage.merchant.post(&format!("{case}/evidence/seal"), json!({})).await.ok();
    stage.provider.post(&format!("{case}/evidence/seal"), json!({})).await.ok();
    assert_eq!(stage.provider.get(&download).await.text, "a frame");
    stage.pass(&case, "evidence").await;
    arbitrator.post(&format!("{case}/claim"), json!({})).await.ok();
    arbitrator.post(&format!("{case}/decision"), ruling()).await.ok();

    let bundle = stage.provider.get(&format!("{case}/file/bundle")).await.text;
    let verified = verify(bundle.as_bytes()).unwrap();
    let seen = stage.provider.get(&case).await.ok();
    assert_eq!(json!([verified.entries, verified.head]), json!([seen["file"]["entries"], seen["file"]["head"]]));
    assert_eq!((verified.files, verified.files_elsewhere.len()), (1, 0));
    assert!(!bundle.contains("arbitrator-1"), "staff act by their role there");
    let item = seen_item(&bundle);
    let place = bundle.find("The price list is empty.").unwrap();
    let mut flipped = bundle.into_bytes();
    flipped[place] ^= 1;
    let broken = verify(&flipped).unwrap_err().to_string();
    assert!(broken.starts_with(&format!("entry {item}, content")), "{broken}");

    // Nor can a file be exchanged on the disk.
    let check = format!("{case}/file/verify");
    let sound = stage.merchant.get(&check).await.ok();
    assert_eq!((&sound["sound"], &sound["files"]), (&json!(true), &json!(1)));
    let sha256 = file["sha256"].as_str().unwrap();
    let stored = [&stage.settings.files.folder, "disputes", &sha256[..2], sha256].iter().collect::<PathBuf>();
    std::fs::remove_file(&stored).unwrap();
    std::fs::write(&stored, "another frame").unwrap();
    let altered = stage.provider.get(&check).await.ok();
    assert_eq!(altered["broken"], format!("file {sha256}: is not what was filed"));
    assert_eq!(altered["sound"], false);

    // What was filed cannot be changed in the database either.
    let mut conn = stage.conn("disputes");
    let changed = diesel::sql_query("UPDATE case_file SET kind = 'claim'").execute(&mut conn);
    assert!(changed.unwrap_err().to_string().contains("never changed"));
    let torn = "INSERT INTO case_file (case_id, number, kind, entry, content, hash, previous) \
        SELECT case_id, number + 1, kind, jsonb_build_object('hash', repeat('0', 64), 'previous', repeat('1', 64), \
        'number', number + 1), content, repeat('0', 64), repeat('1', 64) FROM case_file ORDER BY number DESC LIMIT 1";
    assert!(diesel::sql_query(torn).execute(&mut conn).unwrap_err().to_string().contains("foreign key"));
}

/// Events of the timeline that tell of the arbitrators' work on a decision, as the reader sees them.
async fn deliberations(reader: &testkit::Client, case: &str) -> Vec<String> {
    let seen = reader.get(&format!("{case}/timeline")).await.ok();
    let events = seen["items"].as_array().unwrap().iter().map(|entry| entry["event"].as_str().unwrap().to_owned());
    events.filter(|event| event.starts_with("decision_") || event == "findings_entered").collect()
}

#[tokio::test]
async fn findings_and_drafts_are_staffs_own_until_the_decision() {
    let stage = Stage::new().await;
    let (one, two) = (stage.arbitrator("arbitrator-1"), stage.arbitrator("arbitrator-2"));
    let case = stage.taken_of(stage.large(), &one).await;
    let (findings, bundle) = (format!("{case}/findings"), format!("{case}/file/bundle"));
    one.post(&findings, found_on(3)).await.ok();
    let draft = crate::stage::as_recommended(&one.get(&format!("{case}/recommendation")).await.ok());
    one.post(&format!("{case}/decision"), draft.clone()).await.ok();
    two.post(&format!("{case}/decision/return"), json!({ "reasons": "Which page?" })).await.ok();
    let all = ["findings_entered", "decision_drafted", "decision_returned"];
    assert_eq!(deliberations(&two, &case).await, all);
    assert_eq!(two.get(&findings).await.ok()["facts"]["description_untrue"]["rests_on"], json!([3]));
    for party in [&stage.provider, &stage.merchant] {
        assert_eq!(deliberations(party, &case).await, Vec::<String>::new());
        party.get(&findings).await.refused(403, "role_required", None);
        let seen = party.get(&format!("{case}/file")).await;
        assert!(!seen.text.contains("description_untrue"), "{}", seen.text);
        // Their copy of the file says that something is withheld, and holds.
        let verified = verify(party.get(&bundle).await.text.as_bytes()).unwrap();
        assert_eq!((verified.entries, verified.withheld), (5, vec![5]));
        assert_eq!(party.get(&format!("{case}/file/verify")).await.ok()["sound"], true);
    }
    assert_eq!(verify(two.get(&bundle).await.text.as_bytes()).unwrap().withheld, Vec::<u32>::new());

    let made = one.post(&format!("{case}/decision"), draft).await;
    assert_eq!(made.status, 202, "{}", made.text);
    let hash = two.get(&format!("{case}/decision/draft")).await.ok()["hash"].clone();
    two.post(&format!("{case}/decision/confirm"), json!({ "hash": hash })).await.ok();
    for party in [&stage.provider, &stage.merchant] {
        assert_eq!(deliberations(party, &case).await, all[..1]);
        assert_eq!(party.get(&findings).await.ok()["facts"]["description_untrue"]["rests_on"], json!([3]));
        assert_eq!(verify(party.get(&bundle).await.text.as_bytes()).unwrap().withheld, Vec::<u32>::new());
    }

    // On an appeal the second arbitrator's findings are as private; the first ones stay in the file.
    let ground = json!({ "error": { "articles": ["D2.2"] } });
    stage.provider.post(&format!("{case}/appeal"), json!({ "ground": ground, "text": "No." })).await.ok();
    let three = stage.arbitrator("arbitrator-3");
    three.post(&format!("{case}/claim"), json!({})).await.ok();
    three.post(&findings, found_on(2)).await.ok();
    stage.merchant.get(&findings).await.refused(403, "role_required", None);
    assert_eq!(deliberations(&stage.merchant, &case).await, all[..1]);
    let verified = verify(stage.merchant.get(&bundle).await.text.as_bytes()).unwrap();
    assert_eq!(verified.withheld, [verified.entries]);
    assert!(stage.unsound().is_empty());
}

/// The number of the first item in a bundle.
fn seen_item(bundle: &str) -> Value {
    let bundle: Value = serde_json::from_str(bundle).unwrap();
    let mut entries = bundle["entries"].as_array().unwrap().iter();
    entries.find(|one| one["entry"]["kind"] == "item").unwrap()["entry"]["number"].clone()
}

#[tokio::test]
async fn who_must_prove_what_is_seen_by_both_and_the_recommendation_by_staff() {
    let stage = Stage::new().await;
    let arbitrator = stage.arbitrator("arbitrator-1");
    let case = stage.taken(&arbitrator).await;
    let proof = stage.merchant.get(&format!("{case}/proof")).await.ok();
    let line = |proof: &Value| {
        let mut lines = proof["items"].as_array().unwrap().iter();
        lines.find(|line| line["claim"] == "not_as_described").unwrap().clone()
    };
    assert_eq!((&line(&proof)["bearer"], &line(&proof)["rule"]), (&json!("merchant"), &json!("D1.4.4")));
    assert_eq!(line(&proof)["truth"], "open");
    let records: Vec<_> = line(&proof)["records"].as_array().unwrap().iter().map(|one| one["event"].clone()).collect();
    assert_eq!(records, ["placed"], "what was described is what was ordered on");
    assert!(line(&proof)["if_unproven"].as_str().unwrap().contains("against the merchant"));
    let path = format!("{case}/recommendation");
    stage.merchant.get(&path).await.refused(403, "role_required", None);
    let open = arbitrator.get(&path).await.ok();
    assert_eq!(open["recommendation"]["refund"], "none", "what is open goes against its bearer");
    arbitrator.post(&format!("{case}/findings"), found_on(3)).await.ok();
    assert_eq!(line(&arbitrator.get(&format!("{case}/proof")).await.ok())["truth"], "established");
    let before = line(&stage.provider.get(&format!("{case}/proof")).await.ok());
    assert_eq!((&before["truth"], &before["rests_on"]), (&json!("open"), &json!([])), "told with the decision");
    let found = arbitrator.get(&path).await.ok();
    assert_eq!(found["recommendation"]["to_merchant"], cny("1200.00"));
    let told: Vec<Message> = stage.published().await;
    assert!(told.iter().all(|message| message.fact() != "records_filed"));
}

#[tokio::test]
async fn a_delivery_that_kept_its_date_is_two_records_each_filed_once() {
    let stage = Stage::new().await;
    let order = stage.order();
    let mut delivered = order.clone();
    delivered.application = None;
    let mut data = serde_json::to_value(&delivered).unwrap();
    let paper = |kind: &str| json!({ "order": order.order, "kind": kind, "title": kind, "content": { "round": 1 } });
    (data["paper"], data["kept"]) = (paper("delivery"), paper("deadline_kept"));
    let told = stage.inject("orders", "order.delivered", &order.order.to_string(), 2, data).await;
    let case = stage.open_from(&order).await;
    stage.send(&told).await;
    stage.rest().await;
    let mut records = kinds(&stage.provider, &case).await;
    assert_eq!(records.remove(0), "claim");
    records.sort();
    assert_eq!(records, ["deadline_kept", "delivery"]);
    assert_eq!(stage.provider.get(&format!("{case}/file/verify")).await.ok()["sound"], true);
    assert!(stage.unsound().is_empty());
}
