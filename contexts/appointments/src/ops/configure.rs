//! Deciding when services can be booked.

use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::{DbError, Tx};
use usher_kernel::{Change, SiteId, UserId};
use usher_queueing::model::ServiceId;
use usher_tenancy::model::{Exception, Weekly};
use usher_tenancy::{Resident, SiteGuard};

use super::edit::fresh;
use super::{Appointments, By, may_work_at};
use crate::error::Error;
use crate::events;
use crate::model::{Availability, AvailabilityId, EarlyRule, LateRule, Rules};
use crate::store;

/// A new availability, or a change of one: what is absent stays, or has its default. Times are whole minutes.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AvailabilityInput {
    /// Where; the tenant's default site when absent. It never changes.
    pub site_id: Option<SiteId>,
    /// What for. It never changes.
    pub service_id: Option<ServiceId>,
    /// Whose time it is; null: anybody's.
    pub staff_id: Change<UserId>,
    /// What staff call it.
    pub name: Option<String>,
    /// The weekly hours in the site's time; null: whenever the site is open.
    pub weekly: Change<Weekly>,
    /// Dates that differ from their weekday.
    pub exceptions: Option<Vec<Exception>>,
    /// How long one appointment takes.
    #[schemars(range(min = 5, max = 1440))]
    pub duration_minutes: Option<i64>,
    /// From one beginning to the next; null: duration and buffers together.
    pub step_minutes: Change<i64>,
    /// Kept free before each appointment.
    #[schemars(range(min = 0, max = 240))]
    pub buffer_before_minutes: Option<i64>,
    /// Kept free after each appointment.
    #[schemars(range(min = 0, max = 240))]
    pub buffer_after_minutes: Option<i64>,
    /// How many places there are at once.
    #[schemars(range(min = 1, max = 500))]
    pub capacity: Option<i64>,
    /// Whether everybody who comes takes a place; else an appointment takes one, however many come.
    pub counts_people: Option<bool>,
    /// How many people may come together where they book for themselves.
    #[schemars(range(min = 1, max = 100))]
    pub max_party: Option<i64>,
    /// How long before its beginning a slot can last be booked.
    #[schemars(range(min = 0, max = 525_600))]
    pub lead_minutes: Option<i64>,
    /// How many days ahead one can book.
    #[schemars(range(min = 1, max = 730))]
    pub horizon_days: Option<i64>,
    /// How long before its beginning the person can last move or cancel it.
    #[schemars(range(min = 0, max = 525_600))]
    pub cancel_cutoff_minutes: Option<i64>,
    /// How long before its beginning one can check in.
    #[schemars(range(min = 0, max = 1440))]
    pub early_minutes: Option<i64>,
    /// How long after its beginning one can still check in.
    #[schemars(range(min = 0, max = 1440))]
    pub late_minutes: Option<i64>,
    /// Up to how late somebody keeps the place of the booked time.
    #[schemars(range(min = 0, max = 1440))]
    pub grace_minutes: Option<i64>,
    /// Where somebody stands who comes early.
    pub early_rule: Option<EarlyRule>,
    /// Where somebody stands who comes later than the grace.
    pub late_rule: Option<LateRule>,
    /// How long a slot is held for somebody who is still typing.
    #[schemars(range(min = 1, max = 60))]
    pub hold_minutes: Option<i64>,
    /// How long a freed place is kept for somebody on the waitlist.
    #[schemars(range(min = 1, max = 1440))]
    pub offer_minutes: Option<i64>,
    /// How many appointments to come one person may have of this; null: any number.
    pub max_per_person: Change<i64>,
    /// How long before its beginning people are reminded.
    pub reminder_minutes: Option<Vec<i64>>,
    /// What to bring, as the person reads it.
    pub instructions: Option<String>,
    /// Whether people book for themselves.
    pub online: Option<bool>,
    /// Whether it is offered at all.
    pub active: Option<bool>,
}

fn apply(input: &AvailabilityInput, a: &mut Availability) -> Result<(), Error> {
    fn set<T: Clone>(from: &Option<T>, to: &mut T) {
        if let Some(value) = from {
            to.clone_from(value);
        }
    }
    let r = &mut a.rules;
    input.staff_id.clone().apply(&mut a.staff_id);
    input.weekly.clone().apply(&mut r.weekly);
    input.step_minutes.clone().apply(&mut r.step_minutes);
    input.max_per_person.clone().apply(&mut r.max_per_person);
    set(&input.name.as_deref().map(|name| name.trim().to_owned()), &mut r.name);
    set(&input.exceptions, &mut r.exceptions);
    set(&input.duration_minutes, &mut r.duration_minutes);
    set(&input.buffer_before_minutes, &mut r.buffer_before_minutes);
    set(&input.buffer_after_minutes, &mut r.buffer_after_minutes);
    set(&input.capacity, &mut r.capacity);
    set(&input.counts_people, &mut r.counts_people);
    set(&input.max_party, &mut r.max_party);
    set(&input.lead_minutes, &mut r.lead_minutes);
    set(&input.horizon_days, &mut r.horizon_days);
    set(&input.cancel_cutoff_minutes, &mut r.cancel_cutoff_minutes);
    set(&input.early_minutes, &mut r.early_minutes);
    set(&input.late_minutes, &mut r.late_minutes);
    set(&input.grace_minutes, &mut r.grace_minutes);
    set(&input.early_rule, &mut r.early_rule);
    set(&input.late_rule, &mut r.late_rule);
    set(&input.hold_minutes, &mut r.hold_minutes);
    set(&input.offer_minutes, &mut r.offer_minutes);
    set(&input.reminder_minutes, &mut r.reminder_minutes);
    set(&input.instructions, &mut r.instructions);
    set(&input.online, &mut r.online);
    set(&input.active, &mut r.active);
    let faults = r.faults();
    if faults.is_empty() { Ok(()) } else { Err(Error::Fields(faults)) }
}

