//! What anybody does without signing in: book a slot, and look after one's own appointment with its secret.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_db::{Lane, Read, Tx};
use usher_http::{Access, Answered, Created, Json, Path, Query, RateClass, Routes, State};
use usher_kernel::{Actor, Caller, Ctx, Fault, SystemCtx, Timestamp, UserId};
use usher_queueing::model::{Channel, ServiceId};
use usher_realtime::{Room, door};

use super::appointments::refusals;
use super::arrival::{Arrival, check_in_refusals, from_afar};
use super::slots::{Elsewhen, Slots, to_move};
use super::{calendar, site_named, works, write};
use crate::error::Error;
use crate::model::{Appointment, AppointmentId};
use crate::ops::book::{Book, Person, book};
use crate::ops::cancel::Cancel;
use crate::ops::confirm::Confirmation;
use crate::ops::reschedule::Move;
use crate::ops::show::{self, PublicAppointment};
use crate::ops::{self, Appointments, By, cancel, check_in, confirm, feed, reschedule};
use crate::store;

/// Somebody who books for themselves.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Booking {
    /// What for.
    service_id: ServiceId,
    /// When it begins: the beginning of a free slot.
    starts_at: Timestamp,
    /// With whom; with anybody when absent.
    #[serde(default)]
    staff_id: Option<UserId>,
    /// Their name; needed unless the slot is only held.
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
    /// What they want remembered.
    #[serde(default)]
    notes: Option<String>,
    /// The language they read.
    #[serde(default)]
    locale: Option<String>,
    /// Only hold it for some minutes, while they are typing.
    #[serde(default)]
    hold: bool,
    /// Whether whoever is signed in books for somebody else: then it is that person's, who is known by the number or the
    /// address given here, and whoever books sees it among their own.
    #[serde(default)]
    for_other: bool,
}

/// A booking with what opens its page.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct BookedPage {
    /// The appointment.
    #[serde(flatten)]
    page: PublicAppointment,
    /// Opens the appointment's page; nobody can guess it.
    secret: String,
}

/// From where on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Resume {
    /// The `id` of the last event that was heard; a browser's `Last-Event-ID` goes before it.
    since: Option<String>,
}

pub(super) fn routes(routes: Routes<Appointments>) -> Routes<Appointments> {
    let open = Access::public;
    routes
        .post("/api/v1/public/sites/{tenant}/{site}/appointments", open(), create, |d| {
            refusals(d.summary("Book a slot, or hold it").body::<Booking>().answer::<BookedPage>(201))
                .rate(RateClass::AnonymousIssue)
        })
        .get("/api/v1/public/appointments/{secret}", open(), page, |d| {
            d.summary("One's own appointment").answer::<PublicAppointment>(200)
        })
        .get("/api/v1/public/appointments/{secret}/slots", open(), slots_of, |d| {
            d.summary("Slots to which one's own appointment can be moved")
                .description(
                    "For as many as come to it: how many may come together guards new bookings and parties that grow, and no \
                     move.",
                )
                .query::<Elsewhen>()
                .answer::<Slots>(200)
        })
        .get("/api/v1/public/appointments/{secret}/events", open(), events, |d| {
            d.summary("Follow one's own appointment live")
                .query::<Resume>()
                .answer_raw(200, "text/event-stream", "A `snapshot`, then what happens to the appointment.")
                .stream()
        })
        .get("/api/v1/public/appointments/{secret}/calendar", open(), file, |d| {
            d.summary("One's own appointment as a calendar file").answer_raw(
                200,
                "text/calendar",
                "One event.",
            )
        })
        .post("/api/v1/public/appointments/{secret}/confirm", open(), confirm_it, |d| {
            d.summary("Make what is held firm")
                .body::<Confirmation>()
                .answer::<PublicAppointment>(200)
                .fault("not_allowed_in_state", 409)
                .fault("hold_ended", 409)
                .fault("person_limit", 409)
        })
        .post("/api/v1/public/appointments/{secret}/extend", open(), extend, |d| {
            d.summary("Hold it for longer")
                .answer::<PublicAppointment>(200)
                .fault("hold_ended", 409)
                .fault("hold_limit", 409)
        })
        .post("/api/v1/public/appointments/{secret}/reschedule", open(), move_it, |d| {
            refusals(d.summary("Move one's own appointment").body::<Move>())
                .answer::<PublicAppointment>(200)
                .fault("not_allowed_in_state", 409)
                .fault("too_late_to_change", 409)
        })
        .post("/api/v1/public/appointments/{secret}/cancel", open(), call_off, |d| {
            d.summary("Cancel one's own appointment, or let go what is held")
                .body::<Cancel>()
                .answer::<PublicAppointment>(200)
                .fault("not_allowed_in_state", 409)
                .fault("too_late_to_change", 409)
        })
        .post("/api/v1/public/appointments/{secret}/check-in", open(), come, |d| {
            let d = d.summary("Say that one is here").body::<Arrival>();
            from_afar(check_in_refusals(d.answer::<PublicAppointment>(200)))
        })
}

async fn create(
    ctx: Ctx,
    State(me): State<Appointments>,
    Path(site): Path<String>,
    Json(new): Json<Booking>,
) -> Result<Answered, Fault> {
    let site = site_named(&ctx, &me, &site)?;
    let user = ctx.actor.user();
    let wanted = Book {
        service_id: new.service_id,
        site_id: Some(site.id),
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
        customer_id: None,
        user_id: user.filter(|_| !new.for_other),
        booked_by: user.filter(|_| new.for_other),
        hold: new.hold,
        repeat: None,
        channel: Channel::Web,
    };
    write(&ctx, &me, Lane::Site(site.id), move |me, tx| {
        if !wanted.hold {
            wanted.person.sound()?.named(By::Person)?;
        }
        let booked = book(me, tx, &wanted, By::Person)?.first;
        let page = show::public(me, tx, &booked)?;
        Ok(Created(BookedPage { page, secret: me.pages().seal(booked.id) }))
    })
    .await
}

