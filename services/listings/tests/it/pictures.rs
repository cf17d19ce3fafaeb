//! Pictures over HTTP: measured when they are uploaded, known again by what they show (C6, M4.2.e.1).
use crate::painting::{encoded, painted};
use crate::stage::{Stage, names, software};
use image::ImageFormat;
use kernel::{ProviderId, QualificationId};
use serde_json::{Value, json};
use uuid::Uuid;

/// A listing of this title with these pictures, submitted; its path and how it is seen by the provider.
async fn submitted(stage: &Stage, title: &str, pictures: &[(&str, &str, Vec<u8>)]) -> (String, Value) {
    let listing = stage.opened().await;
    let mut content = software(title);
    let mut ids = vec![];
    for (name, media_type, bytes) in pictures {
        let file = stage.provider.upload(&format!("{listing}/files"), name, media_type, bytes).await.ok();
        ids.push(file["id"].clone());
    }
    content["pictures"] = json!(ids);
    stage.provider.post(&format!("{listing}/revisions"), content).await.ok();
    let seen = stage.provider.post(&format!("{listing}/submit"), json!({})).await.ok();
    (listing, seen)
}

fn png(subject: &str) -> (&'static str, &'static str, Vec<u8>) {
    ("a.png", "image/png", encoded(&painted(subject, 600, 600), ImageFormat::Png))
}

/// The same picture as another file: another format, smaller, lighter.
fn copied(subject: &str) -> (&'static str, &'static str, Vec<u8>) {
    let copy = painted(subject, 600, 600).resize_exact(520, 520, image::imageops::FilterType::Triangle).brighten(12);
    ("copy.jpg", "image/jpeg", encoded(&copy, ImageFormat::Jpeg))
}

