//! A token for a preferred slot: what the line asks of appointments.

use usher_db::{Read, Tx};
use usher_kernel::civil::{DateTime, Time};
use usher_kernel::{Fault, SiteId, Timestamp};
use usher_queueing::ops::close_site::ClosingMode;
use usher_queueing::ops::slots::{SlotBooked, SlotWanted, Slots};
use usher_tenancy::Site;
use uuid::Uuid;

use super::book::{Book, Person, book};
use super::closing::site_closed;
use super::{Appointments, By, WeakAppointments};
use crate::error::Error;
use crate::model::{Appointment, AppointmentId};
use crate::store;

/// Fills in the line's seam to appointments; without keeping them alive, as they keep the line.
pub(crate) struct Tokens(WeakAppointments);

impl Tokens {
    pub(crate) fn new(me: &Appointments) -> Self {
        Self(me.downgrade())
    }

    fn me(&self) -> Result<Appointments, Fault> {
        self.0.upgrade().ok_or_else(|| Fault::internal("appointments have ended"))
    }

    fn shown(me: &Appointments, a: &Appointment) -> SlotBooked {
        SlotBooked {
            id: a.id.uuid(),
            reference: a.reference.clone(),
            status: a.status.as_str(),
            service_id: a.service_id,
            site_id: a.site_id,
            starts_at: a.starts_at,
            ends_at: a.ends_at,
            url: format!("/appointments/{}", me.pages().seal(a.id)),
            ticket_id: a.ticket_id,
            customer_id: a.customer_id,
        }
    }

    fn take(me: &Appointments, tx: &mut Tx<'_>, wanted: &SlotWanted) -> Result<Appointment, Error> {
        let by = if wanted.staff { By::Staff } else { By::Person };
        let site = me.site(tx, wanted.site_id)?;
        let booking = Book {
            service_id: wanted.service_id,
            site_id: Some(site.id),
            staff_id: None,
            starts_at: moment(&wanted.at, &site, tx.now())?,
            person: Person {
                name: wanted.name.clone(),
                phone: wanted.phone.clone(),
                email: wanted.email.clone(),
                party_size: wanted.party_size,
                notes: None,
                locale: None,
            },
            customer_id: None,
            user_id: wanted.user_id,
            booked_by: None,
            hold: false,
            repeat: None,
            channel: wanted.channel,
        };
        Ok(book(me, tx, &booking, by)?.first)
    }
}

/// A slot as it was written: a moment with its zone, a time on the site's clock, or a time of today there.
fn moment(text: &str, site: &Site, now: Timestamp) -> Result<Timestamp, Error> {
    let zone = site.zone();
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Ok(moment);
    }
    let today = zone.to_datetime(now).date();
    let local = match text.parse::<DateTime>() {
        Ok(local) => Some(local),
        Err(_) => text.parse::<Time>().ok().map(|time| today.to_datetime(time)),
    };
    local.and_then(|local| zone.to_timestamp(local).ok()).ok_or_else(|| {
        let text = "Give a time such as 2026-11-25T14:30:00Z, 2026-11-25T14:30 or 14:30.";
        Error::field("starts_at", "not_a_time", text)
    })
}

impl Slots for Tokens {
    fn book(&self, tx: &mut Tx<'_>, wanted: &SlotWanted) -> Result<SlotBooked, Fault> {
        let me = self.me()?;
        match Self::take(&me, tx, wanted) {
            Ok(booked) => Ok(Self::shown(&me, &booked)),
            // In the document's words.
            Err(Error::Fields(mut faults)) => {
                for fault in &mut faults {
                    if fault.field == "starts_at" {
                        fault.field = "preferred_slot".to_owned();
                    }
                }
                Err(Fault::fields(faults))
            }
            Err(
                error @ (Error::NoAppointments { .. }
                | Error::NotASlot(_)
                | Error::TooSoon(_)
                | Error::TooFar(_)),
            ) => Err(Fault::field("preferred_slot", error.code(), error.to_string())),
            Err(error) => Err(error.into()),
        }
    }

    fn find(&self, read: &mut Read<'_>, id: Uuid) -> Result<Option<SlotBooked>, Fault> {
        let me = self.me()?;
        let found = store::appointments::get(read, AppointmentId::from_uuid(id)).map_err(Error::from)?;
        Ok(found.map(|a| Self::shown(&me, &a)))
    }

    fn site_closed(
        &self,
        tx: &mut Tx<'_>,
        site: SiteId,
        mode: ClosingMode,
        reason: &str,
    ) -> Result<(), Fault> {
        Ok(site_closed(&self.me()?, tx, site, mode, reason)?)
    }
}
