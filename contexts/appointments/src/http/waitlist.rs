//! The waitlist, for staff and for those who wait.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_db::{Lane, Read, Tx};
use usher_http::{
    Access, Answered, Created, Json, NoContent, Path, Query, RateClass, Routes, State, Versioned,
};
use usher_kernel::{Actor, Caller, Ctx, Fault, Page, PageQuery, SiteId, SystemCtx};
use usher_queueing::model::ServiceId;

use super::{lane_at, site_named, works, write};
use crate::error::Error;
use crate::model::scopes::{APPOINTMENTS_READ, APPOINTMENTS_WRITE};
use crate::model::{EntryState, WaitlistId};
use crate::ops::show::{self, AppointmentView, EntryView, PublicEntry};
use crate::ops::waitlist::{Wish, accept, entry, join, leave};
use crate::ops::{Appointments, By};
use crate::store;
use crate::store::waitlist::Filter;

/// Who on the waitlist.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct WaitlistFilter {
    #[serde(flatten)]
    page: PageQuery,
    /// In these states; who waits or has an offer when absent.
    status: Vec<EntryState>,
    /// At this site.
    site_id: Option<SiteId>,
    /// For this service.
    service_id: Option<ServiceId>,
}

/// A place on the waitlist with what opens its page.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct JoinedWaitlist {
    /// The place.
    #[serde(flatten)]
    page: PublicEntry,
    /// Opens its page; nobody can guess it.
    secret: String,
}

pub(super) fn routes(routes: Routes<Appointments>) -> Routes<Appointments> {
    let open = Access::public;
    routes
        .get("/api/v1/tenants/{tenant}/waitlist", Access::scope(APPOINTMENTS_READ), list, |d| {
            d.summary("Who waits for a place, who joined first coming first")
                .query::<WaitlistFilter>()
                .answer::<Page<EntryView>>(200)
        })
        .post("/api/v1/tenants/{tenant}/waitlist", Access::scope(APPOINTMENTS_WRITE), add, |d| {
            refusals(d.summary("Put somebody on the waitlist").body::<Wish>().answer::<EntryView>(201))
        })
        .post(
            "/api/v1/tenants/{tenant}/waitlist/{id}/accept",
            Access::scope(APPOINTMENTS_WRITE),
            taken,
            |d| {
                accepting(d.summary("Accept for somebody the place that is offered to them"))
                    .answer::<AppointmentView>(200)
            },
        )
        .delete("/api/v1/tenants/{tenant}/waitlist/{id}", Access::scope(APPOINTMENTS_WRITE), remove, |d| {
            d.summary("Take somebody off the waitlist, or decline for them what is offered")
                .answer_empty(204)
                .fault("not_offered", 409)
        })
        .post("/api/v1/public/sites/{tenant}/{site}/waitlist", open(), wait, |d| {
            refusals(d.summary("Join the waitlist").body::<Wish>().answer::<JoinedWaitlist>(201))
                .rate(RateClass::AnonymousIssue)
        })
        .get("/api/v1/public/waitlist/{secret}", open(), page, |d| {
            d.summary("One's own place on the waitlist").answer::<PublicEntry>(200)
        })
        .post("/api/v1/public/waitlist/{secret}/accept", open(), take, |d| {
            accepting(d.summary("Accept the place that is offered")).answer::<PublicEntry>(200)
        })
        .post("/api/v1/public/waitlist/{secret}/leave", open(), go, |d| {
            d.summary("Decline the place that is offered, or leave the waitlist")
                .answer::<PublicEntry>(200)
                .fault("not_offered", 409)
        })
}

fn refusals(docs: usher_http::Docs) -> usher_http::Docs {
    docs.fault("places_free", 409).fault("already_waiting", 409).fault("no_appointments", 422)
}

/// The ways in which an offer is not there to be accepted.
fn accepting(docs: usher_http::Docs) -> usher_http::Docs {
    docs.fault("not_offered", 409).fault("hold_ended", 409).fault("person_limit", 409)
}

async fn list(
    ctx: Ctx,
    State(me): State<Appointments>,
    Query(asked): Query<WaitlistFilter>,
) -> Result<Json<Page<EntryView>>, Fault> {
    let limit = asked.page.limit();
    let statuses = match asked.status {
        any if any.is_empty() => vec![EntryState::Waiting, EntryState::Offered],
        some => some,
    };
    let filter = Filter {
        statuses,
        site: asked.site_id,
        service: asked.service_id,
        after: asked.page.after()?,
        sites: ctx.sites.to_vec(),
    };
    let read = move |read: &mut Read<'_>| store::waitlist::list(read, &filter, limit + 1);
    let items = me.db().read(&ctx, read).await?.into_iter().map(EntryView::from).collect();
    Ok(Json(Page::cut(items, limit, |e| e.id.to_string())))
}

