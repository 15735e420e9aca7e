//! Staff are told of the displays that did not acknowledge a call in time.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use usher_db::DbError;
use usher_identity::DeviceType;
use usher_identity::model::DeviceView;
use usher_kernel::{Ctx, SiteId, TenantId, Timestamp};

use super::act;
use crate::model::live::{Call, Deaf};
use crate::ops::{Queueing, announcement};

pub(super) async fn raise(line: &Queueing, now: Timestamp) -> usize {
    let overdue = line.live().calls.lock().overdue(now);
    let mut devices: HashMap<TenantId, Vec<DeviceView>> = HashMap::new();
    let mut done = 0;
    for (site, call) in overdue {
        let Some(tenant) = line.live().line(call.queue_id).map(|shared| shared.lock().tenant_id) else {
            continue;
        };
        let known = match devices.entry(tenant) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => match devices_of(line, tenant).await {
                Ok(known) => unknown.insert(known),
                Err(error) => {
                    tracing::warn!(%error, "the displays of a site cannot be read");
                    continue;
                }
            },
        };
        let mut failed = false;
        for deaf in known.iter().filter_map(|display| missed(display, site, &call)) {
            let told = act(line, tenant, site, "telling staff of an unheard call", move |line, tx| {
                announcement::unheard(line, tx, site, call.id, &deaf)
            });
            let told = told.await;
            failed |= told.is_none();
            done += usize::from(told == Some(true));
        }
        if !failed {
            line.live().calls.lock().judge(site, call.id);
        }
    }
    done
}

/// The display that should have played a call and has not said so. One that is switched off is told of by itself
/// and not with every call; a site without displays calls by voice.
fn missed(device: &DeviceView, site: SiteId, call: &Call) -> Option<Deaf> {
    let shows = device.kind == DeviceType::Display
        && (device.site_id == site || device.further_sites().any(|further| further == site));
    let there = device.online && device.created_at <= call.at;
    (shows && there && call.waits_for(device.id))
        .then(|| Deaf { device_id: device.id, name: device.name.clone() })
}

async fn devices_of(line: &Queueing, tenant: TenantId) -> Result<Vec<DeviceView>, DbError> {
    let ctx = Ctx::system(tenant, "queueing", line.clock().clone());
    let me = line.clone();
    line.db().read(&ctx, move |read| me.identity().devices_in(read, tenant)).await
}
