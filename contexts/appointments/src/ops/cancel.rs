//! Calling an appointment off.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::Tx;

use super::closing::change_until;
use super::{Appointments, By, clock, offer, place, save, step, waitlist};
use crate::error::Error;
use crate::events;
use crate::model::{Act, Appointment, AppointmentId, Availability, State};
use crate::store;
use usher_tenancy::Site;

usher_kernel::text_enum! {
    /// How much of a series is meant.
    pub enum Extent {
        /// This appointment alone.
        This = "this",
        /// It and those that follow in its series.
        Following = "following",
    }
}

/// Why, and how much.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Cancel {
    /// Why, in the words of who cancels.
    pub reason: Option<String>,
    /// Of a series; `this` when absent.
    pub extent: Option<Extent>,
}

/// Calls an appointment off; its place is offered to the waitlist.
///
/// # Errors
/// It does not stand where it could be called off, or it is too late for the person to do so.
pub fn cancel(
    me: &Appointments,
    tx: &mut Tx<'_>,
    id: AppointmentId,
    how: &Cancel,
    by: By,
) -> Result<Appointment, Error> {
    let reason = reason("reason", how.reason.as_deref())?;
    let (mut a, site, rules) = step(me, tx, id, Act::Cancel, by)?;
    let from = a.starts_at;
    off(me, tx, &mut a, &site, &rules, reason.as_deref(), by)?;
    if let (Some(Extent::Following), Some(series)) = (how.extent, a.series_id) {
        for mut other in store::appointments::of_series(tx, series, from)? {
            if other.id != a.id && other.status == State::Booked {
                let rules = store::availabilities::ever(tx, other.availability_id)?;
                let rules = rules.ok_or(Error::NotFound("availability"))?;
                off(me, tx, &mut other, &site, &rules, reason.as_deref(), by)?;
            }
        }
    }
    Ok(a)
}

/// Calls one appointment off that stands where it can be, and offers its place.
pub(crate) fn off(
    me: &Appointments,
    tx: &mut Tx<'_>,
    a: &mut Appointment,
    site: &Site,
    rules: &Availability,
    reason: Option<&str>,
    by: By,
) -> Result<(), Error> {
    changeable(me, tx, a, site, rules, by)?;
    place::lock(tx, std::slice::from_ref(rules))?;
    let from = a.status;
    a.status = State::Cancelled;
    a.reason = reason.map(str::to_owned);
    save(tx, a, rules)?;
    events::appointment(tx, "appointment.cancelled", a, |fact| fact.from = Some(from))?;
    waitlist::turned_down(tx, a)?;
    offer::freed(me, tx, rules, a.busy(), a.starts_at)
}

/// The person may still change it. What is only held can be let go at any time.
pub(crate) fn changeable(
    me: &Appointments,
    tx: &Tx<'_>,
    a: &Appointment,
    site: &Site,
    rules: &Availability,
    by: By,
) -> Result<(), Error> {
    let last = change_until(a, &rules.rules, me.shut_at(tx, a.site_id, a.starts_at).is_some());
    if by.is_staff() || a.status == State::Held || tx.now() <= last {
        return Ok(());
    }
    Err(Error::CutOff(clock(site, last)))
}

/// A reason in the form in which it is kept.
pub(crate) fn reason(field: &str, text: Option<&str>) -> Result<Option<String>, Error> {
    let mut faults = usher_queueing::model::person::Faults::default();
    faults.text(field, text, 500);
    if !faults.0.is_empty() {
        return Err(Error::Fields(faults.0));
    }
    Ok(text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned))
}
