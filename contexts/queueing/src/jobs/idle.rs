//! Agents who forgot to sign out: idle for long, or still seated after the site has closed.

use usher_kernel::{SignedDuration, Timestamp};

use super::act;
use crate::model::CounterStatus;
use crate::ops::{Queueing, agent};

/// How long an agent may do nothing while the site is open.
const WHILE_OPEN: SignedDuration = SignedDuration::from_hours(2);
/// How long after the last action an agent is signed out at a closed site.
const WHILE_CLOSED: SignedDuration = SignedDuration::from_mins(15);

pub(super) async fn sign_out(line: &Queueing, now: Timestamp) -> usize {
    let seated: Vec<_> = {
        let seats = line.live().seats.lock();
        let open =
            seats.counters.values().filter(|s| s.status == CounterStatus::Open && s.holding.is_empty());
        open.filter_map(|s| Some((s.tenant_id, s.site_id, s.agent_id?, s.last_action.max(s.since)))).collect()
    };
    let mut done = 0;
    for (tenant, site, user, last) in seated {
        let Ok(hours) = line.site_now(tenant, site, now) else { continue };
        let limit = if hours.open { WHILE_OPEN } else { WHILE_CLOSED };
        if now.duration_since(last) < limit {
            continue;
        }
        let gone = act(line, tenant, site, "signing out an idle agent", move |line, tx| {
            agent::sign_out(line, tx, user)
        });
        done += usize::from(gone.await.is_some());
    }
    done
}
