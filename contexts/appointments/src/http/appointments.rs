//! Appointments as document 001 has them: staff see and change all of them, people their own.

use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_customers::CustomerId;
use usher_db::{Lane, Read, Tx};
use usher_http::{
    Access, Answered, Created, IfMatch, Json, NoContent, Path, Query, Routes, State, Versioned,
};
use usher_kernel::{Change, Ctx, Fault, Page, PageQuery, SiteId, Timestamp, UserId};
use usher_queueing::model::{Channel, ServiceId};
use usher_queueing::ops::show::TicketView;

use super::arrival::{Arrival, check_in_refusals, from_afar};
use super::{calendar, lane_at, lane_of, write};
use crate::error::Error;
use crate::model::scopes::{APPOINTMENTS_READ, APPOINTMENTS_WRITE};
use crate::model::{Appointment, AppointmentId, Repeat, SeriesId, State as Standing};
use crate::ops::book::{Book, Person, book};
use crate::ops::cancel::Cancel;
use crate::ops::confirm::Confirmation;
use crate::ops::edit::Edit;
use crate::ops::reschedule::Move;
use crate::ops::show::{self, AppointmentView};
use crate::ops::{self, Appointments, By, cancel, check_in, confirm, customer, edit, feed, reschedule};
use crate::store;
use crate::store::appointments::Filter;

/// A slot to be booked, and for whom.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewAppointment {
    /// What for.
    service_id: ServiceId,
    /// When it begins: the beginning of a free slot.
    starts_at: Timestamp,
    /// Where; the tenant's default site when absent.
    #[serde(default)]
    site_id: Option<SiteId>,
    /// With whom; with anybody when absent.
    #[serde(default)]
    staff_id: Option<UserId>,
    /// The person's name.
    #[serde(default)]
    name: Option<String>,
    /// Their phone number.
    #[serde(default)]
    phone: Option<String>,
    /// Their e-mail address.
    #[serde(default)]
    email: Option<String>,
    /// How many people; 1 when absent.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    party_size: Option<i64>,
    /// What is to be remembered.
    #[serde(default)]
    notes: Option<String>,
    /// The language the person reads.
    #[serde(default)]
    locale: Option<String>,
    /// The person, where known; only staff book for others.
    #[serde(default)]
    customer_id: Option<CustomerId>,
    /// Only hold it for some minutes.
    #[serde(default)]
    hold: bool,
    /// How it comes back.
    #[serde(default)]
    repeat: Option<Repeat>,
    /// Whether it is for somebody else than who is signed in: then it is that person's, who is known by the number or the
    /// address given here, and whoever books sees it among their own. Staff always book for others.
    #[serde(default)]
    for_other: bool,
}

/// What was booked.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct BookedView {
    /// The appointment, or the first of the series.
    #[serde(flatten)]
    appointment: AppointmentView,
    /// The others of the series.
    series: Vec<AppointmentView>,
    /// Times of the series that were not free and left out.
    skipped: Vec<Timestamp>,
}

/// A change of an appointment; what is absent stays, null empties. With another time it is moved.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct AppointmentChange {
    /// When it shall begin.
    starts_at: Option<Timestamp>,
    /// With whom it shall be; only together with another time.
    staff_id: Option<UserId>,
    /// The person's name.
    name: Change<String>,
    /// Their phone number.
    phone: Change<String>,
    /// Their e-mail address.
    email: Change<String>,
    /// How many people.
    #[schemars(range(min = 1, max = 100))]
    party_size: Option<i64>,
    /// What is to be remembered.
    notes: Change<String>,
    /// The language the person reads.
    locale: Change<String>,
}

/// Which appointments.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct AppointmentFilter {
    #[serde(flatten)]
    page: PageQuery,
    /// In these states.
    status: Vec<Standing>,
    /// At this site.
    site_id: Option<SiteId>,
    /// For this service.
    service_id: Option<ServiceId>,
    /// With this member of staff.
    staff_id: Option<UserId>,
    /// Of this customer.
    customer_id: Option<CustomerId>,
    /// Of this series.
    series_id: Option<SeriesId>,
    /// A piece of the name, the phone number, the address or the reference.
    q: Option<String>,
    /// Beginning at or after.
    from: Option<Timestamp>,
    /// Beginning before.
    to: Option<Timestamp>,
}

/// Somebody who checked in, with their ticket.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct CheckedIn {
    /// The appointment.
    #[serde(flatten)]
    appointment: AppointmentView,
    /// The ticket that it became.
    ticket: TicketView,
}