/// The member of staff is one of the tenant.
fn known_staff(me: &Appointments, tx: &mut Tx<'_>, a: &Availability) -> Result<(), Error> {
    let Some(staff) = a.staff_id else { return Ok(()) };
    if me.line().identity().is_member(tx, a.tenant_id, staff)? {
        return Ok(());
    }
    Err(Error::field("staff_id", "unknown", "There is no such member of staff."))
}

/// Makes an availability.
///
/// # Errors
/// There is no such site, service or member of staff, or a value is wrong.
pub fn create(me: &Appointments, tx: &mut Tx<'_>, input: &AvailabilityInput) -> Result<Availability, Error> {
    let site = me.site(tx, input.site_id)?;
    may_work_at(tx, By::Staff, &site)?;
    let config = me.line().config(tx)?;
    let Some(service) = input.service_id else {
        return Err(Error::field("service_id", "required", "Say what can be booked."));
    };
    if config.service(service).is_none() {
        return Err(Error::field("service_id", "unknown", "There is no such service."));
    }
    let mut a = Availability {
        id: AvailabilityId::generate(tx.now()),
        tenant_id: site.tenant_id,
        site_id: site.id,
        service_id: service,
        staff_id: None,
        rules: Rules::default(),
        version: 1,
    };
    apply(input, &mut a)?;
    known_staff(me, tx, &a)?;
    store::availabilities::insert(tx, &a)?;
    events::availability(tx, "availability.created", None, Some(&a))?;
    Ok(a)
}

/// Changes an availability. What is booked stays as it was booked.
///
/// # Errors
/// As [`create`], or the version is not the current one.
pub fn update(
    me: &Appointments,
    tx: &mut Tx<'_>,
    id: AvailabilityId,
    input: &AvailabilityInput,
    version: Option<i64>,
) -> Result<Availability, Error> {
    let old = one(me, tx, id)?;
    fresh(version, old.version)?;
    let fixed = |field, given: bool| {
        let text = "It belongs to its site and its service. Make another one.";
        if given { Err(Error::field(field, "fixed", text)) } else { Ok(()) }
    };
    fixed("site_id", input.site_id.is_some_and(|site| site != old.site_id))?;
    fixed("service_id", input.service_id.is_some_and(|service| service != old.service_id))?;
    let mut a = old.clone();
    apply(input, &mut a)?;
    known_staff(me, tx, &a)?;
    if !store::availabilities::save(tx, &a)? {
        return Err(Error::Raced);
    }
    a.version += 1;
    events::availability(tx, "availability.updated", Some(&old), Some(&a))?;
    Ok(a)
}

/// Takes an availability out of use for good.
///
/// # Errors
/// Appointments are still to come by it, or there is none.
pub fn archive(
    me: &Appointments,
    tx: &mut Tx<'_>,
    id: AvailabilityId,
    version: Option<i64>,
) -> Result<(), Error> {
    let mut a = one(me, tx, id)?;
    fresh(version, a.version)?;
    super::place::lock(tx, std::slice::from_ref(&a))?;
    let now = tx.now();
    let open = store::appointments::open(tx, id, now)?;
    if open > 0 {
        return Err(Error::InUse(open));
    }
    if !store::availabilities::archive(tx, &a, now)? {
        return Err(Error::Raced);
    }
    a.version += 1;
    events::availability(tx, "availability.archived", Some(&a), None)
}

/// An availability of the tenant, at a site where the caller works.
///
/// # Errors
/// There is none, or the caller does not work there.
pub fn one(me: &Appointments, tx: &mut Tx<'_>, id: AvailabilityId) -> Result<Availability, Error> {
    let a = store::availabilities::get(tx, id)?.ok_or(Error::NotFound("availability"))?;
    let site = me.site(tx, Some(a.site_id))?;
    may_work_at(tx, By::Staff, &site)?;
    Ok(a)
}

/// Appointments to come and what can be booked keep a site from being deleted.
pub(crate) struct AppointmentsAtSite;

impl SiteGuard for AppointmentsAtSite {
    fn residents(&self, tx: &mut Tx, site: SiteId) -> Result<Vec<Resident>, DbError> {
        let (tenant, now) = (tx.tenant(), tx.now());
        Ok(vec![
            Resident {
                what: "appointments to come",
                count: tx.query_one(store::appointments::AT_SITE, &[&tenant, &site, &now])?,
            },
            Resident {
                what: "availabilities",
                count: tx.query_one(store::availabilities::AT_SITE, &[&tenant, &site])?,
            },
        ])
    }
}
