//! Rosters.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use usher_db::{Lane, Read, Tx};
use usher_http::{
    Access, Answered, Created, IfMatch, Json, NoContent, Ok as Answer, Path, Query, Routes, State, Versioned,
};
use usher_kernel::{Ctx, Fault, Page, PageQuery, SiteId, Timestamp, UserId};
use uuid::Uuid;

use crate::model::scopes::{STAFF_READ, STAFF_WRITE};
use crate::model::{Publish, Shift, ShiftInput, ShiftView};
use crate::store::shifts::ShiftFilter;
use crate::{Error, Identity, ops, store};

pub(super) fn declare(routes: Routes<Identity>) -> Routes<Identity> {
    routes
        .get("/api/v1/tenants/{tenant}/shifts", Access::scope(STAFF_READ), list, |d| {
            d.summary("List shifts by their begin")
                .description("Who may not plan sees what is published.")
                .query::<ListQuery>()
                .answer::<Page<ShiftView>>(200)
        })
        .post("/api/v1/tenants/{tenant}/shifts", Access::scope(STAFF_WRITE), plan, |d| {
            d.summary("Plan a shift").body::<ShiftInput>().answer::<ShiftView>(201).fault("shift_clash", 409)
        })
        .put("/api/v1/tenants/{tenant}/shifts/{id}", Access::scope(STAFF_WRITE), change, |d| {
            d.summary("Change a shift")
                .body::<ShiftInput>()
                .answer::<ShiftView>(200)
                .fault("shift_clash", 409)
                .fault("stale", 412)
        })
        .delete("/api/v1/tenants/{tenant}/shifts/{id}", Access::scope(STAFF_WRITE), cancel, |d| {
            d.summary("Take a shift out of the roster")
                .answer_empty(204)
                .fault("shift_begun", 409)
                .fault("stale", 412)
        })
        .post("/api/v1/tenants/{tenant}/shifts/publish", Access::scope(STAFF_WRITE), publish, |d| {
            d.summary("Let those who work see a part of the roster")
                .body::<Publish>()
                .answer::<Published>(200)
        })
        .get("/api/v1/tenants/{tenant}/shifts/mine", Access::signed_in(), mine, |d| {
            d.summary("List one's own published shifts").query::<MineQuery>().answer::<Page<ShiftView>>(200)
        })
}

/// Which shifts, and which page of them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct ListQuery {
    #[serde(flatten)]
    page: PageQuery,
    /// Only at this site.
    site_id: Option<SiteId>,
    /// Only this person's.
    user_id: Option<UserId>,
    /// Only those that end after.
    from: Option<Timestamp>,
    /// Only those that begin before.
    to: Option<Timestamp>,
}

/// Which page of one's own shifts.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct MineQuery {
    #[serde(flatten)]
    page: PageQuery,
    /// Only those that end after; now when absent.
    from: Option<Timestamp>,
}

/// What became visible.
#[derive(Serialize, JsonSchema)]
struct Published {
    /// How many shifts.
    published: usize,
}

async fn page(ctx: &Ctx, identity: &Identity, filter: ShiftFilter) -> Result<Json<Page<ShiftView>>, Fault> {
    let (limit, me) = (filter.limit, identity.clone());
    let views = identity
        .db()
        .read(ctx, move |read| {
            let shifts = store::shifts::list(read, &filter)?;
            shifts.into_iter().map(|shift| shown(&me, read, shift)).collect::<Result<Vec<_>, Error>>()
        })
        .await?;
    Ok(Json(Page::cut(views, limit, |shift| format!("{} {}", shift.starts_at, shift.id))))
}

fn shown(identity: &Identity, read: &mut Read, shift: Shift) -> Result<ShiftView, Error> {
    let names = identity.people(read, &[shift.user_id])?;
    let name = names.get(&shift.user_id).map(|user| user.display_name().to_owned()).unwrap_or_default();
    let now = read.now();
    Ok(ShiftView::at(shift, name, now))
}

async fn list(
    ctx: Ctx,
    State(identity): State<Identity>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<ShiftView>>, Fault> {
    let filter = ShiftFilter {
        tenant: ctx.tenant,
        within: ctx.sites.to_vec(),
        site: query.site_id,
        user: query.user_id,
        from: query.from,
        to: query.to,
        published_only: !ctx.may(&STAFF_WRITE),
        after: query.page.after_moment()?,
        limit: query.page.limit(),
    };
    page(&ctx, &identity, filter).await
}

async fn mine(
    ctx: Ctx,
    State(identity): State<Identity>,
    Query(query): Query<MineQuery>,
) -> Result<Json<Page<ShiftView>>, Fault> {
    let user = ctx.actor.user().ok_or(Error::NotFound("user"))?;
    let filter = ShiftFilter {
        tenant: ctx.tenant,
        within: Vec::new(),
        site: None,
        user: Some(user),
        from: Some(query.from.unwrap_or_else(|| ctx.now())),
        to: None,
        published_only: true,
        after: query.page.after_moment()?,
        limit: query.page.limit(),
    };
    page(&ctx, &identity, filter).await
}

async fn plan(
    ctx: Ctx,
    State(identity): State<Identity>,
    Json(input): Json<ShiftInput>,
) -> Result<Answered, Fault> {
    let (tenant, me) = (ctx.tenant, identity.clone());
    usher_http::write(&ctx, identity.db(), Lane::Tenant, move |tx| {
        let known = |site| me.tenancy().site(tenant, site).is_ok();
        let shift = ops::plan_shift(tx, tenant, &known, &input)?;
        let version = shift.version;
        Ok::<_, Error>(Versioned { version, answer: Created(shown(&me, tx, shift)?) })
    })
    .await
}

async fn change(
    ctx: Ctx,
    IfMatch(version): IfMatch,
    State(identity): State<Identity>,
    Path(id): Path<Uuid>,
    Json(input): Json<ShiftInput>,
) -> Result<Versioned<Answer<ShiftView>>, Fault> {
    let (tenant, me) = (ctx.tenant, identity.clone());
    let write = move |tx: &mut Tx| {
        let known = |site| me.tenancy().site(tenant, site).is_ok();
        let shift = ops::change_shift(tx, tenant, &known, id, &input, version)?;
        shown(&me, tx, shift)
    };
    let view = identity.db().write(&ctx, Lane::Tenant, write).await?;
    Ok(Versioned { version: view.version, answer: Answer(view) })
}

async fn cancel(
    ctx: Ctx,
    IfMatch(version): IfMatch,
    State(identity): State<Identity>,
    Path(id): Path<Uuid>,
) -> Result<NoContent, Fault> {
    let tenant = ctx.tenant;
    let write = move |tx: &mut Tx| ops::cancel_shift(tx, tenant, id, version);
    identity.db().write(&ctx, Lane::Tenant, write).await?;
    Ok(NoContent)
}

async fn publish(
    ctx: Ctx,
    State(identity): State<Identity>,
    Json(wish): Json<Publish>,
) -> Result<Answered, Fault> {
    let (tenant, sites) = (ctx.tenant, identity.tenancy().clone());
    usher_http::write(&ctx, identity.db(), Lane::Tenant, move |tx| {
        let known = |site| sites.site(tenant, site).is_ok();
        let published = ops::publish_shifts(tx, tenant, &known, &wish)?;
        Ok::<_, Error>(Answer(Published { published }))
    })
    .await
}
