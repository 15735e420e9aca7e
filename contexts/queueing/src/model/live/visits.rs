//! Visits that stopped between two steps: somebody was served, and the ticket for what comes next could not be
//! issued.

use std::collections::HashMap;

use usher_kernel::{SignedDuration, SiteId, Timestamp};

use super::Past;
use crate::model::ticket::NextStep;
use crate::model::{TicketFact, TicketId};

/// Nobody comes back to a visit after that; what is shown ends with the business day.
const KEPT: SignedDuration = SignedDuration::from_hours(36);

/// A visit that waits for staff.
#[derive(Clone, Debug, PartialEq)]
pub struct Stopped {
    /// The ticket that was served last.
    pub ticket_id: TicketId,
    /// Its number.
    pub number: String,
    /// Where.
    pub site_id: SiteId,
    /// Which step could not be issued, and why.
    pub step: NextStep,
    /// Since when.
    pub at: Timestamp,
}

/// Every visit that waits for staff.
#[derive(Clone, Debug, Default)]
pub struct Visits(HashMap<TicketId, Stopped>);

impl Visits {
    /// Takes in what happened to a ticket.
    pub fn note(&mut self, fact: &TicketFact, at: Timestamp) {
        match &fact.next_step {
            Some(step) if step.ticket_id.is_none() => self.stop(Stopped {
                ticket_id: fact.ticket_id,
                number: fact.number.clone(),
                site_id: fact.site_id,
                step: step.clone(),
                at,
            }),
            Some(_) => {
                self.0.remove(&fact.ticket_id);
            }
            None if fact.undone.is_some() => {
                self.0.remove(&fact.ticket_id);
            }
            None => {}
        }
    }

    /// Takes in a ticket that had ended before the start.
    pub fn remember(&mut self, past: &Past) {
        if let Some(step) = past.next_step.as_ref().filter(|step| step.ticket_id.is_none()) {
            self.stop(Stopped {
                ticket_id: past.ticket_id,
                number: past.number.clone(),
                site_id: past.site_id,
                step: step.clone(),
                at: past.ended_at,
            });
        }
    }

    fn stop(&mut self, stopped: Stopped) {
        self.0.retain(|_, old| stopped.at.duration_since(old.at) < KEPT);
        self.0.insert(stopped.ticket_id, stopped);
    }

    /// Those at a site, the newest first.
    pub fn at(&self, site: SiteId) -> Vec<Stopped> {
        let mut found: Vec<Stopped> = self.0.values().filter(|s| s.site_id == site).cloned().collect();
        found.sort_by_key(|visit| std::cmp::Reverse((visit.at, visit.ticket_id)));
        found
    }
}