async fn add(ctx: Ctx, State(me): State<Appointments>, Json(wish): Json<Wish>) -> Result<Answered, Fault> {
    write(&ctx, &me, lane_at(&ctx, &me, wish.site_id), move |me, tx| {
        Ok(Created(EntryView::with_page(join(me, tx, &wish, None, By::Staff)?, me)))
    })
    .await
}

/// Whoever called says yes, and the desk answers for them.
async fn taken(
    ctx: Ctx,
    State(me): State<Appointments>,
    Path(id): Path<WaitlistId>,
) -> Result<Answered, Fault> {
    let found = me.db().read(&ctx, move |read| store::waitlist::get(read, id)).await?;
    let waits = found.ok_or_else(|| Fault::not_found("waitlist entry"))?;
    write(&ctx, &me, Lane::Site(waits.site_id), move |me, tx| {
        let booked = accept(me, tx, id, By::Staff)?;
        let view = show::appointment(me, tx, &booked)?;
        Ok(Versioned { version: view.version, answer: usher_http::Ok(view) })
    })
    .await
}

async fn remove(
    ctx: Ctx,
    State(me): State<Appointments>,
    Path(id): Path<WaitlistId>,
) -> Result<NoContent, Fault> {
    let own = me.clone();
    let write = move |tx: &mut Tx<'_>| leave(&own, tx, id, By::Staff).map(|_| ());
    me.db().write(&ctx, Lane::Tenant, write).await?;
    Ok(NoContent)
}

async fn wait(
    ctx: Ctx,
    State(me): State<Appointments>,
    Path(site): Path<String>,
    Json(wish): Json<Wish>,
) -> Result<Answered, Fault> {
    let site = site_named(&ctx, &me, &site)?;
    let wish = Wish { site_id: Some(site.id), ..wish };
    let user = ctx.actor.user();
    write(&ctx, &me, Lane::Site(site.id), move |me, tx| {
        let made = join(me, tx, &wish, user, By::Person)?;
        let secret = me.waitlist().seal(made.id);
        Ok(Created(JoinedWaitlist { page: show::public_entry(me, tx, &made)?, secret }))
    })
    .await
}

/// Whoever holds the secret, inside the tenant, and the writer of the site.
async fn holder(
    me: &Appointments,
    caller: &Arc<Caller>,
    secret: &str,
) -> Result<(Ctx, WaitlistId, Lane), Fault> {
    let wrong = || Fault::not_found("waitlist entry");
    let id: WaitlistId = me.waitlist().open(secret).ok_or_else(wrong)?;
    let system = SystemCtx::for_caller(Arc::clone(caller));
    let found = me.db().read_system(&system, move |read| store::waitlist::home_of(read, id)).await;
    let (tenant, site) = found.map_err(Error::from)?.ok_or_else(wrong)?;
    works(me, tenant)?;
    let mut holder = Caller::clone(caller);
    holder.actor = Actor::Link { kind: "waitlist", id: id.uuid() };
    Ok((Ctx::new(tenant, Arc::new(holder)), id, Lane::Site(site)))
}

async fn page(
    caller: Arc<Caller>,
    State(me): State<Appointments>,
    Path(secret): Path<String>,
) -> Result<Json<PublicEntry>, Fault> {
    let (ctx, id, _) = holder(&me, &caller, &secret).await?;
    let own = me.clone();
    let read = move |read: &mut Read<'_>| {
        let found = store::waitlist::get(read, id)?.ok_or(Error::NotFound("waitlist entry"))?;
        show::public_entry(&own, read, &found)
    };
    Ok(Json(me.db().read(&ctx, read).await?))
}

async fn take(
    caller: Arc<Caller>,
    State(me): State<Appointments>,
    Path(secret): Path<String>,
) -> Result<Answered, Fault> {
    let (ctx, id, lane) = holder(&me, &caller, &secret).await?;
    write(&ctx, &me, lane, move |me, tx| {
        accept(me, tx, id, By::Person)?;
        let found = entry(tx, id)?;
        Ok(usher_http::Ok(show::public_entry(me, tx, &found)?))
    })
    .await
}

async fn go(
    caller: Arc<Caller>,
    State(me): State<Appointments>,
    Path(secret): Path<String>,
) -> Result<Answered, Fault> {
    let (ctx, id, lane) = holder(&me, &caller, &secret).await?;
    write(&ctx, &me, lane, move |me, tx| {
        let found = leave(me, tx, id, By::Person)?;
        Ok(usher_http::Ok(show::public_entry(me, tx, &found)?))
    })
    .await
}
