//! Files of aggregates: uploaded to and downloaded from the aggregate they belong to.
//!
//! Owns: the two resources `/v1/<plural>/{id}/files` and `…/files/{file}`, who may use them (whoever has a relation to
//! the aggregate may read, its provider and its merchant may upload), and that a download can do nothing in a browser. A
//! context where not everybody reads every file mounts [`mount_uploads`] and answers its own downloads with [`send`].
//! Does not own: storing, limits, hashing (`files`).
//! An upload is no command: it changes no aggregate, and what no event refers to is purged.
use crate::strict::Id;
use crate::{Filter, Look, Refused};
use actix_web::body::SizedStream;
use actix_web::http::header::{self, Charset, ContentDisposition, DispositionParam, DispositionType, ExtendedValue};
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use engine::{Host, MachineOf};
use files::{Files, FilesError, Upload};
use kernel::{FileId, Machine, Party};
use serde::Deserialize;
use serde_json::json;
use std::marker::PhantomData;
use utoipa::openapi::OpenApi;
use uuid::Uuid;

/// The files of the aggregates of `H`: each context has its own, and all may live in one app.
struct Shelf<H: Host> {
    files: Files,
    plural: &'static str,
    of: PhantomData<fn() -> H>,
}

/// The query of an upload.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

/// Serves the files of the aggregates of `H`, whose resource is `/v1/<plural>`. The app must hold `web::Data<Door<H>>`.
pub fn mount<H: Host>(app: &mut ServiceConfig, plural: &'static str, files: Files) {
    mount_uploads::<H>(app, plural, files);
    app.service(web::resource(format!("/v1/{plural}/{{id}}/files/{{file}}")).route(web::get().to(download::<H>)));
}

/// The same without the downloads: the context says itself who reads which file.
pub fn mount_uploads<H: Host>(app: &mut ServiceConfig, plural: &'static str, files: Files) {
    app.app_data(web::Data::new(Shelf::<H> { files, plural, of: PhantomData }))
        .service(web::resource(format!("/v1/{plural}/{{id}}/files")).route(web::post().to(upload::<H>)));
}

/// Opens a file of this aggregate and answers it as an attachment; whether the caller may have it was asked before. 404
/// `file_not_found`.
pub async fn send(files: &Files, aggregate: Uuid, file: FileId) -> Result<HttpResponse, Refused> {
    let (row, contents) = files.open(aggregate, file).await.map_err(refused)?;
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_TYPE, row.media_type.as_str()))
        .insert_header(attachment(&row.name))
        .insert_header((header::ETAG, format!("\"{}\"", row.sha256)))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'"));
    Ok(response.body(SizedStream::new(row.size.unsigned_abs(), contents)))
}

/// What is described, with the operations on the files of these aggregates.
pub fn described(mut described: OpenApi, plural: &str) -> OpenApi {
    match document(plural) {
        Ok(files) => described.merge(files),
        Err(error) => tracing::error!(plural, %error, "the operations of files are not described"),
    }
    described
}

/// Describes what [`mount`] serves, for [`Document::of`](crate::openapi::Document::of).
pub fn document(plural: &str) -> Result<OpenApi, serde_json::Error> {
    let binary = json!({ "type": "string", "format": "binary" });
    let file = json!({
        "type": "object",
        "description": "An uploaded file: what commands refer to it by.",
        "required": ["id", "name", "sha256", "size"],
        "properties": {
            "id": { "type": "string", "examples": ["fil_01h455vb4pex5vsknk084sn02q"] },
            "name": { "type": "string" },
            "sha256": { "type": "string", "pattern": "^[0-9a-f]{64}$" },
            "size": { "type": "integer", "minimum": 0 },
        },
    });
    let upload = json!({
        "operationId": "upload_file",
        "summary": "Upload a file: its bytes are the body, its media type the Content-Type.",
        "parameters": [{ "name": "name", "in": "query", "required": true, "schema": { "type": "string" } }],
        "requestBody": { "required": true, "content": { "*/*": { "schema": binary } } },
        "responses": {
            "201": { "description": "Stored.", "content": { "application/json": { "schema": file } } },
            "409": { "$ref": "#/components/responses/NotNow" },
        },
    });
    let download = json!({
        "operationId": "download_file",
        "summary": "Download a file, as an attachment.",
        "responses": { "200": { "description": "The bytes.", "content": { "*/*": { "schema": binary } } } },
    });
    serde_json::from_value(json!({
        "openapi": "3.1.0",
        "info": { "title": "files", "version": "1" },
        "paths": {
            format!("/v1/{plural}/{{id}}/files"): { "post": upload },
            format!("/v1/{plural}/{{id}}/files/{{file}}"): { "get": download },
        },
    }))
}

async fn upload<H: Host>(
    look: Look<H>,
    id: Id<String>,
    query: Filter<Named>,
    req: HttpRequest,
    contents: web::Payload,
    shelf: web::Data<Shelf<H>>,
) -> Result<HttpResponse, Refused> {
    let (aggregate, party) = related(&look, &id.0).await?;
    must_be_a_party(party)?;
    let upload = Upload {
        aggregate,
        name: &query.0.name,
        media_type: req.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default(),
        uploaded_by: &look.actor().sub,
    };
    let file = shelf.files.store(upload, contents).await.map_err(refused)?;
    let location = format!("/v1/{}/{}/files/{}", shelf.plural, id.0, file.id);
    Ok(HttpResponse::Created().insert_header((header::LOCATION, location)).json(file))
}

async fn download<H: Host>(
    look: Look<H>,
    ids: Id<(String, FileId)>,
    shelf: web::Data<Shelf<H>>,
) -> Result<HttpResponse, Refused> {
    let (id, file) = ids.0;
    let (aggregate, _) = related(&look, &id).await?;
    send(&shelf.files, aggregate, file).await
}

/// The aggregate and what the caller is to it, if anything.
async fn related<H: Host>(look: &Look<H>, id: &str) -> Result<(Uuid, Party), Refused> {
    let id = kernel::ids::decode(MachineOf::<H>::PREFIX, id).map_err(|_| Refused::not_found())?;
    Ok((id, look.door().relation(id, look.actor()).await?))
}

/// Files are the parties' own; staff read them.
fn must_be_a_party(party: Party) -> Result<(), Refused> {
    match party {
        Party::Provider | Party::Merchant => Ok(()),
        Party::Reviewer
        | Party::Moderator
        | Party::Arbitrator
        | Party::ComplianceOfficer
        | Party::Operator
        | Party::System => {
            Err(Refused::new(403, "upload_not_yours", "only the provider and the merchant upload files"))
        }
    }
}

fn refused(error: FilesError) -> Refused {
    error.problem().into()
}

/// RFC 6266: the name in UTF-8, percent-encoded, so that no character of it can end the header.
fn attachment(name: &str) -> ContentDisposition {
    let filename = DispositionParam::FilenameExt(ExtendedValue {
        charset: Charset::Ext("UTF-8".into()),
        language_tag: None,
        value: name.as_bytes().to_vec(),
    });
    ContentDisposition { disposition: DispositionType::Attachment, parameters: vec![filename] }
}
