//! The seam to whoever knows appointments: a token for a preferred slot is a booking of it.

use std::sync::Arc;

use arc_swap::ArcSwap;
use usher_customers::CustomerId;
use usher_db::{Read, Tx};
use usher_kernel::{Fault, SiteId, Timestamp, UserId};
use uuid::Uuid;

use super::close_site::ClosingMode;
use crate::model::ticket::Channel;
use crate::model::{ServiceId, TicketId};

/// A slot that somebody would like.
#[derive(Clone, Debug)]
pub struct SlotWanted {
    /// What for.
    pub service_id: ServiceId,
    /// Where; the tenant's default site when absent.
    pub site_id: Option<SiteId>,
    /// When, as it was written: a moment, a time at the site, or a time of today.
    pub at: String,
    /// The person's name.
    pub name: Option<String>,
    /// Their phone number.
    pub phone: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// How many people.
    pub party_size: Option<i64>,
    /// Through which door.
    pub channel: Channel,
    /// The account with which they signed in.
    pub user_id: Option<UserId>,
    /// Staff may book where others may not.
    pub staff: bool,
}

/// A booked slot, as far as tokens speak of it.
#[derive(Clone, Debug)]
pub struct SlotBooked {
    /// The appointment.
    pub id: Uuid,
    /// What it is called by.
    pub reference: String,
    /// How it stands.
    pub status: &'static str,
    /// What for.
    pub service_id: ServiceId,
    /// Where.
    pub site_id: SiteId,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// The path of its page.
    pub url: String,
    /// The ticket that it became.
    pub ticket_id: Option<TicketId>,
    /// The person, where known.
    pub customer_id: Option<CustomerId>,
}

/// Books and finds appointments.
pub trait Slots: Send + Sync {
    /// Books a slot.
    ///
    /// # Errors
    /// The service takes no appointments there, the slot is not free, or a value is wrong.
    fn book(&self, tx: &mut Tx<'_>, wanted: &SlotWanted) -> Result<SlotBooked, Fault>;

    /// An appointment of the tenant by its id.
    ///
    /// # Errors
    /// The database failed.
    fn find(&self, read: &mut Read<'_>, id: Uuid) -> Result<Option<SlotBooked>, Fault>;

    /// A site closes in an emergency: whoever has booked for the rest of its day is told, moved or let go, in the
    /// same transaction.
    ///
    /// # Errors
    /// The database failed.
    fn site_closed(
        &self,
        tx: &mut Tx<'_>,
        site: SiteId,
        mode: ClosingMode,
        reason: &str,
    ) -> Result<(), Fault>;
}

/// Where the line asks; nobody takes appointments until somebody is set.
pub struct SlotSeam(ArcSwap<Box<dyn Slots>>);

impl SlotSeam {
    /// Has slots booked and found by `slots` from now on.
    pub fn set(&self, slots: impl Slots + 'static) {
        self.0.store(Arc::new(Box::new(slots)));
    }

    /// Who is asked.
    pub(crate) fn get(&self) -> Arc<Box<dyn Slots>> {
        self.0.load_full()
    }
}

impl Default for SlotSeam {
    fn default() -> Self {
        Self(ArcSwap::from_pointee(Box::new(NoSlots)))
    }
}

/// Nobody takes appointments.
struct NoSlots;

impl Slots for NoSlots {
    fn book(&self, _: &mut Tx<'_>, _: &SlotWanted) -> Result<SlotBooked, Fault> {
        Err(Fault::field("preferred_slot", "no_appointments", "This service takes no appointments."))
    }

    fn find(&self, _: &mut Read<'_>, _: Uuid) -> Result<Option<SlotBooked>, Fault> {
        Ok(None)
    }

    fn site_closed(&self, _: &mut Tx<'_>, _: SiteId, _: ClosingMode, _: &str) -> Result<(), Fault> {
        Ok(())
    }
}
