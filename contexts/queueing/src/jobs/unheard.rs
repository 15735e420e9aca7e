//! Staff are told of a call that no display acknowledged in time.

use usher_kernel::Timestamp;

use super::act;
use crate::ops::{Queueing, announcement};

pub(super) async fn raise(line: &Queueing, now: Timestamp) -> usize {
    let overdue = line.live().calls.lock().overdue(now);
    let mut done = 0;
    for (site, call) in overdue {
        let Some(tenant) = line.live().line(call.queue_id).map(|shared| shared.lock().tenant_id) else {
            continue;
        };
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
