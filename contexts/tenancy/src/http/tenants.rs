//! Tenants, which document 000 calls organizations: record, branding, settings.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};
use usher_db::Lane;
use usher_http::{
    Access, Answered, Created, IfMatch, IsPlatform, Json, Ok as Answer, Routes, State, Versioned,
};
use usher_kernel::{Caller, Ctx, Fault, TenantId};

use crate::model::scopes::{SETTINGS_WRITE, TENANTS_READ, TENANTS_WRITE};
use crate::model::{Branding, NewTenant, Tenant, TenantChange};
use crate::{Tenancy, ops};

pub(super) fn declare(routes: Routes<Tenancy>) -> Routes<Tenancy> {
    routes
        .post("/api/v1/tenants", Access::platform(), create, |d| {
            d.summary("Create a tenant").body::<NewTenant>().answer::<Tenant>(201).fault("slug_taken", 409)
        })
        .also(&["/api/organizations"])
        .get("/api/v1/tenants/{tenant}", Access::scope(TENANTS_READ), read, |d| {
            d.summary("Read a tenant")
                .description("`settings` is empty for callers who may not change the tenant.")
                .answer::<Tenant>(200)
        })
        .also(&["/api/organizations/{org}"])
        .put("/api/v1/tenants/{tenant}", Access::scope(TENANTS_WRITE), update, |d| {
            d.summary("Change a tenant")
                .description("Absent fields stay. `slug` and `status` belong to the platform administrator.")
                .body::<TenantChange>()
                .answer::<Tenant>(200)
                .fault("slug_taken", 409)
                .fault("platform_only", 403)
                .fault("some_sites", 403)
                .fault("stale", 412)
        })
        .also(&["/api/organizations/{org}"])
        .get("/api/v1/tenants/{tenant}/branding", Access::scope(TENANTS_READ), read_branding, |d| {
            d.summary("Read a tenant's branding").answer::<Branding>(200)
        })
        .put("/api/v1/tenants/{tenant}/branding", Access::scope(TENANTS_WRITE), update_branding, |d| {
            d.summary("Replace a tenant's branding")
                .body::<Branding>()
                .answer::<Branding>(200)
                .fault("some_sites", 403)
                .fault("stale", 412)
        })
        .get("/api/v1/tenants/{tenant}/settings", Access::scope(SETTINGS_WRITE), read_settings, |d| {
            d.summary("Read a tenant's settings").answer::<Settings>(200)
        })
        .put("/api/v1/tenants/{tenant}/settings", Access::scope(SETTINGS_WRITE), update_settings, |d| {
            d.summary("Change a tenant's settings")
                .description(
                    "Settings that are not named stay; null takes one away. The product reads `board_label` \
                     (`number`, `first_name` or `initials`: what boards show of a person), `retention_days` (how \
                     long events stay in the log), `pause_reasons` (a list of texts), `several_services` (whether \
                     people choose several services for one visit by themselves) and `assistance` (the help that \
                     they can ask for as they join: `seat`, `lift`, `interpreter`, or texts of one's own).",
                )
                .fault("invalid_field", 422)
                .fault("some_sites", 403)
                .body::<Settings>()
                .answer::<Settings>(200)
                .fault("stale", 412)
        })
}

/// The settings of a tenant by name.
#[derive(Clone, Debug, Default, Deserialize, serde::Serialize, JsonSchema)]
#[serde(transparent)]
struct Settings(Map<String, Value>);

async fn create(
    caller: Arc<Caller>,
    State(tenancy): State<Tenancy>,
    Json(new): Json<NewTenant>,
) -> Result<Answered, Fault> {
    // The work is bound to the tenant that it creates: its first event stands in its own history.
    let ctx = Ctx::new(new_tenant_id(&caller), caller);
    let id = ctx.tenant;
    usher_http::write(&ctx, tenancy.db(), Lane::Tenant, move |tx| {
        let tenant = ops::create_tenant(tx, id, new.clone())?;
        Ok::<_, crate::Error>(Versioned { version: tenant.version, answer: Created(tenant) })
    })
    .await
}

