//! Whose time can be booked: members of staff by name, and nothing else of them.

use std::collections::{BTreeSet, HashMap};

use schemars::JsonSchema;
use serde::Serialize;
use usher_db::Read;
use usher_identity::{Member, MemberStatus};
use usher_kernel::{TenantId, UserId};

use super::Appointments;
use super::place::Offer;
use crate::error::Error;
use crate::model::Availability;

/// What some members of staff are called.
pub(crate) fn names(
    me: &Appointments,
    read: &mut Read<'_>,
    staff: impl IntoIterator<Item = UserId>,
) -> Result<HashMap<UserId, String>, Error> {
    let staff: Vec<UserId> = staff.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    if staff.is_empty() {
        return Ok(HashMap::new());
    }
    let known = me.line().identity().people(read, &staff)?;
    Ok(known.into_iter().map(|(id, user)| (id, user.display_name().to_owned())).collect())
}

/// Somebody's membership of the tenant, where it counts now.
pub(crate) fn member(
    me: &Appointments,
    read: &mut Read<'_>,
    tenant: TenantId,
    user: UserId,
) -> Result<Option<Member>, Error> {
    match me.line().identity().member_in(read, tenant, user) {
        Ok(member) => Ok(Some(member).filter(|member| member.status == MemberStatus::Active)),
        Err(usher_identity::Error::Db(error)) => Err(error.into()),
        Err(_) => Ok(None),
    }
}

/// Those of some availabilities of a tenant that can be given: the time of nobody in particular, or of somebody who works
/// here still. However many people that are, they are asked for at once.
pub(crate) fn given(
    me: &Appointments,
    read: &mut Read<'_>,
    tenant: TenantId,
    mut all: Vec<Availability>,
) -> Result<Vec<Availability>, Error> {
    let staff: BTreeSet<UserId> = all.iter().filter_map(|a| a.staff_id).collect();
    if !staff.is_empty() {
        let staff: Vec<UserId> = staff.into_iter().collect();
        let here = me.line().identity().active_among(read, tenant, &staff)?;
        all.retain(|a| a.staff_id.is_none_or(|staff| here.contains(&staff)));
    }
    Ok(all)
}

/// A member of staff, as anybody may know them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BookableStaff {
    /// Their id.
    pub id: UserId,
    /// What they are called.
    pub name: String,
}

/// A member of staff by name.
pub(crate) fn named(
    me: &Appointments,
    read: &mut Read<'_>,
    staff: Option<UserId>,
) -> Result<Option<BookableStaff>, Error> {
    let mut known = names(me, read, staff)?;
    Ok(staff.and_then(|id| known.remove(&id).map(|name| BookableStaff { id, name })))
}

/// When a service can be booked, with what its person is called.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AvailabilityView {
    /// The availability.
    #[serde(flatten)]
    pub availability: Availability,
    /// What the member of staff is called whose time it is.
    pub staff_name: Option<String>,
}

/// Availabilities in the shape of the API.
///
/// # Errors
/// The database failed.
pub fn availabilities(
    me: &Appointments,
    read: &mut Read<'_>,
    all: Vec<Availability>,
) -> Result<Vec<AvailabilityView>, Error> {
    let names = names(me, read, all.iter().filter_map(|a| a.staff_id))?;
    let view = |availability: Availability| {
        let staff_name = availability.staff_id.and_then(|staff| names.get(&staff).cloned());
        AvailabilityView { availability, staff_name }
    };
    Ok(all.into_iter().map(view).collect())
}

/// An availability in the shape of the API.
///
/// # Errors
/// The database failed.
pub fn availability(
    me: &Appointments,
    read: &mut Read<'_>,
    a: Availability,
) -> Result<AvailabilityView, Error> {
    let staff_name = named(me, read, a.staff_id)?.map(|staff| staff.name);
    Ok(AvailabilityView { availability: a, staff_name })
}

/// The members of staff by whose time something is offered, by name.
///
/// # Errors
/// The database failed.
pub fn bookable_staff(
    me: &Appointments,
    read: &mut Read<'_>,
    offer: &Offer,
) -> Result<Vec<BookableStaff>, Error> {
    let known = names(me, read, offer.by.iter().filter_map(|a| a.staff_id))?;
    let mut all: Vec<_> = known.into_iter().map(|(id, name)| BookableStaff { id, name }).collect();
    all.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    Ok(all)
}
