//! Devices: pairing, set-up, and what a device asks of itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use usher_db::{Lane, Tx};
use usher_http::{
    Access, Answered, Created, IfMatch, Json, NoContent, Ok as Answer, Path, Query, RateClass, Routes, State,
    Versioned,
};
use usher_kernel::{Actor, Ctx, Fault, Page, SiteId, SystemCtx};
use usher_tenancy::model::{Branding, SiteView};
use uuid::Uuid;

use crate::model::scopes::{DEVICES_READ, DEVICES_WRITE};
use crate::model::{Device, DeviceChange, DeviceType, DeviceView, NewPrinter, PairDevice};
use crate::ops::{PairingShown, PairingStarted, Poll};
use crate::{Error, Identity, ops, store};

pub(super) fn declare(routes: Routes<Identity>) -> Routes<Identity> {
    routes
        .post("/api/v1/devices/pairing", Access::public(), start, |d| {
            d.summary("Ask for a pairing code, as a new device")
                .body::<StartPairing>()
                .answer::<PairingStarted>(201)
                .rate(RateClass::Login)
                .secret_answer()
        })
        .get("/api/v1/devices/pairing/{device_code}", Access::public(), poll, |d| {
            d.summary("Ask whether the code was entered")
                .description(
                    "The first answer with `paired: true` holds the device's token, and no later one does.",
                )
                .answer::<Poll>(200)
        })
        .get("/api/v1/tenants/{tenant}/devices/pairing", Access::scope(DEVICES_WRITE), shown, |d| {
            d.summary("What the device that shows a code says of itself")
                .query::<ShownCode>()
                .answer::<PairingShown>(200)
                .fault("unknown_code", 404)
        })
        .post("/api/v1/tenants/{tenant}/devices/pair", Access::scope(DEVICES_WRITE), pair, |d| {
            d.summary("Pair the device that shows a code")
                .body::<PairDevice>()
                .answer::<DeviceView>(201)
                .fault("unknown_code", 404)
                .fault("above_own", 403)
        })
        .post("/api/v1/tenants/{tenant}/devices", Access::scope(DEVICES_WRITE), register, |d| {
            d.summary("Put a printer on record")
                .description(
                    "A printer on the network (ESC/POS) has no screen that could show a code: it is known by its \
                     `printer_address`, and kiosks print there that name it as their `printer_id`. The server asks it \
                     every minute how it is: when it last answered (`last_seen`), its `paper`, and whether it takes \
                     tickets (`printer`).",
                )
                .body::<NewPrinter>()
                .answer::<DeviceView>(201)
                .fault("above_own", 403)
        })
        .get("/api/v1/tenants/{tenant}/devices", Access::scope(DEVICES_READ), list, |d| {
            d.summary("List the devices of a tenant").answer::<Page<DeviceView>>(200)
        })
        .get("/api/v1/tenants/{tenant}/devices/{id}", Access::scope(DEVICES_READ), read, |d| {
            d.summary("Read a device").answer::<DeviceView>(200)
        })
        .put("/api/v1/tenants/{tenant}/devices/{id}", Access::scope(DEVICES_WRITE), update, |d| {
            d.summary("Change a device's set-up")
                .body::<DeviceChange>()
                .answer::<DeviceView>(200)
                .fault("above_own", 403)
                .fault("stale", 412)
        })
        .delete("/api/v1/tenants/{tenant}/devices/{id}", Access::scope(DEVICES_WRITE), revoke, |d| {
            d.summary("Revoke a device").answer_empty(204)
        })
        .get("/api/v1/device", Access::device(&[]), own, |d| {
            d.summary("What a device needs to know of itself").answer::<OwnDevice>(200)
        })
        .post("/api/v1/device/ping", Access::device(&[]), ping, |d| {
            d.summary("Say that a device is alive")
                .description(
                    "Whatever members are sent are kept as its last report: audio, version. `paper` (`ok`, `low` or \
                     `out`) says how the paper stands, where the device knows it.",
                )
                .body::<Ping>()
                .answer_empty(204)
        })
}

/// What a new device says of itself.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct StartPairing {
    /// What it is.
    #[serde(default, rename = "type", alias = "kind")]
    kind: Option<DeviceType>,
}

/// The code that a device shows.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ShownCode {
    /// As it is typed: small letters, blanks and hyphens do not matter.
    code: String,
}

/// What a device says of itself while it runs.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(transparent)]
struct Ping(Map<String, Value>);

/// A device, where it stands and whose it is.
#[derive(Serialize, JsonSchema)]
struct OwnDevice {
    /// The device.
    device: DeviceView,
    /// Whose it is.
    tenant: OwnTenant,
    /// Where it stands.
    site: SiteView,
}

/// What a device shows of its tenant.
#[derive(Serialize, JsonSchema)]
struct OwnTenant {
    slug: String,
    name: String,
    branding: Branding,
    locale: String,
    locales: Vec<String>,
}

async fn start(
    sys: SystemCtx,
    State(identity): State<Identity>,
    Json(body): Json<StartPairing>,
) -> Result<Created<PairingStarted>, Fault> {
    Ok(Created(identity.start_pairing(&sys, body.kind).await?))
}

async fn poll(
    sys: SystemCtx,
    State(identity): State<Identity>,
    Path(device_code): Path<String>,
) -> Result<Json<Poll>, Fault> {
    Ok(Json(identity.poll_pairing(&sys, &device_code).await?))
}

