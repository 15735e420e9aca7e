//! Roles.

use usher_db::{Lane, Tx};
use usher_http::{
    Access, Answered, Created, IfMatch, Json, NoContent, Ok as Answer, Path, Routes, State, Versioned,
};
use usher_kernel::{Ctx, Fault, Page};

use crate::model::scopes::{ROLES_WRITE, STAFF_READ};
use crate::model::{BuiltIn, Role};
use crate::ops::{NewRole, RoleChange};
use crate::{Error, Identity, ops, store};

pub(super) fn declare(routes: Routes<Identity>) -> Routes<Identity> {
    routes
        .get("/api/v1/tenants/{tenant}/roles", Access::scope(STAFF_READ), list, |d| {
            d.summary("List the roles: built in, then the tenant's own").answer::<Page<Role>>(200)
        })
        .post("/api/v1/tenants/{tenant}/roles", Access::scope(ROLES_WRITE), create, |d| {
            d.summary("Create a role of the tenant")
                .body::<NewRole>()
                .answer::<Role>(201)
                .fault("above_own", 403)
                .fault("some_sites", 403)
                .fault("role_taken", 409)
        })
        .put("/api/v1/tenants/{tenant}/roles/{role}", Access::scope(ROLES_WRITE), update, |d| {
            d.summary("Change a role of the tenant; its members' rights change at once")
                .body::<RoleChange>()
                .answer::<Role>(200)
                .fault("above_own", 403)
                .fault("role_built_in", 409)
                .fault("stale", 412)
        })
        .delete("/api/v1/tenants/{tenant}/roles/{role}", Access::scope(ROLES_WRITE), delete, |d| {
            d.summary("Delete a role that no member has")
                .answer_empty(204)
                .fault("above_own", 403)
                .fault("role_built_in", 409)
                .fault("role_in_use", 409)
        })
}

async fn list(ctx: Ctx, State(identity): State<Identity>) -> Result<Json<Page<Role>>, Fault> {
    let tenant = ctx.tenant;
    let own = identity.db().read(&ctx, move |read| store::members::roles(read, tenant)).await?;
    let built_in = BuiltIn::ALL.iter().filter(|role| **role != BuiltIn::PlatformAdmin);
    let items = built_in.map(|role| Role::of(*role)).chain(own).collect();
    Ok(Json(Page { items, next_cursor: None }))
}

async fn create(
    ctx: Ctx,
    State(identity): State<Identity>,
    Json(new): Json<NewRole>,
) -> Result<Answered, Fault> {
    ctx.require_every_site()?;
    let tenant = ctx.tenant;
    usher_http::write(&ctx, identity.db(), Lane::Tenant, move |tx| {
        let role = ops::create_role(tx, tenant, new.clone())?;
        Ok::<_, Error>(Versioned { version: role.version, answer: Created(role) })
    })
    .await
}

async fn update(
    ctx: Ctx,
    IfMatch(version): IfMatch,
    State(identity): State<Identity>,
    Path(name): Path<String>,
    Json(change): Json<RoleChange>,
) -> Result<Versioned<Answer<Role>>, Fault> {
    let tenant = ctx.tenant;
    let write = move |tx: &mut Tx| ops::update_role(tx, tenant, &name, change.clone(), version);
    let role = identity.db().write(&ctx, Lane::Tenant, write).await?;
    Ok(Versioned { version: role.version, answer: Answer(role) })
}

async fn delete(
    ctx: Ctx,
    State(identity): State<Identity>,
    Path(name): Path<String>,
) -> Result<NoContent, Fault> {
    let tenant = ctx.tenant;
    let write = move |tx: &mut Tx| ops::delete_role(tx, tenant, &name);
    identity.db().write(&ctx, Lane::Tenant, write).await?;
    Ok(NoContent)
}