const ALL: &str = "/api/v1/tenants/{tenant}/tickets/appointments";

pub(super) fn routes(routes: Routes<Appointments>) -> Routes<Appointments> {
    let anybody = Access::signed_in;
    routes
        .get(ALL, anybody(), list, |d| {
            d.summary("Find appointments, the earliest first: staff all of them, others their own")
                .query::<AppointmentFilter>()
                .answer::<Page<AppointmentView>>(200)
        })
        .post(ALL, anybody(), create, |d| {
            refusals(d.summary("Book a slot, or hold it").body::<NewAppointment>().answer::<BookedView>(201))
                .fault("series_taken", 409)
        })
        .get("/api/v1/tenants/{tenant}/tickets/appointments/{id}", anybody(), read, |d| {
            d.summary("Read an appointment").answer::<AppointmentView>(200)
        })
        .put("/api/v1/tenants/{tenant}/tickets/appointments/{id}", anybody(), change, |d| {
            refusals(d.summary("Change or move an appointment").body::<AppointmentChange>())
                .answer::<AppointmentView>(200)
                .fault("too_late_to_change", 409)
                .fault("stale", 412)
        })
        .delete("/api/v1/tenants/{tenant}/tickets/appointments/{id}", anybody(), delete, |d| {
            d.summary("Cancel an appointment")
                .answer_empty(204)
                .fault("not_allowed_in_state", 409)
                .fault("too_late_to_change", 409)
        })
        .post("/api/v1/tenants/{tenant}/tickets/appointments/{id}/confirm", anybody(), confirm_it, |d| {
            d.summary("Make a held appointment firm")
                .body::<Confirmation>()
                .answer::<AppointmentView>(200)
                .fault("not_allowed_in_state", 409)
                .fault("hold_ended", 409)
                .fault("person_limit", 409)
        })
        .post("/api/v1/tenants/{tenant}/tickets/appointments/{id}/extend", anybody(), extend, |d| {
            d.summary("Hold a held appointment for longer")
                .answer::<AppointmentView>(200)
                .fault("hold_ended", 409)
                .fault("hold_limit", 409)
        })
        .post("/api/v1/tenants/{tenant}/tickets/appointments/{id}/reschedule", anybody(), move_it, |d| {
            refusals(d.summary("Move an appointment to another slot").body::<Move>())
                .answer::<AppointmentView>(200)
                .fault("too_late_to_change", 409)
        })
        .post("/api/v1/tenants/{tenant}/tickets/appointments/{id}/cancel", anybody(), call_off, |d| {
            d.summary("Cancel an appointment with a reason, or it and those that follow")
                .body::<Cancel>()
                .answer::<AppointmentView>(200)
                .fault("not_allowed_in_state", 409)
                .fault("too_late_to_change", 409)
        })
        .post("/api/v1/tenants/{tenant}/tickets/appointments/{id}/check-in", anybody(), come, |d| {
            let d = d.summary("Take somebody who booked into the line").body::<Arrival>();
            from_afar(check_in_refusals(d.answer::<CheckedIn>(200)))
        })
        .post(
            "/api/v1/tenants/{tenant}/tickets/appointments/{id}/no-show",
            Access::scope(APPOINTMENTS_WRITE),
            missed,
            |d| {
                d.summary("Note that the person did not come")
                    .answer::<AppointmentView>(200)
                    .fault("not_allowed_in_state", 409)
                    .fault("not_missed_yet", 409)
            },
        )
        .get("/api/v1/tenants/{tenant}/tickets/appointments/{id}/calendar", anybody(), file, |d| {
            d.summary("An appointment as a calendar file").answer_raw(200, "text/calendar", "One event.")
        })
}

/// The ways in which a slot cannot be had.
pub(super) fn refusals(docs: usher_http::Docs) -> usher_http::Docs {
    docs.fault("slot_taken", 409)
        .fault("site_closed", 409)
        .fault("person_limit", 409)
        .fault("changed_meanwhile", 409)
        .fault("no_appointments", 422)
        .fault("not_a_slot", 422)
        .fault("too_soon", 422)
        .fault("too_far", 422)
}

