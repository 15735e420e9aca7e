//! The list of places where one can book, for the first page of bookings of an installation.

use std::sync::Arc;

use usher_db::Read;
use usher_http::{Access, Json, Query, Routes, State};
use usher_kernel::{Caller, Fault, Id, Page, PageQuery, SystemCtx};
use usher_tenancy::{Site, SiteStatus, TenantStatus};
use uuid::Uuid;

use crate::ops::Appointments;
use crate::ops::places::{BookablePlace, PlaceKey, bookable};
use crate::store;

/// So many sites are looked at before the next are read.
const AT_ONCE: u32 = 50;

pub(super) fn routes(routes: Routes<Appointments>) -> Routes<Appointments> {
    routes.get("/api/v1/public/bookable", Access::public(), list, |d| {
        d.summary("Find a site of any tenant that shows itself where people book by themselves, with its next free time")
            .query::<PageQuery>()
            .answer::<Page<BookablePlace>>(200)
    })
}

async fn list(
    caller: Arc<Caller>,
    State(me): State<Appointments>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<BookablePlace>>, Fault> {
    let after: Option<PlaceKey> = query.after_by(|text| {
        let (tenant, site) = text.split_once(' ')?;
        Some((tenant.parse().ok()?, site.parse().ok()?))
    })?;
    let limit = query.limit();
    let wanted = limit as usize + 1;
    let system = SystemCtx::for_caller(caller);
    let mut behind = after.unwrap_or((Id::from_uuid(Uuid::nil()), Id::from_uuid(Uuid::nil())));
    let mut found = Vec::new();
    while found.len() < wanted {
        let next = move |read: &mut Read<'_>| store::availabilities::sites(read, behind, AT_ONCE);
        let keys = me.db().read_system(&system, next).await?;
        let Some(last) = keys.last().copied() else { break };
        behind = last;
        for of_tenant in keys.chunk_by(|a, b| a.0 == b.0) {
            let sites = shown(&me, of_tenant);
            let (Some(first), true) = (sites.first(), found.len() < wanted) else { continue };
            let ctx = system.within(first.tenant_id);
            let (own, left) = (me.clone(), wanted - found.len());
            let read = move |read: &mut Read<'_>| bookable(&own, read, &sites, left);
            found.extend(me.db().read(&ctx, read).await?);
        }
    }
    let page = Page::cut(found, limit, |((tenant, site), _)| format!("{tenant} {site}"));
    Ok(Json(page.map(|(_, place)| place)))
}

/// Those of some sites of one tenant that anybody may see; none where it does not show itself.
fn shown(me: &Appointments, keys: &[PlaceKey]) -> Vec<Arc<Site>> {
    let directory = me.line().directory();
    let visible = |(tenant, site): &PlaceKey| {
        directory.tenant(*tenant).filter(|known| known.listed && known.status == TenantStatus::Active)?;
        directory.site(*tenant, *site).filter(|site| site.status != SiteStatus::Inactive)
    };
    keys.iter().filter_map(visible).collect()
}
