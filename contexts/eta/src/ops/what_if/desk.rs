//! How many days are simulated at once. It is the work of whole threads for up to a second, and others need them as well.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use usher_kernel::{Fault, FaultKind, TenantId};

/// Of one tenant: what a screen shows takes two, and a lever that is moved on leaves one behind.
const OF_ONE: usize = 3;
/// Of all tenants together.
const OF_ALL: usize = 6;
/// When to ask again.
const SOON: Duration = Duration::from_secs(1);

/// Where simulations take a place.
#[derive(Debug, Default)]
pub(crate) struct Desk(Mutex<HashMap<TenantId, usize>>);

/// A place that is taken, until this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    desk: Arc<Desk>,
    tenant: TenantId,
}

impl Desk {
    /// Takes a place for a tenant.
    ///
    /// # Errors
    /// 429 where the tenant has taken all that it may, 503 where others have.
    pub(crate) fn take(self: &Arc<Self>, tenant: TenantId) -> Result<Place, Fault> {
        let mut taken = self.0.lock();
        let busy = |kind, text| Err(Fault::new(kind, "what_if_busy", text).retry_after(SOON));
        if taken.get(&tenant).is_some_and(|own| *own >= OF_ONE) {
            return busy(
                FaultKind::TooMany,
                "Several days of your organisation are being tried out already. Try again in a moment.",
            );
        }
        if taken.values().sum::<usize>() >= OF_ALL {
            let text = "Many days are being tried out at this moment. Try again in a moment.";
            return busy(FaultKind::Unavailable, text);
        }
        *taken.entry(tenant).or_default() += 1;
        Ok(Place { desk: Arc::clone(self), tenant })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.desk.0.lock();
        if let Some(own) = taken.get_mut(&self.tenant) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.tenant);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use usher_kernel::Id;
    use uuid::Uuid;

    fn tenant(number: u128) -> TenantId {
        Id::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn a_tenant_has_its_places_and_all_together_have_theirs() {
        let desk = Arc::new(Desk::default());
        let take = |number| desk.take(tenant(number));
        let mut own: Vec<Place> = (0..OF_ONE).map(|_| take(1).unwrap()).collect();
        let refused = take(1).unwrap_err();
        assert_eq!((refused.kind(), refused.code()), (FaultKind::TooMany, "what_if_busy"));
        assert!(refused.retry().is_some());
        let others: Vec<Place> = (0..OF_ALL - OF_ONE).map(|_| take(2).unwrap()).collect();
        assert_eq!(take(3).unwrap_err().kind(), FaultKind::Unavailable);
        own.pop();
        let third = take(3).unwrap();
        assert!(take(1).is_err(), "another has taken it");
        drop((own, others, third));
        assert!(desk.0.lock().is_empty(), "nothing stays");
    }
}
