//! What a caller may do with an appointment.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use usher_customers::CustomerId;
use usher_db::Read;
use usher_kernel::{Timestamp, UserId};

use super::closing::change_until;
use super::{Appointments, By, confirm, customer};
use crate::error::Error;
use crate::model::scopes::APPOINTMENTS_READ;
use crate::model::slots::after;
use crate::model::{Act, Appointment, Availability, AvailabilityId, State};
use crate::store;

/// Who asks, and the rules that were read for them so far.
pub(crate) struct May {
    by: By,
    /// Whether the records of customers are theirs to know.
    reads: bool,
    own: Option<CustomerId>,
    user: Option<UserId>,
    rules: HashMap<AvailabilityId, Availability>,
    me: Appointments,
}

impl May {
    /// The caller of a transaction.
    pub(crate) fn of(me: &Appointments, read: &mut Read<'_>) -> Result<Self, Error> {
        let by = By::of(read.caller());
        let own = if by.is_staff() { None } else { customer::own(me, read)? };
        let reads = by.is_staff() || read.caller().may(&APPOINTMENTS_READ);
        let user = read.caller().actor.user();
        Ok(Self { by, reads, own, user, rules: HashMap::new(), me: me.clone() })
    }

    /// Whose an appointment is, as far as that is theirs to know: who books for somebody else learns nothing of who that
    /// is here.
    pub(crate) fn whose(&self, a: &Appointment) -> Option<CustomerId> {
        a.customer_id.filter(|_| self.reads || a.customer_id == self.own)
    }

    /// Whether its own page is theirs to open: with what stands there one can change it.
    pub(crate) fn opens(&self, read: &Read<'_>, a: &Appointment) -> bool {
        match self.by {
            By::Staff => read.caller().may_at(a.site_id),
            By::Person => a.is_of(self.own, self.user),
        }
    }

    /// What they may do with an appointment: nothing with one of another site, or of somebody else.
    pub(crate) fn with(&mut self, read: &mut Read<'_>, a: &Appointment) -> Result<Vec<Act>, Error> {
        let all = a.status.allowed();
        if self.by.is_staff() {
            return Ok(if read.caller().may_at(a.site_id) { all.to_vec() } else { Vec::new() });
        }
        if !a.is_of(self.own, self.user) || all.is_empty() {
            return Ok(Vec::new());
        }
        let rules = match self.rules.entry(a.availability_id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let found = store::availabilities::ever(read, a.availability_id)?;
                place.insert(found.ok_or(Error::NotFound("availability"))?)
            }
        };
        let now = read.now();
        let shut = self.me.shut_at(read, a.site_id, a.starts_at).is_some();
        Ok(all.iter().copied().filter(|act| person_may(*act, a, rules, shut, now)).collect())
    }
}

/// Whether the person themselves may do something with their appointment now, where its state permits it.
fn person_may(act: Act, a: &Appointment, by: &Availability, shut: bool, now: Timestamp) -> bool {
    let rules = &by.rules;
    match act {
        Act::Confirm => a.hold_until.is_some_and(|until| until > now),
        Act::Extend => confirm::extendable(a, rules, now),
        Act::Reschedule | Act::Cancel => a.status == State::Held || now <= change_until(a, rules, shut),
        Act::CheckIn => {
            let opens = after(a.starts_at, -rules.early_minutes);
            !shut && (opens..=after(a.starts_at, rules.late_minutes)).contains(&now)
        }
        Act::NoShow => false,
        Act::Edit => true,
    }
}
