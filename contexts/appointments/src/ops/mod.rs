//! What people and the system do with appointments, one file each.

pub mod book;
pub mod cancel;
pub mod check_in;
pub(crate) mod closing;
pub mod configure;
pub mod confirm;
pub(crate) mod customer;
pub mod due;
pub mod edit;
pub mod feed;
mod may;
pub(crate) mod offer;
pub mod place;
pub mod places;
pub mod reschedule;
pub mod show;
pub mod staff;
pub mod tokens;
pub mod waitlist;

use std::collections::BTreeSet;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use usher_db::{Db, Read, Tx};
use usher_kernel::{Caller, SiteId, TenantId, Timestamp};
use usher_queueing::Queueing;
use usher_queueing::model::TicketId;
use usher_queueing::model::secret::SecretKey;
use usher_tenancy::Site;

use crate::error::Error;
use crate::model::scopes::APPOINTMENTS_WRITE;
use crate::model::{Act, Appointment, AppointmentId, Availability, State, due::due as due_at};
use crate::store;

/// Appointments: handed to every operation. Cheap to clone.
#[derive(Clone)]
pub struct Appointments(Arc<Inner>);

struct Inner {
    line: Queueing,
    pages: SecretKey,
    waitlist: SecretKey,
    feeds: SecretKey,
    public_url: String,
    /// Tickets of appointments that have ended, for the watch to look at.
    ended: Mutex<Vec<(TenantId, SiteId, TicketId)>>,
    /// Sites where there may be more places than before, for the watch to look at.
    opened: Mutex<BTreeSet<(TenantId, SiteId)>>,
}

/// Appointments, without keeping them alive.
pub(crate) struct WeakAppointments(Weak<Inner>);

impl WeakAppointments {
    pub(crate) fn upgrade(&self) -> Option<Appointments> {
        self.0.upgrade().map(Appointments)
    }
}

impl Appointments {
    /// Appointments beside a line. From the installation's `secret` the secrets of their pages are made; at
    /// `public_url` people reach them.
    pub fn new(line: Queueing, secret: &[u8], public_url: String) -> Self {
        line.identity().tenancy().guard_sites(Arc::new(configure::AppointmentsAtSite));
        let me = Self(Arc::new(Inner {
            line,
            pages: SecretKey::new(secret, "appointment page"),
            waitlist: SecretKey::new(secret, "waitlist page"),
            feeds: SecretKey::new(secret, "calendar feed"),
            public_url,
            ended: Mutex::default(),
            opened: Mutex::default(),
        }));
        let holder = customer::AppointmentsOf(me.downgrade());
        me.line().customers().register(Arc::new(holder));
        me
    }

    /// The line that people are taken into.
    pub fn line(&self) -> &Queueing {
        &self.0.line
    }

    /// The database.
    pub fn db(&self) -> &Db {
        self.0.line.db()
    }

    /// The secrets of appointments' pages.
    pub fn pages(&self) -> &SecretKey {
        &self.0.pages
    }

    /// The secrets of pages of the waitlist.
    pub fn waitlist(&self) -> &SecretKey {
        &self.0.waitlist
    }

    /// The secrets of calendars.
    pub fn feeds(&self) -> &SecretKey {
        &self.0.feeds
    }

