//! Where one can book: sites at which something is offered to everybody, each with its next free time.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use usher_db::Read;
use usher_kernel::{SiteId, TenantId};
use usher_tenancy::Site;

use super::place::{next_free, offers};
use super::show::{self, PlaceView};
use super::{Appointments, By};
use crate::error::Error;
use crate::model::Slot;

/// A place in the list: tenants in the order in which they were created, and so the sites of each.
pub(crate) type PlaceKey = (TenantId, SiteId);

/// A site at which people book by themselves.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BookablePlace {
    /// Where.
    pub site: PlaceView,
    /// The name of its tenant.
    pub tenant_name: String,
    /// The next slot with a free place within three months, of any service; null where everything is full.
    pub next: Option<Slot>,
}

/// Those of some sites of the tenant at which people book by themselves, in the order given and at most `limit`.
///
/// # Errors
/// The database failed.
pub(crate) fn bookable(
    me: &Appointments,
    read: &mut Read<'_>,
    sites: &[Arc<Site>],
    limit: usize,
) -> Result<Vec<(PlaceKey, BookablePlace)>, Error> {
    let mut found = Vec::new();
    for site in sites {
        if found.len() == limit {
            break;
        }
        let offers = offers(me, read, site, By::Person)?;
        // One that was deleted in this moment is not there.
        let (Ok(view), Some(tenant)) =
            (show::place(me, site.tenant_id, site.id), me.line().directory().tenant(site.tenant_id))
        else {
            continue;
        };
        if offers.is_empty() {
            continue;
        }
        let mut next: Option<Slot> = None;
        for offer in &offers {
            if let Some(slot) = next_free(read, offer, By::Person)?
                && next.as_ref().is_none_or(|known| slot.starts_at < known.starts_at)
            {
                next = Some(slot);
            }
        }
        let place = BookablePlace { site: view, tenant_name: tenant.name.clone(), next };
        found.push(((site.tenant_id, site.id), place));
    }
    Ok(found)
}
