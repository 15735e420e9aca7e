//! API keys.

use usher_db::{Lane, Tx};
use usher_http::{Access, Created, Json, NoContent, Path, Routes, State};
use usher_kernel::{Ctx, Fault, Page};
use uuid::Uuid;

use crate::model::scopes::API_KEYS_WRITE;
use crate::model::{ApiKeyView, NewApiKey};
use crate::{Identity, ops, store};

pub(super) fn declare(routes: Routes<Identity>) -> Routes<Identity> {
    routes
        .get("/api/v1/tenants/{tenant}/api-keys", Access::scope(API_KEYS_WRITE), list, |d| {
            d.summary("List the API keys of a tenant").answer::<Page<ApiKeyView>>(200)
        })
        .post("/api/v1/tenants/{tenant}/api-keys", Access::scope(API_KEYS_WRITE), create, |d| {
            d.summary("Create an API key")
                .description(
                    "`key` stands in this answer and nowhere else. It is sent as `X-API-Key`, or as a token.",
                )
                .body::<NewApiKey>()
                .answer::<ApiKeyView>(201)
                .fault("above_own", 403)
                .secret_answer()
        })
        .delete("/api/v1/tenants/{tenant}/api-keys/{id}", Access::scope(API_KEYS_WRITE), revoke, |d| {
            d.summary("Revoke an API key").answer_empty(204).fault("above_own", 403)
        })
}

async fn list(ctx: Ctx, State(identity): State<Identity>) -> Result<Json<Page<ApiKeyView>>, Fault> {
    let tenant = ctx.tenant;
    let keys = identity.db().read(&ctx, move |read| store::devices::keys(read, tenant)).await?;
    Ok(Json(Page { items: keys.into_iter().map(ApiKeyView::from).collect(), next_cursor: None }))
}

async fn create(
    ctx: Ctx,
    State(identity): State<Identity>,
    Json(new): Json<NewApiKey>,
) -> Result<Created<ApiKeyView>, Fault> {
    let (tenant, sites) = (ctx.tenant, identity.tenancy().clone());
    let write = move |tx: &mut Tx| {
        let known = |site| sites.site(tenant, site).is_ok();
        ops::create_api_key(tx, tenant, &known, &new)
    };
    Ok(Created(identity.db().write(&ctx, Lane::Tenant, write).await?))
}

async fn revoke(
    ctx: Ctx,
    State(identity): State<Identity>,
    Path(id): Path<Uuid>,
) -> Result<NoContent, Fault> {
    let tenant = ctx.tenant;
    let write = move |tx: &mut Tx| ops::revoke_api_key(tx, tenant, id);
    identity.db().write(&ctx, Lane::Tenant, write).await?;
    Ok(NoContent)
}
