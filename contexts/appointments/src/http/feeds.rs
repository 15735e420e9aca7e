//! Calendars that other programs subscribe to: one's own, and those of sites.

use std::sync::Arc;

use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;
use usher_db::{Lane, Read};
use usher_http::{Access, Answered, NoContent, Path, Routes, State};
use usher_kernel::{Caller, Ctx, Fault, FaultKind, SystemCtx};
use uuid::Uuid;

use super::{calendar, site_named, works, write};
use crate::error::Error;
use crate::model::scopes::APPOINTMENTS_READ;
use crate::model::{FeedId, FeedKind};
use crate::ops::{Appointments, feed};
use crate::store;

/// The address of a calendar.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct FeedView {
    /// Whoever has it reads the calendar; ending the calendar makes it worthless.
    url: String,
}

pub(super) fn routes(routes: Routes<Appointments>) -> Routes<Appointments> {
    let own = Access::signed_in;
    let staff = || Access::scope(APPOINTMENTS_READ);
    routes
        .post("/api/v1/tenants/{tenant}/calendar", own(), open_own, |d| {
            d.summary("The address of the calendar of one's own appointments")
                .answer::<FeedView>(200)
                .secret_answer()
        })
        .delete("/api/v1/tenants/{tenant}/calendar", own(), end_own, |d| {
            d.summary("End one's own calendar").answer_empty(204)
        })
        .post("/api/v1/tenants/{tenant}/sites/{site}/calendar", staff(), open_site, |d| {
            d.summary("The address of the calendar of a site's appointments")
                .answer::<FeedView>(200)
                .secret_answer()
        })
        .delete("/api/v1/tenants/{tenant}/sites/{site}/calendar", staff(), end_site, |d| {
            d.summary("End the calendar of a site").answer_empty(204)
        })
        .get("/api/v1/public/calendars/{secret}", Access::public(), file, |d| {
            d.summary("A calendar to subscribe to").answer_raw(200, "text/calendar", "The appointments.")
        })
}

fn person(ctx: &Ctx) -> Result<Uuid, Fault> {
    let text = "Only people have a calendar of their own.";
    let nobody = || Fault::new(FaultKind::Conflict, "not_a_person", text);
    ctx.actor.user().map(usher_kernel::Id::uuid).ok_or_else(nobody)
}

/// A site where the caller works.
fn site(ctx: &Ctx, me: &Appointments, name: &str) -> Result<Uuid, Fault> {
    let site = site_named(ctx, me, name)?;
    ctx.require_site(site.id)?;
    Ok(site.id.uuid())
}

async fn open(ctx: &Ctx, me: &Appointments, kind: FeedKind, subject: Uuid) -> Result<Answered, Fault> {
    write(ctx, me, Lane::Tenant, move |me, tx| {
        let id = feed::open(tx, kind, subject)?;
        let path = format!("/api/v1/public/calendars/{}", me.feeds().seal(id));
        Ok(usher_http::Ok(FeedView { url: me.address(&path) }))
    })
    .await
}

async fn end(ctx: &Ctx, me: &Appointments, kind: FeedKind, subject: Uuid) -> Result<Answered, Fault> {
    write(ctx, me, Lane::Tenant, move |_, tx| feed::revoke(tx, kind, subject).map(|()| NoContent)).await
}

async fn open_own(ctx: Ctx, State(me): State<Appointments>) -> Result<Answered, Fault> {
    open(&ctx, &me, FeedKind::Person, person(&ctx)?).await
}

async fn end_own(ctx: Ctx, State(me): State<Appointments>) -> Result<Answered, Fault> {
    end(&ctx, &me, FeedKind::Person, person(&ctx)?).await
}

async fn open_site(
    ctx: Ctx,
    State(me): State<Appointments>,
    Path(name): Path<String>,
) -> Result<Answered, Fault> {
    open(&ctx, &me, FeedKind::Site, site(&ctx, &me, &name)?).await
}

async fn end_site(
    ctx: Ctx,
    State(me): State<Appointments>,
    Path(name): Path<String>,
) -> Result<Answered, Fault> {
    end(&ctx, &me, FeedKind::Site, site(&ctx, &me, &name)?).await
}

async fn file(
    caller: Arc<Caller>,
    State(me): State<Appointments>,
    Path(secret): Path<String>,
) -> Result<Response, Fault> {
    let wrong = || Fault::not_found("calendar");
    let id: FeedId = me.feeds().open(&secret).ok_or_else(wrong)?;
    let system = SystemCtx::for_caller(Arc::clone(&caller));
    let found = me.db().read_system(&system, move |read| store::feeds::tenant_of(read, id)).await;
    let tenant = found.map_err(Error::from)?.ok_or_else(wrong)?;
    works(&me, tenant)?;
    let own = me.clone();
    let read = move |read: &mut Read<'_>| feed::file(&own, read, id);
    Ok(calendar(me.db().read(&system.within(tenant), read).await?))
}
