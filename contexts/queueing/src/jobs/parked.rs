//! Parked tickets come back into the line when their time is over.

use usher_kernel::Timestamp;

use super::act;
use crate::model::Status;
use crate::ops::{Queueing, park};

pub(super) async fn bring_back(line: &Queueing, now: Timestamp) -> usize {
    let mut due = Vec::new();
    for shared in line.live().lines() {
        let one = shared.lock();
        let over = one
            .aside()
            .filter(|t| t.status == Status::Parked && t.parked_until.is_some_and(|until| until <= now));
        due.extend(over.map(|t| (one.tenant_id, one.site_id, t.id)));
    }
    let mut done = 0;
    for (tenant, site, id) in due {
        let back =
            act(line, tenant, site, "returning a parked ticket", move |line, tx| park::unpark(line, tx, id));
        done += usize::from(back.await.is_some());
    }
    done
}
