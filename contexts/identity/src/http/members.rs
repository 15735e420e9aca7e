//! Members, whom document 000 calls staff.

use std::sync::Arc;

use parking_lot::Mutex;
use schemars::JsonSchema;
use serde::Deserialize;
use usher_db::{Lane, Tx};
use usher_http::{
    Access, Answered, Created, IfMatch, IsPlatform, Json, NoContent, Ok as Answer, Path, Query, Routes,
    State, Versioned,
};
use usher_kernel::{Change, Ctx, Fault, Page, PageQuery, SiteId, SystemCtx};
use uuid::Uuid;

use crate::model::scopes::{STAFF_READ, STAFF_WRITE};
use crate::model::{Member, MemberChange, MemberStatus, MemberView, NewMember, User};
use crate::store::members::MemberFilter;
use crate::{Error, Identity, ops, store};

pub(super) fn declare(routes: Routes<Identity>) -> Routes<Identity> {
    routes
        .get("/api/v1/tenants/{tenant}/members", Access::scope(STAFF_READ), list, |d| {
            d.summary("List the members of a tenant")
                .description("Members of staff, unless `role` asks for others.")
                .query::<ListQuery>()
                .answer::<Page<MemberView>>(200)
        })
        .also(&["/api/organizations/{org}/staff"])
        .post("/api/v1/tenants/{tenant}/members", Access::scope(STAFF_WRITE), add, |d| {
            d.summary("Make somebody a member")
                .description(
                    "Somebody new, who gets a mail to choose their password where none is given. Whoever has an \
                     account at this installation already is invited instead; only its operator takes them in \
                     as they are, by `user_id` or `email`.",
                )
                .body::<NewMember>()
                .answer::<MemberView>(201)
                .fault("above_own", 403)
                .fault("already_member", 409)
                .fault("invite_first", 409)
                .fault("username_taken", 409)
                .read_only(&["user"])
        })
        .also(&["/api/organizations/{org}/staff"])
        .get("/api/v1/tenants/{tenant}/members/{id}", Access::scope(STAFF_READ), read, |d| {
            d.summary("Read a member, by the membership's id or the person's").answer::<MemberView>(200)
        })
        .also(&["/api/staff/{id}"])
        .put("/api/v1/tenants/{tenant}/members/{id}", Access::scope(STAFF_WRITE), update, |d| {
            d.summary("Change a member: roles, sites, counter, status")
                .body::<MemberChange>()
                .answer::<MemberView>(200)
                .fault("above_own", 403)
                .fault("last_admin", 409)
                .fault("stale", 412)
        })
        .also(&["/api/staff/{id}"])
        .delete("/api/v1/tenants/{tenant}/members/{id}", Access::scope(STAFF_WRITE), remove, |d| {
            d.summary("End a membership")
                .description("The person stays registered.")
                .answer_empty(204)
                .fault("above_own", 403)
                .fault("last_admin", 409)
        })
        .also(&["/api/staff/{id}"])
}

/// Which members, and which page of them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct ListQuery {
    #[serde(flatten)]
    page: PageQuery,
    /// Only members with this role.
    role: Option<String>,
    /// Only members who may work at this site.
    site_id: Option<SiteId>,
    /// Only members with this status.
    status: Option<MemberStatus>,
}

async fn list(
    ctx: Ctx,
    State(identity): State<Identity>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<MemberView>>, Fault> {
    let after = query.page.after::<Uuid>()?;
    let limit = query.page.limit();
    let tenant = ctx.tenant;
    let views = identity
        .db()
        .read(&ctx, move |read| {
            let own = store::members::own_roles(read, tenant)?;
            let role = query.role.map(|name| crate::model::role::canonical(&name, &own).unwrap_or(name));
            let filter = MemberFilter { role, site: query.site_id, status: query.status, after, limit };
            let mut views = Vec::new();
            for member in store::members::list(read, tenant, &filter)? {
                if let Some(user) = store::users::get(read, member.user_id)? {
                    views.push(MemberView::of(member, &user));
                }
            }
            Ok::<_, Error>(views)
        })
        .await?;
    Ok(Json(Page::cut(views, limit, |member| member.id.to_string())))
}

async fn add(
    ctx: Ctx,
    sys: SystemCtx,
    IsPlatform(by_platform): IsPlatform,
    State(identity): State<Identity>,
    Json(new): Json<NewMember>,
) -> Result<Answered, Fault> {
    let password_hash = identity.member_password(&new).await?;
    let (inner, tenant) = (identity.clone(), ctx.tenant);
    let invited: Arc<Mutex<Option<User>>> = Arc::default();
    let to_invite = Arc::clone(&invited);
    let answer = usher_http::write(&ctx, identity.db(), Lane::Tenant, move |tx| {
        let hash = password_hash.clone();
        let (member, user, invite) = ops::add_person(tx, &inner, tenant, &new, hash, by_platform)?;
        *to_invite.lock() = invite.then(|| user.clone());
        Ok::<_, Error>(Versioned { version: member.version, answer: Created(MemberView::of(member, &user)) })
    })
    .await?;
    // A replayed answer invites nobody a second time: the closure did not run.
    let user = invited.lock().take();
    if let Some(user) = user {
        identity.invite(&sys, &user, ctx.tenant).await;
    }
    Ok(answer)
}

async fn read(
    ctx: Ctx,
    State(identity): State<Identity>,
    Path(id): Path<Uuid>,
) -> Result<Versioned<Answer<MemberView>>, Fault> {
    let tenant = ctx.tenant;
    let found = identity
        .db()
        .read(&ctx, move |read| {
            let member = store::members::get(read, tenant, id)?.ok_or(Error::NotFound("member"))?;
            let user = store::users::get(read, member.user_id)?.ok_or(Error::NotFound("member"))?;
            Ok::<_, Error>((member, user))
        })
        .await?;
    Ok(shown(found))
}

async fn update(
    ctx: Ctx,
    IfMatch(version): IfMatch,
    State(identity): State<Identity>,
    Path(id): Path<Uuid>,
    Json(change): Json<MemberChange>,
) -> Result<Versioned<Answer<MemberView>>, Fault> {
    let (tenant, inner) = (ctx.tenant, identity.clone());
    let write = move |tx: &mut Tx| {
        let known = |site| inner.tenancy().site(tenant, site).is_ok();
        if let Change::Set(counter) = change.counter_id {
            store::members::get(tx, tenant, id)?.ok_or(Error::NotFound("member"))?;
            inner.check_counter(tx, tenant, Some(counter))?;
        }
        let member = ops::change_member(tx, tenant, &known, id, change.clone(), version)?;
        let user = store::users::get(tx, member.user_id)?.ok_or(Error::NotFound("member"))?;
        Ok::<_, Error>((member, user))
    };
    Ok(shown(identity.db().write(&ctx, Lane::Tenant, write).await?))
}

async fn remove(
    ctx: Ctx,
    State(identity): State<Identity>,
    Path(id): Path<Uuid>,
) -> Result<NoContent, Fault> {
    let tenant = ctx.tenant;
    let write = move |tx: &mut Tx| ops::remove_member(tx, tenant, id);
    identity.db().write(&ctx, Lane::Tenant, write).await?;
    Ok(NoContent)
}

fn shown((member, user): (Member, User)) -> Versioned<Answer<MemberView>> {
    Versioned { version: member.version, answer: Answer(MemberView::of(member, &user)) }
}
