//! The people of a tenant, as documents 003 and 004 ask for them.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};
use usher_db::{Lane, Tx};
use usher_http::{
    Access, IfMatch, IsPlatform, Json, NoContent, Ok as Answer, Path, Query, Routes, State, Versioned,
};
use usher_kernel::{Change, Ctx, Fault, Page, PageQuery, SystemCtx, TenantId, UserId};

use crate::model::scopes::{STAFF_WRITE, USERS_READ, USERS_WRITE};
use crate::model::{BuiltIn, Machines, MemberChange, MemberStatus, ProfileChange, UserStatus, UserView};
use crate::store::users::UserFilter;
use crate::{Error, Identity, ops, store};

pub(super) fn declare(routes: Routes<Identity>) -> Routes<Identity> {
    routes
        .get("/api/v1/auth/users", Access::scope(USERS_READ), list, |d| {
            d.summary("List the people of the tenant").query::<ListQuery>().answer::<Page<UserView>>(200)
        })
        .also(&["/api/v1/tenants/{tenant}/users", "/api/v1/admin/users"])
        .get("/api/v1/admin/users/machines", Access::scope(USERS_READ), machines, |d| {
            d.summary("The people of the tenant in numbers, and the machines that they and its sites use")
                .answer::<Machines>(200)
        })
        .put("/api/v1/admin/users/{userId}/status", Access::scope(STAFF_WRITE), set_status, |d| {
            d.summary("Let a person in, or keep them out for now")
                .description(
                    "It is their membership in this tenant that is switched; what they are elsewhere stays. \
                     Whoever is kept out is so at once, with every session that they have here.",
                )
                .body::<StatusBody>()
                .answer::<UserView>(200)
                .fault("above_own", 403)
                .fault("last_admin", 409)
        })
        .put("/api/v1/auth/users/{userId}/role", Access::scope(STAFF_WRITE), set_role, |d| {
            d.summary("Give a person another role")
                .body::<RoleBody>()
                .answer::<UserView>(200)
                .fault("above_own", 403)
                .fault("last_admin", 409)
        })
        .also(&["/api/v1/admin/users/{userId}/role"])
        .delete("/api/v1/auth/users/{userId}", Access::scope(USERS_WRITE), remove, |d| {
            d.summary("Remove a person from the tenant")
                .description("The account ends too when the person belongs to no other tenant.")
                .answer_empty(204)
                .fault("above_own", 403)
                .fault("last_admin", 409)
        })
        .also(&["/api/v1/admin/users/{userId}"])
        .get("/api/users/{id}", Access::signed_in(), read, |d| {
            d.summary("Read a person: oneself, or somebody of the tenant").answer::<UserView>(200)
        })
        .put("/api/users/{id}", Access::signed_in(), update, |d| {
            d.summary("Change a person: oneself, or somebody of the tenant")
                .description(
                    "Nobody but the person changes their e-mail address and user name. Another `role` is given by \
                     who may give it.",
                )
                .body::<PersonChange>()
                .answer::<UserView>(200)
                .fault("not_yourself", 403)
                .fault("belongs_elsewhere", 403)
                .fault("above_own", 403)
                .fault("last_admin", 409)
                .fault("email_taken", 409)
                .fault("username_taken", 409)
                .fault("stale", 412)
        })
}

/// Which people, and which page of them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct ListQuery {
    #[serde(flatten)]
    page: PageQuery,
    /// Only people with this role.
    role: Option<String>,
    /// Only people with this status.
    status: Option<UserStatus>,
    /// Only people whose name, user name or address contains this text.
    q: Option<String>,
}

/// A change of a person's record; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct PersonChange {
    /// The name to sign in with.
    username: Change<String>,
    /// The e-mail address; it counts as unproved until it is verified again.
    email: Option<String>,
    /// What they are called.
    #[serde(alias = "full_name", alias = "fullName")]
    name: Option<String>,
    /// The telephone number, with the country's prefix.
    #[serde(alias = "phone_number", alias = "phoneNumber")]
    phone: Change<String>,
    /// The language they read.
    locale: Change<String>,
    /// Preferences to set by name; null takes one away.
    preferences: Option<Map<String, Value>>,
    /// Their role in this tenant.
    role: Option<String>,
}

impl From<PersonChange> for ProfileChange {
    fn from(change: PersonChange) -> Self {
        let PersonChange { username, email, name, phone, locale, preferences, role: _ } = change;
        Self { username, email, name, phone, locale, preferences }
    }
}

/// The role to give.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RoleBody {
    /// A built-in role, by any of its names, or one of the tenant's own.
    role: String,
}

/// Whether to let somebody in.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct StatusBody {
    /// Whether the membership in this tenant counts.
    status: MemberStatus,
}

