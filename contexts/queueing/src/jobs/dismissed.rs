//! Whoever works here no longer leaves their counter as soon as that is heard: their membership ended or was switched off, or
//! their account was. What they had in hand stays there for whoever takes over, as when they sign out themselves.

use usher_kernel::{Ctx, SiteId, TenantId};

use super::act;
use crate::model::AgentId;
use crate::ops::{Queueing, agent};

pub(super) async fn sign_out(line: &Queueing) -> usize {
    let doubted = std::mem::take(&mut *line.live().doubts.lock());
    let mut done = 0;
    for (tenant, user) in doubted {
        let Some(site) = seat_of(line, tenant, user) else { continue };
        // Most still work here: that is read, and nothing is written.
        let ctx = Ctx::system(tenant, "queueing", line.clock().clone());
        let people = line.identity().clone();
        let left = match line.db().read(&ctx, move |read| people.is_dismissed(read, tenant, user)).await {
            Ok(false) => continue,
            Ok(true) => {
                let what = "signing out who works here no longer";
                act(line, tenant, site, what, move |line, tx| agent::dismiss(line, tx, user)).await
            }
            Err(error) => {
                tracing::warn!(%error, "whether somebody still works here is looked at again");
                None
            }
        };
        match left {
            Some(left) => done += usize::from(left),
            None => {
                line.live().doubts.lock().insert((tenant, user));
            }
        }
    }
    done
}

/// The site of the counter where somebody sits.
fn seat_of(line: &Queueing, tenant: TenantId, user: AgentId) -> Option<SiteId> {
    let seats = line.live().seats.lock();
    let counter = seats.agents.get(&(tenant, user))?.counter_id?;
    seats.counters.get(&counter).map(|seat| seat.site_id)
}