fn found(seen: &Value) -> Vec<(&str, &str)> {
    let findings = seen["screening"]["findings"].as_array().unwrap().iter();
    findings.map(|one| (one["rule"].as_str().unwrap(), one["field"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn the_same_picture_in_another_file_is_told_within_a_listing_and_across_listings() {
    let mut stage = Stage::new().await;
    let (first, seen) = submitted(&stage, "Stock", &[png("shelf"), png("table"), png("scanner")]).await;
    assert_eq!((&seen["status"], found(&seen)), (&json!("published"), vec![]), "{seen}");
    let twice = [png("truck"), png("parcel"), copied("truck"), copied("shelf")];
    let (_, seen) = submitted(&stage, "Parcel labels", &twice).await;
    assert_eq!(found(&seen), [("C6", "pictures[2]"), ("C6", "pictures[3]")], "{seen}");
    assert_eq!(seen["status"], "published", "advice stands in nobody's way");
    let twin = &seen["screening"]["findings"][1];
    assert_eq!((&twin["how"], &twin["twin"]), (&json!("picture"), &json!(first.rsplit('/').next().unwrap())));

    // Another provider's picture: a person looks at it, and the provider is not told whose it is.
    let owner = std::mem::replace(&mut stage.id, ProviderId(Uuid::now_v7()));
    stage.qualification = QualificationId(Uuid::now_v7());
    stage.provider = stage.suite().provider(stage.id);
    stage.qualifies(1, "active").await;
    stage.rest().await;
    let copies = [png("window"), copied("scanner"), png("door")];
    let (copy, seen) = submitted(&stage, "Window cleaning plan", &copies).await;
    assert_eq!(found(&seen), [("M4.2.e.1", "pictures[1]")], "{seen}");
    assert_eq!(
        (&seen["status"], &seen["screening"]["findings"][0]["row"]),
        (&json!("pending_review"), &json!("M5.43"))
    );
    assert!(!seen.to_string().contains(first.rsplit('/').next().unwrap()));
    let revision = format!("{copy}/revisions/{}", seen["working"]["revision"].as_str().unwrap());
    let shown = stage.moderator.get(&revision).await.ok();
    assert_eq!(names(&shown["screening"]["findings"], "twin"), [first.rsplit('/').next().unwrap()]);

    // What is no longer offered is nobody's twin.
    stage.provider.post(&format!("{copy}/recall"), json!({})).await.ok();
    stage.suite().provider(owner).post(&format!("{first}/withdraw"), json!({})).await.ok();
    let seen = stage.provider.post(&format!("{copy}/submit"), json!({})).await.ok();
    assert_eq!((&seen["status"], found(&seen)), (&json!("published"), vec![]), "{seen}");
}

#[tokio::test]
async fn a_dry_run_looks_at_pictures_of_the_callers_own() {
    let mut stage = Stage::new().await;
    let (first, _) = submitted(&stage, "Stock", &[png("shelf"), png("table"), png("scanner")]).await;
    let listing = stage.opened().await;
    let small = ("small.png", "image/png", encoded(&painted("thumb", 499, 800), ImageFormat::Png));
    let mut ids = vec![];
    for (name, media_type, bytes) in [copied("shelf"), png("window"), small] {
        ids.push(stage.provider.upload(&format!("{listing}/files"), name, media_type, &bytes).await.ok()["id"].clone());
    }
    let mut content = software("Parcel labels");
    content["pictures"] = json!(ids);
    let body = json!({ "category": "software", "content": content });
    let dry = async |stage: &Stage, body: &Value| {
        let screening = stage.provider.post_with("/v1/listings/dry-run", body.clone(), &[]).await.ok();
        json!({ "screening": screening })
    };
    let seen = dry(&stage, &body).await;
    assert_eq!(found(&seen), [("C6", "pictures[0]"), ("C6", "pictures[2]")], "{seen}");
    assert_eq!(seen["screening"]["findings"][0]["twin"], json!(first.rsplit('/').next().unwrap()));
    // As the submission says it.
    stage.provider.post(&format!("{listing}/revisions"), content).await.ok();
    let submitted = stage.provider.post(&format!("{listing}/submit"), json!({})).await.ok();
    assert_eq!(submitted["screening"]["findings"], seen["screening"]["findings"]);
    assert_eq!(dry(&stage, &body).await["screening"]["findings"], seen["screening"]["findings"], "itself is no twin");

    // Another provider learns nothing of files that are not its own.
    stage.provider = stage.suite().provider(ProviderId(Uuid::now_v7()));
    let seen = dry(&stage, &body).await;
    assert!(found(&seen).iter().all(|(_, field)| !field.starts_with("pictures")), "{seen}");
}

#[tokio::test]
async fn a_picture_is_as_large_as_its_pixels_say() {
    let stage = Stage::new().await;
    let small = ("small.png", "image/png", encoded(&painted("thumb", 499, 800), ImageFormat::Png));
    let (listing, seen) = submitted(&stage, "Stock keeping", &[png("shelf"), small, png("table")]).await;
    assert_eq!(found(&seen), [("C6", "pictures[1]")], "{seen}");
    assert_eq!(seen["screening"]["findings"][0]["seen_as"], "499 x 800 pixels");
    let revision = format!("{listing}/revisions/{}", seen["approved"]["terms"]["revision"].as_str().unwrap());
    let shown = stage.provider.get(&revision).await.ok();
    let picture = &shown["content"]["pictures"][1];
    assert_eq!(
        (&picture["width"], &picture["height"], &picture["name"]),
        (&json!(499), &json!(800), &json!("small.png"))
    );
}

#[tokio::test]
async fn what_is_no_picture_is_not_taken_for_one() {
    let stage = Stage::new().await;
    let listing = stage.opened().await;
    let files = format!("{listing}/files");
    let bytes = encoded(&painted("shelf", 500, 500), ImageFormat::Png);
    let damaged = stage.provider.upload(&files, "a.png", "image/png", &bytes[..bytes.len() / 2]).await;
    damaged.refused(422, "picture_unreadable", None);
    stage.provider.upload(&files, "a.jpg", "image/jpeg", b"no picture").await.refused(422, "picture_unreadable", None);
    stage.provider.upload(&files, "a.png", "image/png", &vec![0; 21 << 20]).await.refused(413, "file_too_large", None);
    assert_eq!(stage.count_files(), 0);
    // Any other file is taken as it is, and proves something; it is no picture.
    let document = stage.provider.upload(&files, "proof.pdf", "application/pdf", b"%PDF").await.ok()["id"].clone();
    let mut content = software("Stock keeping");
    content["cases"] = json!([{ "text": "A shop counts with it.", "evidence": [document] }]);
    stage.provider.post(&format!("{listing}/revisions"), content.clone()).await.ok();
    content["pictures"] = json!([document]);
    let problem = stage.provider.post(&format!("{listing}/revisions"), content).await;
    assert_eq!(problem.refused(422, "listing_file_no_picture", None)["field"], "pictures");
}
