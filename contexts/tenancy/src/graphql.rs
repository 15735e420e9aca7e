//! Tenants and sites in the graph.

use usher_graphql::{Declared, Graph};
use usher_kernel::{Ctx, Fault, SiteId};
use uuid::Uuid;

use crate::Tenancy;
use crate::model::{Exception, SiteView, Span, Weekly};

/// The route that reads one site, for links to sites.
pub const SITE: &str = "GET /api/v1/tenants/{tenant}/sites/{id}";

/// What this context adds to the graph.
pub fn graph(tenancy: Tenancy) -> Declared {
    Graph::new(tenancy)
        .named::<SiteView>("Site")
        .named::<Weekly>("WeeklyHours")
        .named::<Span>("HoursSpan")
        .named::<Exception>("HoursException")
        .queries(&[
            ("tenant", "GET /api/v1/tenants/{tenant}"),
            ("branding", "GET /api/v1/tenants/{tenant}/branding"),
            ("settings", "GET /api/v1/tenants/{tenant}/settings"),
            ("sites", "GET /api/v1/tenants/{tenant}/sites"),
            ("site", SITE),
        ])
        .mutations(&[
            ("createTenant", "POST /api/v1/tenants"),
            ("updateTenant", "PUT /api/v1/tenants/{tenant}"),
            ("updateBranding", "PUT /api/v1/tenants/{tenant}/branding"),
            ("updateSettings", "PUT /api/v1/tenants/{tenant}/settings"),
            ("createSite", "POST /api/v1/tenants/{tenant}/sites"),
            ("updateSite", "PUT /api/v1/tenants/{tenant}/sites/{id}"),
            ("deleteSite", "DELETE /api/v1/tenants/{tenant}/sites/{id}"),
        ])
        .finish()
}

/// The sites with these ids, for a link of any context.
///
/// # Errors
/// None; links may fail.
pub async fn sites(ctx: Ctx, tenancy: Tenancy, ids: Vec<Uuid>) -> Result<Vec<(Uuid, SiteView)>, Fault> {
    let now = ctx.now();
    let found = ids.into_iter().filter_map(|id| {
        let site = tenancy.directory().site(ctx.tenant, SiteId::from_uuid(id))?;
        Some((id, SiteView::at(&site, now)))
    });
    Ok(found.collect())
}
