//! Timed work of appointments: what becomes due by itself.
//!
//! When a thing is due stands with the thing, in one indexed column, so nothing is stored a second time as a job:
//! every node asks every few seconds what is due, and does it. Each act is one guarded operation; where two nodes
//! see the same thing, one of them wins and the other finds it done.

use std::time::Duration;

use tokio::task::JoinHandle;
use usher_db::{Lane, Tx};
use usher_kernel::{Ctx, SiteId, SystemCtx, TenantId, Timestamp};

use crate::error::Error;
use crate::model::EntryState;
use crate::ops::{Appointments, due, waitlist};
use crate::store;
use crate::store::waitlist::Filter;

/// How often is asked what is due.
const EVERY: Duration = Duration::from_secs(2);
/// How many who wait at a site are looked at when there are more places.
const MOST_WAITING: u32 = 500;

/// The timed work of appointments.
#[derive(Clone)]
pub struct Watch(Appointments);

/// The running watch; dropping it ends it.
#[must_use = "the watch ends when this is dropped"]
pub struct Watching(JoinHandle<()>);

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Watch {
    /// The timed work of `appointments`.
    pub fn new(appointments: &Appointments) -> Self {
        Self(appointments.clone())
    }

    /// Begins to look.
    pub fn start(self) -> Watching {
        Watching(tokio::spawn(async move {
            let mut tick = tokio::time::interval(EVERY);
            tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                tick.tick().await;
                self.run_due(self.0.line().clock().now()).await;
            }
        }))
    }

    /// Does everything that is due at `now`; how many things were done. What tests call instead of
    /// [`Watch::start`].
    pub async fn run_due(&self, now: Timestamp) -> usize {
        let mut done = 0;
        for (tenant, site, ticket) in self.0.noted_tickets() {
            let act = move |me: &Appointments, tx: &mut Tx<'_>| due::ticket_changed(me, tx, ticket);
            done += usize::from(self.act(tenant, site, act).await.is_some());
        }
        let system = SystemCtx::new("appointments", self.0.line().clock().clone());
        let found = self.0.db().read_system(&system, move |read| {
            Ok::<_, usher_db::DbError>((
                store::appointments::due(read, now)?,
                store::waitlist::over(read, now)?,
            ))
        });
        let (appointments, entries) = match found.await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(%error, "timed work of appointments waits for its next turn");
                return done;
            }
        };
        for (tenant, site, id) in appointments {
            done += usize::from(self.act(tenant, site, move |me, tx| due::due(me, tx, id)).await.is_some());
        }
        for (tenant, site, id) in entries {
            done += usize::from(self.act(tenant, site, move |_, tx| waitlist::pass(tx, id)).await.is_some());
        }
        for (tenant, site) in self.0.noted_sites() {
            done += self.offer_more(tenant, site).await;
        }
        done
    }

    /// Offers what there is more of at a site to those who wait there, who waited longest first; how many were offered
    /// a place.
    async fn offer_more(&self, tenant: TenantId, site: SiteId) -> usize {
        let ctx = Ctx::system(tenant, "appointments", self.0.line().clock().clone());
        let wanted = Filter { statuses: vec![EntryState::Waiting], site: Some(site), ..Filter::default() };
        let waiting = self.0.db().read(&ctx, move |read| store::waitlist::list(read, &wanted, MOST_WAITING));
        let waiting = match waiting.await {
            Ok(waiting) => waiting,
            Err(error) => {
                tracing::warn!(%error, "more places are offered at the next turn");
                self.0.note_site(tenant, site);
                return 0;
            }
        };
        let mut offered = 0;
        for entry in waiting {
            let offer = move |me: &Appointments, tx: &mut Tx<'_>| waitlist::offer_open(me, tx, entry.id);
            offered += usize::from(self.act(tenant, site, offer).await == Some(true));
        }
        offered
    }

    /// Runs one act of the watch; what came of it, where it was done. Somebody who was faster is no failure.
    async fn act<T: Send + 'static>(
        &self,
        tenant: TenantId,
        site: SiteId,
        mut f: impl FnMut(&Appointments, &mut Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Option<T> {
        let ctx = Ctx::system(tenant, "appointments", self.0.line().clock().clone());
        let me = self.0.clone();
        match self.0.db().write(&ctx, Lane::Site(site), move |tx| f(&me, tx)).await {
            Ok(done) => Some(done),
            Err(Error::Raced | Error::NotFound(_)) => None,
            Err(error) => {
                tracing::warn!(%error, "timed work of appointments waits for its next turn");
                None
            }
        }
    }
}
