//! Free slots, for staff, for everybody, and for whoever moves their own appointment.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_db::Read;
use usher_http::{Access, Json, Path, Query, Routes, State};
use usher_kernel::civil::Date;
use usher_kernel::{Ctx, Fault, SiteId, UserId};
use usher_queueing::model::ServiceId;

use super::site_named;
use crate::error::Error;
use crate::model::scopes::APPOINTMENTS_READ;
use crate::model::{AppointmentId, Day, Slot};
use crate::ops::place::{MOST_DAYS, days, guards_move, next_free, offer, offers};
use crate::ops::show::{PlaceView, ServiceView};
use crate::ops::staff::{BookableStaff, bookable_staff};
use crate::ops::{self, Appointments, By, show};
use crate::store;

/// Which slots.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// What for.
    service_id: ServiceId,
    /// Where; the tenant's default site when absent. In a public path the path says it.
    site_id: Option<SiteId>,
    /// With whom; with anybody when absent.
    staff_id: Option<UserId>,
    /// The first date, in the site's time; today when absent.
    from: Option<Date>,
    /// How many days, 1 to 31; 7 when absent.
    #[schemars(range(min = 1, max = 31))]
    days: Option<i64>,
    /// For how many people who come together, 1 to 100; 1 when absent.
    #[schemars(range(min = 1, max = 100))]
    party_size: Option<i64>,
}

/// Which slots an appointment is to be moved to.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Elsewhen {
    /// With whom; with anybody when absent.
    staff_id: Option<UserId>,
    /// The first date, in the site's time; today when absent.
    from: Option<Date>,
    /// How many days, 1 to 31; 7 when absent.
    #[schemars(range(min = 1, max = 31))]
    days: Option<i64>,
}

/// The slots of some days.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Slots {
    /// Where.
    site: PlaceView,
    /// What for.
    service: ServiceView,
    /// The days, in order.
    days: Vec<Day>,
    /// The next slot with a free place within three months.
    next: Option<Slot>,
    /// With whom one can book, by name; empty where nobody in particular can be chosen.
    people: Vec<BookableStaff>,
    /// How many people may come together where they book for themselves.
    max_party: i64,
}

/// What can be booked at a site.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Bookable {
    /// Where.
    site: PlaceView,
    /// The services, each with its next free slot.
    services: Vec<BookableService>,
}

/// A service that takes appointments.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct BookableService {
    /// The service.
    #[serde(flatten)]
    service: ServiceView,
    /// How long an appointment takes.
    duration_minutes: i64,
    /// What to bring.
    instructions: String,
    /// The next slot with a free place within three months.
    next: Option<Slot>,
}

pub(super) fn routes(routes: Routes<Appointments>) -> Routes<Appointments> {
    routes
        .get("/api/v1/tenants/{tenant}/slots", Access::scope(APPOINTMENTS_READ), for_staff, |d| {
            d.summary("Slots that staff can book").query::<Wanted>().answer::<Slots>(200)
        })
        .get("/api/v1/public/sites/{tenant}/{site}/slots", Access::public(), for_all, |d| {
            d.summary("Slots that anybody can book").query::<Wanted>().answer::<Slots>(200)
        })
        .get("/api/v1/public/sites/{tenant}/{site}/bookable", Access::public(), bookable, |d| {
            d.summary("The services that take appointments at a site").answer::<Bookable>(200)
        })
}

