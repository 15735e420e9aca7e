//! Agents are advised to mark as a no-show who was called and does not come for as long as the line waits.

use usher_kernel::Timestamp;

use super::{act, config_of};
use crate::model::Status;
use crate::ops::{Queueing, overdue};

pub(super) async fn advise(line: &Queueing, now: Timestamp) -> usize {
    let mut done = 0;
    for shared in line.live().lines() {
        let (tenant, site, queue, called) = {
            let one = shared.lock();
            let called = one.aside().filter(|t| t.status == Status::Called && t.overdue_since.is_none());
            let called: Vec<_> = called.map(|t| (t.id, t.last_called_at)).collect();
            (one.tenant_id, one.site_id, one.queue_id, called)
        };
        if called.is_empty() {
            continue;
        }
        let Some(config) = config_of(line, tenant).await else { continue };
        let Some(settings) = config.queue(queue).map(|queue| &queue.settings) else { continue };
        for (id, _) in called.into_iter().filter(|(_, at)| overdue::is_late(settings, *at, now)) {
            let told =
                act(line, tenant, site, "advising a no-show", move |line, tx| overdue::advise(line, tx, id));
            done += usize::from(told.await == Some(true));
        }
    }
    done
}
