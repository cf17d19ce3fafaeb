//! The request body, read once however many extractors ask for it.
use crate::Refused;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut};
use actix_web::{HttpMessage, HttpRequest};
use futures_util::future::{FutureExt, LocalBoxFuture, Shared};
use futures_util::stream::StreamExt;
use sha2::{Digest, Sha256};

/// The largest JSON body, in bytes.
pub const MAX_JSON: usize = 256 * 1024;

/// A body on its way in.
pub(crate) type Body = Shared<LocalBoxFuture<'static, Result<Bytes, Refused>>>;

/// The body of this request. Whoever asks first takes the payload; the others share what it brings.
pub(crate) fn body(req: &HttpRequest, payload: &mut Payload) -> Body {
    if let Some(body) = req.extensions().get::<Body>() {
        return body.clone();
    }
    let announced = req.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let body = read(announced.unwrap_or(0), payload.take()).boxed_local().shared();
    req.extensions_mut().insert(body.clone());
    body
}

async fn read(announced: usize, mut payload: Payload) -> Result<Bytes, Refused> {
    let too_large = || Refused::new(413, "body_too_large", format!("the body is larger than {MAX_JSON} bytes"));
    if announced > MAX_JSON {
        return Err(too_large());
    }
    let mut body = BytesMut::with_capacity(announced);
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Refused::new(400, "body_malformed", "the body broke off"))?;
        if body.len() + chunk.len() > MAX_JSON {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// SHA-256 over method, path and body: what an idempotency key stands for.
pub(crate) fn fingerprint(req: &HttpRequest, body: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    // Neither a method nor a path holds a line feed, so the three cannot run into each other.
    hash.update(req.method().as_str());
    hash.update(b"\n");
    hash.update(req.path());
    hash.update(b"\n");
    hash.update(body);
    hash.finalize().to_vec()
}
