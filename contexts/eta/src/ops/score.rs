//! The record of what estimates were worth, kept from what happened to the tickets that had one.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use usher_db::Tx;
use usher_events::{Event, Subscriber};
use usher_kernel::{Fault, TenantId, TimeZone};
use usher_queueing::model::{Channel, Status, TicketFact};
use usher_tenancy::Directory;

use crate::model::{Hour, Score, Scores};
use crate::{store, wall};

/// Keeps the record of what estimates were worth: each that was given at issue, against the wait until the first
/// call.
pub(crate) struct Scorer(pub(crate) Directory);

impl Subscriber for Scorer {
    fn name(&self) -> &'static str {
        "eta.scores"
    }

    fn kinds(&self) -> &[&'static str] {
        &[
            "ticket.called",
            "ticket.undone",
            "ticket.skipped",
            "ticket.reinstated",
            "ticket.parked",
            "ticket.postponed",
            "ticket.moved",
            "ticket.transferred",
            "ticket.reprioritised",
            "ticket.priority_confirmed",
        ]
    }

    fn linger(&self) -> Option<Duration> {
        Some(Duration::from_secs(1))
    }

    fn alone(&self) -> bool {
        true
    }

    fn handle(&self, tx: &mut Tx<'_>, batch: &[Arc<Event>]) -> Result<(), Fault> {
        let mut hours: BTreeMap<(TenantId, Hour), Scores> = BTreeMap::new();
        for event in batch {
            let Some(tenant) = event.tenant else { continue };
            let fact: TicketFact = event.payload_as().map_err(Fault::internal)?;
            let Some(what) = verdict(&event.kind, &fact) else { continue };
            let zone = self.0.site(tenant, fact.site_id).map_or(TimeZone::UTC, |site| site.zone());
            let issued = wall(&zone, fact.issued_at);
            let hour = Hour {
                queue: fact.queue_id,
                day: issued.day(),
                hour: issued.0.rem_euclid(86_400) / 3600,
                service: fact.service_id,
            };
            let scores = match hours.entry((tenant, hour)) {
                std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
                std::collections::btree_map::Entry::Vacant(entry) => {
                    entry.insert(store::scores::get(tx, tenant, &hour)?)
                }
            };
            match what {
                Scored::Call(score) => scores.add(score),
                Scored::Undone => scores.take_back(short(&fact)),
                Scored::Moved => scores.close(short(&fact)),
            }
        }
        for ((tenant, hour), scores) in hours {
            store::scores::put(tx, tenant, &hour, &scores)?;
        }
        Ok(())
    }
}

/// What an event says of the estimate that a ticket was given.
enum Scored {
    Call(Score),
    /// The call did not happen.
    Undone,
    /// The ticket no longer simply waits for its turn: it was sent back after a call, away, elsewhere or forward.
    Moved,
}

fn verdict(kind: &str, fact: &TicketFact) -> Option<Scored> {
    match kind {
        "ticket.called" => score(fact).map(Scored::Call),
        "ticket.undone" => (fact.undone.as_deref() == Some("ticket.called")).then_some(Scored::Undone),
        _ => Some(Scored::Moved),
    }
}

/// Half of a ticket's id: the half that is chance.
fn short(fact: &TicketFact) -> u64 {
    fact.ticket_id.uuid().as_u64_pair().1
}

/// What a call says of the estimate that was given at issue; nothing for those who did not simply wait for their turn
/// (booked, moved to another line, called before, back from elsewhere), and where nothing was told.
#[expect(clippy::cast_possible_truncation, reason = "minutes of a wait")]
fn score(fact: &TicketFact) -> Option<Score> {
    let simply = fact.status == Status::Called
        && fact.from == Some(Status::Waiting)
        && fact.channel != Channel::Appointment
        && (fact.recalls, fact.transfers) == (0, 0);
    let called = fact.called_at.filter(|_| simply)?;
    let (p50, p90) = (fact.issued_p50?, fact.issued_p90?);
    let waited = called.duration_since(fact.issued_at).as_secs_f64() / 60.0;
    (waited >= 0.0).then(|| Score {
        ticket: short(fact),
        error: (waited - p50) as f32,
        beyond: (waited - p90) as f32,
    })
}
