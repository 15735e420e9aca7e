//! The tenants that somebody belongs to: which they are is known here, not in tenancy.

use usher_http::{Access, IsPlatform, Json, Query, Routes, State};
use usher_kernel::{Ctx, Fault, Page, PageQuery, SystemCtx, TenantId};
use usher_tenancy::Tenant;

use crate::Identity;

pub(super) fn declare(routes: Routes<Identity>) -> Routes<Identity> {
    routes
        .get("/api/v1/tenants", Access::signed_in(), list, |d| {
            d.summary(
                "List the tenants that the caller belongs to; all of them for the platform administrator",
            )
            .query::<PageQuery>()
            .answer::<Page<Tenant>>(200)
        })
        .also(&["/api/organizations"])
}

async fn list(
    sys: SystemCtx,
    ctx: Option<Ctx>,
    IsPlatform(platform): IsPlatform,
    State(identity): State<Identity>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Tenant>>, Fault> {
    let after = page.after::<TenantId>()?;
    let mine: Vec<TenantId> = match sys.actor.user() {
        _ if platform => Vec::new(),
        Some(user) => identity.memberships(&sys, user).await?.into_iter().map(|m| m.tenant_id).collect(),
        // Keys and devices belong to the one tenant that they were made in.
        None => ctx.iter().map(|ctx| ctx.tenant).collect(),
    };
    let limit = page.limit();
    let tenants = identity.tenancy().directory().tenants();
    let wanted = tenants
        .iter()
        .filter(|tenant| platform || mine.contains(&tenant.id))
        .filter(|tenant| after.is_none_or(|after| tenant.id > after))
        .take(limit as usize + 1);
    let items = wanted
        .map(|tenant| {
            let mut tenant = Tenant::clone(tenant);
            if !platform {
                tenant.settings.clear();
            }
            tenant
        })
        .collect();
    Ok(Json(Page::cut(items, limit, |tenant: &Tenant| tenant.id.to_string())))
}
