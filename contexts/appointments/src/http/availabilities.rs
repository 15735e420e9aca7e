//! Deciding when services can be booked.

use usher_db::{Lane, Read};
use usher_http::{
    Access, Answered, Created, IfMatch, Json, NoContent, Path, Query, Routes, State, Versioned,
};
use usher_kernel::{Ctx, Fault, Page, PageQuery};

use super::{lane_at, write};
use crate::error::Error;
use crate::model::scopes::{APPOINTMENTS_READ, AVAILABILITIES_WRITE};
use crate::model::{Availability, AvailabilityId};
use crate::ops::Appointments;
use crate::ops::configure::{AvailabilityInput, archive, create, one, update};
use crate::store;

pub(super) fn routes(routes: Routes<Appointments>) -> Routes<Appointments> {
    let write = || Access::scope(AVAILABILITIES_WRITE);
    let read = || Access::scope(APPOINTMENTS_READ);
    routes
        .get("/api/v1/tenants/{tenant}/availabilities", read(), list, |d| {
            d.summary("List when services can be booked")
                .query::<PageQuery>()
                .answer::<Page<Availability>>(200)
        })
        .post("/api/v1/tenants/{tenant}/availabilities", write(), make, |d| {
            d.summary("Have a service booked at a site")
                .body::<AvailabilityInput>()
                .answer::<Availability>(201)
        })
        .get("/api/v1/tenants/{tenant}/availabilities/{id}", read(), get, |d| {
            d.summary("Read when a service can be booked").answer::<Availability>(200)
        })
        .put("/api/v1/tenants/{tenant}/availabilities/{id}", write(), change, |d| {
            d.summary("Change when a service can be booked")
                .description("What is booked already stays as it was booked.")
                .body::<AvailabilityInput>()
                .answer::<Availability>(200)
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
) -> Result<Json<Page<Availability>>, Fault> {
    let limit = query.limit();
    let after = query.after::<AvailabilityId>()?;
    let read = |read: &mut Read<'_>| store::availabilities::all(read).map_err(Error::from);
    let all = me.db().read(&ctx, read).await?;
    let behind = all.into_iter().filter(|a| ctx.may_at(a.site_id) && after.is_none_or(|after| a.id > after));
    Ok(Json(Page::cut(behind.collect(), limit, |a| a.id.to_string())))
}

async fn make(
    ctx: Ctx,
    State(me): State<Appointments>,
    Json(input): Json<AvailabilityInput>,
) -> Result<Answered, Fault> {
    write(&ctx, &me, lane_at(&ctx, &me, input.site_id), move |me, tx| {
        let a = create(me, tx, &input)?;
        Ok(Versioned { version: a.version, answer: Created(a) })
    })
    .await
}

async fn get(
    ctx: Ctx,
    State(me): State<Appointments>,
    Path(id): Path<AvailabilityId>,
) -> Result<Versioned<Json<Availability>>, Fault> {
    let found = me.db().read(&ctx, move |read| store::availabilities::get(read, id)).await?;
    let a = found.filter(|a| ctx.may_at(a.site_id)).ok_or_else(|| Fault::not_found("availability"))?;
    Ok(Versioned { version: a.version, answer: Json(a) })
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
        Ok(Versioned { version: a.version, answer: usher_http::Ok(a) })
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