/// An appointment that the caller reaches: staff those of their sites, others their own.
fn known(
    me: &Appointments,
    read: &mut Read<'_>,
    id: AppointmentId,
    staff: bool,
) -> Result<Appointment, Error> {
    let a = ops::appointment(read, id)?;
    let at_site = staff && read.caller().may_at(a.site_id);
    let user = read.caller().actor.user();
    let reached = at_site || a.is_of(customer::own(me, read)?, user);
    if reached { Ok(a) } else { Err(Error::NotFound("appointment")) }
}

async fn list(
    ctx: Ctx,
    State(me): State<Appointments>,
    Query(asked): Query<AppointmentFilter>,
) -> Result<Json<Page<AppointmentView>>, Fault> {
    let limit = asked.page.limit();
    let filter = Filter {
        statuses: asked.status,
        site: asked.site_id,
        service: asked.service_id,
        staff: asked.staff_id,
        customer: asked.customer_id,
        own: None,
        person: None,
        series: asked.series_id,
        search: asked.q.filter(|q| !q.trim().is_empty()),
        from: asked.from,
        to: asked.to,
        after: asked.page.after_moment()?,
        sites: ctx.sites.to_vec(),
    };
    let staff = ctx.may(&APPOINTMENTS_READ);
    let own = me.clone();
    let read = move |read: &mut Read<'_>| {
        let mut filter = filter.clone();
        if !staff {
            let Some(user) = read.caller().actor.user() else { return Ok(Vec::new()) };
            filter.own = Some((customer::own(&own, read)?, user));
            filter.customer = None;
            filter.sites = Vec::new();
        }
        let found = store::appointments::list(read, &filter, limit + 1)?;
        show::appointments(&own, read, &found)
    };
    let items = me.db().read(&ctx, read).await?;
    Ok(Json(Page::cut(items, limit, |a| format!("{} {}", a.starts_at, a.id))))
}

async fn create(
    ctx: Ctx,
    State(me): State<Appointments>,
    Json(new): Json<NewAppointment>,
) -> Result<Answered, Fault> {
    let by = By::of(ctx.caller());
    if new.customer_id.is_some() && !by.is_staff() {
        return Err(Fault::field("customer_id", "not_yours", "Only staff book for others."));
    }
    let user = ctx.actor.user().filter(|_| !by.is_staff());
    let wanted = Book {
        service_id: new.service_id,
        site_id: new.site_id,
        staff_id: new.staff_id,
        starts_at: new.starts_at,
        person: Person {
            name: new.name,
            phone: new.phone,
            email: new.email,
            party_size: new.party_size,
            notes: new.notes,
            locale: new.locale,
        },
        customer_id: new.customer_id,
        user_id: user.filter(|_| !new.for_other),
        booked_by: user.filter(|_| new.for_other),
        hold: new.hold,
        repeat: new.repeat,
        channel: if by.is_staff() { Channel::Staff } else { Channel::Mobile },
    };
    write(&ctx, &me, lane_at(&ctx, &me, wanted.site_id), move |me, tx| {
        let booked = book(me, tx, &wanted, by)?;
        let series = show::appointments(me, tx, &booked.more)?;
        let appointment = show::appointment(me, tx, &booked.first)?;
        let version = appointment.version;
        let answer = Created(BookedView { appointment, series, skipped: booked.skipped });
        Ok(Versioned { version, answer })
    })
    .await
}

async fn read(
    ctx: Ctx,
    State(me): State<Appointments>,
    Path(id): Path<AppointmentId>,
) -> Result<Versioned<Json<AppointmentView>>, Fault> {
    let (own, staff) = (me.clone(), ctx.may(&APPOINTMENTS_READ));
    let read = move |read: &mut Read<'_>| {
        let a = known(&own, read, id, staff)?;
        show::appointment(&own, read, &a)
    };
    let view = me.db().read(&ctx, read).await?;
    Ok(Versioned { version: view.version, answer: Json(view) })
}

