//! Where one can wait: the sites of every tenant that shows itself, whether each is open, and how many wait there.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;
use usher_kernel::{SiteId, TenantId, Timestamp};
use usher_tenancy::Site;
use usher_tenancy::model::{SiteStatus, Tenant, TenantStatus};

use crate::ops::Queueing;

/// Whose a place is.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PlaceTenant {
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// How many sites it shows in all.
    pub sites: i64,
}

/// A site as somebody sees it who looks for one.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PublicPlace {
    /// Whose.
    pub tenant: PlaceTenant,
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its postal address.
    pub address: Option<String>,
    /// Its time zone.
    pub timezone: String,
    /// Whether it takes people now.
    pub open: bool,
    /// When it opens next.
    pub opens_at: Option<Timestamp>,
    /// When it closes.
    pub closes_at: Option<Timestamp>,
    /// A line for everybody; in an emergency why it is closed.
    pub notice: Option<String>,
    /// How many wait there, in all lines.
    pub waiting: i64,
    /// When this was true.
    pub at: Timestamp,
}

/// A place in the list: tenants in the order in which they were created, and so the sites of each.
pub(crate) type PlaceKey = (TenantId, SiteId);

/// At most `limit` places behind `after`, each with its key; `piece` stands in the name of the site or its tenant, or in
/// the address, in whatever case. All of it is in memory: it costs the same however many people look.
pub(crate) fn places(
    line: &Queueing,
    piece: Option<&str>,
    after: Option<PlaceKey>,
    limit: usize,
    now: Timestamp,
) -> Vec<(PlaceKey, PublicPlace)> {
    let wanted = piece.map(str::to_lowercase);
    let has = |text: &str| wanted.as_ref().is_none_or(|piece| text.to_lowercase().contains(piece.as_str()));
    let mut found = Vec::new();
    for tenant in line.directory().tenants() {
        let passed = after.is_some_and(|(last, _)| tenant.id < last);
        if passed || !tenant.listed || tenant.status != TenantStatus::Active {
            continue;
        }
        let mut sites = line.directory().sites(tenant.id);
        sites.retain(|site| site.status != SiteStatus::Inactive);
        let count = i64::try_from(sites.len()).unwrap_or(i64::MAX);
        let all = has(&tenant.name);
        for site in &sites {
            let key = (tenant.id, site.id);
            let matches = all || has(&site.name) || site.address.as_deref().is_some_and(has);
            if after.is_none_or(|after| key > after) && matches {
                found.push((key, place(line, &tenant, site, count, now)));
            }
            if found.len() == limit {
                return with_waiting(line, found);
            }
        }
    }
    with_waiting(line, found)
}

fn place(line: &Queueing, tenant: &Tenant, site: &Site, sites: i64, now: Timestamp) -> PublicPlace {
    let closure = line.closure(site.id);
    let hours = line.site_now(tenant.id, site.id, now).ok();
    PublicPlace {
        tenant: PlaceTenant { slug: tenant.slug.clone(), name: tenant.name.clone(), sites },
        slug: site.slug.clone(),
        name: site.name.clone(),
        address: site.address.clone(),
        timezone: site.timezone.clone(),
        open: closure.is_none() && hours.as_ref().is_some_and(|hours| hours.open),
        opens_at: hours.as_ref().and_then(|hours| hours.opens_at).filter(|_| closure.is_none()),
        closes_at: hours.as_ref().and_then(|hours| hours.closes_at),
        notice: closure.map(|reason| reason.to_string()).or_else(|| site.notice.clone()),
        waiting: 0,
        at: now,
    }
}

/// Counts who waits at these places, in one walk over all lines.
fn with_waiting(line: &Queueing, mut found: Vec<(PlaceKey, PublicPlace)>) -> Vec<(PlaceKey, PublicPlace)> {
    let mut waiting: HashMap<SiteId, i64> = found.iter().map(|((_, site), _)| (*site, 0)).collect();
    for shared in line.live().lines() {
        let one = shared.lock();
        if let Some(count) = waiting.get_mut(&one.site_id) {
            *count += one.len() + one.outside;
        }
    }
    for ((_, site), place) in &mut found {
        place.waiting = waiting.get(site).copied().unwrap_or(0);
    }
    found
}
