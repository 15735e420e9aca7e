//! Timed work of the line: what becomes due by itself.
//!
//! When a thing is due stands with the thing (a parked ticket's return, a call's deadline, a site's day),
//! and the lines in memory know all of them, so nothing is stored a second time as a job: every node looks
//! at its memory once a second and does what is due. Each act is one guarded operation; where two nodes see
//! the same thing, one of them wins and the other finds it done. Screens are told anew by the node that they listen to.

mod booked_with;
mod day_end;
mod dismissed;
mod idle;
mod overdue;
mod parked;
mod presence;
mod printers;
mod quotes;
mod unheard;

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use usher_db::{Lane, Tx};
use usher_kernel::{Ctx, SiteId, TenantId, Timestamp};

use crate::error::Error;
use crate::model::TenantConfig;
use crate::ops::Queueing;

/// How often memory is looked at.
const EVERY: Duration = Duration::from_secs(1);
/// Ends of days and idle agents are looked for this seldom, in looks.
const SELDOM: u64 = 15;

/// How often it is looked whose turn it is among the printers on record.
const PRINTERS: Duration = Duration::from_secs(20);

/// The timed work of the line.
#[derive(Clone)]
pub struct Watch {
    line: Queueing,
    voided: Arc<day_end::Voided>,
    quoted: Arc<quotes::Quoted>,
    asked: Arc<printers::Asked>,
}

/// The running watch; dropping it ends it.
#[must_use = "the watch ends when this is dropped"]
pub struct Watching([JoinHandle<()>; 2]);

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

impl Watch {
    /// The timed work of `line`.
    pub fn new(line: &Queueing) -> Self {
        Self { line: line.clone(), voided: Arc::default(), quoted: Arc::default(), asked: Arc::default() }
    }

    /// Begins to look, once a second; at the printers beside it, since one that is switched off takes its time.
    pub fn start(self) -> Watching {
        let beside = self.clone();
        let printers = tokio::spawn(async move {
            let mut tick = tokio::time::interval(PRINTERS);
            tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                tick.tick().await;
                beside.ask_printers(beside.line.clock().now()).await;
            }
        });
        let line = tokio::spawn(async move {
            let mut tick = tokio::time::interval(EVERY);
            tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            for look in 0_u64.. {
                tick.tick().await;
                let now = self.line.clock().now();
                self.soon(now).await;
                if look.is_multiple_of(SELDOM) {
                    self.seldom(now).await;
                }
            }
        });
        Watching([line, printers])
    }

    /// Asks the printers on record whose turn it is at `now` how they are; how many were asked. What tests call instead
    /// of [`Watch::start`].
    pub async fn ask_printers(&self, now: Timestamp) -> usize {
        printers::ask(&self.line, &self.asked, now).await
    }

    /// Does everything that is due at `now`; how many things were done. What tests call instead of
    /// [`Watch::start`].
    pub async fn run_due(&self, now: Timestamp) -> usize {
        self.soon(now).await + self.seldom(now).await
    }

    async fn soon(&self, now: Timestamp) -> usize {
        let returned = parked::bring_back(&self.line, now).await;
        let told = unheard::raise(&self.line, now).await + overdue::advise(&self.line, now).await;
        // Before those are released who wait for one of them.
        let dismissed = dismissed::sign_out(&self.line).await;
        let released = booked_with::release(&self.line, now).await;
        returned + told + dismissed + released + presence::ask(&self.line, now).await
    }

    async fn seldom(&self, now: Timestamp) -> usize {
        quotes::renew(&self.line, &self.quoted, now);
        day_end::expire(&self.line, &self.voided, now).await + idle::sign_out(&self.line, now).await
    }
}

/// The tenant's configuration, read where it was changed a moment ago.
async fn config_of(line: &Queueing, tenant: TenantId) -> Option<Arc<TenantConfig>> {
    if let Some(known) = line.known_config(tenant) {
        return Some(known);
    }
    let ctx = Ctx::system(tenant, "queueing", line.clock().clone());
    let me = line.clone();
    match line.db().read(&ctx, move |read| me.config(read)).await {
        Ok(config) => Some(config),
        Err(error) => {
            tracing::warn!(%error, "timed work of the line waits until the configuration can be read");
            None
        }
    }
}

/// Runs one act of the watch; whether it was done. Somebody who was faster is no failure.
async fn act<T: Send + 'static>(
    line: &Queueing,
    tenant: TenantId,
    site: SiteId,
    what: &'static str,
    mut f: impl FnMut(&Queueing, &mut Tx<'_>) -> Result<T, Error> + Send + 'static,
) -> Option<T> {
    let ctx = Ctx::system(tenant, "queueing", line.clock().clone());
    let me = line.clone();
    match line.db().write(&ctx, Lane::Site(site), move |tx| f(&me, tx)).await {
        Ok(done) => Some(done),
        Err(Error::Raced(_) | Error::NotAllowed { .. } | Error::NotFound(_)) => None,
        Err(error) => {
            tracing::warn!(%error, what, "timed work of the line waits for its next turn");
            None
        }
    }
}
