//! A caller of the API with a token.
use reqwest::{Method, header};
use serde_json::Value;
use uuid::Uuid;

/// Someone with a token (or without one).
#[derive(Clone)]
pub struct Client {
    pub(crate) base: String,
    pub(crate) token: Option<String>,
    pub(crate) http: reqwest::Client,
}

/// What the API answered.
#[derive(Clone, Debug)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// The body; `Null` when there is none or it is no JSON.
    pub json: Value,
    /// The body as text.
    pub text: String,
    /// The headers.
    pub headers: header::HeaderMap,
}

impl Client {
    /// GET.
    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path, &[], None).await
    }

    /// POST a command under a key of its own.
    pub async fn post(&self, path: &str, body: Value) -> Response {
        self.post_with(path, body, &[("Idempotency-Key", &Uuid::now_v7().to_string())]).await
    }

    /// POST with these headers and no others.
    pub async fn post_with(&self, path: &str, body: Value, headers: &[(&str, &str)]) -> Response {
        self.request(Method::POST, path, headers, Some(body)).await
    }

    /// Uploads a file to an aggregate and answers the response.
    pub async fn upload(&self, path: &str, name: &str, media_type: &str, contents: &[u8]) -> Response {
        let url = format!("{}{path}?name={name}", self.base);
        let request = self.http.post(url).header(header::CONTENT_TYPE, media_type).body(contents.to_vec());
        self.send(request.header("Idempotency-Key", Uuid::now_v7().to_string())).await
    }

    /// Any request.
    pub async fn request(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<Value>) -> Response {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        self.send(request).await
    }

    async fn send(&self, mut request: reqwest::RequestBuilder) -> Response {
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.expect("the suite answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("the answer is text");
        Response { status, json: serde_json::from_str(&text).unwrap_or_default(), text, headers }
    }
}

impl Response {
    /// The body of a success; panics with the problem otherwise.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.text);
        self.json
    }

    /// Asserts a problem: status, code, rule.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str, rule: Option<&str>) -> Value {
        let found = (self.status, self.json["code"].as_str(), self.json["rule"].as_str());
        assert_eq!(found, (status, Some(code), rule), "{}", self.text);
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        assert_eq!(kind, Some("application/problem+json"));
        self.json
    }

    /// The `ETag`.
    pub fn etag(&self) -> Option<&str> {
        self.headers.get(header::ETAG)?.to_str().ok()
    }
}
