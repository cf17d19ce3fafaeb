//! What is on sale, for everybody with a token.
use crate::stage::{Stage, names};
use serde_json::json;

#[tokio::test]
async fn merchants_see_the_published_revision_and_its_pictures_and_nothing_else() {
    let stage = Stage::new().await;
    let listing = stage.published("Stock keeping").await;
    let id = listing.rsplit('/').next().unwrap();
    let entry = format!("/v1/listings/catalogue/{id}");
    let seen = stage.merchant.get(&entry).await.ok();
    assert_eq!((&seen["id"], &seen["terms"]["title"]), (&json!(id), &json!("Stock keeping")));
    assert_eq!(seen["content"]["elements"]["function"], "Counts stock, warns, exports tables.");
    let picture = &seen["content"]["pictures"][0];
    let file = picture["id"].as_str().unwrap();
    let downloaded = stage.merchant.get(&format!("{entry}/pictures/{file}")).await;
    assert_eq!((downloaded.status, downloaded.etag()), (200, Some(format!("{}", picture["sha256"]).as_str())));
    assert_eq!((&picture["width"], &picture["height"]), (&json!(500), &json!(500)));
    assert_eq!(downloaded.headers["x-content-type-options"], "nosniff");
    assert_eq!(downloaded.headers["content-disposition"], "attachment");
    stage.merchant.get(&format!("{listing}/files/{file}")).await.refused(404, "not_found", None);

    // Uploaded, even in a draft: not on sale.
    let draft = stage.picture(&listing, "draft.png").await;
    let unpublished = format!("{entry}/pictures/{}", draft.as_str().unwrap());
    stage.merchant.get(&unpublished).await.refused(404, "not_found", None);
    let own = stage.provider.get(&format!("{listing}/files/{}", draft.as_str().unwrap())).await;
    assert_eq!((own.status, own.headers["content-type"].to_str().unwrap()), (200, "image/png"));

    stage.provider.post(&format!("{listing}/withdraw"), json!({})).await.ok();
    stage.merchant.get(&entry).await.refused(404, "not_found", None);
    stage.merchant.get(&format!("{entry}/pictures/{file}")).await.refused(404, "not_found", None);
}

#[tokio::test]
async fn what_proves_a_case_stays_between_the_provider_and_the_moderators() {
    let stage = Stage::new().await;
    let listing = stage.opened().await;
    let mut content = crate::stage::software("Stock keeping");
    let mut pictures = vec![];
    for name in ["a.png", "b.png", "c.png", "proof.png"] {
        pictures.push(stage.picture(&listing, name).await);
    }
    let proof = pictures.pop().unwrap();
    content["pictures"] = json!(pictures);
    content["cases"] = json!([{ "text": "A shop in Hangzhou counts with it.", "evidence": [proof] }]);
    stage.provider.post(&format!("{listing}/revisions"), content).await.ok();
    let seen = stage.provider.post(&format!("{listing}/submit"), json!({})).await.ok();
    assert_eq!(seen["status"], "published", "{seen}");
    let entry = format!("/v1/listings/catalogue/{}", seen["id"].as_str().unwrap());
    let public = stage.merchant.get(&entry).await.ok();
    assert_eq!(public["content"]["cases"], json!([{ "text": "A shop in Hangzhou counts with it." }]));
    let revision = format!("{listing}/revisions/{}", public["terms"]["revision"].as_str().unwrap());
    let own = stage.provider.get(&revision).await.ok();
    assert_eq!(own["content"]["cases"][0]["evidence"][0]["id"], proof);
    let hidden = format!("{entry}/pictures/{}", proof.as_str().unwrap());
    stage.merchant.get(&hidden).await.refused(404, "not_found", None);
}

#[tokio::test]
async fn the_catalogue_pages_newest_first_and_filters() {
    let stage = Stage::new().await;
    for title in ["One", "Two", "Three"] {
        stage.published(title).await;
    }
    stage.drafted(crate::stage::software("Draft"), 3).await;
    let mut path = "/v1/listings/catalogue?limit=2".to_owned();
    let mut titles = vec![];
    loop {
        let page = stage.merchant.get(&path).await.ok();
        titles.extend(page["items"].as_array().unwrap().iter().map(|item| item["terms"]["title"].clone()));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/v1/listings/catalogue?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(titles, ["Three", "Two", "One"]);
    let count = |query: String| {
        let merchant = stage.merchant.clone();
        async move {
            let page = merchant.get(&format!("/v1/listings/catalogue?{query}")).await.ok();
            names(&page["items"], "id").len()
        }
    };
    assert_eq!(count("category=software".into()).await, 3);
    assert_eq!(count("category=design".into()).await, 0);
    assert_eq!(count(format!("provider={}", stage.id)).await, 3);
    assert_eq!(count("provider=prv_01h455vb4pex5vsknk084sn02q".into()).await, 0);
    let wrong = stage.merchant.get("/v1/listings/catalogue?category=cooking").await.refused(400, "query_invalid", None);
    assert_eq!(wrong["field"], "category");
    stage.merchant.get("/v1/listings/catalogue?cursor=x").await.refused(400, "cursor_invalid", None);
}