async fn for_staff(
    ctx: Ctx,
    State(me): State<Appointments>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Slots>, Fault> {
    found(&ctx, &me, wanted, By::Staff).await
}

async fn for_all(
    ctx: Ctx,
    State(me): State<Appointments>,
    Path(site): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Slots>, Fault> {
    let site = site_named(&ctx, &me, &site)?;
    found(&ctx, &me, Wanted { site_id: Some(site.id), ..wanted }, By::Person).await
}

async fn found(ctx: &Ctx, me: &Appointments, wanted: Wanted, by: By) -> Result<Json<Slots>, Fault> {
    let count = day_count(wanted.days)?;
    if wanted.party_size.is_some_and(|people| !(1..=100).contains(&people)) {
        return Err(Fault::field("party_size", "out_of_range", "Give a whole number from 1 to 100."));
    }
    let own = me.clone();
    let read = move |read: &mut Read<'_>| {
        let asked = Asked {
            service: wanted.service_id,
            site: wanted.site_id,
            staff: wanted.staff_id,
            people: wanted.party_size,
            by,
            limits: by,
        };
        slots(&own, read, &asked, wanted.from, count)
    };
    Ok(Json(me.db().read(ctx, read).await?))
}

/// The slots to which an appointment can be moved by its person, for as many as come to it.
pub(super) async fn to_move(
    ctx: &Ctx,
    me: &Appointments,
    id: AppointmentId,
    wanted: Elsewhen,
) -> Result<Json<Slots>, Fault> {
    let count = day_count(wanted.days)?;
    let (own, by) = (me.clone(), By::Person);
    let read = move |read: &mut Read<'_>| {
        let a = ops::appointment(read, id)?;
        let rules = store::availabilities::ever(read, a.availability_id)?;
        let rules = rules.ok_or(Error::NotFound("availability"))?.rules;
        let asked = Asked {
            service: a.service_id,
            site: Some(a.site_id),
            staff: wanted.staff_id,
            people: Some(a.party_size),
            by,
            limits: guards_move(&rules, a.party_size, by),
        };
        slots(&own, read, &asked, wanted.from, count)
    };
    Ok(Json(me.db().read(ctx, read).await?))
}

/// How many days are asked for.
fn day_count(days: Option<i64>) -> Result<i64, Fault> {
    let count = days.unwrap_or(7);
    if (1..=MOST_DAYS).contains(&count) {
        return Ok(count);
    }
    let text = format!("Give a whole number from 1 to {MOST_DAYS}.");
    Err(Fault::field("days", "out_of_range", text))
}

/// What slots are looked for.
struct Asked {
    service: ServiceId,
    site: Option<SiteId>,
    staff: Option<UserId>,
    /// How many come together.
    people: Option<i64>,
    by: By,
    /// Whose limit of how many may come together counts.
    limits: By,
}

fn slots(
    me: &Appointments,
    read: &mut Read<'_>,
    asked: &Asked,
    from: Option<Date>,
    count: i64,
) -> Result<Slots, Error> {
    let Asked { service, site, staff, people, by, limits } = *asked;
    let all = offer(me, read, service, site, None, by)?;
    let (with, max_party) = (bookable_staff(me, read, &all)?, all.max_party());
    let offer = match staff {
        Some(_) => offer(me, read, service, site, staff, by)?,
        None => all,
    };
    let offer = offer.for_party(people, limits)?;
    let today = offer.site.zone().to_datetime(read.now()).date();
    let from = from.unwrap_or(today).max(today);
    Ok(Slots {
        site: show::place(me, offer.site.tenant_id, offer.site.id)?,
        service: show::service(me, read, offer.service.id)?,
        days: days(read, &offer, from, count, by)?,
        next: next_free(read, &offer, by)?,
        people: with,
        max_party,
    })
}

async fn bookable(
    ctx: Ctx,
    State(me): State<Appointments>,
    Path(site): Path<String>,
) -> Result<Json<Bookable>, Fault> {
    let site = site_named(&ctx, &me, &site)?;
    let own = me.clone();
    let read = move |read: &mut Read<'_>| {
        let mut services: Vec<BookableService> = Vec::new();
        for offer in offers(&own, read, &site, By::Person)? {
            let Some(rules) = offer.by.first().map(|a| &a.rules) else { continue };
            services.push(BookableService {
                service: show::service(&own, read, offer.service.id)?,
                duration_minutes: rules.duration_minutes,
                instructions: rules.instructions.clone(),
                next: next_free(read, &offer, By::Person)?,
            });
        }
        Ok::<_, Error>(Bookable { site: show::place(&own, site.tenant_id, site.id)?, services })
    };
    Ok(Json(me.db().read(&ctx, read).await?))
}