async fn list(
    ctx: Ctx,
    State(identity): State<Identity>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<UserView>>, Fault> {
    let after = query.page.after::<UserId>()?;
    let limit = query.page.limit();
    let tenant = ctx.tenant;
    let sys = SystemCtx::for_caller(ctx.caller().clone());
    let role = query.role;
    let filter = UserFilter { tenant, role: None, status: query.status, text: query.q, after, limit };
    let views = identity.user_views(&sys, filter, role).await?;
    Ok(Json(Page::cut(views, limit, |user| user.id.to_string())))
}

async fn set_role(
    ctx: Ctx,
    sys: SystemCtx,
    State(identity): State<Identity>,
    Path(id): Path<UserId>,
    Json(body): Json<RoleBody>,
) -> Result<Json<UserView>, Fault> {
    let tenant = ctx.tenant;
    let change = MemberChange { role: Some(body.role), ..MemberChange::default() };
    identity.db().write(&ctx, Lane::Tenant, change_membership(&identity, tenant, id, change)).await?;
    Ok(Json(identity.user_view(&sys, id, Some(tenant)).await?))
}

async fn set_status(
    ctx: Ctx,
    sys: SystemCtx,
    State(identity): State<Identity>,
    Path(id): Path<UserId>,
    Json(body): Json<StatusBody>,
) -> Result<Json<UserView>, Fault> {
    let tenant = ctx.tenant;
    let change = MemberChange { status: Some(body.status), ..MemberChange::default() };
    identity.db().write(&ctx, Lane::Tenant, change_membership(&identity, tenant, id, change)).await?;
    Ok(Json(identity.user_view(&sys, id, Some(tenant)).await?))
}

async fn machines(ctx: Ctx, State(identity): State<Identity>) -> Result<Json<Machines>, Fault> {
    Ok(Json(identity.machines(&ctx).await?))
}

/// Changes a person's membership.
fn change_membership(
    identity: &Identity,
    tenant: TenantId,
    id: UserId,
    change: MemberChange,
) -> impl Fn(&mut Tx<'_>) -> Result<(), Error> + Send + 'static {
    let sites = identity.tenancy().clone();
    move |tx| {
        let member = store::members::of_user_in(tx, tenant, id)?.ok_or(Error::NotFound("user"))?;
        let known = |site| sites.site(tenant, site).is_ok();
        ops::change_member(tx, tenant, &known, member.id, change.clone(), None).map(drop)
    }
}

/// Whether `role`, by any of its names, is what the person is shown to be.
fn is_same_role(role: &str, shown: &UserView) -> bool {
    role == shown.role || BuiltIn::named(role).is_some_and(|role| role.as_str() == shown.role)
}

async fn remove(
    ctx: Ctx,
    sys: SystemCtx,
    State(identity): State<Identity>,
    Path(id): Path<UserId>,
) -> Result<NoContent, Fault> {
    let tenant = ctx.tenant;
    let write = move |tx: &mut Tx| {
        let member = store::members::of_user_in(tx, tenant, id)?.ok_or(Error::NotFound("user"))?;
        ops::remove_member(tx, tenant, member.id)
    };
    identity.db().write(&ctx, Lane::Tenant, write).await?;
    identity.close_orphan(&sys, tenant, id).await?;
    Ok(NoContent)
}

async fn read(
    ctx: Option<Ctx>,
    sys: SystemCtx,
    State(identity): State<Identity>,
    Path(id): Path<UserId>,
) -> Result<Versioned<Answer<UserView>>, Fault> {
    let tenant = ctx.as_ref().map(|ctx| ctx.tenant);
    if sys.actor.user() != Some(id) {
        let ctx = ctx.ok_or(Error::NotFound("user"))?;
        if !ctx.may(&USERS_READ) {
            return Err(Error::NotFound("user").into());
        }
        identity.member_of(&sys, ctx.tenant, id).await.map_err(|_| Error::NotFound("user"))?;
    }
    let user = identity.user_view(&sys, id, tenant).await?;
    Ok(Versioned { version: user.version, answer: Answer(user) })
}

async fn update(
    ctx: Option<Ctx>,
    sys: SystemCtx,
    if_match: IfMatch,
    IsPlatform(by_platform): IsPlatform,
    State(identity): State<Identity>,
    Path(id): Path<UserId>,
    Json(change): Json<PersonChange>,
) -> Result<Versioned<Answer<UserView>>, Fault> {
    let tenant = ctx.as_ref().map(|ctx| ctx.tenant);
    let own = sys.actor.user() == Some(id);
    if !own {
        let ctx = ctx.as_ref().ok_or(Error::NotFound("user"))?;
        if !ctx.may(&USERS_WRITE) {
            return Err(Error::NotFound("user").into());
        }
        identity.reach(ctx, id).await?;
        if !by_platform {
            identity.may_rewrite(&sys, ctx.tenant, id, change.clone().into()).await?;
        }
    }
    let before = identity.user_view(&sys, id, tenant).await?;
    if_match.check(before.version)?;
    // What was read comes back with the role that is there; only another one is a wish.
    let role = change.role.clone().filter(|role| !is_same_role(role, &before));
    let profile = move |tx: &mut Tx| ops::change_profile(tx, id, change.clone().into(), own).map(drop);
    match (role, ctx) {
        (None, _) => identity.write_for(&sys, tenant, profile).await?,
        (Some(role), Some(ctx)) if ctx.may(&STAFF_WRITE) => {
            let change = MemberChange { role: Some(role), ..MemberChange::default() };
            let write = change_membership(&identity, ctx.tenant, id, change);
            let both = move |tx: &mut Tx| profile(tx).and_then(|()| write(tx));
            identity.db().write(&ctx, Lane::Tenant, both).await?;
        }
        (Some(_), _) => return Err(Error::AboveOwn.into()),
    }
    let user = identity.user_view(&sys, id, tenant).await?;
    Ok(Versioned { version: user.version, answer: Answer(user) })
}
