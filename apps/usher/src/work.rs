//! Work that nobody asks for: jobs, timed work of the line, cleaning up.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use usher_events::retention::{Keep, Rules};
use usher_identity::Tidy;
use usher_jobs::{Jobs, Running};
use usher_kernel::{Clock, SignedDuration, SystemCtx, TenantId, Timestamp};
use usher_queueing::{Watch, Watching};

use crate::house::House;

/// How often what is past its time is taken out.
const CLEANING: Duration = Duration::from_secs(3600);

/// What is under way beside the requests.
pub(crate) struct Work {
    jobs: Running,
    cleaning: JoinHandle<()>,
    _watching: Watching,
}

impl Work {
    /// Begins: on every node that serves, and in `usher worker`.
    pub(crate) fn begin(house: &House, clock: &Clock, retention_days: u32) -> Self {
        let jobs = Jobs::new(house.db.clone(), clock.clone());
        jobs.recur(Arc::new(Tidy::new(house.identity.clone())));
        Self {
            jobs: jobs.start(),
            cleaning: clean(house, retention_days),
            _watching: Watch::new(&house.line).start(),
        }
    }

    /// Lets what is under way finish.
    pub(crate) async fn stop(self) {
        self.cleaning.abort();
        // Aborted or done; either way nothing of it is left.
        self.cleaning.await.ok();
        self.jobs.stop().await;
    }
}

/// Takes out idempotency keys and events past their time, once an hour.
fn clean(house: &House, retention_days: u32) -> JoinHandle<()> {
    let (db, events, system) = (house.db.clone(), house.events.clone(), house.system.clone());
    tokio::spawn(async move {
        let mut tick = tokio::time::interval(CLEANING);
        loop {
            tick.tick().await;
            if let Err(error) = usher_http::purge_idempotency_keys(&db, &system).await {
                tracing::warn!(%error, "old idempotency keys stay until the next hour");
            }
            if let Some(rules) = OneRule::of(&system, retention_days)
                && let Err(error) = events.retire(&rules).await
            {
                tracing::warn!(%error, "old events stay until the next hour");
            }
        }
    })
}

/// The installation's one rule of retention: so many days, then into the archive.
struct OneRule(Timestamp);

impl OneRule {
    fn of(system: &SystemCtx, days: u32) -> Option<Self> {
        let days = i64::from(days);
        let before = system.now().checked_sub(SignedDuration::from_hours(24 * days)).ok()?;
        (days > 0).then_some(Self(before))
    }
}

impl Rules for OneRule {
    fn before(&self, _tenant: Option<TenantId>) -> Option<(Timestamp, Keep)> {
        Some((self.0, Keep::Archived))
    }
}
