//! Commands and looks: keys, preconditions, bodies, problems.
use crate::stage::{ALICE, BOB, Stage, by, call, command, get_by, token, written};
use actix_web::test::TestRequest;
use serde_json::json;

#[actix_web::test]
async fn a_command_is_answered_with_its_version_and_a_retry_with_the_same() {
    let stage = Stage::new();
    let app = stage.app().await;
    let send = || command("/v1/notes", "k1", json!({ "text": "first", "rank": 1 }));
    let first = call(&app, send()).await;
    assert_eq!((first.status, first.header("etag")), (201, Some("\"1\"")));
    assert_eq!(first.header("content-type"), Some("application/json"));
    assert_eq!(first.header("idempotent-replayed"), None);
    let body = first.json();
    assert_eq!(body["deadlines"][0]["kind"], "seal_by");
    assert_eq!(body["deadlines"][0]["rule"], "W1");
    assert_eq!(body["deadlines"][0]["status"], "running");
    assert!(body["deadlines"][0]["due_at"].is_string() && body["deadlines"][0].get("remaining_seconds").is_none());
    let again = call(&app, send()).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (201, Some("true")));
    assert_eq!((again.header("etag"), again.header("location")), (first.header("etag"), first.header("location")));
    assert_eq!(again.bytes, first.bytes);
    assert_eq!(stage.count("aggregates"), 1);
    // Another person's key of the same name is another key.
    let of_bob = by(BOB, TestRequest::post().uri("/v1/notes")).insert_header(("Idempotency-Key", "k1"));
    let of_bob = call(&app, of_bob.set_json(json!({ "text": "mine", "rank": 1 }))).await;
    assert_eq!((of_bob.status, of_bob.header("idempotent-replayed")), (201, None));
}

#[actix_web::test]
async fn a_refusal_is_stored_and_replayed_byte_for_byte() {
    let stage = Stage::new();
    let app = stage.app().await;
    let path = written(&app, "k1", 1).await;
    let change = || command(&format!("{path}/change"), "k3", json!({ "text": "late" }));
    assert_eq!(call(&app, command(&format!("{path}/seal"), "k2", json!({}))).await.status, 200);
    let refused = call(&app, change()).await;
    assert_eq!(refused.problem(), (409, "note_sealed".into(), None));
    assert_eq!(refused.json()["rule"], "W1");
    let again = call(&app, change()).await;
    assert_eq!((again.header("idempotent-replayed"), &again.bytes), (Some("true"), &refused.bytes));
    let empty = call(&app, command("/v1/notes", "k4", json!({ "text": "", "rank": 1 }))).await;
    assert_eq!(empty.problem(), (422, "note_empty".into(), Some("text".into())));
}

#[actix_web::test]
async fn actions_say_what_may_be_done_and_why_not() {
    let stage = Stage::new();
    let app = stage.app().await;
    let path = written(&app, "k1", 1).await;
    call(&app, command(&format!("{path}/seal"), "k2", json!({}))).await;
    let actions = call(&app, get_by(ALICE, &path)).await.json()["actions"].clone();
    let change = actions.as_array().unwrap().iter().find(|action| action["action"] == "change").unwrap().clone();
    assert_eq!(
        change,
        json!({ "action": "change", "allowed": false, "code": "note_sealed", "rule": "W1", "reason": "the note is sealed" })
    );
}

#[actix_web::test]
async fn a_command_without_payload_takes_an_empty_body_or_an_empty_object_and_nothing_else() {
    let stage = Stage::new();
    let app = stage.app().await;
    let path = written(&app, "k1", 1).await;
    let seal = |key: &str| {
        by(ALICE, TestRequest::post().uri(&format!("{path}/seal"))).insert_header(("Idempotency-Key", key.to_owned()))
    };
    assert_eq!(call(&app, seal("k2").set_json(json!({ "now": true }))).await.problem().2, Some("now".into()));
    assert_eq!(call(&app, seal("k3")).await.status, 200);
    assert_eq!(call(&app, seal("k4").set_json(json!({}))).await.code(), (409, "note_sealed".into()));
}

