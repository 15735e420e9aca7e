//! Sealing what the log brings.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use usher_db::Tx;
use usher_events::{Event, Subscriber};
use usher_kernel::{Fault, TenantId};
use uuid::Uuid;

use crate::model::Seal;
use crate::store;

/// The durable subscriber that makes the chain. Only it reads and writes the chain's head, so the head is no
/// lock on anybody's way.
pub(crate) struct Sealer;

/// Its name, which its cursor is kept under.
pub(crate) const NAME: &str = "audit";

impl Subscriber for Sealer {
    fn name(&self) -> &'static str {
        NAME
    }

    /// Half a second: everything is sealed within one, in few seals.
    fn linger(&self) -> Option<Duration> {
        Some(Duration::from_millis(500))
    }

    fn alone(&self) -> bool {
        true
    }

    fn handle(&self, tx: &mut Tx<'_>, batch: &[Arc<Event>]) -> Result<(), Fault> {
        let now = tx.now();
        let mut chains: BTreeMap<Uuid, Vec<(i64, [u8; 32])>> = BTreeMap::new();
        for event in batch {
            let (Some(seq), Some(hash)) = (event.seq, event.hash()) else {
                return Err(Fault::internal("an event without its place cannot be sealed"));
            };
            chains.entry(chain(event.tenant)).or_default().push((seq, hash));
        }
        for (chain, events) in chains {
            let before = store::head(tx, chain)?;
            store::insert(tx, &Seal::over(chain, before, &events, now))?;
        }
        Ok(())
    }
}

/// The chain of a tenant, or of the whole installation.
pub(crate) fn chain(tenant: Option<TenantId>) -> Uuid {
    tenant.map_or(Uuid::nil(), TenantId::uuid)
}