    /// The whole address of a path of the screens.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.0.public_url)
    }

    pub(crate) fn downgrade(&self) -> WeakAppointments {
        WeakAppointments(Arc::downgrade(&self.0))
    }

    /// Remembers a ticket whose life has ended, or whose end was taken back.
    pub(crate) fn note_ticket(&self, tenant: TenantId, site: SiteId, ticket: TicketId) {
        self.0.ended.lock().push((tenant, site, ticket));
    }

    /// The tickets remembered since the last time.
    pub(crate) fn noted_tickets(&self) -> Vec<(TenantId, SiteId, TicketId)> {
        std::mem::take(&mut *self.0.ended.lock())
    }

    /// Remembers a site whose hours, or what can be booked there, have changed.
    pub(crate) fn note_site(&self, tenant: TenantId, site: SiteId) {
        self.0.opened.lock().insert((tenant, site));
    }

    /// The sites remembered since the last time.
    pub(crate) fn noted_sites(&self) -> BTreeSet<(TenantId, SiteId)> {
        std::mem::take(&mut *self.0.opened.lock())
    }

    /// A site of the tenant; the default one where none is named.
    pub(crate) fn site(&self, read: &Read<'_>, site: Option<SiteId>) -> Result<Arc<Site>, Error> {
        let tenant = read.tenant().ok_or(Error::NotFound("tenant"))?;
        let directory = self.line().directory();
        let found = match site {
            Some(id) => directory.site(tenant, id),
            None => directory.default_site(tenant),
        };
        found.ok_or(Error::NotFound("site"))
    }
}

/// Who does something: staff may what people themselves may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A member of staff, or a program of the tenant.
    Staff,
    /// The person, or a kiosk.
    Person,
}

impl By {
    /// In whose part a caller acts on appointments.
    pub(crate) fn of(caller: &Caller) -> Self {
        if caller.may(&APPOINTMENTS_WRITE) { Self::Staff } else { Self::Person }
    }

    /// Whether it is staff.
    pub fn is_staff(self) -> bool {
        self == Self::Staff
    }
}

/// Staff may work at the site.
pub(crate) fn may_work_at(tx: &Read<'_>, by: By, site: &Site) -> Result<(), Error> {
    if by == By::Person || tx.caller().may_at(site.id) {
        Ok(())
    } else {
        Err(Error::WrongSite(site.name.clone()))
    }
}

/// An appointment of the tenant.
///
/// # Errors
/// There is none, or the database failed.
pub fn appointment(read: &mut Read<'_>, id: AppointmentId) -> Result<Appointment, Error> {
    store::appointments::get(read, id)?.ok_or(Error::NotFound("appointment"))
}

/// An appointment of the tenant on which `act` is possible, its site and its rules.
pub(crate) fn step(
    me: &Appointments,
    tx: &mut Tx<'_>,
    id: AppointmentId,
    act: Act,
    by: By,
) -> Result<(Appointment, Arc<Site>, Availability), Error> {
    let a = appointment(tx, id)?;
    let site = me.site(tx, Some(a.site_id))?;
    may_work_at(tx, by, &site)?;
    if !a.status.allowed().contains(&act) {
        return Err(Error::NotAllowed { act, state: a.status });
    }
    let rules = store::availabilities::ever(tx, a.availability_id)?.ok_or(Error::NotFound("availability"))?;
    Ok((a, site, rules))
}

/// Writes an appointment back with what becomes due with it next, if nobody changed it since it was read.
pub(crate) fn save(tx: &mut Tx<'_>, a: &mut Appointment, by: &Availability) -> Result<(), Error> {
    a.due_at = due_at(a, &by.rules, tx.now());
    if a.status != State::Held {
        a.hold_until = None;
    }
    if store::appointments::save(tx, a)? { Ok(()) } else { Err(Error::Raced) }
}

/// Writes when something becomes due with an appointment next, and nothing else. What is looked at by itself is no change:
/// the version stays, and whoever edits the appointment at this moment is not refused.
pub(crate) fn look_again(tx: &mut Tx<'_>, a: &mut Appointment, by: &Availability) -> Result<(), Error> {
    a.due_at = due_at(a, &by.rules, tx.now());
    if store::appointments::look_again(tx, a)? { Ok(()) } else { Err(Error::Raced) }
}

/// A moment on the site's clock, for a sentence.
pub(crate) fn clock(site: &Site, at: Timestamp) -> String {
    site.zone().to_datetime(at).strftime("%H:%M, %d %B").to_string()
}
