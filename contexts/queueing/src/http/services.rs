//! Services.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::Lane;
use usher_http::{
    Access, Answered, Created, Docs, IfMatch, Json, NoContent, Path, Query, Routes, State, Versioned,
};
use usher_kernel::{Ctx, Fault, Page, PageQuery};

use super::refusals::{CHANGING, refuses};
use super::{config_of, site_named, write};
use crate::model::Code;
use crate::model::scopes::{SERVICES_READ, SERVICES_WRITE};
use crate::model::{Service, ServiceId};
use crate::ops::Queueing;
use crate::ops::configure::{ServiceInput, archive_service, create_service, update_service};

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Filter {
    #[serde(flatten)]
    page: PageQuery,
    /// Only those that are, or are not, offered.
    active: Option<bool>,
}

pub(super) fn routes(routes: Routes<Queueing>) -> Routes<Queueing> {
    let read = || Access::scope(SERVICES_READ);
    let write = || Access::scope(SERVICES_WRITE);
    routes
        .get("/api/v1/tenants/{tenant}/queues/services", read(), list, |d| {
            d.summary("List the services").query::<Filter>().answer::<Page<Service>>(200)
        })
        .also(&["/api/v1/tenants/{tenant}/services", "/api/services"])
        .post("/api/v1/tenants/{tenant}/queues/services", write(), create, |d| {
            refuses(
                whole(d.summary("Make a service").body::<ServiceInput>().answer::<Service>(201)),
                &[&[Code::Taken]],
            )
        })
        .also(&["/api/v1/tenants/{tenant}/services"])
        .get("/api/v1/tenants/{tenant}/queues/services/{id}", read(), get, |d| {
            d.summary("Read a service").answer::<Service>(200)
        })
        .also(&["/api/v1/tenants/{tenant}/services/{id}"])
        .put("/api/v1/tenants/{tenant}/queues/services/{id}", write(), update, |d| {
            refuses(
                whole(d.summary("Change a service").body::<ServiceInput>().answer::<Service>(200)),
                &[&[Code::Taken], CHANGING],
            )
        })
        .also(&["/api/v1/tenants/{tenant}/services/{id}"])
        .delete("/api/v1/tenants/{tenant}/queues/services/{id}", write(), delete, |d| {
            refuses(whole(d.summary("Take a service out of use").answer_empty(204)), &[&[Code::InUse]])
        })
        .also(&["/api/v1/tenants/{tenant}/services/{id}"])
        .get("/api/v1/tenants/{tenant}/sites/{site}/services", read(), at_site, |d| {
            d.summary("List the services that a site offers")
                .query::<PageQuery>()
                .answer::<Page<Service>>(200)
        })
}

/// Services are the organisation's, whichever sites offer them.
fn whole(d: Docs) -> Docs {
    d.fault("some_sites", 403)
}

async fn list(
    ctx: Ctx,
    State(line): State<Queueing>,
    Query(filter): Query<Filter>,
) -> Result<Json<Page<Service>>, Fault> {
    let config = config_of(&ctx, &line).await?;
    let all = config.services.iter().filter(|s| filter.active.is_none_or(|active| s.active == active));
    Ok(Json(Page::of(all.map(|s| Service::clone(s)).collect(), &filter.page, |s| s.id.to_string())?))
}

async fn at_site(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(site): Path<String>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Service>>, Fault> {
    let site = site_named(&ctx, &line, &site)?;
    let config = config_of(&ctx, &line).await?;
    let offered = |id| config.queues_at(site.id).any(|q| q.serves(id));
    let here = config.services.iter().filter(|s| offered(s.id)).map(|s| Service::clone(s)).collect();
    Ok(Json(Page::of(here, &query, |s: &Service| s.id.to_string())?))
}

async fn get(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<ServiceId>,
) -> Result<Versioned<Json<Service>>, Fault> {
    let config = config_of(&ctx, &line).await?;
    let service = config.service(id).ok_or_else(|| Fault::not_found("service"))?;
    Ok(Versioned { version: service.version, answer: Json(Service::clone(service)) })
}

async fn create(
    ctx: Ctx,
    State(line): State<Queueing>,
    Json(input): Json<ServiceInput>,
) -> Result<Answered, Fault> {
    ctx.require_every_site()?;
    write(&ctx, &line, Lane::Tenant, move |line, tx| {
        let service = create_service(line, tx, &input)?;
        Ok(Versioned { version: service.version, answer: Created(service) })
    })
    .await
}

async fn update(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<ServiceId>,
    IfMatch(version): IfMatch,
    Json(input): Json<ServiceInput>,
) -> Result<Answered, Fault> {
    ctx.require_every_site()?;
    write(&ctx, &line, Lane::Tenant, move |line, tx| {
        let service = update_service(line, tx, id, &input, version)?;
        Ok(Versioned { version: service.version, answer: usher_http::Ok(service) })
    })
    .await
}

async fn delete(
    ctx: Ctx,
    State(line): State<Queueing>,
    Path(id): Path<ServiceId>,
) -> Result<Answered, Fault> {
    ctx.require_every_site()?;
    write(&ctx, &line, Lane::Tenant, move |line, tx| archive_service(line, tx, id).map(|()| NoContent)).await
}