#[actix_web::test]
async fn a_key_is_needed_is_well_formed_and_stands_for_one_request() {
    let stage = Stage::new();
    let app = stage.app().await;
    let path = written(&app, "k1", 1).await;
    let bare = || by(ALICE, TestRequest::post().uri("/v1/notes")).set_json(json!({ "text": "a", "rank": 1 }));
    assert_eq!(call(&app, bare()).await.code(), (400, "idempotency_key_missing".into()));
    for bad in [String::new(), "x".repeat(201), "two words".into()] {
        let sent = bare().insert_header(("Idempotency-Key", bad));
        assert_eq!(call(&app, sent).await.code(), (400, "idempotency_key_malformed".into()));
    }
    let twice = bare().append_header(("Idempotency-Key", "a")).append_header(("Idempotency-Key", "b"));
    assert_eq!(call(&app, twice).await.code(), (400, "idempotency_key_malformed".into()));
    let other_body = command("/v1/notes", "k1", json!({ "text": "other", "rank": 1 }));
    assert_eq!(call(&app, other_body).await.code(), (422, "idempotency_key_reused".into()));
    let other_path = command(&format!("{path}/change"), "k1", json!({ "text": "first" }));
    assert_eq!(call(&app, other_path).await.code(), (422, "idempotency_key_reused".into()));
    assert_eq!(stage.count("aggregates"), 1);
    // The longest key is taken.
    let longest = bare().insert_header(("Idempotency-Key", "x".repeat(200)));
    assert_eq!(call(&app, longest).await.status, 201);
}

#[actix_web::test]
async fn if_match_names_the_version_that_the_command_is_based_on() {
    let stage = Stage::new();
    let app = stage.app().await;
    let path = written(&app, "k1", 1).await;
    let change = |key: &str, tag: &str| {
        command(&format!("{path}/change"), key, json!({ "text": "next" })).insert_header(("If-Match", tag))
    };
    for bad in ["7", "W/\"1\"", "\"1\", \"2\"", "*", "\"-1\"", "\"\""] {
        assert_eq!(call(&app, change("k2", bad)).await.code(), (400, "if_match_malformed".into()), "{bad}");
    }
    assert_eq!(call(&app, change("k2", "\"1\"")).await.header("etag"), Some("\"2\""));
    let stale = call(&app, change("k3", "\"1\"")).await;
    assert_eq!(stale.code(), (412, "version_mismatch".into()));
    assert_eq!((stale.json()["current"].clone(), stale.header("etag")), (json!(2), Some("\"2\"")));
    // A 412 is not stored: the same key goes on from the version that it named.
    assert_eq!(call(&app, change("k3", "\"2\"")).await.header("etag"), Some("\"3\""));
}

#[actix_web::test]
async fn a_look_is_answered_304_while_nothing_changed_and_404_to_strangers() {
    let stage = Stage::new();
    let app = stage.app().await;
    let path = written(&app, "k1", 1).await;
    let first = call(&app, get_by(ALICE, &path)).await;
    assert_eq!((first.status, first.header("etag")), (200, Some("\"1\"")));
    for tags in ["\"1\"", "W/\"1\"", "\"0\", \"1\"", "*"] {
        let known = call(&app, get_by(ALICE, &path).insert_header(("If-None-Match", tags))).await;
        assert_eq!((known.status, known.bytes.len(), known.header("etag")), (304, 0, Some("\"1\"")), "{tags}");
    }
    let other = call(&app, get_by(ALICE, &path).insert_header(("If-None-Match", "\"2\""))).await;
    assert_eq!((other.status, other.json()["text"].clone()), (200, json!("first")));
    assert_eq!(call(&app, get_by(BOB, &path)).await.code(), (404, "not_found".into()));
    let foreign = by(BOB, TestRequest::post().uri(&format!("{path}/seal"))).insert_header(("Idempotency-Key", "k2"));
    assert_eq!(call(&app, foreign).await.code(), (404, "not_found".into()));
    for path in ["/v1/notes/nonsense", "/v1/notes/cas_01h455vb4pex5vsknk084sn02q"] {
        assert_eq!(call(&app, get_by(ALICE, path)).await.code(), (404, "not_found".into()), "{path}");
    }
}

