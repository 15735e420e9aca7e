//! Who waits for a certain member of staff is released once that person is not here.

use usher_kernel::Timestamp;

use super::{act, config_of};
use crate::ops::{Queueing, booked_with};

pub(super) async fn release(line: &Queueing, now: Timestamp) -> usize {
    let mut done = 0;
    for shared in line.live().lines() {
        let (tenant, site, queue, bound) = {
            let one = shared.lock();
            let bound = one.bound().filter_map(|t| Some((t.id, t.for_agent_id?, t.for_agent_until)));
            let bound: Vec<_> = bound.collect();
            (one.tenant_id, one.site_id, one.queue_id, bound)
        };
        if bound.is_empty() {
            continue;
        }
        let Some(config) = config_of(line, tenant).await else { continue };
        for (id, agent, until) in bound {
            if !booked_with::is_over(line, &config, queue, (agent, until), now) {
                continue;
            }
            let released = act(line, tenant, site, "releasing who waits for one agent", move |line, tx| {
                booked_with::release(line, tx, id)
            });
            done += usize::from(released.await == Some(true));
        }
    }
    done
}
