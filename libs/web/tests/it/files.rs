//! Files of an aggregate over HTTP.
use crate::note::NoteHost;
use crate::stage::{ALICE, BOB, Stage, by, call, get_by, written};
use ::web::uploads;
use actix_web::test::TestRequest;
use files::{Files, Limits, LocalFolder};
use std::sync::Arc;

struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("guildhall-web-{}", uuid::Uuid::now_v7().simple())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[actix_web::test]
async fn a_file_belongs_to_its_aggregate_and_is_served_as_an_attachment() {
    let (stage, folder) = (Stage::new(), Folder::new());
    let limits = Limits { size: 1000, ..Limits::default() };
    let store = LocalFolder::open(&folder.0, "notes").unwrap();
    let shelf = Files::new(Arc::new(store), stage.door.readers().clone(), limits);
    let more = uploads::document("notes").unwrap();
    let app = stage.app_with(|app| uploads::mount::<NoteHost>(app, "notes", shelf), vec![more]).await;
    let note = written(&app, "k1", 1).await;
    let upload = |who, name: &str, media_type: &str, bytes: &[u8]| {
        by(who, TestRequest::post().uri(&format!("{note}/files?name={name}")))
            .insert_header(("Content-Type", media_type.to_owned()))
            .set_payload(bytes.to_vec())
    };
    let stored = call(&app, upload(ALICE, "%E5%90%88%E5%90%8C%22.pdf", "application/pdf", b"contents")).await;
    assert_eq!(stored.status, 201, "{stored:?}");
    let file = stored.json();
    assert_eq!((file["name"].as_str(), file["size"].as_u64()), (Some("合同\".pdf"), Some(8)));
    let path = stored.header("location").unwrap().to_owned();
    assert_eq!(path, format!("{note}/files/{}", file["id"].as_str().unwrap()));
    let got = call(&app, get_by(ALICE, &path)).await;
    assert_eq!((got.status, got.bytes.as_ref()), (200, b"contents".as_slice()));
    assert_eq!(got.header("content-type"), Some("application/pdf"));
    assert_eq!(got.header("content-disposition"), Some("attachment; filename*=UTF-8''%E5%90%88%E5%90%8C%22.pdf"));
    assert!(got.header("content-security-policy").unwrap().contains("sandbox"));
    assert_eq!(got.header("etag"), Some(format!("\"{}\"", file["sha256"].as_str().unwrap()).as_str()));

    // Strangers, other aggregates and other files see nothing.
    assert_eq!(call(&app, get_by(BOB, &path)).await.code(), (404, "not_found".into()));
    assert_eq!(call(&app, upload(BOB, "a.pdf", "application/pdf", b"x")).await.code(), (404, "not_found".into()));
    let other = written(&app, "k2", 2).await;
    let elsewhere = path.replace(&note, &other);
    assert_eq!(call(&app, get_by(ALICE, &elsewhere)).await.code(), (404, "file_not_found".into()));
    assert_eq!(call(&app, get_by(ALICE, &format!("{note}/files/x"))).await.code(), (404, "not_found".into()));
    assert_eq!(call(&app, TestRequest::get().uri(&path)).await.code(), (401, "token_missing".into()));

    // Limits.
    let html = call(&app, upload(ALICE, "a.html", "text/html", b"<script>")).await;
    assert_eq!(html.code(), (415, "media_type_not_allowed".into()));
    let large = call(&app, upload(ALICE, "a.pdf", "application/pdf", &[0; 1001])).await;
    assert_eq!(large.code(), (413, "file_too_large".into()));
    let unnamed = by(ALICE, TestRequest::post().uri(&format!("{note}/files")));
    assert_eq!(call(&app, unnamed).await.problem(), (400, "query_invalid".into(), Some("name".into())));
    assert_eq!(stage.count("files"), 1);

    // An upload is described, and as no command.
    let document = call(&app, TestRequest::get().uri("/openapi.json")).await.json();
    let described = &document["paths"]["/v1/notes/{id}/files"]["post"];
    assert_eq!(described["operationId"], "notes_upload_file");
    assert!(!described["parameters"].to_string().contains("IdempotencyKey"));
}
