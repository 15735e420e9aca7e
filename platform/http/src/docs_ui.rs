//! The API description and Swagger UI, all from our own origin: no CDN, no inline script.

use std::sync::{Arc, LazyLock, OnceLock};

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use usher_kernel::Fault;
use utoipa_swagger_ui::Config;

use crate::access::Access;
use crate::extract::{Path, State};
use crate::routes::Routes;

/// Makes the document's text.
pub(crate) type Make = Box<dyn FnOnce() -> Bytes + Send>;

/// The document, set when all routes are known and made when first asked for.
pub(crate) type Document = Arc<OnceLock<LazyLock<Bytes, Make>>>;

/// Swagger UI sets styles through the DOM and draws its icons from data addresses; it needs no more.
const CSP: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
);

const INDEX: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Usher API</title>
<link rel="icon" type="image/png" href="/api/docs/favicon-32x32.png">
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<link rel="stylesheet" href="/api/docs/index.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/swagger-ui-standalone-preset.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
"#;

const START: &str = r##"window.ui = SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: "BaseLayout",
});
"##;

pub(crate) fn routes(document: Document) -> Routes<Document> {
    Routes::new("system", document)
        .get("/api/openapi.json", Access::public(), openapi, |d| {
            d.summary("This description, as OpenAPI 3.1")
                .operation_id("openapi")
                .answer_raw(200, "application/json", "The OpenAPI document")
                .answer_empty(304)
        })
        .get("/api/docs", Access::public(), index, |d| {
            d.summary("This description, for people").operation_id("api_docs").answer_raw(
                200,
                "text/html",
                "A page with Swagger UI",
            )
        })
        .get("/api/docs/{file}", Access::public(), file, |d| {
            d.summary("The parts of the page").operation_id("api_docs_file").answer_raw(
                200,
                "application/octet-stream",
                "A script, a style sheet or an image",
            )
        })
}

async fn openapi(State(document): State<Document>, headers: HeaderMap) -> Result<Response, Fault> {
    let Some(text) = document.get() else { return Err(Fault::not_found("document")) };
    let text = Bytes::clone(text);
    let tag = format!(
        "\"{:x}\"",
        text.iter().fold(0_u64, |sum, b| sum.wrapping_mul(31).wrapping_add(u64::from(*b)))
    );
    if headers.get(header::IF_NONE_MATCH).is_some_and(|seen| seen.as_bytes() == tag.as_bytes()) {
        return Ok(StatusCode::NOT_MODIFIED.into_response());
    }
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    Ok(response)
}

async fn index() -> Response {
    page("text/html; charset=utf-8", Body::from(INDEX), "no-cache")
}

async fn file(Path(name): Path<String>) -> Result<Response, Fault> {
    if name == "start.js" {
        return Ok(page("text/javascript", Body::from(START), "no-cache"));
    }
    // Its own index and start script expect another address; ours stand in for them.
    if matches!(name.as_str(), "index.html" | "swagger-initializer.js") {
        return Err(Fault::not_found("file"));
    }
    match utoipa_swagger_ui::serve(&name, Arc::new(Config::from("/api/openapi.json"))) {
        Ok(Some(file)) => {
            Ok(page(&file.content_type, Body::from(file.bytes.into_owned()), "public, max-age=86400"))
        }
        Ok(None) => Err(Fault::not_found("file")),
        Err(error) => Err(Fault::internal(error)),
    }
}

fn page(media: &str, body: Body, cache: &'static str) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    if let Ok(media) = HeaderValue::from_str(media) {
        headers.insert(header::CONTENT_TYPE, media);
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, CSP);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}
