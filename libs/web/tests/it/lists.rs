//! Lists: scope, pages, filters.
use crate::stage::{ALICE, BOB, Stage, call, get_by, grant, secret, written};
use actix_web::test::TestRequest;
use kernel::{MerchantId, Org, Role};
use serde_json::{Value, json};
use uuid::Uuid;

fn items(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| item.as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn pages_hold_each_item_once_in_order() {
    let stage = Stage::new();
    let app = stage.app().await;
    let mut paths = vec![];
    for n in 0..5 {
        paths.push(written(&app, &format!("k{n}"), n / 2).await);
    }
    let (mut seen, mut next) = (vec![], "/v1/notes?limit=2".to_owned());
    let mut sizes = vec![];
    loop {
        let page = call(&app, get_by(ALICE, &next)).await.json();
        sizes.push(items(&page).len());
        seen.extend(items(&page).into_iter().map(|id| format!("/v1/notes/{id}")));
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("/v1/notes?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!((sizes, seen), (vec![2, 2, 1], paths));
    // A full last page has no next one.
    let page = call(&app, get_by(ALICE, "/v1/notes?limit=5")).await.json();
    assert_eq!((items(&page).len(), page["next_cursor"].clone()), (5, Value::Null));
}

#[actix_web::test]
async fn a_list_shows_what_the_scope_allows() {
    let stage = Stage::new();
    let app = stage.app().await;
    written(&app, "k1", 1).await;
    assert_eq!(items(&call(&app, get_by(ALICE, "/v1/notes")).await.json()).len(), 1);
    assert_eq!(call(&app, get_by(BOB, "/v1/notes")).await.json(), json!({ "items": [], "next_cursor": null }));
    let merchant = grant("mia", Some(Org::Merchant(MerchantId(Uuid::from_u128(7)))), &[Role::Merchant]);
    for (grant, most) in [(merchant, 0), (grant("rita", None, &[Role::Reviewer]), 1)] {
        let token = ::web::auth::mint(&secret(), &grant).unwrap();
        let sent = TestRequest::get().uri("/v1/notes").insert_header(("Authorization", format!("Bearer {token}")));
        assert_eq!(items(&call(&app, sent).await.json()).len(), most);
    }
}

#[actix_web::test]
async fn queries_are_read_strictly() {
    let stage = Stage::new();
    let app = stage.app().await;
    written(&app, "k1", 1).await;
    for (query, code, field) in [
        ("limit=0", "limit_invalid", "limit"),
        ("limit=101", "limit_invalid", "limit"),
        ("cursor=tampered", "cursor_invalid", "cursor"),
        ("rank=high", "query_invalid", "rank"),
        ("rnak=1", "query_invalid", "rnak"),
    ] {
        let answered = call(&app, get_by(ALICE, &format!("/v1/notes?{query}"))).await;
        assert_eq!(answered.problem(), (400, code.into(), Some(field.into())), "{query}");
    }
    assert_eq!(items(&call(&app, get_by(ALICE, "/v1/notes?rank=1&limit=1")).await.json()).len(), 1);
    assert_eq!(items(&call(&app, get_by(ALICE, "/v1/notes?rank=2")).await.json()).len(), 0);
}
