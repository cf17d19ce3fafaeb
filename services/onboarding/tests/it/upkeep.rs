//! The views are what the journal says.
use crate::world::*;
use kernel::{Role, TimeDelta};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn views_made_again_from_the_journal_are_the_same() {
    let suite = suite().await;
    let (provider, amy) = someone(&suite);
    let path = qualified(&suite, &amy, 40).await;
    suite.advance(TimeDelta::days(42)).await;
    let documents = format!("{path}/documents");
    let rita = reviewer(&suite, "rita");
    let file = upload(&amy, &path, b"a contract").await;
    for days in [200, 300] {
        let expires_on = day(&suite, days).await;
        let body = json!({ "requirement": "servers", "file": file, "expires_on": expires_on });
        amy.post(&documents, body).await.ok();
        rita.post(&format!("{documents}/servers/accept"), json!({})).await.ok();
    }
    amy.post(&documents, json!({ "requirement": "works", "statement": "See." })).await.ok();
    let (_, sam) = someone(&suite);
    let asked = drafted(&suite, &sam).await;
    submit(&sam, &asked).await;
    rita.post(&format!("{asked}/claim"), json!({})).await.ok();
    rita.post(&format!("{asked}/request-information"), json!({ "what": "More." })).await.ok();
    sam.post(&format!("{asked}/information"), json!({ "answer": "That is all." })).await.ok();
    let works = json!({ "requirement": "works", "statement": "See." });
    let (_, kim) = someone(&suite);
    let draft = drafted(&suite, &kim).await;
    let credential = kim.post(&format!("{draft}/credentials"), works).await;
    let credential = credential.headers["location"].to_str().expect("a path").to_owned();
    kim.post(&format!("{credential}/remove"), json!({})).await.ok();
    let olga = suite.staff(Role::Operator);
    let grounds = json!({ "rules": ["C3"], "reasons": "Gifts to staff." });
    olga.post(&format!("/v1/providers/{provider}/bar"), grounds).await.ok();
    suite.rest().await;

    assert!(suite.views_made_again().is_empty(), "the story is too thin");
    assert_eq!(suite.unsound(), Vec::<String>::new());
}
