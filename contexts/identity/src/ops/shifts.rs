//! Rosters: planning, publishing, and clocking in by sitting down at a counter.

use usher_db::{DbError, Tx};
use usher_kernel::{Diff, SignedDuration, SiteId, TenantId, Timestamp, UserId};
use uuid::Uuid;

use crate::error::Error;
use crate::model::shift::EARLY;
use crate::model::{MemberStatus, Publish, Shift, ShiftInput};
use crate::{events, store};

/// The longest time that is published at once.
const MOST_PUBLISHED: SignedDuration = SignedDuration::from_hours(62 * 24);
/// How long after its end a shift is still ended by signing out.
const OVERTIME: SignedDuration = SignedDuration::from_hours(12);

/// Plans a shift.
///
/// # Errors
/// Something is missing or cannot be; the person is no member, or has another shift then; a site that the caller
/// does not reach.
pub fn plan_shift(
    tx: &mut Tx,
    tenant: TenantId,
    known_site: &dyn Fn(SiteId) -> bool,
    input: &ShiftInput,
) -> Result<Shift, Error> {
    let missing = |field: &'static str| move || Error::field(field, "required", "This is needed.");
    let now = tx.now();
    let person = input.user_id.ok_or_else(missing("user_id"))?;
    let shift = Shift {
        id: usher_kernel::random::uuid_v7(now),
        tenant_id: tenant,
        site_id: input.site_id.ok_or_else(missing("site_id"))?,
        user_id: member_of(tx, tenant, person)?,
        starts_at: input.starts_at.ok_or_else(missing("starts_at"))?,
        ends_at: input.ends_at.ok_or_else(missing("ends_at"))?,
        note: input.note.as_deref().unwrap_or_default().trim().to_owned(),
        published_at: None,
        clocked_in_at: None,
        clocked_out_at: None,
        version: 1,
        updated_at: now,
    };
    check(tx, &shift, known_site)?;
    store::shifts::insert(tx, &shift)?;
    events::shift(tx, events::SHIFT_PLANNED, &shift, Diff::default())?;
    Ok(shift)
}

/// Changes a shift.
///
/// # Errors
/// As [`plan_shift`]; no such shift; another version.
pub fn change_shift(
    tx: &mut Tx,
    tenant: TenantId,
    known_site: &dyn Fn(SiteId) -> bool,
    id: Uuid,
    input: &ShiftInput,
    read_version: Option<i64>,
) -> Result<Shift, Error> {
    let before = find(tx, tenant, id, read_version)?;
    let mut shift = before.clone();
    if let Some(person) = input.user_id {
        shift.user_id = member_of(tx, tenant, person)?;
    }
    shift.site_id = input.site_id.unwrap_or(shift.site_id);
    shift.starts_at = input.starts_at.unwrap_or(shift.starts_at);
    shift.ends_at = input.ends_at.unwrap_or(shift.ends_at);
    if let Some(note) = &input.note {
        note.trim().clone_into(&mut shift.note);
    }
    let diff = Diff::between(&before, &shift, &["version", "updated_at"]);
    if diff.is_empty() {
        return Ok(before);
    }
    check(tx, &shift, known_site)?;
    shift.updated_at = tx.now();
    if !store::shifts::update(tx, &shift)? {
        return Err(Error::Stale { current: shift.version + 1 });
    }
    shift.version += 1;
    events::shift(tx, events::SHIFT_CHANGED, &shift, diff)?;
    Ok(shift)
}

/// Takes a shift out of the roster.
///
/// # Errors
/// No such shift; another version; somebody has clocked in on it.
pub fn cancel_shift(tx: &mut Tx, tenant: TenantId, id: Uuid, read_version: Option<i64>) -> Result<(), Error> {
    let shift = find(tx, tenant, id, read_version)?;
    if shift.clocked_in_at.is_some() {
        return Err(Error::ShiftBegun);
    }
    if !store::shifts::delete(tx, &shift)? {
        return Err(Error::Stale { current: shift.version + 1 });
    }
    let gone = Shift { version: shift.version + 1, ..shift };
    Ok(events::shift(tx, events::SHIFT_CANCELLED, &gone, Diff::default())?)
}

