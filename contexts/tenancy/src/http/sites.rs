//! Sites: list, create, read, change, delete.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::{Lane, Tx};
use usher_http::{
    Access, Answered, Created, IfMatch, Json, NoContent, Ok as Answer, Path, Query, Routes, State, Versioned,
};
use usher_kernel::{Ctx, Fault, Page, PageQuery};

use crate::model::scopes::{SITES_READ, SITES_WRITE};
use crate::model::{Site, SiteChange, SiteKind, SiteStatus, SiteView};
use crate::{Tenancy, ops};

pub(super) fn declare(routes: Routes<Tenancy>) -> Routes<Tenancy> {
    routes
        .get("/api/v1/tenants/{tenant}/sites", Access::scope(SITES_READ), list, |d| {
            d.summary("List the sites of a tenant").query::<SiteFilter>().answer::<Page<SiteView>>(200)
        })
        .post("/api/v1/tenants/{tenant}/sites", Access::scope(SITES_WRITE), create, |d| {
            d.summary("Create a site")
                .description("The first site of a tenant becomes its default site.")
                .body::<SiteChange>()
                .answer::<SiteView>(201)
                .fault("some_sites", 403)
                .fault("slug_taken", 409)
        })
        .get("/api/v1/tenants/{tenant}/sites/{id}", Access::scope(SITES_READ), read, |d| {
            d.summary("Read a site, by its id or its short name").answer::<SiteView>(200)
        })
        .put("/api/v1/tenants/{tenant}/sites/{id}", Access::scope(SITES_WRITE), update, |d| {
            d.summary("Change a site")
                .description("Absent fields stay; `hours` and `holidays` are replaced as a whole.")
                .body::<SiteChange>()
                .answer::<SiteView>(200)
                .fault("wrong_site", 403)
                .fault("slug_taken", 409)
                .fault("default_site", 409)
                .fault("stale", 412)
        })
        .delete("/api/v1/tenants/{tenant}/sites/{id}", Access::scope(SITES_WRITE), delete, |d| {
            d.summary("Delete a site where nothing lives any more")
                .description("A refusal with the code `site_in_use` lists in `cost` what is still there.")
                .answer_empty(204)
                .fault("wrong_site", 403)
                .fault("site_in_use", 409)
                .fault("default_site", 409)
                .fault("stale", 412)
        })
}

/// Which sites, and which page of them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct SiteFilter {
    #[serde(flatten)]
    page: PageQuery,
    /// Only sites of this kind.
    kind: Option<SiteKind>,
    /// Only sites with this status.
    status: Option<SiteStatus>,
    /// Only sites whose name or address contains this text.
    q: Option<String>,
}

async fn list(
    ctx: Ctx,
    State(tenancy): State<Tenancy>,
    Query(filter): Query<SiteFilter>,
) -> Result<Json<Page<SiteView>>, Fault> {
    let after = filter.page.after()?;
    let limit = filter.page.limit();
    let wanted = filter.q.as_deref().unwrap_or_default().to_lowercase();
    let matches = |site: &Site| {
        let text = |value: &str| value.to_lowercase().contains(&wanted);
        after.is_none_or(|after| site.id > after)
            && filter.kind.is_none_or(|kind| kind == site.kind)
            && filter.status.is_none_or(|status| status == site.status)
            && (text(&site.name) || site.address.as_deref().is_some_and(text))
    };
    let now = ctx.now();
    let sites = tenancy.directory().sites(ctx.tenant);
    let views: Vec<SiteView> = sites
        .iter()
        .filter(|site| matches(site))
        .take(limit as usize + 1)
        .map(|site| SiteView::at(site, now))
        .collect();
    Ok(Json(Page::cut(views, limit, |site| site.id.to_string())))
}

async fn create(
    ctx: Ctx,
    State(tenancy): State<Tenancy>,
    Json(new): Json<SiteChange>,
) -> Result<Answered, Fault> {
    if !ctx.sites.is_empty() {
        return Err(crate::Error::NotEverySite.into());
    }
    let (tenant, people) = (ctx.tenant, tenancy.clone());
    usher_http::write(&ctx, tenancy.db(), Lane::Tenant, move |tx| {
        people.check_manager(tx, tenant, &new.manager_id)?;
        let site = ops::create_site(tx, tenant, new.clone())?;
        let view = SiteView::at(&site, tx.now());
        Ok::<_, crate::Error>(Versioned { version: site.version, answer: Created(view) })
    })
    .await
}

async fn read(
    ctx: Ctx,
    State(tenancy): State<Tenancy>,
    Path(name): Path<String>,
) -> Result<Versioned<Answer<SiteView>>, Fault> {
    let site = tenancy.site_named(ctx.tenant, &name)?;
    Ok(shown(&site, &ctx))
}

async fn update(
    ctx: Ctx,
    IfMatch(version): IfMatch,
    State(tenancy): State<Tenancy>,
    Path(name): Path<String>,
    Json(change): Json<SiteChange>,
) -> Result<Versioned<Answer<SiteView>>, Fault> {
    let (tenant, id) = (ctx.tenant, tenancy.site_named(ctx.tenant, &name)?.id);
    let people = tenancy.clone();
    let write = move |tx: &mut Tx| {
        people.check_manager(tx, tenant, &change.manager_id)?;
        ops::update_site(tx, tenant, id, change.clone(), version)
    };
    let site = tenancy.db().write(&ctx, Lane::Tenant, write).await?;
    Ok(shown(&site, &ctx))
}

async fn delete(
    ctx: Ctx,
    IfMatch(version): IfMatch,
    State(tenancy): State<Tenancy>,
    Path(name): Path<String>,
) -> Result<NoContent, Fault> {
    let (tenant, id) = (ctx.tenant, tenancy.site_named(ctx.tenant, &name)?.id);
    let guards = tenancy.site_guards();
    let write = move |tx: &mut Tx| ops::delete_site(tx, &guards, tenant, id, version);
    tenancy.db().write(&ctx, Lane::Tenant, write).await?;
    Ok(NoContent)
}

fn shown(site: &Site, ctx: &Ctx) -> Versioned<Answer<SiteView>> {
    Versioned { version: site.version, answer: Answer(SiteView::at(site, ctx.now())) }
}
