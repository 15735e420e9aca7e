//! Closing a site in an emergency, and opening it again.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_db::Tx;
use usher_kernel::{SiteId, TenantId};

use super::line::Queueing;
use crate::error::Error;
use crate::events;
use crate::model::Code;
use crate::model::ticket::Cause;
use crate::model::{QueueId, Status};
use crate::store;

usher_kernel::text_enum! {
    /// What becomes of those in line, and of those who have booked for the rest of the day.
    pub enum ClosingMode {
        /// They keep their tickets for when the site opens again, and their appointments, of which they are told.
        CarryOver = "carry_over",
        /// They keep their tickets; their appointments are moved to the next free times of the days to come, and
        /// called off where there is none.
        Rebook = "rebook",
        /// Their tickets are cancelled, and their appointments.
        Cancel = "cancel",
    }
}

/// An emergency.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseSite {
    /// What people read.
    pub reason: String,
    /// What becomes of those in line and of those who have booked.
    pub mode: ClosingMode,
}

/// What closing did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Closed {
    /// Tickets that were cancelled.
    pub cancelled: i64,
    /// Tickets that keep their place.
    pub carried_over: i64,
}

/// Closes a site now: no more tickets, everybody in line is told.
///
/// # Errors
/// No reason is given, or the site is closed already.
pub fn close(line: &Queueing, tx: &mut Tx<'_>, site: SiteId, input: &CloseSite) -> Result<Closed, Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let found = line.directory().site(tenant, site).ok_or(Error::NotFound("site"))?;
    line.may_work_at(tx, site)?;
    let reason = input.reason.trim();
    if reason.is_empty() {
        return Err(Error::field("reason", "required", "Say why: everybody in line reads it."));
    }
    super::note::check_text("reason", Some(reason))?;
    let user = tx.caller().actor.user();
    let now = tx.now();
    if !store::sites::close(tx, site, tenant, reason, input.mode.as_str(), now, user)? {
        return Err(Error::Conflict(Code::AlreadyClosed, format!("{} is closed already.", found.name)));
    }
    shut(line, tx, site, tenant, true)?;
    // Before what it brings about: who hears that they were sent home or moved finds the site closed.
    events::closure(line, tx, "site.emergency_closed", site, Some(reason.to_owned()))?;
    let mut in_line = store::sites::in_line(tx, site)?;
    // Who is on the way to a counter is sent home with the others; who is at one is let finish.
    in_line.retain(|(_, status)| *status != Status::Called || input.mode == ClosingMode::Cancel);
    let count = i64::try_from(in_line.len()).unwrap_or(i64::MAX);
    let mut done = Closed { cancelled: 0, carried_over: count };
    if input.mode == ClosingMode::Cancel {
        done.carried_over = 0;
        for (id, _) in in_line {
            match super::cancel::end(line, tx, id, Cause::LineClosed, Some(reason)) {
                Ok(_) => done.cancelled += 1,
                // Called or left a moment ago: that stands.
                Err(Error::NotAllowed { .. } | Error::NotFound(_)) => {}
                Err(other) => return Err(other),
            }
        }
    }
    let slots = line.slots().get();
    slots.site_closed(tx, site, input.mode, reason).map_err(|fault| Error::Refused(Box::new(fault)))?;
    Ok(done)
}

/// Whether the lines of a site give out numbers: what every node asks when it does, whether or not it has heard.
fn shut(line: &Queueing, tx: &mut Tx<'_>, site: SiteId, tenant: TenantId, closed: bool) -> Result<(), Error> {
    let config = line.config(tx)?;
    let queues: Vec<QueueId> = config.queues_at(site).map(|queue| queue.id).collect();
    Ok(store::lines::close(tx, site, tenant, &queues, closed)?)
}

/// Opens a site again.
///
/// # Errors
/// It was not closed.
pub fn reopen(line: &Queueing, tx: &mut Tx<'_>, site: SiteId) -> Result<(), Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    let found = line.directory().site(tenant, site).ok_or(Error::NotFound("site"))?;
    line.may_work_at(tx, site)?;
    if !store::sites::reopen(tx, site)? {
        return Err(Error::Conflict(Code::NotClosed, format!("{} is not closed.", found.name)));
    }
    shut(line, tx, site, tenant, false)?;
    events::closure(line, tx, "site.emergency_reopened", site, None)
}
