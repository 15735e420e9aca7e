//! What the estimate learns from: every call of a ticket.

use std::collections::HashMap;

use serde::Deserialize;
use usher_db::Tx;
use usher_events::{Event, Subscriber};
use usher_kernel::{Fault, TenantId};
use usher_queueing::model::QueueId;

use crate::model::Pace;
use crate::store;

/// The kind of event that tells how long somebody waited.
pub(crate) const CALLED: &str = "ticket.called";

/// The part of a call that teaches; the publisher's payload has more.
#[derive(Debug, Deserialize)]
pub(crate) struct Called {
    pub(crate) queue_id: QueueId,
    /// How many stood before the ticket when it was issued.
    pub(crate) issued_ahead: i64,
    /// From entering the line to the call.
    pub(crate) waited_ms: i64,
    /// The service's declared minutes shared among the counters that were open.
    pub(crate) declared_minutes: f64,
    /// Whether this call says how long the line takes: not for recalls, transfers, reinstated tickets.
    pub(crate) first: bool,
}

impl Called {
    /// Teaches `pace` what this call says.
    #[expect(clippy::cast_precision_loss, reason = "counts of people and milliseconds of a day")]
    pub(crate) fn teach(&self, pace: &mut Pace) {
        if self.first {
            pace.learn(self.issued_ahead as f64, self.waited_ms as f64 / 60_000.0, self.declared_minutes);
        }
    }
}

/// Reads the teaching part of an event; `None` for other events and other versions.
pub(crate) fn called(event: &Event) -> Option<(TenantId, Called)> {
    if event.kind != CALLED {
        return None;
    }
    Some((event.tenant?, event.payload_as().ok()?))
}

/// Keeps what was learned across restarts, exactly once per call.
pub(crate) struct Learning;

impl Subscriber for Learning {
    fn name(&self) -> &'static str {
        "eta.learning"
    }

    fn kinds(&self) -> &[&'static str] {
        &[CALLED]
    }

    fn handle(&self, tx: &mut Tx, batch: &[Event]) -> Result<(), Fault> {
        let mut paces: HashMap<(TenantId, QueueId), Pace> = HashMap::new();
        for (tenant, call) in batch.iter().filter_map(called) {
            let pace = match paces.entry((tenant, call.queue_id)) {
                std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
                std::collections::hash_map::Entry::Vacant(entry) => {
                    entry.insert(store::get(tx, call.queue_id).map_err(Fault::internal)?)
                }
            };
            call.teach(pace);
        }
        for ((tenant, queue), pace) in paces {
            store::put(tx, tenant, queue, &pace).map_err(Fault::internal)?;
        }
        Ok(())
    }
}
