//! The end of the business day, in each site's own zone: who still waits expires, what was left at a counter ends,
//! numbers leased to kiosks and never printed become void, whoever was counted outside has gone.

use std::collections::HashMap;

use parking_lot::Mutex;
use usher_kernel::{SignedDuration, Timestamp, civil::Date};

use super::act;
use crate::model::{QueueId, Status};
use crate::ops::{Queueing, expire as op, outside};

/// How long after its last call a ticket that is still at a counter when the day is over counts as left behind there: by
/// then whoever was served late has gone, too.
const LEFT_BEHIND: SignedDuration = SignedDuration::from_hours(3);

/// The day up to which each line's leases were looked through on this node.
pub(super) type Voided = Mutex<HashMap<QueueId, Date>>;

pub(super) async fn expire(line: &Queueing, voided: &Voided, now: Timestamp) -> usize {
    let mut done = 0;
    for shared in line.live().lines() {
        let (tenant, site, queue) = {
            let one = shared.lock();
            (one.tenant_id, one.site_id, one.queue_id)
        };
        let Some(place) = line.directory().site(tenant, site) else { continue };
        let zone = place.zone();
        let today = place.opening.business_day(now, &zone);
        // Whom an emergency sent home keeps their place until the site has been open for a day again.
        if line.closure(site).is_some() {
            continue;
        }
        let reopened = line.reopened(site);
        let over: Vec<_> = {
            let one = shared.lock();
            one.tickets()
                .filter(|t| match t.status {
                    Status::Waiting | Status::Parked => true,
                    _ => t.last_called_at.is_none_or(|at| now.duration_since(at) >= LEFT_BEHIND),
                })
                .filter(|t| {
                    let since = reopened.map_or(t.issued_at, |at| t.issued_at.max(at));
                    place.opening.business_day(since, &zone) < today
                })
                .map(|t| t.id)
                .collect()
        };
        for id in &over {
            let id = *id;
            let gone = act(line, tenant, site, "ending a ticket with its day", move |line, tx| {
                op::end(line, tx, id)
            });
            done += usize::from(gone.await.is_some());
        }
        if voided.lock().insert(queue, today) != Some(today) {
            let day = today.to_string();
            let ended = act(line, tenant, site, "ending a line's day", move |line, tx| {
                let gone = outside::end(line, tx, queue, &day)?;
                Ok(op::void_leases(tx, queue, &day)? + usize::from(gone))
            });
            match ended.await {
                Some(things) => done += things,
                None => drop(voided.lock().remove(&queue)),
            }
        }
    }
    done
}