/// Whoever holds the secret, inside the appointment's tenant, and the writer of its site.
async fn holder(
    me: &Appointments,
    caller: &Arc<Caller>,
    secret: &str,
) -> Result<(Ctx, AppointmentId, Lane), Fault> {
    let wrong = || Fault::not_found("appointment");
    let id: AppointmentId = me.pages().open(secret).ok_or_else(wrong)?;
    let system = SystemCtx::for_caller(Arc::clone(caller));
    let found = me.db().read_system(&system, move |read| store::appointments::home_of(read, id)).await;
    let (tenant, site) = found.map_err(Error::from)?.ok_or_else(wrong)?;
    works(me, tenant)?;
    let mut holder = Caller::clone(caller);
    holder.actor = Actor::Link { kind: "appointment", id: id.uuid() };
    Ok((Ctx::new(tenant, Arc::new(holder)), id, Lane::Site(site)))
}

async fn page(
    caller: Arc<Caller>,
    State(me): State<Appointments>,
    Path(secret): Path<String>,
) -> Result<Json<PublicAppointment>, Fault> {
    let (ctx, id, _) = holder(&me, &caller, &secret).await?;
    let own = me.clone();
    let read = move |read: &mut Read<'_>| {
        let a = ops::appointment(read, id)?;
        show::public(&own, read, &a)
    };
    Ok(Json(me.db().read(&ctx, read).await?))
}

async fn slots_of(
    caller: Arc<Caller>,
    State(me): State<Appointments>,
    Path(secret): Path<String>,
    Query(wanted): Query<Elsewhen>,
) -> Result<Json<Slots>, Fault> {
    let (ctx, id, _) = holder(&me, &caller, &secret).await?;
    to_move(&ctx, &me, id, wanted).await
}

async fn events(
    caller: Arc<Caller>,
    State(me): State<Appointments>,
    Path(secret): Path<String>,
    Query(from): Query<Resume>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let (ctx, id, _) = holder(&me, &caller, &secret).await?;
    let room = Room::new(ctx.tenant, "appointment", id.uuid());
    let hub = me.line().hub();
    let since = hub.since(door::cursor(&headers, from.since.as_deref()));
    Ok(door::sse(hub.admit_unasked(Arc::clone(ctx.caller()), vec![room])?, since))
}

async fn file(
    caller: Arc<Caller>,
    State(me): State<Appointments>,
    Path(secret): Path<String>,
) -> Result<Response, Fault> {
    let (ctx, id, _) = holder(&me, &caller, &secret).await?;
    let own = me.clone();
    let read = move |read: &mut Read<'_>| {
        let a = ops::appointment(read, id)?;
        feed::one(&own, read, &a)
    };
    Ok(calendar(me.db().read(&ctx, read).await?))
}

/// Runs an operation on one's own appointment and answers with its page.
async fn mine(
    me: &Appointments,
    caller: &Arc<Caller>,
    secret: &str,
    mut f: impl FnMut(&Appointments, &mut Tx<'_>, AppointmentId) -> Result<Appointment, Error> + Send + 'static,
) -> Result<Answered, Fault> {
    let (ctx, id, lane) = holder(me, caller, secret).await?;
    write(&ctx, me, lane, move |me, tx| {
        let a = f(me, tx, id)?;
        Ok(usher_http::Ok(show::public(me, tx, &a)?))
    })
    .await
}

async fn confirm_it(
    caller: Arc<Caller>,
    State(me): State<Appointments>,
    Path(secret): Path<String>,
    Json(said): Json<Confirmation>,
) -> Result<Answered, Fault> {
    let user = caller.actor.user();
    mine(&me, &caller, &secret, move |me, tx, id| {
        confirm::confirm_as_said(me, tx, id, &said, user, By::Person)
    })
    .await
}

async fn extend(
    caller: Arc<Caller>,
    State(me): State<Appointments>,
    Path(secret): Path<String>,
) -> Result<Answered, Fault> {
    mine(&me, &caller, &secret, |me, tx, id| confirm::extend(me, tx, id, By::Person)).await
}

async fn move_it(
    caller: Arc<Caller>,
    State(me): State<Appointments>,
    Path(secret): Path<String>,
    Json(to): Json<Move>,
) -> Result<Answered, Fault> {
    mine(&me, &caller, &secret, move |me, tx, id| reschedule::reschedule(me, tx, id, &to, By::Person)).await
}

async fn call_off(
    caller: Arc<Caller>,
    State(me): State<Appointments>,
    Path(secret): Path<String>,
    Json(how): Json<Cancel>,
) -> Result<Answered, Fault> {
    mine(&me, &caller, &secret, move |me, tx, id| cancel::cancel(me, tx, id, &how, By::Person)).await
}

async fn come(
    caller: Arc<Caller>,
    State(me): State<Appointments>,
    Path(secret): Path<String>,
    Json(arrival): Json<Arrival>,
) -> Result<Answered, Fault> {
    mine(&me, &caller, &secret, move |me, tx, id| {
        Ok(check_in::check_in(me, tx, id, By::Person, arrival.proof())?.0)
    })
    .await
}
