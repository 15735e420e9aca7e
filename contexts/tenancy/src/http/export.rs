//! Everything of a tenant, to be taken along.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::try_unfold;
use usher_http::{Access, Routes, State};
use usher_kernel::{Ctx, Fault};

use crate::model::scopes::TENANTS_EXPORT;
use crate::{Export, Tenancy};

pub(super) fn declare(routes: Routes<Tenancy>) -> Routes<Tenancy> {
    routes.get("/api/v1/tenants/{tenant}/export", Access::scope(TENANTS_EXPORT), export, |d| {
        d.summary("Download everything of a tenant, as a ZIP")
            .description(
                "A file for each kind of thing with a line of JSON for each (NDJSON), and a manifest that says which files \
                 there are, how many lines each has and what a line holds. Nothing in it opens anything: no password, \
                 no token. It is made while it is sent; one without `manifest.json` was cut off. That it was asked for is \
                 recorded. Whoever is limited to sites cannot ask for it.",
            )
            .answer_raw(200, "application/zip", "The archive")
            .fault("some_sites", 403)
            .fault("export_running", 409)
    })
}

async fn export(ctx: Ctx, State(tenancy): State<Tenancy>) -> Result<Response, Fault> {
    let export = tenancy.export(&ctx).await?;
    let named = format!("attachment; filename=\"{}\"", export.file_name());
    let mut response = Body::from_stream(try_unfold(export, next)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    if let Ok(value) = HeaderValue::from_str(&named) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// The next bytes. Where it fails the connection is cut, which tells the client; why stands in the log.
async fn next(mut export: Export) -> Result<Option<(Vec<u8>, Export)>, crate::Error> {
    match export.next().await {
        Ok(bytes) => Ok(bytes.map(|bytes| (bytes, export))),
        Err(error) => {
            tracing::error!(%error, archive = export.file_name(), "an export was cut off");
            Err(error)
        }
    }
}
