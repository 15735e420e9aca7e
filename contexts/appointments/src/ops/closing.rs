//! What becomes of appointments when their site closes in an emergency.
//!
//! A closed site takes nobody for the rest of its day, and nobody can know for how long it stays closed: the times of
//! today are no longer offered, those of later days are. Who has an appointment today is told in the closing itself,
//! in the same transaction; may move or cancel it whatever the rules say; and is never noted as somebody who did not
//! come: what would be missed while the site is closed is called off instead, with the reason that everybody reads.

use std::sync::Arc;

use usher_db::{Read, Tx};
use usher_kernel::civil::DateTime;
use usher_kernel::{SiteId, Timestamp};
use usher_queueing::ops::close_site::ClosingMode;
use usher_tenancy::Site;

use super::reschedule::put;
use super::{Appointments, By, place, save, waitlist};
use crate::error::Error;
use crate::events;
use crate::model::slots::after;
use crate::model::{Appointment, Availability, Rules, State, Stretch};
use crate::store;

/// A site that is closed in an emergency.
#[derive(Clone, Debug)]
pub struct Shut {
    /// When its next day begins: earlier nothing takes place.
    pub until: Timestamp,
    /// Why, as everybody reads it.
    pub reason: Arc<str>,
}

impl Appointments {
    /// How a site is closed; none where it is not.
    pub(crate) fn shut(&self, site: &Site, now: Timestamp) -> Option<Shut> {
        let reason = self.line().closure(site.id)?;
        Some(Shut { until: day_end(site, now), reason })
    }

    /// The closure within which a moment lies at a site; none where it takes place.
    pub(crate) fn shut_at(&self, read: &Read<'_>, site: SiteId, moment: Timestamp) -> Option<Shut> {
        let site = self.site(read, Some(site)).ok()?;
        self.shut(&site, read.now()).filter(|shut| moment < shut.until)
    }
}

/// When the day of a site ends.
fn day_end(site: &Site, now: Timestamp) -> Timestamp {
    let zone = site.zone();
    let tomorrow = zone.to_datetime(now).date().tomorrow().ok();
    let begins = tomorrow.and_then(|date| zone.to_timestamp(DateTime::from(date)).ok());
    begins.unwrap_or_else(|| after(now, 1_440))
}

/// Until when the person may move or cancel their appointment: as long as it is not missed where the site is closed.
pub(crate) fn change_until(a: &Appointment, rules: &Rules, shut: bool) -> Timestamp {
    after(a.starts_at, if shut { rules.late_minutes } else { -rules.cancel_cutoff_minutes })
}

/// Tells, moves or cancels the appointments of the rest of the day. Called within the closing.
pub(crate) fn site_closed(
    me: &Appointments,
    tx: &mut Tx<'_>,
    site: SiteId,
    mode: ClosingMode,
    reason: &str,
) -> Result<(), Error> {
    let site = me.site(tx, Some(site))?;
    let now = tx.now();
    let tomorrow = day_end(&site, now);
    // Who is late may still come.
    let today = Stretch { from: after(now, -LATEST), until: tomorrow };
    for mut a in store::appointments::expected(tx, site.id, today)? {
        let rules =
            store::availabilities::ever(tx, a.availability_id)?.ok_or(Error::NotFound("availability"))?;
        match (a.status, mode) {
            (State::Held, _) => {
                end(tx, &mut a, &rules, State::Expired, "appointment.expired")?;
                waitlist::let_pass(tx, &a)?;
            }
            (_, ClosingMode::CarryOver) => events::appointment(tx, "appointment.disrupted", &a, |_| {})?,
            (_, ClosingMode::Cancel) => call_off(tx, &mut a, &rules, reason)?,
            (_, ClosingMode::Rebook) => {
                if !rebook(me, tx, &mut a, tomorrow)? {
                    call_off(tx, &mut a, &rules, reason)?;
                }
            }
        }
    }
    Ok(())
}

/// How many free times are tried for somebody whose appointment is moved.
const MOST_TRIED: usize = 5;

/// How long after its beginning an appointment may still be taken at most, in minutes.
const LATEST: i64 = 1_440;

/// Calls one off for the site, with the reason that everybody reads. Its place is offered to nobody.
pub(crate) fn call_off(
    tx: &mut Tx<'_>,
    a: &mut Appointment,
    rules: &Availability,
    reason: &str,
) -> Result<(), Error> {
    a.reason = Some(reason.to_owned());
    end(tx, a, rules, State::Cancelled, "appointment.cancelled")
}

/// Moves one to the next time that is free from a moment on, with the same member of staff where that is possible;
/// whether there was one.
fn rebook(me: &Appointments, tx: &mut Tx<'_>, a: &mut Appointment, from: Timestamp) -> Result<bool, Error> {
    let staff = a.staff_id;
    for with in staff.map(Some).into_iter().chain([None]) {
        let offer = match place::offer(me, tx, a.service_id, Some(a.site_id), with, By::Staff) {
            Ok(offer) => offer.for_party(Some(a.party_size), By::Staff)?,
            // Nothing of it is offered any more, or its service was given up.
            Err(Error::NoAppointments { .. } | Error::NotFound(_)) => continue,
            Err(other) => return Err(other),
        };
        for _ in 0..MOST_TRIED {
            let Some(slot) = place::next_free_from(tx, &offer, from, By::Staff)? else { break };
            match place::take(tx, &offer, slot.starts_at, Some(a.id), By::Staff) {
                Ok(new) => {
                    put(tx, a, &new, slot.starts_at)?;
                    return Ok(true);
                }
                // Somebody on another node was faster: a closing is not held up by that.
                Err(Error::SlotTaken(_) | Error::NotASlot(_)) => {}
                Err(other) => return Err(other),
            }
        }
    }
    Ok(false)
}

/// Brings one to where it stands from now on, and says so.
pub(crate) fn end(
    tx: &mut Tx<'_>,
    a: &mut Appointment,
    rules: &Availability,
    to: State,
    kind: &'static str,
) -> Result<(), Error> {
    let from = a.status;
    a.status = to;
    save(tx, a, rules)?;
    events::appointment(tx, kind, a, |fact| fact.from = Some(from))
}
