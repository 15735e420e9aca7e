//! Appointments and offers to the waitlist.

use usher_appointments::model::{AppointmentFact, EntryFact, State};
use usher_db::{DbError, Read};
use usher_kernel::{SiteId, TenantId, Timestamp};
use usher_queueing::model::ServiceId;
use uuid::Uuid;

use super::{Fold, NOWHERE, Thing, count, local};
use crate::model::{Count, Measures, Scope, day_number};

impl Fold<'_> {
    /// Something happened to an appointment. It counts for the time for which it is booked, whenever that was said.
    pub(crate) fn appointment(
        &mut self,
        read: &mut Read<'_>,
        tenant: TenantId,
        kind: &str,
        fact: &AppointmentFact,
    ) -> Result<(), DbError> {
        let place = (fact.site_id, fact.service_id);
        let came = matches!(fact.from, Some(State::CheckedIn | State::Completed));
        let missed = fact.from == Some(State::NoShow);
        let changes: &[(Count, i64)] = match kind {
            "appointment.booked" => &[(Count::Appointments, 1)],
            "appointment.rescheduled" => {
                if let Some(before) = fact.moved_from {
                    let moved = [(Count::Appointments, -1), (Count::Moved, 1)];
                    self.booked(read, tenant, place, &moved, before)?;
                }
                &[(Count::Appointments, 1)]
            }
            // What was only held was never an appointment.
            "appointment.cancelled" if fact.from == Some(State::Booked) => &[(Count::CalledOff, 1)],
            "appointment.no_show" if came => &[(Count::Missed, 1), (Count::Kept, -1)],
            "appointment.no_show" => &[(Count::Missed, 1)],
            "appointment.checked_in" | "appointment.completed" | "appointment.reopened" if missed => {
                &[(Count::Kept, 1), (Count::Missed, -1)]
            }
            "appointment.checked_in" => &[(Count::Kept, 1)],
            _ => &[],
        };
        self.booked(read, tenant, place, changes, fact.starts_at)
    }

    /// Something happened on a waitlist.
    pub(crate) fn waitlist(
        &mut self,
        read: &mut Read<'_>,
        tenant: TenantId,
        kind: &str,
        fact: &EntryFact,
        at: Timestamp,
    ) -> Result<(), DbError> {
        let changes: &[(Count, i64)] = match kind {
            "waitlist.offered" => &[(Count::Offers, 1)],
            "waitlist.accepted" => &[(Count::OffersTaken, 1)],
            _ => &[],
        };
        self.booked(read, tenant, (fact.site_id, fact.service_id), changes, at)
    }

    fn booked(
        &mut self,
        read: &mut Read<'_>,
        tenant: TenantId,
        (site, service): (SiteId, ServiceId),
        changes: &[(Count, i64)],
        at: Timestamp,
    ) -> Result<(), DbError> {
        let zone = self.zone(tenant, site);
        let (date, hour) = local(&zone, at.as_microsecond());
        let day = day_number(date);
        if changes.is_empty() || day < self.floor(read, tenant)? {
            return Ok(());
        }
        let mut measures = Measures::default();
        changes.iter().for_each(|(what, by)| measures.bump(*what, *by));
        let things: [Thing; 3] = [
            (Scope::Tenant, Uuid::nil(), NOWHERE),
            (Scope::Site, site.uuid(), site),
            (Scope::Service, service.uuid(), site),
        ];
        count(&mut self.cells, tenant, (day, hour), things, &measures);
        Ok(())
    }
}
