//! What the estimates of a line were worth, at hand for the pages of its tickets: read once in a while, and not at each
//! view.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use usher_db::DbError;
use usher_kernel::{Ctx, SignedDuration, SiteId, TenantId, Timestamp};
use usher_queueing::model::{EstimatesKept, Queue, QueueId};

use crate::Eta;
use crate::model::EstimateAccuracy;
use crate::store;

/// For so long what was read stays.
const STAYS: SignedDuration = SignedDuration::from_mins(15);
/// Over how many days estimates are counted, today included.
const DAYS: i64 = 30;
/// How often a sleeper looks whether anybody still needs it.
const LOOKS: Duration = Duration::from_secs(60);

/// What is known of lines that somebody has asked for.
#[derive(Default)]
pub(crate) struct Kept {
    known: Mutex<HashMap<QueueId, Known>>,
    wanted: Mutex<HashSet<(TenantId, SiteId, QueueId)>>,
    wake: Notify,
}

struct Known {
    /// When it was last asked for of the database.
    read: Timestamp,
    kept: Option<EstimatesKept>,
}

impl Kept {
    /// What is known of a line at this moment; what is not known, or old, is known to whoever asks next.
    pub(crate) fn of(&self, queue: &Queue, now: Timestamp) -> Option<EstimatesKept> {
        let mut known = self.known.lock();
        let one = known.entry(queue.id).or_insert(Known { read: Timestamp::MIN, kept: None });
        // A clock that was put back begins anew.
        if now < one.read || now.duration_since(one.read) >= STAYS {
            one.read = now;
            self.wanted.lock().insert((queue.tenant_id, queue.site_id, queue.id));
            self.wake.notify_one();
        }
        one.kept
    }

    /// Whether it is news.
    fn put(&self, queue: QueueId, kept: Option<EstimatesKept>) -> bool {
        let mut known = self.known.lock();
        known.get_mut(&queue).is_some_and(|one| std::mem::replace(&mut one.kept, kept) != kept)
    }
}

/// Reads what is asked for; ends with the estimates.
pub(crate) fn follow(eta: &Eta) {
    let (weak, kept) = (Arc::downgrade(&eta.0), Arc::downgrade(&eta.0.kept));
    tokio::spawn(async move {
        while let Some(kept) = kept.upgrade() {
            let _ = tokio::time::timeout(LOOKS, kept.wake.notified()).await;
            let wanted = std::mem::take(&mut *kept.wanted.lock());
            drop(kept);
            let Some(eta) = weak.upgrade().map(Eta) else { return };
            for (tenant, site, queue) in wanted {
                eta.read_kept(tenant, site, queue).await;
            }
        }
    });
}

impl Eta {
    async fn read_kept(&self, tenant: TenantId, site: SiteId, queue: QueueId) {
        let clock = self.0.clock.clone();
        let first = self.wall(tenant, site, clock.now()).day() - (DAYS - 1);
        let ctx = Ctx::system(tenant, "eta", clock);
        let read = self.0.db.read(&ctx, move |read| {
            let hours = store::scores::since(read, tenant, queue, first)?;
            Ok::<_, DbError>(EstimateAccuracy::of(hours.iter().map(|(_, scores)| scores)))
        });
        match read.await {
            Ok(EstimateAccuracy { estimates, p90_coverage, .. }) => {
                let kept = p90_coverage.map(|p90_coverage| EstimatesKept { estimates, p90_coverage });
                if self.0.kept.put(queue, kept) {
                    self.0.screens.lines(tenant, [(site, queue)]);
                }
            }
            Err(error) => tracing::warn!(%error, "what estimates were worth cannot be read"),
        }
    }
}
