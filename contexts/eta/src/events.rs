//! What the estimate learns from: every call of a ticket.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use usher_db::Tx;
use usher_events::{Event, Subscriber};
use usher_kernel::{Fault, TenantId};
use usher_queueing::Queueing;
use usher_queueing::model::{Channel, QueueId, Status, TicketFact};

use crate::model::Pace;
use crate::store;

/// The kind of event that tells how long somebody waited.
pub(crate) const CALLED: &str = "ticket.called";
/// What a service takes when its declaration is not at hand.
const DECLARED_MINUTES: f64 = 5.0;

/// How long somebody waited, as far as a call tells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Lesson {
    pub(crate) tenant: TenantId,
    pub(crate) queue: QueueId,
    ahead: f64,
    minutes: f64,
    /// The service's declared minutes shared among the counters of the line.
    declared: f64,
}

impl Lesson {
    /// What an event teaches; nothing for other events, and for tickets that did not simply wait for their
    /// turn (booked, moved from another line, skipped, taken back).
    #[expect(clippy::cast_precision_loss, reason = "counts of people, and microseconds of a day")]
    pub(crate) fn of(line: &Queueing, event: &Event) -> Option<Self> {
        if event.kind != CALLED {
            return None;
        }
        let tenant = event.tenant?;
        let fact: TicketFact = event.payload_as().ok()?;
        let entered = fact.issued_at.as_microsecond();
        let simply_waited = fact.from == Some(Status::Waiting)
            && fact.channel != Channel::Appointment
            && fact.recalls == 0
            && fact.transfers == 0
            && fact.entry >= entered;
        let called = fact.called_at.filter(|_| simply_waited)?;
        let waited = called.as_microsecond().saturating_sub(entered);
        Some(Self {
            tenant,
            queue: fact.queue_id,
            ahead: fact.issued_ahead as f64,
            minutes: waited as f64 / 60e6,
            declared: declared(line, tenant, &fact),
        })
    }

    /// Teaches `pace` this lesson.
    pub(crate) fn teach(&self, pace: &mut Pace) {
        pace.learn(self.ahead, self.minutes, self.declared);
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count of counters")]
fn declared(line: &Queueing, tenant: TenantId, fact: &TicketFact) -> f64 {
    let Some(config) = line.known_config(tenant) else { return DECLARED_MINUTES };
    let minutes = config.service(fact.service_id).map_or(DECLARED_MINUTES, |s| s.default_minutes);
    minutes / config.counters_of(fact.queue_id).len().max(1) as f64
}

/// Keeps what was learned across restarts, exactly once per call.
pub(crate) struct Learning(pub(crate) Queueing);

impl Subscriber for Learning {
    fn name(&self) -> &'static str {
        "eta.learning"
    }

    fn kinds(&self) -> &[&'static str] {
        &[CALLED]
    }

    fn handle(&self, tx: &mut Tx, batch: &[Arc<Event>]) -> Result<(), Fault> {
        let mut paces: HashMap<(TenantId, QueueId), Pace> = HashMap::new();
        for lesson in batch.iter().filter_map(|event| Lesson::of(&self.0, event)) {
            let pace = match paces.entry((lesson.tenant, lesson.queue)) {
                Entry::Occupied(entry) => entry.into_mut(),
                Entry::Vacant(entry) => {
                    entry.insert(store::get(tx, lesson.tenant, lesson.queue).map_err(Fault::internal)?)
                }
            };
            lesson.teach(pace);
        }
        for ((tenant, queue), pace) in paces {
            store::put(tx, tenant, queue, &pace).map_err(Fault::internal)?;
        }
        Ok(())
    }
}
