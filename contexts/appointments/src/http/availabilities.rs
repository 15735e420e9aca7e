//! Deciding when services can be booked.

use usher_db::{Lane, Read};
use usher_http::{
    Access, Answered, Created, IfMatch, Json, NoContent, Path, Query, Routes, State, Versioned,
};
use usher_kernel::{Ctx, Fault, Page, PageQuery};

use super::{lane_at, write};
use crate::error::Error;
use crate::model::AvailabilityId;
use crate::model::scopes::{APPOINTMENTS_READ, AVAILABILITIES_WRITE};
use crate::ops::Appointments;
use crate::ops::configure::{AvailabilityInput, archive, create, one, update};
use crate::ops::staff::{self, AvailabilityView};
use crate::store;

pub(super) fn routes(routes: Routes<Appointments>) -> Routes<Appointments> {
    let write = || Access::scope(AVAILABILITIES_WRITE);
    let read = || Access::scope(APPOINTMENTS_READ);
    routes
        .get("/api/v1/tenants/{tenant}/availabilities", read(), list, |d| {
            d.summary("List when services can be booked")
                .query::<PageQuery>()
                .answer::<Page<AvailabilityView>>(200)
        })
        .post("/api/v1/tenants/{tenant}/availabilities", write(), make, |d| {
            d.summary("Have a service booked at a site")
                .body::<AvailabilityInput>()
                .answer::<AvailabilityView>(201)
        })
        .get("/api/v1/tenants/{tenant}/availabilities/{id}", read(), get, |d| {
            d.summary("Read when a service can be booked").answer::<AvailabilityView>(200)
        })
        .put("/api/v1/tenants/{tenant}/availabilities/{id}", write(), change, |d| {
            d.summary("Change when a service can be booked")
                .description("What is booked already stays as it was booked.")
                .body::<AvailabilityInput>()
                .answer::<AvailabilityView>(200)
                .fault("stale", 412)
        })
        .delete("/api/v1/tenants/{tenant}/availabilities/{id}", write(), remove, |d| {
            d.summary("No longer have a service booked at a site")
                .description("A refusal with the code `in_use` says in `count` how many are still to come.")
                .answer_empty(204)
                .fault("in_use", 409)
                .fault("stale", 412)
        })
}

async fn list(
    ctx: Ctx,
    State(me): State<Appointments>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<AvailabilityView>>, Fault> {
    let limit = query.limit();
    let after = query.after::<AvailabilityId>()?;
    let own = me.clone();
    let read = move |read: &mut Read<'_>| {
        let mut all = store::availabilities::all(read)?;
        all.retain(|a| read.caller().may_at(a.site_id) && after.is_none_or(|after| a.id > after));
        staff::availabilities(&own, read, all)
    };
    let all: Vec<AvailabilityView> = me.db().read(&ctx, read).await?;
    Ok(Json(Page::cut(all, limit, |a| a.availability.id.to_string())))
}

async fn make(
    ctx: Ctx,
    State(me): State<Appointments>,
    Json(input): Json<AvailabilityInput>,
) -> Result<Answered, Fault> {
    write(&ctx, &me, lane_at(&ctx, &me, input.site_id), move |me, tx| {
        let a = create(me, tx, &input)?;
        Ok(Versioned { version: a.version, answer: Created(staff::availability(me, tx, a)?) })
    })
    .await
}

async fn get(
    ctx: Ctx,
    State(me): State<Appointments>,
    Path(id): Path<AvailabilityId>,
) -> Result<Versioned<Json<AvailabilityView>>, Fault> {
    let own = me.clone();
    let read = move |read: &mut Read<'_>| {
        let found = store::availabilities::get(read, id)?.filter(|a| read.caller().may_at(a.site_id));
        staff::availability(&own, read, found.ok_or(Error::NotFound("availability"))?)
    };
    let a = me.db().read(&ctx, read).await?;
    Ok(Versioned { version: a.availability.version, answer: Json(a) })
}

async fn change(
    ctx: Ctx,
    State(me): State<Appointments>,
    Path(id): Path<AvailabilityId>,
    IfMatch(version): IfMatch,
    Json(input): Json<AvailabilityInput>,
) -> Result<Answered, Fault> {
    write(&ctx, &me, Lane::Tenant, move |me, tx| {
        let a = update(me, tx, id, &input, version)?;
        Ok(Versioned { version: a.version, answer: usher_http::Ok(staff::availability(me, tx, a)?) })
    })
    .await
}

async fn remove(
    ctx: Ctx,
    State(me): State<Appointments>,
    Path(id): Path<AvailabilityId>,
    IfMatch(version): IfMatch,
) -> Result<Answered, Fault> {
    write(&ctx, &me, Lane::Tenant, move |me, tx| {
        one(me, tx, id)?;
        archive(me, tx, id, version).map(|()| NoContent)
    })
    .await
}