/// Lets those who work see a part of the roster; how many shifts became visible.
///
/// # Errors
/// A site that is not there or that the caller does not reach; a time that is no time, or too long.
pub fn publish_shifts(
    tx: &mut Tx,
    tenant: TenantId,
    known_site: &dyn Fn(SiteId) -> bool,
    wish: &Publish,
) -> Result<usize, Error> {
    check_site(tx, wish.site_id, known_site)?;
    if wish.to <= wish.from || wish.to.duration_since(wish.from) > MOST_PUBLISHED {
        return Err(Error::field("to", "out_of_range", "Between the begin and 62 days after it."));
    }
    let published = store::shifts::publish(tx, tenant, wish.site_id, wish.from, wish.to)?;
    for shift in &published {
        events::shift(tx, events::SHIFT_PUBLISHED, shift, Diff::default())?;
    }
    Ok(published.len())
}

/// Somebody sits down at a counter of a site: they have come for their shift there, where they have one.
///
/// # Errors
/// The database.
pub(crate) fn clock_in(tx: &mut Tx, tenant: TenantId, user: UserId, site: SiteId) -> Result<(), DbError> {
    let latest = tx.now().checked_add(EARLY).unwrap_or(Timestamp::MAX);
    for shift in store::shifts::clock_in(tx, tenant, user, site, latest)? {
        events::shift(tx, events::SHIFT_CLOCKED_IN, &shift, Diff::default())?;
    }
    Ok(())
}

/// Somebody leaves their counter.
///
/// # Errors
/// The database.
pub(crate) fn clock_out(tx: &mut Tx, tenant: TenantId, user: UserId) -> Result<(), DbError> {
    let now = tx.now();
    let latest = now.checked_add(EARLY).unwrap_or(Timestamp::MAX);
    let oldest = now.checked_sub(OVERTIME).unwrap_or(Timestamp::MIN);
    for shift in store::shifts::clock_out(tx, tenant, user, latest, oldest)? {
        events::shift(tx, events::SHIFT_CLOCKED_OUT, &shift, Diff::default())?;
    }
    Ok(())
}

fn find(tx: &mut Tx, tenant: TenantId, id: Uuid, read_version: Option<i64>) -> Result<Shift, Error> {
    let shift = store::shifts::get(tx, tenant, id)?.ok_or(Error::NotFound("shift"))?;
    if !tx.caller().may_at(shift.site_id) {
        return Err(Error::NotFound("shift"));
    }
    if read_version.is_some_and(|read| read != shift.version) {
        return Err(Error::Stale { current: shift.version });
    }
    Ok(shift)
}

/// The person behind a membership's or a person's own id, who works for the tenant.
fn member_of(tx: &mut Tx, tenant: TenantId, id: Uuid) -> Result<UserId, Error> {
    let member = match store::members::get(tx, tenant, id)? {
        Some(member) => Some(member),
        None => store::members::of_user_in(tx, tenant, UserId::from_uuid(id))?,
    };
    let member = member.filter(|member| member.status == MemberStatus::Active);
    let unknown = || Error::field("user_id", "unknown_member", "There is no such member of staff.");
    member.map(|member| member.user_id).ok_or_else(unknown)
}

fn check(tx: &mut Tx, shift: &Shift, known_site: &dyn Fn(SiteId) -> bool) -> Result<(), Error> {
    let faults = shift.faults();
    if !faults.is_empty() {
        return Err(Error::Fields(faults));
    }
    check_site(tx, shift.site_id, known_site)?;
    // Two who plan the same person at once come one after the other.
    store::members::lock_tenant(tx, shift.tenant_id)?;
    match store::shifts::clash(tx, shift)? {
        Some(other) => Err(Error::ShiftClash(other.starts_at)),
        None => Ok(()),
    }
}

fn check_site(tx: &Tx, site: SiteId, known_site: &dyn Fn(SiteId) -> bool) -> Result<(), Error> {
    if !known_site(site) || !tx.caller().may_at(site) {
        return Err(Error::field("site_id", "unknown_site", "There is no such site."));
    }
    Ok(())
}
