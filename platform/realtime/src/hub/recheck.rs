//! Whoever listens is asked about again: rights end without an event too, and between the gate and the hub.

use std::collections::HashSet;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::time::Instant;
use usher_kernel::{Caller, TenantId};

use super::Shared;
use crate::access::{Closing, Vouch};

/// Within this time it is asked about whoever has come in.
const SOON: Duration = Duration::from_secs(1);
/// So many answers from memory before others have a turn.
const AT_ONCE: usize = 256;

/// Somebody who listens, and where.
pub(crate) struct Present {
    pub(crate) caller: Arc<Caller>,
    /// None where they are in no tenant.
    pub(crate) tenant: Option<TenantId>,
}

/// Runs until the hub is gone.
pub(super) async fn run(hub: Weak<Shared>, vouch: Arc<dyn Vouch>) {
    let Some(every) = hub.upgrade().map(|hub| hub.config.recheck) else { return };
    let mut next = Instant::now() + every;
    loop {
        tokio::time::sleep(SOON.min(every)).await;
        let asked = {
            let Some(hub) = hub.upgrade() else { return };
            let new = std::mem::take(&mut *hub.newcomers.lock());
            let now = Instant::now();
            if now < next {
                new
            } else {
                next = now + every;
                everybody(&hub)
            }
        };
        let mut gone = Vec::new();
        for (n, one) in asked.into_iter().enumerate() {
            if n % AT_ONCE == AT_ONCE - 1 {
                tokio::task::yield_now().await;
            }
            if !vouch.still_holds(&one.caller, one.tenant).await {
                gone.push(one);
            }
        }
        if !gone.is_empty() {
            let Some(hub) = hub.upgrade() else { return };
            // By the very caller that came in: the same person may have come again since, with other rights.
            let whom: HashSet<(usize, Option<TenantId>)> =
                gone.iter().map(|one| (Arc::as_ptr(&one.caller).addr(), one.tenant)).collect();
            hub.close_where(
                &|caller, tenant| whom.contains(&(std::ptr::from_ref(caller).addr(), tenant)),
                Closing::Revoked,
            );
        }
    }
}

fn everybody(hub: &Shared) -> Vec<Present> {
    let mut all = Vec::new();
    for slice in &hub.slices {
        let here = slice.lock();
        let here = here.iter().map(|one| Present { caller: Arc::clone(&one.caller), tenant: one.tenant });
        all.extend(here);
    }
    for door in hub.doors.read().iter() {
        all.extend((door.present)());
    }
    all
}
