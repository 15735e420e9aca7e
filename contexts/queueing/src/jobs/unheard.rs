//! Staff are told of a call that no display acknowledged in time.

use usher_identity::DeviceType;
use usher_kernel::{Ctx, SiteId, TenantId, Timestamp};

use super::act;
use crate::ops::{Queueing, announcement};

pub(super) async fn raise(line: &Queueing, now: Timestamp) -> usize {
    let overdue = line.live().calls.lock().overdue(now);
    let mut done = 0;
    for (site, call) in overdue {
        let Some(tenant) = line.live().line(call.queue_id).map(|shared| shared.lock().tenant_id) else {
            continue;
        };
        if !has_display(line, tenant, site).await {
            // Nothing there could have played it: such a site calls by voice.
            line.live().calls.lock().need_no_hearing(site, call.id);
            continue;
        }
        let told = act(line, tenant, site, "telling staff of an unheard call", move |line, tx| {
            announcement::unheard(line, tx, site, call.id)
        });
        let told = told.await;
        if told == Some(false) {
            // Another node told them; this one need not look again.
            line.live().calls.lock().mark_unheard(site, call.id);
        }
        done += usize::from(told == Some(true));
    }
    done
}

/// Whether a display is paired at the site, switched on or not.
async fn has_display(line: &Queueing, tenant: TenantId, site: SiteId) -> bool {
    let ctx = Ctx::system(tenant, "queueing", line.clock().clone());
    let me = line.clone();
    match line.db().read(&ctx, move |read| me.identity().devices_in(read, tenant)).await {
        Ok(devices) => devices.iter().any(|d| d.site_id == site && d.kind == DeviceType::Display),
        Err(error) => {
            tracing::warn!(%error, "the displays of a site cannot be read");
            true
        }
    }
}