async fn shown(
    ctx: Ctx,
    State(identity): State<Identity>,
    Query(shown): Query<ShownCode>,
) -> Result<Json<PairingShown>, Fault> {
    Ok(Json(identity.db().read(&ctx, move |read| ops::shown_by(read, &shown.code)).await?))
}

async fn pair(
    ctx: Ctx,
    State(identity): State<Identity>,
    Json(input): Json<PairDevice>,
) -> Result<Answered, Fault> {
    let tenant = ctx.tenant;
    take_in(&ctx, &identity, move |tx, default, known| ops::pair_device(tx, tenant, default, known, &input))
        .await
}

async fn register(
    ctx: Ctx,
    State(identity): State<Identity>,
    Json(input): Json<NewPrinter>,
) -> Result<Answered, Fault> {
    let tenant = ctx.tenant;
    take_in(&ctx, &identity, move |tx, default, known| {
        ops::register_printer(tx, tenant, default, known, &input)
    })
    .await
}

/// Takes a device in, at the site that is named or at the tenant's default one.
async fn take_in(
    ctx: &Ctx,
    identity: &Identity,
    mut take: impl FnMut(&mut Tx, Option<SiteId>, &dyn Fn(SiteId) -> bool) -> Result<Device, Error>
    + Send
    + 'static,
) -> Result<Answered, Fault> {
    let (tenant, sites) = (ctx.tenant, identity.tenancy().clone());
    usher_http::write(ctx, identity.db(), Lane::Tenant, move |tx| {
        let known = |site| sites.site(tenant, site).is_ok();
        let default = sites.default_site(tenant).ok().map(|site| site.id);
        let device = take(tx, default, &known)?;
        let device = DeviceView::new(device, tx.now());
        Ok::<_, Error>(Versioned { version: device.version, answer: Created(device) })
    })
    .await
}

async fn list(ctx: Ctx, State(identity): State<Identity>) -> Result<Json<Page<DeviceView>>, Fault> {
    let (tenant, inner) = (ctx.tenant, identity.clone());
    let mut items = identity.db().read(&ctx, move |read| inner.devices_in(read, tenant)).await?;
    items.retain(|device| ctx.may_at(device.site_id));
    Ok(Json(Page { items, next_cursor: None }))
}

async fn read(
    ctx: Ctx,
    State(identity): State<Identity>,
    Path(id): Path<Uuid>,
) -> Result<Versioned<Answer<DeviceView>>, Fault> {
    let device = load(&identity, &ctx, id).await?;
    Ok(Versioned { version: device.version, answer: Answer(device) })
}

async fn load(identity: &Identity, ctx: &Ctx, id: Uuid) -> Result<DeviceView, Fault> {
    let tenant = ctx.tenant;
    let stored = identity.db().read(ctx, move |read| store::devices::get(read, tenant, id)).await?;
    let stored =
        stored.filter(|stored| ctx.may_at(stored.device.site_id)).ok_or(Error::NotFound("device"))?;
    Ok(DeviceView::at(stored.device, stored.presence, ctx.now()))
}

async fn update(
    ctx: Ctx,
    IfMatch(version): IfMatch,
    State(identity): State<Identity>,
    Path(id): Path<Uuid>,
    Json(change): Json<DeviceChange>,
) -> Result<Versioned<Answer<DeviceView>>, Fault> {
    let (tenant, sites) = (ctx.tenant, identity.tenancy().clone());
    let write = move |tx: &mut Tx| {
        let known = |site| sites.site(tenant, site).is_ok();
        ops::change_device(tx, tenant, &known, id, change.clone(), version)
    };
    let device = identity.db().write(&ctx, Lane::Tenant, write).await?;
    Ok(Versioned { version: device.version, answer: Answer(device) })
}

async fn revoke(
    ctx: Ctx,
    State(identity): State<Identity>,
    Path(id): Path<Uuid>,
) -> Result<NoContent, Fault> {
    let tenant = ctx.tenant;
    let write = move |tx: &mut Tx| ops::revoke_device(tx, tenant, id);
    identity.db().write(&ctx, Lane::Tenant, write).await?;
    Ok(NoContent)
}

async fn own(ctx: Ctx, State(identity): State<Identity>) -> Result<Json<OwnDevice>, Fault> {
    let device = load(&identity, &ctx, own_id(&ctx)?).await?;
    let site = identity.tenancy().site(ctx.tenant, device.site_id)?;
    let tenant = identity.tenancy().tenant(ctx.tenant)?;
    let tenant = OwnTenant {
        slug: tenant.slug.clone(),
        name: tenant.name.clone(),
        branding: tenant.branding.clone(),
        locale: tenant.default_locale.clone(),
        locales: tenant.locales.clone(),
    };
    Ok(Json(OwnDevice { device, tenant, site: SiteView::at(&site, ctx.now()) }))
}

async fn ping(
    ctx: Ctx,
    State(identity): State<Identity>,
    Json(Ping(report)): Json<Ping>,
) -> Result<Answered, Fault> {
    let (tenant, id) = (ctx.tenant, own_id(&ctx)?);
    usher_http::write(&ctx, identity.db(), Lane::Any, move |tx| {
        ops::ping_device(tx, tenant, id, &report).map(|()| NoContent)
    })
    .await
}

pub(super) fn own_id(ctx: &Ctx) -> Result<Uuid, Error> {
    match ctx.actor {
        Actor::Device { id, .. } => Ok(id),
        _ => Err(Error::NotFound("device")),
    }
}
