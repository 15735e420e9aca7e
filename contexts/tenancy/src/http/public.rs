//! What anybody may know: the tenants that show themselves, and their open sites.

use schemars::JsonSchema;
use serde::Serialize;
use usher_http::{Access, Json, Routes, State};
use usher_kernel::{Ctx, Fault, Page, SiteId, Timestamp};

use crate::model::{Branding, SiteStatus, Tenant, TenantStatus};
use crate::{Error, Tenancy};

pub(super) fn declare(routes: Routes<Tenancy>) -> Routes<Tenancy> {
    routes
        .get("/api/v1/public/tenants", Access::public(), list, |d| {
            d.summary("List the tenants that show themselves").answer::<Page<PublicTenant>>(200)
        })
        .get("/api/v1/public/tenants/{tenant}", Access::public(), read, |d| {
            d.summary("Read a tenant and its sites as the public sees them").answer::<PublicTenantSites>(200)
        })
}

/// A tenant as anybody sees it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct PublicTenant {
    slug: String,
    name: String,
    branding: Branding,
}

/// A tenant with its sites as anybody sees them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct PublicTenantSites {
    slug: String,
    name: String,
    branding: Branding,
    locale: String,
    locales: Vec<String>,
    sites: Vec<PublicSite>,
}

/// A site as anybody sees it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct PublicSite {
    id: SiteId,
    slug: String,
    name: String,
    address: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    timezone: String,
    notice: Option<String>,
    open: bool,
    opens_at: Option<Timestamp>,
    closes_at: Option<Timestamp>,
}

impl From<&Tenant> for PublicTenant {
    fn from(tenant: &Tenant) -> Self {
        Self { slug: tenant.slug.clone(), name: tenant.name.clone(), branding: tenant.branding.clone() }
    }
}

async fn list(State(tenancy): State<Tenancy>) -> Json<Page<PublicTenant>> {
    let items = tenancy
        .directory()
        .tenants()
        .iter()
        .filter(|tenant| tenant.listed && tenant.status == TenantStatus::Active)
        .map(|tenant| PublicTenant::from(&**tenant))
        .collect();
    Json(Page { items, next_cursor: None })
}

async fn read(ctx: Ctx, State(tenancy): State<Tenancy>) -> Result<Json<PublicTenantSites>, Fault> {
    let tenant = tenancy.tenant(ctx.tenant)?;
    if tenant.status != TenantStatus::Active {
        return Err(Error::NoTenant.into());
    }
    let now = ctx.now();
    let sites = tenancy
        .directory()
        .sites(tenant.id)
        .iter()
        .filter(|site| site.status != SiteStatus::Inactive)
        .map(|site| {
            let state = site.state(now);
            PublicSite {
                id: site.id,
                slug: site.slug.clone(),
                name: site.name.clone(),
                address: site.address.clone(),
                latitude: site.latitude,
                longitude: site.longitude,
                timezone: site.timezone.clone(),
                notice: site.notice.clone(),
                open: state.open,
                opens_at: state.opens_at,
                closes_at: state.closes_at,
            }
        })
        .collect();
    let PublicTenant { slug, name, branding } = PublicTenant::from(&*tenant);
    let (locale, locales) = (tenant.default_locale.clone(), tenant.locales.clone());
    Ok(Json(PublicTenantSites { slug, name, branding, locale, locales, sites }))
}