/// Runs an operation on one appointment that the caller reaches, and answers with it.
async fn on(
    ctx: &Ctx,
    me: &Appointments,
    id: AppointmentId,
    mut f: impl FnMut(&Appointments, &mut Tx<'_>, By) -> Result<Appointment, Error> + Send + 'static,
) -> Result<Answered, Fault> {
    let by = By::of(ctx.caller());
    write(ctx, me, lane_of(ctx, me, id).await?, move |me, tx| {
        known(me, tx, id, by.is_staff())?;
        let a = f(me, tx, by)?;
        let view = show::appointment(me, tx, &a)?;
        Ok(Versioned { version: view.version, answer: usher_http::Ok(view) })
    })
    .await
}

async fn change(
    ctx: Ctx,
    State(me): State<Appointments>,
    Path(id): Path<AppointmentId>,
    IfMatch(version): IfMatch,
    Json(change): Json<AppointmentChange>,
) -> Result<Answered, Fault> {
    on(&ctx, &me, id, move |me, tx, by| {
        let mut a = ops::appointment(tx, id)?;
        edit::fresh(version, a.version)?;
        // What a client read and sends back moves nothing.
        if let Some(starts_at) = change.starts_at.filter(|at| *at != a.starts_at) {
            a = reschedule::reschedule(me, tx, id, &Move { starts_at, staff_id: change.staff_id }, by)?;
        }
        let said = Edit {
            name: change.name.clone(),
            phone: change.phone.clone(),
            email: change.email.clone(),
            party_size: change.party_size,
            notes: change.notes.clone(),
            locale: change.locale.clone(),
        };
        if said.says_nothing() { Ok(a) } else { edit::edit(me, tx, id, &said, None, by) }
    })
    .await
}

async fn delete(
    ctx: Ctx,
    State(me): State<Appointments>,
    Path(id): Path<AppointmentId>,
) -> Result<NoContent, Fault> {
    let (by, own) = (By::of(ctx.caller()), me.clone());
    let lane: Lane = lane_of(&ctx, &me, id).await?;
    let write = move |tx: &mut Tx<'_>| {
        known(&own, tx, id, by.is_staff())?;
        cancel::cancel(&own, tx, id, &Cancel::default(), by).map(|_| ())
    };
    me.db().write(&ctx, lane, write).await?;
    Ok(NoContent)
}

async fn confirm_it(
    ctx: Ctx,
    State(me): State<Appointments>,
    Path(id): Path<AppointmentId>,
    Json(said): Json<Confirmation>,
) -> Result<Answered, Fault> {
    let user = ctx.actor.user();
    on(&ctx, &me, id, move |me, tx, by| confirm::confirm_as_said(me, tx, id, &said, user, by)).await
}

async fn extend(
    ctx: Ctx,
    State(me): State<Appointments>,
    Path(id): Path<AppointmentId>,
) -> Result<Answered, Fault> {
    on(&ctx, &me, id, move |me, tx, by| confirm::extend(me, tx, id, by)).await
}

async fn move_it(
    ctx: Ctx,
    State(me): State<Appointments>,
    Path(id): Path<AppointmentId>,
    Json(to): Json<Move>,
) -> Result<Answered, Fault> {
    on(&ctx, &me, id, move |me, tx, by| reschedule::reschedule(me, tx, id, &to, by)).await
}

async fn call_off(
    ctx: Ctx,
    State(me): State<Appointments>,
    Path(id): Path<AppointmentId>,
    Json(how): Json<Cancel>,
) -> Result<Answered, Fault> {
    on(&ctx, &me, id, move |me, tx, by| cancel::cancel(me, tx, id, &how, by)).await
}

async fn come(
    ctx: Ctx,
    State(me): State<Appointments>,
    Path(id): Path<AppointmentId>,
    Json(arrival): Json<Arrival>,
) -> Result<Answered, Fault> {
    let by = By::of(ctx.caller());
    write(&ctx, &me, lane_of(&ctx, &me, id).await?, move |me, tx| {
        known(me, tx, id, by.is_staff())?;
        let (a, ticket) = check_in::check_in(me, tx, id, by, arrival.proof())?;
        let config = me.line().config(tx)?;
        let ticket = usher_queueing::ops::show::ticket(me.line(), &config, &ticket, tx.now());
        Ok(usher_http::Ok(CheckedIn { appointment: show::appointment(me, tx, &a)?, ticket }))
    })
    .await
}

async fn missed(
    ctx: Ctx,
    State(me): State<Appointments>,
    Path(id): Path<AppointmentId>,
) -> Result<Answered, Fault> {
    on(&ctx, &me, id, move |me, tx, _| edit::no_show(me, tx, id)).await
}

async fn file(
    ctx: Ctx,
    State(me): State<Appointments>,
    Path(id): Path<AppointmentId>,
) -> Result<Response, Fault> {
    let (own, staff) = (me.clone(), ctx.may(&APPOINTMENTS_READ));
    let read = move |read: &mut Read<'_>| {
        let a = known(&own, read, id, staff)?;
        feed::one(&own, read, &a)
    };
    Ok(calendar(me.db().read(&ctx, read).await?))
}