/// The id of a tenant about to be created. A repeated request with the same `Idempotency-Key` must find
/// the record of the first one, which lies in the tenant that it created: so the key decides the id.
fn new_tenant_id(caller: &Caller) -> TenantId {
    use sha2::{Digest, Sha256};
    match &caller.idempotency {
        None => TenantId::generate(caller.now()),
        Some(key) => {
            let mut hash = Sha256::new();
            hash.update(caller.actor.id().unwrap_or_default());
            hash.update(key.route.as_bytes());
            hash.update([0]);
            hash.update(key.key.as_bytes());
            let mut bytes = [0; 16];
            bytes.copy_from_slice(&hash.finalize()[..16]);
            TenantId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
        }
    }
}

async fn read(ctx: Ctx, State(tenancy): State<Tenancy>) -> Result<Versioned<Answer<Tenant>>, Fault> {
    let mut tenant = Tenant::clone(&*tenancy.tenant(ctx.tenant)?);
    if !ctx.may(&TENANTS_WRITE) && !ctx.may(&SETTINGS_WRITE) {
        tenant.settings.clear();
    }
    Ok(Versioned { version: tenant.version, answer: Answer(tenant) })
}

async fn update(
    ctx: Ctx,
    platform: IsPlatform,
    if_match: IfMatch,
    State(tenancy): State<Tenancy>,
    Json(change): Json<TenantChange>,
) -> Result<Versioned<Answer<Tenant>>, Fault> {
    let tenant = apply(&ctx, &tenancy, platform, if_match, change).await?;
    Ok(Versioned { version: tenant.version, answer: Answer(tenant) })
}

async fn read_branding(
    ctx: Ctx,
    State(tenancy): State<Tenancy>,
) -> Result<Versioned<Answer<Branding>>, Fault> {
    let tenant = tenancy.tenant(ctx.tenant)?;
    Ok(Versioned { version: tenant.version, answer: Answer(tenant.branding.clone()) })
}

async fn update_branding(
    ctx: Ctx,
    platform: IsPlatform,
    if_match: IfMatch,
    State(tenancy): State<Tenancy>,
    Json(branding): Json<Branding>,
) -> Result<Versioned<Answer<Branding>>, Fault> {
    let change = TenantChange { branding: Some(branding), ..TenantChange::default() };
    let tenant = apply(&ctx, &tenancy, platform, if_match, change).await?;
    Ok(Versioned { version: tenant.version, answer: Answer(tenant.branding) })
}

async fn read_settings(
    ctx: Ctx,
    State(tenancy): State<Tenancy>,
) -> Result<Versioned<Answer<Settings>>, Fault> {
    let tenant = tenancy.tenant(ctx.tenant)?;
    Ok(Versioned { version: tenant.version, answer: Answer(Settings(tenant.settings.clone())) })
}

async fn update_settings(
    ctx: Ctx,
    platform: IsPlatform,
    if_match: IfMatch,
    State(tenancy): State<Tenancy>,
    Json(settings): Json<Settings>,
) -> Result<Versioned<Answer<Settings>>, Fault> {
    let change = TenantChange { settings: Some(settings.0), ..TenantChange::default() };
    let tenant = apply(&ctx, &tenancy, platform, if_match, change).await?;
    Ok(Versioned { version: tenant.version, answer: Answer(Settings(tenant.settings)) })
}

async fn apply(
    ctx: &Ctx,
    tenancy: &Tenancy,
    IsPlatform(platform): IsPlatform,
    IfMatch(version): IfMatch,
    change: TenantChange,
) -> Result<Tenant, Fault> {
    ctx.require_every_site()?;
    let id = ctx.tenant;
    let write = move |tx: &mut usher_db::Tx| ops::update_tenant(tx, id, change.clone(), version, platform);
    Ok(tenancy.db().write(ctx, Lane::Tenant, write).await?)
}