#[actix_web::test]
async fn a_body_is_refused_by_the_name_of_what_is_wrong() {
    let stage = Stage::new();
    let app = stage.app().await;
    let send = |body: &str, media_type: &'static str| {
        by(ALICE, TestRequest::post().uri("/v1/notes"))
            .insert_header(("Idempotency-Key", "k1"))
            .insert_header(("Content-Type", media_type))
            .set_payload(body.to_owned())
    };
    const JSON: &str = "application/json; charset=utf-8";
    for (body, status, code, field) in [
        (r#"{"text":"a","rank":1,"colour":"red"}"#, 422, "body_invalid", Some("colour")),
        (r#"{"text":"a"}"#, 422, "body_invalid", Some("rank")),
        (r#"{"text":"a","rank":"one"}"#, 422, "body_invalid", Some("rank")),
        ("", 422, "body_invalid", Some("text")),
        (r#"{"text":"a","#, 400, "body_malformed", None),
    ] {
        let answered = call(&app, send(body, JSON)).await;
        assert_eq!(answered.problem(), (status, code.into(), field.map(str::to_owned)), "{body}");
        assert!(answered.json()["trace"].is_string());
    }
    let text = send("text=a", "application/x-www-form-urlencoded");
    assert_eq!(call(&app, text).await.code(), (415, "media_type_unsupported".into()));
    let long = format!(r#"{{"text":"{}","rank":1}}"#, "x".repeat(::web::MAX_JSON));
    assert_eq!(call(&app, send(&long, JSON)).await.code(), (413, "body_too_large".into()));
    assert_eq!(stage.count("requests"), 0);
}

#[actix_web::test]
async fn the_trace_is_taken_from_the_caller_and_kept_in_the_journal() {
    let stage = Stage::new();
    let app = stage.app().await;
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let sent = command("/v1/notes", "k1", json!({ "text": "a", "rank": 1 })).insert_header(("traceparent", parent));
    let answered = call(&app, sent).await;
    assert_eq!(answered.header("x-request-id"), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
    assert_eq!(stage.count(&format!("journal WHERE correlation = '{parent}'")), 1);
    let lost = call(&app, get_by(ALICE, "/v1/notes/x").insert_header(("traceparent", parent))).await;
    assert_eq!(lost.json()["trace"], "4bf92f3577b34da6a3ce929d0e0e4736");
    let begun = call(&app, get_by(ALICE, "/v1/notes/x")).await;
    assert_eq!(begun.json()["trace"].as_str(), begun.header("x-request-id"));
}

#[actix_web::test]
async fn what_nobody_serves_is_a_problem_too() {
    let stage = Stage::new();
    let app = stage.app().await;
    assert_eq!(call(&app, TestRequest::get().uri("/v2/else")).await.code(), (404, "not_found".into()));
    let wrong = call(&app, TestRequest::delete().uri("/v1/notes")).await;
    assert_eq!((wrong.code(), wrong.header("allow")), ((405, "method_not_allowed".into()), Some("GET, POST")));
    let wrong = call(&app, TestRequest::patch().uri("/v1/notes/ord_x/seal")).await;
    assert_eq!((wrong.status, wrong.header("allow")), (405, Some("POST")));
    assert_eq!(call(&app, TestRequest::post().uri("/openapi.json")).await.code(), (405, "method_not_allowed".into()));
}

#[actix_web::test]
async fn what_cannot_be_committed_is_answered_503_with_retry_after() {
    let stage = Stage::new();
    let app = stage.app().await;
    stage.stop();
    let answered = call(&app, command("/v1/notes", "k1", json!({ "text": "a", "rank": 1 }))).await;
    assert_eq!((answered.code(), answered.header("retry-after")), ((503, "overloaded".into()), Some("1")));
}

#[actix_web::test]
async fn roles_are_asked_for_where_no_aggregate_decides() {
    let stage = Stage::new();
    let app = stage.app().await;
    assert_eq!(call(&app, get_by(ALICE, "/v1/reviews")).await.code(), (403, "role_required".into()));
    let reviewer = crate::stage::grant("rita", None, &[kernel::Role::Reviewer]);
    let reviewer = ::web::auth::mint(&crate::stage::secret(), &reviewer).unwrap();
    let sent = TestRequest::get().uri("/v1/reviews").insert_header(("Authorization", format!("bearer {reviewer}")));
    assert_eq!(call(&app, sent).await.status, 204);
    let basic =
        TestRequest::get().uri("/v1/reviews").insert_header(("Authorization", format!("Basic {}", token(ALICE))));
    assert_eq!(call(&app, basic).await.code(), (401, "token_missing".into()));
}
