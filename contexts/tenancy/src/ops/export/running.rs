//! One export of a tenant at a time on a node: each reads all there is.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use usher_kernel::{SignedDuration, TenantId, Timestamp, random};
use uuid::Uuid;

use crate::error::Error;

/// After how long without a step another export may begin, in the place of one that nobody takes any more.
const STALLED: SignedDuration = SignedDuration::from_secs(60);

/// What is under way: by tenant which export that is, and when it took its last step.
#[derive(Clone, Default)]
pub(crate) struct Running(Arc<Mutex<HashMap<TenantId, (Uuid, Timestamp)>>>);

/// An export under way; over when it is dropped.
pub(super) struct Held {
    running: Running,
    tenant: TenantId,
    own: Uuid,
}

impl Running {
    /// Begins an export.
    ///
    /// # Errors
    /// Another one of the tenant is under way.
    pub(super) fn begin(&self, tenant: TenantId, now: Timestamp) -> Result<Held, Error> {
        let own = random::uuid_v7(now);
        let mut all = self.0.lock();
        if all.get(&tenant).is_some_and(|(_, last)| now.duration_since(*last) < STALLED) {
            return Err(Error::Exporting);
        }
        all.insert(tenant, (own, now));
        Ok(Held { running: self.clone(), tenant, own })
    }
}

impl Held {
    /// Takes a step.
    ///
    /// # Errors
    /// It stood still for so long that another one has begun.
    pub(super) fn step(&self, now: Timestamp) -> Result<(), Error> {
        match self.running.0.lock().get_mut(&self.tenant) {
            Some((holder, last)) if *holder == self.own => {
                *last = now;
                Ok(())
            }
            _ => Err(Error::Exporting),
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut all = self.running.0.lock();
        if all.get(&self.tenant).is_some_and(|(holder, _)| *holder == self.own) {
            all.remove(&self.tenant);
        }
    }
}
