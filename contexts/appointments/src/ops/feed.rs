//! Calendars: one appointment as a file, and feeds that other programs subscribe to.

use usher_db::{Read, Tx};
use usher_identity::model::UserStatus;
use usher_identity::model::role::any_staff;
use usher_kernel::{SignedDuration, TenantId, Timestamp, UserId};
use uuid::Uuid;

use super::{Appointments, show, staff};
use crate::error::Error;
use crate::events::{self, FeedFact};
use crate::model::{Appointment, FeedId, FeedKind, State, calendar};
use crate::store;
use crate::store::feeds::FeedRow;

/// How many appointments a feed shows.
const MOST: u32 = 500;
/// For how many days back.
const BACK: i64 = 30;

/// A calendar of a person or a site: the one that there is, or a new one.
///
/// # Errors
/// The database failed.
pub fn open(tx: &mut Tx<'_>, kind: FeedKind, subject: Uuid) -> Result<FeedId, Error> {
    let tenant = tx.tenant().ok_or(Error::NotFound("tenant"))?;
    if let Some(known) = store::feeds::of_subject(tx, kind, subject)? {
        return Ok(known.id);
    }
    let feed = FeedRow { id: FeedId::generate(tx.now()), kind, subject_id: subject, created_at: tx.now() };
    store::feeds::insert(tx, tenant, &feed)?;
    events::feed(tx, "calendar_feed.created", &fact(&feed))?;
    Ok(feed.id)
}

/// Ends a calendar: whoever has its address reads it no longer.
///
/// # Errors
/// There is none.
pub fn revoke(tx: &mut Tx<'_>, kind: FeedKind, subject: Uuid) -> Result<(), Error> {
    let feed = store::feeds::of_subject(tx, kind, subject)?.ok_or(Error::NotFound("calendar"))?;
    let now = tx.now();
    if !store::feeds::revoke(tx, feed.id, now)? {
        return Err(Error::Raced);
    }
    events::feed(tx, "calendar_feed.revoked", &fact(&feed))
}

fn fact(feed: &FeedRow) -> FeedFact {
    FeedFact { id: feed.id.uuid(), kind: feed.kind, subject_id: feed.subject_id }
}

/// The file of a calendar.
///
/// # Errors
/// There is no such calendar, or the database failed.
pub fn file(me: &Appointments, read: &mut Read<'_>, id: FeedId) -> Result<String, Error> {
    let feed = store::feeds::get(read, id)?.ok_or(Error::NotFound("calendar"))?;
    let since = read.now().checked_sub(SignedDuration::from_hours(24 * BACK)).unwrap_or(Timestamp::MIN);
    let tenant = read.tenant().ok_or(Error::NotFound("tenant"))?;
    let user = UserId::from_uuid(feed.subject_id);
    let customer = match feed.kind {
        FeedKind::Person => me.line().customers().of_user(read, tenant, user)?,
        FeedKind::Site => None,
    };
    let mut filter = store::appointments::Filter {
        statuses: State::ALL.iter().copied().filter(|s| !matches!(s, State::Held | State::Expired)).collect(),
        from: Some(since),
        ..Default::default()
    };
    match feed.kind {
        // Whom they serve stands there for as long as they work here: the address outlives that.
        FeedKind::Person if works_here(me, read, tenant, user)? => filter.person = Some((customer, user)),
        FeedKind::Person => filter.own = Some((customer, user)),
        FeedKind::Site => filter.site = Some(usher_kernel::SiteId::from_uuid(feed.subject_id)),
    }
    let found = store::appointments::list(read, &filter, MOST)?;
    let mut events = Vec::new();
    for a in &found {
        let (user, theirs) = match feed.kind {
            FeedKind::Person => (Some(user), customer.is_some() && a.customer_id == customer),
            FeedKind::Site => (None, false),
        };
        match event(me, read, a, Sees { page: a.is_of(customer, user), name: !theirs }) {
            Ok(event) => events.push(event),
            // Of a site that was given up since nothing is left to be said.
            Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(calendar::file("Usher", &events))
}

/// Whether somebody works for the tenant now.
fn works_here(me: &Appointments, read: &mut Read<'_>, tenant: TenantId, user: UserId) -> Result<bool, Error> {
    let member = staff::member(me, read, tenant, user)?;
    if !member.is_some_and(|member| any_staff(&member.roles)) {
        return Ok(false);
    }
    let known = me.line().identity().people(read, &[user])?;
    Ok(known.get(&user).is_some_and(|user| user.status == UserStatus::Active))
}

/// The file of one appointment.
///
/// # Errors
/// The database failed.
pub fn one(me: &Appointments, read: &mut Read<'_>, a: &Appointment) -> Result<String, Error> {
    Ok(calendar::file("Usher", &[event(me, read, a, Sees { page: true, name: false })?]))
}

/// What the reader of a calendar sees of an appointment.
#[derive(Clone, Copy)]
struct Sees {
    /// Its own page and what to bring: for whom it is, and whoever booked it for them.
    page: bool,
    /// Who comes: for whoever gives the service or booked it for somebody else. The person knows.
    name: bool,
}

fn event(
    me: &Appointments,
    read: &mut Read<'_>,
    a: &Appointment,
    sees: Sees,
) -> Result<calendar::Event, Error> {
    let view = show::public(me, read, a)?;
    let place = [Some(view.site.name.clone()), view.site.address.clone()];
    let mut lines = vec![a.reference.clone()];
    let who = sees.name.then(|| a.name.clone()).flatten();
    if sees.page {
        lines.push(view.instructions);
    }
    lines.retain(|line| !line.is_empty());
    Ok(calendar::Event {
        uid: format!("{}@usher", a.id),
        sequence: a.version,
        stamp: read.now(),
        starts_at: a.starts_at,
        ends_at: a.ends_at,
        summary: [Some(view.service.name), who].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        description: lines.join("\n"),
        location: place.into_iter().flatten().collect::<Vec<_>>().join(", "),
        url: sees.page.then(|| me.address(&view.url)),
        cancelled: matches!(a.status, State::Cancelled | State::Expired),
    })
}
